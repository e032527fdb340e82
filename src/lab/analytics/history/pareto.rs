//! The tail beyond the 95th percentile: peaks over a threshold follow a generalised Pareto distribution
//! P(Y > y) = (1 + ξy/σ)^(−1/ξ) (Pickands 1975; Balkema and de Haan 1974).

use super::chance::Stream;
use super::statistics::{Bootstrap, block_starts, exceeds, quantile, sorted, to_float};

/// Days of a year, as return periods count them.
pub const DAYS_A_YEAR: f64 = 365.25;
/// The share of days below the threshold.
pub const THRESHOLD_QUANTILE: f64 = 0.95;
/// Return periods, in years.
pub const PERIODS: [u32; 3] = [1, 5, 10];
/// Fewer excesses than this are not fitted.
const LEAST_EXCESSES: usize = 20;
/// Below this size, the shape counts as 0 and the distribution as exponential.
const FLAT: f64 = 1e-9;
/// Steps of the coarse search, and of the fine one.
const COARSE_STEPS: u32 = 60;
const FINE_STEPS: u32 = 60;
/// 1 / golden ratio.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// A fitted tail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    /// The threshold u, in the unit of the series.
    pub threshold: f64,
    /// The shape ξ; above 0, extremes have no bound.
    pub shape: f64,
    /// The scale σ, in the unit of the series.
    pub scale: f64,
    /// How many days lie above the threshold.
    pub excesses: usize,
    /// Their share ζ of all days.
    pub rate: f64,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The 2.5 % quantile of the bootstrap's draws.
    pub low: f64,
    /// The 97.5 % quantile.
    pub high: f64,
}

/// A tail with its uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// The fit to the whole series.
    pub fit: Pareto,
    /// ξ.
    pub shape: Estimate,
    /// σ.
    pub scale: Estimate,
    /// The levels that are exceeded once in so many years.
    pub levels: Vec<(u32, Estimate)>,
}

impl Pareto {
    /// Fits the days above `threshold` by maximum likelihood. `None` for fewer than 20 of them.
    pub fn fit(values: &[f64], threshold: f64) -> Option<Pareto> {
        let above = values.iter().filter(|value| exceeds(**value, threshold));
        let excesses: Vec<f64> = above.map(|value| value - threshold).collect();
        if excesses.len() < LEAST_EXCESSES {
            return None;
        }
        let (shape, scale) = most_likely(&excesses);
        let rate = to_float(excesses.len()) / to_float(values.len());
        Some(Pareto {
            threshold,
            shape,
            scale,
            excesses: excesses.len(),
            rate,
        })
    }

    /// The level that is exceeded once in `years`: x = u + σ/ξ·((years·365.25·ζ)^ξ − 1).
    pub fn return_level(&self, years: f64) -> f64 {
        let expected = years * DAYS_A_YEAR * self.rate;
        if self.shape.abs() < FLAT {
            return self.threshold + self.scale * libm::log(expected);
        }
        self.threshold + self.scale / self.shape * (libm::pow(expected, self.shape) - 1.0)
    }

    /// The share of days above `level`, a level at or above the threshold: ζ·(1 + ξ(x − u)/σ)^(−1/ξ).
    pub fn frequency_above(&self, level: f64) -> f64 {
        let reach = (level - self.threshold) / self.scale;
        if self.shape.abs() < FLAT {
            return self.rate * libm::exp(-reach);
        }
        let base = 1.0 + self.shape * reach;
        if base > 0.0 {
            self.rate * libm::pow(base, -1.0 / self.shape)
        } else {
            0.0
        }
    }
}

impl Tail {
    /// Fits the tail of `values`, in order of time, beyond their 95th percentile. The intervals come from drawing
    /// the series anew in circular blocks of 30 days, with the threshold fixed.
    pub fn fit(values: &[f64], bootstrap: Bootstrap) -> Option<Tail> {
        let threshold = quantile(&sorted(values), THRESHOLD_QUANTILE);
        let fit = Pareto::fit(values, threshold)?;
        let stream = Stream::new(bootstrap.seed, 1);
        let drawn: Vec<Pareto> = (0..bootstrap.draws)
            .filter_map(|draw| {
                let blocks = block_starts(values.len(), draw, stream);
                let again: Vec<f64> = blocks
                    .flat_map(|(start, length)| values.iter().cycle().skip(start).take(length).copied())
                    .collect();
                Pareto::fit(&again, threshold)
            })
            .collect();
        let estimate = |of: &dyn Fn(&Pareto) -> f64| {
            let spread = sorted(&drawn.iter().map(of).collect::<Vec<f64>>());
            Estimate {
                value: of(&fit),
                low: quantile(&spread, 0.025),
                high: quantile(&spread, 0.975),
            }
        };
        let levels = PERIODS.map(|years| {
            (
                years,
                estimate(&|fit: &Pareto| fit.return_level(f64::from(years))),
            )
        });
        Some(Tail {
            fit,
            shape: estimate(&|fit| fit.shape),
            scale: estimate(&|fit| fit.scale),
            levels: levels.to_vec(),
        })
    }
}

