use super::super::fixture::shock;
use super::super::reverse::{Diagnosis, reverse_stress};
use super::{Case, liquidity_crunch, liquidity_drain};
use crate::domain::{Metric, Shock};
use proptest::prelude::*;

fn scale(case: &Case, metric: Metric) -> f64 {
    reverse_stress(&case.question()).scale[metric as usize]
        .root
        .smallest
}

fn diagnoses(case: &Case, metric: Metric) -> Vec<Diagnosis> {
    reverse_stress(&case.question()).scale[metric as usize]
        .diagnoses
        .clone()
}

/// Reference values of the analytics specification, F1, to the digits printed there.
#[test]
fn the_reference_roots_are_met() {
    let blackout_and_latency = Case::new("medium", &[(4, 0.7), (5, 0.6), (6, 0.5)])
        .lasting(1, 45.0)
        .limits(&[(Metric::LatencySpike, 180.0), (Metric::Blackout, 55.0)]);
    let flash_crash = Case::new("high", &[(0, 0.85), (1, 1.2), (2, 1.0), (4, 0.6)]);
    let infra_blackout = Case::new("critical", &[(5, 1.0), (3, 1.1), (6, 0.8)]).lasting(0, 90.0);
    let expected = [
        (liquidity_crunch(), Metric::LiquidityLoss, 1.153_846),
        (liquidity_crunch(), Metric::VolatilityIncrease, 1.333_333),
        (liquidity_crunch(), Metric::Dispersion, 1.875),
        (liquidity_crunch(), Metric::SpreadIncrease, 54.449_009),
        (blackout_and_latency, Metric::SentimentDrawdown, 1.428_571),
        (
            Case::new("medium", &[(4, 0.7)]).limits(&[(Metric::LatencySpike, 180.0)]),
            Metric::LatencySpike,
            1.437_848,
        ),
        (
            Case::new("high", &[(0, 0.85), (1, 1.2), (2, 1.0), (4, 0.6)]),
            Metric::LiquidityLoss,
            0.705_882,
        ),
        (
            Case::new("high", &[(0, 0.85), (1, 1.2), (2, 1.0), (4, 0.6)]),
            Metric::VolatilityIncrease,
            0.666_667,
        ),
        (
            Case::new("high", &[(0, 0.85), (1, 1.2), (2, 1.0), (4, 0.6)]),
            Metric::LatencySpike,
            0.946_970,
        ),
        (flash_crash, Metric::SpreadIncrease, 27.224_5),
        (liquidity_drain(), Metric::LiquidityLoss, 1.235_456),
        (liquidity_drain(), Metric::Dispersion, 1.530_612),
        (liquidity_drain(), Metric::VolatilityIncrease, 19.047_619),
        (infra_blackout, Metric::SentimentDrawdown, 0.892_857),
    ];
    for (case, metric, expected) in expected {
        let root = scale(&case, metric);
        assert!(
            (root - expected).abs() <= 6e-7_f64.max(expected * 2e-6),
            "{}: {root} and {expected}",
            metric.key()
        );
    }
    let flash_crash = Case::new("high", &[(2, 1.0)]).limits(&[(Metric::Dispersion, 60.0)]);
    assert!((scale(&flash_crash, Metric::Dispersion) - 0.75).abs() < 1e-15);
}

#[test]
fn limits_out_of_reach_and_broken_from_the_start_are_told_apart() {
    let dated = Case::new("medium", &[(5, 0.6)])
        .lasting(0, 45.0)
        .limits(&[(Metric::Blackout, 55.0)]);
    assert_eq!(scale(&dated, Metric::Blackout), f64::INFINITY);
    assert_eq!(diagnoses(&dated, Metric::Blackout), [Diagnosis::Dead]);
    assert_eq!(reverse_stress(&dated.question()).inert, [0]);
    let infra = Case::new("critical", &[(5, 1.0), (3, 1.1)]).lasting(0, 90.0);
    assert_eq!(scale(&infra, Metric::Blackout), 0.0);
    assert_eq!(
        diagnoses(&infra, Metric::Blackout),
        [Diagnosis::AlreadyBreached, Diagnosis::BreachesAtZero]
    );
    assert!((scale(&infra, Metric::FundingShift) - 1.298_701).abs() < 5e-7);
    // A lone liquidity shock cannot widen the spread by more than 0.994 of it.
    assert_eq!(scale(&liquidity_drain(), Metric::SpreadIncrease), f64::INFINITY);
    let spread = diagnoses(&liquidity_drain(), Metric::SpreadIncrease);
    assert_eq!(spread, [Diagnosis::Dead, Diagnosis::Saturated]);
    assert_eq!(
        diagnoses(&liquidity_crunch(), Metric::SpreadIncrease),
        [Diagnosis::Dead, Diagnosis::Saturated]
    );
    assert_eq!(
        diagnoses(&liquidity_crunch(), Metric::Blackout),
        [Diagnosis::NotMoved]
    );
    let slow = Case::new("high", &[(4, 0.1)]).limits(&[(Metric::LatencySpike, 20.0)]);
    assert_eq!(
        diagnoses(&slow, Metric::LatencySpike),
        [Diagnosis::AlreadyBreached, Diagnosis::BreachesAtZero]
    );
}

