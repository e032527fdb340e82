//! Steps 1 to 4 for a release folder.

use super::super::{RELEASE_ENDINGS, checksums, release_manifest, zip_reader};
use super::{Ledger, Proof, Shape, Verification, check_bag};
use crate::domain::{BundleName, Timestamp};
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SignatureFile};
use std::collections::BTreeMap;

/// Verifies the files of a release folder.
pub(super) fn verify(files: &Tree, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    let names = Names::of(&bundle_name(files)?);
    let mut ledger = Ledger::default();

    // 1. Before this line no byte but the list's may be believed.
    let present = check_list(files, &names, &mut ledger)?;

    // 2. The manifest, by its signature, by the name of its bundle, and that it speaks of the listed zip.
    let stated = check_manifest(files, &names, key, &mut ledger)?;
    if present.get(&names.zip) != Some(&stated.archive) {
        let reason = format!("{} lists another zip than {}", names.manifest, names.list);
        return Err(Distrust::new(DistrustCode::Inconsistent, names.zip, reason));
    }
    ledger.note(&names.zip, Proof::ReleaseManifest);

    // 3. The zip, whose bytes are known by now to be the listed ones.
    let (root, bag) = zip_reader::read(&names.zip, file(files, &names.zip)?)?;
    if root != names.bundle {
        let reason = format!("holds the bag `{root}`, not `{}`", names.bundle);
        return Err(Distrust::new(DistrustCode::Inconsistent, names.zip, reason));
    }
    ledger.note(&names.zip, Proof::ZipProfile);

    // 4. The bag, and that the manifest speaks of the same payload. 5. happens inside.
    let prefix = format!("{}!/", names.zip);
    let payload = check_bag(&prefix, &bag, key, &mut ledger)?;
    check_same_payload(&names, &prefix, &payload, &stated.files)?;
    for path in payload.keys() {
        ledger.note(format!("{prefix}{path}"), Proof::ReleaseManifest);
    }
    Ok(Verification {
        shape: Shape::Release,
        bundle: stated.bundle,
        key: key.map(HmacKey::named),
        notice: stated.notice,
        stated: Some(stated.release),
        files: ledger.into_files(),
    })
}

/// Refuses a release whose validity is over, and one that says it is from the future.
pub(super) fn check_age(verification: &Verification, now: Option<Timestamp>) -> Result<(), Distrust> {
    let (Some(stated), Some(now)) = (&verification.stated, now) else {
        return Ok(());
    };
    let manifest = format!("{}.manifest.json", verification.bundle);
    if now > stated.valid_until {
        let reason = format!("was valid until {}; ask for a newer release", stated.valid_until);
        return Err(Distrust::new(DistrustCode::Expired, manifest, reason));
    }
    Ok(())
}

/// The names of a release folder's files.
struct Names {
    bundle: String,
    zip: String,
    manifest: String,
    signature: String,
    list: String,
}

impl Names {
    fn of(bundle: &BundleName) -> Names {
        let [zip, manifest, signature, list] = RELEASE_ENDINGS.map(|ending| format!("{bundle}{ending}"));
        Names {
            bundle: bundle.as_str().to_owned(),
            zip,
            manifest,
            signature,
            list,
        }
    }
}

/// Step 1: the list names the three other files, and the folder holds exactly what it lists.
fn check_list(
    files: &Tree,
    names: &Names,
    ledger: &mut Ledger,
) -> Result<BTreeMap<String, Listed>, Distrust> {
    let listed = checksums::read(&names.list, file(files, &names.list)?)?;
    for name in [&names.zip, &names.manifest, &names.signature] {
        if !listed.contains_key(name) {
            return Err(Distrust::new(
                DistrustCode::MissingFile,
                &names.list,
                format!("does not list {name}"),
            ));
        }
    }
    let ours = [&names.zip, &names.manifest, &names.signature];
    if let Some(path) = listed.keys().find(|path| !ours.contains(path)) {
        let reason = format!("{} lists it, but it is not one of a release's files", names.list);
        return Err(Distrust::new(DistrustCode::UnlistedFile, path, reason));
    }
    let present: BTreeMap<String, Listed> = files
        .iter()
        .filter(|(path, _)| **path != names.list)
        .map(|(path, bytes)| (path.clone(), Listed::of(path, bytes)))
        .collect();
    checksums::compare(&names.list, &listed, &present)?;
    for path in present.keys() {
        ledger.note(path, Proof::ChecksumList);
    }
    Ok(present)
}

