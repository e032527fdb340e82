//! How we complain: a place, a message, and what to do next.
//!
//! Every problem of one stage is collected and shown together, so that an author mends them in one sitting.

mod topic;

pub use topic::{About, Topic};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A spot in a file: line and column count from 1; both 0 mean "the file as a whole".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The file as a whole.
    pub const WHOLE_FILE: Position = Position { line: 0, column: 0 };

    /// A spot at `line` and `column`, both from 1.
    pub fn new(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    /// Where byte `offset` of `text` stands.
    ///
    /// ```
    /// # use stage6_press::diag::Position;
    /// assert_eq!(Position::of_offset("łódź\nab", 9), Position::new(2, 2));
    /// ```
    pub fn of_offset(text: &str, offset: usize) -> Position {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or("").chars().count() + 1;
        Position::new(saturate(line), saturate(column))
    }

    /// The same spot in a file in which the text begins at `start`, further lines at its column.
    ///
    /// ```
    /// # use stage6_press::diag::Position;
    /// assert_eq!(Position::new(2, 3).within(Position::new(10, 5)), Position::new(11, 7));
    /// ```
    pub fn within(self, start: Position) -> Position {
        Position {
            line: start.line + self.line.saturating_sub(1),
            column: start.column + self.column.saturating_sub(1),
        }
    }

    /// The same spot in a file in which `lines` more lines stand above it.
    pub fn below(self, lines: u32) -> Position {
        Position {
            line: self.line + lines,
            column: self.column,
        }
    }
}

fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// One problem in the author's input, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The file as the author knows it: relative to the project where it lies inside.
    pub path: String,
    /// The line and column to open in an editor.
    pub at: Position,
    /// Lowercase, no full stop, literals in backticks.
    pub message: String,
    /// What to do about it; the reader's next action.
    pub hint: Option<String>,
    /// The kind of problem, where the manual tells more; the last member, so that places come first in every order.
    pub topic: Option<Topic>,
}

impl Problem {
    /// A problem at a spot of a file.
    pub fn new(path: impl Into<String>, at: Position, message: impl Into<String>) -> Problem {
        Problem {
            path: path.into(),
            at,
            message: message.into(),
            hint: None,
            topic: None,
        }
    }

    /// A problem with a file as a whole.
    pub fn with_file(path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem::new(path, Position::WHOLE_FILE, message)
    }

    /// The same problem with the reader's next action.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at == Position::WHOLE_FILE {
            write!(out, "{}: {}", self.path, self.message)?;
        } else {
            write!(
                out,
                "{}:{}:{}: {}",
                self.path, self.at.line, self.at.column, self.message
            )?;
        }
        match &self.hint {
            Some(hint) => write!(out, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// Every problem found, or the value.
pub type Checked<T> = Result<T, Vec<Problem>>;

/// Gathers the problems of one stage.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    /// Nothing found yet.
    pub fn new() -> Problems {
        Problems::default()
    }

    /// Notes one problem.
    pub fn push(&mut self, problem: Problem) {
        self.found.push(problem);
    }

    /// Notes several problems.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.found.extend(problems);
    }

    /// Takes the value out of a result and keeps its problems.
    pub fn take<T>(&mut self, result: Checked<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problems) => {
                self.found.extend(problems);
                None
            }
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Ends the stage: the value when nothing was found.
    ///
    /// # Errors
    /// All problems, in the order of their places, each once.
    pub fn into_result<T>(mut self, value: T) -> Checked<T> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        // The same problem found twice may be known by two topics.
        self.found.dedup_by(|one, before| {
            (&one.path, one.at, &one.message, &one.hint)
                == (&before.path, before.at, &before.message, &before.hint)
        });
        Err(self.found)
    }
}

/// The known word nearest to a misspelt one, for "did you mean".
///
/// ```
/// # use stage6_press::diag::nearest;
/// assert_eq!(nearest("shokcs", ["shocks", "markets"]), Some("shocks"));
/// assert_eq!(nearest("colour", ["shocks", "markets"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits that turn one word into the other; swapping two neighbours counts as one
/// (optimal string alignment, Damerau 1964).
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut rows = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let differs = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_path_line_column_message_and_hint() {
        let problem = Problem::new("config/core.yaml", Position::new(41, 7), "unknown key `shokcs`")
            .hint("did you mean `shocks`?");
        assert_eq!(
            problem.to_string(),
            "config/core.yaml:41:7: unknown key `shokcs`\n  hint: did you mean `shocks`?"
        );
    }

    #[test]
    fn problems_come_out_in_file_order_and_once() {
        let mut problems = Problems::new();
        problems.push(Problem::new("b", Position::new(2, 1), "second"));
        problems.push(Problem::new("a", Position::new(9, 1), "first"));
        problems.push(Problem::new("b", Position::new(2, 1), "second"));
        let found = problems.into_result(()).unwrap_err();
        assert_eq!(
            found.iter().map(|p| p.path.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}
