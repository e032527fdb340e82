//! The evidence for reading: a list of all files, and a page for each with its facts and its very lines.

use super::Extent;
use super::backlinks::Backlinks;
use super::edition::{Edition, Group, Stop};
use super::frame::{self, Entry, Link, Outline};
use super::marks::Marks;
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::{
    bundled_evidence, evidence_list_path, evidence_path, page_path, raw_path, relative, report_path,
};
use crate::domain::{Fact, FactValue};
use crate::evidence::{EvidenceFile, EvidenceKind, Sealed, Signer};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// The kinds in the order of the list: the result first, then what it was made from.
const KINDS: [EvidenceKind; 8] = [
    EvidenceKind::Report,
    EvidenceKind::Config,
    EvidenceKind::Baseline,
    EvidenceKind::SignalQuality,
    EvidenceKind::Document,
    EvidenceKind::Table,
    EvidenceKind::Release,
    EvidenceKind::Publication,
];

/// The id of the page with the questions of reviewers.
const QUESTIONS: &str = "due-diligence";
/// Up to this many facts a page shows them unfolded.
const FEW_FACTS: usize = 40;

/// Up to this many uses stand beside a line; more stand with its facts.
const FEW_USES: usize = 3;

#[derive(Debug, Serialize)]
struct Index {
    /// The page that answers questions out of the evidence, where there is one.
    questions: Option<Link>,
    groups: Vec<Kind>,
}

#[derive(Debug, Serialize)]
struct Kind {
    key: &'static str,
    label: String,
    files: Vec<Summary>,
}

/// What is said about a file wherever it is named.
#[derive(Debug, Serialize)]
struct Summary {
    path: String,
    href: String,
    size: String,
    digest: String,
    sample: bool,
    seal: &'static str,
    seal_label: String,
}

#[derive(Debug, Serialize)]
struct FileView<'a> {
    #[serde(flatten)]
    summary: Summary,
    name: &'a str,
    kind_label: String,
    kind_text: String,
    seal_more: String,
    users: Vec<Link>,
    facts: Vec<FactRow<'a>>,
    facts_open: bool,
    facts_title: String,
    /// Empty when the file is not text.
    lines: Vec<Line<'a>>,
    download: Download,
    /// The digest of the whole file, of which this is an extract.
    whole: Option<String>,
}

#[derive(Debug, Serialize)]
struct FactRow<'a> {
    id: &'a str,
    value: String,
    numeric: bool,
    /// None for a fact about the file as a whole.
    line: Option<u32>,
    /// Where it stands on pages.
    uses: Vec<Link>,
}

/// A line of the file with the places that show its numbers.
#[derive(Debug, Serialize)]
struct Line<'a> {
    text: &'a str,
    uses: Vec<Link>,
    /// How many more there are, in words; they stand in the table of facts.
    more: Option<String>,
}

/// The bytes of the file for those who check them.
#[derive(Debug, Serialize)]
struct Download {
    href: String,
    /// The name under which a browser saves it.
    name: String,
    label: String,
    /// Where the same bytes lie in an unpacked bag.
    bagged: String,
    sealed: bool,
    verification: Option<String>,
}

/// The list and the pages of all files, in one language.
pub(super) fn sheets<'a>(edition: &Edition<'a>, voice: &Voice<'_>, extent: Extent) -> Vec<Sheet<'a>> {
    let mut sheets = vec![index(edition, voice)];
    let mut kinds = BTreeSet::new();
    let backlinks = Backlinks::of(edition, voice);
    let files = edition.input.evidence.files();
    let wanted: Vec<&'a EvidenceFile> = files
        .filter(|file| kinds.insert(file.kind) || extent == Extent::Whole)
        .collect();
    let pages = wanted.into_par_iter();
    sheets.par_extend(pages.map(|file| page(edition, voice, file, &backlinks)));
    sheets
}

fn index<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Sheet<'a> {
    let path = evidence_list_path(voice.language);
    let kind = |kind: EvidenceKind| Kind {
        key: kind.key(),
        label: voice.text(&format!("kind.{}", kind.key())),
        files: edition
            .input
            .evidence
            .files()
            .filter(|file| file.kind == kind)
            .map(|file| summary(voice, &path, file))
            .collect(),
    };
    let groups: Vec<Kind> = KINDS
        .into_iter()
        .map(kind)
        .filter(|group| !group.files.is_empty())
        .collect();
    let entry = |group: &Kind| Entry {
        level: 2,
        id: group.key.to_owned(),
        text: group.label.clone(),
    };
    let other = voice.language.other();
    let outline = Outline {
        title: voice.text("evidence.title"),
        description: voice.text("evidence.summary"),
        group: Some(Group::Evidence),
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| evidence_list_path(other)),
        contents: groups.iter().map(entry).collect(),
        path: path.clone(),
        ..Outline::default()
    };
    let questions = edition.page(voice.language, QUESTIONS).map(|page| Link {
        label: page.title.clone(),
        href: Some(relative(
            &evidence_list_path(voice.language),
            &page_path(page.language, &page.id),
        )),
    });
    frame::sheet(edition, voice, "evidence_index.html", outline).with("evidence", Index { questions, groups })
}

