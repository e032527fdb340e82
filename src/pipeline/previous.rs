//! The release before: its results, out of its own bundle, as facts of this one.

use super::Inputs;
use crate::config::Publication;
use crate::diag::{Checked, Problem};
use crate::document::Node;
use crate::domain::ReleaseStatus;
use crate::evidence::{Builder, EvidenceKind, PastRelease};
use crate::kit;

/// The results of the release before, which the record names by the digest of its list.
#[derive(Debug)]
pub(super) struct Previous {
    /// Where the file would lie if the bundle were unpacked where it is.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    node: Node,
}

impl Previous {
    pub(super) fn new(path: &str, bytes: &[u8], node: Node) -> Previous {
        Previous {
            path: path.to_owned(),
            bytes: bytes.to_vec(),
            node,
        }
    }

    /// Its values as facts below `previous`.
    pub(super) fn add_to(&self, builder: &mut Builder) {
        builder.add_file(&self.path, &self.bytes, EvidenceKind::Release);
        builder.add_facts(&self.path, "previous", &self.node);
    }
}

/// A problem where the selected record names the release before.
fn at_previous(publication: &Publication, message: String) -> Problem {
    let record = &publication.release_source;
    let at = record.node.get("previous").map(|node| node.at);
    Problem::new(&record.path, at.unwrap_or_default(), message)
}

/// Refuses a final release whose record names one before that is not at hand. A draft is built anywhere, also from a
/// fresh copy.
///
/// # Errors
/// The bundle is not in the archive, or it holds no results.
pub(super) fn require(publication: &Publication, (is_found, has_results): (bool, bool)) -> Checked<()> {
    if publication.release.status == ReleaseStatus::Draft || (is_found && has_results) {
        return Ok(());
    }
    let archive = &publication.bundle_directory;
    let (message, hint) = match is_found {
        false => (
            format!("the release before is not in `{archive}`, so nothing can be compared with it"),
            "put its folder back from the archive; it is known by the digest of its list",
        ),
        true => (
            format!("the release before holds no `{}`", kit::RESULTS),
            "it was built by a version without them; build it again, or begin a new series",
        ),
    };
    Err(vec![at_previous(publication, message).hint(hint)])
}

/// Refuses a bundle that is not of the release before: with its digest in the record, results would be compared with
/// those of anything.
///
/// # Errors
/// It has another id or number than the record of the release before.
pub(super) fn check_identity(publication: &Publication, list: &str, found: &PastRelease) -> Checked<()> {
    let before = publication.release.sequence.checked_sub(1);
    let mut records = publication.releases.iter();
    let Some(before) = records.find(|one| Some(one.release.sequence) == before) else {
        return Ok(());
    };
    let before = &before.release;
    if found.id == before.id && found.sequence == i64::from(before.sequence) {
        return Ok(());
    }
    let message = format!(
        "`previous` names `{list}`, of release {} number {}, but the release before is {} number {}",
        found.id, found.sequence, before.id, before.sequence
    );
    let hint = "copy the SHA-256 of the last release's `.sha256` file";
    Err(vec![at_previous(publication, message).hint(hint)])
}

impl Inputs {
    /// The results of the release before as facts below `previous`.
    pub(super) fn collect_previous(&self, builder: &mut Builder) {
        if let Some(previous) = &self.chain.previous {
            previous.add_to(builder);
        }
    }
}
