//! The evaluation as two CSV files with the reference's columns (specification, section 6).

use super::Evaluation;
use crate::document::csv_text::csv_bytes;
use crate::lab::arithmetic::fixed;

/// The insights; lists are joined by `|`.
pub fn insights_csv(evaluation: &Evaluation) -> Vec<u8> {
    let header = ["profile", "scenario", "severity", "message", "targets", "tags"];
    let rows = evaluation.insights.iter().map(|insight| {
        vec![
            insight.profile.clone(),
            insight.scenario.clone(),
            insight.severity.clone(),
            insight.message.clone(),
            insight.targets.join("|"),
            insight.tags.join("|"),
        ]
    });
    csv_bytes(&header, rows)
}

/// The recommendations; weights are fractions with six decimals, an empty cell is no limit.
pub fn overrides_csv(evaluation: &Evaluation) -> Vec<u8> {
    let header = [
        "symbol",
        "risk_budget",
        "severity",
        "weight_multiplier",
        "min_weight",
        "max_weight",
        "force_rebalance",
        "reason",
        "tags",
    ];
    let number = |number: Option<f64>| number.map(|number| fixed(number, 6)).unwrap_or_default();
    let rows = evaluation.overrides.iter().map(|one| {
        vec![
            one.symbol.clone().unwrap_or_default(),
            one.risk_budget.clone().unwrap_or_default(),
            one.severity.clone(),
            number(one.action.weight_multiplier),
            number(one.action.min_weight),
            number(one.action.max_weight),
            if one.action.force_rebalance { "yes" } else { "no" }.to_owned(),
            one.reason.clone(),
            one.tags.join("|"),
        ]
    });
    csv_bytes(&header, rows)
}
