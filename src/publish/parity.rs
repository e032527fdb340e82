//! Whether a mirror holds what was released (specification, sections 8.5 and 8.7, rule 7).

use crate::document::json_text::Json;
use crate::domain::{Digest, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A file that the mirror must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its path below the mirror.
    pub key: String,
    /// Where it stands here.
    pub source: String,
    /// What it holds.
    pub digest: Digest,
}

/// What could be seen of a mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// The files in the places that were looked at, by their paths below the mirror.
    Seen(BTreeMap<String, Digest>),
    /// Something there is no file that a release could hold; the reason.
    Unfit(String),
    /// It is not there, so nothing was compared; the reason.
    Absent(String),
}

/// A comparison of originals with a mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parity {
    originals: Vec<Original>,
    mirror: Mirror,
    /// Keys that the mirror does not hold.
    pub missing: Vec<String>,
    /// Files with other bytes in the mirror: the key, and what the mirror holds.
    pub mismatched: Vec<(String, Digest)>,
    /// Files in the mirror that were never released. The reference does not look for them, but readers of the mirror
    /// would take them for ours.
    pub extra: Vec<String>,
}

impl Parity {
    /// Compares. Of a mirror that was not seen, nothing is missing and nothing passes.
    pub fn of(mut originals: Vec<Original>, mirror: Mirror) -> Parity {
        originals.sort_by(|left, right| left.key.cmp(&right.key));
        let (mut missing, mut mismatched, mut extra) = (Vec::new(), Vec::new(), Vec::new());
        if let Mirror::Seen(files) = &mirror {
            for original in &originals {
                match files.get(&original.key) {
                    None => missing.push(original.key.clone()),
                    Some(digest) if *digest != original.digest => {
                        mismatched.push((original.key.clone(), *digest));
                    }
                    Some(_) => {}
                }
            }
            let known: BTreeSet<&String> = originals.iter().map(|original| &original.key).collect();
            extra.extend(files.keys().filter(|key| !known.contains(key)).cloned());
        }
        Parity {
            originals,
            mirror,
            missing,
            mismatched,
            extra,
        }
    }

    /// How many files the mirror must hold.
    pub fn count(&self) -> usize {
        self.originals.len()
    }

    /// Whether the mirror was seen and holds the very files that were released. A comparison that was skipped does not
    /// pass.
    pub fn passes(&self) -> bool {
        let differences = self.missing.len() + self.mismatched.len() + self.extra.len();
        matches!(self.mirror, Mirror::Seen(_)) && differences == 0
    }

    /// What kept the mirror from being seen.
    pub fn obstacle(&self) -> Option<&str> {
        match &self.mirror {
            Mirror::Seen(_) => None,
            Mirror::Unfit(reason) | Mirror::Absent(reason) => Some(reason),
        }
    }

    /// The digest of an original, by its key.
    pub fn original(&self, key: &str) -> Option<Digest> {
        let found = self.originals.iter().find(|original| original.key == key);
        found.map(|original| original.digest)
    }

