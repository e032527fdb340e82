//! The response of a scenario's metrics to many intensities at once, bit-equal to [`crate::lab::response`].
//!
//! The same operations in the same order as the engine, a lane of draws at a time. Latency, blackout and dispersion
//! do not know the market, so they are computed once instead of once for each market; a metric that no shock moves is
//! computed once for all draws. The others differ from market to market in their last bit, and stay apart.

use crate::domain::{Baseline, Metric, MetricValues, Shock, ShockKind};
use crate::lab::arithmetic::{larger, smaller};
use crate::lab::simulate::response;

/// How many draws a lane holds: a lane for each of eight shocks and eight metrics fits the first-level cache.
pub const LANES: usize = 128;

/// One number for each of [`LANES`] draws.
pub type Lane = [f64; LANES];

/// A lane for each metric, in the order of [`Metric::ALL`].
pub type MetricLanes = [Lane; 8];

/// A scenario, prepared for many intensities.
#[derive(Clone, Debug)]
pub struct Kernel {
    factor: f64,
    markets: Vec<Before>,
    weights: f64,
    shocks: Vec<(ShockKind, Option<f64>)>,
    unmoved: MetricValues,
}

/// What the formulas need of a market.
#[derive(Clone, Debug)]
struct Before {
    baseline: Baseline,
    depth: f64,
    weight: f64,
}

impl Kernel {
    /// Prepares a scenario: its markets in their order, the factor of its severity, its shocks. The intensities of
    /// `shocks` do not matter.
    pub fn new(baselines: &[Baseline], factor: f64, shocks: &[Shock]) -> Kernel {
        let total: f64 = baselines.iter().fold(0.0, |sum, baseline| sum + baseline.weight);
        let before = |baseline: &Baseline| Before {
            depth: larger(baseline.avg_depth_usd, 1.0),
            weight: if total <= 0.0 { 1.0 } else { baseline.weight },
            baseline: baseline.clone(),
        };
        let markets: Vec<Before> = baselines.iter().map(before).collect();
        Kernel {
            factor,
            weights: markets.iter().fold(0.0, |sum, market| sum + market.weight),
            markets,
            shocks: shocks
                .iter()
                .map(|shock| (shock.kind.clone(), shock.duration_minutes))
                .collect(),
            unmoved: response(baselines, factor, &[]),
        }
    }

    /// Whether a shock of the scenario enters the formula of `metric`.
    pub fn moves(&self, metric: Metric) -> bool {
        self.shocks.iter().any(|(kind, _)| kind.moves(metric))
    }

    /// The metrics for a lane of intensities of each shock, in the order of the shocks.
    pub fn evaluate(&self, intensities: &[Lane], metrics: &mut MetricLanes) {
        for metric in Metric::ALL {
            let out = &mut metrics[metric as usize];
            if !self.moves(metric) {
                *out = [self.unmoved[metric]; LANES];
            } else if metric.is_averaged() {
                self.average(metric, intensities, out);
            } else {
                self.maximum(metric, intensities, out);
            }
        }
    }

    /// Section 2.5, averages: Σ(value · weight) / Σ weight from the first market to the last.
    fn average(&self, metric: Metric, intensities: &[Lane], out: &mut Lane) {
        let mut state = [0.0; LANES];
        *out = [0.0; LANES];
        for market in &self.markets {
            self.shock_market(metric, market, intensities, &mut state);
            measure(metric, market, &mut state);
            for (sum, value) in out.iter_mut().zip(&state) {
                *sum += value * market.weight;
            }
        }
        for sum in out.iter_mut() {
            *sum = larger(0.0, *sum / self.weights);
        }
    }

    /// Section 2.3: the state of a market behind an averaged metric, after all shocks.
    fn shock_market(&self, metric: Metric, market: &Before, intensities: &[Lane], state: &mut Lane) {
        let (factor, baseline) = (self.factor, &market.baseline);
        *state = [match metric {
            Metric::LiquidityLoss => market.depth,
            Metric::SpreadIncrease => larger(baseline.avg_spread_bps, 0.01),
            Metric::VolatilityIncrease => larger(baseline.realized_volatility, 0.001),
            Metric::SentimentDrawdown => baseline.sentiment_score,
            _ => baseline.funding_rate_bps,
        }; LANES];
        let spread = baseline.avg_spread_bps;
        for ((kind, _), lane) in self.shocks.iter().zip(intensities) {
            match (metric, kind) {
                (Metric::LiquidityLoss, ShockKind::Liquidity) => {
                    each(state, lane, |depth, i| depth * (1.0 - smaller(0.99, factor * i)));
                }
                (Metric::LiquidityLoss, ShockKind::Volume) => {
                    each(state, lane, |depth, i| {
                        depth * (1.0 - smaller(0.5, 0.2 * i * factor))
                    });
                }
                (Metric::SpreadIncrease, ShockKind::Liquidity) => {
                    each(state, lane, |sum, i| {
                        sum + spread * (0.4 + 0.6 * smaller(0.99, factor * i))
                    });
                }
                (Metric::SpreadIncrease, ShockKind::Volatility) => {
                    let share = spread * 0.2;
                    each(state, lane, |sum, i| sum + share * i * factor);
                }
                (Metric::VolatilityIncrease, ShockKind::Volatility) => {
                    each(state, lane, |volatility, i| volatility * (1.0 + factor * i));
                }
                (Metric::VolatilityIncrease, ShockKind::Volume) => {
                    each(state, lane, |volatility, i| {
                        volatility * (1.0 + 0.12 * i * factor)
                    });
                }
                (Metric::SentimentDrawdown, ShockKind::Sentiment) => {
                    each(state, lane, |sentiment, i| sentiment - smaller(1.5, factor * i));
                }
                (Metric::FundingShift, ShockKind::Funding) => {
                    each(state, lane, |funding, i| funding + factor * i * 25.0);
                }
                _ => {}
            }
        }
    }

