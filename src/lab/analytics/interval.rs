//! Clopper–Pearson intervals: the probabilities that a count does not contradict.
//!
//! Clopper, Pearson: "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26
//! (1934). A limit is the probability whose binomial tail beyond the count equals α/2; in other words a quantile of
//! the beta distribution. The tail is summed from positive terms, from a binomial probability computed with Loader's
//! saddle-point expansion ("Fast and accurate computation of binomial probabilities", 2000), so nothing cancels even
//! for millions of draws.

use super::elementary::{exp, exp_minus_one, ln};

/// An estimated probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How many draws had the event.
    pub count: u64,
    /// How many draws there were.
    pub draws: u64,
    /// The lower limit, 0 … 1.
    pub low: f64,
    /// The upper limit, 0 … 1.
    pub high: f64,
}

impl Estimate {
    /// The estimate with its interval at confidence 1 − `alpha`.
    ///
    /// A count of 0 gives 0 … 1 − α^(1/n), a full count its mirror image: one-sided, because the other side is
    /// certain.
    pub fn new(count: u64, draws: u64, alpha: f64) -> Estimate {
        let n = draws as f64;
        let certain = -exp_minus_one(ln(alpha) / n);
        let (low, high) = match count {
            0 => (0.0, certain),
            _ if count == draws => (1.0 - certain, 1.0),
            _ => (
                lower_limit(count, draws, alpha / 2.0),
                1.0 - lower_limit(draws - count, draws, alpha / 2.0),
            ),
        };
        Estimate {
            count,
            draws,
            low,
            high,
        }
    }

    /// The share of draws that had the event.
    pub fn probability(&self) -> f64 {
        self.count as f64 / self.draws as f64
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// The p at which `count` or more of `draws` have probability `tail`; 0 < count < draws and p < count / draws.
///
/// Newton's method on the logarithm of the tail, which is concave in ln p, kept inside a shrinking bracket.
fn lower_limit(count: u64, draws: u64, tail: f64) -> f64 {
    let (k, n) = (count as f64, draws as f64);
    let (mut low, mut high) = (0.0, k / n);
    let target = ln(tail);
    let deviation = (k * (1.0 - k / n)).sqrt();
    let mut p = first_guess((k - 2.0 * deviation) / n, k / n);
    for _ in 0..200 {
        let (log_tail, slope) = upper_tail(k, n, p);
        if log_tail > target {
            high = p;
        } else {
            low = p;
        }
        let step = p * exp((target - log_tail) / slope);
        let next = if step > low && step < high {
            step
        } else {
            low + (high - low) / 2.0
        };
        if (next - p).abs() <= p * 1e-15 {
            return next;
        }
        p = next;
    }
    p
}

fn first_guess(guess: f64, most: f64) -> f64 {
    if guess > 0.0 { guess } else { most / 4.0 }
}

/// ln P(X ≥ k) for X binomial with p < k/n, and its derivative by ln p.
fn upper_tail(k: f64, n: f64, p: f64) -> (f64, f64) {
    let odds = p / (1.0 - p);
    let (mut sum, mut term, mut at) = (1.0, 1.0, k);
    while at < n {
        term *= (n - at) / (at + 1.0) * odds;
        sum += term;
        at += 1.0;
        if term < sum * 1e-17 {
            break;
        }
    }
    (log_probability(k, n, p) + ln(sum), k / sum)
}

/// ln P(X = k) for 0 < k < n (Loader's formula).
fn log_probability(k: f64, n: f64, p: f64) -> f64 {
    let rest = n - k;
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(rest);
    let deviances = deviance(k, n * p) + deviance(rest, n * (1.0 - p));
    errors - deviances + 0.5 * ln(n / (std::f64::consts::TAU * k * rest))
}

/// x ln(x/m) + m − x, without cancellation near x = m.
fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * ln(x / m) + m - x;
    }
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    let mut odd = 3.0;
    loop {
        power *= v * v;
        let next = sum + power / odd;
        if next == sum || odd > 201.0 {
            return next;
        }
        sum = next;
        odd += 2.0;
    }
}

/// ln n! − ln(√(2πn) (n/e)^n).
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        let factorial = (2..=n as u32).fold(1.0, |product, factor| product * f64::from(factor));
        return ln(factorial) - (0.5 * ln(std::f64::consts::TAU * n) + n * ln(n) - n);
    }
    let square = n * n;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64, tolerance: f64) {
        assert!(
            (value - expected).abs() <= tolerance * expected.abs(),
            "{value} and {expected}"
        );
    }

    #[test]
    fn published_intervals_are_met() {
        // Clopper and Pearson 1934, 95 %: 10 of 10 and their example of 3 of 10 (0.0667, 0.6525).
        let three = Estimate::new(3, 10, 0.05);
        assert!(
            (three.low - 0.066_7).abs() < 5e-5 && (three.high - 0.652_5).abs() < 5e-5,
            "{three:?}"
        );
        // Agresti and Coull 1998, Table 1: 0.1 of 100 trials.
        let ten = Estimate::new(10, 100, 0.05);
        assert!(
            (ten.low - 0.049_00).abs() < 1e-5 && (ten.high - 0.176_22).abs() < 1e-5,
            "{ten:?}"
        );
    }

    #[test]
    fn closed_forms_are_met_for_the_smallest_and_largest_counts() {
        // Zero of n: 1 - alpha^(1/n). One of n: the lower limit is 1 - (1 - alpha/2)^(1/n).
        for n in [1, 2, 7, 100, 4_096, 4_194_304] {
            let zero = Estimate::new(0, n, 0.05);
            near(zero.high, -exp_minus_one(ln(0.05) / n as f64), 1e-14);
            assert_eq!(Estimate::new(n, n, 0.05).low, 1.0 - zero.high);
            if n > 1 {
                near(
                    Estimate::new(1, n, 0.05).low,
                    -exp_minus_one(ln(0.975) / n as f64),
                    1e-12,
                );
            }
        }
    }

    #[test]
    fn the_two_limits_mirror_each_other_and_narrow_as_specified() {
        let estimate = Estimate::new(1_638, 16_384, 0.05);
        assert_eq!(
            estimate.high,
            1.0 - Estimate::new(16_384 - 1_638, 16_384, 0.05).low
        );
        // Analytics specification, F2: half-widths at p = .1 for 2^14, 2^17, 2^20.
        for (draws, expected) in [(16_384_u64, 0.0046), (131_072, 0.0016), (1_048_576, 0.000_57)] {
            assert!((Estimate::new(draws / 10, draws, 0.05).half_width() - expected).abs() < 5e-5);
        }
    }

    #[test]
    fn the_limits_agree_with_a_sum_in_plain_arithmetic() {
        // The tail of 7 of 20 at the lower limit, term by term with binomial coefficients, is alpha / 2.
        let p = Estimate::new(7, 20, 0.05).low;
        let mut tail = 0.0;
        for k in 7..=20_u32 {
            let choose = (0..k).fold(1.0, |product, j| product * f64::from(20 - j) / f64::from(j + 1));
            tail += choose * p.powi(k as i32) * (1.0 - p).powi(20 - k as i32);
        }
        near(tail, 0.025, 1e-12);
    }
}
