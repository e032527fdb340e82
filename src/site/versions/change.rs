//! What changed between two releases, line by line, in the words of one language.

use super::issue::{Issue, turnover};
use crate::domain::{Digest, Fact, FactValue, Metric};
use crate::evidence::ScenarioFacts;
use crate::site::voice::Voice;
use std::collections::{BTreeMap, BTreeSet};

/// The changes of one release against another.
pub(super) struct Changes<'a> {
    pub(super) voice: &'a Voice<'a>,
    pub(super) before: &'a Issue<'a>,
    pub(super) now: &'a Issue<'a>,
}

impl Changes<'_> {
    /// Every change of results, one line each: limits, verdicts, metrics, probabilities, coverage.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = self.limits();
        for scenario in &self.now.results.scenarios {
            match self.before.scenario(&scenario.name) {
                Some(old) => lines.extend(self.scenario(scenario, old)),
                None => lines.push(self.named("versions.scenario_added", &scenario.name)),
            }
        }
        let gone = self.before.results.scenarios.iter();
        let gone = gone.filter(|old| self.now.scenario(&old.name).is_none());
        lines.extend(gone.map(|old| self.named("versions.scenario_removed", &old.name)));
        for (kind, before, now) in self.coverage() {
            lines.extend(self.names(kind, "added", now.difference(before)));
            lines.extend(self.names(kind, "removed", before.difference(now)));
        }
        lines
    }

    /// How many numbers, pages and pieces of evidence changed.
    pub(super) fn counts(&self) -> [usize; 3] {
        let language = format!("{}/", self.voice.language.tag());
        let of = |[before, now]: [&BTreeMap<String, Digest>; 2], beginning: &str| {
            let found = turnover(before, now);
            let all = found.added.iter().chain(&found.removed).chain(&found.changed);
            all.filter(|name| name.starts_with(beginning)).count()
        };
        [
            self.lines().len(),
            of([&self.before.pages, &self.now.pages], &language),
            of([&self.before.evidence, &self.now.evidence], ""),
        ]
    }

    /// The kinds of coverage besides scenarios, with the names that were and are covered.
    fn coverage(&self) -> [(&'static str, &BTreeSet<String>, &BTreeSet<String>); 2] {
        let (before, now) = (&self.before.results, &self.now.results);
        [
            ("datasets", &before.datasets, &now.datasets),
            ("exchanges", &before.exchanges, &now.exchanges),
        ]
    }

    fn limits(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (metric, limit) in &self.now.results.thresholds {
            let mut old = self.before.results.thresholds.iter();
            if let Some((_, was)) = old.find(|(known, _)| known == metric) {
                lines.extend(self.fact(&self.limit_of(*metric), limit, was));
            }
        }
        lines
    }

    fn scenario(&self, now: &ScenarioFacts<'_>, old: &ScenarioFacts<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if now.passed() != old.passed() {
            let key = if now.passed() {
                "versions.now_passed"
            } else {
                "versions.now_failed"
            };
            lines.push(self.named(key, &now.name));
        }
        for (metric, value, limit) in &now.metrics {
            let Some((_, was, was_limit)) = old.metrics.iter().find(|(known, ..)| known == metric) else {
                continue;
            };
            let of = |what: &str| format!("{}: {what}", now.name);
            lines.extend(self.fact(&of(&self.voice.metric(*metric)), value, was));
            if !self.is_global(*metric, limit, was_limit) {
                lines.extend(self.fact(&of(&self.limit_of(*metric)), limit, was_limit));
            }
        }
        if let (Some(chance), Some(was)) = (now.breach, old.breach)
            && chance[0].value != was[0].value
        {
            let what = format!("{}: {}", now.name, self.voice.text("versions.chance"));
            let said = (self.voice.chance(was), self.voice.chance(chance));
            let change = match (&chance[0].value, &was[0].value) {
                (FactValue::Number(now), FactValue::Number(was)) => self.voice.share_change(*now, *was),
                _ => String::new(),
            };
            lines.push(self.changed(&what, &said.0, &said.1, &change));
        }
        lines
    }

    /// A change of a global limit is told once, not with every scenario that it holds for.
    fn is_global(&self, metric: Metric, limit: &Fact, was: &Fact) -> bool {
        let holds = |limits: &[(Metric, &Fact)], limit: &Fact| {
            let mut limits = limits.iter();
            limits.any(|(known, fact)| *known == metric && fact.value == limit.value)
        };
        holds(&self.now.results.thresholds, limit) && holds(&self.before.results.thresholds, was)
    }

    fn limit_of(&self, metric: Metric) -> String {
        let metric = self.voice.metric(metric);
        self.voice.filled("versions.limit_of", &[("metric", &metric)])
    }

    fn fact(&self, what: &str, now: &Fact, was: &Fact) -> Option<String> {
        let said = || {
            let change = self.voice.fact_change(now, was);
            self.changed(what, &self.voice.fact(was), &self.voice.fact(now), &change)
        };
        (now.value != was.value).then(said)
    }

    fn changed(&self, what: &str, before: &str, now: &str, change: &str) -> String {
        let values = [
            ("what", what),
            ("before", before),
            ("now", now),
            ("change", change),
        ];
        self.voice.filled("versions.changed", &values)
    }

    fn named(&self, key: &str, name: &str) -> String {
        self.voice.filled(key, &[("name", name)])
    }

    fn names<'n>(&self, kind: &str, what: &str, names: impl Iterator<Item = &'n String>) -> Option<String> {
        let names: Vec<&str> = names.map(String::as_str).collect();
        let key = format!("versions.{kind}_{what}");
        (!names.is_empty()).then(|| self.named(&key, &names.join(", ")))
    }
}
