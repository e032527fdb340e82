//! Where a Markdown text comes from, so that a problem in it can name its place.

use crate::content::Draft;
use crate::diag::{Position, Problem};

/// A Markdown text and its place.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'t> {
    /// The file.
    pub path: &'t str,
    /// The text.
    pub text: &'t str,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// So many lines of the file stand above the text.
    Below(u32),
    /// All of the text counts as one place.
    At(Position),
    /// The text begins here, and further lines begin at the same column.
    From(Position),
}

impl<'t> Origin<'t> {
    /// The body of a page.
    pub fn of_body(draft: &'t Draft) -> Origin<'t> {
        Origin {
            path: &draft.source,
            text: &draft.body,
            place: Place::Below(draft.lines_above),
        }
    }

    /// A cell of a CSV table. Its row is its place: quoting makes columns uncertain.
    pub fn of_cell(path: &'t str, row: Position, text: &'t str) -> Origin<'t> {
        Origin {
            path,
            text,
            place: Place::At(row),
        }
    }

    /// A part of a block that begins at a place.
    pub fn from(path: &'t str, at: Position, text: &'t str) -> Origin<'t> {
        Origin {
            path,
            text,
            place: Place::From(at),
        }
    }

    /// Where a byte of the text stands in the file.
    pub fn position(&self, offset: usize) -> Position {
        match self.place {
            Place::Below(lines) => Position::of_offset(self.text, offset).below(lines),
            Place::At(position) => position,
            Place::From(position) => Position::of_offset(self.text, offset).within(position),
        }
    }

    /// A problem at a byte of the text.
    pub fn problem(&self, offset: usize, message: impl Into<String>) -> Problem {
        Problem::new(self.path, self.position(offset), message)
    }
}
