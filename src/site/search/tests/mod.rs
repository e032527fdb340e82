//! The index holds what stands on the pages, whatever stands there, and its rules are those of the browser.

mod pages;
mod parity;

use super::codec::{self, END, LAST};
use super::reader::{Document, Section};
use super::tongue::Tongue;
use super::{files_of, words};
use crate::domain::Language;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const POLISH_FORMS: &str = include_str!("inflection_pl.txt");
pub(super) const ENGLISH_FORMS: &str = include_str!("inflection_en.txt");

/// Words in their order.
struct Listed(Vec<String>);

impl words::Reader for Listed {
    fn part(&mut self, part: &str, tongue: &Tongue) -> bool {
        match words::part(part, tongue) {
            words::Part::Nothing => return false,
            words::Part::Silent => {}
            words::Part::Word(word) => self.0.push(word),
        }
        true
    }

    fn word(&mut self, word: String) {
        self.0.push(word);
    }
}

pub(super) fn words_of(text: &str, language: Language) -> Vec<String> {
    let mut found = Listed(Vec::new());
    words::each(text, Tongue::of(language), &mut found);
    found.0
}

fn lemmas(list: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').collect())
}

/// Of all pairs of forms of one word, the share in percent whose stems are the same: who types the one finds the other.
fn recall(list: &str, language: Language, typed: fn(&str) -> String) -> f64 {
    let (mut pairs, mut found) = (0_u32, 0_u32);
    for forms in lemmas(list) {
        for query in &forms {
            let query = words_of(&typed(query), language);
            for form in &forms {
                pairs += 1;
                found += u32::from(words_of(form, language) == query);
            }
        }
    }
    assert!(pairs > 50, "the list was read");
    f64::from(found) * 100.0 / f64::from(pairs)
}

/// A word as somebody without a Polish keyboard types it; written here once more, so that nothing of ours judges itself.
fn ascii(word: &str) -> String {
    let plain = |letter: char| match letter {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        other => other,
    };
    let typed: String = word.chars().map(plain).collect();
    assert!(typed.is_ascii(), "{typed}");
    typed
}

#[test]
fn nine_of_ten_forms_find_each_other_with_and_without_diacritics() {
    assert!(lemmas(POLISH_FORMS).count() >= 40);
    let by_form = recall(POLISH_FORMS, Language::Polish, str::to_owned);
    let by_ascii = recall(POLISH_FORMS, Language::Polish, ascii);
    let english = recall(ENGLISH_FORMS, Language::English, str::to_owned);
    assert!(by_form >= 90.0, "{by_form} %");
    assert!(by_ascii >= 90.0, "{by_ascii} %");
    assert!(english >= 90.0, "{english} %");
}

#[test]
fn words_of_different_meaning_stay_apart() {
    let stems: Vec<BTreeSet<String>> = lemmas(POLISH_FORMS)
        .map(|forms| {
            forms
                .iter()
                .flat_map(|form| words_of(form, Language::Polish))
                .collect()
        })
        .collect();
    for (number, stems_of_one) in stems.iter().enumerate() {
        for others in stems.iter().skip(number + 1) {
            assert!(stems_of_one.is_disjoint(others), "{stems_of_one:?} {others:?}");
        }
    }
}

#[test]
fn tables_are_sorted_as_their_readers_need_them() {
    for language in Language::ALL {
        let tongue = Tongue::of(language);
        assert!(tongue.silent.is_sorted());
        for pass in tongue.passes {
            assert!(pass.is_sorted_by_key(|ending| std::cmp::Reverse(ending.0.len())));
            let endings: BTreeSet<&str> = pass.iter().map(|ending| ending.0).collect();
            assert_eq!(endings.len(), pass.len());
        }
    }
}

#[test]
fn identifiers_are_found_by_their_parts_and_as_a_whole() {
    let words = words_of("`stress_lab.thresholds.max_blackout_minutes`", Language::English);
    assert_eq!(
        words,
        [
            "stress",
            "lab",
            "threshold",
            "max",
            "blackout",
            "minut",
            "stress_lab.thresholds.max_blackout_minutes"
        ]
    );
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assert_eq!(words_of(digest, Language::Polish), [digest]);
    assert_eq!(
        words_of("config/core.yaml", Language::Polish),
        ["config", "cor", "yaml", "config/core.yaml"]
    );
}

