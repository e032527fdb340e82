//! What PyYAML and CPython make of a scalar.

use crate::document::json_text::python_float;
use crate::document::{Node, Value};

/// A value as Python sees it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::config) enum Python {
    None,
    Bool(bool),
    /// A whole number; its digits are kept for `str()`.
    Int(f64, String),
    Float(f64),
    Text(String),
    /// A list or mapping, and whether it has members.
    Container(bool),
}

/// Python's `max(a, b)`: `a` unless `b` is greater, so a NaN in `b` gives `a`.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

impl Python {
    /// The value of a YAML 1.1 or JSON node.
    pub(in crate::config) fn of(node: &Node) -> Python {
        match &node.value {
            Value::List(items) => Python::Container(!items.is_empty()),
            Value::Map(entries) => Python::Container(!entries.is_empty()),
            Value::Scalar(scalar) if scalar.quoted => Python::Text(scalar.text.clone()),
            Value::Scalar(scalar) => plain(&scalar.text),
        }
    }

    /// `bool(value)`.
    pub(in crate::config) fn is_truthy(&self) -> bool {
        match self {
            Python::None => false,
            Python::Bool(value) => *value,
            Python::Int(number, _) | Python::Float(number) => *number != 0.0,
            Python::Text(text) => !text.is_empty(),
            Python::Container(has_members) => *has_members,
        }
    }

    /// `None` or the empty text: the reference takes both for "absent" in some places.
    pub(in crate::config) fn is_nothing(&self) -> bool {
        matches!(self, Python::None) || *self == Python::Text(String::new())
    }

    /// `str(value)`.
    pub(in crate::config) fn to_text(&self) -> String {
        match self {
            Python::None => "None".to_owned(),
            Python::Bool(true) => "True".to_owned(),
            Python::Bool(false) => "False".to_owned(),
            Python::Int(_, digits) => digits.clone(),
            Python::Float(number) if number.is_nan() => "nan".to_owned(),
            Python::Float(number) if number.is_infinite() => {
                if *number > 0.0 { "inf" } else { "-inf" }.to_owned()
            }
            Python::Float(number) => python_float(*number),
            Python::Text(text) => text.clone(),
            Python::Container(_) => "(a container)".to_owned(),
        }
    }

    /// `float(value)`, or `None` where Python raises.
    pub(in crate::config) fn to_float(&self) -> Option<f64> {
        match self {
            Python::Bool(value) => Some(f64::from(u8::from(*value))),
            Python::Int(number, _) | Python::Float(number) => Some(*number),
            Python::Text(text) => float_of_text(text.trim()),
            Python::None | Python::Container(_) => None,
        }
    }
}

/// Python's `float(str)`: underscores between digits, and the words for NaN and the infinities.
fn float_of_text(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let underscores_fit = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'_')
        .all(|(at, _)| {
            let digit =
                |index: Option<usize>| index.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
            digit(at.checked_sub(1)) && digit(Some(at + 1))
        });
    let is_number = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let named = matches!(is_number.as_str(), "nan" | "inf" | "infinity");
    let starts_well = is_number.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if !underscores_fit || !(named || starts_well) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// An unquoted scalar by PyYAML's implicit resolvers.
fn plain(text: &str) -> Python {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Python::None,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Python::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Python::Bool(false);
        }
        "NaN" | ".nan" | ".NaN" | ".NAN" => return Python::Float(f64::NAN),
        "Infinity" => return Python::Float(f64::INFINITY),
        "-Infinity" => return Python::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Python::Float(sign * f64::INFINITY);
    }
    whole(text, unsigned, sign)
        .or_else(|| float(unsigned, sign))
        .unwrap_or_else(|| Python::Text(text.to_owned()))
}

/// PyYAML's integers: decimal, octal by a leading zero, hexadecimal, binary, base 60; underscores allowed.
fn whole(text: &str, unsigned: &str, sign: f64) -> Option<Python> {
    let digits = unsigned.replace('_', "");
    let all = |part: &str, good: fn(&u8) -> bool| !part.is_empty() && part.as_bytes().iter().all(good);
    if !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if all(&digits, u8::is_ascii_digit) && (!digits.starts_with('0') || digits == "0") {
        let digits_text = if text.starts_with('-') && digits != "0" {
            format!("-{digits}")
        } else {
            digits.clone()
        };
        return Some(Python::Int(sign * digits.parse::<f64>().ok()?, digits_text));
    }
    let value = if let Some(hex) = digits.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()?
    } else if let Some(binary) = digits.strip_prefix("0b") {
        i64::from_str_radix(binary, 2).ok()?
    } else if digits.starts_with('0') && all(&digits, |byte| (b'0'..=b'7').contains(byte)) {
        i64::from_str_radix(&digits, 8).ok()?
    } else if digits.contains(':') && !digits.contains('.') {
        digits.split(':').try_fold(0_i64, |sum, part| {
            sum.checked_mul(60)?.checked_add(part.parse().ok()?)
        })?
    } else {
        return None;
    };
    let signed = if sign < 0.0 { -value } else { value };
    Some(Python::Int(signed.to_string().parse().ok()?, signed.to_string()))
}

/// PyYAML's floats need a point, and a sign in the exponent; `1e3` is text to it.
fn float(unsigned: &str, sign: f64) -> Option<Python> {
    let digits = unsigned.replace('_', "");
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits.as_str(), None),
    };
    let is_mantissa =
        mantissa.contains('.') && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_mantissa || exponent.is_some_and(|part| !part.starts_with(['+', '-'])) {
        return None;
    }
    Some(Python::Float(sign * digits.parse::<f64>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_resolve_as_pyyaml_does() {
        // Expected values: specification section 1.1 and PyYAML 6 `safe_load`.
        assert_eq!(plain("yes"), Python::Bool(true));
        assert_eq!(plain("010"), Python::Int(8.0, "8".into()));
        assert_eq!(plain("1_000"), Python::Int(1000.0, "1000".into()));
        assert_eq!(plain("1:30"), Python::Int(90.0, "90".into()));
        assert_eq!(plain("1e3"), Python::Text("1e3".into()));
        assert_eq!(plain("1.5e+3"), Python::Float(1500.0));
        assert_eq!(plain("42").to_text(), "42");
    }

    #[test]
    fn texts_convert_as_float_does() {
        assert_eq!(float_of_text("1e3"), Some(1000.0));
        assert_eq!(float_of_text("+.25"), Some(0.25));
        assert_eq!(float_of_text("1_0"), Some(10.0));
        assert_eq!(float_of_text("heavy"), None);
        assert_eq!(float_of_text("1__0"), None);
    }
}
