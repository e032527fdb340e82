//! Random intensities: I = i · exp(σ Z), so the configured intensity is the median (analytics specification, F2).
//!
//! The layout is one array for each shock, so that a plain x86-64 compiler turns every loop into vector code.

use super::elementary::exp;
use super::kernel::{LANES, Lane};
use super::{normal, philox};

/// 2^-53.
const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;

/// The stream of random intensities of one scenario.
///
/// Draw `n` of shock `k` uses the Philox counter (n low, n high, k / 2, stream) under the seed: words 0 and 1 for an
/// even k, 2 and 3 for an odd one. U = (53 bits + ½) / 2^53.
#[derive(Clone, Debug)]
pub(super) struct Draws<'a> {
    /// The key of the generator.
    pub(super) seed: u64,
    /// The number of the scenario in its report, from 0.
    pub(super) stream: u32,
    /// Standard deviation of ln I.
    pub(super) sigma: f64,
    /// The configured intensities.
    pub(super) medians: &'a [f64],
}

impl Draws<'_> {
    /// The intensities of the draws `first` to `first + LANES - 1`, a lane of them for each shock.
    pub(super) fn fill(&self, first: u64, intensities: &mut [Lane]) {
        for (pair, lanes) in intensities.chunks_mut(2).enumerate() {
            let mut normals = [[0.0; LANES]; 2];
            self.offsets(first, pair as u32, &mut normals);
            for (member, lane) in lanes.iter_mut().enumerate() {
                let median = self.medians[2 * pair + member];
                normal::quantiles(&mut normals[member]);
                for (out, z) in lane.iter_mut().zip(&normals[member]) {
                    *out = median * exp(self.sigma * z);
                }
            }
        }
    }

    /// U − ½ of two shocks; exact.
    fn offsets(&self, first: u64, pair: u32, out: &mut [Lane; 2]) {
        let key = [self.seed as u32, (self.seed >> 32) as u32];
        let [even, odd] = out;
        for (lane, (even, odd)) in even.iter_mut().zip(odd.iter_mut()).enumerate() {
            let draw = first.wrapping_add(lane as u64);
            let words = philox::block([draw as u32, (draw >> 32) as u32, pair, self.stream], key);
            *even = offset(words[1], words[0]);
            *odd = offset(words[3], words[2]);
        }
    }
}

/// (m + ½) / 2^53 − ½ for the 53 bits m = high · 2^21 + low / 2^11. Every step is exact.
#[inline(always)]
fn offset(high: u32, low: u32) -> f64 {
    let high = f64::from((high ^ 0x8000_0000).cast_signed());
    let low = f64::from((low >> 11).cast_signed());
    (high * 2_097_152.0 + (low + 0.5)) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_unit_interval_are_never_reached() {
        assert_eq!(offset(0, 0), -0.5 + 2.0_f64.powi(-54));
        assert_eq!(offset(u32::MAX, u32::MAX), 0.5 - 2.0_f64.powi(-54));
        assert_eq!(offset(0x8000_0000, 0), 2.0_f64.powi(-54));
    }

    #[test]
    fn a_draw_does_not_depend_on_where_its_batch_begins() {
        let draws = Draws {
            seed: 6,
            stream: 1,
            sigma: 0.55,
            medians: &[0.5, 0.6, 0.7],
        };
        let mut early = vec![[0.0; LANES]; 3];
        let mut late = early.clone();
        draws.fill(1_000, &mut early);
        draws.fill(1_017, &mut late);
        for (early, late) in early.iter().zip(&late) {
            assert_eq!(early[17..], late[..LANES - 17]);
        }
    }

    #[test]
    fn the_logarithms_have_the_right_mean_and_deviation() {
        let draws = Draws {
            seed: 1,
            stream: 0,
            sigma: 0.55,
            medians: &[1.0],
        };
        let (mut sum, mut squares, count) = (0.0, 0.0, 2_048 * LANES as u64);
        for first in (0..count).step_by(LANES) {
            let mut lanes = [[0.0; LANES]];
            draws.fill(first, &mut lanes);
            for intensity in lanes[0] {
                let z = super::super::elementary::ln(intensity) / 0.55;
                sum += z;
                squares += z * z;
            }
        }
        let n = count as f64;
        assert!((sum / n).abs() < 4.5 / n.sqrt());
        assert!((squares / n - 1.0).abs() < 4.5 * (2.0 / n).sqrt());
    }
}
