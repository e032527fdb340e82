//! The signed records of publications: written by `stage6 publish`, read by whoever looks after what was published.

use super::{Failure, TOOL_VERSION};
use crate::bundle::Policy;
use crate::config::Releases;
use crate::diag::Problem;
use crate::document::json;
use crate::document::json_text::Json;
use crate::domain::{Digest, GateRulings, Timestamp};
use crate::fs::{Project, Tree};
use crate::gate::gate_json;
use crate::publish::Publication;
use crate::seal::{Distrust, HmacKey, SIGNATURE_ENDING, SignatureFile, SigningKeys, seal};

/// The name of their shape.
const RECORD_SCHEMA: &str = "stage6.publication";
/// Where the records of publications stand.
pub(super) const RECORDS: &str = "var/audit/publications";
/// Most records of one bundle; each further publication leaves one.
const MOST_RECORDS: usize = 10_000;

/// Where the record of a bundle stands: that of its first publication.
pub(super) fn record_path(bundle: &str) -> String {
    format!("{RECORDS}/{bundle}.publication.json")
}

/// What a record of a publication says: what was published, when its signatures were checked, where the copy stands, and
/// every rule. It is the proof of source for uses of the release.
pub(super) struct PublicationStatement<'a> {
    /// The bundle's name.
    pub(super) bundle: &'a str,
    /// The files of the release.
    pub(super) files: &'a Tree,
    /// The digest of its manifest.
    pub(super) manifest: Option<Digest>,
    /// Every rule.
    pub(super) rulings: &'a GateRulings,
    /// The archived copy, inside the project.
    pub(super) archive: &'a str,
    /// The moment of the run.
    pub(super) now: Timestamp,
    /// The moment was given by whoever ran it, not read from the clock.
    pub(super) moment_is_stated: bool,
}

impl PublicationStatement<'_> {
    fn json(&self, keys: &SigningKeys) -> Json {
        let digest =
            |digest: Option<Digest>| Json::optional_text(digest.map(|one| one.to_string()).as_deref());
        let moment = if self.moment_is_stated { "stated" } else { "clock" };
        Json::map([
            ("schema", Json::text(RECORD_SCHEMA)),
            ("schema_version", Json::text("1.0")),
            ("bundle", Json::text(self.bundle)),
            ("published_at", Json::text(self.now.to_string())),
            ("moment", Json::text(moment)),
            ("signatures_checked_at", Json::text(self.now.to_string())),
            ("manifest_sha256", digest(self.manifest)),
            ("list_sha256", digest(list_of(self.bundle, self.files))),
            ("release_key", Json::text(keys.release.public().fingerprint())),
            ("archive", Json::text(self.archive)),
            ("gate", gate_json(self.rulings, self.bundle, TOOL_VERSION)),
        ])
    }

    /// The record with its signature, under the first name that is free: what an earlier one says stays.
    ///
    /// # Errors
    /// The key cannot sign it, or there are too many records.
    pub(super) fn seal(&self, project: &Project, keys: &SigningKeys) -> Result<Tree, Failure> {
        let bytes = self.json(keys).to_file_text().into_bytes();
        let first = record_path(self.bundle);
        let further = (2..=MOST_RECORDS).map(|number| first.replace(".json", &format!("-{number}.json")));
        for path in [first.clone()].into_iter().chain(further) {
            if project.has_entry(&path) && project.read(&path)? != bytes {
                continue;
            }
            let name = path.rsplit('/').next().unwrap_or(&path);
            let sealed = seal(name, bytes, &keys.hmac, self.now)?;
            let signature = (format!("{path}{SIGNATURE_ENDING}"), sealed.signature);
            return Ok([signature, (path, sealed.bytes)].into());
        }
        let message = format!("holds {MOST_RECORDS} records of `{}`", self.bundle);
        Err(Problem::with_file(RECORDS, message)
            .hint("move the last of them to an archive of their own")
            .into())
    }
}

