//! Publications that are killed, or begun twice at the same moment: what readers fetch is whole or not there, and going on is
//! possible.

use super::{build, mirror};
use crate::gate::{LOG_KEY, RELEASE, T7, ready};
use crate::kills::Kills;
use crate::outlets::{ALL, Served, git};
use crate::scene::{KEYS, Scene, has_tool};
use std::collections::BTreeMap;
use std::fs;
use std::process::Child;
use std::time::Instant;

type Files = BTreeMap<String, Vec<u8>>;

const COPY: &str = "var/marketing/archive/stage6-2026.11-r1";
const RECORDS: &str = "var/audit/publications";
const LOG: [&str; 2] = [
    "var/audit/stage6/decision_log.jsonl",
    "var/audit/stage6/decision_log.head.json",
];

fn begin(scene: &Scene) -> Child {
    scene.start(&format!("publish --date {T7} {KEYS} --actor QA {ALL}"))
}

fn tree_of(scene: &Scene, folder: &str) -> Files {
    match scene.path(folder).exists() {
        true => scene.tree(folder),
        false => Files::new(),
    }
}

/// The archive, every outlet and every record are whole or not there, and readers have nothing that no record speaks of.
/// Whether the publication is complete.
#[track_caller]
fn is_whole(scene: &Scene, (release, served): (&Files, &Served)) -> bool {
    let copy = tree_of(scene, COPY);
    assert!(copy.is_empty() || copy == *release, "archive: {:?}", copy.keys());
    let outlets = served.found(scene);
    let records = tree_of(scene, RECORDS);
    for (name, bytes) in records.iter().filter(|(name, _)| name.ends_with(".json")) {
        let record: serde_json::Value = serde_json::from_slice(bytes).expect("a whole record");
        assert_eq!(record["bundle"], "stage6-2026.11-r1", "{name}");
    }
    let is_recorded = records.keys().any(|name| name.ends_with(".publication.json"));
    assert!(
        outlets == 0 || is_recorded,
        "readers have what no record speaks of"
    );
    !copy.is_empty() && outlets == 3 && is_recorded
}

/// Takes away what publications leave.
fn reset(scene: &Scene, log: &[Vec<u8>]) {
    for folder in ["var/marketing/archive", RECORDS, "out", "artifact"] {
        if scene.path(folder).exists() {
            fs::remove_dir_all(scene.path(folder)).expect("removed");
        }
    }
    git(scene, &["update-ref", "-d", "refs/heads/pages"]);
    for (path, bytes) in LOG.iter().zip(log) {
        scene.write(path, bytes);
    }
}

/// The scene, its release, its outlets once they are served, and its log.
fn ready_to_publish() -> (Scene, Files, Served, Vec<Vec<u8>>) {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    let release = scene.tree(RELEASE);
    let log = LOG.map(|path| fs::read(scene.path(path)).expect("the log"));
    let served = Served::of(&scene);
    (scene, release, served, log.to_vec())
}

#[test]
fn a_publication_that_is_killed_leaves_whole_copies_or_none_and_can_go_on() {
    if !has_tool("git", &["--version"]) {
        return;
    }
    let (scene, release, served, log) = ready_to_publish();
    let expected = (&release, &served);
    let started = Instant::now();
    assert!(begin(&scene).wait().expect("ended").success());
    let mut kills = Kills::of(started.elapsed());
    assert!(is_whole(&scene, expected));
    for round in 0..40 {
        if kills.cut_short == 8 {
            break;
        }
        reset(&scene, &log);
        // Most kills fall into the last part, where copies, record, log and outlets are written.
        let part = if round % 4 == 0 { 50 } else { 70 + round * 7 % 30 };
        let wait = kills.span * part / 100;
        kills.kill(begin(&scene), wait);
        is_whole(&scene, expected);
        // Whoever comes back publishes as if nothing had been.
        let again = format!("publish --date {T7} {KEYS} --actor QA {ALL}");
        scene.run(&again).ends_with(0);
        assert!(is_whole(&scene, expected), "round {round}");
        scene.run(&format!("journal verify {LOG_KEY}")).ends_with(0);
    }
    assert_eq!(kills.cut_short, 8, "killed before their end");
}

#[test]
fn two_publications_at_once_leave_one_whole_archive_and_a_sound_log() {
    if !has_tool("git", &["--version"]) {
        return;
    }
    let (scene, release, served, _) = ready_to_publish();
    let mut both = [begin(&scene), begin(&scene)];
    let ended = both
        .each_mut()
        .map(|child| child.wait().expect("ended").success());
    assert!(ended.contains(&true), "one of them publishes");
    assert!(is_whole(&scene, (&release, &served)));
    scene.run(&format!("journal verify {LOG_KEY}")).ends_with(0);
    // The one that was too late changed nothing that stands.
    let again = format!("publish --check --date {T7} {KEYS}");
    scene.run(&again).ends_with(0);
}
