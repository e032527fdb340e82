//! Moments in files that a command was given: one meaning, and not after the run.

use super::core::SourceFile;
use super::record::Record;
use crate::diag::{Checked, Problem, Problems};
use crate::document::{Entry, Node};
use crate::domain::Timestamp;

/// The moment `node`, called `key`; by our rules text that is none, or one after `now`, is a problem.
pub(super) fn moment(record: &Record<'_, '_>, key: &str, node: &Node, now: Timestamp) -> Option<Timestamp> {
    let text = node
        .as_scalar()
        .map(|scalar| scalar.text.as_str())
        .unwrap_or_default();
    match Timestamp::parse(text) {
        Err(error) => {
            record.refuse(node, format!("`{key}` is `{text}`"), error.to_string());
            None
        }
        Ok(moment) if moment > now => {
            let hint = "correct the file, or give a later `--date`";
            record.refuse(node, format!("made at {text}, after {now}"), hint);
            None
        }
        Ok(moment) => Some(moment),
    }
}

/// The text of the moment `key`, which must be there; by our rules it is checked as [`moment`] does.
pub(super) fn required(record: &Record<'_, '_>, key: &'static str, now: Timestamp) -> Option<String> {
    let text = record.required_text(key)?;
    if !record.is_lenient() {
        moment(record, key, record.node(key)?, now)?;
    }
    Some(text)
}

/// Oldest market data that a preview may rest on, in minutes: the 48 hours of the publication rules.
const OLDEST_MARKET_DATA: f64 = 2_880.0;

/// Checks every `timestamp` and `end` in a governor's state: a moment with one meaning, not after `now`, the state
/// itself not older than `max_age_minutes` and market data not older than 48 hours. What is older would be advice
/// about a portfolio that no longer exists.
///
/// # Errors
/// One problem for each such moment.
pub fn check_state_age(state: &SourceFile, now: Timestamp, max_age_minutes: f64) -> Checked<()> {
    let mut problems = Problems::new();
    let mut open = vec![&state.node];
    while let Some(node) = open.pop() {
        open.extend(node.as_list().unwrap_or_default());
        for entry in node.as_map().unwrap_or_default() {
            let limit = match entry.key.as_str() {
                "timestamp" => max_age_minutes,
                "end" => OLDEST_MARKET_DATA,
                _ => {
                    open.push(&entry.value);
                    continue;
                }
            };
            problems.extend(stale(state, entry, now, limit));
        }
    }
    problems.into_result(())
}

fn stale(state: &SourceFile, entry: &Entry, now: Timestamp, limit: f64) -> Option<Problem> {
    let text = &entry.value.as_scalar()?.text;
    let problem = |message: String| entry.value.problem(&state.path, message);
    let moment = match Timestamp::parse(text) {
        Ok(moment) => moment,
        Err(error) => return Some(problem(format!("`{}` is `{text}`", entry.key)).hint(error.to_string())),
    };
    if moment > now {
        let hint = "correct the file, or give a later `--date`";
        return Some(problem(format!("made at {text}, after {now}")).hint(hint));
    }
    let age = now.days_since(moment) * 1_440.0;
    (age > limit).then(|| {
        problem(format!("{age:.0} minutes old, more than {limit}"))
            .hint("take a newer state, or give the `--date` of this one")
    })
}
