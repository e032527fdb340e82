//! CSV tables: a header row, and a first column `id` that names each row.

use crate::diag::{Checked, Position, Problem, Problems};
use std::collections::BTreeSet;

/// A CSV table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file's path inside the project.
    pub path: String,
    /// The names of the columns; the first is `id`.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where the row begins in the file.
    pub at: Position,
    /// As many cells as the table has columns.
    pub cells: Vec<String>,
}

impl Row {
    /// The row's name.
    pub fn id(&self) -> &str {
        self.cells.first().map_or("", String::as_str)
    }
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// Rows of unequal length, a first column other than `id`, repeated or unfit names, text that is not UTF-8.
    pub fn read(path: &str, bytes: &[u8]) -> Checked<Table> {
        let mut problems = Problems::new();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let columns: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(error) => return Err(vec![csv_problem(path, &error)]),
        };
        check_header(path, &columns, &mut problems);
        let mut rows: Vec<Row> = Vec::new();
        let mut names = BTreeSet::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    problems.push(csv_problem(path, &error));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let at = Position::new(u32::try_from(line).unwrap_or(u32::MAX), 1);
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.len() != columns.len() {
                let message = format!("{} cells where the header has {}", cells.len(), columns.len());
                problems.push(
                    Problem::new(path, at, message).hint("put cells that hold a comma in double quotes"),
                );
                continue;
            }
            let row = Row { at, cells };
            if !is_name(row.id()) {
                let message = format!("`{}` is not a row name", row.id());
                problems.push(Problem::new(path, at, message).hint("use lower-case letters, digits and `_`"));
            }
            if !names.insert(row.id().to_owned()) {
                problems.push(Problem::new(
                    path,
                    at,
                    format!("the row `{}` stands twice", row.id()),
                ));
            }
            rows.push(row);
        }
        problems.into_result(Table {
            path: path.to_owned(),
            columns,
            rows,
        })
    }

    /// The file name, by which pages refer to the table.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The ids of facts that cells refer to.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells
            .flat_map(|cell| cell.split("`fact:").skip(1))
            .filter_map(|rest| rest.split_once('`').map(|(id, _)| id.trim()))
    }

    /// The index of a column: the one of that name, or its variant in a language (`area_pl`).
    pub fn column(&self, name: &str, language_tag: &str) -> Option<usize> {
        let localized = format!("{name}_{language_tag}");
        let find = |wanted: &str| self.columns.iter().position(|column| column == wanted);
        find(name).or_else(|| find(&localized))
    }
}

fn check_header(path: &str, columns: &[String], problems: &mut Problems) {
    let at = Position::new(1, 1);
    if columns.first().map(String::as_str) != Some("id") {
        problems.push(
            Problem::new(path, at, "the first column is not `id`")
                .hint("begin the header with `id` and give each row a unique name"),
        );
    }
    let mut seen = BTreeSet::new();
    for column in columns {
        if !is_name(column) || !seen.insert(column) {
            let message = format!("`{column}` is not a column name, or stands twice");
            problems.push(Problem::new(path, at, message).hint("use lower-case letters, digits and `_`"));
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn csv_problem(path: &str, error: &csv::Error) -> Problem {
    let line = error.position().map_or(0, csv::Position::line);
    let at = Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::from(line > 0));
    Problem::new(path, at, "not a UTF-8 CSV table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_table_finds_columns_by_language() {
        let table = Table::read("t.csv", "id,area_pl,area_en,url\nui,Ekran,Screen,x\n".as_bytes()).unwrap();
        assert_eq!(table.column("area", "en"), Some(2));
        assert_eq!(table.column("url", "pl"), Some(3));
        assert_eq!(table.rows[0].id(), "ui");
    }

    #[test]
    fn each_bad_row_has_its_line() {
        let problems = Table::read("t.csv", b"id,a\nx,1\nx,2\ny\n").unwrap_err();
        let shown: Vec<String> = problems
            .iter()
            .map(|p| format!("{}: {}", p.at.line, p.message))
            .collect();
        assert_eq!(
            shown,
            ["3: the row `x` stands twice", "4: 1 cells where the header has 2"]
        );
    }
}
