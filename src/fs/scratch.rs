//! Files that can be lost: what a build leaves to be quicker the next time. They appear whole or not at all, but are not
//! made durable.

use super::DiskError;
use super::leftover::{hidden_name, remove_leftovers};
use super::staging::parent;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes a file, with its folder.
///
/// # Errors
/// The disk is full or the place is not writable; an older file is as it was.
pub fn write_scratch(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    write_scratch_of(path, &[bytes])
}

/// Writes a file of several runs of bytes, which need not be put together before.
///
/// # Errors
/// As [`write_scratch`].
pub fn write_scratch_of(path: &Path, runs: &[&[u8]]) -> Result<(), DiskError> {
    let folder = parent(path);
    fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
    remove_leftovers(path);
    let hidden = hidden_name(path);
    // Removed above if it was ours; whatever else is there is not followed.
    File::create_new(&hidden)
        .and_then(|mut file| runs.iter().try_for_each(|bytes| file.write_all(bytes)))
        .and_then(|()| fs::rename(&hidden, path))
        .map_err(|cause| {
            let _ = fs::remove_file(&hidden);
            DiskError::new("write the file", path, cause)
        })
}

/// Removes a file or a folder with all in it. What cannot be removed harms nobody.
pub fn remove_scratch(path: &Path) {
    let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_with_its_folder_and_what_killed_processes_left_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store/memory");
        write_scratch(&path, b"one").unwrap();
        // The number of no process: above the most that Linux gives out.
        let left = folder.path().join("store/.memory.staging-2000000000");
        fs::write(&left, b"half").unwrap();
        write_scratch_of(&path, &[b"t", b"", b"wo"]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(!left.exists());
        remove_scratch(&path);
        assert!(!path.exists());
    }
}
