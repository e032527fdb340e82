//! One writer at a time in a project.

use super::DiskError;
use super::regular::open_regular;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Held while outputs are swapped; freed by the system even if the process is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes a lock on the folder of the file at `path`, waiting for others; leaves no file behind.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn beside(path: &Path) -> Result<Lock, DiskError> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = File::open(folder).map_err(DiskError::on("open the folder", folder))?;
        file.lock().map_err(DiskError::on("take the lock", folder))?;
        Ok(Lock { _file: file })
    }

    /// Takes the lock at `path`; `None` if somebody has it.
    ///
    /// # Errors
    /// The lock file cannot be made.
    pub fn try_take(path: &Path) -> Result<Option<Lock>, DiskError> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(DiskError::new("take the lock", path, cause)),
        }
    }

    /// Takes the lock at `path`, waiting for another build to end. `on_wait` is called if there is one.
    ///
    /// # Errors
    /// The lock file cannot be made.
    pub fn take(path: &Path, on_wait: impl FnOnce()) -> Result<Lock, DiskError> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                on_wait();
                file.lock().map_err(DiskError::on("take the lock", path))?;
            }
            Err(TryLockError::Error(cause)) => return Err(DiskError::new("take the lock", path, cause)),
        }
        Ok(Lock { _file: file })
    }
}

/// The lock file, made with its folder if it is not there.
fn open(path: &Path) -> Result<File, DiskError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    open_regular(&mut options, path).map_err(DiskError::on("open the lock file", path))
}
