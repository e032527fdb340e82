//! Where the files of a tree's site go, and the list of them.

use crate::domain::Digest;
use crate::fs::{DiskError, Staging};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A site being written; or, for a check, only listed.
#[derive(Debug)]
pub(super) struct Output<'s> {
    /// `None` where nothing is written.
    staging: Option<&'s Staging>,
    digests: BTreeMap<String, Digest>,
}

impl<'s> Output<'s> {
    pub(super) fn new(staging: Option<&'s Staging>) -> Output<'s> {
        Output {
            staging,
            digests: BTreeMap::new(),
        }
    }

    /// Makes the folders of pages, before they are written on all cores.
    pub(super) fn make_folders<'f>(&self, folders: impl IntoIterator<Item = &'f str>) -> Result<(), DiskError> {
        let Some(staging) = self.staging else {
            return Ok(());
        };
        folders.into_iter().try_for_each(|folder| staging.make_folder(folder))
    }

    /// Writes a file whose folder is there; it is not listed yet.
    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<Digest, DiskError> {
        if let Some(staging) = self.staging {
            staging.add(path, bytes)?;
        }
        Ok(Digest::of(bytes))
    }

    /// Lists a file that was written.
    pub(super) fn list(&mut self, path: String, digest: Digest) {
        self.digests.insert(path, digest);
    }

    /// Writes a file, with its folder, and lists it.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make_folders([folder])?;
        }
        let digest = self.write(path, bytes)?;
        self.list(path.to_owned(), digest);
        Ok(())
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    /// All files with their digests, as `sha256sum` reads it.
    pub(super) fn sums(&self) -> String {
        let mut list = String::with_capacity(self.digests.len() * 112);
        for (path, digest) in &self.digests {
            // Two spaces: the mark of sha256sum for a file read as it is.
            let _ = writeln!(list, "{digest}  {path}");
        }
        list
    }
}
