//! Series of single values: funding rates and sentiment.

use super::moments::Timeline;
use super::sheet::{Findings, Sheet};
use super::{DAY, Day};
use crate::diag::{Checked, Position, Problem};

/// Hours of the funding interval that the Stress Lab's basis points count by.
const FUNDING_HOURS: f64 = 8.0;
/// Above this many basis points per 8 hours, a typical rate is a slip of units: the ordinary one is 1.
const TYPICAL_FUNDING_BPS: f64 = 20.0;
/// Below this many basis points, a typical rate is a slip the other way.
const SMALL_FUNDING_BPS: f64 = 0.01;
/// Above this many basis points, a single rate is a slip; exchanges cap it at 300 or less.
const MOST_FUNDING_BPS: f64 = 400.0;

/// How the funding file writes rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundingUnit {
    /// 0.0001 is one basis point.
    Fraction,
    /// 0.01 is one basis point.
    Percent,
    /// Basis points.
    BasisPoints,
}

impl FundingUnit {
    /// The unit that a column's name states; a bare name is a fraction, as exchanges publish it.
    fn of_column(name: &str) -> FundingUnit {
        let name = name.to_ascii_lowercase();
        match name.rsplit('_').next() {
            Some("bps") => FundingUnit::BasisPoints,
            Some("percent" | "pct") => FundingUnit::Percent,
            _ => FundingUnit::Fraction,
        }
    }

    fn name(self) -> &'static str {
        match self {
            FundingUnit::Fraction => "a fraction",
            FundingUnit::Percent => "percent",
            FundingUnit::BasisPoints => "basis points",
        }
    }

    fn bps(self, written: f64) -> f64 {
        match self {
            FundingUnit::Fraction => written * 10_000.0,
            FundingUnit::Percent => written * 100.0,
            FundingUnit::BasisPoints => written,
        }
    }
}

/// One value and when it held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Seconds since 1970.
    pub seconds: i64,
    /// The value, in the unit of its series.
    pub value: f64,
    /// Where it stands in the file.
    pub at: Position,
}

impl Reading {
    /// The day of the reading.
    pub fn day(&self) -> Day {
        Day::of_seconds(self.seconds)
    }
}

/// A checked series of values.
#[derive(Clone, Debug)]
pub struct Readings {
    /// The values, in order.
    pub values: Vec<Reading>,
    /// The usual distance of values, in seconds.
    pub step: i64,
    /// Values that are missing between the first and the last.
    pub missing: usize,
    /// How the file writes values, in words.
    pub unit: &'static str,
}

impl Readings {
    /// Reads funding rates into basis points per 8 hours. Daily rows are means of the day's 8-hour rates; rows 1, 2
    /// or 4 hours apart are scaled to 8 hours.
    ///
    /// # Errors
    /// Rates that cannot be in the stated unit, other distances of rows, and whatever a column can be refused for.
    pub fn funding(path: &str, bytes: &[u8], unit: Option<FundingUnit>) -> Checked<Readings> {
        let names = [
            "funding_rate_bps",
            "funding_bps",
            "funding_mean",
            "funding_rate",
            "fundingrate",
            "funding",
            "rate",
        ];
        let percent = [
            "funding_rate_percent",
            "funding_percent",
            "funding_rate_pct",
            "funding_pct",
        ];
        let sheet = Sheet::read(path, bytes)?;
        let timeline = Timeline::read(&sheet)?;
        let column = sheet
            .column(&percent)
            .map_or_else(|| sheet.required("the funding rate", &names), Ok);
        let column = column.map_err(|problem| vec![problem])?;
        let unit = unit.unwrap_or_else(|| FundingUnit::of_column(sheet.name(column)));
        let scale = funding_scale(path, timeline.step).map_err(|problem| vec![problem])?;
        let readings = collect(&sheet, &timeline, column, unit.name(), |written| {
            let bps = unit.bps(written) * scale;
            match bps.abs() <= MOST_FUNDING_BPS {
                true => Ok(bps),
                false => Err((
                    format!("{written} as {} is {bps} bps per 8 hours", unit.name()),
                    UNIT_HINT,
                )),
            }
        })?;
        typical_funding(path, &readings, unit).map_or(Ok(readings), |problem| Err(vec![problem]))
    }

    /// Reads sentiment into a score from -1 to 1. An index from 0 to 100 (Fear & Greed) gives (index − 50) / 50; a
    /// column `sentiment_score` is a score already.
    ///
    /// # Errors
    /// Values out of range, an index that looks like a score, and whatever a column can be refused for.
    pub fn sentiment(path: &str, bytes: &[u8]) -> Checked<Readings> {
        let names = [
            "sentiment_score",
            "fng",
            "fear_greed",
            "fear_and_greed",
            "value",
            "index",
            "sentiment",
        ];
        let sheet = Sheet::read(path, bytes)?;
        let timeline = Timeline::read(&sheet)?;
        let column = sheet
            .required("the sentiment", &names)
            .map_err(|problem| vec![problem])?;
        let is_score = sheet.name(column).eq_ignore_ascii_case("sentiment_score");
        let (low, high) = if is_score { (-1.0, 1.0) } else { (0.0, 100.0) };
        let unit = if is_score {
            "a score from -1 to 1"
        } else {
            "an index from 0 to 100"
        };
        let readings = collect(&sheet, &timeline, column, unit, |written| {
            let hint =
                "an index runs from 0 to 100; name the column `sentiment_score` for a score from -1 to 1";
            match (low..=high).contains(&written) {
                true => Ok(if is_score {
                    written
                } else {
                    (written - 50.0) / 50.0
                }),
                false => Err((format!("{written} is outside {low} to {high}"), hint)),
            }
        })?;
        // An index that never leaves 0 to 1 is a score under the wrong name.
        if !is_score && readings.values.iter().all(|reading| reading.value <= -0.98) {
            let problem = Problem::with_file(path, "every value of the index lies between 0 and 1");
            return Err(vec![problem.hint(
                "name the column `sentiment_score` if it holds scores from -1 to 1",
            )]);
        }
        Ok(readings)
    }

