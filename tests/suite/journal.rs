//! The decision log: what stands in it, that it survives kills and company, and that what was done to it is found.

use crate::kills::Kills;
use crate::scene::{DATE, KEY, Scene, has_tool};
use std::fs;
use std::time::Instant;

const LOG: &str = "var/audit/stage6/decision_log.jsonl";
const HEAD: &str = "var/audit/stage6/decision_log.head.json";
const SIGNED: &str = crate::scene::KEYS;
/// The key of the log.
const LOG_KEY: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
const RELEASE: &str = "var/marketing/2026.11";

fn verify_log(scene: &Scene, more: &str) -> crate::scene::Ran {
    scene.run(&format!("journal verify {LOG_KEY} {more}"))
}

fn line_count(scene: &Scene) -> usize {
    scene.read(LOG).lines().count()
}

/// Each line by Python's own json, hashlib and hmac; the last argument is the number of lines.
const CHECK: &str = r#"
import base64, hashlib, hmac, json, sys
key = bytes.fromhex(sys.argv[2])
def fits(document):
    block = document.pop("signature")
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert block["algorithm"] == "HMAC-SHA256" and block["key_id"] == "audit-2026"
    assert base64.b64encode(hmac.new(key, text, "sha256").digest()).decode() == block["value"]
previous, count = "0" * 64, 0
for line in open(sys.argv[1] + ".jsonl", "rb"):
    entry = json.loads(line)
    fits(entry)
    count += 1
    assert entry["sequence"] == count and entry["previous"] == previous
    previous = hashlib.sha256(line).hexdigest()
head = json.load(open(sys.argv[1] + ".head.json", "rb"))
fits(head)
assert (head["entries"], head["sha256"]) == (count, previous) and count == int(sys.argv[3])
"#;

#[test]
fn builds_and_verifications_are_recorded_and_python_agrees() {
    let scene = Scene::sample();
    scene
        .run(&format!("build --date {DATE} {SIGNED} --actor Łucja"))
        .ends_with(0);
    scene
        .run(&format!("verify {RELEASE} --date {DATE} {SIGNED} --actor QA"))
        .ends_with(0);
    scene.write(&format!("{RELEASE}/extra.txt"), "x");
    scene
        .run(&format!("verify {RELEASE} --date {DATE} {SIGNED} --actor QA"))
        .ends_with(4);
    fs::remove_file(scene.path(&format!("{RELEASE}/extra.txt"))).expect("removed");
    // Bad input in a project that loads.
    scene.replace("content/en/index.md", "---\n\n", "---\n\n`fact:no.such.fact`\n\n");
    scene
        .run(&format!("build --date {DATE} {SIGNED} --actor Łucja"))
        .ends_with(2);
    let shown = scene.run("journal show").ends_with(0).stdout;
    let first: Vec<&str> = shown.lines().filter(|line| !line.starts_with("      ")).collect();
    assert_eq!(
        first,
        [
            "   1  2026-11-23T12:00:00Z  build         stage6-2026.11-r1  built  by Łucja, key audit-2026",
            "   2  2026-11-23T12:00:00Z  verification  stage6-2026.11-r1  verified  by QA, key audit-2026",
            "   3  2026-11-23T12:00:00Z  verification  2026.11  failed: unlisted-file  by QA, key audit-2026",
            "   4  2026-11-23T12:00:00Z  build         stage6-2026.11-r1  failed: bad-input  by Łucja, key audit-2026",
            "4 of 4 lines shown, not checked; `stage6 journal verify` checks them",
        ]
    );
    verify_log(&scene, "").ends_with(0);
    if has_tool("python3", &["--version"]) {
        scene.write("check.py", CHECK);
        let python = |count: &str| {
            std::process::Command::new("python3")
                .args(["check.py", "var/audit/stage6/decision_log", KEY, count])
                .current_dir(scene.path(""))
                .status()
                .expect("python runs")
                .success()
        };
        assert!(python("4"));
        scene.replace(LOG, "\"reason\":\"bad-input\"", "\"reason\":\"bad_input\"");
        assert!(!python("4"));
    }
}