    /// The report, with the members of the reference and `extra_in_mirror`; or its record of a check that was skipped.
    /// `generated_at` counts seconds since 1970, as the reference does.
    pub fn json(&self, mirror_root: &str, now: Timestamp) -> Json {
        let texts = |texts: &[String]| Json::List(texts.iter().map(Json::text).collect());
        if let Mirror::Absent(reason) = &self.mirror {
            let required = self.originals.iter().map(|original| Json::text(&original.key));
            return Json::map([
                ("status", Json::text("skipped")),
                ("reason", Json::text(reason)),
                ("classification", Json::text("infra_skip")),
                ("parity_validated", Json::Bool(false)),
                ("result", Json::text("non_passing")),
                ("required", Json::List(required.collect())),
            ]);
        }
        // The reference writes each of these as JSON text inside a string.
        let mismatched = self.mismatched.iter().map(|(key, there)| {
            let here = self.original(key).map(|digest| digest.to_string());
            let one = Json::map([
                ("file", Json::text(key)),
                ("local_sha256", Json::optional_text(here.as_deref())),
                ("mirror_sha256", Json::text(there.to_string())),
            ]);
            Json::text(one.to_canonical())
        });
        let hashes = self.originals.iter().map(|original| {
            Json::map([
                ("file", Json::text(&original.key)),
                ("sha256", Json::text(original.digest.to_string())),
                ("source", Json::text(&original.source)),
            ])
        });
        Json::map([
            ("status", Json::text(if self.passes() { "ok" } else { "failed" })),
            ("error", Json::optional_text(self.obstacle())),
            ("mirror_root", Json::text(mirror_root)),
            ("generated_at", Json::integer(now.as_utc().timestamp())),
            ("missing_in_mirror", texts(&self.missing)),
            ("mismatched", Json::List(mismatched.collect())),
            ("extra_in_mirror", texts(&self.extra)),
            ("local_hashes", Json::List(hashes.collect())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of "a", "b" and "c", by sha256sum.
    const A: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const B: &str = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
    const C: &str = "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6";

    fn digest(hex: &str) -> Digest {
        Digest::from_hex(hex).unwrap()
    }

    fn originals() -> Vec<Original> {
        let one = |key: &str, hex| Original {
            key: key.into(),
            source: format!("var/{key}"),
            digest: digest(hex),
        };
        vec![one("r/b", B), one("r/a", A)]
    }

    fn seen(files: &[(&str, &str)]) -> Mirror {
        let files = files.iter().map(|(key, hex)| ((*key).to_owned(), digest(hex)));
        Mirror::Seen(files.collect())
    }

    fn json(parity: &Parity) -> String {
        let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        parity.json("mirror", now).to_canonical()
    }

    #[test]
    fn the_same_files_pass() {
        let parity = Parity::of(originals(), seen(&[("r/a", A), ("r/b", B)]));
        assert!(parity.passes());
        // The moment in seconds by `date -d 2026-11-23T12:00:00Z +%s`.
        assert_eq!(
            json(&parity),
            format!(
                "{{\"error\":null,\"extra_in_mirror\":[],\"generated_at\":1795435200,\"local_hashes\":[\
                 {{\"file\":\"r/a\",\"sha256\":\"{A}\",\"source\":\"var/r/a\"}},\
                 {{\"file\":\"r/b\",\"sha256\":\"{B}\",\"source\":\"var/r/b\"}}],\
                 \"mirror_root\":\"mirror\",\"mismatched\":[],\"missing_in_mirror\":[],\"status\":\"ok\"}}"
            )
        );
    }

    #[test]
    fn each_kind_of_difference_fails_alone() {
        let missing = Parity::of(originals(), seen(&[("r/a", A)]));
        assert_eq!(
            (missing.passes(), missing.missing.as_slice()),
            (false, ["r/b".to_owned()].as_slice())
        );
        let extra = Parity::of(originals(), seen(&[("r/a", A), ("r/b", B), ("r/c", C)]));
        assert_eq!(
            (extra.passes(), extra.extra.as_slice()),
            (false, ["r/c".to_owned()].as_slice())
        );
        let other = Parity::of(originals(), seen(&[("r/a", C), ("r/b", B)]));
        assert!(!other.passes());
        let text = format!(
            "\"mismatched\":[\"{{\\\"file\\\":\\\"r/a\\\",\\\"local_sha256\\\":\\\"{A}\\\",\\\"mirror_sha256\\\":\\\"{C}\\\"}}\"]"
        );
        assert!(json(&other).contains(&text), "{}", json(&other));
    }

    #[test]
    fn what_was_not_compared_does_not_pass() {
        let absent = Parity::of(originals(), Mirror::Absent("no such folder".into()));
        assert!(!absent.passes());
        assert_eq!(
            json(&absent),
            "{\"classification\":\"infra_skip\",\"parity_validated\":false,\"reason\":\"no such folder\",\
             \"required\":[\"r/a\",\"r/b\"],\"result\":\"non_passing\",\"status\":\"skipped\"}"
        );
        let unfit = Parity::of(originals(), Mirror::Unfit("a link".into()));
        assert!(!unfit.passes() && json(&unfit).contains("\"error\":\"a link\""));
        assert!(json(&unfit).contains("\"status\":\"failed\""));
    }
}
