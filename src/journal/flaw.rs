//! Why a log cannot be trusted. The first reason ends the check.

use std::fmt;

/// A stable word for the kind of flaw, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawCode {
    /// The log or its head is not there.
    Missing,
    /// A line or the head is not written by the rules.
    Malformed,
    /// The last line has no end.
    TornLine,
    /// A line's number is not the next one.
    OutOfSequence,
    /// A line was not appended to the line that stands before it.
    BrokenChain,
    /// A signature does not fit.
    BadSignature,
    /// A signature names a key that was not given.
    UnknownKey,
    /// The head counts more lines than there are.
    Truncated,
    /// The head counts fewer lines than there are, by more than a killed process explains.
    StaleHead,
    /// The log does not hold the line that an auditor noted.
    NotAsNoted,
}

impl FlawCode {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            FlawCode::Missing => "missing",
            FlawCode::Malformed => "malformed",
            FlawCode::TornLine => "torn-line",
            FlawCode::OutOfSequence => "out-of-sequence",
            FlawCode::BrokenChain => "broken-chain",
            FlawCode::BadSignature => "bad-signature",
            FlawCode::UnknownKey => "unknown-key",
            FlawCode::Truncated => "truncated",
            FlawCode::StaleHead => "stale-head",
            FlawCode::NotAsNoted => "not-as-noted",
        }
    }
}

/// Why a log cannot be trusted, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The kind.
    pub code: FlawCode,
    /// The file, inside the project.
    pub file: &'static str,
    /// The line, from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

impl Flaw {
    /// A flaw of a file as a whole.
    pub(super) fn whole(code: FlawCode, file: &'static str, reason: impl Into<String>) -> Flaw {
        Flaw {
            code,
            file,
            line: None,
            reason: reason.into(),
        }
    }

    /// A flaw of a line of the log.
    pub(super) fn at(code: FlawCode, line: u64, reason: impl Into<String>) -> Flaw {
        Flaw {
            line: Some(line),
            ..Flaw::whole(code, super::LOG_PATH, reason)
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        write!(out, ": {} [{}]", self.reason, self.code.as_str())
    }
}

impl std::error::Error for Flaw {}
