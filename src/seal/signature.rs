//! The `.sig` file: two MACs over one file.
//!
//! `bytes` covers the file as it is, in hexadecimal, so that one openssl line checks it. `signature` covers the
//! canonical JSON, in base64, exactly as the reference has it, so that its consumers keep working; it is there for
//! JSON files only. `signed_at`, `target` and `key_id` are outside both MACs, so a verifier compares them with the
//! signed manifest (findings F8 and Q15).

use super::{Distrust, DistrustCode, HmacKey, HmacTag};
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::{Digest, Timestamp};
use data_encoding::{BASE64, HEXLOWER};

/// The ending of a signature file's name.
pub const SIGNATURE_ENDING: &str = ".sig";
pub(super) const ALGORITHM: &str = "HMAC-SHA256";
const SCHEMA: &str = "stage6.signature";
const SCHEMA_VERSION: &str = "1.0";

/// A file together with the bytes of its signature. The bytes are written as they are: serialising twice could
/// yield other bytes, and then the MAC would vouch for nothing.
#[derive(Clone, Debug)]
pub struct SealedFile {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub digest: Digest,
    /// The bytes of the signature file.
    pub signature: Vec<u8>,
    /// The id of the key.
    pub key_id: Option<String>,
    /// When it was signed.
    pub signed_at: Timestamp,
}

impl SealedFile {
    /// The name of the signature file.
    pub fn signature_name(&self) -> String {
        format!("{}{SIGNATURE_ENDING}", self.name)
    }
}

/// Signs a file. A name that ends in `.json` gets the canonical signature too.
///
/// # Errors
/// A file of that ending that is not strict JSON.
pub fn seal(name: &str, bytes: Vec<u8>, key: &HmacKey, signed_at: Timestamp) -> Result<SealedFile, Distrust> {
    let digest = Digest::of(&bytes);
    let with_id = |mut members: Vec<(&'static str, Json)>| {
        if let Some(id) = key.id() {
            members.push(("key_id", Json::text(id)));
        }
        Json::map(members)
    };
    let mut document = vec![
        ("schema", Json::text(SCHEMA)),
        ("schema_version", Json::text(SCHEMA_VERSION)),
        ("signed_at", Json::text(signed_at.to_string())),
        ("target", Json::text(name)),
        (
            "bytes",
            with_id(vec![
                ("algorithm", Json::text(ALGORITHM)),
                ("sha256", Json::text(digest.to_string())),
                ("value", Json::text(HEXLOWER.encode(&key.mac(&bytes)))),
            ]),
        ),
    ];
    if name.ends_with(".json") {
        let canonical = canonical(name, &bytes)?;
        let value = BASE64.encode(&key.mac(canonical.as_bytes()));
        let members = vec![("algorithm", Json::text(ALGORITHM)), ("value", Json::Text(value))];
        document.push(("signature", with_id(members)));
    }
    let signature = Json::map(document).to_file_text().into_bytes();
    Ok(SealedFile {
        name: name.to_owned(),
        bytes,
        digest,
        signature,
        key_id: key.id().map(str::to_owned),
        signed_at,
    })
}

fn canonical(name: &str, bytes: &[u8]) -> Result<String, Distrust> {
    let node = json::read(name, bytes)
        .map_err(|problem| Distrust::new(DistrustCode::Malformed, name, problem.message))?;
    Ok(Json::canonical_of(&node))
}

/// A signature file, read strictly.
#[derive(Clone, Debug)]
pub struct SignatureFile {
    /// Its own name.
    pub name: String,
    /// The file that it says it signs.
    pub target: String,
    /// When it says it was made.
    pub signed_at: String,
    /// The id of the key, of both blocks.
    pub key_id: Option<String>,
    sha256: Digest,
    byte_tag: Vec<u8>,
    canonical_tag: Option<Vec<u8>>,
}

