//! Each number of a baseline, one after the other, with the checks that its input must pass.

use super::{Field, Measured, Request, Source};
use crate::diag::{Checked, Position, Problem, Problems};
use crate::lab::feed::{Book, DailyBar, Day};

/// Days of a year of a market that never closes. With it, the sample standard deviation of the 30 daily log returns
/// up to the day before gives the published 0.5471 (BTC) and 0.6857 (ETH) of 2024-08-08; 365.25 would give 0.5473.
const DAYS_A_YEAR: f64 = 365.0;
/// A book whose mid price is further from the last close than this factor belongs to another market or currency.
const FARTHEST_MID: f64 = 1.5;
/// A book further from the last close than this factor is remarked on.
const FAR_MID: f64 = 1.1;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// The work in progress.
pub(super) struct Desk<'r, 'a> {
    request: &'r Request<'a>,
    moment: i64,
    problems: Problems,
    remarks: Vec<String>,
}

impl<'r, 'a> Desk<'r, 'a> {
    pub(super) fn new(request: &'r Request<'a>) -> Desk<'r, 'a> {
        let moment = request.as_of.as_utc().timestamp();
        Desk {
            request,
            moment,
            problems: Problems::new(),
            remarks: Vec::new(),
        }
    }

    /// Ends the work: the baseline with all remarks, or all problems.
    pub(super) fn finish(self, measured: Measured) -> Checked<Measured> {
        self.problems.into_result(Measured {
            remarks: self.remarks,
            ..measured
        })
    }

