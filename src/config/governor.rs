//! The sections `market_intel` and `portfolio_governor`: their values are facts that pages cite, so they must make
//! sense (specification, sections 1.7 and 1.8).

use super::fields::{Fields, Range, Shared};
use crate::document::Node;

/// Checks one of the two sections.
pub(crate) fn check(path: &str, name: &str, node: &Node, problems: Shared<'_>) {
    let Some(fields) = Fields::open(path, name, node, problems) else {
        return;
    };
    if name.ends_with("market_intel") {
        market_intel(&fields);
    } else {
        portfolio_governor(&fields);
    }
    fields.finish();
}

fn market_intel(fields: &Fields<'_, '_>) {
    fields.boolean("enabled");
    fields.text("output_directory");
    fields.text("manifest_path");
    fields.number("default_weight", Range::NotNegative);
    fields.texts("required_symbols");
    let Some(sqlite) = fields.section("sqlite") else {
        return;
    };
    sqlite.required_text("path");
    for key in [
        "table",
        "symbol_column",
        "mid_price_column",
        "depth_column",
        "spread_column",
        "funding_column",
        "sentiment_column",
        "volatility_column",
        "weight_column",
    ] {
        let Some(column) = sqlite.text(key) else { continue };
        let mut letters = column.chars();
        let starts_well = letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
        if !(starts_well && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
            && let Some(node) = sqlite.node(key)
        {
            let message = format!("`{column}` is not the name of a table or column");
            sqlite.refuse(
                node,
                message,
                "use letters, digits and `_`, not beginning with a digit",
            );
        }
    }
    sqlite.finish();
}

fn portfolio_governor(fields: &Fields<'_, '_>) {
    fields.boolean("enabled");
    fields.boolean("require_complete_metrics");
    fields.number("rebalance_interval_minutes", Range::NotNegative);
    fields.number("smoothing", Range::Fraction);
    for key in [
        "default_baseline_weight",
        "default_min_weight",
        "default_max_weight",
    ] {
        fields.number(key, Range::Fraction);
    }
    fields.number("min_score_threshold", Range::NotNegative);
    fields.number("default_cost_bps", Range::NotNegative);
    fields.whole_number("max_signal_floor", 0);
    if let Some(scoring) = fields.section("scoring") {
        for key in ["alpha", "cost", "slo", "risk"] {
            scoring.number(key, Range::NotNegative);
        }
        scoring.finish();
    }
    for entry in fields.named("strategies").unwrap_or_default() {
        let (path, problems) = fields.context();
        let name = format!("{}.{}", fields.name_of("strategies"), entry.key);
        if let Some(strategy) = Fields::open(path, &name, &entry.value, problems) {
            check_strategy(&strategy, &entry.value);
            strategy.finish();
        }
    }
}

fn check_strategy(fields: &Fields<'_, '_>, node: &Node) {
    let baseline = fields.number("baseline_weight", Range::Fraction);
    let least = fields.number("min_weight", Range::Fraction);
    let most = fields.number("max_weight", Range::Fraction);
    fields.whole_number("baseline_max_signals", 0);
    fields.number("max_signal_factor", Range::NotNegative);
    fields.text("risk_profile");
    fields.texts("tags");
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        fields.refuse(
            node,
            format!("`min_weight` {least} is above `max_weight` {most}"),
            "swap or correct them",
        );
    } else if let (Some(baseline), Some(least), Some(most)) = (baseline, least, most)
        && !(least..=most).contains(&baseline)
    {
        let message = format!("`baseline_weight` {baseline} is outside {least} to {most}");
        fields.refuse(node, message, "put it between `min_weight` and `max_weight`");
    }
}
