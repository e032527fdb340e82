//! Breach probabilities by drawing intensities (analytics specification, F2).

use super::Question;
use super::draws::Draws;
use super::interval::Estimate;
use super::kernel::{Kernel, LANES, Lane, MetricLanes};
use super::tally::Tally;
use crate::domain::{AnalyticsSettings, Digest, Metric, Thresholds};
use rayon::prelude::*;

/// Draws whose results are added up one after the other; whole chunks are then combined in their order.
pub const CHUNK: u64 = 4_096;
/// How many chunks are in memory at once.
const WAVE: u64 = 512;
/// The first stage has 2^14 draws, each further one twice as many, the last 2^22.
const FIRST_STAGE: u64 = 1 << 14;
const STAGES: u32 = 9;
/// The chance that some interval of some look misses its probability.
const ALPHA: f64 = 0.05;
/// Half-widths that are narrow enough: this, or this share of the probability.
const ABSOLUTE_WIDTH: f64 = 0.002;
const RELATIVE_WIDTH: f64 = 0.1;

/// One look at the results.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The draws so far.
    pub draws: u64,
    /// The share of α that this look may spend.
    pub alpha: f64,
    /// That any limit is broken.
    pub any: Estimate,
    /// The widest half-width of all probabilities.
    pub widest: f64,
}

/// How often a utilisation (metric over limit) is above a level.
#[derive(Clone, Debug, PartialEq)]
pub struct Exceedance {
    /// The metric.
    pub metric: Metric,
    /// Levels of utilisation, rising, each with the probability to be above it.
    pub levels: Vec<(f64, Estimate)>,
}

/// What the draws of one scenario say.
#[derive(Clone, Debug, PartialEq)]
pub struct BreachProbability {
    /// All looks; the estimates are those of the last.
    pub looks: Vec<Look>,
    /// Whether every interval is as narrow as the rule asks.
    pub narrow_enough: bool,
    /// That a metric is above its limit, for each metric that a shock moves or that breaks its limit without one.
    pub thresholds: Vec<(Metric, Estimate)>,
    /// That any metric is above its limit.
    pub any: Estimate,
    /// That two metrics are above their limits in the same draw.
    pub pairs: Vec<(Metric, Metric, Estimate)>,
    /// The mean of each metric over all draws, in its unit.
    pub means: Vec<(Metric, f64)>,
    /// The right tails of the utilisations.
    pub exceedances: Vec<Exceedance>,
    /// SHA-256 over all counts and sums of the last look; equal for any number of threads.
    pub hash: Digest,
}

/// Draws until every interval is narrow enough, or as often as the settings say.
///
/// `stream` is the number of the scenario. `observe` is told the draws so far after each look.
pub fn breach_probability(
    question: &Question<'_>,
    settings: &AnalyticsSettings,
    stream: u32,
    observe: &mut dyn FnMut(u64),
) -> BreachProbability {
    let medians: Vec<f64> = question.shocks.iter().map(|shock| shock.intensity).collect();
    let sampler = Sampler {
        kernel: Kernel::new(&question.baselines, question.factor, question.shocks),
        draws: Draws {
            seed: settings.seed,
            stream,
            sigma: settings.sigma,
            medians: &medians,
        },
        thresholds: question.thresholds,
    };
    let mut tally = Tally::default();
    let mut looks = Vec::new();
    loop {
        let (target, alpha) = next_look(settings.draws, looks.len() as u32);
        sampler.extend(&mut tally, target);
        let view = View {
            tally: &tally,
            alpha,
            metrics: sampler.metrics(&tally),
        };
        looks.push(view.look());
        observe(target);
        let narrow_enough = view.estimates().all(|estimate| is_narrow(&estimate));
        if settings.draws.is_some() || narrow_enough || looks.len() as u32 == STAGES {
            return view.result(looks, narrow_enough);
        }
    }
}

/// How many draws the next look wants, and its share of α.
///
/// A fixed number is one look at α = 0.05. In stages, look s spends 0.05 · 6 / (π² (s + 1)²); all of them together
/// 0.05, so an interval that is read at the moment of stopping still holds what it promises.
pub(super) fn next_look(fixed: Option<u64>, stage: u32) -> (u64, f64) {
    let place = f64::from(stage + 1);
    let share = 6.0 / (std::f64::consts::PI * std::f64::consts::PI * place * place);
    fixed.map_or((FIRST_STAGE << stage, ALPHA * share), |draws| (draws, ALPHA))
}

