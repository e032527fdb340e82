//! A tree of documentation that was not made for us, as a site: read, print, follow links, put in place.

mod last;
mod lost;
mod memory;
mod output;
mod packed;
mod pages;
mod read;

use super::failure::Failure;
use super::stage::{Observer, Stage};
use super::targets::{self, KEPT};
use crate::diag::Problem;
use crate::docs::{Features, Frames, Library};
use crate::domain::Language;
use crate::fs::{self, DiskError, Project, Staging, Stamp};
use crate::site::Theme;
use last::{LastBuild, let_go};
use memory::About;
pub(super) use memory::Memory;
use output::{Output, Settled};
use pages::{Pages, Press, Sheet};
use read::Given;
pub(super) use read::{Tree, read};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Endings of Markdown files.
const MARKDOWN: [&str; 3] = [".md", ".markdown", ".mdown"];

/// How a tree is built.
#[derive(Clone, Debug)]
pub struct DocsOptions {
    /// The folder of the site, inside the tree or anywhere.
    pub output: String,
    /// What the site is called; by default like its first page.
    pub name: Option<String>,
    /// The language of its pages; by default guessed from them.
    pub language: Option<Language>,
    /// What is done besides turning Markdown into pages.
    pub features: Features,
    /// Warnings are problems: nothing is put in place.
    pub deny_warnings: bool,
    /// What tells this program from any other one: with it, a build uses what the last build of the same program left
    /// beside the site, and leaves the like. `None` makes everything anew and leaves nothing.
    pub program: Option<String>,
}

/// A tree that was built or checked.
#[derive(Debug)]
pub struct DocsBuilt {
    /// What the site is called.
    pub name: String,
    /// The language of its pages.
    pub language: Language,
    /// How many pages there are.
    pub pages: usize,
    /// How many of them were printed now; the others are those of the last build.
    pub printed: usize,
    /// How many files the site has.
    pub files: usize,
    /// The folder of the site.
    pub output: String,
    /// What is wrong with the tree; the site shows it as well as it can be.
    pub warnings: Vec<Problem>,
    /// Files that say that they are drafts, and are left out.
    pub drafts: Vec<String>,
}

/// Whether a folder is a tree of somebody else: none of our two configuration files is there.
pub fn is_docs(project: &Project) -> bool {
    !["config/core.yaml", "config/publication.yaml"]
        .iter()
        .any(|path| project.has_entry(path))
}

/// Builds the site of a tree, and puts it in place in one step. What did not change since the last build is kept as it is;
/// the bytes are those of a build without memory.
///
/// # Errors
/// No Markdown in the tree, a theme that does not print, an output folder that holds the work of others, or a disk that
/// refuses; then nothing in place has changed.
pub fn build_docs(
    project: &Project,
    options: &DocsOptions,
    observe: Observer<'_>,
) -> Result<DocsBuilt, Failure> {
    observe(Stage::Read);
    let (last, given) = rayon::join(
        || LastBuild::open(project, options),
        || Given::read(project, options),
    );
    let mut last = last?;
    if let Some(built) = build_after(project, (options, given), &mut last, observe)? {
        return Ok(built);
    }
    // What is in place may be the work of others.
    targets::check_site(project, &options.output)?;
    last.forget();
    let given = Given::read(project, options);
    let built = build_after(project, (options, given), &mut last, observe)?;
    built.ok_or_else(|| Failure::Internal("a build without memory missed its memory".to_owned()))
}

/// Builds with what the last build left; `None` if that is damaged, or if the site is not as it left it.
fn build_after(
    project: &Project,
    (options, given): (&DocsOptions, Given),
    last: &mut LastBuild,
    observe: Observer<'_>,
) -> Result<Option<DocsBuilt>, Failure> {
    let prepared = prepare(project, (options, given), last, observe);
    // Whatever else went wrong may come of that.
    if last.is_used() && !last.is_in_place() {
        return Ok(None);
    }
    let Some(Prepared {
        built,
        memory,
        settled,
        staging,
    }) = prepared?
    else {
        return Ok(None);
    };
    fs::publish_all(vec![staging.finish(&KEPT)?])?;
    last.leave(memory, settled)?;
    Ok(Some(built))
}

