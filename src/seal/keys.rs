//! The keys that a release is signed with.

use super::{HmacKey, ReleaseKey};

/// Both keys of a release: one for those who share it, one whose signatures anybody can check.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    /// Signs reports and the manifest.
    pub hmac: HmacKey,
    /// Signs the digest list, the attestation and the bag.
    pub release: ReleaseKey,
}

impl SigningKeys {
    /// Whether one of the keys was made for trying the tool.
    pub fn is_development(&self) -> bool {
        self.hmac.is_development() || self.release.is_development()
    }

    /// Why these keys may sign nothing but a draft, if so.
    pub fn unfit_for_publication(&self) -> Option<&'static str> {
        if self.hmac.is_development() {
            return Some("the HMAC key is a development key");
        }
        if self.hmac.is_weak() {
            return Some("the HMAC key is weak: its bytes repeat, or are text rather than random bytes");
        }
        if self.release.is_development() {
            return Some("the release key is a development key");
        }
        if self.release.is_weak() {
            return Some("the release key is weak: its bytes repeat, or are text rather than random bytes");
        }
        None
    }

    /// Whether the shared key is the public key, and so known to everybody.
    pub fn shares_the_public_key(&self) -> bool {
        self.hmac.is_these_bytes(self.release.public().as_bytes())
    }
}
