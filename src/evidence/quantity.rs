//! Numbers with units in prose: `40 min`, `60 %`, `1 850 000 USD`, `7 dni`, `a 40-minute limit`.

use crate::domain::{Language, Unit};
use std::ops::Range;

/// A number with its unit, as somebody typed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// The number, in the unit.
    pub value: f64,
    /// The unit. A percentage is [`Unit::Percent`].
    pub unit: Unit,
}

/// Beginnings of the words that name a unit, in both languages; the rest of the word is its ending.
const STEMS: [(&str, Unit); 9] = [
    ("minut", Unit::Minutes),
    ("godzin", Unit::Hours),
    ("hour", Unit::Hours),
    ("milisekund", Unit::Milliseconds),
    ("millisecond", Unit::Milliseconds),
    ("procent", Unit::Percent),
    ("percent", Unit::Percent),
    ("dolar", Unit::Usd),
    ("dollar", Unit::Usd),
];
/// Whole words that name a unit.
const WORDS: [(&str, Unit); 19] = [
    ("bps", Unit::BasisPoints),
    ("bp", Unit::BasisPoints),
    ("pb", Unit::BasisPoints),
    ("ms", Unit::Milliseconds),
    ("min", Unit::Minutes),
    ("mins", Unit::Minutes),
    ("h", Unit::Hours),
    ("godz", Unit::Hours),
    ("day", Unit::Days),
    ("days", Unit::Days),
    ("dzień", Unit::Days),
    ("dni", Unit::Days),
    ("dnia", Unit::Days),
    ("dniach", Unit::Days),
    ("proc", Unit::Percent),
    ("pct", Unit::Percent),
    ("hrs", Unit::Hours),
    ("usd", Unit::Usd),
    ("dniowy", Unit::Days),
];
/// Two words that name a unit together.
const PAIRS: [(&str, &str, Unit); 3] = [
    ("basis", "point", Unit::BasisPoints),
    ("punkt", "bazow", Unit::BasisPoints),
    ("per", "cent", Unit::Percent),
];

/// All quantities of a text, in its order.
pub fn quantities(text: &str, language: Language) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if digit(letter).is_none() {
            at += letter.len_utf8();
            continue;
        }
        let (end, value) = number(text, at, language);
        let is_part = text.get(..at).is_some_and(joins_number);
        if !is_part
            && let Some(value) = value
            && let Some((length, unit)) = unit(text.get(end..).unwrap_or(""))
        {
            found.push(Quantity {
                range: at..end + length,
                value,
                unit,
            });
        }
        at = end;
    }
    found
}

/// The digit that readers see, also in its wide form.
fn digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        _ => None,
    }
}

/// A space of any width, also of none.
fn is_space(letter: char) -> bool {
    let is_wide = matches!(
        letter,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    );
    is_wide || is_invisible(letter)
}

/// What takes no place on a page.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Whether digits behind a text are part of a name, a version or a date and not a number of their own. A sign that
/// stands alone belongs to the number.
fn joins_number(before: &str) -> bool {
    let mut letters = before.chars().rev();
    match letters.next() {
        Some('+' | '-') => letters.next().is_some_and(char::is_alphanumeric),
        Some(last) => last.is_alphanumeric() || matches!(last, '_' | '/' | '.' | ',' | '#'),
        None => false,
    }
}

/// The number that begins at a digit: its end, and its value. Thousands may be set apart by spaces, in English by
/// commas too; decimals stand behind a comma or a point.
fn number(text: &str, begin: usize, language: Language) -> (usize, Option<f64>) {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        rest.len() - rest.trim_start_matches(|letter| digit(letter).is_some()).len()
    };
    let said = |from: usize, to: usize| -> String {
        let letters = text.get(from..to).unwrap_or("").chars();
        letters.filter_map(digit).collect()
    };
    let mut end = begin + digits(begin);
    let mut plain = said(begin, end);
    let can_have_groups = plain.len() <= 3;
    while let Some(separator) = text.get(end..).and_then(|rest| rest.chars().next()) {
        let next = end + separator.len_utf8();
        let length = digits(next);
        let group = said(next, next + length);
        let is_separator = is_space(separator) || (separator == ',' && language == Language::English);
        if length > 0 && is_invisible(separator) || length == 3 && can_have_groups && is_separator {
            plain.push_str(&group);
        } else if length > 0 && matches!(separator, ',' | '.') {
            let value = format!("{plain}.{group}").parse().ok();
            return (next + length, value);
        } else {
            break;
        }
        end = next + length;
    }
    (end, plain.parse().ok())
}

