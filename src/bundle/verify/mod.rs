//! Verification from the outside in, with the code that a stranger runs. The first failure ends it.
//!
//! 1. `B.sha256` names exactly the files of the release folder, and they are the ones it lists.
//! 2. The manifest's HMAC fits (with a key), and the manifest lists the zip.
//! 3. Only now is the zip parsed, by a reader that accepts nothing but our profile.
//! 4. The bag's lists describe exactly its files, and the manifest lists the same payload.
//! 5. Every report has its signature, and its own manifest lists both.
//!
//! Without a key, steps 1 to 5 prove that nothing was damaged or exchanged by accident; they do not prove who made it.

mod release;
mod reports;

use super::bag;
use super::observed::{Observations, observe_shelf};
use super::pack::Packed;
use super::source::{Shelf, Source, changed, unreadable};
use super::zip_reader::Archive;
use crate::domain::{BundleName, Timestamp};
use crate::fs::{Folder, OpenFile, Tree};
use crate::seal::{Distrust, DistrustCode, HmacKey};
use std::collections::BTreeMap;
use std::path::Path;

/// What was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A release folder.
    Release,
    /// A zip without its release files.
    Zip,
    /// An unpacked bag.
    Bag,
}

/// One thing that was shown for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// `B.sha256` lists its digest.
    ChecksumList,
    /// The release manifest lists its size and digest.
    ReleaseManifest,
    /// Each byte fits the zip profile.
    ZipProfile,
    /// A list of the bag lists its digest.
    BagList,
    /// The report's own manifest lists its size and digest.
    ReportManifest,
    /// Its `.sig` names it and its digest.
    Signature,
    /// The HMAC of its bytes was recomputed with the key.
    Hmac,
}

impl Proof {
    /// A word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Proof::ChecksumList => "checksum-list",
            Proof::ReleaseManifest => "release-manifest",
            Proof::ZipProfile => "zip-profile",
            Proof::BagList => "bag-list",
            Proof::ReportManifest => "report-manifest",
            Proof::Signature => "signature",
            Proof::Hmac => "hmac",
        }
    }
}

/// A file and what was shown for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProof {
    /// Its path; inside the zip it begins with the zip's name and `!/`.
    pub path: String,
    /// What was shown, in a fixed order.
    pub proofs: Vec<Proof>,
}

/// The result of a verification that found nothing wrong.
#[derive(Clone, Debug)]
pub struct Verification {
    /// What was verified.
    pub shape: Shape,
    /// The bundle's name.
    pub bundle: String,
    /// The key that signatures were checked with: its id, and whether it is a development key.
    pub key: Option<(String, bool)>,
    /// What the manifest says about its own fitness for publication.
    pub notice: Option<String>,
    /// What the manifest says about the release; only a release folder has one.
    pub stated: Option<StatedRelease>,
    /// Each file.
    pub files: Vec<FileProof>,
}

impl Verification {
    /// How many files' HMAC was recomputed with the key.
    pub fn hmac_count(&self) -> usize {
        self.files
            .iter()
            .filter(|file| file.proofs.contains(&Proof::Hmac))
            .count()
    }

    /// Whether every file hangs on an HMAC that was recomputed: only then is the whole shown to come from a holder
    /// of the key. Of a zip or a bag alone, only the reports have one.
    pub fn is_authenticated(&self) -> bool {
        self.shape == Shape::Release && self.key.is_some()
    }
}

/// What a manifest says about its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedRelease {
    /// When the bundle was made.
    pub generated_at: String,
    /// The release's number; a later release has a higher one.
    pub sequence: i64,
    /// T, the moment of the release.
    pub released_at: Timestamp,
    /// The moment after which a reader should ask for a newer release.
    pub valid_until: Timestamp,
    /// The digest list of the release before.
    pub previous: Option<String>,
}

/// A release folder's files that passed verification. Only these are put in place.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The files.
    pub files: Tree,
    /// What was shown.
    pub verification: Verification,
}

/// Collects proofs.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    files: BTreeMap<String, Vec<Proof>>,
}

impl Ledger {
    fn note(&mut self, path: impl Into<String>, proof: Proof) {
        let proofs = self.files.entry(path.into()).or_default();
        if !proofs.contains(&proof) {
            proofs.push(proof);
            proofs.sort();
        }
    }

    fn into_files(self) -> Vec<FileProof> {
        self.files
            .into_iter()
            .map(|(path, proofs)| FileProof { path, proofs })
            .collect()
    }
}

/// Verifies what lies at `location`: a release folder, a zip, or an unpacked bag. A release whose validity ended
/// before `now` is refused; without `now` its age is not looked at.
///
/// Files are read piece by piece, so the memory needed does not grow with them.
///
/// # Errors
/// The first reason not to trust it.
pub fn verify(
    location: &Path,
    key: Option<&HmacKey>,
    now: Option<Timestamp>,
) -> Result<Verification, Distrust> {
    examine(location, key, now, |_| Ok::<(), Distrust>(())).map(|(verification, ())| verification)
}

