//! What is counted over draws, and how counts of chunks are combined.

use super::kernel::{LANES, MetricLanes};
use crate::domain::{Digest, Metric, Thresholds};

/// The levels of utilisation at which the right tail is counted; 1 is the limit itself.
const LEVELS: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0];

/// Counts and sums over draws.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tally {
    /// The number of draws.
    pub(super) draws: u64,
    /// How many draws had exactly this set of breaches: bit m stands for metric m.
    patterns: Vec<u64>,
    /// For each metric, how many draws were above each level.
    above: [[u64; LEVELS.len()]; 8],
    /// For each metric, the sum of its values: within a chunk draw by draw, then chunk by chunk.
    sums: [f64; 8],
    /// Which metrics have levels and sums: those that a shock moves.
    moved: [bool; 8],
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            draws: 0,
            patterns: vec![0; 256],
            above: [[0; LEVELS.len()]; 8],
            sums: [0.0; 8],
            moved: [false; 8],
        }
    }
}

impl Tally {
    /// Counts the first `used` draws of a lane of metrics.
    pub(super) fn count(
        &mut self,
        metrics: &MetricLanes,
        used: usize,
        thresholds: &Thresholds,
        moved: &[bool; 8],
    ) {
        let mut patterns = [0_u64; LANES];
        for metric in Metric::ALL {
            let index = metric as usize;
            let (limit, lane) = (thresholds.limit(metric), &metrics[index]);
            for (pattern, value) in patterns.iter_mut().zip(lane) {
                *pattern |= u64::from(*value > limit) << index;
            }
            if !moved[index] {
                continue;
            }
            self.sums[index] = lane[..used]
                .iter()
                .fold(self.sums[index], |sum, value| sum + value);
            for (count, level) in self.above[index].iter_mut().zip(LEVELS) {
                let level = level * limit;
                *count += lane[..used]
                    .iter()
                    .map(|value| u64::from(*value > level))
                    .sum::<u64>();
            }
        }
        for pattern in &patterns[..used] {
            self.patterns[*pattern as usize] += 1;
        }
        self.draws += used as u64;
        self.moved = *moved;
    }

    /// Adds a later chunk.
    pub(super) fn add(&mut self, later: &Tally) {
        self.draws += later.draws;
        self.moved = later.moved;
        self.patterns
            .iter_mut()
            .zip(&later.patterns)
            .for_each(|(sum, more)| *sum += more);
        let above = self.above.as_flattened_mut().iter_mut();
        above
            .zip(later.above.as_flattened())
            .for_each(|(sum, more)| *sum += more);
        self.sums
            .iter_mut()
            .zip(&later.sums)
            .for_each(|(sum, more)| *sum += more);
    }

    /// In how many draws all of `metrics` were above their limits.
    pub(super) fn breaches(&self, metrics: &[Metric]) -> u64 {
        let wanted = metrics
            .iter()
            .fold(0, |mask, metric| mask | 1 << *metric as usize);
        let holds = |pattern: &usize| pattern & wanted == wanted;
        (0..self.patterns.len())
            .filter(holds)
            .map(|pattern| self.patterns[pattern])
            .sum()
    }

    /// In how many draws any metric was above its limit.
    pub(super) fn any(&self) -> u64 {
        self.patterns[1..].iter().sum()
    }

    /// Whether levels and the sum of a metric were counted.
    pub(super) fn has_levels(&self, metric: Metric) -> bool {
        self.moved[metric as usize]
    }

    /// The levels of utilisation with their counts.
    pub(super) fn levels(&self, metric: Metric) -> impl Iterator<Item = (f64, u64)> + '_ {
        LEVELS.into_iter().zip(self.above[metric as usize])
    }

    /// The mean of a metric.
    pub(super) fn mean(&self, metric: Metric) -> f64 {
        self.sums[metric as usize] / self.draws as f64
    }

    /// SHA-256 of all numbers, each as eight little-endian bytes: draws, patterns, counts above levels, sums.
    pub(super) fn hash(&self) -> Digest {
        let counts = std::iter::once(&self.draws)
            .chain(&self.patterns)
            .chain(self.above.as_flattened());
        let words = counts.copied().chain(self.sums.iter().map(|sum| sum.to_bits()));
        Digest::of(&words.flat_map(u64::to_le_bytes).collect::<Vec<u8>>())
    }
}
