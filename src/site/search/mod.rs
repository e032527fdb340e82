//! Search: an index of each language, made when the site is, and the list of pages and headings from A to Z.
//!
//! The browser loads `search/<language>/index.js` on first use and a piece of text for each result that it shows. A page
//! opened from a folder may load scripts and nothing else, so these files are scripts; the engine that they call is
//! `templates/assets/search-engine.js`. The index is made of the pages as printed, see `reader`.

mod codec;
mod index;
mod reader;
mod register;
mod script;
#[cfg(test)]
mod tests;
mod tongue;
mod words;

use super::edition::{Edition, INDEX};
use super::theme::Theme;
use super::voice::Voice;
use crate::content::place::{evidence_path, page_path};
use crate::diag::Checked;
use crate::domain::Language;
use crate::fs::Tree;
use rayon::prelude::*;
pub use reader::{Document, Section};
use std::collections::BTreeSet;
use tongue::Tongue;

/// The page with all results, and without JavaScript with all pages from A to Z.
pub fn page(language: Language) -> String {
    format!("{}/search.html", language.tag())
}

/// The printed pages as search knows them, by language.
#[derive(Debug)]
pub(super) struct Found {
    languages: Vec<(Language, Vec<(String, Document)>)>,
}

impl Found {
    /// Reads the printed pages of all languages of a site.
    pub(super) fn in_tree(edition: &Edition<'_>, tree: &Tree) -> Found {
        let languages = edition.input.languages.iter();
        Found {
            languages: languages
                .map(|language| (*language, documents(tree, *language)))
                .collect(),
        }
    }

    /// Reads the home page of each language only, to try the templates with.
    pub(super) fn in_home_pages(edition: &Edition<'_>, tree: &Tree) -> Found {
        let homes = edition.input.languages.iter();
        let homes = homes.filter_map(|language| tree.get_key_value(&page_path(*language, INDEX)));
        let homes = homes.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Found::in_tree(edition, &homes)
    }

    /// Adds the page of each language that lists them.
    ///
    /// # Errors
    /// As [`Theme::print`].
    pub(super) fn add_pages(&self, edition: &Edition<'_>, theme: &Theme, tree: &mut Tree) -> Checked<()> {
        let sheet = |(language, pages): &(Language, Vec<(String, Document)>)| {
            let voice = Voice::new(edition.input.wordings, *language);
            register::sheet(edition, &voice, pages)
        };
        theme.print_into(tree, self.languages.iter().map(sheet).collect())
    }

    /// Adds the index and the texts of each language.
    pub(super) fn add_index(self, edition: &Edition<'_>, tree: &mut Tree) {
        for (language, pages) in self.languages {
            let files = edition.input.evidence.files();
            let evidence = files.map(|file| evidence_path(language, &file.path)).collect();
            tree.extend(files_of(language, pages, &evidence));
        }
    }
}

/// The files of one language. Pages named in `quiet` stand behind others with the same words.
pub fn files_of(language: Language, pages: Vec<(String, Document)>, quiet: &BTreeSet<String>) -> Tree {
    let judged: Vec<(&Document, bool)> = pages
        .iter()
        .map(|(path, document)| (document, quiet.contains(path)))
        .collect();
    let index = index::build(&judged, Tongue::of(language));
    let start = format!("{}/", language.tag());
    let pages: Vec<(String, Document)> = pages
        .into_iter()
        .map(|(path, document)| {
            let inside = path.strip_prefix(&start).unwrap_or(&path);
            (inside.trim_end_matches(".html").to_owned(), document)
        })
        .collect();
    let folder = script::folder(language);
    let texts = script::texts(language, &pages);
    let firsts: Vec<usize> = texts.iter().map(|(first, _)| *first).collect();
    let mut files = Tree::new();
    files.insert(
        format!("{folder}/index.js"),
        script::index(language, &pages, &index, &firsts),
    );
    for (number, (_, text)) in texts.into_iter().enumerate() {
        files.insert(format!("{folder}/text-{number}.js"), text);
    }
    files
}

/// The printed pages of a language but the search page, in the order of their paths.
fn documents(tree: &Tree, language: Language) -> Vec<(String, Document)> {
    let start = format!("{}/", language.tag());
    let own = page(language);
    let pages: Vec<(&String, &Vec<u8>)> = tree
        .range(start.clone()..)
        .take_while(|(path, _)| path.starts_with(&start))
        .filter(|(path, _)| path.ends_with(".html") && **path != own)
        .collect();
    pages
        .into_par_iter()
        .filter_map(|(path, bytes)| Some((path.clone(), reader::read(std::str::from_utf8(bytes).ok()?)?)))
        .collect()
}
