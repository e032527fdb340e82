//! The `code_spans` filter: what stands between backticks in a sentence of a configuration file is code.

use super::escaped;
use tera::{Kwargs, State, Value};

/// The text escaped for HTML, with `<code>` around each pair of backticks' content.
pub(super) fn code_spans(text: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&with_code(text))
}

fn with_code(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, (code, after))) = rest
        .split_once('`')
        .and_then(|(before, behind)| Some((before, behind.split_once('`')?)))
    {
        html.push_str(&escaped::html(before));
        html.push_str(&format!("<code>{}</code>", escaped::html(code)));
        rest = after;
    }
    html.push_str(&escaped::html(rest));
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_backticks_become_code_and_markup_stays_text() {
        assert_eq!(
            with_code("Run `a <b>` & `c`."),
            "Run <code>a &lt;b&gt;</code> &amp; <code>c</code>."
        );
        assert_eq!(with_code("a lone ` stays"), "a lone ` stays");
        assert_eq!(with_code("`a` and ` b"), "<code>a</code> and ` b");
    }
}
