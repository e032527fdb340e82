//! How the pages of a large site are divided: each part of the index is made, held in memory and written by itself, and
//! a page that changes touches the files of its own part only.

use crate::domain::Digest;
use std::ops::Range;

/// Up to this many pages one part is quicker to load than several.
const ONE: usize = 1_500;
/// The fewest and the most pages of a part, but for the last one.
const FEWEST: usize = 64;
const MOST: usize = 512;
/// Between those, one page in this many ends its part.
const EVERY: u8 = 64;

/// The parts of a site with pages at these paths, sorted. Where a part ends follows from the path of its last page, so
/// that a page more or less moves the end of one part, and those of others seldom.
pub fn parts<'p>(paths: impl IntoIterator<Item = &'p str>) -> Vec<Range<usize>> {
    let paths: Vec<&str> = paths.into_iter().collect();
    if paths.len() <= ONE {
        return std::iter::once(0..paths.len()).collect();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for (number, path) in paths.iter().enumerate() {
        let count = number + 1 - start;
        if count >= MOST || count >= FEWEST && ends_part(path) {
            parts.push(start..number + 1);
            start = number + 1;
        }
    }
    if start < paths.len() {
        parts.push(start..paths.len());
    }
    parts
}

fn ends_part(path: &str) -> bool {
    Digest::of(path.as_bytes()).as_bytes()[0].is_multiple_of(EVERY)
}
