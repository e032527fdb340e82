//! The checklist of adapters: a CSV table with a row for each exchange, or for each of its profiles.

use crate::diag::{Checked, Position, Problem, Problems};
use std::collections::{BTreeMap, BTreeSet};

/// The column that names the exchange.
pub(super) const EXCHANGE: &str = "exchange";
/// What stands between the values of profiles that differ.
const BETWEEN: &str = " | ";

/// What the checklist says of each exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// The columns besides `exchange`, in the order of the file.
    pub columns: Vec<String>,
    /// By exchange: the place of its first row, and a cell for each column. Where profiles of an exchange differ, the
    /// cell holds all their values, so that no rule that demands one of them is met by accident.
    pub exchanges: BTreeMap<String, (Position, Vec<String>)>,
}

impl Checklist {
    /// Reads the table. `taken` are names that its columns may not have.
    ///
    /// # Errors
    /// Not UTF-8 or CSV, no column `exchange`, no rows, rows of another width, unfit names.
    pub fn read(path: &str, bytes: &[u8], taken: &[&str]) -> Checked<Checklist> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect::<Vec<_>>(),
            Err(error) => return Err(vec![unreadable(path, &error)]),
        };
        let mut problems = Problems::new();
        let exchange = check_header(path, &header, taken, &mut problems);
        let mut rows: Vec<(Position, Vec<String>)> = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let at = line(record.position());
                    let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                    if cells.len() == header.len() {
                        rows.push((at, cells));
                    } else {
                        let message = format!("{} cells where the header has {}", cells.len(), header.len());
                        let hint = "put cells that hold a comma in double quotes";
                        problems.push(Problem::new(path, at, message).hint(hint));
                    }
                }
                Err(error) => problems.push(unreadable(path, &error)),
            }
        }
        if rows.is_empty() && problems.is_empty() {
            let problem = Problem::with_file(path, "there are no rows below the header");
            problems.push(problem.hint("give a row to each exchange that must have a snapshot"));
        }
        let mut list = Checklist {
            columns: header.iter().filter(|name| *name != EXCHANGE).cloned().collect(),
            exchanges: BTreeMap::new(),
        };
        for (at, mut cells) in rows {
            let name = if exchange < cells.len() {
                cells.remove(exchange)
            } else {
                String::new()
            };
            if !is_name(&name) {
                let message = format!("`{name}` is not the name of an exchange");
                problems.push(Problem::new(path, at, message).hint("use lower-case letters, digits and `_`"));
            }
            list.add(name, at, cells);
        }
        problems.into_result(list)
    }

    fn add(&mut self, exchange: String, at: Position, cells: Vec<String>) {
        // A blank beside another value is a difference too.
        let shown = |cell: &str| {
            if cell.is_empty() {
                "(blank)".to_owned()
            } else {
                cell.to_owned()
            }
        };
        let Some((_, known)) = self.exchanges.get_mut(&exchange) else {
            self.exchanges.insert(exchange, (at, cells));
            return;
        };
        for (known, cell) in known.iter_mut().zip(cells) {
            let differs = *known != cell && !known.split(BETWEEN).any(|value| value == shown(&cell));
            if differs {
                *known = format!("{}{BETWEEN}{}", shown(known), shown(&cell));
            }
        }
    }
}

/// The index of the column that names the exchange.
fn check_header(path: &str, header: &[String], taken: &[&str], problems: &mut Problems) -> usize {
    let at = Position::new(1, 1);
    let mut seen = BTreeSet::new();
    for column in header {
        if !is_name(column) || !seen.insert(column) {
            let message = format!("`{column}` is not a column name, or stands twice");
            problems.push(Problem::new(path, at, message).hint("use lower-case letters, digits and `_`"));
        } else if taken.contains(&column.as_str()) {
            let message = format!("the column `{column}` belongs to the snapshots");
            problems.push(Problem::new(path, at, message).hint("give it another name"));
        }
    }
    let exchange = header.iter().position(|column| column == EXCHANGE);
    if exchange.is_none() {
        let problem = Problem::new(path, at, "there is no column `exchange`");
        problems.push(problem.hint("name the exchange of each row"));
    }
    exchange.unwrap_or(usize::MAX)
}

fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.bytes().all(good)
}

fn line(position: Option<&csv::Position>) -> Position {
    let line = position.map_or(0, csv::Position::line);
    Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::from(line > 0))
}

pub(super) fn unreadable(path: &str, error: &csv::Error) -> Problem {
    Problem::new(path, line(error.position()), "not a UTF-8 CSV table").hint("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_that_differ_keep_all_their_values() {
        let text = "exchange,profile,cost\nbinance,paper,ready\nbinance,live,\nbinance,other,ready\n";
        let list = Checklist::read("c.csv", text.as_bytes(), &[]).unwrap();
        assert_eq!(list.columns, ["profile", "cost"]);
        let (at, cells) = &list.exchanges["binance"];
        assert_eq!(
            (at.line, cells.as_slice()),
            (
                2,
                ["paper | live | other".to_owned(), "ready | (blank)".to_owned()].as_slice()
            )
        );
    }

    #[test]
    fn each_problem_has_its_line() {
        let shown = |text: &str| {
            let problems = Checklist::read("c.csv", text.as_bytes(), &["total"]).unwrap_err();
            problems
                .iter()
                .map(|one| format!("{}: {}", one.at.line, one.message))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            shown("name,total\nx,1\n"),
            [
                "1: the column `total` belongs to the snapshots",
                "1: there is no column `exchange`",
                "2: `` is not the name of an exchange",
            ]
        );
        assert_eq!(
            shown("exchange,a\nBinance,1\nx\n"),
            [
                "2: `Binance` is not the name of an exchange",
                "3: 1 cells where the header has 2"
            ]
        );
        assert_eq!(shown("exchange\n"), ["0: there are no rows below the header"]);
    }
}
