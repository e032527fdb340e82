//! Help texts as Markdown: options and names of files become code, quotes those of the language, everything else text.

use crate::content::markdown;
use crate::domain::Language;
use crate::evidence::quantities;

/// Endings by which a word is known as the name of a file.
const ENDINGS: [&str; 12] = [
    ".json",
    ".jsonl",
    ".yaml",
    ".csv",
    ".md",
    ".sig",
    ".ics",
    ".pem",
    ".zip",
    ".html",
    ".txt",
    ".manifest",
];
/// What may stand behind a name and is not part of it.
const AFTER: [char; 7] = ['.', ',', ';', ':', ')', '?', '”'];
/// What may stand before it.
const BEFORE: [char; 2] = ['(', '„'];

/// A text as Markdown, ending as a sentence does.
pub(super) fn sentence(text: &str, language: Language) -> String {
    let ends = text.ends_with(['.', ':', '!', '?', '…']);
    inline(text, language) + if ends { "" } else { "." }
}

/// A text as Markdown, on one line.
pub(super) fn inline(text: &str, language: Language) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(part));
        } else {
            out.push_str(&words(part, language));
        }
    }
    out
}

/// A piece of code, also one that holds a backtick.
pub(super) fn code(text: &str) -> String {
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// Lets the numbers of a line stay: the reference speaks of the program, not of a release. Only where `check` would ask.
pub(super) fn kept(line: String, language: Language) -> String {
    let bare: String = line
        .split('`')
        .enumerate()
        .map(|(index, part)| if index % 2 == 0 { part } else { "\u{fffc}" })
        .collect();
    let reason = match language {
        Language::Polish => "opis programu, nie wydania",
        Language::English => "about the program, not the release",
    };
    match quantities(&bare.replace('\\', ""), language).is_empty() {
        true => line,
        false => format!("{line} <!-- typed: {reason} -->"),
    }
}

/// Text between pieces of code.
fn words(text: &str, language: Language) -> String {
    let mut out = Vec::new();
    for (index, part) in braced(text).into_iter().enumerate() {
        if index % 2 == 1 {
            out.push(code(&part));
            continue;
        }
        let words = part.split(' ').map(|word| match literal(word) {
            Some((before, name, after)) => format!("{before}{}{after}", code(name)),
            None => markdown(word),
        });
        out.push(quoted(&words.collect::<Vec<_>>().join(" "), language));
    }
    out.concat()
}

/// Splits a text at its groups in braces: what stands between them, and at odd places the groups.
fn braced(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for letter in text.chars() {
        if letter == '{' {
            depth += 1;
            if depth == 1 {
                parts.push(String::new());
            }
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
        if letter == '}' && depth > 0 {
            depth -= 1;
            if depth == 0 {
                parts.push(String::new());
            }
        }
    }
    parts
}

/// A word that is an option, a variable or the name of a file, and what stands around it.
fn literal(word: &str) -> Option<(&str, &str, &str)> {
    let name = word.trim_start_matches(BEFORE);
    let before = word.get(..word.len() - name.len())?;
    let bare = name.trim_end_matches(AFTER);
    let after = name.get(bare.len()..)?;
    let has_letters = bare.chars().any(char::is_alphabetic);
    let is = bare.starts_with("--")
        || bare.starts_with('$')
        || bare.contains(['<', '_', '='])
        || bare.contains('/')
        || ENDINGS.iter().any(|ending| bare.ends_with(ending));
    (is && has_letters).then_some((before, bare, after))
}

/// Quotes and apostrophes of running text.
fn quoted(text: &str, language: Language) -> String {
    let mut out = String::new();
    let mut is_open = false;
    let mut is_code = false;
    for letter in text.chars() {
        is_code ^= letter == '`';
        match letter {
            '\'' if !is_code => out.push('’'),
            '"' if !is_code => {
                let opening = if language == Language::Polish {
                    '„'
                } else {
                    '“'
                };
                out.push(if is_open { '”' } else { opening });
                is_open = !is_open;
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_files_and_quotes_are_set_as_such() {
        let text = "The project's file config/core.yaml; not --root, says \"no\" (`a_b`), or *.";
        assert_eq!(
            sentence(text, Language::English),
            "The project’s file `config/core.yaml`; not `--root`, says “no” (`a_b`), or \\*."
        );
    }

    #[test]
    fn braces_are_code_as_a_whole() {
        assert_eq!(
            inline("JSON {\"a\": [1, 2]}; more", Language::English),
            "JSON `{\"a\": [1, 2]}`; more"
        );
    }

    #[test]
    fn numbers_with_units_say_why_they_stand() {
        let kept = |text: &str| kept(text.to_owned(), Language::English);
        assert_eq!(kept("`40 min` of it"), "`40 min` of it");
        assert!(kept("25 % of it").ends_with("<!-- typed: about the program, not the release -->"));
    }
}
