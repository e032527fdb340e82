//! Archived runbooks: a checklist as it was signed off, with a manifest of its digests and a signature over the manifest.
//! The shapes are the reference's.

use super::{Block, HmacKey, sign_json};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::{Digest, Timestamp};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha384};

/// What is behind the archived file's name without `.md` in the manifest's name.
pub const RUNBOOK_MANIFEST_ENDING: &str = ".manifest.json";
const MANIFEST_SCHEMA: &str = "stage6.runbook.manifest";
const SIGNATURE_SCHEMA: &str = "stage6.runbook.signature";
/// Who sealed a document that nobody signed.
const BUILD: &str = "build";

/// What the manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunbookManifest {
    /// The file that was archived, inside the project.
    pub source_path: String,
    /// The archived copy, inside the project.
    pub archived_path: String,
    /// The signature file, inside the project.
    pub signature_path: String,
    /// The moment of signing.
    pub generated_at: Timestamp,
    /// SHA-256 of the copy.
    pub sha256: Digest,
    /// SHA-384 of the copy, in hexadecimal.
    pub sha384: String,
    /// Who answers for it.
    pub stakeholders: Vec<String>,
    /// A build sealed it because nobody had signed; then nobody answers for it.
    pub sealed_by_build: bool,
}

/// SHA-384 in lower-case hexadecimal (FIPS 180-4).
pub fn sha384_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha384::digest(bytes))
}

impl RunbookManifest {
    fn to_json(&self) -> Json {
        let hashes = [
            ("sha256", Json::text(self.sha256.to_string())),
            ("sha384", Json::text(&self.sha384)),
        ];
        let mut members = vec![
            ("schema", Json::text(MANIFEST_SCHEMA)),
            ("schema_version", Json::integer(1)),
            ("source_path", Json::text(&self.source_path)),
            ("archived_path", Json::text(&self.archived_path)),
            ("signature_path", Json::text(&self.signature_path)),
            ("generated_at", Json::text(self.generated_at.to_string())),
            ("hashes", Json::map(hashes)),
            (
                "stakeholders",
                Json::List(self.stakeholders.iter().map(Json::text).collect()),
            ),
        ];
        // The reference knows no such member, so it stands there only where it says something.
        if self.sealed_by_build {
            members.push(("sealed_by", Json::text(BUILD)));
        }
        Json::map(members)
    }

    /// The bytes of the manifest.
    pub fn to_file(&self) -> Vec<u8> {
        self.to_json().to_file_text().into_bytes()
    }

    /// The bytes of the signature file.
    pub fn to_signature(&self, key: &HmacKey) -> Vec<u8> {
        Json::map([
            ("schema", Json::text(SIGNATURE_SCHEMA)),
            ("schema_version", Json::integer(1)),
            ("payload", self.to_json()),
            ("signature", sign_json(&self.to_json(), key)),
        ])
        .to_file_text()
        .into_bytes()
    }

    /// Whether a JSON document says that it is such a manifest.
    pub fn is_one(node: &Node) -> bool {
        node.text("schema") == Some(MANIFEST_SCHEMA)
    }

    /// Whether a JSON document says that it is the signature of such a manifest.
    pub fn is_signature(node: &Node) -> bool {
        node.text("schema") == Some(SIGNATURE_SCHEMA)
    }

    /// Reads a manifest: exactly the members that a manifest has.
    ///
    /// # Errors
    /// Anything else than that.
    pub fn read(path: &str, node: &Node) -> Result<RunbookManifest, Problem> {
        let bad =
            |key: &str| mended(node.problem(path, format!("`{key}` is missing or not what it should be")));
        let member = |key: &str| node.text(key).map(str::to_owned).ok_or_else(|| bad(key));
        let hash = |key: &str| {
            let hashes = node.get("hashes").and_then(|hashes| hashes.text(key));
            hashes.map(str::to_owned).ok_or_else(|| bad("hashes"))
        };
        let stakeholders = node.get("stakeholders").and_then(Node::as_list);
        let stakeholders = stakeholders.ok_or_else(|| bad("stakeholders"))?.iter();
        let manifest = RunbookManifest {
            source_path: member("source_path")?,
            archived_path: member("archived_path")?,
            signature_path: member("signature_path")?,
            generated_at: Timestamp::parse(&member("generated_at")?).map_err(|_| bad("generated_at"))?,
            sha256: Digest::from_hex(&hash("sha256")?).ok_or_else(|| bad("hashes"))?,
            sha384: hash("sha384")?,
            stakeholders: stakeholders
                .map(|one| one.as_scalar().map(|scalar| scalar.text.clone()))
                .collect::<Option<Vec<String>>>()
                .ok_or_else(|| bad("stakeholders"))?,
            sealed_by_build: node.text("sealed_by") == Some(BUILD),
        };
        match manifest.to_json() == Json::from_node(node) {
            true => Ok(manifest),
            false => Err(mended(
                node.problem(path, "has other members than a runbook's manifest has"),
            )),
        }
    }

    /// Reads the signature file of this manifest; gives its block.
    ///
    /// # Errors
    /// Another shape, or another payload than this manifest.
    pub fn read_signature(&self, path: &str, bytes: &[u8]) -> Result<Block, Problem> {
        let node = json::read(path, bytes)?;
        let wrong = |reason: String| mended(node.problem(path, reason));
        let names = ["schema", "schema_version", "payload", "signature"];
        let entries = node.as_map().unwrap_or_default();
        let version = node.get("schema_version").and_then(Node::as_scalar);
        if entries.len() != names.len()
            || names.iter().any(|name| node.get(name).is_none())
            || node.text("schema") != Some(SIGNATURE_SCHEMA)
            || version.and_then(crate::document::Scalar::as_integer) != Some(1)
        {
            return Err(wrong(
                "not a runbook's signature file of a version that we know".to_owned(),
            ));
        }
        if node.get("payload").map(Json::from_node) != Some(self.to_json()) {
            return Err(wrong("signs another manifest than the one beside it".to_owned()));
        }
        let block = node.get("signature").map(Block::read);
        block
            .unwrap_or_else(|| Err("no signature".to_owned()))
            .map_err(wrong)
    }

    /// Whether `key` made this block for the manifest.
    pub fn is_signed(&self, block: &Block, key: &HmacKey) -> bool {
        block.fits(&self.to_json(), key)
    }
}

fn mended(problem: Problem) -> Problem {
    problem.hint("sign the runbook again with `stage6 sign-runbook`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_the_published_one() {
        // FIPS 180-4, example of SHA-384.
        assert_eq!(
            sha384_hex(b"abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        );
    }
}
