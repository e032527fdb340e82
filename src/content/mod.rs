//! Content: Markdown, front matter, tables, checklists and wording in two languages.
//!
//! [`load`] reads drafts; [`resolve`] replaces every fact reference by its value and every link by its place in
//! the site, or says where that is not possible. [`Wordings`] hold the words and number formats of each language,
//! [`place`] the rules by which files of the site are named; both are shared with the room that writes the site.

mod catalogue;
pub mod charts;
mod checklist_record;
mod claim;
mod draft;
pub mod place;
mod resolve;
mod tasks;
mod typography;
mod wording;

pub use catalogue::{Uses, claims_json, fact_json, facts_json, uses};
pub use checklist_record::{ChecklistRecord, RECORD_SCHEMA, RECORD_VERSION};
pub use claim::{Claim, TypedNumber};
pub use draft::{Draft, load};
pub use resolve::checklist::{ChecklistItem, checklist_items, tick};
pub use resolve::{Terms, checklist_pages, resolve, survey};
pub use resolve::{alignment_class, callout_word, escape, markdown, page_options, table_frame, way_back};
pub use tasks::{count_hidden_tasks, count_tasks};
pub use typography::{Typesetter, set as typeset};
pub use wording::{Wording, Wordings, built_in_keys, fill};

use crate::domain::{Digest, Language};
use std::collections::BTreeSet;

/// Where a page belongs: which readers it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The home page.
    Home,
    /// For due-diligence readers.
    Review,
    /// For those who publish.
    Publish,
    /// For operators.
    Operate,
    /// About the tool itself: the evidence comes first, so this comes last.
    Manual,
}

impl Section {
    /// All sections, in the order of the navigation.
    pub const ALL: [Section; 5] = [
        Section::Home,
        Section::Review,
        Section::Publish,
        Section::Operate,
        Section::Manual,
    ];

    /// Its word in front matter and in the keys of message tables.
    pub fn key(self) -> &'static str {
        match self {
            Section::Home => "home",
            Section::Review => "review",
            Section::Publish => "publish",
            Section::Operate => "operate",
            Section::Manual => "manual",
        }
    }

    /// The section of a word.
    pub fn from_key(key: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.key() == key)
    }
}

/// A heading of a page, for its table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// Its text, without markup.
    pub text: String,
}

/// A place on a page where a number of the evidence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The evidence file.
    pub source: String,
    /// The line of that file; 0 for a fact about the file as a whole.
    pub line: u32,
    /// The id of the fact; `None` for a chart, which shows many.
    pub fact: Option<String>,
    /// The anchor on the page.
    pub anchor: String,
    /// The heading below which it stands, without markup.
    pub heading: String,
}

/// A term of the glossary as a page explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermUse {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it means.
    pub text: String,
}

/// A page whose facts, links, tables and footnotes are resolved.
#[derive(Clone, Debug)]
pub struct Page {
    /// The same in all languages: the path below the language folder without its ending, `runbooks/stress-lab`.
    pub id: String,
    /// Its language.
    pub language: Language,
    /// The file it was written in, inside the project: `content/pl/runbooks/stress-lab.md`.
    pub source: String,
    /// The title: the page's only first-level heading.
    pub title: String,
    /// A short title for navigation.
    pub nav_title: String,
    /// One sentence about it.
    pub summary: String,
    /// Which readers it serves.
    pub section: Section,
    /// Its place in the navigation.
    pub order: i64,
    /// The date of its last revision, `2026-11-23`.
    pub updated: Option<String>,
    /// The digest of the file.
    pub source_digest: Digest,
    /// The language that its text is written in; not `language` where a document is shown among the pages of the other.
    pub text_language: Language,
    /// The boxes of its checklists.
    pub tasks: usize,
    /// The terms of the glossary that it explains, by id.
    pub terms: Vec<TermUse>,
    /// The body as HTML.
    pub html: String,
    /// The whole page as plain Markdown with all facts written out, for readers of the bundle.
    pub markdown: String,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Ids of the facts it shows.
    pub facts: BTreeSet<String>,
    /// Paths of the evidence files that it shows facts of or links to.
    pub evidence: BTreeSet<String>,
    /// Where each number of the evidence stands on it, in order.
    pub uses: Vec<Use>,
    /// Its claims, in their order.
    pub claims: Vec<Claim>,
    /// Numbers that stand in it on purpose although facts have the same values.
    pub typed: Vec<TypedNumber>,
}
