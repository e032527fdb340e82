//! Two releases side by side: verdicts, probabilities, limits, metrics, coverage, pages and evidence.

use super::change::Changes;
use super::issue::{Issue, Turnover, turnover};
use super::{Shelf, standing};
use crate::content::place::{comparison_path, evidence_path, page_path, relative, releases_path};
use crate::domain::{Digest, Fact, Metric};
use crate::evidence::ScenarioFacts;
use crate::site::edition::{Edition, Group, INDEX, Stop};
use crate::site::frame::{self, Entry, Link, Outline};
use crate::site::sheet::Sheet;
use crate::site::voice::Voice;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Serialize)]
struct View {
    title: String,
    lead: String,
    /// The older release, then the newer one.
    sides: [Side; 2],
    comparable: bool,
    summary: Vec<String>,
    verdicts: Vec<VerdictRow>,
    limits: Vec<ValueRow>,
    metrics: Vec<ValueRow>,
    coverage: Vec<CoverageRow>,
    pages: Moves,
    evidence: Moves,
    all: String,
}

/// Where the numbers of one side come from.
#[derive(Debug, Serialize)]
struct Side {
    id: String,
    bundle: String,
    sequence: String,
    released_on: String,
    state: String,
    state_label: String,
    list: Option<String>,
    results: Option<String>,
    site: Option<String>,
}

#[derive(Debug, Serialize)]
struct VerdictRow {
    scenario: String,
    before: Option<Verdict>,
    now: Option<Verdict>,
    chance_before: Option<String>,
    chance_now: Option<String>,
    flipped: bool,
}

#[derive(Debug, Serialize)]
struct Verdict {
    kind: &'static str,
    label: String,
}

/// A number on both sides.
#[derive(Debug, Serialize)]
struct ValueRow {
    scenario: Option<String>,
    metric: String,
    before: Option<String>,
    now: Option<String>,
    change: String,
    changed: bool,
}

#[derive(Debug, Serialize)]
struct CoverageRow {
    kind: String,
    before: String,
    now: String,
    added: Vec<String>,
    removed: Vec<String>,
}

/// What came, went and changed.
#[derive(Debug, Serialize)]
struct Moves {
    added: Vec<Moved>,
    removed: Vec<Moved>,
    changed: Vec<Moved>,
    same: String,
}

/// A page or a piece of evidence, with links to it in both releases where they are at hand.
#[derive(Debug, Serialize)]
struct Moved {
    name: String,
    now: Option<String>,
    before: Option<String>,
}

/// The pages of one language that compare this release and the kept ones, each two of them.
pub(super) fn sheets<'a>(edition: &Edition<'a>, voice: &Voice<'_>, shelf: &Shelf<'_>) -> Vec<Sheet<'a>> {
    let pairs = shelf.pairs();
    pairs
        .map(|(before, now)| {
            sheet(&Table {
                edition,
                voice,
                before,
                now,
            })
        })
        .collect()
}

/// One comparison in one language.
struct Table<'a, 't> {
    edition: &'t Edition<'a>,
    voice: &'t Voice<'t>,
    before: &'t Issue<'t>,
    now: &'t Issue<'t>,
}

fn sheet<'a>(table: &Table<'a, '_>) -> Sheet<'a> {
    let Table {
        edition,
        voice,
        before,
        now,
    } = table;
    let language = voice.language;
    let path = comparison_path(language, before.id, now.id);
    let other = language.other();
    let twin = edition.input.languages.contains(&other);
    let view = table.view(&path);
    let entry = |id: &str| Entry {
        level: 2,
        id: id.to_owned(),
        text: voice.text(&format!(
            "versions.{}",
            if id == "summary" { "summary_title" } else { id }
        )),
    };
    let outline = Outline {
        title: view.title.clone(),
        description: view.lead.clone(),
        parents: vec![Stop {
            group: Some(Group::Evidence),
            path: releases_path(language),
            label: voice.text("versions.title"),
            child: false,
        }],
        group: Some(Group::Evidence),
        twin: twin.then(|| comparison_path(other, before.id, now.id)),
        marks: edition.marks,
        contents: [
            "summary", "verdicts", "limits", "metrics", "coverage", "pages", "evidence",
        ]
        .map(entry)
        .into(),
        scripts: Vec::new(),
        path,
    };
    frame::sheet(edition, voice, "comparison.html", outline).with("view", view)
}

