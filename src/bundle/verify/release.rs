//! Steps 1 to 4 for a release folder.

use super::super::{checksums, release_manifest, zip_reader};
use super::{Ledger, Proof, Shape, Verification, check_bag};
use crate::domain::BundleName;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SIGNATURE_ENDING, SignatureFile};
use std::collections::BTreeMap;

/// Verifies the files of a release folder.
pub(super) fn verify(files: &Tree, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    let bundle = bundle_name(files)?;
    let [zip, manifest, signature, list] =
        [".zip", ".manifest.json", ".manifest.json.sig", ".sha256"].map(|ending| format!("{bundle}{ending}"));
    let mut ledger = Ledger::default();

    // 1. Before this line no byte but the list's may be believed, and the list must name the zip.
    let listed = checksums::read(&list, file(files, &list)?)?;
    for name in [&zip, &manifest, &signature] {
        if !listed.contains_key(name) {
            return Err(Distrust::new(DistrustCode::MissingFile, &list, format!("does not list {name}")));
        }
    }
    let others: BTreeMap<String, Listed> = files
        .iter()
        .filter(|(path, _)| **path != list)
        .map(|(path, bytes)| (path.clone(), Listed::of(path, bytes)))
        .collect();
    checksums::compare(&list, &listed, &others)?;
    for path in others.keys() {
        ledger.note(path, Proof::ChecksumList);
    }

    // 2. The manifest, by its signature and by the name of its bundle.
    let manifest_bytes = file(files, &manifest)?;
    check_manifest_signature(&manifest, manifest_bytes, file(files, &signature)?, key, &mut ledger)?;
    let stated = release_manifest::read(&manifest, manifest_bytes)?;
    check_identity(&manifest, &stated, bundle.as_str(), key)?;
    if others.get(&zip) != Some(&stated.archive) {
        let reason = format!("{manifest} lists another zip than {list}");
        return Err(Distrust::new(DistrustCode::Inconsistent, zip, reason));
    }
    ledger.note(&zip, Proof::ReleaseManifest);

    // 3. The zip, whose bytes are known by now to be the listed ones.
    let (root, bag) = zip_reader::read(&zip, file(files, &zip)?)?;
    if root != bundle.as_str() {
        let reason = format!("holds the bag `{root}`, not `{bundle}`");
        return Err(Distrust::new(DistrustCode::Inconsistent, zip, reason));
    }
    ledger.note(&zip, Proof::ZipProfile);

    // 4. The bag, and that the manifest speaks of the same payload. 5. happens inside.
    let prefix = format!("{zip}!/");
    let payload = check_bag(&prefix, &bag, key, &mut ledger)?;
    if payload != stated.files {
        let odd = payload.iter().find(|(path, file)| stated.files.get(*path) != Some(file));
        let odd = odd.map(|(path, _)| path).or_else(|| stated.files.keys().find(|path| !payload.contains_key(*path)));
        let path = format!("{prefix}{}", odd.map_or("data", String::as_str));
        let reason = format!("the bag and {manifest} do not list the same file");
        return Err(Distrust::new(DistrustCode::Inconsistent, path, reason));
    }
    for path in payload.keys() {
        ledger.note(format!("{prefix}{path}"), Proof::ReleaseManifest);
    }
    let key = key.map(|key| (key.id().unwrap_or("(no id)").to_owned(), key.is_development()));
    Ok(Verification {
        shape: Shape::Release,
        bundle: stated.bundle,
        key,
        notice: stated.notice,
        generated_at: Some(stated.generated_at),
        files: ledger.into_files(),
    })
}

/// The name that the one `.sha256` file gives.
fn bundle_name(files: &Tree) -> Result<BundleName, Distrust> {
    let lists: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix(".sha256")).collect();
    let not_a_release = |reason: &str| Distrust::new(DistrustCode::NotABundle, "(folder)", reason);
    match lists.as_slice() {
        [name] => BundleName::parse(name).ok_or_else(|| not_a_release("the name of its `.sha256` file is not accepted")),
        [] => Err(not_a_release("holds neither a `.sha256` list (a release folder) nor `bagit.txt` (an unpacked bag)")),
        _ => Err(not_a_release("holds more than one `.sha256` list; verify one release folder at a time")),
    }
}

fn file<'t>(files: &'t Tree, name: &str) -> Result<&'t [u8], Distrust> {
    let missing = || Distrust::new(DistrustCode::MissingFile, name, "is not in the release folder");
    files.get(name).map(Vec::as_slice).ok_or_else(missing)
}

fn check_manifest_signature(
    manifest: &str,
    bytes: &[u8],
    signature: &[u8],
    key: Option<&HmacKey>,
    ledger: &mut Ledger,
) -> Result<(), Distrust> {
    let signature = SignatureFile::read(&format!("{manifest}{SIGNATURE_ENDING}"), signature)?;
    signature.check_target(manifest, bytes)?;
    ledger.note(manifest, Proof::Signature);
    if let Some(key) = key {
        signature.check_key(manifest, bytes, key)?;
        ledger.note(manifest, Proof::Hmac);
    }
    let stated = release_manifest::read(manifest, bytes)?;
    if stated.key_id != signature.key_id || stated.generated_at != signature.signed_at {
        let reason = "key id or time differ from what the signed manifest says";
        return Err(Distrust::new(DistrustCode::Inconsistent, &signature.name, reason));
    }
    Ok(())
}

fn check_identity(
    manifest: &str,
    stated: &release_manifest::Stated,
    bundle: &str,
    key: Option<&HmacKey>,
) -> Result<(), Distrust> {
    if stated.bundle != bundle {
        let reason = format!("is about the bundle `{}`, but its files are named `{bundle}`", stated.bundle);
        return Err(Distrust::new(DistrustCode::Inconsistent, manifest, reason));
    }
    if key.is_some_and(HmacKey::is_development) != stated.notice.is_some() && key.is_some() {
        let reason = "its notice does not fit the key: a development key must be named as one, any other must not";
        return Err(Distrust::new(DistrustCode::Inconsistent, manifest, reason));
    }
    Ok(())
}
