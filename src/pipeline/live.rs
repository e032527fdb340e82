//! A site in memory that follows its files: what `stage6 serve` shows.

use super::docs::{DocsOptions, Memory, Tree, read};
use super::failure::Failure;
use super::show::show;
use super::{Inputs, Occasion, edit, runbook};
use crate::config::Publication;
use crate::content::Page;
use crate::content::place::page_path;
use crate::diag::{About, Checked, Problem, Topic};
use crate::docs::{self, Colours, Frames, Letters, Printed};
use crate::domain::{Reuse, Timestamp};
use crate::fs::{self, Project};
use crate::seal::SigningKeys;
use crate::site::{self, Theme, search};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What became of a change.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// Why there is nothing new to see; what was there before is shown on.
    pub failure: Option<Failure>,
    /// The page that was changed, if it is one: its file in the site.
    pub page: Option<String>,
}

/// A site that can be looked at while it is written.
pub trait LiveSite: Send {
    /// Takes changes of files in; an empty set means that anything may have changed.
    fn refresh(&mut self, changed: &BTreeSet<PathBuf>) -> Refreshed;
    /// A file of the site.
    fn file(&mut self, path: &str) -> Option<Vec<u8>>;
    /// The folders whose files it is made of.
    fn folders(&self) -> BTreeSet<PathBuf>;
    /// What is wrong with a page and stops nothing.
    fn warnings(&self, page: &str) -> Vec<Problem>;
}

/// A project's site, made whole and kept in memory.
#[derive(Debug)]
pub struct Preview {
    /// All files.
    pub site: fs::Tree,
    /// Where pages stand, by the files that they are made of.
    pub pages: BTreeMap<String, String>,
}

/// Makes the site in memory, and writes nothing. What earlier previews made of the same is taken from `reuse`.
///
/// # Errors
/// As [`super::check`].
pub fn preview(
    project: &Project,
    choose_keys: impl FnOnce(&Publication) -> Result<SigningKeys, Failure>,
    now: Timestamp,
    reuse: &Reuse,
) -> Result<Preview, Failure> {
    let inputs = Inputs::load(project, now)?;
    let archive = runbook::read_archive(project).about(Topic::Checklist)?;
    let keys = &choose_keys(&inputs.publication).about(Topic::Keys)?;
    let occasion = Occasion::at(now);
    let edition = edit(project, (&inputs, &archive), (keys, reuse), occasion, &mut |_| {})?;
    let site = show((project, reuse), &inputs, &edition, keys, site::render)?;
    Ok(Preview::of(site, &edition.pages))
}

impl Preview {
    fn of(site: fs::Tree, pages: &[Page]) -> Preview {
        let place = |page: &Page| (page.source.clone(), page_path(page.language, &page.id));
        Preview {
            site,
            pages: pages.iter().map(place).collect(),
        }
    }
}

/// A project of ours: made anew at each change.
pub struct LiveProject<M> {
    project: Project,
    make: M,
    preview: Preview,
}

/// Folders of a project that a site is made of.
const SOURCES: [&str; 4] = ["config", "content", "templates", "var/audit/stage6"];

impl<M: FnMut() -> Result<Preview, Failure> + Send> LiveProject<M> {
    /// A project that is made by `make`; nothing is made yet.
    pub fn new(project: Project, make: M) -> LiveProject<M> {
        LiveProject {
            project,
            make,
            preview: Preview {
                site: fs::Tree::new(),
                pages: BTreeMap::new(),
            },
        }
    }
}

impl<M: FnMut() -> Result<Preview, Failure> + Send> LiveSite for LiveProject<M> {
    fn refresh(&mut self, changed: &BTreeSet<PathBuf>) -> Refreshed {
        match (self.make)() {
            Ok(preview) => self.preview = preview,
            Err(failure) => {
                return Refreshed {
                    failure: Some(failure),
                    page: None,
                };
            }
        }
        let mut pages = changed
            .iter()
            .filter_map(|path| self.preview.pages.get(&self.project.inside(path)));
        Refreshed {
            failure: None,
            page: pages.next_back().cloned(),
        }
    }

    fn file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.preview.site.get(path).cloned()
    }

    fn folders(&self) -> BTreeSet<PathBuf> {
        let roots = SOURCES.iter().map(|folder| self.project.locate(folder));
        roots.flat_map(|root| fs::folders_below(&root)).collect()
    }

    fn warnings(&self, _page: &str) -> Vec<Problem> {
        Vec::new()
    }
}

/// A documentation tree: of a change in the text of a page, that page is printed anew and no other.
#[derive(Debug)]
pub struct LiveDocs {
    project: Project,
    options: DocsOptions,
    state: Option<State>,
}

