//! What the two governors are configured with (specification, sections 1.8, 1.9 and 11). Weights are fractions;
//! numbers named `_percent` are percent, as Market Intelligence gives them.

use super::{Snapshot, WeightAction};

/// The governor of assets.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetGovernor {
    /// The portfolio it looks after.
    pub portfolio_id: String,
    /// A smaller drift than this is left alone, as a fraction of the portfolio.
    pub absolute_tolerance: f64,
    /// So is one smaller than this share of the weight.
    pub relative_tolerance: f64,
    /// And one that is worth less than this, in US dollars.
    pub min_rebalance_value: f64,
    /// And one below this weight.
    pub min_rebalance_weight: f64,
    /// The assets, in order.
    pub assets: Vec<GovernedAsset>,
    /// The risk budgets.
    pub risk_budgets: Vec<RiskBudget>,
    /// What to do when a service level is missed, in order.
    pub slo_overrides: Vec<SloOverride>,
}

/// One asset and its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct GovernedAsset {
    /// Its symbol.
    pub symbol: String,
    /// The weight it should have.
    pub target_weight: f64,
    /// It should not have less.
    pub min_weight: Option<f64>,
    /// It must not have more.
    pub max_weight: Option<f64>,
    /// Above this volatility it goes to its least weight; percent.
    pub max_volatility_percent: Option<f64>,
    /// Below this liquidity too; US dollars.
    pub min_liquidity_usd: Option<f64>,
    /// The risk budget it belongs to.
    pub risk_budget: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// Limits on the risk of several assets; exceeding one is an advice and moves no weight.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskBudget {
    /// Its name.
    pub name: String,
    /// Most volatility, in percent.
    pub max_var_percent: Option<f64>,
    /// Largest fall from a peak, in percent.
    pub max_drawdown_percent: Option<f64>,
    /// Most weight, as a fraction; above 1 with borrowed money.
    pub max_leverage: Option<f64>,
    /// How grave it is.
    pub severity: String,
}

/// What to do when a service level is missed.
#[derive(Clone, Debug, PartialEq)]
pub struct SloOverride {
    /// The service level.
    pub slo: String,
    /// The states in which it applies, in lower case.
    pub apply_on: Vec<String>,
    /// What to do.
    pub action: WeightAction,
    /// How grave it is; the state's own severity if there is none.
    pub severity: Option<String>,
    /// Only assets with one of these tags; all if there is none.
    pub tags: Vec<String>,
}

/// The state of a service level.
#[derive(Clone, Debug, PartialEq)]
pub struct SloStatus {
    /// The service level.
    pub name: String,
    /// `ok`, `warning` or `breach`, in lower case.
    pub status: String,
    /// How grave it is.
    pub severity: String,
    /// What is left of the error budget, as a fraction.
    pub error_budget: Option<f64>,
}

/// What a governor looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct GovernorState {
    /// Value of the portfolio, in US dollars.
    pub portfolio_value: f64,
    /// The weight of each asset now, in the order of the file.
    pub allocations: Vec<(String, f64)>,
    /// The markets.
    pub snapshots: Vec<Snapshot>,
    /// The service levels.
    pub slo_statuses: Vec<SloStatus>,
}

/// The governor of strategies.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyGovernor {
    /// Share of a new measurement in the smoothed value, from 0 to 1.
    pub smoothing: f64,
    /// Nothing happens until every strategy was measured.
    pub require_complete_metrics: bool,
    /// Scores up to this count as 0.
    pub min_score_threshold: f64,
    /// Cost where none was measured, in basis points.
    pub default_cost_bps: f64,
    /// The least hint for the number of signals.
    pub max_signal_floor: u32,
    /// Weight of alpha in the score.
    pub alpha_weight: f64,
    /// Weight of the cost in the score, per basis point.
    pub cost_weight: f64,
    /// Weight of missed service levels in the score.
    pub slo_weight: f64,
    /// Weight of the risk penalty in the score.
    pub risk_weight: f64,
    /// The strategies, in order.
    pub strategies: Vec<Strategy>,
}

/// One strategy and its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategy {
    /// Its name.
    pub name: String,
    /// The weight it has without measurements.
    pub baseline_weight: f64,
    /// It gets no less.
    pub min_weight: f64,
    /// It gets no more.
    pub max_weight: f64,
    /// How many signals it may give at its baseline weight.
    pub baseline_max_signals: Option<u32>,
    /// Most by which that number grows.
    pub max_signal_factor: f64,
}

/// One measurement of a strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The strategy.
    pub strategy: String,
    /// How well it does.
    pub alpha_score: f64,
    /// Share of time in which service levels were missed, as a fraction.
    pub slo_violation_rate: f64,
    /// Penalty for risk.
    pub risk_penalty: f64,
    /// Cost, in basis points.
    pub cost_bps: Option<f64>,
}
