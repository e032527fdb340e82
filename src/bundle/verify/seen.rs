//! What a verifier has seen: for each bundle and signer the highest sequence, and the digest of its list.
//!
//! Without such a record nobody can tell an old genuine release from the newest one (threat M4).

use super::StatedRelease;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::{Digest, Timestamp};
use crate::seal::{Distrust, DistrustCode};
use std::collections::BTreeMap;

const SCHEMA: &str = "stage6.verifier.state";
const SCHEMA_VERSION: &str = "1.0";

/// The record of a verifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// By bundle and fingerprint of the signer.
    releases: BTreeMap<(String, String), SeenRelease>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SeenRelease {
    sequence: i64,
    list: Digest,
    verified_at: Timestamp,
}

/// How a release stands to what was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The verifier keeps no record.
    NoRecord,
    /// It is the first of its kind in the record.
    FirstSeen,
    /// It is the very release that was seen last.
    SeenBefore,
    /// It follows the one that was seen last, and names it.
    Follows,
    /// It is newer than the one that was seen last; releases between the two were not seen.
    NewerWithGap,
}

impl Freshness {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Freshness::NoRecord => "no-record",
            Freshness::FirstSeen => "first-seen",
            Freshness::SeenBefore => "seen-before",
            Freshness::Follows => "follows",
            Freshness::NewerWithGap => "newer-with-gap",
        }
    }
}

impl Seen {
    /// Reads a record. `shown` is its name in problems.
    ///
    /// # Errors
    /// Not a record of ours.
    pub fn read(shown: &str, bytes: &[u8]) -> Result<Seen, Problem> {
        let root = json::read(shown, bytes)?;
        let bad = |node: &Node, message: &str| {
            node.problem(shown, message)
                .hint("keep the file as `stage6 verify --state` wrote it; without it, older releases pass")
        };
        let text = |node: &Node, key: &str| node.text(key).map(str::to_owned);
        if text(&root, "schema").as_deref() != Some(SCHEMA)
            || text(&root, "schema_version").as_deref() != Some(SCHEMA_VERSION)
        {
            return Err(bad(&root, "not a verifier's record of a version that we know"));
        }
        let mut seen = Seen::default();
        let releases = root.get("releases").and_then(Node::as_list);
        for node in releases.ok_or_else(|| bad(&root, "`releases` is not a list"))? {
            let number = node.get("sequence").and_then(Node::as_scalar);
            let entry = (|| {
                let release = SeenRelease {
                    sequence: number?.as_integer()?,
                    list: Digest::from_hex(&text(node, "list_sha256")?)?,
                    verified_at: Timestamp::parse(&text(node, "verified_at")?).ok()?,
                };
                Some(((text(node, "bundle")?, text(node, "signer")?), release))
            })();
            let (name, release) = entry.ok_or_else(|| bad(node, "an entry that is none"))?;
            if seen.releases.insert(name, release).is_some() {
                return Err(bad(node, "a bundle and signer stand twice"));
            }
        }
        Ok(seen)
    }

    /// The record as a file.
    pub fn to_file_text(&self) -> String {
        let releases = self.releases.iter().map(|((bundle, signer), release)| {
            Json::map([
                ("bundle", Json::text(bundle)),
                ("signer", Json::text(signer)),
                ("sequence", Json::integer(release.sequence)),
                ("list_sha256", Json::text(release.list.to_string())),
                ("verified_at", Json::text(release.verified_at.to_string())),
            ])
        });
        Json::map([
            ("schema", Json::text(SCHEMA)),
            ("schema_version", Json::text(SCHEMA_VERSION)),
            ("releases", Json::List(releases.collect())),
        ])
        .to_file_text()
    }

    /// How a release stands to the record.
    ///
    /// # Errors
    /// It is older than the one that was seen last, another one of the same number, or does not name its predecessor.
    pub(super) fn judge(
        &self,
        file: &str,
        (family, signer): (&str, &str),
        stated: &StatedRelease,
        list: Digest,
    ) -> Result<Freshness, Distrust> {
        let Some(last) = self.releases.get(&(family.to_owned(), signer.to_owned())) else {
            return Ok(Freshness::FirstSeen);
        };
        let refuse = |code, reason: String| Err(Distrust::new(code, file, reason));
        let (number, seen) = (stated.sequence, last.sequence);
        if number < seen {
            let reason = format!(
                "has number {number}, and number {seen} was seen {}",
                last.verified_at
            );
            return refuse(DistrustCode::Replayed, reason);
        }
        if number == seen && list != last.list {
            let reason = format!(
                "is not the release with number {number} that was seen {}",
                last.verified_at
            );
            return refuse(DistrustCode::Replayed, reason);
        }
        if number == seen {
            return Ok(Freshness::SeenBefore);
        }
        if number > seen.saturating_add(1) {
            return Ok(Freshness::NewerWithGap);
        }
        match stated.previous {
            Some(previous) if previous == last.list => Ok(Freshness::Follows),
            _ => refuse(
                DistrustCode::BrokenChain,
                format!(
                    "does not name the release with number {seen} that was seen {}",
                    last.verified_at
                ),
            ),
        }
    }

    /// Notes a release that was verified.
    pub fn note(&mut self, (family, signer): (&str, &str), sequence: i64, list: Digest, now: Timestamp) {
        let name = (family.to_owned(), signer.to_owned());
        let known = self.releases.get(&name);
        if known.is_none_or(|last| last.sequence < sequence) {
            let release = SeenRelease {
                sequence,
                list,
                verified_at: now,
            };
            self.releases.insert(name, release);
        }
    }
}
