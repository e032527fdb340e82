//! Scale roots in closed form (analytics specification, F1): inf{λ ≥ 0 : g(f·λ·i) > T} in exact arithmetic.
//!
//! They check the bisection and show where a number comes from; where three or more factors multiply there is none.
//! x is factor · intensity of a shock. Valid while depth ≥ 1, spread ≥ 0.01 and volatility ≥ 0.001.

use crate::domain::{Baseline, Metric, Shock, ShockKind};

/// λ*, infinite if no scale breaks the limit. `None`: there is no closed form, or a baseline is below its floor.
pub(super) fn scale_root(
    metric: Metric,
    limit: f64,
    baselines: &[Baseline],
    factor: f64,
    shocks: &[Shock],
) -> Option<f64> {
    let above_floors = |baseline: &Baseline| {
        baseline.avg_depth_usd >= 1.0
            && baseline.avg_spread_bps >= 0.01
            && baseline.realized_volatility >= 0.001
    };
    if !baselines.iter().all(above_floors) {
        return None;
    }
    let strengths = |kind: ShockKind| -> Vec<f64> {
        let of_kind = |shock: &&Shock| shock.kind == kind;
        let strength = |shock: &Shock| factor * shock.intensity;
        shocks.iter().filter(of_kind).map(strength).collect()
    };
    match metric {
        Metric::FundingShift => Some(limit / (25.0 * strengths(ShockKind::Funding).iter().sum::<f64>())),
        Metric::Dispersion => Some(limit / (80.0 * most(&strengths(ShockKind::Dispersion)))),
        Metric::LatencySpike if limit < 25.0 => Some(0.0),
        Metric::LatencySpike => Some((limit - 25.0) / (220.0 * most(&strengths(ShockKind::Latency)))),
        Metric::Blackout => Some(blackout(limit, factor, shocks)),
        Metric::SentimentDrawdown => {
            let sentiment = strengths(ShockKind::Sentiment);
            let segments = sentiment.iter().map(|x| Segment::until(*x, 1.5 / x));
            Some(piecewise(0.0, segments.collect(), limit))
        }
        Metric::SpreadIncrease => {
            let (liquidity, volatility) = (strengths(ShockKind::Liquidity), strengths(ShockKind::Volatility));
            Some(spread(limit, mean_spread(baselines), &liquidity, &volatility))
        }
        Metric::VolatilityIncrease => {
            let x = at_most_one(&strengths(ShockKind::Volatility))?;
            let y = at_most_one(&strengths(ShockKind::Volume))?;
            Some(product_root(-0.12 * x * y, x + 0.12 * y, limit))
        }
        Metric::LiquidityLoss => {
            let x = at_most_one(&strengths(ShockKind::Liquidity))?;
            let y = at_most_one(&strengths(ShockKind::Volume))?;
            Some(liquidity(limit, x, 0.2 * y))
        }
    }
}

fn most(strengths: &[f64]) -> f64 {
    strengths.iter().fold(0.0, |most: f64, x| most.max(*x))
}

/// The strength of the only shock, 0 if there is none; of several factors the product has no closed root.
fn at_most_one(strengths: &[f64]) -> Option<f64> {
    match strengths {
        [] => Some(0.0),
        [x] => Some(*x),
        _ => None,
    }
}

/// S̄ · (Σ (0.4 + 0.6 · min(.99, λx)) + 0.2 · Σ λx') > T.
fn spread(limit: f64, mean: f64, liquidity: &[f64], volatility: &[f64]) -> f64 {
    let floor = 0.4 * mean * liquidity.len() as f64;
    let mut segments: Vec<Segment> = liquidity
        .iter()
        .map(|x| Segment::until(0.6 * mean * x, 0.99 / x))
        .collect();
    let free = 0.2 * mean * volatility.iter().sum::<f64>();
    segments.push(Segment::until(free, f64::INFINITY));
    piecewise(floor, segments, limit)
}

fn blackout(limit: f64, factor: f64, shocks: &[Shock]) -> f64 {
    let blackouts = || shocks.iter().filter(|shock| shock.kind == ShockKind::Blackout);
    let fixed = blackouts()
        .filter_map(|shock| shock.duration_minutes)
        .fold(0.0, f64::max);
    let free = blackouts().filter(|shock| shock.duration_minutes.is_none());
    let strongest = free.map(|shock| factor * shock.intensity).fold(0.0, f64::max);
    if fixed > limit {
        0.0
    } else {
        limit / (90.0 * strongest)
    }
}

/// S̄: the average spread, weighted as section 2.5 does it.
pub(super) fn mean_spread(baselines: &[Baseline]) -> f64 {
    let total: f64 = baselines.iter().map(|baseline| baseline.weight).sum();
    let weight = |baseline: &Baseline| if total <= 0.0 { 1.0 } else { baseline.weight };
    let weights: f64 = baselines.iter().map(weight).sum();
    baselines
        .iter()
        .map(|baseline| baseline.avg_spread_bps * weight(baseline))
        .sum::<f64>()
        / weights
}

/// 1 − (1 − min(.99, λx)) (1 − min(.5, λc)) = T, with c = 0.2 y.
fn liquidity(limit: f64, x: f64, c: f64) -> f64 {
    let (end_x, end_c) = (0.99 / x, 0.5 / c);
    let free = product_root(x * c, x + c, limit);
    if free <= end_x && free <= end_c {
        return free;
    }
    let crunch_at_cap = (1.0 - (1.0 - limit) / 0.01) / c;
    let surge_at_cap = (1.0 - (1.0 - limit) / 0.5) / x;
    // Past the first cap only the other shock still takes depth away.
    let root = if end_x < end_c {
        crunch_at_cap
    } else {
        surge_at_cap
    };
    if root <= end_x.max(end_c) {
        root
    } else {
        f64::INFINITY
    }
}

/// The smallest λ ≥ 0 with b·λ − a·λ² = T; infinite if there is none. Written so that nothing cancels.
fn product_root(a: f64, b: f64, limit: f64) -> f64 {
    let discriminant = b * b - 4.0 * a * limit;
    if discriminant < 0.0 {
        return f64::INFINITY;
    }
    2.0 * limit / (b + discriminant.sqrt())
}

/// A part of a metric that rises with `slope` until λ reaches `end`.
#[derive(Clone, Copy)]
struct Segment {
    slope: f64,
    end: f64,
}

impl Segment {
    fn until(slope: f64, end: f64) -> Segment {
        Segment { slope, end }
    }
}

/// inf{λ ≥ 0 : floor + Σ slope · min(λ, end) > T}.
fn piecewise(floor: f64, mut segments: Vec<Segment>, limit: f64) -> f64 {
    if floor > limit {
        return 0.0;
    }
    segments.retain(|segment| segment.slope > 0.0);
    segments.sort_by(|left, right| left.end.total_cmp(&right.end));
    let (mut at, mut value) = (0.0, floor);
    for index in 0..segments.len() {
        let slope: f64 = segments[index..].iter().map(|segment| segment.slope).sum();
        let end = segments[index].end;
        let root = at + (limit - value) / slope;
        if root < end {
            return root;
        }
        value += slope * (end - at);
        at = end;
    }
    f64::INFINITY
}
