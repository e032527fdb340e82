//! Charts as SVG: drawn from numbers and words that others chose, the same for screen, paper and grey scale.
//!
//! A plot ([`Shares`], [`Distances`], [`Intervals`], [`Contributions`], [`Heat`]) places marks on one axis; a [`Figure`]
//! is the plot with its caption, its message in words, its data as a table, and where the numbers come from. A new plot
//! takes a [`Scale`] and a [`Canvas`] and gives a [`Plot`].
//!
//! Positions across are percents of the width and positions down are CSS pixels, so one drawing fits a phone and a
//! desk, and its text keeps its size. Colours, weights and dashes are the style sheet's; what a mark means is told by a
//! pattern, a shape or a word beside it, never by colour alone. The room knows no evidence and no language.

mod canvas;
mod contribution;
mod distance;
mod figure;
mod heat;
mod interval;
mod scale;
mod share;

pub use canvas::{Anchor, Canvas, Pattern, Plot};
pub use contribution::{Contribution, ContributionGroup, Contributions};
pub use distance::{Distance, DistanceState, Distances};
pub use figure::{Cell, Column, Figure, Key, Link, Swatch};
pub use heat::{Heat, HeatCell, HeatRow, Level};
pub use interval::{Interval, Intervals};
pub use scale::{Scale, Tick};
pub use share::{Share, ShareState, Shares};

/// Turns a place on an axis into words.
pub type Say<'a> = &'a dyn Fn(f64) -> String;

/// Text between tags and inside double-quoted attributes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // A string refuses nothing.
    let _ = pulldown_cmark_escape::escape_html(&mut escaped, text);
    escaped
}
