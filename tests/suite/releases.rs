//! `stage6 release`: records that are written, listed, and held to one another.

use crate::scene::{DATE, Scene};
use std::process::Command;

const RECORD: &str = "content/releases/2026.11.yaml";

/// The SHA-256 of a file, by an outside tool.
fn sha256sum(scene: &Scene, path: &str) -> String {
    let output = Command::new("sha256sum")
        .arg(scene.path(path))
        .output()
        .expect("sha256sum runs");
    String::from_utf8(output.stdout).expect("text")[..64].to_owned()
}

#[track_caller]
fn refused(scene: &Scene, arguments: &str, problems: &[&str]) {
    let ran = scene.run(arguments).ends_with(2);
    let shown: String = problems
        .iter()
        .map(|problem| format!("error: {problem}\n\n"))
        .collect();
    let plural = if problems.len() == 1 { "" } else { "s" };
    let count = problems.len();
    assert_eq!(
        ran.stderr,
        format!("{shown}{count} problem{plural}; nothing was written\n")
    );
}

/// A second record that is right.
fn second(scene: &Scene, change: (&str, &str)) {
    let text = format!(
        "id: \"2026.12\"\nstatus: draft\nsequence: 2\nreleased_at: 2026-12-21T09:00:00+01:00\nprevious: {}\npreset: core\n\
         owner: Jan\n",
        "ab".repeat(32)
    );
    assert!(text.contains(change.0), "{}", change.0);
    scene.write("content/releases/2026.12.yaml", text.replace(change.0, change.1));
}

#[test]
fn a_new_release_follows_the_last_and_is_selected_without_a_change_to_anything_else() {
    let scene = Scene::sample();
    scene.build();
    let list = "var/marketing/2026.11/stage6-2026.11-r1.sha256";
    let previous = sha256sum(&scene, list);
    let before = scene.read("config/publication.yaml");
    let mut command = scene.command(&[
        "release",
        "new",
        "2026.12",
        "--released-at",
        "2026-12-21T09:00:00+01:00",
        "--owner",
        "Jan \"J\" Nowak: DD",
        "--preset",
        "core",
        "--select",
    ]);
    command.env("TZ", "Asia/Tokyo");
    let ran = scene.finish(command).ends_with(0);
    assert_eq!(
        ran.stdout,
        format!(
            "wrote content/releases/2026.12.yaml\n  stage6-2026.12-r2, a draft: T 2026-12-21T08:00:00Z, T+7 \
             2026-12-28T08:00:00Z\n  after 2026.11, whose digest list has the SHA-256 {previous}\n  selected by \
             config/publication.yaml\n"
        )
    );
    assert_eq!(
        ran.stderr,
        "note: `2026.11` is a draft; if it is built again, `previous` must be written again\n"
    );
    assert_eq!(
        scene.read("config/publication.yaml"),
        before.replace("release: \"2026.11\"", "release: \"2026.12\"")
    );
    // What was written is a release that builds, and its manifest names the one before.
    scene
        .run(&format!(
            "build --date {DATE} --signing-key-path secrets/audit.hmac"
        ))
        .ends_with(0);
    let manifest = scene.read("var/marketing/2026.12/stage6-2026.12-r2.manifest.json");
    assert!(
        manifest.contains(&format!("\"previous\": \"{previous}\"")),
        "{manifest}"
    );
    let listed = scene.run("release list").ends_with(0);
    assert_eq!(
        listed.stdout,
        "  1  2026.11  draft  T 2026-11-23T08:00:00Z  T+7 2026-11-30T08:00:00Z  built\n  2  2026.12  draft  T \
         2026-12-21T08:00:00Z  T+7 2026-12-28T08:00:00Z  built, selected\n"
    );
    refused(
        &scene,
        "release new 2026.12 --released-at 2027-01-21T09:00:00Z --owner Jan --preset core",
        &[
            "content/releases/2026.12.yaml: the release has a record already\n  hint: choose another id; a record is \
           never written over",
        ],
    );
}

