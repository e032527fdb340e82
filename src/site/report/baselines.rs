//! The market baselines that the numbers start from: where each comes from, how old it is, what it says.

use super::evidence_link;
use crate::domain::{Baseline, Market, Unit};
use crate::site::edition::Edition;
use crate::site::home::whole_days;
use crate::site::marks::used_symbols;
use crate::site::voice::Voice;
use serde::Serialize;

/// A baseline as templates show it.
#[derive(Debug, Serialize)]
pub(super) struct BaselineRow {
    symbol: String,
    provenance: &'static str,
    provenance_label: String,
    as_of: String,
    age: String,
    used: String,
    path: String,
    href: Option<String>,
    /// In the order of the table's columns.
    values: Vec<String>,
}

/// All markets that scenarios could use.
pub(super) fn rows(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Vec<BaselineRow> {
    let report = edition.input.report;
    let used = used_symbols(report);
    let row = |market: &Market| {
        let is_used = used.contains(market.baseline.symbol.as_str());
        BaselineRow {
            symbol: market.baseline.symbol.clone(),
            provenance: market.provenance.key(),
            provenance_label: voice.text(&format!("provenance.{}", market.provenance.key())),
            as_of: market
                .as_of
                .map_or_else(|| voice.text("baseline.unknown"), |moment| voice.date(moment)),
            age: market.as_of.map_or_else(
                || String::from("–"),
                |moment| voice.quantity(whole_days(report.generated_at, moment), Unit::Days),
            ),
            used: voice.text(if is_used {
                "report.used_yes"
            } else {
                "report.used_no"
            }),
            path: market.path.clone().unwrap_or_else(|| String::from("–")),
            href: market
                .path
                .as_ref()
                .and_then(|path| evidence_link(edition, voice, here, path)),
            values: values(voice, &market.baseline),
        }
    };
    report.markets.iter().map(row).collect()
}

fn values(voice: &Voice<'_>, baseline: &Baseline) -> Vec<String> {
    [
        (baseline.mid_price, Unit::Plain),
        (baseline.avg_depth_usd, Unit::Usd),
        (baseline.avg_spread_bps, Unit::BasisPoints),
        (baseline.funding_rate_bps, Unit::BasisPoints),
        (baseline.sentiment_score, Unit::Plain),
        (baseline.realized_volatility, Unit::Fraction),
        (baseline.weight, Unit::Plain),
    ]
    .into_iter()
    .map(|(value, unit)| voice.quantity(value, unit))
    .collect()
}
