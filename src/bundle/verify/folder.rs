//! A release's folder: the names of its files, and their bytes where they are few.

use super::super::RELEASE_ENDINGS;
use super::super::observed::check_values;
use super::super::source::{Shelf, Source};
use crate::domain::BundleName;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode};

/// Most bytes of a release's file other than the zip: a manifest of 20,000 members with the longest paths.
const MAX_BESIDE: u64 = 12 << 20;

/// The names of a release folder's files.
pub(super) struct Names {
    pub(super) bundle: String,
    pub(super) zip: String,
    pub(super) manifest: String,
    pub(super) signature: String,
    pub(super) attestation: String,
    pub(super) list: String,
    pub(super) raw: String,
    pub(super) ssh: String,
    /// An independent time stamp (RFC 3161), which may be there and is for other tools to check.
    pub(super) time_stamp: String,
}

impl Names {
    pub(super) fn of(bundle: &BundleName) -> Names {
        let [zip, manifest, signature, attestation, list, raw, ssh] =
            RELEASE_ENDINGS.map(|ending| format!("{bundle}{ending}"));
        Names {
            bundle: bundle.as_str().to_owned(),
            zip,
            manifest,
            signature,
            attestation,
            time_stamp: format!("{list}.tsr"),
            list,
            raw,
            ssh,
        }
    }

    /// The files that the list names.
    pub(super) fn listed(&self) -> [&String; 4] {
        [&self.zip, &self.manifest, &self.signature, &self.attestation]
    }
}

/// The name that the one `.sha256` file gives.
pub(super) fn bundle_name(shelf: Shelf<'_>) -> Result<BundleName, Distrust> {
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

pub(super) fn file<'t>(files: &'t Tree, name: &str) -> Result<&'t [u8], Distrust> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| missing(name))
}

pub(super) fn open<'a>(shelf: Shelf<'a>, name: &str) -> Result<Source<'a>, Distrust> {
    shelf.open(name)?.ok_or_else(|| missing(name))
}

pub(super) fn missing(name: &str) -> Distrust {
    Distrust::new(DistrustCode::MissingFile, name, "is not in the release folder")
}

/// The bytes of a file that is no zip.
pub(super) fn small(source: &Source<'_>, name: &str) -> Result<Vec<u8>, Distrust> {
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
