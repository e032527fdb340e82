//! The eight metrics of the Stress Lab and the limits on them (Stress Lab specification, sections 1.5 and 2.4).

use super::Unit;
use std::ops::{Index, IndexMut};

/// One of the eight metrics, in the order in which verdicts are given (section 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Share of order-book depth that is lost: a fraction, 0.52 is 52 %.
    LiquidityLoss,
    /// Widening of the spread, in basis points.
    SpreadIncrease,
    /// Relative rise of volatility: a fraction, 0.6 is +60 %.
    VolatilityIncrease,
    /// Fall of the sentiment score, in points of the score (-1 to 1).
    SentimentDrawdown,
    /// Shift of the funding rate, in basis points.
    FundingShift,
    /// Latency, in milliseconds.
    LatencySpike,
    /// Length of an outage, in minutes.
    Blackout,
    /// Price dispersion between venues, in basis points.
    Dispersion,
}

impl Metric {
    /// All metrics in the order of verdicts.
    pub const ALL: [Metric; 8] = [
        Metric::LiquidityLoss,
        Metric::SpreadIncrease,
        Metric::VolatilityIncrease,
        Metric::SentimentDrawdown,
        Metric::FundingShift,
        Metric::LatencySpike,
        Metric::Blackout,
        Metric::Dispersion,
    ];

    /// The key in reports.
    pub fn key(self) -> &'static str {
        match self {
            Metric::LiquidityLoss => "liquidity_loss_pct",
            Metric::SpreadIncrease => "spread_increase_bps",
            Metric::VolatilityIncrease => "volatility_increase_pct",
            Metric::SentimentDrawdown => "sentiment_drawdown",
            Metric::FundingShift => "funding_shift_bps",
            Metric::LatencySpike => "latency_spike_ms",
            Metric::Blackout => "blackout_minutes",
            Metric::Dispersion => "dispersion_bps",
        }
    }

    /// The key of its limit in configuration and reports.
    pub fn threshold_key(self) -> &'static str {
        match self {
            Metric::LiquidityLoss => "max_liquidity_loss_pct",
            Metric::SpreadIncrease => "max_spread_increase_bps",
            Metric::VolatilityIncrease => "max_volatility_increase_pct",
            Metric::SentimentDrawdown => "max_sentiment_drawdown",
            Metric::FundingShift => "max_funding_change_bps",
            Metric::LatencySpike => "max_latency_spike_ms",
            Metric::Blackout => "max_blackout_minutes",
            Metric::Dispersion => "max_dispersion_bps",
        }
    }

    /// Decimals in a breach line (section 2.6).
    pub fn decimals(self) -> usize {
        match self {
            Metric::LiquidityLoss | Metric::VolatilityIncrease | Metric::SentimentDrawdown => 3,
            Metric::SpreadIncrease | Metric::FundingShift | Metric::LatencySpike | Metric::Dispersion => 2,
            Metric::Blackout => 1,
        }
    }

    /// The unit of its values.
    pub fn unit(self) -> Unit {
        Unit::of_key(self.key())
    }

    /// Over markets, the first five are weighted averages, the last three maxima (section 2.5).
    pub fn is_averaged(self) -> bool {
        !matches!(self, Metric::LatencySpike | Metric::Blackout | Metric::Dispersion)
    }
}

/// A value for each metric, in its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MetricValues([f64; 8]);

impl MetricValues {
    /// The values in the order of [`Metric::ALL`].
    pub fn new(values: [f64; 8]) -> MetricValues {
        MetricValues(values)
    }

    /// Each metric with its value, in the order of verdicts.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        Metric::ALL.into_iter().zip(self.0)
    }
}

impl Index<Metric> for MetricValues {
    type Output = f64;
    fn index(&self, metric: Metric) -> &f64 {
        &self.0[metric as usize]
    }
}

impl IndexMut<Metric> for MetricValues {
    fn index_mut(&mut self, metric: Metric) -> &mut f64 {
        &mut self.0[metric as usize]
    }
}

/// An upper limit for each metric; a value at the limit still passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds(MetricValues);

impl Thresholds {
    /// The limits that apply where the configuration names none (section 1.5).
    pub const DEFAULT: Thresholds = Thresholds(MetricValues([0.55, 45.0, 0.8, 0.5, 25.0, 150.0, 40.0, 50.0]));

    /// Limits in the order of [`Metric::ALL`].
    pub fn new(limits: MetricValues) -> Thresholds {
        Thresholds(limits)
    }

    /// The limit of one metric.
    pub fn limit(&self, metric: Metric) -> f64 {
        self.0[metric]
    }

    /// Each metric with its limit.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        self.0.iter()
    }

    /// These limits overlaid by a scenario's own. This is the documented intention; the reference
    /// overlays its code defaults instead (finding Q1).
    #[must_use]
    pub fn overlaid_by(&self, overrides: &ThresholdOverrides) -> Thresholds {
        let mut limits = self.0;
        for (metric, limit) in overrides.iter() {
            limits[metric] = limit;
        }
        Thresholds(limits)
    }
}

/// The limits that a scenario sets for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThresholdOverrides([Option<f64>; 8]);

impl ThresholdOverrides {
    /// Sets the limit of one metric.
    pub fn set(&mut self, metric: Metric, limit: f64) {
        self.0[metric as usize] = Some(limit);
    }

    /// The limits that are set, in the order of verdicts.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        Metric::ALL
            .into_iter()
            .filter_map(|metric| self.0[metric as usize].map(|limit| (metric, limit)))
    }

    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}
