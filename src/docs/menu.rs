//! The menu of a shelf, made from folders.

use super::folders::Child;
use super::frame::{MARK, Shelf};
use super::href::href;
use super::library::Library;
use crate::content::Wording;
use serde::Serialize;

/// Most entries of one level of a menu. Without a limit, the menus of all pages together would grow with the square of
/// their number.
pub(super) const SHELF: usize = 50;
/// Deeper folders stand no further in.
const DEEPEST: usize = 4;

/// An entry, with the gap for the mark of the current page.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    label: String,
    href: String,
    depth: usize,
    mark: String,
    folder: bool,
}

/// The menu of a shelf: at each level the part of the folder around the way to here, what lies in it further in.
pub(super) fn items(library: &Library, wording: &Wording, (folder, block): Shelf) -> Vec<Item> {
    let chain = library.chain(folder);
    let here = library
        .folders
        .get(folder)
        .and_then(|folder| library.page(folder.index))
        .map_or("", |page| page.output.as_str());
    let mut menu = Menu {
        library,
        wording,
        here,
        chain: &chain,
        block,
        items: Vec::new(),
    };
    menu.level(0);
    menu.items
}

struct Menu<'a> {
    library: &'a Library,
    wording: &'a Wording,
    here: &'a str,
    chain: &'a [usize],
    block: usize,
    items: Vec<Item>,
}

impl Menu<'_> {
    fn level(&mut self, depth: usize) {
        let Some(folder) = self
            .chain
            .get(depth)
            .and_then(|folder| self.library.folders.get(*folder))
        else {
            return;
        };
        let below = self.chain.get(depth + 1).copied();
        let way = |child: &Child| below.is_some_and(|below| *child == Child::Folder(below));
        let block = match below {
            Some(_) => folder.children.iter().position(way).unwrap_or_default() / SHELF,
            None => self.block,
        };
        let children = folder.children.iter().skip(block * SHELF).take(SHELF);
        for child in children {
            self.item(*child, depth);
            if way(child) {
                self.level(depth + 1);
            }
        }
        if folder.children.len() > SHELF {
            let count = folder.children.len().to_string();
            let label = self.wording.filled("site.docs.all", &[("count", &count)]);
            self.push(folder.index, label, (depth, false), String::new());
        }
    }

    fn item(&mut self, child: Child, depth: usize) {
        let page = self.library.page_of(child);
        let Some(leaf) = self.library.page(page) else {
            return;
        };
        let label = leaf.title.replace(MARK, "");
        let folder = matches!(child, Child::Folder(_));
        self.push(page, label, (depth, folder), format!("{MARK}{page}{MARK}"));
    }

    fn push(&mut self, page: usize, label: String, (depth, folder): (usize, bool), mark: String) {
        let output = self.library.page(page).map_or("", |leaf| leaf.output.as_str());
        self.items.push(Item {
            label,
            href: href(self.here, output),
            depth: depth.min(DEEPEST),
            mark,
            folder,
        });
    }
}
