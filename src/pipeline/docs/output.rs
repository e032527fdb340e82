//! Where the files of a tree's site go, and the list of them.

use super::memory::{Made, Memory, together};
use crate::domain::Digest;
use crate::fs::{DiskError, Staging};
use crate::pipeline::targets::SITE_LIST;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A site being written; or, for a check, only listed.
#[derive(Debug)]
pub(super) struct Output<'s> {
    /// `None` where nothing is written.
    staging: Option<&'s Staging>,
    files: BTreeMap<String, Digest>,
    /// Those that were written now; the others are those of the last build.
    new: BTreeSet<String>,
}

impl<'s> Output<'s> {
    pub(super) fn new(staging: Option<&'s Staging>) -> Output<'s> {
        Output {
            staging,
            files: BTreeMap::new(),
            new: BTreeSet::new(),
        }
    }

    /// Makes the folders of files, before they are written on all cores.
    pub(super) fn make_folders<'f>(
        &self,
        folders: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), DiskError> {
        let Some(staging) = self.staging else {
            return Ok(());
        };
        folders
            .into_iter()
            .try_for_each(|folder| staging.make_folder(folder))
    }

    /// Writes a file whose folder is there; it is not listed yet.
    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<Digest, DiskError> {
        if let Some(staging) = self.staging {
            staging.add(path, bytes)?;
        }
        Ok(Digest::of(bytes))
    }

    /// Lists a file that was written now or in the last build.
    pub(super) fn list(&mut self, path: &str, sum: Digest, is_new: bool) {
        self.files.insert(path.to_owned(), sum);
        if is_new {
            self.new.insert(path.to_owned());
        }
    }

    /// Writes a file, with its folder, and lists it.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make_folders([folder])?;
        }
        let sum = self.write(path, bytes)?;
        self.list(path, sum, true);
        Ok(())
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Writes the list of all files, as `sha256sum` reads it.
    pub(super) fn add_sums(&mut self) -> Result<(), DiskError> {
        let mut list = String::with_capacity(self.files.len() * 112);
        for (path, sum) in &self.files {
            // Two spaces: the mark of sha256sum for a file read as it is.
            let _ = writeln!(list, "{sum}  {path}");
        }
        self.add(SITE_LIST, list.as_bytes())
    }

    /// Makes the folder that is being written what is listed: takes over what is as in the last build, and removes what
    /// there is no more. `has_spare` says that the folder began as the site before that, which differs from it where
    /// `memory` says so.
    pub(super) fn settle(
        &self,
        memory: &Memory,
        has_spare: bool,
    ) -> Result<BTreeMap<String, Made>, DiskError> {
        let Some(staging) = self.staging else {
            return Ok(BTreeMap::new());
        };
        let mut settled = BTreeMap::new();
        let mut touched: Vec<String> = Vec::new();
        together(&self.files, &memory.site, |path, sum, old| {
            let Some(sum) = sum else {
                return if has_spare { staging.remove(path) } else { Ok(()) };
            };
            let is_new = self.new.contains(path);
            if !is_new && (!has_spare || memory.stale.contains(path)) {
                if let Some((folder, _)) = path.rsplit_once('/') {
                    staging.make_folder(folder)?;
                }
                staging.carry(path)?;
                touched.push(path.clone());
            } else if is_new {
                touched.push(path.clone());
            }
            let stamp = old.and_then(|old| old.stamp);
            settled.insert(path.clone(), Made { sum: *sum, stamp });
            Ok(())
        })?;
        let gone = memory
            .stale
            .iter()
            .filter(|path| has_spare && !self.files.contains_key(*path));
        for path in gone {
            staging.remove(path)?;
        }
        for (path, stamp) in touched.iter().zip(staging.stamps(&touched)) {
            if let Some(made) = settled.get_mut(path) {
                made.stamp = stamp;
            }
        }
        Ok(settled)
    }
}
