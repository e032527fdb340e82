//! What a verifier demands. It comes from the verifier, never from the bundle (the threat "policy from the bundle").

use super::StatedRelease;
use super::seen::Seen;
use crate::domain::{BundleName, ReleaseStatus, Timestamp};
use crate::seal::{Distrust, DistrustCode, HmacKey, Signer, Trust};

/// How far the verifier's clock and the producer's may differ, in seconds, unless the policy says otherwise.
pub const CLOCK_SKEW_SECONDS: i64 = 300;

/// An HMAC key that a verifier knows.
#[derive(Clone, Debug)]
pub struct KnownKey {
    /// The key.
    pub key: HmacKey,
    /// From this moment on it signs nothing new; what it signed before still counts.
    pub retired_at: Option<Timestamp>,
}

/// A verifier's demands. The default demands nothing but that a bundle agrees with itself.
#[derive(Clone, Debug)]
pub struct Policy {
    /// HMAC keys, by the ids that signatures carry.
    pub hmac_keys: Vec<KnownKey>,
    /// HMAC is mandatory, by one of those keys.
    pub require_hmac: bool,
    /// Whose Ed25519 signatures count; with it, they are mandatory.
    pub trust: Option<Trust>,
    /// The name under which the signer must be trusted.
    pub identity: Option<String>,
    /// The producer whom the signatures must name.
    pub producer: Option<String>,
    /// The moment of the verification; without it, no age is looked at.
    pub now: Option<Timestamp>,
    /// How far clocks may differ.
    pub skew_seconds: i64,
    /// Most days since the release.
    pub max_age_days: Option<i64>,
    /// What stands before release and sequence in the bundle's name.
    pub bundle: Option<String>,
    /// The release that is expected.
    pub release: Option<String>,
    /// The lowest sequence that is accepted.
    pub minimum_sequence: Option<i64>,
    /// Whether a draft is accepted.
    pub accept_drafts: bool,
    /// What was seen before, if the verifier keeps a record.
    pub seen: Option<Seen>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            hmac_keys: Vec::new(),
            require_hmac: false,
            trust: None,
            identity: None,
            producer: None,
            now: None,
            skew_seconds: CLOCK_SKEW_SECONDS,
            max_age_days: None,
            bundle: None,
            release: None,
            minimum_sequence: None,
            accept_drafts: true,
            seen: None,
        }
    }
}

impl Policy {
    /// Checks with one HMAC key, at a moment; demands nothing else.
    pub fn with_key(key: Option<&HmacKey>, now: Option<Timestamp>) -> Policy {
        let known = |key: &HmacKey| KnownKey {
            key: key.clone(),
            retired_at: None,
        };
        Policy {
            hmac_keys: key.map(known).into_iter().collect(),
            now,
            ..Policy::default()
        }
    }

    /// The key for a signature that names `id`. With one known key it is that one, whatever the name: the check of
    /// the signature then says that the names differ.
    ///
    /// # Errors
    /// None of several keys has this id.
    pub(super) fn hmac_key(&self, file: &str, id: Option<&str>) -> Result<Option<&KnownKey>, Distrust> {
        match self.hmac_keys.as_slice() {
            [] if self.require_hmac => Err(Distrust::new(
                DistrustCode::Policy,
                file,
                "cannot be checked: the policy demands HMAC and no key is given",
            )),
            [] => Ok(None),
            [only] => Ok(Some(only)),
            several => match several.iter().find(|known| known.key.id() == id) {
                Some(known) => Ok(Some(known)),
                None => {
                    let reason = format!(
                        "is signed with the HMAC key `{}`, which is not known",
                        id.unwrap_or("(no id)")
                    );
                    Err(Distrust::new(DistrustCode::BadSignature, file, reason))
                }
            },
        }
    }

    /// Refuses a zip or a bag alone where the policy demands what only the manifest of a release can show. `whole` says
    /// that a trusted signature covers all of it.
    pub(super) fn check_alone(&self, file: &str, whole: bool) -> Result<(), Distrust> {
        let demands = [
            ("which bundle it is", self.bundle.is_some()),
            ("which release it is", self.release.is_some()),
            ("its number", self.minimum_sequence.is_some()),
            ("its age", self.max_age_days.is_some()),
            ("that it is no draft", !self.accept_drafts),
            ("that it is none of before", self.seen.is_some()),
            ("an HMAC over all of it", self.require_hmac && !whole),
        ];
        match demands.into_iter().find(|(_, demanded)| *demanded) {
            Some((what, _)) => {
                let reason = format!(
                    "cannot show {what}, which is demanded; verify the release folder that it belongs to"
                );
                Err(Distrust::new(DistrustCode::Policy, file, reason))
            }
            None => Ok(()),
        }
    }

