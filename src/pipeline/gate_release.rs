//! What the gate counts of a release as a whole: how its coverage changed, whether its notes name what its manifests
//! list, and whether its documents agree (specification 8.7, rules 4, 5, 6 and 12).

use super::gate_facts::{Examined, GateFacts};
use super::signal_manifest::SignalManifest;
use crate::content::place;
use crate::diag::Position;
use crate::domain::{FactValue, Language};
use crate::evidence::{Before, EvidenceKind, Subject};
use crate::kit;

/// The mark that notes carry where coverage changed by more than the rule.
const MARK: &str = "results.delta_needed";
/// The notes of a release, below the folder of a language in the kit.
const NOTES: &str = "release-notes.md";

impl GateFacts {
    /// How coverage changed since the release before, and whether the kit says so.
    pub(super) fn coverage(&mut self, examined: &Examined<'_>) {
        let evidence = examined.evidence;
        let record = &examined.inputs.publication.release_source;
        let previous = record.node.get("previous").map(|node| node.at);
        let place = (record.path.as_str(), previous.unwrap_or_default());
        let before = evidence.before();
        self.add(
            "coverage.first_release",
            FactValue::Bool(before == Before::None),
            place,
        );
        self.add(
            "coverage.compared",
            FactValue::Bool(before == Before::Known),
            place,
        );
        let changes = evidence.coverage_changes();
        for kind in ["scenarios", "datasets", "exchanges"] {
            let change = changes.iter().find(|change| change.kind == kind);
            let percent = change.map_or(0.0, |change| change.percent);
            self.add(
                &format!("coverage.{kind}_percent"),
                FactValue::Number(percent),
                place,
            );
        }
        let delta = format!("{}/delta.csv", kit::FOLDER);
        let is_there = examined.kit.files.get(&delta).is_some_and(|csv| !csv.is_empty());
        let place = (&*format!("data/{delta}"), Position::default());
        self.add("coverage.delta_in_bundle", FactValue::Bool(is_there), place);
        let unmarked = examined.languages().filter(|language| {
            if !evidence.needs_delta() {
                return false;
            }
            let mark = examined.inputs.wordings.of(*language).text(MARK);
            !examined.notes(*language).contains(mark)
        });
        let unmarked = unmarked.map(|language| format!("{}/{NOTES}", language.tag()));
        let place = (&*format!("data/{}", kit::FOLDER), Position::default());
        self.list("coverage.unmarked_notes", unmarked.collect(), place);
    }

    /// Which sections the bundle's manifests have, and which of their files the notes do not name with their digest.
    pub(super) fn manifests(&mut self, examined: &Examined<'_>) {
        let reports = examined.evidence.files();
        let reports: Vec<_> = reports
            .filter(|file| file.kind == EvidenceKind::Report)
            .map(|file| (file.path.clone(), file.digest))
            .collect();
        let signals = examined.inputs.signals.as_ref().map(SignalManifest::of);
        let signals: Vec<_> = signals.map_or_else(Vec::new, |manifest| manifest.sources());
        let sections = [("stress_lab", &reports), ("signal_quality", &signals)];
        let missing = sections.iter().filter(|(_, files)| files.is_empty());
        let missing = missing.map(|(name, _)| (*name).to_owned());
        let place = (&*format!("data/{}", place::REPORTS), Position::default());
        self.list("manifests.missing_sections", missing.collect(), place);
        let mut absent = Vec::new();
        for language in examined.languages() {
            let notes = examined.notes(language);
            let files = reports.iter().chain(&signals);
            let unnamed = files.filter(|(path, digest)| {
                !notes.contains(&format!("`{path}`")) || !notes.contains(&digest.to_string())
            });
            absent.extend(unnamed.map(|(path, _)| format!("{}/{NOTES}: {path}", language.tag())));
        }
        let place = (&*format!("data/{}", kit::FOLDER), Position::default());
        self.list("manifests.not_in_notes", absent, place);
    }

    /// What benchmark, status review and other documents state about the same subject, and how much that differs.
    pub(super) fn documents(&mut self, examined: &Examined<'_>) {
        let subjects = examined.evidence.subjects();
        let place = ("content/tables/status_documents.csv", Position::default());
        self.count("benchmark.compared", subjects.len(), place);
        let most = subjects.iter().map(|one| one.percent).fold(0.0, f64::max);
        self.add("benchmark.difference_percent", FactValue::Number(most), place);
        let differing = subjects.iter().filter(|one| one.percent > 0.0);
        let told = differing.map(|one| told(one, examined));
        self.list("benchmark.differences", told.collect(), place);
    }
}

/// A subject with each row that states something about it.
fn told(subject: &Subject, examined: &Examined<'_>) -> String {
    let rows = subject.rows.iter().zip(&subject.statements);
    let rows = rows.map(|(row, stated)| {
        let fact = examined.evidence.stated(stated, Language::English);
        let said = fact.map_or_else(|| "nothing".to_owned(), |fact| crate::gate::plain(&fact.value));
        format!("{} says {said}", row.rsplit('.').next().unwrap_or(row))
    });
    let rows: Vec<String> = rows.collect();
    let name = subject.id.trim_start_matches("tables.");
    format!("{name}: {}", rows.join("; "))
}

impl Examined<'_> {
    fn languages(&self) -> impl Iterator<Item = Language> {
        self.inputs.publication.languages.iter().copied()
    }

    /// The release notes in a language; empty if there are none.
    fn notes(&self, language: Language) -> &str {
        let path = format!("{}/{}/{NOTES}", kit::FOLDER, language.tag());
        let bytes = self.kit.files.get(&path);
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}