/// A site beside the place that it is made for.
struct Prepared {
    built: DocsBuilt,
    memory: Memory,
    settled: Settled,
    staging: Staging,
}

/// Makes all that the site is going to be, beside it.
fn prepare(
    project: &Project,
    (options, given): (&DocsOptions, Given),
    last: &LastBuild,
    observe: Observer<'_>,
) -> Result<Option<Prepared>, Failure> {
    let tree = given.tree(project, options, &last.memory)?;
    let staging = last.begin(&project.locate(&options.output))?;
    let mut site = Output::new(Some(&staging));
    let Some((built, memory)) = make(project, &tree, (options, last), &mut site, observe)? else {
        return Ok(None);
    };
    site.add_sums()?;
    let files = site.len();
    observe(Stage::Publish);
    // Without a store nobody asks for stamps, and all files are new.
    let settled = match last.store() {
        Some(_) => site.settle(&last.memory, last.has_spare())?,
        None => Settled::default(),
    };
    let_go(tree);
    Ok(Some(Prepared {
        built: DocsBuilt { files, ..built },
        memory,
        settled,
        staging,
    }))
}

/// Finds what is wrong with a tree, and writes nothing.
///
/// # Errors
/// As [`build_docs`], but for the output folder.
pub fn check_docs(
    project: &Project,
    options: &DocsOptions,
    observe: Observer<'_>,
) -> Result<DocsBuilt, Failure> {
    observe(Stage::Read);
    let none = LastBuild::none();
    let tree = read(project, options, &none.memory)?;
    let mut site = Output::new(None);
    let made = make(project, &tree, (options, &none), &mut site, observe)?;
    made.map(|(built, _)| built)
        .ok_or_else(|| Failure::Internal("a check without memory missed its memory".to_owned()))
}

/// Prints all pages, follows their links, and adds what pages need.
fn make(
    project: &Project,
    tree: &Tree,
    (options, last): (&DocsOptions, &LastBuild),
    site: &mut Output<'_>,
    observe: Observer<'_>,
) -> Result<Option<(DocsBuilt, Memory)>, Failure> {
    let (library, features) = (&tree.library, options.features);
    let wording = tree.wordings.of(library.language);
    observe(Stage::Pages);
    let is_same = last.memory.about.structure == tree.structure && !last.memory.pages.is_empty();
    let changed = is_same.then(|| changed(tree, &last.memory));
    let frames = Frames::new(library, &tree.theme, (wording, features), changed.as_ref())?;
    let press = Press::new(
        project,
        (tree, &frames, features),
        (&last.memory, last.store()),
        is_same,
    );
    let Some(mut pages) = press.print(site)? else {
        return Ok(None);
    };

    observe(Stage::Site);
    if features.links {
        lost::follow(project, library, (&last.memory, is_same), &mut pages.sheets);
    }
    let mut warnings = warnings_of(tree, &pages.sheets);
    let copied = copy_files(
        project,
        library,
        (&pages.sheets, &last.memory),
        site,
        &mut warnings,
    )?;
    let own = match is_same {
        true => keep_own(&last.memory, site),
        false => add_own(tree, &frames, features, site)?,
    };
    warnings.sort();
    warnings.dedup();
    if options.deny_warnings && !warnings.is_empty() {
        return Err(warnings.into());
    }
    let built = DocsBuilt {
        name: library.name.clone(),
        language: library.language,
        pages: library.page_count(),
        printed: pages.sheets.iter().filter(|sheet| sheet.is_new).count(),
        files: site.len(),
        output: options.output.clone(),
        warnings,
        drafts: library.drafts().to_vec(),
    };
    Ok(Some((built, memory_of(tree, pages, copied, own))))
}

