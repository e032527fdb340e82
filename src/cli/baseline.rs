//! `stage6 baseline`.

use super::Outcome;
use super::arguments::DateArguments;
use super::clock;
use super::console::Console;
use crate::diag::Problem;
use crate::document::json_text::{Json, python_float};
use crate::domain::Timestamp;
use crate::lab::baseline::Assumed;
use crate::lab::feed::FundingUnit;
use crate::pipeline::{self, BaselineFiles, BaselineMade, BaselineOptions, Failure};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 baseline --symbol BTCUSDT --as-of 2024-08-08 --prices btc_1d.csv \\
      --book book.json --funding funding.csv --sentiment fear_greed.csv \\
      --output var/audit/stage6/market_intel/btcusdt.json
  stage6 baseline --symbol ETHUSDT --as-of 2024-08-08 --prices eth_1d.csv \\
      --spread-bps 0.04 --depth-usd 9300 --funding-bps 0.2 \\
      --sentiment fear_greed.csv --output ethusdt.json

Files:
  prices     CSV, daily or hourly: timestamp (or open_time, time, date), open,
             high, low, close, perhaps volume
  book       CSV: side,price,size (and timestamp), or JSON {\"timestamp\": …,
             \"bids\": [[price, size], …], \"asks\": …}; best prices first
  funding    CSV: date or timestamp, funding_rate (a fraction), …_bps or
             …_percent; daily means, or 1, 2, 4 or 8 hours apart
  sentiment  CSV: date, fng (Fear & Greed, 0 to 100) or sentiment_score (-1 to 1)
Times are ISO dates or moments, or seconds, milliseconds or microseconds since
1970, in UTC.

Without a book, spread and depth are missing: nothing is written unless both are
stated, and they are then marked as assumed. So it is with funding and sentiment.

Exit codes: 0 written, 1 the disk refused, 2 bad input or usage.";

/// How the funding file writes rates.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Unit {
    /// 0.0001 is one basis point.
    Fraction,
    /// 0.01 is one basis point.
    Percent,
    /// Basis points.
    Bps,
}

#[derive(Args, Debug)]
pub(super) struct BaselineArguments {
    /// The market's symbol, such as BTCUSDT.
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    symbol: String,
    /// The day (its last second, UTC) or moment that the baseline describes; no datum after it is used.
    #[arg(long, value_name = "DATE")]
    as_of: String,
    /// Candles, as CSV.
    #[arg(long, value_name = "FILE")]
    prices: PathBuf,
    /// An order-book snapshot, as CSV or JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["spread_bps", "depth_usd"])]
    book: Option<PathBuf>,
    /// Funding rates, as CSV.
    #[arg(long, value_name = "FILE", conflicts_with = "funding_bps")]
    funding: Option<PathBuf>,
    /// The unit of the funding file, where its header does not say it.
    #[arg(long, value_name = "UNIT")]
    funding_unit: Option<Unit>,
    /// A sentiment index, as CSV.
    #[arg(long, value_name = "FILE", conflicts_with = "sentiment_score")]
    sentiment: Option<PathBuf>,
    /// Daily returns that the volatility rests on.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(2..=3650))]
    window: u16,
    /// Levels of each side of the book that the depth is a mean of.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=5000))]
    levels: u16,
    /// The greatest age of the newest row of each file, in days.
    #[arg(long, value_name = "DAYS", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=3650))]
    max_age: u16,
    /// A spread to assume, in basis points.
    #[arg(long, value_name = "BPS", value_parser = positive)]
    spread_bps: Option<f64>,
    /// A depth to assume: the mean notional of a level, in US dollars.
    #[arg(long, value_name = "USD", value_parser = positive)]
    depth_usd: Option<f64>,
    /// A funding rate to assume, in basis points per 8 hours.
    #[arg(long, value_name = "BPS", allow_negative_numbers = true, value_parser = funding)]
    funding_bps: Option<f64>,
    /// A sentiment to assume, from -1 to 1.
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true, value_parser = score)]
    sentiment_score: Option<f64>,
    /// The baseline file to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(arguments: &BaselineArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = BaselineOptions {
        symbol: arguments.symbol.clone(),
        as_of: as_of(&arguments.as_of)?,
        window_days: usize::from(arguments.window),
        levels: usize::from(arguments.levels),
        max_age_days: i64::from(arguments.max_age),
        files: BaselineFiles {
            prices: arguments.prices.clone(),
            book: arguments.book.clone(),
            funding: arguments.funding.clone(),
            sentiment: arguments.sentiment.clone(),
        },
        funding_unit: arguments.funding_unit.map(|unit| match unit {
            Unit::Fraction => FundingUnit::Fraction,
            Unit::Percent => FundingUnit::Percent,
            Unit::Bps => FundingUnit::BasisPoints,
        }),
        assumed: Assumed {
            spread_bps: arguments.spread_bps,
            depth_usd: arguments.depth_usd,
            funding_bps: arguments.funding_bps,
            sentiment: arguments.sentiment_score,
        },
        output: arguments.output.clone(),
    };
    let made = pipeline::baseline(&options)?;
    show(&made, &options, console);
    Ok(Outcome::Good)
}

/// A plain day means its last second, or now if the day is not over; a moment means itself.
fn as_of(text: &str) -> Result<Timestamp, Problem> {
    let now = clock::now(&DateArguments { date: None })?;
    let moment = Timestamp::parse_date_or_moment(text).map_err(|error| {
        Problem::with_file("--as-of", format!("`{text}` is not a day or a moment")).hint(error.to_string())
    })?;
    if moment > now {
        let problem = Problem::with_file("--as-of", format!("`{text}` lies in the future; now is {now}"));
        return Err(problem.hint("give a day for which there is data"));
    }
    let last_second =
        Timestamp::from_epoch(moment.as_utc().timestamp() + 86_399).filter(|_| text.len() == 10);
    Ok(last_second.map_or(moment, |last| last.min(now)))
}

fn show(made: &BaselineMade, options: &BaselineOptions, console: &mut Console) {
    let measured = &made.measured;
    for field in &measured.fields {
        console.line(format!(
            "{:<20} {:<22} {}",
            field.key,
            python_float(field.value),
            field.method
        ));
    }
    for remark in &measured.remarks {
        console.remark(format!("note: {remark}"));
    }
    let output = options.output.display().to_string();
    console.line(format!("wrote {output}"));
    let missing = measured
        .fields
        .iter()
        .filter(|field| field.assumed)
        .map(|field| Json::text(field.key))
        .collect();
    console.object(&Json::map([
        ("status", Json::text("measured")),
        ("file", Json::text(output)),
        ("as_of", Json::text(measured.as_of.to_string())),
        (
            "values",
            Json::map(
                measured
                    .fields
                    .iter()
                    .map(|field| (field.key, Json::Float(field.value))),
            ),
        ),
        ("missing", Json::List(missing)),
        (
            "remarks",
            Json::List(measured.remarks.iter().map(Json::text).collect()),
        ),
    ]));
}

fn number(text: &str, expected: &str, is_good: impl Fn(f64) -> bool) -> Result<f64, String> {
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && is_good(*number));
    number.ok_or_else(|| format!("expected {expected}"))
}

fn positive(text: &str) -> Result<f64, String> {
    number(text, "a number above 0", |number| number > 0.0)
}

fn score(text: &str) -> Result<f64, String> {
    number(text, "a number from -1 to 1", |number| {
        (-1.0..=1.0).contains(&number)
    })
}

fn funding(text: &str) -> Result<f64, String> {
    number(text, "basis points from -400 to 400", |number| {
        number.abs() <= 400.0
    })
}
