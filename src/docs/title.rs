//! Titles of pages and folders that have none of their own.

use super::folders::stem;
use super::front_matter::FrontMatter;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The title of a page: its own, its first heading, or the name of its file.
pub(super) fn of_page(meta: &FrontMatter, body: &str, path: &str) -> String {
    let own = meta.title.clone().or_else(|| first_heading(body));
    own.unwrap_or_else(|| of_name(stem(path)))
}

/// The text of the first heading of the first level, found without parsing the whole page.
fn first_heading(body: &str) -> Option<String> {
    let mut fence: Option<&str> = None;
    let mut before = "";
    for line in body.lines() {
        let trimmed = line.trim_start();
        if let Some(open) = fence {
            if trimmed.starts_with(open) && trimmed.trim_matches(['`', '~']).trim().is_empty() {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        if fence.is_some() || line.starts_with("    ") {
            before = "";
            continue;
        }
        let heading = trimmed
            .strip_prefix('#')
            .filter(|rest| rest.starts_with([' ', '\t']));
        let underlined =
            !trimmed.is_empty() && trimmed.bytes().all(|byte| byte == b'=') && !before.is_empty();
        if heading.is_some() || underlined {
            let text = plain(if underlined { before } else { line });
            if !text.is_empty() {
                return Some(text);
            }
        }
        before = trimmed;
    }
    None
}

/// One line of Markdown as plain text.
fn plain(line: &str) -> String {
    let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH;
    let mut text = String::new();
    let mut pictures = 0_usize;
    for event in Parser::new_ext(line, options) {
        match event {
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
            Event::Text(part) | Event::Code(part) if pictures == 0 => text.push_str(&part),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// A name of a file or folder as a title: `02-getting_started` is `Getting started`.
pub(super) fn of_name(name: &str) -> String {
    let numbered = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let behind = numbered.trim_start_matches(['-', '_', '.', ' ']);
    let is_number = numbered.len() < name.len() && behind.len() < numbered.len();
    // `1.0-notes` is a version, `2024-11` a date: only what goes on with a word was numbered to be sorted.
    let rest = match is_number && behind.starts_with(char::is_alphabetic) {
        true => behind,
        false => name,
    };
    let words = rest.replace(['_', '-'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_heading_is_found_in_any_form() {
        let cases = [
            ("text\n\n# A *b* `c` {#x}\n# D\n", Some("A b c")),
            ("Title\n=====\ntext", Some("Title")),
            ("```\n# no\n```\n~~~sh\n# no\n~~~\n# Yes\n", Some("Yes")),
            ("    # code\n## second\n", None),
            ("#no heading\n#\n", None),
            ("# ![logo](x.png)\n# [Real](y.md)\n", Some("Real")),
        ];
        for (body, expected) in cases {
            assert_eq!(first_heading(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn names_of_files_become_titles() {
        for (name, title) in [
            ("02-getting_started", "Getting started"),
            ("api", "Api"),
            ("2024", "2024"),
            ("1.0-notes", "1.0 notes"),
            ("2024-11", "2024 11"),
            ("łódź", "Łódź"),
            ("_", "_"),
        ] {
            assert_eq!(of_name(name), title);
        }
    }
}
