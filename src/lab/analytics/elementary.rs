//! exp and ln of our own, from + − × ÷, comparisons and bit operations only.
//!
//! The platform's functions differ in their last bit from system to system, and one such bit can turn a draw into a
//! breach. These give the same bits wherever doubles are IEEE 754. Both stay within 1.5 units in the last place.

use crate::lab::arithmetic::{larger, smaller};

/// ln 2 in two parts; the first has 21 zero bits at its end, so its product with an exponent is exact (fdlibm,
/// `e_exp.c`).
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// 1.5 · 2^52: adding it rounds a small double to a whole number, whose bits then stand at the end of the sum.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

const TWO_TO_52: f64 = 4_503_599_627_370_496.0;

/// 1/13! to 1/2!: the Taylor series of exp. For |r| ≤ ln 2 / 2 the next term is below 5e-18.
const INVERSE_FACTORIALS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// e^x. Arguments are held to -708 … 709, where the result is a normal double.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = smaller(larger(x, -708.0), 709.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let exponent = shifted - ROUNDER;
    let high = x - exponent * LN_2_HIGH;
    let low = exponent * LN_2_LOW;
    let rest = high - low;
    let mut sum = INVERSE_FACTORIALS[0];
    for coefficient in &INVERSE_FACTORIALS[1..] {
        sum = sum * rest + coefficient;
    }
    let series = 1.0 + (rest + rest * rest * sum);
    series * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// e^x − 1 without loss for small x.
pub(super) fn exp_minus_one(x: f64) -> f64 {
    if x.abs() > 0.25 {
        return exp(x) - 1.0;
    }
    let mut sum = INVERSE_FACTORIALS[0];
    for coefficient in &INVERSE_FACTORIALS[1..] {
        sum = sum * x + coefficient;
    }
    x + x * x * sum
}

/// 1/23 to 1/3: ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1). For m within √½ … √2 the next term is
/// below 1e-19.
const ODD_INVERSES: [f64; 11] = [
    1.0 / 23.0,
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
];

/// The natural logarithm of a positive normal double.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    // Shifts the mantissa so that it lies within √½ … √2, and takes what is left as the exponent.
    let start = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    let shifted = x.to_bits().wrapping_sub(start);
    let biased = shifted.wrapping_add(1023 << 52) >> 52;
    // Bits below those of 2^52 are a whole number; so it becomes a double without a slow conversion.
    let exponent = f64::from_bits(biased | TWO_TO_52.to_bits()) - (TWO_TO_52 + 1023.0);
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(start));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = ODD_INVERSES[0];
    for coefficient in &ODD_INVERSES[1..] {
        sum = sum * square + coefficient;
    }
    let small = 2.0 * s * square * sum + exponent * LN_2_LOW;
    exponent * LN_2_HIGH + (2.0 * s + small)
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "the platform's functions are what ours are compared with"
)]
mod tests {
    use super::*;

    fn units_apart(ours: f64, theirs: f64) -> u64 {
        ours.to_bits().abs_diff(theirs.to_bits())
    }

    #[test]
    fn both_stay_within_two_units_in_the_last_place() {
        let mut worst = (0, 0);
        for step in -70_000..70_000_i32 {
            let x = f64::from(step) * 0.010_007;
            worst.0 = worst.0.max(units_apart(exp(x), x.exp()));
            let y = (f64::from(step) * 0.009_7).exp();
            worst.1 = worst.1.max(units_apart(ln(y), y.ln()));
        }
        assert!(worst.0 <= 2 && worst.1 <= 2, "{worst:?}");
    }

    #[test]
    fn known_values_hold() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(ln(1.0), 0.0);
        assert!(units_apart(exp(1.0), std::f64::consts::E) <= 1);
        assert_eq!(ln(2.0), std::f64::consts::LN_2);
        assert_eq!(units_apart(ln(f64::MIN_POSITIVE), f64::MIN_POSITIVE.ln()), 0);
        assert!(units_apart(exp_minus_one(1e-9), (1e-9_f64).exp_m1()) <= 1);
        assert!(units_apart(exp_minus_one(-0.2), (-0.2_f64).exp_m1()) <= 2);
    }
}