impl SignatureFile {
    /// Reads a signature file: exactly the members we write, nothing else.
    ///
    /// # Errors
    /// Anything else than that: other members, other algorithms, sloppy hexadecimal or base64.
    pub fn read(name: &str, bytes: &[u8]) -> Result<SignatureFile, Distrust> {
        let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, name, reason);
        let root = json::read(name, bytes).map_err(|problem| bad(&problem.message))?;
        let has_canonical = root.get("signature").is_some();
        let mut known = vec!["bytes", "schema", "schema_version", "signed_at", "target"];
        known.extend(has_canonical.then_some("signature"));
        require_members(&root, &known).map_err(|reason| bad(&reason))?;
        if root.text("schema") != Some(SCHEMA) || root.text("schema_version") != Some(SCHEMA_VERSION) {
            return Err(bad("not a signature file of a version that we know"));
        }
        let block = root.get("bytes").ok_or_else(|| bad("no byte signature"))?;
        let key_id = check_block(block, &["sha256"]).map_err(|reason| bad(&reason))?;
        let value = block.text("value").unwrap_or_default();
        let byte_tag = HEXLOWER
            .decode(value.as_bytes())
            .map_err(|_| bad("`bytes.value` is not lower-case hex"))?;
        let sha256 = block.text("sha256").and_then(Digest::from_hex);
        let canonical_tag = match root.get("signature") {
            None => None,
            Some(block) => {
                if check_block(block, &[]).map_err(|reason| bad(&reason))? != key_id {
                    return Err(bad("the two signatures name different keys"));
                }
                let value = block.text("value").unwrap_or_default();
                Some(
                    BASE64
                        .decode(value.as_bytes())
                        .map_err(|_| bad("`signature.value` is not base64"))?,
                )
            }
        };
        Ok(SignatureFile {
            name: name.to_owned(),
            target: root
                .text("target")
                .map(str::to_owned)
                .ok_or_else(|| bad("`target` is not text"))?,
            signed_at: root
                .text("signed_at")
                .map(str::to_owned)
                .ok_or_else(|| bad("`signed_at` is not text"))?,
            key_id,
            sha256: sha256.ok_or_else(|| bad("`bytes.sha256` is not a SHA-256"))?,
            byte_tag,
            canonical_tag,
        })
    }

    /// Checks all that can be checked without the key: the target's name, its digest, and that a JSON file has
    /// both signatures.
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check_target(&self, file: &str, bytes: &[u8]) -> Result<(), Distrust> {
        self.check_digest(file, Digest::of(bytes))
    }

    /// As [`SignatureFile::check_target`], of a file whose digest is known.
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check_digest(&self, file: &str, digest: Digest) -> Result<(), Distrust> {
        let name = file.rsplit('/').next().unwrap_or(file);
        if self.target != name {
            let reason = format!("signs `{}`, but stands beside `{name}`", self.target);
            return Err(Distrust::new(DistrustCode::BadSignature, &self.name, reason));
        }
        if name.ends_with(".json") != self.canonical_tag.is_some() {
            let reason = "a JSON file has two signatures, any other file one";
            return Err(Distrust::new(DistrustCode::MissingSignature, &self.name, reason));
        }
        if digest != self.sha256 {
            return Err(Distrust::new(
                DistrustCode::HashMismatch,
                file,
                "is not the file that was signed",
            ));
        }
        Ok(())
    }

    /// Checks both signatures with the key.
    ///
    /// # Errors
    /// The key did not make them, or the file says the same in other bytes than were signed.
    pub fn check_key(&self, file: &str, bytes: &[u8], key: &HmacKey) -> Result<(), Distrust> {
        let mut stream = key.stream();
        stream.update(bytes);
        self.check_tag(file, &stream.finish(), bytes, key)
    }

    /// As [`SignatureFile::check_key`], of a file whose tag is known. `bytes` are looked at in a JSON file alone.
    ///
    /// # Errors
    /// As [`SignatureFile::check_key`].
    pub fn check_tag(&self, file: &str, tag: &HmacTag, bytes: &[u8], key: &HmacKey) -> Result<(), Distrust> {
        let bad = |code, reason: &str| Err(Distrust::new(code, file, reason));
        if self.key_id.as_deref() != key.id() {
            let name = |id: Option<&str>| id.map_or_else(|| "no id".to_owned(), |id| format!("`{id}`"));
            let reason = format!(
                "signed with the key {}, not with {}",
                name(self.key_id.as_deref()),
                name(key.id())
            );
            return bad(DistrustCode::BadSignature, &reason);
        }
        let canonical_fits = match &self.canonical_tag {
            Some(tag) => key.verifies(canonical(file, bytes)?.as_bytes(), tag),
            None => true,
        };
        match (tag.is(&self.byte_tag), canonical_fits) {
            (true, true) => Ok(()),
            (false, true) if self.canonical_tag.is_some() => bad(
                DistrustCode::Reserialised,
                "says what was signed, but not in the bytes that were signed",
            ),
            (true, false) => bad(
                DistrustCode::BadSignature,
                "the HMAC of its canonical form does not fit",
            ),
            _ => bad(DistrustCode::BadSignature, "the HMAC does not fit"),
        }
    }
}

