//! One page of the site, whole.

use super::colours::Colours;
use super::frame::{Frames, Parts};
use super::href::href;
use super::library::{Library, Target};
use super::writer::{self, Heading, Link, Written};
use super::{Features, slug};
use crate::content::{Wording, escape};
use crate::diag::Problem;
use crate::domain::Digest;
use crate::site::search::Document;
use std::collections::BTreeSet;

/// Fewer headings than this need no table of contents.
const WORTH_CONTENTS: usize = 3;
/// Longest description that is made of a page's own words, in characters.
const DESCRIPTION: usize = 160;

/// A page as it goes to the site, and what must be known when all are there.
#[derive(Debug)]
pub struct Printed {
    /// Its number in the library.
    pub(super) number: usize,
    /// Its file in the site.
    pub path: String,
    /// The whole file.
    pub html: String,
    /// What search knows of it; without text if there is no search.
    pub document: Document,
    /// Files of the tree that it shows or links.
    pub files: BTreeSet<String>,
    /// What is wrong with it, as warnings.
    pub problems: Vec<Problem>,
    /// All links that were followed, as they are written.
    pub followed: BTreeSet<String>,
    /// The places on it that links can lead to, sorted.
    pub anchors: Vec<String>,
    /// Its links to places on pages.
    pub links: Vec<Link>,
}

impl Printed {
    /// Its number in the library.
    pub fn number(&self) -> usize {
        self.number
    }
}

/// Prints the page of that number.
pub fn print(
    (library, frames): (&Library, &Frames),
    (wording, features): (&Wording, Features),
    number: usize,
    colours: &mut Colours,
) -> Option<Printed> {
    let leaf = library.page(number)?;
    let written = writer::write(library, (wording, features), number, colours);
    let description = describe(&leaf.meta.description, &written);
    let (id, heading) = written
        .title
        .clone()
        .unwrap_or_else(|| (slug::slug(&leaf.title), escape::html(&leaf.title)));
    let contents = match written.headings.len() < WORTH_CONTENTS {
        true => String::new(),
        false => contents(&written.headings),
    };
    let listing = listing(library, wording, number);
    let html = frames.assemble(
        library,
        number,
        &Parts {
            title: &escape::attribute(&leaf.title),
            heading: &heading,
            heading_id: &escape::attribute(&id),
            description: &escape::attribute(&description),
            body: &written.html,
            contents: &contents,
            listing: &listing,
        },
    );
    let mut document = written.document;
    document.title.clone_from(&leaf.title);
    if document.sections.is_empty() {
        document.sections.push(Default::default());
    }
    document.trail = trail(library, number);
    for section in &mut document.sections {
        let end = section.text.trim_end().len();
        section.text.truncate(end);
        // All texts are held until search is made.
        section.text.shrink_to_fit();
    }
    let mut anchors = written.anchors;
    anchors.sort();
    Some(Printed {
        number,
        path: leaf.output.clone(),
        html,
        document,
        files: written.files,
        problems: written.problems,
        anchors,
        links: written.links,
        followed: written.followed,
    })
}

/// The digest of all that a page shows and that is not in its text: with the same one, and the same [`outcomes`], the
/// same text makes the same page.
pub fn surroundings((library, frames): (&Library, &Frames), wording: &Wording, number: usize) -> Digest {
    let title = library.page(number).map_or("", |leaf| leaf.title.as_str());
    let listing = listing(library, wording, number);
    let trail = trail(library, number).join("\0");
    let parts = Parts {
        title,
        heading: "",
        heading_id: library.place_of(number).unwrap_or_default(),
        description: &trail,
        body: "",
        contents: "",
        listing: &listing,
    };
    Digest::of(frames.assemble(library, number, &parts).as_bytes())
}

