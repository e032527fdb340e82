//! Reverse stress: how much stronger all shocks together would have to be to break each limit.

use super::Drawn;
use super::read::{Number, Source, items, metric, shock_names, shock_place, word};
use super::words::Words;
use crate::chart::{Cell, Distance, DistanceState, Distances, Key, Pattern, Swatch};
use crate::document::Node;
use crate::domain::{Metric, Unit};

/// From this multiple on, decimals say nothing.
const COARSE: f64 = 10.0;

/// A limit with what is known of it.
struct Line<'n> {
    metric: Metric,
    limit: Number,
    value: Number,
    multiple: Option<Number>,
    diagnoses: Vec<&'n str>,
}

impl Line<'_> {
    fn has(&self, diagnosis: &str) -> bool {
        self.diagnoses.contains(&diagnosis)
    }

    /// The distance; `None` where no shock moves the metric at all.
    fn state(&self) -> Option<DistanceState> {
        match self.multiple {
            _ if self.has("breaches_at_zero") => Some(DistanceState::Always),
            _ if self.has("not_moved") => None,
            None => Some(DistanceState::Never),
            Some(at) if self.has("already_breached") => Some(DistanceState::Broken(at.value)),
            Some(at) if self.has("dead") => Some(DistanceState::OutOfReach(at.value)),
            Some(at) => Some(DistanceState::Reached(at.value)),
        }
    }
}

pub(super) fn draw(words: &Words<'_>, source: &Source<'_>, scenario: &Node, id: &str) -> Option<Drawn> {
    let reverse = scenario.get("reverse_stress")?;
    let lines: Vec<Line<'_>> = items(reverse, "scale").iter().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let distance = |line: &Line<'_>| {
        let state = line.state()?;
        Some(Distance {
            label: words.metric(line.metric),
            said: said(words, state),
            state,
        })
    };
    let distances = Distances {
        rows: lines.iter().filter_map(distance).collect(),
        now: words.text("reverse.now"),
        axis: words.text("reverse.axis"),
    };
    let columns = [
        ("metric", false),
        ("limit", true),
        ("observed", true),
        ("multiple", true),
        ("diagnoses", false),
    ];
    Some(Drawn {
        message: message(words, &lines),
        plot: distances.plot(id, &|at| words.times(at)),
        keys: keys(words, &distances),
        columns: columns.map(|(key, numeric)| words.column(key, numeric)).to_vec(),
        rows: lines.iter().map(|line| row(words, source, line)).collect(),
        notes: notes(words, (scenario, reverse), &lines),
    })
}

fn line(item: &Node) -> Option<Line<'_>> {
    Some(Line {
        metric: metric(word(item, "metric")?)?,
        limit: Number::of(item, "limit")?,
        value: Number::of(item, "value")?,
        multiple: Number::of(item.get("root")?, "smallest"),
        diagnoses: items(item, "diagnoses")
            .iter()
            .filter_map(|item| Some(item.as_scalar()?.text.as_str()))
            .collect(),
    })
}

/// A distance in few words, for the drawing.
fn said(words: &Words<'_>, state: DistanceState) -> String {
    let with = |key: &str, at: f64| words.filled(key, &[("multiple", &words.times(at))]);
    match state {
        DistanceState::Reached(at) => words.times(at),
        DistanceState::OutOfReach(at) => with("reverse.far", at),
        DistanceState::Broken(at) => with("reverse.broken", at),
        DistanceState::Never => words.text("reverse.never"),
        DistanceState::Always => words.text("reverse.always"),
    }
}

fn row(words: &Words<'_>, source: &Source<'_>, line: &Line<'_>) -> Vec<Cell> {
    let unit = line.metric.unit();
    let multiple = match line.multiple {
        Some(multiple) => source.cell_as(multiple, words.times(multiple.value)),
        None => Cell::words(words.site("analytics.never"), ""),
    };
    let mark = |kind: &&&str| ((**kind).to_owned(), words.site(&format!("analytics.mark.{kind}")));
    let meaning = Cell {
        marks: line
            .diagnoses
            .iter()
            .filter(|kind| has_mark(kind))
            .map(|kind| mark(&kind))
            .collect(),
        is_prose: true,
        ..Cell::words(sentence(words, line), line.diagnoses.join(" "))
    };
    vec![
        Cell::words(words.metric(line.metric), line.metric.key()),
        source.cell(line.limit, unit),
        source.cell(line.value, unit),
        multiple,
        meaning,
    ]
}

