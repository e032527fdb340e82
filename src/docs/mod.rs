//! Documentation that was not made for us: Markdown in folders, with or without front matter, as it lies in a
//! repository.
//!
//! [`Library`] knows what there is and where it goes, [`Frames`] print what stands around pages, [`print()`] turns one
//! source into one page, [`links`] says which links lead nowhere. Nothing here reads or writes files, and what is wrong
//! with a page is a warning with its place: a tree of somebody else is shown as well as it can be.
//!
//! Cost grows with the number of pages: a page knows its neighbours and the folders above it, never all pages.

mod colours;
mod filed;
mod folders;
mod frame;
mod front_matter;
mod highlight;
mod href;
mod library;
pub mod links;
mod menu;
mod order;
mod outside;
mod page;
mod raw_html;
mod slug;
#[cfg(test)]
mod tests;
mod title;
mod writer;

pub use colours::{Coloured, Colours};
pub use filed::{Filed, structure};
pub use frame::Frames;
pub use highlight::load_grammars;
pub use library::Library;
pub use page::{Printed, outcomes, print, surroundings};
pub use writer::Link;

use crate::domain::Language;
use serde::{Deserialize, Serialize};

/// What is done besides turning Markdown into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// An index for search, and the dialogue that uses it.
    pub search: bool,
    /// Code in colour.
    pub highlighting: bool,
    /// Links and anchors are followed.
    pub links: bool,
}

impl Features {
    /// All that can be done.
    pub const ALL: Features = Features {
        search: true,
        highlighting: true,
        links: true,
    };
}

/// The words that pages of a tree need besides those of all pages.
pub const REQUIRED: &[&str] = &[
    "callout.caution",
    "callout.important",
    "callout.note",
    "callout.tip",
    "callout.warning",
    "footnotes.back",
    "footnotes.reference",
    "footnotes.title",
    "heading.permalink",
    "site.breadcrumbs",
    "site.docs.all",
    "site.docs.home",
    "site.docs.pages",
    "site.docs.search.title",
    "site.neighbours",
    "site.next",
    "site.on_this_page",
    "site.previous",
    "site.start",
    "table.label",
];

/// Letters of a text, by which its language is guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// Letters that only Polish has.
    polish: usize,
    all: usize,
}

impl Letters {
    /// Counts those of a text. Those of ASCII are counted as bytes, many at once: on all pages of a tree that shows.
    pub fn of(text: &str) -> Letters {
        let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
        let mut letters = Letters {
            polish: 0,
            all: text.as_bytes().iter().filter(is_letter).count(),
        };
        let mut rest = text;
        loop {
            rest = behind_ascii(rest);
            let Some(letter) = rest.chars().next() else {
                return letters;
            };
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            letters.all += usize::from(letter.is_alphabetic());
            letters.polish += usize::from("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(letter));
        }
    }

    /// The language of texts that do not say it: Polish if enough of their letters are ones that only Polish has.
    ///
    /// One letter in a hundred is enough: of Polish prose about six in a hundred have a mark, of English none but those
    /// of names.
    pub fn language(of: impl IntoIterator<Item = Letters>) -> Language {
        let total = of.into_iter().fold(Letters::default(), |sum, one| Letters {
            polish: sum.polish + one.polish,
            all: sum.all + one.all,
        });
        match total.polish * 100 >= total.all && total.polish > 0 {
            true => Language::Polish,
            false => Language::English,
        }
    }
}

/// A text without the ASCII at its beginning.
fn behind_ascii(text: &str) -> &str {
    let bytes = text.as_bytes();
    let plain: usize = bytes
        .chunks(32)
        .take_while(|chunk| chunk.is_ascii())
        .map(<[u8]>::len)
        .sum();
    let start = bytes.iter().skip(plain).position(|byte| !byte.is_ascii());
    text.get(start.map_or(text.len(), |start| plain + start)..)
        .unwrap_or_default()
}
