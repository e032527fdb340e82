//! The decision log: one signed line for each build and verification, chained to the line before.
//!
//! `decision_log.jsonl` only grows. Each line holds the SHA-256 of the line before it and an HMAC over itself, so no
//! line can be edited, removed, inserted or moved without a key. What a chain alone cannot show, lines missing at its
//! end, shows the signed head beside it, `decision_log.head.json`: how many lines there are and the digest of the last.
//!
//! A line is durable before the head that counts it. A process killed between the two leaves a head that is older by
//! exactly one line; that one line is accepted, because only a key holder can have written it.
//!
//! Not proven by any of this: that the log was not replaced by an older log together with its own head. Only a head
//! that was noted elsewhere shows that.

mod append;
mod aside;
mod entry;
mod flaw;
mod head;
mod stored;
mod verify;

#[cfg(test)]
mod tests;

pub use append::{Appended, NotAppended, append};
pub use aside::set_trials_aside;
pub use entry::{Decision, Entry, JournalEvent, Verdict};
pub use flaw::{Flaw, FlawCode};
pub use stored::Stored;
pub use verify::{Audit, Noted, verify};

/// The log, inside the project.
pub const LOG_PATH: &str = "var/audit/stage6/decision_log.jsonl";
/// Its head, inside the project.
pub const HEAD_PATH: &str = "var/audit/stage6/decision_log.head.json";
/// What one writer at a time holds.
const LOCK_PATH: &str = "var/.stage6.journal.lock";
/// What the names of half-written lines that were moved aside begin with.
const TORN_STEM: &str = "decision_log.torn";
