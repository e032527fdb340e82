//! A market's baseline, measured from files and written as one.

use super::apart::keep_apart;
use super::simulate::output_name;
use super::{Failure, TOOL_VERSION};
use crate::diag::{Checked, Problem, Problems};
use crate::domain::{Digest, Timestamp};
use crate::fs;
use crate::lab::analytics::history::Event;
use crate::lab::baseline::{Assumed, Measured, MeasuredInput, Request, Source, baseline_json, measure};
use crate::lab::feed::{Bars, Book, Day, FundingUnit, Readings};
use std::path::{Path, PathBuf};

/// Where the data lies.
#[derive(Clone, Debug)]
pub struct BaselineFiles {
    /// Candles, as CSV.
    pub prices: PathBuf,
    /// An order-book snapshot, as CSV or JSON.
    pub book: Option<PathBuf>,
    /// Funding rates, as CSV.
    pub funding: Option<PathBuf>,
    /// A sentiment index, as CSV.
    pub sentiment: Option<PathBuf>,
}

/// What `stage6 baseline` is asked for.
#[derive(Clone, Debug)]
pub struct BaselineOptions {
    /// The market's symbol.
    pub symbol: String,
    /// The moment that the baseline describes.
    pub as_of: Timestamp,
    /// Daily returns in the volatility's window.
    pub window_days: usize,
    /// Levels of each side of the book.
    pub levels: usize,
    /// The greatest age of the newest datum, in days.
    pub max_age_days: i64,
    /// The data.
    pub files: BaselineFiles,
    /// The unit of the funding file, if its header does not say it.
    pub funding_unit: Option<FundingUnit>,
    /// What stands in for files that are not there.
    pub assumed: Assumed,
    /// The file to write.
    pub output: PathBuf,
}

/// What was made.
#[derive(Debug)]
pub struct BaselineMade {
    /// The numbers.
    pub measured: Measured,
    /// What they rest on.
    pub inputs: Vec<MeasuredInput>,
}

/// Reads the data, measures, and writes the baseline.
///
/// # Errors
/// Every problem of every file, every missing input, or a disk that refuses; then nothing was written.
pub fn baseline(options: &BaselineOptions) -> Result<BaselineMade, Failure> {
    let files = &options.files;
    output_name(&options.output)?;
    let others = [&files.book, &files.funding, &files.sentiment];
    let given = others.into_iter().filter_map(|path| path.as_deref());
    keep_apart(&options.output, &["json"], given.chain([files.prices.as_path()]))?;
    let mut problems = Problems::new();
    let mut inputs = Vec::new();
    let bars_of = |path: &str, bytes: &[u8]| Bars::read_of(path, bytes, &options.symbol);
    let bars = problems.take(read("prices", &files.prices, &mut inputs, bars_of));
    let book = optional(files.book.as_deref(), |path| {
        problems.take(read("order_book", path, &mut inputs, Book::read))
    });
    let funding_of = |path: &str, bytes: &[u8]| Readings::funding(path, bytes, options.funding_unit);
    let funding = optional(files.funding.as_deref(), |path| {
        problems.take(read("funding", path, &mut inputs, funding_of))
    });
    let sentiment = optional(files.sentiment.as_deref(), |path| {
        problems.take(read("sentiment", path, &mut inputs, Readings::sentiment))
    });
    let Some((prices_path, bars)) = bars else {
        problems.into_result(())?;
        return Err(Failure::Internal("the prices were lost".to_owned()));
    };
    problems.into_result(())?;
    let request = Request {
        symbol: &options.symbol,
        as_of: options.as_of,
        window_days: options.window_days,
        levels: options.levels,
        max_age_days: options.max_age_days,
        bars: Source {
            path: &prices_path,
            data: &bars,
        },
        book: book.as_ref().map(source),
        funding: funding.as_ref().map(source),
        sentiment: sentiment.as_ref().map(source),
        assumed: options.assumed,
    };
    let measured = measure(&request)?;
    let bytes = baseline_json(&measured, &inputs, TOOL_VERSION);
    fs::write_together(&[(options.output.clone(), bytes.as_slice())])?;
    Ok(BaselineMade { measured, inputs })
}

fn source<T>(read: &(String, T)) -> Source<'_, T> {
    Source {
        path: &read.0,
        data: &read.1,
    }
}

fn optional<T>(path: Option<&Path>, read: impl FnOnce(&Path) -> Option<T>) -> Option<T> {
    path.and_then(read)
}

/// What an input says of its rows.
pub(super) trait Extent {
    /// Rows, the first and last day, rows that are missing between them.
    fn extent(&self) -> (usize, Option<(Day, Day)>, usize);
}

impl Extent for Bars {
    fn extent(&self) -> (usize, Option<(Day, Day)>, usize) {
        let span = self
            .days
            .first()
            .zip(self.days.last())
            .map(|(first, last)| (first.day, last.day));
        (self.rows, span, self.missing)
    }
}

impl Extent for Readings {
    fn extent(&self) -> (usize, Option<(Day, Day)>, usize) {
        let span = self
            .values
            .first()
            .zip(self.values.last())
            .map(|(first, last)| (first.day(), last.day()));
        (self.values.len(), span, self.missing)
    }
}

impl Extent for Book {
    fn extent(&self) -> (usize, Option<(Day, Day)>, usize) {
        let day = self.seconds.map(Day::of_seconds);
        (self.levels(), day.map(|day| (day, day)), 0)
    }
}

impl Extent for Vec<Event> {
    fn extent(&self) -> (usize, Option<(Day, Day)>, usize) {
        let first = self.iter().map(|event| event.start).min();
        (self.len(), first.zip(self.iter().map(|event| event.end).max()), 0)
    }
}

/// Reads one file; notes what it was. Gives the path as shown to people, and the content.
pub(super) fn read<T: Extent>(
    role: &'static str,
    location: &Path,
    inputs: &mut Vec<MeasuredInput>,
    parse: impl FnOnce(&str, &[u8]) -> Checked<T>,
) -> Checked<(String, T)> {
    let shown = location.display().to_string().replace('\\', "/");
    let bytes = fs::read_file(location, &shown).map_err(|problem: Problem| vec![problem])?;
    let data = parse(&shown, &bytes)?;
    let (rows, span, missing) = data.extent();
    let file = shown.rsplit('/').next().unwrap_or(&shown).to_owned();
    let span = span.map(|(first, last)| (first.to_string(), last.to_string()));
    inputs.push(MeasuredInput {
        role,
        file,
        digest: Digest::of(&bytes),
        rows,
        span,
        missing,
    });
    Ok((shown, data))
}
