//! Releases: what is published, when, and under which name.

use super::Timestamp;
use std::fmt;

/// How far a release has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseStatus {
    /// Being prepared: any key may sign it, and everything made of it says that it is a draft.
    Draft,
    /// Meant for readers outside: neither a development key nor a weak one may sign it.
    Final,
}

impl ReleaseStatus {
    /// Its word in records and manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            ReleaseStatus::Draft => "draft",
            ReleaseStatus::Final => "final",
        }
    }

    /// The status of a word.
    pub fn from_word(word: &str) -> Option<ReleaseStatus> {
        [ReleaseStatus::Draft, ReleaseStatus::Final]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// A release of the product's evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its id, such as `2026.11`.
    pub id: String,
    /// Whether it may leave the house.
    pub status: ReleaseStatus,
    /// A number that grows by one with every release; 1 is the first.
    pub sequence: u32,
    /// T: the moment of the release.
    pub released_at: Timestamp,
    /// T+7: when the summary of results is due.
    pub publish_at: Timestamp,
    /// The moment after which a reader should ask for a newer one.
    pub valid_until: Timestamp,
    /// The digest list of the release before, as hexadecimal SHA-256; none for the first.
    pub previous: Option<String>,
}

/// Who makes releases, as signatures name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// A domain name of the producer; part of what each signature is for.
    pub name: String,
    /// The name under which readers trust the release key: `release@stage6.example`.
    pub identity: String,
}

impl Producer {
    /// What the signature beside a release's digest list is for.
    pub const RELEASE_PURPOSE: &'static str = "audit-release-v1";
    /// What the signature inside a bag is for.
    pub const BAG_PURPOSE: &'static str = "audit-bag-v1";

    /// Whether a text can be a producer's name: a domain name in small letters, at most 64 characters.
    pub fn is_name(text: &str) -> bool {
        let good =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        !text.is_empty() && text.len() <= 64 && text.bytes().all(good)
    }

    /// Whether a text can be an identity: an address or a domain name in small letters, at most 64 characters. Nothing
    /// in it can end the name in an `allowed_signers` line.
    pub fn is_identity(text: &str) -> bool {
        let plain: String = text
            .chars()
            .filter(|letter| !matches!(letter, '_' | '@'))
            .collect();
        text.len() <= 64 && Producer::is_name(&plain)
    }

    /// The SSHSIG namespace of one purpose: `audit-release-v1@stage6.example`.
    pub fn namespace(&self, purpose: &str) -> String {
        format!("{purpose}@{}", self.name)
    }
}

/// The name of a bundle: `stage6-2026.11-r1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleName(String);

impl BundleName {
    /// The name of a release's bundle.
    pub fn of(bundle: &str, release: &Release) -> BundleName {
        BundleName(format!("{bundle}-{}-r{}", release.id, release.sequence))
    }

    /// What stands before release and sequence in a bundle's name: `stage6` of `stage6-2026.11-r1`.
    pub fn family(&self, release: &str, sequence: i64) -> Option<&str> {
        self.0
            .strip_suffix(&format!("-{release}-r{sequence}"))
            .filter(|family| !family.is_empty())
    }

    /// A name as found; only letters, digits, dot, hyphen and underscore, not beginning with a dot.
    pub fn parse(text: &str) -> Option<BundleName> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let fits = !text.is_empty() && !text.starts_with('.') && text.len() <= 64 && text.bytes().all(good);
        fits.then(|| BundleName(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BundleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
