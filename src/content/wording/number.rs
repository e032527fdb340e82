//! Numbers in the form of a language, by the tables of CLDR.

use crate::domain::Language;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::{Decimal, SignDisplay};
use icu_locale_core::locale;

/// The number times ten to the power `shift`, with at most `decimals` decimals and no zeros at their end.
///
/// What is rounded, half to even, are the shortest digits that mean this number, not its binary value: 0.575 is
/// 57.5 %, not 57.49999 %.
pub fn format_number(language: Language, number: f64, shift: i16, decimals: i16) -> String {
    let Some(decimal) = rounded(number, shift, decimals) else {
        // No evidence holds a NaN or an infinity; should one appear, its name says what it is.
        return number.to_string();
    };
    let locale = match language {
        Language::Polish => locale!("pl"),
        Language::English => locale!("en"),
    };
    // Made anew for each number: it borrows compiled-in tables, costs little, and cannot be shared by threads.
    let formatter = DecimalFormatter::try_new(locale.into(), Default::default())
        .expect("the tables of both languages are compiled in");
    formatter.format(&decimal).to_string()
}

fn rounded(number: f64, shift: i16, decimals: i16) -> Option<Decimal> {
    let mut decimal = Decimal::try_from_str(&number.to_string()).ok()?;
    decimal.multiply_pow10(shift);
    decimal.round(-decimals);
    decimal.trim_start();
    decimal.trim_end();
    Some(decimal.with_sign_display(SignDisplay::Negative))
}

/// The plural category of a number of days as it is shown, with at most one decimal.
///
/// The rules are those of CLDR 46 (`plurals.xml`): i is the whole part, v the number of decimals. Polish: `one`
/// for i = 1, `few` for i ending in 2 to 4 but not in 12 to 14, `many` for all other whole numbers. English: `one`
/// for i = 1. All with v = 0; fractions are `other`.
pub fn plural(language: Language, number: f64) -> &'static str {
    let Some(decimal) = rounded(number, 0, 1) else {
        return "other";
    };
    if decimal.nonzero_magnitude_end() < 0 {
        return "other";
    }
    let is_one = decimal.nonzero_magnitude_start() == 0 && decimal.digit_at(0) == 1;
    match (language, decimal.digit_at(0)) {
        _ if is_one => "one",
        (Language::English, _) => "other",
        (Language::Polish, 2..=4) if decimal.digit_at(1) != 1 => "few",
        (Language::Polish, _) => "many",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded_as_their_readers_expect() {
        let shown = |language| {
            [
                0.0,
                -0.0004,
                1234.5,
                12345.0,
                -1_234_567.891_5,
                0.0005,
                0.0015,
                2.500,
            ]
            .map(|number| format_number(language, number, 0, 3))
            .join(" | ")
            .replace('\u{a0}', "_")
        };
        assert_eq!(
            shown(Language::Polish),
            "0 | 0 | 1234,5 | 12_345 | -1_234_567,892 | 0 | 0,002 | 2,5"
        );
        assert_eq!(
            shown(Language::English),
            "0 | 0 | 1,234.5 | 12,345 | -1,234,567.892 | 0 | 0.002 | 2.5"
        );
    }

    #[test]
    fn percent_is_made_of_decimal_digits() {
        assert_eq!(format_number(Language::English, 0.575, 2, 2), "57.5");
        assert_eq!(format_number(Language::English, 0.29, 2, 2), "29");
        assert_eq!(format_number(Language::English, 0.000_05, 2, 2), "0");
        assert_eq!(format_number(Language::English, 0.000_15, 2, 2), "0.02");
    }
}