/// The unit that a text begins with, and how many bytes of the text that takes.
fn unit(text: &str) -> Option<(usize, Unit)> {
    let rest = text
        .strip_prefix('-')
        .unwrap_or_else(|| text.trim_start_matches(|letter| is_space(letter) || letter == '\n'));
    let gap = text.len() - rest.len();
    if let Some(sign) = rest.chars().next().filter(|sign| matches!(sign, '%' | '％')) {
        return Some((gap + sign.len_utf8(), Unit::Percent));
    }
    let word = word(rest);
    if word.is_empty() {
        return None;
    }
    let lower = word.to_lowercase();
    let length = gap + word.len();
    if let Some((_, unit)) = WORDS.iter().find(|(known, _)| *known == lower) {
        return Some((length, *unit));
    }
    if let Some((_, unit)) = STEMS.iter().find(|(stem, _)| lower.starts_with(stem)) {
        return Some((length, *unit));
    }
    let behind = rest.get(word.len()..)?;
    let behind = behind.strip_prefix(is_space)?.trim_start_matches(is_space);
    let second = self::word(behind);
    let (_, _, unit) = PAIRS
        .iter()
        .find(|(first, next, _)| lower.starts_with(first) && second.to_lowercase().starts_with(next))?;
    let length = rest.len() - behind.len() + second.len();
    Some((gap + length, *unit))
}

fn word(text: &str) -> &str {
    let rest = text.trim_start_matches(char::is_alphabetic);
    text.get(..text.len() - rest.len()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, f64, Unit)> {
        let all = quantities(text, Language::English).into_iter();
        all.map(|quantity| (&text[quantity.range.clone()], quantity.value, quantity.unit))
            .collect()
    }

    #[test]
    fn quantities_are_found_in_both_languages() {
        let text = "Limit 40 min, 40-minute, 2,5 godziny, 60 %, 60%, 12.5 percent, 45 bps, 150\u{a0}ms, 1 850 000 USD, \
                    1,850,000.5 USD, 7 dni, 3 punkty bazowe, 48 h.";
        let expected = [
            ("40 min", 40.0, Unit::Minutes),
            ("40-minute", 40.0, Unit::Minutes),
            ("2,5 godziny", 2.5, Unit::Hours),
            ("60 %", 60.0, Unit::Percent),
            ("60%", 60.0, Unit::Percent),
            ("12.5 percent", 12.5, Unit::Percent),
            ("45 bps", 45.0, Unit::BasisPoints),
            ("150\u{a0}ms", 150.0, Unit::Milliseconds),
            ("1 850 000 USD", 1_850_000.0, Unit::Usd),
            ("1,850,000.5 USD", 1_850_000.5, Unit::Usd),
            ("7 dni", 7.0, Unit::Days),
            ("3 punkty bazowe", 3.0, Unit::BasisPoints),
            ("48 h", 48.0, Unit::Hours),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn wide_thin_and_doubled_spaces_signs_and_wide_digits_hide_nothing() {
        for text in [
            "40\u{2009}min",
            "40\u{2007}min",
            "40\u{a0}\u{a0}min",
            "40  min",
            "40\u{200b}min",
            "40\u{2060}min",
            "+40 min",
            "(-40 min)",
            "４０ min",
            "4\u{200b}0 min",
            "40 mins",
        ] {
            let all = quantities(text, Language::English);
            assert_eq!(all.len(), 1, "{text:?}");
            assert_eq!((all[0].value, all[0].unit), (40.0, Unit::Minutes), "{text:?}");
        }
        assert_eq!(found("60\u{2009}％ or 60 pct").len(), 2);
    }

    #[test]
    fn a_comma_separates_decimals_in_polish_and_thousands_in_english() {
        let value = |language| quantities("5,916 bps", language)[0].value;
        assert_eq!(
            (value(Language::Polish), value(Language::English)),
            (5.916, 5_916.0)
        );
    }

    #[test]
    fn names_dates_versions_and_bare_numbers_are_none() {
        for text in [
            "SHA-256 has no unit",
            "2024-06-07 min",
            "v1.40 min",
            "T+7 days",
            "40 markets",
            "40",
            "RFC 8493",
            "40 minimal",
            "L40 h",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
