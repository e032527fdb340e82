//! Evidence: the files that numbers come from, and every value in them as a fact with id, unit, place and digest.

mod collect;
mod table;

pub use collect::{Builder, Sealed};
pub use table::{Row, Table};

use crate::diag::nearest;
use crate::domain::{Digest, Fact, Language};
use std::collections::BTreeMap;

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// `config/core.yaml`.
    Config,
    /// `config/publication.yaml`.
    Publication,
    /// A release record.
    Release,
    /// A market baseline.
    Baseline,
    /// A signed report of a run.
    Report,
    /// A CSV table.
    Table,
    /// Minutes or a checklist under `var/audit`.
    Document,
    /// A snapshot of signal quality, the checklist of adapters, or the index of snapshots.
    SignalQuality,
}

impl EvidenceKind {
    /// The key of its name in message tables.
    pub fn key(self) -> &'static str {
        match self {
            EvidenceKind::Config => "config",
            EvidenceKind::Publication => "publication",
            EvidenceKind::Release => "release",
            EvidenceKind::Baseline => "baseline",
            EvidenceKind::Report => "report",
            EvidenceKind::Table => "table",
            EvidenceKind::Document => "document",
            EvidenceKind::SignalQuality => "signal_quality",
        }
    }
}

/// A file that numbers come from.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Its path inside the project, with forward slashes.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub digest: Digest,
    /// What it is.
    pub kind: EvidenceKind,
    /// Its own HMAC signature in this release, where it has one.
    pub sealed: Option<Sealed>,
    /// The file calls itself a fixture.
    pub sample: bool,
    /// For an extract: the digest of the whole file, which the report names.
    pub extract_of: Option<Digest>,
}

/// All evidence of a build.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    files: BTreeMap<String, EvidenceFile>,
    facts: BTreeMap<String, Fact>,
    tables: BTreeMap<String, Table>,
}

impl Evidence {
    /// Evidence put together by hand, for the tests of rooms that show it.
    #[cfg(test)]
    pub fn for_tests(files: Vec<EvidenceFile>, facts: Vec<Fact>, tables: Vec<Table>) -> Evidence {
        Evidence {
            files: files.into_iter().map(|file| (file.path.clone(), file)).collect(),
            facts: facts.into_iter().map(|fact| (fact.id.clone(), fact)).collect(),
            tables: tables
                .into_iter()
                .map(|table| (table.name().to_owned(), table))
                .collect(),
        }
    }

    /// The fact with this id. Where an id names a column that differs by language, the page's language decides.
    pub fn fact(&self, id: &str, language: Language) -> Option<&Fact> {
        self.facts
            .get(id)
            .or_else(|| self.facts.get(&format!("{id}_{}", language.tag())))
    }

    /// The id most like a misspelt one.
    pub fn nearest_fact(&self, id: &str) -> Option<&str> {
        let tail = id.rsplit('.').next().unwrap_or(id);
        let same_tail = self
            .facts
            .keys()
            .find(|known| known.rsplit('.').next() == Some(tail));
        nearest(id, self.facts.keys().map(String::as_str)).or(same_tail.map(String::as_str))
    }

    /// All facts, by id.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&EvidenceFile> {
        self.files.get(path)
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = &EvidenceFile> {
        self.files.values()
    }

    /// The table with this file name, such as `benchmark.csv`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }
}
