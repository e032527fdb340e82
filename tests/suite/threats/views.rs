//! Rows "views disagree" and "replay / rollback".

use super::refused;
use crate::forge::{BUNDLE, Desk, End, Files, Forge, HMAC, NOTHING, TRUST, entries, statement, write_zip};
use serde_json::{Value, json};
use stage6_press::domain::Digest;

type Edit = fn(&mut Value);

/// Row "views disagree": each view alone says something else, and all are validly signed.
#[test]
fn views_that_disagree_are_the_producers_fault_and_refused() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let good = forge.good();
    let wrong = || Value::String(Digest::of(b"another").to_string());
    let say = |what: &str, edit: &dyn Fn(&mut Value)| {
        let mut files = good.clone();
        forge.edit_manifest(&mut files, edit);
        refused(&desk, &files, "inconsistent-producer", what);
    };
    say("the manifest's zip", &|manifest| {
        manifest["archive"]["sha256"] = wrong()
    });
    say("the zip's size", &|manifest| {
        manifest["archive"]["size"] = json!(1)
    });
    say("the zip's name", &|manifest| {
        manifest["archive"]["path"] = json!("other-1-r1.zip")
    });
    say("a payload file", &|manifest| {
        manifest["files"][0]["sha256"] = wrong()
    });
    say("a payload file's size", &|manifest| {
        manifest["files"][0]["size"] = json!(1)
    });
    say("a file less", &|manifest| {
        drop(manifest["files"].as_array_mut().expect("a list").pop())
    });
    say("a file more", &|manifest| {
        let more = json!({"path": "data/pages/zzz.txt", "size": 1, "sha256": wrong()});
        manifest["files"].as_array_mut().expect("a list").push(more);
    });
    say("another bundle", &|manifest| {
        manifest["bundle"] = json!("forged-1-r2")
    });
    say("another release", &|manifest| manifest["release"] = json!("2"));
    say("another number", &|manifest| manifest["sequence"] = json!(2));
    say("another producer", &|manifest| {
        manifest["producer"] = json!("other.example")
    });
    say("another release key", &|manifest| {
        manifest["release_key"] = Value::String(Forge::other().release.public().fingerprint());
    });
    say("another HMAC key", &|manifest| {
        manifest["key_id"] = json!("audit-2027")
    });
    say("a final release by a development key", &|manifest| {
        manifest["notice"] = json!("development key, not for publication");
    });
    // The attestation: each of its members, signed as it is.
    let edits: [(&str, Edit); 9] = [
        ("the zip's digest", |s| {
            s["subject"][0]["digest"]["sha256"] = json!("00".repeat(32))
        }),
        ("the manifest's digest", |s| {
            s["subject"][1]["digest"]["sha256"] = json!("00".repeat(32))
        }),
        ("a file's digest", |s| {
            s["subject"][2]["digest"]["sha256"] = json!("00".repeat(32))
        }),
        ("a subject's name", |s| {
            s["subject"][0]["name"] = json!("other.zip")
        }),
        ("a subject less", |s| {
            drop(s["subject"].as_array_mut().expect("a list").pop())
        }),
        ("the predicate", |s| s["predicate"]["sequence"] = json!(7)),
        ("the predicate's type", |s| {
            s["predicateType"] = json!("https://slsa.dev/provenance/v1")
        }),
        ("the statement's type", |s| {
            s["_type"] = json!("https://in-toto.io/Statement/v0.1")
        }),
        ("a member more", |s| s["more"] = json!(1)),
    ];
    for (what, edit) in edits {
        let mut files = good.clone();
        let mut said = statement(&files, BUNDLE);
        edit(&mut said);
        forge.attest_to(&mut files, &said);
        refused(&desk, &files, "inconsistent-producer", what);
    }
}

