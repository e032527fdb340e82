//! The results of a release beside those of the release before, computed from evidence.

use super::super::tree::Node;
use super::Renderer;
use super::computed::Cell;
use crate::diag::nearest;
use crate::domain::{Fact, Metric};
use crate::evidence::{Before, Results, ScenarioFacts};

/// What a block can show.
const VIEWS: [&str; 6] = ["before", "verdicts", "thresholds", "metrics", "coverage", "delta"];

impl Renderer<'_> {
    /// The block `results show=VIEW`.
    pub(super) fn results(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        if !body.trim().is_empty() {
            let hint = "leave the block empty: the table is computed from evidence";
            return self.refuse(node, "words in a block `results`", hint);
        }
        let view = attributes.strip_prefix("show=").unwrap_or("");
        match view {
            "before" => self.tell_before(node),
            "verdicts" => self.verdicts(node),
            "thresholds" => self.thresholds(node),
            "metrics" => self.metrics(node),
            "coverage" => self.coverage(node),
            "delta" => self.tell_delta(node),
            _ => {
                let hint = match nearest(view, VIEWS) {
                    Some(known) => format!("did you mean `show={known}`?"),
                    None => format!("write `show=` and one of {}", VIEWS.join(", ")),
                };
                self.refuse(node, format!("a block `results` with `{attributes}`"), hint);
            }
        }
    }

    /// Which release the results are compared with.
    fn tell_before(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let language = self.parsed.draft.language;
        let said = |id: &str| {
            let fact = evidence.fact(id, language);
            fact.map_or_else(String::new, |fact| self.wording.fact(fact))
        };
        let text = match evidence.before() {
            Before::None => self.wording.text("results.before_none").to_owned(),
            Before::NotAtHand => self.wording.filled(
                "results.before_not_at_hand",
                &[("digest", &said("release.previous"))],
            ),
            Before::Known => self.wording.filled(
                "results.before_known",
                &[
                    ("release", &said("previous.release.id")),
                    ("date", &said("previous.release.released_at")),
                ],
            ),
        };
        self.paragraph(node, &text);
    }

    fn verdicts(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let (now, before) = (evidence.results(), evidence.previous_results());
        let compared = evidence.before() == Before::Known;
        let mut keys = vec!["scenario", "verdict", "tightest", "chance"];
        if compared {
            keys.extend(["verdict_before", "chance_before"]);
        }
        let mut rows = Vec::new();
        for scenario in &now.scenarios {
            let old = find(&before, &scenario.name);
            let mut row = vec![
                Cell::name(&scenario.name),
                self.verdict(scenario, old),
                self.tightest(scenario),
                self.chance(scenario),
            ];
            if compared {
                row.extend(match old {
                    Some(old) => [self.value(old.status), self.chance(old)],
                    None => [self.word("change.new"), self.word("results.unknown")],
                });
            }
            rows.push(row);
        }
        let gone = before
            .scenarios
            .iter()
            .filter(|old| find(&now, &old.name).is_none());
        for old in gone {
            let mut row = vec![Cell::name(&old.name), self.word("change.gone")];
            row.extend([self.word("results.unknown"), self.word("results.unknown")]);
            row.extend([self.value(old.status), self.chance(old)]);
            rows.push(row);
        }
        self.computed(node, &keys, &rows);
    }

    /// The verdict, with a mark where it is not what it was.
    fn verdict(&mut self, scenario: &ScenarioFacts<'_>, old: Option<&ScenarioFacts<'_>>) -> Cell {
        let mut cell = self.value(scenario.status);
        if old.is_some_and(|old| old.status.value != scenario.status.value) {
            let passed = self.wording.fact(scenario.status) == self.wording.word("passed");
            let (kind, key) = match passed {
                true => ("passed", "results.flip_to_passed"),
                false => ("failed", "results.flip_to_failed"),
            };
            let mark = Cell::text(self.wording.text(key));
            cell.html += &format!(" <span class=\"badge badge-{kind}\">{}</span>", mark.html);
            cell.markdown += &format!(" (**{}**)", mark.markdown);
        }
        cell
    }

    fn tightest(&mut self, scenario: &ScenarioFacts<'_>) -> Cell {
        let Some((metric, share)) = scenario.tightest() else {
            return self.word("results.unknown");
        };
        let values = [
            ("metric", self.metric_name(metric)),
            ("share", self.wording.rounded_percent(share)),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        Cell::text(&self.wording.filled("results.share", &values))
    }

    fn chance(&mut self, scenario: &ScenarioFacts<'_>) -> Cell {
        match scenario.breach {
            Some(facts) => {
                let shown = self.wording.chance(facts);
                self.value_as(facts[0], &shown)
            }
            None => self.word("results.unknown"),
        }
    }

    fn thresholds(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let (now, before) = (evidence.results(), evidence.previous_results());
        let compared = evidence.before() == Before::Known;
        let mut rows = Vec::new();
        for (metric, limit) in &now.thresholds {
            let mut row = vec![Cell::text(&self.metric_name(*metric)), self.value(limit)];
            if compared {
                let old = before.thresholds.iter().find(|(known, _)| known == metric);
                row.extend(self.compared(limit, old.map(|(_, fact)| *fact)));
            }
            rows.push(row);
        }
        let heads: &[&str] = match compared {
            true => &["metric", "limit", "before", "change"],
            false => &["metric", "limit"],
        };
        self.computed(node, heads, &rows);
    }

    fn metrics(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let (now, before) = (evidence.results(), evidence.previous_results());
        let compared = evidence.before() == Before::Known;
        let mut rows = Vec::new();
        for scenario in &now.scenarios {
            let old = find(&before, &scenario.name);
            for (metric, value, limit) in &scenario.metrics {
                let mut row = vec![
                    Cell::name(&scenario.name),
                    Cell::text(&self.metric_name(*metric)),
                    self.value(value),
                    self.value(limit),
                ];
                if compared {
                    let old = old.and_then(|old| old.metrics.iter().find(|(known, ..)| known == metric));
                    row.extend(self.compared(value, old.map(|(_, fact, _)| *fact)));
                }
                rows.push(row);
            }
        }
        let heads: &[&str] = match compared {
            true => &["scenario", "metric", "value", "limit", "before", "change"],
            false => &["scenario", "metric", "value", "limit"],
        };
        self.computed(node, heads, &rows);
    }

    /// What a value was, and how it changed.
    fn compared(&mut self, now: &Fact, before: Option<&Fact>) -> [Cell; 2] {
        match before {
            Some(before) => [
                self.value(before),
                Cell::text(&self.wording.fact_change(now, before)),
            ],
            None => [self.word("results.unknown"), self.word("change.new")],
        }
    }

    fn coverage(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let changes = evidence.coverage_changes();
        let count = |count: usize| {
            self.wording
                .number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
        };
        let kind = |kind: &str| Cell::text(self.wording.text(&format!("results.coverage.{kind}")));
        if changes.is_empty() {
            let now = evidence.results();
            let scenarios = now
                .scenarios
                .iter()
                .map(|one| one.name.clone())
                .collect::<Vec<_>>();
            let rows = [
                ("scenarios", scenarios),
                ("datasets", now.datasets.into_iter().collect()),
                ("exchanges", now.exchanges.into_iter().collect()),
            ];
            let row = |(name, names): (&str, Vec<String>)| {
                vec![kind(name), Cell::text(&count(names.len())), self.names(&names)]
            };
            let rows: Vec<Vec<Cell>> = rows.into_iter().map(row).collect();
            return self.computed(node, &["kind", "now", "this"], &rows);
        }
        let rows: Vec<Vec<Cell>> = changes
            .iter()
            .map(|change| {
                vec![
                    kind(change.kind),
                    Cell::text(&count(change.now)),
                    Cell::text(&count(change.before)),
                    self.names(&change.added),
                    self.names(&change.dropped),
                    Cell::text(&self.wording.rounded_percent(change.percent / 100.0)),
                ]
            })
            .collect();
        self.computed(
            node,
            &["kind", "now", "before", "added", "dropped", "change"],
            &rows,
        );
    }

    /// Whether the change of coverage needs a table of differences.
    fn tell_delta(&mut self, node: &Node<'_>) {
        let evidence = self.library.evidence;
        let key = match (evidence.before(), evidence.needs_delta()) {
            (Before::Known, true) => "results.delta_needed",
            (Before::Known, false) => "results.delta_not_needed",
            _ => "results.nothing",
        };
        let text = self.wording.text(key).to_owned();
        self.paragraph(node, &text);
    }

    fn names(&self, names: &[String]) -> Cell {
        if names.is_empty() {
            return self.word("results.unknown");
        }
        let cells: Vec<Cell> = names.iter().map(|name| Cell::name(name)).collect();
        Cell {
            html: cells
                .iter()
                .map(|cell| cell.html.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            markdown: cells
                .iter()
                .map(|cell| cell.markdown.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    fn metric_name(&self, metric: Metric) -> String {
        self.wording
            .text(&format!("site.metric.{}", metric.key()))
            .to_owned()
    }

    fn word(&self, key: &str) -> Cell {
        Cell::text(self.wording.text(key))
    }

    fn computed(&mut self, node: &Node<'_>, keys: &[&str], rows: &[Vec<Cell>]) {
        let head = |key: &&str| self.wording.text(&format!("results.column.{key}")).to_owned();
        let heads: Vec<String> = keys.iter().map(head).collect();
        self.grid(node, &heads, rows);
    }
}

fn find<'r, 'e>(results: &'r Results<'e>, name: &str) -> Option<&'r ScenarioFacts<'e>> {
    results.scenarios.iter().find(|scenario| scenario.name == name)
}
