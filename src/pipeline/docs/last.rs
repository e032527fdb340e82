//! The build before this one, as far as it left anything that can be used.

use super::memory::{Memory, Store, together};
use super::{DocsOptions, KEPT};
use crate::domain::Digest;
use crate::fs::{self, DiskError, Lock, Project, Staging, Stamp};
use crate::pipeline::failure::Failure;
use crate::pipeline::targets;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the last build left, held until this one ends.
#[derive(Debug)]
pub(super) struct LastBuild {
    pub(super) memory: Memory,
    store: Option<Store>,
    maker: Digest,
    began: Option<Stamp>,
    has_spare: bool,
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
            _lock: None,
        }
    }

    /// Reads what is there. It is used if the program, its options and the files of the site are what they were; another
    /// build that runs at the same time has it for itself.
    ///
    /// # Errors
    /// The folder of the site holds what no build made, or the disk refuses.
    pub(super) fn open(project: &Project, options: &DocsOptions) -> Result<LastBuild, Failure> {
        let site = project.locate(&options.output);
        let store = options.program.as_ref().and_then(|_| Store::beside(&site));
        let Some(store) = store else {
            targets::check_site(project, &options.output)?;
            return Ok(LastBuild::none());
        };
        let maker = maker(options);
        // Nothing is written beside a folder that is refused.
        let was_there = store.is_there();
        if !was_there {
            targets::check_site(project, &options.output)?;
        }
        let Some((lock, began)) = store.begin()? else {
            targets::check_site(project, &options.output)?;
            return Ok(LastBuild::none());
        };
        let (memory, found) = rayon::join(|| store.read(maker), || fs::stamps_below(&site));
        let found = found.unwrap_or_default();
        let memory = memory.filter(|memory| is_as_left(found, memory));
        if memory.is_none() {
            if was_there {
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
            store: Some(store),
            _lock: Some(lock),
        })
    }

    pub(super) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    pub(super) fn has_spare(&self) -> bool {
        self.has_spare
    }

    /// Uses nothing of it: it turned out to be damaged.
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
            Some(store) if !self.memory.pages.is_empty() => {
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
    pub(super) fn leave(&self, memory: Memory) -> Result<(), DiskError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let mut stale = BTreeSet::new();
        together(&memory.site, &self.memory.site, |path, new, old| {
            if new != old {
                stale.insert(path.clone());
            }
            Ok(())
        })?;
        store.write(&Memory {
            maker: self.maker,
            began: self.began,
            stale,
            spare: fs::stamps_of_folders(&store.spare()).unwrap_or_default(),
            ..memory
        })
    }
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

/// Whether the site holds just the files that the last build put there, untouched since.
fn is_as_left(mut found: BTreeMap<String, Option<Stamp>>, memory: &Memory) -> bool {
    let as_left = memory.site.iter().all(|(path, made)| {
        found
            .remove(path)
            .is_some_and(|stamp| stamp.is_some() && stamp == made.stamp)
    });
    as_left
        && found.iter().all(|(name, stamp)| {
            stamp.is_some() && KEPT.contains(&name.as_str()) || targets::is_nobodys(name)
        })
}

/// Whether the folder of the site before the present one is what it was when it was exchanged. Its files are those of the
/// present one, in which changes are noticed, but for those that are written anew anyway.
fn is_spare(spare: &Path, memory: &Memory) -> bool {
    !memory.spare.is_empty() && fs::stamps_of_folders(spare).is_ok_and(|found| found == memory.spare)
}