#[test]
fn a_single_shock_is_moved_with_and_without_the_others() {
    let reverse = reverse_stress(&liquidity_drain().question());
    let of = |metric, place| {
        reverse
            .shocks
            .iter()
            .find(|root| root.metric == metric && root.shock == place)
            .unwrap()
    };
    // With the surge: (1 - .7 i)(1 - .2 · .7 · .5) = .4; alone: .7 i = .6.
    let crunch = of(Metric::LiquidityLoss, 0);
    assert!((crunch.with_others.smallest - (1.0 - 0.4 / 0.93) / 0.7).abs() < 1e-15);
    assert!((crunch.alone.smallest - 0.6 / 0.7).abs() < 1e-15);
    assert_eq!(reverse.shocks.len(), 5);
}

/// One shock of any kind, the blackout sometimes dated.
fn any_shock() -> impl Strategy<Value = Shock> {
    (0..8_usize, 0.01..3.0_f64, 0..3_u8).prop_map(|(kind, intensity, lasts)| Shock {
        duration_minutes: (kind == 5 && lasts == 0).then_some(45.0),
        ..shock(kind, intensity)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 100_000 }))]

    /// g(prev) ≤ T < g(next) on neighbouring doubles, every larger scale breaks the limit, and where there is a
    /// closed form it agrees.
    #[test]
    fn a_root_is_where_breaches_begin(
        shocks in proptest::collection::vec(any_shock(), 1..5),
        severity in prop::sample::select(vec!["low", "medium", "high", "extreme"]),
        chosen in 0..5_usize,
        share in 0.01..1.5_f64,
        further in 1.0..100.0_f64,
    ) {
        let metric = Metric::ALL.into_iter().filter(|metric| shocks[0].kind.moves(*metric)).nth(chosen % 2);
        let metric = metric.unwrap_or(Metric::ALL.into_iter().find(|metric| shocks[0].kind.moves(*metric)).unwrap());
        let mut case = Case::new(severity, &[]);
        case.shocks = shocks;
        let value = case.question().metrics(&case.shocks)[metric];
        let case = case.limits(&[(metric, value * share)]);
        let question = case.question();
        let limit = case.thresholds.limit(metric);
        let found = super::super::reverse::scale_root_of(&question, metric);
        let at = |by: f64| {
            let scaled = case.shocks.iter().map(|shock| Shock { intensity: shock.intensity * by, ..shock.clone() });
            question.metrics(&scaled.collect::<Vec<_>>())[metric]
        };
        if let Some(closed) = found.closed_form {
            if found.smallest.is_finite() && closed.is_finite() {
                // The engine's own rounding may move the root; it does so by parts of 1e-12 only.
                let tolerance = 1e-12 * closed.max(1.0) * (1.0 + 1.0 / share);
                prop_assert!((found.smallest - closed).abs() <= tolerance, "{} and {closed}", found.smallest);
            } else {
                let beyond = closed.is_infinite() || closed > 1e8 || at(closed * (1.0 - 1e-9)) >= limit * (1.0 - 1e-9);
                prop_assert!(beyond, "{} and {closed}", found.smallest);
            }
        }
        if found.smallest.is_finite() {
            prop_assert!(at(found.smallest) > limit);
            prop_assert!(at(found.smallest * further) > limit);
            prop_assert_eq!(found.attained, found.smallest == 0.0);
            if !found.attained {
                prop_assert!(at(found.smallest.next_down()) <= limit);
            }
        }
    }
}
