//! The Ed25519 signatures of a release, checked before any parser sees what they sign.
//!
//! Which key signed is taken from the SSH signature, which names it; raw signature, attestation and bag must be by the
//! same key. Whether that key is to be believed is the verifier's to say.

use super::policy::Policy;
use crate::domain::Producer;
use crate::seal::{Attestation, Distrust, DistrustCode, PublicKey, RawSignature, Signer, SshSignature};

/// The key that signed a release, and who that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// The key.
    pub key: PublicKey,
    /// Who says to have made it: what stands behind the purpose in the signature's namespace.
    pub producer: String,
    /// The trusted signer who has this key; none if the verifier named nobody to trust.
    pub trusted: Option<Signer>,
}

/// Checks both signatures of the digest list.
pub(super) fn check_list(
    policy: &Policy,
    list: &[u8],
    (ssh_name, ssh): (&str, &[u8]),
    (raw_name, raw): (&str, &[u8]),
) -> Result<SignedBy, Distrust> {
    let signed_by = check_ssh(policy, Producer::RELEASE_PURPOSE, list, (ssh_name, ssh))?;
    let bad = |reason: &str| Distrust::new(DistrustCode::BadSignature, raw_name, reason);
    let raw: &RawSignature = raw.try_into().map_err(|_| {
        Distrust::new(
            DistrustCode::Malformed,
            raw_name,
            "is not a signature of 64 bytes",
        )
    })?;
    match signed_by.key.verifies(list, raw) {
        true => Ok(signed_by),
        false => Err(bad(
            "does not fit the digest list, or is by another key than the SSH signature",
        )),
    }
}

/// Checks the signature inside a bag.
pub(super) fn check_bag(
    policy: &Policy,
    list: &[u8],
    (name, signature): (&str, &[u8]),
) -> Result<SignedBy, Distrust> {
    check_ssh(policy, Producer::BAG_PURPOSE, list, (name, signature))
}

fn check_ssh(
    policy: &Policy,
    purpose: &str,
    message: &[u8],
    (name, bytes): (&str, &[u8]),
) -> Result<SignedBy, Distrust> {
    let bad = |code, reason: String| Err(Distrust::new(code, name, reason));
    let signature = SshSignature::read(name, bytes)?;
    let Some(producer) = signature
        .namespace
        .strip_prefix(purpose)
        .and_then(|rest| rest.strip_prefix('@'))
    else {
        let reason = format!("is for `{}`, not for `{purpose}`", signature.namespace);
        return bad(DistrustCode::BadSignature, reason);
    };
    if !signature.fits(message) {
        return bad(
            DistrustCode::BadSignature,
            "does not fit what it signs".to_owned(),
        );
    }
    if let Some(wanted) = &policy.producer
        && wanted != producer
    {
        return bad(
            DistrustCode::Policy,
            format!("names the producer `{producer}`, not `{wanted}`"),
        );
    }
    let trusted = match &policy.trust {
        None => None,
        Some(trust) => {
            let found = trust.find(
                &signature.public,
                &signature.namespace,
                policy.identity.as_deref(),
            );
            let signer =
                found.map_err(|reason| Distrust::new(DistrustCode::UntrustedSigner, name, reason))?;
            Some(signer)
        }
    };
    Ok(SignedBy {
        key: signature.public.clone(),
        producer: producer.to_owned(),
        trusted,
    })
}

/// Checks the envelope of an attestation, and that it says what `statement` says.
pub(super) fn check_attestation(
    signed_by: &SignedBy,
    statement: &[u8],
    (name, bytes): (&str, &[u8]),
) -> Result<(), Distrust> {
    let attestation = Attestation::read(name, bytes)?;
    if !attestation.fits(&signed_by.key) {
        let reason = "does not fit its statement, or is by another key than the digest list's signature";
        return Err(Distrust::new(DistrustCode::BadSignature, name, reason));
    }
    match attestation.payload == statement {
        true => Ok(()),
        false => Err(Distrust::new(
            DistrustCode::Inconsistent,
            name,
            "says something else about the release than the manifest",
        )),
    }
}
