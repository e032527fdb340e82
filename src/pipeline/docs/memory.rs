//! What a build of a tree leaves for the next one, in a hidden folder beside the site: what it knew of each source and
//! page, the text that search has of them, coloured code, and the folder of the site before this one. All of it can be
//! deleted at any time; a build without it makes the same bytes.

use super::packed::Packed;
use crate::content::Wordings;
use crate::diag::Problem;
use crate::docs::{Coloured, Filed};
use crate::domain::Digest;
use crate::fs::{self, DiskError, Stamp};
use crate::site::search::Document;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is known of a source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::pipeline) struct Source {
    pub(super) filed: Filed,
    pub(super) stamp: Option<Stamp>,
    pub(super) sum: Digest,
}

/// What is known of a page that was printed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Page {
    /// Its file in the site, and the digest of that.
    pub(super) path: String,
    pub(super) sum: Digest,
    /// What it was made of: its text, what stands around it, and where its links led.
    pub(super) source: Digest,
    pub(super) around: Digest,
    pub(super) outcomes: Digest,
    /// Its links, and the places on it.
    pub(super) ways: Packed,
    /// Files of the tree that it shows or links.
    pub(super) files: BTreeSet<String>,
    /// What is wrong with it, and with its links to places.
    pub(super) problems: Vec<Problem>,
    pub(super) lost: Vec<Problem>,
}

/// A part of the index of search.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Part {
    /// Its number; none if there is no other.
    pub(super) number: Option<usize>,
    /// How many pages it has, the files of the first and the last of them, and the digest of all.
    pub(super) count: usize,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) list: Digest,
    /// Its own files.
    pub(super) files: Vec<(String, Digest)>,
    /// The digest of the [`Texts`] of its pages, by which their file is called.
    pub(super) texts: Digest,
}

/// What is needed of the pages of a part only when one of them changes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    pub(super) pages: Vec<Text>,
}

/// What search knows of a page, and its coloured code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) document: Document,
    pub(super) coloured: Coloured,
}

/// A file of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) sum: Digest,
    pub(super) stamp: Option<Stamp>,
}

/// What the last build left.
#[derive(Clone, Debug, Default)]
pub(in crate::pipeline) struct Memory {
    pub(super) about: About,
    pub(super) sources: Vec<Arc<Source>>,
    /// By their numbers in the library.
    pub(super) pages: Vec<Arc<Page>>,
    /// Files of the site, sorted.
    pub(super) site: Vec<(String, Made)>,
}

/// What the last build left besides long lists.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::pipeline) struct About {
    /// The program and the options that it was made with.
    pub(super) maker: Digest,
    /// A file that was made when the build began.
    pub(super) began: Option<Stamp>,
    /// The words that pages are printed with, read.
    pub(super) wordings: Option<Arc<Wordings>>,
    /// See [`crate::docs::structure`].
    pub(super) structure: Digest,
    pub(super) parts: Vec<Part>,
    /// Files that the site has for itself: assets, and pages that are made of no source.
    pub(super) own: Vec<String>,
    /// Files of the tree that were copied, with their stamps.
    pub(super) copied: BTreeMap<String, Option<Stamp>>,
    /// Files in which the site before it differs, and the folders of that site.
    pub(super) stale: BTreeSet<String>,
    pub(super) spare: Vec<(String, Stamp)>,
}

impl Memory {
    /// What is known of the source at a path, which is probably the `turn`th.
    pub(super) fn source(&self, turn: usize, path: &str) -> Option<&Arc<Source>> {
        let at_turn = self.sources.get(turn).filter(|source| source.filed.path == path);
        at_turn.or_else(|| {
            let place = self
                .sources
                .binary_search_by(|source| source.filed.path.as_str().cmp(path));
            self.sources.get(place.ok()?)
        })
    }

    /// What is known of a file of the site.
    pub(super) fn made(&self, path: &str) -> Option<&Made> {
        let place = self.site.binary_search_by(|(known, _)| known.as_str().cmp(path));
        self.site.get(place.ok()?).map(|(_, made)| made)
    }

    /// All of it behind `start`, the long lists one after another: they are packed and unpacked on all cores.
    fn packed(&self, start: &[u8]) -> [Vec<u8>; 4] {
        let (sources, (pages, site)) = rayon::join(
            || packed_list(&self.sources, 192),
            || rayon::join(|| packed_list(&self.pages, 512), || packed_list(&self.site, 128)),
        );
        let lengths = [&sources, &pages, &site].map(Vec::len);
        let about = postcard::to_extend(&(&self.about, lengths), start.to_vec()).unwrap_or_default();
        [about, sources, pages, site]
    }

