//! The build before this one, as far as it left anything that can be used.

use super::memory::{About, Memory, Store};
use super::output::Settled;
use super::{DocsOptions, KEPT};
use crate::domain::Digest;
use crate::fs::{self, Below, DiskError, Lock, Project, Staging, Stamp};
use crate::pipeline::failure::Failure;
use crate::pipeline::targets;
use std::path::Path;
use std::thread::{self, JoinHandle};

/// What the last build left, held until this one ends.
#[derive(Debug)]
pub(super) struct LastBuild {
    pub(super) memory: Memory,
    store: Option<Store>,
    maker: Digest,
    began: Option<Stamp>,
    has_spare: bool,
    /// Looks at all files of the site while the next one is made.
    look: Option<JoinHandle<Option<Below>>>,
    /// The folders that the site has, once that is known.
    folders: Vec<String>,
    _lock: Option<Lock>,
}

impl LastBuild {
    /// There was none, and this one leaves nothing.
    pub(super) fn none() -> LastBuild {
        LastBuild {
            memory: Memory::default(),
            store: None,
            maker: Digest::ZERO,
            began: None,
            has_spare: false,
            look: None,
            folders: Vec::new(),
            _lock: None,
        }
    }

    /// Whether a build left anything, be it of use or not.
    pub(super) fn is_left(project: &Project, options: &DocsOptions) -> bool {
        let store = Store::beside(&project.locate(&options.output));
        options.program.is_some() && store.is_some_and(|store| store.is_there())
    }

    /// Reads what is there. It may be used if the program and its options are what they were, and if the files of the
    /// site are too, which [`LastBuild::is_in_place`] tells later. Another build that runs at the same time has it for
    /// itself.
    ///
    /// # Errors
    /// The folder of the site holds what no build made, or the disk refuses.
    pub(super) fn open(project: &Project, options: &DocsOptions) -> Result<LastBuild, Failure> {
        let site = project.locate(&options.output);
        let store = options.program.as_ref().and_then(|_| Store::beside(&site));
        // Nothing is written beside a folder that is refused.
        let is_first = store.as_ref().is_none_or(|store| !store.is_there());
        if is_first {
            targets::check_site(project, &options.output)?;
        }
        let Some(store) = store else {
            return Ok(LastBuild::none());
        };
        let Some((lock, began)) = store.begin()? else {
            targets::check_site(project, &options.output)?;
            return Ok(LastBuild::none());
        };
        let look = match is_first {
            true => None,
            false => Some(thread::spawn(move || fs::stamps_below(&site).ok())),
        };
        let maker = maker(options);
        let memory = store.read(maker);
        if memory.is_none() {
            if !is_first {
                targets::check_site(project, &options.output)?;
            }
            store.forget();
        }
        let memory = memory.unwrap_or_default();
        let has_spare = is_spare(&store.spare(), &memory);
        if !has_spare {
            fs::remove_scratch(&store.spare());
        }
        Ok(LastBuild {
            memory,
            maker,
            began,
            has_spare,
            look,
            folders: Vec::new(),
            store: Some(store),
            _lock: Some(lock),
        })
    }

    /// Whether it left anything that can be used.
    pub(super) fn is_used(&self) -> bool {
        !self.memory.pages.is_empty()
    }

    /// Whether the site holds just the files that the last build put there, untouched since.
    pub(super) fn is_in_place(&mut self) -> bool {
        let found = self.look.take().and_then(|look| look.join().ok()).flatten();
        let Some(Below { files, folders }) = found else {
            return false;
        };
        self.folders = folders;
        is_as_left(&files, &self.memory)
    }

    pub(super) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    pub(super) fn has_spare(&self) -> bool {
        self.has_spare
    }

    /// Uses nothing of it: it turned out to be damaged, or not to be that of this site.
    pub(super) fn forget(&mut self) {
        if let Some(store) = &self.store {
            store.forget();
        }
        self.memory = Memory::default();
        self.has_spare = false;
    }

    /// Begins the folder of the site.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn begin(&self, site: &Path) -> Result<Staging, DiskError> {
        match &self.store {
            // A first build keeps no folder: what it replaces is unlike what it makes.
            Some(store) if self.is_used() => {
                let staging = Staging::begin_from(site, &store.spare())?;
                KEPT.iter().try_for_each(|name| staging.remove(name))?;
                Ok(staging)
            }
            _ => Staging::begin(site),
        }
    }

    /// Leaves what the next build can use.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn leave(&self, memory: Memory, settled: Settled) -> Result<(), DiskError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        // What was in place is the spare folder now, if it was kept.
        let stamps = fs::stamps_of_folders(&store.spare(), &self.folders).unwrap_or_default();
        let memory = Memory {
            about: About {
                maker: self.maker,
                began: self.began,
                stale: settled.stale,
                spare: self.folders.iter().cloned().zip(stamps).collect(),
                ..memory.about
            },
            site: settled.site,
            ..memory
        };
        store.write(&memory)?;
        let_go(memory);
        Ok(())
    }
}

impl Drop for LastBuild {
    fn drop(&mut self) {
        let_go(std::mem::take(&mut self.memory));
    }
}

/// Gives memory back while others go on, or leaves that to the end of the program: a large tree is hundreds of thousands
/// of small texts, and nobody should wait for them.
pub(super) fn let_go(value: impl Send + 'static) {
    rayon::spawn(move || drop(value));
}

/// What a site depends on besides its tree.
fn maker(options: &DocsOptions) -> Digest {
    let about = (
        &options.program,
        &options.name,
        options.language.map(|language| language.tag()),
        [
            options.features.search,
            options.features.highlighting,
            options.features.links,
        ],
    );
    Digest::of(format!("{about:?}").as_bytes())
}

/// Whether files, sorted, are just those that the last build put into the site.
fn is_as_left(found: &[(String, Option<Stamp>)], memory: &Memory) -> bool {
    let mut left = memory.site.iter().peekable();
    let is_known = found
        .iter()
        .all(|(name, stamp)| match left.next_if(|(path, _)| *path == *name) {
            Some((_, made)) => stamp.is_some() && *stamp == made.stamp,
            None => stamp.is_some() && KEPT.contains(&name.as_str()) || targets::is_nobodys(name),
        });
    is_known && left.next().is_none()
}

/// Whether the folder of the site before the present one is what it was when it was exchanged. Its files are those of the
/// present one, in which changes are noticed, but for those that are written anew anyway.
fn is_spare(spare: &Path, memory: &Memory) -> bool {
    let (folders, stamps): (Vec<String>, Vec<Stamp>) = memory.about.spare.iter().cloned().unzip();
    !folders.is_empty() && fs::stamps_of_folders(spare, &folders).is_ok_and(|found| found == stamps)
}
