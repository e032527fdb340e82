//! The order in which people expect names: numbers by their value, letters without their case.

use std::cmp::Ordering;

/// Compares names as file managers do: `2-use` stands before `10-end`.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (mut one, mut other) = (left, right);
    loop {
        match (one.chars().next(), other.chars().next()) {
            (None, None) => return left.cmp(right),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (number, rest) = digits(one);
                let (opposite, remainder) = digits(other);
                // Longer without leading zeros is larger; of equal length, digits compare as they stand.
                let order = (number.len(), number).cmp(&(opposite.len(), opposite));
                if order != Ordering::Equal {
                    return order;
                }
                (one, other) = (rest, remainder);
            }
            // Most letters are the same, and small letters of them need not be made.
            (Some(a), Some(b)) => {
                let order = if a == b {
                    Ordering::Equal
                } else {
                    a.to_lowercase().cmp(b.to_lowercase())
                };
                if order != Ordering::Equal {
                    return order;
                }
                one = one.get(a.len_utf8()..).unwrap_or_default();
                other = other.get(b.len_utf8()..).unwrap_or_default();
            }
        }
    }
}

/// The digits that a text begins with, without leading zeros, and what follows.
fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_by_their_value_and_case_does_not() {
        let mut names = ["b10", "B2", "a", "b002x", "b2", "A1", "zażółć", ""];
        names.sort_by(|left, right| natural(left, right));
        assert_eq!(names, ["", "a", "A1", "B2", "b2", "b002x", "b10", "zażółć"]);
    }
}
