//! A source with what its tree must know of it.

use super::Letters;
use super::front_matter::{self, FrontMatter};
use super::title;
use crate::diag::Problem;
use crate::domain::Digest;
use serde::{Deserialize, Serialize};

/// One Markdown file, read as far as the tree must know it. What it knows can be kept and given again without the text,
/// which is then needed only where the page is printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// Inside the tree, with forward slashes.
    pub path: String,
    /// All of it; empty where it was not read again.
    #[serde(skip)]
    pub text: String,
    /// Its letters, by which the language of the tree is guessed.
    pub letters: Letters,
    pub(super) meta: FrontMatter,
    pub(super) title: String,
    /// What is wrong with its front matter.
    pub(super) problem: Option<Problem>,
}

impl Filed {
    /// Reads the front matter of a text and looks for its title.
    pub fn read(path: String, text: String) -> Filed {
        let (meta, problem) = front_matter::read(&path, &text);
        let body = text.get(meta.body..).unwrap_or_default();
        Filed {
            title: title::of_page(&meta, body, &path),
            letters: Letters::of(&text),
            path,
            text,
            meta,
            problem,
        }
    }

    /// What other pages show of this one. If that of all sources is the same, so are menus, addresses and the order of
    /// pages.
    fn listed(&self) -> (&str, &str, Option<&str>, Option<u64>, bool) {
        let order = self.meta.order.map(f64::to_bits);
        let description = self.meta.description.as_deref();
        (&self.path, &self.title, description, order, self.meta.draft)
    }
}

/// The digest of all of a tree but the texts of its pages: with the same one, a page changes only if its own text does.
pub fn structure<'f>(sources: impl ExactSizeIterator<Item = &'f Filed>, others: &[String]) -> Digest {
    let mut stream = Digest::stream();
    let mut add = |part: &str| stream.part(part.as_bytes());
    add(&sources.len().to_string());
    for source in sources {
        let (path, title, description, order, draft) = source.listed();
        for part in [
            path,
            title,
            description.unwrap_or("\0"),
            &format!("{order:?} {draft}"),
        ] {
            add(part);
        }
    }
    others.iter().for_each(|path| add(path));
    stream.finish()
}
