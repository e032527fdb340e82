//! JSON text in exactly the form that CPython's `json.dumps(..., ensure_ascii=False, sort_keys=True)` gives.
//!
//! Reports must be readable by consumers of the reference, and its HMAC is computed over this form: keys sorted by
//! code point, the shortest digits that round-trip, exponent notation below 1e-4 and from 1e16 up
//! (`float.__repr__`, CPython `Python/pystrtod.c`, format code `r`).

use super::{Entry, Node, Value};
use std::collections::BTreeMap;

/// A JSON value to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, as its digits.
    Integer(String),
    /// A double; always written with a decimal point or an exponent.
    Float(f64),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object; written in the order of its keys' code points.
    Map(BTreeMap<String, Json>),
}

impl Json {
    /// An object from its members.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Json {
        Json::Map(
            members
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// A whole number.
    pub fn integer(number: impl Into<i128>) -> Json {
        Json::Integer(number.into().to_string())
    }

    /// Text, or `null`.
    pub fn optional_text(text: Option<&str>) -> Json {
        text.map_or(Json::Null, Json::text)
    }

    /// What a parsed JSON document says, with its positions forgotten.
    pub fn from_node(node: &Node) -> Json {
        match &node.value {
            Value::List(items) => Json::List(items.iter().map(Json::from_node).collect()),
            Value::Map(entries) => Json::map(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), Json::from_node(&entry.value))),
            ),
            Value::Scalar(scalar) if scalar.quoted => Json::text(&scalar.text),
            Value::Scalar(scalar) => match scalar.text.as_str() {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                "-0" => Json::Integer("0".into()),
                number if number.contains(['.', 'e', 'E']) => Json::Float(number.parse().unwrap_or(f64::NAN)),
                number => Json::Integer(number.to_owned()),
            },
        }
    }

    /// The canonical form of a parsed JSON document: [`Json::to_canonical`] of [`Json::from_node`], without a second tree
    /// beside the first. A manifest names tens of thousands of files.
    pub fn canonical_of(node: &Node) -> String {
        let mut out = String::new();
        write_node(node, &mut out);
        out
    }

    /// The file form: sorted keys, indent 2, one final newline.
    pub fn to_file_text(&self) -> String {
        let mut out = String::new();
        write(self, Layout::Indented, 0, &mut out);
        out.push('\n');
        out
    }

    /// The canonical form: sorted keys, no blanks. This is what the reference signs.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        write(self, Layout::Compact, 0, &mut out);
        out
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Indented,
    Compact,
}

fn write(value: &Json, layout: Layout, depth: usize, out: &mut String) {
    let place = (layout, depth);
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Integer(digits) => out.push_str(digits),
        Json::Float(number) => out.push_str(&python_float(*number)),
        Json::Text(text) => write_text(text, out),
        Json::List(items) => enclose(['[', ']'], items, place, out, |item, out| {
            write(item, layout, depth + 1, out);
        }),
        Json::Map(members) => enclose(['{', '}'], members, place, out, |(key, member), out| {
            write_key(key, layout, out);
            write(member, layout, depth + 1, out);
        }),
    }
}

/// The canonical form of a document as it was read.
fn write_node(node: &Node, out: &mut String) {
    let place = (Layout::Compact, 0);
    match &node.value {
        Value::Scalar(_) => write(&Json::from_node(node), Layout::Compact, 0, out),
        Value::List(items) => enclose(['[', ']'], items, place, out, write_node),
        Value::Map(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.cmp(&other.key));
            enclose(['{', '}'], sorted, place, out, |entry, out| {
                write_key(&entry.key, Layout::Compact, out);
                write_node(&entry.value, out);
            });
        }
    }
}

/// Brackets at a depth, and what stands between them, each by `write`.
fn enclose<T>(
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    (layout, depth): (Layout, usize),
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push(open);
    let mut is_empty = true;
    for item in items {
        if !is_empty {
            out.push(',');
        }
        is_empty = false;
        indent(layout, depth + 1, out);
        write(item, out);
    }
    if !is_empty {
        indent(layout, depth, out);
    }
    out.push(close);
}

