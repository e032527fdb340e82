//! Markets: the state before a shock, and where we know it from.

use super::{Digest, Timestamp};

/// The state of a market before any shock (specification, section 2.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The symbol that reports show, such as `BTCUSDT`.
    pub symbol: String,
    /// Mid price, in the quote currency.
    pub mid_price: f64,
    /// Average order-book depth, in US dollars.
    pub avg_depth_usd: f64,
    /// Average spread, in basis points.
    pub avg_spread_bps: f64,
    /// Funding rate, in basis points; negative when shorts pay.
    pub funding_rate_bps: f64,
    /// Sentiment, from -1 to 1.
    pub sentiment_score: f64,
    /// Realised volatility, a fraction per year.
    pub realized_volatility: f64,
    /// Weight of the market in averages; at least 0.
    pub weight: f64,
}

/// Where a baseline comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provenance {
    /// From a file that states a real source.
    Measured,
    /// From a file that calls itself a fixture: good for showing how things work, not market data.
    Sample,
    /// From a file that does not say where its numbers come from.
    Unstated,
    /// Invented from the market's name (specification, section 2.1).
    Synthetic,
}

impl Provenance {
    /// The provenance of a word in reports.
    pub fn from_key(key: &str) -> Option<Provenance> {
        [
            Provenance::Measured,
            Provenance::Sample,
            Provenance::Unstated,
            Provenance::Synthetic,
        ]
        .into_iter()
        .find(|provenance| provenance.key() == key)
    }

    /// The word in reports.
    pub fn key(self) -> &'static str {
        match self {
            Provenance::Measured => "measured",
            Provenance::Sample => "sample",
            Provenance::Unstated => "unstated",
            Provenance::Synthetic => "synthetic",
        }
    }
}

/// A market that scenarios can name: its baseline and what we know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    /// The key of its dataset in the configuration.
    pub key: String,
    /// The state before any shock.
    pub baseline: Baseline,
    /// Where that comes from.
    pub provenance: Provenance,
    /// The file, as shown to people; `None` when synthetic.
    pub path: Option<String>,
    /// That file's digest.
    pub digest: Option<Digest>,
    /// When the numbers were taken, if the file says so.
    pub as_of: Option<Timestamp>,
}

impl Baseline {
    /// A baseline invented from a market's name (specification, section 2.1): the same for the same name,
    /// plausible, and never market data.
    pub fn synthetic(name: &str, weight: f64) -> Baseline {
        let digest = Digest::of(name.as_bytes());
        let seed = digest
            .as_bytes()
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Baseline {
            symbol: name.to_owned(),
            mid_price: 10_000.0 + small(seed % 50_000),
            avg_depth_usd: 1_000_000.0 + small(seed % 750_000),
            avg_spread_bps: 4.0 + small(seed % 120) / 4.0,
            funding_rate_bps: (small(seed % 400) - 200.0) / 10.0,
            sentiment_score: ((small(seed % 200) - 100.0) / 90.0).clamp(-1.0, 1.0),
            realized_volatility: 0.25 + small(seed % 120) / 200.0,
            weight,
        }
    }
}

/// A remainder below 750,000 as a double; exact.
fn small(remainder: u64) -> f64 {
    f64::from(u32::try_from(remainder).unwrap_or(u32::MAX))
}
