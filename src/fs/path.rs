//! Paths in files of the project: written with forward slashes, relative to the folder that holds the file.

use std::path::{Path, PathBuf};

/// How a path written in a file at `holder` is shown: joined to the holder's folder, `..` taken out.
/// An absolute path is shown as its file name alone, because outputs must not depend on the machine.
///
/// ```
/// # use stage6_press::fs::display_name;
/// assert_eq!(display_name("config/core.yaml", "../var/a.json"), "var/a.json");
/// assert_eq!(display_name("core.yaml", "metrics/a.json"), "metrics/a.json");
/// assert_eq!(display_name("core.yaml", "../a.json"), "../a.json");
/// assert_eq!(display_name("core.yaml", "/data/a.json"), "a.json");
/// assert_eq!(display_name("/etc/lab/core.yaml", "a.json"), "/etc/lab/a.json");
/// ```
pub fn display_name(holder: &str, written: &str) -> String {
    if Path::new(written).is_absolute() {
        return written.rsplit('/').next().unwrap_or(written).to_owned();
    }
    let folder = holder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(written.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let root = if holder.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Whether a file at `path`, which need not exist yet, would lie in the folder `folder` or below it, however both are
/// written.
pub fn lies_in(path: &Path, folder: &Path) -> bool {
    let holder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (holder.canonicalize(), folder.canonicalize()) {
        (Ok(holder), Ok(folder)) => holder.starts_with(folder),
        _ => false,
    }
}

/// Whether a symbolic link stands at `path`, wherever it leads.
pub fn is_link(path: &Path) -> bool {
    path.is_symlink()
}

/// Where a path written in a file at `holder` lies on disk.
pub fn resolve(holder: &Path, written: &str) -> PathBuf {
    let written = Path::new(written);
    if written.is_absolute() {
        return written.to_owned();
    }
    holder.parent().unwrap_or(Path::new("")).join(written)
}

/// Whether one of two places, which need not exist yet, lies in the other or is the other, however both are written.
pub fn overlap(one: &Path, other: &Path) -> bool {
    let (one, other) = (settled(one), settled(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The place itself: what exists of the path with links followed, and the rest behind it.
fn settled(path: &Path) -> PathBuf {
    let mut rest = Vec::new();
    let mut holder = path;
    loop {
        let existing = if holder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            holder
        };
        if let Ok(found) = existing.canonicalize() {
            return rest.iter().rev().fold(found, |place, name| place.join(name));
        }
        match (holder.parent(), holder.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name.to_owned());
                holder = parent;
            }
            _ => return path.to_owned(),
        }
    }
}
