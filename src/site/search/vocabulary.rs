//! The words of a part of the index while it is made: each known by a number, with the pages that have it.

use super::reader::{Document, Section};
use super::tongue::Tongue;
use super::words::{self, Part, Reader};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use std::cmp::Ordering;

/// How often a word stands in the text of a page, and whether in a heading or title. Small, because one is held for each
/// word of each page. More than 65,535 times is as good as 65,535.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) in_text: u16,
    pub(super) in_heading: bool,
    pub(super) in_title: bool,
}

/// What a part of a name turned out to be; most parts of a text are met often, and are folded and stemmed once.
#[derive(Clone, Copy, Debug)]
enum Known {
    Nothing,
    Silent,
    Word(u32),
}

/// Words in the order in which they were met.
#[derive(Debug)]
pub(super) struct Vocabulary<'t> {
    tongue: &'t Tongue,
    parts: IndexMap<Box<str>, Known, FxBuildHasher>,
    words: IndexSet<String, FxBuildHasher>,
    /// For each word the pages that have it, in their order.
    pages_of: Vec<Vec<(u32, Count)>>,
    /// How many words each page has.
    lengths: Vec<usize>,
}

/// Where on a page words are met.
#[derive(Clone, Copy, Debug)]
enum Place {
    Title,
    Heading,
    Text,
}

/// Notes the words of one stretch of text.
struct Stretch<'v, 't> {
    vocabulary: &'v mut Vocabulary<'t>,
    page: u32,
    length: usize,
    place: Place,
}

impl<'t> Vocabulary<'t> {
    pub(super) fn new(tongue: &'t Tongue) -> Vocabulary<'t> {
        Vocabulary {
            tongue,
            parts: IndexMap::default(),
            words: IndexSet::default(),
            pages_of: Vec::new(),
            lengths: Vec::new(),
        }
    }

    /// Takes in the words of the next page.
    pub(super) fn add(&mut self, document: &Document) {
        let page = position(self.lengths.len());
        let tongue = self.tongue;
        let mut stretch = Stretch {
            vocabulary: self,
            page,
            length: 0,
            place: Place::Title,
        };
        words::each(&document.title, tongue, &mut stretch);
        for Section {
            heading, keys, text, ..
        } in &document.sections
        {
            stretch.place = Place::Heading;
            words::each(heading, tongue, &mut stretch);
            words::each(keys, tongue, &mut stretch);
            stretch.place = Place::Text;
            words::each(text, tongue, &mut stretch);
        }
        let length = stretch.length;
        self.lengths.push(length);
    }

    /// All words, as browsers sort them, each with the pages that have it.
    pub(super) fn sorted(&self) -> Vec<(&str, &[(u32, Count)])> {
        let pages = self.pages_of.iter().map(Vec::as_slice);
        let mut sorted: Vec<(&str, &[(u32, Count)])> =
            self.words.iter().map(String::as_str).zip(pages).collect();
        sorted.sort_unstable_by(|(left, _), (right, _)| as_browsers_sort(left, right));
        sorted
    }

    fn number_of(&mut self, word: String) -> u32 {
        let (number, is_new) = self.words.insert_full(word);
        if is_new {
            self.pages_of.push(Vec::new());
        }
        position(number)
    }

    fn known(&mut self, part: &str) -> Known {
        if let Some(known) = self.parts.get(part) {
            return *known;
        }
        let known = match words::part(part, self.tongue) {
            Part::Nothing => Known::Nothing,
            Part::Silent => Known::Silent,
            Part::Word(word) => Known::Word(self.number_of(word)),
        };
        self.parts.insert(part.into(), known);
        known
    }
}

/// How long each page of all is beside the mean; 1 is the mean.
pub(super) fn relative_lengths(all: &[Vocabulary<'_>]) -> Vec<f64> {
    let lengths: Vec<usize> = all.iter().flat_map(|one| one.lengths.iter().copied()).collect();
    let total: usize = lengths.iter().sum();
    let mean = (total as f64 / lengths.len().max(1) as f64).max(1.0);
    lengths.iter().map(|length| *length as f64 / mean).collect()
}

impl Stretch<'_, '_> {
    fn note(&mut self, word: u32) {
        self.length += 1;
        let Some(pages) = self.vocabulary.pages_of.get_mut(word as usize) else {
            return;
        };
        if pages.last().is_none_or(|(page, _)| *page != self.page) {
            pages.push((self.page, Count::default()));
        }
        if let Some((_, count)) = pages.last_mut() {
            match self.place {
                Place::Title => count.in_title = true,
                Place::Heading => count.in_heading = true,
                Place::Text => count.in_text = count.in_text.saturating_add(1),
            }
        }
    }
}

impl Reader for Stretch<'_, '_> {
    fn part(&mut self, part: &str, _: &Tongue) -> bool {
        match self.vocabulary.known(part) {
            Known::Nothing => return false,
            Known::Silent => {}
            Known::Word(word) => self.note(word),
        }
        true
    }

    fn word(&mut self, word: String) {
        let word = self.vocabulary.number_of(word);
        self.note(word);
    }
}

/// A number of a page or word. There are fewer of them than this can count, or memory would have ended long before.
fn position(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The order of JavaScript, which compares UTF-16. It is that of the code points, but for those beyond the first plane.
pub(super) fn as_browsers_sort(left: &str, right: &str) -> Ordering {
    let mut letters = left.chars().zip(right.chars());
    let unit = |letter: char| letter.encode_utf16(&mut [0; 2])[0];
    match letters.find(|(one, other)| one != other) {
        Some((one, other)) => unit(one).cmp(&unit(other)).then(one.cmp(&other)),
        None => left.len().cmp(&right.len()),
    }
}
