//! What a build replaces: never a final release, never what was changed by hand.

use crate::scene::{DATE, KEYS, Scene};
use std::fs;

const RELEASE: &str = "var/marketing/2026.11";
const BUNDLE: &str = "var/marketing/2026.11/stage6-2026.11-r1";
const REPORTS: &str = "var/audit/stage6/stress_lab";
const LATER: &str = "2026-11-24T12:00:00Z";

/// A build on another day is refused with this problem, and everything stays as it is.
#[track_caller]
fn refused(scene: &Scene, problem: &str) {
    let before = (
        scene.tree("site"),
        scene.tree("var/marketing"),
        scene.tree(REPORTS),
    );
    let ran = scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        format!("error: {problem}\n\n1 problem; nothing was written\n")
    );
    assert!(
        before
            == (
                scene.tree("site"),
                scene.tree("var/marketing"),
                scene.tree(REPORTS)
            )
    );
}

fn remove(scene: &Scene, path: &str) {
    fs::remove_file(scene.path(path)).expect("removed");
}

fn changed(path: &str) -> String {
    format!(
        "{path}: was not made by a build, or was changed since, and the folder is replaced whole\n  hint: move it elsewhere, \
         or name another output folder in the configuration"
    )
}

#[test]
fn a_final_release_without_its_manifest_is_not_replaced() {
    let unsaid = format!(
        "{BUNDLE}.manifest.json: is missing or cannot be read, so it cannot be said whether the release in this folder is \
         final\n  hint: put it back as it was, or move the folder to an archive"
    );
    let scene = Scene::sample();
    scene.make_final();
    scene.build();
    let manifest = scene.read(&format!("{BUNDLE}.manifest.json"));
    for broken in ["", "{", "{}", "{\"status\": \"other\"}"] {
        scene.write(&format!("{BUNDLE}.manifest.json"), broken);
        refused(&scene, &unsaid);
    }
    // Called a draft by hand.
    scene.write(
        &format!("{BUNDLE}.manifest.json"),
        manifest.replace("\"status\": \"final\"", "\"status\": \"draft\""),
    );
    refused(&scene, &changed(&format!("{BUNDLE}.manifest.json")));
    remove(&scene, &format!("{BUNDLE}.manifest.json"));
    refused(&scene, &unsaid);
    // The same release once more takes nothing away.
    scene.build();
    assert_eq!(scene.read(&format!("{BUNDLE}.manifest.json")), manifest);
}

#[test]
fn a_draft_that_was_changed_by_hand_is_not_replaced() {
    for ending in [
        ".zip",
        ".manifest.json.sig",
        ".intoto.jsonl",
        ".sha256",
        ".sha256.ed25519",
        ".sha256.sshsig",
    ] {
        let scene = Scene::sample();
        scene.build();
        let path = format!("{BUNDLE}{ending}");
        let mut bytes = fs::read(scene.path(&path)).expect("read");
        bytes.push(b'\n');
        scene.write(&path, bytes);
        refused(&scene, &changed(&path));
    }
    let scene = Scene::sample();
    scene.build();
    fs::rename(scene.path(&format!("{BUNDLE}.zip")), scene.path("mine.zip")).expect("moved");
    std::os::unix::fs::symlink("../../../mine.zip", scene.path(&format!("{BUNDLE}.zip"))).expect("linked");
    refused(&scene, &changed(&format!("{BUNDLE}.zip")));
    remove(&scene, &format!("{BUNDLE}.zip"));
    scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(0);
    remove(&scene, &format!("{BUNDLE}.sha256"));
    let ran = scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(&format!(
            "error: {BUNDLE}.sha256: is missing, so nothing shows whether the files beside it are those of the build\n"
        )),
        "{}",
        ran.stderr
    );
    fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    scene.build();
}

#[test]
fn reports_that_were_changed_by_hand_are_not_replaced() {
    for name in [
        "stress_lab_report.json",
        "stress_lab_report.csv.sig",
        "stress_lab_analytics.csv",
    ] {
        let scene = Scene::sample();
        scene.build();
        let path = format!("{REPORTS}/{name}");
        scene.write(&path, scene.read(&path) + "\n");
        refused(&scene, &changed(&path));
    }
    let scene = Scene::sample();
    scene.build();
    remove(&scene, &format!("{REPORTS}/stress_lab_report.manifest.json"));
    refused(
        &scene,
        &format!(
            "{REPORTS}/stress_lab_report.manifest.json: is missing or cannot be read, so nothing shows whether the files \
             beside it are those of a build\n  hint: put it back as it was, or move the folder to an archive"
        ),
    );
}

#[test]
fn a_link_in_the_sites_folder_is_not_followed() {
    let scene = Scene::sample();
    scene.build();
    remove(&scene, "site/README.md");
    std::os::unix::fs::symlink("../secrets/audit.hmac", scene.path("site/README.md")).expect("linked");
    let ran = scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {}\n\n1 problem; nothing was written\n",
            changed("site/README.md")
        )
    );
    assert!(scene.path("site/README.md").is_symlink());
}

#[test]
fn a_final_release_that_is_over_is_not_built() {
    let scene = Scene::sample();
    scene.make_final();
    let over = "2027-02-21T08:00:01Z";
    for command in ["build", "check"] {
        let ran = scene.run(&format!("{command} --date {over} {KEYS}")).ends_with(2);
        assert!(
            ran.stderr.contains(
                "content/releases/2026.11.yaml:6:14: a final release that was valid until 2027-02-21T08:00:00Z cannot be built 2027-02-21T08:00:01Z\n  hint: write the \
                 record of a new release, or `valid_for_days` in config/publication.yaml if it is to count longer\n"
            ),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn writers_of_one_file_do_not_remove_what_the_other_writes() {
    let scene = Scene::sample();
    let key = "--signing-key-path secrets/audit.hmac";
    let arguments = format!("simulate --output r.json --date {DATE} {key}");
    let arguments: Vec<&str> = arguments.split(' ').collect();
    for _ in 0..10 {
        let start = || {
            let mut command = scene.command(&arguments);
            let command = command.stdout(std::process::Stdio::null());
            command.spawn().expect("started")
        };
        for mut child in [start(), start(), start(), start()] {
            assert!(child.wait().expect("ended").success());
        }
    }
}
