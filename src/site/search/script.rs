//! The files that the browser loads: scripts that hand data over, because pages opened from a folder may load nothing
//! else.

use super::codec::{self, LAST};
use super::index::{Index, WEIGHTS};
use super::reader::{Document, Section};
use super::tongue::Tongue;
use crate::domain::Language;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Text of pages is handed over in pieces of about this many bytes; a result needs the piece of its page only.
const PIECE: usize = 48 * 1024;

/// What the engine is given first: the rules of the language, and the pages, or of how many parts they come.
#[derive(Debug, Serialize)]
struct Data<'a> {
    tongue: &'a Tongue,
    digits: &'a str,
    last: usize,
    shares: &'a str,
    weights: [f64; 8],
    #[serde(flatten)]
    pages: Pages<'a>,
}

/// All pages of a small site, or for each part of a large one how many pages it has.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Pages<'a> {
    All(Listed<'a>),
    Parts { parts: &'a [usize] },
}

/// Pages with their index. Numbers count the pages of this list.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    words: &'a str,
    postings: &'a str,
    /// Path below the language's folder and without `.html`, title, number of the trail.
    pages: Vec<(&'a str, &'a str, usize)>,
    trails: Vec<&'a [String]>,
    /// The first page of each piece of text.
    pieces: &'a [usize],
}

/// The folder of a language's files, below the root of the site.
pub fn folder(language: Language) -> String {
    format!("search/{}", language.tag())
}

/// The index of all pages as a script.
pub(super) fn index(
    language: Language,
    pages: &[(&str, &Document)],
    index: &Index,
    pieces: &[usize],
) -> Vec<u8> {
    let listed = listed(pages, index, pieces);
    call("index", &[language.tag()], &start(language, Pages::All(listed)))
}

/// What says of how many parts an index comes, and how many pages each has, as a script.
pub(super) fn index_of_parts(language: Language, parts: &[usize]) -> Vec<u8> {
    let pages = Pages::Parts { parts };
    call("index", &[language.tag()], &start(language, pages))
}

/// A part of the index as a script.
pub(super) fn part(
    (language, number): (Language, usize),
    pages: &[(&str, &Document)],
    index: &Index,
    pieces: &[usize],
) -> Vec<u8> {
    let which = [language.tag(), &number.to_string()];
    call("part", &which, &listed(pages, index, pieces))
}

fn start<'a>(language: Language, pages: Pages<'a>) -> Data<'a> {
    Data {
        tongue: Tongue::of(language),
        digits: codec::digits(),
        last: LAST,
        shares: codec::shares(),
        weights: WEIGHTS,
        pages,
    }
}

fn listed<'a>(pages: &[(&'a str, &'a Document)], index: &'a Index, pieces: &'a [usize]) -> Listed<'a> {
    let mut trails: Vec<&[String]> = Vec::new();
    let mut known: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut listed = Vec::new();
    for (path, document) in pages {
        let trail = *known.entry(&document.trail).or_insert_with(|| {
            trails.push(&document.trail);
            trails.len() - 1
        });
        listed.push((*path, document.title.as_str(), trail));
    }
    Listed {
        words: &index.words,
        postings: &index.postings,
        pages: listed,
        trails,
        pieces,
    }
}

/// The text of pages in pieces, each with the number of its first page; of a part, if its number is given.
pub(super) fn texts(
    (language, part): (Language, Option<usize>),
    pages: &[(&str, &Document)],
) -> Vec<(usize, Vec<u8>)> {
    let part = part.map(|part| part.to_string());
    let which: Vec<&str> = [Some(language.tag()), part.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let mut pieces = Vec::new();
    let mut piece: Vec<Vec<[&str; 3]>> = Vec::new();
    let (mut first, mut size) = (0, 0);
    for (number, (_, document)) in pages.iter().enumerate() {
        let sections: Vec<[&str; 3]> = document.sections.iter().map(shown).collect();
        let bytes: usize = sections.iter().flatten().map(|text| text.len() + 3).sum();
        if size + bytes > PIECE && !piece.is_empty() {
            pieces.push((first, call("text", &which, &(first, &piece))));
            (first, size) = (number, 0);
            piece.clear();
        }
        size += bytes;
        piece.push(sections);
    }
    if !piece.is_empty() {
        pieces.push((first, call("text", &which, &(first, &piece))));
    }
    pieces
}

/// What a result shows of a section. An anchor that ends in its heading is written once: `*` stands for the heading.
fn shown(section: &Section) -> [&str; 3] {
    let heading = section.heading.as_str();
    let anchor = match section.anchor.strip_suffix(heading) {
        Some("") if !heading.is_empty() => "*",
        Some("fact-") if !heading.is_empty() => "fact-*",
        _ => section.anchor.as_str(),
    };
    [anchor, heading, section.text.as_str()]
}

/// A script that calls the engine with a language, perhaps the number of a part, and data.
fn call(name: &str, which: &[&str], data: &impl Serialize) -> Vec<u8> {
    let which = which.join("\",\"");
    let mut script = format!("stage6Search.{name}(\"{which}\",").into_bytes();
    // Data of these types has no keys that are not text and no numbers that are not finite.
    let _ = data.serialize(&mut Serializer::with_formatter(&mut script, Guarded));
    script.extend_from_slice(b");\n");
    script
}

/// Writes JSON that is safe inside a script: nothing in it ends the element or, for old readers of JavaScript, a line.
/// These characters stand in strings only, where an escape means the same.
struct Guarded;

impl Formatter for Guarded {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment.as_bytes();
        // The first bytes of the characters; that of two of them begins others, too.
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | 0xe2)) {
            let (before, from) = rest.split_at(at);
            out.write_all(before)?;
            let (written, length): (&[u8], usize) = match from {
                [b'<', ..] => (b"\\u003c", 1),
                [0xe2, 0x80, 0xa8, ..] => (b"\\u2028", 3),
                [0xe2, 0x80, 0xa9, ..] => (b"\\u2029", 3),
                _ => (&[0xe2], 1),
            };
            out.write_all(written)?;
            rest = from.get(length..).unwrap_or_default();
        }
        out.write_all(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_script_ends_its_element_or_a_line() {
        let text = "</script> \u{2028}a\u{2029}\"\u{2027}\u{20ac}\n<";
        let script = String::from_utf8(call("text", &["pl", "3"], &[text])).unwrap();
        let written = r#"\u003c/script> \u2028a\u2029\"‧€\n\u003c"#;
        assert_eq!(
            script,
            format!("stage6Search.text(\"pl\",\"3\",[\"{written}\"]);\n")
        );
        let json = script.split_once(",[").unwrap().1.trim_end_matches(");\n");
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&format!("[{json}")).unwrap(),
            [text]
        );
    }
}
