//! What a tree holds: its sources, and what they are printed with.

use super::last::LastBuild;
use super::memory::{Memory, Source};
use super::{DocsOptions, MARKDOWN};
use crate::content::{Wording, Wordings};
use crate::diag::{Checked, Problem};
use crate::docs::{self, Filed, Letters, Library};
use crate::domain::{Digest, Language};
use crate::fs::{self, Project, Stamp};
use crate::site::Theme;
use rayon::prelude::*;
use std::sync::Arc;

/// What was read of a tree.
#[derive(Debug)]
pub(in crate::pipeline) struct Tree {
    pub(in crate::pipeline) library: Library,
    pub(in crate::pipeline) wordings: Arc<Wordings>,
    pub(in crate::pipeline) theme: Theme,
    /// Its sources without their texts, sorted by path.
    pub(in crate::pipeline) sources: Vec<Arc<Source>>,
    /// The digest of all but the texts of its pages.
    pub(super) structure: Digest,
    /// What could not be read as a page.
    pub(super) problems: Vec<Problem>,
}

impl Tree {
    /// The digest of the source of a page; zeros for the page of a folder without one.
    pub(super) fn sum_of(&self, number: usize) -> Digest {
        let source = self
            .library
            .turn_of(number)
            .and_then(|turn| self.sources.get(turn));
        source.map_or(Digest::ZERO, |source| source.sum)
    }

    /// Notes the letters of another text of a source, and gives the language of the tree with it.
    pub(in crate::pipeline) fn language_with(&mut self, path: &str, letters: Letters) -> Language {
        if let Some(source) = self.place_of(path).and_then(|place| self.sources.get_mut(place)) {
            Arc::make_mut(source).filed.letters = letters;
        }
        Letters::language(self.sources.iter().map(|source| source.filed.letters))
    }

    fn place_of(&self, path: &str) -> Option<usize> {
        let place = self
            .sources
            .binary_search_by(|source| source.filed.path.as_str().cmp(path));
        place.ok()
    }
}

/// Reads a tree. Of a source that did not change since the last build nothing is read.
///
/// # Errors
/// No Markdown, or a theme or wording that cannot be used.
pub(in crate::pipeline) fn read(project: &Project, options: &DocsOptions, memory: &Memory) -> Checked<Tree> {
    Given::read(project, options).tree(project, options, memory)
}

/// What can be read without knowing what the last build left.
#[derive(Debug)]
pub(super) struct Given {
    theme: Checked<Theme>,
    /// The words, unless the last build has left them.
    wordings: Option<Checked<Wordings>>,
    listed: Checked<Listed>,
}

impl Given {
    /// Lists a tree, and reads what it is printed with.
    pub(super) fn read(project: &Project, options: &DocsOptions) -> Given {
        let is_left = LastBuild::is_left(project, options);
        // Of a tree that was built before, most code is known in colours.
        if options.features.highlighting && !is_left {
            rayon::spawn(docs::load_grammars);
        }
        let printing = || (Theme::of_docs(), (!is_left).then(Wording::built_in));
        let ((theme, wordings), listed) = rayon::join(printing, || Listed::read(project, options));
        Given {
            theme,
            wordings,
            listed,
        }
    }

    /// The tree that was listed.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) fn tree(self, project: &Project, options: &DocsOptions, memory: &Memory) -> Checked<Tree> {
        let theme = self.theme?;
        let wordings = match (self.wordings, &memory.about.wordings) {
            (Some(wordings), _) => Arc::new(wordings?),
            (None, Some(left)) => Arc::clone(left),
            (None, None) => Arc::new(Wording::built_in()?),
        };
        let sources = sources(project, self.listed?, memory)?;
        arranged(options, sources, (theme, wordings))
    }
}

