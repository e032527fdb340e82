//! The release before: its results, out of its own bundle.

use super::Inputs;
use crate::bundle::{self, Policy, Verification};
use crate::config::Publication;
use crate::diag::{Checked, Problem, Problems};
use crate::document::{Node, json};
use crate::domain::{Digest, ReleaseStatus};
use crate::evidence::{Builder, EvidenceKind};
use crate::fs::{Project, Tree};
use crate::kit;
use std::path::Path;

/// The results of the release before, which the record names by the digest of its list.
#[derive(Debug)]
pub(super) struct Previous {
    /// Where the file would lie if the bundle were unpacked where it is.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    node: Node,
}

impl Previous {
    /// Finds the bundle in the archive by its digest, verifies it, and reads its results. None for a first release,
    /// and for a draft whose archive does not hold the bundle: a draft is built anywhere, also from a fresh copy.
    ///
    /// # Errors
    /// A bundle that does not verify; for a final release also one that is not there or holds no results.
    pub(super) fn read(project: &Project, publication: &Publication) -> Checked<Option<Previous>> {
        let Some(digest) = publication.release.previous.as_deref().and_then(Digest::from_hex) else {
            return Ok(None);
        };
        let archive = &publication.bundle_directory;
        let lists = project
            .list(archive, ".sha256")
            .map_err(|problem| vec![problem])?;
        let mut found = Vec::new();
        for list in lists {
            if Digest::of(&project.read(&list).map_err(|problem| vec![problem])?) == digest {
                found.push(list);
            }
        }
        let missing = |message: String, hint: &str| match publication.release.status {
            ReleaseStatus::Draft => Ok(None),
            ReleaseStatus::Final => {
                let record = &publication.release_source;
                let at = record
                    .node
                    .get("previous")
                    .map(|node| node.at)
                    .unwrap_or_default();
                Err(vec![Problem::new(&record.path, at, message).hint(hint)])
            }
        };
        if found.is_empty() {
            let message =
                format!("the release before is not in `{archive}`, so nothing can be compared with it");
            return missing(
                message,
                "put its folder back from the archive; it is known by the digest of its list",
            );
        }
        let inside = format!("data/{}", kit::RESULTS);
        let (folder, verification, mut files) = read_first(project, &found, &inside)?;
        let Some(bytes) = files.remove(&inside) else {
            let message = format!("the release before, in `{folder}`, holds no `{}`", kit::RESULTS);
            return missing(
                message,
                "it was built by a version without them; build it again, or begin a new series",
            );
        };
        // Not where it was found: a copy in another place must not change what is said.
        let path = format!("{archive}/{}/{inside}", verification.bundle);
        let node = json::read(&path, &bytes).map_err(|problem| vec![problem])?;
        Ok(Some(Previous { path, bytes, node }))
    }
}

/// Reads one member of the first copy that verifies.
///
/// # Errors
/// What is wrong with the first copy, if none verifies.
fn read_first<'l>(
    project: &Project,
    lists: &'l [String],
    inside: &str,
) -> Checked<(&'l str, Verification, Tree)> {
    let mut wrong = Vec::new();
    for list in lists {
        let folder = list.rsplit_once('/').map_or("", |(folder, _)| folder);
        match bundle::read_members(&project.locate(folder), &Policy::default(), inside) {
            Ok((verification, files)) => return Ok((folder, verification, files)),
            Err(distrust) => {
                let shown = Path::new(folder).join(&distrust.file).display().to_string();
                let problem = Problem::with_file(shown, format!("the release before {}", distrust.reason));
                wrong.push(problem.hint("restore its folder from the archive"));
            }
        }
    }
    wrong.truncate(1);
    Err(wrong)
}

impl Inputs {
    /// The results of the release before as facts below `previous`.
    pub(super) fn collect_previous(&self, builder: &mut Builder) {
        let Some(previous) = &self.previous else { return };
        builder.add_file(&previous.path, &previous.bytes, EvidenceKind::Release);
        builder.add_facts(&previous.path, "previous", &previous.node);
    }
}

/// Reads the release before along with the other inputs.
pub(super) fn read(
    project: &Project,
    publication: Option<&Publication>,
    problems: &mut Problems,
) -> Option<Previous> {
    let publication = publication?;
    problems.take(Previous::read(project, publication)).flatten()
}
