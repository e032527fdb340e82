//! The index: for each word the pages that have it, with how much it weighs there.

use super::codec::{END, push_number, push_word};
use super::reader::Document;
use super::tongue::Tongue;
use super::vocabulary::{Count, Vocabulary};

/// How much a word weighs on a page by its level: six steps for text, then headings and keys, then titles.
pub(super) const WEIGHTS: [f64; 8] = [0.4, 0.7, 1.0, 1.3, 1.6, 1.9, 2.6, 4.0];
const HEADING: usize = 6;
const TITLE: usize = 7;

/// The parameters of BM25: how soon more of the same word adds nothing, and how much long pages are held back.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.6;

/// The words and postings of some pages of one language, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Sorted as JavaScript sorts, front-coded.
    pub(super) words: String,
    /// For each word its list of pages.
    pub(super) postings: String,
}

/// Indexes pages. `quiet` pages, which show what others talk about, stand behind those with the same words.
pub(super) fn build<'d>(documents: impl IntoIterator<Item = (&'d Document, bool)>, tongue: &Tongue) -> Index {
    let mut vocabulary = Vocabulary::new(tongue);
    let mut quiets = Vec::new();
    for (document, quiet) in documents {
        vocabulary.add(document);
        quiets.push(quiet);
    }
    let lengths = vocabulary.relative_lengths();
    let level_on = |(page, count): &(u32, Count)| {
        let page = *page as usize;
        let relative = lengths.get(page).copied().unwrap_or_default();
        let quiet = quiets.get(page).copied().unwrap_or_default();
        (page, level(*count, relative, quiet))
    };
    let mut index = Index::default();
    let mut before = "";
    for (word, pages) in vocabulary.sorted() {
        index.add((before, word), pages.iter().map(level_on));
        before = word;
    }
    index
}

impl Index {
    /// Adds a word behind the one before it, with its pages and their levels.
    fn add(&mut self, (before, word): (&str, &str), pages: impl Iterator<Item = (usize, usize)>) {
        push_word(&mut self.words, before, word);
        let mut next = 0;
        for (page, level) in pages {
            push_number(&mut self.postings, (page - next) * WEIGHTS.len() + level);
            next = page + 1;
        }
        self.postings.push(END);
    }
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
