//! Holds the house to its plan: which room may use which, how large things may grow, and the one place for each of
//! disk, other programs, clock, environment and printing.
//!
//! The plan is the one that `src/lib.rs` tells. A door that is missing here is missing on purpose: open one only in
//! the same commit as the reason for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may use besides the floors below the second.
const ROOMS: [(&str, &[&str]); 16] = [
    ("config", &[]),
    ("lab", &[]),
    ("signals", &[]),
    ("evidence", &[]),
    ("chart", &[]),
    // Prose quotes charts, and so do pages that the site makes: both draw with the same room.
    ("content", &["chart", "evidence"]),
    ("site", &["chart", "content", "evidence"]),
    // Trees of others look like our own pages and are found by the same search; nothing of evidence enters them.
    ("docs", &["content", "site"]),
    ("seal", &[]),
    // Every line of the decision log is signed.
    ("journal", &["seal"]),
    ("bundle", &["seal"]),
    // Records and rules of releases are configuration; the calendar is a table that readers see too.
    ("publish", &["config", "evidence"]),
    // Announcements are wording with facts in its gaps: the words are those of the pages, the facts the evidence's.
    ("kit", &["content", "evidence"]),
    // Rules are expressions over facts, and `evidence` judges those.
    ("gate", &["evidence"]),
    (
        "pipeline",
        &[
            "config", "lab", "evidence", "chart", "content", "site", "docs", "seal", "journal", "bundle",
            "publish", "kit", "gate", "signals",
        ],
    ),
    (
        "cli",
        &[
            "config", "lab", "evidence", "chart", "content", "site", "docs", "seal", "journal", "bundle",
            "publish", "kit", "gate", "signals", "pipeline",
        ],
    ),
];
/// The ground floor, and what each of its rooms may use.
const GROUND: [(&str, &[&str]); 3] = [("diag", &[]), ("fs", &["diag"]), ("document", &["diag"])];
/// The first floor may use the ground's words for places and values, nothing that touches the disk.
const DOMAIN: &[&str] = &["diag", "document"];

/// A source file, with the part that is not test code.
struct Source {
    path: String,
    room: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("readable").flatten() {
            let path: PathBuf = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path
                .strip_prefix(&root)
                .expect("readable")
                .to_string_lossy()
                .replace('\\', "/");
            let room = inside.split(['/', '.']).next().expect("readable").to_owned();
            let is_test = inside.contains("/tests/") || inside.ends_with("/tests.rs");
            let text = fs::read_to_string(&path).expect("readable");
            if !is_test {
                found.push(Source {
                    path: inside,
                    room,
                    text,
                });
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(found.len() > 60, "the sources were found");
    found
}

impl Source {
    /// The lines of program text above the tests, without comments.
    fn program(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line));
        lines
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]" || !self.text.contains("mod tests"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The rooms that the program text names by `crate::`.
    fn doors(&self) -> Vec<(usize, String)> {
        let mut doors = Vec::new();
        for (number, line) in self.program() {
            for rest in line.split("crate::").skip(1) {
                let room: String = rest
                    .chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                    .collect();
                doors.push((number, room));
            }
        }
        doors
    }
}

fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut allowed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (room, doors) in GROUND {
        allowed.insert(room, doors.to_vec());
    }
    allowed.insert("domain", DOMAIN.to_vec());
    for (room, doors) in ROOMS {
        let below = ["diag", "fs", "document", "domain"];
        allowed.insert(room, below.iter().chain(doors).copied().collect());
    }
    // These are pure: they never reach the disk.
    for pure in ["chart", "lab", "signals", "publish"] {
        let doors = allowed.get_mut(pure).expect("readable");
        doors.retain(|room| *room != "fs");
    }
    allowed
}

#[test]
fn rooms_use_only_the_doors_of_the_plan() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !matches!(source.room.as_str(), "lib" | "main"))
    {
        let doors = allowed.get(source.room.as_str());
        let doors =
            doors.unwrap_or_else(|| panic!("{}: the room `{}` is not in the plan", source.path, source.room));
        for (line, room) in source.doors() {
            if room != source.room && !doors.contains(&room.as_str()) {
                wrong.push(format!(
                    "{}:{line}: `{}` may not use `{room}`",
                    source.path, source.room
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_below_400_lines() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.text.lines().count() > 400)
        .map(|source| format!("{}: {} lines", source.path, source.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split by meaning: {}", long.join(", "));
}

#[test]
fn functions_stay_below_60_lines() {
    let mut long = Vec::new();
    for source in sources() {
        let mut begin: Option<(usize, usize, String)> = None;
        for (number, line) in source.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let opens = [line.trim_start().starts_with("fn "), line.contains(" fn ")].contains(&true);
            if begin.is_none()
                && opens
                && !line.trim_start().starts_with("//")
                && !line.trim_end().ends_with(';')
            {
                begin = Some((number, indent, line.trim().to_owned()));
            }
            if let Some((start, depth, name)) = &begin
                && (line.starts_with(&format!("{}}}", " ".repeat(*depth)))
                    || (number == *start && line.trim_end().ends_with('}')))
            {
                if number - start > 60 {
                    long.push(format!(
                        "{}:{}: {} lines: {name}",
                        source.path,
                        start + 1,
                        number - start + 1
                    ));
                }
                begin = None;
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn disk_clock_environment_and_printing_have_one_place_each() {
    let places: [(&str, &[&str]); 7] = [
        ("std::fs", &["fs/"]),
        ("walkdir", &["fs/"]),
        ("Command::new", &["fs/repository.rs"]),
        ("std::env", &["cli/clock.rs"]),
        ("Utc::now", &["cli/clock.rs"]),
        ("Instant::now", &["cli/clock.rs"]),
        ("io::stdout", &["cli/console.rs"]),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.program() {
            for (word, homes) in places {
                let at_home = homes.iter().any(|home| source.path.starts_with(home));
                if line.contains(word) && !at_home {
                    wrong.push(format!(
                        "{}:{number}: {word} belongs to {}",
                        source.path,
                        homes.join(", ")
                    ));
                }
            }
            for word in [
                "println!",
                "eprintln!",
                "print!",
                "dbg!",
                ".unwrap()",
                "todo!",
                "unimplemented!",
            ] {
                if line.contains(word) {
                    wrong.push(format!("{}:{number}: {word}", source.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_module_is_called_utils() {
    let names = ["utils", "util", "helpers", "helper", "common", "misc"];
    for source in sources() {
        let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        assert!(
            !names.contains(&stem.rsplit('/').next().expect("readable")),
            "{}",
            source.path
        );
    }
}