/// Shape and scale of the greatest likelihood.
///
/// For θ = ξ/σ the best shape is ξ(θ) = mean ln(1 + θy), and what is left is one-dimensional: the greatest
/// −ln(ξ/θ) − ξ − 1 (Grimshaw 1993). θ is measured in units of 1/mean; it is searched where ξ > −0.5, because
/// beyond −1 the likelihood has no maximum, and on to where ξ is far above anything in markets.
fn most_likely(excesses: &[f64]) -> (f64, f64) {
    let count = to_float(excesses.len());
    let mean = excesses.iter().sum::<f64>() / count;
    let greatest = excesses.iter().fold(
        0.0_f64,
        |most, excess| if *excess > most { *excess } else { most },
    );
    let shape = |theta: f64| {
        let logs = excesses.iter().map(|excess| libm::log1p(theta * excess / mean));
        logs.sum::<f64>() / count
    };
    let likelihood = |theta: f64| {
        if theta.abs() < FLAT {
            return -1.0;
        }
        let shape = shape(theta);
        if shape < -0.5 {
            f64::NEG_INFINITY
        } else {
            -libm::log(shape / theta) - shape - 1.0
        }
    };
    let (low, high) = (-0.999 * mean / greatest, 20.0);
    // The parameter is spread by its cube, so that steps are small around 0.
    let position = |step: u32| {
        let part = f64::from(step) / f64::from(COARSE_STEPS);
        if step == 0 {
            low
        } else {
            low + (high - low) * part * part * part
        }
    };
    let best = (0..=COARSE_STEPS).fold(0, |best, step| {
        if likelihood(position(step)) > likelihood(position(best)) {
            step
        } else {
            best
        }
    });
    let theta = golden(
        position(best.saturating_sub(1)),
        position((best + 1).min(COARSE_STEPS)),
        &likelihood,
    );
    if theta.abs() < FLAT {
        return (0.0, mean);
    }
    let shape = shape(theta);
    (shape, shape / theta * mean)
}

/// The place of the greatest value between two ends, for a function with one summit there (Kiefer 1953).
fn golden(low: f64, high: f64, function: &dyn Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..FINE_STEPS {
        let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if function(left) > function(right) {
            high = right;
        } else {
            low = left;
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent draws from a generalised Pareto distribution, by inversion.
    fn draws(shape: f64, scale: f64, count: u32, stream: u32) -> Vec<f64> {
        let stream = Stream::new(11, stream);
        let inverse = |part: f64| match shape.abs() < FLAT {
            true => -scale * libm::log(part),
            false => scale / shape * (libm::pow(part, -shape) - 1.0),
        };
        (0..count).map(|draw| inverse(stream.fraction(draw))).collect()
    }

    #[test]
    fn the_fit_finds_the_parameters_of_simulated_tails() {
        for (number, shape) in [(1, -0.2), (2, 0.0), (3, 0.31), (4, 0.6)] {
            let fit = Pareto::fit(&draws(shape, 0.63, 20_000, number), 0.0).unwrap();
            // The asymptotic standard deviations of ξ and ln σ: (1 + ξ)/√n and √(2(1 + ξ)/n) (Smith 1987).
            let deviation = (1.0 + shape) / f64::sqrt(20_000.0);
            assert!((fit.shape - shape).abs() < 4.0 * deviation, "{shape}: {fit:?}");
            let relative = f64::sqrt(2.0 * (1.0 + shape) / 20_000.0);
            assert!(
                (fit.scale / 0.63 - 1.0).abs() < 4.0 * relative,
                "{shape}: {fit:?}"
            );
        }
    }

    #[test]
    fn no_neighbour_is_likelier_than_the_fit() {
        let excesses = draws(0.31, 0.63, 152, 5);
        let (shape, scale) = most_likely(&excesses);
        let likelihood = |shape: f64, scale: f64| {
            let logs = excesses
                .iter()
                .map(|excess| libm::log1p(shape * excess / scale))
                .sum::<f64>();
            -152.0 * libm::log(scale) - (1.0 + 1.0 / shape) * logs
        };
        let best = likelihood(shape, scale);
        for (up, along) in [
            (1.01, 1.0),
            (0.99, 1.0),
            (1.0, 1.01),
            (1.0, 0.99),
            (1.01, 0.99),
            (0.99, 1.01),
        ] {
            assert!(likelihood(shape * up, scale * along) < best, "{up} {along}");
        }
    }

    #[test]
    fn levels_and_frequencies_are_each_others_inverse() {
        let fit = Pareto {
            threshold: 1.88,
            shape: 0.31,
            scale: 0.63,
            excesses: 152,
            rate: 152.0 / 3_028.0,
        };
        for years in [1.0, 5.0, 10.0] {
            let daily = fit.frequency_above(fit.return_level(years));
            assert!((1.0 / (daily * DAYS_A_YEAR) - years).abs() < 1e-9);
        }
        // analytics_spec.md, F6: 4.85 and 8.13 for parameters rounded to two digits.
        assert!((fit.return_level(1.0) - 4.85).abs() < 0.02 && (fit.return_level(5.0) - 8.13).abs() < 0.06);
    }

    #[test]
    fn intervals_hold_the_truth_of_a_simulated_series() {
        let values = draws(0.3, 1.0, 3_000, 6);
        let tail = Tail::fit(&values, Bootstrap { seed: 1, draws: 200 }).unwrap();
        assert!(tail.shape.low < 0.3 && 0.3 < tail.shape.high, "{tail:?}");
        // Beyond any threshold the shape stays and the scale grows: σ + ξ·u.
        let scale = 1.0 + 0.3 * tail.fit.threshold;
        assert!(tail.scale.low < scale && scale < tail.scale.high, "{tail:?}");
    }
}
