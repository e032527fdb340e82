//! Quantiles of the normal distribution: algorithm AS 241, routine PPND16.
//!
//! Wichura: "The percentage points of the normal distribution", Applied Statistics 37 (1988). Relative accuracy
//! about 1e-16. The argument is q = U − ½, which is exact where U itself would round, so that Z(−q) = −Z(q) to the
//! last bit and no uniform number ever reaches 0 or 1.

use super::elementary::ln;

/// Beyond this |q| the tail's formula holds.
const SPLIT: f64 = 0.425;
const SPLIT_SQUARED: f64 = 0.180_625;

const CENTRE_TOP: [f64; 8] = [
    2.509_080_928_730_122_7e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_4e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_6,
];
const CENTRE_BOTTOM: [f64; 8] = [
    5.226_495_278_852_854_5e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_659_6e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const NEAR_TOP: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_5e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_6,
    5.769_497_221_460_691,
    4.630_337_846_156_545,
    1.423_437_110_749_683_6,
];
const NEAR_BOTTOM: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_TOP: [f64; 8] = [
    2.010_334_399_292_288e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_3e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_104,
];
const FAR_BOTTOM: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_88e-1,
    1.0,
];

/// Whether q belongs to one of the tails.
#[inline(always)]
pub(super) fn is_tail(q: f64) -> bool {
    q.abs() > SPLIT
}

/// The quantile at U = ½ + q for |q| ≤ 0.425.
#[inline(always)]
pub(super) fn centre(q: f64) -> f64 {
    let r = SPLIT_SQUARED - q * q;
    q * (horner(&CENTRE_TOP, r) / horner(&CENTRE_BOTTOM, r))
}

/// The quantile at U = ½ + q for 0.425 < |q| < ½.
#[inline(always)]
pub(super) fn tail(q: f64) -> f64 {
    let r = (-ln(0.5 - q.abs())).sqrt();
    let size = if r <= 5.0 {
        let r = r - 1.6;
        horner(&NEAR_TOP, r) / horner(&NEAR_BOTTOM, r)
    } else {
        let r = r - 5.0;
        horner(&FAR_TOP, r) / horner(&FAR_BOTTOM, r)
    };
    size.copysign(q)
}

/// A polynomial; the coefficient of the highest power comes first.
#[inline(always)]
fn horner(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients[1..]
        .iter()
        .fold(coefficients[0], |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_of_the_paper_are_met() {
        // Wichura 1988, section "Test": p = 0.25, 0.001 and 1e-20.
        assert_eq!(centre(-0.25), -0.674_489_750_196_081_7);
        assert!((tail(-0.499) + 3.090_232_306_167_813_5).abs() < 5e-14);
        // 1e-20 is out of reach of U - 1/2 in doubles; the smallest tail that a draw can hit is 2^-54.
        // Reference: CPython 3.11, statistics.NormalDist().inv_cdf(2 ** -54).
        assert!((tail(-0.5 + 2.0_f64.powi(-54)) + 8.292_361_075_813_595).abs() < 4e-15);
    }

    #[test]
    fn it_is_odd_and_continuous_where_the_formulas_meet() {
        assert_eq!(tail(0.49), -tail(-0.49));
        assert!((centre(0.425) - tail(0.425)).abs() < 1e-15);
        let meeting = 0.5 - 1.388_794_386_496_402e-11;
        assert!((tail(meeting) - tail(meeting - 2.0_f64.powi(-50))).abs() < 1e-4);
    }
}
