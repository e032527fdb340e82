//! What search engines read: the map of the site's own pages, and which of them they should leave alone.

use super::{KEPT_FOLDER, SiteInput};
use crate::domain::{Language, ReleaseStatus};
use crate::fs::Tree;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The map and the rules. A map needs absolute addresses, so without `base_url` there is none.
pub(super) fn files(input: &SiteInput<'_>, pages: &BTreeSet<String>) -> Tree {
    let mut files = Tree::new();
    if input.base_url.is_some() {
        files.insert("sitemap.xml".to_owned(), map(input, pages).into_bytes());
    }
    files.insert("robots.txt".to_owned(), rules(input).into_bytes());
    files
}

/// Nothing of a draft is for strangers, and of a finished release only what is current.
fn rules(input: &SiteInput<'_>) -> String {
    let folder = input.base_url.map_or("/", |base| base.folder());
    let mut text = String::from("User-agent: *\n");
    let _ = match input.release.status {
        ReleaseStatus::Draft => writeln!(text, "Disallow: {folder}"),
        ReleaseStatus::Final => writeln!(text, "Disallow: {folder}{KEPT_FOLDER}/"),
    };
    if let Some(base) = input.base_url {
        let _ = writeln!(text, "Sitemap: {}", base.of("sitemap.xml"));
    }
    text
}

/// The pages with their twins in the other language (sitemaps.org, protocol 0.9).
fn map(input: &SiteInput<'_>, pages: &BTreeSet<String>) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    let (Some(base), day) = (input.base_url, input.report.generated_at.date()) else {
        return text;
    };
    let own = |page: &&String| !page.starts_with(KEPT_FOLDER) && *page != "404.html";
    for page in pages.iter().filter(own) {
        let _ = write!(
            text,
            "  <url><loc>{}</loc><lastmod>{day}</lastmod>",
            base.of(page)
        );
        for (tag, twin) in twins(input.languages, pages, page) {
            let address = base.of(&twin);
            let _ = write!(
                text,
                "<xhtml:link rel=\"alternate\" hreflang=\"{tag}\" href=\"{address}\"/>"
            );
        }
        text += "</url>\n";
    }
    text + "</urlset>\n"
}

/// A page in each language, if it has all of them.
fn twins(languages: &[Language], pages: &BTreeSet<String>, page: &str) -> Vec<(&'static str, String)> {
    let Some((_, inside)) = page.split_once('/') else {
        return Vec::new();
    };
    let found: Vec<(&str, String)> = languages
        .iter()
        .map(|language| (language.tag(), format!("{}/{inside}", language.tag())))
        .filter(|(_, twin)| pages.contains(twin))
        .collect();
    if found.len() > 1 { found } else { Vec::new() }
}
