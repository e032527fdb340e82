//! The governor of assets: bounds, markets, recommendations, service levels, drift (section 11.2).

use super::rank;
use super::unmeasured::unmeasured;
use crate::domain::{
    AssetGovernor, GovernedAsset, GovernorState, RiskBudget, SloOverride, SloStatus, Snapshot, WeightAction,
    WeightOverride,
};
use crate::lab::arithmetic::fixed;

/// A weight that the governor would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// The asset.
    pub symbol: String,
    /// Its weight now, as a fraction.
    pub current_weight: f64,
    /// The weight that the governor would propose, as a fraction.
    pub proposed_weight: f64,
    /// Why, in the order in which it was decided.
    pub reasons: Vec<String>,
    /// The gravest of the reasons.
    pub severity: String,
    /// Every number behind it.
    pub metadata: Vec<(String, f64)>,
}

/// Something to know that moves no weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    /// A stable word.
    pub code: String,
    /// How grave it is.
    pub severity: String,
    /// What it is, for people.
    pub message: String,
    /// The assets it is about.
    pub symbols: Vec<String>,
    /// The numbers behind it.
    pub metrics: Vec<(String, f64)>,
}

/// What the governor would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssetPreview {
    /// The weights that it would change, in the order of the assets.
    pub adjustments: Vec<Adjustment>,
    /// What it would say beside that.
    pub advisories: Vec<Advisory>,
}

/// What the governor of assets would do with a state and these recommendations.
///
/// With `compat_reference` an asset's `min_weight` lifts a critical recommendation back (finding Q7). Otherwise
/// the upper limit of a recommendation stands, and recommendations that fit no asset are named.
pub fn preview_assets(
    governor: &AssetGovernor,
    state: &GovernorState,
    overrides: &[WeightOverride],
    compat_reference: bool,
) -> AssetPreview {
    let mut preview = AssetPreview::default();
    for asset in &governor.assets {
        let mut review = Review::of(asset, state, compat_reference);
        review.markets(governor, state, &mut preview.advisories);
        review.recommendations(overrides);
        review.service_levels(governor, state);
        preview.adjustments.extend(review.adjustment(governor, state));
    }
    if !compat_reference {
        preview.advisories.extend(unmatched(governor, overrides));
        preview.advisories.extend(ungoverned(governor, state));
        preview.advisories.extend(unmeasured(governor, state));
    }
    preview
}

/// One asset under review.
struct Review<'a> {
    asset: &'a GovernedAsset,
    compat_reference: bool,
    current: f64,
    weight: f64,
    /// Upper limit that recommendations have set; the asset's least weight does not lift it.
    ceiling: Option<f64>,
    severity: String,
    reasons: Vec<String>,
    metadata: Vec<(String, f64)>,
    force: bool,
}

