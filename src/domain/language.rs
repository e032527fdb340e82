//! The two languages of the content.

use serde::{Deserialize, Serialize};

/// A language that pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// Polish, the default.
    Polish,
    /// English.
    English,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Language; 2] = [Language::Polish, Language::English];

    /// The language tag (BCP 47), also the folder name: `pl` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Polish => "pl",
            Language::English => "en",
        }
    }

    /// The language of a tag.
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The other language: where the language switch leads.
    pub fn other(self) -> Language {
        match self {
            Language::Polish => Language::English,
            Language::English => Language::Polish,
        }
    }
}
