//! The results of a release as its facts say them, beside those of the release before.
//!
//! Those of the release before are facts too: they stand in a file of evidence, `results.json` out of the bundle that
//! the release record names by digest, under ids that begin with `previous.`.

use super::Evidence;
use crate::domain::{Fact, FactValue, Metric};
use std::collections::BTreeSet;

/// The rule that says which change of coverage needs a table of differences, in percent.
const COVERAGE_RULE: &str = "publication.rules.coverage_change_percent";

/// What is known of the release before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// This release is the first.
    None,
    /// The record names one, whose bundle is not in the archive.
    NotAtHand,
    /// Its results are among the facts.
    Known,
}

/// The results of one release.
#[derive(Clone, Debug, Default)]
pub struct Results<'e> {
    /// The global limits that it states, in the order of verdicts.
    pub thresholds: Vec<(Metric, &'e Fact)>,
    /// Its scenarios, in the order of its report.
    pub scenarios: Vec<ScenarioFacts<'e>>,
    /// The symbols of its markets.
    pub datasets: BTreeSet<String>,
    /// The exchanges whose signal quality it holds.
    pub exchanges: BTreeSet<String>,
}

/// What a release says of one scenario.
#[derive(Clone, Debug)]
pub struct ScenarioFacts<'e> {
    /// Its name.
    pub name: String,
    /// `passed` or `failed`.
    pub status: &'e Fact,
    /// Each metric with its limit, in the order of verdicts.
    pub metrics: Vec<(Metric, &'e Fact, &'e Fact)>,
    /// The probability that any limit is broken when shocks are uncertain, with the ends of its interval.
    pub breach: Option<[&'e Fact; 3]>,
}

impl ScenarioFacts<'_> {
    /// Whether no metric exceeds its limit.
    pub fn passed(&self) -> bool {
        matches!(&self.status.value, FactValue::Text(word) if word == "passed")
    }

    /// The metric that uses the largest share of its limit, with the share.
    pub fn tightest(&self) -> Option<(Metric, f64)> {
        let shares = self.metrics.iter().filter_map(|(metric, value, limit)| {
            let (value, limit) = (number(value)?, number(limit)?);
            (limit > 0.0).then_some((*metric, value / limit))
        });
        // Of equals, the first in the order of verdicts.
        shares.reduce(|most, next| if next.1 > most.1 { next } else { most })
    }
}

/// How one kind of coverage changed.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageChange {
    /// `scenarios`, `datasets` or `exchanges`.
    pub kind: &'static str,
    /// How many there are.
    pub now: usize,
    /// How many there were.
    pub before: usize,
    /// Names that are new.
    pub added: Vec<String>,
    /// Names that are gone.
    pub dropped: Vec<String>,
    /// Added and dropped names in percent of those that were there; 100 where there were none.
    pub percent: f64,
}

impl Evidence {
    /// The results of this release.
    pub fn results(&self) -> Results<'_> {
        Results {
            thresholds: self.limits("report.thresholds."),
            scenarios: self.scenarios(
                "report.scenarios.",
                "analytics.scenarios.",
                "breach_probability.any",
            ),
            datasets: self.named("report.datasets.", ".symbol"),
            exchanges: self
                .ids_from("signal_quality.")
                .filter_map(|id| id.strip_prefix("signal_quality.")?.rsplit_once('.'))
                .map(|(exchange, _)| exchange.to_owned())
                .collect(),
        }
    }

    /// The results of the release before; empty where they are not known.
    pub fn previous_results(&self) -> Results<'_> {
        let list = |kind: &str| match self.facts.get(&format!("previous.coverage.{kind}")) {
            Some(Fact {
                value: FactValue::List(names),
                ..
            }) => names.iter().cloned().collect(),
            _ => BTreeSet::new(),
        };
        Results {
            thresholds: self.limits("previous.thresholds."),
            scenarios: self.scenarios("previous.scenarios.", "previous.scenarios.", "breach_probability"),
            datasets: list("datasets"),
            exchanges: list("exchanges"),
        }
    }

    /// What is known of the release before.
    pub fn before(&self) -> Before {
        match (
            self.facts.get("release.previous"),
            self.facts.get("previous.release.id"),
        ) {
            (_, Some(_)) => Before::Known,
            (Some(_), None) => Before::NotAtHand,
            (None, None) => Before::None,
        }
    }

    /// How coverage changed since the release before; nothing where that is not known.
    pub fn coverage_changes(&self) -> Vec<CoverageChange> {
        if self.before() != Before::Known {
            return Vec::new();
        }
        let (now, before) = (self.results(), self.previous_results());
        let names = |results: &Results<'_>| {
            let names = results.scenarios.iter().map(|scenario| scenario.name.clone());
            names.collect::<BTreeSet<String>>()
        };
        vec![
            change("scenarios", &names(&now), &names(&before)),
            change("datasets", &now.datasets, &before.datasets),
            change("exchanges", &now.exchanges, &before.exchanges),
        ]
    }

    /// Whether coverage changed by more than the rules of publication let pass without a table of differences.
    pub fn needs_delta(&self) -> bool {
        let rule = self.facts.get(COVERAGE_RULE).and_then(number);
        self.coverage_changes()
            .iter()
            .any(|change| rule.is_some_and(|percent| change.percent > percent))
    }

    fn limits(&self, beginning: &str) -> Vec<(Metric, &Fact)> {
        let limit = |metric: Metric| {
            let fact = self
                .facts
                .get(&format!("{beginning}{}", metric.threshold_key()))?;
            Some((metric, fact))
        };
        Metric::ALL.into_iter().filter_map(limit).collect()
    }

    fn scenarios(&self, beginning: &str, chances: &str, breach: &str) -> Vec<ScenarioFacts<'_>> {
        let mut found: Vec<ScenarioFacts<'_>> = self
            .named(beginning, ".status")
            .into_iter()
            .filter_map(|name| {
                let fact = |rest: &str| self.facts.get(&format!("{beginning}{name}.{rest}"));
                let metric = |metric: Metric| {
                    let limit = fact(&format!("thresholds.{}", metric.threshold_key()))?;
                    Some((metric, fact(&format!("metrics.{}", metric.key()))?, limit))
                };
                let chance = |end: &str| self.facts.get(&format!("{chances}{name}.{breach}.{end}"));
                Some(ScenarioFacts {
                    status: fact("status")?,
                    metrics: Metric::ALL.into_iter().filter_map(metric).collect(),
                    breach: chance("probability")
                        .zip(chance("low").zip(chance("high")))
                        .map(|(probability, (low, high))| [probability, low, high]),
                    name,
                })
            })
            .collect();
        found.sort_by_key(|scenario| scenario.status.at);
        found
    }

    /// The names between the beginning and the ending of ids.
    fn named(&self, beginning: &str, ending: &str) -> BTreeSet<String> {
        self.ids_from(beginning)
            .filter_map(|id| id.strip_prefix(beginning)?.strip_suffix(ending))
            .map(str::to_owned)
            .collect()
    }
}