/// Diagnoses with a mark of their own; that no shock touches a metric is said in the sentence alone.
fn has_mark(diagnosis: &str) -> bool {
    ["dead", "already_breached", "breaches_at_zero", "saturated"].contains(&diagnosis)
}

/// What the root means, in one sentence.
fn sentence(words: &Words<'_>, line: &Line<'_>) -> String {
    let rounded = |multiple: f64| {
        let shown = if multiple < COARSE {
            (multiple * 100.0).round() / 100.0
        } else {
            multiple.round()
        };
        words.quantity(shown, Unit::Plain)
    };
    let with = |key: &str, at: f64| words.site_filled(key, &[("number", &rounded(at))]);
    match line.state() {
        Some(DistanceState::Always) => words.site("analytics.at_zero"),
        None => words.site("analytics.not_moved"),
        Some(DistanceState::Never) => words.site("analytics.dead_for_ever"),
        Some(DistanceState::Broken(at)) => with("analytics.already", at),
        Some(DistanceState::OutOfReach(at)) => with("analytics.dead", at),
        Some(DistanceState::Reached(at)) => with("analytics.far", at),
    }
}

fn message(words: &Words<'_>, lines: &[Line<'_>]) -> String {
    let broken = lines.iter().filter(|line| {
        matches!(
            line.state(),
            Some(DistanceState::Broken(_) | DistanceState::Always)
        )
    });
    let broken: Vec<String> = broken.map(|line| words.metric(line.metric)).collect();
    if !broken.is_empty() {
        return words.filled("reverse.message_broken", &[("metrics", &broken.join(", "))]);
    }
    let reached = lines.iter().filter_map(|line| match line.state() {
        Some(DistanceState::Reached(at)) => Some((at, line.metric)),
        _ => None,
    });
    match reached.reduce(|least, next| if next.0 < least.0 { next } else { least }) {
        Some((at, metric)) => words.filled(
            "reverse.message",
            &[("metric", &words.metric(metric)), ("multiple", &words.times(at))],
        ),
        None => words.text("reverse.message_never"),
    }
}

/// Metrics that no shock moves, and shocks whose intensity changes nothing, or no longer does.
fn notes(words: &Words<'_>, (scenario, reverse): (&Node, &Node), lines: &[Line<'_>]) -> Vec<String> {
    let untouched = lines.iter().filter(|line| line.state().is_none());
    let untouched: Vec<String> = untouched.map(|line| words.metric(line.metric)).collect();
    let mut notes = Vec::new();
    if !untouched.is_empty() {
        notes.push(words.filled("reverse.untouched", &[("metrics", &untouched.join(", "))]));
    }
    let shocks = shocks(words, scenario);
    for (list, key) in [
        ("inert_shocks", "analytics.inert"),
        ("saturated_shocks", "analytics.capped"),
    ] {
        let named = items(reverse, list)
            .iter()
            .filter_map(|item| shocks.get(shock_place(item)?));
        notes.extend(named.map(|(_, shock)| words.site_filled(key, &[("shock", shock)])));
    }
    notes
}

/// The scenario's shocks by word and name.
pub(super) fn shocks(words: &Words<'_>, scenario: &Node) -> Vec<(String, String)> {
    let numbered = |shock: &str, number: usize| {
        words.site_filled(
            "analytics.shock_number",
            &[("shock", shock), ("number", &words.count(number))],
        )
    };
    shock_names(scenario, |kind| words.shock(kind), numbered)
}

/// The legend holds what is drawn, no more.
fn keys(words: &Words<'_>, distances: &Distances) -> Vec<Key> {
    let has = |wanted: fn(&DistanceState) -> bool| distances.rows.iter().any(|row| wanted(&row.state));
    let mut keys = Vec::new();
    let mut add = |class: &'static str, pattern: Pattern, label: String| {
        keys.push(Key {
            swatch: Swatch::Bar(class.into(), pattern),
            sample: "".into(),
            label,
        });
    };
    if has(|state| matches!(state, DistanceState::OutOfReach(_))) {
        add("chart-far", Pattern::Dotted, words.site("analytics.mark.dead"));
    }
    if has(|state| matches!(state, DistanceState::Broken(_) | DistanceState::Always)) {
        add(
            "chart-over",
            Pattern::Crossed,
            words.site("analytics.mark.already_breached"),
        );
    }
    keys
}
