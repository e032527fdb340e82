//! History: past crises replayed through the Stress Lab, and how rare its shocks are (specification of the analytics,
//! feature F6).
//!
//! Deterministic: chance comes from a counter and a seed, logarithms and powers from `libm`, and every sum runs in
//! the order of time.

mod chance;
mod events;
mod json;
mod measures;
mod pareto;
mod replay;
mod severity;
mod sources;
mod statistics;
mod tables;

pub use events::{CoinEvent, Event};
pub use json::history_json;
pub use measures::{Coin, MarketData, Measure, Series};
pub use pareto::{DAYS_A_YEAR, Estimate, PERIODS, Pareto, THRESHOLD_QUANTILE, Tail};
pub use replay::{Basis, Cell, Replay, State, replay};
pub use severity::{Finding, Rarity};
pub use sources::{DataFile, SOURCES, sources_text};
pub use statistics::{BLOCK_DAYS, Bootstrap, Exceedance, exceedance, quantile, sorted, wilson};
pub use tables::{HistoryTable, events_csv, tables};

use crate::domain::{Market, Scenario, Thresholds};
use severity::Judge;

/// The quantiles that are tabulated.
pub const QUANTILES: [f64; 9] = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.999];

/// What history is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The past crises.
    pub events: &'a [Event],
    /// The daily series.
    pub data: MarketData<'a>,
    /// The configured scenarios.
    pub scenarios: &'a [Scenario],
    /// The global limits.
    pub thresholds: &'a Thresholds,
    /// The market that crises are replayed on. Only the spread depends on it, and no crisis has a measured one.
    pub market: &'a Market,
    /// How intervals are drawn.
    pub bootstrap: Bootstrap,
}

/// A measure's distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The measure.
    pub measure: Measure,
    /// The first and the last day.
    pub span: Option<(String, String)>,
    /// How many days.
    pub days: usize,
    /// The values at [`QUANTILES`].
    pub quantiles: Vec<(f64, f64)>,
    /// The greatest value, and its day.
    pub greatest: Option<(String, f64)>,
    /// How often round levels were exceeded.
    pub exceedances: Vec<Exceedance>,
}

/// What history answers.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The past crises.
    pub events: Vec<Event>,
    /// Each of them against each limit.
    pub replays: Vec<Replay>,
    /// How rare the configured shocks and the limits are.
    pub rarities: Vec<Rarity>,
    /// Each measure's distribution.
    pub distributions: Vec<Distribution>,
    /// Each fitted tail.
    pub tails: Vec<(Measure, Tail)>,
    /// The seed and the number of draws.
    pub seed: u64,
    /// How many times each series was drawn anew.
    pub draws: u32,
}

/// Answers the question.
pub fn history(question: &Question<'_>) -> History {
    // 1. What happened on each day.
    let series = question.data.series();

    // 2. What the extremes follow.
    let bootstrap = question.bootstrap;
    let fitted = series.iter().filter(|series| series.measure.has_tail());
    let tails: Vec<(Measure, Tail)> = fitted
        .filter_map(|series| Some((series.measure, Tail::fit(&series.numbers(), bootstrap)?)))
        .collect();

    // 3. How rare the configured shocks are.
    let judge = Judge {
        series: &series,
        tails: &tails,
        bootstrap,
    };
    let rarities = judge.rarities(question.scenarios, question.thresholds);

    // 4. What the crises would have broken.
    let replays = replay(question.events, question.market, question.thresholds);
    History {
        events: question.events.to_vec(),
        replays,
        rarities,
        distributions: series
            .iter()
            .map(|series| distribution(series, bootstrap))
            .collect(),
        tails,
        seed: bootstrap.seed,
        draws: bootstrap.draws,
    }
}

fn distribution(series: &Series, bootstrap: Bootstrap) -> Distribution {
    let numbers = series.numbers();
    let sorted = sorted(&numbers);
    let first = series.values.first().zip(series.values.last());
    let greatest = series
        .values
        .iter()
        .max_by(|left, right| left.1.total_cmp(&right.1));
    let levels = series.measure.levels().iter();
    Distribution {
        measure: series.measure,
        span: first.map(|(first, last)| (first.0.to_string(), last.0.to_string())),
        days: numbers.len(),
        quantiles: QUANTILES.map(|q| (q, quantile(&sorted, q))).to_vec(),
        greatest: greatest.map(|(day, value)| (day.to_string(), *value)),
        exceedances: levels
            .map(|level| exceedance(&numbers, *level, bootstrap))
            .collect(),
    }
}
