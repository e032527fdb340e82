//! The pages of a tree and the index that search has of them, printed part by part on all cores: what search must know
//! of a page leaves the memory with its part. Pages and parts that are what they were in the last build are kept.

use super::Tree;
use super::memory::{Memory, Page, Part, Store, Text, Texts};
use super::output::Output;
use super::packed::{Packed, Ways};
use crate::diag::Problem;
use crate::docs::{self, Coloured, Colours, Features, Frames};
use crate::domain::Digest;
use crate::fs::{DiskError, Project};
use crate::pipeline::failure::Failure;
use crate::site::search;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// With fewer parts than this, the pages of each are printed on all cores; with more, each part on one.
const ENOUGH_PARTS: usize = 8;

/// A page of the site, whether it was printed now or in the last build.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) number: usize,
    pub(super) page: Arc<Page>,
    pub(super) is_new: bool,
}

/// What one part came to.
struct Pulled {
    sheets: Vec<Sheet>,
    part: Part,
    /// Its files were made in the last build.
    is_kept: bool,
}

/// A page by its number, with what the last build knew of it and of its text.
type Job<'j> = (usize, Option<&'j Arc<Page>>, Option<Text>);

/// What all parts are printed with.
pub(super) struct Press<'p> {
    pub(super) project: &'p Project,
    pub(super) tree: &'p Tree,
    pub(super) features: Features,
    pub(super) frames: &'p Frames,
    /// What the last build left, and where this one leaves it.
    pub(super) memory: &'p Memory,
    pub(super) store: Option<&'p Store>,
    /// Nothing but texts of pages changed since.
    pub(super) is_same: bool,
    /// What the last build knew of pages, by their files.
    known: BTreeMap<&'p str, &'p Arc<Page>>,
    /// Numbers of pages, in the order of their files.
    order: Vec<usize>,
    parts: Vec<Range<usize>>,
}

/// All pages by their numbers, and the parts of their index.
pub(super) struct Pages {
    pub(super) sheets: Vec<Sheet>,
    pub(super) parts: Vec<Part>,
}

