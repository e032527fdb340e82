//! The reference against its translations.

use super::pages_with;
use super::words::Words;
use crate::domain::Language;

#[test]
fn every_text_is_translated_and_every_translation_is_used() {
    let words = Words::of(Language::Polish).unwrap();
    pages_with(&words, "2026-11-30").unwrap();
    let (missing, unused) = words.differences();
    let list = |texts: &[String]| texts.join("\n  ");
    assert!(
        missing.is_empty() && unused.is_empty(),
        "templates/manual/pl.yaml\nwithout a translation:\n  {}\nnot used by any page:\n  {}",
        list(&missing),
        list(&unused)
    );
}

#[test]
fn every_command_and_every_file_of_people_has_a_section() {
    let words = Words::of(Language::English).unwrap();
    let pages = pages_with(&words, "2026-11-30").unwrap();
    let all: String = pages.iter().map(|(_, text)| text.as_str()).collect();
    for command in crate::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(all.contains(&format!("## stage6 {name} {{#{name}}}\n")), "{name}");
    }
    for name in ["core", "publication", "release", "waivers", "verification"] {
        assert!(all.contains(&format!("{{#{name}}}\n")), "{name}");
    }
    assert!(all.contains("{#core-stress-lab-thresholds-max-blackout-minutes}\n"));
}