/// Reads the members that every block has; gives the key's id.
pub(super) fn check_block(block: &Node, more: &[&str]) -> Result<Option<String>, String> {
    let key_id = match block.get("key_id") {
        None => None,
        Some(node) => match node.as_scalar() {
            Some(scalar) if scalar.quoted && !scalar.text.is_empty() => Some(scalar.text.clone()),
            _ => return Err("`key_id` is not text".to_owned()),
        },
    };
    let mut known = vec!["algorithm", "value"];
    known.extend(more);
    known.extend(key_id.as_ref().map(|_| "key_id"));
    require_members(block, &known)?;
    let algorithm = block
        .get("algorithm")
        .and_then(Node::as_scalar)
        .map(|scalar| scalar.text.as_str());
    if algorithm != Some(ALGORITHM) {
        return Err(format!("the algorithm is not {ALGORITHM}"));
    }
    Ok(key_id)
}

fn require_members(node: &Node, known: &[&str]) -> Result<(), String> {
    let entries = node.as_map().ok_or("not a JSON object")?;
    if let Some(entry) = entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
        return Err(format!("unknown member `{}`", entry.key));
    }
    match known.iter().find(|key| node.get(key).is_none()) {
        Some(key) => Err(format!("no member `{key}`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> HmacKey {
        HmacKey::from_text("0123456789abcdef".repeat(4).as_bytes(), Some("audit-2026".into())).unwrap()
    }

    fn sealed() -> SealedFile {
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        seal("report.json", b"{\"a\": 1.0}\n".to_vec(), &key(), now).unwrap()
    }

    fn check(signature: &[u8], bytes: &[u8]) -> Result<(), Distrust> {
        let signature = SignatureFile::read("report.json.sig", signature)?;
        signature.check_target("report.json", bytes)?;
        signature.check_key("report.json", bytes, &key())
    }

    #[test]
    fn the_signature_file_is_pinned() {
        // Both values: Python 3.11, hmac.new(bytes.fromhex("0123456789abcdef" * 4), message, "sha256").
        let expected = r#"{
  "bytes": {
    "algorithm": "HMAC-SHA256",
    "key_id": "audit-2026",
    "sha256": "4af7c8c151169e5ae2d9ab14bec67e28891825e64362f375d3b036b2e43ff8dc",
    "value": "5da4414b14421e1f0c072f5467486fd86b6c5fb80618e9789d8da88ce16b981f"
  },
  "schema": "stage6.signature",
  "schema_version": "1.0",
  "signature": {
    "algorithm": "HMAC-SHA256",
    "key_id": "audit-2026",
    "value": "3L//izYE3Aaa4JL5BNkcg1vjvsRpkqjXJ+hleOk/rTM="
  },
  "signed_at": "2026-11-23T08:00:00Z",
  "target": "report.json"
}
"#;
        assert_eq!(String::from_utf8(sealed().signature).unwrap(), expected);
    }

    #[test]
    fn a_good_signature_verifies_and_a_changed_one_does_not() {
        let sealed = sealed();
        assert_eq!(check(&sealed.signature, &sealed.bytes), Ok(()));
        let text = String::from_utf8(sealed.signature.clone()).unwrap();
        for (from, to, code) in [
            ("HMAC-SHA256", "hmac-sha256", DistrustCode::Malformed),
            (
                "\"target\": \"report.json\"",
                "\"target\": \"other.json\"",
                DistrustCode::BadSignature,
            ),
            ("audit-2026", "audit-2027", DistrustCode::BadSignature),
            (
                "\"schema\":",
                "\"extra\": 1, \"schema\":",
                DistrustCode::Malformed,
            ),
        ] {
            let changed = text.replace(from, to);
            assert_eq!(
                check(changed.as_bytes(), &sealed.bytes).unwrap_err().code,
                code,
                "{from} -> {to}"
            );
        }
    }

    #[test]
    fn other_bytes_of_the_same_json_are_called_reserialised() {
        let sealed = sealed();
        let signature = SignatureFile::read("report.json.sig", &sealed.signature).unwrap();
        let error = signature
            .check_key("report.json", b"{\"a\":1.0}", &key())
            .unwrap_err();
        assert_eq!(error.code, DistrustCode::Reserialised);
    }
}
