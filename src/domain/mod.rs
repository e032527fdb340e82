//! What the words mean: metrics and limits, markets, scenarios, reports, facts, releases.
//!
//! Plain values without behaviour of their own beyond their arithmetic; no files, no formats.

mod analytics;
mod digest;
mod fact;
mod language;
mod market;
mod metric;
mod release;
mod report;
mod scenario;
mod time;

pub use analytics::AnalyticsSettings;
pub use digest::Digest;
pub use fact::{Fact, FactValue, Unit};
pub use language::Language;
pub use market::{Baseline, Market, Provenance};
pub use metric::{Metric, MetricValues, ThresholdOverrides, Thresholds};
pub use release::{BundleName, Release};
pub use report::{InputFile, MarketResult, ScenarioResult, StressReport, Verdict};
pub use scenario::{Scenario, Severity, Shock, ShockKind};
pub use time::{Timestamp, TimestampError};
