//! Facts: single values inside evidence.

use super::Timestamp;
use crate::diag::Position;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A bare number: a weight, a score, a count.
    Plain,
    /// A fraction that people read as percent: 0.6 is 60 %.
    Fraction,
    /// Already percent: 10 is 10 %.
    Percent,
    /// Basis points, hundredths of a percent.
    BasisPoints,
    /// Milliseconds.
    Milliseconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
    /// US dollars.
    Usd,
}

impl Unit {
    /// The unit that a key's ending states; the one convention of all evidence files.
    ///
    /// ```
    /// # use stage6_press::domain::Unit;
    /// assert_eq!(Unit::of_key("max_liquidity_loss_pct"), Unit::Fraction);
    /// assert_eq!(Unit::of_key("coverage_change_percent"), Unit::Percent);
    /// assert_eq!(Unit::of_key("weight"), Unit::Plain);
    /// ```
    pub fn of_key(key: &str) -> Unit {
        match key.rsplit('_').next().unwrap_or(key) {
            "pct" => Unit::Fraction,
            "percent" => Unit::Percent,
            "bps" => Unit::BasisPoints,
            "ms" => Unit::Milliseconds,
            "minutes" => Unit::Minutes,
            "hours" => Unit::Hours,
            "days" => Unit::Days,
            "usd" => Unit::Usd,
            _ => Unit::Plain,
        }
    }

    /// All units.
    pub const ALL: [Unit; 9] = [
        Unit::Plain,
        Unit::Fraction,
        Unit::Percent,
        Unit::BasisPoints,
        Unit::Milliseconds,
        Unit::Minutes,
        Unit::Hours,
        Unit::Days,
        Unit::Usd,
    ];

    /// The unit of a key in message tables.
    pub fn from_key(key: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.key() == key)
    }

    /// The key of its name in message tables.
    pub fn key(self) -> &'static str {
        match self {
            Unit::Plain => "plain",
            Unit::Fraction => "fraction",
            Unit::Percent => "percent",
            Unit::BasisPoints => "bps",
            Unit::Milliseconds => "ms",
            Unit::Minutes => "minutes",
            Unit::Hours => "hours",
            Unit::Days => "days",
            Unit::Usd => "usd",
        }
    }
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    /// A number in the fact's unit.
    Number(f64),
    /// A word or sentence.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// Several words.
    List(Vec<String>),
    /// A moment.
    Moment(Timestamp),
}

impl FactValue {
    /// The word for its type in lists of facts.
    pub fn kind(&self) -> &'static str {
        match self {
            FactValue::Number(_) => "number",
            FactValue::Text(_) => "text",
            FactValue::Bool(_) => "boolean",
            FactValue::List(_) => "list",
            FactValue::Moment(_) => "moment",
        }
    }
}

/// One value inside a piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The dotted path by which prose refers to it.
    pub id: String,
    /// Its value.
    pub value: FactValue,
    /// What a number counts.
    pub unit: Unit,
    /// The evidence file, as a path inside the project.
    pub source: String,
    /// Where in that file the value stands.
    pub at: Position,
}
