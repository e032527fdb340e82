//! What is shown now, and who waits for what comes next.

use crate::diag::Problem;
use crate::fs::Tree;
use crate::pipeline::{Failure, LiveSite, Refreshed};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tiny_http::Request;

/// Most pages that wait for a change; older ones are told to ask again.
const WAITING: usize = 64;

/// A site that does not follow its files.
pub(super) struct Still(pub(super) Tree);

impl LiveSite for Still {
    fn refresh(&mut self, _: &BTreeSet<PathBuf>) -> Refreshed {
        Refreshed::default()
    }

    fn file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.0.get(path).cloned()
    }

    fn folders(&self) -> BTreeSet<PathBuf> {
        BTreeSet::new()
    }

    fn warnings(&self, _: &str) -> Vec<Problem> {
        Vec::new()
    }
}

/// The site with its version, shared by all who answer.
pub(super) struct Shown<'s> {
    inner: Mutex<Inner<'s>>,
}

struct Inner<'s> {
    site: Box<dyn LiveSite + 's>,
    version: u64,
    /// Why there is nothing new to see.
    problems: Vec<Problem>,
    /// The page that was changed last.
    page: Option<String>,
    waiting: Vec<(Request, String)>,
}

/// What a page is told.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) version: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// Where to go, if it is another page that changed.
    pub(super) page: Option<String>,
}

impl<'s> Shown<'s> {
    pub(super) fn new(site: Box<dyn LiveSite + 's>) -> Shown<'s> {
        Shown {
            inner: Mutex::new(Inner {
                site,
                version: 0,
                problems: Vec::new(),
                page: None,
                waiting: Vec::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<'s>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes changes in and tells all who wait; gives the page that was changed.
    pub(super) fn refresh(
        &self,
        changed: &BTreeSet<PathBuf>,
        follows: bool,
    ) -> Result<Option<String>, Failure> {
        let mut inner = self.lock();
        let Refreshed { failure, page } = inner.site.refresh(changed);
        inner.version += 1;
        inner.page = page.clone().filter(|_| follows);
        inner.problems = match &failure {
            Some(Failure::Problems(problems)) => problems.clone(),
            Some(other) => vec![Problem::with_file("(build)", other.reason())],
            None => Vec::new(),
        };
        for (request, here) in std::mem::take(&mut inner.waiting) {
            super::answer::tell(request, &inner.news(&here));
        }
        match failure {
            Some(failure) => Err(failure),
            None => Ok(page),
        }
    }

    pub(super) fn folders(&self) -> BTreeSet<PathBuf> {
        self.lock().site.folders()
    }

    /// What is wrong with the page that was changed last.
    pub(super) fn warnings_of_change(&self) -> Vec<Problem> {
        let inner = self.lock();
        inner
            .page
            .as_deref()
            .map_or_else(Vec::new, |page| inner.site.warnings(page))
    }

    /// A file of the site.
    pub(super) fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.lock().site.file(path)
    }

    /// The news for a page that is opened now: what is wrong, and which version it shows.
    pub(super) fn news(&self, here: &str) -> News {
        self.lock().news(here)
    }

    /// Answers a page when there is something newer than what it shows; at once, if that is not known.
    pub(super) fn wait(&self, request: Request, shows: Option<u64>, here: String) {
        let mut inner = self.lock();
        if Some(inner.version) != shows {
            super::answer::tell(request, &inner.news(&here));
            return;
        }
        inner.waiting.push((request, here));
        if inner.waiting.len() > WAITING {
            let (oldest, here) = inner.waiting.remove(0);
            super::answer::tell(oldest, &inner.news(&here));
        }
    }
}

impl Inner<'_> {
    fn news(&self, here: &str) -> News {
        News {
            version: self.version,
            problems: self.problems.clone(),
            warnings: self.site.warnings(here),
            page: self.page.clone().filter(|page| page != here),
        }
    }
}
