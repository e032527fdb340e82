//! The register of claims: every claim of the release with its verdict, its expression and its evidence.

use super::edition::{Edition, Group};
use super::frame::{self, Entry, Link, Outline};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{claims_path, evidence_path, page_path, relative};
use crate::content::{Claim, typeset};
use crate::domain::{self, Fact};
use serde::Serialize;

/// The register as JSON.
pub const CLAIMS_JSON: &str = "data/claims.json";

#[derive(Debug, Serialize)]
struct Register {
    summary: String,
    failed: usize,
    claims: Vec<Row>,
    typed: Vec<Typed>,
    waivers: Vec<Waived>,
    json: String,
}

#[derive(Debug, Serialize)]
struct Waived {
    contradiction: String,
    reason: String,
    owner: String,
    signed_on: String,
    expires_on: String,
    signed: bool,
    state: String,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    sentence: String,
    holds: bool,
    verdict: String,
    expression: String,
    page: Link,
    facts: Vec<Used>,
}

/// A fact with its value, as registers show it.
#[derive(Debug, Serialize)]
pub(super) struct Used {
    id: String,
    value: String,
    href: String,
    place: String,
}

#[derive(Debug, Serialize)]
struct Typed {
    text: String,
    reason: String,
    page: Link,
}

/// The register in one language.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Sheet<'a> {
    let path = claims_path(voice.language);
    let register = register(edition, voice, &path);
    let entry = |id: &str, key: &str| Entry {
        level: 2,
        id: id.to_owned(),
        text: voice.text(key),
    };
    let mut contents = vec![entry("claims", "claims.all")];
    if !register.typed.is_empty() {
        contents.push(entry("typed", "claims.typed"));
    }
    if !register.waivers.is_empty() {
        contents.push(entry("waivers", "claims.waivers"));
    }
    let other = voice.language.other();
    let outline = Outline {
        title: voice.text("claims.title"),
        description: voice.text("claims.summary"),
        group: Some(Group::Review),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| claims_path(other)),
        contents,
        path,
        ..Outline::default()
    };
    frame::sheet(edition, voice, "claims.html", outline).with("register", register)
}

fn register(edition: &Edition<'_>, voice: &Voice<'_>, here: &str) -> Register {
    let pages = edition.pages_in(voice.language);
    let claims: Vec<Row> = pages
        .iter()
        .flat_map(|page| &page.claims)
        .map(|claim| row(edition, voice, here, claim))
        .collect();
    let typed = pages.iter().flat_map(|page| {
        page.typed.iter().map(|typed| Typed {
            text: typed.text.clone(),
            reason: typed.reason.clone(),
            page: Link {
                label: page.title.clone(),
                href: Some(relative(here, &page_path(page.language, &page.id))),
            },
        })
    });
    let failed = claims.iter().filter(|claim| !claim.holds).count();
    let counts = [
        ("count", voice.count(claims.len())),
        ("failed", voice.count(failed)),
    ];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    Register {
        summary: voice.filled("claims.count", &counts),
        failed,
        typed: typed.collect(),
        waivers: waivers(edition, voice),
        claims,
        json: relative(here, CLAIMS_JSON),
    }
}

fn waivers(edition: &Edition<'_>, voice: &Voice<'_>) -> Vec<Waived> {
    let book = edition.input.waivers;
    let state = match &book.signed_with {
        Some(key) => voice.filled("seal.keyed", &[("key", key)]),
        None => voice.text("claims.unsigned"),
    };
    let contradictions = book.waivers.iter().filter_map(|waiver| match &waiver.of {
        domain::Waived::Contradiction(id) => Some((id, waiver)),
        // Those of rules stand on the page of the gate.
        domain::Waived::Rule(_) => None,
    });
    let waived = contradictions.map(|(id, waiver)| Waived {
        contradiction: id.clone(),
        reason: typeset(voice.language, waiver.reason(voice.language)),
        owner: waiver.owner.clone(),
        signed_on: voice.date(waiver.signed_at),
        expires_on: voice.date(waiver.expires_at),
        signed: book.signed_with.is_some(),
        state: state.clone(),
    });
    waived.collect()
}

fn row(edition: &Edition<'_>, voice: &Voice<'_>, here: &str, claim: &Claim) -> Row {
    let page = page_path(claim.language, &claim.page);
    let title = edition
        .page(claim.language, &claim.page)
        .map_or_else(|| claim.page.clone(), |page| page.title.clone());
    let facts = claim
        .facts
        .iter()
        .filter_map(|id| edition.input.evidence.fact(id, claim.language));
    Row {
        id: claim.id.clone(),
        sentence: claim.sentence.clone(),
        holds: claim.holds,
        verdict: voice.text(if claim.holds {
            "claims.holds"
        } else {
            "claims.fails"
        }),
        expression: claim.expression.clone(),
        page: Link {
            label: title,
            href: Some(format!("{}#{}", relative(here, &page), claim.anchor)),
        },
        facts: facts.map(|fact| used(voice, here, fact)).collect(),
    }
}

/// A fact for a register.
pub(super) fn used(voice: &Voice<'_>, here: &str, fact: &Fact) -> Used {
    let anchor = match fact.at.line {
        0 => String::new(),
        line => format!("#L{line}"),
    };
    let file = relative(here, &evidence_path(voice.language, &fact.source));
    Used {
        id: fact.id.clone(),
        value: voice.fact(fact),
        href: format!("{file}{anchor}"),
        place: match fact.at.line {
            0 => fact.source.clone(),
            line => format!("{}:{line}", fact.source),
        },
    }
}
