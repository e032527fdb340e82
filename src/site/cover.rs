//! The cover of the site in all languages at once, and the page for addresses that are not there.

use super::card;
use super::edition::{Edition, INDEX};
use super::marks::Mark;
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{page_path, verifier_path};
use crate::domain::BaseUrl;
use serde::Serialize;

/// The cover in one language.
#[derive(Debug, Serialize)]
struct Face {
    language: &'static str,
    href: String,
    title: String,
    description: String,
    open: String,
    verifier: Verifier,
    missing: String,
    missing_more: String,
    /// The warning, when the key is a development key.
    development: Option<String>,
    marks: Vec<Mark>,
    rows: Vec<Row>,
    /// What the cover says once a later release keeps it: label, title, text and link.
    superseded: [String; 4],
    card: String,
    card_alt: String,
}

/// The page that verifies releases in the browser.
#[derive(Debug, Serialize)]
struct Verifier {
    href: String,
    label: String,
}

#[derive(Debug, Serialize)]
struct Row {
    label: String,
    value: String,
    /// The kind of badge that the value is shown as.
    badge: Option<&'static str>,
}

/// The cover and the page for missing addresses.
pub(super) fn sheets<'a>(edition: &Edition<'a>) -> Vec<Sheet<'a>> {
    let voices: Vec<Voice<'_>> = edition
        .input
        .languages
        .iter()
        .map(|language| Voice::new(edition.input.wordings, *language))
        .collect();
    // The page for missing addresses is shown at any of them, so it counts from the root of the site.
    let base = edition.input.base_url.map_or("/", BaseUrl::folder);
    let sheet = |path: &str, template: &'static str, root: &'a str| {
        let faces: Vec<Face> = voices.iter().map(|voice| face(edition, voice, root)).collect();
        let sheet = Sheet::new(path, template).with("root", root).with("faces", faces);
        match voices.first() {
            Some(voice) => sheet.with("site", edition.imprint(voice)),
            None => sheet,
        }
    };
    vec![
        sheet("index.html", "cover.html", ""),
        sheet("404.html", "not_found.html", base),
    ]
}

fn face(edition: &Edition<'_>, voice: &Voice<'_>, root: &str) -> Face {
    Face {
        language: voice.language.tag(),
        href: format!("{root}{}", page_path(voice.language, INDEX)),
        title: voice.text("cover.title"),
        description: voice.text("cover.description"),
        open: voice.text("cover.open"),
        verifier: Verifier {
            href: verifier_path(voice.language),
            label: voice.text("verify.title"),
        },
        missing: voice.text("cover.missing"),
        missing_more: voice.text("cover.missing_more"),
        development: edition
            .signing()
            .development
            .then(|| voice.text("mark.development")),
        marks: edition.marks.in_words(voice),
        rows: rows(edition, voice),
        superseded: ["label", "title", "text", "open"]
            .map(|part| voice.text(&format!("versions.superseded_{part}"))),
        card: card::path(voice.language),
        card_alt: voice.text("card.alt"),
    }
}

fn rows(edition: &Edition<'_>, voice: &Voice<'_>) -> Vec<Row> {
    let input = &edition.input;
    let plain = |key: &str, value: String| Row {
        label: voice.text(key),
        value,
        badge: None,
    };
    let total = input.report.scenarios.len();
    let passed = input.report.failure_count() == 0;
    let within = voice.count(total - input.report.failure_count());
    let result = voice.filled(
        "status.within",
        &[("within", &within), ("total", &voice.count(total))],
    );
    let (seal, badge) = if input.signing.development {
        ("seal.development", "development")
    } else {
        ("seal.signed", "signed")
    };
    vec![
        plain("release", input.release.id.clone()),
        plain("released", voice.date(input.release.released_at)),
        Row {
            badge: Some(if passed { "passed" } else { "failed" }),
            ..plain("status.result", result)
        },
        Row {
            badge: Some(badge),
            ..plain("status.signature", voice.text(seal))
        },
        plain("signing_key", input.signing.key_id.clone()),
        plain("release_key", input.signing.fingerprint.clone()),
    ]
}
