//! Marks: what a reader must know about the data before believing a number.

use super::voice::Voice;
use crate::domain::{Language, Provenance, StressReport};
use crate::evidence::Evidence;
use serde::Serialize;
use std::collections::BTreeSet;

/// Prefixes of facts that come out of market baselines.
const FROM_BASELINES: [&str; 2] = ["report.", "baselines."];

/// A mark as templates show it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mark {
    kind: &'static str,
    label: String,
    text: String,
}

/// Which marks the numbers of a report need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// A market that a scenario used comes from a fixture.
    pub(super) sample: bool,
    /// A market that a scenario used was invented.
    pub(super) synthetic: bool,
}

impl Marks {
    /// The marks that a report's numbers need.
    pub(super) fn of_report(report: &StressReport) -> Marks {
        Marks {
            sample: report.uses(Provenance::Sample),
            synthetic: report.uses(Provenance::Synthetic),
        }
    }

    /// These marks on a page that shows the given facts. A fact out of a file that calls itself a sample, such as a
    /// snapshot of signal quality, makes the page one, whatever the report was computed from.
    pub(super) fn for_facts(
        self,
        facts: &BTreeSet<String>,
        evidence: &Evidence,
        language: Language,
    ) -> Marks {
        let shows = facts
            .iter()
            .any(|id| FROM_BASELINES.iter().any(|prefix| id.starts_with(prefix)));
        let marks = if shows { self } else { Marks::default() };
        let is_sample = |id: &String| {
            let fact = evidence.fact(id, language);
            fact.and_then(|fact| evidence.file(&fact.source))
                .is_some_and(|file| file.sample)
        };
        Marks {
            sample: marks.sample || facts.iter().any(is_sample),
            ..marks
        }
    }

    /// The marks in words.
    pub(super) fn in_words(self, voice: &Voice<'_>) -> Vec<Mark> {
        let mark = |kind: &'static str| Mark {
            kind,
            label: voice.text(&format!("mark.{kind}")),
            text: voice.text(&format!("mark.{kind}_more")),
        };
        let mut marks = Vec::new();
        if self.sample {
            marks.push(mark("sample"));
        }
        if self.synthetic {
            marks.push(mark("synthetic"));
        }
        marks
    }
}

/// The symbols of the markets that scenarios used.
pub(super) fn used_symbols(report: &StressReport) -> BTreeSet<&str> {
    report
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.markets)
        .map(|market| market.baseline.symbol.as_str())
        .collect()
}