/// The digest of what links on a page came to.
pub fn outcomes<'l>(library: &Library, number: usize, links: impl IntoIterator<Item = &'l String>) -> Digest {
    let mut stream = Digest::stream();
    for link in links {
        let target = match library.follow(number, link) {
            Target::Page(page, anchor) => format!("page {:?} {anchor:?}", library.place_of(page)),
            Target::File(path) => format!("file {path:?} {:?}", library.place_of_file(&path)),
            Target::Outside => "outside".to_owned(),
            Target::Nowhere(reason, hint) => format!("nowhere {reason:?} {hint:?}"),
        };
        stream.update(target.as_bytes());
        stream.update(b"\n");
    }
    stream.finish()
}

/// What a page says of itself, or its first words.
fn describe(given: &Option<String>, written: &Written) -> String {
    if let Some(given) = given {
        return given.clone();
    }
    let first = written
        .document
        .sections
        .first()
        .map_or("", |section| section.text.as_str());
    let line = first.lines().next().unwrap_or_default();
    if line.chars().count() <= DESCRIPTION {
        return line.to_owned();
    }
    let cut: String = line.chars().take(DESCRIPTION).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{words}…")
}

/// The names of the folders above a page, from the outside in, without the tree itself.
fn trail(library: &Library, number: usize) -> Vec<String> {
    let folders = frames_above(library, number);
    let title = |folder: usize| {
        library
            .page(library.folders.get(folder)?.index)
            .map(|page| page.title.clone())
    };
    folders.into_iter().skip(1).filter_map(title).collect()
}

/// The folders above a page; one that the page stands for is not above it.
fn frames_above(library: &Library, number: usize) -> Vec<usize> {
    let folder = library.page(number).map_or(0, |page| page.folder);
    let mut chain = library.chain(folder);
    if library.folder_of_index(number).is_some() {
        chain.pop();
    }
    chain
}

fn contents(headings: &[Heading]) -> String {
    let entry = |heading: &Heading| {
        format!(
            "<li class=\"contents-{}\"><a href=\"#{}\">{}</a></li>\n",
            heading.level,
            super::href::escaped(&heading.id),
            escape::html(&heading.text)
        )
    };
    let entries: String = headings.iter().map(entry).collect();
    format!("<ol class=\"contents-list\">\n{entries}</ol>\n")
}

/// What lies in the folder that a page stands for.
fn listing(library: &Library, wording: &Wording, number: usize) -> String {
    let Some(folder) = library
        .folder_of_index(number)
        .and_then(|folder| library.folders.get(folder))
    else {
        return String::new();
    };
    let here = library.page(number).map_or("", |page| page.output.as_str());
    let entry = |child| {
        let page = library.page(library.page_of(child))?;
        let more = match &page.meta.description {
            Some(text) => format!(" <span>{}</span>", escape::html(text)),
            None => String::new(),
        };
        let address = escape::attribute(&href(here, &page.output));
        Some(format!(
            "<li><a href=\"{address}\">{}</a>{more}</li>\n",
            escape::html(&page.title)
        ))
    };
    let entries: String = folder.children.iter().filter_map(|child| entry(*child)).collect();
    if entries.is_empty() {
        return String::new();
    }
    let title = escape::html(wording.text("site.docs.pages"));
    format!(
        "<nav class=\"folder-list\" aria-labelledby=\"folder-list\" data-search=\"off\">\n<h2 id=\"folder-list\">{title}</h2>\n<ul>\n{entries}</ul>\n</nav>\n"
    )
}

/// The way to a page from the first one.
pub(super) fn crumbs(library: &Library, number: usize, home: &str) -> String {
    let Some(page) = library.page(number) else {
        return String::new();
    };
    let above = frames_above(library, number);
    if above.is_empty() {
        return String::new();
    }
    let link = |folder: &usize| {
        let folder = library.folders.get(*folder)?;
        let index = library.page(folder.index)?;
        let label = if folder.parent.is_none() {
            home
        } else {
            &index.title
        };
        let address = escape::attribute(&href(&page.output, &index.output));
        Some(format!(
            "<li><a href=\"{address}\">{}</a></li>\n",
            escape::html(label)
        ))
    };
    let links: String = above.iter().filter_map(link).collect();
    format!("{links}<li><span>{}</span></li>\n", escape::html(&page.title))
}
