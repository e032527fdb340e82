//! A verifier's policy: what it demands of a release, whom it trusts, and what it has seen. The file belongs to the
//! verifier and is never taken from a bundle.

use super::core::read_yaml;
use super::fields::Fields;
use super::key_place;
use crate::diag::{Checked, Problem, Problems};
use crate::domain::Timestamp;
use std::cell::RefCell;
use std::path::Path;

/// A policy file, read. Paths are as written; relative ones start at the folder of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerificationSettings {
    /// A file of trusted signers, or a public key.
    pub trust: Option<String>,
    /// The name under which the signer must be trusted.
    pub identity: Option<String>,
    /// The producer whom signatures must name.
    pub producer: Option<String>,
    /// What stands before release and sequence in the bundle's name.
    pub bundle: Option<String>,
    /// The release that is expected.
    pub release: Option<String>,
    /// The lowest sequence that is accepted.
    pub minimum_sequence: Option<u32>,
    /// Most days since the release.
    pub max_age_days: Option<u32>,
    /// How far clocks may differ, in seconds.
    pub clock_skew_seconds: Option<u32>,
    /// Whether drafts are accepted; without a word, they are not.
    pub accept_drafts: bool,
    /// Whether HMAC is mandatory.
    pub require_hmac: bool,
    /// HMAC keys by id.
    pub hmac_keys: Vec<HmacKeySettings>,
    /// The file that records what was seen.
    pub state: Option<String>,
}

/// One HMAC key of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HmacKeySettings {
    /// The id that signatures carry.
    pub id: String,
    /// Where the key is.
    pub place: KeyPlace,
    /// From this moment on it signs nothing new.
    pub retired_at: Option<Timestamp>,
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a file.
    File(String),
    /// In an environment variable.
    Variable(String),
}

impl VerificationSettings {
    /// Reads a policy file; `shown` is its name in problems.
    ///
    /// # Errors
    /// Every problem in it, each with its place.
    pub fn load(location: &Path, shown: &str) -> Checked<VerificationSettings> {
        let source = read_yaml(location, shown).map_err(|problem| vec![problem])?;
        let problems = RefCell::new(Problems::new());
        let settings = Fields::open(shown, "", &source.node, &problems).map(read);
        let settings = problems.into_inner().into_result(settings)?;
        settings.ok_or_else(|| vec![Problem::with_file(shown, "could not be read")])
    }
}

fn read(fields: Fields<'_, '_>) -> VerificationSettings {
    let settings = VerificationSettings {
        trust: fields.text("trust"),
        identity: fields.text("identity"),
        producer: fields.text("producer"),
        bundle: fields.text("bundle"),
        release: fields.text("release"),
        minimum_sequence: fields.whole_number("minimum_sequence", 1),
        max_age_days: fields.whole_number("max_age_days", 1),
        clock_skew_seconds: fields.whole_number("clock_skew_seconds", 0),
        accept_drafts: one_of(&fields, "drafts", ["refuse", "accept"]),
        require_hmac: one_of(&fields, "hmac", ["optional", "required"]),
        hmac_keys: hmac_keys(&fields),
        state: fields.text("state"),
    };
    if settings.trust.is_none() && settings.hmac_keys.is_empty() {
        fields.refuse_whole(
            "the policy trusts nobody",
            "name `trust:` (an allowed_signers file or a public key), or `hmac_keys:`",
        );
    }
    fields.finish();
    settings
}

/// Whether `key` says the second of two words; the first is the default.
fn one_of(fields: &Fields<'_, '_>, key: &'static str, words: [&str; 2]) -> bool {
    let Some(word) = fields.text(key) else {
        return false;
    };
    if !words.contains(&word.as_str())
        && let Some(node) = fields.node(key)
    {
        let hint = format!("write `{}` or `{}`", words[0], words[1]);
        fields.refuse(node, format!("`{key}` is `{word}`"), hint);
    }
    word == words[1]
}

fn hmac_keys(fields: &Fields<'_, '_>) -> Vec<HmacKeySettings> {
    let (path, problems) = fields.context();
    let mut keys: Vec<HmacKeySettings> = Vec::new();
    for node in fields.list("hmac_keys").unwrap_or_default() {
        let Some(entry) = Fields::open(path, "hmac_keys", node, problems) else {
            continue;
        };
        let id = entry.required_text("id");
        let place = match (entry.node("path").is_some(), entry.node("env").is_some()) {
            (true, false) => key_place::file(&entry, "path").map(KeyPlace::File),
            (false, true) => key_place::variable(&entry, "env").map(KeyPlace::Variable),
            _ => {
                entry.refuse(
                    node,
                    "a key lies in one place",
                    "give `path:` or `env:`, one of them",
                );
                None
            }
        };
        let retired_at = entry
            .text("retired_at")
            .and_then(|text| match Timestamp::parse(&text) {
                Ok(moment) => Some(moment),
                Err(error) => {
                    entry.refuse(node, format!("`retired_at` is `{text}`"), error.to_string());
                    None
                }
            });
        if let Some(id) = &id
            && keys.iter().any(|known| known.id == *id)
        {
            entry.refuse(node, format!("the key `{id}` stands twice"), "keep one of them");
        }
        entry.finish();
        if let (Some(id), Some(place)) = (id, place) {
            keys.push(HmacKeySettings {
                id,
                place,
                retired_at,
            });
        }
    }
    keys
}
