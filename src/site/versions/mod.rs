//! Versions: this release among those before it, what changed between them, and the sites of those that are kept.

mod change;
mod compare;
mod issue;
mod overview;
mod signpost;
mod trend;

pub(super) use signpost::sheets as signposts;
pub(super) use trend::TREND_CSV;

use super::edition::Edition;
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{comparison_path, releases_path};
use crate::fs::Tree;
use change::Changes;
use issue::Issue;

/// The messages that this room asks for; templates name theirs themselves.
pub(super) const REQUIRED: [&str; 53] = [
    "versions.added",
    "versions.all_same",
    "versions.chain",
    "versions.chain_first",
    "versions.chain_missing",
    "versions.chance",
    "versions.changed",
    "versions.chart",
    "versions.chart_more",
    "versions.comparison",
    "versions.comparison_lead",
    "versions.comparison_short",
    "versions.coverage",
    "versions.current",
    "versions.datasets",
    "versions.datasets_added",
    "versions.datasets_removed",
    "versions.evidence",
    "versions.exchanges",
    "versions.exchanges_added",
    "versions.exchanges_removed",
    "versions.first",
    "versions.history",
    "versions.home",
    "versions.home_more",
    "versions.home_same",
    "versions.limit_of",
    "versions.limits",
    "versions.list",
    "versions.metrics",
    "versions.no_results",
    "versions.now_failed",
    "versions.now_passed",
    "versions.pages",
    "versions.removed",
    "versions.scenario_added",
    "versions.scenario_removed",
    "versions.scenarios",
    "versions.sign_gone",
    "versions.sign_gone_open",
    "versions.sign_there",
    "versions.sign_there_open",
    "versions.sign_title",
    "versions.summary",
    "versions.summary_title",
    "versions.superseded",
    "versions.superseded_label",
    "versions.superseded_open",
    "versions.superseded_text",
    "versions.superseded_title",
    "versions.title",
    "versions.trend",
    "versions.verdicts",
];

/// All releases of the chain, this one first, then the youngest first.
#[derive(Debug)]
pub(super) struct Shelf<'a> {
    issues: Vec<Issue<'a>>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(edition: &Edition<'a>) -> Shelf<'a> {
        let past = edition.input.lineage.releases.iter();
        let mut issues = vec![Issue::current(edition)];
        issues.extend(past.map(Issue::past));
        Shelf { issues }
    }

    /// This release and the one before it, if the results of that are known.
    fn newest(&self) -> Option<(&Issue<'a>, &Issue<'a>)> {
        let mut issues = self.issues.iter();
        let pair = issues.next().zip(issues.next());
        pair.filter(|(_, before)| before.has_results())
    }

    /// Every two releases that can be compared, the older one first: this one, the one before it and all that are kept.
    fn pairs(&self) -> impl Iterator<Item = (&Issue<'a>, &Issue<'a>)> {
        let is_compared = |index: usize, issue: &Issue<'_>| {
            index < 2 || issue.past.is_some_and(crate::evidence::PastRelease::is_kept)
        };
        let compared = self.issues.iter().enumerate();
        let compared: Vec<&Issue<'a>> = compared
            .filter(|(index, issue)| is_compared(*index, issue))
            .map(|(_, issue)| issue)
            .collect();
        let pairs: Vec<(&Issue<'a>, &Issue<'a>)> = compared
            .iter()
            .enumerate()
            .flat_map(|(index, now)| compared.iter().skip(index + 1).map(move |before| (*before, *now)))
            .collect();
        pairs.into_iter()
    }
}

/// The pages of releases in one language.
pub(super) fn sheets<'a>(edition: &Edition<'a>, voice: &Voice<'_>, shelf: &Shelf<'_>) -> Vec<Sheet<'a>> {
    let mut sheets = vec![overview::sheet(edition, voice, shelf)];
    sheets.extend(compare::sheets(edition, voice, shelf));
    sheets
}

/// What programs read: the trend as a table.
pub(super) fn tables(shelf: &Shelf<'_>) -> Tree {
    [(TREND_CSV.to_owned(), trend::csv(&shelf.issues))].into()
}

/// The word for where a release stands in the chain, and its key.
fn standing(issue: &Issue<'_>, voice: &Voice<'_>) -> (&'static str, String) {
    let key = if issue.past.is_none() {
        "current"
    } else {
        "superseded"
    };
    (key, voice.text(&format!("versions.{key}")))
}

/// What changed since the release before, in one line for the home page.
#[derive(Debug)]
pub(super) struct News {
    /// The page with all that changed: the comparison with the release before, or else the list of releases.
    pub(super) path: String,
    /// How much, and more about it; nothing for a first release, and where the results before are not known.
    pub(super) said: Option<(String, String)>,
}

/// The news of this release.
pub(super) fn news(edition: &Edition<'_>, voice: &Voice<'_>) -> News {
    let shelf = Shelf::new(edition);
    let Some((now, before)) = shelf.newest() else {
        return News {
            path: releases_path(voice.language),
            said: None,
        };
    };
    let counts = Changes { voice, before, now }.counts();
    let [numbers, pages, evidence] = counts.map(|count| voice.count(count));
    let values = [
        ("numbers", numbers.as_str()),
        ("pages", &pages),
        ("evidence", &evidence),
        ("release", before.id),
    ];
    let key = if counts[0] == 0 { "home_same" } else { "home" };
    let value = voice.filled(&format!("versions.{key}"), &values);
    News {
        path: comparison_path(voice.language, before.id, now.id),
        said: Some((value, voice.filled("versions.home_more", &values))),
    }
}
