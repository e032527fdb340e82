//! Step 5: the reports in a bag, their signatures and their manifests.

use super::super::observed::{Observations, REPORT_MANIFEST, REPORTS, kept};
use super::super::release_manifest::listed;
use super::{Ledger, Proof};
use crate::document::{Node, json};
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SIGNATURE_ENDING, SignatureFile};
use std::collections::BTreeMap;

/// The first signature of a report, and the id of the key that it names.
pub(super) fn first_key_id(files: &Observations) -> Result<Option<(String, Option<String>)>, Distrust> {
    let signature = files
        .keys()
        .find(|path| path.starts_with(REPORTS) && path.ends_with(SIGNATURE_ENDING));
    let Some(path) = signature else { return Ok(None) };
    let read = SignatureFile::read(path, kept(files, path, "is not there")?)?;
    Ok(Some((path.clone(), read.key_id)))
}

/// Checks every report below `data/reports/`.
pub(super) fn check(
    prefix: &str,
    files: &Observations,
    key: Option<&HmacKey>,
    ledger: &mut Ledger,
) -> Result<(), Distrust> {
    let mut signatures = BTreeMap::new();
    for path in files.keys().filter(|path| path.starts_with(REPORTS)) {
        if let Some(target) = path.strip_suffix(SIGNATURE_ENDING) {
            let signature = SignatureFile::read(path, kept(files, path, "is not there")?)?;
            let Some(signed) = files.get(target) else {
                return Err(Distrust::new(
                    DistrustCode::MissingFile,
                    target,
                    "is signed but not there",
                ));
            };
            signature.check_digest(target, signed.digest)?;
            ledger.note(format!("{prefix}{target}"), Proof::Signature);
            if let Some(key) = key {
                let untagged = || Distrust::new(DistrustCode::BadSignature, target, "has no HMAC");
                let tag = signed.tag.as_ref().ok_or_else(untagged)?;
                let bytes = signed.kept.as_deref().unwrap_or_default();
                signature.check_tag(target, tag, bytes, key)?;
                ledger.note(format!("{prefix}{target}"), Proof::Hmac);
            }
            signatures.insert(path.clone(), signature);
        }
    }
    if key.is_some() && signatures.is_empty() {
        let reason = "holds no signed report, so the key has nothing to check";
        return Err(Distrust::new(
            DistrustCode::MissingSignature,
            format!("{prefix}{REPORTS}"),
            reason,
        ));
    }
    let manifests: Vec<&String> = files
        .keys()
        .filter(|path| path.starts_with(REPORTS) && path.ends_with(REPORT_MANIFEST))
        .collect();
    let mut vouched: Vec<String> = Vec::new();
    for manifest in &manifests {
        for path in check_manifest(manifest, files, &signatures)? {
            ledger.note(format!("{prefix}{path}"), Proof::ReportManifest);
            vouched.push(path);
        }
    }
    // A report without a signature or without a line in a manifest would be a hole to put things in.
    let unvouched = files
        .keys()
        .filter(|path| path.starts_with(REPORTS) && !path.ends_with(REPORT_MANIFEST))
        .find(|path| !vouched.contains(path));
    match unvouched {
        Some(path) => {
            let reason = "no report manifest lists it together with a signature";
            Err(Distrust::new(DistrustCode::MissingSignature, path, reason))
        }
        None => Ok(()),
    }
}

/// Checks one `NAME.manifest.json`: digests of files and signatures, and what the signatures say outside their MACs.
/// Returns the paths that it vouches for.
fn check_manifest(
    path: &str,
    files: &Observations,
    signatures: &BTreeMap<String, SignatureFile>,
) -> Result<Vec<String>, Distrust> {
    let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, path, reason);
    let bytes = kept(files, path, "is not there")?;
    let root = json::read(path, bytes).map_err(|problem| bad(&problem.message))?;
    let report = root.get("report").ok_or_else(|| bad("has no `report`"))?;
    let signature = root.get("signature").ok_or_else(|| bad("has no `signature`"))?;
    let mut pairs = vec![(report, signature)];
    for other in root.get("others").and_then(Node::as_list).unwrap_or_default() {
        pairs.push((
            other,
            other
                .get("signature")
                .ok_or_else(|| bad("lists a file without its signature"))?,
        ));
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut vouched = Vec::new();
    for (file, signature) in pairs {
        for node in [file, signature] {
            let entry = listed(node).ok_or_else(|| bad("an entry is not a listed file"))?;
            vouched.push(check_entry(path, folder, &entry, files)?);
        }
        let sig = vouched.last().and_then(|path| signatures.get(path));
        let sig = sig.ok_or_else(|| bad("lists a signature file that is none"))?;
        let text = |key: &str| signature.text(key);
        let same = text("target") == Some(sig.target.as_str())
            && text("signed_at") == Some(sig.signed_at.as_str())
            && text("key_id") == sig.key_id.as_deref();
        if !same {
            let reason = "its target, time or key id differ from what the report's manifest says";
            return Err(Distrust::new(DistrustCode::Inconsistent, &sig.name, reason));
        }
    }
    Ok(vouched)
}

fn check_entry(
    manifest: &str,
    folder: &str,
    entry: &Listed,
    files: &Observations,
) -> Result<String, Distrust> {
    let path = format!("{folder}/{}", entry.path);
    let Some(file) = files.get(&path) else {
        let reason = format!("is listed in {manifest} but is not there");
        return Err(Distrust::new(DistrustCode::MissingFile, path, reason));
    };
    if (file.size, file.digest) != (entry.size, entry.digest) {
        let reason = format!("is not the file that {manifest} lists");
        return Err(Distrust::new(DistrustCode::HashMismatch, path, reason));
    }
    Ok(path)
}
