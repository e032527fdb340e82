//! The page that verifies releases in the reader's browser. Its scripts are those under `assets/verify`, which follow the
//! verifier of this program step by step; a test holds them to the same verdicts.

use super::edition::{Edition, Group};
use super::frame::{self, Outline};
use super::theme::Sheet;
use super::voice::Voice;
use crate::content::place::verifier_path;
use crate::content::{Wordings, built_in_keys};
use crate::diag::Checked;
use crate::document::json_text::Json;

/// The scripts in the order in which they need each other.
const SCRIPTS: [&str; 18] = [
    "vendor/noble-pako",
    "bytes",
    "json",
    "moments",
    "digests",
    "sources",
    "lists",
    "zip",
    "observed",
    "signatures",
    "trust",
    "manifests",
    "bag",
    "policy",
    "release",
    "report",
    "chosen",
    "page",
];

/// Refuses tables that lack a message of the page: its scripts ask for words that nobody else checks.
///
/// # Errors
/// One problem for each missing message.
pub(super) fn require(wordings: &Wordings) -> Checked<()> {
    let keys = built_in_keys("site.verify.")?;
    wordings.require(keys.iter().map(String::as_str))
}

/// The page in one language.
pub(super) fn sheet(edition: &Edition<'_>, voice: &Voice<'_>) -> Sheet {
    let other = voice.language.other();
    let outline = Outline {
        path: verifier_path(voice.language),
        title: voice.text("verify.title"),
        description: voice.text("verify.summary"),
        group: Some(Group::Review),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| verifier_path(other)),
        ..Outline::default()
    };
    let mut sheet = frame::sheet(edition, voice, "verify.html", outline);
    let words = voice.below("verify.say").into_iter();
    let words = Json::map(words.map(|(key, text)| (key, Json::text(text))));
    sheet.context.insert("words", &words.to_canonical());
    sheet.context.insert("scripts", &SCRIPTS);
    sheet
}
