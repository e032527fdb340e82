//! `stage6 parity`: a release and its copy in a mirror.

use crate::scene::{DATE, Scene};
use std::fs;

const RELEASE: &str = "var/marketing/2026.11";
const INDEX: &str = "var/audit/stage6/signal_quality/index.csv";
const LIST: &str = "2026.11/stage6-2026.11-r1.sha256";

/// A built project with a faithful mirror in `mirror`.
fn mirrored() -> Scene {
    let scene = Scene::sample();
    scene.build();
    for (name, bytes) in scene.tree(RELEASE) {
        scene.write(&format!("mirror/2026.11/{name}"), bytes);
    }
    scene.write("mirror/index.csv", scene.read(INDEX));
    // Other releases in the mirror are not this one's business.
    scene.write("mirror/2026.10/old.zip", "old");
    scene
}

fn compare(scene: &Scene, more: &str) -> crate::scene::Ran {
    scene.run(&format!("parity --mirror mirror --date {DATE} {more}"))
}

#[test]
fn a_faithful_mirror_passes_and_the_report_holds_every_file() {
    let scene = mirrored();
    let files = scene.tree(RELEASE).len() + 1;
    let ran = compare(&scene, "--report out.json").ends_with(0);
    assert_eq!(
        ran.stdout,
        format!(
            "{files} files of release 2026.11: 0 missing in the mirror, 0 differ, 0 extra\nwrote out.json\n"
        )
    );
    assert_eq!(ran.stderr, "");
    let report: serde_json::Value = serde_json::from_str(&scene.read("out.json")).expect("JSON");
    let names: Vec<&str> = report
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "error",
            "extra_in_mirror",
            "generated_at",
            "local_hashes",
            "mirror_root",
            "mismatched",
            "missing_in_mirror",
            "status",
        ]
    );
    assert_eq!(report["status"], "ok");
    // `date -d 2026-11-23T12:00:00Z +%s`
    assert_eq!(report["generated_at"], 1_795_435_200);
    assert_eq!(report["local_hashes"].as_array().expect("a list").len(), files);
    // The same digests stand in the list that sha256sum reads.
    let list = scene.read(&format!("{RELEASE}/stage6-2026.11-r1.sha256"));
    let zip = report["local_hashes"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|file| file["file"] == "2026.11/stage6-2026.11-r1.zip")
        .expect("the zip");
    let line = format!(
        "{}  stage6-2026.11-r1.zip",
        zip["sha256"].as_str().expect("a digest")
    );
    assert!(list.lines().any(|known| known == line), "{line}\n{list}");
    // The report may be made again, in the same place.
    compare(&scene, "--report out.json --json").ends_with(0);
}

#[test]
fn a_file_that_is_missing_differs_or_is_extra_fails() {
    let scene = mirrored();
    fs::remove_file(scene.path("mirror/index.csv")).expect("removed");
    let ran = compare(&scene, "").ends_with(3);
    assert_eq!(ran.stderr, "missing: index.csv\n");

    let scene = mirrored();
    scene.write(&format!("mirror/{LIST}"), "a");
    let ran = compare(&scene, "").ends_with(3);
    // SHA-256 of "a", by sha256sum.
    let there = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    assert!(
        ran.stderr.starts_with(&format!("differs: {LIST}: here ")),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.ends_with(&format!(", in the mirror {there}\n")),
        "{}",
        ran.stderr
    );
    let ran = compare(&scene, "--json").ends_with(3);
    assert!(ran.stdout.contains("\"status\":\"failed\""), "{}", ran.stdout);

    let scene = mirrored();
    scene.write("mirror/2026.11/late-addition.pdf", "new");
    let ran = compare(&scene, "").ends_with(3);
    assert_eq!(ran.stderr, "extra: 2026.11/late-addition.pdf\n");
}

#[test]
fn a_mirror_that_cannot_be_seen_does_not_pass() {
    let scene = mirrored();
    let before = scene.tree("mirror");
    let ran = scene
        .run(&format!(
            "parity --mirror elsewhere --date {DATE} --report skipped.json"
        ))
        .ends_with(3);
    assert_eq!(ran.stderr, "not compared: elsewhere: the mirror is not there\n");
    let report: serde_json::Value = serde_json::from_str(&scene.read("skipped.json")).expect("JSON");
    assert_eq!(report["status"], "skipped");
    assert_eq!(report["classification"], "infra_skip");
    assert_eq!(report["parity_validated"], false);
    assert_eq!(report["result"], "non_passing");
    let required = report["required"].as_array().expect("a list");
    assert_eq!(required.len(), scene.tree(RELEASE).len() + 1);
    assert!(required.iter().any(|key| key == "index.csv"), "{report}");
    let link = scene.path("mirror/2026.11/link");
    std::os::unix::fs::symlink(scene.path(INDEX), &link).expect("linked");
    let ran = compare(&scene, "").ends_with(3);
    assert_eq!(
        ran.stderr,
        "not compared: mirror: 2026.11/link: is not a regular file with a UTF-8 name\n"
    );
    fs::remove_file(link).expect("removed");
    assert_eq!(scene.tree("mirror"), before);
}

#[test]
fn what_cannot_be_compared_is_bad_input() {
    let scene = Scene::sample();
    let ran = compare(&scene, "").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/marketing/2026.11: the release was not built\n  \
         hint: run `stage6 build`, or name another release with `--release ID`\n\n1 problem; nothing was written\n"
    );
    let scene = mirrored();
    let list = scene.read(&format!("{RELEASE}/stage6-2026.11-r1.manifest.json"));
    for (report, message) in [
        (
            "var/marketing/2026.11/stage6-2026.11-r1.manifest.json",
            "is there already, and no report on a mirror",
        ),
        ("report.txt", "the name does not end in `.json`"),
    ] {
        let ran = compare(&scene, &format!("--report {report}")).ends_with(2);
        assert!(
            ran.stderr.contains(&format!("error: {report}: {message}\n")),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(
        scene.read(&format!("{RELEASE}/stage6-2026.11-r1.manifest.json")),
        list
    );
    fs::remove_file(scene.path(INDEX)).expect("removed");
    let ran = compare(&scene, "").ends_with(2);
    assert!(
        ran.stderr
            .contains("hint: make the index of snapshots with `stage6 signal-quality`"),
        "{}",
        ran.stderr
    );
}
