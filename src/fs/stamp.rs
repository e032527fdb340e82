//! Whether files are still what they were, without reading them: as git and make tell it.

use super::DiskError;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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

/// The stamps of files below `root`, in the order of their paths; `None` where there is no regular file.
pub fn stamps(root: &Path, paths: &[String]) -> Vec<Option<Stamp>> {
    paths
        .par_iter()
        .with_min_len(64)
        .map(|path| Stamp::of(&root.join(path)).ok().flatten())
        .collect()
}

/// All that lies below `root` and is no folder, with forward slashes: its stamp, or `None` for what is no regular file.
///
/// # Errors
/// A folder that cannot be read, or a name that is not UTF-8.
pub fn stamps_below(root: &Path) -> Result<BTreeMap<String, Option<Stamp>>, DiskError> {
    Ok(below(root, "")?.into_iter().collect())
}

/// The stamps of a folder and of all folders below it. A folder has another one once anything in it is added, removed or
/// replaced.
///
/// # Errors
/// A folder that cannot be read.
pub fn stamps_of_folders(root: &Path) -> io::Result<Vec<(String, Stamp)>> {
    let mut found = vec![(String::new(), Stamp::from(&fs::symlink_metadata(root)?))];
    let mut turn = 0;
    while let Some((inside, _)) = found.get(turn) {
        let inside = inside.clone();
        for entry in fs::read_dir(root.join(&inside))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                let path = format!("{inside}{}/", entry.file_name().to_string_lossy());
                found.push((path, Stamp::from(&entry.metadata()?)));
            }
        }
        turn += 1;
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(found)
}

fn below(root: &Path, inside: &str) -> Result<Vec<(String, Option<Stamp>)>, DiskError> {
    let folder = root.join(inside);
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for entry in fs::read_dir(&folder).map_err(DiskError::on("list the folder", &folder))? {
        let entry = entry.map_err(DiskError::on("list the folder", &folder))?;
        let about = entry
            .metadata()
            .map_err(DiskError::on("look at", &entry.path()))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let cause = io::Error::new(io::ErrorKind::InvalidData, "a file name that is not UTF-8");
            return Err(DiskError::new("list the folder", &folder, cause));
        };
        let path = if inside.is_empty() {
            name.to_owned()
        } else {
            format!("{inside}/{name}")
        };
        match about.is_dir() {
            true => folders.push(path),
            false => found.push((path, about.is_file().then(|| Stamp::from(&about)))),
        }
    }
    let deeper: Vec<Result<Vec<_>, DiskError>> =
        folders.par_iter().map(|folder| below(root, folder)).collect();
    for result in deeper {
        found.extend(result?);
    }
    Ok(found)
}
