//! Moments in files that a command was given: one meaning, and not after the run.

use super::record::Record;
use crate::document::Node;
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
