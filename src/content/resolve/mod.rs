//! Resolving drafts into pages: facts become values, links become places, and everything that leads nowhere
//! becomes a problem.

pub mod checklist;
mod document;
mod edits;
pub use render::{alignment_class, callout_word, table_frame, way_back};
pub use tree::page_options;

pub mod escape;
pub use escape::markdown;
mod footnotes;
mod glossary;
mod library;
mod origin;
mod outline;
mod render;
mod tree;
mod twins;
mod typed;

#[cfg(test)]
mod tests;

pub use document::checklist_pages;

use super::charts::Charts;
use super::{Claim, Draft, Page, TermUse, TypedNumber, Use, Wordings, place, typography};
use crate::diag::{About, Checked, Position, Problem, Problems, Topic};
use crate::domain::{Digest, Reuse, WaiverBook};
use crate::evidence::{Evidence, Numbers};
use footnotes::Notes;
use glossary::{Glossaries, Glossary};
use library::{Library, Voice};
use origin::Origin;
use outline::{Ids, Outline};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tree::{Node, Tree};

/// On what terms pages are published.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms<'a> {
    /// A claim that does not hold is shown, struck, instead of being refused: a draft.
    pub false_claims_pass: bool,
    /// Who answers for contradictions of the evidence.
    pub waivers: Option<&'a WaiverBook>,
    /// The digest of the configuration that the history tables were computed for, if it is known.
    pub history_of: Option<Digest>,
    /// What earlier builds made of the same, if this one may use it.
    pub reuse: Option<&'a Reuse>,
}

/// Resolves all pages. They come out by language, section, order and id.
///
/// # Errors
/// Every problem of every page: unknown facts, links that lead nowhere or out of the release, footnotes without
/// definition, use or source, HTML, images, unfit headings and tables, claims that do not hold or cannot be
/// evaluated, and facts, claims or revisions that a page has in one language only.
pub fn resolve(
    drafts: Vec<Draft>,
    evidence: &Evidence,
    wordings: &Wordings,
    terms: &Terms<'_>,
) -> Checked<Vec<Page>> {
    let (pages, problems) = survey(&drafts, evidence, wordings, terms);
    if problems.is_empty() {
        Ok(pages)
    } else {
        Err(problems)
    }
}

/// As [`resolve`], but gives the pages as far as they can be resolved beside the problems: for those who list what
/// pages use while somebody is still writing them.
pub fn survey(
    drafts: &[Draft],
    evidence: &Evidence,
    wordings: &Wordings,
    terms: &Terms<'_>,
) -> (Vec<Page>, Vec<Problem>) {
    let mut problems = Problems::new();
    let paths = place::check(evidence.files().map(|file| file.path.as_str()));
    problems.take(paths.about(Topic::Outputs));

    // 1. Headings and footnotes of every page, because pages link to each other's headings.
    let voice = |draft: &Draft| Voice {
        evidence,
        wording: wordings.of(draft.language),
    };
    let parsed: Vec<Parsed<'_>> = drafts
        .par_iter()
        .map(|draft| Parsed::read(draft, voice(draft)))
        .collect();
    for page in &parsed {
        problems.extend(page.problems.iter().cloned());
    }
    let glossaries = read_glossaries(&parsed, &mut problems);

    // 2. The pages themselves.
    let shelves = parsed.iter().map(|page| (page.draft, &page.outline));
    let numbers = Numbers::of(evidence);
    let mut charts = Charts::read(evidence, terms.history_of);
    if let Some(reuse) = terms.reuse {
        charts = charts.reusing(reuse);
    }
    let mut library = Library::new(evidence, wordings, (terms, &numbers, &charts), shelves);
    library.glossaries = glossaries;
    let mut resolved: Vec<Resolved> = parsed
        .par_iter()
        .map(|page| Resolved::new(page, &library))
        .collect();

    // 3. What the languages of a page must have in common.
    problems.extend(twins::differences(&resolved).about(Topic::Languages));
    for page in &mut resolved {
        problems.extend(std::mem::take(&mut page.problems));
    }
    let mut pages: Vec<Page> = resolved.into_iter().map(|resolved| resolved.page).collect();
    pages.sort_by(|left, right| {
        let key = |page: &Page| (page.language, page.section, page.order);
        key(left).cmp(&key(right)).then_with(|| left.id.cmp(&right.id))
    });
    let problems = problems.about(Topic::Pages).into_result(());
    (pages, problems.err().unwrap_or_default())
}

