//! The releases before this one, each as its own signed bundle states it.
//!
//! A release record names the digest list of the release before, and the manifest behind that list names the one before
//! that: a chain, youngest first. Numbers of an earlier release come out of the `results.json` of its bundle alone.

use super::{Evidence, Results};
use crate::domain::{Digest, Provenance, ReleaseStatus, Timestamp};
use crate::fs::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// The chain of earlier releases, as far as it could be followed.
#[derive(Clone, Debug, Default)]
pub struct Lineage {
    /// The releases, the youngest first.
    pub releases: Vec<PastRelease>,
    /// The digest list that comes next in the chain and is not in the archive; `None` if the chain is whole.
    pub missing: Option<Digest>,
}

/// An earlier release.
#[derive(Clone, Debug)]
pub struct PastRelease {
    /// Its id, such as `2026.11`; also the name of its folder in the site.
    pub id: String,
    /// The name of its bundle.
    pub bundle: String,
    /// Who says to have made it.
    pub producer: String,
    /// Its number.
    pub sequence: i64,
    /// Whether it was meant for readers outside.
    pub status: ReleaseStatus,
    /// T, the moment of the release.
    pub released_at: Timestamp,
    /// When the bundle was made.
    pub generated_at: Timestamp,
    /// The digest of its digest list, by which the chain names it.
    pub list: Digest,
    /// The digest of its manifest, as that list states it.
    pub manifest: Option<Digest>,
    /// The fingerprint of the key that signed it.
    pub fingerprint: String,
    /// A development key signed it.
    pub development: bool,
    /// What kinds of data its report says that markets came from.
    pub provenance: BTreeSet<Provenance>,
    /// Its results as facts below `previous`; `None` if the bundle holds none.
    pub facts: Option<Evidence>,
    /// The digests of the files of its bundle, by their paths in the bag.
    pub files: BTreeMap<String, Digest>,
    /// Its site, without earlier releases inside; empty if it is not kept.
    pub site: Tree,
}

impl PastRelease {
    /// Its results; empty if the bundle holds none.
    pub fn results(&self) -> Results<'_> {
        self.facts
            .as_ref()
            .map_or_else(Results::default, Evidence::previous_results)
    }

    /// Whether its site stays browsable.
    pub fn is_kept(&self) -> bool {
        !self.site.is_empty()
    }
}

impl Lineage {
    /// The earlier releases whose sites stay browsable.
    pub fn kept(&self) -> impl Iterator<Item = &PastRelease> {
        self.releases.iter().filter(|release| release.is_kept())
    }
}
