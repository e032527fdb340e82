//! A folder that is filled file by file and appears whole, where nothing was before.

use super::{DiskError, leftover, staging};
use crate::diag::Problem;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A folder that is being filled under a hidden name beside its place. Dropped before it is put in place, it is gone.
#[derive(Debug)]
pub struct NewFolder {
    hidden: PathBuf,
    target: PathBuf,
}

impl NewFolder {
    /// Checks that `target` is free: not there, or an empty folder.
    ///
    /// # Errors
    /// Something else is there.
    pub fn check(target: &Path) -> Result<(), Problem> {
        let in_use = |what: &str| {
            let problem = Problem::with_file(target.display().to_string(), what);
            Err(problem.hint("name a folder that does not exist yet"))
        };
        match fs::symlink_metadata(target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && target.file_name().is_some() => Ok(()),
            Ok(kind) if kind.is_dir() && target.file_name().is_some() => {
                match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
                    Ok(true) => Ok(()),
                    Ok(false) => in_use("the folder is not empty"),
                    Err(error) => in_use(&format!("could not be listed: {error}")),
                }
            }
            Ok(_) => in_use("is in the way of the folder to write"),
            Err(error) => in_use(&format!("cannot be written to: {error}")),
        }
    }

    /// Begins a folder that shall stand at `target`.
    ///
    /// # Errors
    /// The place is not writable.
    pub fn begin(target: &Path) -> Result<NewFolder, DiskError> {
        let parent = staging::parent(target);
        fs::create_dir_all(parent).map_err(DiskError::on("create the folder", parent))?;
        leftover::remove_leftovers(target);
        let hidden = leftover::hidden_name(target);
        make_folder(&hidden)?;
        Ok(NewFolder {
            hidden,
            target: target.to_owned(),
        })
    }

    /// Makes a file of mode 644 in it, and the folders above it with mode 755. `path` is relative and has only ordinary
    /// names, as a zip of our profile has them.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn create(&self, path: &str) -> Result<NewFile, DiskError> {
        let place = self.hidden.join(path);
        let mut folder = self.hidden.clone();
        let names: Vec<&str> = path.split('/').collect();
        for name in names.iter().take(names.len() - 1) {
            folder.push(name);
            if !folder.is_dir() {
                make_folder(&folder)?;
            }
        }
        // A new file, or none: what stands there already is never opened.
        let file = File::create_new(&place).map_err(DiskError::on("create the file", &place))?;
        Ok(NewFile { file, place })
    }

    /// Puts the folder in place, in one step of the file system.
    ///
    /// # Errors
    /// Something stands there by now, or the disk refuses; nothing is left behind then.
    pub fn put_in_place(self) -> Result<(), DiskError> {
        staging::sync(&self.hidden)?;
        // Takes the place of nothing or of an empty folder; the system refuses to replace a full one.
        fs::rename(&self.hidden, &self.target).map_err(DiskError::on("put in place", &self.target))?;
        staging::sync(staging::parent(&self.target))
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // After it was put in place there is nothing under the hidden name.
        let _ = fs::remove_dir_all(&self.hidden);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    place: PathBuf,
}

impl NewFile {
    /// Writes the next bytes.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        self.file
            .write_all(bytes)
            .map_err(DiskError::on("write the file", &self.place))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn finish(self) -> Result<(), DiskError> {
        // Whatever the umask is.
        self.file
            .set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(DiskError::on("write the file", &self.place))
    }
}

fn make_folder(path: &Path) -> Result<(), DiskError> {
    fs::create_dir(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
        .map_err(DiskError::on("create the folder", path))
}