impl<'a> Review<'a> {
    fn of(asset: &'a GovernedAsset, state: &GovernorState, compat_reference: bool) -> Review<'a> {
        let current = state
            .allocations
            .iter()
            .find(|(symbol, _)| *symbol == asset.symbol)
            .map_or(0.0, |(_, w)| *w);
        let mut review = Review {
            asset,
            compat_reference,
            current,
            weight: asset.target_weight,
            ceiling: None,
            severity: "info".to_owned(),
            reasons: Vec::new(),
            metadata: Vec::new(),
            force: false,
        };
        review.weight = review.bound(asset.target_weight);
        review.note("target_weight", asset.target_weight);
        review.note("current_weight", current);
        review
    }

    fn note(&mut self, key: impl Into<String>, number: f64) {
        self.metadata.push((key.into(), number));
    }

    /// At least 0, then within the asset's bounds, then below what recommendations allow.
    fn bound(&self, weight: f64) -> f64 {
        let weight = weight.max(0.0).max(self.asset.min_weight.unwrap_or(0.0));
        weight
            .min(self.asset.max_weight.unwrap_or(f64::INFINITY))
            .min(self.ceiling.unwrap_or(f64::INFINITY))
    }

    fn raise(&mut self, severity: &str) {
        if rank(severity) > rank(&self.severity) {
            self.severity = severity.to_lowercase();
        }
    }

    /// Goes to the least weight, for a reason that markets give.
    fn retreat(&mut self, reason: String) {
        self.raise("warning");
        self.reasons.push(reason);
        self.weight = self
            .weight
            .min(self.asset.min_weight.unwrap_or(0.0).max(0.0))
            .max(0.0);
    }

    /// Step 1: what the markets say.
    fn markets(&mut self, governor: &AssetGovernor, state: &GovernorState, advisories: &mut Vec<Advisory>) {
        let symbol = &self.asset.symbol;
        let Some(snapshot) = state.snapshots.iter().find(|snapshot| snapshot.symbol == *symbol) else {
            advisories.push(Advisory {
                code: "market_intel.missing".to_owned(),
                severity: "warning".to_owned(),
                message: format!("Brak metryk market intelligence dla {symbol}"),
                symbols: vec![symbol.clone()],
                metrics: Vec::new(),
            });
            self.retreat("brak metryk market intel".to_owned());
            return;
        };
        if let (Some(value), Some(limit)) = (snapshot.volatility_percent, self.asset.max_volatility_percent)
            && value > limit
        {
            self.retreat(format!(
                "zmienność {}% > limit {}%",
                fixed(value, 2),
                fixed(limit, 2)
            ));
        }
        if let (Some(value), Some(limit)) = (snapshot.liquidity_usd, self.asset.min_liquidity_usd)
            && value < limit
        {
            self.retreat(format!(
                "płynność {} USD < limit {} USD",
                fixed(value, 2),
                fixed(limit, 2)
            ));
        }
        let name = self.asset.risk_budget.as_ref();
        let budget = governor
            .risk_budgets
            .iter()
            .find(|budget| Some(&budget.name) == name);
        advisories.extend(budget.and_then(|budget| exceeded(budget, snapshot, self.current)));
    }

    /// Step 2: recommendations, those for the asset first, the gravest first.
    fn recommendations(&mut self, overrides: &[WeightOverride]) {
        let named = overrides
            .iter()
            .filter(|one| one.symbol.as_ref() == Some(&self.asset.symbol));
        let by_budget = overrides
            .iter()
            .filter(|one| one.symbol.is_none() && one.risk_budget.is_some())
            .filter(|one| one.risk_budget == self.asset.risk_budget);
        let global = overrides
            .iter()
            .filter(|one| one.symbol.is_none() && one.risk_budget.is_none());
        let mut own: Vec<&WeightOverride> = named.chain(by_budget).chain(global).collect();
        own.sort_by_key(|one| std::cmp::Reverse(rank(&one.severity)));
        if own.is_empty() {
            return;
        }
        self.note(
            "stress::count",
            f64::from(u32::try_from(own.len()).unwrap_or(u32::MAX)),
        );
        for (index, one) in own.into_iter().enumerate() {
            let prefix = format!("stress::{}::", index + 1);
            self.raise(&one.severity);
            self.reasons.push(format!("stress::{}", one.reason));
            self.note(format!("{prefix}severity_rank"), f64::from(rank(&one.severity)));
            let numbers = [
                ("weight_multiplier", one.action.weight_multiplier),
                ("min_weight", one.action.min_weight),
                ("max_weight", one.action.max_weight),
            ];
            for (key, number) in numbers {
                if let Some(number) = number {
                    self.note(format!("{prefix}{key}"), number);
                }
            }
            if one.action.force_rebalance {
                self.note(format!("{prefix}force_rebalance"), 1.0);
            }
            self.apply(&one.action);
        }
    }

    fn apply(&mut self, action: &WeightAction) {
        let mut weight = self.weight * action.weight_multiplier.unwrap_or(1.0);
        weight = weight.max(action.min_weight.unwrap_or(f64::NEG_INFINITY));
        weight = weight.min(action.max_weight.unwrap_or(f64::INFINITY));
        if !self.compat_reference {
            // Q7: "cut to nothing" means nothing, whatever the asset's least weight is.
            let nothing = action.weight_multiplier.filter(|multiplier| *multiplier == 0.0);
            let nothing = nothing.map(|_| action.min_weight.unwrap_or(0.0));
            let limits = [self.ceiling, action.max_weight, nothing];
            self.ceiling = limits.into_iter().flatten().reduce(f64::min);
        }
        self.weight = self.bound(weight);
        self.force |= action.force_rebalance;
    }

    /// Step 3: service levels that are missed.
    fn service_levels(&mut self, governor: &AssetGovernor, state: &GovernorState) {
        self.weight = self.weight.max(0.0);
        for rule in &governor.slo_overrides {
            let Some(status) = state.slo_statuses.iter().find(|status| status.name == rule.slo) else {
                continue;
            };
            let concerns = rule.tags.is_empty() || rule.tags.iter().any(|tag| self.asset.tags.contains(tag));
            if concerns && rule.apply_on.contains(&status.status) {
                self.service_level(rule, status);
            }
        }
    }

    fn service_level(&mut self, rule: &SloOverride, status: &SloStatus) {
        self.raise(rule.severity.as_ref().unwrap_or(&status.severity));
        self.reasons.push(format!("SLO {}:{}", rule.slo, status.status));
        if let Some(budget) = status.error_budget {
            self.note(format!("slo::{}::error_budget_pct", rule.slo), budget);
        }
        self.note(format!("slo::{}", rule.slo), status.error_budget.unwrap_or(0.0));
        self.apply(&rule.action);
        if rule.action.force_rebalance || status.status == "breach" {
            self.force = true;
            self.note(format!("slo::{}::force_rebalance", rule.slo), 1.0);
        }
    }

    /// Step 4: whether the drift is worth a change.
    fn adjustment(mut self, governor: &AssetGovernor, state: &GovernorState) -> Option<Adjustment> {
        let widest = self.weight.max(self.asset.target_weight) * governor.relative_tolerance;
        let tolerance = governor.absolute_tolerance.max(widest);
        let drift = self.weight - self.current;
        let value = drift.abs() * state.portfolio_value;
        let small = drift.abs() < tolerance
            || drift.abs() < governor.min_rebalance_weight
            || value < governor.min_rebalance_value;
        if small && !self.force {
            return None;
        }
        if self.reasons.is_empty() {
            self.reasons.push("dryf alokacji".to_owned());
        }
        self.note("proposed_weight", self.weight);
        self.note("tolerance", tolerance);
        self.note("value_delta", value);
        Some(Adjustment {
            symbol: self.asset.symbol.clone(),
            current_weight: self.current,
            proposed_weight: self.weight,
            reasons: self.reasons,
            severity: self.severity,
            metadata: self.metadata,
        })
    }
}

fn exceeded(budget: &RiskBudget, snapshot: &Snapshot, current: f64) -> Option<Advisory> {
    let percent = |what: &str, value: Option<f64>, limit: Option<f64>| {
        let (value, limit) = (value?, limit?);
        (value > limit).then(|| format!("{what} {}% > limit {}%", fixed(value, 2), fixed(limit, 2)))
    };
    let leverage = budget.max_leverage.filter(|limit| current.abs() > *limit);
    let messages: Vec<String> = [
        percent("volatility", snapshot.volatility_percent, budget.max_var_percent),
        percent(
            "drawdown",
            snapshot.max_drawdown_percent,
            budget.max_drawdown_percent,
        ),
        leverage.map(|limit| format!("weight {} > limit {}", fixed(current.abs(), 4), fixed(limit, 4))),
    ]
    .into_iter()
    .flatten()
    .collect();
    if messages.is_empty() {
        return None;
    }
    let mut metrics = vec![("current_weight".to_owned(), current)];
    let measured = [
        ("volatility_pct", snapshot.volatility_percent),
        ("max_drawdown_pct", snapshot.max_drawdown_percent),
    ];
    metrics.extend(
        measured
            .into_iter()
            .filter_map(|(key, number)| Some((key.to_owned(), number?))),
    );
    Some(Advisory {
        code: format!("risk_budget.{}", budget.name),
        severity: budget.severity.clone(),
        message: messages.join("; "),
        symbols: vec![snapshot.symbol.clone()],
        metrics,
    })
}

/// Recommendations that fit no asset: the reference drops them without a word (specification, section 13, item 7).
fn unmatched<'a>(
    governor: &'a AssetGovernor,
    overrides: &'a [WeightOverride],
) -> impl Iterator<Item = Advisory> + 'a {
    let fits = |one: &WeightOverride| match (&one.symbol, &one.risk_budget) {
        (Some(symbol), _) => governor.assets.iter().any(|asset| asset.symbol == *symbol),
        (None, Some(budget)) => governor
            .assets
            .iter()
            .any(|asset| asset.risk_budget.as_ref() == Some(budget)),
        (None, None) => true,
    };
    overrides
        .iter()
        .filter(move |one| !fits(one))
        .map(|one| Advisory {
            code: "stress_override.unmatched".to_owned(),
            severity: one.severity.clone(),
            message: format!(
                "no asset of this governor fits the recommendation `{}`",
                one.reason
            ),
            symbols: one.symbol.iter().chain(&one.risk_budget).cloned().collect(),
            metrics: Vec::new(),
        })
}

fn ungoverned<'a>(
    governor: &'a AssetGovernor,
    state: &'a GovernorState,
) -> impl Iterator<Item = Advisory> + 'a {
    let is_known = |symbol: &String| governor.assets.iter().any(|asset| asset.symbol == *symbol);
    state
        .allocations
        .iter()
        .filter(move |(symbol, _)| !is_known(symbol))
        .map(|(symbol, weight)| Advisory {
            code: "allocation.ungoverned".to_owned(),
            severity: "warning".to_owned(),
            message: format!("`{symbol}` is held, but this governor does not look after it"),
            symbols: vec![symbol.clone()],
            metrics: vec![("current_weight".to_owned(), *weight)],
        })
}
