//! Bytes that are read piece by piece: of files on disk, however large, or of what was just packed.

use crate::diag::Problem;
use crate::domain::Digest;
use crate::fs::{Folder, OpenFile, Tree};
use crate::seal::{Distrust, DistrustCode};
use std::path::Path;

/// Bytes of a piece: a piece and what becomes of it stay in the processor's cache together.
pub(super) const PIECE: usize = 128 * 1024;

/// One file's bytes.
#[derive(Debug)]
pub(super) enum Source<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// On disk.
    File(OpenFile),
}

impl Source<'_> {
    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        match self {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File(file) => file.size(),
        }
    }

    /// The bytes from `start`, which the caller knows to be inside. Those of a file are put into `buffer`.
    fn piece<'b>(&'b self, start: u64, length: usize, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], Distrust> {
        match self {
            Source::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).and_then(|rest| rest.get(..length));
                rest.ok_or_else(|| changed("(bytes)"))
            }
            Source::File(file) => {
                buffer.resize(length, 0);
                file.read_at(start, buffer).map_err(|problem| {
                    // A file that became shorter is no failure of the disk.
                    if file.is_unchanged() {
                        unreadable(problem)
                    } else {
                        changed(&problem.path)
                    }
                })?;
                Ok(buffer)
            }
        }
    }

    /// Gives `length` bytes from `start` to `take`, in pieces. The caller knows them to be inside.
    ///
    /// # Errors
    /// They cannot be read, or `take` fails.
    pub(super) fn pieces<E: From<Distrust>>(
        &self,
        start: u64,
        length: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut buffer = Vec::new();
        let mut done = 0;
        while done < length {
            let size = usize::try_from(length - done).map_or(PIECE, |left| left.min(PIECE));
            take(self.piece(start + done, size, &mut buffer)?)?;
            done += size as u64;
        }
        Ok(())
    }

    /// `length` bytes from `start` at once. The caller knows them to be inside, and few.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn part(&self, start: u64, length: usize) -> Result<Vec<u8>, Distrust> {
        let mut buffer = Vec::new();
        Ok(match self.piece(start, length, &mut buffer)? {
            // Only bytes in memory were lent; those of a file are in the buffer already.
            lent if matches!(self, Source::Bytes(_)) => lent.to_vec(),
            _ => buffer,
        })
    }

    /// The digest of all bytes.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn digest(&self) -> Result<Digest, Distrust> {
        let mut digest = Digest::stream();
        self.pieces(0, self.size(), |piece| {
            digest.update(piece);
            Ok::<(), Distrust>(())
        })?;
        Ok(digest.finish())
    }

    /// Refuses a file that is not the one that was opened any more.
    pub(super) fn check_unchanged(&self, name: &str) -> Result<(), Distrust> {
        match self {
            Source::File(file) if !file.is_unchanged() => Err(changed(name)),
            _ => Ok(()),
        }
    }
}

/// The digest of a file of any size. `shown` is its name in a reason.
///
/// # Errors
/// It cannot be read.
pub fn digest_of(location: &Path, shown: &str) -> Result<Digest, Distrust> {
    Source::File(OpenFile::open(location, shown).map_err(unreadable)?).digest()
}

/// The files of a folder.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shelf<'a> {
    /// In memory.
    Packed(&'a Tree),
    /// On disk.
    Folder(&'a Folder),
}

impl<'a> Shelf<'a> {
    /// The names of the files, sorted, with their sizes in bytes.
    pub(super) fn files(&self) -> Vec<(&'a str, u64)> {
        match self {
            Shelf::Packed(tree) => tree
                .iter()
                .map(|(name, bytes)| (name.as_str(), bytes.len() as u64))
                .collect(),
            Shelf::Folder(folder) => folder.files().collect(),
        }
    }

    /// A file; nothing if there is none of that name.
    ///
    /// # Errors
    /// It cannot be opened, or is not the one that was listed.
    pub(super) fn open(&self, name: &str) -> Result<Option<Source<'a>>, Distrust> {
        match self {
            Shelf::Packed(tree) => Ok(tree.get(name).map(|bytes| Source::Bytes(bytes))),
            Shelf::Folder(folder) if folder.contains(name) => {
                let file = folder.open(name).map_err(unreadable)?;
                Ok(Some(Source::File(file.ok_or_else(|| changed(name))?)))
            }
            Shelf::Folder(_) => Ok(None),
        }
    }
}

/// Nothing can be said about a file that changes under the eyes of the verifier.
pub(super) fn changed(name: &str) -> Distrust {
    let reason = "was changed while it was verified; try again when nothing writes there";
    Distrust::new(DistrustCode::Changed, name, reason)
}

/// What cannot be read is no bundle.
pub(super) fn unreadable(problem: Problem) -> Distrust {
    Distrust::new(DistrustCode::NotABundle, problem.path, problem.message)
}
