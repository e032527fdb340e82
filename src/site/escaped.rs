//! Text between tags and in attributes of HTML, for filters that write markup of their own.

/// Adds a letter so that it is text, wherever it stands (HTML, section 13.1.2.3).
pub(super) fn push(html: &mut String, letter: char) {
    match letter {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        other => html.push(other),
    }
}
