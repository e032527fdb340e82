//! Pieces of evidence that do not agree: computed from facts, so that none can be forgotten and none outlives its
//! cause.

use super::Evidence;
use crate::diag::{Problem, Problems};
use crate::domain::{Fact, FactValue, Language, Timestamp, Waived, WaiverBook};
use std::collections::BTreeSet;

/// What people agreed on, and where the configuration says the same: pairs of beginnings of ids.
const AGREED: [(&str, &str); 5] = [
    ("workshop.market_intel.", "market_intel."),
    ("workshop.thresholds.", "stress_lab.thresholds."),
    ("workshop.scenario_overrides.", "stress_lab.scenarios."),
    ("workshop.portfolio_governor.", "portfolio_governor."),
    ("workshop.strategies.", "portfolio_governor.strategies."),
];
/// The symbols that must have data.
const REQUIRED: &str = "market_intel.required_symbols";
/// Where datasets and their symbols stand.
const DATASETS: &str = "stress_lab.datasets.";

/// Two pieces of evidence that do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Its name, by which a waiver refers to it: the id of the fact in the configuration, with the symbol where a
    /// symbol is missing; that of the subject where documents disagree.
    pub id: String,
    /// The fact of the configuration, or what the first document states.
    pub configured: String,
    /// The facts that say otherwise, or what the other documents state; none where evidence is missing.
    pub others: Vec<String>,
    /// The symbol that has no dataset.
    pub missing: Option<String>,
}

impl Evidence {
    /// All contradictions, by id.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        let mut found = Vec::new();
        for (agreed, configured) in AGREED {
            for id in self.ids_from(agreed) {
                let rest = id.strip_prefix(agreed).unwrap_or(id);
                let twin = self.configured_twin(configured, rest);
                let differs = |twin: &&Fact| self.facts.get(id).is_some_and(|fact| fact.value != twin.value);
                if let Some(twin) = twin.filter(differs) {
                    found.push(Contradiction {
                        id: twin.id.clone(),
                        configured: twin.id.clone(),
                        others: vec![id.to_owned()],
                        missing: None,
                    });
                }
            }
        }
        found.extend(self.symbols_without_data());
        found.extend(self.documents_that_disagree());
        found.sort_by(|left, right| left.id.cmp(&right.id));
        found
    }

    /// The fact of the configuration that an agreed value is about. The own limits of a scenario stand there one level
    /// deeper.
    fn configured_twin(&self, beginning: &str, rest: &str) -> Option<&Fact> {
        let plain = self.facts.get(&format!("{beginning}{rest}"));
        plain.or_else(|| {
            let (scenario, key) = rest.split_once('.')?;
            self.facts
                .get(&format!("{beginning}{scenario}.threshold_overrides.{key}"))
        })
    }

    fn symbols_without_data(&self) -> Vec<Contradiction> {
        let Some(Fact {
            value: FactValue::List(required),
            ..
        }) = self.facts.get(REQUIRED)
        else {
            return Vec::new();
        };
        let has_data = |symbol: &String| {
            self.ids_from(DATASETS)
                .filter(|id| id.ends_with(".symbol"))
                .filter_map(|id| self.facts.get(id))
                .any(|fact| fact.value == FactValue::Text(symbol.clone()))
        };
        required
            .iter()
            .filter(|symbol| !has_data(symbol))
            .map(|symbol| Contradiction {
                id: format!("{REQUIRED}.{symbol}"),
                configured: REQUIRED.to_owned(),
                others: Vec::new(),
                missing: Some(symbol.clone()),
            })
            .collect()
    }

    /// What documents state of one subject, where they state different things.
    fn documents_that_disagree(&self) -> Vec<Contradiction> {
        let differing = self.subjects().into_iter().filter(|one| one.percent > 0.0);
        differing
            .filter_map(|one| {
                let mut statements = one.statements.into_iter();
                Some(Contradiction {
                    id: one.id,
                    configured: statements.next()?,
                    others: statements.collect(),
                    missing: None,
                })
            })
            .collect()
    }

    /// What is wrong with contradictions and their waivers: one without a waiver, a waiver that expired or that no
    /// contradiction needs, and unsigned waivers where `must_be_signed`.
    pub fn unwaived(&self, book: &WaiverBook, now: Timestamp, must_be_signed: bool) -> Vec<Problem> {
        let contradictions = self.contradictions();
        let mut problems = Problems::new();
        let known: BTreeSet<&str> = contradictions.iter().map(|one| one.id.as_str()).collect();
        for one in contradictions.iter().filter(|one| book.of(&one.id).is_none()) {
            problems.extend(self.unexplained(one, &book.path));
        }
        for waiver in &book.waivers {
            let problem = |message: String| Problem::new(&book.path, waiver.at, message);
            // Those of rules are weighed where rules are: a build of a release that may not be published is no mistake.
            let Waived::Contradiction(id) = &waiver.of else {
                continue;
            };
            if !known.contains(id.as_str()) {
                let message = format!("a waiver of `{id}`, which contradicts nothing");
                problems.push(
                    problem(message).hint("remove it: a contradiction that is settled needs no waiver"),
                );
            } else if waiver.has_expired(now) {
                let message = format!(
                    "the waiver of `{id}` expired on {}, this run is of {}",
                    waiver.expires_at.date(),
                    now.date()
                );
                let hint = format!(
                    "settle the contradiction, or let {} sign a new waiver",
                    waiver.owner
                );
                problems.push(problem(message).hint(hint));
            }
        }
        if must_be_signed && book.signed_with.is_none() && !book.waivers.is_empty() {
            let message = "is not signed, and unsigned waivers hold in drafts only";
            let hint = "sign it with `stage6 sign-waivers`, or set `status: draft` in the release record";
            problems.push(Problem::with_file(&book.path, message).hint(hint));
        }
        problems.into_result(()).err().unwrap_or_default()
    }

    fn unexplained(&self, one: &Contradiction, path: &str) -> Option<Problem> {
        let configured = self.fact(&one.configured, Language::English)?;
        let message = match &one.missing {
            Some(symbol) => format!("`{symbol}` is required, and there is no dataset for it"),
            None => {
                let others = one.others.iter().filter_map(|id| {
                    let place = self.fact(id, Language::English)?;
                    let said = self.stated(id, Language::English)?;
                    let (source, line) = (&place.source, place.at.line);
                    Some(format!("`{}` is {} ({source}:{line})", place.id, plain(said)))
                });
                let said = self.stated(&one.configured, Language::English)?;
                let others: Vec<String> = others.collect();
                format!(
                    "`{}` is {}, but {}",
                    configured.id,
                    plain(said),
                    others.join(", ")
                )
            }
        };
        let hint = format!(
            "make them agree, or let somebody answer for it in {path}: `contradiction: {}` with reasons, owner and days",
            one.id
        );
        Some(Problem::new(&configured.source, configured.at, message).hint(hint))
    }
}

