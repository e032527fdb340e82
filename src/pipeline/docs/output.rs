//! Where the files of a tree's site go, and the list of them.

use super::memory::{Made, Memory};
use crate::domain::Digest;
use crate::fs::{DiskError, Staging};
use crate::pipeline::targets::SITE_LIST;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A site being written; or, for a check, only listed.
#[derive(Debug)]
pub(super) struct Output<'s> {
    /// `None` where nothing is written.
    staging: Option<&'s Staging>,
    /// In the order in which they were listed.
    files: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    path: String,
    sum: Digest,
    /// Written now; others are those of the last build.
    is_new: bool,
}

/// The files of a site that was settled, sorted, and those in which it differs from the one before.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) site: Vec<(String, Made)>,
    pub(super) stale: BTreeSet<String>,
}

impl<'s> Output<'s> {
    pub(super) fn new(staging: Option<&'s Staging>) -> Output<'s> {
        Output {
            staging,
            files: Vec::new(),
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
        let path = path.to_owned();
        self.files.push(Listed { path, sum, is_new });
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
        // Runs of files are in order already, which a stable sort finds.
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut list = String::with_capacity(self.files.len() * 112);
        for Listed { path, sum, .. } in &self.files {
            // Two spaces: the mark of sha256sum for a file read as it is.
            let _ = writeln!(list, "{sum}  {path}");
        }
        self.add(SITE_LIST, list.as_bytes())
    }

    /// Makes the folder that is being written what is listed: takes over what is as in the last build, and removes what
    /// there is no more. `has_spare` says that the folder began as the site before that, which differs from it where
    /// `memory` says so.
    pub(super) fn settle(mut self, memory: &Memory, has_spare: bool) -> Result<Settled, DiskError> {
        let Some(staging) = self.staging else {
            return Ok(Settled::default());
        };
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut settled = Settled::default();
        // Places of files that were written or taken over, with what was known of them.
        let mut touched: Vec<(usize, Option<Made>)> = Vec::new();
        let mut gone: Vec<&String> = Vec::new();
        let mut old = memory.site.iter().peekable();
        for Listed { path, sum, is_new } in self.files {
            while let Some((path, _)) = old.next_if(|(known, _)| *known < path) {
                gone.push(path);
            }
            let before = old.next_if(|(known, _)| *known == path).map(|(_, made)| *made);
            let is_taken = !is_new && (!has_spare || memory.about.stale.contains(&path));
            if is_taken {
                if let Some((folder, _)) = path.rsplit_once('/') {
                    staging.make_folder(folder)?;
                }
                staging.carry(&path)?;
            }
            if is_new || is_taken {
                touched.push((settled.site.len(), before));
            }
            let stamp = before.and_then(|before| before.stamp);
            settled.site.push((path, Made { sum, stamp }));
        }
        gone.extend(old.map(|(path, _)| path));
        settled.stale.extend(gone.iter().copied().cloned());
        if has_spare {
            gone.extend(memory.about.stale.iter().filter(|path| !settled.has(path)));
            gone.into_iter().try_for_each(|path| staging.remove(path))?;
        }
        settled.stamp(&touched, staging);
        Ok(settled)
    }
}

impl Settled {
    fn has(&self, path: &str) -> bool {
        self.site
            .binary_search_by(|(known, _)| known.as_str().cmp(path))
            .is_ok()
    }

    /// Notes the stamps of the files that were touched, and which of them are not what they were.
    fn stamp(&mut self, touched: &[(usize, Option<Made>)], staging: &Staging) {
        let path = |(place, _): &(usize, Option<Made>)| self.site.get(*place).map(|(path, _)| path.clone());
        let paths: Vec<String> = touched.iter().filter_map(path).collect();
        let stamps = staging.stamps(&paths);
        for ((place, before), stamp) in touched.iter().zip(stamps) {
            if let Some((path, made)) = self.site.get_mut(*place) {
                made.stamp = stamp;
                if *before != Some(*made) {
                    self.stale.insert(path.clone());
                }
            }
        }
    }
}
