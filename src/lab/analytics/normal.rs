//! Quantiles of the normal distribution: algorithm AS 241, routine PPND16.
//!
//! Wichura: "The percentage points of the normal distribution", Applied Statistics 37 (1988). Relative accuracy
//! about 1e-16. The argument is q = U − ½, which is exact where U itself would round, so that Z(−q) = −Z(q) to the
//! last bit and no uniform number ever reaches 0 or 1.

use super::elementary::ln;
use super::kernel::{LANES, Lane};

/// Beyond this |q| the tail's formula holds.
const SPLIT: f64 = 0.425;
const SPLIT_SQUARED: f64 = 0.180_625;
/// Beyond this √(−ln p) the far tail's formula holds.
const FAR: f64 = 5.0;

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
    5_226.495_278_852_854,
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

/// Turns q = U − ½ into Z on all lanes.
///
/// The centre's formula runs on every lane. The 15 % in the tails are gathered, done over side by side, and put back:
/// a branch for each of them would cost more than all the rest.
pub(super) fn quantiles(lane: &mut Lane) {
    let offsets = *lane;
    for z in lane.iter_mut() {
        *z = centre(*z);
    }
    let (mut places, mut count) = ([0; LANES], 0);
    for (place, q) in offsets.iter().enumerate() {
        places[count] = place;
        count += usize::from(q.abs() > SPLIT);
    }
    let places = &places[..count];
    let mut roots = [0.0; LANES];
    for (root, place) in roots.iter_mut().zip(places) {
        *root = 0.5 - offsets[*place].abs();
    }
    let mut sizes = [0.0; LANES];
    for (root, size) in roots[..count].iter_mut().zip(&mut sizes) {
        *root = (-ln(*root)).sqrt();
        *size = near(*root);
    }
    for (place, (root, size)) in places.iter().zip(roots.iter().zip(&sizes)) {
        let size = if *root <= FAR { *size } else { far(*root) };
        lane[*place] = size.copysign(offsets[*place]);
    }
}

/// The quantile at U = ½ + q for |q| ≤ 0.425.
#[inline(always)]
fn centre(q: f64) -> f64 {
    let r = SPLIT_SQUARED - q * q;
    q * (horner(&CENTRE_TOP, r) / horner(&CENTRE_BOTTOM, r))
}

/// The quantile's size for r = √(−ln min(U, 1 − U)) ≤ 5.
#[inline(always)]
fn near(r: f64) -> f64 {
    let r = r - 1.6;
    horner(&NEAR_TOP, r) / horner(&NEAR_BOTTOM, r)
}

/// The quantile's size for r > 5, where fewer than 3 of 10^11 draws fall.
fn far(r: f64) -> f64 {
    let r = r - FAR;
    horner(&FAR_TOP, r) / horner(&FAR_BOTTOM, r)
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

    fn quantile(q: f64) -> f64 {
        let mut lane = [0.1; LANES];
        lane[7] = q;
        quantiles(&mut lane);
        lane[7]
    }

    #[test]
    fn the_checks_of_the_paper_are_met() {
        // Wichura 1988, section "Test": p = 0.25 and 0.001.
        assert_eq!(quantile(-0.25), -0.674_489_750_196_081_7);
        assert!((quantile(-0.499) + 3.090_232_306_167_813_5).abs() < 5e-14);
        // Its third check, 1e-20, is out of a draw's reach; the smallest tail that one can hit is 2^-54.
        // Reference: CPython 3.11, statistics.NormalDist().inv_cdf(2 ** -54).
        assert!((quantile(-0.5 + 2.0_f64.powi(-54)) + 8.292_361_075_813_595).abs() < 4e-15);
    }

    #[test]
    fn it_is_odd_and_continuous_where_the_formulas_meet() {
        for q in [0.1, 0.43, 0.49, 0.5 - 1e-12] {
            assert_eq!(quantile(q), -quantile(-q));
        }
        assert!((quantile(0.425) - quantile(0.425_f64.next_up())).abs() < 2e-15);
        assert!((near(FAR) - far(FAR)).abs() < 1e-14);
    }
}