fn is_narrow(estimate: &Estimate) -> bool {
    estimate.half_width() <= ABSOLUTE_WIDTH.max(RELATIVE_WIDTH * estimate.probability())
}

/// A scenario with its random stream.
struct Sampler<'a> {
    kernel: Kernel,
    draws: Draws<'a>,
    thresholds: &'a Thresholds,
}

impl Sampler<'_> {
    /// Adds draws to `tally` until there are `target`.
    fn extend(&self, tally: &mut Tally, target: u64) {
        while tally.draws < target {
            let first = tally.draws;
            let last = target.min(first + WAVE * CHUNK);
            let starts: Vec<u64> = (first..last).step_by(CHUNK as usize).collect();
            let chunk = |start: &u64| self.chunk(*start, last.min(start + CHUNK));
            let chunks: Vec<Tally> = starts.par_iter().map(chunk).collect();
            // In the order of the chunks: the sums of doubles depend on it.
            chunks.iter().for_each(|chunk| tally.add(chunk));
        }
    }

    fn chunk(&self, first: u64, end: u64) -> Tally {
        let mut intensities: Vec<Lane> = vec![[0.0; LANES]; self.draws.medians.len()];
        let mut metrics: MetricLanes = [[0.0; LANES]; 8];
        let moved = Metric::ALL.map(|metric| self.kernel.moves(metric));
        let mut tally = Tally::default();
        for start in (first..end).step_by(LANES) {
            self.draws.fill(start, &mut intensities);
            self.kernel.evaluate(&intensities, &mut metrics);
            let used = LANES.min((end - start) as usize);
            tally.count(&metrics, used, self.thresholds, &moved);
        }
        tally
    }

    /// The metrics worth a row: a shock moves them, or they break their limit without one.
    fn metrics(&self, tally: &Tally) -> Vec<Metric> {
        let worth = |metric: &Metric| self.kernel.moves(*metric) || tally.breaches(&[*metric]) > 0;
        Metric::ALL.into_iter().filter(worth).collect()
    }
}

/// The counts, seen at one level of confidence.
struct View<'a> {
    tally: &'a Tally,
    alpha: f64,
    metrics: Vec<Metric>,
}

impl View<'_> {
    fn estimate(&self, count: u64) -> Estimate {
        Estimate::new(count, self.tally.draws, self.alpha)
    }

    fn any(&self) -> Estimate {
        self.estimate(self.tally.any())
    }

    fn thresholds(&self) -> impl Iterator<Item = (Metric, Estimate)> + '_ {
        self.metrics
            .iter()
            .map(|metric| (*metric, self.estimate(self.tally.breaches(&[*metric]))))
    }

    fn pairs(&self) -> impl Iterator<Item = (Metric, Metric, Estimate)> + '_ {
        self.metrics.iter().enumerate().flat_map(move |(index, first)| {
            self.metrics[index + 1..].iter().map(move |second| {
                (
                    *first,
                    *second,
                    self.estimate(self.tally.breaches(&[*first, *second])),
                )
            })
        })
    }

    fn estimates(&self) -> impl Iterator<Item = Estimate> + '_ {
        let single = self.thresholds().map(|(_, estimate)| estimate);
        let joint = self.pairs().map(|(_, _, estimate)| estimate);
        std::iter::once(self.any()).chain(single).chain(joint)
    }

    fn look(&self) -> Look {
        let widest = self
            .estimates()
            .map(|estimate| estimate.half_width())
            .fold(0.0, f64::max);
        Look {
            draws: self.tally.draws,
            alpha: self.alpha,
            any: self.any(),
            widest,
        }
    }

    fn result(&self, looks: Vec<Look>, narrow_enough: bool) -> BreachProbability {
        let exceedance = |metric: &Metric| Exceedance {
            metric: *metric,
            levels: self
                .tally
                .levels(*metric)
                .map(|(level, count)| (level, self.estimate(count)))
                .collect(),
        };
        let moved = || {
            self.metrics
                .iter()
                .filter(|metric| self.tally.has_levels(**metric))
        };
        BreachProbability {
            looks,
            narrow_enough,
            thresholds: self.thresholds().collect(),
            any: self.any(),
            pairs: self.pairs().collect(),
            means: moved()
                .map(|metric| (*metric, self.tally.mean(*metric)))
                .collect(),
            exceedances: moved().map(exceedance).collect(),
            hash: self.tally.hash(),
        }
    }
}
