//! Over all scenarios: the worst, the expected, and the tail (specification, section 10).

use super::PortfolioResult;
use crate::lab::arithmetic::sum;
use std::collections::BTreeSet;

/// Over the scenarios with one tag.
#[derive(Clone, Debug, PartialEq)]
pub struct TagAggregate {
    /// The tag.
    pub tag: String,
    /// How many scenarios have it.
    pub scenarios: usize,
    /// Sum of their probabilities.
    pub total_probability: f64,
    /// Their part of the expected profit or loss, in US dollars.
    pub expected_pnl_usd: f64,
    /// Index of the scenario with the largest fall.
    pub worst: usize,
    /// Smallest return among them, as a fraction.
    pub worst_return: f64,
}

/// The tail of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// Value at risk at 95 %: the smallest value with at least 5 % of the weight at or below it.
    pub var_95: f64,
    /// Weighted mean of all values up to that.
    pub cvar_95: f64,
}

/// Over all scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Sum of the probabilities, as a fraction; scenarios without one count as 0.
    pub total_probability: f64,
    /// Expected profit or loss, in US dollars.
    pub expected_pnl_usd: f64,
    /// Index of the scenario with the largest fall; `None` without scenarios.
    pub worst: Option<usize>,
    /// Smallest return, as a fraction.
    pub min_total_return: f64,
    /// Largest amount that could not be sold, in US dollars.
    pub max_liquidity_impact_usd: f64,
    /// Tail of the returns, as fractions.
    pub returns: Option<Tail>,
    /// Tail of profit and loss, in US dollars.
    pub pnl: Option<Tail>,
    /// By tag, sorted.
    pub tags: Vec<TagAggregate>,
}

/// Sums up results.
pub fn summarise(results: &[PortfolioResult]) -> Summary {
    let all: Vec<usize> = (0..results.len()).collect();
    let tags: BTreeSet<&String> = results.iter().flat_map(|result| &result.scenario.tags).collect();
    Summary {
        total_probability: sum(results.iter().map(probability)),
        expected_pnl_usd: sum(results.iter().map(|result| probability(result) * result.pnl_usd)),
        worst: worst(results, &all),
        min_total_return: results
            .iter()
            .map(|result| result.total_return)
            .fold(f64::INFINITY, f64::min),
        max_liquidity_impact_usd: results
            .iter()
            .map(|result| result.liquidity_impact_usd)
            .fold(0.0, f64::max),
        returns: tail(results, |result| result.total_return),
        pnl: tail(results, |result| result.pnl_usd),
        tags: tags
            .into_iter()
            .filter_map(|tag| aggregate(results, tag))
            .collect(),
    }
}

fn probability(result: &PortfolioResult) -> f64 {
    result.scenario.probability.unwrap_or(0.0).max(0.0)
}

/// The scenario with the largest fall; the first of equals.
fn worst(results: &[PortfolioResult], among: &[usize]) -> Option<usize> {
    let fall = |index: usize| results.get(index).map_or(0.0, |result| result.drawdown);
    among
        .iter()
        .copied()
        .reduce(|worst, next| if fall(next) > fall(worst) { next } else { worst })
}

fn aggregate(results: &[PortfolioResult], tag: &String) -> Option<TagAggregate> {
    let own: Vec<usize> = (0..results.len())
        .filter(|index| results[*index].scenario.tags.contains(tag))
        .collect();
    let each = || own.iter().map(|index| &results[*index]);
    Some(TagAggregate {
        tag: tag.clone(),
        scenarios: own.len(),
        total_probability: sum(each().map(probability)),
        expected_pnl_usd: sum(each().map(|result| probability(result) * result.pnl_usd)),
        worst: worst(results, &own)?,
        worst_return: each()
            .map(|result| result.total_return)
            .fold(f64::INFINITY, f64::min),
    })
}

#[expect(clippy::cast_precision_loss, reason = "scenarios are far fewer than 2^53")]
fn tail(results: &[PortfolioResult], value: impl Fn(&PortfolioResult) -> f64) -> Option<Tail> {
    let equal = 1.0 / results.len() as f64;
    let weight = |result: &PortfolioResult| match probability(result) {
        p if p > 0.0 => p,
        _ => equal,
    };
    let mut values: Vec<(f64, f64)> = results
        .iter()
        .map(|result| (value(result), weight(result)))
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sum(values.iter().map(|(_, weight)| *weight));
    let mut sum = 0.0;
    let reached = |(_, weight): &&(f64, f64)| {
        sum += weight;
        sum >= 0.05 * total
    };
    let var_95 = values.iter().find(reached).or(values.last())?.0;
    let beyond = values.iter().filter(|(value, _)| *value <= var_95);
    let (mass, moment) = beyond.fold((0.0, 0.0), |(mass, moment), (value, weight)| {
        (mass + weight, moment + value * weight)
    });
    Some(Tail {
        var_95,
        cvar_95: moment / mass,
    })
}
