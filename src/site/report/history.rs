//! What history says: past crises against today's limits, and how rare each configured shock has been.

mod rarity;

use super::charts;
use super::figure::Source;
use crate::content::charts::ChartKind;
use crate::evidence::{Row, Table};
use crate::site::edition::Edition;
use crate::site::voice::Voice;
use rarity::RarityRow;
use serde::Serialize;

/// Messages that only code asks for.
pub(in crate::site) const REQUIRED: [&str; 12] = [
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
    "history.times_usual",
];

const SEVERITY: &str = "shock_severity.csv";

/// History as templates show it.
#[derive(Debug, Serialize)]
pub(super) struct HistoryView {
    /// The tables were computed for the configuration of this report; if not, no verdict of theirs is shown.
    current: bool,
    /// The chart of past crises.
    map: Option<String>,
    rarities: Vec<RarityRow>,
}

/// The tables of history, if the project has any.
pub(super) fn view(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Option<HistoryView> {
    let evidence = edition.input.evidence;
    let source = |table: &Table| Some(Source::new(voice, here, evidence.file(&table.path)?));
    let map = charts::html(edition, voice, ChartKind::History, 0);
    let rarities: Vec<RarityRow> = evidence
        .table(SEVERITY)
        .and_then(|table| Some(rarity::rows(voice, &source(table)?, table)))
        .unwrap_or_default();
    (map.is_some() || !rarities.is_empty()).then(|| HistoryView {
        current: edition.charts.is_current(),
        map,
        rarities,
    })
}

/// The text of a cell by its column's name.
fn cell<'t>(table: &Table, row: &'t Row, column: &str) -> Option<&'t str> {
    let place = table.columns.iter().position(|name| name == column)?;
    row.cells.get(place).map(String::as_str)
}
