//! Steps 1 to 4 for a release folder.

use super::super::observed::check_values;
use super::super::source::{Shelf, Source};
use super::super::zip_reader::Archive;
use super::super::{RELEASE_ENDINGS, checksums, release_manifest};
use super::{Checked, Ledger, Proof, Shape, Verification, check_bag};
use crate::domain::{BundleName, Digest, Timestamp};
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, SignatureFile};
use std::collections::BTreeMap;

/// Most bytes of a release's file other than the zip: a manifest of 20,000 members with the longest paths.
const MAX_BESIDE: u64 = 12 << 20;

/// Verifies the files of a release folder.
pub(super) fn verify<'a>(shelf: Shelf<'a>, key: Option<&HmacKey>) -> Result<Checked<'a>, Distrust> {
    let names = Names::of(&bundle_name(shelf)?);
    let mut ledger = Ledger::default();

    // 1. Before this line no byte but the list's may be believed.
    let Beside { files, present, zip } = check_list(shelf, &names, &mut ledger)?;

    // 2. The manifest, by its signature, by the name of its bundle, and that it speaks of the listed zip.
    let stated = check_manifest(&files, &names, key, &mut ledger)?;
    if present.get(&names.zip) != Some(&stated.archive) {
        let reason = format!("{} lists another zip than {}", names.manifest, names.list);
        return Err(Distrust::new(DistrustCode::Inconsistent, names.zip, reason));
    }
    ledger.note(&names.zip, Proof::ReleaseManifest);

    // 3. The zip, whose bytes are known by now to be the listed ones.
    let archive = Archive::open(&names.zip, zip)?;
    let bag = archive.observe(key)?;
    if archive.root != names.bundle {
        let reason = format!("holds the bag `{}`, not `{}`", archive.root, names.bundle);
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
    let verification = Verification {
        shape: Shape::Release,
        bundle: stated.bundle,
        key: key.map(HmacKey::named),
        notice: stated.notice,
        stated: Some(stated.release),
        files: ledger.into_files(),
    };
    Ok(Checked {
        verification,
        archive,
        files: bag,
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

/// A release's files once the list has vouched for them.
struct Beside<'a> {
    /// The bytes of all but the zip.
    files: Tree,
    /// All that the list names.
    present: BTreeMap<String, Listed>,
    zip: Source<'a>,
}

/// Step 1: the list names the three other files, and the folder holds exactly what it lists.
fn check_list<'a>(shelf: Shelf<'a>, names: &Names, ledger: &mut Ledger) -> Result<Beside<'a>, Distrust> {
    let mut files = Tree::new();
    files.insert(
        names.list.clone(),
        small(&open(shelf, &names.list)?, &names.list)?,
    );
    let listed = checksums::read(&names.list, file(&files, &names.list)?)?;
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
    let mut present = BTreeMap::new();
    let mut zip = None;
    for name in listed.keys() {
        let Some(source) = shelf.open(name)? else { continue };
        let (path, size) = (name.clone(), source.size());
        let digest = if *name == names.zip {
            let digest = source.digest()?;
            zip = Some(source);
            digest
        } else {
            let bytes = small(&source, name)?;
            let digest = Digest::of(&bytes);
            files.insert(path.clone(), bytes);
            digest
        };
        present.insert(path.clone(), Listed { path, size, digest });
    }
    checksums::compare(&names.list, &listed, &present)?;
    // What is not listed is not read: it may be of any size.
    let more = shelf.files().into_iter().map(|(path, _)| path);
    if let Some(path) = more
        .into_iter()
        .find(|path| *path != names.list && !listed.contains_key(*path))
    {
        let reason = format!("is not listed in {}", names.list);
        return Err(Distrust::new(DistrustCode::UnlistedFile, path, reason));
    }
    for path in present.keys() {
        ledger.note(path, Proof::ChecksumList);
    }
    let zip = zip.ok_or_else(|| missing(&names.zip))?;
    Ok(Beside { files, present, zip })
}

/// The bytes of a file that is no zip.
fn small(source: &Source<'_>, name: &str) -> Result<Vec<u8>, Distrust> {
    let length = usize::try_from(source.size()).unwrap_or(usize::MAX);
    if source.size() > MAX_BESIDE {
        let most = MAX_BESIDE >> 20;
        let reason = format!("larger than {most} MiB, the most that is read of such a file");
        return Err(Distrust::new(DistrustCode::Malformed, name, reason));
    }
    let bytes = source.part(0, length)?;
    check_values(name, &bytes)?;
    Ok(bytes)
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
fn bundle_name(shelf: Shelf<'_>) -> Result<BundleName, Distrust> {
    let files = shelf.files().into_iter();
    let lists: Vec<&str> = files
        .filter_map(|(path, _)| path.strip_suffix(".sha256"))
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
    files.get(name).map(Vec::as_slice).ok_or_else(|| missing(name))
}

fn open<'a>(shelf: Shelf<'a>, name: &str) -> Result<Source<'a>, Distrust> {
    shelf.open(name)?.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Distrust {
    Distrust::new(DistrustCode::MissingFile, name, "is not in the release folder")
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
