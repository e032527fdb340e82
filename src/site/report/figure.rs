//! Numbers that lead to the line of evidence where they stand.

pub(super) use crate::content::charts::{Number, items, word};

use crate::content::place::{evidence_path, relative};
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
