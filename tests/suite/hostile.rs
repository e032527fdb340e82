//! Zips and bags that others made to mislead tools: `../shared/hostile`, with the verdicts of its SOURCES.

mod differential;
mod exhaustive;
mod vectors;

use crate::scene::{shared, tree};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a run of the binary ended within its bounds.
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Runs `stage6` in `folder`; it is killed after ten seconds and may map 1 GB (its threads' stacks and the program itself
/// need most of the half of that).
fn bounded(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new("bash");
    command.args([
        "-c",
        "ulimit -v 1000000; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_stage6"),
    ]);
    let mut child = command
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let started = Instant::now();
    while child.try_wait().expect("waited").is_none() {
        if started.elapsed() > Duration::from_secs(10) {
            child.kill().expect("killed");
            panic!("{arguments:?} did not end within ten seconds");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("ended");
    Ended {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Neither `verify` nor `extract` accepts `given`; both say why in one line, and nothing is written anywhere near.
fn is_refused(given: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let name = given.file_name().expect("a name").to_string_lossy().into_owned();
    let place = folder.path().join(&name);
    if given.is_dir() {
        for (path, bytes) in tree(given) {
            let target = place.join(path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("made");
            fs::write(target, bytes).expect("written");
        }
    } else {
        fs::copy(given, &place).expect("copied");
    }
    let before = tree(folder.path());
    for arguments in [
        vec!["verify", "--no-key", &name],
        vec!["extract", "--no-key", &name, "--to", "out"],
    ] {
        let ended = bounded(folder.path(), &arguments);
        let shown = given.display();
        assert_eq!(ended.code, 2, "{shown}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{shown}");
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert!(
            matches!(lines.as_slice(), ["NOT VERIFIED", reason, hint, "more: stage6 explain verification"]
                if reason.ends_with(']') && hint.starts_with("  hint: ")),
            "{shown}: {}",
            ended.stderr
        );
        assert!(!folder.path().join("out").exists(), "{shown}");
        assert!(tree(folder.path()) == before, "{shown}: files changed");
    }
}

/// All files of an ending below a folder, however deep.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    tree(folder)
        .into_keys()
        .filter(|path| path.ends_with(ending))
        .map(|path| folder.join(path))
        .collect()
}

#[test]
fn each_contradictory_zip_of_libzip_is_refused() {
    let Some(shared) = shared() else { return };
    let zips = files(&shared.join("hostile/libzip"), ".zip");
    assert!(zips.len() >= 50, "{}", zips.len());
    zips.iter().for_each(|zip| is_refused(zip));
}

#[test]
fn each_malformed_zip_of_yauzl_is_refused() {
    let Some(shared) = shared() else { return };
    let zips = files(&shared.join("hostile/yauzl/test/failure"), ".zip");
    assert!(zips.len() >= 20, "{}", zips.len());
    zips.iter().for_each(|zip| is_refused(zip));
}

/// They are well-formed, but none is a bundle: our stricter profile refuses each.
#[test]
fn each_foreign_zip_of_yauzl_is_refused() {
    let Some(shared) = shared() else { return };
    let zips = files(&shared.join("hostile/yauzl/test/success"), ".zip");
    assert!(zips.len() >= 5, "{}", zips.len());
    zips.iter().for_each(|zip| is_refused(zip));
}

#[test]
fn each_zip_with_links_modes_and_collisions_of_safearchive_is_refused() {
    let Some(shared) = shared() else { return };
    let zips = files(&shared.join("hostile/safearchive"), ".zip");
    assert!(zips.len() >= 7, "{}", zips.len());
    zips.iter().for_each(|zip| is_refused(zip));
}

/// Valid or not, no bag of the conformance suite has the signed list that every bag of ours has.
#[test]
fn each_bag_of_the_conformance_suite_is_refused() {
    let Some(shared) = shared() else { return };
    let mut seen = 0;
    for kind in [
        "v0.97/valid",
        "v0.97/invalid",
        "v0.97/warning",
        "v0.97/linux-only",
        "v0.97/windows-only",
        "v1.0/valid",
        "v1.0/invalid",
    ] {
        let bags = fs::read_dir(shared.join("hostile/bagit").join(kind)).expect("a folder");
        for bag in bags.map(|entry| entry.expect("an entry").path()) {
            if bag.is_dir() {
                is_refused(&bag);
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
}
