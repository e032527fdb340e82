//! The words of one language, for Rust and for templates.

use super::sheet::Shared;
use crate::content::{Wording, Wordings, typeset};
use crate::diag::Checked;
use crate::domain::{Fact, Language, Metric, Timestamp, Unit};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tera::Value;

/// Where the messages of this room stand in the tables.
const PREFIX: &str = "site.";

/// The messages that Rust code asks for. Templates name theirs themselves: an unknown one is a problem at its line.
const REQUIRED: &[&str] = &[
    "baseline.unknown",
    "card.alt",
    "card.development",
    "card.draft",
    "card.release",
    "card.released",
    "card.sample",
    "card.synthetic",
    "card.valid",
    "claims.all",
    "claims.count",
    "claims.fails",
    "claims.holds",
    "claims.summary",
    "claims.title",
    "claims.typed",
    "claims.unsigned",
    "claims.waivers",
    "cover.description",
    "cover.missing",
    "cover.missing_more",
    "cover.open",
    "cover.title",
    "docs.all",
    "evidence.download",
    "evidence.facts_count",
    "evidence.more_uses",
    "evidence.title",
    "evidence.summary",
    "facts.claim",
    "facts.count",
    "facts.summary",
    "facts.title",
    "gate.closed",
    "gate.confirmed",
    "gate.count",
    "gate.failed",
    "gate.open",
    "gate.passed",
    "gate.pending",
    "gate.rules",
    "gate.summary",
    "gate.title",
    "gate.undecided",
    "gate.waived",
    "gate.waiver_signed",
    "gate.waiver_unsigned",
    "kind.baseline",
    "kind.config",
    "kind.document",
    "kind.publication",
    "kind.release",
    "kind.report",
    "kind.signal_quality",
    "kind.table",
    "kind_text.baseline",
    "kind_text.config",
    "kind_text.document",
    "kind_text.publication",
    "kind_text.release",
    "kind_text.report",
    "kind_text.signal_quality",
    "kind_text.table",
    "language_name",
    "mark.development",
    "mark.sample",
    "mark.sample_more",
    "mark.synthetic",
    "mark.synthetic_more",
    "metric.blackout_minutes",
    "metric.dispersion_bps",
    "metric.funding_shift_bps",
    "metric.latency_spike_ms",
    "metric.liquidity_loss_pct",
    "metric.sentiment_drawdown",
    "metric.spread_increase_bps",
    "metric.volatility_increase_pct",
    "page_evidence",
    "provenance.measured",
    "provenance.sample",
    "provenance.synthetic",
    "provenance.unstated",
    "reader.operate",
    "reader.publish",
    "reader.review",
    "release",
    "release_key",
    "released",
    "analytics.shock_number",
    "report.baselines",
    "report.breach",
    "report.history",
    "report.inputs",
    "report.limits",
    "report.origins",
    "report.overview",
    "report.signed_by",
    "report.summary",
    "report.title",
    "report.used_no",
    "report.used_yes",
    "role.baseline",
    "role.config",
    "seal.build",
    "seal.by_build",
    "seal.by_signers",
    "seal.development",
    "seal.keyed",
    "seal.listed",
    "seal.none",
    "seal.signed",
    "search.summary",
    "search.title",
    "section.evidence",
    "section.manual",
    "section.operate",
    "section.publish",
    "section.review",
    "start",
    "status.age",
    "status.data",
    "status.contradictions",
    "status.contradictions_none",
    "status.contradictions_open",
    "status.contradictions_signed",
    "status.contradictions_waived",
    "status.gate",
    "status.gate_open",
    "status.gate_closed",
    "status.gate_undecided",
    "status.gate_more",
    "status.changes",
    "status.changes_first",
    "status.changes_first_more",
    "status.changes_unknown",
    "status.changes_unknown_more",
    "status.release_draft",
    "status.release_until",
    "status.result",
    "status.signature",
    "verdict.failed",
    "verdict.passed",
    "checklist.title",
    "checklist.progress",
    "checklist.language_note",
    "checklist.list_progress",
    "checklist.total_progress",
    "checklist.unsaved",
    "checklist.kept",
    "checklist.not_kept",
    "checklist.who",
    "checklist.who_needed",
    "checklist.when",
    "checklist.signature",
    "checklist.at",
    "checklist.export",
    "checklist.import",
    "checklist.clear",
    "checklist.clear_sure",
    "checklist.exported",
    "checklist.imported",
    "checklist.cleared",
    "checklist.bad_shape",
    "checklist.bad_release",
    "checklist.bad_source",
    "copy.copy",
    "copy.code",
    "copy.digest",
    "copy.copied",
    "copy.failed",
];

/// Refuses tables that lack a message of this room.
///
/// # Errors
/// One problem for each missing message.
pub(super) fn require(wordings: &Wordings) -> Checked<()> {
    let keys: Vec<String> = REQUIRED
        .iter()
        .chain(&super::report::REQUIRED_ANALYTICS)
        .chain(&super::report::REQUIRED_HISTORY)
        .chain(&super::versions::REQUIRED)
        .map(|key| format!("{PREFIX}{key}"))
        .collect();
    wordings.require(keys.iter().map(String::as_str))
}

