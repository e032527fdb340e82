//! Pages of content, the home page with its status among them.

use super::Extent;
use super::edition::{Edition, Group, INDEX};
use super::frame::{self, Entry, Outline};
use super::home;
use super::link_notes::{Directory, Note, Noted};
use super::theme::Sheet;
use super::voice::Voice;
use crate::content::Page;
use crate::content::place::{evidence_path, page_path, relative};
use crate::domain::Timestamp;
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
}

#[derive(Debug, Serialize)]
struct Source {
    path: String,
    href: String,
    digest_short: String,
}

/// The sheets of all pages of one language.
pub(super) fn sheets(edition: &Edition<'_>, voice: &Voice<'_>, extent: Extent) -> Vec<Sheet> {
    let mut sections = BTreeSet::new();
    let directory = Directory::new(edition, voice);
    edition
        .pages_in(voice.language)
        .into_iter()
        .filter(|page| sections.insert(page.section) || extent == Extent::Whole)
        .map(|page| sheet(edition, voice, page, &directory))
        .collect()
}

fn sheet(edition: &Edition<'_>, voice: &Voice<'_>, page: &Page, directory: &Directory<'_>) -> Sheet {
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
        path: path.clone(),
    };
    let template = if is_home { "home.html" } else { "page.html" };
    let mut sheet = frame::sheet(edition, voice, template, outline);
    let noted = directory.number(&path, &page.html);
    sheet
        .context
        .insert("page", &body(edition, voice, page, &path, noted));
    if is_home {
        sheet
            .context
            .insert("status", &home::status(edition, voice, &path));
    }
    sheet.source = Some(page.source.clone());
    sheet
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
    }
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
