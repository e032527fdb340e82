//! Navigation from folders: which page stands where, in which order, with which title.

use super::filed::Filed;
use super::front_matter::FrontMatter;
use super::library::Source;
use super::order::natural;
use super::title;
use crate::content::place::slug;
use crate::diag::Problem;
use crate::domain::Language;
use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::collections::BTreeMap;

/// Files that stand for their folder, the first of them that is there.
const INDEXES: [&str; 4] = ["index", "_index", "readme", "home"];
/// Addresses below a language's folder that the site needs itself.
const RESERVED: [&str; 2] = ["search.html", "index.html"];

/// A page of the tree.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The file it is made of; `None` for the page of a folder without one.
    pub(super) source: Option<Source>,
    pub(super) meta: FrontMatter,
    pub(super) title: String,
    /// Its file in the site.
    pub(super) output: String,
    /// The folder it lies in, or stands for.
    pub(super) folder: usize,
    /// The place of its source in the list of sources.
    pub(super) turn: Option<usize>,
}

impl Leaf {
    /// The text below the front matter.
    pub(super) fn body(&self) -> &str {
        let text = self.source.as_ref().map_or("", Source::text);
        text.get(self.meta.body..).unwrap_or_default()
    }
}

/// A folder with pages in it or below it.
#[derive(Debug)]
pub(super) struct Folder {
    /// Inside the tree; empty for the tree itself.
    pub(super) path: String,
    pub(super) parent: Option<usize>,
    /// The page that stands for it.
    pub(super) index: usize,
    /// In reading order.
    pub(super) children: Vec<Child>,
}

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Child {
    Page(usize),
    Folder(usize),
}

/// Pages and folders.
#[derive(Debug)]
pub(super) struct Folders {
    pub(super) pages: Vec<Leaf>,
    pub(super) folders: Vec<Folder>,
    /// Sources that say that they are drafts.
    pub(super) drafts: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

impl Folders {
    /// Arranges sources, sorted by path. `home` is the title of a tree without a page of its own.
    pub(super) fn of(sources: Vec<Filed>, language: Language, home: &str) -> Folders {
        let mut found = Folders {
            pages: Vec::new(),
            folders: Vec::new(),
            drafts: Vec::new(),
            problems: Vec::new(),
        };
        let mut by_path = BTreeMap::new();
        let mut last = (String::new(), found.folder(&mut by_path, ""));
        for (turn, mut source) in sources.into_iter().enumerate() {
            found.problems.extend(source.problem.take());
            if source.meta.draft {
                found.drafts.push(source.path);
                continue;
            }
            // Most sources lie beside the one before.
            if parent(&source.path) != last.0 {
                let path = parent(&source.path).to_owned();
                let folder = found.folder(&mut by_path, &path);
                last = (path, folder);
            }
            found.add((turn, source), last.1);
        }
        found.choose_indexes(home);
        found.give_addresses(language);
        found.sort();
        found
    }

    /// The folder of a path, with all above it.
    fn folder(&mut self, by_path: &mut BTreeMap<String, usize>, path: &str) -> usize {
        if let Some(known) = by_path.get(path) {
            return *known;
        }
        let above = (!path.is_empty()).then(|| self.folder(by_path, parent(path)));
        let number = self.folders.len();
        self.folders.push(Folder {
            path: path.to_owned(),
            parent: above,
            index: usize::MAX,
            children: Vec::new(),
        });
        by_path.insert(path.to_owned(), number);
        if let Some(above) = above.and_then(|above| self.folders.get_mut(above)) {
            above.children.push(Child::Folder(number));
        }
        number
    }

    fn add(&mut self, (turn, filed): (usize, Filed), folder: usize) {
        let page = Leaf {
            title: filed.title,
            output: String::new(),
            source: Some(Source::new(filed.path, filed.text)),
            meta: filed.meta,
            folder,
            turn: Some(turn),
        };
        self.pages.push(page);
        let number = self.pages.len() - 1;
        if let Some(folder) = self.folders.get_mut(folder) {
            folder.children.push(Child::Page(number));
        }
    }