    /// As [`Policy::check_retirement`] for a bag alone, which states the day of packing and no more: the keys must have
    /// counted on all of that day.
    pub(super) fn check_day(
        &self,
        file: &str,
        day: Option<Timestamp>,
        known: Option<&KnownKey>,
        signer: Option<&Signer>,
    ) -> Result<(), Distrust> {
        let limited =
            known.is_some_and(|known| known.retired_at.is_some()) || signer.is_some_and(Signer::is_limited);
        match day {
            Some(day) => {
                self.check_retirement(file, day, known, signer)?;
                self.check_retirement(file, day.plus_seconds(86_399), known, signer)
            }
            None if limited => {
                let reason = "states no day of packing, so it cannot be said whether its keys counted then";
                Err(Distrust::new(DistrustCode::UntrustedSigner, file, reason))
            }
            None => Ok(()),
        }
    }

    /// Refuses what a key signed after it was retired. The moment is the producer's own word, authenticated by then.
    pub(super) fn check_retirement(
        &self,
        file: &str,
        made: Timestamp,
        known: Option<&KnownKey>,
        signer: Option<&Signer>,
    ) -> Result<(), Distrust> {
        let refuse = |reason: String| Err(Distrust::new(DistrustCode::UntrustedSigner, file, reason));
        if let Some(end) = known.and_then(|known| known.retired_at)
            && made >= end
        {
            return refuse(format!("was made {made}, and its HMAC key was retired {end}"));
        }
        match signer {
            Some(signer) if !signer.is_valid_at(made) => refuse(format!(
                "was made {made}, when the key of {} did not count",
                signer.name()
            )),
            _ => Ok(()),
        }
    }

    /// Checks what an authenticated manifest says about its release.
    pub(super) fn check_release(
        &self,
        file: &str,
        bundle: &BundleName,
        stated: &StatedRelease,
    ) -> Result<(), Distrust> {
        let family = bundle.family(&stated.id, stated.sequence).ok_or_else(|| {
            let reason = format!(
                "`{bundle}` is not the name of release {} with number {}",
                stated.id, stated.sequence
            );
            Distrust::new(DistrustCode::Inconsistent, file, reason)
        })?;
        let demands = [
            ("the bundle", self.bundle.as_deref(), family),
            ("the release", self.release.as_deref(), stated.id.as_str()),
            ("the producer", self.producer.as_deref(), stated.producer.as_str()),
        ];
        let refuse = |code, reason: String| Err(Distrust::new(code, file, reason));
        for (what, wanted, found) in demands {
            if let Some(wanted) = wanted
                && wanted != found
            {
                return refuse(
                    DistrustCode::Policy,
                    format!("{what} is `{found}`, and `{wanted}` was asked for"),
                );
            }
        }
        if stated.status == ReleaseStatus::Draft && !self.accept_drafts {
            return refuse(
                DistrustCode::Policy,
                "is a draft, and drafts are not accepted".to_owned(),
            );
        }
        if let Some(minimum) = self.minimum_sequence
            && stated.sequence < minimum
        {
            let sequence = stated.sequence;
            return refuse(
                DistrustCode::Policy,
                format!("has number {sequence}, and at least {minimum} was asked for"),
            );
        }
        self.check_age(file, stated)
    }

    fn check_age(&self, file: &str, stated: &StatedRelease) -> Result<(), Distrust> {
        let Some(now) = self.now else { return Ok(()) };
        let refuse = |code, reason: String| Err(Distrust::new(code, file, reason));
        if now > stated.valid_until {
            let reason = format!("was valid until {}; ask for a newer release", stated.valid_until);
            return refuse(DistrustCode::Expired, reason);
        }
        if let Some(days) = self.max_age_days
            && now > stated.released_at.plus_days(days)
        {
            let reason = format!("was released {}, more than {days} days ago", stated.released_at);
            return refuse(DistrustCode::Expired, reason);
        }
        let latest = now.plus_seconds(self.skew_seconds);
        if stated.status == ReleaseStatus::Final && stated.released_at > latest {
            let reason = format!(
                "says that it was released {}, which is not yet",
                stated.released_at
            );
            return refuse(DistrustCode::FromTheFuture, reason);
        }
        // T of a draft may lie ahead: a release is prepared before its day. The moment of packing may not.
        if stated.generated_at > latest {
            let reason = format!("says that it was made {}, which is not yet", stated.generated_at);
            return refuse(DistrustCode::FromTheFuture, reason);
        }
        Ok(())
    }
}
