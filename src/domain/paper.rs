//! The simulation report of Paper Labs and the market snapshots beside it: what evaluation and calibration read
//! (specification, sections 1.7, 6 and 7).

use crate::document::json_text::Json;
use std::collections::BTreeMap;

/// A simulation report of Paper Labs.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperReport {
    /// When it was made, as written there.
    pub generated_at: String,
    /// Whether it says that its prices were invented.
    pub synthetic_data: bool,
    /// The profiles that were simulated.
    pub profiles: Vec<PaperProfile>,
}

/// One profile of a report. Returns and losses are fractions: 0.12 is 12 %.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperProfile {
    /// Its name.
    pub name: String,
    /// Largest fall from a peak, as a fraction.
    pub max_drawdown: f64,
    /// Return over the whole run, as a fraction.
    pub total_return: f64,
    /// Loss of the worst day, as a fraction.
    pub worst_daily_loss: f64,
    /// Its stress tests.
    pub tests: Vec<PaperTest>,
}

/// One stress test of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperTest {
    /// Its name.
    pub name: String,
    /// How it ended, as written.
    pub status: String,
    /// A remark, trimmed; empty if there is none.
    pub notes: String,
    /// The metrics as they are shown again.
    pub metrics: BTreeMap<String, Json>,
    /// The severity that the metrics claim, in lower case.
    pub severity: Option<String>,
    /// Liquidity, in US dollars.
    pub liquidity_usd: Option<f64>,
    /// The highest latency that was measured, in milliseconds.
    pub latency_peak_ms: Option<f64>,
    /// The latencies that are written as numbers, in milliseconds; by the reference's rules the peak also counts
    /// numbers written as text, and a calibration does not.
    pub latencies_ms: Vec<f64>,
    /// The assets that the test is about.
    pub assets: Vec<String>,
    /// The tags of the assets that the test is about.
    pub tags: Vec<String>,
    /// The risk budget that the test is about.
    pub risk_budget: Option<String>,
}

/// An asset that a portfolio holds, as far as evaluation and calibration need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its symbol.
    pub symbol: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// The state of one market, from bars (section 1.7). Numbers ending in `_percent` here are percent: 10.0 is 10 %.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Its symbol.
    pub symbol: String,
    /// Traded value of an average bar, in US dollars.
    pub liquidity_usd: Option<f64>,
    /// Volatility over the bars, in percent.
    pub volatility_percent: Option<f64>,
    /// Largest fall from a peak, in percent.
    pub max_drawdown_percent: Option<f64>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its risk budget.
    pub risk_budget: Option<String>,
}

/// A group of symbols with thresholds of its own (section 7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// Symbols in it.
    pub symbols: Vec<String>,
    /// Markets with one of these tags are in it too.
    pub tags: Vec<String>,
    /// Markets of one of these risk budgets are in it too.
    pub risk_budgets: Vec<String>,
}
