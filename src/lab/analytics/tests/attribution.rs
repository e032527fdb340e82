use super::super::attribution::attribution;
use super::super::fixture::shock;
use super::{Case, liquidity_drain};
use crate::domain::Metric;
use proptest::prelude::*;

fn shapley(case: &Case, metric: Metric, place: usize) -> f64 {
    let shares = attribution(&case.question()).shares;
    shares
        .iter()
        .find(|share| share.metric == metric && share.shock == place)
        .unwrap()
        .shapley
        .unwrap()
}

#[test]
fn two_players_of_a_product_share_as_the_closed_form_says() {
    // Specification, F5: a = .455 and c = .07 give a(1 - c/2) = .439075 and c(1 - a/2) = .054075.
    let case = liquidity_drain();
    assert!((shapley(&case, Metric::LiquidityLoss, 0) - 0.439_075).abs() < 1e-15);
    assert!((shapley(&case, Metric::LiquidityLoss, 1) - 0.054_075).abs() < 1e-15);
}

#[test]
fn additive_metrics_give_each_shock_its_own_term() {
    let case = Case::new("high", &[(3, 0.4), (3, 0.8), (6, 0.3)]);
    assert!((shapley(&case, Metric::FundingShift, 0) - 10.0).abs() < 1e-13);
    assert!((shapley(&case, Metric::FundingShift, 1) - 20.0).abs() < 1e-13);
}

#[test]
fn maxima_follow_the_airport_game() {
    // Littlechild and Owen 1973: runways of 20, 40 and 80 cost 20/3, 20/3 + 20/2, 20/3 + 20/2 + 40.
    let case = Case::new("high", &[(2, 0.5), (2, 1.0), (2, 0.25)]);
    let expected = [20.0 / 3.0 + 10.0, 20.0 / 3.0 + 10.0 + 40.0, 20.0 / 3.0];
    for (place, expected) in expected.into_iter().enumerate() {
        assert!((shapley(&case, Metric::Dispersion, place) - expected).abs() < 1e-13);
    }
}

#[test]
fn beyond_twelve_shocks_there_are_no_shapley_values() {
    let case = Case::new("low", &[(1, 0.1); 13]);
    let attribution = attribution(&case.question());
    assert!(attribution.shares.iter().all(|share| share.shapley.is_none()));
    assert_eq!(attribution.remainder(Metric::VolatilityIncrease), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 5_000 }))]

    #[test]
    fn values_add_up_equal_shocks_get_equal_values_and_idle_ones_nothing(
        kinds in proptest::collection::vec((0..8_usize, 0.01..1.2_f64), 1..6),
    ) {
        let mut kinds = kinds;
        kinds.push(kinds[0]);
        // A null player: a dated blackout that is shorter than another.
        kinds.extend([(5, 1.0), (5, 1.0)]);
        let null = kinds.len() - 1;
        let case = Case::new("high", &kinds).lasting(null, 0.0);
        let result = attribution(&case.question());
        let twin = null - 2;
        let idle = result.shares.iter().find(|share| share.shock == null);
        prop_assert_eq!(idle.and_then(|share| share.shapley), Some(0.0));
        for metric in Metric::ALL {
            let remainder = result.remainder(metric).unwrap();
            prop_assert!(remainder.abs() <= 1e-15 * 4.0 * result.with_all[metric].max(1.0), "{remainder}");
            let of = |place| result.shares.iter().find(|share| share.metric == metric && share.shock == place);
            if let (Some(first), Some(second)) = (of(0), of(twin)) {
                let (first, second) = (first.shapley.unwrap(), second.shapley.unwrap());
                prop_assert!((first - second).abs() <= 1e-14 * result.with_all[metric].max(1.0));
            }
        }
    }

    /// ∂ ln g / ∂ ln i against a difference quotient of the engine.
    #[test]
    fn elasticities_are_the_slopes_of_the_engine(kinds in proptest::collection::vec((0..8_usize, 0.05..0.9_f64), 1..6)) {
        let case = Case::new("high", &kinds);
        let question = case.question();
        let step = 1e-6;
        for share in attribution(&question).shares {
            let at = |by: f64| {
                let mut shocks = case.shocks.clone();
                shocks[share.shock] = shock(kinds[share.shock].0, kinds[share.shock].1 * by);
                question.metrics(&shocks)[share.metric]
            };
            let slope = (at(1.0 + step) - at(1.0 - step)) / (2.0 * step * at(1.0));
            prop_assert!((slope - share.elasticity.unwrap()).abs() < 1e-6, "{slope} and {share:?}");
        }
    }
}
