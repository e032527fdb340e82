//! The files of a tree that somebody else keeps.

use crate::diag::Problem;
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Folders that hold what programs made or fetched, whether or not the tree says so.
const MADE: [&str; 4] = ["node_modules", "target", "__pycache__", "venv"];

/// All regular files below `root`, sorted, with forward slashes. Left out are hidden files, symbolic links, what the
/// tree's own `.gitignore` files name, folders of dependencies, and what lies below `except` (inside the tree). Rules from
/// outside the tree do not count, so that the same tree gives the same list everywhere.
///
/// # Errors
/// A folder that cannot be read, or a name that is not UTF-8.
pub fn list_documents(root: &Path, except: &str) -> Result<Vec<String>, Problem> {
    let skipped = root.join(except);
    let walk = WalkBuilder::new(root)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            let is_made = entry.depth() > 0
                && entry.file_type().is_some_and(|kind| kind.is_dir())
                && MADE.iter().any(|name| entry.file_name() == *name);
            !is_made && (entry.path() != skipped || entry.depth() == 0)
        })
        .build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| {
            Problem::with_file(
                root.display().to_string(),
                format!("could not be listed: {error}"),
            )
        })?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
        match inside.to_str() {
            Some(name) => found.push(name.replace('\\', "/")),
            None => {
                let name = inside.to_string_lossy();
                let problem = Problem::with_file(name, "a file name that is not UTF-8");
                return Err(problem.hint("rename the file"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A folder and all visible folders below it; nothing if it is not there. Links are not followed.
pub fn folders_below(root: &Path) -> Vec<PathBuf> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(root).into_iter().filter_entry(visible).flatten();
    let folders = entries.filter(|entry| entry.file_type().is_dir());
    folders.map(walkdir::DirEntry::into_path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_what_people_keep_is_listed() {
        let place = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("README.md", "a"),
            ("docs/b.md", "b"),
            ("docs/out/c.md", "c"),
            ("docs/.gitignore", "out/\n"),
            (".git/HEAD", "x"),
            ("node_modules/p/README.md", "n"),
            ("site/index.html", "s"),
            ("docs/site/d.md", "d"),
        ] {
            let file = place.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        std::os::unix::fs::symlink("/etc/hostname", place.path().join("link.md")).unwrap();
        assert_eq!(
            list_documents(place.path(), "site").unwrap(),
            ["README.md", "docs/b.md", "docs/site/d.md"]
        );
    }
}
