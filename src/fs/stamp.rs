//! Whether files are still what they were, without reading them: as git and make tell it.

use super::DiskError;
use rayon::prelude::*;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use serde::{Deserialize, Serialize};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// Size, time of the last change and number of a file on its disk. A file that was changed has another one, unless it was
/// changed within the same tick of the disk's clock; whoever keeps stamps must not trust younger ones than
/// [`Stamp::is_settled`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    number: u64,
}

/// The longest tick of a disk's clock that is reckoned with, in nanoseconds: FAT has two seconds.
const TICK: i64 = 2_000_000_000;

impl Stamp {
    /// The stamp of a regular file; `None` for anything else, be it a link to one.
    ///
    /// # Errors
    /// There is no such file, or it cannot be asked for.
    pub fn of(path: &Path) -> io::Result<Option<Stamp>> {
        let about = fs::symlink_metadata(path)?;
        Ok(about.is_file().then(|| Stamp::from(&about)))
    }

    /// Whether the file was changed long enough before `moment`, which is the stamp of another file, for a later change
    /// to show.
    pub fn is_settled(&self, moment: &Stamp) -> bool {
        self.modified < moment.modified.saturating_sub(TICK)
    }
}

impl From<rustix::fs::Stat> for Stamp {
    fn from(about: rustix::fs::Stat) -> Stamp {
        let nanoseconds = i128::from(about.st_mtime) * 1_000_000_000 + i128::from(about.st_mtime_nsec);
        Stamp {
            size: u64::try_from(about.st_size).unwrap_or_default(),
            modified: i64::try_from(nanoseconds.max(0)).unwrap_or(i64::MAX),
            number: about.st_ino,
        }
    }
}

impl From<&Metadata> for Stamp {
    fn from(about: &Metadata) -> Stamp {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(about);
        #[cfg(not(unix))]
        let number = 0;
        let since = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).ok();
        let modified = about.modified().ok().and_then(since);
        Stamp {
            size: about.len(),
            modified: modified.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)),
            number,
        }
    }
}

/// The stamps of files below `root`, in the order of their paths; `None` where there is no regular file. Neighbours that
/// lie in one folder are looked for there: a way from the root for each is longer.
pub fn stamps(root: &Path, paths: &[String]) -> Vec<Option<Stamp>> {
    paths
        .par_chunk_by(|one, next| folder(one) == folder(next))
        .flat_map_iter(|neighbours| {
            let inside = neighbours.first().map_or("", |path| folder(path));
            let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
            let opened = rustix::fs::open(root.join(inside), flags, Mode::empty()).ok();
            neighbours.iter().map(move |path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let about = rustix::fs::statat(opened.as_ref()?, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
                (FileType::from_raw_mode(about.st_mode) == FileType::RegularFile).then(|| Stamp::from(about))
            })
        })
        .collect()
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What lies below a folder, with forward slashes.
#[derive(Clone, Debug, Default)]
pub struct Below {
    /// All that is no folder, sorted: its stamp, or `None` for what is no regular file.
    pub files: Vec<(String, Option<Stamp>)>,
    /// The folder itself, which is called nothing, and all below it, each with a slash behind it.
    pub folders: Vec<String>,
}

/// All that lies below `root`. On one core, for a thread that does nothing else.
///
/// # Errors
/// A folder that cannot be read, or a name that is not UTF-8.
pub fn stamps_below(root: &Path) -> Result<Below, DiskError> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    let mut turn = 0;
    while let Some(inside) = folders.get(turn).cloned() {
        turn += 1;
        let folder = root.join(&inside);
        let unlisted = || DiskError::on("list the folder", &folder);
        for entry in fs::read_dir(&folder).map_err(unlisted())? {
            let entry = entry.map_err(unlisted())?;
            let about = entry
                .metadata()
                .map_err(DiskError::on("look at", &entry.path()))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let cause = io::Error::new(io::ErrorKind::InvalidData, "a file name that is not UTF-8");
                return Err(DiskError::new("list the folder", &folder, cause));
            };
            match about.is_dir() {
                true => folders.push(format!("{inside}{name}/")),
                false => found.push((
                    format!("{inside}{name}"),
                    about.is_file().then(|| Stamp::from(&about)),
                )),
            }
        }
    }
    found.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    Ok(Below {
        files: found,
        folders,
    })
}

/// The stamps of folders below `root`, as [`Below`] names them. A folder has another one once anything in it is added,
/// removed or replaced; so if all are what they were, none has come to them.
///
/// # Errors
/// One is not there, or is no folder.
pub fn stamps_of_folders(root: &Path, folders: &[String]) -> io::Result<Vec<Stamp>> {
    let stamp = |inside: &String| {
        let place = match inside.trim_end_matches('/') {
            "" => root.to_owned(),
            inside => root.join(inside),
        };
        let about = fs::symlink_metadata(place)?;
        match about.is_dir() {
            true => Ok(Stamp::from(&about)),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    };
    folders.iter().map(stamp).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn files_have_the_same_stamps_however_they_are_looked_for() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        fs::create_dir_all(root.join("a/b")).unwrap();
        for path in ["a/1", "a/b/2", "a/c", "z"] {
            fs::write(root.join(path), path).unwrap();
        }
        std::os::unix::fs::symlink("z", root.join("link")).unwrap();
        let paths = ["a/1", "a/b", "a/b/2", "a/c", "a/none", "link", "none/1", "z"].map(str::to_owned);
        let each = paths
            .iter()
            .map(|path| Stamp::of(&root.join(path)).ok().flatten());
        let each: Vec<Option<Stamp>> = each.collect();
        assert_eq!(each.iter().flatten().count(), 4, "{each:?}");
        assert_eq!(stamps(root, &paths), each);

        let Below { files, mut folders } = stamps_below(root).unwrap();
        folders.sort();
        assert_eq!(folders, ["", "a/", "a/b/"]);
        assert!(files.is_sorted_by_key(|(path, _)| path.clone()));
        let all: BTreeMap<String, Option<Stamp>> = files.into_iter().collect();
        assert_eq!(
            all.keys().collect::<Vec<_>>(),
            ["a/1", "a/b/2", "a/c", "link", "z"]
        );
        for (path, stamp) in paths.iter().zip(each) {
            assert_eq!(all.get(path).copied().flatten(), stamp, "{path}");
        }
    }

    #[test]
    fn folders_are_as_they_were_until_something_comes_or_goes() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("site");
        fs::create_dir_all(root.join("a/b")).unwrap();
        let folders = stamps_below(&root).unwrap().folders;
        let known = || stamps_of_folders(&root, &folders).unwrap();
        let before = known();
        assert_eq!(before, known());
        fs::write(root.join("a/b/new"), "").unwrap();
        let with_file = known();
        assert_ne!(before, with_file, "a file came");
        fs::create_dir(root.join("a/c")).unwrap();
        assert_ne!(with_file, known(), "a folder came");
        fs::rename(root.join("a/b"), place.path().join("b")).unwrap();
        stamps_of_folders(&root, &folders).unwrap_err();
        fs::rename(place.path().join("b"), root.join("a/b")).unwrap();
        fs::rename(&root, place.path().join("other")).unwrap();
        std::os::unix::fs::symlink("other", &root).unwrap();
        stamps_of_folders(&root, &folders).unwrap_err();
    }
}
