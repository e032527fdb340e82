//! The analytics against the reference values of their specification.

mod attribution;
mod monte_carlo;
mod reverse;

use super::Question;
use super::fixture::{markets, shock};
use crate::domain::{Baseline, Metric, MetricValues, Severity, Shock, Thresholds};

/// The global limits of the sample.
fn sample_limits() -> Thresholds {
    Thresholds::new(MetricValues::new([0.6, 45.0, 0.8, 0.5, 25.0, 150.0, 40.0, 60.0]))
}

/// A scenario with its own copy of everything.
struct Case {
    baselines: Vec<Baseline>,
    factor: f64,
    shocks: Vec<Shock>,
    thresholds: Thresholds,
}

impl Case {
    /// On both markets with the sample's limits; shocks by their place in the parity records.
    fn new(severity: &str, shocks: &[(usize, f64)]) -> Case {
        Case {
            baselines: markets(),
            factor: Severity::new(severity).factor(),
            shocks: shocks
                .iter()
                .map(|(kind, intensity)| shock(*kind, *intensity))
                .collect(),
            thresholds: sample_limits(),
        }
    }

    /// With other limits for some metrics.
    fn limits(mut self, limits: &[(Metric, f64)]) -> Case {
        let mut values = MetricValues::default();
        self.thresholds
            .iter()
            .for_each(|(metric, limit)| values[metric] = limit);
        limits.iter().for_each(|(metric, limit)| values[*metric] = *limit);
        self.thresholds = Thresholds::new(values);
        self
    }

    /// With a fixed duration for the shock at `place`.
    fn lasting(mut self, place: usize, minutes: f64) -> Case {
        self.shocks[place].duration_minutes = Some(minutes);
        self
    }

    fn question(&self) -> Question<'_> {
        Question {
            baselines: self.baselines.clone(),
            factor: self.factor,
            shocks: &self.shocks,
            thresholds: &self.thresholds,
        }
    }
}

/// `cross_market_liquidity_crunch` of the sample.
fn liquidity_crunch() -> Case {
    Case::new("high", &[(0, 0.52), (1, 0.6), (2, 0.4)])
}

/// `liquidity_drain_altcoins`.
fn liquidity_drain() -> Case {
    Case::new("medium", &[(0, 0.65), (7, 0.5), (2, 0.7)])
}