    /// The values known at second `moment`. A daily value that sums up its day (`at_end`) is known when the day's
    /// last second has come.
    pub fn known_at(&self, moment: i64, at_end: bool) -> &[Reading] {
        let delay = if at_end && self.step == DAY { DAY - 1 } else { 0 };
        let count = self
            .values
            .partition_point(|reading| reading.seconds + delay <= moment);
        self.values.get(..count).unwrap_or(&[])
    }
}

const UNIT_HINT: &str = "give fractions (0.0001 is 1 bps), name the column `…_bps` or `…_percent`, or state \
                         `--funding-unit`";

/// What makes a rate for `step` seconds a rate for 8 hours; daily rows hold 8-hour rates already.
fn funding_scale(path: &str, step: i64) -> Result<f64, Problem> {
    match step {
        DAY | 0 => Ok(1.0),
        3_600 => Ok(FUNDING_HOURS),
        7_200 => Ok(FUNDING_HOURS / 2.0),
        14_400 => Ok(FUNDING_HOURS / 4.0),
        28_800 => Ok(1.0),
        _ => Err(
            Problem::with_file(path, format!("funding rates are {step} seconds apart"))
                .hint("give rates every 1, 2, 4 or 8 hours, or daily means of 8-hour rates"),
        ),
    }
}

/// The median size of the rates that are not 0 tells percent from fractions.
fn typical_funding(path: &str, readings: &Readings, unit: FundingUnit) -> Option<Problem> {
    let mut sizes: Vec<f64> = readings
        .values
        .iter()
        .map(|reading| reading.value.abs())
        .filter(|size| *size > 0.0)
        .collect();
    sizes.sort_by(f64::total_cmp);
    let typical = *sizes.get(sizes.len() / 2)?;
    if (SMALL_FUNDING_BPS..=TYPICAL_FUNDING_BPS).contains(&typical) {
        return None;
    }
    let message = format!(
        "read as {}, the typical rate is {typical} bps per 8 hours, expected about 1",
        unit.name()
    );
    Some(Problem::with_file(path, message).hint(UNIT_HINT))
}

fn collect(
    sheet: &Sheet<'_>,
    timeline: &Timeline,
    column: usize,
    unit: &'static str,
    convert: impl Fn(f64) -> Result<f64, (String, &'static str)>,
) -> Checked<Readings> {
    let mut problems = Findings::new();
    let mut values = Vec::new();
    for (row, (seconds, _)) in sheet.rows.iter().zip(&timeline.moments) {
        let Some(written) = problems.take(sheet.number(row, column)) else {
            continue;
        };
        let at = row.get(column).map(|cell| cell.at).unwrap_or_default();
        match convert(written) {
            Ok(value) => values.push(Reading {
                seconds: *seconds,
                value,
                at,
            }),
            Err((message, hint)) => {
                let message = format!("`{}`: {message}", sheet.name(column));
                problems.push(Problem::new(sheet.path, at, message).hint(hint));
            }
        }
    }
    problems.into_result(
        sheet.path,
        Readings {
            values,
            step: timeline.step,
            missing: timeline.missing,
            unit,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rate_in_three_units_and_two_intervals() {
        for (name, text) in [
            ("funding_rate", "0.0001"),
            ("funding_percent", "0.01"),
            ("funding_bps", "1"),
        ] {
            let file = format!("time,{name}\n1723075200,{text}\n1723104000,{text}\n");
            let readings = Readings::funding("f.csv", file.as_bytes(), None).unwrap();
            assert!((readings.values[0].value - 1.0).abs() < 1e-12, "{name}");
        }
        let hourly = b"time,funding_rate\n1723075200,0.0000125\n1723078800,0.0000125\n";
        assert!((Readings::funding("f.csv", hourly, None).unwrap().values[1].value - 1.0).abs() < 1e-12);
    }

    #[test]
    fn percent_under_a_bare_name_is_refused() {
        let text = b"date,funding_rate\n2024-01-01,0.01\n2024-01-02,0.012\n";
        let problems = Readings::funding("f.csv", text, None).unwrap_err();
        assert_eq!(
            problems[0].message,
            "read as a fraction, the typical rate is 120 bps per 8 hours, expected about 1"
        );
    }

    #[test]
    fn sentiment_out_of_range_or_under_the_wrong_name_is_refused() {
        let problems =
            Readings::sentiment("s.csv", b"date,fng\n2024-01-01,40\n2024-01-02,140\n").unwrap_err();
        assert_eq!((problems[0].at.line, problems[0].at.column), (3, 12));
        let problems =
            Readings::sentiment("s.csv", b"date,sentiment\n2024-01-01,0.4\n2024-01-02,0.5\n").unwrap_err();
        assert_eq!(
            problems[0].message,
            "every value of the index lies between 0 and 1"
        );
        let readings = Readings::sentiment("s.csv", b"date,fng\n2024-08-08,20\n2024-08-09,30\n").unwrap();
        assert_eq!(readings.values[0].value, -0.6);
    }
}
