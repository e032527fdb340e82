//! Charts of the release: series out of sealed documents, in the words of a language.
//!
//! Numbers are read back from the bytes that were signed, each with its line, so a chart shows what the evidence says
//! and leads to where it says it. The drawing, its table and its CSV come from the same cells.

mod attribution;
mod headroom;
mod history;
mod probability;
mod read;
mod reverse;
mod words;

pub use read::{Number, items, shock_names, word};
pub(super) use words::REQUIRED;

use super::{Wording, place};
use crate::chart::{Cell, Figure, Link};
use crate::diag::nearest;
use crate::domain::{Digest, Reuse, Work};
use crate::evidence::{Evidence, EvidenceFile};
use crate::fs::Tree;
use read::{Document, Source};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use words::Words;

/// What the paths of the two sealed documents end in.
const REPORT: &str = "stress_lab_report.json";
const ANALYTICS: &str = "stress_lab_analytics.json";

/// What a chart is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChartKind {
    /// All metrics of a scenario against their limits.
    Headroom,
    /// How far each limit of a scenario is.
    Reverse,
    /// How likely each limit of a scenario breaks, with intervals.
    Probability,
    /// Which shock of a scenario uses how much of each limit.
    Attribution,
    /// Past events against the limits of today.
    History,
}

impl ChartKind {
    /// All kinds.
    pub const ALL: [ChartKind; 5] = [
        ChartKind::Headroom,
        ChartKind::Reverse,
        ChartKind::Probability,
        ChartKind::Attribution,
        ChartKind::History,
    ];

    /// Its word in blocks, ids and paths.
    pub fn key(self) -> &'static str {
        match self {
            ChartKind::Headroom => "headroom",
            ChartKind::Reverse => "reverse",
            ChartKind::Probability => "probability",
            ChartKind::Attribution => "attribution",
            ChartKind::History => "history",
        }
    }

    /// The kind of a word; the hint names one that is like it, or all.
    ///
    /// # Errors
    /// The hint.
    pub fn of_key(key: &str) -> Result<ChartKind, String> {
        let known = ChartKind::ALL.map(ChartKind::key);
        let found = ChartKind::ALL.into_iter().find(|kind| kind.key() == key);
        found.ok_or_else(|| match nearest(key, known) {
            Some(like) => format!("did you mean `kind={like}`?"),
            None => format!("the kinds are {}", known.join(", ")),
        })
    }

    /// It is about one scenario.
    pub fn needs_scenario(self) -> bool {
        self != ChartKind::History
    }
}

/// One chart of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChartName {
    /// What it is about.
    pub kind: ChartKind,
    /// The place of its scenario in the report; 0 for a chart about none.
    pub scenario: usize,
}

/// Where a chart is shown.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The words of its page.
    pub wording: &'a Wording,
    /// The file of its page in the site.
    pub here: &'a str,
    /// Its id on that page.
    pub id: &'a str,
}

/// A chart in the words of one page.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Chart {
    /// The figure.
    pub figure: Figure,
    /// The evidence file that its numbers stand in.
    pub source: String,
    /// The lines of that file.
    pub lines: BTreeSet<u32>,
}

/// All charts that the evidence holds.
#[derive(Debug)]
pub struct Charts<'e> {
    evidence: &'e Evidence,
    report: Option<Document<'e>>,
    analytics: Option<Document<'e>>,
    history_of: Option<Digest>,
    slugs: Vec<String>,
    /// Charts of earlier builds, with the digest of all that charts of this one are drawn from but their words.
    drawn: Option<(&'e Reuse, Digest)>,
}

