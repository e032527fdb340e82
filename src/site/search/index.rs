//! The index: for each word the pages that have it, with how much it weighs there.

use super::codec::{END, push_number, push_word};
use super::reader::Document;
use super::tongue::Tongue;
use super::vocabulary::{self, Count, Vocabulary, as_browsers_sort};
use rayon::prelude::*;
use std::iter::Peekable;
use std::slice::Iter;

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

/// Indexes pages, `runs` of them one after another at the same time; words that they share are taken apart in each.
/// Quiet pages, which are marked, show what others talk about, and stand behind those with the same words.
pub(super) fn build(pages: &[(&Document, bool)], runs: usize, tongue: &Tongue) -> Index {
    let most = pages.len().div_ceil(runs.max(1)).max(1);
    let read = |pages: &[(&Document, bool)]| {
        let mut vocabulary = Vocabulary::new(tongue);
        pages.iter().for_each(|(document, _)| vocabulary.add(document));
        vocabulary
    };
    let vocabularies: Vec<Vocabulary<'_>> = pages.par_chunks(most).map(read).collect();
    let lengths = vocabulary::relative_lengths(&vocabularies);
    let sorted: Vec<_> = vocabularies.par_iter().map(Vocabulary::sorted).collect();
    let mut runs: Vec<_> = sorted.iter().map(|words| words.iter().peekable()).collect();
    let mut index = Index::default();
    let mut before = "";
    while let Some(word) = first_word(&mut runs) {
        let found = runs.iter_mut().enumerate().filter_map(|(turn, run)| {
            let (_, found) = run.next_if(|(other, _)| *other == word)?;
            Some(
                found
                    .iter()
                    .map(move |(page, count)| (turn * most + *page as usize, *count)),
            )
        });
        let levels = found.flatten().map(|(page, count)| {
            let relative = lengths.get(page).copied().unwrap_or_default();
            let quiet = pages.get(page).is_some_and(|(_, quiet)| *quiet);
            (page, level(count, relative, quiet))
        });
        index.add((before, word), levels);
        before = word;
    }
    index
}

/// A word with the pages of a run that have it.
type Entry<'v> = (&'v str, &'v [(u32, Count)]);

/// The word that comes next in all runs together.
fn first_word<'v>(runs: &mut [Peekable<Iter<'_, Entry<'v>>>]) -> Option<&'v str> {
    let words = runs
        .iter_mut()
        .filter_map(|run| run.peek().map(|(word, _)| *word));
    words.min_by(|one, other| as_browsers_sort(one, other))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::site::search::reader;

    #[test]
    fn pages_read_at_the_same_time_have_the_index_of_pages_read_one_by_one() {
        let texts = [
            "alpha beta",
            "beta gamma gamma",
            "",
            "delta \u{1d400} \u{ff41}",
            "alpha delta beta beta",
        ];
        let page = |(number, text): (usize, &&str)| {
            let html = format!("<main><h1>Page {number}</h1><p>{text}</p></main>");
            reader::read(&html).unwrap()
        };
        let pages: Vec<Document> = texts.iter().enumerate().map(page).collect();
        let marked: Vec<(&Document, bool)> =
            pages.iter().map(|page| (page, page.sections.len() > 3)).collect();
        for language in [Language::Polish, Language::English] {
            let one_by_one = build(&marked, 1, Tongue::of(language));
            assert!(one_by_one.words.len() > 20);
            for runs in [0, 2, 3, 5, 9] {
                assert_eq!(
                    build(&marked, runs, Tongue::of(language)),
                    one_by_one,
                    "{runs} runs"
                );
            }
        }
    }
}
