//! The time column: ISO dates and moments, or whole seconds, milliseconds or microseconds since 1970.

use super::DAY;
use super::sheet::{Cell, Findings, Sheet};
use crate::diag::{Checked, Position, Problem};
use crate::domain::Timestamp;
use std::collections::BTreeMap;
use std::fmt;

/// Names of the time column, the best first.
const NAMES: [&str; 7] = [
    "timestamp",
    "open_time",
    "time",
    "date",
    "datetime",
    "day",
    "fundingtime",
];
/// 2009-01-01, the month of the first Bitcoin block: no crypto market is older.
const EARLIEST: i64 = 1_230_768_000;
/// 2100-01-01.
const LATEST: i64 = 4_102_444_800;

/// A calendar day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day on which second `seconds` since 1970 falls.
    pub fn of_seconds(seconds: i64) -> Day {
        Day(seconds.div_euclid(DAY))
    }

    /// The day of a moment.
    pub fn of(moment: Timestamp) -> Day {
        Day::of_seconds(moment.as_utc().timestamp())
    }

    /// A day such as `2024-08-08`.
    pub fn parse(text: &str) -> Option<Day> {
        Timestamp::parse_date_or_moment(text)
            .ok()
            .filter(|_| text.len() == 10)
            .map(Day::of)
    }

    /// Its first second since 1970.
    pub fn start(self) -> i64 {
        self.0 * DAY
    }

    /// Whole days from `earlier` to this one.
    pub fn since(self, earlier: Day) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_epoch(self.start()) {
            Some(moment) => out.write_str(&moment.date()),
            None => write!(out, "day {}", self.0),
        }
    }
}

/// The ways to write a moment; one file keeps to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Date,
    Moment,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Date => "an ISO date",
            Form::Moment => "an ISO moment",
            Form::Seconds => "epoch seconds",
            Form::Milliseconds => "epoch milliseconds",
            Form::Microseconds => "epoch microseconds",
        }
    }
}

/// The rows of a sheet in time: strictly rising, all written in one form.
#[derive(Debug)]
pub(super) struct Timeline {
    /// Seconds since 1970 of each row, with its place.
    pub(super) moments: Vec<(i64, Position)>,
    /// The usual distance of rows, in seconds; 0 for a single row.
    pub(super) step: i64,
    /// How many steps are missing between the first and the last row.
    pub(super) missing: usize,
}

impl Timeline {
    /// Reads the time column.
    ///
    /// # Errors
    /// No time column, unreadable or implausible moments, two forms in one file, rows out of order or twice.
    pub(super) fn read(sheet: &Sheet<'_>) -> Checked<Timeline> {
        let column = sheet
            .required("the time", &NAMES)
            .map_err(|problem| vec![problem])?;
        let mut problems = Findings::new();
        let mut form: Option<Form> = None;
        let mut moments: Vec<(i64, Position)> = Vec::new();
        for cell in sheet.rows.iter().filter_map(|row| row.get(column)) {
            let Some((found, seconds)) = problems.take(read_cell(sheet.path, cell)) else {
                continue;
            };
            let expected = *form.get_or_insert(found);
            if found != expected {
                let message = format!(
                    "`{}` is {}, the rows above have {}",
                    cell.text,
                    found.name(),
                    expected.name()
                );
                problems.push(Problem::new(sheet.path, cell.at, message).hint("write all times in one form"));
                continue;
            }
            if let Some(problem) = moments
                .last()
                .and_then(|(last, _)| order_problem(sheet.path, cell, *last, seconds))
            {
                problems.push(problem);
                continue;
            }
            moments.push((seconds, cell.at));
        }
        let (step, missing) = spacing(&moments);
        problems.into_result(
            sheet.path,
            Timeline {
                moments,
                step,
                missing,
            },
        )
    }
}

fn order_problem(path: &str, cell: &Cell, last: i64, seconds: i64) -> Option<Problem> {
    if seconds > last {
        return None;
    }
    let (message, hint) = match seconds == last {
        true => (
            format!("`{}` stands twice", cell.text),
            "keep one row for each time",
        ),
        false => (
            format!("`{}` is earlier than the row above", cell.text),
            "sort the rows by time, the oldest first",
        ),
    };
    Some(Problem::new(path, cell.at, message).hint(hint))
}

/// The commonest distance of neighbours (the shortest of several), and how many such steps are left out.
fn spacing(moments: &[(i64, Position)]) -> (i64, usize) {
    let distances = || {
        moments
            .iter()
            .zip(moments.iter().skip(1))
            .map(|((earlier, _), (later, _))| later - earlier)
    };
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for distance in distances() {
        *counts.entry(distance).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let step = counts
        .iter()
        .find(|(_, count)| **count == most)
        .map_or(0, |(distance, _)| *distance);
    let missing = distances()
        .map(|distance| if step > 0 { distance / step - 1 } else { 0 })
        .filter(|more| *more > 0);
    (step, usize::try_from(missing.sum::<i64>()).unwrap_or(0))
}

fn read_cell(path: &str, cell: &Cell) -> Result<(Form, i64), Problem> {
    let expected = "write `2024-08-08`, `2024-08-08T00:00:00Z`, or whole seconds or milliseconds since 1970";
    let wrong = |message: String| Problem::new(path, cell.at, message).hint(expected);
    let (form, seconds) = parse(&cell.text).ok_or_else(|| wrong(format!("`{}` is not a time", cell.text)))?;
    if !(EARLIEST..LATEST).contains(&seconds) {
        return Err(wrong(format!(
            "`{}` as {} is not between 2009 and 2100",
            cell.text,
            form.name()
        )));
    }
    Ok((form, seconds))
}

/// A moment in one of the five forms. Digits count as seconds, milliseconds or microseconds by their number; a
/// fraction of a second is dropped.
pub(super) fn parse(text: &str) -> Option<(Form, i64)> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return Some(match text.len() {
            0..=10 => (Form::Seconds, number),
            11..=13 => (Form::Milliseconds, number / 1_000),
            _ => (Form::Microseconds, number / 1_000_000),
        });
    }
    if let Some(day) = Day::parse(text) {
        return Some((Form::Date, day.start()));
    }
    let with_letter = text.replacen(' ', "T", 1);
    let moment = Timestamp::parse(&with_letter)
        .or_else(|_| Timestamp::parse(&format!("{with_letter}Z")))
        .ok()?;
    Some((Form::Moment, moment.as_utc().timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_five_forms() {
        for text in [
            "1723075200",
            "1723075200000",
            "1723075200000000",
            "2024-08-08",
            "2024-08-08 00:00:00",
        ] {
            assert_eq!(parse(text).unwrap().1, 1_723_075_200, "{text}");
        }
        assert_eq!(parse("2024-08-08T02:00:00+02:00").unwrap().1, 1_723_075_200);
        assert_eq!(parse("yesterday"), None);
        assert_eq!(Day::of_seconds(1_723_075_199).to_string(), "2024-08-07");
    }
}