#[test]
fn numbers_are_one_word_however_they_are_written() {
    let polish = |text: &str| words_of(text, Language::Polish);
    assert_eq!(polish("40\u{a0}min"), ["40", "min"]);
    assert_eq!(polish("1\u{a0}234\u{a0}567,89 USD"), ["1234567.89", "usd"]);
    assert_eq!(polish("0,55; 0.55."), ["0.55", "0.55"]);
    assert_eq!(polish("od 12 3456"), ["12", "3456"]);
    assert_eq!(polish("2026-11-23"), ["2026", "11", "23"]);
    assert_eq!(polish("wydanie 2026.11"), ["wydan", "2026.11"]);
    assert_eq!(words_of("1,234,567.89", Language::English), ["1234567.89"]);
    assert_eq!(words_of("10.5.2", Language::English), ["10", "5", "2", "10.5.2"]);
}

#[test]
fn letters_in_two_pieces_are_the_same_letters() {
    let composed = words_of("PŁYNNOŚĆ żółw straße", Language::Polish);
    let apart = words_of(
        "PŁYNNOS\u{301}C\u{301} z\u{307}o\u{301}łw straße",
        Language::Polish,
    );
    assert_eq!(composed, apart);
    assert_eq!(composed, ["plynnost", "zolw", "strass"]);
    assert_eq!(words_of("\u{301}\u{302}", Language::Polish), [""; 0]);
}

/// The numbers of lists, as the browser reads them; written from the description of the code, not from the writer.
fn numbers(list: &str) -> Vec<usize> {
    let digits = codec::digits().as_bytes();
    let more = digits.len() - LAST;
    let mut found = Vec::new();
    let mut number = 0;
    for byte in list.bytes() {
        let value = digits.iter().position(|digit| *digit == byte).unwrap();
        if value < LAST {
            found.push(number * LAST + value);
            number = 0;
        } else {
            number = number * more + (value - LAST) + 1;
        }
    }
    found
}

/// The words of a front-coded list.
fn unfolded(text: &str) -> Vec<String> {
    let shares = codec::shares();
    let mut words: Vec<String> = Vec::new();
    let mut before: Vec<u16> = Vec::new();
    let starts: Vec<usize> = text
        .match_indices(|letter| shares.contains(letter))
        .map(|(at, _)| at)
        .collect();
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let share = shares.find(&text[*start..=*start]).unwrap();
        before.truncate(share);
        before.extend(text[start + 1..end].encode_utf16());
        words.push(String::from_utf16(&before).unwrap());
    }
    words
}

#[derive(serde::Deserialize)]
struct Read {
    words: String,
    postings: String,
    pages: Vec<(String, String, usize)>,
    trails: Vec<Vec<String>>,
    pieces: Vec<usize>,
}

/// The data in a script that calls the engine.
fn data<T: serde::de::DeserializeOwned>(script: &[u8], call: &str) -> T {
    let text = std::str::from_utf8(script).unwrap();
    let inside = text.strip_prefix(call).and_then(|text| text.strip_suffix(");\n"));
    serde_json::from_str(inside.unwrap_or_else(|| panic!("{call}: {text}"))).unwrap()
}

/// The words of each page by the index of a site with these pages.
fn indexed(pages: Vec<(String, Document)>) -> Vec<BTreeSet<String>> {
    let count = pages.len();
    let files = files_of(Language::Polish, &pages, &BTreeSet::new());
    let read: Read = data(&files["search/pl/index.js"], "stage6Search.index(\"pl\",");
    assert_eq!(read.pages.len(), count);
    assert!(read.pages.iter().all(|page| page.2 < read.trails.len()));
    assert_eq!(read.pieces.len() + 1, files.len());
    let mut words = vec![BTreeSet::new(); count];
    let lists: Vec<&str> = read.postings.split_terminator(END).collect();
    let terms = unfolded(&read.words);
    assert_eq!(terms.len(), lists.len());
    for (word, list) in terms.iter().zip(lists) {
        let mut next = 0;
        for number in numbers(list) {
            let page = next + number / 8;
            words[page].insert(word.clone());
            next = page + 1;
        }
    }
    words
}

