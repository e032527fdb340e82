//! Scales: from a value to a place across, and the values that an axis names.

/// An axis names at most this many values, so that they can be read on a phone.
const MOST_TICKS: usize = 6;
/// The steps between ticks that people count in, times a power of ten.
const STEPS: [f64; 5] = [1.0, 2.0, 2.5, 5.0, 10.0];
/// The values of one decade that a logarithmic axis marks.
const DECADE: [f64; 3] = [1.0, 2.0, 5.0];
/// A logarithmic axis begins here at the lowest and ends here at the highest.
const LOWEST: f64 = 1e-6;
const HIGHEST: f64 = 1e9;

/// A value that an axis marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// The value.
    pub value: f64,
    /// Its name is written, not only its line drawn.
    pub named: bool,
}

/// From values to percents of the width.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<Tick>,
}

impl Scale {
    /// Equal distances for equal differences. It holds zero and both values, and ends at round ones.
    pub fn linear(low: f64, high: f64) -> Scale {
        let (low, high) = (finite(low).min(0.0), finite(high).max(0.0));
        let span = if high > low { high - low } else { 1.0 };
        let high = if high > low { high } else { low + 1.0 };
        let (mantissa, power) = step(span);
        let at = |count: f64| product(count * mantissa, power);
        let unit = at(1.0);
        let (first, last) = ((low / unit).floor(), (high / unit - 1e-9).ceil());
        let mut ticks = Vec::new();
        let mut count = first;
        while count <= last {
            let value = at(count);
            ticks.push(Tick { value, named: true });
            count += 1.0;
        }
        Scale {
            low: at(first),
            high: at(last),
            logarithmic: false,
            ticks,
        }
    }

    /// Equal distances for equal ratios. It holds both values, which are positive, and ends at 1, 2 or 5 times a power
    /// of ten. Where that gives many ticks, only the powers are named.
    pub fn logarithmic(low: f64, high: f64) -> Scale {
        let low = finite(low).clamp(LOWEST, HIGHEST);
        let high = finite(high).clamp(low, HIGHEST);
        let all: Vec<f64> = (-7..=9)
            .flat_map(|power| DECADE.map(|digit| product(digit, power)))
            .collect();
        let first = all.iter().rposition(|value| *value <= low).unwrap_or(0);
        let last = all.iter().position(|value| *value >= high);
        let last = last.unwrap_or(all.len() - 1).max(first + 1);
        let within = all.get(first..=last).unwrap_or_default();
        let crowded = within.len() > MOST_TICKS;
        let is_power = |value: f64| (-7..=9).any(|power| product(1.0, power) == value);
        let tick = |value: &f64| Tick {
            value: *value,
            named: !crowded || is_power(*value),
        };
        Scale {
            low: within.first().copied().unwrap_or(low),
            high: within.last().copied().unwrap_or(high),
            logarithmic: true,
            ticks: within.iter().map(tick).collect(),
        }
    }

    /// Where a value stands, in percent of the width from the left; values beyond the ends stand at the ends.
    pub fn at(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            let value = finite(value).max(self.low);
            (log2(value) - log2(self.low)) / (log2(self.high) - log2(self.low))
        } else {
            (finite(value) - self.low) / (self.high - self.low)
        };
        thousandth(share.clamp(0.0, 1.0) * 100.0)
    }

    /// The values that the axis marks, in order.
    pub fn ticks(&self) -> &[Tick] {
        &self.ticks
    }
}

