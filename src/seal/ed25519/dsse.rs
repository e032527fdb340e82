//! DSSE (secure-systems-lab/dsse, protocol v1.0.2): one signed statement as one line of JSON, the form that machines
//! take in.

use super::{PublicKey, RawSignature, ReleaseKey};
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::seal::{Distrust, DistrustCode};
use data_encoding::BASE64;

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

    /// Reads an envelope.
    ///
    /// # Errors
    /// Anything that [`Attestation::to_text`] would not write: another payload type, more signatures, other spelling.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Attestation, Distrust> {
        let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, name, reason);
        let root = json::read(name, bytes).map_err(|problem| bad(&problem.message))?;
        let text = |node: &Node, key: &str| {
            let scalar = node.get(key).and_then(Node::as_scalar).filter(|s| s.quoted);
            scalar.map(|s| s.text.clone())
        };
        if text(&root, "payloadType").as_deref() != Some(IN_TOTO_PAYLOAD) {
            return Err(bad("is not an envelope of an in-toto statement"));
        }
        let [signature] = root.get("signatures").and_then(Node::as_list).unwrap_or_default() else {
            return Err(bad("does not have exactly one signature"));
        };
        let decoded = |node: &Node, key: &str| BASE64.decode(text(node, key)?.as_bytes()).ok();
        let attestation = Attestation {
            payload: decoded(&root, "payload").ok_or_else(|| bad("`payload` is not base64"))?,
            key_id: text(signature, "keyid").ok_or_else(|| bad("the signature names no key"))?,
            signature: decoded(signature, "sig")
                .and_then(|value| value.try_into().ok())
                .ok_or_else(|| bad("`sig` is not the base64 of 64 bytes"))?,
        };
        match attestation.to_text().as_bytes() == bytes {
            true => Ok(attestation),
            false => Err(bad("is not written as an envelope of ours")),
        }
    }

    /// Whether the signature is `key`'s and fits the payload.
    pub fn fits(&self, key: &PublicKey) -> bool {
        self.key_id == key.dsse_id() && key.verifies(&signed_text(&self.payload), &self.signature)
    }
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
