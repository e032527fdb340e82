//! Scenarios: a severity, markets, and shocks on them (specification, sections 1.4, 2.2 and 2.3).

use super::{Metric, ThresholdOverrides};

/// How hard a scenario's shocks hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity(String);

impl Severity {
    /// The words that mean something.
    pub const WORDS: [&'static str; 4] = ["low", "medium", "high", "extreme"];

    /// A severity by its lower-case word; words other than [`Severity::WORDS`] count as medium, which only
    /// `--compat reference` lets through.
    pub fn new(word: impl Into<String>) -> Severity {
        Severity(word.into())
    }

    /// The word as reports show it.
    pub fn word(&self) -> &str {
        &self.0
    }

    /// The factor on every intensity.
    pub fn factor(&self) -> f64 {
        match self.0.as_str() {
            "low" => 0.4,
            "high" => 1.0,
            "extreme" => 1.25,
            _ => 0.7,
        }
    }
}

/// What a shock hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShockKind {
    /// Depth is lost and the spread widens.
    Liquidity,
    /// Volatility rises and the spread widens.
    Volatility,
    /// Sentiment falls.
    Sentiment,
    /// The funding rate rises.
    Funding,
    /// Orders take longer.
    Latency,
    /// An exchange or our own infrastructure is away.
    Blackout,
    /// Prices of venues move apart.
    Dispersion,
    /// Volume surges: less depth, more volatility.
    Volume,
    /// A word that is none of these; leaves only a note (`--compat reference`).
    Unknown(String),
}

impl ShockKind {
    /// Every accepted word with its kind (section 2.3).
    pub const WORDS: [(&'static str, ShockKind); 19] = [
        ("liquidity", ShockKind::Liquidity),
        ("liquidity_crunch", ShockKind::Liquidity),
        ("volatility", ShockKind::Volatility),
        ("volatility_spike", ShockKind::Volatility),
        ("sentiment", ShockKind::Sentiment),
        ("sentiment_crash", ShockKind::Sentiment),
        ("funding", ShockKind::Funding),
        ("funding_shock", ShockKind::Funding),
        ("latency", ShockKind::Latency),
        ("latency_spike", ShockKind::Latency),
        ("infrastructure", ShockKind::Latency),
        ("blackout", ShockKind::Blackout),
        ("exchange_outage", ShockKind::Blackout),
        ("infrastructure_blackout", ShockKind::Blackout),
        ("price_gap", ShockKind::Dispersion),
        ("divergence", ShockKind::Dispersion),
        ("dispersion", ShockKind::Dispersion),
        ("volume_surge", ShockKind::Volume),
        ("volume", ShockKind::Volume),
    ];

    /// The word for this kind in our own reports; the shortest of those that configuration accepts.
    pub fn key(&self) -> &str {
        match self {
            ShockKind::Liquidity => "liquidity",
            ShockKind::Volatility => "volatility",
            ShockKind::Sentiment => "sentiment",
            ShockKind::Funding => "funding",
            ShockKind::Latency => "latency",
            ShockKind::Blackout => "blackout",
            ShockKind::Dispersion => "dispersion",
            ShockKind::Volume => "volume",
            ShockKind::Unknown(word) => word,
        }
    }

    /// Whether a shock of this kind enters the formula of `metric` (section 2.3).
    pub fn moves(&self, metric: Metric) -> bool {
        match self {
            ShockKind::Liquidity => matches!(metric, Metric::LiquidityLoss | Metric::SpreadIncrease),
            ShockKind::Volatility => matches!(metric, Metric::VolatilityIncrease | Metric::SpreadIncrease),
            ShockKind::Sentiment => metric == Metric::SentimentDrawdown,
            ShockKind::Funding => metric == Metric::FundingShift,
            ShockKind::Latency => metric == Metric::LatencySpike,
            ShockKind::Blackout => metric == Metric::Blackout,
            ShockKind::Dispersion => metric == Metric::Dispersion,
            ShockKind::Volume => matches!(metric, Metric::LiquidityLoss | Metric::VolatilityIncrease),
            ShockKind::Unknown(_) => false,
        }
    }

    /// The kind of a lower-case word; `None` if there is no such shock.
    pub fn from_word(word: &str) -> Option<ShockKind> {
        ShockKind::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| kind.clone())
    }
}

/// One shock of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Shock {
    /// What it hits.
    pub kind: ShockKind,
    /// Strength; 1.0 is the full one, at least 0.
    pub intensity: f64,
    /// For a blackout, its length in minutes, in place of the one that follows from the intensity.
    pub duration_minutes: Option<f64>,
}

/// A scenario: what happens, to which markets, and what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// How hard the shocks hit.
    pub severity: Severity,
    /// The markets it hits, by dataset key or baseline symbol.
    pub markets: Vec<String>,
    /// The shocks, in order.
    pub shocks: Vec<Shock>,
    /// A sentence for people.
    pub description: Option<String>,
    /// Its own limits over the global ones.
    pub overrides: ThresholdOverrides,
}
