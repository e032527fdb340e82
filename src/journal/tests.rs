//! Every way to change a log without its key is found.

use super::*;
use crate::domain::{Digest, Timestamp};
use crate::fs::Project;
use crate::seal::HmacKey;
use std::collections::BTreeMap;

fn key(id: &str) -> HmacKey {
    // Other bytes for another id.
    let text: String = id
        .bytes()
        .cycle()
        .take(32)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    HmacKey::from_text(text.as_bytes(), Some(id.to_owned())).unwrap()
}

fn decision(number: usize) -> Decision {
    let verdict = match number % 2 {
        0 => Verdict::Done,
        _ => Verdict::Failed("hash-mismatch".to_owned()),
    };
    Decision {
        at: Timestamp::parse("2026-11-23T12:00:00Z").unwrap(),
        actor: "Łucja \"QA\"".to_owned(),
        event: JournalEvent::Build,
        subject: format!("stage6-2026.11-r{number}"),
        verdict,
        inputs: BTreeMap::from([("config/core.yaml".to_owned(), Digest::of(b"core"))]),
        outputs: BTreeMap::new(),
        tool_version: "0.1.0".to_owned(),
    }
}

/// A log of lines by these keys: the folder, the bytes of the log, those of its head.
fn log_by(ids: &[&str]) -> (tempfile::TempDir, Vec<u8>, Vec<u8>) {
    let place = tempfile::tempdir().unwrap();
    let project = Project::open(place.path()).unwrap();
    for (number, id) in ids.iter().enumerate() {
        let appended = append(&project, decision(number), &key(id)).unwrap();
        assert_eq!(appended.entries, number as u64 + 1);
    }
    let stored = Stored::read(&project).unwrap();
    (place, stored.log.unwrap(), stored.head.unwrap())
}

fn check(log: &[u8], head: &[u8]) -> Result<Audit, Flaw> {
    verify(Some(log), Some(head), &[key("old"), key("new")], Noted::default())
}

fn code(log: &[u8], head: &[u8]) -> FlawCode {
    check(log, head).unwrap_err().code
}

const IDS: [&str; 5] = ["old", "old", "new", "new", "new"];

fn lines(log: &[u8]) -> Vec<&[u8]> {
    log.split_inclusive(|byte| *byte == b'\n').collect()
}

#[test]
fn a_log_of_two_keys_is_good_and_ends_in_its_head() {
    let (_place, log, head) = log_by(&IDS);
    let audit = check(&log, &head).unwrap();
    assert_eq!((audit.entries.len(), audit.head_lags), (5, false));
    assert_eq!(audit.head, Digest::of(lines(&log)[4]));
    assert_eq!(audit.entries[3].decision, decision(3));
    assert_eq!(audit.key_ids, IDS);
}

#[test]
fn every_edit_of_one_byte_is_found() {
    let (_place, log, head) = log_by(&IDS);
    for (file, length) in [(0, log.len()), (1, head.len())] {
        for at in 0..length {
            for flip in [0x01, 0x20, 0x80] {
                let mut files = [log.clone(), head.clone()];
                files[file][at] ^= flip;
                assert!(
                    check(&files[0], &files[1]).is_err(),
                    "byte {at} of file {file} by {flip:#x}"
                );
            }
        }
    }
}

#[test]
fn every_truncation_is_found() {
    let (_place, log, head) = log_by(&IDS);
    for length in 0..log.len() {
        let flaw = check(&log[..length], &head).unwrap_err();
        let at_an_end = length == 0 || log[length - 1] == b'\n';
        let expected = if at_an_end {
            FlawCode::Truncated
        } else {
            FlawCode::TornLine
        };
        assert_eq!(flaw.code, expected, "{length}");
    }
    for length in 0..head.len() {
        assert!(check(&log, &head[..length]).is_err(), "{length}");
    }
}

#[test]
fn every_line_that_is_removed_doubled_or_moved_is_found() {
    let (_place, log, head) = log_by(&IDS);
    let lines = lines(&log);
    for one in 0..lines.len() {
        let mut removed = lines.clone();
        removed.remove(one);
        assert!(check(&removed.concat(), &head).is_err(), "without {one}");
        for other in 0..=lines.len() {
            let mut doubled = lines.clone();
            doubled.insert(other, lines[one]);
            assert!(check(&doubled.concat(), &head).is_err(), "{one} again at {other}");
        }
        for other in 0..one {
            let mut swapped = lines.clone();
            swapped.swap(one, other);
            assert_eq!(code(&swapped.concat(), &head), FlawCode::OutOfSequence);
        }
    }
}

