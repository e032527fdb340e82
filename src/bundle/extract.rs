//! Writes the bag of a bundle into a folder: only what was verified, whole or not at all.

use super::observed::Observations;
use super::source::changed;
use super::verify::{Policy, Verification, examine, examine_files};
use super::zip_member;
use super::zip_reader::Archive;
use crate::diag::Problem;
use crate::domain::Digest;
use crate::fs::{DiskError, NewFolder, Tree};
use crate::seal::{Distrust, DistrustCode};
use std::path::Path;

/// Why nothing was extracted.
#[derive(Debug)]
pub enum ExtractError {
    /// The folder cannot be the target.
    Target(Problem),
    /// The bundle cannot be trusted.
    Untrusted(Distrust),
    /// The disk did not do what was asked.
    Disk(DiskError),
}

impl From<Distrust> for ExtractError {
    fn from(distrust: Distrust) -> ExtractError {
        ExtractError::Untrusted(distrust)
    }
}

impl From<DiskError> for ExtractError {
    fn from(error: DiskError) -> ExtractError {
        ExtractError::Disk(error)
    }
}

/// What was extracted.
#[derive(Clone, Debug)]
pub struct Extracted {
    /// What was shown before a byte was written.
    pub verification: Verification,
    /// How many files were written.
    pub files: usize,
    /// How many bytes they hold.
    pub bytes: u64,
}

/// Verifies the release folder or zip at `location` as [`super::verify()`] does, and writes its bag into the folder
/// `target`, which must be missing or empty. Each file is hashed again while it is written, and must be the one that
/// was verified. `accept` is asked last, before the folder appears.
///
/// # Errors
/// The target is in use, the bundle cannot be trusted, or the disk refuses. The target is then as it was.
pub fn extract<E: From<ExtractError>>(
    location: &Path,
    target: &Path,
    policy: &Policy,
    accept: impl FnOnce(&Verification) -> Result<(), E>,
) -> Result<Extracted, E> {
    NewFolder::check(target).map_err(ExtractError::Target)?;
    let (verification, (folder, files, bytes)) = examine(location, policy, |opened| {
        let Some((archive, files)) = opened else {
            let reason = "is an unpacked bag already; verify it where it is";
            return Err(Distrust::new(DistrustCode::NotABundle, "(folder)", reason).into());
        };
        let folder = NewFolder::begin(target)?;
        let bytes = write(archive, files, &folder)?;
        Ok::<_, ExtractError>((folder, files.len(), bytes))
    })?;
    // Only now is it known that nothing was changed while it was read.
    accept(&verification)?;
    folder.put_in_place().map_err(ExtractError::Disk)?;
    Ok(Extracted {
        verification,
        files,
        bytes,
    })
}

/// A release that was verified in memory, with some files of its bag.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What was shown.
    pub verification: Verification,
    /// The files below the folder that was asked for, by their paths inside it.
    pub files: Tree,
}

/// Verifies the files of a release folder as [`super::verify()`] does, and reads those below `folder` of its bag. What is
/// verified are the very bytes that were given, so nothing can change between this and their use.
///
/// # Errors
/// The first reason not to trust them.
pub fn open(release: &Tree, folder: &str, policy: &Policy) -> Result<Opened, Distrust> {
    examine_files(release, policy, |archive, known| {
        let mut files = Tree::new();
        for member in &archive.members {
            let path = member.inside();
            let Some(inside) = path.strip_prefix(folder) else {
                continue;
            };
            let mut bytes = Vec::new();
            zip_member::unpack(archive, member, |piece| {
                bytes.extend_from_slice(piece);
                Ok::<(), Distrust>(())
            })?;
            if known
                .get(path)
                .is_none_or(|verified| verified.digest != Digest::of(&bytes))
            {
                return Err(changed(path));
            }
            files.insert(inside.to_owned(), bytes);
        }
        Ok(files)
    })
    .map(|(verification, files)| Opened { verification, files })
}

/// Writes all members. Returns how many bytes they hold.
fn write(archive: &Archive<'_>, files: &Observations, folder: &NewFolder) -> Result<u64, ExtractError> {
    let mut total = 0;
    for member in &archive.members {
        let path = member.inside();
        let mut file = folder.create(path)?;
        let mut digest = Digest::stream();
        zip_member::unpack(archive, member, |piece| {
            digest.update(piece);
            file.write(piece).map_err(ExtractError::Disk)
        })?;
        let digest = digest.finish();
        if files.get(path).is_none_or(|verified| verified.digest != digest) {
            return Err(changed(path).into());
        }
        file.finish()?;
        total += member.size;
    }
    Ok(total)
}
