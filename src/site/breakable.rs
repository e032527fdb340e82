//! The `breakable` filter: long names may be broken after their separators, not in the middle of a word.

use super::escaped;
use tera::{Kwargs, State, Value};

/// The text escaped for HTML, with a place to break a line after each separator. Copied text stays the same.
pub(super) fn breakable(text: &str, _: Kwargs, _: &State) -> Value {
    Value::safe_string(&with_breaks(text))
}

fn with_breaks(text: &str) -> String {
    let parts: Vec<String> = text
        .split_inclusive(['_', '/', '.', '-'])
        .map(escaped::html)
        .collect();
    parts.join("<wbr>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_break_after_separators_only() {
        assert_eq!(with_breaks("a/b_c.json"), "a/<wbr>b_<wbr>c.<wbr>json");
        assert_eq!(with_breaks("ends_"), "ends_");
    }

    #[test]
    fn markup_in_names_is_escaped() {
        assert_eq!(with_breaks("<b>&'\""), "&lt;b&gt;&amp;&#39;&quot;");
    }
}