/// Arranges what was read.
fn arranged(
    options: &DocsOptions,
    sources: Sources,
    (theme, wordings): (Theme, Arc<Wordings>),
) -> Checked<Tree> {
    let Sources {
        sources,
        filed,
        others,
        problems,
    } = sources;
    let guessed = || Letters::language(filed.iter().map(|source| source.letters));
    let language = options.language.unwrap_or_else(guessed);
    let wording = wordings.of(language);
    wordings.require(docs::REQUIRED.iter().copied())?;
    let home = wording.text("site.docs.home").to_owned();
    let name = options.name.as_deref();
    let (structure, library) = rayon::join(
        || docs::structure(sources.iter().map(|source| &source.filed), &others),
        || Library::new((name, &home), language, filed, others.iter().cloned()),
    );
    let mut stream = Digest::stream();
    stream.update(structure.as_bytes());
    stream.update(language.tag().as_bytes());
    stream.update(library.name.as_bytes());
    Ok(Tree {
        library,
        wordings,
        theme,
        sources,
        structure: stream.finish(),
        problems,
    })
}

/// Sources with and without their texts, the paths of other files, and what could not be read.
struct Sources {
    sources: Vec<Arc<Source>>,
    filed: Vec<Filed>,
    others: Vec<String>,
    problems: Vec<Problem>,
}

/// The files of a tree.
#[derive(Debug)]
struct Listed {
    markdown: Vec<String>,
    /// The stamps of those; none where no memory is kept.
    stamps: Vec<Option<Stamp>>,
    others: Vec<String>,
    /// The next build may ask what this one was made of.
    is_kept: bool,
}

impl Listed {
    fn read(project: &Project, options: &DocsOptions) -> Checked<Listed> {
        let root = project.locate("");
        let paths = fs::list_documents(&root, &options.output).map_err(|problem| vec![problem])?;
        let is_markdown = |path: &String| {
            let lower = path.to_lowercase();
            MARKDOWN.iter().any(|ending| lower.ends_with(ending))
        };
        let (markdown, others): (Vec<String>, Vec<String>) = paths.into_iter().partition(is_markdown);
        let stamps = match options.program {
            Some(_) => fs::stamps(&root, &markdown),
            None => vec![None; markdown.len()],
        };
        Ok(Listed {
            markdown,
            stamps,
            others,
            is_kept: options.program.is_some(),
        })
    }
}

fn sources(project: &Project, listed: Listed, memory: &Memory) -> Checked<Sources> {
    let Listed {
        markdown,
        stamps,
        others,
        is_kept,
    } = listed;
    let read: Vec<Result<(Arc<Source>, Filed), Problem>> = markdown
        .into_par_iter()
        .zip(stamps)
        .enumerate()
        .with_min_len(32)
        .map(|(turn, (path, stamp))| source(project, (turn, path), (stamp, is_kept), memory))
        .collect();
    let mut sources = Vec::with_capacity(read.len());
    let mut filed = Vec::with_capacity(read.len());
    let mut problems = Vec::new();
    for result in read {
        match result {
            Ok((source, text)) => {
                sources.push(source);
                filed.push(text);
            }
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
    Ok(Sources {
        sources,
        filed,
        others,
        problems,
    })
}

/// A source: as it was in the last build, if its stamp or its bytes are the same, or read anew.
fn source(
    project: &Project,
    (turn, path): (usize, String),
    (stamp, is_kept): (Option<Stamp>, bool),
    memory: &Memory,
) -> Result<(Arc<Source>, Filed), Problem> {
    let old = memory.source(turn, &path);
    if let Some(old) = old.filter(|old| stamp.is_some() && old.stamp == stamp)
        && let (Some(stamp), Some(began)) = (stamp, memory.about.began)
        && stamp.is_settled(&began)
    {
        return Ok((Arc::clone(old), old.filed.clone()));
    }
    let text = project.read_text(&path)?;
    let sum = match is_kept {
        true => Digest::of(text.as_bytes()),
        false => Digest::ZERO,
    };
    let filed = match old.filter(|old| old.sum == sum) {
        Some(old) => {
            let mut filed = old.filed.clone();
            filed.text = text;
            filed
        }
        None => Filed::read(path, text),
    };
    let mut known = filed.clone();
    known.text = String::new();
    let known = Source {
        filed: known,
        stamp,
        sum,
    };
    Ok((Arc::new(known), filed))
}
