//! The pages of a tree and the index that search has of them, printed part by part on all cores: what search must know
//! of a page leaves the memory with its part.

use super::Tree;
use super::output::Output;
use crate::docs::{self, Features, Frames, Printed};
use crate::domain::Digest;
use crate::fs::DiskError;
use crate::pipeline::failure::Failure;
use crate::site::search::{self, Document};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// With fewer parts than this, the pages of each are printed on all cores; with more, each part on one.
const ENOUGH_PARTS: usize = 8;

/// What one part came to.
struct Part {
    pages: Vec<Printed>,
    files: Vec<(String, Digest)>,
}

/// What all parts are printed with.
struct Press<'p> {
    tree: &'p Tree,
    frames: &'p Frames,
    features: Features,
    /// Numbers of pages, in the order of their files.
    order: Vec<usize>,
    parts: Vec<Range<usize>>,
}

/// Prints all pages and their index. What comes back has neither HTML nor text any more.
pub(super) fn print(
    tree: &Tree,
    frames: &Frames,
    features: Features,
    site: &mut Output<'_>,
) -> Result<Vec<Printed>, Failure> {
    let library = &tree.library;
    let place = |number: &usize| library.place_of(*number).unwrap_or_default();
    let mut order: Vec<usize> = (0..library.page_count()).collect();
    order.sort_unstable_by(|left, right| place(left).cmp(place(right)));
    let press = Press {
        parts: search::parts(order.iter().map(place)),
        order,
        tree,
        frames,
        features,
    };
    site.make_folders(library.page_folders().collect::<BTreeSet<&str>>())?;
    if features.search {
        site.make_folders([search::folder(library.language).as_str()])?;
    }
    let output = &*site;
    let printed: Vec<Result<Part, DiskError>> = (0..press.parts.len())
        .into_par_iter()
        .map(|number| press.part(number, output))
        .collect();
    let mut pages = Vec::with_capacity(press.order.len());
    for part in printed {
        let part = part?;
        for (path, digest) in part.files {
            site.list(path, digest);
        }
        pages.extend(part.pages);
    }
    if features.search && press.parts.len() > 1 {
        let (path, bytes) = search::file_of_parts(library.language, &press.parts);
        site.add(&path, &bytes)?;
    }
    Ok(pages)
}

impl Press<'_> {
    fn part(&self, number: usize, output: &Output<'_>) -> Result<Part, DiskError> {
        let pages = self.parts.get(number).and_then(|part| self.order.get(part.clone()));
        let pages = pages.unwrap_or_default();
        let print = |page: &usize| self.page(*page, output);
        let printed: Vec<Result<(Printed, Digest), DiskError>> = match self.parts.len() < ENOUGH_PARTS {
            true => pages.par_iter().filter_map(print).collect(),
            false => pages.iter().filter_map(print).collect(),
        };
        let mut part = Part {
            pages: Vec::with_capacity(pages.len()),
            files: Vec::with_capacity(pages.len() + 8),
        };
        let mut documents: Vec<(String, Document)> = Vec::with_capacity(pages.len());
        for result in printed {
            let (mut page, digest) = result?;
            part.files.push((page.path.clone(), digest));
            documents.push((page.path.clone(), std::mem::take(&mut page.document)));
            part.pages.push(page);
        }
        if self.features.search {
            let alone = self.parts.len() == 1;
            let which = (self.tree.library.language, (!alone).then_some(number));
            for (path, bytes) in search::files_of_part(which, &documents, &BTreeSet::new()) {
                let digest = output.write(&path, &bytes)?;
                part.files.push((path, digest));
            }
        }
        Ok(part)
    }

    fn page(&self, number: usize, output: &Output<'_>) -> Option<Result<(Printed, Digest), DiskError>> {
        let library = &self.tree.library;
        let wording = self.tree.wordings.of(library.language);
        let mut page = docs::print((library, self.frames), wording, number, self.features)?;
        let html = std::mem::take(&mut page.html);
        Some(output.write(&page.path, html.as_bytes()).map(|digest| (page, digest)))
    }
}
