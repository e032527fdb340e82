//! Trees of values with the place of each: what YAML, JSON and front matter become before anybody believes them.
//!
//! A scalar keeps the author's characters. Whether `0.60`, `"0.60"` or `no` is a number, a text or a mistake is
//! decided by the room that asks, once, with the position at hand.

pub mod csv_text;
pub mod front_matter;
pub mod json;
pub mod json_text;
pub mod yaml;

use crate::diag::{Position, Problem};

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value begins.
    pub at: Position,
    /// What it is.
    pub value: Value,
}

/// The shapes that a value can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, a number, a boolean or nothing, as written.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry>),
}

/// A scalar as the author wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The characters, after unescaping.
    pub text: String,
    /// In quotes, or a block: text whatever it looks like.
    pub quoted: bool,
    /// A YAML tag that we do not know; such a value is refused where it is used.
    pub unknown_tag: Option<String>,
}

/// One member of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_at: Position,
    /// An earlier member of the same mapping has this key.
    pub repeated: bool,
    /// The value.
    pub value: Node,
}

impl Node {
    /// An unquoted scalar.
    pub fn plain(at: Position, text: impl Into<String>) -> Node {
        Node::scalar(at, text.into(), false)
    }

    /// A quoted scalar.
    pub fn quoted(at: Position, text: impl Into<String>) -> Node {
        Node::scalar(at, text.into(), true)
    }

    fn scalar(at: Position, text: String, quoted: bool) -> Node {
        Node {
            at,
            value: Value::Scalar(Scalar {
                text,
                quoted,
                unknown_tag: None,
            }),
        }
    }

    /// The members, if this is a mapping.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if this is a sequence.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar, if this is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The member `key`; of repeated ones the last, as YAML and JSON readers commonly do.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?
            .iter()
            .rev()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The text of the member `key`, if that is text in quotes, as every text of JSON is.
    pub fn text(&self, key: &str) -> Option<&str> {
        let scalar = self.get(key)?.as_scalar()?;
        scalar.quoted.then_some(scalar.text.as_str())
    }

    /// The value at a path of keys.
    pub fn at_path(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether this is YAML's or JSON's nothing.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(Scalar::is_null)
    }

    /// What the value is, in words for an error message.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Scalar(scalar) if scalar.is_null() => "nothing",
            Value::Scalar(scalar) if scalar.quoted => "text in quotes",
            Value::Scalar(scalar) if scalar.as_bool().is_some() => "a boolean",
            Value::Scalar(scalar) if scalar.as_number().is_some() => "a number",
            Value::Scalar(_) => "text",
        }
    }

    /// A problem at this value.
    pub fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        Problem::new(path, self.at, message)
    }
}

impl Scalar {
    /// Unquoted and empty, `~` or `null`.
    pub fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Unquoted `true` or `false`. YAML 1.1's `yes`, `no`, `on`, `off` are not among them.
    pub fn as_bool(&self) -> Option<bool> {
        match (self.quoted, self.text.as_str()) {
            (false, "true" | "True" | "TRUE") => Some(true),
            (false, "false" | "False" | "FALSE") => Some(false),
            _ => None,
        }
    }

    /// An unquoted decimal number that every YAML and JSON reader takes for the same one.
    ///
    /// Leading zeros (octal to some readers), underscores, hexadecimal and sexagesimal forms, NaN and
    /// infinities are not numbers here.
    pub fn as_number(&self) -> Option<f64> {
        if self.quoted || !is_plain_decimal(&self.text) {
            return None;
        }
        self.text.parse::<f64>().ok().filter(|number| number.is_finite())
    }

    /// An unquoted whole number.
    pub fn as_integer(&self) -> Option<i64> {
        let digits = self.text.strip_prefix('-').unwrap_or(&self.text);
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if self.quoted || !whole || !is_plain_decimal(&self.text) {
            return None;
        }
        self.text.parse().ok()
    }
}

/// `[+-]? digits [. digits] [e [+-] digits]` without a leading zero before further digits.
fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_is_good = digits(whole) && (whole.len() < 2 || !whole.starts_with('0'));
    let fraction_is_good = fraction.is_none_or(digits);
    let has_digits = !whole.is_empty() || fraction.is_some_and(|part| !part.is_empty());
    let exponent_is_good = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['+', '-']).unwrap_or(part);
        !part.is_empty() && digits(part)
    });
    whole_is_good && fraction_is_good && has_digits && exponent_is_good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<f64> {
        Scalar {
            text: text.into(),
            quoted: false,
            unknown_tag: None,
        }
        .as_number()
    }

    #[test]
    fn only_unambiguous_decimals_are_numbers() {
        assert_eq!(number("0.60"), Some(0.6));
        assert_eq!(number("-1.5e-07"), Some(-1.5e-7));
        assert_eq!(number("1e3"), Some(1000.0));
        assert_eq!(number(".5"), Some(0.5));
        for other in [
            "010", "1_000", "1:30", "0x10", ".inf", ".nan", "NaN", "1e400", "", "-", "1.2.3", "e5", ".",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
