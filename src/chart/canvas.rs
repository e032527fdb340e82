//! The sheet that plots draw on: rows of marks over one axis.

use super::scale::thousandth;
use super::{Say, Scale, escaped};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Above the rows stands the name of the line that they are measured against.
const TOP: f64 = 24.0;
/// A row: its words above, its mark below.
const ROW: f64 = 44.0;
/// The base line of a row's words, and the middle of its mark, from the row's top.
const WORDS: f64 = 14.0;
const MARK: f64 = 28.0;
/// The height of a bar.
pub(super) const BAR: f64 = 12.0;
/// Below the rows stand the ticks and the name of the axis.
const BOTTOM: f64 = 42.0;

/// A filling that tells marks apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Pattern {
    /// Full.
    Solid,
    /// Lines from the lower left to the upper right.
    Hatched,
    /// Lines in both directions.
    Crossed,
    /// Dots.
    Dotted,
}

impl Pattern {
    /// All patterns.
    pub const ALL: [Pattern; 4] = [
        Pattern::Solid,
        Pattern::Hatched,
        Pattern::Crossed,
        Pattern::Dotted,
    ];

    /// Its word in classes and ids.
    pub fn key(self) -> &'static str {
        match self {
            Pattern::Solid => "solid",
            Pattern::Hatched => "hatched",
            Pattern::Crossed => "crossed",
            Pattern::Dotted => "dotted",
        }
    }

    /// Its definition for a drawing whose ids begin with `id`; full marks need none.
    pub(super) fn definition(self, id: &str) -> String {
        let inside = match self {
            Pattern::Solid => return String::new(),
            Pattern::Hatched => "<path class=\"chart-ink\" d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\"/>",
            Pattern::Crossed => "<path class=\"chart-ink\" d=\"M0 0L6 6M0 6L6 0\"/>",
            Pattern::Dotted => "<circle class=\"chart-dot-ink\" cx=\"3\" cy=\"3\" r=\"1.4\"/>",
        };
        format!(
            "<pattern id=\"{id}-{}\" class=\"chart-pattern-{}\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\"><rect class=\"chart-paper\" width=\"6\" height=\"6\"/>{inside}</pattern>",
            self.key(),
            self.key()
        )
    }
}

/// Where a text stands to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A finished drawing without its frame.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Plot {
    /// The height in CSS pixels.
    pub(super) height: f64,
    /// The marks as SVG.
    pub(super) marks: String,
    /// A table takes the place of a drawing; then there are no marks.
    pub(super) table: Option<String>,
}

/// A drawing in the making.
#[derive(Debug)]
pub struct Canvas {
    id: String,
    rows: usize,
    marks: String,
}

impl Canvas {
    /// An empty sheet for so many rows; `id` begins the ids of its patterns.
    pub fn new(id: &str, rows: usize) -> Canvas {
        Canvas {
            id: id.to_owned(),
            rows,
            marks: String::new(),
        }
    }

    /// The middle of a row's mark, in pixels from the top.
    pub fn middle(row: usize) -> f64 {
        top(row) + MARK
    }

    /// Draws the axis: a line for each tick, the words of those that are named, and the axis's own name.
    pub fn axis(&mut self, scale: &Scale, say: Say<'_>, name: &str) {
        let (above, below) = (TOP - 4.0, self.foot());
        for tick in scale.ticks() {
            let x = scale.at(tick.value);
            self.line("chart-grid", (x, above), (x, below));
            if tick.named {
                // At the edges words grow inwards, so that nothing is cut off.
                let anchor = match x {
                    x if x <= 0.0 => Anchor::Start,
                    x if x >= 100.0 => Anchor::End,
                    _ => Anchor::Middle,
                };
                self.text("chart-tick", anchor, (x, below + 15.0), &say(tick.value));
            }
        }
        self.line("chart-axis", (0.0, below), (100.0, below));
        self.text("chart-axis-name", Anchor::Start, (0.0, below + 33.0), name);
    }

    /// Draws the line that all rows are measured against, with its name above. It is interrupted where words stand.
    pub fn reference(&mut self, x: f64, name: &str) {
        let anchor = if x > 50.0 { Anchor::End } else { Anchor::Start };
        self.line("chart-reference-guide", (x, TOP - 8.0), (x, self.foot()));
        for row in 0..self.rows {
            let middle = Canvas::middle(row);
            self.line("chart-reference", (x, middle - 10.0), (x, middle + 10.0));
        }
        self.text("chart-reference-name", anchor, (x, TOP - 12.0), name);
    }

    /// Writes what a row is and, at the right, what it says.
    pub fn words(&mut self, row: usize, label: &str, said: &str) {
        let y = top(row) + WORDS;
        self.text("chart-label", Anchor::Start, (0.0, y), label);
        self.text("chart-value", Anchor::End, (100.0, y), said);
    }

    /// Writes what the rows below are about, and what they sum up to.
    pub fn heading(&mut self, row: usize, label: &str, said: &str) {
        let y = Canvas::middle(row) + 6.0;
        self.text("chart-heading", Anchor::Start, (0.0, y), label);
        self.text("chart-value", Anchor::End, (100.0, y), said);
        self.line("chart-grid", (0.0, y + 7.0), (100.0, y + 7.0));
    }

    /// Draws a bar of a row from one place to another, whichever is further left.
    pub fn bar(&mut self, row: usize, class: &str, pattern: Pattern, (from, to): (f64, f64)) {
        let (left, right) = (from.min(to), from.max(to));
        let y = Canvas::middle(row) - BAR / 2.0;
        let fill = match pattern {
            Pattern::Solid => String::new(),
            other => format!(" fill=\"url(#{}-{})\"", self.id, other.key()),
        };
        let _ = write!(
            self.marks,
            "<rect class=\"chart-bar {class} chart-{}\"{fill} x=\"{}%\" y=\"{y}\" width=\"{}%\" height=\"{BAR}\"/>",
            pattern.key(),
            thousandth(left),
            thousandth(right - left)
        );
    }

    /// Draws a straight line; places are percents across and pixels down.
    pub fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ = write!(
            self.marks,
            "<line class=\"{class}\" x1=\"{x1}%\" y1=\"{y1}\" x2=\"{x2}%\" y2=\"{y2}\"/>"
        );
    }

    /// Draws a dot.
    pub fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let _ = write!(
            self.marks,
            "<circle class=\"{class}\" cx=\"{x}%\" cy=\"{y}\" r=\"{radius}\"/>"
        );
    }

    /// Writes a text.
    pub fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let side = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = write!(
            self.marks,
            "<text class=\"{class}\" x=\"{x}%\" y=\"{y}\" text-anchor=\"{side}\">{}</text>",
            escaped(text)
        );
    }

    /// The drawing.
    pub fn finish(self) -> Plot {
        Plot {
            height: self.foot() + BOTTOM,
            marks: self.marks,
            table: None,
        }
    }

    /// Where the rows end.
    fn foot(&self) -> f64 {
        top(self.rows)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a chart has few rows")]
fn top(row: usize) -> f64 {
    TOP + ROW * row as f64
}