#[derive(Debug)]
struct State {
    tree: Tree,
    frames: Frames,
    /// By their files in the site.
    pages: BTreeMap<String, Printed>,
    own: BTreeMap<String, Vec<u8>>,
    /// Made when it is asked for.
    search: Option<fs::Tree>,
}

impl LiveDocs {
    /// A tree; nothing is read yet.
    pub fn new(project: Project, options: DocsOptions) -> LiveDocs {
        LiveDocs {
            project,
            options,
            state: None,
        }
    }

    /// Prints the pages of changed files anew; `None` if more than their text changed.
    fn patch(&mut self, changed: &BTreeSet<PathBuf>) -> Option<Option<String>> {
        let state = self.state.as_mut()?;
        if changed.is_empty() {
            return None;
        }
        let language = state.tree.library.language;
        let mut last = None;
        for path in changed {
            let inside = self.project.inside(path);
            let text = self.project.read_text(&inside).ok()?;
            let guessed = state.tree.language_with(&inside, Letters::of(&text));
            if self.options.language.unwrap_or(guessed) != language {
                return None;
            }
            let number = state.tree.library.replace(&inside, text)?;
            let press = (state.tree.wordings.of(language), self.options.features);
            let frame = (&state.tree.library, &state.frames);
            let page = docs::print(frame, press, number, &mut Colours::new())?;
            last = Some(page.path.clone());
            state.pages.insert(page.path.clone(), page);
        }
        state.search = None;
        Some(last)
    }

    fn read(&mut self) -> Checked<()> {
        let tree = read(&self.project, &self.options, &Memory::default())?;
        let (library, features) = (&tree.library, self.options.features);
        let wording = tree.wordings.of(library.language);
        let frames = Frames::new(library, &tree.theme, (wording, features), None)?;
        let pages: Vec<Printed> = (0..library.page_count())
            .into_par_iter()
            .filter_map(|number| {
                docs::print(
                    (library, &frames),
                    (wording, features),
                    number,
                    &mut Colours::new(),
                )
            })
            .collect();
        let own = frames.own_pages(library, &tree.theme, wording, features)?;
        let own = own.into_iter().map(|(path, html)| (path, html.into_bytes()));
        self.state = Some(State {
            own: own.chain(Theme::built_in_assets()?).collect(),
            pages: pages.into_iter().map(|page| (page.path.clone(), page)).collect(),
            search: None,
            frames,
            tree,
        });
        Ok(())
    }
}

impl LiveSite for LiveDocs {
    fn refresh(&mut self, changed: &BTreeSet<PathBuf>) -> Refreshed {
        if let Some(page) = self.patch(changed) {
            return Refreshed { failure: None, page };
        }
        let failure = self.read().err().map(Failure::from);
        let failure = failure.map(|failure| failure.about(Topic::DocumentationTrees));
        let page = changed.iter().filter_map(|path| {
            let library = &self.state.as_ref()?.tree.library;
            library
                .place_of_page(&self.project.inside(path))
                .map(str::to_owned)
        });
        Refreshed {
            page: page.last(),
            failure,
        }
    }

    fn file(&mut self, path: &str) -> Option<Vec<u8>> {
        let state = self.state.as_mut()?;
        if let Some(page) = state.pages.get(path) {
            return Some(page.html.clone().into_bytes());
        }
        if let Some(bytes) = state.own.get(path) {
            return Some(bytes.clone());
        }
        if path.starts_with("search/") && self.options.features.search {
            let pages = state
                .pages
                .values()
                .map(|page| (page.path.clone(), page.document.clone()));
            let language = state.tree.library.language;
            let index = state.search.get_or_insert_with(|| {
                search::files_of(language, &pages.collect::<Vec<_>>(), &BTreeSet::new())
            });
            return index.get(path).cloned();
        }
        let file = state.tree.library.file_at(path)?;
        self.project.read(file).ok()
    }

    fn folders(&self) -> BTreeSet<PathBuf> {
        let root = self.project.locate("");
        let Some(state) = &self.state else {
            return BTreeSet::from([root]);
        };
        let folders = state.tree.library.source_folders();
        folders
            .map(|folder| root.join(Path::new(folder)))
            .chain([root.clone()])
            .collect()
    }

    fn warnings(&self, page: &str) -> Vec<Problem> {
        let Some(state) = &self.state else {
            return Vec::new();
        };
        let Some(printed) = state.pages.get(page) else {
            return Vec::new();
        };
        let mut warnings = printed.problems.clone();
        let library = &state.tree.library;
        let anchors = |number: usize| Some(state.pages.get(library.place_of(number)?)?.anchors.as_slice());
        let links = (printed.number(), printed.links.as_slice());
        warnings.extend(docs::links::of_page(links, library, anchors, |_| None));
        warnings.about(Topic::DocumentationTrees)
    }
}
