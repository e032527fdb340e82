//! What the gate counts of signal quality: how old snapshots are by the moment recorded in them, and whether index,
//! snapshots and adapter checklist speak of the same exchanges (specification 8.4 and 8.7, rules 1, 2, 3 and 9).

use super::gate_facts::GateFacts;
use super::signals::{CHECKLIST, SIGNALS_FOLDER, SIGNALS_INDEX, Signals};
use crate::diag::Position;
use crate::domain::{FactValue, Timestamp};
use crate::signals::Checklist;
use std::collections::{BTreeMap, BTreeSet};

/// What the checklist says of an adapter of futures that may be relied on.
const READY: [(&str, &str); 5] = [
    ("hypercare_checklist_signed", "true"),
    ("futures_checklist_ready", "true"),
    ("missing_required_documents", ""),
    ("hypercare_cost_status", "ready"),
    ("signal_quality_snapshot_status", "fresh"),
];

/// Signal quality as the gate counts it.
struct Counted<'s> {
    /// The moments recorded in snapshots, by exchange.
    snapshots: BTreeMap<&'s str, Timestamp>,
    index: &'s [String],
    wrong: &'s [String],
    checklist: &'s Checklist,
}

/// Counts. `mandatory` are the exchanges that need a snapshot; what is not there is empty.
pub(super) fn count(signals: Option<&Signals>, facts: &mut GateFacts, mandatory: &[String], now: Timestamp) {
    let nothing = Checklist::default();
    let checklist = signals.and_then(|signals| signals.checklist.as_ref());
    let snapshots = signals.map_or(&[][..], |signals| &signals.snapshots).iter();
    let counted = Counted {
        snapshots: snapshots
            .map(|(snapshot, _)| (snapshot.exchange.as_str(), snapshot.created_at))
            .collect(),
        index: signals.map_or(&[], |signals| &signals.stored_index),
        wrong: signals.map_or(&[], |signals| &signals.wrong_in_index),
        checklist: checklist.map_or(&nothing, |(_, _, list)| list),
    };
    counted.add(facts, mandatory, now);
}

impl Counted<'_> {
    fn add(&self, facts: &mut GateFacts, mandatory: &[String], now: Timestamp) {
        let place = (SIGNALS_FOLDER, Position::default());
        let ages = self.snapshots.values().map(|made| now.hours_since(*made));
        let (youngest, oldest) = ages.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), age| {
            (least.min(age), most.max(age))
        });
        let known = |age: f64| FactValue::Number(if age.is_finite() { age } else { 0.0 });
        facts.add("signal_quality.youngest_hours", known(youngest), place);
        facts.add("signal_quality.oldest_hours", known(oldest), place);
        #[expect(clippy::cast_precision_loss, reason = "files are few")]
        let count = self.snapshots.len() as f64;
        facts.add("signal_quality.snapshots", FactValue::Number(count), place);
        let missing = mandatory
            .iter()
            .filter(|exchange| !self.snapshots.contains_key(exchange.as_str()));
        facts.add("signal_quality.missing", words(missing.cloned()), place);
        let (lacking, extra) = self.differences();
        let place = (SIGNALS_INDEX, Position::default());
        // A row that says something else than its snapshot is none of it.
        let extra = extra.into_iter().chain(self.wrong.iter().cloned());
        facts.add("signal_quality.missing_in_index", words(lacking), place);
        facts.add("signal_quality.extra_in_index", words(extra), place);
        let place = (&*format!("{SIGNALS_FOLDER}/{CHECKLIST}"), Position::default());
        facts.add("adapters.not_ready", words(self.not_ready(mandatory)), place);
    }

    /// Exchanges without a row in the index, and rows of it without a snapshot, an adapter, or alone of their kind.
    fn differences(&self) -> (Vec<String>, Vec<String>) {
        let known = |exchange: &str| self.checklist.exchanges.contains_key(exchange);
        let adapters = self.checklist.exchanges.keys().map(String::as_str);
        let listed: BTreeSet<&str> = self.index.iter().map(String::as_str).collect();
        let mut lacking: Vec<String> = adapters
            .chain(self.snapshots.keys().copied())
            .filter(|exchange| !listed.contains(exchange))
            .map(str::to_owned)
            .collect();
        lacking.sort();
        lacking.dedup();
        let mut met = BTreeSet::new();
        let extra = self.index.iter().filter(|exchange| {
            let twice = !met.insert(exchange.as_str());
            twice || !self.snapshots.contains_key(exchange.as_str()) || !known(exchange)
        });
        (lacking, extra.cloned().collect())
    }

    /// What keeps adapters of futures from being relied on.
    fn not_ready(&self, mandatory: &[String]) -> Vec<String> {
        let is_futures = |exchange: &str| exchange.ends_with("_futures");
        let listed = &self.checklist.exchanges;
        let absent = mandatory
            .iter()
            .filter(|exchange| is_futures(exchange) && !listed.contains_key(*exchange));
        let mut found: Vec<String> = absent
            .map(|exchange| format!("{exchange}: not in the checklist"))
            .collect();
        for (exchange, (_, cells)) in listed.iter().filter(|(exchange, _)| is_futures(exchange)) {
            let cell = |column: &str| {
                let at = self.checklist.columns.iter().position(|name| name == column)?;
                cells.get(at)
            };
            let wrong = READY
                .iter()
                .filter(|(column, wanted)| cell(column).is_none_or(|cell| cell.to_lowercase() != *wanted));
            found.extend(wrong.map(|(column, _)| format!("{exchange}: {column}")));
        }
        found
    }
}

fn words(words: impl IntoIterator<Item = String>) -> FactValue {
    FactValue::List(words.into_iter().collect())
}
