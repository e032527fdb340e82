//! `stage6 release`: the record of a new release, written beside those that are there.

use super::Failure;
use crate::config::{NewRelease, ReleaseRecord, Releases};
use crate::diag::Problem;
use crate::domain::{BundleName, Digest, ReleaseStatus, Timestamp};
use crate::fs::{self, Lock, Project};
use std::path::{Path, PathBuf};

/// What the author of a new release decides.
#[derive(Clone, Debug)]
pub struct ReleaseOptions {
    /// Its id, such as `2026.12`.
    pub id: String,
    /// T, a moment with its offset.
    pub released_at: String,
    /// Who answers for it.
    pub owner: String,
    /// What it is a release of.
    pub preset: String,
    /// Where the folder of the release before lies; without it, the place where a build puts it.
    pub previous_folder: Option<PathBuf>,
    /// Change `bundle.release` in `publication.yaml` too.
    pub select: bool,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct MadeRelease {
    /// The record.
    pub record: ReleaseRecord,
    /// The name that its bundle will have.
    pub bundle: BundleName,
    /// The id and status of the release before.
    pub before: Option<(String, ReleaseStatus)>,
    /// `publication.yaml` selects it now.
    pub selected: bool,
}

/// A release as a list shows it.
#[derive(Clone, Debug)]
pub struct ListedRelease {
    /// The record.
    pub record: ReleaseRecord,
    /// The folder, inside the project.
    pub folder: String,
    /// Whether the folder holds the release's digest list.
    pub is_built: bool,
    /// Whether `publication.yaml` selects it.
    pub is_selected: bool,
    /// Whether the digest list of the release before is the one that the record names; `None` if it is not there.
    pub follows: Option<bool>,
}

/// Writes the record of a new release, and never over another.
///
/// # Errors
/// An id that is taken or unfit, a moment that is none or not after the last release's, no digest list of the release
/// before, or a disk that refuses; then no file has changed.
pub fn new_release(
    project: &Project,
    options: &ReleaseOptions,
    on_wait: impl FnOnce(),
) -> Result<MadeRelease, Failure> {
    check_words(options)?;
    // Under the lock, so that two people do not take one number.
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), on_wait)?;
    let releases = Releases::load(project)?;
    let last = releases.records.last();
    let previous = match last {
        Some(last) => Some(digest_of_list(project, &releases, last, options)?),
        None => None,
    };
    let new = NewRelease {
        id: options.id.clone(),
        sequence: last.map_or(1, |last| last.release.sequence + 1),
        released_at: options.released_at.clone(),
        previous,
        preset: options.preset.clone(),
        owner: options.owner.clone(),
    };
    let path = crate::config::record_path(&new.id);
    if project.locate(&path).symlink_metadata().is_ok() {
        return Err(Problem::with_file(path, "the release has a record already")
            .hint("choose another id; a record is never written over")
            .into());
    }
    let (all, record) = releases.with_new(&new)?;
    let bundle = all.bundle(&record.release);
    if BundleName::parse(bundle.as_str()).is_none() {
        let problem = Problem::with_file("ID", format!("the bundle's name `{bundle}` would be too long"));
        return Err(problem.hint("choose a shorter id").into());
    }
    let selection = match options.select {
        true => Some(all.settings.select(&new.id)?),
        false => None,
    };
    let mut files = vec![(project.locate(&path), record.source.bytes.as_slice())];
    if let Some(bytes) = &selection {
        files.push((project.locate(&all.settings.source.path), bytes));
    }
    fs::write_together(&files)?;
    Ok(MadeRelease {
        bundle,
        before: last.map(|last| (last.release.id.clone(), last.release.status)),
        selected: options.select || releases.settings.selected == new.id,
        record,
    })
}

/// Refuses what could not stand in a record, with the name of the option.
fn check_words(options: &ReleaseOptions) -> Result<(), Failure> {
    let mut problems = Vec::new();
    if BundleName::parse(&options.id).is_none() {
        let problem = Problem::with_file("ID", format!("`{}` cannot be a file name", options.id));
        problems.push(problem.hint("use letters, digits, `.`, `-` and `_`, not a dot at the beginning"));
    }
    if let Err(error) = Timestamp::parse(&options.released_at) {
        let message = format!("`{}` is not a moment", options.released_at);
        problems.push(Problem::with_file("--released-at", message).hint(error.to_string()));
    }
    for (option, text) in [("--owner", &options.owner), ("--preset", &options.preset)] {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            let problem = Problem::with_file(option, "blank, or holds control characters");
            problems.push(problem.hint("write a name on one line"));
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.into()),
    }
}

/// The name of a release's digest list.
fn list_name(releases: &Releases, record: &ReleaseRecord) -> String {
    format!("{}.sha256", releases.bundle(&record.release))
}

/// The SHA-256 of the digest list of `last`, which binds the new release to it.
fn digest_of_list(
    project: &Project,
    releases: &Releases,
    last: &ReleaseRecord,
    options: &ReleaseOptions,
) -> Result<Digest, Problem> {
    let name = list_name(releases, last);
    let inside = releases.folder(&last.release);
    let (location, shown) = match &options.previous_folder {
        Some(folder) => (folder.join(&name), folder.join(&name).display().to_string()),
        None => (
            project.locate(&format!("{inside}/{name}")),
            format!("{inside}/{name}"),
        ),
    };
    read_list(&location, &shown).map_err(|problem| {
        problem.hint(format!(
            "the new release names the digest list of `{}`: give `--previous-release-folder DIR`, or build it",
            last.release.id
        ))
    })
}

fn read_list(location: &Path, shown: &str) -> Result<Digest, Problem> {
    Ok(Digest::of(&fs::read_file(location, shown)?))
}

/// All releases, the oldest first.
///
/// # Errors
/// Every problem of the records.
pub fn list_releases(project: &Project) -> Result<Vec<ListedRelease>, Failure> {
    let releases = Releases::load(project)?;
    let mut listed = Vec::new();
    let mut list_before: Option<Digest> = None;
    for record in &releases.records {
        let folder = releases.folder(&record.release);
        let list = format!("{folder}/{}", list_name(&releases, record));
        let digest = match project.has_file(&list) {
            true => Some(read_list(&project.locate(&list), &list)?),
            false => None,
        };
        let named = record.release.previous.as_deref();
        listed.push(ListedRelease {
            follows: list_before.map(|before| named == Some(before.to_string().as_str())),
            is_built: digest.is_some(),
            is_selected: record.release.id == releases.settings.selected,
            folder,
            record: record.clone(),
        });
        list_before = digest;
    }
    Ok(listed)
}
