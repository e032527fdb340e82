//! Market data as other people's files give it, believed only after it was checked: candles, funding, sentiment,
//! order books.
//!
//! Every reader takes bytes and gives typed series or all problems with line and column. A slip of units is refused
//! here, because after this door a number has a unit and nobody asks again.

mod bars;
mod book;
mod moments;
mod readings;
pub(super) mod sheet;

pub use bars::{Bars, DailyBar};
pub use book::{Book, Level};
pub use moments::Day;
pub use readings::{FundingUnit, Reading, Readings};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
