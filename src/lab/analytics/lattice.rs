//! Bisection on the lattice of doubles: the exact number at which a rising answer changes.

/// The smallest double from 0 to `top` for which `holds`, given that it holds from some number on. `None`: not even
/// at `top`.
///
/// Doubles of one sign are ordered as their bits are, so at most 64 questions decide. `top` must not be negative.
pub(super) fn first_that(top: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    if holds(0.0) {
        return Some(0.0);
    }
    if !holds(top) {
        return None;
    }
    let (mut not_yet, mut already) = (0.0_f64.to_bits(), top.to_bits());
    while already - not_yet > 1 {
        let middle = not_yet + (already - not_yet) / 2;
        if holds(f64::from_bits(middle)) {
            already = middle;
        } else {
            not_yet = middle;
        }
    }
    Some(f64::from_bits(already))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_very_double() {
        assert_eq!(first_that(1e9, |x| x > 1.0), Some(1.0_f64.next_up()));
        assert_eq!(first_that(1e9, |x| x >= 1.0), Some(1.0));
        assert_eq!(first_that(1e9, |_| true), Some(0.0));
        assert_eq!(first_that(1e9, |x| x > 0.0), Some(f64::from_bits(1)));
        assert_eq!(first_that(1e9, |x| x > 1e9), None);
    }
}
