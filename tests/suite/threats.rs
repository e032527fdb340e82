//! The threat table, row by row: each test names its row, forges what it says, and asks the real binary.
//!
//! The forger re-makes everything that hangs on a change with the producer's own keys, so that only the rule under test
//! can refuse it; that is stricter than any attacker but the producer itself (threat M3).

mod clock;
mod json;
mod keys;
mod lists;
mod sections;
mod views;
mod zips;

use crate::forge::{Desk, Files, HMAC, NOTHING, TRUST};

/// A release is refused, however the verifier asks.
#[track_caller]
fn refused(desk: &Desk, files: &Files, code: &str, what: &str) {
    for demands in [TRUST, HMAC, NOTHING] {
        assert_eq!(
            desk.judge(files, demands),
            (4, code.to_owned()),
            "{what}, {demands}"
        );
    }
}