    /// What was packed, if `maker` made it.
    fn unpacked(bytes: &[u8], maker: Digest) -> Option<Memory> {
        let ((about, lengths), rest): ((About, [usize; 3]), _) = postcard::take_from_bytes(bytes).ok()?;
        (about.maker == maker).then_some(())?;
        let [sources, pages, site] = lengths;
        let (sources, rest) = rest.split_at_checked(sources)?;
        let (pages, rest) = rest.split_at_checked(pages)?;
        let site = rest.get(..site)?;
        let (sources, (pages, site)) = rayon::join(
            || postcard::from_bytes(sources).ok(),
            || {
                rayon::join(
                    || postcard::from_bytes(pages).ok(),
                    || postcard::from_bytes(site).ok(),
                )
            },
        );
        Some(Memory {
            about,
            sources: sources?,
            pages: pages?,
            site: site?,
        })
    }
}

/// A list as bytes, of which an entry takes about so many.
fn packed_list<T: Serialize>(list: &[T], about: usize) -> Vec<u8> {
    postcard::to_extend(list, Vec::with_capacity(list.len() * about)).unwrap_or_default()
}

/// The folder that memory is kept in.
#[derive(Clone, Debug)]
pub(super) struct Store {
    folder: PathBuf,
}

/// The form of the files; another one is not read.
const FORM: &[u8; 8] = b"stage6m3";

impl Store {
    /// The store of a site. A link in its place, which a tree of somebody else may bring, would lead to folders that are
    /// not ours to empty: there is no store then.
    pub(super) fn beside(site: &Path) -> Option<Store> {
        let name = site.file_name()?.to_str()?;
        let folder = site.parent()?.join(format!(".{name}.stage6"));
        (!fs::is_link(&folder)).then_some(Store { folder })
    }

    pub(super) fn is_there(&self) -> bool {
        self.folder.is_dir()
    }

    /// Takes the store for this build and marks its beginning; `None` if another build has it.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn begin(&self) -> Result<Option<(fs::Lock, Option<Stamp>)>, DiskError> {
        let Some(lock) = fs::Lock::try_take(&self.folder.join("lock"))? else {
            return Ok(None);
        };
        // Nobody wants it in a repository.
        fs::write_scratch(&self.folder.join(".gitignore"), b"*\n")?;
        fs::write_scratch(&self.folder.join("began"), b"")?;
        let began = Stamp::of(&self.folder.join("began")).ok().flatten();
        Ok(Some((lock, began)))
    }

    /// The folder of the site before the present one.
    pub(super) fn spare(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// What is kept; nothing if there is none or it cannot be used.
    pub(super) fn read(&self, maker: Digest) -> Option<Memory> {
        let bytes = fs::read_file(&self.folder.join("memory"), "memory").ok()?;
        Memory::unpacked(bytes.strip_prefix(FORM)?, maker)
    }

    /// Keeps memory, and forgets texts that it does not name.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn write(&self, memory: &Memory) -> Result<(), DiskError> {
        let packed = memory.packed(FORM);
        fs::write_scratch_of(&self.folder.join("memory"), &packed.each_ref().map(Vec::as_slice))?;
        let parts = &memory.about.parts;
        let named: BTreeSet<String> = parts.iter().map(|part| part.texts.to_string()).collect();
        let folder = self.folder.join("texts");
        for name in fs::list_names(&folder, "texts").unwrap_or_default() {
            if !named.contains(&name) {
                fs::remove_scratch(&folder.join(name));
            }
        }
        Ok(())
    }

    /// Forgets everything but the lock.
    pub(super) fn forget(&self) {
        fs::remove_scratch(&self.folder.join("memory"));
        fs::remove_scratch(&self.folder.join("texts"));
        fs::remove_scratch(&self.spare());
    }

    pub(super) fn texts(&self, part: &Part) -> Option<Texts> {
        let path = self.folder.join("texts").join(part.texts.to_string());
        let bytes = fs::read_file(&path, "texts").ok()?;
        (Digest::of(&bytes) == part.texts).then_some(())?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Keeps texts, and gives their digest.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn keep(&self, texts: &Texts) -> Result<Digest, DiskError> {
        let bytes = postcard::to_stdvec(texts).unwrap_or_default();
        let sum = Digest::of(&bytes);
        fs::write_scratch(&self.folder.join("texts").join(sum.to_string()), &bytes)?;
        Ok(sum)
    }
}