impl Table<'_, '_> {
    fn view(&self, here: &str) -> View {
        let (before, now, voice) = (self.before, self.now, self.voice);
        let names = [("before", before.id), ("now", now.id)];
        let changes = Changes { voice, before, now };
        View {
            title: voice.filled("versions.comparison", &names),
            lead: voice.filled("versions.comparison_lead", &names),
            sides: [self.side(before, here), self.side(now, here)],
            comparable: before.has_results() && now.has_results(),
            summary: changes.lines(),
            verdicts: self.verdicts(),
            limits: self.limits(),
            metrics: self.metrics(),
            coverage: self.coverage(),
            pages: self.pages(here),
            evidence: self.evidence(here),
            all: relative(here, &releases_path(voice.language)),
        }
    }

    fn side(&self, issue: &Issue<'_>, here: &str) -> Side {
        let (state, state_label) = standing(issue, self.voice);
        Side {
            id: issue.id.to_owned(),
            bundle: issue.bundle.to_owned(),
            sequence: issue.sequence.to_string(),
            released_on: self.voice.date(issue.released_at),
            state: state.to_owned(),
            state_label,
            list: issue.past.map(|past| past.list.to_string()),
            results: issue.results_digest().map(|digest| digest.to_string()),
            site: issue
                .shown_page(&page_path(self.voice.language, INDEX))
                .map(|page| relative(here, &page)),
        }
    }

