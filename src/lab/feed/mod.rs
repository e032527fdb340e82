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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_file_makes_a_reader_panic(rows in "[a-z0-9,.:\"\\-+eENTZ\\n{}\\[\\] ż]{0,300}") {
            for header in ["", "time,open,high,low,close\n", "date,funding_rate\n", "date,fng\n", "side,price,size\n"] {
                let text = format!("{header}{rows}");
                let _ = Bars::read("x", text.as_bytes());
                let _ = Readings::funding("x", text.as_bytes(), None);
                let _ = Readings::sentiment("x", text.as_bytes());
                let _ = Book::read("x", text.as_bytes());
            }
        }
    }
}