fn page(path: &str, title: &str, heading: &str, text: &str) -> (String, Document) {
    let section = Section {
        anchor: String::from("a"),
        level: Some(2),
        heading: heading.to_owned(),
        text: text.to_owned(),
        ..Section::default()
    };
    let document = Document {
        title: title.to_owned(),
        trail: vec![String::from("Dowody")],
        sections: vec![Section::default(), section],
    };
    (path.to_owned(), document)
}

proptest! {
    #[test]
    fn every_number_comes_back(list in proptest::collection::vec(0_usize..10_000_000, 0..50)) {
        let mut text = String::new();
        for number in &list {
            codec::push_number(&mut text, *number);
        }
        prop_assert!(!text.contains(['"', '\\', '<', '>', '&', '\'', END]));
        prop_assert_eq!(numbers(&text), list);
    }

    #[test]
    fn every_word_of_every_page_is_in_the_index_and_no_other(
        texts in proptest::collection::vec("[a-zA-Zżźćń .,_/<>\"\\\\&0-9\u{2028}\u{1d4d0}\u{10ffff}\u{e000}Ωдß-]{0,80}", 1..12)
    ) {
        let pages: Vec<(String, Document)> = texts.iter().enumerate()
            .map(|(number, text)| page(&format!("pl/{number}.html"), text, "", text)).collect();
        let expected: Vec<BTreeSet<String>> = texts.iter()
            .map(|text| words_of(text, Language::Polish).into_iter().collect()).collect();
        prop_assert_eq!(indexed(pages), expected);
    }

    #[test]
    fn no_text_at_all_breaks_the_cutting(text in "\\PC{0,200}") {
        for language in Language::ALL {
            for word in words_of(&text, language) {
                prop_assert!(!word.is_empty() && word.chars().count() <= 64);
                prop_assert!(!word.contains(|letter| codec::shares().contains(letter)), "{}", word);
            }
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let evil = "</script><script>alert(1)</script><!--\u{2028}\u{2029}\"\\'";
    let pages = vec![
        page("pl/a.html", evil, evil, evil),
        page("pl/b.html", "", "", ""),
        page("pl/c.html", &"ż".repeat(100_000), "", &"word".repeat(50_000)),
    ];
    let files = files_of(Language::Polish, &pages, &BTreeSet::new());
    for (path, bytes) in &files {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains(['<', '\u{2028}', '\u{2029}']), "{path}");
        assert_eq!(text.lines().count(), 1, "{path}");
    }
    let read: Read = data(&files["search/pl/index.js"], "stage6Search.index(\"pl\",");
    assert_eq!(read.pages[0], (String::from("a"), evil.to_owned(), 0));
    assert_eq!(read.trails, [["Dowody"]]);
    let texts: (usize, Vec<Vec<[String; 3]>>) =
        data(&files["search/pl/text-0.js"], "stage6Search.text(\"pl\",");
    assert_eq!(texts.1[0][1], ["a", evil, evil]);
    assert_eq!(texts.1[1][1], ["a", "", ""]);
}

#[test]
fn a_site_without_pages_has_an_index_without_words() {
    assert_eq!(indexed(Vec::new()), Vec::<BTreeSet<String>>::new());
}

#[test]
fn texts_come_in_pieces_and_each_page_is_in_one() {
    let long = "słowo ".repeat(3_000);
    let pages: Vec<(String, Document)> = (0..30)
        .map(|number| page(&format!("pl/{number:02}.html"), "Strona", "Dział", &long))
        .collect();
    let files = files_of(Language::Polish, &pages, &BTreeSet::new());
    let read: Read = data(&files["search/pl/index.js"], "stage6Search.index(\"pl\",");
    let mut sizes = BTreeMap::new();
    for (number, first) in read.pieces.iter().enumerate() {
        let piece: (usize, Vec<Vec<[String; 3]>>) = data(
            &files[&format!("search/pl/text-{number}.js")],
            "stage6Search.text(\"pl\",",
        );
        assert_eq!(piece.0, *first);
        sizes.insert(piece.0, piece.1.len());
    }
    let ends: Vec<usize> = sizes.iter().map(|(first, count)| first + count).collect();
    let starts: Vec<usize> = sizes.keys().copied().skip(1).chain([30]).collect();
    assert_eq!(ends, starts);
    assert!(sizes.len() > 5, "{sizes:?}");
}
