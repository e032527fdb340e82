//! A tree of documentation that was not made for us, as a site: read, print, follow links, put in place.

mod output;
mod pages;

use super::failure::Failure;
use super::stage::{Observer, Stage};
use super::targets::{self, KEPT, SITE_LIST};
use crate::content::{Wording, Wordings};
use crate::diag::{Checked, Problem};
use crate::docs::{self, Features, Frames, Letters, Library, Printed, Source};
use crate::domain::Language;
use crate::fs::{self, DiskError, Project, Staging};
use output::Output;
use crate::site::Theme;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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

/// Builds the site of a tree, and puts it in place in one step.
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
    targets::check_site(project, &options.output)?;
    let tree = read(project, options)?;
    let staging = Staging::begin(&project.locate(&options.output))?;
    let mut site = Output::new(Some(&staging));
    let built = make(project, &tree, options, &mut site, observe)?;
    observe(Stage::Publish);
    staging.add(SITE_LIST, site.sums().as_bytes())?;
    let files = site.len() + 1;
    fs::publish_all(vec![staging.finish(&KEPT)?])?;
    Ok(DocsBuilt { files, ..built })
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
    let tree = read(project, options)?;
    let mut site = Output::new(None);
    make(project, &tree, options, &mut site, observe)
}

/// What was read of a tree.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) library: Library,
    pub(super) wordings: Wordings,
    pub(super) theme: Theme,
    /// Letters of all sources, by which the language is guessed.
    pub(super) letters: BTreeMap<String, Letters>,
    /// What could not be read as a page.
    problems: Vec<Problem>,
}

pub(super) fn read(project: &Project, options: &DocsOptions) -> Checked<Tree> {
    let theme = Theme::built_in()?;
    let wordings = Wording::built_in()?;
    let paths = fs::list_documents(&project.locate(""), &options.output).map_err(|problem| vec![problem])?;
    let is_markdown = |path: &String| {
        let lower = path.to_lowercase();
        MARKDOWN.iter().any(|ending| lower.ends_with(ending))
    };
    let (markdown, others): (Vec<String>, Vec<String>) = paths.into_iter().partition(is_markdown);
    let texts: Vec<(String, Result<String, Problem>)> = markdown
        .into_par_iter()
        .map(|path| {
            let text = project.read_text(&path);
            (path, text)
        })
        .collect();
    let mut sources = Vec::with_capacity(texts.len());
    let mut problems = Vec::new();
    for (path, text) in texts {
        match text {
            Ok(text) => sources.push(Source { path, text }),
            Err(problem) => problems.push(problem),
        }
    }
    if sources.is_empty() {
        problems.push(
            Problem::with_file(".", "there is no Markdown here, and no project of ours")
                .hint("name the folder with `--root DIR`, or begin a project with `stage6 init`"),
        );
        return Err(problems);
    }
    let letters: BTreeMap<String, Letters> = sources
        .par_iter()
        .map(|source| (source.path.clone(), Letters::of(&source.text)))
        .collect();
    let guessed = || Letters::language(letters.values().copied());
    let language = options.language.unwrap_or_else(guessed);
    let wording = wordings.of(language);
    wordings.require(docs::REQUIRED.iter().copied())?;
    let home = wording.text("site.docs.home").to_owned();
    let name = options.name.as_deref();
    let library = Library::new((name, &home), language, sources, others);
    Ok(Tree {
        letters,
        library,
        wordings,
        theme,
        problems,
    })
}

/// Prints all pages, follows their links, and adds what pages need.
fn make(
    project: &Project,
    tree: &Tree,
    options: &DocsOptions,
    site: &mut Output<'_>,
    observe: Observer<'_>,
) -> Result<DocsBuilt, Failure> {
    let (library, features) = (&tree.library, options.features);
    let wording = tree.wordings.of(library.language);
    observe(Stage::Pages);
    let frames = Frames::new(library, &tree.theme, wording, features)?;
    let mut printed = pages::print(tree, &frames, features, site)?;

    observe(Stage::Site);
    let mut warnings = tree.problems.clone();
    warnings.extend_from_slice(library.problems());
    for page in &mut printed {
        warnings.append(&mut page.problems);
    }
    if features.links {
        warnings.extend(docs::links::check(library, &printed));
    }
    copy_files(project, library, &printed, site, &mut warnings)?;
    for (path, html) in frames.own_pages(library, &tree.theme, wording, features)? {
        site.add(&path, html.as_bytes())?;
    }
    for (path, bytes) in tree.theme.assets().iter().filter(|(path, _)| is_needed(path)) {
        site.add(path, bytes)?;
    }
    warnings.sort();
    warnings.dedup();
    if options.deny_warnings && !warnings.is_empty() {
        return Err(warnings.into());
    }
    Ok(DocsBuilt {
        name: library.name.clone(),
        language: library.language,
        pages: library.page_count(),
        files: site.len(),
        output: options.output.clone(),
        warnings,
        drafts: library.drafts().to_vec(),
    })
}

/// Copies the files that pages show or link, each once.
fn copy_files(
    project: &Project,
    library: &Library,
    printed: &[Printed],
    site: &mut Output<'_>,
    warnings: &mut Vec<Problem>,
) -> Result<(), DiskError> {
    let wanted: BTreeSet<&String> = printed.iter().flat_map(|page| &page.files).collect();
    for path in wanted {
        let Some(place) = library.place_of_file(path) else {
            continue;
        };
        match project.read(path) {
            Ok(bytes) => site.add(place, &bytes)?,
            Err(problem) => warnings.push(problem),
        }
    }
    Ok(())
}

/// Assets that pages of documentation load; the tools of evidence and checklists are not among them.
fn is_needed(path: &str) -> bool {
    !path.starts_with("assets/verify/")
        && !["checklist.js", "terms.js"]
            .iter()
            .any(|name| path.ends_with(name))
}
