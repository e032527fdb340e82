//! Numbers that lead to the line of evidence where they stand.

use crate::content::place::{evidence_path, relative};
use crate::diag::Position;
use crate::document::Node;
use crate::domain::Unit;
use crate::evidence::EvidenceFile;
use crate::site::voice::Voice;
use serde::Serialize;

/// A number as templates show it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    text: String,
    /// The number itself, undimmed by rounding.
    value: f64,
    href: String,
}

/// A number in a file, with its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) value: f64,
    at: Position,
}

impl Number {
    /// The number below `key`; `None` also for `null`.
    pub(super) fn of(node: &Node, key: &str) -> Option<Number> {
        let node = node.get(key)?;
        let value = node.as_scalar()?.as_number()?;
        Some(Number { value, at: node.at })
    }

    /// A number in the row of a table that begins at `at`.
    pub(super) fn of_cell(text: &str, at: Position) -> Option<Number> {
        let value: f64 = text.parse().ok()?;
        value.is_finite().then_some(Number { value, at })
    }
}

/// One evidence file, from the point of view of one page.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    voice: &'a Voice<'a>,
    href: String,
}

impl<'a> Source<'a> {
    pub(super) fn new(voice: &'a Voice<'a>, here: &str, file: &EvidenceFile) -> Source<'a> {
        Source {
            voice,
            href: relative(here, &evidence_path(voice.language, &file.path)),
        }
    }

    pub(super) fn href(&self) -> &str {
        &self.href
    }

    pub(super) fn figure(&self, number: Number, unit: Unit) -> Figure {
        self.worded(number, self.voice.quantity(number.value, unit))
    }

    /// A number with a text of its own.
    pub(super) fn worded(&self, number: Number, text: String) -> Figure {
        Figure {
            text,
            value: number.value,
            href: format!("{}#L{}", self.href, number.at.line),
        }
    }
}

/// The word below `key`.
pub(super) fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    Some(node.get(key)?.as_scalar()?.text.as_str())
}

/// The items below `key`; none where there is no list.
pub(super) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}
