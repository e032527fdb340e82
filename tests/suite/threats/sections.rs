//! What a bag says about signal quality, and the checklists in it: named by what is signed, or refused.

use super::refused;
use crate::forge::{Desk, Files, Forge, HMAC, NOTHING, TRUST, hmac_key, moment};
use serde_json::json;
use stage6_press::domain::Digest;
use stage6_press::seal::{HmacKey, RunbookManifest, report_manifest, seal, sha384_hex};

const AT: &str = "2026-11-23T12:00:00Z";
const SNAPSHOT: &str = "data/signal_quality/binance.json";
const LIST: &str = "signal_quality";
const CHECKLIST: &str = "var/audit/stage6/list.md";

/// A release with a changed bag of which everything is re-made.
fn with(change: impl FnOnce(&mut Files)) -> Files {
    let mut forge = Forge::producer();
    let mut files = forge.good();
    let mut bag = forge.bag(&files);
    change(&mut bag);
    forge.rebag(&mut bag);
    forge.with_bag(&mut files, &bag);
    files
}

#[track_caller]
fn passes(desk: &Desk, files: &Files, what: &str) {
    for demands in [TRUST, HMAC, NOTHING] {
        assert_eq!(
            desk.judge(files, demands),
            (0, "good".into()),
            "{what}, {demands}"
        );
    }
}

/// The signed list of a section, with its own manifest.
fn put_list(bag: &mut Files, files: &serde_json::Value) {
    let text = serde_json::to_string(&json!({"schema": "stage6.signal_quality.manifest", "files": files}));
    let name = format!("{LIST}.json");
    let bytes = text.expect("JSON").into_bytes();
    let sealed = seal(&name, bytes, &hmac_key(), moment(AT)).expect("sealed");
    let manifest = report_manifest(&sealed, [("file_count", 1), ("snapshot_count", 1)], &[]);
    bag.insert(format!("data/reports/{LIST}.manifest.json"), manifest);
    bag.insert(
        format!("data/reports/{}", sealed.signature_name()),
        sealed.signature,
    );
    bag.insert(format!("data/reports/{name}"), sealed.bytes);
}

fn entry(path: &str, bytes: &[u8]) -> serde_json::Value {
    json!({"path": path, "size": bytes.len(), "sha256": Digest::of(bytes).to_string()})
}

#[test]
fn signal_quality_is_exactly_what_the_signed_list_names() {
    let desk = Desk::new();
    let listed = |path: &str, stated: &[u8], more: &str| {
        let (path, stated, more) = (path.to_owned(), stated.to_vec(), more.to_owned());
        with(move |bag| {
            bag.insert(SNAPSHOT.into(), b"{}".to_vec());
            if !more.is_empty() {
                bag.insert(more, b"x".to_vec());
            }
            put_list(bag, &json!([entry(&path, &stated)]));
        })
    };
    passes(&desk, &listed(SNAPSHOT, b"{}", ""), "listed");
    let unlisted = with(|bag| drop(bag.insert(SNAPSHOT.into(), b"{}".to_vec())));
    refused(&desk, &unlisted, "missing-signature", "no list");
    let exchanged = listed(SNAPSHOT, b"[]", "");
    refused(&desk, &exchanged, "hash-mismatch", "another file");
    let more = listed(SNAPSHOT, b"{}", "data/signal_quality/kraken.json");
    refused(&desk, &more, "missing-signature", "a file more");
    let absent = listed("data/signal_quality/kraken.json", b"{}", "");
    refused(&desk, &absent, "missing-file", "a file less");
    let elsewhere = listed("data/pages/page.txt", b"{}", "");
    refused(&desk, &elsewhere, "malformed", "a file of another section");
    let twice = with(|bag| {
        bag.insert(SNAPSHOT.into(), b"{}".to_vec());
        put_list(bag, &json!([entry(SNAPSHOT, b"{}"), entry(SNAPSHOT, b"{}")]));
    });
    refused(&desk, &twice, "malformed", "a file twice");
}

