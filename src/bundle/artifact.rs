//! A release as an OCI artifact: an image layout folder (image-spec 1.1) whose one manifest has a layer for each file, which
//! `oras cp --from-oci-layout` and its like push to any registry. Equal files give equal digests.

use super::verify::Verification;
use crate::document::json_text::Json;
use crate::document::{Node, json};
use crate::domain::Digest;
use crate::fs::Tree;
use std::collections::BTreeSet;

/// What the artifact is.
pub const ARTIFACT_TYPE: &str = "application/vnd.stage6.release.v1";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const LAYOUT: &str = "{\"imageLayoutVersion\":\"1.0.0\"}";
const MARKER: &str = "oci-layout";
const INDEX_FILE: &str = "index.json";
const BLOBS: &str = "blobs/sha256/";

/// The media type of a release's file, by its ending.
fn media_type(name: &str) -> &'static str {
    let types = [
        (".zip", "application/zip"),
        (".manifest.json", "application/json"),
        (".sig", "application/json"),
        (".intoto.jsonl", "application/vnd.dsse.envelope.v1+json"),
        (".sha256", "text/plain"),
        (".sshsig", "text/plain"),
    ];
    let found = types.iter().find(|(ending, _)| name.ends_with(ending));
    found.map_or("application/octet-stream", |(_, media_type)| media_type)
}

fn descriptor(media_type: &str, bytes: &[u8], more: Vec<(&'static str, Json)>) -> Json {
    let size = bytes.len() as u64;
    let members = [
        ("mediaType", Json::text(media_type)),
        ("digest", Json::text(format!("sha256:{}", Digest::of(bytes)))),
        ("size", Json::integer(size)),
    ];
    Json::map(members.into_iter().chain(more))
}

fn blob(bytes: &[u8]) -> (String, Vec<u8>) {
    (format!("{BLOBS}{}", Digest::of(bytes)), bytes.to_vec())
}

/// The layout of a verified release.
pub fn oci_layout(files: &Tree, verification: &Verification) -> Tree {
    let bundle = verification.bundle.as_str();
    let layers = files.iter().map(|(name, bytes)| {
        let title = Json::map([("org.opencontainers.image.title", Json::text(name))]);
        descriptor(media_type(name), bytes, vec![("annotations", title)])
    });
    let mut about = vec![("org.opencontainers.image.title", Json::text(bundle))];
    if let Some(stated) = &verification.stated {
        // When it was made, not when it was put here: the same release is the same artifact.
        about.push((
            "org.opencontainers.image.created",
            Json::text(stated.generated_at.to_string()),
        ));
        about.push(("org.opencontainers.image.version", Json::text(&stated.id)));
        about.push(("org.opencontainers.image.vendor", Json::text(&stated.producer)));
    }
    let config = descriptor(EMPTY, b"{}", vec![("data", Json::text("e30="))]);
    let manifest = Json::map([
        ("schemaVersion", Json::integer(2)),
        ("mediaType", Json::text(MANIFEST)),
        ("artifactType", Json::text(ARTIFACT_TYPE)),
        ("config", config),
        ("layers", Json::List(layers.collect())),
        ("annotations", Json::map(about)),
    ])
    .to_canonical()
    .into_bytes();
    let tag = Json::map([("org.opencontainers.image.ref.name", Json::text(bundle))]);
    let named = vec![("artifactType", Json::text(ARTIFACT_TYPE)), ("annotations", tag)];
    let index = Json::map([
        ("schemaVersion", Json::integer(2)),
        ("mediaType", Json::text(INDEX)),
        (
            "manifests",
            Json::List(vec![descriptor(MANIFEST, &manifest, named)]),
        ),
    ]);
    let mut layout: Tree = files.values().map(|bytes| blob(bytes)).collect();
    layout.extend([blob(b"{}"), blob(&manifest)]);
    layout.insert(MARKER.to_owned(), LAYOUT.into());
    layout.insert(INDEX_FILE.to_owned(), index.to_canonical().into_bytes());
    layout
}

/// The first file of a folder that does not belong to such a layout; none if all do.
pub fn stranger_in_layout(files: &Tree) -> Option<&String> {
    let digests = known_blobs(files).unwrap_or_default();
    let is_ours = |(path, bytes): &(&String, &Vec<u8>)| match path.as_str() {
        MARKER => bytes.as_slice() == LAYOUT.as_bytes(),
        INDEX_FILE => !digests.is_empty(),
        path => path
            .strip_prefix(BLOBS)
            .is_some_and(|name| digests.contains(name) && Digest::of(bytes).to_string() == name),
    };
    files.iter().find(|file| !is_ours(file)).map(|(path, _)| path)
}

/// What the index and its one manifest, which is of our type, refer to.
fn known_blobs(files: &Tree) -> Option<BTreeSet<String>> {
    let hex = |node: &Node| node.text("digest")?.strip_prefix("sha256:").map(str::to_owned);
    let index = json::read(INDEX_FILE, files.get(INDEX_FILE)?).ok()?;
    let [entry] = index.get("manifests")?.as_list()? else {
        return None;
    };
    let name = hex(entry).filter(|_| entry.text("artifactType") == Some(ARTIFACT_TYPE))?;
    let path = format!("{BLOBS}{name}");
    let manifest = json::read(&path, files.get(&path)?).ok()?;
    let layers = manifest.get("layers")?.as_list()?.iter();
    let mut digests: BTreeSet<String> = layers.filter_map(hex).collect();
    digests.extend(manifest.get("config").and_then(hex));
    digests.insert(name);
    Some(digests)
}
