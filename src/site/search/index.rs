//! The index: for each word the pages that have it, with how much it weighs there.

use super::codec::{END, push_number, push_word};
use super::reader::{Document, Section};
use super::tongue::Tongue;
use super::words;
use rayon::prelude::*;
use std::collections::BTreeMap;

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

/// Small, because one is held for each word of each page. More than 65,535 times is as good as 65,535.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    in_text: u16,
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

/// How many pages are counted at a time: enough for all cores, few enough to stay small in memory.
const BATCH: usize = 512;

/// Indexes pages. `quiet` pages, which show what others talk about, stand behind those with the same words.
pub(super) fn build(documents: &[(&Document, bool)], tongue: &Tongue) -> Index {
    // Each word once, in the order in which browsers sort.
    let mut numbers: BTreeMap<Vec<u16>, (String, u32)> = BTreeMap::new();
    // Many places are held at once, so they are small.
    let mut pages_of: Vec<Vec<(u32, Count)>> = Vec::new();
    let mut lengths: Vec<usize> = Vec::with_capacity(documents.len());
    for batch in documents.chunks(BATCH) {
        let counted: Vec<Counted> = batch
            .par_iter()
            .map(|(document, _)| count(document, tongue))
            .collect();
        for page in counted {
            let number = position(lengths.len());
            lengths.push(page.length);
            for (word, count) in page.words {
                let next = position(numbers.len());
                let (_, word) = numbers
                    .entry(word.encode_utf16().collect())
                    .or_insert((word, next));
                if *word as usize == pages_of.len() {
                    pages_of.push(Vec::new());
                }
                if let Some(pages) = pages_of.get_mut(*word as usize) {
                    pages.push((number, count));
                }
            }
        }
    }
    let total: usize = lengths.iter().sum();
    let average = (total as f64 / documents.len().max(1) as f64).max(1.0);
    let level_on = |(page, count): &(u32, Count)| {
        let page = *page as usize;
        let relative = lengths.get(page).map_or(0.0, |length| *length as f64 / average);
        let quiet = documents.get(page).is_some_and(|(_, quiet)| *quiet);
        (page, level(*count, relative, quiet))
    };
    let mut index = Index::default();
    let mut before = "";
    for (word, number) in numbers.values() {
        let pages = pages_of.get(*number as usize).map_or(&[][..], Vec::as_slice);
        index.add((before, word), pages.iter().map(level_on));
        before = word;
    }
    index
}

/// A number of a page or word. There are fewer of them than this can count, or memory would have ended long before.
fn position(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Index {
    /// Adds a word behind the one before it, with its pages and their levels.
    fn add(&mut self, (before, word): (&str, &str), pages: impl Iterator<Item = (usize, usize)>) {
        push_word(&mut self.words, before, word);
        let mut next = 0;
        for (page, level) in pages {
            push_number(&mut self.postings, (page - next) * WEIGHTS.len() + level);
            next = page + 1;
            self.posting_count += 1;
        }
        self.postings.push(END);
        self.word_count += 1;
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
        add(text, |count| count.in_text = count.in_text.saturating_add(1));
    }
    counted
}
