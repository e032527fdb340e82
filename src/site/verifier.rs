//! The page that verifies releases in the reader's browser. Its scripts are those under `assets/verify`, which follow the
//! verifier of this program step by step; a test holds them to the same verdicts.

use super::edition::{Edition, Group};
use super::frame::{self, Outline};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::verifier_path;
use crate::content::{Wordings, built_in_keys};
use crate::diag::Checked;
use crate::document::json_text::Json;

/// The scripts in the order in which they need each other.
const SCRIPTS: [&str; 19] = [
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
    "sections",
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
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Sheet<'a> {
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
    let words = voice.below("verify.say").into_iter();
    let words = Json::map(words.map(|(key, text)| (key, Json::text(text))));
    frame::sheet(edition, voice, "verify.html", outline)
        .with("words", words.to_canonical())
        .with("scripts", SCRIPTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Digest;
    use crate::fs::Project;
    use crate::site::Theme;

    /// All values of a key of a record, in its order.
    fn values<'r>(record: &'r str, key: &str) -> Vec<&'r str> {
        let start = format!("{key} = \"");
        let lines = record.lines().filter_map(|line| line.strip_prefix(&start));
        lines.map(|rest| rest.trim_end_matches('"')).collect()
    }

    #[test]
    fn vendored_code_is_what_its_record_names() {
        let place = tempfile::tempdir().unwrap();
        let theme = Theme::load(&Project::open(place.path()).unwrap()).unwrap();
        let tree = theme.assets();
        let vendor = |name: &str| &tree[&format!("assets/verify/vendor/{name}")];
        let record = std::str::from_utf8(vendor("vendor.toml")).unwrap();
        let digests = |names: &str, digests: &str| {
            for (name, digest) in values(record, names).into_iter().zip(values(record, digests)) {
                assert_eq!(Digest::of(vendor(name)).to_string(), digest, "{name}");
            }
        };
        assert_eq!(values(record, "version").len(), 3);
        assert_eq!(values(record, "licence_text").len(), 3);
        digests("name", "sha256");
        digests("licence_text", "licence_sha256");
        let shipped = tree
            .keys()
            .filter(|path| path.starts_with("assets/verify/vendor/"));
        assert_eq!(shipped.count(), 5, "one script, three licences, the record");
    }

    #[test]
    fn every_script_is_loaded_and_every_loaded_one_is_there() {
        let place = tempfile::tempdir().unwrap();
        let theme = Theme::load(&Project::open(place.path()).unwrap()).unwrap();
        let tree = theme.assets();
        let mut there: Vec<&str> = tree
            .keys()
            .filter_map(|path| path.strip_prefix("assets/verify/")?.strip_suffix(".js"))
            .collect();
        let mut loaded = SCRIPTS.to_vec();
        there.sort_unstable();
        loaded.sort_unstable();
        assert_eq!(there, loaded);
    }
}
