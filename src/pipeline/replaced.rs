//! What a build replaces: looked at once more under the lock, right before it is replaced. Each folder is exchanged whole,
//! so no killed build leaves a mixture here; what does not fit together was changed by hand and is somebody's work.

use super::targets::{is_nobodys, somebodys};
use super::{ANALYTICS_NAME, GATE_NAME, REPORT_NAME, RunFiles};
use crate::bundle::{RELEASE_ENDINGS, digest_of};
use crate::diag::Problem;
use crate::document::{Node, Scalar, Value, json};
use crate::domain::{Digest, ReleaseStatus};
use crate::fs::{self, Project, Tree};
use crate::seal::{RawSignature, SIGNAL_LIST_NAME, SshSignature};
use std::collections::{BTreeMap, BTreeSet};

/// The ending of manifests.
const MANIFEST: &str = ".manifest.json";
/// The ending of a release's digest list.
const LIST: &str = ".sha256";
const ARCHIVE_HINT: &str = "put it back as it was, or move the folder to an archive";

/// Files in a folder that is about to be replaced, of which each must be as a build left it.
struct Old<'a> {
    project: &'a Project,
    folder: &'a str,
    /// What is going to stand there.
    new: &'a Tree,
}

impl Old<'_> {
    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn names(&self) -> Result<Vec<String>, Problem> {
        let mut names = fs::list_names(&self.project.locate(self.folder), self.folder)?;
        names.retain(|name| !is_nobodys(name));
        Ok(names)
    }

    /// The digest of a regular file; none of anything else.
    fn digest(&self, name: &str) -> Option<Digest> {
        let path = self.path(name);
        let is_file = self.project.has_own_file(&path);
        is_file
            .then(|| digest_of(&self.project.locate(&path), &path).ok())
            .flatten()
    }

    /// Whether the same bytes are going to stand there.
    fn stays(&self, name: &str) -> bool {
        let new = self.new.get(name);
        new.is_some_and(|new| self.digest(name) == Some(Digest::of(new)))
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.project.read(&self.path(name)).ok()
    }

    fn read_json(&self, name: &str) -> Option<Node> {
        json::read(name, &self.read(name)?).ok()
    }
}

/// Refuses to replace a release or reports that no build of ours made, or that were changed since; each folder comes with
/// the files that are to stand in it.
///
/// # Errors
/// The first file that would be lost.
pub(super) fn check(
    project: &Project,
    (release, files): (&str, &Tree),
    (directory, reports): (&str, &Tree),
) -> Result<(), Problem> {
    check_release(project, release, files)?;
    check_reports(project, directory, reports)
}

/// Refuses to replace a final release by other bytes: readers hold copies of it, and two of one name would be a
/// contradiction that nobody could resolve. Also refuses to replace files that are not those of the release's digest
/// list.
///
/// # Errors
/// The folder holds a final release that is not the one in `new`, one of which nobody can say whether it is final, or
/// files that were changed.
fn check_release(project: &Project, folder: &str, new: &Tree) -> Result<(), Problem> {
    let old = Old { project, folder, new };
    let names = old.names()?;
    let bundle = |name: &String| {
        let endings = RELEASE_ENDINGS.iter();
        endings
            .filter_map(|ending| name.strip_suffix(ending))
            .min_by_key(|bundle| bundle.len())
            .map(str::to_owned)
    };
    let bundles: BTreeSet<String> = names.iter().filter_map(bundle).collect();
    for bundle in bundles {
        let mine = |name: &&String| {
            let ending = name.strip_prefix(&bundle);
            ending.is_some_and(|ending| RELEASE_ENDINGS.contains(&ending))
        };
        let names: Vec<&String> = names.iter().filter(mine).collect();
        // The same release once more, whatever was taken away from it. Its list says that it is the same.
        let has_list = names.iter().any(|name| name.ends_with(LIST));
        if has_list && names.iter().all(|name| old.stays(name)) {
            continue;
        }
        check_status(&old, &bundle)?;
        check_listed(&old, &bundle, &names)?;
    }
    Ok(())
}

fn check_status(old: &Old<'_>, bundle: &str) -> Result<(), Problem> {
    let manifest = format!("{bundle}{MANIFEST}");
    let node = old.read_json(&manifest);
    let status = node
        .as_ref()
        .and_then(|root| ReleaseStatus::from_word(&root.get("status")?.as_scalar()?.text));
    let refuse = |message: &str, hint: &str| Err(Problem::with_file(old.path(&manifest), message).hint(hint));
    match status {
        None => refuse(
            "is missing or cannot be read, so it cannot be said whether the release in this folder is final",
            ARCHIVE_HINT,
        ),
        Some(ReleaseStatus::Final) if !old.stays(&manifest) => refuse(
            "is a final release, and this build would put another in its place",
            "give the new release an id or number of its own, or move the folder to an archive",
        ),
        Some(_) => Ok(()),
    }
}