fn list_of(bundle: &str, files: &Tree) -> Option<Digest> {
    files
        .get(&format!("{bundle}.sha256"))
        .map(|bytes| Digest::of(bytes))
}

/// Whether a record says that these files were published. With HMAC keys at hand, one of them must have signed it.
pub(super) fn is_published(project: &Project, bundle: &str, files: &Tree, policy: &Policy) -> bool {
    let Ok(Some(record)) = PublicationRecord::read(project, bundle) else {
        return false;
    };
    let mut keys = policy.hmac_keys.iter();
    let is_signed = policy.hmac_keys.is_empty() || keys.any(|known| record.check_key(&known.key).is_ok());
    is_signed && list_of(bundle, files) == Some(record.list)
}

/// The record of one publication. Its signature names it and fits its bytes; only the key shows who made it.
pub(super) struct PublicationRecord {
    path: String,
    bytes: Vec<u8>,
    signature: SignatureFile,
    /// When it was published.
    pub(super) published_at: Timestamp,
    /// The digest of the release's digest list.
    pub(super) list: Digest,
    /// The archived copy, inside the project.
    pub(super) archive: String,
}

impl PublicationRecord {
    /// Reads the record of a bundle; none if it was never published.
    ///
    /// # Errors
    /// A record without its signature, other bytes than were signed, or another shape.
    pub(super) fn read(project: &Project, bundle: &str) -> Result<Option<PublicationRecord>, Failure> {
        let path = record_path(bundle);
        if !project.has_file(&path) {
            return Ok(None);
        }
        let bytes = project.read(&path)?;
        let signature_path = format!("{path}{SIGNATURE_ENDING}");
        let signature = project.read(&signature_path).map_err(|problem| {
            problem.hint("the record of a publication counts with its signature only; restore both")
        })?;
        let signature = SignatureFile::read(&signature_path, &signature)?;
        signature.check_target(&path, &bytes)?;
        let root = json::read(&path, &bytes)?;
        let bad = |key: &str| {
            Failure::from(
                Problem::with_file(&path, format!("`{key}` is missing or not what it should be"))
                    .hint("restore the record as `stage6 publish` wrote it"),
            )
        };
        let text = |key: &str| root.text(key).ok_or_else(|| bad(key));
        if (text("schema")?, text("bundle")?) != (RECORD_SCHEMA, bundle) {
            return Err(bad("schema"));
        }
        Ok(Some(PublicationRecord {
            published_at: Timestamp::parse(text("published_at")?).map_err(|_| bad("published_at"))?,
            list: Digest::from_hex(text("list_sha256")?).ok_or_else(|| bad("list_sha256"))?,
            archive: text("archive")?.to_owned(),
            signature,
            path,
            bytes,
        }))
    }

    /// Shows that the key made the record.
    ///
    /// # Errors
    /// It did not.
    pub(super) fn check_key(&self, key: &HmacKey) -> Result<(), Distrust> {
        self.signature.check_key(&self.path, &self.bytes, key)
    }
}

/// For each release, in the order of the records, its publication.
///
/// # Errors
/// Those of [`PublicationRecord::read`].
pub(super) fn publications(
    project: &Project,
    releases: &Releases,
) -> Result<Vec<Option<Publication>>, Failure> {
    let mut found: Vec<Option<Publication>> = Vec::new();
    let mut newer: Option<Timestamp> = None;
    // From the newest on: what follows a publication ends where a newer release is published.
    for record in releases.records.iter().rev() {
        let bundle = releases.bundle(&record.release);
        let published = PublicationRecord::read(project, bundle.as_str())?.map(|one| one.published_at);
        let valid_until = record.release.valid_until;
        found.push(published.map(|at| Publication {
            at,
            ends_at: newer.map_or(valid_until, |newer| newer.min(valid_until)),
        }));
        newer = published.or(newer);
    }
    found.reverse();
    Ok(found)
}
