//! Links to places on pages, followed when all pages are known.

use super::library::Library;
use super::writer::{Link, MOST_PROBLEMS};
use crate::diag::{Position, Problem, nearest};
use std::cell::OnceCell;

pub use super::slug::slug;

/// What is wrong with the links of one page to places, as warnings. Links to pages and files were followed when the page was
/// printed. `anchors` knows the places on each page, `text` reads a source that was not read when it was filed.
pub fn of_page<'a>(
    (page, links): (usize, &[Link]),
    library: &Library,
    anchors: impl Fn(usize) -> Option<&'a [String]>,
    text: impl Fn(&str) -> Option<String>,
) -> Vec<Problem> {
    let source = library.page(page).and_then(|leaf| leaf.source.as_ref());
    let (path, known) = source.map_or(("", ""), |source| (source.path.as_str(), source.text()));
    let read = OnceCell::new();
    let text = || match known.is_empty() {
        true => read.get_or_init(|| text(path).unwrap_or_default()).as_str(),
        false => known,
    };
    let problem = |link: &Link| {
        let known = anchors(link.page).unwrap_or_default();
        // Sorted, because they come out of a map.
        if known.binary_search(&link.anchor).is_ok() {
            return None;
        }
        let message = format!("the link `{}` leads to an anchor that is not there", link.written);
        let problem = Problem::new(path, Position::of_offset(text(), link.at), message);
        Some(match nearest(&link.anchor, known.iter().map(String::as_str)) {
            Some(near) => problem.hint(format!("did you mean `#{near}`?")),
            None => problem,
        })
    };
    links.iter().filter_map(problem).take(MOST_PROBLEMS).collect()
}