/// The glossary of each language that has one.
fn read_glossaries(parsed: &[Parsed<'_>], problems: &mut Problems) -> Glossaries {
    let mut glossaries = Glossaries::new();
    for page in parsed {
        let mut found = Problems::new();
        let read = Glossary::read(page.draft, &page.tree.nodes, &page.origin, &mut found);
        problems.take(found.about(Topic::Glossary).into_result(()));
        glossaries.extend(read.map(|glossary| (page.draft.language, glossary)));
    }
    problems.extend(glossary::differences(&glossaries).about(Topic::Glossary));
    glossaries
}

/// A draft whose structure is known.
struct Parsed<'d> {
    draft: &'d Draft,
    origin: Origin<'d>,
    tree: Tree<'d>,
    outline: Outline,
    notes: Notes,
    /// The ids of headings and footnotes.
    ids: Ids,
    problems: Vec<Problem>,
}

impl<'d> Parsed<'d> {
    fn read(draft: &'d Draft, voice: Voice<'_>) -> Parsed<'d> {
        let origin = Origin::of_body(draft);
        let mut problems = Problems::new();
        let tree = tree::read(&origin, tree::page_options(), &mut problems);
        let (outline, mut ids) = Outline::read(&tree.nodes, &origin, voice, &mut problems);
        let notes = Notes::read(&tree, &origin, &mut ids, &mut problems);
        Parsed {
            draft,
            origin,
            tree,
            outline,
            notes,
            ids,
            problems: problems.into_result(()).err().unwrap_or_default(),
        }
    }

    fn is_in_footnote(&self, node: &Node<'_>) -> bool {
        let mut definitions = self.tree.definitions.iter();
        definitions.any(|definition| definition.range.contains(&node.range.start))
    }
}

/// What rendering found besides the text.
#[derive(Debug, Default)]
struct Found {
    /// Ids of facts.
    facts: BTreeSet<String>,
    /// Ids as written, each with the first place where it is written. A written id can mean a fact of the
    /// page's own language, so these are what languages are compared by.
    references: BTreeMap<String, (String, Position)>,
    /// Paths of evidence files.
    evidence: BTreeSet<String>,
    uses: Vec<Use>,
    claims: Vec<Claim>,
    typed: Vec<TypedNumber>,
    /// Terms of the glossary, by id.
    terms: BTreeMap<String, TermUse>,
    problems: Problems,
}

impl Found {
    fn absorb(&mut self, other: Found) {
        self.facts.extend(other.facts);
        self.evidence.extend(other.evidence);
        self.uses.extend(other.uses);
        self.claims.extend(other.claims);
        self.typed.extend(other.typed);
        self.terms.extend(other.terms);
        for (id, place) in other.references {
            self.references.entry(id).or_insert(place);
        }
        self.problems.take(other.problems.into_result(()));
    }
}

/// A page, and what must be compared with its other languages.
struct Resolved {
    page: Page,
    references: BTreeMap<String, (String, Position)>,
    problems: Vec<Problem>,
}

impl Resolved {
    fn new(parsed: &Parsed<'_>, library: &Library<'_>) -> Resolved {
        let rendered = render::page(parsed, library);
        let draft = parsed.draft;
        let set = |text: &str| typography::set(draft.language, text);
        let body = rendered.edits.apply(&draft.body);
        let (title, summary) = (escape::markdown(&draft.title), escape::markdown(&draft.summary));
        let page = Page {
            id: draft.id.clone(),
            language: draft.language,
            source: draft.source.clone(),
            title: set(&draft.title),
            nav_title: set(&draft.nav_title),
            summary: set(&draft.summary),
            section: draft.section,
            order: draft.order,
            updated: draft.updated.clone(),
            source_digest: draft.digest,
            text_language: draft.language,
            tasks: rendered.tasks,
            terms: rendered.found.terms.into_values().collect(),
            html: rendered.html,
            // Only lines are trimmed: spaces before the first word can mean code.
            markdown: format!("# {title}\n\n{summary}\n\n{}\n", body.trim_matches(['\n', '\r'])),
            headings: parsed.outline.headings(),
            facts: rendered.found.facts,
            evidence: rendered.found.evidence,
            uses: rendered.found.uses,
            claims: rendered.found.claims,
            typed: rendered.found.typed,
        };
        Resolved {
            page,
            references: rendered.found.references,
            problems: rendered.found.problems.into_result(()).err().unwrap_or_default(),
        }
    }
}
