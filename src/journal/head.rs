//! The head beside the log: how many lines there are, and the digest of the last.

use super::entry::text;
use super::{Flaw, FlawCode, HEAD_PATH};
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::Digest;
use crate::seal::{Block, HmacKey, sign_json};

const SCHEMA: &str = "stage6.decision_log.head";

/// What the head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The number of lines.
    pub(super) entries: u64,
    /// The SHA-256 of the last of them; zeros if there is none.
    pub(super) last: Digest,
}

impl Head {
    /// The head of a log without lines. It is written before the first line, so that a log without a head is always
    /// one whose head was taken away.
    pub(super) const EMPTY: Head = Head {
        entries: 0,
        last: Digest::ZERO,
    };

    /// What is signed.
    fn document(&self) -> Vec<(&'static str, Json)> {
        vec![
            ("schema", Json::text(SCHEMA)),
            ("schema_version", Json::integer(1)),
            ("entries", Json::integer(self.entries)),
            ("sha256", Json::text(self.last.to_string())),
        ]
    }

    /// The bytes of the file.
    pub(super) fn to_file(self, key: &HmacKey) -> Vec<u8> {
        let signature = sign_json(&Json::map(self.document()), key);
        self.with(signature).into_bytes()
    }

    fn with(&self, signature: Json) -> String {
        let mut members = self.document();
        members.push(("signature", signature));
        Json::map(members).to_file_text()
    }

    /// Whether `block` is this head's signature by `key`.
    pub(super) fn is_signed(&self, block: &Block, key: &HmacKey) -> bool {
        block.fits(&Json::map(self.document()), key)
    }

    /// Reads the file: exactly the bytes that we write. Also gives the signature, as it was read and as it stands.
    pub(super) fn read(bytes: &[u8]) -> Result<(Head, Block, Json), Flaw> {
        let bad = |reason: &str| Flaw::whole(FlawCode::Malformed, HEAD_PATH, reason);
        let node = json::read(HEAD_PATH, bytes).map_err(|problem| bad(&problem.message))?;
        let entries = node
            .get("entries")
            .and_then(Node::as_scalar)
            .and_then(crate::document::Scalar::as_integer)
            .and_then(|number| u64::try_from(number).ok());
        let last = text(&node, "sha256").and_then(|hex| Digest::from_hex(&hex));
        let (Some(entries), Some(last)) = (entries, last) else {
            return Err(bad("`entries` or `sha256` is missing or not what it should be"));
        };
        let head = Head { entries, last };
        let signature = node.get("signature").ok_or_else(|| bad("no `signature`"))?;
        let block = Block::read(signature).map_err(|reason| bad(&reason))?;
        let signature = Json::from_node(signature);
        if head.with(signature.clone()).as_bytes() != bytes {
            return Err(bad(
                "has other members, or is written in another form, than a head has",
            ));
        }
        Ok((head, block, signature))
    }
}