/// What is wrong with a tree and its pages.
fn warnings_of(tree: &Tree, sheets: &[Sheet]) -> Vec<Problem> {
    let pages = sheets
        .iter()
        .flat_map(|sheet| sheet.page.problems.iter().chain(&sheet.page.lost));
    let all = tree.problems.iter().chain(tree.library.problems()).chain(pages);
    all.cloned().collect()
}

/// What the next build can use of this one, but for the files of the site.
fn memory_of(tree: &Tree, pages: Pages, copied: BTreeMap<String, Option<Stamp>>, own: Vec<String>) -> Memory {
    Memory {
        about: About {
            structure: tree.structure,
            wordings: Some(Arc::clone(&tree.wordings)),
            parts: pages.parts,
            copied,
            own,
            ..About::default()
        },
        sources: tree.sources.clone(),
        pages: pages.sheets.into_iter().map(|sheet| sheet.page).collect(),
        site: Vec::new(),
    }
}

/// Numbers of the pages whose texts are not those of the last build.
fn changed(tree: &Tree, memory: &Memory) -> BTreeSet<usize> {
    let is_changed =
        |(number, page): (usize, &Arc<memory::Page>)| (tree.sum_of(number) != page.source).then_some(number);
    memory.pages.iter().enumerate().filter_map(is_changed).collect()
}

/// Adds pages that the site makes for itself, and what pages load.
fn add_own(
    tree: &Tree,
    frames: &Frames,
    features: Features,
    site: &mut Output<'_>,
) -> Result<Vec<String>, Failure> {
    let wording = tree.wordings.of(tree.library.language);
    let mut own = Vec::new();
    for (path, html) in frames.own_pages(&tree.library, &tree.theme, wording, features)? {
        site.add(&path, html.as_bytes())?;
        own.push(path);
    }
    for (path, bytes) in Theme::built_in_assets()? {
        if is_needed(&path) {
            site.add(&path, &bytes)?;
            own.push(path);
        }
    }
    Ok(own)
}

/// Keeps what [`add_own`] added in the last build.
fn keep_own(memory: &Memory, site: &mut Output<'_>) -> Vec<String> {
    for path in &memory.about.own {
        if let Some(made) = memory.made(path) {
            site.list(path, made.sum, false);
        }
    }
    memory.about.own.clone()
}

/// Copies the files that pages show or link, each once; keeps those that are as they were. Gives their stamps.
fn copy_files(
    project: &Project,
    library: &Library,
    (sheets, memory): (&[Sheet], &Memory),
    site: &mut Output<'_>,
    warnings: &mut Vec<Problem>,
) -> Result<BTreeMap<String, Option<Stamp>>, DiskError> {
    let wanted: BTreeSet<&String> = sheets.iter().flat_map(|sheet| &sheet.page.files).collect();
    let mut copied = BTreeMap::new();
    for path in wanted {
        let Some(place) = library.place_of_file(path) else {
            continue;
        };
        let stamp = Stamp::of(&project.locate(path)).ok().flatten();
        let is_settled = |stamp: &Stamp| memory.about.began.is_some_and(|began| stamp.is_settled(&began));
        let known = memory
            .about
            .copied
            .get(path)
            .copied()
            .flatten()
            .filter(is_settled);
        let made = memory.made(place).filter(|_| known.is_some() && known == stamp);
        match made {
            Some(made) => site.list(place, made.sum, false),
            None => match project.read(path) {
                Ok(bytes) => site.add(place, &bytes)?,
                Err(problem) => {
                    warnings.push(problem);
                    continue;
                }
            },
        }
        copied.insert(path.clone(), stamp);
    }
    Ok(copied)
}

/// Assets that pages of documentation load; the tools of evidence and checklists are not among them.
fn is_needed(path: &str) -> bool {
    !path.starts_with("assets/verify/")
        && !["checklist.js", "terms.js"]
            .iter()
            .any(|name| path.ends_with(name))
}
