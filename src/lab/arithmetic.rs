//! Python's comparisons and number texts.

/// Python's `max(a, b)`: `a` unless `b` is greater; a NaN in `b` gives `a`, one in `a` stays.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// Python's `min(a, b)`: `a` unless `b` is smaller.
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// Python's `sum()` of floats: from the left, starting at 0. Rust's own starts at -0.0, which an empty sum would show.
pub(super) fn sum(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().fold(0.0, |sum, next| sum + next)
}

/// Python's `f"{number:.{decimals}f}"`: the exact binary value, rounded half to even.
pub(super) fn fixed(number: f64, decimals: usize) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    format!("{number:.decimals$}")
}

/// An amount with two decimals and a blank between thousands: `1 234 567.80`.
pub(super) fn grouped(number: f64) -> String {
    let text = fixed(number, 2);
    let (sign, unsigned) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    if fraction.is_empty() {
        out
    } else {
        format!("{out}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_round_to_even_as_in_python() {
        // Vector 11: 60.25 -> 60.2 and 60.75 -> 60.8, both exact in binary.
        assert_eq!(fixed(60.25, 1), "60.2");
        assert_eq!(fixed(60.75, 1), "60.8");
        assert_eq!(fixed(0.5625, 3), "0.562");
        assert_eq!(fixed(f64::INFINITY, 2), "inf");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(99_999.995), "99 999.99");
        assert_eq!(grouped(-1_234_567.8), "-1 234 567.80");
        assert_eq!(grouped(1.0), "1.00");
    }

    #[test]
    fn a_nan_on_the_right_loses() {
        assert_eq!(larger(0.0, f64::NAN), 0.0);
        assert!(larger(f64::NAN, 0.0).is_nan());
        assert_eq!(smaller(0.99, f64::NAN), 0.99);
    }
}
