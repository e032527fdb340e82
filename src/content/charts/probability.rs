//! How often each limit is broken when intensities are uncertain, with Clopper-Pearson intervals.

use super::Drawn;
use super::read::{Number, Source, items, metric, word};
use super::words::Words;
use crate::chart::{Cell, Interval, Intervals};
use crate::document::Node;
use crate::domain::{Metric, Unit};

/// An estimate; without a metric it is about any limit.
struct Line {
    metric: Option<Metric>,
    value: Number,
    low: Number,
    high: Number,
}

pub(super) fn draw(
    words: &Words<'_>,
    source: &Source<'_>,
    (scenario, settings): (&Node, &Node),
    id: &str,
) -> Option<Drawn> {
    let probability = scenario.get("breach_probability")?;
    let mut lines: Vec<Line> = items(probability, "thresholds")
        .iter()
        .filter_map(|item| line(Some(metric(word(item, "metric")?)?), item.get("estimate")?))
        .collect();
    lines.push(line(None, probability.get("any")?)?);
    let intervals = Intervals {
        rows: lines.iter().map(|line| interval(words, line)).collect(),
        axis: words.text("probability.axis"),
    };
    let columns = [
        ("metric", false),
        ("probability", true),
        ("low", true),
        ("high", true),
    ];
    Some(Drawn {
        message: message(words, &lines),
        plot: intervals.plot(id, &|share| words.share(share)),
        keys: Vec::new(),
        columns: columns.map(|(key, numeric)| words.column(key, numeric)).to_vec(),
        rows: lines.iter().map(|line| row(words, source, line)).collect(),
        notes: vec![
            words.text("probability.interval"),
            model(words, probability, settings)?,
        ],
    })
}

fn line(metric: Option<Metric>, estimate: &Node) -> Option<Line> {
    Some(Line {
        metric,
        value: Number::of(estimate, "probability")?,
        low: Number::of(estimate, "low")?,
        high: Number::of(estimate, "high")?,
    })
}

fn label(words: &Words<'_>, line: &Line) -> String {
    line.metric
        .map_or_else(|| words.text("probability.any"), |metric| words.metric(metric))
}

fn said(words: &Words<'_>, line: &Line) -> String {
    let values = [
        ("probability", line.value),
        ("low", line.low),
        ("high", line.high),
    ];
    let values = values.map(|(name, number)| (name, words.share(number.value)));
    words.filled(
        "probability.said",
        &values.each_ref().map(|(name, value)| (*name, value.as_str())),
    )
}

fn interval(words: &Words<'_>, line: &Line) -> Interval {
    Interval {
        label: label(words, line),
        said: said(words, line),
        value: line.value.value,
        ends: (line.low.value, line.high.value),
        total: line.metric.is_none(),
    }
}

fn row(words: &Words<'_>, source: &Source<'_>, line: &Line) -> Vec<Cell> {
    let key = line.metric.map_or("any", Metric::key);
    let mut row = vec![Cell::words(label(words, line), key)];
    row.extend([line.value, line.low, line.high].map(|number| source.cell(number, Unit::Fraction)));
    row
}

fn message(words: &Words<'_>, lines: &[Line]) -> String {
    let any = lines.last().map_or_else(String::new, |line| said(words, line));
    let single = lines
        .iter()
        .filter(|line| line.metric.is_some() && line.value.value > 0.0);
    match single.reduce(|most, next| {
        if next.value.value > most.value.value {
            next
        } else {
            most
        }
    }) {
        Some(most) => words.filled(
            "probability.message",
            &[
                ("any", &any),
                ("metric", &label(words, most)),
                ("most", &words.share(most.value.value)),
            ],
        ),
        None => words.filled("probability.message_none", &[("any", &any)]),
    }
}

/// The model behind the draws: a seed is a name, not a quantity, so it stays as it is written.
fn model(words: &Words<'_>, probability: &Node, settings: &Node) -> Option<String> {
    let number = |node: &Node, key: &str| Some(words.quantity(Number::of(node, key)?.value, Unit::Plain));
    let values = [
        ("sigma", number(settings, "sigma")?),
        ("draws", number(probability, "draws")?),
        ("seed", word(settings, "seed")?.to_owned()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(words.site_filled("analytics.model", &values))
}
