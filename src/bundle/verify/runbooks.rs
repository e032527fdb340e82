//! Step 6, for documents: archived checklists with their manifests and signatures.

use super::super::observed::{EVIDENCE, Observations, RUNBOOK_SIGNATURE, kept};
use super::{Ledger, Proof};
use crate::document::json;
use crate::seal::{Distrust, DistrustCode, HmacKey, RUNBOOK_MANIFEST_ENDING, RunbookManifest, sha384_hex};

/// Checks every signed document of a bag. A signature by another key than the one at hand stays unchecked, as a
/// stakeholder may sign with a key of their own; the digests are checked all the same.
pub(super) fn check(
    prefix: &str,
    files: &Observations,
    key: Option<&HmacKey>,
    ledger: &mut Ledger,
) -> Result<(), Distrust> {
    let signatures = files.keys().filter(|path| path.starts_with(EVIDENCE));
    for signature in signatures.filter(|path| path.ends_with(RUNBOOK_SIGNATURE)) {
        let stem = signature.strip_suffix(RUNBOOK_SIGNATURE).unwrap_or(signature);
        let (document, manifest) = (format!("{stem}.md"), format!("{stem}{RUNBOOK_MANIFEST_ENDING}"));
        let proofs = check_one(files, [&document, &manifest, signature], key)?;
        for path in [&document, &manifest] {
            for proof in &proofs {
                ledger.note(format!("{prefix}{path}"), *proof);
            }
        }
    }
    Ok(())
}

fn check_one(
    files: &Observations,
    [document, manifest_path, signature_path]: [&str; 3],
    key: Option<&HmacKey>,
) -> Result<Vec<Proof>, Distrust> {
    let bytes = kept(files, document, "is signed but not there")?;
    let manifest = kept(files, manifest_path, "is missing beside a runbook’s signature")?;
    let signature = kept(files, signature_path, "is not there")?;
    let malformed =
        |problem: crate::diag::Problem| Distrust::new(DistrustCode::Malformed, problem.path, problem.message);
    let node = json::read(manifest_path, manifest).map_err(malformed)?;
    let manifest = RunbookManifest::read(manifest_path, &node).map_err(malformed)?;
    if Some(manifest.archived_path.as_str()) != document.strip_prefix(EVIDENCE) {
        let reason = format!(
            "speaks of `{}`, not of the file beside it",
            manifest.archived_path
        );
        return Err(Distrust::new(DistrustCode::Inconsistent, manifest_path, reason));
    }
    let digest = files.get(document).map(|file| file.digest);
    if digest != Some(manifest.sha256) || sha384_hex(bytes) != manifest.sha384 {
        let reason = format!("is not the file that {manifest_path} lists");
        return Err(Distrust::new(DistrustCode::HashMismatch, document, reason));
    }
    let block = manifest
        .read_signature(signature_path, signature)
        .map_err(malformed)?;
    match key.filter(|key| block.names(key)) {
        Some(key) if !manifest.is_signed(&block, key) => {
            let reason = "its HMAC does not fit the manifest";
            Err(Distrust::new(DistrustCode::BadSignature, signature_path, reason))
        }
        Some(_) => Ok(vec![Proof::Signature, Proof::Hmac]),
        None => Ok(vec![Proof::Signature]),
    }
}
