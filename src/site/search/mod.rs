//! Search: an index of each language, made when the site is, and the list of pages and headings from A to Z.
//!
//! The browser loads `search/<language>/index.js` on first use, with it the parts of which the index of a large site
//! comes, and a piece of text for each result that it shows. A page opened from a folder may load scripts and nothing
//! else, so these files are scripts; the engine that they call is `templates/assets/search-engine.js`. The index is made of
//! the pages as printed, see `reader`.

mod codec;
mod index;
mod parts;
mod reader;
mod register;
mod script;
#[cfg(test)]
mod tests;
mod tongue;
mod vocabulary;
mod words;

use super::edition::{Edition, INDEX};
use super::theme::Theme;
use super::voice::Voice;
use crate::content::place::{evidence_path, page_path};
use crate::diag::Checked;
use crate::domain::{Language, Reuse, Work};
use crate::fs::Tree;
pub use parts::parts;
use rayon::prelude::*;
pub use reader::{Document, Section};
pub use script::folder;
use std::collections::BTreeSet;
use std::ops::Range;
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
                .map(|language| (*language, documents(tree, *language, edition.input.reuse)))
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
        let sheets = self.languages.iter().map(sheet).collect();
        theme.print_into(tree, edition.input.reuse, sheets)
    }

    /// Adds the index and the texts of each language.
    pub(super) fn add_index(self, edition: &Edition<'_>, tree: &mut Tree) {
        for (language, pages) in self.languages {
            let files = edition.input.evidence.files();
            let quiet = files.map(|file| evidence_path(language, &file.path)).collect();
            let parts = (language.tag(), &pages, &quiet);
            let index = || files_of(language, &pages, &quiet);
            tree.extend(edition.input.reuse.value_of(Work::Index, &parts, index));
        }
    }
}

/// The files of one language. Pages named in `quiet` stand behind others with the same words.
pub fn files_of(language: Language, pages: &[(String, Document)], quiet: &BTreeSet<String>) -> Tree {
    let parts = parts(pages.iter().map(|(path, _)| path.as_str()));
    let alone = parts.len() == 1;
    let files: Vec<Tree> = parts
        .par_iter()
        .enumerate()
        .map(|(number, part)| {
            let pages = pages.get(part.clone()).unwrap_or_default();
            let pages: Vec<(&str, &Document)> = pages
                .iter()
                .map(|(path, document)| (path.as_str(), document))
                .collect();
            let runs = if alone { rayon::current_num_threads() } else { 1 };
            files_of_part((language, (!alone).then_some(number)), (&pages, runs), quiet)
        })
        .collect();
    let mut files: Tree = files.into_iter().flatten().collect();
    if !alone {
        let (path, bytes) = file_of_parts(language, &parts);
        files.insert(path, bytes);
    }
    files
}

/// The file that says of which [`parts`] the index of a large site comes.
pub fn file_of_parts(language: Language, parts: &[Range<usize>]) -> (String, Vec<u8>) {
    let counts: Vec<usize> = parts.iter().map(ExactSizeIterator::len).collect();
    let folder = script::folder(language);
    (
        format!("{folder}/index.js"),
        script::index_of_parts(language, &counts),
    )
}

/// The files of one part of the index; without a number, of a site that has no other. Its pages are read in so many
/// `runs` at the same time: one, unless nothing else is made meanwhile.
pub fn files_of_part(
    (language, part): (Language, Option<usize>),
    (pages, runs): (&[(&str, &Document)], usize),
    quiet: &BTreeSet<String>,
) -> Tree {
    let judged: Vec<(&Document, bool)> = pages
        .iter()
        .map(|(path, document)| (*document, quiet.contains(*path)))
        .collect();
    let start = format!("{}/", language.tag());
    let inside = |path: &&'_ str| path.strip_prefix(&start).map_or(0, |_| start.len());
    let pages: Vec<(&str, &Document)> = pages
        .iter()
        .map(|(path, document)| (path[inside(path)..].trim_end_matches(".html"), *document))
        .collect();
    let folder = script::folder(language);
    let (index, texts) = rayon::join(
        || index::build(&judged, runs, Tongue::of(language)),
        || script::texts((language, part), &pages),
    );
    let firsts: Vec<usize> = texts.iter().map(|(first, _)| *first).collect();
    let (index, name) = match part {
        None => (
            script::index(language, &pages, &index, &firsts),
            "index".to_owned(),
        ),
        Some(number) => (
            script::part((language, number), &pages, &index, &firsts),
            format!("part-{number}"),
        ),
    };
    let mut files = Tree::from([(format!("{folder}/{name}.js"), index)]);
    let start = part.map_or("text".to_owned(), |number| format!("text-{number}"));
    for (number, (_, text)) in texts.into_iter().enumerate() {
        files.insert(format!("{folder}/{start}-{number}.js"), text);
    }
    files
}

/// The printed pages of a language but the search page, in the order of their paths.
fn documents(tree: &Tree, language: Language, reuse: &Reuse) -> Vec<(String, Document)> {
    let start = format!("{}/", language.tag());
    let own = page(language);
    let pages: Vec<(&String, &Vec<u8>)> = tree
        .range(start.clone()..)
        .take_while(|(path, _)| path.starts_with(&start))
        .filter(|(path, _)| path.ends_with(".html") && **path != own)
        .collect();
    pages
        .into_par_iter()
        .filter_map(|(path, bytes)| {
            let read = || reader::read(std::str::from_utf8(bytes).ok()?);
            Some((path.clone(), reuse.value(Work::Document, &[bytes], read)?))
        })
        .collect()
}
