//! Reverse stress in words: how much stronger all shocks together would have to be to break each limit.

use super::{metric, place};
use crate::document::Node;
use crate::domain::{Metric, Unit};
use crate::site::report::figure::{Figure, Number, Source, items, word};
use crate::site::voice::Voice;
use serde::Serialize;

/// From this multiple on, decimals say nothing.
const COARSE: f64 = 10.0;

#[derive(Debug, Serialize)]
pub(super) struct ReverseView {
    rows: Vec<Row>,
    /// A sentence for each shock whose intensity changes nothing, or no longer does.
    remarks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    label: String,
    limit: Figure,
    observed: Figure,
    /// `None` where the limit is never reached.
    multiple: Option<Figure>,
    sentence: String,
    marks: Vec<Mark>,
}

#[derive(Debug, Serialize)]
struct Mark {
    kind: String,
    label: String,
}

pub(super) fn view(
    voice: &Voice<'_>,
    source: &Source<'_>,
    scenario: &Node,
    shocks: &[String],
) -> Option<ReverseView> {
    let reverse = scenario.get("reverse_stress")?;
    let rows = items(reverse, "scale")
        .iter()
        .filter_map(|item| row(voice, source, item))
        .collect();
    let remark = |list: &str, key: &str| {
        let named = items(reverse, list)
            .iter()
            .filter_map(|item| shocks.get(place(item)?));
        named
            .map(|shock| voice.filled(key, &[("shock", shock)]))
            .collect::<Vec<String>>()
    };
    let mut remarks = remark("inert_shocks", "analytics.inert");
    remarks.extend(remark("saturated_shocks", "analytics.capped"));
    Some(ReverseView { rows, remarks })
}

fn row(voice: &Voice<'_>, source: &Source<'_>, item: &Node) -> Option<Row> {
    let metric: Metric = metric(word(item, "metric")?)?;
    let diagnoses: Vec<&str> = items(item, "diagnoses")
        .iter()
        .filter_map(|item| Some(item.as_scalar()?.text.as_str()))
        .collect();
    let multiple = Number::of(item.get("root")?, "smallest");
    let mark = |kind: &&str| Mark {
        kind: (*kind).to_owned(),
        label: voice.text(&format!("analytics.mark.{kind}")),
    };
    Some(Row {
        label: voice.metric(metric),
        limit: source.figure(Number::of(item, "limit")?, metric.unit()),
        observed: source.figure(Number::of(item, "value")?, metric.unit()),
        multiple: multiple.map(|multiple| source.worded(multiple, times(voice, multiple.value))),
        sentence: sentence(voice, &diagnoses, multiple.map(|multiple| multiple.value)),
        marks: diagnoses.iter().filter(|kind| has_mark(kind)).map(mark).collect(),
    })
}

/// Diagnoses with a mark of their own; that no shock touches a metric is said in the sentence alone.
fn has_mark(diagnosis: &str) -> bool {
    ["dead", "already_breached", "breaches_at_zero", "saturated"].contains(&diagnosis)
}

fn times(voice: &Voice<'_>, multiple: f64) -> String {
    let number = voice.quantity(multiple, Unit::Plain);
    voice.filled("analytics.times", &[("number", &number)])
}

/// What the root means, in one sentence.
fn sentence(voice: &Voice<'_>, diagnoses: &[&str], multiple: Option<f64>) -> String {
    let has = |diagnosis: &str| diagnoses.contains(&diagnosis);
    let rounded = multiple.map(|multiple| {
        let shown = if multiple < COARSE {
            (multiple * 100.0).round() / 100.0
        } else {
            multiple.round()
        };
        voice.quantity(shown, Unit::Plain)
    });
    let with = |key: &str, number: &str| voice.filled(key, &[("number", number)]);
    match &rounded {
        _ if has("breaches_at_zero") => voice.text("analytics.at_zero"),
        _ if has("not_moved") => voice.text("analytics.not_moved"),
        None => voice.text("analytics.dead_for_ever"),
        Some(number) if has("already_breached") => with("analytics.already", number),
        Some(number) if has("dead") => with("analytics.dead", number),
        Some(number) => with("analytics.far", number),
    }
}
