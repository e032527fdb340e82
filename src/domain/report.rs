//! The result of a Stress Lab run.

use super::{
    Baseline, Digest, Market, MetricValues, Provenance, Severity, ThresholdOverrides, Thresholds, Timestamp,
};

/// Whether a scenario kept within its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No metric above its limit.
    Passed,
    /// At least one metric above its limit.
    Failed,
}

impl Verdict {
    /// The word in reports.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
        }
    }
}

/// What a scenario did to one market.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketResult {
    /// The market before the shocks.
    pub baseline: Baseline,
    /// The eight metrics.
    pub metrics: MetricValues,
    /// Remarks of single shocks, in their order.
    pub notes: Vec<String>,
    /// The baseline was invented from the market's name.
    pub synthetic: bool,
}

/// What a scenario did, over all its markets.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioResult {
    /// The scenario's name.
    pub name: String,
    /// Its severity.
    pub severity: Severity,
    /// Its description.
    pub description: Option<String>,
    /// The eight metrics over all markets.
    pub metrics: MetricValues,
    /// Its markets, in the order of the configuration.
    pub markets: Vec<MarketResult>,
    /// The limits that were applied.
    pub thresholds: Thresholds,
    /// Those among them that the scenario set for itself.
    pub overrides: ThresholdOverrides,
    /// One line for each breach, in the order of verdicts.
    pub failures: Vec<String>,
}

impl ScenarioResult {
    /// Whether the scenario kept within its limits.
    pub fn verdict(&self) -> Verdict {
        if self.failures.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed
        }
    }
}

/// A file that the numbers depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputFile {
    /// The path as shown to people, never absolute.
    pub path: String,
    /// What it is to the run: `config` or `baseline`.
    pub role: &'static str,
    /// Its size in bytes.
    pub size: usize,
    /// Its digest.
    pub digest: Digest,
}

/// One run of the Stress Lab.
#[derive(Clone, Debug, PartialEq)]
pub struct StressReport {
    /// The moment of the run; ages of data count to it.
    pub generated_at: Timestamp,
    /// The global limits.
    pub thresholds: Thresholds,
    /// The scenarios, in the order of the configuration.
    pub scenarios: Vec<ScenarioResult>,
    /// The markets that scenarios could use.
    pub markets: Vec<Market>,
    /// The files that the numbers depend on, by path.
    pub inputs: Vec<InputFile>,
    /// Made with the reference's leniency; must not be published.
    pub compat_reference: bool,
}

impl StressReport {
    /// How many scenarios failed.
    pub fn failure_count(&self) -> usize {
        self.scenarios
            .iter()
            .filter(|scenario| scenario.verdict() == Verdict::Failed)
            .count()
    }

    /// Whether a scenario used a market whose baseline comes from there.
    pub fn uses(&self, provenance: Provenance) -> bool {
        let used = || self.scenarios.iter().flat_map(|scenario| &scenario.markets);
        let of_that_kind = |symbol: &str| {
            let mut markets = self.markets.iter();
            markets.any(|market| market.provenance == provenance && market.baseline.symbol == symbol)
        };
        used().any(|market| {
            of_that_kind(&market.baseline.symbol) || (provenance == Provenance::Synthetic && market.synthetic)
        })
    }
}
