//! The files that the browser loads: scripts that hand data over, because pages opened from a folder may load nothing
//! else.

use super::codec::{self, LAST};
use super::index::{Index, WEIGHTS};
use super::reader::{Document, Section};
use super::tongue::Tongue;
use crate::domain::Language;
use serde::Serialize;
use std::collections::BTreeMap;

/// Text of pages is handed over in pieces of about this many bytes; a result needs the piece of its page only.
const PIECE: usize = 48 * 1024;

/// What the engine is given first.
#[derive(Debug, Serialize)]
struct Data<'a> {
    tongue: &'a Tongue,
    digits: &'a str,
    last: usize,
    shares: &'a str,
    weights: [f64; 8],
    words: &'a str,
    postings: &'a str,
    /// Path below the language's folder and without `.html`, title, number of the trail.
    pages: Vec<(&'a str, &'a str, usize)>,
    trails: Vec<&'a [String]>,
    /// The first page of each piece of text.
    pieces: Vec<usize>,
}

/// The folder of a language's files, below the root of the site.
pub(super) fn folder(language: Language) -> String {
    format!("search/{}", language.tag())
}

/// The index as a script.
pub(super) fn index(
    language: Language,
    pages: &[(String, Document)],
    index: &Index,
    pieces: &[usize],
) -> Vec<u8> {
    let mut trails: Vec<&[String]> = Vec::new();
    let mut known: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut listed = Vec::new();
    for (path, document) in pages {
        let trail = *known.entry(&document.trail).or_insert_with(|| {
            trails.push(&document.trail);
            trails.len() - 1
        });
        listed.push((path.as_str(), document.title.as_str(), trail));
    }
    let data = Data {
        tongue: Tongue::of(language),
        digits: codec::digits(),
        last: LAST,
        shares: codec::shares(),
        weights: WEIGHTS,
        words: &index.words,
        postings: &index.postings,
        pages: listed,
        trails,
        pieces: pieces.to_vec(),
    };
    call("index", language, &data)
}

/// The text of pages in pieces, each with the number of its first page.
pub(super) fn texts(language: Language, pages: &[(String, Document)]) -> Vec<(usize, Vec<u8>)> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Vec<[&str; 3]>> = Vec::new();
    let (mut first, mut size) = (0, 0);
    for (number, (_, document)) in pages.iter().enumerate() {
        let sections: Vec<[&str; 3]> = document.sections.iter().map(shown).collect();
        let bytes: usize = sections.iter().flatten().map(|text| text.len() + 3).sum();
        if size + bytes > PIECE && !piece.is_empty() {
            pieces.push((first, call("text", language, &(first, &piece))));
            (first, size) = (number, 0);
            piece.clear();
        }
        size += bytes;
        piece.push(sections);
    }
    if !piece.is_empty() {
        pieces.push((first, call("text", language, &(first, &piece))));
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

/// A script that calls the engine with data.
fn call(name: &str, language: Language, data: &impl Serialize) -> Vec<u8> {
    // Data of these types has no keys that are not text and no numbers that are not finite.
    let json = serde_json::to_string(data).unwrap_or_default();
    let script = format!(
        "stage6Search.{name}(\"{}\",{});\n",
        language.tag(),
        guarded(&json)
    );
    script.into_bytes()
}

/// JSON that is safe inside a script: nothing in it ends the element or, for old readers of JavaScript, a line.
/// These characters stand in strings only, where an escape means the same.
fn guarded(json: &str) -> String {
    let mut script = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' => script.push_str("\\u003c"),
            '\u{2028}' => script.push_str("\\u2028"),
            '\u{2029}' => script.push_str("\\u2029"),
            other => script.push(other),
        }
    }
    script
}
