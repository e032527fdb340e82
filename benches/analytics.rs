//! How fast draws are evaluated: eight shocks on two markets, all metrics, all counts.
//!
//! `benches/analytics.sh` runs this, the whole command, and the same work in NumPy. Prints evaluations of a scenario on
//! a market for each second of CPU time, the best of several runs, because other programs share the machine.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use stage6_press::domain::{
    AnalyticsSettings, Baseline, MetricValues, Severity, Shock, ShockKind, Thresholds,
};
use stage6_press::lab::analytics::{Question, breach_probability};

const DRAWS: u64 = 1 << 21;
const MARKETS: u32 = 2;
const RUNS: u32 = 7;

fn main() {
    let market = |depth, spread, funding, sentiment, volatility, weight| Baseline {
        symbol: String::new(),
        mid_price: 1.0,
        avg_depth_usd: depth,
        avg_spread_bps: spread,
        funding_rate_bps: funding,
        sentiment_score: sentiment,
        realized_volatility: volatility,
        weight,
    };
    let shocks = [
        ("liquidity", 0.52),
        ("volatility", 0.6),
        ("dispersion", 0.4),
        ("funding", 0.7),
        ("latency", 0.7),
        ("blackout", 0.6),
        ("sentiment", 0.5),
        ("volume", 0.5),
    ]
    .map(|(word, intensity)| Shock {
        kind: ShockKind::from_word(word).expect("a known shock"),
        intensity,
        duration_minutes: None,
    });
    let thresholds = Thresholds::new(MetricValues::new([0.6, 45.0, 0.8, 0.5, 25.0, 150.0, 40.0, 60.0]));
    let question = Question {
        baselines: vec![
            market(2_750_000.0, 5.4, 8.5, 0.35, 0.42, 1.0),
            market(1_350_000.0, 6.7, 6.1, 0.28, 0.55, 0.8),
        ],
        factor: Severity::new("high").factor(),
        shocks: &shocks,
        thresholds: &thresholds,
    };
    let settings = AnalyticsSettings {
        draws: Some(DRAWS),
        ..AnalyticsSettings::default()
    };
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let before = cpu_seconds();
        let result = breach_probability(&question, &settings, 0, &mut |_| {});
        let seconds = cpu_seconds() - before;
        assert_eq!(result.any.draws, DRAWS);
        best = best.min(seconds);
    }
    let evaluations = DRAWS as f64 * f64::from(MARKETS);
    println!(
        "rust: {:.1} million evaluations per CPU-second",
        evaluations / best / 1e6
    );
}

/// CPU time of the process so far, of all its threads (Linux: fields 14 and 15 of `/proc/self/stat`, in 1/100 s).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number of ticks");
    (ticks(11) + ticks(12)) / 100.0
}
