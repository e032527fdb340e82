//! Candles: open, high, low, close and volume of each day, from daily or hourly files.

use super::moments::Timeline;
use super::sheet::{Cell, Findings, Sheet};
use super::{DAY, Day};
use crate::diag::{Checked, Position, Problem};

/// Seconds of an hour.
const HOUR: i64 = 3_600;
/// A close more than this many times the last, or less than its inverse, is a slip of units or of symbol. BTC, ETH
/// and SOL never moved by more than 2 in a day.
const JUMP: f64 = 5.0;

/// One day of trading, in UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DailyBar {
    /// The day.
    pub day: Day,
    /// First price, in the quote currency.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Traded amount, in the base currency, if the file has it.
    pub volume: Option<f64>,
    /// How many of the day's hours the file has; 24 for a daily file.
    pub hours: u32,
    /// Where the day begins in the file.
    pub at: Position,
}

/// A checked price series.
#[derive(Clone, Debug)]
pub struct Bars {
    /// The days, in order.
    pub days: Vec<DailyBar>,
    /// How many rows the file has.
    pub rows: usize,
    /// Days (hours, for an hourly file) that are missing between the first and the last.
    pub missing: usize,
    /// `day` or `hour`: what a row covers.
    pub interval: &'static str,
}

impl Bars {
    /// Reads candles with columns `timestamp` (or `open_time`, `time`, `date`), `open`, `high`, `low`, `close`, and
    /// perhaps `volume`. Hourly rows are joined to days.
    ///
    /// # Errors
    /// Rows neither a day nor an hour apart; prices that are not positive numbers; a high below a low; a jump of
    /// more than a factor of 5 from one day to the next; and whatever a time column can be refused for.
    pub fn read(path: &str, bytes: &[u8]) -> Checked<Bars> {
        Bars::of_sheet(path, &Sheet::read(path, bytes)?)
    }

    /// As [`Bars::read`]; if the file has a column `symbol`, every row must be about this one.
    ///
    /// # Errors
    /// As [`Bars::read`], and rows about another symbol.
    pub fn read_of(path: &str, bytes: &[u8], symbol: &str) -> Checked<Bars> {
        let sheet = Sheet::read(path, bytes)?;
        let mut problems = Findings::new();
        if let Some(column) = sheet.column(&["symbol"]) {
            let cells = sheet.rows.iter().filter_map(|row| row.get(column));
            for cell in cells.filter(|cell| !cell.text.eq_ignore_ascii_case(symbol)) {
                let message = format!("the row is about `{}`, not `{symbol}`", cell.text);
                let hint = "keep one symbol in the file, and give it as `--symbol`";
                problems.push(Problem::new(path, cell.at, message).hint(hint));
            }
        }
        problems.into_result(path, ())?;
        Bars::of_sheet(path, &sheet)
    }

    fn of_sheet(path: &str, sheet: &Sheet<'_>) -> Checked<Bars> {
        let timeline = Timeline::read(sheet)?;
        let interval = match timeline.step {
            DAY => "day",
            HOUR => "hour",
            step => {
                let message = format!("rows are {step} seconds apart, expected a day or an hour");
                return Err(vec![
                    Problem::with_file(path, message).hint("give daily or hourly candles"),
                ]);
            }
        };
        let mut problems = Findings::new();
        let columns = Columns::find(sheet).map_err(|problem| vec![problem])?;
        let mut days: Vec<DailyBar> = Vec::new();
        for (row, (seconds, at)) in sheet.rows.iter().zip(&timeline.moments) {
            if seconds % timeline.step != 0 {
                let message = format!("the candle does not begin at the {interval}'s first second in UTC");
                problems.push(Problem::new(path, *at, message).hint("give candles that are cut in UTC"));
                continue;
            }
            let Some(mut bar) = columns.bar(sheet, row, *at, &mut problems) else {
                continue;
            };
            bar.day = Day::of_seconds(*seconds);
            bar.hours = if timeline.step == DAY { 24 } else { 1 };
            match days.last_mut().filter(|last| last.day == bar.day) {
                Some(last) => last.join(&bar),
                None => days.push(bar),
            }
        }
        for (earlier, later) in days.iter().zip(days.iter().skip(1)) {
            let ratio = later.close / earlier.close;
            if !(1.0 / JUMP..=JUMP).contains(&ratio) {
                let message = format!("the close is {}, the day before {}", later.close, earlier.close);
                problems.push(
                    Problem::new(path, later.at, message).hint("keep one symbol and one currency in a file"),
                );
            }
        }
        let bars = Bars {
            days,
            rows: sheet.rows.len(),
            missing: timeline.missing,
            interval,
        };
        problems.into_result(path, bars)
    }

