//! The log and its head as they lie in a project.

use super::{Entry, Flaw, FlawCode, HEAD_PATH, LOCK_PATH, LOG_PATH};
use crate::diag::Problem;
use crate::fs::{self, Lock, Project};

/// The bytes of the log and of its head.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The log, if there is one.
    pub log: Option<Vec<u8>>,
    /// The head, if there is one.
    pub head: Option<Vec<u8>>,
}

impl Stored {
    /// Reads both, at one moment between two appends.
    ///
    /// # Errors
    /// One of them cannot be read, or is a link.
    pub fn read(project: &Project) -> Result<Stored, Problem> {
        // On a disk that is read only there is no lock, but nobody who appends either.
        let _lock = Lock::take(&project.locate(LOCK_PATH), || {}).ok();
        Stored::read_locked(project)
    }

    /// As [`Stored::read`], for those who hold the lock.
    pub(super) fn read_locked(project: &Project) -> Result<Stored, Problem> {
        let read = |path: &str| fs::read_large(&project.locate(path), path);
        Ok(Stored {
            log: read(LOG_PATH)?,
            head: read(HEAD_PATH)?,
        })
    }

    /// The whole lines as they stand, each with the name of its key; nothing is checked but their form.
    ///
    /// # Errors
    /// A line that is not of our form.
    pub fn entries(&self) -> Result<Vec<(Entry, String)>, Flaw> {
        let log = self.log.as_deref().unwrap_or_default();
        let lines = log.split_inclusive(|byte| *byte == b'\n');
        let whole = lines.filter(|line| line.ends_with(b"\n"));
        whole
            .zip(1..)
            .map(|(line, number)| match Entry::read(line) {
                Ok(signed) => Ok((signed.entry, signed.block.key_name().to_owned())),
                Err(reason) => Err(Flaw::at(FlawCode::Malformed, number, reason)),
            })
            .collect()
    }

    /// Whether half a line stands at the end.
    pub fn is_torn(&self) -> bool {
        self.log
            .as_ref()
            .is_some_and(|log| log.last().is_some_and(|byte| *byte != b'\n'))
    }
}
