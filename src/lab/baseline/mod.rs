//! A market's state before any shock, measured from data: six numbers, each with its method or marked as assumed.
//!
//! Nothing after the as-of moment is used. A day's candle counts once the day is over, a daily funding mean at the
//! last second of its day, an index value from the start of its day.

mod desk;
mod document;

pub use document::{MeasuredInput, baseline_json};

use super::feed::{Bars, Book, Readings};
use crate::diag::Checked;
use crate::domain::{Baseline, Timestamp};
use desk::Desk;

/// Values that a person states where no data is at hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assumed {
    /// In place of a book's spread, in basis points.
    pub spread_bps: Option<f64>,
    /// In place of a book's depth: mean notional of a level, in US dollars.
    pub depth_usd: Option<f64>,
    /// In place of a funding file, in basis points per 8 hours.
    pub funding_bps: Option<f64>,
    /// In place of a sentiment file, from -1 to 1.
    pub sentiment: Option<f64>,
}

/// A series or a book together with the name of its file.
#[derive(Debug)]
pub struct Source<'a, T> {
    /// The file, as shown to people.
    pub path: &'a str,
    /// What it holds.
    pub data: &'a T,
}

// By hand, because a derived copy would ask the same of `T`.
impl<T> Clone for Source<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Source<'_, T> {}

impl<'a, T> Source<'a, T> {
    /// The file's name without folders, for remarks: they are written, and must not depend on the machine.
    fn name(self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

/// What is to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The market's symbol.
    pub symbol: &'a str,
    /// The moment that the baseline describes.
    pub as_of: Timestamp,
    /// How many daily returns the volatility rests on.
    pub window_days: usize,
    /// How many levels of each side of the book count.
    pub levels: usize,
    /// The greatest age of the newest datum of each input, in days.
    pub max_age_days: i64,
    /// Prices.
    pub bars: Source<'a, Bars>,
    /// The order book.
    pub book: Option<Source<'a, Book>>,
    /// Funding, in basis points per 8 hours.
    pub funding: Option<Source<'a, Readings>>,
    /// Sentiment, from -1 to 1.
    pub sentiment: Option<Source<'a, Readings>>,
    /// What stands in for inputs that are not there.
    pub assumed: Assumed,
}

/// One number of a baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its key in the baseline file.
    pub key: &'static str,
    /// Its value, in the key's unit.
    pub value: f64,
    /// How it was measured, in words.
    pub method: String,
    /// Stated by a person, not measured.
    pub assumed: bool,
}

/// A baseline and how it came about.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Symbol and moment as requested.
    pub symbol: String,
    /// The moment that it describes.
    pub as_of: Timestamp,
    /// Days of the volatility's window.
    pub window_days: usize,
    /// The six numbers, in the order of the file.
    pub fields: Vec<Field>,
    /// What a reader should know: gaps, old data, thin books.
    pub remarks: Vec<String>,
}

impl Measured {
    /// The numbers as the Stress Lab takes them, with weight 1.
    pub fn baseline(&self) -> Baseline {
        let value = |key: &str| {
            self.fields
                .iter()
                .find(|field| field.key == key)
                .map_or(0.0, |field| field.value)
        };
        Baseline {
            symbol: self.symbol.clone(),
            mid_price: value("mid_price"),
            avg_depth_usd: value("avg_depth_usd"),
            avg_spread_bps: value("avg_spread_bps"),
            funding_rate_bps: value("funding_rate_bps"),
            sentiment_score: value("sentiment_score"),
            realized_volatility: value("realized_volatility"),
            weight: 1.0,
        }
    }
}

/// Measures a baseline.
///
/// # Errors
/// Every input that is missing and has no stand-in, too old, too short, later than the as-of moment, or at odds
/// with the others.
pub fn measure(request: &Request<'_>) -> Checked<Measured> {
    let mut desk = Desk::new(request);
    let prices = desk.prices();
    let close = prices
        .and_then(|days| days.last())
        .map(|day| (day.close, day.day));
    let volatility = prices.and_then(|days| desk.volatility(days));
    let mut fields = desk.book_fields(close);
    fields.extend(desk.funding());
    fields.extend(desk.sentiment());
    fields.extend(volatility);
    let measured = Measured {
        symbol: request.symbol.to_owned(),
        as_of: request.as_of,
        window_days: request.window_days,
        fields,
        remarks: Vec::new(),
    };
    desk.finish(measured)
}
