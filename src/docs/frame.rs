//! What stands around pages. A template is printed once for each shelf: the pages of a folder that share a menu. Where
//! a page differs from its neighbours the frame has gaps, and a page is put together by filling them.

use super::Features;
use super::folders::Child;
use super::href::href;
use super::library::Library;
use super::menu::{SHELF, items};
use super::page::crumbs;
use crate::content::{Wording, escape};
use crate::diag::{Checked, Problems};
use crate::site::{Theme, messages};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tera::Context;

/// Marks a gap while a template is printed. A private character: no template has it, and it is taken out of titles.
pub(super) const MARK: char = '\u{f8ff}';
const TEMPLATE: &str = "docs.html";
/// What messages for these pages are called.
const KIND: &str = "docs";

/// The parts of a page that its frame has gaps for, as HTML.
#[derive(Debug)]
pub(super) struct Parts<'p> {
    pub(super) title: &'p str,
    pub(super) heading: &'p str,
    pub(super) heading_id: &'p str,
    pub(super) description: &'p str,
    pub(super) body: &'p str,
    pub(super) contents: &'p str,
    pub(super) listing: &'p str,
}

/// A piece of a printed frame.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Gap(Gap),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Title,
    Heading,
    HeadingId,
    Description,
    Body,
    Contents,
    ContentsClass,
    ContentsNarrow,
    Listing,
    Crumbs,
    Neighbours,
    /// The mark of the current page, in its entry of the menu.
    Current(usize),
}

impl Gap {
    const NAMED: [(&'static str, Gap); 11] = [
        ("title", Gap::Title),
        ("heading", Gap::Heading),
        ("heading_id", Gap::HeadingId),
        ("description", Gap::Description),
        ("body", Gap::Body),
        ("contents", Gap::Contents),
        ("contents_class", Gap::ContentsClass),
        ("contents_narrow", Gap::ContentsNarrow),
        ("listing", Gap::Listing),
        ("crumbs", Gap::Crumbs),
        ("neighbours", Gap::Neighbours),
    ];

    fn of(name: &str) -> Option<Gap> {
        let named = Gap::NAMED.iter().find(|(known, _)| *known == name);
        named
            .map(|(_, gap)| *gap)
            .or_else(|| name.parse().ok().map(Gap::Current))
    }
}

/// Which frame a page has: its folder, and the part of that folder's menu.
pub(super) type Shelf = (usize, usize);

/// The frames of all pages.
#[derive(Debug)]
pub struct Frames {
    shelves: BTreeMap<Shelf, Vec<Piece>>,
    /// The shelf of each page.
    places: Vec<Shelf>,
    words: Words,
}

/// Words of small parts that are put together here.
#[derive(Debug)]
struct Words {
    home: String,
    neighbours: String,
    previous: String,
    next: String,
    contents: String,
    breadcrumbs: String,
}

impl Frames {
    /// Prints the frames of a library; of `pages` only, if they are named.
    ///
    /// # Errors
    /// A template that does not print.
    pub fn new(
        library: &Library,
        theme: &Theme,
        (wording, features): (&Wording, Features),
        pages: Option<&BTreeSet<usize>>,
    ) -> Checked<Frames> {
        let mut places = vec![(0, 0); library.page_count()];
        for (number, folder) in library.folders.iter().enumerate() {
            places[folder.index] = (number, 0);
            for (turn, child) in folder.children.iter().enumerate() {
                if let Child::Page(page) = child {
                    places[*page] = (number, turn / SHELF);
                }
            }
        }
        let mut wanted = match pages {
            None => places.clone(),
            Some(pages) => pages
                .iter()
                .filter_map(|page| places.get(*page).copied())
                .collect(),
        };
        wanted.sort_unstable();
        wanted.dedup();
        let words = messages(wording, KIND);
        let printed: Vec<(Shelf, Checked<String>)> = wanted
            .into_par_iter()
            .map(|shelf| {
                let context = context(library, (wording, &words), shelf, features);
                (shelf, theme.render(TEMPLATE, &context))
            })
            .collect();
        let mut problems = Problems::new();
        let mut shelves = BTreeMap::new();
        for (shelf, html) in printed {
            if let Some(html) = problems.take(html) {
                shelves.insert(shelf, pieces(&html));
            }
        }
        let text = |key: &str| wording.text(key).to_owned();
        problems.into_result(Frames {
            shelves,
            places,
            words: Words {
                home: text("site.start"),
                neighbours: text("site.neighbours"),
                previous: text("site.previous"),
                next: text("site.next"),
                contents: text("site.on_this_page"),
                breadcrumbs: text("site.breadcrumbs"),
            },
        })
    }

    /// Pages that the site makes for itself: the one that leads to the first page, and that of search.
    ///
    /// # Errors
    /// A template that does not print.
    pub fn own_pages(
        &self,
        library: &Library,
        theme: &Theme,
        wording: &Wording,
        features: Features,
    ) -> Checked<Vec<(String, String)>> {
        let words = messages(wording, KIND);
        let mut around = context(library, (wording, &words), (0, 0), features);
        let mut pages = Vec::new();
        if features.search {
            let body = theme.render("docs_search.html", &around)?;
            let title = escape::html(wording.text("site.docs.search.title"));
            let parts = Parts {
                title: &title,
                heading: &title,
                heading_id: "search-title",
                description: &title,
                body: &body,
                contents: "",
                listing: "",
            };
            let path = crate::site::search::page(library.language);
            pages.push((path, self.assemble(library, usize::MAX, &parts)));
        }
        let home = library
            .folders
            .first()
            .and_then(|root| library.page(root.index))
            .map_or("", |page| page.output.as_str());
        around.insert("root", "");
        around.insert("home", home);
        pages.push(("index.html".to_owned(), theme.render("docs_cover.html", &around)?));
        Ok(pages)
    }

