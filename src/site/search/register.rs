//! The list of all pages and headings from A to Z, in the order of a language: search for those without JavaScript,
//! and the page that shows all results for those with it.

use super::super::edition::Edition;
use super::super::frame::{self, Entry, Outline};
use super::super::sheet::Sheet;
use super::super::voice::Voice;
use super::page;
use super::reader::Document;
use crate::content::place::relative;
use crate::domain::Language;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;
use icu_normalizer::DecomposingNormalizerBorrowed;
use serde::Serialize;
use std::collections::BTreeMap;

/// A heading that more pages than these have in common leads to none of them.
const COMMON: usize = 8;
/// Headings below this level are parts of a thought, not places to look up.
const DEEPEST: u8 = 3;
/// Letters of the Polish alphabet that are not letters with a mark but letters of their own.
const POLISH: &str = "ĄĆĘŁŃÓŚŹŻ";
/// What begins with no letter.
const OTHER: &str = "0–9";

#[derive(Debug, Serialize)]
struct Letter {
    id: String,
    label: String,
    entries: Vec<Listed>,
}

/// One or more places of the same name.
#[derive(Debug, Serialize)]
struct Listed {
    label: String,
    places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Place {
    /// The page, for a heading; what it stands under, for a page.
    within: String,
    href: String,
    is_page: bool,
}

/// The list in one language.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>, pages: &[(String, Document)]) -> Sheet<'a> {
    let path = page(voice.language);
    let letters = letters(voice.language, entries(&path, pages));
    let other = voice.language.other();
    let outline = Outline {
        title: voice.text("search.title"),
        description: voice.text("search.summary"),
        twin: edition.input.languages.contains(&other).then(|| page(other)),
        // The letters stand in a bar of their own.
        contents: Vec::<Entry>::new(),
        path,
        ..Outline::default()
    };
    frame::sheet(edition, voice, "search.html", outline).with("letters", letters)
}

/// All places by their names.
fn entries(here: &str, pages: &[(String, Document)]) -> BTreeMap<String, Vec<Place>> {
    let mut named: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (path, document) in pages {
        let href = encoded(&relative(here, path));
        let place = |anchor: &str| match anchor {
            "" => Place {
                within: document.trail.join(" › "),
                href: href.clone(),
                is_page: true,
            },
            anchor => Place {
                within: document.title.clone(),
                href: format!("{href}#{anchor}"),
                is_page: false,
            },
        };
        if !document.title.is_empty() {
            named.entry(document.title.clone()).or_default().push(place(""));
        }
        for section in &document.sections {
            let counts = section.level.is_some_and(|level| level <= DEEPEST);
            let heading = unnumbered(&section.heading);
            if counts && !heading.is_empty() {
                let places = named.entry(heading.to_owned()).or_default();
                places.push(place(&section.anchor));
            }
        }
    }
    named.retain(|_, places| places.len() <= COMMON || places.iter().any(|place| place.is_page));
    for places in named.values_mut().filter(|places| places.len() > COMMON) {
        places.retain(|place| place.is_page);
    }
    named
}

/// A heading without its number: "3.1. Zakres" is looked up under Z.
fn unnumbered(heading: &str) -> &str {
    let rest = heading.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let number = &heading[..heading.len() - rest.len()];
    match rest.strip_prefix(' ') {
        Some(name) if number.ends_with('.') => name,
        _ => heading,
    }
}

/// A path as a link: what would end it is escaped.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('#', "%23").replace('?', "%3F")
}

fn letters(language: Language, named: BTreeMap<String, Vec<Place>>) -> Vec<Letter> {
    let collator = collator(language);
    let mut sorted: Vec<(String, Vec<Place>)> = named.into_iter().collect();
    // Quotes before a name do not count. Names that the language holds equal stay in the order of their bytes.
    let start = |label: &str| label.find(char::is_alphanumeric).unwrap_or(0);
    sorted.sort_by(|(left, _), (right, _)| collator.compare(&left[start(left)..], &right[start(right)..]));
    let mut letters: Vec<Letter> = Vec::new();
    for (label, places) in sorted {
        let initial = initial(language, &label);
        let entry = Listed { label, places };
        match letters.iter_mut().find(|letter| letter.label == initial) {
            Some(letter) => letter.entries.push(entry),
            None => letters.push(Letter {
                id: format!("letter-{}", letters.len() + 1),
                label: initial,
                entries: vec![entry],
            }),
        }
    }
    letters
}

fn collator(language: Language) -> CollatorBorrowed<'static> {
    let locale = match language {
        Language::Polish => locale!("pl"),
        Language::English => locale!("en"),
    };
    Collator::try_new(locale.into(), CollatorOptions::default())
        .expect("the tables of both languages are compiled in")
}

/// The letter that a name is found under.
fn initial(language: Language, label: &str) -> String {
    let Some(first) = label.chars().find(|letter| letter.is_alphanumeric()) else {
        return OTHER.to_owned();
    };
    let upper: String = first.to_uppercase().collect();
    let is_own = language == Language::Polish && POLISH.contains(&upper);
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(&upper);
    match apart.chars().next() {
        _ if is_own => upper,
        Some(plain) if plain.is_alphabetic() => plain.to_string(),
        _ => OTHER.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(language: Language, names: &[&str]) -> Vec<String> {
        let place = Place {
            within: String::new(),
            href: String::new(),
            is_page: true,
        };
        let named = names.iter().map(|name| ((*name).to_owned(), vec![place.clone()]));
        let lines = letters(language, named.collect());
        let line = |letter: &Letter| {
            let names: Vec<&str> = letter.entries.iter().map(|entry| entry.label.as_str()).collect();
            format!("{}: {}", letter.label, names.join(", "))
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn names_stand_in_the_order_of_the_polish_alphabet() {
        let names = [
            "Żaba",
            "zebra",
            "Źródła",
            "łódź",
            "Lista",
            "luz",
            "Ćma",
            "cyna",
            "czas",
            "awaria",
            "Ątek",
            "40 minut",
            "Éclair",
            "ekran",
            "ósemka",
            "opis",
        ];
        assert_eq!(
            order(Language::Polish, &names),
            [
                "0–9: 40 minut",
                "A: awaria",
                "Ą: Ątek",
                "C: cyna, czas",
                "Ć: Ćma",
                "E: Éclair, ekran",
                "L: Lista, luz",
                "Ł: łódź",
                "O: opis",
                "Ó: ósemka",
                "Z: zebra",
                "Ź: Źródła",
                "Ż: Żaba",
            ]
        );
    }

    #[test]
    fn english_files_letters_with_marks_under_the_plain_ones() {
        assert_eq!(
            order(
                Language::English,
                &["Zulu", "éclair", "edge", "Ångström", "able", "«quoted»"]
            ),
            ["A: able, Ångström", "E: éclair, edge", "Q: «quoted»", "Z: Zulu"]
        );
    }
}
