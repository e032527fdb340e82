//! How often history has exceeded each configured shock and limit.

use super::cell;
use crate::domain::{Metric, Unit};
use crate::evidence::{Row, Table};
use crate::site::report::analytics::shock_name;
use crate::site::report::figure::{Figure, Number, Source};
use crate::site::voice::Voice;
use serde::Serialize;

/// One shock or limit, against one series.
#[derive(Debug, Serialize)]
pub(super) struct RarityRow {
    /// `None` for a limit.
    scenario: Option<String>,
    label: String,
    measure: Option<String>,
    level: Option<Figure>,
    frequency: Option<Figure>,
    low: Option<Figure>,
    high: Option<Figure>,
    /// The return period, `never in N days`, or why there is none.
    rare: String,
}

pub(super) fn rows(voice: &Voice<'_>, source: &Source<'_>, table: &Table) -> Vec<RarityRow> {
    table
        .rows
        .iter()
        .map(|row| one(voice, source, table, row))
        .collect()
}

fn one(voice: &Voice<'_>, source: &Source<'_>, table: &Table, row: &Row) -> RarityRow {
    let text = |column: &str| cell(table, row, column).unwrap_or_default();
    let number = |column: &str| Number::of_cell(text(column), row.at);
    let share = |column: &str| number(column).map(|share| source.figure(share, Unit::Fraction));
    let scenario = Some(text("scenario")).filter(|name| *name != "limit");
    let measure = Some(text("measure")).filter(|name| is_measure(name));
    RarityRow {
        scenario: scenario.map(str::to_owned),
        label: label(voice, text("shock")),
        measure: measure.map(|name| voice.text(&format!("history.measure.{name}"))),
        level: number("level")
            .map(|level| source.worded(level, shown_level(voice, level.value, text("unit")))),
        frequency: share("frequency_pct"),
        low: share("frequency_low_pct"),
        high: share("frequency_high_pct"),
        rare: rare(
            voice,
            text("state"),
            number("return_days"),
            number("observed_days"),
        ),
    }
}

fn is_measure(name: &str) -> bool {
    [
        "coin_dispersion",
        "funding_shift_btc",
        "sentiment_fall",
        "volatility_btc",
        "volatility_eth",
        "volatility_sol",
    ]
    .contains(&name)
}

/// A shock by its word, a limit by its metric.
fn label(voice: &Voice<'_>, word: &str) -> String {
    let limit = Metric::ALL
        .into_iter()
        .find(|metric| metric.threshold_key() == word);
    match limit {
        Some(metric) => voice.filled("history.limit_of", &[("metric", &voice.metric(metric))]),
        None => shock_name(voice, word).unwrap_or_else(|| word.to_owned()),
    }
}

fn shown_level(voice: &Voice<'_>, level: f64, unit: &str) -> String {
    match unit {
        "multiple" => {
            let number = voice.quantity(level, Unit::Plain);
            voice.filled("history.times_usual", &[("number", &number)])
        }
        "bps" => voice.quantity(level, Unit::BasisPoints),
        _ => voice.quantity(level, Unit::Plain),
    }
}

fn rare(voice: &Voice<'_>, state: &str, every: Option<Number>, observed: Option<Number>) -> String {
    let days = |number: Number| voice.quantity(number.value.round(), Unit::Days);
    match (state, every, observed) {
        ("not_comparable", ..) => voice.text("history.not_comparable"),
        (_, Some(every), _) => voice.filled("history.once_in", &[("days", &days(every))]),
        (_, None, Some(observed)) => voice.filled("history.never", &[("days", &days(observed))]),
        _ => voice.text("history.no_data"),
    }
}
