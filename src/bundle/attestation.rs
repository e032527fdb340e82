//! `B.intoto.jsonl`: an in-toto Statement v1 about the release, in a DSSE envelope.
//!
//! The statement follows from the manifest alone, so a verifier writes it again and compares: no second reader of the
//! same facts, and no room for the two to disagree.

use super::release_manifest::Stated;
use crate::document::json_text::Json;
use crate::seal::Listed;

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// What the predicate is; the name stands for its meaning, nothing is fetched from it.
const PREDICATE: &str = "https://stage6.example/attestation/release/v1";

/// The bytes of the statement: zip, manifest and every payload file as subjects.
pub(super) fn statement(stated: &Stated, manifest: &Listed) -> Vec<u8> {
    let subject = |name: String, file: &Listed| {
        let digest = Json::map([("sha256", Json::text(file.digest.to_string()))]);
        Json::map([("name", Json::text(name)), ("digest", digest)])
    };
    let mut subjects = vec![
        subject(stated.archive.path.clone(), &stated.archive),
        subject(manifest.path.clone(), manifest),
    ];
    let payload = stated.files.values();
    subjects.extend(payload.map(|file| subject(format!("{}/{}", stated.bundle, file.path), file)));
    let release = &stated.release;
    let predicate = Json::map([
        ("bundle", Json::text(&stated.bundle)),
        ("producer", Json::text(&release.producer)),
        ("release", Json::text(&release.id)),
        ("status", Json::text(release.status.as_str())),
        ("sequence", Json::integer(release.sequence)),
        ("generated_at", Json::text(release.generated_at.to_string())),
        ("released_at", Json::text(release.released_at.to_string())),
        ("valid_until", Json::text(release.valid_until.to_string())),
        (
            "previous",
            Json::optional_text(release.previous.map(|digest| digest.to_string()).as_deref()),
        ),
    ]);
    Json::map([
        ("_type", Json::text(STATEMENT)),
        ("subject", Json::List(subjects)),
        ("predicateType", Json::text(PREDICATE)),
        ("predicate", predicate),
    ])
    .to_canonical()
    .into_bytes()
}
