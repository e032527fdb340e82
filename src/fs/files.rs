//! Single files that appear whole or not at all.

use super::DiskError;
use super::leftover::{hidden_name, remove_leftovers};
use super::staging::parent;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes several files of one folder: all under hidden names first, then renamed one right after the other.
///
/// # Errors
/// The disk is full or the place is not writable; while writing, no old file is touched.
pub fn write_together(files: &[(PathBuf, &[u8])]) -> Result<(), DiskError> {
    replace_together(files, &[])
}

/// As [`write_together`], and removes what is out of date once all new files are written under hidden names.
///
/// # Errors
/// As [`write_together`]; also if a folder stands where something out of date is looked for.
pub fn replace_together(files: &[(PathBuf, &[u8])], stale: &[PathBuf]) -> Result<(), DiskError> {
    if let Some(folder) = stale.iter().find(|path| path.is_dir()) {
        let cause = io::Error::new(io::ErrorKind::IsADirectory, "a folder is in the way");
        return Err(DiskError::new("remove the old file", folder, cause));
    }
    let mut hidden = Vec::new();
    let written = files.iter().try_for_each(|(target, bytes)| {
        let folder = parent(target);
        fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
        remove_leftovers(target);
        if target.is_dir() {
            let cause = io::Error::new(io::ErrorKind::IsADirectory, "a folder is in the way");
            return Err(DiskError::new("write the file", target, cause));
        }
        let name = hidden_name(target);
        hidden.push(name.clone());
        // Removed above if it was ours; whatever else is there is not followed.
        File::create_new(&name)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .map_err(DiskError::on("write the file", target))
    });
    let cleared = written.and_then(|()| stale.iter().try_for_each(|path| remove_stale(path)));
    let placed = cleared.and_then(|()| {
        let mut pairs = hidden.iter().zip(files);
        pairs.try_for_each(|(name, (target, _))| {
            fs::rename(name, target).map_err(DiskError::on("put in place", target))
        })
    });
    if placed.is_err() {
        for name in &hidden {
            let _ = fs::remove_file(name);
        }
    }
    placed
}

/// Removes a file that is out of date. One that is not there is fine.
///
/// # Errors
/// The disk refuses.
pub(super) fn remove_stale(target: &Path) -> Result<(), DiskError> {
    match fs::remove_file(target) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(DiskError::new("remove the old file", target, cause))
        }
        _ => Ok(()),
    }
}

/// Writes a new file that only its owner can read (mode 600), and refuses to replace one.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn write_secret(target: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let folder = parent(target);
    fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
    let hidden = hidden_name(target);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&hidden)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        // A hard link refuses to replace, a rename would not; so two first builds agree on one key.
        .and_then(|()| fs::hard_link(&hidden, target));
    let _ = fs::remove_file(&hidden);
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => DiskError::new(
            "make a new key",
            target,
            io::Error::new(cause.kind(), "the file exists already"),
        ),
        _ => DiskError::new("write the file", target, cause),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_private_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("secrets/key");
        write_secret(&target, b"one").unwrap();
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(
            write_secret(&target, b"two")
                .unwrap_err()
                .to_string()
                .ends_with("the file exists already")
        );
        assert_eq!(fs::read(&target).unwrap(), b"one");
    }
}
