//! Moments in UTC, read strictly and written in the two forms that files use.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use std::fmt;

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

/// Why a text is not a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(&'static str);

impl fmt::Display for TimestampError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for TimestampError {}

impl Timestamp {
    /// A moment from seconds since 1970 (`SOURCE_DATE_EPOCH`), up to the year 9999, the last that RFC 3339 can write.
    pub fn from_epoch(seconds: i64) -> Option<Timestamp> {
        DateTime::from_timestamp(seconds, 0)
            .filter(|moment| (1970..=9999).contains(&moment.year()))
            .map(Timestamp)
    }

    /// The moment of a chrono value.
    pub fn from_utc(moment: DateTime<Utc>) -> Timestamp {
        Timestamp(moment)
    }

    /// Reads ISO 8601 with an offset, such as `2026-11-23T09:00:00+01:00` or `…Z`.
    ///
    /// # Errors
    /// No offset, a leap second (`:60`), hour 24, or no date at all: each could mean two moments or none.
    pub fn parse(text: &str) -> Result<Timestamp, TimestampError> {
        if let Some(seconds) = text.get(17..19)
            && seconds == "60"
        {
            return Err(TimestampError(
                "leap seconds are not accepted; write the next second",
            ));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => Ok(Timestamp(moment.with_timezone(&Utc))),
            Err(_)
                if text.len() > 10
                    && chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok() =>
            {
                Err(TimestampError("the offset is missing; add `Z` or `+01:00`"))
            }
            Err(_) => Err(TimestampError("expected a moment such as `2026-11-23T09:00:00Z`")),
        }
    }

    /// Reads a moment with offset, or a plain date as its midnight in UTC.
    ///
    /// # Errors
    /// As [`Timestamp::parse`].
    pub fn parse_date_or_moment(text: &str) -> Result<Timestamp, TimestampError> {
        if text.len() == 10
            && let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            && let Some(midnight) = date.and_hms_opt(0, 0, 0)
        {
            return Ok(Timestamp(midnight.and_utc()));
        }
        Timestamp::parse(text)
    }

    /// The moment `days` times 86,400 seconds later. T+7 is 604,800 s whatever the clocks of a country do.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Timestamp {
        self.plus(TimeDelta::try_days(days))
    }

    /// The moment so many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Timestamp {
        self.plus(TimeDelta::try_seconds(seconds))
    }

    /// No later than the end of the year 9999, the last that can be written.
    fn plus(self, delta: Option<TimeDelta>) -> Timestamp {
        let delta = delta.unwrap_or(TimeDelta::MAX);
        let latest = Timestamp::from_epoch(253_402_300_799).unwrap_or(self);
        self.0
            .checked_add_signed(delta)
            .map_or(latest, |moment| Timestamp(moment).min(latest))
    }

    /// Hours from `earlier` to this moment, to the millisecond; negative if it is later.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds between two dates are far below 2^53"
    )]
    pub fn hours_since(self, earlier: Timestamp) -> f64 {
        (self.0 - earlier.0).num_milliseconds() as f64 / 3_600_000.0
    }

    /// Days from `earlier` to this moment, with fractions; negative if it is later.
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds between two dates are far below 2^53"
    )]
    pub fn days_since(self, earlier: Timestamp) -> f64 {
        (self.0 - earlier.0).num_seconds() as f64 / 86_400.0
    }

    /// Python's `isoformat()`: `+00:00`, microseconds only where there are any.
    ///
    /// ```
    /// # use stage6_press::domain::Timestamp;
    /// let moment = Timestamp::parse("2026-01-15T13:00:00.5+01:00").unwrap();
    /// assert_eq!(moment.to_python(), "2026-01-15T12:00:00.500000+00:00");
    /// assert_eq!(moment.to_string(), "2026-01-15T12:00:00Z");
    /// ```
    pub fn to_python(self) -> String {
        let micros = self.0.timestamp_subsec_micros();
        let seconds = self.0.format("%Y-%m-%dT%H:%M:%S");
        if micros == 0 {
            format!("{seconds}+00:00")
        } else {
            format!("{seconds}.{micros:06}+00:00")
        }
    }

    /// The date alone, in UTC: `2026-11-23`.
    pub fn date(self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    /// The chrono value, for calendars.
    pub fn as_utc(self) -> DateTime<Utc> {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_without_one_meaning_are_refused() {
        let message = |text: &str| Timestamp::parse(text).unwrap_err().to_string();
        assert_eq!(
            message("2026-11-23T09:00:00"),
            "the offset is missing; add `Z` or `+01:00`"
        );
        assert_eq!(
            message("2016-12-31T23:59:60Z"),
            "leap seconds are not accepted; write the next second"
        );
        assert_eq!(
            message("2026-11-23T24:00:00Z"),
            "expected a moment such as `2026-11-23T09:00:00Z`"
        );
        assert_eq!(
            message("tomorrow"),
            "expected a moment such as `2026-11-23T09:00:00Z`"
        );
    }

    #[test]
    fn seven_days_are_604800_seconds_across_a_clock_change() {
        // bundle_format.md, threat table: 2026-03-25T23:30+01:00 + 604,800 s = 2026-04-01T22:30Z.
        let released = Timestamp::parse("2026-03-25T23:30:00+01:00").unwrap();
        assert_eq!(released.plus_days(7).to_string(), "2026-04-01T22:30:00Z");
    }
}
