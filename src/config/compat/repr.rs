//! `str()` and `repr()` of parsed JSON, for the metrics that the reference turns into text (section 6, step 1).

use super::python::Python;
use crate::document::{Node, Value};

/// Python's `str(value)`, also for lists and mappings: `{'a': 1}`, `[True, None]`.
pub(in crate::config) fn python_repr(node: &Node) -> String {
    match &node.value {
        Value::Scalar(_) => Python::of(node).to_text(),
        _ => inner(node),
    }
}

fn inner(node: &Node) -> String {
    match &node.value {
        Value::List(items) => format!("[{}]", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let members = entries
                .iter()
                .map(|entry| format!("{}: {}", quoted(&entry.key), inner(&entry.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Scalar(_) => match Python::of(node) {
            Python::Text(text) => quoted(&text),
            other => other.to_text(),
        },
    }
}

/// A text in the quotes that Python chooses.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            same if same == quote => out.extend(['\\', same]),
            control if control.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json;

    #[test]
    fn containers_read_as_python_prints_them() {
        // Expected texts: CPython 3.11, str(json.loads(...)).
        let text = |json_text: &str| python_repr(&json::read("x", json_text.as_bytes()).unwrap());
        assert_eq!(text(r#"{"b": [true, null, 1.5]}"#), "{'b': [True, None, 1.5]}");
        assert_eq!(text(r#"["it's", "\"", "a\\b"]"#), r#"["it's", '"', 'a\\b']"#);
        assert_eq!(text("1.0"), "1.0");
    }
}
