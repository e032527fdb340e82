//! Outputs that appear whole or not at all.
//!
//! A folder is written beside its final place under a hidden name and then exchanged with the old one in a single
//! step of the file system (`renameat2` with `RENAME_EXCHANGE`; Linux and macOS). A process killed at any instant
//! leaves the old folder or the new one under the final name, never a mixture; a later build removes what is left
//! of the hidden one.

use super::leftover::{hidden_name, remove_leftovers};
use super::regular::open_regular;
use super::{DiskError, Tree};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A folder being written beside its final place.
#[derive(Debug)]
pub struct Staging {
    hidden: PathBuf,
    target: PathBuf,
    state: State,
}

/// Where the new folder stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Under the hidden name.
    Hidden,
    /// In its place; the old one is under the hidden name.
    Exchanged,
    /// In its place, where nothing was before.
    New,
}

impl Staging {
    /// Writes `tree` beside `target`. Files of the old folder named in `keep` are carried over.
    ///
    /// # Errors
    /// The disk is full or the place is not writable, or what is to be carried over is no regular file (a link would
    /// carry a file from elsewhere into the folder); nothing is left behind then.
    pub fn write(target: &Path, tree: &Tree, keep: &[&str]) -> Result<Staging, DiskError> {
        let staging = Staging::begin(target)?;
        for (path, bytes) in tree {
            staging.make_folder(parent(Path::new(path)))?;
            staging.add(path, bytes)?;
        }
        staging.finish(keep)
    }

    /// Begins a folder beside `target`, to be written file by file, also from several threads.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn begin(target: &Path) -> Result<Staging, DiskError> {
        let folder = parent(target);
        fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
        remove_leftovers(target);
        let hidden = hidden_name(target);
        fs::create_dir(&hidden).map_err(DiskError::on("create the folder", &hidden))?;
        Ok(Staging {
            hidden,
            target: target.to_owned(),
            state: State::Hidden,
        })
    }

    /// Makes a folder inside, with those above it.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn make_folder(&self, path: impl AsRef<Path>) -> Result<(), DiskError> {
        let folder = self.hidden.join(path);
        fs::create_dir_all(&folder).map_err(DiskError::on("create the folder", &folder))
    }

    /// Writes a file; its folder is there.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn add(&self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        let place = self.hidden.join(path);
        fs::write(&place, bytes).map_err(DiskError::on("write the file", &place))
    }

    /// Carries over what is to be kept, and makes the names durable.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn finish(self, keep: &[&str]) -> Result<Staging, DiskError> {
        for name in keep {
            let kept = self.target.join(name);
            match read_regular(&kept) {
                Ok(bytes) => self.add(name, &bytes)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(DiskError::new("carry over the file", &kept, error)),
            }
        }
        sync(&self.hidden)?;
        Ok(self)
    }

    /// Puts the folder into its final place, in one step. The old one then stands under the hidden name.
    fn exchange(&mut self) -> Result<(), DiskError> {
        match renameat_with(CWD, &self.hidden, CWD, &self.target, RenameFlags::EXCHANGE) {
            Ok(()) => self.state = State::Exchanged,
            Err(rustix::io::Errno::NOENT) => {
                fs::rename(&self.hidden, &self.target)
                    .map_err(DiskError::on("put in place", &self.target))?;
                self.state = State::New;
            }
            Err(error) => {
                let deed = "exchange the folder with the new one";
                return Err(DiskError::new(deed, &self.target, error.into()));
            }
        }
        sync(parent(&self.target))
    }

    /// Undoes [`Staging::exchange`]: what was there before stands again.
    fn take_back(&mut self) {
        match self.state {
            State::Exchanged => {
                let _ = renameat_with(CWD, &self.hidden, CWD, &self.target, RenameFlags::EXCHANGE);
            }
            State::New => {
                let _ = fs::rename(&self.target, &self.hidden);
            }
            State::Hidden => {}
        }
        self.state = State::Hidden;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Under the hidden name is the new folder of a build that failed, or the old one of a build that did not;
        // not being able to remove it harms nobody.
        let _ = fs::remove_dir_all(&self.hidden);
    }
}

/// Puts several folders into place, one right after the other, each in one step. If one cannot be put in place, those
/// before it are taken back. A process killed between two steps leaves the first folders new and the others old, each
/// of them whole.
///
/// # Errors
/// The first that fails; then all folders are as they were.
pub fn publish_all(mut stagings: Vec<Staging>) -> Result<(), DiskError> {
    let failed = stagings.iter_mut().map(Staging::exchange).find_map(Result::err);
    match failed {
        None => Ok(()),
        Some(error) => {
            stagings.iter_mut().for_each(Staging::take_back);
            Err(error)
        }
    }
}

fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(OpenOptions::new().read(true), path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

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
fn remove_stale(target: &Path) -> Result<(), DiskError> {
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

pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names inside `folder` durable.
pub(super) fn sync(folder: &Path) -> Result<(), DiskError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(DiskError::on("make the folder durable", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_folder_is_replaced_whole_and_keeps_what_it_must() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("site");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("README.md"), "kept").unwrap();
        fs::write(target.join("old.html"), "old").unwrap();
        fs::create_dir(place.path().join(".site.staging-2000000000")).unwrap();
        let staging = Staging::write(&target, &tree(&[("a/b.html", "new")]), &["README.md"]).unwrap();
        publish_all(vec![staging]).unwrap();
        assert_eq!(fs::read_to_string(target.join("a/b.html")).unwrap(), "new");
        assert_eq!(fs::read_to_string(target.join("README.md")).unwrap(), "kept");
        assert!(!target.join("old.html").exists());
        assert_eq!(
            fs::read_dir(place.path()).unwrap().count(),
            1,
            "no hidden folder is left"
        );
    }

    #[test]
    fn if_one_folder_cannot_be_put_in_place_all_are_taken_back() {
        let place = tempfile::tempdir().unwrap();
        let [old, new, blocked] = ["old", "new", "blocked"].map(|name| place.path().join(name));
        fs::create_dir(&old).unwrap();
        fs::write(old.join("a"), "old").unwrap();
        let files = tree(&[("a", "new")]);
        let stagings: Vec<Staging> = [&old, &new, &blocked]
            .map(|target| Staging::write(target, &files, &[]).unwrap())
            .into();
        // Taken away behind its back, the third folder has nothing to put in place.
        fs::remove_dir_all(&stagings[2].hidden).unwrap();
        publish_all(stagings).unwrap_err();
        assert_eq!(fs::read_to_string(old.join("a")).unwrap(), "old");
        assert_eq!(
            fs::read_dir(place.path()).unwrap().count(),
            1,
            "only the old folder is left"
        );
    }

    #[test]
    fn a_staging_that_is_dropped_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("site");
        drop(Staging::write(&target, &tree(&[("a", "x")]), &[]).unwrap());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_kept_is_a_file_and_no_link() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("site");
        fs::create_dir(&target).unwrap();
        fs::write(place.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink("../secret", target.join("README.md")).unwrap();
        let error = Staging::write(&target, &tree(&[("a", "x")]), &["README.md"]).unwrap_err();
        assert!(
            error.to_string().ends_with(
                "site/README.md: could not carry over the file: a symbolic link is in its place, and links are not followed"
            ),
            "{error}"
        );
        assert_eq!(
            fs::read_dir(place.path()).unwrap().count(),
            2,
            "nothing is left behind"
        );
    }

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