/// The end of step 4: the bag and the manifest list the same files.
fn check_same_payload(
    names: &Names,
    prefix: &str,
    payload: &BTreeMap<String, Listed>,
    stated: &BTreeMap<String, Listed>,
) -> Result<(), Distrust> {
    let differing = payload
        .iter()
        .find(|(path, file)| stated.get(*path) != Some(file))
        .map(|(path, _)| path);
    match differing.or_else(|| stated.keys().find(|path| !payload.contains_key(*path))) {
        Some(path) => {
            let reason = format!("the bag and {} do not list the same file", names.manifest);
            Err(Distrust::new(
                DistrustCode::Inconsistent,
                format!("{prefix}{path}"),
                reason,
            ))
        }
        None => Ok(()),
    }
}

/// The name that the one `.sha256` file gives.
fn bundle_name(files: &Tree) -> Result<BundleName, Distrust> {
    let lists: Vec<&str> = files
        .keys()
        .filter_map(|path| path.strip_suffix(".sha256"))
        .collect();
    let not_a_release = |reason: &str| Distrust::new(DistrustCode::NotABundle, "(folder)", reason);
    match lists.as_slice() {
        [name] => BundleName::parse(name)
            .ok_or_else(|| not_a_release("the name of its `.sha256` file is not accepted")),
        [] => Err(not_a_release(
            "holds neither a `.sha256` list (a release folder) nor `bagit.txt` (an unpacked bag)",
        )),
        _ => Err(not_a_release(
            "holds more than one `.sha256` list; verify one release folder at a time",
        )),
    }
}

fn file<'t>(files: &'t Tree, name: &str) -> Result<&'t [u8], Distrust> {
    let missing = || Distrust::new(DistrustCode::MissingFile, name, "is not in the release folder");
    files.get(name).map(Vec::as_slice).ok_or_else(missing)
}

/// Step 2: the manifest's signature, and what it says about itself.
fn check_manifest(
    files: &Tree,
    names: &Names,
    key: Option<&HmacKey>,
    ledger: &mut Ledger,
) -> Result<release_manifest::Stated, Distrust> {
    let manifest = names.manifest.as_str();
    let bytes = file(files, manifest)?;
    let signature = SignatureFile::read(&names.signature, file(files, &names.signature)?)?;
    signature.check_target(manifest, bytes)?;
    ledger.note(manifest, Proof::Signature);
    if let Some(key) = key {
        signature.check_key(manifest, bytes, key)?;
        ledger.note(manifest, Proof::Hmac);
    }
    let stated = release_manifest::read(manifest, bytes)?;
    if stated.key_id != signature.key_id || stated.release.generated_at != signature.signed_at {
        let reason = "key id or time differ from what the signed manifest says";
        return Err(Distrust::new(DistrustCode::Inconsistent, &signature.name, reason));
    }
    check_identity(manifest, &stated, &names.bundle, key)?;
    Ok(stated)
}

fn check_identity(
    manifest: &str,
    stated: &release_manifest::Stated,
    bundle: &str,
    key: Option<&HmacKey>,
) -> Result<(), Distrust> {
    if stated.bundle != bundle {
        let reason = format!(
            "is about the bundle `{}`, but its files are named `{bundle}`",
            stated.bundle
        );
        return Err(Distrust::new(DistrustCode::Inconsistent, manifest, reason));
    }
    if key.is_some_and(|key| key.is_development() != stated.notice.is_some()) {
        let reason =
            "its notice does not fit the key: a development key must be named as one, any other must not";
        return Err(Distrust::new(DistrustCode::Inconsistent, manifest, reason));
    }
    Ok(())
}