/// A thousandth of a percent is finer than any screen.
pub(super) fn thousandth(percent: f64) -> f64 {
    (percent * 1_000.0).round() / 1_000.0
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// The smallest round step that a span needs.
fn step(span: f64) -> (f64, i32) {
    for power in -12..=15 {
        for mantissa in STEPS {
            #[expect(clippy::cast_precision_loss, reason = "a small count")]
            if span / product(mantissa, power) <= (MOST_TICKS - 1) as f64 + 1e-9 {
                return (mantissa, power);
            }
        }
    }
    (span, 0)
}

/// A number times a power of ten. Division keeps 0.3 what people write as 0.3.
fn product(number: f64, power: i32) -> f64 {
    let ten = 10_f64.powi(power.abs());
    if power < 0 { number / ten } else { number * ten }
}

/// The binary logarithm of a positive number to 40 bits, by squaring: equal on all machines, which `log2` of the
/// platform is not, and finer than any screen.
fn log2(value: f64) -> f64 {
    let (mut rest, mut whole) = (value, 0.0);
    while rest >= 2.0 {
        rest /= 2.0;
        whole += 1.0;
    }
    while rest < 1.0 {
        rest *= 2.0;
        whole -= 1.0;
    }
    let mut bit = 0.5;
    for _ in 0..40 {
        rest *= rest;
        if rest >= 2.0 {
            rest /= 2.0;
            whole += bit;
        }
        bit /= 2.0;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(scale: &Scale) -> Vec<f64> {
        scale.ticks().iter().map(|tick| tick.value).collect()
    }

    #[test]
    fn a_linear_axis_counts_in_round_steps_and_ends_at_them() {
        assert_eq!(
            values(&Scale::linear(0.0, 1.25)),
            [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]
        );
        assert_eq!(values(&Scale::linear(0.0, 0.64)), [0.0, 0.2, 0.4, 0.6, 0.8]);
        assert_eq!(values(&Scale::linear(0.0, 0.3)), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(values(&Scale::linear(-0.4, 1.0)), [-0.5, 0.0, 0.5, 1.0]);
        assert_eq!(
            values(&Scale::linear(0.0, 731.0)),
            [0.0, 200.0, 400.0, 600.0, 800.0]
        );
    }

    #[test]
    fn a_value_stands_at_its_share_of_the_width() {
        let scale = Scale::linear(0.0, 1.25);
        assert_eq!((scale.at(0.0), scale.at(1.0), scale.at(1.25)), (0.0, 80.0, 100.0));
        assert_eq!((scale.at(-3.0), scale.at(9.0)), (0.0, 100.0));
        let signed = Scale::linear(-0.5, 1.0);
        assert_eq!((signed.at(0.0), signed.at(0.25)), (33.333, 50.0));
    }

    #[test]
    fn equal_ratios_are_equal_distances_on_a_logarithmic_axis() {
        // From 1 to 100: 10 stands in the middle, and the square root of 10 (3.16227766) at a quarter.
        let scale = Scale::logarithmic(1.0, 100.0);
        assert_eq!(
            (scale.at(1.0), scale.at(10.0), scale.at(100.0)),
            (0.0, 50.0, 100.0)
        );
        assert_eq!(scale.at(3.162_277_66), 25.0);
        // log10(2) = 0.30103.
        assert_eq!(scale.at(2.0), 15.051);
        assert_eq!((scale.at(0.0), scale.at(1e6)), (0.0, 100.0));
    }

    #[test]
    fn a_logarithmic_axis_marks_one_two_five_and_names_powers_where_it_is_crowded() {
        assert_eq!(values(&Scale::logarithmic(0.9, 1.9)), [0.5, 1.0, 2.0]);
        assert!(Scale::logarithmic(0.9, 1.9).ticks().iter().all(|tick| tick.named));
        let wide = Scale::logarithmic(0.5, 44.0);
        assert_eq!(values(&wide), [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
        let named: Vec<f64> = wide
            .ticks()
            .iter()
            .filter(|tick| tick.named)
            .map(|tick| tick.value)
            .collect();
        assert_eq!(named, [1.0, 10.0]);
    }

    #[test]
    fn values_that_are_no_numbers_or_all_alike_have_an_axis_too() {
        assert_eq!(values(&Scale::linear(0.0, 0.0)).first(), Some(&0.0));
        assert_eq!(Scale::linear(f64::NAN, f64::INFINITY).at(f64::NAN), 0.0);
        assert_eq!(values(&Scale::logarithmic(1.0, 1.0)), [1.0, 2.0]);
        assert_eq!(values(&Scale::logarithmic(0.0, f64::INFINITY)).len(), 2);
    }
}
