//! Tables out of CSV files: a block that names the file and the columns.

use super::super::escape;
use super::super::library::{evidence_href, evidence_in_bundle};
use super::super::origin::Origin;
use super::super::tree::{self, Kind, Node, Tree};
use super::super::{footnotes, library};
use super::Renderer;
use crate::diag::{Position, Problem, nearest};
use crate::document::{Node as Value, Scalar};
use crate::domain::{FactValue, Unit};
use crate::evidence::{EvidenceKind, Row, Table};
use pulldown_cmark::{Options, Tag};

/// A column that is shown.
struct Column<'b> {
    index: usize,
    heading: &'b str,
    /// The same column in all languages, so that its words may need translation.
    is_shared: bool,
    /// All cells are numbers.
    is_numeric: bool,
}

/// What is shown of a table.
struct View<'a, 'b> {
    table: &'a Table,
    columns: Vec<Column<'b>>,
    rows: Vec<Vec<Cell>>,
}

/// A cell in the two forms in which it is published.
struct Cell {
    html: String,
    markdown: String,
}

impl<'a> Renderer<'a> {
    /// A cell of a table that holds prose, in both forms.
    pub(super) fn prose_cell(&mut self, table: &Table, row: &Row, text: &str) -> (String, String) {
        let cell = self.inline_cell(table, row, (text, true));
        (cell.html, bars_escaped(&cell.markdown))
    }

    /// The block `table source=NAME.csv` with one line `column: Heading` for each column.
    pub(super) fn data_table(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        let Some(table) = self.source(node, attributes) else {
            return;
        };
        let columns = self.columns(node, table, body);
        if columns.is_empty() {
            return;
        }
        let rows: Vec<Vec<Cell>> = table
            .rows
            .iter()
            .map(|row| {
                columns
                    .iter()
                    .map(|column| self.cell(table, row, column))
                    .collect()
            })
            .collect();
        self.found.evidence.insert(table.path.clone());
        let view = View { table, columns, rows };
        self.write_html(&view);
        let markdown = self.table_markdown(node, &view);
        self.edits.replace(node.range.clone(), markdown);
    }

    pub(super) fn source(&mut self, node: &Node<'_>, attributes: &str) -> Option<&'a Table> {
        let mut name = None;
        for attribute in attributes.split_whitespace() {
            match attribute.split_once('=') {
                Some(("source", value)) if name.is_none() => name = Some(value),
                _ => {
                    let hint = "a table has one attribute: `source=NAME.csv`";
                    self.refuse(node, format!("unknown attribute `{attribute}`"), hint);
                }
            }
        }
        let Some(name) = name else {
            self.refuse(
                node,
                "a table without a source",
                "name its file: `table source=NAME.csv`",
            );
            return None;
        };
        let library = self.library;
        let found = library.evidence.table(name);
        if found.is_none() {
            let tables = library
                .evidence
                .files()
                .filter(|file| file.kind == EvidenceKind::Table);
            let names = tables.filter_map(|file| file.path.rsplit('/').next());
            let hint = match nearest(name, names) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("put it into the project as `content/tables/{name}`"),
            };
            self.refuse(node, format!("no table `{name}`"), hint);
        }
        found
    }

    fn columns<'b>(&mut self, node: &Node<'_>, table: &Table, body: &'b str) -> Vec<Column<'b>> {
        let tag = self.parsed.draft.language.tag();
        let fence = self.origin.position(node.range.start);
        let mut columns = Vec::new();
        let mut is_whole = true;
        for (number, line) in (1..).zip(body.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
            let first = fence.column + u32::try_from(indent).unwrap_or(0);
            let at = Position::new(fence.line + number, first);
            match column(table, tag, line.trim()) {
                Ok(mut column) => {
                    column.is_numeric = self.is_numeric(table, column.index);
                    columns.push(column);
                }
                Err((message, hint)) => {
                    is_whole = false;
                    let problem = Problem::new(self.origin.path, at, message);
                    self.found.problems.push(problem.hint(hint));
                }
            }
        }
        if is_whole && columns.is_empty() {
            let hint = "write one line `column: Heading` for each";
            self.refuse(node, "a table without columns", hint);
        }
        columns
    }

    fn is_numeric(&self, table: &Table, index: usize) -> bool {
        let language = self.parsed.draft.language;
        let mut cells = table
            .rows
            .iter()
            .filter_map(|row| row.cells.get(index))
            .peekable();
        cells.peek().is_some()
            && cells.all(|cell| {
                let lone_fact = cell.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
                let fact = lone_fact
                    .and_then(library::fact_id)
                    .and_then(|id| self.library.evidence.fact(id, language));
                cell.is_empty()
                    || number_in(cell).is_some()
                    || fact.is_some_and(|fact| matches!(fact.value, FactValue::Number(_)))
            })
    }

    fn cell(&mut self, table: &Table, row: &Row, column: &Column<'_>) -> Cell {
        let text = row.cells.get(column.index).map_or("", |cell| cell.trim());
        let key = table.columns.get(column.index).map_or("", String::as_str);
        if let Some(number) = number_in(text) {
            let shown = self.wording.quantity(number, Unit::of_key(key));
            return Cell {
                html: format!("<data value=\"{number}\">{}</data>", escape::html(&shown)),
                markdown: escape::markdown(&shown),
            };
        }
        let text = if column.is_shared {
            self.wording.word(text)
        } else {
            text
        };
        self.inline_cell(table, row, (text, !column.is_shared))
    }

