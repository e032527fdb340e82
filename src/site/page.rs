//! Pages of content, the home page with its status and its three readers among them.

use super::Extent;
use super::edition::{Edition, Group, INDEX};
use super::frame::{self, Entry, Outline};
use super::theme::Sheet;
use super::voice::Voice;
use crate::content::place::{evidence_path, page_path, relative};
use crate::content::{Page, Section};
use crate::domain::{Provenance, Timestamp, Unit};
use serde::Serialize;
use std::collections::BTreeSet;

/// Headings below this level are not in the table of contents.
const DEEPEST: u8 = 3;

#[derive(Debug, Serialize)]
struct Body<'a> {
    title: &'a str,
    summary: &'a str,
    html: &'a str,
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

/// A cell of the status strip. A state is shown by a sign and a colour, a fact without judgement by neither.
#[derive(Debug, Serialize)]
struct Status {
    label: String,
    value: String,
    more: String,
    state: &'static str,
}

#[derive(Debug, Serialize)]
struct Reader {
    key: &'static str,
    label: String,
    text: String,
    items: Vec<frame::Link>,
}

/// The sheets of all pages of one language.
pub(super) fn sheets(edition: &Edition<'_>, voice: &Voice<'_>, extent: Extent) -> Vec<Sheet> {
    let mut sections = BTreeSet::new();
    edition
        .pages_in(voice.language)
        .into_iter()
        .filter(|page| sections.insert(page.section) || extent == Extent::Whole)
        .map(|page| sheet(edition, voice, page))
        .collect()
}

fn sheet(edition: &Edition<'_>, voice: &Voice<'_>, page: &Page) -> Sheet {
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
    sheet.context.insert("page", &body(edition, voice, page, &path));
    if is_home {
        sheet.context.insert("status", &status(edition, voice));
        sheet.context.insert("readers", &readers(edition, voice, &path));
    }
    sheet.source = Some(page.source.clone());
    sheet
}

fn body<'a>(edition: &Edition<'_>, voice: &Voice<'_>, page: &'a Page, path: &str) -> Body<'a> {
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
        html: &page.html,
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

/// What a reader wants to know first: the verdict, the signature, how old the data is, and what it is.
fn status(edition: &Edition<'_>, voice: &Voice<'_>) -> Vec<Status> {
    let report = edition.input.report;
    let total = report.scenarios.len();
    let within = voice.count(total - report.failure_count());
    let counts = [("within", within.as_str()), ("total", &voice.count(total))];
    let signing = edition.signing();
    let (seal, seal_state) = if signing.development {
        ("seal.development", "warn")
    } else {
        ("seal.signed", "good")
    };
    vec![
        Status {
            label: voice.text("status.result"),
            value: voice.filled("status.within", &counts),
            more: voice.text("status.result_more"),
            state: if report.failure_count() == 0 {
                "good"
            } else {
                "bad"
            },
        },
        Status {
            label: voice.text("status.signature"),
            value: capitalized(&voice.text(seal)),
            more: voice.filled("seal.keyed", &[("key", &signing.key_id)]),
            state: seal_state,
        },
        data_age(edition, voice),
        data_kind(edition, voice),
    ]
}

/// The age of the oldest baseline that a scenario used, counted to the run.
fn data_age(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let report = edition.input.report;
    let used = super::marks::used_symbols(report);
    let dated: Option<Vec<Timestamp>> = report
        .markets
        .iter()
        .filter(|market| used.contains(market.baseline.symbol.as_str()))
        .map(|market| market.as_of)
        .collect();
    let label = voice.text("status.age");
    match dated.unwrap_or_default().into_iter().min() {
        Some(oldest) => Status {
            label,
            value: voice.quantity(whole_days(report.generated_at, oldest), Unit::Days),
            more: voice.filled("status.age_more", &[("date", &voice.date(oldest))]),
            state: "plain",
        },
        None => Status {
            label,
            value: capitalized(&voice.text("baseline.unknown")),
            more: voice.text("status.age_unknown"),
            state: "warn",
        },
    }
}

/// Full days between two moments; an age is not rounded up.
pub(super) fn whole_days(now: Timestamp, then: Timestamp) -> f64 {
    now.days_since(then).floor()
}

/// The weakest provenance among the baselines that scenarios used.
fn data_kind(edition: &Edition<'_>, voice: &Voice<'_>) -> Status {
    let report = edition.input.report;
    let used = super::marks::used_symbols(report);
    let unstated = report.markets.iter().any(|market| {
        market.provenance == Provenance::Unstated && used.contains(market.baseline.symbol.as_str())
    });
    let (provenance, state) = match edition.marks {
        marks if marks.synthetic => (Provenance::Synthetic, "warn"),
        marks if marks.sample => (Provenance::Sample, "warn"),
        _ if unstated => (Provenance::Unstated, "warn"),
        _ => (Provenance::Measured, "good"),
    };
    let key = provenance.key();
    Status {
        label: voice.text("status.data"),
        value: capitalized(&voice.text(&format!("provenance.{key}"))),
        more: voice.text(&format!("status.data_{key}")),
        state,
    }
}

/// A word that stands alone begins with a capital letter.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The three readers with the pages written for each; pages below another are found on that one.
fn readers(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Vec<Reader> {
    let pages = edition.pages_in(voice.language);
    let sections = [
        (Section::Review, "review"),
        (Section::Publish, "publish"),
        (Section::Operate, "operate"),
    ];
    let reader = |(section, key): (Section, &'static str)| Reader {
        key,
        label: voice.text(&format!("section.{key}")),
        text: voice.text(&format!("reader.{key}")),
        items: pages
            .iter()
            .filter(|page| page.section == section && edition.parents(page).is_empty())
            .map(|page| frame::Link {
                label: page.nav_title.clone(),
                href: Some(relative(here, &page_path(voice.language, &page.id))),
            })
            .collect(),
    };
    sections
        .into_iter()
        .map(reader)
        .filter(|reader| !reader.items.is_empty())
        .collect()
}
