use super::super::monte_carlo::{BreachProbability, CHUNK, breach_probability};
use super::{Case, liquidity_crunch};
use crate::domain::{AnalyticsSettings, Metric};

fn run(case: &Case, seed: u64, sigma: f64, draws: Option<u64>) -> BreachProbability {
    breach_probability(
        &case.question(),
        &AnalyticsSettings { seed, sigma, draws },
        0,
        &mut |_| {},
    )
}

fn count(result: &BreachProbability, metric: Metric) -> f64 {
    result
        .thresholds
        .iter()
        .find(|(of, _)| *of == metric)
        .unwrap()
        .1
        .count as f64
}

/// Standard deviations between a count and its expectation.
fn deviations(count: f64, draws: u64, exact: f64) -> f64 {
    let n = draws as f64;
    (count - n * exact) / (n * exact * (1.0 - exact)).sqrt()
}

/// Exact probabilities of the specification, F2: σ = 0.5, severity high, the limits of the sample.
const EXACT: [(Metric, f64); 7] = [
    (Metric::LiquidityLoss, 0.387_362),
    (Metric::VolatilityIncrease, 0.282_523),
    (Metric::Dispersion, 0.104_337),
    (Metric::FundingShift, 0.237_815),
    (Metric::LatencySpike, 0.661_762),
    (Metric::Blackout, 0.725_817),
    (Metric::SentimentDrawdown, 0.5),
];

fn seven_shocks() -> Case {
    Case::new(
        "high",
        &[
            (0, 0.52),
            (1, 0.6),
            (2, 0.4),
            (3, 0.7),
            (4, 0.7),
            (5, 0.6),
            (6, 0.5),
        ],
    )
}

#[test]
fn estimates_agree_with_exact_probabilities() {
    let draws = if cfg!(debug_assertions) { 1 << 16 } else { 1 << 21 };
    let result = run(&seven_shocks(), 6, 0.5, Some(draws));
    for (metric, exact) in EXACT {
        let z = deviations(count(&result, metric), draws, exact);
        assert!(z.abs() < 4.5, "{}: {z}", metric.key());
    }
    // Any of the three of the crunch: independent shocks, so the product of the three complements.
    let three = run(&liquidity_crunch(), 7, 0.5, Some(draws));
    assert!(deviations(three.any.count as f64, draws, 0.606_308).abs() < 4.5);
}

/// P(1 − (1 − min(.99, A)) (1 − min(.5, .2 C)) > .6) by a quadrature over both normals.
#[test]
fn a_product_of_two_shocks_agrees_with_quadrature() {
    let draws = if cfg!(debug_assertions) { 1 << 16 } else { 1 << 21 };
    let case = Case::new("high", &[(0, 0.52), (7, 0.8)]);
    let result = run(&case, 8, 0.5, Some(draws));
    let exact = quadrature(0.52, 0.8, 0.5);
    let z = deviations(count(&result, Metric::LiquidityLoss), draws, exact);
    assert!(z.abs() < 4.5, "{z} of {exact}");
}

/// Midpoints in z of the surge; for each, the crunch's share is a normal tail, itself summed by midpoints.
fn quadrature(crunch: f64, surge: f64, sigma: f64) -> f64 {
    let steps = 1_600;
    let width = 16.0 / f64::from(steps);
    let at = |step: i32| -8.0 + (f64::from(step) + 0.5) * width;
    let weight = |z: f64| super::super::elementary::exp(-z * z / 2.0) * width / std::f64::consts::TAU.sqrt();
    let intensity = |median: f64, z: f64| median * super::super::elementary::exp(sigma * z);
    let mut sum = 0.0;
    for z in (0..steps).map(at) {
        let rest = 1.0 - (0.2 * intensity(surge, z)).min(0.5);
        let needed = 1.0 - 0.4 / rest;
        let cut = super::super::elementary::ln(needed / crunch) / sigma;
        let whole = (0..steps)
            .map(at)
            .filter(|z| z - width / 2.0 >= cut)
            .map(weight)
            .sum::<f64>();
        let partial = (0..steps).map(at).find(|z| (z - cut).abs() < width / 2.0);
        sum += weight(z) * (whole + partial.map_or(0.0, |z| weight(z) * (z + width / 2.0 - cut) / width));
    }
    sum
}

/// The squared deviations of 64 independent seeds follow χ² with 64 degrees of freedom; 1e-6 of it lies above 131.
#[test]
fn sixty_four_seeds_scatter_as_chance_does() {
    let draws = CHUNK / if cfg!(debug_assertions) { 2 } else { 1 };
    let mut sums = [0.0; EXACT.len()];
    for seed in 0..64 {
        let result = run(&seven_shocks(), seed, 0.5, Some(draws));
        for (sum, (metric, exact)) in sums.iter_mut().zip(EXACT) {
            *sum += deviations(count(&result, metric), draws, exact).powi(2);
        }
    }
    assert!(sums.iter().all(|sum| (22.0..131.0).contains(sum)), "{sums:?}");
}

#[test]
fn no_number_of_threads_changes_a_bit() {
    let case = seven_shocks();
    // Not a whole number of lanes or chunks.
    let draws = Some(5 * CHUNK + 1_001);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| run(&case, 6, 0.55, draws))
    };
    let alone = with(1);
    for threads in [2, 3, 8] {
        assert_eq!(with(threads), alone, "{threads} threads");
    }
    // The same in every build, debug and release, SSE2 and AVX2: pinned.
    assert_eq!(alone.hash.short(), "d8a73f520bad");
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    let result = run(&liquidity_crunch(), 6, 0.55, None);
    let last = result.looks.last().unwrap();
    assert_eq!(result.looks[0].draws, 1 << 14);
    assert!(result.narrow_enough && last.widest <= 0.1);
    assert_eq!(
        result.looks[0].any.count,
        run(&liquidity_crunch(), 6, 0.55, Some(1 << 14)).any.count
    );
    let spent: f64 = (0..9)
        .map(|stage| super::super::monte_carlo::next_look(None, stage).1)
        .sum();
    assert!(spent < 0.05);
}
