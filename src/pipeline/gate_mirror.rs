//! The report of `stage6 parity` as evidence for the gate: of which files, in which state, how old and by whom
//! (specification 8.5 and 8.7, rule 7).

use super::gate_facts::GateFacts;
use super::parity::{MIRROR_REPORT, originals_of};
use crate::diag::Position;
use crate::document::{Node, json};
use crate::domain::{Digest, FactValue, Sentence, Timestamp};
use crate::fs::{Project, Tree};
use crate::seal::{HmacKey, SIGNATURE_ENDING, SignatureFile};
use std::collections::BTreeMap;

/// The lists of a report that are empty where the mirror holds what was released.
const DIFFERENCES: [&str; 3] = ["missing_in_mirror", "mismatched", "extra_in_mirror"];

/// What was found of the mirror.
#[derive(Clone, Debug, Default)]
pub(super) struct MirrorFound {
    /// The state that the report gives: `ok`, `failed`, `skipped`; `absent` without a report, `unreadable` for one that
    /// is none.
    pub(super) status: String,
    /// The key of publications signed the report.
    pub(super) signed: bool,
    /// What the report says otherwise than the release: other files, other digests, differences of its own.
    pub(super) differences: Vec<String>,
    /// Its age; negative if it comes from the future.
    pub(super) age_hours: f64,
}

/// The files that a mirror must hold.
pub(super) struct Mirrored<'a> {
    /// The folder of the release.
    pub(super) folder: &'a str,
    /// Its id, under which the mirror has it.
    pub(super) id: &'a str,
    /// Its files.
    pub(super) files: &'a Tree,
    /// The index of snapshots.
    pub(super) index: &'a [u8],
}

impl MirrorFound {
    /// Reads the report for the files of a release.
    pub(super) fn read(
        project: &Project,
        release: &Mirrored<'_>,
        key: &HmacKey,
        now: Timestamp,
    ) -> MirrorFound {
        if !project.has_file(MIRROR_REPORT) {
            return MirrorFound::of_status("absent");
        }
        let Ok(bytes) = project.read(MIRROR_REPORT) else {
            return MirrorFound::of_status("unreadable");
        };
        let Ok(root) = json::read(MIRROR_REPORT, &bytes) else {
            return MirrorFound::of_status("unreadable");
        };
        let moment = root.get("generated_at").and_then(Node::as_scalar);
        let moment = moment.and_then(|scalar| Timestamp::from_epoch(scalar.as_integer()?));
        let originals = originals_of(release.folder, release.id, release.files, release.index);
        let held = originals.iter().map(|one| (one.key.as_str(), one.digest));
        MirrorFound {
            status: root.text("status").unwrap_or("unreadable").to_owned(),
            signed: is_signed(project, &bytes, key),
            differences: differences(&root, &held.collect()),
            age_hours: moment.map_or(f64::INFINITY, |moment| now.hours_since(moment)),
        }
    }

    /// What is wrong with it, by the rule of the hours within which it must be compared again.
    pub(super) fn objection(&self, most_hours: Option<f64>) -> Option<String> {
        if self.status != "ok" {
            return Some(format!("{MIRROR_REPORT}: {}", self.status));
        }
        if !self.signed {
            return Some(format!("{MIRROR_REPORT}: not signed with this key"));
        }
        if let Some(first) = self.differences.first() {
            return Some(format!("{MIRROR_REPORT}: {first}"));
        }
        let is_fresh = self.age_hours >= 0.0 && most_hours.is_none_or(|most| self.age_hours <= most);
        (!is_fresh).then(|| format!("{MIRROR_REPORT}: compared {:.1} hours ago", self.age_hours))
    }

    fn of_status(status: &str) -> MirrorFound {
        MirrorFound {
            status: status.to_owned(),
            ..MirrorFound::default()
        }
    }
}

fn is_signed(project: &Project, bytes: &[u8], key: &HmacKey) -> bool {
    let path = format!("{MIRROR_REPORT}{SIGNATURE_ENDING}");
    let Ok(signature) = project.read(&path) else {
        return false;
    };
    SignatureFile::read(&path, &signature).is_ok_and(|signature| {
        let names_it = signature.check_target(MIRROR_REPORT, bytes);
        names_it
            .and_then(|()| signature.check_key(MIRROR_REPORT, bytes, key))
            .is_ok()
    })
}

/// What the report says otherwise than the files that are to be published.
fn differences(root: &Node, held: &BTreeMap<&str, Digest>) -> Vec<String> {
    let compared = root.get("local_hashes").and_then(Node::as_list);
    let compared = compared.unwrap_or_default().iter();
    let compared: BTreeMap<&str, Option<Digest>> = compared
        .filter_map(|file| Some((file.text("file")?, file.text("sha256").and_then(Digest::from_hex))))
        .collect();
    let mut found = Vec::new();
    for (key, digest) in held {
        match compared.get(key) {
            None => found.push(format!("{key}: not compared")),
            Some(other) if *other != Some(*digest) => found.push(format!("{key}: compared with other bytes")),
            Some(_) => {}
        }
    }
    let foreign = compared.keys().filter(|key| !held.contains_key(**key));
    found.extend(foreign.map(|key| format!("{key}: not in the release")));
    for list in DIFFERENCES {
        let items = root.get(list).and_then(Node::as_list).map_or(0, <[Node]>::len);
        if items > 0 {
            found.push(format!("{list}: {items}"));
        }
    }
    found
}

impl GateFacts {
    /// Adds what was found of the mirror; `no_mirror` says why there is none.
    pub(super) fn mirror(&mut self, found: &MirrorFound, no_mirror: Option<&Sentence>) {
        let place = (MIRROR_REPORT, Position::default());
        let mode = if no_mirror.is_some() { "none" } else { "required" };
        self.add("mirror.mode", FactValue::Text(mode.to_owned()), place);
        self.add("mirror.status", FactValue::Text(found.status.clone()), place);
        self.add("mirror.signed", FactValue::Bool(found.signed), place);
        self.list("mirror.differences", found.differences.clone(), place);
        // A report that tells no time is older than every rule allows.
        let age = found.age_hours.clamp(f64::MIN, f64::MAX);
        self.add("mirror.age_hours", FactValue::Number(age), place);
    }
}
