//! Outputs that appear whole or not at all.
//!
//! A folder is written beside its final place under a hidden name and then exchanged with the old one in a single
//! step of the file system (`renameat2` with `RENAME_EXCHANGE`; Linux and macOS). A process killed at any instant
//! leaves the old folder or the new one under the final name, never a mixture; a later build removes what is left
//! of the hidden one.

use super::files::remove_stale;
use super::leftover::{hidden_name, remove_leftovers};
use super::regular::open_regular;
use super::stamp::{Stamp, stamps};
use super::{DiskError, Tree};
use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A folder being written beside its final place.
#[derive(Debug)]
pub struct Staging {
    hidden: PathBuf,
    target: PathBuf,
    state: State,
    /// Where the folder that was in place goes, to become the next one; without it, it is removed.
    spare: Option<PathBuf>,
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
        let folders: BTreeSet<&Path> = tree.keys().map(|path| parent(Path::new(path))).collect();
        for folder in folders {
            staging.make_folder(folder)?;
        }
        let files = tree.par_iter();
        match files.find_map_first(|(path, bytes)| staging.add(path, bytes).err()) {
            Some(error) => Err(error),
            None => staging.finish(keep),
        }
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
            spare: None,
        })
    }

    /// Begins with the folder at `spare`, which was in place before the present one, or with an empty one if there is
    /// none; once the new folder is in place, the old one goes to `spare`. Files may be hard links to those of the
    /// present folder, so nothing is ever written into them: they are replaced.
    ///
    /// # Errors
    /// As [`Staging::write`], or the spare folder cannot be moved.
    pub fn begin_from(target: &Path, spare: &Path) -> Result<Staging, DiskError> {
        let folder = parent(target);
        fs::create_dir_all(folder).map_err(DiskError::on("create the folder", folder))?;
        remove_leftovers(target);
        let hidden = hidden_name(target);
        match fs::rename(spare, &hidden) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => fs::create_dir(&hidden),
            other => other,
        }
        .map_err(DiskError::on("create the folder", &hidden))?;
        Ok(Staging {
            hidden,
            target: target.to_owned(),
            state: State::Hidden,
            spare: Some(spare.to_owned()),
        })
    }

    /// Takes a file of the present folder over as it is: as a hard link where the disk has them.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn carry(&self, path: &str) -> Result<(), DiskError> {
        self.make_way(path)?;
        let (from, to) = (self.target.join(path), self.hidden.join(path));
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(drop))
            .map_err(DiskError::on("carry over the file", &from))
    }

    /// Removes a file that the folder had before, and folders that it leaves empty. One that is not there is fine.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.make_way(path)?;
        let mut folder = Path::new(path).parent();
        while let Some(inside) = folder.filter(|inside| !inside.as_os_str().is_empty()) {
            if fs::remove_dir(self.hidden.join(inside)).is_err() {
                break;
            }
            folder = inside.parent();
        }
        Ok(())
    }

    /// Nothing is written into a file that was there: it may be a link to one in place.
    fn make_way(&self, path: &str) -> Result<(), DiskError> {
        match self.spare {
            Some(_) => remove_stale(&self.hidden.join(path)),
            None => Ok(()),
        }
    }

    /// The stamps of files as they are now, in the order of their paths.
    pub fn stamps(&self, paths: &[String]) -> Vec<Option<Stamp>> {
        stamps(&self.hidden, paths)
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
        self.make_way(path)?;
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
                Err(error) if error.kind() == io::ErrorKind::NotFound => self.make_way(name)?,
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
        if let (State::Exchanged, Some(spare)) = (self.state, &self.spare)
            && fs::rename(&self.hidden, spare).is_ok()
        {
            return;
        }
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
}
