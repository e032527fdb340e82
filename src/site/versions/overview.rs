//! The page of releases: this one and those before it, what changed in each, and how its numbers moved.

use super::change::Changes;
use super::compare::link;
use super::issue::Issue;
use super::trend::{TREND_CSV, Trend, trends};
use super::{Shelf, standing};
use crate::content::place::{page_path, relative, releases_path, slug};
use crate::domain::ReleaseStatus;
use crate::site::edition::{Edition, Group, INDEX};
use crate::site::frame::{self, Entry, Link, Outline};
use crate::site::sheet::Sheet;
use crate::site::voice::Voice;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct View {
    count: String,
    releases: Vec<Row>,
    /// How the chain ends.
    chain: String,
    is_broken: bool,
    comparisons: Vec<Link>,
    trends: Vec<Trend>,
    csv: String,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    anchor: String,
    bundle: String,
    sequence: String,
    released_on: String,
    built_at: String,
    state: &'static str,
    state_label: String,
    draft: bool,
    development: bool,
    verdict: Option<String>,
    passed: bool,
    list: Option<String>,
    manifest: Option<String>,
    results: Option<String>,
    fingerprint: String,
    site: Option<String>,
    comparison: Option<Link>,
    changes: Vec<String>,
    note: Option<String>,
}

/// The page in one language.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>, shelf: &Shelf<'_>) -> Sheet<'a> {
    let path = releases_path(voice.language);
    let other = voice.language.other();
    let view = view(edition, voice, shelf, &path);
    let entry = |id: &str| Entry {
        level: 2,
        id: id.to_owned(),
        text: voice.text(&format!("versions.{id}")),
    };
    let outline = Outline {
        title: voice.text("versions.title"),
        description: voice.text("versions.summary"),
        group: Some(Group::Evidence),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| releases_path(other)),
        marks: edition.marks,
        contents: ["list", "history", "trend"].map(entry).into(),
        path,
        ..Outline::default()
    };
    frame::sheet(edition, voice, "releases.html", outline).with("view", view)
}

fn view(edition: &Edition<'_>, voice: &Voice<'_>, shelf: &Shelf<'_>, here: &str) -> View {
    let releases: Vec<Row> = shelf
        .issues
        .iter()
        .enumerate()
        .map(|(index, issue)| row(voice, shelf, here, (issue, shelf.issues.get(index + 1))))
        .collect();
    let missing = edition.input.lineage.missing;
    let unread = edition
        .input
        .release
        .previous
        .as_deref()
        .filter(|_| releases.len() == 1);
    let next = missing
        .map(|digest| digest.to_string())
        .or(unread.map(str::to_owned));
    View {
        count: voice.count(releases.len()),
        chain: match &next {
            Some(digest) => voice.filled("versions.chain_missing", &[("digest", digest)]),
            None if releases.len() == 1 => voice.text("versions.chain_first"),
            None => voice.text("versions.chain"),
        },
        is_broken: next.is_some(),
        comparisons: shelf.pairs().map(|pair| link(voice, here, pair)).collect(),
        trends: trends(voice, &shelf.issues),
        csv: relative(here, TREND_CSV),
        releases,
    }
}

fn row(
    voice: &Voice<'_>,
    shelf: &Shelf<'_>,
    here: &str,
    (now, before): (&Issue<'_>, Option<&Issue<'_>>),
) -> Row {
    let (state, state_label) = standing(now, voice);
    let (within, total) = now.verdict();
    let counts = [("within", voice.count(within)), ("total", voice.count(total))];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    let comparable = before.filter(|before| before.has_results() && now.has_results());
    let changes = comparable.map(|before| Changes { voice, before, now }.lines());
    let is_paired = before.is_some_and(|before| {
        let mut pairs = shelf.pairs();
        pairs.any(|pair| pair.0.bundle == before.bundle && pair.1.bundle == now.bundle)
    });
    let home = page_path(voice.language, INDEX);
    Row {
        id: now.id.to_owned(),
        anchor: format!("r-{}", slug(now.bundle)),
        bundle: now.bundle.to_owned(),
        sequence: now.sequence.to_string(),
        released_on: voice.date(now.released_at),
        built_at: voice.moment(now.generated_at),
        state,
        state_label,
        draft: now.status == ReleaseStatus::Draft,
        development: now.development,
        verdict: now.has_results().then(|| voice.filled("status.within", &counts)),
        passed: within == total,
        list: now.past.map(|past| past.list.to_string()),
        manifest: now
            .past
            .and_then(|past| past.manifest)
            .map(|digest| digest.to_string()),
        results: now.results_digest().map(|digest| digest.to_string()),
        fingerprint: now.fingerprint.to_owned(),
        site: now.shown_page(&home).map(|page| relative(here, &page)),
        comparison: before
            .filter(|_| is_paired)
            .map(|before| link(voice, here, (before, now))),
        note: match (before, &changes) {
            (None, _) if now.sequence == 1 => Some(voice.text("versions.first")),
            (_, None) => Some(voice.text("versions.no_results")),
            (_, Some(lines)) if lines.is_empty() => Some(voice.text("versions.all_same")),
            _ => None,
        },
        changes: changes.unwrap_or_default(),
    }
}
