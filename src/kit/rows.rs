//! Scenarios, limits and coverage in the words of one language, each beside what it was.

use super::context::Teller;
use crate::domain::{Fact, FactValue, Metric, Unit};
use crate::evidence::{Before, CoverageChange, Results, ScenarioFacts};
use serde::Serialize;

/// A scenario in words.
#[derive(Debug, Serialize)]
pub(super) struct Scenario {
    name: String,
    passed: bool,
    verdict: String,
    tightest: String,
    chance: String,
    /// The verdict that it had before, where that was another.
    flip: String,
    /// One line for each metric that is not what it was.
    changes: Vec<String>,
}

/// A limit in words.
#[derive(Debug, Serialize)]
pub(super) struct Limit {
    metric: String,
    limit: String,
    before: String,
    change: String,
}

/// A kind of coverage in words.
#[derive(Debug, Serialize)]
pub(super) struct Coverage {
    kind: String,
    now: String,
    before: String,
    added: Vec<String>,
    dropped: Vec<String>,
    percent: String,
}

impl Teller<'_> {
    pub(super) fn scenarios(&self) -> Vec<Scenario> {
        let (now, before) = (
            self.input.evidence.results(),
            self.input.evidence.previous_results(),
        );
        let compared = self.input.evidence.before() == Before::Known;
        let one = |scenario: &ScenarioFacts<'_>| {
            let old = find(&before, &scenario.name);
            let is_passed =
                |one: &ScenarioFacts<'_>| one.status.value == FactValue::Text("passed".to_owned());
            let passed = is_passed(scenario);
            let flipped = old.is_some_and(|old| is_passed(old) != passed);
            let flip = match (flipped, passed) {
                (true, true) => self.text("results.flip_to_passed"),
                (true, false) => self.text("results.flip_to_failed"),
                (false, _) if compared && old.is_none() => self.text("kit.new_scenario"),
                (false, _) => String::new(),
            };
            Scenario {
                name: scenario.name.clone(),
                passed,
                verdict: self.text(if passed {
                    "kit.verdict.passed"
                } else {
                    "kit.verdict.failed"
                }),
                tightest: self.tightest(scenario),
                chance: scenario.breach.map_or_else(String::new, |facts| {
                    self.filled("kit.chance", &[("chance", self.wording.chance(facts))])
                }),
                flip,
                changes: old.map_or_else(Vec::new, |old| self.changes(scenario, old)),
            }
        };
        now.scenarios.iter().map(one).collect()
    }

    fn tightest(&self, scenario: &ScenarioFacts<'_>) -> String {
        let Some((metric, share)) = scenario.tightest() else {
            return String::new();
        };
        let facts = scenario.metrics.iter().find(|(known, ..)| *known == metric);
        let (value, limit) = facts.map_or_else(Default::default, |(_, value, limit)| {
            (self.wording.fact(value), self.wording.fact(limit))
        });
        let values = [
            ("metric", self.metric(metric)),
            ("value", value),
            ("limit", limit),
            ("share", self.wording.rounded_percent(share)),
        ];
        let key = if share > 1.0 { "kit.over" } else { "kit.tightest" };
        self.filled(key, &values)
    }

    /// Metrics and limits that are not what they were, and the probability, one line each.
    fn changes(&self, now: &ScenarioFacts<'_>, old: &ScenarioFacts<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        let evidence = self.input.evidence;
        let (global, global_before) = (
            evidence.results().thresholds,
            evidence.previous_results().thresholds,
        );
        // A change of a global limit is told once, not with every scenario that it holds for.
        let is_global = |metric: Metric, limit: &Fact, was: &Fact| {
            let holds = |limits: &[(Metric, &Fact)], limit: &Fact| {
                let mut limits = limits.iter();
                limits.any(|(known, fact)| *known == metric && fact.value == limit.value)
            };
            holds(&global, limit) && holds(&global_before, was)
        };
        for (metric, value, limit) in &now.metrics {
            let Some((_, was, was_limit)) = old.metrics.iter().find(|(known, ..)| known == metric) else {
                continue;
            };
            lines.extend(self.fact_changed(self.metric(*metric), value, was));
            if !is_global(*metric, limit, was_limit) {
                lines.extend(self.fact_changed(self.limit_of(*metric), limit, was_limit));
            }
        }
        if let (Some(now), Some(old)) = (now.breach, old.breach)
            && now[0].value != old[0].value
        {
            let what = self.text("results.column.chance");
            let change = match (&now[0].value, &old[0].value) {
                (FactValue::Number(now), FactValue::Number(old)) => {
                    self.wording.change(*now, *old, Unit::Fraction)
                }
                _ => String::new(),
            };
            lines.push(self.changed(what, self.wording.chance(old), self.wording.chance(now), change));
        }
        lines
    }

    /// Global limits that are not what they were, one line each.
    pub(super) fn limit_changes(&self) -> Vec<String> {
        let before = self.input.evidence.previous_results().thresholds;
        let now = self.input.evidence.results().thresholds;
        let line = |(metric, limit): &(Metric, &Fact)| {
            let (_, was) = before.iter().find(|(known, _)| known == metric)?;
            self.fact_changed(self.limit_of(*metric), limit, was)
        };
        now.iter().filter_map(line).collect()
    }

    fn limit_of(&self, metric: Metric) -> String {
        let limit = self.text("results.column.limit").to_lowercase();
        format!("{} ({limit})", self.metric(metric))
    }

    fn fact_changed(&self, what: String, now: &Fact, was: &Fact) -> Option<String> {
        let (said, said_before) = (self.wording.fact(now), self.wording.fact(was));
        let line = || self.changed(what, said_before, said, self.wording.fact_change(now, was));
        (now.value != was.value).then(line)
    }

    fn changed(&self, what: String, before: String, now: String, change: String) -> String {
        let values = [
            ("what", what),
            ("before", before),
            ("now", now),
            ("change", change),
        ];
        self.filled("kit.changed", &values)
    }

    /// Scenarios that the release before had and this one has not.
    pub(super) fn dropped(&self) -> Vec<String> {
        let (now, before) = (
            self.input.evidence.results(),
            self.input.evidence.previous_results(),
        );
        let gone = before
            .scenarios
            .iter()
            .filter(|old| find(&now, &old.name).is_none());
        gone.map(|old| self.filled("kit.dropped_scenario", &[("name", old.name.clone())]))
            .collect()
    }

    pub(super) fn thresholds(&self) -> Vec<Limit> {
        let (now, before) = (
            self.input.evidence.results(),
            self.input.evidence.previous_results(),
        );
        let one = |(metric, limit): &(Metric, &Fact)| {
            let old = before.thresholds.iter().find(|(known, _)| known == metric);
            let old = old.map(|(_, fact)| *fact);
            Limit {
                metric: self.metric(*metric),
                limit: self.wording.fact(limit),
                before: old.map_or_else(|| self.text("results.unknown"), |old| self.wording.fact(old)),
                change: old.map_or_else(String::new, |old| self.wording.fact_change(limit, old)),
            }
        };
        now.thresholds.iter().map(one).collect()
    }

    pub(super) fn coverage(&self) -> Vec<Coverage> {
        let one = |change: CoverageChange| Coverage {
            kind: self.text(&format!("results.coverage.{}", change.kind)),
            now: self.count(change.now),
            before: self.count(change.before),
            percent: self.wording.rounded_percent(change.percent / 100.0),
            added: change.added,
            dropped: change.dropped,
        };
        self.input
            .evidence
            .coverage_changes()
            .into_iter()
            .map(one)
            .collect()
    }
}

fn find<'r, 'e>(results: &'r Results<'e>, name: &str) -> Option<&'r ScenarioFacts<'e>> {
    results.scenarios.iter().find(|scenario| scenario.name == name)
}
