//! `stage6 rollback`: the last verified release stands again, byte for byte.
//!
//! What was signed must not change, so the mark stands outside of it: `ROLLBACK.md` beside the release folders, for
//! whoever writes the notes, and `rollback.html` in the site's folder, which no digest list names and the next build
//! removes.

use super::archive::{self, Archived, lists};
use super::record::Digests;
use super::targets::{Targets, reserved};
use super::{Failure, Occasion, Recorder};
use crate::bundle::{self, Authentication, Policy};
use crate::config::Publication;
use crate::content;
use crate::diag::Problem;
use crate::domain::Digest;
use crate::fs::{self, Lock, Project, Tree};
use crate::journal::Appended;
use crate::seal::{Distrust, DistrustCode, HmacKey};

/// The page of the site's folder that says that a release was restored.
pub(super) const ROLLBACK_PAGE: &str = "rollback.html";
/// The note beside the release folders.
const ROLLBACK_NOTE: &str = "ROLLBACK.md";
/// What the page is made of.
const PAGE: &str = include_str!("../../templates/bundle/rollback.html");
/// What the note is made of.
const NOTE: &str = include_str!("../../templates/bundle/rollback.md");

/// What `stage6 rollback` is asked for.
#[derive(Clone, Debug, Default)]
pub struct RollbackOptions {
    /// The release's id or the bundle's name; the last that was published and does not stand, without one.
    pub to: Option<String>,
    /// Why, for the notes.
    pub reason: Option<String>,
}

/// What was restored.
#[derive(Clone, Debug)]
pub struct RolledBack {
    /// The bundle's name.
    pub bundle: String,
    /// The release's folder, the site's, and the note.
    pub places: Vec<String>,
    /// Where the release went that stood in the folder before.
    pub superseded: Option<String>,
    /// How many files of the release were verified again in their place.
    pub files: usize,
    /// The line of the decision log; `None` if nothing was to be recorded.
    pub recorded: Option<Appended>,
}

/// Restores an archived release and its site.
///
/// # Errors
/// No archived release that verifies, a folder with anything in it that no build made, or a disk that refuses; then
/// nothing has changed.
pub fn rollback(
    project: &Project,
    key: Option<&HmacKey>,
    policy: &Policy,
    occasion: Occasion<'_>,
    options: &RollbackOptions,
) -> Result<RolledBack, Failure> {
    let publication = Publication::load(project)?;
    let chosen = choose(project, &publication, policy, options)?;
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), || ())?;
    let target = format!("{}/{}", publication.bundle_directory, chosen.release());
    let site = &publication.site_directory;
    // Not the inputs of a build: what is broken there is a reason to go back, not an obstacle to it.
    Targets {
        site,
        release: &target,
        release_prefix: chosen
            .bundle
            .trim_end_matches(|letter: char| letter.is_ascii_digit()),
        reports: None,
        reserved: &reserved(&publication),
    }
    .check(project)?;
    let note = format!("{}/{ROLLBACK_NOTE}", publication.bundle_directory);
    let (old, superseded) = replaced(project, &publication, &target, &chosen)?;
    let mut stagings = Vec::new();
    if let Some(place) = &superseded {
        stagings.push(fs::Staging::write(&project.locate(place), &old, &[])?);
    }
    let mut site_files = chosen.opened.files.clone();
    let marked =
        |template: &str, escape: fn(&str) -> String| mark(template, &chosen, occasion, options, escape);
    site_files.insert(ROLLBACK_PAGE.to_owned(), marked(PAGE, html).into_bytes());
    stagings.push(fs::Staging::write(&project.locate(&target), &chosen.files, &[])?);
    stagings.push(fs::Staging::write(
        &project.locate(site),
        &site_files,
        &super::targets::KEPT,
    )?);
    let text = marked(NOTE, content::markdown);
    let mut outputs = lists(&target, &chosen.files);
    outputs.insert(note.clone(), Digest::of(text.as_bytes()));
    let recorded = record(project, key, occasion, &chosen, Some(outputs))?;
    let put = || -> Result<(), Failure> {
        fs::publish_all(stagings)?;
        Ok(fs::write_together(&[(project.locate(&note), text.as_bytes())])?)
    };
    put().inspect_err(|_| {
        // The failure itself is what people need to see.
        let _ = record(project, key, occasion, &chosen, None);
    })?;
    let again = bundle::verify(&project.locate(&target), &archive::of_any_age(policy))?;
    Ok(RolledBack {
        files: again.files.len(),
        bundle: chosen.bundle,
        places: vec![target, site.clone(), format!("{site}/{ROLLBACK_PAGE}"), note],
        superseded,
        recorded,
    })
}

/// Tells the decision log, if there is a key to sign the line: what was made, or that nothing was put in place.
fn record(
    project: &Project,
    key: Option<&HmacKey>,
    occasion: Occasion<'_>,
    chosen: &Archived,
    outputs: Option<Digests>,
) -> Result<Option<Appended>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let recorder = Recorder {
        project,
        key,
        now: occasion.now,
        actor: occasion.actor,
    };
    recorder.restored(&chosen.bundle, (lists(&chosen.place, &chosen.files), outputs))
}

/// The release to restore.
fn choose(
    project: &Project,
    publication: &Publication,
    policy: &Policy,
    options: &RollbackOptions,
) -> Result<Archived, Failure> {
    let vouched = |one: &Archived| one.opened.verification.authentication() != Authentication::None;
    let all = archive::verified(project, publication, policy)?;
    // What is taken back is the release that the configuration names, if it stands as it was published.
    let stands = |one: &Archived| {
        let place = project.locate(&format!("{}/{}", publication.bundle_directory, one.release()));
        one.release() == publication.release.id && fs::read_tree(&place).is_ok_and(|files| files == one.files)
    };
    let mut known = all.into_iter().filter(vouched);
    let found = match &options.to {
        Some(name) => known.find(|one| one.bundle == *name || one.release() == name),
        None => known.find(|one| !stands(one)),
    };
    found.ok_or_else(|| {
        let folder = archive::folder(publication);
        let reason = match &options.to {
            Some(name) => format!("holds no release `{name}` that verifies, so nothing was restored"),
            None => "holds no other release that verifies, so nothing was restored".to_owned(),
        };
        Failure::Untrusted(Distrust::new(DistrustCode::NotABundle, folder, reason))
    })
}

/// What stands where the release goes, and where that is kept: what was taken back may be asked for.
fn replaced(
    project: &Project,
    publication: &Publication,
    target: &str,
    chosen: &Archived,
) -> Result<(Tree, Option<String>), Problem> {
    let location = project.locate(target);
    if !location.exists() {
        return Ok((Tree::new(), None));
    }
    let old = fs::read_tree(&location)?;
    if old == chosen.files || old.is_empty() {
        return Ok((old, None));
    }
    let all: String = old
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes)))
        .collect();
    let name = format!("{}-{}", chosen.release(), Digest::of(all.as_bytes()).short());
    Ok((
        old,
        Some(format!("{}/superseded/{name}", publication.bundle_directory)),
    ))
}

fn mark(
    template: &str,
    chosen: &Archived,
    occasion: Occasion<'_>,
    options: &RollbackOptions,
    escape: fn(&str) -> String,
) -> String {
    let reason = options.reason.as_deref().unwrap_or("–");
    template
        .replace("{bundle}", &escape(&chosen.bundle))
        .replace("{release}", &escape(chosen.release()))
        .replace("{at}", &occasion.now.to_string())
        .replace("{reason}", &escape(reason))
}

/// Text for HTML.
fn html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    escaped.replace('"', "&quot;")
}
