//! Reading files of a project.

use crate::diag::{Position, Problem};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Largest input file that is read. A larger one is a mistake or an attack.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Most bytes of a folder that is read whole.
const MAX_TREE: u64 = 1 << 30;

/// A project folder. Paths inside it are written with forward slashes, relative to its root.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// A project at `root`.
    ///
    /// # Errors
    /// `root` is not a folder.
    pub fn open(root: &Path) -> Result<Project, Problem> {
        if root.is_dir() {
            return Ok(Project {
                root: root.to_owned(),
            });
        }
        Err(Problem::with_file(root.display().to_string(), "no such folder")
            .hint("name the project's folder with `--root`"))
    }

    /// Where `path` lies on disk.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The path inside the project of what lies at `location`; what lies elsewhere keeps its own.
    pub fn inside(&self, location: &Path) -> String {
        let inside = location.strip_prefix(&self.root).unwrap_or(location);
        inside.to_string_lossy().replace('\\', "/")
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// Missing, not a regular file, unreadable, or larger than 64 MiB.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        read_file(&self.locate(path), path)
    }

    /// The text of a file.
    ///
    /// # Errors
    /// As [`Project::read`], or not UTF-8.
    pub fn read_text(&self, path: &str) -> Result<String, Problem> {
        String::from_utf8(self.read(path)?).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Problem::new(path, Position::of_offset(&text, good), "not UTF-8 text")
                .hint("save the file as UTF-8")
        })
    }

    /// Whether a regular file is there.
    pub fn has_file(&self, path: &str) -> bool {
        self.locate(path).is_file()
    }

    /// All regular files below `folder` whose name ends in `ending`, sorted. Symbolic links and hidden files are
    /// left out. A missing folder holds no files.
    ///
    /// # Errors
    /// A folder that cannot be read, or a file name that is not UTF-8.
    pub fn list(&self, folder: &str, ending: &str) -> Result<Vec<String>, Problem> {
        self.list_kind(folder, ending, |kind| kind.is_file())
    }

    /// As [`Project::list`], but the symbolic links, which it leaves out.
    ///
    /// # Errors
    /// As [`Project::list`].
    pub fn list_links(&self, folder: &str, ending: &str) -> Result<Vec<String>, Problem> {
        self.list_kind(folder, ending, |kind| kind.is_symlink())
    }

    /// Whether anything is there, be it a link that leads nowhere.
    pub fn has_entry(&self, path: &str) -> bool {
        fs::symlink_metadata(self.locate(path)).is_ok()
    }

    /// Whether a regular file is there, and not a link to one.
    pub fn has_own_file(&self, path: &str) -> bool {
        fs::symlink_metadata(self.locate(path)).is_ok_and(|kind| kind.is_file())
    }

    fn list_kind(
        &self,
        folder: &str,
        ending: &str,
        is_wanted: fn(fs::FileType) -> bool,
    ) -> Result<Vec<String>, Problem> {
        let base = self.locate(folder);
        if !base.is_dir() {
            return Ok(Vec::new());
        }
        let visible = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        let mut found = Vec::new();
        for entry in WalkDir::new(&base).into_iter().filter_entry(visible) {
            let entry =
                entry.map_err(|error| Problem::with_file(folder, format!("could not be listed: {error}")))?;
            if !is_wanted(entry.file_type()) {
                continue;
            }
            let inside = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
            let Some(inside) = inside.to_str() else {
                return Err(
                    Problem::with_file(inside.to_string_lossy(), "a file name that is not UTF-8")
                        .hint("rename the file"),
                );
            };
            if inside.ends_with(ending) {
                found.push(inside.replace('\\', "/"));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The bytes of the file at `location`, called `shown` in problems.
///
/// # Errors
/// Missing, not a regular file, unreadable, or larger than 64 MiB.
pub fn read_file(location: &Path, shown: &str) -> Result<Vec<u8>, Problem> {
    read_limited(location, shown, MAX_INPUT)
}

/// The bytes of a file of our own, such as a log, which may become larger than any input; `None` if nothing is there. A
/// link in its place would lead what is written next to another file, so it is refused.
///
/// # Errors
/// As [`read_file`], but for more than 1 GiB; or a symbolic link.
pub fn read_large(location: &Path, shown: &str) -> Result<Option<Vec<u8>>, Problem> {
    match fs::symlink_metadata(location) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Ok(kind) if kind.is_symlink() => Err(Problem::with_file(
            shown,
            "is a symbolic link, not a regular file",
        )
        .hint("put the file itself in its place")),
        _ => read_limited(location, shown, MAX_TREE).map(Some),
    }
}

/// Looks at the size before it reads a byte, and reads no more than `limit` even if the file grows meanwhile.
fn read_limited(location: &Path, shown: &str, limit: u64) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Problem::with_file(shown, "no such file"),
        io::ErrorKind::PermissionDenied => Problem::with_file(shown, "no permission to read the file"),
        _ => Problem::with_file(shown, format!("could not be read: {error}")),
    };
    let too_large = || {
        let all = if limit == MAX_INPUT {
            "64 MiB"
        } else {
            "1 GiB, with what stands beside it"
        };
        Problem::with_file(shown, format!("larger than {all}"))
    };
    let kind = fs::metadata(location).map_err(unreadable)?;
    if !kind.is_file() {
        return Err(Problem::with_file(shown, "not a regular file"));
    }
    if kind.len() > limit {
        return Err(too_large());
    }
    // Not more than `limit`, which is held against the size above.
    let mut bytes = Vec::with_capacity(usize::try_from(kind.len()).unwrap_or_default());
    let file = fs::File::open(location).map_err(unreadable)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        Err(too_large())
    } else {
        Ok(bytes)
    }
}

