//! A release as it is compared with others: this one and earlier ones in the same form.

use crate::content::place::bundled_evidence;
use crate::domain::{Digest, ReleaseStatus, Timestamp};
use crate::evidence::{PastRelease, Results, ScenarioFacts};
use crate::site::edition::Edition;
use crate::site::kept_root;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The folders of a bag whose files are evidence.
const EVIDENCE: [&str; 3] = ["evidence/", "signal_quality/", "reports/"];
/// What lies there besides: signatures, manifests, and what the gate said of the release itself.
const ABOUT_EVIDENCE: [&str; 3] = [".sig", ".manifest.json", "gate_report.json"];

/// One release.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    pub(super) id: &'a str,
    pub(super) bundle: &'a str,
    pub(super) sequence: i64,
    pub(super) status: ReleaseStatus,
    pub(super) released_at: Timestamp,
    pub(super) generated_at: Timestamp,
    pub(super) development: bool,
    pub(super) fingerprint: &'a str,
    /// The earlier release; `None` for this one, whose own digests cannot stand inside it.
    pub(super) past: Option<&'a PastRelease>,
    pub(super) results: Results<'a>,
    /// The digests of the texts of pages, by language and id: `pl/whitepaper`.
    pub(super) pages: BTreeMap<String, Digest>,
    /// The digests of evidence, by paths in the bag without `data/`.
    pub(super) evidence: BTreeMap<String, Digest>,
    /// The folder of its site inside this one, with a slash at its end; empty for this release.
    root: String,
    /// The pages that its site shows, by their paths in it; none if it is not kept.
    shown: BTreeSet<String>,
}

impl<'a> Issue<'a> {
    /// This release.
    pub(super) fn current(edition: &Edition<'a>) -> Issue<'a> {
        let input = &edition.input;
        let release = input.release;
        let page = |page: &crate::content::Page| {
            let key = format!("{}/{}", page.language.tag(), page.id);
            (key, Digest::of(page.markdown.as_bytes()))
        };
        // Only for comparisons, and a first release has none.
        let compared = match input.lineage.releases.is_empty() {
            true => &[],
            false => input.pages,
        };
        let digests: Vec<_> = compared.par_iter().map(page).collect();
        let files = input.evidence.files();
        Issue {
            id: &release.id,
            bundle: input.bundle.as_str(),
            sequence: i64::from(release.sequence),
            status: release.status,
            released_at: release.released_at,
            generated_at: input.report.generated_at,
            development: input.signing.development,
            fingerprint: &input.signing.fingerprint,
            past: None,
            results: input.evidence.results(),
            pages: digests.into_iter().collect(),
            evidence: files
                .map(|file| (bundled_evidence(file.kind, &file.path), file.digest))
                .collect(),
            root: String::new(),
            shown: edition.all_paths(),
        }
    }

    /// An earlier one.
    pub(super) fn past(past: &'a PastRelease) -> Issue<'a> {
        let files = || {
            let files = past.files.iter();
            files.filter_map(|(path, digest)| Some((path.strip_prefix("data/")?, *digest)))
        };
        let page = |(path, digest): (&str, Digest)| {
            let key = path.strip_prefix("pages/")?.strip_suffix(".md")?;
            Some((key.to_owned(), digest))
        };
        let is_evidence = |path: &str| {
            EVIDENCE.iter().any(|folder| path.starts_with(folder))
                && !ABOUT_EVIDENCE.iter().any(|ending| path.ends_with(ending))
        };
        Issue {
            id: &past.id,
            bundle: &past.bundle,
            sequence: past.sequence,
            status: past.status,
            released_at: past.released_at,
            generated_at: past.generated_at,
            development: past.development,
            fingerprint: &past.fingerprint,
            past: Some(past),
            results: past.results(),
            pages: files().filter_map(page).collect(),
            evidence: files()
                .filter(|(path, _)| is_evidence(path))
                .map(|(path, digest)| (path.to_owned(), digest))
                .collect(),
            root: kept_root(past),
            shown: past.site.keys().cloned().collect(),
        }
    }

    /// Where a page of its site stands in this one, if it does.
    pub(super) fn shown_page(&self, path: &str) -> Option<String> {
        self.shown.contains(path).then(|| format!("{}{path}", self.root))
    }

    /// The digest of the file with its results; this release's own is made after its site.
    pub(super) fn results_digest(&self) -> Option<Digest> {
        let files = self.past?.facts.as_ref()?.files().next();
        files.map(|file| file.digest)
    }

    /// Whether its results are known.
    pub(super) fn has_results(&self) -> bool {
        self.past.is_none_or(|past| past.facts.is_some())
    }

    /// How many scenarios kept within their limits, and how many there are.
    pub(super) fn verdict(&self) -> (usize, usize) {
        let scenarios = &self.results.scenarios;
        let within = scenarios.iter().filter(|scenario| scenario.passed()).count();
        (within, scenarios.len())
    }

    /// A scenario by its name.
    pub(super) fn scenario(&self, name: &str) -> Option<&ScenarioFacts<'a>> {
        self.results.scenarios.iter().find(|one| one.name == name)
    }
}

/// What came, went and changed between two lists of digests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Turnover<'d> {
    pub(super) added: Vec<&'d str>,
    pub(super) removed: Vec<&'d str>,
    pub(super) changed: Vec<&'d str>,
    /// How many are byte for byte the same.
    pub(super) same: usize,
}

/// Compares two lists of digests by name.
pub(super) fn turnover<'d>(
    before: &'d BTreeMap<String, Digest>,
    now: &'d BTreeMap<String, Digest>,
) -> Turnover<'d> {
    let mut found = Turnover::default();
    for (name, digest) in now {
        match before.get(name) {
            None => found.added.push(name),
            Some(old) if old == digest => found.same += 1,
            Some(_) => found.changed.push(name),
        }
    }
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    found.removed = gone.map(String::as_str).collect();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_go_change_and_stay() {
        let list = |names: &[(&str, &str)]| -> BTreeMap<String, Digest> {
            let names = names.iter();
            names
                .map(|(name, text)| ((*name).to_owned(), Digest::of(text.as_bytes())))
                .collect()
        };
        let before = list(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let now = list(&[("b", "2"), ("c", "1"), ("d", "1")]);
        let expected = Turnover {
            added: vec!["d"],
            removed: vec!["a"],
            changed: vec!["b"],
            same: 1,
        };
        assert_eq!(turnover(&before, &now), expected);
    }
}
