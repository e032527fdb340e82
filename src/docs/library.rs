//! What a tree holds, and what a link in it means.

use super::filed::Filed;
use super::folders::{Child, Folder, Folders, Leaf, address_of_folder, parent, plain, stem};
use super::front_matter::{self, FrontMatter};
use super::title;
use crate::diag::Problem;
use crate::domain::Language;
use crate::site::{has_scheme, percent_decoded};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One Markdown file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Inside the tree, with forward slashes.
    pub(super) path: String,
    /// All of it, once it was read.
    text: OnceLock<String>,
}

impl Source {
    /// A source, with its text unless that is empty because it was not read.
    pub(super) fn new(path: String, text: String) -> Source {
        let text = match text.is_empty() {
            true => OnceLock::new(),
            false => OnceLock::from(text),
        };
        Source { path, text }
    }

    /// All of it; empty where it was not read.
    pub(super) fn text(&self) -> &str {
        self.text.get().map_or("", String::as_str)
    }
}

/// A tree of documentation, arranged.
#[derive(Debug)]
pub struct Library {
    /// The language of its pages.
    pub language: Language,
    /// What the site is called.
    pub name: String,
    pub(super) folders: Vec<Folder>,
    pages: Vec<Leaf>,
    by_path: BTreeMap<String, usize>,
    folder_by_path: BTreeMap<String, usize>,
    /// Other files of the tree, with their places in the site.
    files: BTreeMap<String, String>,
    /// Pages in reading order, and where each stands in it.
    sequence: Vec<usize>,
    turns: Vec<usize>,
    drafts: Vec<String>,
    problems: Vec<Problem>,
    /// Paths by their paths and names in small letters; made when a link leads nowhere.
    alike: OnceLock<BTreeMap<String, String>>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page, and a place on it.
    Page(usize, Option<String>),
    /// Another file of the tree, by its path.
    File(String),
    /// Somewhere else in the world.
    Outside,
    /// Nowhere, with the reason and what may help.
    Nowhere(String, Option<String>),
}

impl Library {
    /// Arranges a tree: its Markdown, sorted by path, and the paths of its other files. Without a name it is called by
    /// the title of its first page, or `home`.
    pub fn new(
        (name, home): (Option<&str>, &str),
        language: Language,
        sources: Vec<Filed>,
        others: impl IntoIterator<Item = String>,
    ) -> Library {
        let Folders {
            pages,
            folders,
            drafts,
            problems,
        } = Folders::of(sources, language, name.unwrap_or(home));
        let by_path = |(number, page): (usize, &Leaf)| Some((page.source.as_ref()?.path.clone(), number));
        let first = folders.first().and_then(|root| pages.get(root.index));
        let mut library = Library {
            language,
            name: name
                .or(first.map(|page| page.title.as_str()))
                .unwrap_or(home)
                .to_owned(),
            by_path: pages.iter().enumerate().filter_map(by_path).collect(),
            folder_by_path: folders
                .iter()
                .enumerate()
                .map(|(number, folder)| (folder.path.clone(), number))
                .collect(),
            files: addresses(language, others),
            sequence: Vec::with_capacity(pages.len()),
            turns: vec![0; pages.len()],
            folders,
            pages,
            drafts,
            problems,
            alike: OnceLock::new(),
        };
        library.put_in_order();
        library
    }

    /// How many pages there are, those of folders without one of their own among them.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// What is wrong with front matter, as warnings.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Files that say that they are drafts, and are left out.
    pub fn drafts(&self) -> &[String] {
        &self.drafts
    }

    /// The folders of the site that pages stand in.
    pub fn page_folders(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(|page| parent(&page.output))
    }

    /// Where a file of the tree that is no page stands in the site.
    pub fn place_of_file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Where the page of a source stands in the site.
    pub fn place_of_page(&self, path: &str) -> Option<&str> {
        self.place_of(*self.by_path.get(path)?)
    }

    /// Where the page of that number stands in the site.
    pub fn place_of(&self, number: usize) -> Option<&str> {
        self.pages.get(number).map(|page| page.output.as_str())
    }

