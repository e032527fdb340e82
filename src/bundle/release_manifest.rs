//! `B.manifest.json`: what a bundle is, and the digest of every file in it.

use super::verify::StatedRelease;
use crate::document::json_text::Json;
use crate::document::{Node, Scalar, json};
use crate::domain::{BundleName, Digest, Producer, Release, ReleaseStatus, Timestamp};
use crate::seal::{Distrust, DistrustCode, Listed, SigningKeys};
use std::collections::BTreeMap;

const SCHEMA: &str = "stage6.release.manifest";
/// What everything signed with a development key says of itself.
pub const DEVELOPMENT_NOTICE: &str = "development key, not for publication";

/// What a manifest says about its release.
#[derive(Clone, Debug)]
pub struct ReleaseInfo<'a> {
    /// The release.
    pub release: &'a Release,
    /// The bundle's name.
    pub bundle: &'a BundleName,
    /// Who makes it.
    pub producer: &'a Producer,
    /// When the bundle was made.
    pub generated_at: Timestamp,
    /// The version of this program.
    pub tool_version: &'a str,
}

/// The bytes of the manifest.
pub(super) fn write(
    info: &ReleaseInfo<'_>,
    keys: &SigningKeys,
    archive: &Listed,
    files: &BTreeMap<String, Listed>,
) -> Vec<u8> {
    let release = info.release;
    let mut members = vec![
        ("schema", Json::text(SCHEMA)),
        ("schema_version", Json::text("1.0")),
        ("bundle", Json::text(info.bundle.as_str())),
        ("producer", Json::text(&info.producer.name)),
        ("release", Json::text(&release.id)),
        ("status", Json::text(release.status.as_str())),
        ("sequence", Json::integer(release.sequence)),
        ("released_at", Json::text(release.released_at.to_string())),
        ("publish_by", Json::text(release.publish_at.to_string())),
        ("valid_until", Json::text(release.valid_until.to_string())),
        ("previous", Json::optional_text(release.previous.as_deref())),
        ("generated_at", Json::text(info.generated_at.to_string())),
        ("tool_version", Json::text(info.tool_version)),
        ("key_id", Json::optional_text(keys.hmac.id())),
        ("release_key", Json::text(keys.release.public().fingerprint())),
        ("archive", Json::map(archive.members())),
        (
            "files",
            Json::List(files.values().map(|file| Json::map(file.members())).collect()),
        ),
    ];
    if keys.is_development() {
        members.push(("notice", Json::text(DEVELOPMENT_NOTICE)));
    }
    Json::map(members).to_file_text().into_bytes()
}

/// What a verifier takes from a manifest.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) bundle: String,
    pub(super) release: StatedRelease,
    pub(super) key_id: Option<String>,
    /// The fingerprint of the release key.
    pub(super) release_key: String,
    pub(super) notice: Option<String>,
    pub(super) archive: Listed,
    pub(super) files: BTreeMap<String, Listed>,
}

#[cfg(test)]
impl Stated {
    /// What a manifest of a bundle with these files would state.
    pub(super) fn for_tests(bundle: &str, files: impl IntoIterator<Item = Listed>) -> Stated {
        let moment = Timestamp::parse("2026-11-23T12:00:00Z").expect("a moment");
        Stated {
            bundle: bundle.to_owned(),
            release: StatedRelease {
                id: "1".to_owned(),
                producer: "a.example".to_owned(),
                status: ReleaseStatus::Draft,
                generated_at: moment,
                sequence: 1,
                released_at: moment,
                valid_until: moment,
                previous: None,
            },
            key_id: None,
            release_key: String::new(),
            notice: None,
            archive: Listed::of(format!("{bundle}.zip"), b"zip"),
            files: files.into_iter().map(|file| (file.path.clone(), file)).collect(),
        }
    }
}

/// Reads a manifest.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Stated, Distrust> {
    let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, name, reason);
    let root = json::read(name, bytes).map_err(|problem| bad(&problem.message))?;
    let text = |key: &str| root.text(key).map(str::to_owned);
    if text("schema").as_deref() != Some(SCHEMA) || text("schema_version").as_deref() != Some("1.0") {
        return Err(bad("not a release manifest of a version that we know"));
    }
    let moment = |key: &str| text(key).and_then(|text| Timestamp::parse(&text).ok());
    let sequence = root
        .get("sequence")
        .and_then(Node::as_scalar)
        .and_then(Scalar::as_integer);
    let list = root
        .get("files")
        .and_then(Node::as_list)
        .ok_or_else(|| bad("`files` is not a list"))?;
    let mut files = BTreeMap::new();
    for node in list {
        let file = listed(node).ok_or_else(|| bad("an entry of `files` is not a listed file"))?;
        if files.insert(file.path.clone(), file).is_some() {
            return Err(bad("`files` lists a path twice"));
        }
    }
    Ok(Stated {
        bundle: text("bundle").ok_or_else(|| bad("`bundle` is not text"))?,
        release_key: text("release_key").ok_or_else(|| bad("`release_key` is not text"))?,
        release: StatedRelease {
            id: text("release").ok_or_else(|| bad("`release` is not text"))?,
            producer: text("producer").ok_or_else(|| bad("`producer` is not text"))?,
            status: text("status")
                .and_then(|word| ReleaseStatus::from_word(&word))
                .ok_or_else(|| bad("`status` is neither draft nor final"))?,
            generated_at: moment("generated_at").ok_or_else(|| bad("`generated_at` is not a moment"))?,
            sequence: sequence.ok_or_else(|| bad("`sequence` is not a whole number"))?,
            released_at: moment("released_at").ok_or_else(|| bad("`released_at` is not a moment"))?,
            valid_until: moment("valid_until").ok_or_else(|| bad("`valid_until` is not a moment"))?,
            previous: match root.get("previous") {
                Some(node) if node.is_null() => None,
                _ => Some(
                    text("previous")
                        .and_then(|hex| Digest::from_hex(&hex))
                        .ok_or_else(|| bad("`previous` is neither a SHA-256 nor null"))?,
                ),
            },
        },
        key_id: text("key_id"),
        notice: text("notice"),
        archive: root
            .get("archive")
            .and_then(listed)
            .ok_or_else(|| bad("`archive` is not a listed file"))?,
        files,
    })
}

/// A listed file: `path`, `size`, `sha256`.
pub(super) fn listed(node: &Node) -> Option<Listed> {
    Some(Listed {
        path: node.text("path")?.to_owned(),
        size: u64::try_from(node.get("size")?.as_scalar()?.as_integer()?).ok()?,
        digest: Digest::from_hex(node.text("sha256")?)?,
    })
}