impl<'e> Charts<'e> {
    /// Reads the sealed documents. `history_of` is the digest of the configuration that the history tables were
    /// computed for, if it is known.
    pub fn read(evidence: &'e Evidence, history_of: Option<Digest>) -> Charts<'e> {
        let report = Document::find(evidence, REPORT);
        let names = report.as_ref().map(Document::scenario_names).unwrap_or_default();
        Charts {
            evidence,
            analytics: Document::find(evidence, ANALYTICS),
            history_of,
            slugs: slugs(names.iter().copied()),
            report,
            drawn: None,
        }
    }

    /// The same, with the charts that earlier builds drew from the same evidence.
    pub fn reusing(self, reuse: &'e Reuse) -> Charts<'e> {
        let mut stream = Digest::stream();
        for file in self.evidence.files() {
            // The digest stands for the bytes.
            let EvidenceFile {
                path,
                bytes: _,
                digest,
                kind,
                sealed,
                sample,
                extract_of,
            } = file;
            let known = (path, digest, kind, sealed, sample, extract_of);
            stream.part(format!("{known:?}").as_bytes());
        }
        stream.part(format!("{:?}", self.history_of).as_bytes());
        Charts {
            drawn: Some((reuse, stream.finish())),
            ..self
        }
    }

    /// The names of the scenarios, in the order of the report.
    pub fn scenarios(&self) -> Vec<&str> {
        self.report
            .as_ref()
            .map(Document::scenario_names)
            .unwrap_or_default()
    }

    /// All charts that can be drawn.
    pub fn names(&self, wording: &Wording) -> Vec<ChartName> {
        let spot = Spot {
            wording,
            here: "index.html",
            id: "chart",
        };
        let of_kind = |kind: ChartKind| {
            let scenarios = if kind.needs_scenario() {
                self.slugs.len()
            } else {
                1
            };
            (0..scenarios).map(move |scenario| ChartName { kind, scenario })
        };
        let all = ChartKind::ALL.into_iter().flat_map(of_kind);
        all.filter(|name| self.chart(*name, spot).is_some()).collect()
    }

    /// The end of a chart's id and of the name of its CSV: `headroom-flash-crash`.
    pub fn slug(&self, name: ChartName) -> String {
        match self.slugs.get(name.scenario) {
            Some(slug) if name.kind.needs_scenario() => format!("{}-{slug}", name.kind.key()),
            _ => name.kind.key().to_owned(),
        }
    }

    /// A chart, if the evidence holds what it shows.
    pub fn chart(&self, name: ChartName, spot: Spot<'_>) -> Option<Chart> {
        let Some((reuse, evidence)) = self.drawn else {
            return self.draw(name, spot);
        };
        let words = spot.wording.digest();
        let parts = (
            evidence,
            words,
            name.kind.key(),
            name.scenario,
            spot.here,
            spot.id,
        );
        reuse.value_of(Work::Chart, &parts, || self.draw(name, spot))
    }

    fn draw(&self, name: ChartName, spot: Spot<'_>) -> Option<Chart> {
        let words = Words(spot.wording);
        let (source, drawn) = match name.kind {
            ChartKind::Headroom => {
                let document = self.report.as_ref()?;
                let source = Source::new(spot, document.file);
                {
                    let drawn = headroom::draw(&words, &source, document.scenario(name.scenario)?, spot.id)?;
                    (source, drawn)
                }
            }
            ChartKind::Reverse | ChartKind::Probability | ChartKind::Attribution => {
                let (document, scenario) = self.analysed(name.scenario)?;
                let source = Source::new(spot, document.file);
                let drawn = match name.kind {
                    ChartKind::Reverse => reverse::draw(&words, &source, scenario, spot.id)?,
                    ChartKind::Probability => {
                        let settings = document.node.get("settings")?;
                        probability::draw(&words, &source, (scenario, settings), spot.id)?
                    }
                    _ => attribution::draw(&words, &source, scenario, spot.id)?,
                };
                (source, drawn)
            }
            ChartKind::History => {
                let table = self.evidence.table(history::REPLAYS)?;
                let source = Source::new(spot, self.evidence.file(&table.path)?);
                {
                    let tables = (self.evidence, table);
                    let drawn = history::draw(&words, &source, tables, self.is_current())?;
                    (source, drawn)
                }
            }
        };
        Some(self.framed(name, spot, source, drawn))
    }

    /// Whether the history tables speak of the configuration that the sealed report names. What cannot be told is not
    /// current.
    pub fn is_current(&self) -> bool {
        let Some(report) = &self.report else { return false };
        let mut configurations = items(&report.node, "inputs")
            .iter()
            .filter(|input| word(input, "role") == Some("config"));
        match (configurations.next(), configurations.next(), self.history_of) {
            (Some(only), None, Some(digest)) => {
                word(only, "sha256").and_then(Digest::from_hex) == Some(digest)
            }
            _ => false,
        }
    }

    /// The data of all charts as CSV, by their paths in the site. The words of the language do not matter.
    pub fn csv_files(&self, wording: &Wording) -> Tree {
        let spot = Spot {
            wording,
            here: "index.html",
            id: "chart",
        };
        let names = self.names(wording).into_iter();
        names
            .filter_map(|name| Some((self.csv_path(name), self.chart(name, spot)?.figure.csv())))
            .collect()
    }

    fn csv_path(&self, name: ChartName) -> String {
        format!("data/charts/{}.csv", self.slug(name))
    }

    fn analysed(&self, scenario: usize) -> Option<(&Document<'e>, &crate::document::Node)> {
        let document = self.analytics.as_ref()?;
        let node = document.scenario(scenario)?;
        let name = self.scenarios().get(scenario).copied();
        (name.is_some() && word(node, "name") == name).then_some((document, node))
    }

    /// What all charts have in common around what is drawn.
    fn framed(&self, name: ChartName, spot: Spot<'_>, source: Source<'_>, drawn: Drawn) -> Chart {
        let words = Words(spot.wording);
        let lines: BTreeSet<u32> = drawn.rows.iter().flatten().filter_map(line_of).collect();
        let scenario = self.scenarios().get(name.scenario).copied().unwrap_or_default();
        let title = words.filled(&format!("{}.title", name.kind.key()), &[("scenario", scenario)]);
        let csv = self.csv_path(name);
        let mut figure = Figure {
            id: spot.id.to_owned(),
            kind: name.kind.key().into(),
            title,
            message: drawn.message,
            plot: drawn.plot,
            keys: drawn.keys,
            columns: drawn.columns,
            rows: drawn.rows,
            notes: drawn.notes,
            data_label: words.text("data"),
            source_label: words.text("source"),
            sources: vec![origin(&words, &source, &lines)],
            csv: Link {
                label: String::new(),
                href: place::relative(spot.here, &csv),
            },
        };
        let size = spot.wording.bytes(figure.csv().len() as u64);
        figure.csv.label = words.filled("csv", &[("size", &size)]);
        Chart {
            figure,
            source: source.file.path.clone(),
            lines,
        }
    }
}

/// What one kind of chart draws.
struct Drawn {
    message: String,
    plot: crate::chart::Plot,
    keys: Vec<crate::chart::Key>,
    columns: Vec<crate::chart::Column>,
    rows: Vec<Vec<Cell>>,
    notes: Vec<String>,
}

/// The line that a cell leads to.
fn line_of(cell: &Cell) -> Option<u32> {
    cell.href.as_ref()?.rsplit_once("#L")?.1.parse().ok()
}

/// The file that the numbers stand in, with its lines and its signature.
fn origin(words: &Words<'_>, source: &Source<'_>, lines: &BTreeSet<u32>) -> Link {
    let file: &EvidenceFile = source.file;
    let from = lines.first().copied().unwrap_or(1);
    let to = lines.last().copied().unwrap_or(1);
    let seal = match &file.sealed {
        Some(sealed) => words.filled(
            if sealed.development {
                "seal.development"
            } else {
                "seal.signed"
            },
            &[("key", &sealed.key_id)],
        ),
        None => words.text("seal.listed"),
    };
    let values = [
        ("path", file.path.clone()),
        ("from", from.to_string()),
        ("to", to.to_string()),
        ("seal", seal),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Link {
        label: words.filled("origin", &values),
        href: format!("{}#L{from}", source.href),
    }
}

/// An anchor for each scenario; of names that give the same one, the later are numbered.
pub fn slugs<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let slug = |name: &str| {
        let base = place::slug(name);
        let count = taken.entry(base.clone()).or_insert(0);
        *count += 1;
        // No slug has two hyphens in a row, so a numbered anchor is never another scenario's own.
        if *count == 1 {
            base
        } else {
            format!("{base}--{count}")
        }
    };
    names.into_iter().map(slug).collect()
}
