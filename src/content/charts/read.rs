//! Sealed documents, read back with the line of every number.

use super::Spot;
use super::words::Words;
use crate::chart::Cell;
use crate::content::place::{evidence_path, relative};
use crate::diag::Position;
use crate::document::{Node, json};
use crate::domain::{Metric, ShockKind, Unit};
use crate::evidence::{Evidence, EvidenceFile, EvidenceKind, Row, Table};

/// A number in a file, with its line.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The number as the file states it.
    pub value: f64,
    /// Where it stands.
    pub at: Position,
}

impl Number {
    /// The number below `key`; `None` also for `null`.
    pub fn of(node: &Node, key: &str) -> Option<Number> {
        let node = node.get(key)?;
        let value = node.as_scalar()?.as_number()?;
        Some(Number { value, at: node.at })
    }

    /// A number in the row of a table that begins at `at`.
    pub fn of_cell(text: &str, at: Position) -> Option<Number> {
        let value: f64 = text.parse().ok()?;
        value.is_finite().then_some(Number { value, at })
    }
}

/// The word below `key`.
pub fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    Some(node.get(key)?.as_scalar()?.text.as_str())
}

/// The items below `key`; none where there is no list.
pub fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// A sealed document and the file that it is.
#[derive(Debug)]
pub(super) struct Document<'e> {
    pub(super) file: &'e EvidenceFile,
    pub(super) node: Node,
}

impl<'e> Document<'e> {
    /// The report whose path has this ending.
    pub(super) fn find(evidence: &'e Evidence, ending: &str) -> Option<Document<'e>> {
        let file = evidence
            .files()
            .find(|file| file.kind == EvidenceKind::Report && file.path.ends_with(ending))?;
        let node = json::read(&file.path, &file.bytes).ok()?;
        Some(Document { file, node })
    }

    pub(super) fn scenario_names(&self) -> Vec<&str> {
        let name = |scenario| word(scenario, "name").unwrap_or_default();
        items(&self.node, "scenarios").iter().map(name).collect()
    }

    pub(super) fn scenario(&self, place: usize) -> Option<&Node> {
        items(&self.node, "scenarios").get(place)
    }
}

/// One evidence file, from the point of view of one page.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    pub(super) file: &'a EvidenceFile,
    words: Words<'a>,
    /// How the page with the chart refers to the page of the file.
    pub(super) href: String,
}

impl<'a> Source<'a> {
    pub(super) fn new(spot: Spot<'a>, file: &'a EvidenceFile) -> Source<'a> {
        Source {
            file,
            words: Words(spot.wording),
            href: relative(spot.here, &evidence_path(spot.wording.language(), &file.path)),
        }
    }

    /// A number in its unit, linked to its line.
    pub(super) fn cell(&self, number: Number, unit: Unit) -> Cell {
        self.cell_as(number, self.words.quantity(number.value, unit))
    }

    /// A number in words of its own, linked to its line.
    pub(super) fn cell_as(&self, number: Number, shown: String) -> Cell {
        let href = format!("{}#L{}", self.href, number.at.line);
        Cell::number(number.value, shown, Some(href))
    }
}

/// A metric by its key.
pub(super) fn metric(key: &str) -> Option<Metric> {
    Metric::ALL.into_iter().find(|metric| metric.key() == key)
}

/// The place of a shock that an item speaks of.
pub(super) fn shock_place(node: &Node) -> Option<usize> {
    usize::try_from(node.as_scalar()?.as_integer()?).ok()
}

/// A scenario's shocks: the word that the document has, and the name; of several of one kind each has its number.
pub fn shock_names(
    scenario: &Node,
    name: impl Fn(&ShockKind) -> String,
    numbered: impl Fn(&str, usize) -> String,
) -> Vec<(String, String)> {
    let words: Vec<&str> = items(scenario, "shocks")
        .iter()
        .map(|shock| word(shock, "type").unwrap_or_default())
        .collect();
    let named = |(place, kind): (usize, &&str)| {
        let known = ShockKind::WORDS.iter().find(|(known, _)| known == kind);
        let shown = known.map_or_else(|| (*kind).to_owned(), |(_, kind)| name(kind));
        if words.iter().filter(|other| *other == kind).count() < 2 {
            return ((*kind).to_owned(), shown);
        }
        (format!("{kind} {}", place + 1), numbered(&shown, place + 1))
    };
    words.iter().enumerate().map(named).collect()
}

/// The text of a cell by its column's name.
pub(super) fn cell<'t>(table: &Table, row: &'t Row, column: &str) -> Option<&'t str> {
    let place = table.columns.iter().position(|name| name == column)?;
    row.cells.get(place).map(String::as_str)
}
