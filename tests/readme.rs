//! README's commands run as it says, in its order, in one copy of the sample; so do those of the manual's pages, the
//! tutorial's in an empty folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// When readers follow the commands: 2026-11-30T12:00:00Z. The sample is not valid for ever.
const MOMENT: &str = "1796040000";

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("readable")
}

/// The fenced blocks whose info string begins with `sh`: the words behind it, and the lines.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => found.extend(open.take()),
            (Some((_, body)), _) => body.push_str(&format!("{line}\n")),
            (None, Some(info)) if info == "sh" || info.starts_with("sh ") => {
                open = Some((info.trim_start_matches("sh").trim().to_owned(), String::new()));
            }
            _ => {}
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("readable");
        for entry in fs::read_dir(from).expect("readable").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("readable");
    }
}

fn sample() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("readable");
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for part in [
        "config",
        "content",
        "var/audit/stage6/market_intel",
        "var/audit/stage6/signal_quality",
    ] {
        copy(&repository.join(part), &place.path().join(part));
    }
    for entry in fs::read_dir(repository.join("var/audit/stage6"))
        .expect("readable")
        .flatten()
    {
        // Not the decision log of builds in the repository itself.
        if entry.path().extension().is_some_and(|ending| ending == "md") {
            copy(
                &entry.path(),
                &place.path().join("var/audit/stage6").join(entry.file_name()),
            );
        }
    }
    place
}

#[test]
fn there_are_exactly_two_setup_commands() {
    let text = readme();
    let setup: Vec<String> = blocks(&text)
        .into_iter()
        .filter(|(info, _)| info == "setup")
        .map(|(_, body)| body)
        .collect();
    assert_eq!(setup, ["cargo run --release -- build\n", "bash tests/run.sh\n"]);
}

#[test]
fn every_command_of_the_readme_works_in_its_order() {
    let place = sample();
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_stage6"));
    let path = format!(
        "{}:{}",
        binary.parent().expect("readable").display(),
        std::env::var("PATH").expect("readable")
    );
    let text = readme();
    let mut run = 0;
    for (info, body) in blocks(&text).into_iter().filter(|(info, _)| info != "setup") {
        let folder = info
            .strip_prefix("in=")
            .map_or(place.path().to_owned(), |inside| place.path().join(inside));
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &body])
            .current_dir(folder)
            .env("PATH", &path)
            .env("SOURCE_DATE_EPOCH", MOMENT)
            .env_remove("STRESS_LAB_SIGNING_KEY")
            .output()
            .expect("readable");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{body}\n{printed}");
        run += body.lines().count();
    }
    assert!(run >= 15, "the commands were found");
}

/// Runs all blocks of a page as one reader types them: in order, in one shell.
fn follow(page: &Path, folder: &Path) -> usize {
    let text = fs::read_to_string(page).expect("readable");
    let script: String = blocks(&text).into_iter().map(|(_, body)| body).collect();
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_stage6"));
    let path = std::env::var("PATH").expect("readable");
    let path = format!("{}:{path}", binary.parent().expect("readable").display());
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder)
        .env("PATH", path)
        .env("SOURCE_DATE_EPOCH", MOMENT)
        .env_remove("STRESS_LAB_SIGNING_KEY")
        .output()
        .expect("readable");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}\n{printed}", page.display());
    script.lines().count()
}

fn manual(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("content/{language}/manual"))
}

#[test]
fn the_tutorial_leads_from_nothing_to_a_verified_release() {
    for language in ["en", "pl"] {
        let place = tempfile::tempdir().expect("readable");
        let run = follow(&manual(language).join("tutorial.md"), place.path());
        assert!(run >= 15, "the commands were found");
        assert!(place.path().join("received").is_dir(), "{language}");
    }
}

#[test]
fn every_command_of_the_manual_works_in_its_order() {
    for language in ["en", "pl"] {
        let mut run = 0;
        for page in fs::read_dir(manual(language)).expect("readable").flatten() {
            let page = page.path();
            let text = fs::read_to_string(&page).expect("readable");
            if !page.ends_with("tutorial.md") && !blocks(&text).is_empty() {
                run += follow(&page, sample().path());
            }
        }
        assert!(run >= 15, "the commands were found");
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let text = readme();
    let help = Command::new(env!("CARGO_BIN_EXE_stage6"))
        .arg("--help")
        .output()
        .expect("readable");
    let help = String::from_utf8(help.stdout).expect("readable");
    for code in 0..=4 {
        assert!(
            text.contains(&format!("\n| {code} | ")) && help.contains(&format!("\n  {code}  ")),
            "{code}"
        );
    }
}

#[test]
fn every_command_has_its_place_in_the_readme() {
    let text = readme();
    for command in stage6_press::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(
            text.contains(&format!("**`{name}`**")),
            "README says nothing of `{name}`"
        );
    }
}
