//! Failures of the machine, as opposed to problems in the author's input.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The disk did not do what was asked.
#[derive(Debug)]
pub struct DiskError {
    path: PathBuf,
    deed: &'static str,
    cause: io::Error,
}

impl DiskError {
    /// `deed` completes "could not …".
    pub(crate) fn new(deed: &'static str, path: impl AsRef<Path>, cause: io::Error) -> DiskError {
        DiskError {
            path: path.as_ref().to_owned(),
            deed,
            cause,
        }
    }

    /// For use with `map_err`.
    pub(crate) fn on<'p>(deed: &'static str, path: &'p Path) -> impl FnOnce(io::Error) -> DiskError + 'p {
        move |cause| DiskError::new(deed, path, cause)
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: could not {}: {}",
            self.path.display(),
            self.deed,
            self.cause
        )?;
        let hint = match self.cause.kind() {
            io::ErrorKind::StorageFull => {
                "free some space and run the command again; what was there before is untouched"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "make the folder writable, or choose another with `--root`; what was there before is untouched"
            }
            _ => return Ok(()),
        };
        write!(out, "\n  hint: {hint}")
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
