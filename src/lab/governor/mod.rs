//! What the two governors would do (specification, section 11). A preview: nothing here is an order, and nothing
//! here reaches an exchange.

mod assets;
mod json;
mod strategies;
mod unmeasured;

pub use assets::{Adjustment, Advisory, AssetPreview, preview_assets};
pub use json::{PREVIEW_NOTICE, PREVIEW_SCHEMA, asset_preview_json, strategy_preview_json};
pub use strategies::{Allocation, Decision, StrategyPreview, preview_strategies};

/// The rank of a severity for a governor: critical 4, error 3, warning 2, notice and unknown words 1, info 0,
/// debug -1 (section 11.2, step 2).
fn rank(severity: &str) -> i8 {
    match severity.to_lowercase().as_str() {
        "critical" => 4,
        "error" => 3,
        "warning" => 2,
        "info" => 0,
        "debug" => -1,
        _ => 1,
    }
}
