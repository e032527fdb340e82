//! Waivers: contradictions and rules that somebody answers for until a day.

use super::{Language, Timestamp};
use crate::diag::Position;

/// The longest that somebody may answer for something in a final release, in days.
pub const MOST_WAIVED_DAYS: i64 = 366;

/// What a waiver is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waived {
    /// The id of a contradiction of the evidence.
    Contradiction(String),
    /// The id of a rule of the gate: that it is broken is answered for, or that it is kept is confirmed where only
    /// people can know.
    Rule(String),
}

/// One thing that is published as it is, because somebody answers for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// What it is about.
    pub of: Waived,
    /// The release that it is for. One of a contradiction is for all releases until its last day; one of a rule is for
    /// one release, because what was seen to for one says nothing about the next.
    pub release: Option<String>,
    /// Why it is published, in Polish.
    pub reason_pl: String,
    /// Why it is published, in English.
    pub reason_en: String,
    /// Who answers for it.
    pub owner: String,
    /// The day on which the owner agreed.
    pub signed_at: Timestamp,
    /// The last day on which it holds, in UTC.
    pub expires_at: Timestamp,
    /// Where it stands in its file.
    pub at: Position,
}

impl Waiver {
    /// The reason in a language.
    pub fn reason(&self, language: Language) -> &str {
        match language {
            Language::Polish => &self.reason_pl,
            Language::English => &self.reason_en,
        }
    }

    /// Days from the first to the last.
    pub fn days(&self) -> i64 {
        (self.expires_at.as_utc() - self.signed_at.as_utc()).num_days()
    }

    /// What it is about, by its id.
    pub fn id(&self) -> &str {
        match &self.of {
            Waived::Contradiction(id) | Waived::Rule(id) => id,
        }
    }

    /// Whether its last day is over.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at.plus_days(1)
    }
}

/// All waivers of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaiverBook {
    /// The file that they stand in.
    pub path: String,
    /// The waivers, in its order.
    pub waivers: Vec<Waiver>,
    /// The id of the key that signed the file; unsigned waivers hold in drafts only.
    pub signed_with: Option<String>,
}

impl WaiverBook {
    /// The waiver of a contradiction.
    pub fn of(&self, contradiction: &str) -> Option<&Waiver> {
        self.waivers
            .iter()
            .find(|waiver| matches!(&waiver.of, Waived::Contradiction(id) if id == contradiction))
    }

    /// The waiver or confirmation of a rule of the gate.
    pub fn of_rule(&self, rule: &str) -> Option<&Waiver> {
        self.waivers
            .iter()
            .find(|waiver| matches!(&waiver.of, Waived::Rule(id) if id == rule))
    }
}
