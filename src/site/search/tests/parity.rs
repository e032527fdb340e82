//! The rules as the browser applies them: `templates/assets/search-engine.js` cuts the same texts, run by Node.js.

use super::{ENGLISH_FORMS, POLISH_FORMS, words_of};
use crate::domain::Language;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Every so manyeth word of a dictionary is taken; the Polish one has more than four million.
const EVERY: usize = 40;

/// Cuts the lines of a file with the engine and prints the words of each as a line of JSON.
const SCRIPT: &str = r#"
const fs = require("fs");
globalThis.window = {};
require(process.argv[1]);
const tongue = new window.stage6Search.Tongue(JSON.parse(process.argv[2]));
const lines = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const cut = lines.map((line) => {
  const words = [];
  tongue.each(line, (word) => words.push(word));
  return words;
});
process.stdout.write(JSON.stringify(cut));
"#;

/// Texts that rules could disagree about, the words of the field, all shipped pages, and dictionaries where installed.
fn texts(dictionary: &str) -> Vec<String> {
    let mut texts: Vec<String> = [
        "1 000 1 000,5 12 3456 1,234,567.89 0,55 0.55. 10.5.2 2026-11-23 40min 12 000x 1\u{202f}000\u{a0}000",
        "stress_lab.thresholds.max a/b:c-d__e ..x.. _ -- sha256:AB12 user@host C++ e.g. m.in. np.",
        "PŁYNNOŚĆ pl\u{301}ynnos\u{301}c\u{301} Straße ΣΊΣΥΦΟΣ İstanbul ǅ ﬁn ½ ٣ x² 𝓐𝔟 漢字 हिन्दी 한글 \u{301} đØħıÆœþð",
        "</script> <b> \u{2028} \" \\ ' & | ~ \u{0} \u{feff} a\u{ad}b a\u{200d}b",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("ż".repeat(70) + &"x".repeat(70) + &"𝓐".repeat(70));
    texts.extend([POLISH_FORMS, ENGLISH_FORMS].map(str::to_owned));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "content/pl",
        "content/en",
        "content/pl/runbooks",
        "content/en/runbooks",
    ] {
        for file in fs::read_dir(root.join(folder)).unwrap().flatten() {
            texts.extend(fs::read_to_string(file.path()).ok());
        }
    }
    let words = fs::read_to_string(Path::new("/usr/share/dict").join(dictionary)).unwrap_or_default();
    texts.extend(words.lines().step_by(EVERY).map(str::to_owned));
    // Every letter of the blocks that European languages and symbols are written with, between plain ones.
    texts.extend(
        (0x20..0x2fff)
            .filter_map(char::from_u32)
            .map(|letter| format!("a{letter}b")),
    );
    texts
}

fn differences(language: Language, dictionary: &str) -> Option<Vec<String>> {
    let texts = texts(dictionary);
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("texts.json");
    fs::write(&file, serde_json::to_string(&texts).unwrap()).unwrap();
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/assets/search-engine.js");
    let rules = serde_json::to_string(super::Tongue::of(language)).unwrap();
    let ran = Command::new("node")
        .args(["-e", SCRIPT])
        .args([engine.as_os_str(), rules.as_ref(), file.as_os_str()])
        .output()
        .ok()?;
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let cut: Vec<Vec<String>> = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(cut.len(), texts.len());
    let differ = texts.iter().zip(&cut).filter_map(|(text, theirs)| {
        let ours = words_of(text, language);
        (ours != *theirs).then(|| format!("{text:.200}: ours {ours:.40?}, the browser's {theirs:.40?}"))
    });
    Some(differ.take(20).collect())
}

#[test]
fn the_browser_cuts_every_word_as_the_build_does() {
    for (language, dictionary) in [
        (Language::Polish, "polish"),
        (Language::English, "american-english"),
    ] {
        match differences(language, dictionary) {
            Some(differences) => assert_eq!(differences, [""; 0], "{language:?}"),
            None if env::var_os("CI").is_some() => panic!("Node.js is missing"),
            None => {}
        }
    }
}