    /// A cell is read as a heading: a heading holds one line of inline Markdown, whatever that begins with.
    /// A column that differs by language holds prose, and prose refers to numbers.
    fn inline_cell(&mut self, table: &Table, row: &Row, (text, is_prose): (&str, bool)) -> Cell {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let source = format!("# {line} #");
        let origin = Origin::of_cell(&table.path, row.at, &source);
        let mut cell = self.part(origin);
        cell.in_cell = true;
        let Tree { nodes, .. } = tree::read(&origin, Options::ENABLE_STRIKETHROUGH, &mut cell.found.problems);
        for node in &nodes {
            let Kind::Branch(Tag::Heading { .. }, content) = &node.kind else {
                continue;
            };
            cell.nodes(content);
        }
        if is_prose {
            cell.typed_in(&nodes, &origin);
        }
        for (offset, label) in footnotes::undefined(&nodes, &source) {
            let message = format!("a footnote `[^{label}]` in a cell of a table");
            let problem = origin.problem(offset, message);
            cell.found
                .problems
                .push(problem.hint("put it into the text above or below the table"));
        }
        let markdown = std::mem::take(&mut cell.edits).apply(&source);
        let markdown = markdown
            .strip_prefix("# ")
            .and_then(|rest| rest.strip_suffix(" #"));
        self.absorb(&mut cell);
        Cell {
            html: cell.html,
            markdown: markdown.unwrap_or("").to_owned(),
        }
    }

    fn write_html(&mut self, view: &View<'_, '_>) {
        let View { table, columns, rows } = view;
        self.begin_table();
        self.write("<thead>\n<tr>");
        for column in columns {
            self.typesetter.restart();
            let heading = escape::html(&self.typesetter.set(column.heading));
            self.write(&format!("<th scope=\"col\"{}>{heading}</th>", column.class()));
        }
        self.write("</tr>\n</thead>\n<tbody>\n");
        for row in rows {
            self.write("<tr>");
            for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
                // What the row is about stands in its first cell.
                let (begin, end) = if index == 0 {
                    ("th scope=\"row\"", "th")
                } else {
                    ("td", "td")
                };
                self.write(&format!("<{begin}{}>{}</{end}>", column.class(), cell.html));
            }
            self.write("</tr>\n");
        }
        self.end_table();
        let label = escape::html(self.wording.text("table.source"));
        let href = evidence_href(self.parsed.draft, &table.path);
        let path = escape::html(&table.path);
        let link = format!("<a class=\"evidence\" href=\"{href}\">{path}</a>");
        self.write(&format!("<p class=\"table-source\">{label} {link}</p>\n"));
    }

    fn table_markdown(&self, node: &Node<'_>, view: &View<'_, '_>) -> String {
        let View { table, columns, rows } = view;
        let row_of = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            row_of(
                columns
                    .iter()
                    .map(|column| escape::markdown(column.heading))
                    .collect(),
            ),
            row_of(columns.iter().map(|column| column.rule().to_owned()).collect()),
        ];
        for row in rows {
            lines.push(row_of(
                row.iter().map(|cell| bars_escaped(&cell.markdown)).collect(),
            ));
        }
        let label = self.wording.text("table.source");
        let path = evidence_in_bundle(self.parsed.draft, &table.path);
        lines.push(String::new());
        lines.push(format!("{label} [{}]({path})", escape::markdown(&table.path)));
        let indent = self.indent(node);
        let mut markdown = lines.remove(0);
        for line in lines {
            markdown.push('\n');
            markdown.push_str(format!("{indent}{line}").trim_end());
        }
        markdown
    }

    /// What further lines begin with where a block stands inside a list item or a quote.
    pub(super) fn indent(&self, node: &Node<'_>) -> String {
        let before = self.origin.text.get(..node.range.start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        line.chars()
            .map(|letter| if letter == '>' { '>' } else { ' ' })
            .collect()
    }
}

impl Column<'_> {
    fn class(&self) -> &'static str {
        if self.is_numeric { " class=\"num\"" } else { "" }
    }

    fn rule(&self) -> &'static str {
        if self.is_numeric { "---:" } else { "---" }
    }
}

/// Reads one line `column: Heading`.
fn column<'b>(table: &Table, tag: &str, line: &'b str) -> Result<Column<'b>, library::Dead> {
    let example = "write `column: Heading`";
    let (name, heading) = line
        .split_once(':')
        .ok_or_else(|| (format!("`{line}` names no column"), example.to_owned()))?;
    let (name, heading) = (name.trim(), heading.trim());
    if heading.is_empty() {
        return Err((format!("the column `{name}` has no heading"), example.to_owned()));
    }
    let ending = format!("_{tag}");
    let names = table
        .columns
        .iter()
        .map(|known| known.strip_suffix(&ending).unwrap_or(known));
    let Some(index) = table.column(name, tag) else {
        let hint = match nearest(name, names.clone()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("its columns are {}", names.collect::<Vec<_>>().join(", ")),
        };
        return Err((format!("no column `{name}` in `{}`", table.name()), hint));
    };
    Ok(Column {
        index,
        heading,
        is_shared: table.columns.get(index).is_some_and(|known| known == name),
        is_numeric: false,
    })
}

/// The number that a cell consists of.
fn number_in(cell: &str) -> Option<f64> {
    let value = Value::plain(Position::WHOLE_FILE, cell);
    value.as_scalar().and_then(Scalar::as_number)
}

/// A bar would end the cell; one that is escaped already stays so.
fn bars_escaped(markdown: &str) -> String {
    let mut escaped = String::new();
    let mut after_backslash = false;
    for character in markdown.chars() {
        if character == '|' && !after_backslash {
            escaped.push('\\');
        }
        after_backslash = character == '\\' && !after_backslash;
        escaped.push(character);
    }
    escaped
}
