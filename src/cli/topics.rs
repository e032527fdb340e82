//! What the manual says of each kind of problem: the sections of its page of problems, which is inside the program.

use crate::diag::Topic;
use crate::domain::Language;
use std::collections::BTreeMap;

/// The page as the site shows it.
const ENGLISH: &str = include_str!("../../content/en/manual/problems.md");
const POLISH: &str = include_str!("../../content/pl/manual/problems.md");
/// Where the site has it, below the folder of a language.
pub(super) const PAGE: &str = "manual/problems.html";
/// A line of a terminal holds so many characters.
const WIDTH: usize = 96;

/// A section of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) title: String,
    /// Without its heading.
    pub(super) markdown: String,
}

/// The sections of a language by the ids of their headings, in the order of the page.
fn sections(language: Language) -> Vec<(String, Section)> {
    let page = match language {
        Language::Polish => POLISH,
        Language::English => ENGLISH,
    };
    let mut found: Vec<(String, Section)> = Vec::new();
    for line in page.lines() {
        if let Some((title, id)) = heading(line) {
            let section = Section {
                title: title.to_owned(),
                markdown: String::new(),
            };
            found.push((id.to_owned(), section));
        } else if let Some((_, section)) = found.last_mut() {
            section.markdown.push_str(line);
            section.markdown.push('\n');
        }
    }
    for (_, section) in &mut found {
        section.markdown = section.markdown.trim().to_owned();
    }
    found
}

/// `## Title {#id}` as title and id.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (title, id) = line.strip_prefix("## ")?.split_once(" {#")?;
    Some((title, id.strip_suffix('}')?))
}

/// Topics with their sections, in the order in which they are asked for; a test says that each has one.
pub(super) fn sections_of(
    topics: impl IntoIterator<Item = Topic>,
    language: Language,
) -> Vec<(Topic, Section)> {
    let mut sections: BTreeMap<String, Section> = sections(language).into_iter().collect();
    let with_section = |topic: Topic| Some((topic, sections.remove(topic.key())?));
    topics.into_iter().filter_map(with_section).collect()
}

impl Section {
    /// The section for a terminal: links name where they lead, code is indented, lines are short.
    pub(super) fn plain(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut is_code = false;
        for line in self.markdown.lines() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            } else if is_code {
                lines.push(format!("    {line}").trim_end().to_owned());
            } else {
                lines.extend(wrapped(&without_markup(line)));
            }
        }
        lines.join("\n")
    }

    /// The section as Markdown that is read away from the site, where its links lead nowhere.
    pub(super) fn portable(&self) -> String {
        let mut is_code = false;
        let lines = self.markdown.lines().map(|line| {
            is_code ^= line.trim_start().starts_with("```");
            match is_code {
                true => line.to_owned(),
                false => without_links(line),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn without_markup(line: &str) -> String {
    let line = without_links(line).replace("**", "");
    match line.strip_prefix("### ") {
        Some(title) => title.split(" {#").next().unwrap_or(title).to_owned(),
        None => line.replace("\\*", "*").replace("\\_", "_"),
    }
}

/// `[text](target)` as `text (target)`; a section of the same page as the command that prints it.
fn without_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, text, target, after)) = link(rest) {
        out.push_str(before);
        out.push_str(text);
        let place = match target.strip_prefix('#') {
            Some(topic) => format!(" (`stage6 explain {topic}`)"),
            None => format!(" (manual/{})", target.replacen(".md", ".html", 1)),
        };
        out.push_str(&place);
        rest = after;
    }
    out + rest
}

/// The first link of a text: what stands before it, its text, its target, and what stands behind it.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, middle) = text.split_once("](")?;
    let (target, after) = middle.split_once(')')?;
    let (before, label) = before.rsplit_once('[')?;
    Some((before, label, target, after))
}

/// A line as lines that fit; those of a list stay below its text.
fn wrapped(line: &str) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let hang = match line.trim_start().split_once(' ') {
        Some((mark, _)) if mark == "-" || mark.trim_end_matches('.').parse::<u32>().is_ok() => {
            indent + mark.len() + 1
        }
        _ => indent,
    };
    let mut lines = Vec::new();
    let mut open = " ".repeat(indent);
    let mut is_first = true;
    for word in words(line) {
        if !is_first && open.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut open, " ".repeat(hang)));
            is_first = true;
        }
        if !is_first {
            open.push(' ');
        }
        open.push_str(&word);
        is_first = false;
    }
    lines.push(open.trim_end().to_owned());
    lines
}

/// The words of a line; a piece of code is one word, so that it stays whole.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_code = false;
    for letter in line.trim().chars() {
        is_code ^= letter == '`';
        match words.last_mut() {
            Some(word) if is_code || !letter.is_whitespace() => word.push(letter),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_its_section_and_every_section_its_topic_in_order() {
        let topics: Vec<&str> = Topic::ALL.into_iter().map(Topic::key).collect();
        for language in Language::ALL {
            let ids: Vec<String> = sections(language).into_iter().map(|(id, _)| id).collect();
            assert_eq!(ids, topics, "content/{}/manual/problems.md", language.tag());
            let known = sections_of(Topic::ALL, language);
            assert_eq!(known.len(), Topic::ALL.len());
            for (topic, section) in known {
                assert!(section.markdown.len() > 80, "{}", topic.key());
                assert!(!section.plain().contains("]("), "{}", section.plain());
            }
        }
    }

    #[test]
    fn markup_is_no_noise_in_a_terminal() {
        let section = Section {
            title: String::new(),
            markdown: "See **all** [keys](configuration.md#core), or [facts](#facts).\n\n```text\na [b](c)\n```\n\n- one"
                .to_owned(),
        };
        assert_eq!(
            section.plain(),
            "See all keys (manual/configuration.html#core), or facts (`stage6 explain facts`).\n\n    a [b](c)\n\n- one"
        );
    }

    #[test]
    fn long_lines_of_lists_hang() {
        let line = format!("- {}", "word ".repeat(30));
        let lines = wrapped(&line);
        assert!(lines.len() == 2 && lines[1].starts_with("  word"), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