    /// The page that stands for each folder is no child of it.
    fn choose_indexes(&mut self, home: &str) {
        for number in 0..self.folders.len() {
            let children = &self.folders[number].children;
            let named = |wanted: &str| {
                children.iter().find_map(|child| match child {
                    Child::Page(page) => {
                        let source = self.pages[*page].source.as_ref()?;
                        stem(&source.path).eq_ignore_ascii_case(wanted).then_some(*page)
                    }
                    Child::Folder(_) => None,
                })
            };
            let index = INDEXES.into_iter().find_map(named);
            let index = index.unwrap_or_else(|| {
                let path = self.folders[number].path.as_str();
                let name = path.rsplit('/').next().unwrap_or_default();
                self.pages.push(Leaf {
                    source: None,
                    meta: FrontMatter::default(),
                    title: if path.is_empty() {
                        home.to_owned()
                    } else {
                        title::of_name(name)
                    },
                    output: String::new(),
                    folder: number,
                    turn: None,
                });
                self.pages.len() - 1
            });
            let folder = &mut self.folders[number];
            folder.index = index;
            folder.children.retain(|child| *child != Child::Page(index));
        }
    }

    /// Where pages stand in the site: the path of the source in plain letters.
    fn give_addresses(&mut self, language: Language) {
        let reserved = RESERVED.map(|name| format!("{}/{name}", language.tag()));
        let mut taken: Taken = reserved.into_iter().collect();
        let folders: Vec<String> = self
            .folders
            .iter()
            .map(|folder| address_of_folder(language, &folder.path))
            .collect();
        for (folder, address) in self.folders.iter().zip(&folders) {
            // Two folders whose names differ in marks only share an address, their pages must not.
            self.pages[folder.index].output =
                free(&mut taken, &format!("{address}index"), folder.parent.is_none());
        }
        let wanted = |page: &Leaf| {
            let path = page.source.as_ref().map_or("", |source| source.path.as_str());
            format!("{}{}", folders[page.folder], plain(stem(path)))
        };
        let addresses: Vec<String> = self.pages.par_iter().with_min_len(256).map(wanted).collect();
        for (page, address) in self.pages.iter_mut().zip(addresses) {
            if page.output.is_empty() {
                page.output = free(&mut taken, &address, false);
            }
        }
    }

    fn sort(&mut self) {
        let key = |child: &Child| -> (f64, &str) {
            let (page, name) = match child {
                Child::Page(page) => {
                    let page = &self.pages[*page];
                    (page, page.source.as_ref().map_or("", |source| stem(&source.path)))
                }
                Child::Folder(folder) => {
                    let folder = &self.folders[*folder];
                    (
                        &self.pages[folder.index],
                        folder.path.rsplit('/').next().unwrap_or_default(),
                    )
                }
            };
            (page.meta.order.unwrap_or(f64::INFINITY), name)
        };
        let sorted: Vec<Vec<Child>> = self
            .folders
            .par_iter()
            .map(|folder| {
                let mut children = folder.children.clone();
                children.sort_by(|left, right| {
                    let ((one, first), (other, second)) = (key(left), key(right));
                    one.total_cmp(&other)
                        .then_with(|| natural(first, second))
                        .then_with(|| left.cmp(right))
                });
                children
            })
            .collect();
        for (folder, children) in self.folders.iter_mut().zip(sorted) {
            folder.children = children;
        }
    }
}

/// Addresses that something has.
type Taken = IndexSet<String, FxBuildHasher>;

/// An address that nothing has yet; the front page of the language has a right to its own.
fn free(taken: &mut Taken, wanted: &str, is_home: bool) -> String {
    let first = format!("{wanted}.html");
    if is_home || taken.insert(first.clone()) {
        return first;
    }
    let others = (2..).map(|turn| format!("{wanted}-{turn}.html"));
    let mut others = others.filter(|other| taken.insert(other.clone()));
    others.next().unwrap_or(first)
}

/// The folder of the site for a folder of the tree, with a slash at its end.
pub(super) fn address_of_folder(language: Language, path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(format!("{}/", language.tag()), |address, part| {
        address + &plain(part) + "/"
    })
}

/// A name in plain letters, so that no program that unpacks an archive can mangle it.
pub(super) fn plain(name: &str) -> String {
    let slug = slug(name);
    if slug.is_empty() { "page".to_owned() } else { slug }
}

/// The folder of a path; empty for the tree itself.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file without folder and ending.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
