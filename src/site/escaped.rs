//! Text in filters that write markup of their own, escaped as templates escape it.

/// The text as it may stand between tags and in attributes.
pub(super) fn html(text: &str) -> String {
    let mut escaped = Vec::with_capacity(text.len());
    // Memory takes everything, and what was text stays text.
    let _ = tera::escape_html(text, &mut escaped);
    String::from_utf8(escaped).unwrap_or_default()
}
