//! The archive of published releases: what a rollback restores.
//!
//! Each publication leaves a copy of the release folder, byte for byte, under the bundle's name: an id can be published
//! twice, with another number, and a day too. Nothing in the archive is ever overwritten.

use super::publications::is_published;
use super::record::Digests;
use crate::bundle::{self, Opened, Policy};
use crate::config::Publication;
use crate::diag::Problem;
use crate::domain::Digest;
use crate::fs::{self, Project, Tree};

/// The folder of the bag that holds the site.
pub(super) const SITE: &str = "data/site/";

/// A published release that verifies, with a record of its publication.
pub(super) struct Archived {
    /// The bundle's name, also that of its folder.
    pub(super) bundle: String,
    /// Its folder, inside the project.
    pub(super) place: String,
    /// The files of the release.
    pub(super) files: Tree,
    /// What was shown, and the site in its bag.
    pub(super) opened: Opened,
}

/// Where releases are archived.
pub(super) fn folder(publication: &Publication) -> String {
    format!("{}/archive", publication.bundle_directory)
}

/// Where the copy of a published bundle lies, inside the project.
pub(super) fn place(publication: &Publication) -> String {
    format!("{}/{}", folder(publication), publication.bundle.as_str())
}

/// The policy without its age, its lowest number and its record: an older release is what is asked for.
pub(super) fn of_any_age(policy: &Policy) -> Policy {
    Policy {
        release: None,
        minimum_sequence: None,
        max_age_days: None,
        seen: None,
        ..policy.clone()
    }
}

/// All archived releases that verify by the policy and were published, the highest number first.
///
/// # Errors
/// The archive cannot be listed.
pub(super) fn verified(
    project: &Project,
    publication: &Publication,
    policy: &Policy,
) -> Result<Vec<Archived>, Problem> {
    let policy = &of_any_age(policy);
    let folder = folder(publication);
    let names = fs::list_names(&project.locate(&folder), &folder)?;
    let mut bundles: Vec<&str> = names
        .iter()
        .filter_map(|name| Some(name.split_once('/')?.0))
        .collect();
    bundles.dedup();
    let open = |bundle: &&str| {
        let place = format!("{folder}/{bundle}");
        let files = fs::read_tree(&project.locate(&place)).ok()?;
        let opened = bundle::open(&files, SITE, policy).ok()?;
        let is_itself = opened.verification.bundle == **bundle;
        // A copy that no record vouches for was built, but never passed the gate.
        let counts = is_itself && is_published(project, bundle, &files, policy);
        counts.then(|| Archived {
            bundle: (*bundle).to_owned(),
            place,
            files,
            opened,
        })
    };
    let mut found: Vec<Archived> = bundles.iter().filter_map(open).collect();
    found.sort_by_key(|one| std::cmp::Reverse((one.sequence(), one.bundle.clone())));
    Ok(found)
}

impl Archived {
    /// The number of the release.
    pub(super) fn sequence(&self) -> i64 {
        self.opened
            .verification
            .stated
            .as_ref()
            .map_or(0, |stated| stated.sequence)
    }

    /// The id of the release.
    pub(super) fn release(&self) -> &str {
        self.opened
            .verification
            .stated
            .as_ref()
            .map_or("", |stated| stated.id.as_str())
    }
}

/// The digest lists of a release folder: they name everything else in it.
pub(super) fn lists(place: &str, files: &Tree) -> Digests {
    let lists = files.iter().filter(|(name, _)| name.ends_with(".sha256"));
    lists
        .map(|(name, bytes)| (format!("{place}/{name}"), Digest::of(bytes)))
        .collect()
}

/// No digests: nothing was made.
pub(super) fn no_digests() -> Digests {
    Digests::new()
}
