//! Files that only grow: whole lines at the end, durable before anybody relies on them.

use super::DiskError;
use super::regular::open_regular;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Appends `line` to a file of `length` bytes, and makes it durable. A missing file of length 0 is made.
///
/// One write for the whole line, so that a killed process leaves all of it or none in all but the rarest case.
///
/// # Errors
/// The disk is full or the place is not writable, or something other than a regular file is there; then all is as it was.
pub fn append_line(path: &Path, length: u64, line: &[u8]) -> Result<(), DiskError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
    }
    let mut file = open_regular(OpenOptions::new().create(true).append(true), path)
        .map_err(DiskError::on("open the file", path))?;
    let written = file.write_all(line).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a line must not stay; if even this fails, the next append moves it aside.
        let _ = file.set_len(length);
    }
    written.map_err(DiskError::on("write the file", path))
}

/// Moves what stands behind the first `length` bytes of a file into a new file beside it, named after `stem` and the
/// first free number; gives that file.
///
/// # Errors
/// The disk refuses. The tail is cut off only after its copy is durable.
pub fn move_tail_aside(path: &Path, length: u64, tail: &[u8], stem: &str) -> Result<PathBuf, DiskError> {
    let mut number = 1_u32;
    let (aside, mut file) = loop {
        let aside = path.with_file_name(format!("{stem}-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&aside) {
            Ok(file) => break (aside, file),
            Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(cause) => return Err(DiskError::new("write the file", &aside, cause)),
        }
    };
    let kept = file.write_all(tail).and_then(|()| file.sync_all());
    if kept.is_err() {
        let _ = std::fs::remove_file(&aside);
    }
    kept.map_err(DiskError::on("write the file", &aside))?;
    cut_back(path, length)?;
    Ok(aside)
}

/// Gives a file another name in its folder.
///
/// # Errors
/// The disk refuses.
pub fn move_aside(path: &Path, aside: &Path) -> Result<(), DiskError> {
    std::fs::rename(path, aside).map_err(DiskError::on("move aside", path))
}

/// Cuts a file back to its first `length` bytes.
///
/// # Errors
/// The disk refuses.
pub fn cut_back(path: &Path, length: u64) -> Result<(), DiskError> {
    open_regular(OpenOptions::new().write(true), path)
        .and_then(|file: File| file.set_len(length).and_then(|()| file.sync_all()))
        .map_err(DiskError::on("cut the file back", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_the_place_of_a_log_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let (log, other) = (place.path().join("log"), place.path().join("other"));
        std::fs::write(&other, "not a log\n").unwrap();
        std::os::unix::fs::symlink(&other, &log).unwrap();
        append_line(&log, 0, b"one\n").unwrap_err();
        cut_back(&log, 0).unwrap_err();
        assert_eq!(std::fs::read(&other).unwrap(), b"not a log\n");
    }

    #[test]
    fn a_tail_is_moved_aside_and_no_earlier_one_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let log = place.path().join("log");
        append_line(&log, 0, b"one\n").unwrap();
        for number in 1..=2 {
            append_line(&log, 4, b"tw").unwrap();
            let aside = move_tail_aside(&log, 4, b"tw", "log.torn").unwrap();
            assert_eq!(aside, place.path().join(format!("log.torn-{number}")));
            assert_eq!(std::fs::read(aside).unwrap(), b"tw");
            assert_eq!(std::fs::read(&log).unwrap(), b"one\n");
        }
    }
}
