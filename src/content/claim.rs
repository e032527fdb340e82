//! Claims: sentences that we publish together with an expression over facts that must hold.

use crate::diag::Position;
use crate::domain::Language;
use std::collections::BTreeSet;

/// A claim as it stands on a page, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its id, the same in all languages.
    pub id: String,
    /// The id of its page.
    pub page: String,
    /// Its language.
    pub language: Language,
    /// The file that it stands in.
    pub source: String,
    /// Where its block begins.
    pub at: Position,
    /// Its anchor on the page.
    pub anchor: String,
    /// The sentence in plain words, facts written out.
    pub sentence: String,
    /// The expression as written.
    pub expression: String,
    /// Whether it holds. One that does not hold is published in drafts only.
    pub holds: bool,
    /// Ids of the facts that the expression reads.
    pub facts: BTreeSet<String>,
}

/// A number that an author typed on purpose although a fact has the same value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypedNumber {
    /// The file.
    pub source: String,
    /// Where it stands.
    pub at: Position,
    /// The number with its unit, as typed.
    pub text: String,
    /// Why it may stay.
    pub reason: String,
}
