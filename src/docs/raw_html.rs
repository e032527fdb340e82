//! HTML inside the Markdown of others: taken apart to follow its links, and cleaned when the page is whole.

use ammonia::Builder;
use html5gum::{Token, Tokenizer};
use std::sync::LazyLock;

/// Elements that run code or load other documents. They are named in a warning, because the page lacks something.
const REFUSED: [&str; 9] = [
    "script", "style", "iframe", "object", "embed", "form", "link", "meta", "base",
];
/// Attributes that lead somewhere.
const LEADING: [&str; 2] = ["href", "src"];

/// A part of some HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A tag or a part of one.
    Markup(String),
    /// Text, without its entities.
    Text(String),
    /// The value of an attribute `id` or `name`.
    Id(String),
    /// An attribute that leads somewhere; it stands inside a tag.
    Address { name: String, value: String },
    /// The start of an element that pages must not have.
    Refused(String),
}

/// Takes HTML apart. Comments and what they hold are left out.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut skipped: Option<String> = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) if skipped.is_none() => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if REFUSED.contains(&name.as_str()) {
                    pieces.push(Piece::Refused(name.clone()));
                    skipped = (!tag.self_closing && has_text(&name)).then_some(name);
                    continue;
                }
                pieces.push(Piece::Markup(format!("<{name}")));
                for (key, value) in &tag.attributes {
                    let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
                    pieces.push(match key.as_ref() {
                        "id" | "name" => Piece::Id(value.into_owned()),
                        key if LEADING.contains(&key) => Piece::Address {
                            name: key.to_owned(),
                            value: value.into_owned(),
                        },
                        key => Piece::Markup(format!(
                            " {key}=\"{}\"",
                            crate::content::escape::attribute(&value)
                        )),
                    });
                }
                pieces.push(Piece::Markup(">".to_owned()));
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if skipped.as_ref() == Some(&name) {
                    skipped = None;
                } else if skipped.is_none() && !REFUSED.contains(&name.as_str()) {
                    pieces.push(Piece::Markup(format!("</{name}>")));
                }
            }
            Token::String(text) if skipped.is_none() => {
                pieces.push(Piece::Text(String::from_utf8_lossy(&text).into_owned()));
            }
            _ => {}
        }
    }
    pieces
}

/// Elements whose content is no text for readers either.
fn has_text(element: &str) -> bool {
    matches!(element, "script" | "style" | "object" | "iframe")
}

/// The cleaner: what a page may hold, from the lists of the sanitizer, with what our own writer writes besides.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .add_tags(["input", "label", "section", "picture", "source"])
        .add_generic_attributes(["class", "id", "role", "tabindex", "aria-label", "align"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("th", ["scope"])
        .add_tag_attributes("img", ["loading", "decoding", "title", "width", "height"])
        .add_tag_attributes("details", ["open"])
        .rm_tag_attributes("a", ["hreflang"])
        .link_rel(Some("noreferrer"))
        .url_schemes(
            ["http", "https", "mailto", "ftp", "tel", "irc"]
                .into_iter()
                .collect(),
        );
    cleaner
});

/// A page's HTML without anything that runs, loads or breaks out of its place.
pub(super) fn clean(html: &str) -> String {
    let clean = CLEANER.clean(html).to_string();
    // Our own boxes of tasks, as we write them on other pages too. Text cannot look like this: its `<` is escaped.
    clean
        .replace(
            r#"<input type="checkbox" disabled="" checked="">"#,
            r#"<input type="checkbox" disabled checked>"#,
        )
        .replace(
            r#"<input type="checkbox" disabled="">"#,
            r#"<input type="checkbox" disabled>"#,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_breaks_out_is_cleaned_away() {
        // Vectors from the OWASP cheat sheet on filter evasion.
        let cases = [
            ("<img src=\"x.png\" onerror=\"alert(1)\">", "<img src=\"x.png\">"),
            (
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a rel=\"noreferrer\">x</a>",
            ),
            ("<svg onload=alert(1)>x</svg>", "x"),
            ("</div></main><b>x", "<b>x</b>"),
            ("<p style=\"position:fixed\">x</p>", "<p>x</p>"),
            ("<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "<img>\"&gt;"),
        ];
        for (given, expected) in cases {
            assert_eq!(clean(given), expected, "{given}");
        }
    }

    #[test]
    fn links_ids_and_text_are_found_and_comments_are_not() {
        let found =
            pieces("<!-- <a href=\"no\"> --><a NAME=x href='b.md'>B &amp; C</a><script>no()</script>");
        let markup = |text: &str| Piece::Markup(text.to_owned());
        assert_eq!(
            found,
            [
                markup("<a"),
                Piece::Address {
                    name: "href".to_owned(),
                    value: "b.md".to_owned()
                },
                Piece::Id("x".to_owned()),
                markup(">"),
                Piece::Text("B & C".to_owned()),
                markup("</a>"),
                Piece::Refused("script".to_owned()),
            ]
        );
    }
}