impl<'p> Press<'p> {
    pub(super) fn new(
        project: &'p Project,
        (tree, frames, features): (&'p Tree, &'p Frames, Features),
        (memory, store): (&'p Memory, Option<&'p Store>),
        is_same: bool,
    ) -> Press<'p> {
        let library = &tree.library;
        let place = |number: &usize| library.place_of(*number).unwrap_or_default();
        let mut order: Vec<usize> = (0..library.page_count()).collect();
        order.sort_unstable_by(|left, right| place(left).cmp(place(right)));
        let known = match is_same {
            true => BTreeMap::new(),
            false => memory
                .pages
                .iter()
                .map(|page| (page.path.as_str(), page))
                .collect(),
        };
        Press {
            parts: search::parts(order.iter().map(place)),
            order,
            known,
            project,
            tree,
            features,
            frames,
            memory,
            store,
            is_same,
        }
    }

    /// Prints all pages and their index, but what can be kept. `None` if memory is damaged.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn print(&self, site: &mut Output<'_>) -> Result<Option<Pages>, Failure> {
        let library = &self.tree.library;
        site.make_folders(library.page_folders().collect::<BTreeSet<&str>>())?;
        if self.features.search {
            site.make_folders([search::folder(library.language).as_str()])?;
        }
        let output = &*site;
        let pulled: Vec<Result<Option<Pulled>, Failure>> = (0..self.parts.len())
            .into_par_iter()
            .map(|number| self.part(number, output))
            .collect();
        let mut pages = Pages {
            sheets: Vec::with_capacity(self.order.len()),
            parts: Vec::with_capacity(self.parts.len()),
        };
        for part in pulled {
            let Some(part) = part? else {
                return Ok(None);
            };
            for sheet in &part.sheets {
                site.list(&sheet.page.path, sheet.page.sum, sheet.is_new);
            }
            for (path, sum) in &part.part.files {
                site.list(path, *sum, !part.is_kept);
            }
            pages.sheets.extend(part.sheets);
            pages.parts.push(part.part);
        }
        if self.features.search && self.parts.len() > 1 {
            let (path, bytes) = search::file_of_parts(library.language, &self.parts);
            site.add(&path, &bytes)?;
        }
        pages.sheets.sort_unstable_by_key(|sheet| sheet.number);
        Ok(Some(pages))
    }

    fn part(&self, turn: usize, output: &Output<'_>) -> Result<Option<Pulled>, Failure> {
        let pages = self.parts.get(turn).and_then(|part| self.order.get(part.clone()));
        let pages = pages.unwrap_or_default();
        let number = (self.parts.len() > 1).then_some(turn);
        let kept: Vec<Option<&Arc<Page>>> = pages.iter().map(|page| self.kept(*page)).collect();
        if let Some(part) = self.kept_part(number, &kept) {
            let sheets = pages.iter().zip(kept.into_iter().flatten());
            let sheet = |(number, page): (&usize, &Arc<Page>)| Sheet {
                number: *number,
                page: Arc::clone(page),
                is_new: false,
            };
            return Ok(Some(Pulled {
                sheets: sheets.map(sheet).collect(),
                part: part.clone(),
                is_kept: true,
            }));
        }
        self.new_part(number, (pages, &kept), output)
    }

    /// A part of which a page is new: the texts of the others are read from memory. `None` if they are not there, and the
    /// frames of their pages neither.
    fn new_part(
        &self,
        number: Option<usize>,
        (pages, kept): (&[usize], &[Option<&Arc<Page>>]),
        output: &Output<'_>,
    ) -> Result<Option<Pulled>, Failure> {
        let mut old = self.old_texts(pages);
        let jobs: Vec<Job<'_>> = pages
            .iter()
            .zip(kept)
            .map(|(page, kept)| {
                let path = self.tree.library.place_of(*page).unwrap_or_default();
                (*page, *kept, old.remove(path))
            })
            .collect();
        if self.is_same && jobs.iter().any(|(_, kept, old)| kept.is_some() && old.is_none()) {
            return Ok(None);
        }
        let print = |(page, kept, old)| self.sheet(page, (kept, old), output);
        let printed: Vec<Result<(Sheet, Text), Failure>> = match self.parts.len() < ENOUGH_PARTS {
            true => jobs.into_par_iter().filter_map(print).collect(),
            false => jobs.into_iter().filter_map(print).collect(),
        };
        let mut sheets = Vec::with_capacity(pages.len());
        let mut texts = Texts::default();
        for result in printed {
            let (sheet, text) = result?;
            sheets.push(sheet);
            texts.pages.push(text);
        }
        let path = |sheet: Option<&Sheet>| sheet.map(|sheet| sheet.page.path.clone()).unwrap_or_default();
        let mut part = Part {
            number,
            count: sheets.len(),
            first: path(sheets.first()),
            last: path(sheets.last()),
            list: sum_of_list(sheets.iter().map(|sheet| sheet.page.path.as_str())),
            ..Part::default()
        };
        let (kept, files) = rayon::join(
            || self.store.map(|store| store.keep(&texts)).transpose(),
            || self.index_of_part(number, &texts, output),
        );
        part.texts = kept?.unwrap_or(Digest::ZERO);
        part.files = files?;
        Ok(Some(Pulled {
            sheets,
            part,
            is_kept: false,
        }))
    }

    /// Writes the index of a part, and gives its files.
    fn index_of_part(
        &self,
        number: Option<usize>,
        texts: &Texts,
        output: &Output<'_>,
    ) -> Result<Vec<(String, Digest)>, DiskError> {
        if !self.features.search {
            return Ok(Vec::new());
        }
        let pages = texts
            .pages
            .iter()
            .map(|text| (text.path.as_str(), &text.document));
        let which = (self.tree.library.language, number);
        // Cores are idle where few parts are made.
        let is_alone = self.is_same || self.parts.len() < ENOUGH_PARTS;
        let runs = if is_alone { rayon::current_num_threads() } else { 1 };
        search::files_of_part(which, (&pages.collect::<Vec<_>>(), runs), &BTreeSet::new())
            .into_iter()
            .map(|(path, bytes)| Ok((path.clone(), output.write(&path, &bytes)?)))
            .collect()
    }

    /// What the last build knew of the texts of pages, by their files.
    fn old_texts(&self, pages: &[usize]) -> BTreeMap<String, Text> {
        let mut texts = BTreeMap::new();
        let Some(store) = self.store.filter(|_| !self.memory.about.parts.is_empty()) else {
            return texts;
        };
        let place = |page: Option<&usize>| self.tree.library.place_of(*page?);
        let (Some(first), Some(last)) = (place(pages.first()), place(pages.last())) else {
            return texts;
        };
        for part in &self.memory.about.parts {
            if part.first.as_str() <= last && part.last.as_str() >= first {
                let found = store.texts(part).unwrap_or_default();
                texts.extend(found.pages.into_iter().map(|text| (text.path.clone(), text)));
            }
        }
        texts
    }

    /// A page that is kept with its text, or printed now.
    fn sheet(
        &self,
        number: usize,
        (kept, old): (Option<&Arc<Page>>, Option<Text>),
        output: &Output<'_>,
    ) -> Option<Result<(Sheet, Text), Failure>> {
        match (kept, old) {
            (Some(page), Some(text)) => {
                let page = Arc::clone(page);
                let is_new = false;
                Some(Ok((Sheet { number, page, is_new }, text)))
            }
            (_, old) => self.new_sheet(number, old.map(|old| old.coloured).unwrap_or_default(), output),
        }
    }

    fn new_sheet(
        &self,
        number: usize,
        coloured: Coloured,
        output: &Output<'_>,
    ) -> Option<Result<(Sheet, Text), Failure>> {
        let library = &self.tree.library;
        let wording = self.tree.wordings.of(library.language);
        let mut colours = match self.store {
            Some(_) => Colours::knowing(coloured),
            None => Colours::new(),
        };
        if let Err(problem) = self.give_text(number) {
            return Some(Err(vec![problem].into()));
        }
        let frame = (library, self.frames);
        let printed = docs::print(frame, (wording, self.features), number, &mut colours)?;
        let sum = match output.write(&printed.path, printed.html.as_bytes()) {
            Ok(sum) => sum,
            Err(error) => return Some(Err(error.into())),
        };
        let (around, outcomes) = match self.store {
            Some(_) => (
                docs::surroundings(frame, wording, number),
                docs::outcomes(library, number, &printed.followed),
            ),
            None => (Digest::ZERO, Digest::ZERO),
        };
        let text = Text {
            path: printed.path.clone(),
            document: printed.document,
            coloured: colours.into_met(),
        };
        let page = Page {
            path: printed.path,
            sum,
            source: self.tree.sum_of(number),
            around,
            outcomes,
            ways: Packed::of(&Ways {
                followed: printed.followed,
                anchors: printed.anchors,
                links: printed.links,
            }),
            files: printed.files,
            problems: printed.problems,
            lost: Vec::new(),
        };
        let (page, is_new) = (Arc::new(page), true);
        Some(Ok((Sheet { number, page, is_new }, text)))
    }

    /// Reads the text of a page that was filed without it.
    fn give_text(&self, number: usize) -> Result<(), Problem> {
        match self.tree.library.source_without_text(number) {
            Some(path) => {
                let text = self.project.read_text(path)?;
                self.tree.library.give_text(number, text);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// What the last build knew of a page, if the page would be the same now.
    pub(super) fn kept(&self, number: usize) -> Option<&'p Arc<Page>> {
        let library = &self.tree.library;
        let path = library.place_of(number)?;
        let page = match self.is_same {
            true => self.memory.pages.get(number)?,
            false => self.known.get(path).copied()?,
        };
        if page.path != path || page.source != self.tree.sum_of(number) {
            return None;
        }
        if self.is_same {
            return Some(page);
        }
        let wording = self.tree.wordings.of(library.language);
        let around = docs::surroundings((library, self.frames), wording, number);
        let outcomes = docs::outcomes(library, number, &page.ways.open().followed);
        (around == page.around && outcomes == page.outcomes).then_some(page)
    }

    /// The part of the last build that has just these pages, if all of them are kept.
    fn kept_part(&self, number: Option<usize>, kept: &[Option<&Arc<Page>>]) -> Option<&'p Part> {
        let part = self.memory.about.parts.get(number.unwrap_or_default())?;
        let are_kept = part.number == number && part.count == kept.len() && kept.iter().all(Option::is_some);
        let paths = kept.iter().flatten().map(|page| page.path.as_str());
        (are_kept && part.list == sum_of_list(paths)).then_some(part)
    }
}

/// The digest of the files of a part's pages.
fn sum_of_list<'l>(paths: impl Iterator<Item = &'l str>) -> Digest {
    let mut stream = Digest::stream();
    for path in paths {
        stream.update(path.as_bytes());
        stream.update(b"\n");
    }
    stream.finish()
}
