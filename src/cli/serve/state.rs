//! What is shown now, and who waits for what comes next.

use crate::diag::{About, Problem, Topic};
use crate::fs::Tree;
use crate::pipeline::{Failure, LiveSite, Refreshed};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

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
pub(super) struct Shown {
    inner: Mutex<Inner>,
    version: watch::Sender<u64>,
}

struct Inner {
    site: Box<dyn LiveSite>,
    /// Why there is nothing new to see.
    problems: Vec<Problem>,
    /// The page that was changed last.
    page: Option<String>,
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

impl Shown {
    pub(super) fn new(site: Box<dyn LiveSite>) -> Shown {
        Shown {
            inner: Mutex::new(Inner {
                site,
                problems: Vec::new(),
                page: None,
            }),
            version: watch::Sender::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
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
        inner.page = page.clone().filter(|_| follows);
        inner.problems = match &failure {
            Some(Failure::Problems(problems)) => problems.clone().about(Topic::Configuration),
            Some(other) => {
                let problem = Problem::with_file("(build)", other.reason());
                let topic = other.topics().first().copied();
                vec![topic.map_or(problem.clone(), |topic| problem.about(topic))]
            }
            None => Vec::new(),
        };
        self.version.send_modify(|version| *version += 1);
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
        let page = inner.page.as_deref();
        page.map_or_else(Vec::new, |page| inner.site.warnings(page))
    }

    /// A file of the site.
    pub(super) fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.lock().site.file(path)
    }

    /// The news for a page: what is wrong, and which version there is.
    pub(super) fn news(&self, here: &str) -> News {
        let inner = self.lock();
        News {
            version: *self.version.borrow(),
            problems: inner.problems.clone(),
            warnings: inner.site.warnings(here),
            page: inner.page.clone().filter(|page| page != here),
        }
    }

    /// Waits until there is something newer than what a page shows; not at all, if that is not known.
    pub(super) async fn wait(&self, shows: Option<u64>) {
        let mut version = self.version.subscribe();
        // The sender lives as long as this does.
        let _ = version.wait_for(|version| Some(*version) != shows).await;
    }
}
