//! Charts in prose: a block that names what it shows.

use super::super::escape;
use super::super::library::evidence_in_bundle;
use super::super::tree::Node;
use super::Renderer;
use crate::content::charts::{Chart, ChartKind, ChartName, Spot};
use crate::content::{Use, place};
use crate::diag::nearest;

/// What is wrong with a block: the words that it is about, the message, and the hint.
type Fault = (String, String, String);

impl Renderer<'_> {
    /// The block `chart kind=KIND scenario=NAME`.
    pub(super) fn chart(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        if !body.trim().is_empty() {
            let hint = "leave the block empty: the chart is drawn from evidence";
            return self.refuse(node, "words in a block `chart`", hint);
        }
        match self.chart_named(attributes) {
            Ok(name) => self.draw(node, name, attributes),
            Err((words, message, hint)) => {
                let source = self.origin.text.get(node.range.clone()).unwrap_or("");
                let offset = node.range.start + source.find(&words).unwrap_or(0);
                let problem = self.origin.problem(offset, message);
                self.found.problems.push(problem.hint(hint));
            }
        }
    }

    fn chart_named(&self, attributes: &str) -> Result<ChartName, Fault> {
        let (mut kind, mut scenario) = (None, None);
        for attribute in attributes.split_whitespace() {
            match attribute.split_once('=') {
                Some(("kind", value)) if kind.is_none() => kind = Some(value),
                Some(("scenario", value)) if scenario.is_none() => scenario = Some(value),
                _ => {
                    let hint = "a chart has two attributes: `kind=KIND scenario=NAME`";
                    return Err(fault(attribute, format!("unknown attribute `{attribute}`"), hint));
                }
            }
        }
        let Some(key) = kind else {
            let known = ChartKind::ALL.map(ChartKind::key).join(", ");
            let hint = format!("begin the block with `chart kind=` and one of {known}");
            return Err(fault("chart", "a chart without a kind", hint));
        };
        let kind = ChartKind::of_key(key)
            .map_err(|hint| fault(key, format!("no chart of the kind `{key}`"), hint))?;
        let scenario = match (kind.needs_scenario(), scenario) {
            (true, Some(name)) => self.chart_scenario(name)?,
            (true, None) => {
                let hint = format!("name one: {}", self.library.charts.scenarios().join(", "));
                return Err(fault(key, format!("a chart `{key}` without a scenario"), hint));
            }
            (false, None) => 0,
            (false, Some(name)) => {
                let hint = format!("leave `scenario={name}` out");
                return Err(fault(name, format!("a chart `{key}` is about no scenario"), hint));
            }
        };
        Ok(ChartName { kind, scenario })
    }

    fn chart_scenario(&self, name: &str) -> Result<usize, Fault> {
        let known = self.library.charts.scenarios();
        known
            .iter()
            .position(|scenario| *scenario == name)
            .ok_or_else(|| {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(like) => format!("did you mean `scenario={like}`?"),
                    None if known.is_empty() => "the evidence holds no report with scenarios".to_owned(),
                    None => format!("the scenarios are {}", known.join(", ")),
                };
                fault(name, format!("no scenario `{name}` in the report"), hint)
            })
    }

    fn draw(&mut self, node: &Node<'_>, name: ChartName, attributes: &str) {
        let draft = self.parsed.draft;
        let charts = self.library.charts;
        let id = self.ids.claim(&format!("chart-{}", charts.slug(name)));
        let spot = Spot {
            wording: self.wording,
            here: &place::page_path(draft.language, &draft.id),
            id: &id,
        };
        let Some(chart) = charts.chart(name, spot) else {
            let message = format!("nothing to draw for `{attributes}`");
            let hint = "the evidence of this release holds no numbers for it; leave the chart out";
            return self.refuse(node, message, hint);
        };
        let place = (
            self.origin.path.to_owned(),
            self.origin.position(node.range.start),
        );
        self.found
            .references
            .entry(format!("chart {attributes}"))
            .or_insert(place);
        self.found.evidence.insert(chart.source.clone());
        self.found.uses.extend(chart.lines.iter().map(|line| Use {
            source: chart.source.clone(),
            line: *line,
            fact: None,
            anchor: id.clone(),
            heading: chart.figure.title.clone(),
        }));
        self.write(&chart.figure.html());
        let markdown = self.chart_markdown(node, &chart);
        self.edits.replace(node.range.clone(), markdown);
    }

    /// For readers of the bundle without a browser: the message and the data.
    fn chart_markdown(&self, node: &Node<'_>, chart: &Chart) -> String {
        let figure = &chart.figure;
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let title = escape::markdown(&figure.title);
        let message = escape::markdown(&figure.message);
        let heads = figure
            .columns
            .iter()
            .map(|column| escape::markdown(&column.heading));
        let rules = figure
            .columns
            .iter()
            .map(|column| if column.numeric { "---:" } else { "---" });
        let mut lines = vec![
            format!("**{title}.** {message}"),
            String::new(),
            row(heads.collect()),
            row(rules.map(str::to_owned).collect()),
        ];
        let cells = figure
            .rows
            .iter()
            .map(|cells| row(cells.iter().map(|cell| escape::markdown(&cell.shown)).collect()));
        lines.extend(cells);
        lines.extend(
            figure
                .notes
                .iter()
                .flat_map(|note| [String::new(), escape::markdown(note)]),
        );
        let path = evidence_in_bundle(self.parsed.draft, &chart.source);
        let label = escape::markdown(&figure.source_label);
        lines.extend([String::new(), format!("{label} [{}]({path})", chart.source)]);
        lines.join(&format!("\n{}", self.indent(node)))
    }
}

fn fault(words: &str, message: impl Into<String>, hint: impl Into<String>) -> Fault {
    (words.to_owned(), message.into(), hint.into())
}
