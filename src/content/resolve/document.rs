//! Pages of checklists that stand among the evidence: the gate counts their boxes, so readers can tick them.

use super::library::{Library, Voice, evidence_href};
use super::{Parsed, Resolved, Terms, escape};
use crate::content::charts::Charts;
use crate::content::{Draft, Page, Section, Wording, Wordings, place};
use crate::diag::{Checked, Problem, Problems};
use crate::document::front_matter;
use crate::domain::{Digest, Language};
use crate::evidence::{Evidence, Numbers};

/// The folder of these pages below the language.
const FOLDER: &str = "checklists";
/// Behind all pages that authors number.
const ORDER: i64 = 1_000_000;

/// A page in each language for each document. The text stays as it is, in the language that the front matter names
/// with `language:`, else in the first one. What a page cannot show, such as HTML, pictures and links that lead out of the
/// release, is left out, and the page says so: the document is evidence, whose author may write what he likes.
///
/// # Errors
/// Not UTF-8, or a front matter that cannot be read.
pub fn checklist_pages(
    documents: &[(&str, &[u8])],
    languages: &[Language],
    evidence: &Evidence,
    wordings: &Wordings,
) -> Checked<Vec<Page>> {
    let mut problems = Problems::new();
    let mut pages = Vec::new();
    // A document is evidence itself: no number in it is typed.
    let (nothing, terms) = (Evidence::default(), Terms::default());
    let numbers = Numbers::of(&nothing);
    let charts = Charts::read(evidence, None);
    for (order, (path, bytes)) in (ORDER..).zip(documents) {
        for language in languages {
            let Some((draft, text_language)) =
                problems.take(draft(path, bytes, *language, languages, wordings))
            else {
                break;
            };
            let draft = Draft { order, ..draft };
            let wording = wordings.of(*language);
            let parsed = Parsed::read(&draft, Voice { evidence, wording });
            let shelves = std::iter::once((&draft, &parsed.outline));
            let library = Library::new(evidence, wordings, (&terms, &numbers, &charts), shelves);
            let resolved = Resolved::new(&parsed, &library);
            let is_whole = parsed.problems.is_empty() && resolved.problems.is_empty();
            let mut page = resolved.page;
            if !is_whole {
                page.html.insert_str(0, &partly(&draft, wording));
            }
            page.evidence.insert(draft.source.clone());
            pages.push(Page {
                text_language,
                ..page
            });
        }
    }
    problems.into_result(pages)
}

/// Says that the page does not show everything, and where everything stands.
fn partly(draft: &Draft, wording: &Wording) -> String {
    format!(
        "<div class=\"callout warning\" role=\"note\" lang=\"{}\">\n<p class=\"callout-title\">{}</p>\n<p>{} <a class=\"evidence\" \
         href=\"{}\">{}</a></p>\n</div>\n",
        draft.language.tag(),
        escape::html(wording.text("callout.warning")),
        escape::html(wording.text("checklist.partly")),
        escape::attribute(&evidence_href(draft, &draft.source)),
        escape::html(&draft.source)
    )
}

fn draft(
    path: &str,
    bytes: &[u8],
    language: Language,
    languages: &[Language],
    wordings: &Wordings,
) -> Checked<(Draft, Language)> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| vec![Problem::with_file(path, "not UTF-8 text").hint("save the file as UTF-8")])?;
    let parts = front_matter::split(path, text).map_err(|problem| vec![problem])?;
    let said = |key: &str| {
        let scalar = parts.as_ref()?.meta.get(key)?.as_scalar()?;
        Some(scalar.text.clone()).filter(|text| !text.is_empty())
    };
    let (mut body, mut lines_above) = parts
        .as_ref()
        .map_or((text, 0), |parts| (parts.body, parts.lines_above));
    // Where no title is given, the first heading is one.
    let title = said("title").or_else(|| {
        let start = body.len() - body.trim_start().len();
        let (first, rest) = body.get(start..)?.split_once('\n')?;
        let title = first.strip_prefix("# ")?.trim().to_owned();
        let above = body.len() - rest.len();
        lines_above += u32::try_from(body.get(..above)?.matches('\n').count()).ok()?;
        body = rest;
        Some(title)
    });
    let name = path.rsplit('/').next().unwrap_or(path);
    let title = title.unwrap_or_else(|| name.to_owned());
    let written = said("language").and_then(|tag| Language::from_tag(&tag));
    let own = written.or(languages.first().copied()).unwrap_or(language);
    let draft = Draft {
        id: format!(
            "{FOLDER}/{}",
            place::slug(name.strip_suffix(".md").unwrap_or(name))
        ),
        language,
        source: path.to_owned(),
        digest: Digest::of(bytes),
        nav_title: title.clone(),
        title,
        summary: wordings.of(language).text("checklist.document").to_owned(),
        section: Section::Operate,
        order: 0,
        updated: None,
        body: body.to_owned(),
        lines_above,
    };
    Ok((draft, own))
}