    /// The file of the tree that stands at a place of the site.
    pub fn file_at(&self, place: &str) -> Option<&str> {
        let found = self.files.iter().find(|(_, known)| *known == place);
        found.map(|(path, _)| path.as_str())
    }

    /// The folders of the tree that hold sources, and those above them.
    pub fn source_folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(|folder| folder.path.as_str())
    }

    /// The place of the source of a page in the list that the library was made of; the page of a folder without a
    /// source has none.
    pub fn turn_of(&self, number: usize) -> Option<usize> {
        self.pages.get(number)?.turn
    }

    /// The source of a page whose text was not read when it was filed.
    pub fn source_without_text(&self, number: usize) -> Option<&str> {
        let source = self.pages.get(number)?.source.as_ref()?;
        source.text.get().is_none().then_some(source.path.as_str())
    }

    /// Gives the page of that number its text, which was not read when it was filed.
    pub fn give_text(&self, number: usize, text: String) {
        if let Some(source) = self.pages.get(number).and_then(|page| page.source.as_ref()) {
            // Whoever came first read the same file.
            let _ = source.text.set(text);
        }
    }

    /// Takes another text of a source in, and gives the number of its page; `None` if more changes than that page:
    /// its title, its place in the order, or whether it is there at all.
    pub fn replace(&mut self, path: &str, text: String) -> Option<usize> {
        let number = *self.by_path.get(path)?;
        let (meta, problem) = front_matter::read(path, &text);
        let page = self.pages.get_mut(number)?;
        let body = text.get(meta.body..).unwrap_or_default();
        let title = title::of_page(&meta, body, path);
        let listed = |meta: &FrontMatter| (meta.order, meta.draft, meta.description.clone());
        if problem.is_some() || title != page.title || listed(&meta) != listed(&page.meta) {
            return None;
        }
        page.meta = meta;
        page.source.as_mut()?.text = OnceLock::from(text);
        Some(number)
    }

    pub(super) fn page(&self, number: usize) -> Option<&Leaf> {
        self.pages.get(number)
    }

    /// The page that stands for a child of a folder.
    pub(super) fn page_of(&self, child: Child) -> usize {
        match child {
            Child::Page(page) => page,
            Child::Folder(folder) => self.folders.get(folder).map_or(0, |folder| folder.index),
        }
    }

    /// The folder that a page stands for.
    pub(super) fn folder_of_index(&self, page: usize) -> Option<usize> {
        let folder = self.pages.get(page)?.folder;
        (self.folders.get(folder)?.index == page).then_some(folder)
    }

    /// The folders above a page, from the tree itself down to the one that it lies in or stands for.
    pub(super) fn chain(&self, folder: usize) -> Vec<usize> {
        let above = |number: &usize| self.folders.get(*number).and_then(|folder| folder.parent);
        let mut chain: Vec<usize> = std::iter::successors(Some(folder), above).collect();
        chain.reverse();
        chain
    }

    /// The pages before and after one, in reading order.
    pub(super) fn neighbours(&self, page: usize) -> (Option<usize>, Option<usize>) {
        let Some(turn) = self.turns.get(page).copied() else {
            return (None, None);
        };
        let before = turn.checked_sub(1).and_then(|turn| self.sequence.get(turn));
        (before.copied(), self.sequence.get(turn + 1).copied())
    }

    fn put_in_order(&mut self) {
        let mut open = vec![Child::Folder(0)];
        while let Some(next) = open.pop() {
            let page = self.page_of(next);
            self.turns[page] = self.sequence.len();
            self.sequence.push(page);
            if let Child::Folder(folder) = next {
                open.extend(self.folders[folder].children.iter().rev().copied());
            }
        }
    }

    /// What a link on a page means. A path begins at the page's folder, or with `/` or `@/` at the tree itself; it may
    /// name a folder, and leave out the ending of a page or give it that of its HTML.
    pub(super) fn follow(&self, from: usize, link: &str) -> Target {
        let (before, anchor) = link
            .split_once('#')
            .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
        let anchor = anchor
            .filter(|anchor| !anchor.is_empty())
            .map(|anchor| percent_decoded(anchor).into_owned());
        if before.is_empty() {
            return Target::Page(from, anchor);
        }
        if has_scheme(before) || before.starts_with("//") {
            return Target::Outside;
        }
        let path = percent_decoded(before.split('?').next().unwrap_or_default());
        let rooted = path.strip_prefix("@/").or_else(|| path.strip_prefix('/'));
        let here = self.pages.get(from).and_then(|page| page.source.as_ref());
        let base = match rooted {
            Some(_) => "",
            None => here.map_or("", |source| parent(&source.path)),
        };
        let Some(path) = joined(base, rooted.unwrap_or(&path)) else {
            let reason = "leads out of the tree".to_owned();
            return Target::Nowhere(reason, Some("name a place inside, or a whole address".to_owned()));
        };
        match self.named(&path) {
            Some(Target::Page(page, None)) => Target::Page(page, anchor),
            Some(target) => target,
            None => Target::Nowhere("leads to a file that is not there".to_owned(), self.advice(&path)),
        }
    }

    fn named(&self, path: &str) -> Option<Target> {
        let page = |path: &str| self.by_path.get(path).map(|page| Target::Page(*page, None));
        if let Some(found) = page(path) {
            return Some(found);
        }
        if self.files.contains_key(path) {
            return Some(Target::File(path.to_owned()));
        }
        if let Some(folder) = self.folder_by_path.get(path) {
            return Some(Target::Page(self.page_of(Child::Folder(*folder)), None));
        }
        let bare = path.strip_suffix(".html").unwrap_or(path);
        page(&format!("{bare}.md")).or_else(|| {
            let folder = bare.strip_suffix("/index").or((bare == "index").then_some(""))?;
            let folder = self.folder_by_path.get(folder)?;
            Some(Target::Page(self.page_of(Child::Folder(*folder)), None))
        })
    }

    /// The file that was probably meant: one of that path or name, were it not for capital letters.
    fn advice(&self, path: &str) -> Option<String> {
        let known = self.alike.get_or_init(|| {
            let names = self.by_path.keys().chain(self.files.keys());
            let alike = |name: &String| {
                let lower = name.to_lowercase();
                let last = lower.rsplit('/').next().unwrap_or_default().to_owned();
                [(lower, name.clone()), (last, name.clone())]
            };
            // Of several with one name, the first.
            let pairs: Vec<(String, String)> = names.flat_map(alike).collect();
            pairs.into_iter().rev().collect()
        });
        let lower = path.to_lowercase();
        let same = known.get(&lower);
        let found = same.or_else(|| known.get(lower.rsplit('/').next()?));
        found.map(|name| format!("there is `{name}`"))
    }
}

/// Places for files: the folder in plain letters as that of pages, then a plain name with the same ending.
fn addresses(language: Language, files: impl IntoIterator<Item = String>) -> BTreeMap<String, String> {
    let mut taken = std::collections::BTreeSet::new();
    let mut sorted: Vec<String> = files.into_iter().collect();
    sorted.sort();
    let place = |path: String| {
        let folder = address_of_folder(language, parent(&path));
        let name = path.rsplit('/').next().unwrap_or_default();
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| format!(".{}", plain(ending)));
        let (name, ending) = (plain(stem(&path)), ending.unwrap_or_default());
        let mut wanted = format!("{folder}{name}{ending}");
        let mut turn = 1;
        // Pages have addresses of their own kind; a file that looks like one stands beside them.
        while wanted.ends_with(".html") && turn == 1 || !taken.insert(wanted.clone()) {
            turn += 1;
            wanted = format!("{folder}{name}-file-{turn}{ending}");
        }
        (path, wanted)
    };
    sorted.into_iter().map(place).collect()
}

/// A path below a folder, `.` and `..` worked out; `None` if it leaves the tree.
fn joined(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}