/// The number of a fact.
fn number(fact: &Fact) -> Option<f64> {
    match fact.value {
        FactValue::Number(number) => Some(number),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of names are small")]
fn change(kind: &'static str, now: &BTreeSet<String>, before: &BTreeSet<String>) -> CoverageChange {
    let added: Vec<String> = now.difference(before).cloned().collect();
    let dropped: Vec<String> = before.difference(now).cloned().collect();
    let moved = added.len() + dropped.len();
    let percent = match (moved, before.len()) {
        (0, _) => 0.0,
        (_, 0) => 100.0,
        (moved, before) => 100.0 * moved as f64 / before as f64,
    };
    CoverageChange {
        kind,
        now: now.len(),
        before: before.len(),
        added,
        dropped,
        percent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json;
    use crate::evidence::Builder;

    fn evidence(previous: Option<&str>) -> Evidence {
        let mut builder = Builder::new();
        let mut add = |path: &str, prefix: &str, text: &str| {
            builder.add_facts(path, prefix, &json::read(path, text.as_bytes()).unwrap());
        };
        add(
            "report.json",
            "report",
            r#"{"thresholds": {"max_blackout_minutes": 40},
                "datasets": {"A": {"symbol": "A"}, "B": {"symbol": "B"}},
                "scenarios": [{"name": "z", "status": "passed", "metrics": {"blackout_minutes": 30},
                  "thresholds": {"max_blackout_minutes": 40}}, {"name": "a", "status": "failed"}]}"#,
        );
        add(
            "publication.yaml",
            "publication",
            r#"{"rules": {"coverage_change_percent": 50}}"#,
        );
        if let Some(text) = previous {
            add("release.yaml", "release", r#"{"previous": "00"}"#);
            add("results.json", "previous", text);
        }
        builder.finish().unwrap()
    }

    #[test]
    fn results_are_read_in_the_order_of_the_report() {
        let evidence = evidence(None);
        let results = evidence.results();
        let names: Vec<&str> = results.scenarios.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["z", "a"]);
        assert_eq!(results.scenarios[0].tightest(), Some((Metric::Blackout, 0.75)));
        assert_eq!(results.scenarios[1].tightest(), None);
        assert_eq!(evidence.before(), Before::None);
        assert!(evidence.coverage_changes().is_empty() && !evidence.needs_delta());
    }

    #[test]
    fn only_a_change_above_the_rule_needs_a_table() {
        let previous = |datasets: &str| {
            format!(
                r#"{{"release": {{"id": "1"}}, "scenarios": [{{"name": "z", "status": "passed"}},
                    {{"name": "a", "status": "failed"}}], "coverage": {{"datasets": {datasets}}}}}"#
            )
        };
        // One of two new, one of two gone: all of it changed.
        let half = evidence(Some(&previous(r#"["A", "C"]"#)));
        let datasets = |evidence: &Evidence| evidence.coverage_changes()[1].clone();
        assert_eq!(datasets(&half).percent, 100.0);
        assert_eq!(datasets(&half).added, ["B"]);
        assert_eq!(datasets(&half).dropped, ["C"]);
        assert!(half.needs_delta());
        let same = evidence(Some(&previous(r#"["A", "B"]"#)));
        assert_eq!(datasets(&same).percent, 0.0);
        assert!(!same.needs_delta());
        let less = evidence(Some(&previous(r#"["A", "B", "C", "D"]"#)));
        assert_eq!(datasets(&less).percent, 50.0);
        assert!(!less.needs_delta());
    }

    #[test]
    fn a_named_release_that_is_not_there_is_not_at_hand() {
        assert_eq!(evidence(Some("{}")).before(), Before::NotAtHand);
    }
}