/// What a language calls itself.
pub(super) fn language_name(wordings: &Wordings, language: Language) -> String {
    wordings
        .of(language)
        .text(&format!("{PREFIX}language_name"))
        .to_owned()
}

/// The words of one language.
#[derive(Debug)]
pub(super) struct Voice<'a> {
    pub(super) language: Language,
    wording: &'a Wording,
    /// All messages as templates see them; few who speak print a page.
    text: OnceLock<Shared>,
}

impl<'a> Voice<'a> {
    pub(super) fn new(wordings: &'a Wordings, language: Language) -> Voice<'a> {
        Voice {
            language,
            wording: wordings.of(language),
            text: OnceLock::new(),
        }
    }

    /// All messages of this room as templates see them: `text.report.title`.
    pub(super) fn messages(&self) -> Shared {
        let all = || {
            let messages = self.wording.messages().iter();
            Shared::of(nested(messages.filter_map(|(key, text)| {
                Some((key.strip_prefix(PREFIX)?, text.as_str()))
            })))
        };
        self.text.get_or_init(all).clone()
    }

    /// The words and number formats of the language.
    pub(super) fn wording(&self) -> &'a Wording {
        self.wording
    }

    /// The messages below a key of this room, by what follows the key.
    pub(super) fn below(&self, key: &str) -> BTreeMap<&'a str, &'a str> {
        let beginning = format!("{PREFIX}{key}.");
        let messages = self.wording.messages().iter();
        messages
            .filter_map(|(key, text)| Some((key.strip_prefix(&beginning)?, text.as_str())))
            .collect()
    }

    /// The message of a key of this room.
    pub(super) fn text(&self, key: &str) -> String {
        self.wording.text(&format!("{PREFIX}{key}")).to_owned()
    }

    /// The message of a key with its gaps filled.
    pub(super) fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.wording.filled(&format!("{PREFIX}{key}"), values)
    }

    pub(super) fn metric(&self, metric: Metric) -> String {
        self.text(&format!("metric.{}", metric.key()))
    }

    pub(super) fn quantity(&self, number: f64, unit: Unit) -> String {
        self.wording.quantity(number, unit)
    }

    /// A count of things.
    pub(super) fn count(&self, count: usize) -> String {
        self.wording
            .number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// A size of a file.
    pub(super) fn size(&self, bytes: usize) -> String {
        self.wording.bytes(bytes as u64)
    }

    pub(super) fn moment(&self, moment: Timestamp) -> String {
        self.wording.moment(moment)
    }

    pub(super) fn date(&self, moment: Timestamp) -> String {
        self.wording.date(moment)
    }

    /// What a fact says, set as running text: it may be a sentence.
    pub(super) fn fact(&self, fact: &Fact) -> String {
        typeset(self.language, &self.wording.fact(fact))
    }

    /// How a fact changed, in its unit and in percent.
    pub(super) fn fact_change(&self, now: &Fact, before: &Fact) -> String {
        self.wording.fact_change(now, before)
    }

    /// How a share changed, in percentage points and in percent.
    pub(super) fn share_change(&self, now: f64, before: f64) -> String {
        self.wording.change(now, before, Unit::Fraction)
    }

    /// A probability with the ends of its interval.
    pub(super) fn chance(&self, facts: [&Fact; 3]) -> String {
        self.wording.chance(facts)
    }

    /// A fraction as percent with at most one decimal.
    pub(super) fn rounded_percent(&self, fraction: f64) -> String {
        self.wording.rounded_percent(fraction)
    }

    /// A word of evidence files in this language.
    pub(super) fn word(&self, word: &str) -> String {
        self.wording.word(word).to_owned()
    }
}

/// All messages of pages in one language as templates see them: `text.report.title`. Those of `kind` stand in place of
/// the others of the same name: pages of that kind speak of other things.
pub fn messages(wording: &Wording, kind: &str) -> Value {
    let all = wording.messages();
    nested(all.iter().filter_map(|(key, text)| {
        let key = key.strip_prefix(PREFIX)?;
        let own = all.get(&format!("{PREFIX}{kind}.{key}"));
        Some((key, own.unwrap_or(text).as_str()))
    }))
}

/// Dotted keys as maps in maps.
fn nested<'m>(messages: impl Iterator<Item = (&'m str, &'m str)>) -> Value {
    let mut leaves: BTreeMap<&str, Value> = BTreeMap::new();
    let mut branches: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (key, text) in messages {
        match key.split_once('.') {
            Some((branch, rest)) => branches.entry(branch).or_default().push((rest, text)),
            None => {
                leaves.insert(key, Value::from(text));
            }
        }
    }
    for (branch, messages) in branches {
        leaves.insert(branch, nested(messages.into_iter()));
    }
    Value::from_serializable(&leaves)
}
