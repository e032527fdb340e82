//! Killed at any instant, with a full disk or without permission: the last good release stays whole.

use crate::kills::Kills;
use crate::scene::{DATE, KEYS, Scene};
use stage6_press::bundle;
use stage6_press::domain::Digest;
use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

const RELEASE: &str = "var/marketing/2026.11";
const ARGUMENTS: [&str; 7] = [
    "build",
    "--date",
    DATE,
    "--signing-key-path",
    "secrets/audit.hmac",
    "--signing-key-id=audit-2026",
    "--release-key-path=secrets/release.pem",
];

/// The site's files are exactly those of its own list.
fn assert_site_is_whole(scene: &Scene, round: usize) {
    let mut files: BTreeMap<String, Vec<u8>> = scene.tree("site");
    files.remove("README.md").expect("the committed README stays");
    let list = String::from_utf8(files.remove("SHA256SUMS").expect("a list")).expect("UTF-8");
    let lines: String = files
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes)))
        .collect();
    assert_eq!(list, lines, "round {round}");
}

#[test]
fn a_hundred_kills_leave_a_whole_release_each() {
    let scene = Scene::sample();
    let started = Instant::now();
    scene.build();
    let mut kills = Kills::of(started.elapsed());
    for round in 0..600 {
        if kills.cut_short == 100 {
            break;
        }
        // Other bytes each time, so that a mixture of two builds would be seen.
        scene.replace(
            "config/publication.yaml",
            &format!("name: Stage6 Stress Lab{}", suffix(round)),
            &format!("name: Stage6 Stress Lab{}", suffix(round + 1)),
        );
        let child = scene.start(&ARGUMENTS.join(" "));
        // Two of three kills fall into the last part, where files are written and swapped.
        let span = kills.span;
        let wait = if round % 3 == 0 {
            kills.draw(span)
        } else {
            span * 6 / 10 + kills.draw(span * 5 / 10)
        };
        kills.kill(child, wait);
        bundle::verify(&scene.path(RELEASE), &bundle::Policy::with_key(None, None))
            .unwrap_or_else(|distrust| panic!("round {round}: {distrust}"));
        assert_site_is_whole(&scene, round);
        let report = scene.tree("var/audit/stage6/stress_lab");
        assert_eq!(report.len(), 16, "round {round}");
    }
    assert_eq!(kills.cut_short, 100, "builds that were killed before their end");
    scene.build();
    scene
        .run("journal verify --signing-key-path secrets/audit.hmac --signing-key-id audit-2026")
        .ends_with(0);
    let leftovers = |folder: &str| {
        fs::read_dir(scene.path(folder))
            .expect("a folder")
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().contains(".staging-"))
            .count()
    };
    assert_eq!(
        leftovers(".") + leftovers("var/marketing") + leftovers("var/audit/stage6"),
        0,
        "cleaned up"
    );
}

fn suffix(round: usize) -> String {
    format!(" {round:03}").repeat(usize::from(round > 0))
}

#[test]
fn a_place_that_cannot_be_written_leaves_everything_as_it_was() {
    let scene = Scene::sample();
    scene.build();
    // Root may write into read-only folders, so the way is blocked by a file where a folder must go.
    fs::rename(scene.path("var/audit/stage6/stress_lab"), scene.path("moved")).expect("moved");
    scene.write("var/audit/stage6/stress_lab", "a file in the way");
    let before = (scene.tree("site"), scene.tree("var"));
    scene.replace("config/core.yaml", "absolute: 0.02", "absolute: 0.03");
    let ran = scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/audit/stage6/stress_lab: is in the way of an output folder\n  hint: move it elsewhere\n\n\
         1 problem; nothing was written\n"
    );
    assert!(before == (scene.tree("site"), scene.tree("var")));
}

/// Writing stops in the middle: a full disk, shown by a limit on the size of files that the shell sets.
#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let scene = Scene::sample();
    scene.build();
    let before = (
        scene.tree("site"),
        scene.tree("var/marketing"),
        scene.tree("var/audit"),
    );
    scene.replace("config/core.yaml", "absolute: 0.02", "absolute: 0.03");
    let line = format!(
        "ulimit -f 200; trap '' XFSZ; exec '{}' build --date {DATE} {KEYS}",
        env!("CARGO_BIN_EXE_stage6")
    );
    let mut command = std::process::Command::new("bash");
    command.args(["-c", &line]).current_dir(scene.path(""));
    let ran = scene.finish(command).ends_with(1);
    assert!(
        ran.stderr.starts_with("error: [ROOT]/") || ran.stderr.starts_with("error: ./"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("could not write the file"), "{}", ran.stderr);
    assert!(
        before
            == (
                scene.tree("site"),
                scene.tree("var/marketing"),
                scene.tree("var/audit")
            )
    );
}

/// A wrong path in a configuration file must not cost anybody a file.
#[test]
fn a_folder_with_files_of_others_is_never_replaced() {
    for (from, to, file) in [
        (
            "directory: ../site",
            "directory: ../content",
            "content/en/benchmark.md",
        ),
        ("directory: ../site", "directory: ../config", "config/core.yaml"),
        (
            "directory: ../var/marketing",
            "directory: ../content/releases",
            "",
        ),
    ] {
        let scene = Scene::sample();
        scene.write("content/releases/2026.11/notes.txt", "mine");
        scene.replace("config/publication.yaml", from, to);
        let ran = scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
        let file = if file.is_empty() {
            "content/releases/2026.11/notes.txt"
        } else {
            file
        };
        assert_eq!(
            ran.stderr,
            format!(
                "error: {file}: was not made by a build, or was changed since, and the folder is replaced whole\n  hint: move it elsewhere, \
                 or name another output folder in the configuration\n\n1 problem; nothing was written\n"
            )
        );
    }
    let scene = Scene::sample();
    scene.build();
    scene.write("site/mine.txt", "mine");
    scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
    assert_eq!(scene.read("site/mine.txt"), "mine");
}

#[test]
fn a_failed_build_leaves_the_last_release_untouched() {
    let scene = Scene::sample();
    scene.build();
    let before = (scene.tree("site"), scene.tree("var"));
    scene.replace("config/core.yaml", "- type: price_gap", "- type: price_gab");
    scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
    assert!(before == (scene.tree("site"), scene.tree("var")));
}

#[test]
fn two_builds_at_once_both_end_well() {
    let scene = Scene::sample();
    let start = || {
        scene
            .command(&ARGUMENTS)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("started")
    };
    let mut children = [start(), start(), start()];
    for child in &mut children {
        assert!(child.wait().expect("ended").success());
    }
    bundle::verify(&scene.path(RELEASE), &bundle::Policy::with_key(None, None)).expect("whole");
    assert_site_is_whole(&scene, 0);
}
