//! Waits until files change.

use super::DiskError;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// An editor saves in several steps; they count as one change if no more than this lies between them.
const QUIET: Duration = Duration::from_millis(25);

/// Folders whose files are watched.
#[derive(Debug)]
pub struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
    /// The folders as they were named, by the paths that the system knows them by.
    names: BTreeMap<PathBuf, PathBuf>,
}

impl Watch {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// The system has no more watches to give.
    pub fn new() -> Result<Watch, DiskError> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(sender).map_err(refused(Path::new(".")))?;
        Ok(Watch {
            watcher,
            events,
            folders: BTreeSet::new(),
            names: BTreeMap::new(),
        })
    }

    /// Watches just these folders from now on, not what lies below them. One that is gone is left out. `true` if new ones
    /// are among them: what changed in those before this moment was not seen.
    ///
    /// # Errors
    /// The system has no more watches to give.
    pub fn cover(&mut self, folders: BTreeSet<PathBuf>) -> Result<bool, DiskError> {
        for gone in self.folders.difference(&folders) {
            // It may have been removed, and its watch with it.
            let _ = self.watcher.unwatch(gone);
        }
        let new: Vec<PathBuf> = folders.difference(&self.folders).cloned().collect();
        for folder in new.iter().filter(|folder| folder.is_dir()) {
            self.watcher
                .watch(folder, RecursiveMode::NonRecursive)
                .map_err(refused(folder))?;
            if let Ok(known) = folder.canonicalize() {
                self.names.insert(known, folder.clone());
            }
        }
        self.folders = folders;
        Ok(!new.is_empty())
    }

    /// Waits until something changes and then stays as it is for a moment; gives what changed, in the folders as they were
    /// named. Empty if the system has lost count, or nothing can change any more.
    pub fn wait(&self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        while changed.is_empty() {
            match self.events.recv() {
                Ok(event) => {
                    if !self.note(event, &mut changed) {
                        return BTreeSet::new();
                    }
                }
                Err(_) => return BTreeSet::new(),
            }
        }
        while let Ok(event) = self.events.recv_timeout(QUIET) {
            if !self.note(event, &mut changed) {
                return BTreeSet::new();
            }
        }
        changed
    }

    /// Adds what an event names; `false` if events were lost, so that anything may have changed.
    fn note(&self, event: notify::Result<Event>, changed: &mut BTreeSet<PathBuf>) -> bool {
        match event {
            Ok(event) if event.need_rescan() => false,
            Ok(event) => {
                if !matches!(event.kind, EventKind::Access(_)) {
                    changed.extend(event.paths.iter().map(|path| self.named(path)));
                }
                true
            }
            Err(_) => false,
        }
    }

    /// A path in a watched folder as that folder was named.
    fn named(&self, path: &Path) -> PathBuf {
        let folder = path.parent().and_then(|folder| self.names.get(folder));
        match (folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    }
}

fn refused(folder: &Path) -> impl FnOnce(notify::Error) -> DiskError {
    move |error| DiskError::new("watch the folder", folder, io::Error::other(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_saved_file_is_one_change() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().canonicalize().unwrap();
        let file = folder.join("a.md");
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::new().unwrap();
        watch.cover(BTreeSet::from([folder.clone()])).unwrap();
        // As editors do: a new file beside, put in place of the old one.
        fs::write(folder.join("a.md~"), "two").unwrap();
        fs::rename(folder.join("a.md~"), &file).unwrap();
        assert!(watch.wait().contains(&file));
        fs::write(&file, "three").unwrap();
        assert_eq!(watch.wait(), BTreeSet::from([file]));
    }
}
