//! Evidence: the files that numbers come from, and every value in them as a fact with id, unit, place and digest.

mod collect;
mod contradictions;
mod judge;
mod lineage;
mod numbers;
mod pattern;
mod quantity;
mod record;
mod results;
mod statements;
mod table;

pub use collect::{Builder, Sealed, Signer};
pub use contradictions::Contradiction;
pub use judge::{Fault, Judgement, judge};
pub use lineage::{Lineage, PastRelease};
pub use numbers::{Equals, FormerValue, Numbers};
pub use pattern::id_fits;
pub use quantity::{Quantity, quantities};
pub use record::{Recorded, read_record, record};
pub use results::{Before, CoverageChange, Results, ScenarioFacts};
pub use statements::Subject;
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
    /// What facts were before.
    former: Vec<FormerValue>,
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
            former: Vec::new(),
        }
    }

    /// These facts and those of a moment that belong to no file, such as what a gate counts. Files and tables stay
    /// behind: whoever judges needs none.
    pub fn facts_and(&self, more: Vec<Fact>) -> Evidence {
        let mut facts = self.facts.clone();
        facts.extend(more.into_iter().map(|fact| (fact.id.clone(), fact)));
        Evidence {
            facts,
            ..Evidence::default()
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

    /// What to do about an id that no fact has.
    pub fn hint_for(&self, id: &str) -> String {
        let below = format!("{id}.");
        let within: Vec<&str> = self.ids_from(&below).collect();
        if let Some(first) = within.first() {
            return format!("{} facts begin with `{below}`, such as `{first}`", within.len());
        }
        for language in Language::ALL {
            let own = format!("{id}_{}", language.tag());
            if self.facts.contains_key(&own) {
                return format!("it differs by language: name one, such as `{own}`");
            }
        }
        if let Some(known) = self.nearest_fact(id) {
            return format!("did you mean `{known}`?");
        }
        let parent = id.rsplit_once('.').map(|(parent, _)| format!("{parent}."));
        let siblings: Vec<&str> = parent.iter().flat_map(|parent| self.ids_from(parent)).collect();
        match (siblings.first(), &parent) {
            (Some(first), Some(parent)) => {
                format!(
                    "{} facts begin with `{parent}`, such as `{first}`",
                    siblings.len()
                )
            }
            _ => "`stage6 facts` lists the ids of all facts".to_owned(),
        }
    }

    /// The ids that begin with a text.
    fn ids_from<'e>(&'e self, beginning: &'e str) -> impl Iterator<Item = &'e str> {
        self.facts
            .range(beginning.to_owned()..)
            .map(|(id, _)| id.as_str())
            .take_while(move |id| id.starts_with(beginning))
    }

    /// All facts, by id.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&EvidenceFile> {
        self.files.get(path)
    }

    /// Notes that a file has a signature of its own in this release.
    pub fn set_sealed(&mut self, path: &str, sealed: Sealed) {
        if let Some(file) = self.files.get_mut(path) {
            file.sealed = Some(sealed);
        }
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = &EvidenceFile> {
        self.files.values()
    }

    /// All tables, by file name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// The table with this file name, such as `benchmark.csv`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }
}
