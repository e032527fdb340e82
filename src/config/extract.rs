//! The part of `core.yaml` that a release shows: our sections alone.
//!
//! The file belongs to many programs, and what they keep in it (accounts, addresses, keys) is not ours to publish. The
//! lines of other sections become empty, so that every line of ours keeps its number.

use super::core::{OUR_SECTIONS, SourceFile};
use crate::diag::{Checked, Problem};
use crate::document::Entry;
use std::collections::BTreeSet;

/// Stands in the first line of the extract if that is not ours.
const NOTE: &str = "# an extract: the lines of sections that do not belong to Stage6 are left out";

/// The bytes to publish; `None` if the whole file is ours.
///
/// # Errors
/// A section of ours shares a line with another one, so that lines cannot tell them apart.
pub(crate) fn extract(source: &SourceFile) -> Checked<Option<Vec<u8>>> {
    let entries = source.node.as_map().unwrap_or_default();
    let is_foreign = |entry: &&Entry| !OUR_SECTIONS.contains(&entry.key.as_str());
    if !entries.iter().any(|entry| is_foreign(&entry)) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&source.bytes);
    let lines: Vec<&str> = text.lines().collect();
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX) + 1;
    let mut shown = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let end = entries.get(index + 1).map_or(last, |next| next.key_at.line);
        if !is_foreign(&entry) {
            show(entry, end, &mut shown);
        } else if entry.key == "runtime" {
            show_runtime(entry, end, &mut shown);
        }
    }
    let starts = entries
        .iter()
        .filter(is_foreign)
        .filter(|entry| entry.key != "runtime");
    if let Some(entry) = starts.clone().find(|entry| shown.contains(&entry.key_at.line)) {
        let message = format!("the section `{}` shares a line with one of ours", entry.key);
        return Err(vec![
            Problem::new(&source.path, entry.key_at, message)
                .hint("write each section on lines of its own: only ours are published"),
        ]);
    }
    let mut out = String::new();
    for (number, line) in (1_u32..).zip(&lines) {
        match (shown.contains(&number), number) {
            (true, _) => out.push_str(line),
            (false, 1) => out.push_str(NOTE),
            (false, _) => {}
        }
        out.push('\n');
    }
    Ok(Some(trim_comments(&out, &shown).into_bytes()))
}

fn show(entry: &Entry, end: u32, shown: &mut BTreeSet<u32>) {
    shown.extend(entry.key_at.line..end.max(entry.key_at.line + 1));
}

/// Our sections may stand below `runtime`, beside others.
fn show_runtime(runtime: &Entry, end: u32, shown: &mut BTreeSet<u32>) {
    let members = runtime.value.as_map().unwrap_or_default();
    for (index, member) in members.iter().enumerate() {
        if OUR_SECTIONS.contains(&member.key.as_str()) {
            let next = members.get(index + 1).map_or(end, |next| next.key_at.line);
            shown.insert(runtime.key_at.line);
            show(member, next, shown);
        }
    }
}

/// Comments at the end of a section of ours usually introduce the next one; they go with it.
fn trim_comments(text: &str, shown: &BTreeSet<u32>) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    for index in (0..lines.len()).rev() {
        let number = u32::try_from(index).unwrap_or(u32::MAX) + 1;
        let ends_here = shown.contains(&number) && !shown.contains(&(number + 1));
        let followed_by_nothing = lines.get(index + 1).is_none_or(|next| next.trim().is_empty());
        let line = lines.get(index).map_or("", |line| line.trim());
        if (ends_here || followed_by_nothing) && line.starts_with('#') && line != NOTE {
            lines[index] = "";
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml;
    use crate::domain::Digest;

    fn source(text: &str) -> SourceFile {
        let node = yaml::read("core.yaml", text).unwrap();
        SourceFile {
            path: "core.yaml".into(),
            bytes: text.as_bytes().to_vec(),
            digest: Digest::of(b""),
            node,
        }
    }

    #[test]
    fn only_our_lines_are_shown_and_keep_their_numbers() {
        let text = "accounts:\n  key: SECRET\n\nstress_lab:\n  enabled: true\n  # ours\n  scenarios: []\n\n# SECRET too\nother: SECRET\n";
        let source = source(text);
        let extract = String::from_utf8(extract(&source).unwrap().unwrap()).unwrap();
        assert_eq!(
            extract,
            format!("{NOTE}\n\n\nstress_lab:\n  enabled: true\n  # ours\n  scenarios: []\n\n\n\n")
        );
    }

    #[test]
    fn a_file_of_ours_is_shown_whole() {
        assert_eq!(
            extract(&source("# head\nstress_lab:\n  enabled: true\n")).unwrap(),
            None
        );
    }

    #[test]
    fn below_runtime_only_ours_is_shown() {
        let text = "runtime:\n  accounts: SECRET\n  stress_lab:\n    enabled: true\n  other: SECRET\n";
        let extract = String::from_utf8(extract(&source(text)).unwrap().unwrap()).unwrap();
        assert_eq!(extract, "runtime:\n\n  stress_lab:\n    enabled: true\n\n");
    }

    #[test]
    fn sections_on_one_line_are_refused() {
        let problems = extract(&source("{stress_lab: {enabled: true}, accounts: SECRET}\n")).unwrap_err();
        assert_eq!(
            problems[0].message,
            "the section `accounts` shares a line with one of ours"
        );
    }
}
