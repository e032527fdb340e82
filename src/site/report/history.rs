//! What history says: past crises against today's limits, and how rare each configured shock has been.

mod rarity;

use super::figure::{Figure, Number, Source};
use crate::domain::{Metric, Unit};
use crate::evidence::{Row, Table};
use crate::site::edition::Edition;
use crate::site::voice::Voice;
use rarity::RarityRow;
use serde::Serialize;

/// Messages that only code asks for.
pub(in crate::site) const REQUIRED: [&str; 18] = [
    "history.basis.window",
    "history.basis.worst_day",
    "history.limit_of",
    "history.measure.coin_dispersion",
    "history.measure.funding_shift_btc",
    "history.measure.sentiment_fall",
    "history.measure.volatility_btc",
    "history.measure.volatility_eth",
    "history.measure.volatility_sol",
    "history.never",
    "history.no_data",
    "history.not_comparable",
    "history.once_in",
    "history.state.cited",
    "history.state.measured",
    "history.state.missing",
    "history.state.not_comparable",
    "history.times_usual",
];

const REPLAYS: &str = "event_replays.csv";
const EVENTS: &str = "events.csv";
const SEVERITY: &str = "shock_severity.csv";

/// History as templates show it.
#[derive(Debug, Serialize)]
pub(super) struct HistoryView {
    /// The tables were computed for the configuration of this report; if not, no verdict of theirs is shown.
    current: bool,
    metrics: Vec<String>,
    replays: Vec<Replay>,
    rarities: Vec<RarityRow>,
}

/// A past crisis.
#[derive(Debug, Serialize)]
struct Replay {
    event: String,
    basis: String,
    cells: Vec<Cell>,
}

/// What it did to one metric.
#[derive(Debug, Serialize)]
struct Cell {
    state: &'static str,
    state_label: String,
    /// The share of the limit, or the value where the limits have changed since.
    figure: Option<Figure>,
    over: bool,
}

/// The tables of history, if the project has any.
pub(super) fn view(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Option<HistoryView> {
    let evidence = edition.input.evidence;
    let current = is_current(edition);
    let source = |table: &Table| Some(Source::new(voice, here, evidence.file(&table.path)?));
    let replays = evidence.table(REPLAYS);
    let titles = evidence.table(EVENTS);
    let replays: Vec<Replay> = replays
        .and_then(|table| {
            let source = source(table)?;
            let read = |row| replay(voice, &source, (table, row), titles, current);
            Some(table.rows.iter().map(read).collect())
        })
        .unwrap_or_default();
    let rarities: Vec<RarityRow> = evidence
        .table(SEVERITY)
        .and_then(|table| Some(rarity::rows(voice, &source(table)?, table)))
        .unwrap_or_default();
    (!replays.is_empty() || !rarities.is_empty()).then(|| HistoryView {
        current,
        metrics: Metric::ALL
            .into_iter()
            .map(|metric| voice.metric(metric))
            .collect(),
        replays,
        rarities,
    })
}

/// Whether the tables speak of the configuration that the sealed report names. What cannot be told is not current.
fn is_current(edition: &Edition<'_>) -> bool {
    let mut configurations = edition
        .input
        .report
        .inputs
        .iter()
        .filter(|input| input.role == "config");
    match (
        configurations.next(),
        configurations.next(),
        edition.input.history_of,
    ) {
        (Some(only), None, Some(digest)) => only.digest == digest,
        _ => false,
    }
}

/// The text of a cell by its column's name.
fn cell<'t>(table: &Table, row: &'t Row, column: &str) -> Option<&'t str> {
    let place = table.columns.iter().position(|name| name == column)?;
    row.cells.get(place).map(String::as_str)
}

fn replay(
    voice: &Voice<'_>,
    source: &Source<'_>,
    (table, row): (&Table, &Row),
    titles: Option<&Table>,
    current: bool,
) -> Replay {
    let event = cell(table, row, "event").unwrap_or_default();
    let title = titles.and_then(|titles| {
        let row = titles.rows.iter().find(|row| row.id() == event)?;
        cell(titles, row, "title")
    });
    let basis = match cell(table, row, "basis") {
        Some("window") => "window",
        _ => "worst_day",
    };
    Replay {
        event: title.unwrap_or(event).to_owned(),
        basis: voice.text(&format!("history.basis.{basis}")),
        cells: Metric::ALL
            .into_iter()
            .map(|metric| replay_cell(voice, source, (table, row), metric, current))
            .collect(),
    }
}

fn replay_cell(
    voice: &Voice<'_>,
    source: &Source<'_>,
    (table, row): (&Table, &Row),
    metric: Metric,
    current: bool,
) -> Cell {
    let key = metric.key();
    let state = match cell(table, row, &format!("{key}_state")) {
        Some("measured") => "measured",
        Some("cited") => "cited",
        Some("not_comparable") => "not_comparable",
        _ => "missing",
    };
    let number = |column: &str| Number::of_cell(cell(table, row, column)?, row.at);
    let utilisation = number(&format!("{key}_utilisation"));
    let figure = match utilisation {
        Some(share) if current => {
            // Whole percents: a map is for comparing.
            let shown = voice.quantity((share.value * 100.0).round() / 100.0, Unit::Fraction);
            Some(source.worded(share, shown))
        }
        _ => number(key).map(|value| source.figure(value, metric.unit())),
    };
    Cell {
        state,
        state_label: voice.text(&format!("history.state.{state}")),
        figure: figure.filter(|_| state == "measured" || state == "cited"),
        over: current && utilisation.is_some_and(|share| share.value > 1.0),
    }
}
