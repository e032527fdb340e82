//! Frequencies and quantiles with honest error bars: days are not independent, so intervals use an effective number
//! of days from a block bootstrap.

use super::chance::Stream;

/// The standard normal's 97.5 % quantile: two-sided 95 %.
const Z95: f64 = 1.959_963_984_540_054;
/// Days of a block. Volatility and sentiment keep their level for weeks.
pub const BLOCK_DAYS: usize = 30;
/// A value must lie this much above a level to exceed it; sentiment moves in steps of 0.02, and 0.5 computed as a
/// difference of two of them may be 0.5 plus rounding.
const TOLERANCE: f64 = 1e-9;

/// How draws are made.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap {
    /// The seed of all chance.
    pub seed: u64,
    /// How many times the series is drawn anew.
    pub draws: u32,
}

/// The quantile `q` of sorted values: linear between the order statistics at q·(n − 1) (Hyndman and Fan 1996,
/// type 7; the rule of the specification's section 7). 0 for no values.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = q.clamp(0.0, 1.0) * to_float(last);
    let below = floor(at).min(last);
    let part = at - to_float(below);
    let value = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
    if part > 0.0 {
        value(below) * (1.0 - part) + value(below + 1) * part
    } else {
        value(below)
    }
}

/// The whole part of a small number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into a slice"
)]
fn floor(number: f64) -> usize {
    libm::floor(number) as usize
}

/// A count as a double; exact, because no series has 2^32 days.
pub(super) fn to_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Whether a value lies above a level, rounding aside.
pub(super) fn exceeds(value: f64, level: f64) -> bool {
    value > level + TOLERANCE
}

/// How often a series exceeded a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exceedance {
    /// The level, in the series' unit.
    pub level: f64,
    /// Days above it.
    pub count: usize,
    /// All days.
    pub days: usize,
    /// count / days.
    pub frequency: f64,
    /// How many independent days carry as much information: p(1 − p) / variance of p over the bootstrap's draws.
    pub effective_days: f64,
    /// The lower end of the Wilson interval at 95 %, over the effective days.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Exceedance {
    /// Days between exceedances on average, 1 / frequency; `None` if there was none.
    pub fn return_days(&self) -> Option<f64> {
        (self.count > 0).then_some(1.0 / self.frequency)
    }
}

/// Measures how often `values`, in order of time, exceed `level`.
///
/// Where none or all do, the draws cannot tell the effective number, and that of the series' 95th percentile is
/// taken.
pub fn exceedance(values: &[f64], level: f64, bootstrap: Bootstrap) -> Exceedance {
    let days = values.len();
    let count = values.iter().filter(|value| exceeds(**value, level)).count();
    let frequency = if days > 0 {
        to_float(count) / to_float(days)
    } else {
        0.0
    };
    let judged = if count == 0 || count == days {
        quantile(&sorted(values), 0.95)
    } else {
        level
    };
    let effective_days = effective_days(values, judged, bootstrap);
    let (low, high) = wilson(frequency, effective_days);
    Exceedance {
        level,
        count,
        days,
        frequency,
        effective_days,
        low,
        high,
    }
}

/// The values from the smallest up.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The Wilson score interval at 95 % (Wilson 1927): centre (p + z²/2n) / (1 + z²/n), half width
/// z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²).
pub fn wilson(frequency: f64, count: f64) -> (f64, f64) {
    if count <= 0.0 {
        return (0.0, 1.0);
    }
    let z2 = Z95 * Z95;
    let shrink = 1.0 + z2 / count;
    let centre = (frequency + z2 / (2.0 * count)) / shrink;
    let spread = frequency * (1.0 - frequency) / count + z2 / (4.0 * count * count);
    let half = Z95 / shrink * libm::sqrt(spread);
    // At 0 and 1 the two terms are equal, and what remains is rounding.
    let low = if frequency <= 0.0 { 0.0 } else { centre - half };
    let high = if frequency >= 1.0 { 1.0 } else { centre + half };
    (low.max(0.0), high.min(1.0))
}

