//! What the previews of the governors read: their sections, and the state of a portfolio (specification, sections
//! 1.8, 1.9 and 11).

use super::fields::Range;
use super::paper::snapshots;
use super::record::Record;
use crate::domain::{
    AssetGovernor, GovernedAsset, GovernorState, Observation, RiskBudget, SloOverride, SloStatus, Strategy,
    StrategyGovernor, WeightAction,
};
use std::collections::BTreeSet;

/// Reads what to do with a weight. Zero counts (finding Q17).
pub(crate) fn action(record: &Record<'_, '_>) -> WeightAction {
    let action = WeightAction {
        weight_multiplier: record.number("weight_multiplier", Range::Increase),
        min_weight: record.number("min_weight", Range::Fraction),
        max_weight: record.number("max_weight", Range::Fraction),
        force_rebalance: record.boolean("force_rebalance").unwrap_or(false),
    };
    if let (Some(least), Some(most), Some(node), false) = (
        action.min_weight,
        action.max_weight,
        record.node("min_weight"),
        record.is_lenient(),
    ) && least > most
    {
        record.refuse(
            node,
            format!("`min_weight` {least} is above `max_weight` {most}"),
            "swap or correct them",
        );
    }
    action
}

/// Reads one governor of assets (section 1.9).
pub(crate) fn asset_governor(record: &Record<'_, '_>, name: &str) -> Option<AssetGovernor> {
    let portfolio_id = record.text("portfolio_id").unwrap_or_else(|| name.to_owned());
    // Q7: the reference discards this block when it comes from YAML. Ours counts wherever it comes from.
    let drift = record.section("drift_tolerance");
    let tolerance = |keys: [&'static str; 2], default| {
        let of = |drift: &Record<'_, '_>| {
            keys.into_iter()
                .find_map(|key| drift.number(key, Range::Fraction))
        };
        let asked = drift.as_ref().and_then(of);
        asked.unwrap_or(default)
    };
    let absolute_tolerance = tolerance(["absolute", "abs"], 0.01);
    let relative_tolerance = tolerance(["relative", "rel"], 0.25);
    if let Some(drift) = drift {
        for key in ["absolute", "abs", "relative", "rel"] {
            drift.node(key);
        }
        drift.finish();
    }
    for known in [
        "rebalance_cooldown_seconds",
        "market_intel_interval",
        "market_intel_lookback_bars",
    ] {
        record.node(known);
    }
    let risk_budgets = record.named("risk_budgets").iter().filter_map(|entry| {
        let below = record.below(&format!("risk_budgets.{}", entry.key), &entry.value)?;
        Some(risk_budget(&entry.key, below))
    });
    let governor = AssetGovernor {
        portfolio_id,
        absolute_tolerance,
        relative_tolerance,
        min_rebalance_value: record
            .number("min_rebalance_value", Range::NotNegative)
            .unwrap_or(0.0),
        min_rebalance_weight: record
            .number("min_rebalance_weight", Range::Fraction)
            .unwrap_or(0.0),
        risk_budgets: risk_budgets.collect(),
        assets: record.records("assets").into_iter().filter_map(asset).collect(),
        slo_overrides: record
            .records("slo_overrides")
            .into_iter()
            .filter_map(slo_override)
            .collect(),
    };
    if !record.is_lenient() {
        check_assets(record, &governor);
    }
    Some(governor)
}

fn risk_budget(name: &str, record: Record<'_, '_>) -> RiskBudget {
    let budget = RiskBudget {
        name: name.to_owned(),
        max_var_percent: record.number("max_var_pct", Range::PercentLimit),
        max_drawdown_percent: record.number("max_drawdown_pct", Range::PercentLimit),
        max_leverage: record.number("max_leverage", Range::Increase),
        severity: record.text("severity").unwrap_or_else(|| "warning".to_owned()),
    };
    record.words("tags");
    record.finish();
    budget
}

