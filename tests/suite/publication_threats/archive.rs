//! The archive, the records and the clock are tampered with; the disk refuses; a project is broken when it must go back.

use super::{PUBLICATION, publish};
use crate::gate::{RELEASE, T7, broken, build, gate, ready, second_release};
use crate::scene::{KEYS, Scene};
use std::fs;

const COPY: &str = "var/marketing/archive/stage6-2026.11-r1";
const RECORDED: &str = "var/audit/publications/stage6-2026.11-r1.publication.json";
const NEXT: &str = "2026-11-30T10:00:00Z";

fn rollback(scene: &Scene) -> crate::scene::Ran {
    scene.run(&format!(
        "rollback --date 2026-12-01 {KEYS} --actor QA --reason <b>wrong</b>[x](javascript:y)"
    ))
}

#[test]
fn a_release_that_never_passed_the_gate_is_no_release_to_fall_back_on() {
    let scene = ready();
    build(&scene, T7);
    // Built and signed, never published, and put where published ones lie.
    for (path, bytes) in scene.tree(RELEASE) {
        scene.write(&format!("{COPY}/{path}"), bytes);
    }
    second_release(&scene);
    build(&scene, NEXT);
    let ran = gate(&scene, NEXT).ends_with(3);
    assert_eq!(broken(&ran), ["fallback-exists"]);
    let ran = rollback(&scene).ends_with(4);
    let expected = "var/marketing/archive: holds no other release that verifies, so nothing was restored";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    // Nor does a record help that nobody with the key signed.
    let list = stage6_press::domain::Digest::of(
        &fs::read(scene.path(&format!("{COPY}/stage6-2026.11-r1.sha256"))).expect("read"),
    );
    let forged = format!(
        "{{\"schema\": \"stage6.publication\", \"bundle\": \"stage6-2026.11-r1\", \"list_sha256\": \"{list}\"}}\n"
    );
    scene.write(RECORDED, forged);
    rollback(&scene).ends_with(4);
}

#[test]
fn records_of_publications_are_kept_and_in_order() {
    let scene = ready();
    publish(&scene, T7, "--to out").ends_with(0);
    let first = scene.read(RECORDED);
    assert!(first.contains("\"moment\": \"stated\""), "{first}");
    publish(&scene, "2026-12-01T08:00:00Z", "--to other").ends_with(0);
    assert_eq!(scene.read(RECORDED), first, "what a record says stays");
    let second = scene.read("var/audit/publications/stage6-2026.11-r1.publication-2.json");
    assert!(
        second.contains("\"published_at\": \"2026-12-01T08:00:00Z\""),
        "{second}"
    );

    let ran = publish(&scene, T7, "--to third").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/audit/stage6/decision_log.jsonl: this run is of 2026-11-30T08:00:00Z, but the decision log says that \
         `stage6-2026.11-r1` was published at 2026-12-01T08:00:00Z\n  hint: leave `--date` away, or set the clock right\n\n1 \
         problem; nothing was written\n"
    );
    let ran = scene
        .run(&format!(
            "publish --date 2026-12-01T08:00:00Z {KEYS} --to third --no-journal"
        ))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: --no-journal: a publication always leaves a line in the decision log\n  hint: leave the option away, or only ask \
         with `--dry-run`\n\n1 problem; nothing was written\n"
    );
    assert!(!scene.path("third").exists());
}

#[test]
fn readers_fetch_nothing_that_has_no_record() {
    let scene = ready();
    build(&scene, T7);
    scene.write("var/audit/publications", "a file in the way");
    let ran = publish(&scene, T7, "--to out");
    assert_ne!(ran.code, 0);
    assert!(!scene.path("out").exists(), "{}", ran.stderr);
    let log = scene.run("journal show --last 1").ends_with(0).stdout;
    assert!(
        log.contains("publication   stage6-2026.11-r1  failed: not-put-in-place"),
        "{log}"
    );
    // Once the way is free the same command makes it whole.
    fs::remove_file(scene.path("var/audit/publications")).expect("removed");
    publish(&scene, T7, "--to out").ends_with(0);
    assert_eq!(scene.tree("out/download/2026.11"), scene.tree(COPY));
    assert!(scene.path(RECORDED).exists());
}

#[test]
fn a_broken_project_can_still_go_back() {
    let scene = ready();
    publish(&scene, T7, "").ends_with(0);
    let first = scene.tree(RELEASE);
    second_release(&scene);
    publish(&scene, NEXT, "").ends_with(0);
    scene.write("content/pl/index.md", "---\nno end");
    scene.write("config/core.yaml", "stress_lab: [");
    rollback(&scene).ends_with(0);
    assert_eq!(scene.tree(RELEASE), first);
    let note = scene.read("var/marketing/ROLLBACK.md");
    assert!(
        note.contains("\\<b\\>wrong\\</b\\>\\[x\\](javascript:y)"),
        "{note}"
    );
}

#[test]
fn no_output_lies_where_publications_are_kept() {
    for folder in [
        "../var/audit/publications",
        "../var/marketing/archive",
        "../var/marketing/superseded/site",
    ] {
        let scene = ready();
        scene.replace(PUBLICATION, "directory: ../site", &format!("directory: {folder}"));
        let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
        assert!(
            ran.stderr
                .contains("which keeps what was published, lie inside one another"),
            "{}",
            ran.stderr
        );
    }
}
