//! The site: the content for reading, with every number one link away from the evidence it stands in.
//!
//! [`render`] turns resolved pages, evidence and the report into a tree of files that works from an unpacked folder
//! as well as from a server: relative links, no network, no inline scripts or styles. It reads nothing and writes
//! nothing; the same input gives the same bytes.

mod backlinks;
mod breakable;
mod card;
mod claims;
mod code_spans;
mod complaint;
mod cover;
mod digests;
mod edition;
mod escaped;
mod evidence;
mod facts;
mod frame;
mod gate;
mod home;
mod link_notes;
mod links;
mod marks;
mod page;
mod report;
pub mod search;
mod sheet;
mod sitemap;
#[cfg(test)]
mod tests;
mod theme;
mod verifier;
mod versions;
mod voice;

pub use card::path as card_path;
pub use claims::CLAIMS_JSON;
pub use facts::FACTS_JSON;
pub use links::{has_scheme, percent_decoded};
pub use theme::Theme;
pub use voice::messages;

use crate::content::place::raw_path;
use crate::content::{self, Page, Wordings};
use crate::diag::{About, Checked, Problem, Topic};
use crate::document::json_text::Json;
use crate::domain::{
    BaseUrl, BundleName, Digest, GateRulings, Language, Release, Reuse, StressReport, WaiverBook,
};
use crate::evidence::{Evidence, Lineage, PastRelease};
use crate::fs::Tree;
use edition::Edition;
use links::Around;
use rayon::prelude::*;
use search::Found;
use sheet::Sheet;
use std::collections::BTreeSet;
use versions::Shelf;
use voice::Voice;

/// The folder of the site that holds the sites of earlier releases, each below its id.
pub const KEPT_FOLDER: &str = "releases";
/// The digest list of that folder.
pub const KEPT_LIST: &str = digests::LIST;

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
    /// The releases before this one.
    pub lineage: &'a Lineage,
    /// Where the site is served; without it nothing on a page is absolute.
    pub base_url: Option<&'a BaseUrl>,
    /// What earlier builds made of the same pages.
    pub reuse: &'a Reuse,
}

impl SiteInput<'_> {
    /// Where the files of kept sites stand.
    fn kept_paths(&self) -> BTreeSet<String> {
        let files = self.lineage.kept().flat_map(|past| {
            let root = kept_root(past);
            past.site.keys().map(move |path| format!("{root}{path}"))
        });
        files.collect()
    }
}

/// The folder of a kept site inside this one, with a slash at its end.
fn kept_root(past: &PastRelease) -> String {
    format!("{KEPT_FOLDER}/{}/", past.id)
}

/// Renders the whole site.
///
/// # Errors
/// A report made with the reference's leniency, a message or page that is missing, a template that fails, two pages
/// at one place, or a link that leads nowhere.
pub fn render(input: &SiteInput<'_>, theme: &Theme) -> Checked<Tree> {
    let edition = open(input)?;

    // 2. Each file with all that its template needs, printed.
    let shelf = Shelf::new(&edition);
    let print = || theme.print(input.reuse, sheets(&edition, &shelf, Extent::Whole));
    let (printed, lists) = rayon::join(print, || lists(input));
    let mut tree = printed?;
    let found = Found::in_tree(&edition, &tree);
    found.add_pages(&edition, theme, &mut tree)?;
    found.add_index(&edition, &mut tree);
    tree.extend(card::pictures(&edition, theme)?);
    let pages: BTreeSet<String> = tree
        .keys()
        .filter(|path| path.ends_with(".html"))
        .cloned()
        .collect();
    tree.extend(sitemap::files(input, &pages));
    tree.extend(lists);
    if let Some(language) = input.languages.first() {
        tree.extend(edition.charts.csv_files(input.wordings.of(*language)));
    }
    tree.extend(input.feeds.clone());
    let raw = input.evidence.files();
    tree.extend(raw.map(|file| (raw_path(&file.path), file.bytes.clone())));
    tree.extend(versions::tables(&shelf));

    // 3. What proves the files whole. Earlier sites come last: their links were checked when they were made.
    let around = Around {
        unprinted: &input.kept_paths(),
        base_url: input.base_url,
    };
    links::check(&tree, around).about(Topic::Links)?;
    for past in input.lineage.kept() {
        let root = kept_root(past);
        let files = past.site.iter();
        tree.extend(files.map(|(path, bytes)| (format!("{root}{path}"), bytes.clone())));
    }
    digests::add_lists(&mut tree, KEPT_FOLDER);
    Ok(tree)
}

/// All facts and all claims, for programs.
fn lists(input: &SiteInput<'_>) -> Tree {
    let facts = content::facts_json(input.evidence, input.pages, input.wordings);
    let claims = content::claims_json(input.pages, input.evidence);
    let lists = [(FACTS_JSON, facts), (CLAIMS_JSON, claims)];
    let file = |(path, json): (&str, Json)| (path.to_owned(), (json.to_canonical() + "\n").into_bytes());
    lists.into_iter().map(file).collect()
}

/// Finds what is wrong with templates and links of templates, without printing every page: one page of each section
/// and of each kind of evidence stand for the others, whose own links were resolved before.
///
/// # Errors
/// As [`render`].
pub fn check(input: &SiteInput<'_>, theme: &Theme) -> Checked<()> {
    let edition = open(input)?;
    let shelf = Shelf::new(&edition);
    let mut tree = theme.print(input.reuse, sheets(&edition, &shelf, Extent::Samples))?;
    Found::in_home_pages(&edition, &tree).add_pages(&edition, theme, &mut tree)?;
    tree.extend(input.feeds.clone());
    tree.extend(versions::tables(&shelf));
    let mut unprinted = edition.all_paths();
    unprinted.extend(input.kept_paths());
    let around = Around {
        unprinted: &unprinted,
        base_url: input.base_url,
    };
    links::check(&tree, around).about(Topic::Links)
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

fn sheets<'a>(edition: &Edition<'a>, shelf: &Shelf<'_>, extent: Extent) -> Vec<Sheet<'a>> {
    let mut sheets = cover::sheets(edition);
    let languages = edition.input.languages.par_iter();
    sheets.par_extend(languages.flat_map(|language| {
        let voice = Voice::new(edition.input.wordings, *language);
        let mut sheets = page::sheets(edition, &voice, extent);
        sheets.push(report::sheet(edition, &voice));
        sheets.extend(evidence::sheets(edition, &voice, extent));
        sheets.push(claims::sheet(edition, &voice));
        sheets.push(verifier::sheet(edition, &voice));
        sheets.push(facts::sheet(edition, &voice));
        sheets.extend(gate::sheet(edition, &voice));
        sheets.extend(versions::sheets(edition, &voice, shelf));
        sheets
    }));
    sheets.extend(versions::signposts(edition));
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
