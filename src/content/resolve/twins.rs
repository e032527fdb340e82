//! What the languages of a page must have in common: facts, claims, and the day of the last revision.

use super::Resolved;
use crate::content::{Claim, Page};
use crate::diag::{Position, Problem};
use crate::domain::Language;
use std::collections::BTreeMap;

/// Every difference between the languages. Pages with problems of their own are left out where one would be told
/// twice: a misspelt fact, a claim that could not be read.
pub fn differences(resolved: &[Resolved]) -> Vec<Problem> {
    let mut versions: BTreeMap<&str, Vec<&Resolved>> = BTreeMap::new();
    for one in resolved {
        versions.entry(&one.page.id).or_default().push(one);
    }
    let mut found = Vec::new();
    for versions in versions.values() {
        for one in versions {
            for other in versions.iter().filter(|other| !std::ptr::eq(*one, **other)) {
                found.extend(older(&one.page, &other.page));
                if one.problems.is_empty() && other.problems.is_empty() {
                    found.extend(one_sided_facts(one, other));
                    found.extend(unlike_claims(&one.page, &other.page));
                }
            }
        }
    }
    found.extend(repeated_claims(resolved));
    found
}

/// A translation that leaves a number out, or adds one, says something else.
fn one_sided_facts(one: &Resolved, other: &Resolved) -> Vec<Problem> {
    let missing = one
        .references
        .iter()
        .filter(|(id, _)| !other.references.contains_key(*id));
    missing
        .map(|(id, (path, at))| {
            let what = match id.strip_prefix("chart ") {
                Some(chart) => format!("the chart `{chart}`"),
                None => format!("the fact `{id}`"),
            };
            let message = format!("`{}` does not show {what}", other.page.source);
            Problem::new(path, *at, message).hint("show the same facts in every language")
        })
        .collect()
}

/// A page that was revised in one language only may say something else in the other.
fn older(one: &Page, other: &Page) -> Option<Problem> {
    let (here, there) = (one.updated.as_ref(), other.updated.as_ref()?);
    let message = match here {
        Some(here) if here < there => {
            format!("was last revised on {here}, `{}` on {there}", other.source)
        }
        Some(_) => return None,
        None => format!("does not say when it was last revised, `{}` does", other.source),
    };
    let hint = format!("carry the changes over, then write `updated: {there}`");
    Some(Problem::with_file(&one.source, message).hint(hint))
}

fn unlike_claims(one: &Page, other: &Page) -> Vec<Problem> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut found = Vec::new();
    for claim in &one.claims {
        let problem = |message: String| Problem::new(&claim.source, claim.at, message);
        match other.claims.iter().find(|twin| twin.id == claim.id) {
            None => {
                let message = format!("`{}` does not make the claim `{}`", other.source, claim.id);
                found.push(problem(message).hint("make the same claims in every language"));
            }
            // Told once, at the language that comes first.
            Some(twin)
                if one.language < other.language && words(&twin.expression) != words(&claim.expression) =>
            {
                let message = format!(
                    "the claim `{}` rests on another expression at {}",
                    claim.id,
                    place(&twin.source, twin.at)
                );
                found.push(problem(message).hint("write the same expression in every language"));
            }
            Some(_) => {}
        }
    }
    found
}

/// An id names one claim of the release.
fn repeated_claims(resolved: &[Resolved]) -> Vec<Problem> {
    let mut seen: BTreeMap<(Language, &str), &Claim> = BTreeMap::new();
    let mut found = Vec::new();
    for claim in resolved.iter().flat_map(|one| &one.page.claims) {
        if let Some(first) = seen.get(&(claim.language, claim.id.as_str())) {
            let first = place(&first.source, first.at);
            let message = format!("the claim `{}` stands at {first} already", claim.id);
            found.push(
                Problem::new(&claim.source, claim.at, message).hint("give each claim an id of its own"),
            );
        } else {
            seen.insert((claim.language, &claim.id), claim);
        }
    }
    found
}

fn place(path: &str, at: Position) -> String {
    format!("{path}:{}", at.line)
}
