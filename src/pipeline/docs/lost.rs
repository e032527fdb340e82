//! Links to places on pages that are not there. Only pages that are new, or that link to one whose places changed, are
//! looked at again.

use super::memory::Memory;
use super::packed::{Packed, Ways};
use super::pages::Sheet;
use crate::docs::{self, Library};
use crate::fs::Project;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Follows the links of all sheets, each of which stands at the place of its number.
pub(super) fn follow(
    project: &Project,
    library: &Library,
    (memory, is_same): (&Memory, bool),
    sheets: &mut [Sheet],
) {
    if !is_same && !memory.pages.is_empty() {
        renumber(memory, sheets);
    }
    let opened: Vec<OnceLock<Ways>> = sheets.iter().map(|_| OnceLock::new()).collect();
    let ways = |number: usize| {
        let sheet: &Sheet = sheets.get(number)?;
        Some(opened.get(number)?.get_or_init(|| sheet.page.ways.open()))
    };
    let has_moved = |sheet: &&Sheet| {
        let old = memory.pages.get(sheet.number).filter(|_| is_same);
        let now = || ways(sheet.number).map(|ways| &ways.anchors);
        sheet.is_new && old.is_none_or(|old| Some(&old.ways.open().anchors) != now())
    };
    let moved: BTreeSet<usize> = match is_same {
        true => sheets
            .iter()
            .filter(has_moved)
            .map(|sheet| sheet.number)
            .collect(),
        false => BTreeSet::new(),
    };
    let leads_to_moved = |sheet: &Sheet| {
        let links = ways(sheet.number).map_or(&[][..], |ways| &ways.links);
        links.iter().any(|link| moved.contains(&link.page))
    };
    let is_wanted = |sheet: &&Sheet| sheet.is_new || !is_same || (!moved.is_empty() && leads_to_moved(sheet));
    let anchors = |number: usize| ways(number).map(|ways| ways.anchors.as_slice());
    let text = |path: &str| project.read_text(path).ok();
    let found: Vec<(usize, Vec<_>)> = sheets
        .par_iter()
        .with_min_len(64)
        .filter(is_wanted)
        .map(|sheet| {
            let links = ways(sheet.number).map_or(&[][..], |ways| &ways.links);
            (
                sheet.number,
                docs::links::of_page((sheet.number, links), library, anchors, text),
            )
        })
        .collect();
    for (number, lost) in found {
        // Most pages lose nothing, and are shared with what the last build left.
        if let Some(sheet) = sheets.get_mut(number).filter(|sheet| sheet.page.lost != lost) {
            Arc::make_mut(&mut sheet.page).lost = lost;
        }
    }
}

/// Links of kept pages know the numbers that pages had in the last build.
fn renumber(memory: &Memory, sheets: &mut [Sheet]) {
    let numbers: BTreeMap<String, usize> = sheets
        .iter()
        .map(|sheet| (sheet.page.path.clone(), sheet.number))
        .collect();
    sheets
        .par_iter_mut()
        .filter(|sheet| !sheet.is_new)
        .for_each(|sheet| {
            let mut ways = sheet.page.ways.open();
            for link in &mut ways.links {
                let old = memory.pages.get(link.page);
                // A page whose target is gone is printed anew.
                let number = old.and_then(|old| numbers.get(&old.path));
                link.page = number.copied().unwrap_or(usize::MAX);
            }
            let packed = Packed::of(&ways);
            if packed != sheet.page.ways {
                Arc::make_mut(&mut sheet.page).ways = packed;
            }
        });
}