/// p(1 − p) / Var(p*), between 1 and the number of days; p* from circular blocks of 30 days (Politis and Romano
/// 1992).
fn effective_days(values: &[f64], level: f64, bootstrap: Bootstrap) -> f64 {
    let days = values.len();
    if days == 0 || bootstrap.draws < 2 {
        return 1.0;
    }
    // How many of the first k days of the series, laid end to end twice, are above the level.
    let mut above = vec![0_usize];
    for value in values.iter().chain(values) {
        above.push(above.last().copied().unwrap_or(0) + usize::from(exceeds(*value, level)));
    }
    let between =
        |from: usize, to: usize| above.get(to).copied().unwrap_or(0) - above.get(from).copied().unwrap_or(0);
    let p = to_float(between(0, days)) / to_float(days);
    let frequencies = (0..bootstrap.draws).map(|draw| {
        let blocks = block_starts(days, draw, Stream::new(bootstrap.seed, 0));
        to_float(blocks.map(|(start, length)| between(start, start + length)).sum()) / to_float(days)
    });
    let (sum, squares) = frequencies.fold((0.0, 0.0), |(sum, squares), drawn| {
        (sum + (drawn - p), squares + (drawn - p) * (drawn - p))
    });
    let draws = f64::from(bootstrap.draws);
    let variance = (squares - sum * sum / draws) / (draws - 1.0);
    // A series of equal values: each block is one observation.
    let effective = if variance > 0.0 {
        p * (1.0 - p) / variance
    } else {
        to_float(days.div_ceil(BLOCK_DAYS))
    };
    effective.clamp(1.0, to_float(days))
}

/// The blocks of one draw: starts and lengths, `days` days in all; a block may run over the end into the beginning.
pub(super) fn block_starts(days: usize, draw: u32, stream: Stream) -> impl Iterator<Item = (usize, usize)> {
    (0..days)
        .step_by(BLOCK_DAYS)
        .zip(0_u32..)
        .map(move |(from, block)| (stream.below(days, draw, block), BLOCK_DAYS.min(days - from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: Bootstrap = Bootstrap {
        seed: 2026,
        draws: 1_000,
    };

    #[test]
    fn quantiles_are_those_of_the_order_statistics() {
        let values: Vec<f64> = (0..101).map(f64::from).collect();
        for percent in 0..=100_u32 {
            assert!((quantile(&values, f64::from(percent) / 100.0) - f64::from(percent)).abs() < 1e-9);
        }
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
    }

    #[test]
    fn wilson_meets_the_published_example() {
        // Newcombe 1998, Statistics in Medicine 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20.
        let round = |(low, high): (f64, f64)| ((low * 1e4).round() / 1e4, (high * 1e4).round() / 1e4);
        assert_eq!(round(wilson(81.0 / 263.0, 263.0)), (0.2553, 0.3662));
        assert_eq!(round(wilson(15.0 / 148.0, 148.0)), (0.0624, 0.1605));
        assert_eq!(round(wilson(0.0, 20.0)), (0.0, 0.1611));
    }

    #[test]
    fn independent_days_count_fully_and_repeated_ones_once() {
        let stream = Stream::new(5, 9);
        let free: Vec<f64> = (0..3_000).map(|day| stream.fraction(day)).collect();
        let effective = exceedance(&free, 0.9, DRAWS).effective_days;
        assert!((2_200.0..=3_000.0).contains(&effective), "{effective}");
        // Every value stands for ten days: a tenth of the information.
        let repeated: Vec<f64> = free.iter().take(300).flat_map(|value| [*value; 10]).collect();
        let effective = exceedance(&repeated, 0.9, DRAWS).effective_days;
        assert!((200.0..500.0).contains(&effective), "{effective}");
    }

    #[test]
    fn what_never_happened_has_an_upper_bound_only() {
        let values: Vec<f64> = (0..1_000).map(|day| f64::from(day % 10)).collect();
        let never = exceedance(&values, 25.0, DRAWS);
        assert_eq!((never.count, never.low, never.return_days()), (0, 0.0, None));
        assert!(never.high > 0.003 && never.high < 0.2);
    }
}
