//! The signed records of publications: written by `stage6 publish`, read by whoever looks after what was published.

use super::Failure;
use crate::config::Releases;
use crate::diag::Problem;
use crate::document::json;
use crate::domain::{Digest, Timestamp};
use crate::fs::Project;
use crate::publish::Publication;
use crate::seal::{Distrust, HmacKey, SIGNATURE_ENDING, SignatureFile};

/// The name of their shape.
pub(super) const RECORD_SCHEMA: &str = "stage6.publication";
/// Where the records of publications stand.
const RECORDS: &str = "var/audit/publications";

/// The file name of a bundle's record.
pub(super) fn record_name(bundle: &str) -> String {
    format!("{bundle}.publication.json")
}

/// Where the record of a bundle stands.
pub(super) fn record_path(bundle: &str) -> String {
    format!("{RECORDS}/{}", record_name(bundle))
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
