//! A small working project to begin with.

use super::failure::Failure;
use crate::domain::Timestamp;
use crate::fs::NewFolder;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(RustEmbed)]
#[folder = "templates/init/"]
struct Starter;

/// The record of the first release, under the name that the template has and the one that it gets.
const RECORD: &str = "content/releases/release.yaml";

/// A project that was written.
#[derive(Debug)]
pub struct Started {
    /// Its files, sorted.
    pub files: Vec<String>,
    /// The id of its first release.
    pub release: String,
}

/// Writes a small working project into a folder that must not exist yet, or be empty. It appears whole or not at all.
/// The first release is called after the month of `now`, and is released on that day.
///
/// # Errors
/// Something stands in the folder's place, or the disk refuses.
pub fn init(target: &Path, now: Timestamp) -> Result<Started, Failure> {
    NewFolder::check(target)?;
    let day = now.to_string();
    let (year, rest) = day.split_once('-').unwrap_or((&day, "01"));
    let release = format!("{year}.{}", rest.get(..2).unwrap_or("01"));
    let date = day.get(..10).unwrap_or(&day);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for name in Starter::iter() {
        let Some(file) = Starter::get(&name) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.data)
            .replace("{release}", &release)
            .replace("{released_at}", &format!("{date}T09:00:00Z"));
        let path = match name.as_ref() {
            RECORD => format!("content/releases/{release}.yaml"),
            // A file of this name would hide parts of our own repository from git.
            "gitignore" => ".gitignore".to_owned(),
            other => other.to_owned(),
        };
        files.insert(path, text.into_bytes());
    }
    let folder = NewFolder::begin(target)?;
    for (path, bytes) in &files {
        let mut file = folder.create(path)?;
        file.write(bytes)?;
        file.finish()?;
    }
    folder.put_in_place()?;
    Ok(Started {
        files: files.into_keys().collect(),
        release,
    })
}
