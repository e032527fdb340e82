//! What the words mean: metrics and limits, markets, scenarios, reports, facts, releases.
//!
//! Plain values without behaviour of their own beyond their arithmetic; no files, no formats.

mod address;
mod analytics;
mod digest;
mod fact;
mod gate;
mod governor;
mod language;
mod market;
mod metric;
mod paper;
mod portfolio;
mod release;
mod report;
mod reuse;
mod scenario;
mod signal;
mod time;
mod waiver;
mod weight;

pub use address::BaseUrl;
pub use analytics::AnalyticsSettings;
pub use digest::{Digest, DigestStream};
pub use fact::{Fact, FactValue, Unit};
pub use gate::{GateRule, GateRulings, GateStage, RULES_KEPT, RuleVerdict, Ruling, Sentence};
pub use governor::{
    AssetGovernor, GovernedAsset, GovernorState, Observation, RiskBudget, SloOverride, SloStatus, Strategy,
    StrategyGovernor,
};
pub use language::Language;
pub use market::{Baseline, Market, Provenance};
pub use metric::{Metric, MetricValues, ThresholdOverrides, Thresholds};
pub use paper::{Holding, PaperProfile, PaperReport, PaperTest, Segment, Snapshot};
pub use portfolio::{Portfolio, PortfolioScenario, Position, ReturnShock};
pub use release::{BundleName, Producer, Release, ReleaseStatus};
pub use report::{InputFile, MarketResult, ScenarioResult, StressReport, Verdict};
pub use reuse::{Kept, Results, Reuse, Work};
pub use scenario::{Scenario, Severity, Shock, ShockKind};
pub use signal::{OrderStatus, SignalRecord, SignalSnapshot};
pub use time::{Timestamp, TimestampError};
pub use waiver::{MOST_WAIVED_DAYS, Waived, Waiver, WaiverBook};
pub use weight::{GRAVITY, OverridePolicy, PolicyAnswer, WeightAction, WeightOverride, gravity};
