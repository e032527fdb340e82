//! The gate: named rules that stand between a release and its readers.

use super::{Fact, Language, Timestamp, Waiver};
use crate::diag::Position;

/// The rule that the rules themselves are those which are shipped, and those of the release before.
pub const RULES_KEPT: &str = "rules-kept";

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// In Polish.
    pub polish: String,
    /// In English.
    pub english: String,
}

impl Sentence {
    /// The sentence in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Polish => &self.polish,
            Language::English => &self.english,
        }
    }
}

/// When a rule can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateStage {
    /// While the bundle is made; its ruling is part of the bundle.
    Build,
    /// Once the bundle exists: a bundle cannot hold a ruling about itself.
    Publication,
}

/// One rule that blocks publication when it is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateRule {
    /// Its name, by which a waiver refers to it.
    pub id: String,
    /// A CEL expression over facts that must hold. Without one, the rule is about something outside of our sight and
    /// somebody must confirm it.
    pub expression: Option<String>,
    /// What it demands, and why.
    pub because: Sentence,
    /// What to do when it is broken.
    pub hint: Sentence,
    /// The document that demands it.
    pub source: Sentence,
    /// When it can be decided.
    pub stage: GateStage,
    /// Whether somebody may answer for a release that breaks it.
    pub waivable: bool,
    /// Where it stands in its file.
    pub at: Position,
}

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleVerdict {
    /// It holds.
    Passed,
    /// It is broken, cannot be evaluated, or was not confirmed.
    Failed,
    /// It is broken and somebody answers for that.
    Waived,
    /// Somebody confirmed it; nothing here can check it.
    Confirmed,
    /// It is decided once the bundle exists.
    Pending,
}

impl RuleVerdict {
    /// Its word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleVerdict::Passed => "passed",
            RuleVerdict::Failed => "failed",
            RuleVerdict::Waived => "waived",
            RuleVerdict::Confirmed => "confirmed",
            RuleVerdict::Pending => "pending",
        }
    }
}

/// A rule with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// The rule.
    pub rule: GateRule,
    /// What came of it.
    pub verdict: RuleVerdict,
    /// The facts that it read, with the values it was decided on.
    pub facts: Vec<Fact>,
    /// Why it could not be evaluated.
    pub fault: Option<String>,
    /// The entry that waives or confirms it; also one that no longer holds.
    pub waiver: Option<Waiver>,
}

/// What the gate says about a release: every rule, in the order of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct GateRulings {
    /// The moment that the rules were evaluated for.
    pub at: Timestamp,
    /// The rulings.
    pub rulings: Vec<Ruling>,
    /// The key that signed waivers and confirmations, if one did.
    pub waivers_signed_with: Option<String>,
    /// Why no mirror is looked at, where the configuration says so.
    pub no_mirror: Option<Sentence>,
}

impl GateRulings {
    /// The ids of the rules that keep the gate closed.
    pub fn failed(&self) -> Vec<&str> {
        let failed = self
            .rulings
            .iter()
            .filter(|ruling| ruling.verdict == RuleVerdict::Failed);
        failed.map(|ruling| ruling.rule.id.as_str()).collect()
    }

    /// How many rules have a verdict.
    pub fn count(&self, verdict: RuleVerdict) -> usize {
        self.rulings
            .iter()
            .filter(|ruling| ruling.verdict == verdict)
            .count()
    }

    /// `open`, `closed`, or `undecided` while rules wait for the bundle. A gate without rules is closed: whoever
    /// removes them must not open it.
    pub fn state(&self) -> &'static str {
        if self.rulings.is_empty() || self.count(RuleVerdict::Failed) > 0 {
            "closed"
        } else if self.count(RuleVerdict::Pending) > 0 {
            "undecided"
        } else {
            "open"
        }
    }

    /// Whether the release may be published.
    pub fn is_open(&self) -> bool {
        self.state() == "open"
    }
}