/// A checklist with manifest and signature, as a build packs them.
fn put_checklist(bag: &mut Files, path: &str, signed: &[u8], key: &HmacKey) {
    let manifest = RunbookManifest {
        source_path: path.into(),
        archived_path: path.into(),
        signature_path: format!("{path}.sig"),
        generated_at: moment(AT),
        sha256: Digest::of(signed),
        sha384: sha384_hex(signed),
        stakeholders: vec!["risk".into()],
        sealed_by_build: false,
    };
    bag.insert(format!("data/evidence/{CHECKLIST}"), b"- [x] done\n".to_vec());
    let stem = CHECKLIST.trim_end_matches(".md");
    bag.insert(format!("data/evidence/{stem}.manifest.json"), manifest.to_file());
    bag.insert(
        format!("data/evidence/{CHECKLIST}.sig"),
        manifest.to_signature(key),
    );
}

#[test]
fn a_checklist_is_the_one_that_was_signed() {
    let desk = Desk::new();
    let good = b"- [x] done\n";
    let own = |path: &'static str, signed: &'static [u8]| {
        with(move |bag| put_checklist(bag, path, signed, &hmac_key()))
    };
    passes(&desk, &own(CHECKLIST, good), "signed");
    refused(
        &desk,
        &own(CHECKLIST, b"- [ ] done\n"),
        "hash-mismatch",
        "ticked later",
    );
    refused(
        &desk,
        &own("var/audit/stage6/other.md", good),
        "inconsistent-producer",
        "of another file",
    );
    for (ending, code) in [("manifest.json", "missing-file"), ("md", "missing-file")] {
        let without = with(|bag| {
            put_checklist(bag, CHECKLIST, good, &hmac_key());
            let path = CHECKLIST.replace("md", ending);
            bag.remove(&format!("data/evidence/{path}"))
                .expect("it was there");
        });
        refused(&desk, &without, code, ending);
    }
    // Each of the two files beside the checklist with one word changed; the list and its signature fit it again.
    for (ending, from, to) in [
        ("md.sig", "risk", "rusk"),
        ("md.sig", "stage6.runbook.signature", "stage6.runbook.signatures"),
        ("md.sig", "HMAC-SHA256", "HMAC-SHA512"),
        ("md.sig", "\"payload\"", "\"pay\""),
        ("manifest.json", "\"stakeholders\"", "\"holders\""),
        ("manifest.json", AT, "2026-11-23"),
        ("manifest.json", "\"schema_version\": 1", "\"schema_version\": 2"),
        ("manifest.json", "\"hashes\"", "\"more\": null, \"hashes\""),
        ("manifest.json", "{", ""),
    ] {
        let changed = with(|bag| {
            put_checklist(bag, CHECKLIST, good, &hmac_key());
            let path = format!("data/evidence/{}", CHECKLIST.replace("md", ending));
            let text = String::from_utf8(bag.remove(&path).expect("it was there")).expect("text");
            assert!(text.contains(from), "{text}");
            bag.insert(path, text.replacen(from, to, 1).into_bytes());
        });
        refused(&desk, &changed, "malformed", &format!("{ending}: {to}"));
    }
    // Another key under the same id fits no verifier who has the key; one under its own id is checked by its holders.
    let text = "89abcdef".repeat(8);
    let key = |id: &str| HmacKey::from_text(text.as_bytes(), Some(id.into())).expect("a key");
    let forged = with(|bag| put_checklist(bag, CHECKLIST, good, &key("audit-2026")));
    assert_eq!(desk.judge(&forged, HMAC), (4, "bad-signature".into()));
    let of_risk = with(|bag| put_checklist(bag, CHECKLIST, good, &key("risk-2026")));
    passes(&desk, &of_risk, "signed by another key");
}
