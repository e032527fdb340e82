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
    let bundle = &stated.bundle;
    let outer = [
        subject(stated.archive.path.clone(), &stated.archive),
        subject(manifest.path.clone(), manifest),
    ];
    let payload = stated.files.values();
    let inner = payload.map(|file| subject(format!("{bundle}/{}", file.path), file));
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
    // The canonical form, one subject after the other: a tree of all of them would be several times as large as the text.
    let mut text = format!(
        "{{\"_type\":\"{STATEMENT}\",\"predicate\":{},\"predicateType\":\"{PREDICATE}\",\"subject\":[",
        predicate.to_canonical()
    );
    for (index, subject) in outer.into_iter().chain(inner).enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&subject.to_canonical());
    }
    text.push_str("]}");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::json;

    #[test]
    fn the_statement_is_canonical_json() {
        let file = |path: &str| Listed::of(path, path.as_bytes());
        let stated = Stated::for_tests("b-1-r1", [file("data/a"), file("data/b")]);
        let text = statement(&stated, &file("b-1-r1.manifest.json"));
        let again = Json::from_node(&json::read("s", &text).unwrap()).to_canonical();
        assert_eq!(String::from_utf8(text).unwrap(), again);
    }
}
