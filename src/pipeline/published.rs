//! `stage6 publish --check`: what was published, looked at again (specification 8.7, rules 7 and 11).
//!
//! Readers have what the archive holds, so its ages are counted, by the moments recorded in it, not those of files that
//! came into the project since.

use super::gate_mirror::{MirrorFound, Mirrored};
use super::publications::{PublicationRecord, record_path};
use super::{Failure, archive};
use crate::bundle::{self, Policy, Verification};
use crate::config::Publication;
use crate::diag::Problem;
use crate::document::json;
use crate::domain::{Digest, Timestamp};
use crate::fs::{self, Project, Tree};
use crate::seal::{Distrust, DistrustCode, HmacKey, SigningKeys};

/// The folder of the bag with what is known about signal quality.
const SIGNALS: &str = "data/signal_quality/";
/// The index among it.
const INDEX: &str = "data/signal_quality/index.csv";

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, in a word.
    pub about: &'static str,
    /// Whether it is as it should be.
    pub holds: bool,
    /// What was found.
    pub found: String,
}

/// What was published, and how it stands.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The bundle's name.
    pub bundle: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// The archived copy, inside the project.
    pub archive: String,
    /// What was looked at, in a fixed order.
    pub findings: Vec<Finding>,
}

impl Reviewed {
    /// Whether nothing is stale and the mirror agrees.
    pub fn is_fresh(&self) -> bool {
        self.findings.iter().all(|finding| finding.holds)
    }
}

/// What the archive holds of a publication.
struct Held {
    verification: Verification,
    files: Tree,
    signals: Tree,
}

/// Looks again at the release that the configuration selects, as it was published.
///
/// # Errors
/// A release that was not published, a record that the key did not sign, or an archived copy that does not verify or is not
/// what was published. That something is stale is no error.
pub fn review(
    project: &Project,
    keys: &SigningKeys,
    policy: &Policy,
    now: Timestamp,
) -> Result<Reviewed, Failure> {
    let publication = Publication::load(project)?;
    let bundle = publication.bundle.as_str();
    let Some(record) = PublicationRecord::read(project, bundle)? else {
        let problem = Problem::with_file(record_path(bundle), "the release was not published");
        return Err(problem.hint("publish it with `stage6 publish`").into());
    };
    record.check_key(&keys.hmac)?;
    let held = open(project, &publication, &record, policy)?;
    let rules = &publication.rules;
    let stated = held.verification.stated.as_ref();
    let age = stated.map(|stated| now.days_since(stated.generated_at));
    let mut findings = vec![Finding {
        about: "archive",
        holds: true,
        found: format!(
            "{}: verified again, {} files",
            record.archive,
            held.verification.files.len()
        ),
    }];
    findings.push(validity(now, publication.release.valid_until));
    findings.extend(age.map(|age| report(age, rules.max_report_age_days)));
    findings.push(snapshots(&held.signals, rules.max_snapshot_age_hours, now));
    findings.push(mirror(project, &publication, &held, &keys.hmac, now));
    Ok(Reviewed {
        bundle: bundle.to_owned(),
        published_at: record.published_at,
        archive: record.archive,
        findings,
    })
}

/// The archived copy, verified; it is the one that the record names.
fn open(
    project: &Project,
    publication: &Publication,
    record: &PublicationRecord,
    policy: &Policy,
) -> Result<Held, Failure> {
    let bundle = publication.bundle.as_str();
    let place = format!("{}/{bundle}", archive::folder(publication));
    let untrusted =
        |code, reason: &str| Failure::Untrusted(Distrust::new(code, record.archive.clone(), reason));
    if record.archive != place {
        let reason = "is not the archive of this release";
        return Err(untrusted(DistrustCode::Inconsistent, reason));
    }
    let location = project.locate(&place);
    if !location.is_dir() {
        let reason = "the archived copy is not there";
        return Err(untrusted(DistrustCode::MissingFile, reason));
    }
    let files = fs::read_tree(&location)?;
    let list = files
        .get(&format!("{bundle}.sha256"))
        .map(|bytes| Digest::of(bytes));
    if list != Some(record.list) {
        let reason = "is not what was published: its digest list is another";
        return Err(untrusted(DistrustCode::HashMismatch, reason));
    }
    let is_signal = |path: &str| path.starts_with(SIGNALS);
    let members = bundle::read_members(&location, &archive::of_any_age(policy), is_signal)?;
    Ok(Held {
        verification: members.verification,
        files,
        signals: members.files,
    })
}

fn validity(now: Timestamp, until: Timestamp) -> Finding {
    Finding {
        about: "validity",
        holds: now <= until,
        found: format!("valid until {until}"),
    }
}

fn report(age: f64, most: Option<f64>) -> Finding {
    let limit = most.map_or_else(String::new, |most| format!(", {most} are allowed"));
    Finding {
        about: "report",
        holds: age >= 0.0 && most.is_none_or(|most| age <= most),
        found: format!("{age:.1} days old{limit}"),
    }
}

/// The ages of the snapshots that were published; one that tells no moment is stale.
fn snapshots(signals: &Tree, most: f64, now: Timestamp) -> Finding {
    let ages = signals.iter().filter_map(|(path, bytes)| {
        let root = json::read(path, bytes).ok()?;
        // What names no exchange is no snapshot, such as the report on completeness.
        root.text("exchange")?;
        let made = root.text("snapshot_created_at").map(Timestamp::parse);
        Some(made.and_then(Result::ok).map(|made| now.hours_since(made)))
    });
    let ages: Vec<Option<f64>> = ages.collect();
    let holds = |age: &Option<f64>| age.is_some_and(|age| (0.0..=most).contains(&age));
    let oldest = ages.iter().flatten().copied().fold(0.0, f64::max);
    Finding {
        about: "snapshots",
        holds: !ages.is_empty() && ages.iter().all(holds),
        found: format!(
            "{}, the oldest {oldest:.1} hours old, {most} are allowed",
            ages.len()
        ),
    }
}

fn mirror(
    project: &Project,
    publication: &Publication,
    held: &Held,
    key: &HmacKey,
    now: Timestamp,
) -> Finding {
    let finding = |holds, found| Finding {
        about: "mirror",
        holds,
        found,
    };
    if let Some(reason) = &publication.gate.no_mirror {
        return finding(true, format!("none, by configuration: {}", reason.english));
    }
    let index = held.signals.get(INDEX);
    let release = Mirrored {
        folder: &archive::folder(publication),
        id: &publication.release.id,
        files: &held.files,
        index: index.map_or(&[][..], Vec::as_slice),
    };
    let seen = MirrorFound::read(project, &release, key, now);
    match seen.objection(publication.rules.mirror_retry_hours) {
        Some(objection) => finding(false, objection),
        None => {
            let found = format!("the same files, compared {:.1} hours ago", seen.age_hours);
            finding(true, found)
        }
    }
}
