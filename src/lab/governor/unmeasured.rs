//! What a preview could not look at: limits without data, and service levels that meet no rule. The reference takes
//! each of them for met.

use super::Advisory;
use crate::domain::{AssetGovernor, GovernorState};

/// An advisory for each limit that is configured but not measured, each rule without a status and each status without
/// a rule.
pub(super) fn unmeasured(governor: &AssetGovernor, state: &GovernorState) -> Vec<Advisory> {
    let mut advisories = Vec::new();
    for asset in &governor.assets {
        let Some(snapshot) = state
            .snapshots
            .iter()
            .find(|snapshot| snapshot.symbol == asset.symbol)
        else {
            continue;
        };
        let budget = governor
            .risk_budgets
            .iter()
            .find(|budget| Some(&budget.name) == asset.risk_budget.as_ref());
        let volatility = asset
            .max_volatility_percent
            .or(budget.and_then(|budget| budget.max_var_percent));
        let drawdown = budget.and_then(|budget| budget.max_drawdown_percent);
        for (field, limit, value) in [
            ("volatility_pct", volatility, snapshot.volatility_percent),
            ("liquidity_usd", asset.min_liquidity_usd, snapshot.liquidity_usd),
            ("max_drawdown_pct", drawdown, snapshot.max_drawdown_percent),
        ] {
            if limit.is_some() && value.is_none() {
                let message = format!(
                    "Brak pomiaru {field} dla {}, choć jest dla niego limit",
                    asset.symbol
                );
                advisories.push(advisory(
                    "market_intel.unmeasured",
                    message,
                    vec![asset.symbol.clone()],
                ));
            }
        }
    }
    let mut rules: Vec<&str> = governor
        .slo_overrides
        .iter()
        .map(|rule| rule.slo.as_str())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let statuses: Vec<&str> = state
        .slo_statuses
        .iter()
        .map(|status| status.name.as_str())
        .collect();
    for rule in rules.iter().filter(|rule| !statuses.contains(rule)) {
        let message = format!("Reguła dla SLO {rule} nie ma statusu, więc nie zadziała");
        advisories.push(advisory("slo.unmeasured", message, Vec::new()));
    }
    for status in statuses.iter().filter(|status| !rules.contains(status)) {
        let message = format!("Statusu SLO {status} nie dotyczy żadna reguła");
        advisories.push(advisory("slo.unmatched", message, Vec::new()));
    }
    advisories
}

fn advisory(code: &str, message: String, symbols: Vec<String>) -> Advisory {
    Advisory {
        code: code.to_owned(),
        severity: "warning".to_owned(),
        message,
        symbols,
        metrics: Vec::new(),
    }
}
