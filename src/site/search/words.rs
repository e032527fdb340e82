//! Words as search knows them: cut out of text, folded to plain small letters, and stripped of their endings.
//!
//! `templates/assets/search-engine.js` does the same in the browser; `tests/browser/search_words.test.mjs` holds the
//! two together on every word of large dictionaries.

use super::tongue::{Ending, Tongue};
use icu_normalizer::DecomposingNormalizerBorrowed;

/// Letters of a word beyond this many are not looked at.
const LONGEST: usize = 64;
/// The blocks of marks that stand on letters; without them letters are plain.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';
/// What holds the parts of an identifier, a path or a file name together.
const JOINTS: [char; 5] = ['_', '.', '/', ':', '-'];

/// Who is told what stands in a text.
pub(super) trait Reader {
    /// A part of a name, or a plain word, as it is written; says whether anything of it is left when it is folded.
    fn part(&mut self, part: &str, tongue: &Tongue) -> bool;
    /// A word that is made already: a number, or a name as a whole.
    fn word(&mut self, word: String);
}

/// What a part of a name comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Marks without letters.
    Nothing,
    /// A word that is on every page.
    Silent,
    Word(String),
}

/// The word of one part.
pub(super) fn part(part: &str, tongue: &Tongue) -> Part {
    let word = folded(part, tongue);
    if word.is_empty() {
        return Part::Nothing;
    }
    match tongue.silent.binary_search(&word.as_str()) {
        Ok(_) => Part::Silent,
        Err(_) => Part::Word(stem(word, tongue)),
    }
}

/// Tells `reader` each word of a text, in order. Identifiers come in their parts and then as a whole.
pub(super) fn each(text: &str, tongue: &Tongue, reader: &mut impl Reader) {
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        rest = &rest[start..];
        let end = name_end(rest, tongue);
        name(&rest[..end], tongue, reader);
        rest = &rest[end..];
    }
}

/// A letter, a digit or a mark on one.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || MARKS.contains(&letter)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// The end of the longest name at the start of a text: words with single joints between them. Numbers are names of
/// their own, and may have spaces or commas between their groups of digits.
fn name_end(text: &str, tongue: &Tongue) -> usize {
    if let Some(end) = number_end(text, tongue) {
        return end;
    }
    let mut end = word_end(text);
    while let Some(after) = text[end..].strip_prefix(JOINTS) {
        let more = word_end(after);
        if more == 0 {
            break;
        }
        end = text.len() - after.len() + more;
    }
    end
}

fn word_end(text: &str) -> usize {
    text.find(|letter| !is_part(letter)).unwrap_or(text.len())
}

/// The end of a number: digits, perhaps in groups of three, perhaps with decimals. Nothing that goes on like a name.
fn number_end(text: &str, tongue: &Tongue) -> Option<usize> {
    let digits = |text: &str| text.find(|letter| !is_digit(letter)).unwrap_or(text.len());
    let mut end = digits(text);
    if end == 0 {
        return None;
    }
    if end <= 3 {
        while let Some(after) = text[end..].strip_prefix(tongue.grouping) {
            if digits(after) != 3 {
                break;
            }
            end = text.len() - after.len() + 3;
        }
    }
    if let Some(after) = text[end..].strip_prefix([tongue.decimal, '.']) {
        let more = digits(after);
        end = if more > 0 {
            text.len() - after.len() + more
        } else {
            end
        };
    }
    let mut after = text[end..].chars();
    let goes_on = match after.next() {
        Some(letter) if is_part(letter) => true,
        Some(letter) if JOINTS.contains(&letter) => after.next().is_some_and(is_part),
        _ => false,
    };
    (!goes_on).then_some(end)
}

/// The words of one name.
fn name(name: &str, tongue: &Tongue, reader: &mut impl Reader) {
    if number_end(name, tongue) == Some(name.len()) {
        let digits = name.chars().filter(|letter| !tongue.grouping.contains(letter));
        reader.word(cut(digits
            .map(|letter| if is_digit(letter) { letter } else { '.' })
            .collect()));
        return;
    }
    let mut parts = 0;
    for part in name.split(JOINTS) {
        parts += usize::from(reader.part(part, tongue));
    }
    if parts > 1 && name.contains(['_', '.', '/']) {
        reader.word(cut(folded(name, tongue)));
    }
}

/// Small letters without their marks.
pub(super) fn folded(text: &str, tongue: &Tongue) -> String {
    if text.bytes().all(|byte| byte.is_ascii()) {
        return text.to_ascii_lowercase();
    }
    let small = text.to_lowercase();
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&small);
    let mut plain = String::with_capacity(apart.len());
    for letter in apart.chars().filter(|letter| !MARKS.contains(letter)) {
        match tongue.letters.iter().find(|(special, _)| *special == letter) {
            Some((_, letters)) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    plain
}

/// A folded word without its endings. Words with anything but plain letters stay as they are.
pub(super) fn stem(mut word: String, tongue: &Tongue) -> String {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return cut(word);
    }
    for pass in tongue.passes {
        let fits = |ending: &&Ending| word.ends_with(ending.0) && word.len() >= ending.0.len() + ending.2;
        if let Some(ending) = pass.iter().find(fits) {
            word.truncate(word.len() - ending.0.len());
            word.push_str(ending.1);
        }
    }
    cut(word)
}

fn cut(mut word: String) -> String {
    if let Some((end, _)) = word.char_indices().nth(LONGEST) {
        word.truncate(end);
    }
    word
}
