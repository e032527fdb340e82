//! The index: for each word the pages that have it, with how much it weighs there.

use super::codec::{END, push_number, push_word};
use super::reader::{Document, Section};
use super::tongue::Tongue;
use super::words;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Where words stand: by their letters as UTF-16, the word, and each place with its weight.
type Postings<'w> = BTreeMap<Vec<u16>, (&'w str, Vec<(usize, usize)>)>;

/// How much a word weighs on a page by its level: six steps for text, then headings and keys, then titles.
pub(super) const WEIGHTS: [f64; 8] = [0.4, 0.7, 1.0, 1.3, 1.6, 1.9, 2.6, 4.0];
const HEADING: usize = 6;
const TITLE: usize = 7;

/// The parameters of BM25: how soon more of the same word adds nothing, and how much long pages are held back.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.6;

/// Words of a page: how often each stands in the text, and whether in a heading or title.
#[derive(Debug, Default)]
struct Counted {
    words: BTreeMap<String, Count>,
    length: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    in_text: u32,
    in_heading: bool,
    in_title: bool,
}

/// The words and postings of one language, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Sorted as JavaScript sorts, front-coded.
    pub(super) words: String,
    /// For each word its list of pages.
    pub(super) postings: String,
    pub(super) word_count: usize,
    pub(super) posting_count: usize,
}

/// Indexes pages. `quiet` pages, which show what others talk about, stand behind those with the same words.
pub(super) fn build(documents: &[(&Document, bool)], tongue: &Tongue) -> Index {
    let counted: Vec<Counted> = documents
        .par_iter()
        .map(|(document, _)| count(document, tongue))
        .collect();
    let total: usize = counted.iter().map(|page| page.length).sum();
    let average = (total as f64 / documents.len().max(1) as f64).max(1.0);
    let mut postings: Postings<'_> = BTreeMap::new();
    for (number, (page, (_, quiet))) in counted.iter().zip(documents).enumerate() {
        let relative = page.length as f64 / average;
        for (word, count) in &page.words {
            let level = level(*count, relative, *quiet);
            let entry = postings
                .entry(word.encode_utf16().collect())
                .or_insert_with(|| (word, Vec::new()));
            entry.1.push((number, level));
        }
    }
    write(&postings)
}

fn write(postings: &Postings<'_>) -> Index {
    let mut index = Index::default();
    let mut before = "";
    for (word, pages) in postings.values() {
        push_word(&mut index.words, before, word);
        before = word;
        let mut next = 0;
        for (page, level) in pages {
            push_number(&mut index.postings, (page - next) * WEIGHTS.len() + level);
            next = page + 1;
        }
        index.postings.push(END);
        index.word_count += 1;
        index.posting_count += pages.len();
    }
    index
}

/// The level of a word on a page.
fn level(count: Count, relative_length: f64, quiet: bool) -> usize {
    if count.in_title {
        return TITLE;
    }
    if count.in_heading {
        return HEADING;
    }
    let often = f64::from(count.in_text);
    let impact =
        often * (SATURATION + 1.0) / (often + SATURATION * (1.0 - LENGTH + LENGTH * relative_length));
    let impact = if quiet { 0.7 * impact } else { impact };
    let nearest = |weight: &f64| (weight - impact).abs();
    let text = WEIGHTS.iter().take(HEADING).enumerate();
    text.min_by(|(_, left), (_, right)| nearest(left).total_cmp(&nearest(right)))
        .map_or(0, |(level, _)| level)
}

fn count(document: &Document, tongue: &Tongue) -> Counted {
    let mut counted = Counted::default();
    let mut add = |text: &str, mark: fn(&mut Count)| {
        words::each(text, tongue, &mut |word| {
            counted.length += 1;
            mark(counted.words.entry(word).or_default());
        });
    };
    add(&document.title, |count| count.in_title = true);
    for Section {
        heading, keys, text, ..
    } in &document.sections
    {
        add(heading, |count| count.in_heading = true);
        add(keys, |count| count.in_heading = true);
        add(text, |count| count.in_text += 1);
    }
    counted
}
