//! A CSV file as cells with places.

use crate::diag::{Checked, Position, Problem, Problems};

/// Problems of one file that are shown; the rest is counted.
const MOST_PROBLEMS: usize = 20;

/// A cell and where it begins.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Cell {
    pub(in crate::lab) text: String,
    pub(in crate::lab) at: Position,
}

/// A header and rows of the same width.
#[derive(Debug)]
pub(in crate::lab) struct Sheet<'p> {
    pub(in crate::lab) path: &'p str,
    header: Vec<Cell>,
    pub(in crate::lab) rows: Vec<Vec<Cell>>,
}

impl<'p> Sheet<'p> {
    /// Reads UTF-8 text with commas, a header, and cells that hold no line break. Blank lines are left out.
    ///
    /// # Errors
    /// Not UTF-8, no header, no rows, or rows of another width than the header.
    pub(in crate::lab) fn read(path: &'p str, bytes: &[u8]) -> Checked<Sheet<'p>> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = bytes
                .get(..error.valid_up_to())
                .and_then(|good| std::str::from_utf8(good).ok());
            let at = Position::of_offset(good.unwrap_or(""), error.valid_up_to());
            vec![Problem::new(path, at, "not UTF-8 text").hint("save the file as UTF-8")]
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = (1_u32..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty());
        let Some((number, first)) = lines.next() else {
            return Err(vec![
                Problem::with_file(path, "the file is empty").hint("give a CSV file with a header"),
            ]);
        };
        let header = cells(number, first);
        if header.iter().any(|cell| cell.text.parse::<f64>().is_ok()) {
            let problem = Problem::new(
                path,
                Position::new(number, 1),
                "the first line holds numbers, not names",
            );
            return Err(vec![problem.hint(
                "begin the file with a header such as `timestamp,open,high,low,close`",
            )]);
        }
        let mut problems = repeated(path, &header);
        let mut rows = Vec::new();
        for (number, line) in lines {
            let row = cells(number, line);
            if row.len() == header.len() {
                rows.push(row);
            } else {
                let message = format!("{} cells where the header has {}", row.len(), header.len());
                let problem = Problem::new(path, Position::new(number, 1), message);
                problems.push(problem.hint("separate cells by commas and give every row all of them"));
            }
        }
        if rows.is_empty() && problems.is_empty() {
            problems.push(
                Problem::with_file(path, "there are no rows below the header").hint("give a file with data"),
            );
        }
        problems.into_result(path, Sheet { path, header, rows })
    }

    /// The index of the first column with one of these names, in the order of preference; case does not count.
    pub(in crate::lab) fn column(&self, names: &[&str]) -> Option<usize> {
        let find = |name: &&str| {
            self.header
                .iter()
                .position(|cell| cell.text.eq_ignore_ascii_case(name))
        };
        names.iter().find_map(find)
    }

    /// As [`Sheet::column`], for one that must be there.
    pub(in crate::lab) fn required(&self, what: &str, names: &[&str]) -> Result<usize, Problem> {
        self.column(names).ok_or_else(|| {
            let found: Vec<&str> = self.header.iter().map(|cell| cell.text.as_str()).collect();
            let message = format!("there is no column for {what}; found {}", found.join(", "));
            Problem::new(self.path, Position::new(1, 1), message)
                .hint(format!("name one of these: {}", names.join(", ")))
        })
    }

    /// The name of a column, as written.
    pub(in crate::lab) fn name(&self, column: usize) -> &str {
        self.header.get(column).map_or("", |cell| cell.text.as_str())
    }

    /// A finite number in a cell.
    pub(in crate::lab) fn number(&self, row: &[Cell], column: usize) -> Result<f64, Problem> {
        let Some(cell) = row.get(column) else {
            return Err(Problem::with_file(self.path, "a row is shorter than the header"));
        };
        finite(&cell.text).ok_or_else(|| {
            let message = format!(
                "`{}` is `{}`, expected a finite number",
                self.name(column),
                cell.text
            );
            Problem::new(self.path, cell.at, message)
                .hint("correct the cell, or take the row out and accept a gap")
        })
    }
}

/// Names that stand twice in a header: nobody could say which column counts.
fn repeated(path: &str, header: &[Cell]) -> Findings {
    let mut problems = Findings::new();
    for (index, cell) in header.iter().enumerate() {
        let mut earlier = header.iter().take(index);
        if !cell.text.is_empty() && earlier.any(|other| other.text.eq_ignore_ascii_case(&cell.text)) {
            let message = format!("the column `{}` stands twice", cell.text);
            problems.push(Problem::new(path, cell.at, message).hint("keep one of them"));
        }
    }
    problems
}

/// A finite decimal number; words such as `nan`, `inf` and hexadecimal forms are none.
pub(in crate::lab) fn finite(text: &str) -> Option<f64> {
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    if !text.bytes().all(decimal) {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// The cells of a line, without blanks and double quotes around them.
fn cells(number: u32, line: &str) -> Vec<Cell> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (offset, letter) in line.char_indices().chain([(line.len(), ',')]) {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted || offset == line.len() => {
                let raw = line.get(start..offset).unwrap_or("");
                let blanks = raw.len() - raw.trim_start().len();
                let column = line.get(..start + blanks).unwrap_or("").chars().count() + 1;
                let at = Position::new(number, u32::try_from(column).unwrap_or(u32::MAX));
                found.push(Cell {
                    text: raw.trim().trim_matches('"').trim().to_owned(),
                    at,
                });
                start = offset + 1;
            }
            _ => {}
        }
    }
    found
}

/// Problems of one file, of which the first twenty are shown.
#[derive(Debug, Default)]
pub(in crate::lab) struct Findings {
    shown: Problems,
    count: usize,
}

impl Findings {
    pub(in crate::lab) fn new() -> Findings {
        Findings::default()
    }

    pub(in crate::lab) fn push(&mut self, problem: Problem) {
        self.count += 1;
        if self.count <= MOST_PROBLEMS {
            self.shown.push(problem);
        }
    }

    pub(in crate::lab) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes the value and keeps its problem.
    pub(in crate::lab) fn take<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.push(problem);
                None
            }
        }
    }

    pub(in crate::lab) fn into_result<T>(mut self, path: &str, value: T) -> Checked<T> {
        if let Some(more) = self.count.checked_sub(MOST_PROBLEMS).filter(|more| *more > 0) {
            let rest = Problem::with_file(path, format!("and {more} more problems in this file"));
            self.shown.push(rest.hint("mend those above first"));
        }
        self.shown.into_result(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_columns() {
        let row = cells(3, "a, \"b c\" ,,d");
        let shown: Vec<(&str, u32)> = row
            .iter()
            .map(|cell| (cell.text.as_str(), cell.at.column))
            .collect();
        assert_eq!(shown, [("a", 1), ("b c", 4), ("", 11), ("d", 12)]);
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        assert_eq!(finite("1e-04"), Some(1e-4));
        for other in ["NaN", "inf", "", "1_000", "0x10", "1e999", "1,5"] {
            assert_eq!(finite(other), None, "{other}");
        }
    }
}
