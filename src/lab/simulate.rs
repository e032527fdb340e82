//! Shocks on markets, averages over markets, verdicts over limits (specification, sections 2.1 to 2.6).

use super::arithmetic::{fixed, larger, smaller};
use crate::domain::{
    Baseline, Market, MarketResult, Metric, MetricValues, Provenance, Scenario, ScenarioResult, Shock,
    ShockKind, Thresholds,
};

/// Runs all scenarios. Returns their results and all markets, with those that had to be invented.
pub fn run(
    scenarios: &[Scenario],
    global: &Thresholds,
    markets: &[Market],
) -> (Vec<ScenarioResult>, Vec<Market>) {
    let mut book = Book {
        markets: markets.to_vec(),
    };
    let results = scenarios
        .iter()
        .map(|scenario| run_one(scenario, global, &mut book))
        .collect();
    (results, book.markets)
}

/// The markets by name.
struct Book {
    markets: Vec<Market>,
}

impl Book {
    /// By dataset key, then by symbol (the later dataset wins), else invented and remembered (section 2.1).
    fn find(&mut self, name: &str) -> &Market {
        let by_key = self.markets.iter().position(|market| market.key == name);
        let by_symbol = || {
            self.markets
                .iter()
                .rposition(|market| market.baseline.symbol == name)
        };
        let index = by_key.or_else(by_symbol).unwrap_or_else(|| {
            self.markets.push(Market {
                key: name.to_owned(),
                baseline: Baseline::synthetic(name, 1.0),
                provenance: Provenance::Synthetic,
                path: None,
                digest: None,
                as_of: None,
            });
            self.markets.len() - 1
        });
        &self.markets[index]
    }
}

fn run_one(scenario: &Scenario, global: &Thresholds, book: &mut Book) -> ScenarioResult {
    let factor = scenario.severity.factor();
    let markets: Vec<MarketResult> = scenario
        .markets
        .iter()
        .map(|name| {
            let market = book.find(name);
            let (metrics, notes) = shocked(&market.baseline, factor, &scenario.shocks);
            let synthetic = market.provenance == Provenance::Synthetic;
            MarketResult {
                baseline: market.baseline.clone(),
                metrics,
                notes,
                synthetic,
            }
        })
        .collect();
    let weighed: Vec<_> = markets
        .iter()
        .map(|market| (market.metrics, market.baseline.weight))
        .collect();
    let metrics = over_markets(&weighed);
    let thresholds = global.overlaid_by(&scenario.overrides);
    ScenarioResult {
        name: scenario.name.clone(),
        severity: scenario.severity.clone(),
        description: scenario.description.clone(),
        failures: breaches(&metrics, &thresholds),
        metrics,
        markets,
        thresholds,
        overrides: scenario.overrides,
    }
}

/// The state of a market while shocks hit it.
struct State {
    depth: f64,
    spread: f64,
    volatility: f64,
    sentiment: f64,
    funding: f64,
    latency: f64,
    blackout: f64,
    dispersion: f64,
}

/// What `shocks` do to a market, in their order: the eight metrics, and remarks.
///
/// `factor` is the severity's. Products are taken left to right as section 2.3 writes them, because the last bit
/// of a double depends on it.
pub fn shocked(baseline: &Baseline, factor: f64, shocks: &[Shock]) -> (MetricValues, Vec<String>) {
    let mut state = State {
        depth: larger(baseline.avg_depth_usd, 1.0),
        spread: larger(baseline.avg_spread_bps, 0.01),
        volatility: larger(baseline.realized_volatility, 0.001),
        sentiment: baseline.sentiment_score,
        funding: baseline.funding_rate_bps,
        latency: 0.0,
        blackout: 0.0,
        dispersion: 0.0,
    };
    let mut notes = Vec::new();
    for shock in shocks {
        apply(shock, factor, baseline, &mut state, &mut notes);
    }
    (metrics_of(baseline, &state), notes)
}