#[test]
fn a_new_release_asks_for_the_folder_of_the_last() {
    let scene = Scene::sample();
    let new = "release new 2026.12 --released-at 2026-12-21T09:00:00Z --owner Jan --preset core";
    refused(
        &scene,
        new,
        &[
            "var/marketing/2026.11/stage6-2026.11-r1.sha256: no such file\n  hint: the new release names the digest \
           list of `2026.11`: give `--previous-release-folder DIR`, or build it",
        ],
    );
    // FIPS 180-4: the SHA-256 of `abc`.
    scene.write("archive/stage6-2026.11-r1.sha256", "abc");
    let ran = scene
        .run(&format!("{new} --previous-release-folder archive --json"))
        .ends_with(0);
    assert!(
        ran.stdout
            .contains("\"previous\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""),
        "{}",
        ran.stdout
    );
    assert!(
        scene
            .read("config/publication.yaml")
            .contains("release: \"2026.11\"")
    );
}

#[test]
fn what_cannot_be_a_record_is_refused_and_nothing_is_written() {
    let scene = Scene::sample();
    scene.write("archive/stage6-2026.11-r1.sha256", "abc");
    let before = scene.tree("");
    let moment = |text: &str| {
        format!(
            "release new 2026.12 --released-at {text} --owner Jan --preset core --previous-release-folder archive"
        )
    };
    for (text, hint) in [
        ("2026-12-21", "expected a moment such as `2026-11-23T09:00:00Z`"),
        (
            "2026-12-21T09:00:00",
            "the offset is missing; add `Z` or `+01:00`",
        ),
        (
            "2026-12-31T23:59:60Z",
            "leap seconds are not accepted; write the next second",
        ),
        (
            "2026-12-21T24:00:00Z",
            "expected a moment such as `2026-11-23T09:00:00Z`",
        ),
    ] {
        let problem = format!("--released-at: `{text}` is not a moment\n  hint: {hint}");
        refused(&scene, &moment(text), &[&problem]);
    }
    refused(
        &scene,
        &moment("2026-11-23T08:00:00Z"),
        &[
            "content/releases/2026.12.yaml:6:14: released at 2026-11-23T08:00:00Z, not after `2026.11` at \
           2026-11-23T08:00:00Z\n  hint: correct one of the two moments",
        ],
    );
    refused(
        &scene,
        "release new ../x --released-at 2026-12-21T09:00:00Z --owner Jan --preset core",
        &[
            "ID: `../x` cannot be a file name\n  hint: use letters, digits, `.`, `-` and `_`, not a dot at the beginning",
        ],
    );
    let mut after = scene.tree("");
    after.remove("var/.stage6.lock");
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    assert_eq!(before, after);
}

#[test]
fn records_are_held_to_one_another() {
    let scene = Scene::sample();
    let path = "content/releases/2026.12.yaml";
    let ab = "ab".repeat(32);
    let previous = format!("previous: {ab}");
    for (change, problem) in [
        (
            ("sequence: 2", "sequence: 1"),
            ":3:11: `sequence` is 1, as in content/releases/2026.11.yaml\n  hint: give each release the number after \
             the last",
        ),
        (
            ("sequence: 2", "sequence: 4"),
            ":3:11: `sequence` is 4, but there is no release 2\n  hint: give each release the number after the last, \
             beginning with 1",
        ),
        (
            (previous.as_str(), "previous: null"),
            ":5:11: `previous` is missing, but `2026.11` came before\n  hint: copy the SHA-256 of the last release's \
             `.sha256` file",
        ),
        (
            ("2026-12-21", "2026-11-21"),
            ":4:14: released at 2026-11-21T08:00:00Z, not after `2026.11` at 2026-11-23T08:00:00Z\n  hint: correct \
             one of the two moments",
        ),
        (
            ("id: \"2026.12\"", "id: \"2026.13\""),
            ":1:5: `id` is `2026.13`, but the file is named `2026.12`\n  hint: make them the same",
        ),
        (
            ("owner: Jan\n", "owner: Jan\ndone:\n  t_plus_0: 2026-12-21\n"),
            ":9:13: `done.t_plus_0` is `2026-12-21`\n  hint: expected a moment such as `2026-11-23T09:00:00Z`",
        ),
        (
            ("owner: Jan\n", "owned: Jan\n"),
            ":1:1: `owner` is missing\n  hint: add `owner:`",
        ),
    ] {
        second(&scene, change);
        let ran = scene.run("check").ends_with(2);
        assert!(
            ran.stderr.starts_with(&format!("error: {path}{problem}\n")),
            "{}",
            ran.stderr
        );
    }
    second(&scene, ("core", "core"));
    scene.run(&format!("check --date {DATE}")).ends_with(0);
    scene.replace(RECORD, "previous: null", &format!("previous: {ab}"));
    refused(
        &scene,
        "release list",
        &[
            "content/releases/2026.11.yaml:7:11: `previous` is set, but no release came before\n  hint: write \
           `previous: null`, or restore the record of the release before",
        ],
    );
}