/// Files of a release are those of its digest list, and the list is the one that was signed.
fn check_listed(old: &Old<'_>, bundle: &str, names: &[&String]) -> Result<(), Problem> {
    let list_name = format!("{bundle}{LIST}");
    let signature_name = format!("{list_name}.sshsig");
    let missing = |name: &str| {
        let message = "is missing, so nothing shows whether the files beside it are those of the build";
        Problem::with_file(old.path(name), message).hint(ARCHIVE_HINT)
    };
    let list = old.read(&list_name).ok_or_else(|| missing(&list_name))?;
    let signature = old
        .read(&signature_name)
        .ok_or_else(|| missing(&signature_name))?;
    let signature = SshSignature::read(&signature_name, &signature);
    let signature = signature.map_err(|_| somebodys(old.folder, &signature_name))?;
    if !signature.fits(&list) {
        return Err(somebodys(old.folder, &list_name));
    }
    let text = String::from_utf8_lossy(&list);
    let listed: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, name)| (name, digest))
        .collect();
    let is_raw = |name: &str| {
        let raw = old.read(name).and_then(|raw| RawSignature::try_from(raw).ok());
        raw.is_some_and(|raw| signature.public.verifies(&list, &raw))
    };
    let is_as_made = |name: &str| match name.strip_prefix(list_name.as_str()) {
        Some("" | ".sshsig") => old.digest(name).is_some(),
        Some(_) => is_raw(name),
        None => {
            let digest = old.digest(name).map(|digest| digest.to_string());
            digest.is_some_and(|digest| listed.get(name) == Some(&digest.as_str()))
        }
    };
    match names.iter().find(|name| !is_as_made(name)) {
        Some(name) => Err(somebodys(old.folder, name)),
        None => Ok(()),
    }
}

/// Refuses to replace reports that are not those of their manifests.
///
/// # Errors
/// A file that was changed, or a manifest that is not there.
fn check_reports(project: &Project, folder: &str, new: &Tree) -> Result<(), Problem> {
    let old = Old { project, folder, new };
    let present = old.names()?;
    for report in [REPORT_NAME, ANALYTICS_NAME, GATE_NAME, SIGNAL_LIST_NAME] {
        let manifest = format!("{report}{MANIFEST}");
        let names = RunFiles::names(report);
        // A run without a key leaves a report that nothing vouches for, and the next run replaces it.
        let signs = RunFiles::signature_names(report);
        if !present.iter().any(|name| signs.contains(name)) {
            continue;
        }
        let changed: Vec<&String> = names
            .iter()
            .filter(|name| present.contains(name) && !old.stays(name))
            .collect();
        if changed.is_empty() {
            continue;
        }
        let mut listed = BTreeMap::new();
        match old.read_json(&manifest) {
            Some(node) => collect_digests(&node, &mut listed),
            None => {
                let message = "is missing or cannot be read, so nothing shows whether the files beside it are those of a build";
                return Err(Problem::with_file(old.path(&manifest), message).hint(ARCHIVE_HINT));
            }
        }
        let is_as_made = |name: &str| match name == manifest {
            true => old.digest(name).is_some(),
            false => {
                let digest = old.digest(name).map(|digest| digest.to_string());
                digest.is_some() && listed.get(name) == digest.as_ref()
            }
        };
        if let Some(name) = changed.iter().find(|name| !is_as_made(name)) {
            return Err(somebodys(folder, name));
        }
    }
    Ok(())
}

/// The digests of all files that a report's manifest lists, at whatever depth.
fn collect_digests(node: &Node, listed: &mut BTreeMap<String, String>) {
    let text = |key: &str| {
        node.get(key)
            .and_then(Node::as_scalar)
            .map(|scalar: &Scalar| scalar.text.clone())
    };
    if let (Some(path), Some(digest)) = (text("path"), text("sha256")) {
        listed.insert(path, digest);
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| collect_digests(item, listed)),
        Value::Map(entries) => entries
            .iter()
            .for_each(|entry| collect_digests(&entry.value, listed)),
        Value::Scalar(_) => {}
    }
}