fn apply(shock: &Shock, factor: f64, baseline: &Baseline, state: &mut State, notes: &mut Vec<String>) {
    let intensity = larger(0.0, shock.intensity);
    let strength = factor * intensity;
    match &shock.kind {
        ShockKind::Liquidity => {
            let loss = smaller(0.99, strength);
            state.depth *= 1.0 - loss;
            state.spread += baseline.avg_spread_bps * (0.4 + 0.6 * loss);
            notes.push(format!("liquidity_loss={}", fixed(loss, 3)));
        }
        ShockKind::Volatility => {
            state.volatility *= 1.0 + strength;
            state.spread += baseline.avg_spread_bps * 0.2 * intensity * factor;
        }
        ShockKind::Sentiment => state.sentiment -= smaller(1.5, strength),
        ShockKind::Funding => state.funding += strength * 25.0,
        ShockKind::Latency => state.latency = larger(state.latency, 25.0 + strength * 220.0),
        ShockKind::Blackout => {
            let minutes = shock.duration_minutes.unwrap_or(strength * 90.0);
            state.blackout = larger(state.blackout, larger(0.0, minutes));
        }
        ShockKind::Dispersion => state.dispersion = larger(state.dispersion, strength * 80.0),
        ShockKind::Volume => {
            state.depth *= 1.0 - smaller(0.5, 0.2 * intensity * factor);
            state.volatility *= 1.0 + 0.12 * intensity * factor;
        }
        ShockKind::Unknown(word) => notes.push(format!("unknown_shock={word}")),
    }
}

/// Section 2.4.
fn metrics_of(baseline: &Baseline, state: &State) -> MetricValues {
    let depth_before = larger(baseline.avg_depth_usd, 1.0);
    let volatility_before = baseline.realized_volatility;
    MetricValues::new([
        smaller(1.0, larger(0.0, 1.0 - state.depth / depth_before)),
        larger(0.0, state.spread - baseline.avg_spread_bps),
        larger(
            0.0,
            (state.volatility - volatility_before) / larger(volatility_before, 1e-6),
        ),
        larger(0.0, baseline.sentiment_score - state.sentiment),
        (state.funding - baseline.funding_rate_bps).abs(),
        state.latency,
        state.blackout,
        state.dispersion,
    ])
}

/// What `shocks` do to a scenario's metrics: [`shocked`] on each market, then the averages and maxima of section 2.5.
///
/// This is the function g that analytics ask about; it is the very arithmetic of [`run`].
pub fn response(baselines: &[Baseline], factor: f64, shocks: &[Shock]) -> MetricValues {
    let one = |baseline: &Baseline| (shocked(baseline, factor, shocks).0, baseline.weight);
    over_markets(&baselines.iter().map(one).collect::<Vec<_>>())
}

/// Section 2.5: weighted averages of the first five metrics, maxima of the others, in market order. Each market
/// comes with its weight.
fn over_markets(markets: &[(MetricValues, f64)]) -> MetricValues {
    let total: f64 = markets.iter().fold(0.0, |sum, (_, weight)| sum + weight);
    let weight_of = |weight: f64| if total <= 0.0 { 1.0 } else { weight };
    let weights: f64 = markets
        .iter()
        .fold(0.0, |sum, (_, weight)| sum + weight_of(*weight));
    let mut combined = MetricValues::default();
    for metric in Metric::ALL {
        combined[metric] = if metric.is_averaged() {
            let sum = markets.iter().fold(0.0, |sum, (values, weight)| {
                sum + values[metric] * weight_of(*weight)
            });
            larger(0.0, sum / weights)
        } else {
            markets
                .iter()
                .fold(0.0, |most, (values, _)| larger(most, values[metric]))
        };
    }
    combined
}

/// Section 2.6: a line for each metric that is strictly above its limit.
fn breaches(metrics: &MetricValues, thresholds: &Thresholds) -> Vec<String> {
    metrics
        .iter()
        .filter(|(metric, value)| *value > thresholds.limit(*metric))
        .map(|(metric, value)| {
            let decimals = metric.decimals();
            let limit = fixed(thresholds.limit(metric), decimals);
            format!("{}={}>{limit}", metric.key(), fixed(value, decimals))
        })
        .collect()
}