/// All files below a folder, with paths relative to it. Nothing is followed and nothing left out.
///
/// # Errors
/// A symbolic link or another thing that is neither file nor folder, a name that is not UTF-8, or more than 1 GiB.
pub fn read_tree(folder: &Path) -> Result<super::Tree, Problem> {
    let mut tree = super::Tree::new();
    let mut total = 0_u64;
    for entry in WalkDir::new(folder).min_depth(1) {
        let shown = |path: &Path| {
            path.strip_prefix(folder)
                .unwrap_or(path)
                .to_string_lossy()
                .replace('\\', "/")
        };
        let entry = entry.map_err(|error| {
            Problem::with_file(error.path().map(shown).unwrap_or_default(), "could not be read")
        })?;
        let name = shown(entry.path());
        if entry.file_type().is_dir() {
            continue;
        }
        if !entry.file_type().is_file() || entry.path().to_str().is_none() {
            return Err(Problem::with_file(
                name,
                "is not a regular file with a UTF-8 name",
            ));
        }
        let bytes = read_limited(entry.path(), &name, MAX_TREE - total)?;
        total += bytes.len() as u64;
        tree.insert(name, bytes);
    }
    Ok(tree)
}

/// The names of everything below a folder that is no folder itself, relative to it, hidden ones too. A missing folder
/// holds nothing.
///
/// # Errors
/// The place is not a folder (a symbolic link is none), or cannot be listed.
pub fn list_names(folder: &Path, shown: &str) -> Result<Vec<String>, Problem> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Ok(kind) if kind.is_dir() => {}
        _ => {
            return Err(
                Problem::with_file(shown, "is in the way of an output folder").hint("move it elsewhere")
            );
        }
    }
    let mut names = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry =
            entry.map_err(|error| Problem::with_file(shown, format!("could not be listed: {error}")))?;
        if !entry.file_type().is_dir() {
            let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            names.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
    names.sort();
    Ok(names)
}

/// The bytes of a file that only its owner may read, as a key file must be.
///
/// # Errors
/// As [`read_file`], or the group or others may read or write it.
pub fn read_secret(location: &Path, shown: &str) -> Result<Vec<u8>, Problem> {
    #[cfg(unix)]
    if let Ok(kind) = fs::metadata(location) {
        use std::os::unix::fs::PermissionsExt;
        let mode = kind.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Problem::with_file(
                shown,
                format!("the key file has mode {mode:03o}; others may read it"),
            )
            .hint("make it private: `chmod 600`, and consider the key known"));
        }
    }
    read_file(location, shown)
}