    /// Latency, blackout and dispersion: the same in every market, so their maximum over markets is any one's.
    fn maximum(&self, metric: Metric, intensities: &[Lane], out: &mut Lane) {
        let factor = self.factor;
        *out = [0.0; LANES];
        for ((kind, duration), lane) in self.shocks.iter().zip(intensities) {
            match (metric, kind) {
                (Metric::LatencySpike, ShockKind::Latency) => {
                    each(out, lane, |most, i| larger(most, 25.0 + factor * i * 220.0));
                }
                (Metric::Blackout, ShockKind::Blackout) => match duration {
                    Some(minutes) => each(out, lane, |most, _| larger(most, larger(0.0, *minutes))),
                    None => each(out, lane, |most, i| larger(most, larger(0.0, factor * i * 90.0))),
                },
                (Metric::Dispersion, ShockKind::Dispersion) => {
                    each(out, lane, |most, i| larger(most, factor * i * 80.0));
                }
                _ => {}
            }
        }
    }
}

/// Applies one shock to all draws. An intensity below 0 counts as 0.
#[inline(always)]
fn each(state: &mut Lane, intensities: &Lane, apply: impl Fn(f64, f64) -> f64) {
    for (value, intensity) in state.iter_mut().zip(intensities) {
        *value = apply(*value, larger(0.0, *intensity));
    }
}

/// Section 2.4: the metric that a market's state means.
fn measure(metric: Metric, market: &Before, state: &mut Lane) {
    let baseline = &market.baseline;
    match metric {
        Metric::LiquidityLoss => {
            let depth = market.depth;
            state
                .iter_mut()
                .for_each(|value| *value = smaller(1.0, larger(0.0, 1.0 - *value / depth)));
        }
        Metric::SpreadIncrease => {
            let spread = baseline.avg_spread_bps;
            state
                .iter_mut()
                .for_each(|value| *value = larger(0.0, *value - spread));
        }
        Metric::VolatilityIncrease => {
            let before = baseline.realized_volatility;
            let floor = larger(before, 1e-6);
            state
                .iter_mut()
                .for_each(|value| *value = larger(0.0, (*value - before) / floor));
        }
        Metric::SentimentDrawdown => {
            let sentiment = baseline.sentiment_score;
            state
                .iter_mut()
                .for_each(|value| *value = larger(0.0, sentiment - *value));
        }
        _ => {
            let funding = baseline.funding_rate_bps;
            state
                .iter_mut()
                .for_each(|value| *value = (*value - funding).abs());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::analytics::fixture::{BITCOIN, ETHER, baseline, shock};

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_scenario_is_bit_equal_to_the_engine(
            kinds in proptest::collection::vec((0..8_usize, 0.0..4.0_f64, 0..3_u8), 0..7),
            factor in proptest::sample::select(vec![0.4, 0.7, 1.0, 1.25]),
            weights in (0.0..2.0_f64, 0.0..2.0_f64, 0..2_u8),
        ) {
            let shocks: Vec<Shock> = kinds.iter().map(|(kind, intensity, lasts)| Shock {
                duration_minutes: (*kind == 5 && *lasts == 0).then_some(45.0),
                ..shock(*kind, *intensity)
            }).collect();
            let scale = f64::from(weights.2);
            let baselines = [baseline(BITCOIN, weights.0 * scale), baseline(ETHER, weights.1 * scale)];
            let expected = response(&baselines, factor, &shocks);
            let lanes: Vec<Lane> = shocks.iter().map(|shock| [shock.intensity; LANES]).collect();
            let mut metrics = [[0.0; LANES]; 8];
            Kernel::new(&baselines, factor, &shocks).evaluate(&lanes, &mut metrics);
            for (metric, value) in expected.iter() {
                proptest::prop_assert_eq!(metrics[metric as usize][LANES - 1].to_bits(), value.to_bits());
            }
        }
    }
}
