//! Markets and shocks for tests: the second set of baselines (2025-10-15) of the facts file, and the shocks in the
//! order of the parity records.

use crate::domain::{Baseline, Shock, ShockKind};

/// Depth, spread, funding, sentiment, volatility of BTCUSDT.
pub(super) const BITCOIN: [f64; 5] = [2_750_000.0, 5.4, 8.5, 0.35, 0.42];
/// The same of ETHUSDT.
pub(super) const ETHER: [f64; 5] = [1_350_000.0, 6.7, 6.1, 0.28, 0.55];

const KINDS: [ShockKind; 8] = [
    ShockKind::Liquidity,
    ShockKind::Volatility,
    ShockKind::Dispersion,
    ShockKind::Funding,
    ShockKind::Latency,
    ShockKind::Blackout,
    ShockKind::Sentiment,
    ShockKind::Volume,
];

pub(super) fn baseline(values: [f64; 5], weight: f64) -> Baseline {
    Baseline {
        symbol: "TEST".to_owned(),
        mid_price: 1.0,
        avg_depth_usd: values[0],
        avg_spread_bps: values[1],
        funding_rate_bps: values[2],
        sentiment_score: values[3],
        realized_volatility: values[4],
        weight,
    }
}

/// Both markets with the weights of the sample.
pub(super) fn markets() -> Vec<Baseline> {
    vec![baseline(BITCOIN, 1.0), baseline(ETHER, 0.8)]
}

/// A shock by its place in the parity records: 0 liquidity, 1 volatility, 2 dispersion, 3 funding, 4 latency,
/// 5 blackout, 6 sentiment, 7 volume.
pub(super) fn shock(kind: usize, intensity: f64) -> Shock {
    Shock {
        kind: KINDS[kind].clone(),
        intensity,
        duration_minutes: None,
    }
}
