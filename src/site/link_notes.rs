//! Where the links of a text lead, for readers of paper: a number behind each link, and a note for each target.
//!
//! Numbers of facts are left as they are: there are many, and the evidence that they stand in is listed below the text.

use super::edition::Edition;
use super::links::percent_decoded;
use super::voice::Voice;
use crate::content::place::{evidence_path, page_path};
use crate::fs::display_name;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a reader finds at the end of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Note {
    /// The title of a page, with the heading that the link names.
    title: Option<String>,
    /// The path of a file, where it has no title.
    path: Option<String>,
    /// The line of the file that the link names.
    line: Option<String>,
}

/// A text with numbered links, and the notes in the order of their numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub(super) html: String,
    pub(super) notes: Vec<Note>,
}

/// The titles and headings of all pages in one language, by their paths in the site.
pub(super) struct Directory<'a> {
    titles: BTreeMap<String, String>,
    headings: BTreeMap<(String, &'a str), &'a str>,
    files: BTreeMap<String, &'a str>,
}

impl<'a> Directory<'a> {
    pub(super) fn new(edition: &Edition<'a>, voice: &Voice<'_>) -> Directory<'a> {
        let language = voice.language;
        let mut titles: BTreeMap<String, String> = edition
            .itinerary(language)
            .stops()
            .iter()
            .map(|stop| (stop.path.clone(), stop.label.clone()))
            .collect();
        let mut headings = BTreeMap::new();
        for page in edition.pages_in(language) {
            let path = page_path(language, &page.id);
            for heading in &page.headings {
                headings.insert((path.clone(), heading.id.as_str()), heading.text.as_str());
            }
            titles.insert(path, page.title.clone());
        }
        Directory {
            titles,
            headings,
            files: edition
                .input
                .evidence
                .files()
                .map(|file| (evidence_path(language, &file.path), file.path.as_str()))
                .collect(),
        }
    }

    fn note(&self, path: &str, anchor: Option<&str>) -> Note {
        if let Some(file) = self.files.get(path) {
            return Note {
                title: None,
                path: Some((*file).to_owned()),
                line: anchor
                    .and_then(|anchor| anchor.strip_prefix('L'))
                    .map(str::to_owned),
            };
        }
        let heading = anchor.and_then(|anchor| self.headings.get(&(path.to_owned(), anchor)));
        let title = self.titles.get(path).map(|title| match heading {
            Some(heading) => format!("{title} › {heading}"),
            None => title.clone(),
        });
        Note {
            path: title.is_none().then(|| path.to_owned()),
            title,
            line: None,
        }
    }

    /// Numbers the links of the text of the page at `here`, from 1. Links of one target share its number; links
    /// within the page have none, because paper shows the number of their page itself.
    pub(super) fn number(&self, here: &str, html: &str) -> Noted {
        let mut noted = Noted {
            html: String::with_capacity(html.len() + html.len() / 32),
            notes: Vec::new(),
        };
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut rest = html;
        while let Some((before, tag, after)) = next_link(rest) {
            let end = after.find("</a>").map_or(after.len(), |at| at + "</a>".len());
            let (inside, behind) = after.split_at(end);
            noted.html.push_str(before);
            noted.html.push_str(tag);
            noted.html.push_str(inside);
            rest = behind;
            let Some(target) = target(tag) else {
                continue;
            };
            let number = *numbers.entry(target).or_insert_with(|| {
                let decoded = percent_decoded(target);
                let (file, anchor) = match decoded.split_once('#') {
                    Some((file, anchor)) => (file, Some(anchor)),
                    None => (decoded.as_ref(), None),
                };
                noted.notes.push(self.note(&display_name(here, file), anchor));
                noted.notes.len()
            });
            // Writing to a string cannot fail.
            let _ = write!(noted.html, "<span class=\"link-note\">[{number}]</span>");
        }
        noted.html.push_str(rest);
        noted
    }
}

/// The text before the next link, its opening tag, and what follows.
fn next_link(html: &str) -> Option<(&str, &str, &str)> {
    let start = html.find("<a ")?;
    let (before, from) = html.split_at(start);
    // Our own writer escapes `>` in attributes.
    let end = from.find('>')? + 1;
    let (tag, after) = from.split_at(end);
    Some((before, tag, after))
}

/// The target of a link that needs a note.
fn target(tag: &str) -> Option<&str> {
    if ["fact", "term", "permalink", "footnote-back"]
        .iter()
        .any(|class| tag.contains(&format!("class=\"{class}\"")))
    {
        return None;
    }
    let (_, from) = tag.split_once(" href=\"")?;
    let (target, _) = from.split_once('"')?;
    (!target.starts_with('#')).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory<'static> {
        Directory {
            titles: BTreeMap::from([(String::from("pl/books/a.html"), String::from("Księga"))]),
            headings: BTreeMap::from([((String::from("pl/books/a.html"), "limity"), "Limity")]),
            files: BTreeMap::from([(String::from("pl/evidence/x-json.html"), "var/x.json")]),
        }
    }

    fn note(title: Option<&str>, path: Option<&str>, line: Option<&str>) -> Note {
        Note {
            title: title.map(str::to_owned),
            path: path.map(str::to_owned),
            line: line.map(str::to_owned),
        }
    }

    #[test]
    fn each_target_has_one_number_whatever_leads_to_it() {
        let html = "<p><a href=\"books/a.html\">A</a>, <a href=\"evidence/x-json.html#L7\"><em>X</em></a>, \
                    <a href=\"books/a.html\">again</a>.</p>";
        let noted = directory().number("pl/index.html", html);
        assert_eq!(
            noted.html,
            "<p><a href=\"books/a.html\">A</a><span class=\"link-note\">[1]</span>, \
             <a href=\"evidence/x-json.html#L7\"><em>X</em></a><span class=\"link-note\">[2]</span>, \
             <a href=\"books/a.html\">again</a><span class=\"link-note\">[1]</span>.</p>"
        );
        assert_eq!(
            noted.notes,
            [
                note(Some("Księga"), None, None),
                note(None, Some("var/x.json"), Some("7"))
            ]
        );
    }

    #[test]
    fn a_heading_is_named_and_an_unknown_page_keeps_its_path() {
        let html = "<a href=\"../books/a.html#limity\">L</a><a href=\"../books/b.html#x\">B</a>";
        let noted = directory().number("pl/other/c.html", html);
        assert_eq!(
            noted.notes,
            [
                note(Some("Księga › Limity"), None, None),
                note(None, Some("pl/books/b.html"), None)
            ]
        );
    }

    #[test]
    fn facts_and_links_within_the_page_have_no_number() {
        let html = "<a class=\"fact\" href=\"x.html#L1\" title=\"a\">1</a><a class=\"permalink\" href=\"#a\">#</a>\
                    <a href=\"#fn-1\">1</a>";
        let noted = directory().number("pl/index.html", html);
        assert_eq!((noted.html.as_str(), noted.notes), (html, Vec::new()));
    }
}
