//! The event library: what markets did in ten past crises, as numbers derived from open data.

use super::measures::Coin;
use crate::diag::{Checked, Position, Problem};
use crate::lab::feed::Day;
use crate::lab::feed::sheet::{Cell, Findings, Sheet};

/// A past crisis. Ratios are plain, shares are fractions; `None` is a value that was not measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Lower-case letters, digits and `_`.
    pub id: String,
    /// For people.
    pub title: String,
    /// The first day.
    pub start: Day,
    /// The last day.
    pub end: Day,
    /// What happened to each coin.
    pub coins: [CoinEvent; 3],
    /// Sample standard deviation of the coins' log returns on BTC's worst day, in basis points.
    pub coin_dispersion_bps: Option<f64>,
    /// The greatest fall of the sentiment score, from 7 days before to 2 days after, in points.
    pub sentiment_fall: Option<f64>,
    /// The greatest departure of BTC's daily mean funding from the mean of the 31 days that end with the window's
    /// first day, in basis points. (The source speaks of 30 days before; its numbers show 31, the first day taken in.)
    pub funding_shift_bps: Option<f64>,
}

/// What happened to one coin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoinEvent {
    /// From the running high to the later low, a negative fraction.
    pub peak_to_trough: Option<f64>,
    /// The worst day's return, a negative fraction.
    pub worst_day: Option<f64>,
    /// Root mean square of the window's daily log returns over that of the 30 days before.
    pub volatility_ratio_window: Option<f64>,
    /// Parkinson volatility of the worst day over the root mean square of the 30 daily log returns before.
    pub volatility_ratio_worst_day: Option<f64>,
    /// The greatest daily volume over the median of the 30 days before.
    pub volume_ratio: Option<f64>,
}

impl Event {
    /// What happened to one coin.
    pub fn coin(&self, coin: Coin) -> &CoinEvent {
        let [btc, eth, sol] = &self.coins;
        match coin {
            Coin::Btc => btc,
            Coin::Eth => eth,
            Coin::Sol => sol,
        }
    }

    /// Reads the library from `events.csv`, as [`super::events_csv`] writes it, or from the table that it was
    /// derived from.
    ///
    /// # Errors
    /// A column that is missing, a day that is none, a number that is none; empty and `missing` cells are fine.
    pub fn read_all(path: &str, bytes: &[u8]) -> Checked<Vec<Event>> {
        let sheet = Sheet::read(path, bytes)?;
        let mut problems = Findings::new();
        let events: Vec<Event> = sheet
            .rows
            .iter()
            .filter_map(|row| problems.take(read_one(&sheet, row)))
            .collect();
        for (index, event) in events.iter().enumerate() {
            if events.iter().take(index).any(|earlier| earlier.id == event.id) {
                let problem = Problem::with_file(path, format!("the event `{}` stands twice", event.id));
                problems.push(problem.hint("give each event one row"));
            }
        }
        problems.into_result(path, events)
    }
}

fn read_one(sheet: &Sheet<'_>, row: &[Cell]) -> Result<Event, Problem> {
    let text = |names: &[&str]| sheet.column(names).and_then(|column| row.get(column));
    let number = |names: &[&str]| optional_number(sheet, row, names);
    let at = row.first().map(|cell| cell.at).unwrap_or_default();
    let title = text(&["title", "event"]).map_or("", |cell| cell.text.as_str());
    if title.is_empty() {
        return Err(Problem::new(sheet.path, at, "the event has no title").hint("fill the column `title`"));
    }
    let (start, end) = window(sheet, row, at)?;
    let coin = |coin: Coin| -> Result<CoinEvent, Problem> {
        let value = |ours: &str, theirs: &str| {
            let (ours, theirs) = (
                format!("{ours}_{}", coin.key()),
                format!("{theirs}_{}", coin.key()),
            );
            number(&[ours.as_str(), theirs.as_str()])
        };
        let share = |ours: &str, theirs: &str| {
            let (ours, theirs) = (
                format!("{ours}_{}_pct", coin.key()),
                format!("{theirs}_{}", coin.key()),
            );
            number(&[ours.as_str(), theirs.as_str()])
        };
        Ok(CoinEvent {
            peak_to_trough: share("peak_to_trough", "ptt")?,
            worst_day: share("worst_day", "worstday")?,
            volatility_ratio_window: value("volatility_ratio_window", "volmult_cc")?,
            volatility_ratio_worst_day: value("volatility_ratio_worst_day", "volmult_pkday")?,
            volume_ratio: value("volume_ratio", "volsurge")?,
        })
    };
    Ok(Event {
        id: id_of(title),
        title: title.to_owned(),
        start,
        end,
        coins: [coin(Coin::Btc)?, coin(Coin::Eth)?, coin(Coin::Sol)?],
        coin_dispersion_bps: number(&["coin_dispersion_bps", "disp_sd_bps"])?,
        sentiment_fall: number(&["sentiment_fall", "sent_dd"])?,
        funding_shift_bps: number(&["funding_shift_bps", "fund_shift_bps"])?,
    })
}

/// `2020-03-12 Black Thursday` gives `2020_03_12_black_thursday`.
fn id_of(title: &str) -> String {
    let lower = title.to_ascii_lowercase();
    let words = lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<&str>>().join("_")
}

/// `window` as `2020-03-07..2020-03-13`, or two columns.
fn window(sheet: &Sheet<'_>, row: &[Cell], at: Position) -> Result<(Day, Day), Problem> {
    let text = |name: &str| {
        sheet
            .column(&[name])
            .and_then(|column| row.get(column))
            .map(|cell| cell.text.as_str())
    };
    let (start, end) = match text("window").and_then(|window| window.split_once("..")) {
        Some(pair) => pair,
        None => (
            text("window_start").unwrap_or(""),
            text("window_end").unwrap_or(""),
        ),
    };
    let days = Day::parse(start)
        .zip(Day::parse(end))
        .filter(|(start, end)| start <= end);
    days.ok_or_else(|| {
        Problem::new(
            sheet.path,
            at,
            format!("`{start}` to `{end}` is not a window of days"),
        )
        .hint("write `window_start` and `window_end` as ISO dates")
    })
}

fn optional_number(sheet: &Sheet<'_>, row: &[Cell], names: &[&str]) -> Result<Option<f64>, Problem> {
    let column = sheet.required(&format!("`{}`", names.first().unwrap_or(&"")), names)?;
    match row.get(column).map(|cell| cell.text.as_str()) {
        None | Some("" | "missing") => Ok(None),
        Some(_) => sheet.number(row, column).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_ids_that_tables_accept() {
        assert_eq!(id_of("2022-06 Celsius/3AC"), "2022_06_celsius_3ac");
    }
}