#[test]
fn lines_and_heads_of_strangers_are_found() {
    let (_place, log, head) = log_by(&IDS);
    let (_other, strange, strange_head) = log_by(&["stranger"; 5]);
    assert_eq!(code(&strange, &strange_head), FlawCode::UnknownKey);
    assert_eq!(code(&log, &strange_head), FlawCode::UnknownKey);
    // The same keys, but another log: each line is good in itself.
    let (_third, third, third_head) = log_by(&["old", "new", "new", "new", "new"]);
    let mixed = [&lines(&log)[..1], &lines(&third)[1..]].concat().concat();
    assert!(check(&mixed, &third_head).is_ok(), "the first lines are equal");
    let mixed = [&lines(&log)[..3], &lines(&third)[3..]].concat().concat();
    assert_eq!(code(&mixed, &third_head), FlawCode::BrokenChain);
    assert_eq!(code(&log, &third_head), FlawCode::BrokenChain);
    let missing = verify(Some(&log), None, &[key("old")], Noted::default()).unwrap_err();
    assert_eq!((missing.code, missing.file), (FlawCode::Missing, HEAD_PATH));
    let missing = verify(None, None, &[], Noted::default()).unwrap_err();
    assert_eq!((missing.code, missing.file), (FlawCode::Missing, LOG_PATH));
    assert_eq!(
        verify(None, Some(&head), &[key("old"), key("new")], Noted::default())
            .unwrap_err()
            .code,
        FlawCode::Truncated
    );
}

#[test]
fn a_head_may_be_one_line_behind_and_no_more() {
    let (place, log, _) = log_by(&IDS);
    let head_of = |count: usize| {
        let (_place, _, head) = log_by(&IDS[..count]);
        head
    };
    assert!(check(&log, &head_of(4)).unwrap().head_lags);
    for count in 1..4 {
        assert_eq!(code(&log, &head_of(count)), FlawCode::StaleHead);
    }
    // The next append by that line's key mends it, and by another key says why it cannot.
    let project = Project::open(place.path()).unwrap();
    std::fs::write(place.path().join(HEAD_PATH), head_of(4)).unwrap();
    let error = append(&project, decision(5), &key("old")).unwrap_err();
    assert!(matches!(error, NotAppended::Flaw(flaw) if flaw.code == FlawCode::StaleHead));
    assert_eq!(append(&project, decision(5), &key("new")).unwrap().entries, 6);
    let stored = Stored::read(&project).unwrap();
    let audit = check(&stored.log.unwrap(), &stored.head.unwrap()).unwrap();
    assert_eq!((audit.entries.len(), audit.head_lags), (6, false));
}

#[test]
fn a_verification_with_another_key_is_not_noted() {
    let (place, log, _) = log_by(&IDS);
    let project = Project::open(place.path()).unwrap();
    let verification = Decision {
        event: JournalEvent::Verification,
        ..decision(5)
    };
    let error = append(&project, verification.clone(), &key("stranger")).unwrap_err();
    assert!(matches!(error, NotAppended::Flaw(flaw) if flaw.code == FlawCode::UnknownKey));
    assert_eq!(std::fs::read(place.path().join(LOG_PATH)).unwrap(), log);
    assert_eq!(append(&project, verification, &key("new")).unwrap().entries, 6);
}

/// A run with a new key was killed between its line and its head: the old head's signature is in the line.
#[test]
fn a_kill_at_a_change_of_keys_is_mended() {
    let (place, log, _) = log_by(&["old", "old", "new"]);
    let (_place, _, head) = log_by(&["old", "old"]);
    let project = Project::open(place.path()).unwrap();
    assert!(check(&log, &head).unwrap().head_lags);
    std::fs::write(place.path().join(HEAD_PATH), head).unwrap();
    append(&project, decision(3), &key("new")).unwrap();
    let stored = Stored::read(&project).unwrap();
    assert_eq!(
        check(&stored.log.unwrap(), &stored.head.unwrap())
            .unwrap()
            .entries
            .len(),
        4
    );
}

