//! Tables that are computed from evidence, in the two forms in which a page is published.

use super::super::escape;
use super::super::library::fact_html;
use super::super::tree::Node;
use super::Renderer;
use crate::domain::Fact;

/// A cell in both forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) html: String,
    pub(super) markdown: String,
}

impl Cell {
    pub(super) fn text(text: &str) -> Cell {
        Cell {
            html: escape::html(text),
            markdown: escape::markdown(text),
        }
    }

    /// A name of a file of evidence, which may break after its underscores: narrow columns hold long names.
    pub(super) fn name(text: &str) -> Cell {
        Cell {
            html: escape::breakable(text),
            markdown: format!("`{text}`"),
        }
    }

    /// An id, which may break after its separators.
    pub(super) fn code(text: &str) -> Cell {
        Cell {
            html: format!("<code>{}</code>", escape::breakable(text)),
            markdown: format!("`{text}`"),
        }
    }

    /// Several cells as one.
    pub(super) fn joined(separator: &str, cells: &[Cell]) -> Cell {
        let join = |part: fn(&Cell) -> &str| cells.iter().map(part).collect::<Vec<_>>().join(separator);
        Cell {
            html: join(|cell| &cell.html),
            markdown: join(|cell| &cell.markdown),
        }
    }
}

impl Renderer<'_> {
    /// A fact in the form that pages show it, linked to where it stands.
    pub(super) fn value(&mut self, fact: &Fact) -> Cell {
        let shown = self.wording.fact(fact);
        self.value_as(fact, &shown)
    }

    /// A fact under other words than its own, linked to where it stands.
    pub(super) fn value_as(&mut self, fact: &Fact, shown: &str) -> Cell {
        let anchor = self.use_of(fact);
        Cell {
            html: fact_html(self.parsed.draft, fact, shown, (&anchor, true)),
            markdown: escape::markdown(shown),
        }
    }

    /// Writes a table in place of the block at `node`. The first cell of each row names it.
    pub(super) fn grid(&mut self, node: &Node<'_>, heads: &[String], rows: &[Vec<Cell>]) {
        self.begin_table();
        self.write("<thead>\n<tr>");
        for head in heads {
            self.write(&format!("<th scope=\"col\">{}</th>", escape::html(head)));
        }
        self.write("</tr>\n</thead>\n<tbody>\n");
        for row in rows {
            self.write("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let (begin, end) = match column {
                    0 => ("th scope=\"row\"", "th"),
                    _ => ("td", "td"),
                };
                self.write(&format!("<{begin}>{}</{end}>", cell.html));
            }
            self.write("</tr>\n");
        }
        self.end_table();
        let cells = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            cells(heads.iter().map(|head| escape::markdown(head)).collect()),
            format!("|{}", "---|".repeat(heads.len())),
        ];
        lines.extend(
            rows.iter()
                .map(|row| cells(row.iter().map(|cell| cell.markdown.clone()).collect())),
        );
        let indent = self.indent(node);
        self.edits
            .replace(node.range.clone(), lines.join(&format!("\n{indent}")));
    }

    /// Writes a paragraph in place of the block at `node`.
    pub(super) fn paragraph(&mut self, node: &Node<'_>, text: &str) {
        self.write(&format!("<p>{}</p>\n", escape::html(text)));
        self.edits.replace(node.range.clone(), escape::markdown(text));
    }
}