    /// The days that were over at second `moment` since 1970.
    pub fn closed_by(&self, moment: i64) -> &[DailyBar] {
        let count = self.days.partition_point(|bar| bar.day.start() + DAY <= moment);
        self.days.get(..count).unwrap_or(&[])
    }
}

impl DailyBar {
    /// Adds a later part of the same day.
    fn join(&mut self, part: &DailyBar) {
        self.high = if part.high > self.high {
            part.high
        } else {
            self.high
        };
        self.low = if part.low < self.low { part.low } else { self.low };
        self.close = part.close;
        self.volume = self.volume.zip(part.volume).map(|(sum, more)| sum + more);
        self.hours += part.hours;
    }
}

/// Where the prices stand.
struct Columns {
    prices: [usize; 4],
    volume: Option<usize>,
}

impl Columns {
    fn find(sheet: &Sheet<'_>) -> Result<Columns, Problem> {
        let price = |name: &'static str| sheet.required(&format!("the price `{name}`"), &[name]);
        let prices = [price("open")?, price("high")?, price("low")?, price("close")?];
        Ok(Columns {
            prices,
            volume: sheet.column(&["volume"]),
        })
    }

    /// The prices of a row; day and hours are still to be filled in.
    fn bar(
        &self,
        sheet: &Sheet<'_>,
        row: &[Cell],
        at: Position,
        problems: &mut Findings,
    ) -> Option<DailyBar> {
        let mut prices = [0.0_f64; 4];
        let mut good = true;
        for (price, column) in prices.iter_mut().zip(self.prices) {
            match problems.take(positive(sheet, row, column)) {
                Some(number) => *price = number,
                None => good = false,
            }
        }
        let volume = match self.volume.map(|column| sheet.number(row, column)) {
            Some(Ok(number)) if number >= 0.0 => Some(number),
            Some(Ok(number)) => {
                let problem = Problem::new(sheet.path, at, format!("the volume is {number}, less than 0"));
                problems.push(problem.hint("correct the row"));
                None
            }
            Some(Err(problem)) => problems.take(Err(problem)),
            None => None,
        };
        let [open, high, low, close] = prices;
        if good && !(low <= open && low <= close && high >= open && high >= close) {
            let message =
                format!("open {open}, high {high}, low {low}, close {close}: not between low and high");
            problems.push(
                Problem::new(sheet.path, at, message)
                    .hint("the high must be the largest, the low the smallest"),
            );
            good = false;
        }
        good.then_some(DailyBar {
            day: Day::of_seconds(0),
            open,
            high,
            low,
            close,
            volume,
            hours: 0,
            at,
        })
    }
}

/// A price.
fn positive(sheet: &Sheet<'_>, row: &[Cell], column: usize) -> Result<f64, Problem> {
    let number = sheet.number(row, column)?;
    if number > 0.0 {
        return Ok(number);
    }
    let at = row.get(column).map(|cell| cell.at).unwrap_or_default();
    let message = format!("`{}` is {number}, expected a price above 0", sheet.name(column));
    Err(Problem::new(sheet.path, at, message).hint("correct the cell, or take the row out and accept a gap"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_join_to_days_and_the_open_day_is_left_out() {
        let mut text = "time,open,high,low,close\n".to_owned();
        for hour in 0..26 {
            text.push_str(&format!(
                "{},{},{},{},{}\n",
                1_723_075_200 + hour * 3_600,
                10,
                12 + hour,
                9,
                11
            ));
        }
        let bars = Bars::read("sol.csv", text.as_bytes()).unwrap();
        assert_eq!((bars.days.len(), bars.rows, bars.missing), (2, 26, 0));
        assert_eq!(
            (bars.days[0].high, bars.days[0].hours, bars.days[1].hours),
            (35.0, 24, 2)
        );
        assert_eq!(bars.closed_by(1_723_075_200 + 86_399).len(), 0);
        assert_eq!(bars.closed_by(1_723_075_200 + 86_400).len(), 1);
    }

    #[test]
    fn bad_rows_have_their_places() {
        let text = "date,open,high,low,close\n2024-01-01,1,2,1,1\n2024-01-02,1,2,NaN,1\n2024-01-03,-1,2,1,1\n\
                    2024-01-04,1,1,2,1\n2024-01-06,9,9,9,9\n";
        let problems = Bars::read("x.csv", text.as_bytes()).unwrap_err();
        let shown: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}:{}", problem.at.line, problem.message))
            .collect();
        assert_eq!(
            shown,
            [
                "3:`low` is `NaN`, expected a finite number",
                "4:`open` is -1, expected a price above 0",
                "5:open 1, high 1, low 2, close 1: not between low and high",
                "6:the close is 9, the day before 1",
            ]
        );
    }
}