    fn verdicts(&self) -> Vec<VerdictRow> {
        let one = |before: Option<&ScenarioFacts<'_>>, now: Option<&ScenarioFacts<'_>>| {
            let verdict = |scenario: &ScenarioFacts<'_>| {
                let kind = if scenario.passed() { "passed" } else { "failed" };
                Verdict {
                    kind,
                    label: self.voice.text(&format!("verdict.{kind}")),
                }
            };
            let chance = |scenario: &ScenarioFacts<'_>| scenario.breach.map(|facts| self.voice.chance(facts));
            VerdictRow {
                scenario: now.or(before).map(|one| one.name.clone()).unwrap_or_default(),
                flipped: before
                    .zip(now)
                    .is_some_and(|(old, new)| old.passed() != new.passed()),
                before: before.map(verdict),
                now: now.map(verdict),
                chance_before: before.and_then(chance),
                chance_now: now.and_then(chance),
            }
        };
        let rows = self.scenarios();
        rows.map(|(before, now)| one(before, now)).collect()
    }

    /// The scenarios of both sides by name, those of the newer one first.
    fn scenarios(&self) -> impl Iterator<Item = (Option<&ScenarioFacts<'_>>, Option<&ScenarioFacts<'_>>)> {
        let (before, now) = (self.before, self.now);
        let here = now.results.scenarios.iter();
        let gone = before.results.scenarios.iter();
        here.map(|one| (before.scenario(&one.name), Some(one))).chain(
            gone.filter(|one| now.scenario(&one.name).is_none())
                .map(|one| (Some(one), None)),
        )
    }

    fn limits(&self) -> Vec<ValueRow> {
        let of = |issue: &Issue<'_>, metric| {
            let mut limits = issue.results.thresholds.iter();
            limits
                .find(|(known, _)| *known == metric)
                .map(|(_, fact)| (*fact).clone())
        };
        let row = |metric| {
            let (before, now) = (of(self.before, metric), of(self.now, metric));
            self.row((None, self.voice.metric(metric)), before.as_ref(), now.as_ref())
        };
        Metric::ALL.into_iter().filter_map(row).collect()
    }

    /// Each metric of each scenario, and its limit where that is the scenario's own or changed.
    fn metrics(&self) -> Vec<ValueRow> {
        let mut rows = Vec::new();
        for (before, now) in self.scenarios() {
            let name = now.or(before).map(|one| one.name.clone());
            for metric in Metric::ALL {
                let of = |scenario: Option<&ScenarioFacts<'_>>| {
                    let mut metrics = scenario?.metrics.iter();
                    let found = metrics.find(|(known, ..)| *known == metric)?;
                    Some((found.1.clone(), found.2.clone()))
                };
                let (old, new) = (of(before), of(now));
                let value = |pair: &Option<(Fact, Fact)>| pair.as_ref().map(|(value, _)| value.clone());
                let limit = |pair: &Option<(Fact, Fact)>| pair.as_ref().map(|(_, limit)| limit.clone());
                let metric = self.voice.metric(metric);
                let of_limit = self.voice.filled("versions.limit_of", &[("metric", &metric)]);
                rows.extend(self.row((name.clone(), metric), value(&old).as_ref(), value(&new).as_ref()));
                let limits = self.row(
                    (name.clone(), of_limit),
                    limit(&old).as_ref(),
                    limit(&new).as_ref(),
                );
                rows.extend(limits.filter(|row| row.changed));
            }
        }
        rows
    }

    fn row(
        &self,
        (scenario, metric): (Option<String>, String),
        before: Option<&Fact>,
        now: Option<&Fact>,
    ) -> Option<ValueRow> {
        let change = match (before, now) {
            (Some(before), Some(now)) => self.voice.fact_change(now, before),
            (None, Some(_)) => self.voice.text("versions.added"),
            (Some(_), None) => self.voice.text("versions.removed"),
            (None, None) => return None,
        };
        Some(ValueRow {
            scenario,
            metric,
            before: before.map(|fact| self.voice.fact(fact)),
            now: now.map(|fact| self.voice.fact(fact)),
            changed: before.map(|fact| &fact.value) != now.map(|fact| &fact.value),
            change,
        })
    }

    fn coverage(&self) -> Vec<CoverageRow> {
        let names = |issue: &Issue<'_>| {
            let names = issue.results.scenarios.iter().map(|one| one.name.clone());
            names.collect::<BTreeSet<String>>()
        };
        let rows = [
            ("scenarios", names(self.before), names(self.now)),
            (
                "datasets",
                self.before.results.datasets.clone(),
                self.now.results.datasets.clone(),
            ),
            (
                "exchanges",
                self.before.results.exchanges.clone(),
                self.now.results.exchanges.clone(),
            ),
        ];
        rows.map(|(kind, before, now)| CoverageRow {
            kind: self.voice.text(&format!("versions.{kind}")),
            before: self.voice.count(before.len()),
            now: self.voice.count(now.len()),
            added: now.difference(&before).cloned().collect(),
            removed: before.difference(&now).cloned().collect(),
        })
        .into()
    }

    /// The pages of this language; their texts are compared, because every printed page names its own release.
    fn pages(&self, here: &str) -> Moves {
        let beginning = format!("{}/", self.voice.language.tag());
        let moved = |name: &str| {
            let path = format!("{name}.html");
            let id = name.strip_prefix(&beginning).unwrap_or(name);
            let page = self.edition.page(self.voice.language, id);
            Moved {
                name: page.map_or(id, |page| page.title.as_str()).to_owned(),
                now: self.now.shown_page(&path).map(|page| relative(here, &page)),
                before: self.before.shown_page(&path).map(|page| relative(here, &page)),
            }
        };
        let own = |pages: &BTreeMap<String, Digest>| -> BTreeMap<String, Digest> {
            let own = pages.iter().filter(|(name, _)| name.starts_with(&beginning));
            own.map(|(name, digest)| (name.clone(), *digest)).collect()
        };
        self.moves(&turnover(&own(&self.before.pages), &own(&self.now.pages)), &moved)
    }

    fn evidence(&self, here: &str) -> Moves {
        let language = self.voice.language;
        let moved = |name: &str| {
            // Files of the project stand in the bag under their own paths; of the others the site knows the name.
            let page = name
                .strip_prefix("evidence/")
                .map(|path| evidence_path(language, path));
            let link = |issue: &Issue<'_>| {
                let page = issue.shown_page(page.as_deref()?)?;
                Some(relative(here, &page))
            };
            Moved {
                name: name.to_owned(),
                now: link(self.now).filter(|_| self.now.evidence.contains_key(name)),
                before: link(self.before).filter(|_| self.before.evidence.contains_key(name)),
            }
        };
        self.moves(&turnover(&self.before.evidence, &self.now.evidence), &moved)
    }

    fn moves(&self, found: &Turnover<'_>, moved: &dyn Fn(&str) -> Moved) -> Moves {
        let all = |names: &[&str]| names.iter().map(|name| moved(name)).collect();
        Moves {
            added: all(&found.added),
            removed: all(&found.removed),
            changed: all(&found.changed),
            same: self.voice.count(found.same),
        }
    }
}

/// A link to the page that compares two releases.
pub(super) fn link(voice: &Voice<'_>, here: &str, (before, now): (&Issue<'_>, &Issue<'_>)) -> Link {
    let path = comparison_path(voice.language, before.id, now.id);
    let names = [("before", before.id), ("now", now.id)];
    Link {
        label: voice.filled("versions.comparison_short", &names),
        href: Some(relative(here, &path)),
    }
}