fn asset(record: Record<'_, '_>) -> Option<GovernedAsset> {
    let symbol = record.required_text("symbol");
    let target_weight = record.required_number("target_weight", Range::Fraction);
    let bounds = (
        record.number("min_weight", Range::Fraction),
        record.number("max_weight", Range::Fraction),
    );
    if let ((Some(least), Some(most)), Some(node), false) =
        (bounds, record.node("min_weight"), record.is_lenient())
        && least > most
    {
        record.refuse(
            node,
            format!("`min_weight` {least} is above `max_weight` {most}"),
            "swap or correct them",
        );
    }
    let asset = GovernedAsset {
        symbol: symbol.clone().unwrap_or_default(),
        target_weight: target_weight.unwrap_or_default(),
        min_weight: bounds.0,
        max_weight: bounds.1,
        max_volatility_percent: record.number("max_volatility_pct", Range::PercentLimit),
        min_liquidity_usd: record.number("min_liquidity_usd", Range::NotNegative),
        risk_budget: record.text("risk_budget"),
        tags: record.words("tags"),
    };
    record.text("notes");
    record.finish();
    symbol.and(target_weight).map(|_| asset)
}

fn slo_override(record: Record<'_, '_>) -> Option<SloOverride> {
    let slo = record.text("slo").or_else(|| record.text("slo_name"));
    if slo.is_none() && !record.is_lenient() {
        record.require("slo");
    }
    let statuses = match record.words("apply_on") {
        words if words.is_empty() => record.words("statuses"),
        words => words,
    };
    let lower = |words: Vec<String>| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let apply_on = if statuses.is_empty() {
        vec!["warning".into(), "breach".into()]
    } else {
        lower(statuses)
    };
    let rule = SloOverride {
        slo: slo.clone().unwrap_or_default(),
        apply_on,
        action: action(&record),
        severity: record.text("severity"),
        tags: record.words("tags"),
    };
    record.node("statuses");
    record.finish();
    slo.map(|_| rule)
}

fn check_assets(record: &Record<'_, '_>, governor: &AssetGovernor) {
    let Some(node) = record.require("assets") else {
        return;
    };
    let mut seen = BTreeSet::new();
    for asset in &governor.assets {
        if !seen.insert(&asset.symbol) {
            record.refuse(
                node,
                format!("the asset `{}` stands twice", asset.symbol),
                "keep one of them",
            );
        }
        let known = |budget: &String| governor.risk_budgets.iter().any(|one| one.name == *budget);
        if let Some(budget) = asset.risk_budget.as_ref().filter(|budget| !known(budget)) {
            let message = format!("`{}` is in the unknown risk budget `{budget}`", asset.symbol);
            record.refuse(node, message, "add it under `risk_budgets`, or correct the name");
        }
    }
    let total: f64 = governor.assets.iter().map(|asset| asset.target_weight).sum();
    if total > 1.0 + 1e-9 {
        record.refuse(
            node,
            format!("the target weights sum to {total}"),
            "they are fractions and sum to 1 at most",
        );
    }
}

/// Reads what the governor of assets looks at.
pub(crate) fn state(record: &Record<'_, '_>) -> Option<GovernorState> {
    let portfolio_value = record.required_number("portfolio_value", Range::Positive);
    let mut allocations = Vec::new();
    for entry in record.named("allocations") {
        match entry.value.as_scalar().and_then(|scalar| scalar.as_number()) {
            Some(weight) if weight.abs() <= 10.0 || record.is_lenient() => {
                allocations.push((entry.key.clone(), weight))
            }
            _ => {
                let message = format!("the weight of `{}` is not a fraction", entry.key);
                record.refuse(&entry.value, message, "write 0.25 for 25 %");
            }
        }
    }
    let slo_statuses = record.named("slo_statuses").iter().filter_map(|entry| {
        let below = record.below(&format!("slo_statuses.{}", entry.key), &entry.value)?;
        Some(slo_status(&entry.key, below))
    });
    let slo_statuses = slo_statuses.collect();
    Some(GovernorState {
        portfolio_value: portfolio_value?,
        allocations,
        snapshots: snapshots(record, "market_intel"),
        slo_statuses,
    })
}

fn slo_status(name: &str, record: Record<'_, '_>) -> SloStatus {
    for known in ["indicator", "value", "target", "comparison"] {
        record.node(known);
    }
    let status = SloStatus {
        name: name.to_owned(),
        status: record.required_text("status").unwrap_or_default().to_lowercase(),
        severity: record.text("severity").unwrap_or_else(|| "warning".to_owned()),
        error_budget: record.number("error_budget_pct", Range::Score),
    };
    if !record.is_lenient()
        && !["ok", "warning", "breach"].contains(&status.status.as_str())
        && let Some(node) = record.node("status")
    {
        let message = format!("unknown status `{}`", status.status);
        record.refuse(node, message, "known: ok, warning, breach");
    }
    record.finish();
    status
}