/// A value as evidence files write it.
fn plain(fact: &Fact) -> String {
    match &fact.value {
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::Bool(yes) => yes.to_string(),
        FactValue::List(words) => words.join(", "),
        FactValue::Moment(moment) => moment.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, EvidenceKind};
    use super::*;
    use crate::document::yaml;

    fn evidence(max_pct: &str) -> Evidence {
        let core = format!(
            "market_intel:\n  required_symbols: [BTC, SOL]\nstress_lab:\n  thresholds: {{max_pct: {max_pct}, max_ms: 5}}\n  \
             datasets: {{a: {{symbol: BTC}}}}\n  scenarios:\n    - name: s\n      threshold_overrides: {{max_ms: 9}}\n"
        );
        let minutes = "thresholds: {max_pct: 0.55, max_ms: 5}\nscenario_overrides: {s: {max_ms: 8}}\n";
        let mut builder = Builder::new();
        builder.add_file("core.yaml", core.as_bytes(), EvidenceKind::Config);
        builder.add_facts("core.yaml", "", &yaml::read("core.yaml", &core).unwrap());
        builder.add_facts(
            "minutes.md",
            "workshop",
            &yaml::read("minutes.md", minutes).unwrap(),
        );
        builder.finish().unwrap()
    }

    fn ids(evidence: &Evidence) -> Vec<String> {
        evidence.contradictions().into_iter().map(|one| one.id).collect()
    }

    #[test]
    fn contradictions_come_and_go_with_their_causes() {
        let others = [
            "market_intel.required_symbols.SOL",
            "stress_lab.scenarios.s.threshold_overrides.max_ms",
        ];
        assert_eq!(ids(&evidence("0.55")), others);
        let mut all = others.to_vec();
        all.push("stress_lab.thresholds.max_pct");
        assert_eq!(ids(&evidence("0.6")), all);
    }
}