/// A stranger cuts lines off and writes a head of his own; the next append, by a key that cannot check that head, must
/// not make it look good.
#[test]
fn lines_cut_off_before_a_change_of_keys_are_found_later() {
    let (place, log, _) = log_by(&["old"; 5]);
    let project = Project::open(place.path()).unwrap();
    let cut = lines(&log)[..2].concat();
    std::fs::write(place.path().join(LOG_PATH), &cut).unwrap();
    let forged = head::Head {
        entries: 2,
        last: Digest::of(lines(&log)[1]),
    };
    for name in ["stranger", "old"] {
        // The second has the name of the old key, but not its bytes.
        let text = "5a3c".repeat(16);
        let forger = HmacKey::from_text(text.as_bytes(), Some(name.into())).unwrap();
        std::fs::write(place.path().join(HEAD_PATH), forged.to_file(&forger)).unwrap();
        if name == "old" {
            let error = append(&project, decision(6), &key("old")).unwrap_err();
            assert!(matches!(error, NotAppended::Flaw(flaw) if flaw.code == FlawCode::BadSignature));
        }
        std::fs::write(place.path().join(LOG_PATH), &cut).unwrap();
        append(&project, decision(6), &key("new")).unwrap();
        let stored = Stored::read(&project).unwrap();
        let flaw = check(&stored.log.unwrap(), &stored.head.unwrap()).unwrap_err();
        let expected = if name == "old" {
            FlawCode::BadSignature
        } else {
            FlawCode::UnknownKey
        };
        assert_eq!((flaw.code, flaw.line), (expected, Some(3)), "{flaw}");
    }
}

#[test]
fn nothing_is_appended_to_a_log_that_its_head_does_not_know() {
    let (place, log, head) = log_by(&IDS);
    let project = Project::open(place.path()).unwrap();
    let mut edited = log.clone();
    let last = edited.len() - 10;
    edited[last] ^= 1;
    let cut = lines(&log)[..3].concat();
    for (log, head) in [(&cut, Some(&head)), (&edited, Some(&head)), (&log, None)] {
        std::fs::write(place.path().join(LOG_PATH), log).unwrap();
        match head {
            Some(head) => std::fs::write(place.path().join(HEAD_PATH), head).unwrap(),
            None => std::fs::remove_file(place.path().join(HEAD_PATH)).unwrap(),
        }
        let error = append(&project, decision(5), &key("new")).unwrap_err();
        assert!(matches!(error, NotAppended::Flaw(_)), "{error:?}");
        assert_eq!(&std::fs::read(place.path().join(LOG_PATH)).unwrap(), log);
    }
}

#[test]
fn half_a_line_is_moved_aside() {
    let (place, log, _) = log_by(&IDS);
    let project = Project::open(place.path()).unwrap();
    let torn = [&log[..], b"{\"actor\":\"Ol"].concat();
    std::fs::write(place.path().join(LOG_PATH), torn).unwrap();
    let appended = append(&project, decision(5), &key("new")).unwrap();
    let aside = "var/audit/stage6/decision_log.torn-1";
    assert_eq!(appended.torn.as_deref(), Some(aside));
    assert_eq!(
        std::fs::read(place.path().join(aside)).unwrap(),
        b"{\"actor\":\"Ol"
    );
    let stored = Stored::read(&project).unwrap();
    assert_eq!(
        check(&stored.log.unwrap(), &stored.head.unwrap())
            .unwrap()
            .entries
            .len(),
        6
    );
}

/// What an auditor noted finds a log that was put back together with its own head.
#[test]
fn an_older_log_with_its_head_is_found_by_what_was_noted() {
    let (_place, log, head) = log_by(&IDS);
    let noted = Noted {
        head: Some(check(&log, &head).unwrap().head),
        entries: Some(5),
    };
    let keys = [key("old"), key("new")];
    assert!(verify(Some(&log), Some(&head), &keys, noted).is_ok());
    let (_older, older, older_head) = log_by(&IDS[..4]);
    assert!(check(&older, &older_head).is_ok());
    for noted in [
        noted,
        Noted {
            entries: None,
            ..noted
        },
        Noted { head: None, ..noted },
    ] {
        let flaw = verify(Some(&older), Some(&older_head), &keys, noted).unwrap_err();
        assert_eq!(flaw.code, FlawCode::NotAsNoted);
    }
    let wrong_line = Noted {
        entries: Some(4),
        ..noted
    };
    assert_eq!(
        verify(Some(&log), Some(&head), &keys, wrong_line)
            .unwrap_err()
            .code,
        FlawCode::NotAsNoted
    );
}
