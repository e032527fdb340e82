//! The signature block inside a JSON document, as the reference has it in its decision log and its runbook archive:
//! the base64 HMAC-SHA256 of the canonical JSON of what is signed.

use super::HmacKey;
use super::signature::{ALGORITHM, check_block};
use crate::document::Node;
use crate::document::json_text::Json;
use data_encoding::BASE64;

/// The block that signs `document`.
pub fn sign_json(document: &Json, key: &HmacKey) -> Json {
    let mut members = vec![
        ("algorithm", Json::text(ALGORITHM)),
        (
            "value",
            Json::Text(BASE64.encode(&key.mac(document.to_canonical().as_bytes()))),
        ),
    ];
    if let Some(id) = key.id() {
        members.push(("key_id", Json::text(id)));
    }
    Json::map(members)
}

/// A block, read strictly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The id of the key. It is outside the MAC (finding Q15), so it only says which key to try.
    pub key_id: Option<String>,
    tag: Vec<u8>,
}

impl Block {
    /// Reads a block: exactly the members that [`sign_json`] writes.
    ///
    /// # Errors
    /// Anything else than that, in words.
    pub fn read(node: &Node) -> Result<Block, String> {
        let key_id = check_block(node, &[])?;
        let value = node.text("value");
        let tag = value.and_then(|value| BASE64.decode(value.as_bytes()).ok());
        let tag = tag.ok_or("`signature.value` is not base64")?;
        Ok(Block { key_id, tag })
    }

    /// Whether `key` has the block's id.
    pub fn names(&self, key: &HmacKey) -> bool {
        self.key_id.as_deref() == key.id()
    }

    /// Whether `key` made this block for `document`.
    pub fn fits(&self, document: &Json, key: &HmacKey) -> bool {
        self.names(key) && key.verifies(document.to_canonical().as_bytes(), &self.tag)
    }

    /// The id of the key, for people.
    pub fn key_name(&self) -> &str {
        self.key_id.as_deref().unwrap_or("(no id)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json;

    #[test]
    fn a_block_is_pinned_and_fits_only_its_key_and_document() {
        // Python 3.11: base64.b64encode(hmac.new(bytes.fromhex("0123456789abcdef" * 4), b'{"a":1.0}', "sha256").digest())
        let text = "0123456789abcdef".repeat(4);
        let key = HmacKey::from_text(text.as_bytes(), Some("audit-2026".into())).unwrap();
        let document = Json::map([("a", Json::Float(1.0))]);
        let block = sign_json(&document, &key).to_canonical();
        assert_eq!(
            block,
            r#"{"algorithm":"HMAC-SHA256","key_id":"audit-2026","value":"3L//izYE3Aaa4JL5BNkcg1vjvsRpkqjXJ+hleOk/rTM="}"#
        );
        let read = Block::read(&json::read("block", block.as_bytes()).unwrap()).unwrap();
        assert!(read.fits(&document, &key));
        assert!(!read.fits(&Json::map([("a", Json::Float(2.0))]), &key));
        let renamed = HmacKey::from_text(text.as_bytes(), Some("audit-2027".into())).unwrap();
        assert!(!read.fits(&document, &renamed));
    }
}
