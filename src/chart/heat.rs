//! Heat: a table whose cells are shaded by how much of a limit they use.
//!
//! A table and not a drawing, because its cells are numbers that people read, and a table can be read by everybody.

use super::figure::{Cell, Column};
use super::{Plot, escaped};
use std::fmt::Write as _;

/// How much of a limit a value uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Up to half.
    Low,
    /// More than half, below nine tenths.
    Middle,
    /// From nine tenths up to the limit.
    Near,
    /// Above the limit, up to twice of it.
    Over,
    /// More than twice.
    Far,
}

impl Level {
    /// All levels, in their order.
    pub const ALL: [Level; 5] = [Level::Low, Level::Middle, Level::Near, Level::Over, Level::Far];

    /// The level of a share of a limit.
    pub fn of(share: f64) -> Level {
        match share {
            share if share > 2.0 => Level::Far,
            share if share > 1.0 => Level::Over,
            share if share >= 0.9 => Level::Near,
            share if share > 0.5 => Level::Middle,
            _ => Level::Low,
        }
    }

    /// Its word in classes and keys.
    pub fn key(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Middle => "middle",
            Level::Near => "near",
            Level::Over => "over",
            Level::Far => "far",
        }
    }
}

/// A cell with its shade.
#[derive(Clone, Debug, Default)]
pub struct HeatCell {
    /// What stands in it.
    pub cell: Cell,
    /// Its shade; `None` for a cell without a share.
    pub level: Option<Level>,
    /// What is known of it beside the number: `measured`, `cited`, `missing`, `not_comparable`.
    pub state: &'static str,
    /// A sign in place of a number, not read aloud.
    pub sign: Option<&'static str>,
    /// What is read aloud after the number, or in place of it.
    pub spoken: Option<String>,
}

/// A row: what it is about, and its cells.
#[derive(Clone, Debug)]
pub struct HeatRow {
    /// Cells that name the row, the first of them its head.
    pub heads: Vec<Cell>,
    /// The language that the first head is written in, where it is not the page's.
    pub head_language: Option<&'static str>,
    /// The shaded cells.
    pub cells: Vec<HeatCell>,
}

/// The table.
#[derive(Clone, Debug)]
pub struct Heat {
    /// All columns, those of the heads first.
    pub columns: Vec<Column>,
    /// In their order.
    pub rows: Vec<HeatRow>,
    /// The name of the table.
    pub label: String,
}

impl Heat {
    /// The table in place of a drawing.
    pub fn plot(&self) -> Plot {
        let mut html = format!(
            "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table class=\"compact analytics heat\">\n<thead><tr>",
            escaped(&self.label)
        );
        for column in &self.columns {
            html += &column.head();
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in &self.rows {
            html += "<tr>";
            let mut heads = row.heads.iter();
            if let Some(first) = heads.next() {
                let language = row
                    .head_language
                    .map_or(String::new(), |tag| format!(" lang=\"{tag}\""));
                let _ = write!(
                    html,
                    "<th scope=\"row\"><span{language}>{}</span></th>",
                    first.inside()
                );
            }
            for head in heads {
                let _ = write!(html, "<td>{}</td>", head.inside());
            }
            for cell in &row.cells {
                let _ = write!(html, "<td class=\"num\">{}</td>", cell.html());
            }
            html += "</tr>\n";
        }
        html += "</tbody>\n</table>\n</div>\n";
        Plot {
            table: Some(html),
            ..Plot::default()
        }
    }
}

impl HeatCell {
    fn html(&self) -> String {
        let level = self
            .level
            .map_or(String::new(), |level| format!(" heat-{}", level.key()));
        let inside = match self.sign {
            Some(sign) => format!("<span aria-hidden=\"true\">{}</span>", escaped(sign)),
            None => self.cell.inside(),
        };
        let spoken = match (&self.spoken, self.sign) {
            (None, _) => String::new(),
            (Some(words), Some(_)) => format!("<span class=\"unseen\">{}</span>", escaped(words)),
            (Some(words), None) => format!("<span class=\"unseen\"> ({})</span>", escaped(words)),
        };
        format!(
            "<span class=\"cell cell-{}{level}\">{inside}</span>{spoken}",
            self.state
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_met_is_not_broken() {
        let levels = [0.0, 0.5, 0.51, 0.9, 1.0, 1.001, 2.0, 2.001].map(Level::of);
        assert_eq!(
            levels,
            [
                Level::Low,
                Level::Low,
                Level::Middle,
                Level::Near,
                Level::Near,
                Level::Over,
                Level::Over,
                Level::Far
            ]
        );
    }
}