/// A zip that was verified, still open, and what is known about its files. An unpacked bag has none.
pub(super) type Opened<'o> = Option<(&'o Archive<'o>, &'o Observations)>;

/// Verifies as [`verify`], and gives what was verified to `then`. Nothing may have been changed until that ends.
///
/// # Errors
/// The first reason not to trust it, or `then` fails.
pub(super) fn examine<T, E: From<Distrust>>(
    location: &Path,
    key: Option<&HmacKey>,
    now: Option<Timestamp>,
    then: impl FnOnce(Opened<'_>) -> Result<T, E>,
) -> Result<(Verification, T), E> {
    let shown = location.file_name().map_or_else(
        || location.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    );
    if location.is_file() {
        if !shown.ends_with(".zip") {
            let reason =
                "is neither a folder nor a zip; name the release folder, the zip, or the unpacked bag";
            return Err(Distrust::new(DistrustCode::NotABundle, shown, reason).into());
        }
        let file = OpenFile::open(location, &shown).map_err(unreadable)?;
        let checked = verify_zip(&shown, Source::File(file), key)?;
        let result = then(Some((&checked.archive, &checked.files)))?;
        checked.archive.source.check_unchanged(&shown)?;
        return Ok((checked.verification, result));
    }
    if !location.is_dir() {
        return Err(Distrust::new(DistrustCode::NotABundle, shown, "is not there").into());
    }
    let folder = Folder::list(location).map_err(unreadable)?;
    // A folder with anything of a release is checked as one: what is in it must not choose the milder rules.
    let of_a_release = |path: &str| {
        !path.contains('/')
            && (path.ends_with(".sha256") || path.ends_with(".manifest.json") || path.ends_with(".zip"))
    };
    let is_bag = folder.contains("bagit.txt") && !folder.files().any(|(path, _)| of_a_release(path));
    let examined = if is_bag {
        (verify_bag(&folder, key)?, then(None)?)
    } else {
        let checked = release::verify(Shelf::Folder(&folder), key)?;
        release::check_age(&checked.verification, now)?;
        let result = then(Some((&checked.archive, &checked.files)))?;
        (checked.verification, result)
    };
    if folder.is_unchanged() {
        Ok(examined)
    } else {
        Err(changed("(folder)").into())
    }
}

/// A zip that passed, alone or in its release.
pub(super) struct Checked<'a> {
    verification: Verification,
    archive: Archive<'a>,
    files: Observations,
}

/// Verifies what was just packed, with the same steps.
///
/// # Errors
/// The first reason not to trust it: then packing is broken, and nothing may be put in place.
pub fn verify_packed(packed: Packed, key: &HmacKey) -> Result<Verified, Distrust> {
    let verification = release::verify(Shelf::Packed(&packed.files), Some(key))?.verification;
    Ok(Verified {
        files: packed.files,
        verification,
    })
}

fn verify_zip<'a>(name: &str, source: Source<'a>, key: Option<&HmacKey>) -> Result<Checked<'a>, Distrust> {
    let mut ledger = Ledger::default();
    let archive = Archive::open(name, source)?;
    let files = archive.observe(key)?;
    ledger.note(name, Proof::ZipProfile);
    check_bag(&format!("{name}!/"), &files, key, &mut ledger)?;
    let bundle = archive.root.clone();
    if BundleName::parse(&bundle).is_none() || format!("{bundle}.zip") != name {
        let reason = format!("holds the bag `{bundle}`; the two names must be the same");
        return Err(Distrust::new(DistrustCode::Inconsistent, name, reason));
    }
    if bag::identifier(&files).as_ref() != Some(&bundle) {
        let reason = "its bag-info.txt names another bundle";
        return Err(Distrust::new(DistrustCode::Inconsistent, name, reason));
    }
    Ok(Checked {
        verification: finish(Shape::Zip, bundle, key, ledger),
        archive,
        files,
    })
}

fn verify_bag(folder: &Folder, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    let mut ledger = Ledger::default();
    let files = observe_shelf(Shelf::Folder(folder), key)?;
    check_bag("", &files, key, &mut ledger)?;
    let bundle = bag::identifier(&files).unwrap_or_default();
    Ok(finish(Shape::Bag, bundle, key, ledger))
}

fn finish(shape: Shape, bundle: String, key: Option<&HmacKey>, ledger: Ledger) -> Verification {
    let key = key.map(HmacKey::named);
    Verification {
        shape,
        bundle,
        key,
        notice: None,
        stated: None,
        files: ledger.into_files(),
    }
}

/// Steps 4 and 5: the bag's lists, and the reports in it. `prefix` stands before each path in the ledger.
fn check_bag(
    prefix: &str,
    files: &Observations,
    key: Option<&HmacKey>,
    ledger: &mut Ledger,
) -> Result<BTreeMap<String, crate::seal::Listed>, Distrust> {
    let payload = bag::check(files)?;
    for path in files.keys() {
        ledger.note(format!("{prefix}{path}"), Proof::BagList);
    }
    reports::check(prefix, files, key, ledger)?;
    Ok(payload)
}
