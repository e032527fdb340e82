//! Why something cannot be trusted. Never a list: the first reason ends the check.

use std::fmt;

/// A stable word for the kind of failure, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistrustCode {
    /// The thing to verify is not there, or not of a shape that we know.
    NotABundle,
    /// A list, manifest or signature is not written by the rules.
    Malformed,
    /// A file that should be there is not.
    MissingFile,
    /// A file is there that nothing vouches for.
    UnlistedFile,
    /// A file is not the one that was listed.
    HashMismatch,
    /// A signature does not fit.
    BadSignature,
    /// A signature that must be there is not.
    MissingSignature,
    /// The report says the same, but its bytes are not those that were signed.
    Reserialised,
    /// Two lists of the producer contradict each other.
    Inconsistent,
    /// The zip breaks the profile.
    ZipProfile,
    /// The release says that it is no longer valid, or is older than the verifier accepts.
    Expired,
    /// A file was changed while it was verified.
    Changed,
    /// The release says that it was made later than now.
    FromTheFuture,
    /// The signature fits, but its maker is not one whom the verifier trusts.
    UntrustedSigner,
    /// A later release was seen already, or another one of the same number.
    Replayed,
    /// The release does not name the one that was seen before it.
    BrokenChain,
    /// The verifier's own policy refuses it.
    Policy,
}

impl DistrustCode {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            DistrustCode::NotABundle => "not-a-bundle",
            DistrustCode::Malformed => "malformed",
            DistrustCode::MissingFile => "missing-file",
            DistrustCode::UnlistedFile => "unlisted-file",
            DistrustCode::HashMismatch => "hash-mismatch",
            DistrustCode::BadSignature => "bad-signature",
            DistrustCode::MissingSignature => "missing-signature",
            DistrustCode::Reserialised => "re-serialised",
            DistrustCode::Inconsistent => "inconsistent-producer",
            DistrustCode::ZipProfile => "zip-profile",
            DistrustCode::Expired => "expired",
            DistrustCode::Changed => "changed-meanwhile",
            DistrustCode::FromTheFuture => "from-the-future",
            DistrustCode::UntrustedSigner => "untrusted-signer",
            DistrustCode::Replayed => "replayed",
            DistrustCode::BrokenChain => "broken-chain",
            DistrustCode::Policy => "policy",
        }
    }
}

/// Why a file cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distrust {
    /// The kind of failure.
    pub code: DistrustCode,
    /// The file it was found in.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
    /// Whether it is not of a bundle's form at all: bad input rather than a bundle that cannot be trusted.
    pub is_foreign: bool,
}

impl Distrust {
    /// A reason not to trust `file`.
    pub fn new(code: DistrustCode, file: impl Into<String>, reason: impl Into<String>) -> Distrust {
        Distrust {
            code,
            file: file.into(),
            reason: reason.into(),
            is_foreign: false,
        }
    }

    /// The same, about something that is not of a bundle's form.
    pub fn foreign(self) -> Distrust {
        Distrust {
            is_foreign: true,
            ..self
        }
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} [{}]", self.file, self.reason, self.code.as_str())
    }
}

impl std::error::Error for Distrust {}