    /// The days that were over at the as-of moment, the last of them not too long ago.
    pub(super) fn prices(&mut self) -> Option<&'a [DailyBar]> {
        let Source { path, data: bars } = self.request.bars;
        let days = bars.closed_by(self.moment);
        if bars.missing > 0 {
            self.remarks.push(format!(
                "{}: {} {}s are missing in the whole file",
                self.request.bars.name(),
                bars.missing,
                bars.interval
            ));
        }
        let Some(last) = days.last() else {
            let problem = Problem::with_file(path, format!("no day was over by {}", self.request.as_of));
            self.problems
                .push(problem.hint("give a later `--as-of`, or a file that begins earlier"));
            return None;
        };
        self.check_age(path, (last.day, last.at), 1);
        Some(days)
    }

    /// Refuses data whose newest day lies further back than the greatest age; `usual` days are normal.
    fn check_age(&mut self, path: &str, (newest, at): (Day, Position), usual: i64) {
        let age = Day::of(self.request.as_of).since(newest);
        if age > self.request.max_age_days.max(usual) {
            let message = format!(
                "the newest row that counts is of {newest}, {age} days before {}",
                self.request.as_of.date()
            );
            let hint = "give newer data, an earlier `--as-of`, or a greater `--max-age`";
            self.problems.push(Problem::new(path, at, message).hint(hint));
        }
    }

    /// The sample standard deviation of the window's daily log returns, times √365.
    pub(super) fn volatility(&mut self, days: &[DailyBar]) -> Option<Field> {
        let window = self.request.window_days;
        let path = self.request.bars.path;
        let Some(used) = days
            .len()
            .checked_sub(window + 1)
            .and_then(|from| days.get(from..))
        else {
            let message = format!(
                "{window} returns need {} closed days, the file has {}",
                window + 1,
                days.len()
            );
            self.problems
                .push(Problem::with_file(path, message).hint("give a longer file, or a smaller `--window`"));
            return None;
        };
        for (earlier, later) in used.iter().zip(used.iter().skip(1)) {
            let gap = later.day.since(earlier.day) - 1;
            if gap > 0 {
                let message = format!("{gap} days are missing before {}, inside the window", later.day);
                let hint = "a return over a gap is not a daily one: fill the gap, or choose another `--as-of` or `--window`";
                self.problems
                    .push(Problem::new(path, later.at, message).hint(hint));
            }
        }
        let thin = used.iter().filter(|day| day.hours < 24).count();
        if thin > 0 {
            let name = self.request.bars.name();
            self.remarks.push(format!(
                "{name}: {thin} days of the window have fewer than 24 hours of data"
            ));
        }
        let value = sample_deviation(&log_returns(used))? * libm::sqrt(DAYS_A_YEAR);
        if value <= 0.0 {
            let problem = Problem::with_file(path, "the price does not move in the whole window");
            self.problems
                .push(problem.hint("a frozen feed is not a market: give real prices"));
            return None;
        }
        let (first, last) = (used.first()?.day, used.last()?.day);
        let method = format!(
            "sample standard deviation (n - 1) of {window} daily log returns between the closes of {first} and {last} \
             (UTC), times the square root of 365; a fraction per year"
        );
        Some(Field {
            key: "realized_volatility",
            value,
            method,
            assumed: false,
        })
    }

    /// Mid price, depth and spread, from the book or stated.
    pub(super) fn book_fields(&mut self, close: Option<(f64, Day)>) -> Vec<Field> {
        let assumed = self.request.assumed;
        let Some(source) = self.request.book else {
            let mut fields = Vec::new();
            if let Some((value, day)) = close {
                let method = format!("no order book: the close of {day}, the last price known");
                fields.push(Field {
                    key: "mid_price",
                    value,
                    method,
                    assumed: false,
                });
                self.remarks.push(format!(
                    "`mid_price` is the close of {day}, because there is no order book"
                ));
            }
            fields.extend(self.stated("avg_depth_usd", assumed.depth_usd, "--book", "--depth-usd"));
            fields.extend(self.stated("avg_spread_bps", assumed.spread_bps, "--book", "--spread-bps"));
            return fields;
        };
        self.check_book(source, close);
        let (book, levels) = (source.data, self.request.levels);
        let field = |key, value: Option<f64>, method: String| {
            value.map(|value| Field {
                key,
                value,
                method,
                assumed: false,
            })
        };
        let depth = format!("mean of price x size over the first {levels} levels of each side");
        [
            field(
                "mid_price",
                book.mid_price(),
                "mean of best bid and best ask".to_owned(),
            ),
            field("avg_depth_usd", book.depth_usd(levels), depth),
            field(
                "avg_spread_bps",
                book.spread_bps(),
                "(best ask - best bid) / mid price x 10000".to_owned(),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn check_book(&mut self, source: Source<'_, Book>, close: Option<(f64, Day)>) {
        let Source { path, data: book } = source;
        let name = source.name();
        match book.seconds {
            Some(seconds) if seconds > self.moment => {
                let problem =
                    Problem::with_file(path, format!("the snapshot is later than {}", self.request.as_of));
                self.problems
                    .push(problem.hint("give a later `--as-of`, or an earlier snapshot"));
            }
            Some(seconds) => self.check_age(path, (Day::of_seconds(seconds), Position::WHOLE_FILE), 0),
            None => self
                .remarks
                .push(format!("{name}: the book does not say when it was taken")),
        }
        for (side, count) in [("bids", book.bids.len()), ("asks", book.asks.len())] {
            if count < self.request.levels {
                self.remarks.push(format!(
                    "{name}: {count} levels of {side}, fewer than {}",
                    self.request.levels
                ));
            }
        }
        let Some(((close, day), mid)) = close.zip(book.mid_price()) else {
            return;
        };
        let ratio = if mid > close { mid / close } else { close / mid };
        if ratio > FARTHEST_MID {
            let message = format!("the book's mid price is {mid}, the close of {day} is {close}");
            self.problems.push(
                Problem::with_file(path, message).hint("give book and prices of one market and currency"),
            );
        } else if ratio > FAR_MID {
            self.remarks.push(format!(
                "{name}: the mid price {mid} is far from the close {close} of {day}"
            ));
        }
    }

    /// The mean of the rates of the last 24 hours.
    pub(super) fn funding(&mut self) -> Option<Field> {
        let Some(source) = self.request.funding else {
            let assumed = self.request.assumed.funding_bps;
            return self.stated("funding_rate_bps", assumed, "--funding", "--funding-bps");
        };
        let (path, readings) = (source.path, source.data);
        if readings.missing > 0 {
            self.remarks.push(format!(
                "{}: {} values are missing in the whole file",
                source.name(),
                readings.missing
            ));
        }
        let known = readings.known_at(self.moment, true);
        let Some(last) = known.last() else {
            return self.nothing_known(path);
        };
        self.check_age(path, (last.day(), last.at), 1);
        let recent = known
            .iter()
            .filter(|reading| last.seconds - reading.seconds < DAY_SECONDS);
        let (sum, count) = recent.fold((0.0, 0_u32), |(sum, count), reading| {
            (sum + reading.value, count + 1)
        });
        let kind = if readings.step == DAY_SECONDS {
            "the daily mean of 8-hour rates"
        } else {
            "the mean of the 24 hours' rates"
        };
        let method = format!(
            "{kind} of {} ({count} rows), written as {}; basis points per 8 hours",
            last.day(),
            readings.unit
        );
        Some(Field {
            key: "funding_rate_bps",
            value: sum / f64::from(count),
            method,
            assumed: false,
        })
    }

    /// The newest value.
    pub(super) fn sentiment(&mut self) -> Option<Field> {
        let Some(source) = self.request.sentiment else {
            let assumed = self.request.assumed.sentiment;
            return self.stated("sentiment_score", assumed, "--sentiment", "--sentiment-score");
        };
        let (path, readings) = (source.path, source.data);
        if readings.missing > 0 {
            self.remarks.push(format!(
                "{}: {} values are missing in the whole file",
                source.name(),
                readings.missing
            ));
        }
        let known = readings.known_at(self.moment, false);
        let Some(last) = known.last() else {
            return self.nothing_known(path);
        };
        self.check_age(path, (last.day(), last.at), 1);
        let scale = if readings.unit.starts_with("an index") {
            "(index - 50) / 50"
        } else {
            "as written"
        };
        let method = format!("the value of {}, {scale}", last.day());
        Some(Field {
            key: "sentiment_score",
            value: last.value,
            method,
            assumed: false,
        })
    }

    fn nothing_known(&mut self, path: &str) -> Option<Field> {
        let problem = Problem::with_file(path, format!("no value was known by {}", self.request.as_of));
        self.problems
            .push(problem.hint("give a later `--as-of`, or a file that begins earlier"));
        None
    }

    /// A value stated by a person; a problem if there is none.
    fn stated(&mut self, key: &'static str, value: Option<f64>, file: &str, flag: &str) -> Option<Field> {
        if value.is_none() {
            let problem = Problem::with_file("(inputs)", format!("`{key}` is missing: there is no `{file}`"));
            let hint = format!(
                "give `{file} FILE`, or state a value with `{flag}`; the baseline then marks it as assumed"
            );
            self.problems.push(problem.hint(hint));
        }
        let method = format!("assumed: stated with {flag}, not measured");
        value.map(|value| Field {
            key,
            value,
            method,
            assumed: true,
        })
    }
}

/// ln(close / close of the day before) of each day but the first.
fn log_returns(days: &[DailyBar]) -> Vec<f64> {
    days.iter()
        .zip(days.iter().skip(1))
        .map(|(earlier, later)| libm::log(later.close / earlier.close))
        .collect()
}

/// √(Σ(x − mean)² / (n − 1)); `None` for fewer than two values.
fn sample_deviation(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 1)?;
    let mean = values.iter().sum::<f64>() / f64::from(count);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some(libm::sqrt(squares / f64::from(count - 1)))
}
