//! Text made safe for the place where it will stand.

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

/// Text between HTML tags.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A string refuses nothing.
    let _ = escape_html_body_text(&mut escaped, text);
    escaped
}

/// Names up to this many bytes fit into the column of a table.
const SHORT_NAME: usize = 16;

/// A name between HTML tags. A long one may break after its separators, so that it does not break within a word.
pub fn breakable(name: &str) -> String {
    if name.len() <= SHORT_NAME || name.contains(' ') {
        return html(name);
    }
    ['_', '/', '.'].into_iter().fold(html(name), |text, sign| {
        text.replace(sign, &format!("{sign}<wbr>"))
    })
}

/// Text inside a double-quoted HTML attribute.
pub fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let _ = escape_html(&mut escaped, text);
    escaped
}

/// Text that Markdown shall show as it is. An underscore inside a word marks nothing and stays bare.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    let mut characters = text.chars().peekable();
    let mut after_word = false;
    while let Some(character) = characters.next() {
        let before_word = characters.peek().is_some_and(|next| next.is_alphanumeric());
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' => true,
            '_' => !(after_word && before_word),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(if character == '\n' { ' ' } else { character });
        after_word = character.is_alphanumeric();
    }
    escaped
}

/// The target of a Markdown link.
pub fn markdown_target(path: &str) -> String {
    if path.contains([' ', '(', ')']) {
        format!("<{path}>")
    } else {
        path.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_break_after_separators_and_short_ones_nowhere() {
        assert_eq!(
            breakable("a/liquidity_loss.csv<"),
            "a/<wbr>liquidity_<wbr>loss.<wbr>csv&lt;"
        );
        for whole in ["core_v1.yaml", "stage6 build --out a_long/folder.d"] {
            assert_eq!(breakable(whole), whole);
        }
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(html("a<b & \"c\">"), "a&lt;b &amp; \"c\"&gt;");
        assert_eq!(attribute("a<b & \"c\">"), "a&lt;b &amp; &quot;c&quot;&gt;");
        assert_eq!(
            markdown("a_b _c_ |*d*|\n[e]"),
            "a_b \\_c\\_ \\|\\*d\\*\\| \\[e\\]"
        );
        assert_eq!(markdown_target("a b.csv"), "<a b.csv>");
    }
}
