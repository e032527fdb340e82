//! The facts that pages, claims and tables use, with their values and their places.

use super::claims::{Used, used};
use super::edition::{Edition, Group};
use super::frame::{self, Link, Outline};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{claims_path, facts_path, page_path, relative};
use crate::content::{self, Uses};
use serde::Serialize;

/// All facts as JSON, also those that nobody uses.
pub const FACTS_JSON: &str = "data/facts.json";

#[derive(Debug, Serialize)]
struct List {
    summary: String,
    facts: Vec<Row>,
    json: String,
}

#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    fact: Used,
    digest: String,
    users: Vec<Link>,
}

/// The list in one language.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Sheet<'a> {
    let path = facts_path(voice.language);
    let other = voice.language.other();
    let outline = Outline {
        title: voice.text("facts.title"),
        description: voice.text("facts.summary"),
        group: Some(Group::Evidence),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| facts_path(other)),
        path: path.clone(),
        ..Outline::default()
    };
    frame::sheet(edition, voice, "facts.html", outline).with("list", list(edition, voice, &path))
}

fn list(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> List {
    let evidence = edition.input.evidence;
    let uses = content::uses(edition.input.pages, evidence);
    let row = |(id, uses): (&String, &Uses)| {
        let fact = evidence.fact(id, voice.language)?;
        let file = evidence.file(&fact.source)?;
        Some(Row {
            fact: used(voice, here, fact),
            digest: file.digest.short(),
            users: users(edition, voice, here, uses),
        })
    };
    let facts: Vec<Row> = uses.iter().filter_map(row).collect();
    let counts = [
        ("used", voice.count(facts.len())),
        ("count", voice.count(evidence.facts().count())),
    ];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    List {
        summary: voice.filled("facts.count", &counts),
        facts,
        json: relative(here, FACTS_JSON),
    }
}

fn users(edition: &Edition<'_>, voice: &Voice<'_>, here: &str, uses: &Uses) -> Vec<Link> {
    let pages = uses
        .pages
        .iter()
        .filter_map(|id| edition.page(voice.language, id))
        .map(|page| Link {
            label: page.nav_title.clone(),
            href: Some(relative(here, &page_path(page.language, &page.id))),
        });
    let claims = uses.claims.iter().map(|id| Link {
        label: voice.filled("facts.claim", &[("id", id)]),
        href: Some(format!("{}#{id}", relative(here, &claims_path(voice.language)))),
    });
    let tables = uses.tables.iter().map(|path| Link {
        label: path.rsplit('/').next().unwrap_or(path).to_owned(),
        href: Some(relative(
            here,
            &crate::content::place::evidence_path(voice.language, path),
        )),
    });
    pages.chain(claims).chain(tables).collect()
}
