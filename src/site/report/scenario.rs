//! One scenario: its metrics against the limits that were applied, over all markets and in each.

use super::analytics::AnalyticsView;
use crate::content::place::slug;
use crate::domain::{Metric, ScenarioResult, Thresholds, Unit};
use crate::site::headroom::{self, Bar};
use crate::site::voice::Voice;
use serde::Serialize;
use std::collections::BTreeMap;

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
    metrics: Vec<MetricRow>,
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

/// A metric over all markets.
#[derive(Debug, Serialize)]
struct MetricRow {
    label: String,
    observed: String,
    limit: String,
    /// The global limit, where the scenario has its own.
    global_limit: Option<String>,
    share: String,
    bar: Bar,
    bar_label: String,
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

/// An anchor for each scenario; of names that give the same one, the later are numbered.
pub(super) fn ids(scenarios: &[ScenarioResult]) -> Vec<String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let id = |scenario: &ScenarioResult| {
        let base = format!("scenario-{}", slug(&scenario.name));
        let count = taken.entry(base.clone()).or_insert(0);
        *count += 1;
        // No slug has two hyphens in a row, so a numbered anchor is never another scenario's own.
        if *count == 1 {
            base
        } else {
            format!("{base}--{count}")
        }
    };
    scenarios.iter().map(id).collect()
}

/// A scenario's result in the words of one language; `global` are the limits that it may have replaced.
pub(super) fn view(
    voice: &Voice<'_>,
    id: String,
    scenario: &ScenarioResult,
    global: &Thresholds,
) -> ScenarioView {
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
        metrics: Metric::ALL
            .into_iter()
            .map(|metric| row(voice, scenario, global, metric))
            .collect(),
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

fn row(voice: &Voice<'_>, scenario: &ScenarioResult, global: &Thresholds, metric: Metric) -> MetricRow {
    let shown = |value: f64| voice.quantity(value, metric.unit());
    let (observed, limit) = (scenario.metrics[metric], scenario.thresholds.limit(metric));
    let share = shown_share(voice, observed, limit);
    let bar_label = match headroom::share(observed, limit) {
        Some(_) => voice.filled("report.bar", &[("share", &share)]),
        None => voice.text("report.bar_none"),
    };
    let overridden = scenario.overrides.iter().any(|(own, _)| own == metric);
    MetricRow {
        label: voice.metric(metric),
        observed: shown(observed),
        limit: shown(limit),
        global_limit: overridden
            .then(|| voice.filled("report.global_limit", &[("limit", &shown(global.limit(metric)))])),
        share,
        bar: headroom::bar(observed, limit),
        bar_label,
    }
}

/// The share of a limit in words; a dash where the limit is zero.
fn shown_share(voice: &Voice<'_>, observed: f64, limit: f64) -> String {
    match headroom::share(observed, limit) {
        Some(share) => voice.quantity(share, Unit::Fraction),
        None => String::from("–"),
    }
}

fn tightest(voice: &Voice<'_>, scenario: &ScenarioResult) -> Tightest {
    let share = |metric: Metric| headroom::share(scenario.metrics[metric], scenario.thresholds.limit(metric));
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
