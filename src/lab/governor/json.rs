//! Previews as JSON: the reference's decisions (sections 11.2 and 11.3), marked as what they are.

use super::{Adjustment, Advisory, Allocation, AssetPreview, Decision, StrategyPreview};
use crate::document::json_text::Json;
use crate::domain::{AssetGovernor, GovernorState, Timestamp};
use crate::lab::stamp::{Stamp, count, texts};

/// The name of the shape of a preview.
pub const PREVIEW_SCHEMA: &str = "stage6.governor.preview";
/// What every preview says of itself.
pub const PREVIEW_NOTICE: &str =
    "a preview and never an order: nothing was traded, no weight was changed; a person decides";

/// `verified`: whether the signature of the recommendations was checked, where there are any.
fn members(stamp: &Stamp<'_>, kind: &str, verified: Option<bool>) -> Vec<(&'static str, Json)> {
    let mut members = stamp.members(PREVIEW_SCHEMA);
    members.extend([
        ("governor", Json::text(kind)),
        ("order", Json::Bool(false)),
        ("notice", Json::text(PREVIEW_NOTICE)),
    ]);
    members.extend(verified.map(|verified| ("overrides_verified", Json::Bool(verified))));
    members
}

/// The bytes of the file with a preview of the governor of assets.
pub fn asset_preview_json(
    preview: &AssetPreview,
    governor: &AssetGovernor,
    state: &GovernorState,
    verified: Option<bool>,
    stamp: &Stamp<'_>,
) -> Vec<u8> {
    let mut members = members(stamp, "assets", verified);
    members.extend([
        ("timestamp", Json::text(stamp.generated_at.to_python())),
        ("portfolio_id", Json::text(&governor.portfolio_id)),
        ("portfolio_value", Json::Float(state.portfolio_value)),
        ("rebalance_required", Json::Bool(!preview.adjustments.is_empty())),
        (
            "adjustments",
            Json::List(preview.adjustments.iter().map(adjustment).collect()),
        ),
        (
            "advisories",
            Json::List(preview.advisories.iter().map(advisory).collect()),
        ),
    ]);
    Json::map(members).to_file_text().into_bytes()
}

fn numbers(numbers: &[(String, f64)]) -> Json {
    Json::map(
        numbers
            .iter()
            .map(|(key, number)| (key.clone(), Json::Float(*number))),
    )
}

fn adjustment(one: &Adjustment) -> Json {
    Json::map([
        ("symbol", Json::text(&one.symbol)),
        ("current_weight", Json::Float(one.current_weight)),
        ("proposed_weight", Json::Float(one.proposed_weight)),
        ("reason", Json::text(one.reasons.join(", "))),
        ("severity", Json::text(&one.severity)),
        ("metadata", numbers(&one.metadata)),
    ])
}

fn advisory(one: &Advisory) -> Json {
    let mut members = vec![
        ("code", Json::text(&one.code)),
        ("severity", Json::text(&one.severity)),
        ("message", Json::text(&one.message)),
        ("symbols", texts(&one.symbols)),
    ];
    if !one.metrics.is_empty() {
        members.push(("metrics", numbers(&one.metrics)));
    }
    Json::map(members)
}

/// The bytes of the file with a preview of the governor of strategies. `overrides` is how many recommendations of
/// the Stress Lab were given; none of them reaches this governor.
pub fn strategy_preview_json(
    preview: &StrategyPreview,
    overrides: usize,
    verified: Option<bool>,
    stamp: &Stamp<'_>,
) -> Vec<u8> {
    let allocations = preview
        .allocations
        .iter()
        .map(|one| (one.strategy.clone(), allocation(one)));
    let decision = preview.decision.as_ref();
    let mut members = members(stamp, "strategies", verified);
    members.extend([
        (
            "decision",
            decision.map_or(Json::Null, |decision| {
                decided(preview, decision, stamp.generated_at)
            }),
        ),
        ("allocations", Json::map(allocations)),
        ("unmeasured", texts(&preview.unmeasured)),
        ("stress_overrides_not_applied", count(overrides)),
    ]);
    Json::map(members).to_file_text().into_bytes()
}

fn decided(preview: &StrategyPreview, decision: &[Decision], now: Timestamp) -> Json {
    let each = |number: fn(&Decision) -> f64| {
        Json::map(
            decision
                .iter()
                .map(|one| (one.strategy.clone(), Json::Float(number(one)))),
        )
    };
    let weights = preview
        .allocations
        .iter()
        .map(|one| (one.strategy.clone(), Json::Float(one.weight)));
    let metadata = [
        ("remaining_cash", Json::Float(preview.remaining_cash)),
        (
            "require_complete_metrics",
            Json::Bool(preview.require_complete_metrics),
        ),
    ];
    Json::map([
        ("timestamp", Json::text(now.to_python())),
        ("weights", Json::map(weights)),
        ("scores", each(|one| one.score)),
        ("alpha", each(|one| one.alpha)),
        ("slo", each(|one| one.slo)),
        ("costs_bps", each(|one| one.cost_bps)),
        ("metadata", Json::map(metadata)),
    ])
}

fn allocation(one: &Allocation) -> Json {
    let weights = [
        ("weight", Json::Float(one.weight)),
        ("baseline_weight", Json::Float(one.baseline_weight)),
    ];
    let hint = one.max_signal_hint.map_or(Json::Null, Json::integer);
    Json::map([
        ("strategy", Json::text(&one.strategy)),
        ("weight", Json::Float(one.weight)),
        ("baseline_weight", Json::Float(one.baseline_weight)),
        ("signal_factor", Json::Float(one.signal_factor)),
        ("max_signal_hint", hint),
        ("metadata", Json::map(weights)),
    ])
}