fn write_key(key: &str, layout: Layout, out: &mut String) {
    write_text(key, out);
    out.push_str(if layout == Layout::Compact { ":" } else { ": " });
}

fn indent(layout: Layout, depth: usize, out: &mut String) {
    if layout == Layout::Indented {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A double as Python prints it.
///
/// NaN and the infinities are written with Python's words; only reports made with `--compat reference` can hold them.
///
/// ```
/// # use stage6_press::document::json_text::python_float;
/// assert_eq!(python_float(32.0), "32.0");
/// assert_eq!(python_float(1e-5), "1e-05");
/// assert_eq!(python_float(1e16), "1e+16");
/// ```
pub fn python_float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let mut buffer = ryu::Buffer::new();
    let shortest = buffer.format_finite(number.abs());
    let (digits, point) = significant_digits(shortest);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}", layout_digits(&digits, point))
}

/// The significant digits of ryu's text, and where the decimal point stands: value = 0.DIGITS × 10^point.
fn significant_digits(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let all = format!("{whole}{fraction}");
    let leading_zeros = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    let offset = |count: usize| i32::try_from(count).unwrap_or(0);
    if digits.is_empty() {
        return ("0".to_owned(), 1);
    }
    (
        digits.to_owned(),
        offset(whole.len()) + exponent - offset(leading_zeros),
    )
}

fn layout_digits(digits: &str, point: i32) -> String {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |how_many: i32| "0".repeat(usize::try_from(how_many).unwrap_or(0));
    let exponent = point - 1;
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let fraction = if rest.is_empty() {
            String::new()
        } else {
            format!(".{rest}")
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{first}{fraction}e{sign}{:02}", exponent.abs());
    }
    if point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else if point >= count {
        format!("{digits}{}.0", zeros(point - count))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json;

    #[test]
    fn floats_read_as_python_prints_them() {
        // Expected texts: CPython 3.11, repr().
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456_789.123, "123456789.123"),
            (1e-4, "0.0001"),
            (0.000_099_9, "9.99e-05"),
            (1.5e-7, "1.5e-07"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (1e22, "1e+22"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (-1_113_178_120_592_002.2, "-1113178120592002.2"),
            (100.0, "100.0"),
            (5.916_444_444_444_444, "5.916444444444444"),
        ] {
            assert_eq!(python_float(number), text);
        }
    }

    #[test]
    fn the_canonical_form_sorts_by_code_point_and_escapes_like_python() {
        let node = json::read(
            "x",
            "{\"é\":1.0,\"z\":-0,\"\\ud83d\\ude80\":\"a\\u001f\\u007f/\"}".as_bytes(),
        )
        .unwrap();
        assert_eq!(
            Json::from_node(&node).to_canonical(),
            "{\"z\":0,\"é\":1.0,\"🚀\":\"a\\u001f\u{7f}/\"}"
        );
    }

    #[test]
    fn the_canonical_form_of_a_document_needs_no_second_tree() {
        let text = "{\"b\": [], \"a\": [1, -0, 1.50, {\"é\": null, \"c\": {}, \"😀\": \"\\n\"}, [true]], \"aa\": false}";
        let node = json::read("x", text.as_bytes()).unwrap();
        let canonical = Json::canonical_of(&node);
        assert_eq!(canonical, Json::from_node(&node).to_canonical());
        assert_eq!(
            canonical,
            "{\"a\":[1,0,1.5,{\"c\":{},\"é\":null,\"😀\":\"\\n\"},[true]],\"aa\":false,\"b\":[]}"
        );
    }

    #[test]
    fn the_file_form_is_pythons_indent_two() {
        let json = Json::map([
            ("b", Json::List(vec![Json::Null, Json::Bool(true)])),
            ("a", Json::map::<&str>([])),
        ]);
        assert_eq!(
            json.to_file_text(),
            "{\n  \"a\": {},\n  \"b\": [\n    null,\n    true\n  ]\n}\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn every_finite_double_comes_back(bits: u64) {
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let text = python_float(number);
                proptest::prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits());
                let read = json::read("x", text.as_bytes()).unwrap();
                proptest::prop_assert_eq!(Json::from_node(&read).to_canonical(), text);
            }
        }
    }
}
