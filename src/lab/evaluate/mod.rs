//! The evaluator: a simulation report of Paper Labs in, insights and recommendations out (specification, section 6).

mod csv;
mod json;
mod judge;
mod scenarios;

pub use csv::{insights_csv, overrides_csv};
pub use json::{EVALUATION_SCHEMA, evaluation_json};
pub use judge::evaluate;
pub use scenarios::{ScenarioFinding, answer_failures};

use crate::document::json_text::Json;
use crate::domain::WeightOverride;
use std::collections::BTreeMap;

/// Where an evaluation draws its lines (section 6, "Policy defaults").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluationPolicy {
    /// Fall from a peak that is a warning, as a fraction.
    pub drawdown_warning: f64,
    /// Fall from a peak that is critical, as a fraction.
    pub drawdown_critical: f64,
    /// Liquidity below this is a warning; US dollars.
    pub liquidity_warning_usd: f64,
    /// Liquidity below this is critical; US dollars.
    pub liquidity_critical_usd: f64,
    /// Latency above this is a warning; milliseconds.
    pub latency_warning_ms: f64,
    /// Latency above this is critical; milliseconds.
    pub latency_critical_ms: f64,
}

impl EvaluationPolicy {
    /// The reference's lines.
    pub const DEFAULT: EvaluationPolicy = EvaluationPolicy {
        drawdown_warning: 0.08,
        drawdown_critical: 0.12,
        liquidity_warning_usd: 200_000.0,
        liquidity_critical_usd: 100_000.0,
        latency_warning_ms: 250.0,
        latency_critical_ms: 500.0,
    };
}

/// Which recommendations for more than the named assets are made (finding Q16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// None.
    Closed,
    /// Those of tests that name no asset, no tag and no risk budget: somebody asked for them.
    AllowGlobal,
    /// All that the reference makes.
    Reference,
}

/// The tag on every insight.
const DEFAULT_TAG: &str = "stress_lab";

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// The profile it belongs to.
    pub profile: String,
    /// The stress test, or `max_drawdown`.
    pub scenario: String,
    /// How grave it is.
    pub severity: String,
    /// What was found, for people.
    pub message: String,
    /// The numbers behind it.
    pub metrics: BTreeMap<String, Json>,
    /// The assets it is about.
    pub targets: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// A recommendation that was not made, because it would have hit assets that nobody meant (finding Q16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The profile.
    pub profile: String,
    /// The stress test.
    pub scenario: String,
    /// How grave it was found.
    pub severity: String,
    /// Why there is no recommendation.
    pub reason: String,
    /// The assets and tags that the test names.
    pub named: Vec<String>,
}

/// What an evaluation found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// When the evaluated report was made, as written there.
    pub source_report_at: String,
    /// What was found, in the order of the report.
    pub insights: Vec<Insight>,
    /// What is recommended, in the same order.
    pub overrides: Vec<WeightOverride>,
    /// What is not recommended, and why.
    pub withheld: Vec<Withheld>,
    /// What a reader should know before relying on it.
    pub remarks: Vec<String>,
}
