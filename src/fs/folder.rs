//! Files that are read piece by piece, however large they are.

use crate::diag::Problem;
use rustix::fs::OFlags;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Most files and folders below a folder that is listed: three times the members that a zip of ours may have.
const MAX_ENTRIES: usize = 60_000;

/// What the file system says about a file. Any change of its content gives another one: the time of the last status
/// change (`ctime`) cannot be set back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(kind: &Metadata) -> Stamp {
        Stamp {
            device: kind.dev(),
            inode: kind.ino(),
            size: kind.len(),
            modified: (kind.mtime(), kind.mtime_nsec()),
            changed: (kind.ctime(), kind.ctime_nsec()),
        }
    }
}

/// A regular file, open for reading at any offset.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    location: PathBuf,
    shown: String,
    stamp: Stamp,
}

impl OpenFile {
    /// Opens the file at `location`, called `shown` in problems.
    ///
    /// # Errors
    /// Missing, not a regular file, or not readable.
    pub fn open(location: &Path, shown: &str) -> Result<OpenFile, Problem> {
        OpenFile::with_flags(location, shown, OFlags::empty())
    }

    fn with_flags(location: &Path, shown: &str, flags: OFlags) -> Result<OpenFile, Problem> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Problem::with_file(shown, "no such file"),
            io::ErrorKind::PermissionDenied => Problem::with_file(shown, "no permission to read the file"),
            _ => Problem::with_file(shown, format!("could not be read: {error}")),
        };
        // A pipe that took the file's place must not hold us up.
        let flags = (flags | OFlags::NONBLOCK).bits().cast_signed();
        let mut options = OpenOptions::new();
        let file = options.read(true).custom_flags(flags).open(location);
        let file = file.map_err(unreadable)?;
        let kind = file.metadata().map_err(unreadable)?;
        if !kind.is_file() {
            return Err(Problem::with_file(shown, "not a regular file"));
        }
        Ok(OpenFile {
            file,
            location: location.to_owned(),
            shown: shown.to_owned(),
            stamp: Stamp::of(&kind),
        })
    }

    /// Its size in bytes when it was opened.
    pub fn size(&self) -> u64 {
        self.stamp.size
    }

    /// Fills `buffer` with the bytes that begin at `offset`.
    ///
    /// # Errors
    /// They cannot be read, or the file ends before.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), Problem> {
        self.file
            .read_exact_at(buffer, offset)
            .map_err(|error| Problem::with_file(&self.shown, format!("could not be read: {error}")))
    }

    /// Whether the file is still the one that was opened: the same size and times, and still in its place.
    pub fn is_unchanged(&self) -> bool {
        let same = |kind: io::Result<Metadata>| kind.is_ok_and(|kind| Stamp::of(&kind) == self.stamp);
        same(self.file.metadata()) && same(fs::metadata(&self.location))
    }
}

/// A folder whose files are listed, not read.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    files: BTreeMap<String, Stamp>,
}

impl Folder {
    /// Lists all files below `root`. Nothing is followed and nothing left out.
    ///
    /// # Errors
    /// A symbolic link or another thing that is neither file nor folder, a name that is not UTF-8, or more than
    /// 60,000 files and folders.
    pub fn list(root: &Path) -> Result<Folder, Problem> {
        let mut files = BTreeMap::new();
        for (count, entry) in WalkDir::new(root).min_depth(1).into_iter().enumerate() {
            let shown = |path: &Path| {
                let inside = path.strip_prefix(root).unwrap_or(path);
                inside.to_string_lossy().replace('\\', "/")
            };
            let entry = entry.map_err(|error| {
                Problem::with_file(error.path().map(shown).unwrap_or_default(), "could not be read")
            })?;
            let name = shown(entry.path());
            if count >= MAX_ENTRIES {
                let reason = format!("holds more than {MAX_ENTRIES} files and folders");
                return Err(Problem::with_file("(folder)", reason));
            }
            if entry.file_type().is_dir() {
                continue;
            }
            if !entry.file_type().is_file() || entry.path().to_str().is_none() {
                return Err(Problem::with_file(
                    name,
                    "is not a regular file with a UTF-8 name",
                ));
            }
            let kind = entry
                .metadata()
                .map_err(|_| Problem::with_file(&name, "could not be read"))?;
            files.insert(name, Stamp::of(&kind));
        }
        Ok(Folder {
            root: root.to_owned(),
            files,
        })
    }

    /// The names of the files, sorted, with their sizes in bytes.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(name, stamp)| (name.as_str(), stamp.size))
    }

    /// Whether a file of that name was listed.
    pub fn contains(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Opens a file that was listed; nothing if it is not the listed one any more.
    ///
    /// # Errors
    /// It is missing or not readable.
    pub fn open(&self, name: &str) -> Result<Option<OpenFile>, Problem> {
        let file = OpenFile::with_flags(&self.root.join(name), name, OFlags::NOFOLLOW)?;
        Ok((self.files.get(name) == Some(&file.stamp)).then_some(file))
    }

    /// Whether the folder holds the same files as when it was listed, with the same sizes and times.
    pub fn is_unchanged(&self) -> bool {
        Folder::list(&self.root).is_ok_and(|now| now.files == self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_even_if_size_and_time_of_writing_are_put_back() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, "one").unwrap();
        let file = OpenFile::open(&path, "a").unwrap();
        let folder = Folder::list(place.path()).unwrap();
        assert!(file.is_unchanged() && folder.is_unchanged());
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        // Longer than a tick of the file system's clock.
        std::thread::sleep(std::time::Duration::from_millis(30));
        fs::write(&path, "two").unwrap();
        let handle = OpenOptions::new().write(true).open(&path).unwrap();
        handle.set_modified(written).unwrap();
        assert!(!file.is_unchanged() && !folder.is_unchanged());
        assert!(folder.open("a").unwrap().is_none());
    }

    #[test]
    fn a_file_put_in_the_place_of_another_is_seen() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, "one").unwrap();
        let file = OpenFile::open(&path, "a").unwrap();
        fs::write(place.path().join("b"), "one").unwrap();
        fs::rename(place.path().join("b"), &path).unwrap();
        assert!(!file.is_unchanged());
        let mut bytes = [0; 3];
        file.read_at(0, &mut bytes).unwrap();
        assert_eq!(&bytes, b"one");
        assert!(file.read_at(1, &mut bytes).is_err());
    }

    #[test]
    fn links_are_refused_and_never_followed() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("a"), "one").unwrap();
        let folder = Folder::list(place.path()).unwrap();
        fs::remove_file(place.path().join("a")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", place.path().join("a")).unwrap();
        assert!(folder.open("a").is_err());
        assert_eq!(
            Folder::list(place.path()).unwrap_err().message,
            "is not a regular file with a UTF-8 name"
        );
    }
}