/// Reads the governor of strategies (section 1.8).
pub(crate) fn strategy_governor(record: &Record<'_, '_>) -> StrategyGovernor {
    let scoring = record.section("scoring");
    let weight = |key, default| {
        scoring
            .as_ref()
            .and_then(|scoring| scoring.number(key, Range::NotNegative))
            .unwrap_or(default)
    };
    let weights = [
        weight("alpha", 0.9),
        weight("cost", 1.3),
        weight("slo", 1.2),
        weight("risk", 0.8),
    ];
    if let Some(scoring) = scoring {
        scoring.finish();
    }
    for known in ["enabled", "rebalance_interval_minutes"] {
        record.node(known);
    }
    let fraction = |key, default| record.number(key, Range::Fraction).unwrap_or(default);
    let defaults = [
        fraction("default_baseline_weight", 0.28),
        fraction("default_min_weight", 0.08),
        fraction("default_max_weight", 0.5),
    ];
    let strategies = record.named("strategies").iter().filter_map(|entry| {
        let below = record.below(&format!("strategies.{}", entry.key), &entry.value)?;
        Some(strategy(&entry.key, below, defaults))
    });
    let strategies: Vec<Strategy> = strategies.collect();
    let least: f64 = strategies.iter().map(|strategy| strategy.min_weight).sum();
    if let Some(node) = record
        .node("strategies")
        .filter(|_| least > 1.0 + 1e-9 && !record.is_lenient())
    {
        record.refuse(
            node,
            format!("the least weights sum to {least}"),
            "they sum to 1 at most",
        );
    }
    StrategyGovernor {
        smoothing: fraction("smoothing", 0.55),
        require_complete_metrics: record.boolean("require_complete_metrics").unwrap_or(true),
        min_score_threshold: record
            .number("min_score_threshold", Range::NotNegative)
            .unwrap_or(0.08),
        default_cost_bps: record
            .number("default_cost_bps", Range::NotNegative)
            .unwrap_or(5.0),
        max_signal_floor: record.whole_number("max_signal_floor", 0).unwrap_or(1),
        alpha_weight: weights[0],
        cost_weight: weights[1],
        slo_weight: weights[2],
        risk_weight: weights[3],
        strategies,
    }
}

fn strategy(name: &str, record: Record<'_, '_>, defaults: [f64; 3]) -> Strategy {
    let fraction = |key, default| record.number(key, Range::Fraction).unwrap_or(default);
    let strategy = Strategy {
        name: name.to_owned(),
        baseline_weight: fraction("baseline_weight", defaults[0]),
        min_weight: fraction("min_weight", defaults[1]),
        max_weight: fraction("max_weight", defaults[2]),
        baseline_max_signals: record.whole_number("baseline_max_signals", 0),
        max_signal_factor: record
            .number("max_signal_factor", Range::NotNegative)
            .unwrap_or(1.0),
    };
    record.text("risk_profile");
    record.words("tags");
    record.finish();
    strategy
}

/// Reads measurements; by our rules each must name one of `strategies`.
pub(crate) fn observations(record: &Record<'_, '_>, strategies: &[Strategy]) -> Vec<Observation> {
    let items = record
        .list("observations")
        .iter()
        .zip(record.records("observations"));
    let read = |(node, item): (&crate::document::Node, Record<'_, '_>)| {
        let strategy = item.required_text("strategy");
        let metrics = item.require("metrics").and_then(|_| item.section("metrics"));
        let known = |name: &String| strategies.iter().any(|one| one.name == *name);
        if let Some(name) = strategy
            .as_ref()
            .filter(|name| !known(name) && !record.is_lenient())
        {
            record.refuse(
                node,
                format!("unknown strategy `{name}`"),
                "add it under `strategies`, or correct the name",
            );
        }
        item.node("timestamp");
        item.finish();
        let (strategy, metrics) = (strategy?, metrics?);
        match metrics.is_lenient() {
            true => drop(metrics.node("sample_weight")),
            false => drop(metrics.number("sample_weight", Range::NotNegative)),
        }
        let observation = Observation {
            alpha_score: metrics
                .required_number("alpha_score", Range::Any)
                .unwrap_or_default(),
            slo_violation_rate: metrics
                .number("slo_violation_rate", Range::Fraction)
                .unwrap_or(0.0),
            risk_penalty: metrics.number("risk_penalty", Range::NotNegative).unwrap_or(0.0),
            cost_bps: metrics.number("cost_bps", Range::NotNegative),
            strategy,
        };
        metrics.finish();
        Some(observation)
    };
    items.filter_map(read).collect()
}