/// Row "views disagree", the bag's side: the zip holds another bag than the manifest speaks of.
#[test]
fn a_bag_that_the_manifest_does_not_describe_is_refused() {
    let desk = Desk::new();
    let mut forge = Forge::producer();
    let good = forge.good();
    let mut bag = forge.bag(&good);
    bag.insert("data/pages/page.txt".into(), b"other".to_vec());
    forge.rebag(&mut bag);
    let mut files = good.clone();
    forge.with_zip(&mut files, write_zip(&entries(BUNDLE, &bag), &End::default()));
    refused(&desk, &files, "inconsistent-producer", "another page");
    // The bag's folder, and its own word, name another bundle.
    let bag = forge.bag(&good);
    let zip = write_zip(&entries("forged-1-r2", &bag), &End::default());
    let mut files = good.clone();
    forge.with_zip(&mut files, zip.clone());
    refused(&desk, &files, "inconsistent-producer", "another folder");
    assert_eq!(
        desk.judge_zip(BUNDLE, &zip, NOTHING),
        (4, "inconsistent-producer".into())
    );
    let mut bag = forge.bag(&good);
    let info = String::from_utf8(bag["bag-info.txt"].clone()).expect("UTF-8");
    bag.insert(
        "bag-info.txt".into(),
        info.replace(BUNDLE, "forged-1-r2").into_bytes(),
    );
    forge.retag(&mut bag);
    let zip = write_zip(&entries(BUNDLE, &bag), &End::default());
    assert_eq!(
        desk.judge_zip(BUNDLE, &zip, NOTHING),
        (4, "inconsistent-producer".into())
    );
    let mut files = good.clone();
    forge.with_zip(&mut files, zip);
    refused(&desk, &files, "inconsistent-producer", "another identifier");
}

/// The release's number `sequence`, and the digest of its list.
fn numbered(sequence: u32, previous: Option<String>) -> (Files, String) {
    let mut forge = Forge::producer();
    let files = forge.release(sequence, previous);
    let list = Digest::of(&files[&forge.name(".sha256")]).to_string();
    (files, list)
}

/// Row "replay / rollback", against a record of what was seen, by release key and by HMAC key.
#[test]
fn an_older_release_is_refused_once_a_newer_one_was_seen() {
    let stateful = [format!("{TRUST} --state state"), format!("{HMAC} --state state")];
    for demands in stateful {
        let desk = Desk::new();
        let (first, first_list) = numbered(41, None);
        let (second, second_list) = numbered(42, Some(first_list.clone()));
        let good = (0, "good".to_owned());
        assert_eq!(desk.judge(&first, &demands), good);
        assert_eq!(desk.judge(&first, &demands), good, "the same again");
        assert_eq!(desk.judge(&second, &demands), good, "the next");
        let record = crate::scene::tree(desk.folder.path())["state"].clone();
        assert_eq!(desk.judge(&first, &demands), (4, "replayed".into()));
        // Same number, other digest: only the producer can make it (equivocation, threat M3).
        let (twin, _) = numbered(42, Some(second_list.clone()));
        assert_eq!(desk.judge(&twin, &demands), (4, "replayed".into()));
        let (strange, _) = numbered(43, Some(first_list));
        assert_eq!(desk.judge(&strange, &demands), (4, "broken-chain".into()));
        let (orphan, _) = numbered(43, None);
        assert_eq!(desk.judge(&orphan, &demands), (4, "broken-chain".into()));
        let late = format!("{demands} --date 2027-02-21T12:00:01Z");
        assert_eq!(desk.judge(&second, &late), (4, "expired".into()));
        assert!(
            crate::scene::tree(desk.folder.path())["state"] == record,
            "a refusal is no sighting"
        );
        let (third, _) = numbered(43, Some(second_list));
        assert_eq!(desk.judge(&third, &demands), good);
        let (later, _) = numbered(50, None);
        assert_eq!(
            desk.judge(&later, &demands),
            good,
            "releases between were not seen"
        );
        // A record that is none lets nothing pass.
        std::fs::write(desk.folder.path().join("state"), "{}").expect("written");
        assert_eq!(desk.judge(&later, &demands).0, 2);
    }
}

/// Row "replay / rollback": without a record nobody claims to know that a release is the newest.
#[test]
fn without_a_record_the_newest_is_unknown_and_said_to_be() {
    let desk = Desk::new();
    let (files, _) = numbered(41, None);
    assert_eq!(desk.judge(&files, TRUST), (0, "good".into()));
    let said = |more: &str| {
        let line = format!("verify release {TRUST} --date 2026-11-24 {more}");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stage6"));
        command
            .args(line.split_whitespace())
            .current_dir(desk.folder.path());
        String::from_utf8(command.output().expect("the binary runs").stdout).expect("UTF-8")
    };
    let text = said("");
    assert!(
        text.contains("that it is the newest release: keep a record with `--state FILE`"),
        "{text}"
    );
    let text = said("--state state");
    assert!(
        text.contains("the first release of this bundle and signer that your record has"),
        "{text}"
    );
}
