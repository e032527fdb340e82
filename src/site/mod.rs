//! The site: the content for reading, with every number one link away from the evidence it stands in.
//!
//! [`render`] turns resolved pages, evidence and the report into a tree of files that works from an unpacked folder
//! as well as from a server: relative links, no network, no inline scripts or styles. It reads nothing and writes
//! nothing; the same input gives the same bytes.

mod breakable;
mod claims;
mod complaint;
mod cover;
mod digests;
mod edition;
mod evidence;
mod facts;
mod frame;
mod gate;
mod headroom;
mod links;
mod marks;
mod page;
mod report;
#[cfg(test)]
mod tests;
mod theme;
mod verifier;
mod voice;

pub use theme::Theme;

use crate::content::{self, Page, Wordings};
use crate::diag::{Checked, Problem};
use crate::domain::{BundleName, Digest, GateRulings, Language, Release, StressReport, WaiverBook};
use crate::evidence::Evidence;
use crate::fs::Tree;
use edition::Edition;
use std::collections::BTreeSet;
use theme::Sheet;
use voice::Voice;

/// Who signs the release, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// The id of the HMAC key.
    pub key_id: String,
    /// The fingerprint of the release key, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// One of the keys is a development key: every page says so.
    pub development: bool,
}

/// All that the site shows.
#[derive(Clone, Copy, Debug)]
pub struct SiteInput<'a> {
    /// The resolved pages of all languages.
    pub pages: &'a [Page],
    /// The evidence that they refer to.
    pub evidence: &'a Evidence,
    /// The report of the run.
    pub report: &'a StressReport,
    /// The path of the sealed analytics among the evidence, if there are any.
    pub analytics: Option<&'a str>,
    /// The digest of the configuration that the history tables were computed for, if it is known.
    pub history_of: Option<Digest>,
    /// The release that is published.
    pub release: &'a Release,
    /// The name of its bundle.
    pub bundle: &'a BundleName,
    /// Who signs it.
    pub signing: &'a Signing,
    /// The name of the site.
    pub name: &'a str,
    /// The languages, the default first.
    pub languages: &'a [Language],
    /// The version of this program.
    pub tool_version: &'a str,
    /// The words of all languages.
    pub wordings: &'a Wordings,
    /// A feed for each language, by their paths.
    pub feeds: &'a Tree,
    /// What the gate says about the release, as far as it can be decided before there is a bundle.
    pub gate: Option<&'a GateRulings>,
    /// Who answers for contradictions of the evidence.
    pub waivers: &'a WaiverBook,
}

/// Renders the whole site.
///
/// # Errors
/// A report made with the reference's leniency, a message or page that is missing, a template that fails, two pages
/// at one place, or a link that leads nowhere.
pub fn render(input: &SiteInput<'_>, theme: &Theme) -> Checked<Tree> {
    let edition = open(input)?;

    // 2. Each file with all that its template needs, printed.
    let mut tree = theme.print(sheets(&edition, Extent::Whole))?;
    let facts = content::facts_json(input.evidence, input.pages, input.wordings);
    let claims = content::claims_json(input.pages, input.evidence);
    for (path, json) in [(facts::FACTS_JSON, facts), (claims::CLAIMS_JSON, claims)] {
        tree.insert(path.to_owned(), (json.to_canonical() + "\n").into_bytes());
    }
    tree.extend(input.feeds.clone());

    // 3. What proves the files whole.
    links::check(&tree, &BTreeSet::new())?;
    digests::add_list(&mut tree);
    Ok(tree)
}

/// Finds what is wrong with templates and links of templates, without printing every page: one page of each section
/// and of each kind of evidence stand for the others, whose own links were resolved before.
///
/// # Errors
/// As [`render`].
pub fn check(input: &SiteInput<'_>, theme: &Theme) -> Checked<()> {
    let edition = open(input)?;
    let mut tree = theme.print(sheets(&edition, Extent::Samples))?;
    tree.extend(input.feeds.clone());
    links::check(&tree, &edition.all_paths())
}

/// How much of a site is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Every page.
    Whole,
    /// A page of each kind.
    Samples,
}

/// Refuses what may not be shown at all.
fn open<'a>(input: &SiteInput<'a>) -> Checked<Edition<'a>> {
    refuse_lenient_report(input.report)?;
    voice::require(input.wordings)?;
    verifier::require(input.wordings)?;
    Edition::new(input)
}

fn sheets(edition: &Edition<'_>, extent: Extent) -> Vec<Sheet> {
    let mut sheets = cover::sheets(edition);
    for language in edition.input.languages {
        let voice = Voice::new(edition.input.wordings, *language);
        sheets.extend(page::sheets(edition, &voice, extent));
        sheets.push(report::sheet(edition, &voice));
        sheets.extend(evidence::sheets(edition, &voice, extent));
        sheets.push(claims::sheet(edition, &voice));
        sheets.push(verifier::sheet(edition, &voice));
        sheets.push(facts::sheet(edition, &voice));
        sheets.extend(gate::sheet(edition, &voice));
    }
    sheets
}

fn refuse_lenient_report(report: &StressReport) -> Checked<()> {
    if !report.compat_reference {
        return Ok(());
    }
    Err(vec![
        Problem::with_file(
            "stress_lab_report.json",
            "was made with `--compat reference` and must not be published",
        )
        .hint("run the Stress Lab again without `--compat reference`"),
    ])
}
