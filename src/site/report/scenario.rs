//! One scenario: its metrics against the limits that were applied, over all markets and in each.

use super::analytics::AnalyticsView;
use crate::content::charts::slugs;
use crate::domain::{Metric, ScenarioResult, Unit};
use crate::site::voice::Voice;
use serde::Serialize;

/// A scenario as templates show it.
#[derive(Debug, Serialize)]
pub(super) struct ScenarioView {
    pub(super) id: String,
    pub(super) name: String,
    description: Option<String>,
    severity: String,
    market_names: String,
    verdict: &'static str,
    verdict_label: String,
    tightest: Tightest,
    failures: Vec<String>,
    /// The chart of metrics and limits; `None` where the sealed report does not hold them.
    pub(super) headroom: Option<String>,
    markets: Vec<MarketView>,
    market_rows: Vec<MarketRow>,
    /// `None` where nothing was analysed.
    pub(super) analytics: Option<AnalyticsView>,
}

/// The metric that uses the largest share of its limit.
#[derive(Debug, Serialize)]
struct Tightest {
    label: String,
    share: String,
}

#[derive(Debug, Serialize)]
struct MarketView {
    symbol: String,
    synthetic: bool,
    notes: Vec<String>,
}

/// A metric in each market.
#[derive(Debug, Serialize)]
struct MarketRow {
    label: String,
    values: Vec<String>,
}

/// An anchor for each scenario.
pub(super) fn ids(scenarios: &[ScenarioResult]) -> Vec<String> {
    let slugs = slugs(scenarios.iter().map(|scenario| scenario.name.as_str()));
    slugs.iter().map(|slug| format!("scenario-{slug}")).collect()
}

/// A scenario's result in the words of one language.
pub(super) fn view(voice: &Voice<'_>, id: String, scenario: &ScenarioResult) -> ScenarioView {
    let symbols: Vec<&str> = scenario
        .markets
        .iter()
        .map(|market| market.baseline.symbol.as_str())
        .collect();
    let verdict = scenario.verdict();
    ScenarioView {
        id,
        name: scenario.name.clone(),
        description: scenario.description.clone(),
        severity: voice.word(scenario.severity.word()),
        market_names: symbols.join(", "),
        verdict: verdict.key(),
        verdict_label: voice.text(&format!("verdict.{}", verdict.key())),
        tightest: tightest(voice, scenario),
        failures: failures(voice, scenario),
        headroom: None,
        markets: scenario
            .markets
            .iter()
            .map(|market| MarketView {
                symbol: market.baseline.symbol.clone(),
                synthetic: market.synthetic,
                notes: market.notes.clone(),
            })
            .collect(),
        market_rows: market_rows(voice, scenario),
        analytics: None,
    }
}

/// The share of a limit that a value uses; none when the limit is zero, because nothing is a share of that.
fn share(observed: f64, limit: f64) -> Option<f64> {
    (limit > 0.0).then(|| observed / limit)
}

fn tightest(voice: &Voice<'_>, scenario: &ScenarioResult) -> Tightest {
    let share = |metric: Metric| share(scenario.metrics[metric], scenario.thresholds.limit(metric));
    // The first of equals, in the order of verdicts.
    let found = Metric::ALL
        .into_iter()
        .rev()
        .filter_map(|metric| Some((share(metric)?, metric)));
    match found.max_by(|left, right| left.0.total_cmp(&right.0)) {
        Some((share, metric)) => Tightest {
            label: voice.metric(metric),
            share: voice.quantity(share, Unit::Fraction),
        },
        None => Tightest {
            label: String::from("–"),
            share: String::from("–"),
        },
    }
}

/// One sentence for each metric above its limit.
fn failures(voice: &Voice<'_>, scenario: &ScenarioResult) -> Vec<String> {
    let breached = |metric: &Metric| scenario.metrics[*metric] > scenario.thresholds.limit(*metric);
    let sentence = |metric: Metric| {
        let shown = |value: f64| voice.quantity(value, metric.unit());
        let values = [
            ("metric", voice.metric(metric)),
            ("observed", shown(scenario.metrics[metric])),
            ("limit", shown(scenario.thresholds.limit(metric))),
        ];
        voice.filled(
            "report.breach",
            &values.each_ref().map(|(name, value)| (*name, value.as_str())),
        )
    };
    Metric::ALL.into_iter().filter(breached).map(sentence).collect()
}

fn market_rows(voice: &Voice<'_>, scenario: &ScenarioResult) -> Vec<MarketRow> {
    let row = |metric: Metric| MarketRow {
        label: voice.metric(metric),
        values: scenario
            .markets
            .iter()
            .map(|market| voice.quantity(market.metrics[metric], metric.unit()))
            .collect(),
    };
    Metric::ALL.into_iter().map(row).collect()
}
