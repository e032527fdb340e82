//! Pages of content, the home page with its status among them.

use super::Extent;
use super::edition::{Edition, Group, INDEX};
use super::frame::{self, Entry, Outline};
use super::home;
use super::link_notes::{Directory, Note, Noted};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{evidence_path, page_path, relative};
use crate::content::{Page, Section, TermUse};
use crate::domain::Timestamp;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// Headings below this level are not in the table of contents.
const DEEPEST: u8 = 3;

#[derive(Debug, Serialize)]
struct Body<'a> {
    title: &'a str,
    summary: &'a str,
    html: String,
    /// Where its links lead, by the numbers that stand behind them on paper.
    link_notes: Vec<Note>,
    updated: Option<&'a str>,
    updated_on: Option<String>,
    evidence: Vec<Source>,
    /// The language of its text where that is not the page's.
    text_language: Option<&'static str>,
    terms: Vec<Term<'a>>,
    checklist: Option<Checklist<'a>>,
}

/// A term of the glossary with what it means.
#[derive(Debug, Serialize)]
struct Term<'a> {
    id: &'a str,
    name: &'a str,
    text: &'a str,
}

/// What the record of a page's checklists names besides the items.
#[derive(Debug, Serialize)]
struct Checklist<'a> {
    page: &'a str,
    /// The file that a reader's record is saved as.
    file: String,
    source: &'a str,
    sha256: String,
    total: usize,
    /// Operators come for the list; other readers for the text above it.
    comes_first: bool,
}

#[derive(Debug, Serialize)]
struct Source {
    path: String,
    href: String,
    digest_short: String,
}

/// The sheets of all pages of one language.
pub(super) fn sheets<'a>(edition: &Edition<'a>, voice: &Voice<'_>, extent: Extent) -> Vec<Sheet<'a>> {
    let mut sections = BTreeSet::new();
    let directory = Directory::new(edition, voice);
    let pages = edition.pages_in(voice.language).into_iter();
    let wanted: Vec<&'a Page> = pages
        .filter(|page| sections.insert(page.section) || extent == Extent::Whole)
        .collect();
    let wanted = wanted.into_par_iter();
    wanted
        .map(|page| sheet(edition, voice, page, &directory))
        .collect()
}

fn sheet<'a>(
    edition: &Edition<'a>,
    voice: &Voice<'_>,
    page: &'a Page,
    directory: &Directory<'_>,
) -> Sheet<'a> {
    let is_home = page.id == INDEX;
    let path = page_path(voice.language, &page.id);
    let other = voice.language.other();
    let twin = edition
        .page(other, &page.id)
        .filter(|_| edition.input.languages.contains(&other));
    let outline = Outline {
        title: page.title.clone(),
        description: page.summary.clone(),
        parents: edition.parents(page),
        group: Group::of(page.section),
        twin: twin.map(|twin| page_path(other, &twin.id)),
        marks: if is_home {
            edition.marks
        } else {
            edition
                .marks
                .for_facts(&page.facts, edition.input.evidence, page.language)
        },
        contents: if is_home { Vec::new() } else { contents(page) },
        scripts: scripts(page),
        path: path.clone(),
    };
    let template = if is_home { "home.html" } else { "page.html" };
    let noted = directory.number(&path, &page.html);
    let sheet = frame::sheet(edition, voice, template, outline)
        .of_source(&page.source)
        .with("page", body(edition, voice, page, &path, noted));
    match is_home {
        true => sheet.with("status", home::status(edition, voice, &path)),
        false => sheet,
    }
}

fn body<'a>(edition: &Edition<'_>, voice: &Voice<'_>, page: &'a Page, path: &str, noted: Noted) -> Body<'a> {
    let source = |file: &String| {
        let file = edition.input.evidence.file(file)?;
        Some(Source {
            path: file.path.clone(),
            href: relative(path, &evidence_path(voice.language, &file.path)),
            digest_short: file.digest.short(),
        })
    };
    let updated_on = |date: &String| match Timestamp::parse_date_or_moment(date) {
        Ok(moment) => voice.date(moment),
        Err(_) => date.clone(),
    };
    Body {
        title: &page.title,
        summary: &page.summary,
        html: noted.html,
        link_notes: noted.notes,
        updated: page.updated.as_deref(),
        updated_on: page.updated.as_ref().map(updated_on),
        evidence: page.evidence.iter().filter_map(source).collect(),
        text_language: (page.text_language != page.language).then(|| page.text_language.tag()),
        terms: page.terms.iter().map(term).collect(),
        checklist: checklist(page),
    }
}

fn term(term: &TermUse) -> Term<'_> {
    Term {
        id: &term.id,
        name: &term.name,
        text: &term.text,
    }
}

fn checklist(page: &Page) -> Option<Checklist<'_>> {
    let name = page.id.rsplit('/').next().unwrap_or(&page.id);
    (page.tasks > 0).then(|| Checklist {
        page: &page.id,
        file: format!("{name}.checklist.json"),
        source: &page.source,
        sha256: page.source_digest.to_string(),
        total: page.tasks,
        comes_first: page.section == Section::Operate,
    })
}

/// Scripts for what the page has.
fn scripts(page: &Page) -> Vec<&'static str> {
    let wanted = [(page.tasks > 0, "checklist"), (!page.terms.is_empty(), "terms")];
    wanted
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| name)
        .collect()
}

fn contents(page: &Page) -> Vec<Entry> {
    let entry = |heading: &crate::content::Heading| Entry {
        level: heading.level,
        id: heading.id.clone(),
        text: heading.text.clone(),
    };
    page.headings
        .iter()
        .filter(|heading| heading.level <= DEEPEST)
        .map(entry)
        .collect()
}
