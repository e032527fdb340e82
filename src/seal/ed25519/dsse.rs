//! DSSE (secure-systems-lab/dsse, protocol v1.0.2): one signed statement as one line of JSON, the form that machines
//! take in.

use super::{PublicKey, RawSignature, ReleaseKey};
use crate::document::json_text::Json;
use crate::seal::{Distrust, DistrustCode};
use data_encoding::{BASE64, HEXLOWER};

/// The type of a payload that is an in-toto statement.
const IN_TOTO_PAYLOAD: &str = "application/vnd.in-toto+json";

/// A payload with one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The bytes that are signed: an in-toto statement.
    pub payload: Vec<u8>,
    key_id: String,
    signature: RawSignature,
}

impl Attestation {
    /// Signs an in-toto statement.
    pub fn sign(payload: Vec<u8>, key: &ReleaseKey) -> Attestation {
        Attestation {
            key_id: key.public().dsse_id(),
            signature: key.sign(&signed_text(&payload)),
            payload,
        }
    }

    /// The envelope: one line.
    pub fn to_text(&self) -> String {
        let signature = Json::map([
            ("keyid", Json::text(&self.key_id)),
            ("sig", Json::text(BASE64.encode(&self.signature))),
        ]);
        let envelope = Json::map([
            ("payload", Json::text(BASE64.encode(&self.payload))),
            ("payloadType", Json::text(IN_TOTO_PAYLOAD)),
            ("signatures", Json::List(vec![signature])),
        ]);
        format!("{}\n", envelope.to_canonical())
    }

    /// Reads an envelope: exactly the text that [`Attestation::to_text`] writes, piece by piece, because a statement about
    /// a large release is the largest text that a verifier holds, and a tree of it would be several times as large.
    ///
    /// # Errors
    /// Another payload type, more signatures, other spelling.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Attestation, Distrust> {
        let read = std::str::from_utf8(bytes).ok().and_then(parse);
        read.ok_or_else(|| {
            let reason =
                "is not an envelope of an in-toto statement with one signature, as it is written here";
            Distrust::new(DistrustCode::Malformed, name, reason)
        })
    }

    /// Whether the signature is `key`'s and fits the payload.
    pub fn fits(&self, key: &PublicKey) -> bool {
        self.key_id == key.dsse_id() && key.verifies(&signed_text(&self.payload), &self.signature)
    }
}

fn parse(text: &str) -> Option<Attestation> {
    let (payload, rest) = text.strip_prefix("{\"payload\":\"")?.split_once('"')?;
    let rest = rest
        .strip_prefix(",\"payloadType\":\"")?
        .strip_prefix(IN_TOTO_PAYLOAD)?;
    let (key_id, rest) = rest
        .strip_prefix("\",\"signatures\":[{\"keyid\":\"")?
        .split_once('"')?;
    let (signature, rest) = rest.strip_prefix(",\"sig\":\"")?.split_once('"')?;
    let is_digest = key_id.len() == 64 && HEXLOWER.decode(key_id.as_bytes()).is_ok();
    (is_digest && rest == "}]}\n").then_some(())?;
    // Strict base64 has one text for each value, so what was read is what would be written.
    Some(Attestation {
        payload: BASE64.decode(payload.as_bytes()).ok()?,
        key_id: key_id.to_owned(),
        signature: BASE64.decode(signature.as_bytes()).ok()?.try_into().ok()?,
    })
}

/// The pre-authentication encoding: what is signed in place of the payload.
fn signed_text(payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {IN_TOTO_PAYLOAD} {} ",
        IN_TOTO_PAYLOAD.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_reads_back_and_every_changed_byte_is_noticed() {
        let key = ReleaseKey::generate(false).unwrap();
        let attestation = Attestation::sign(b"{\"a\":1}".to_vec(), &key);
        let text = attestation.to_text().into_bytes();
        assert_eq!(Attestation::read("e", &text).unwrap(), attestation);
        assert!(attestation.fits(&key.public()));
        assert!(!attestation.fits(&ReleaseKey::generate(false).unwrap().public()));
        for index in 0..text.len() {
            let mut changed = text.clone();
            changed[index] ^= 1;
            let fits = Attestation::read("e", &changed).is_ok_and(|read| read.fits(&key.public()));
            assert!(!fits, "byte {index}");
        }
    }

    #[test]
    fn the_preamble_is_that_of_the_protocol() {
        assert_eq!(
            signed_text(b"hello"),
            b"DSSEv1 28 application/vnd.in-toto+json 5 hello"
        );
    }
}