    /// A page with its frame.
    pub(super) fn assemble(&self, library: &Library, number: usize, parts: &Parts<'_>) -> String {
        // A page of the site itself stands beside the first one.
        let shelf = self.places.get(number).copied().unwrap_or((0, 0));
        let shelf = self.shelves.get(&shelf);
        let pieces = shelf.map_or(&[][..], Vec::as_slice);
        let frame: usize = pieces
            .iter()
            .map(|piece| {
                if let Piece::Text(text) = piece {
                    text.len()
                } else {
                    0
                }
            })
            .sum();
        let mut page = String::with_capacity(frame + parts.body.len() + 2 * parts.contents.len() + 1024);
        for piece in pieces {
            match piece {
                Piece::Text(text) => page.push_str(text),
                Piece::Gap(gap) => self.fill(&mut page, *gap, (library, number), parts),
            }
        }
        page
    }

    fn fill(&self, page: &mut String, gap: Gap, (library, number): (&Library, usize), parts: &Parts<'_>) {
        match gap {
            Gap::Title => page.push_str(parts.title),
            Gap::Heading => page.push_str(parts.heading),
            Gap::HeadingId => page.push_str(parts.heading_id),
            Gap::Description => page.push_str(parts.description),
            Gap::Body => page.push_str(parts.body),
            Gap::Listing => page.push_str(parts.listing),
            Gap::Contents if parts.contents.is_empty() => {}
            Gap::Contents => {
                let label = escape::attribute(&self.words.contents);
                page.push_str(&format!(
                    "<nav class=\"contents contents-wide\" aria-label=\"{label}\">\n<p class=\"contents-title\">{label}</p>\n{}</nav>\n",
                    parts.contents
                ));
            }
            Gap::ContentsNarrow if parts.contents.is_empty() => {}
            Gap::ContentsNarrow => {
                let label = escape::attribute(&self.words.contents);
                page.push_str(&format!(
                    "<details class=\"contents contents-narrow\" data-search=\"off\">\n<summary>{label}</summary>\n<nav aria-label=\"{label}\">\n{}</nav>\n</details>\n",
                    parts.contents
                ));
            }
            Gap::ContentsClass if parts.contents.is_empty() => {}
            Gap::ContentsClass => page.push_str(" has-contents"),
            Gap::Crumbs => {
                let links = crumbs(library, number, &self.words.home);
                if !links.is_empty() {
                    let label = escape::attribute(&self.words.breadcrumbs);
                    page.push_str(&format!(
                        "<nav class=\"breadcrumbs\" aria-label=\"{label}\">\n<ol>\n{links}</ol>\n</nav>\n"
                    ));
                }
            }
            Gap::Neighbours => self.neighbours(page, library, number),
            Gap::Current(item) if item == number => page.push_str(" aria-current=\"page\""),
            Gap::Current(_) => {}
        }
    }

    fn neighbours(&self, page: &mut String, library: &Library, number: usize) {
        let here = library.page(number).map_or("", |leaf| leaf.output.as_str());
        let (before, after) = library.neighbours(number);
        let link = |other: Option<usize>, way: (&str, &str, &str)| {
            let other = library.page(other?)?;
            let (class, rel, label) = way;
            let address = escape::attribute(&href(here, &other.output));
            Some(format!(
                "<a class=\"{class}\" rel=\"{rel}\" href=\"{address}\"><span>{}</span> {}</a>",
                escape::html(label),
                escape::html(&other.title)
            ))
        };
        let before = link(before, ("neighbour", "prev", &self.words.previous));
        let after = link(after, ("neighbour neighbour-next", "next", &self.words.next));
        if before.is_some() || after.is_some() {
            let label = escape::attribute(&self.words.neighbours);
            page.push_str(&format!("<nav class=\"neighbours\" aria-label=\"{label}\">\n"));
            page.extend(before.into_iter().chain(after));
            page.push_str("\n</nav>\n");
        }
    }
}

/// What the template of a shelf is given.
fn context(
    library: &Library,
    (wording, words): (&Wording, &tera::Value),
    (folder, block): Shelf,
    features: Features,
) -> Context {
    let here = library
        .folders
        .get(folder)
        .and_then(|folder| library.page(folder.index))
        .map_or("", |page| page.output.as_str());
    let mut context = Context::new();
    for (name, _) in Gap::NAMED {
        context.insert(name, &format!("{MARK}{name}{MARK}"));
    }
    let home = library
        .folders
        .first()
        .and_then(|root| library.page(root.index))
        .map_or("", |page| page.output.as_str());
    context.insert("root", &"../".repeat(here.matches('/').count()));
    let search = href(here, &crate::site::search::page(library.language));
    context.insert(
        "frame",
        &BTreeMap::from([("language", library.language.tag()), ("search", &search)]),
    );
    context.insert("name", &library.name.replace(MARK, ""));
    context.insert("home", &href(here, home));
    let front = library.folders.first().map_or(0, |root| root.index);
    context.insert("home_mark", &format!("{MARK}{front}{MARK}"));
    context.insert("has_search", &features.search);
    context.insert("items", &items(library, wording, (folder, block)));
    context.insert_value("text", words.clone());
    context
}

/// A printed frame, cut at its gaps.
fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (turn, part) in html.split(MARK).enumerate() {
        match Gap::of(part) {
            Some(gap) if turn % 2 == 1 => pieces.push(Piece::Gap(gap)),
            _ if part.is_empty() => {}
            _ => pieces.push(Piece::Text(part.to_owned())),
        }
    }
    pieces
}