fn page<'a>(
    edition: &Edition<'a>,
    voice: &Voice<'_>,
    file: &'a EvidenceFile,
    backlinks: &Backlinks,
) -> Sheet<'a> {
    let path = evidence_path(voice.language, &file.path);
    let view = view(edition, voice, (&path, backlinks), file);
    let other = voice.language.other();
    let marks = if file.kind == EvidenceKind::Report {
        edition.marks
    } else {
        Marks::default()
    };
    let outline = Outline {
        title: view.name.to_owned(),
        description: format!("{} {}", view.kind_text, file.path),
        group: Some(Group::Evidence),
        parents: vec![Stop {
            group: None,
            path: evidence_list_path(voice.language),
            label: voice.text("evidence.title"),
            child: false,
        }],
        twin: edition
            .input
            .languages
            .contains(&other)
            .then(|| evidence_path(other, &file.path)),
        marks: Marks {
            sample: marks.sample || file.sample,
            ..marks
        },
        path: path.clone(),
        ..Outline::default()
    };
    frame::sheet(edition, voice, "evidence_file.html", outline).with("file", view)
}

fn summary(voice: &Voice<'_>, here: &str, file: &EvidenceFile) -> Summary {
    let seal = match &file.sealed {
        // What the build sealed in place of people is not signed, whatever its key.
        Some(sealed) if sealed.signer == Signer::Nobody => "build",
        Some(sealed) if sealed.development => "development",
        Some(_) => "signed",
        None => "none",
    };
    Summary {
        path: file.path.clone(),
        href: relative(here, &evidence_path(voice.language, &file.path)),
        size: voice.size(file.bytes.len()),
        digest: file.digest.to_string(),
        sample: file.sample,
        seal,
        seal_label: voice.text(&format!("seal.{seal}")),
    }
}

fn view<'a>(
    edition: &Edition<'a>,
    voice: &Voice<'_>,
    (here, backlinks): (&str, &Backlinks),
    file: &'a EvidenceFile,
) -> FileView<'a> {
    let kind = file.kind.key();
    let facts: Vec<FactRow<'_>> = edition
        .facts_in(&file.path)
        .into_iter()
        .map(|fact| fact_row(voice, (here, backlinks), fact))
        .collect();
    FileView {
        summary: summary(voice, here, file),
        name: file.path.rsplit('/').next().unwrap_or(&file.path),
        kind_label: voice.text(&format!("kind.{kind}")),
        kind_text: voice.text(&format!("kind_text.{kind}")),
        seal_more: match &file.sealed {
            Some(sealed) => keyed(voice, sealed),
            None => voice.text("seal.listed"),
        },
        users: users(edition, voice, here, file),
        facts_open: facts.len() <= FEW_FACTS,
        facts_title: voice.filled("evidence.facts_count", &[("count", &voice.count(facts.len()))]),
        facts,
        lines: lines(voice, (here, backlinks), file),
        download: download(edition, voice, here, file),
        whole: file.extract_of.map(|digest| digest.to_string()),
    }
}

/// The key, and for whom it signed where that was not the build.
fn keyed(voice: &Voice<'_>, sealed: &Sealed) -> String {
    let key = ("key", sealed.key_id.as_str());
    match &sealed.signer {
        Signer::Nobody => voice.filled("seal.by_build", &[key]),
        Signer::People(names) if !names.is_empty() => {
            voice.filled("seal.by_signers", &[key, ("signers", &names.join(", "))])
        }
        Signer::Maker | Signer::People(_) => voice.filled("seal.keyed", &[key]),
    }
}

fn fact_row<'a>(voice: &Voice<'_>, (here, backlinks): (&str, &Backlinks), fact: &'a Fact) -> FactRow<'a> {
    FactRow {
        id: &fact.id,
        value: voice.fact(fact),
        numeric: matches!(fact.value, FactValue::Number(_)),
        line: (fact.at.line > 0).then_some(fact.at.line),
        uses: backlinks.of_fact(fact, here),
    }
}

fn lines<'a>(
    voice: &Voice<'_>,
    (here, backlinks): (&str, &Backlinks),
    file: &'a EvidenceFile,
) -> Vec<Line<'a>> {
    let line = |(number, text): (u32, &'a str)| {
        let mut uses = backlinks.of_line(&file.path, number, here);
        let more = uses.len().saturating_sub(FEW_USES);
        uses.truncate(FEW_USES);
        Line {
            text,
            uses,
            more: (more > 0).then(|| voice.filled("evidence.more_uses", &[("count", &voice.count(more))])),
        }
    };
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => (1..).zip(text.lines()).map(line).collect(),
        Err(_) => Vec::new(),
    }
}

fn download(edition: &Edition<'_>, voice: &Voice<'_>, here: &str, file: &EvidenceFile) -> Download {
    let raw = raw_path(&file.path);
    Download {
        href: relative(here, &raw),
        name: raw.rsplit('/').next().unwrap_or(&raw).to_owned(),
        label: voice.filled("evidence.download", &[("size", &voice.size(file.bytes.len()))]),
        bagged: format!("data/{}", bundled_evidence(file.kind, &file.path)),
        sealed: file.sealed.is_some(),
        verification: edition
            .verification(voice.language)
            .map(|path| relative(here, &path)),
    }
}

/// The pages that show facts of a file or link to it.
fn users(edition: &Edition<'_>, voice: &Voice<'_>, here: &str, file: &EvidenceFile) -> Vec<Link> {
    let report = edition.input.report;
    let feeds_report =
        file.kind == EvidenceKind::Report || report.inputs.iter().any(|input| input.path == file.path);
    let on_report = feeds_report.then(|| Link {
        label: voice.text("report.title"),
        href: Some(relative(here, &report_path(voice.language))),
    });
    let pages = edition.pages_in(voice.language);
    let on_pages = pages
        .into_iter()
        .filter(|page| page.evidence.contains(&file.path))
        .map(|page| Link {
            label: page.title.clone(),
            href: Some(relative(here, &page_path(page.language, &page.id))),
        });
    on_report.into_iter().chain(on_pages).collect()
}