/// The digests in a line are those of the files, by `sha256sum`.
#[test]
fn a_line_holds_the_digests_that_sha256sum_gives() {
    let scene = Scene::sample();
    scene.build();
    let line = scene.read(LOG);
    let lists = [
        "sha256sum config/core.yaml var/audit/stage6/*.md",
        "find content/pl content/en -name '*.md' | LC_ALL=C sort | xargs sha256sum | sha256sum",
        "sha256sum var/marketing/2026.11/*.sha256 site/SHA256SUMS var/audit/stage6/stress_lab/stress_lab_report.json",
    ];
    for list in lists {
        let output = std::process::Command::new("sh")
            .args(["-c", list])
            .current_dir(scene.path(""))
            .output()
            .expect("sh runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.lines().count() >= 1);
        for one in text.lines() {
            let (digest, path) = one.split_once("  ").expect("two columns");
            let path = if path == "-" { "content" } else { path };
            assert!(
                line.contains(&format!("\"{path}\":\"{digest}\"")),
                "{path} in\n{line}"
            );
        }
    }
}

#[test]
fn what_was_done_to_a_log_is_found_with_its_line() {
    let scene = Scene::sample();
    for _ in 0..3 {
        scene.build();
    }
    let (log, head) = (scene.read(LOG), scene.read(HEAD));
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let cases = [
        (
            log.replacen("stage6-2026.11-r1", "stage6-2026.11-r9", 1),
            "jsonl:1: the HMAC by the key `audit-2026` does not fit [bad-signature]",
        ),
        (
            [lines[0], lines[2]].concat(),
            "jsonl:2: is entry 3, not 2 [out-of-sequence]",
        ),
        (
            lines[..2].concat(),
            "jsonl: 2 lines, but the head counts 3 [truncated]",
        ),
        (
            log[..log.len() - 1].to_owned(),
            "jsonl:3: the line has no end: a process was killed while writing it, or the file was cut off [torn-line]",
        ),
        (
            log.replacen("{\"actor\"", "{ \"actor\"", 1),
            "jsonl:1: not written in canonical form [malformed]",
        ),
    ];
    for (changed, expected) in cases {
        scene.write(LOG, changed);
        let ran = verify_log(&scene, "").ends_with(4);
        let second = ran.stderr.lines().nth(1).expect("a reason").to_owned();
        assert_eq!(second, format!("var/audit/stage6/decision_log.{expected}"));
    }
    scene.write(LOG, &log);
    let json = verify_log(&scene, "--json").ends_with(0).stdout;
    let note = json
        .split("\"head\":\"")
        .nth(1)
        .expect("a head")
        .get(..64)
        .expect("64 digits")
        .to_owned();
    // An older log with the head that it had: only what was noted shows that lines are missing.
    let second = Scene::sample();
    second.build();
    second.build();
    scene.write(LOG, second.read(LOG));
    scene.write(HEAD, second.read(HEAD));
    verify_log(&scene, "").ends_with(0);
    let ran = verify_log(&scene, &format!("--expect-head {note} --expect-entries 3 --json")).ends_with(4);
    assert_eq!(
        ran.stdout,
        "{\"code\":\"not-as-noted\",\"file\":\"var/audit/stage6/decision_log.jsonl\",\"line\":null,\"reason\":\"2 lines, \
         but 3 were noted\",\"status\":\"log-not-trusted\"}\n"
    );
    scene.write(LOG, &log).write(HEAD, &head);
    verify_log(&scene, &format!("--expect-head {note} --expect-entries 3")).ends_with(0);
}

/// A log that cannot be trusted is not built upon, and nothing is put in place.
#[test]
fn a_build_on_a_broken_log_leaves_everything_as_it_was() {
    let scene = Scene::sample();
    scene.build();
    scene.write(LOG, scene.read(LOG).replacen("built", "build", 1));
    let before = (scene.tree("site"), scene.tree("var"));
    scene.replace("config/core.yaml", "absolute: 0.02", "absolute: 0.03");
    let ran = scene.run(&format!("build --date {DATE} {SIGNED}")).ends_with(4);
    assert_eq!(
        ran.stderr,
        "LOG NOT TRUSTED\nvar/audit/stage6/decision_log.jsonl: is not the log whose 1 lines its head counts [broken-chain]\n  \
         hint: keep log and head as they are and find out what happened; `stage6 journal verify` checks every line, and a \
         new log begins once both are moved elsewhere\n"
    );
    assert!(before == (scene.tree("site"), scene.tree("var")));
    scene
        .run(&format!("build --date {DATE} {SIGNED} --no-journal"))
        .ends_with(0);
    // A verification stands whether or not it can be noted.
    let ran = scene
        .run(&format!("verify {RELEASE} --date {DATE} {SIGNED}"))
        .ends_with(0);
    assert!(
        ran.stderr
            .starts_with("not noted in the decision log: var/audit/stage6/"),
        "{}",
        ran.stderr
    );
}

/// A place that cannot be written: the build says so before it puts anything in place.
#[test]
fn a_log_that_cannot_be_written_stops_the_build_first() {
    let scene = Scene::sample();
    scene.build();
    fs::remove_file(scene.path(LOG)).expect("removed");
    fs::remove_file(scene.path(HEAD)).expect("removed");
    // Root may write anywhere, so a folder stands in the way.
    fs::create_dir(scene.path(HEAD)).expect("made");
    let before = (scene.tree("site"), scene.tree("var/marketing"));
    scene.replace("config/core.yaml", "absolute: 0.02", "absolute: 0.03");
    let ran = scene.run(&format!("build --date {DATE} {SIGNED}")).ends_with(2);
    assert!(
        ran.stderr.contains("decision_log.head.json: not a regular file"),
        "{}",
        ran.stderr
    );
    assert!(before == (scene.tree("site"), scene.tree("var/marketing")));
    assert!(!scene.path(LOG).exists());
}

#[test]
fn what_lies_outside_of_a_project_is_recorded_nowhere() {
    let scene = Scene::sample();
    scene.build();
    let before = scene.read(LOG);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let copy = elsewhere.path().join("2026.11");
    fs::create_dir(&copy).expect("made");
    for (name, bytes) in scene.tree(RELEASE) {
        fs::write(copy.join(name), bytes).expect("written");
    }
    let outside = format!("verify {} --date {DATE} {SIGNED}", copy.display());
    scene.run(&outside).ends_with(0);
    scene
        .run(&format!("verify {RELEASE} --date {DATE} --no-key"))
        .ends_with(0);
    scene
        .run(&format!("verify {RELEASE} --date {DATE} {SIGNED} --no-journal"))
        .ends_with(0);
    scene
        .run(&format!("build --date {DATE} {SIGNED} --no-journal"))
        .ends_with(0);
    assert_eq!(scene.read(LOG), before);
    assert_eq!(crate::scene::tree(elsewhere.path()).len(), 7);
    let ran = scene
        .run(&format!("build --date {DATE} --actor {}", "x".repeat(65)))
        .ends_with(2);
    assert!(
        ran.stderr.contains("use 1 to 64 printable characters"),
        "{}",
        ran.stderr
    );
}

#[test]
fn builds_at_once_give_one_chain() {
    let scene = Scene::sample();
    scene.build();
    for (at_once, total) in [(2, 3), (8, 11)] {
        let arguments = format!("build --date {DATE} {SIGNED}");
        let mut children: Vec<_> = (0..at_once).map(|_| scene.start(&arguments)).collect();
        for child in &mut children {
            assert!(child.wait().expect("ended").success());
        }
        verify_log(&scene, "").ends_with(0);
        assert_eq!(line_count(&scene), total);
    }
}

#[test]
fn after_a_hundred_kills_the_next_append_mends_the_log() {
    let scene = Scene::sample();
    scene.build();
    let arguments = format!("verify {RELEASE} --date {DATE} {SIGNED}");
    let started = Instant::now();
    scene.run(&arguments).ends_with(0);
    let mut kills = Kills::of(started.elapsed());
    for round in 0..600 {
        if kills.cut_short == 100 {
            break;
        }
        let child = scene.start(&arguments);
        // Three of four in the second half, where the line is written.
        let span = kills.span;
        let wait = if round % 4 == 0 {
            kills.draw(span)
        } else {
            span / 2 + kills.draw(span / 2)
        };
        if !kills.kill(child, wait) {
            continue;
        }
        // Half a line is not to be had by chance, so every tenth kill leaves one.
        if kills.cut_short % 10 == 9 {
            let torn = format!("{}{{\"actor\":\"x", scene.read(LOG));
            scene.write(LOG, torn);
        }
        scene.run(&arguments).ends_with(0);
        verify_log(&scene, "").ends_with(0);
    }
    assert_eq!(kills.cut_short, 100, "runs that were killed before their end");
    assert!(scene.path("var/audit/stage6/decision_log.torn-1").exists());
    assert!(line_count(&scene) > 100);
}

/// Writing stops in the middle of a line, by a limit on the size of files that the shell sets.
#[test]
fn a_full_disk_leaves_the_log_as_it_was() {
    let scene = Scene::sample();
    scene.build();
    while scene.read(LOG).len() % 1024 < 900 || scene.read(LOG).len() < 4096 {
        scene
            .run(&format!("verify {RELEASE} --date {DATE} {SIGNED}"))
            .ends_with(0);
    }
    let before = (scene.read(LOG), scene.read(HEAD));
    let blocks = before.0.len().div_ceil(1024);
    let line = format!(
        "ulimit -f {blocks}; trap '' XFSZ; exec '{}' verify {RELEASE} --date {DATE} {SIGNED}",
        env!("CARGO_BIN_EXE_stage6")
    );
    let mut command = std::process::Command::new("bash");
    command.args(["-c", &line]).current_dir(scene.path(""));
    let ran = scene.finish(command).ends_with(0);
    assert!(
        ran.stderr.starts_with("not noted in the decision log: "),
        "{}",
        ran.stderr
    );
    assert!(before == (scene.read(LOG), scene.read(HEAD)));
}

#[test]
fn a_link_in_the_place_of_the_log_or_its_head_is_refused() {
    for (file, target) in [(LOG, "mine.txt"), (HEAD, "mine.txt"), (LOG, "nothing.txt")] {
        let scene = Scene::sample();
        scene.write("mine.txt", "mine\n");
        fs::create_dir_all(scene.path("var/audit/stage6")).expect("made");
        std::os::unix::fs::symlink(format!("../../../{target}"), scene.path(file)).expect("linked");
        let ran = scene.run(&format!("build --date {DATE} {SIGNED}")).ends_with(2);
        assert_eq!(
            ran.stderr,
            format!(
                "error: {file}: is a symbolic link, not a regular file\n  hint: put the file itself in its place\n\n1 problem; \
                 nothing was written\n"
            )
        );
        assert_eq!(scene.read("mine.txt"), "mine\n");
        assert!(!scene.path("nothing.txt").exists() && !scene.path(RELEASE).exists());
    }
}

/// Whoever throws the development key away begins anew; a log that another key signed is never moved.
#[test]
fn a_log_of_trials_stands_aside_when_its_key_is_gone() {
    let scene = Scene::sample();
    let build = format!("build --date {DATE}");
    scene.run(&build).ends_with(0);
    let log = scene.read(LOG);
    fs::remove_dir_all(scene.path("secrets")).expect("removed");
    let ran = scene.run(&build).ends_with(0);
    assert!(
        ran.stderr.contains(
            "the log of a development key that is gone stands aside now: var/audit/stage6/decision_log.trial-1.jsonl\n"
        ),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.read("var/audit/stage6/decision_log.trial-1.jsonl"), log);
    scene.run("journal verify").ends_with(0);

    let scene = Scene::sample();
    scene.build();
    let log = scene.read(LOG);
    scene.run(&build).ends_with(0);
    assert!(scene.read(LOG).starts_with(&log));
}
