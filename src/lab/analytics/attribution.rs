//! Which shock causes how much of a metric (analytics specification, F5).

use super::Question;
use super::closed_form::mean_spread;
use crate::domain::{Metric, MetricValues, Shock, ShockKind};

/// Scenarios with more shocks get no Shapley values: every subset is evaluated, 2^n of them.
pub const MOST_SHOCKS: usize = 12;
/// The swing of the tornado: this share of the intensity down and up.
pub const SWING: f64 = 0.2;

/// A metric with one shock changed and the others as configured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// The metric with four fifths of the shock's intensity.
    pub lower: f64,
    /// With six fifths.
    pub upper: f64,
    /// Without the shock.
    pub removed: f64,
}

/// What one shock does to one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The metric.
    pub metric: Metric,
    /// The shock, by its place in the scenario.
    pub shock: usize,
    /// The shock's Shapley value, in the metric's unit; `None` with more than [`MOST_SHOCKS`] shocks.
    pub shapley: Option<f64>,
    /// The tornado.
    pub swing: Swing,
    /// ∂ ln g / ∂ ln i: by how many percent the metric grows when the intensity grows by one. From the formulas; at a
    /// cap 0, at a tie of maxima the first shock's. `None` where the metric is 0.
    pub elasticity: Option<f64>,
}

/// The attribution of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// The metrics with all shocks.
    pub with_all: MetricValues,
    /// The metrics without any. The Shapley values of a metric add up to the difference.
    pub with_none: MetricValues,
    /// One for each shock and each metric whose formula it enters.
    pub shares: Vec<Share>,
}

impl Attribution {
    /// What remains of a metric when its Shapley values are taken off: rounding only. `None` without Shapley values.
    pub fn remainder(&self, metric: Metric) -> Option<f64> {
        let shares = self.shares.iter().filter(|share| share.metric == metric);
        let sum = shares.map(|share| share.shapley).sum::<Option<f64>>()?;
        Some(self.with_all[metric] - self.with_none[metric] - sum)
    }
}

/// Attributes the metrics of a scenario to its shocks.
pub fn attribution(question: &Question<'_>) -> Attribution {
    let count = question.shocks.len();
    let subsets = (count <= MOST_SHOCKS).then(|| every_subset(question));
    let with_all = question.metrics(question.shocks);
    let mut shares = Vec::new();
    for (place, shock) in question.shocks.iter().enumerate() {
        let lower = changed(question, place, Some(1.0 - SWING));
        let upper = changed(question, place, Some(1.0 + SWING));
        let removed = changed(question, place, None);
        for metric in Metric::ALL.into_iter().filter(|metric| shock.kind.moves(*metric)) {
            shares.push(Share {
                metric,
                shock: place,
                shapley: subsets
                    .as_ref()
                    .map(|subsets| shapley(subsets, count, place, metric)),
                swing: Swing {
                    lower: lower[metric],
                    upper: upper[metric],
                    removed: removed[metric],
                },
                elasticity: elasticity(question, place, metric, with_all[metric]),
            });
        }
    }
    Attribution {
        with_all,
        with_none: question.metrics(&[]),
        shares,
    }
}

/// The metrics with one shock's intensity multiplied, or without the shock.
fn changed(question: &Question<'_>, place: usize, by: Option<f64>) -> MetricValues {
    let mut shocks = question.shocks.to_vec();
    match by {
        Some(by) => shocks[place].intensity *= by,
        None => {
            shocks.remove(place);
        }
    }
    question.metrics(&shocks)
}

/// The metrics of each subset of the shocks; bit k of the place stands for shock k. A shock that is off is removed,
/// because at intensity 0 some shocks still have an effect.
fn every_subset(question: &Question<'_>) -> Vec<MetricValues> {
    let members = |subset: usize| {
        let inside = question
            .shocks
            .iter()
            .enumerate()
            .filter(|(place, _)| subset >> place & 1 == 1);
        inside.map(|(_, shock)| shock.clone()).collect::<Vec<Shock>>()
    };
    (0..1_usize << question.shocks.len())
        .map(|subset| question.metrics(&members(subset)))
        .collect()
}

/// φ = Σ over subsets S without the shock of |S|! (n − |S| − 1)! / n! · (g(S with the shock) − g(S)).
///
/// (Shapley, "A value for n-person games", 1953.) Subsets of one size share their weight, 1 / (n · C(n − 1, |S|)),
/// so their differences are added first.
fn shapley(subsets: &[MetricValues], count: usize, place: usize, metric: Metric) -> f64 {
    let mut by_size = vec![0.0; count];
    for subset in (0..subsets.len()).filter(|subset| subset >> place & 1 == 0) {
        by_size[subset.count_ones() as usize] +=
            subsets[subset | 1 << place][metric] - subsets[subset][metric];
    }
    let n = count as f64;
    let mut choose = 1.0;
    let mut sum = 0.0;
    for (size, difference) in by_size.iter().enumerate() {
        sum += difference / (n * choose);
        choose *= (n - 1.0 - size as f64) / (size as f64 + 1.0);
    }
    sum
}

/// i/g · ∂g/∂i, from the formulas of section 2.3. `value` is g.
fn elasticity(question: &Question<'_>, place: usize, metric: Metric, value: f64) -> Option<f64> {
    let shock = &question.shocks[place];
    let strength = question.factor * shock.intensity;
    if value <= 0.0 {
        return None;
    }
    let is_greatest = || {
        let mut rivals = question
            .shocks
            .iter()
            .enumerate()
            .filter(|(_, other)| other.kind == shock.kind);
        rivals.all(
            |(other_place, other)| match shock.intensity.total_cmp(&other.intensity) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Equal => place <= other_place,
                std::cmp::Ordering::Greater => true,
            },
        )
    };
    let rise = match (&shock.kind, metric) {
        (ShockKind::Liquidity, _) if strength >= 0.99 => 0.0,
        (ShockKind::Liquidity, Metric::LiquidityLoss) => strength * (1.0 - value) / (1.0 - strength),
        (ShockKind::Liquidity, _) => 0.6 * strength * mean_spread(&question.baselines),
        (ShockKind::Volatility, Metric::SpreadIncrease) => 0.2 * strength * mean_spread(&question.baselines),
        (ShockKind::Volatility, _) => strength * (1.0 + value) / (1.0 + strength),
        (ShockKind::Volume, Metric::LiquidityLoss) if 0.2 * strength >= 0.5 => 0.0,
        (ShockKind::Volume, Metric::LiquidityLoss) => 0.2 * strength * (1.0 - value) / (1.0 - 0.2 * strength),
        (ShockKind::Volume, _) => 0.12 * strength * (1.0 + value) / (1.0 + 0.12 * strength),
        (ShockKind::Sentiment, _) if strength >= 1.5 => 0.0,
        (ShockKind::Sentiment, _) => strength,
        (ShockKind::Funding, _) => 25.0 * strength,
        (ShockKind::Latency, _) if is_greatest() => 220.0 * strength,
        (ShockKind::Blackout, _) if shock.duration_minutes.is_none() && 90.0 * strength >= value => value,
        (ShockKind::Dispersion, _) if is_greatest() => value,
        _ => 0.0,
    };
    Some(rise / value)
}
