//! The governor of strategies: smoothed measurements, scores, weights within bounds (section 11.3).
//!
//! Recommendations of the Stress Lab name assets and not strategies, so they do not reach this governor.

use crate::domain::{Observation, Strategy, StrategyGovernor};

/// Weights closer than this are equal.
const EQUAL: f64 = 1e-9;

/// What a strategy would get. Weights are fractions.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// The strategy.
    pub strategy: String,
    /// Its weight.
    pub weight: f64,
    /// The weight it would have without measurements.
    pub baseline_weight: f64,
    /// Factor on the number of its signals.
    pub signal_factor: f64,
    /// The number of signals that follows.
    pub max_signal_hint: Option<u32>,
}

/// What was measured of a strategy, and its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The strategy.
    pub strategy: String,
    /// Smoothed alpha score.
    pub alpha: f64,
    /// Smoothed share of time with missed service levels, as a fraction.
    pub slo: f64,
    /// Cost, in basis points.
    pub cost_bps: f64,
    /// The score.
    pub score: f64,
}

/// What the governor would do.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyPreview {
    /// One entry for each strategy; `None` while measurements are missing that must be there.
    pub decision: Option<Vec<Decision>>,
    /// The weights, in the order of the strategies.
    pub allocations: Vec<Allocation>,
    /// What is left to nobody, as a fraction.
    pub remaining_cash: f64,
    /// Whether all strategies must have been measured.
    pub require_complete_metrics: bool,
    /// Strategies without a measurement.
    pub unmeasured: Vec<String>,
}

/// What is known of a strategy while measurements come in.
struct State<'s> {
    strategy: &'s Strategy,
    baseline: f64,
    alpha: f64,
    slo: f64,
    risk: f64,
    cost: Option<f64>,
    samples: u32,
}

impl State<'_> {
    fn observe(&mut self, observation: &Observation, smoothing: f64) {
        let smooth = |old: f64, new: f64| smoothing * new + (1.0 - smoothing) * old;
        if self.samples == 0 || smoothing >= 1.0 {
            (self.alpha, self.slo) = (observation.alpha_score, observation.slo_violation_rate);
        } else {
            self.alpha = smooth(self.alpha, observation.alpha_score);
            self.slo = smooth(self.slo, observation.slo_violation_rate);
        }
        self.risk = observation.risk_penalty;
        self.cost = observation.cost_bps.or(self.cost);
        self.samples += 1;
    }

    fn decide(&self, governor: &StrategyGovernor) -> Decision {
        let cost_bps = self.cost.unwrap_or(governor.default_cost_bps);
        let raw = self.alpha * governor.alpha_weight
            - cost_bps * governor.cost_weight
            - self.slo * governor.slo_weight
            - self.risk * governor.risk_weight;
        let least = governor.min_score_threshold;
        Decision {
            strategy: self.strategy.name.clone(),
            alpha: self.alpha,
            slo: self.slo,
            cost_bps,
            score: if raw <= least { 0.0 } else { raw - least },
        }
    }
}

fn clamp(strategy: &Strategy, weight: f64) -> f64 {
    weight
        .max(strategy.min_weight)
        .min(strategy.max_weight.max(strategy.min_weight))
}

/// What the governor of strategies would do after these measurements.
pub fn preview_strategies(governor: &StrategyGovernor, observations: &[Observation]) -> StrategyPreview {
    let clamped: Vec<f64> = governor
        .strategies
        .iter()
        .map(|one| clamp(one, one.baseline_weight))
        .collect();
    let total: f64 = clamped.iter().sum();
    let share = |weight: f64| if total > 0.0 { weight / total } else { weight };
    let mut states: Vec<State<'_>> = governor
        .strategies
        .iter()
        .zip(clamped)
        .map(|(strategy, weight)| State {
            strategy,
            baseline: clamp(strategy, share(weight)),
            alpha: 0.0,
            slo: 0.0,
            risk: 0.0,
            cost: None,
            samples: 0,
        })
        .collect();
    for observation in observations {
        let state = states
            .iter_mut()
            .find(|state| state.strategy.name == observation.strategy);
        if let Some(state) = state {
            state.observe(observation, governor.smoothing);
        }
    }
    let unmeasured: Vec<String> = states
        .iter()
        .filter(|state| state.samples == 0)
        .map(|state| state.strategy.name.clone())
        .collect();
    let waits = governor.require_complete_metrics && !unmeasured.is_empty();
    let decision = (!waits).then(|| {
        states
            .iter()
            .map(|state| state.decide(governor))
            .collect::<Vec<Decision>>()
    });
    let weights = match &decision {
        Some(decisions) => distribute(&states, decisions),
        None => states.iter().map(|state| state.baseline).collect(),
    };
    StrategyPreview {
        remaining_cash: (1.0 - weights.iter().sum::<f64>()).max(0.0),
        allocations: states
            .iter()
            .zip(weights)
            .map(|(state, weight)| allocate(governor, state, weight))
            .collect(),
        require_complete_metrics: governor.require_complete_metrics,
        decision,
        unmeasured,
    }
}

/// Everyone gets the least weight; the rest goes by score, or by baseline if all scores are 0, up to each upper
/// bound, until nothing is left or all are full. Those who remain with a score of 0 share equally.
fn distribute(states: &[State<'_>], decisions: &[Decision]) -> Vec<f64> {
    let mut weights: Vec<f64> = states.iter().map(|state| state.strategy.min_weight).collect();
    let mut rest = (1.0 - weights.iter().sum::<f64>()).max(0.0);
    let scores: Vec<f64> = match decisions.iter().any(|decision| decision.score > 0.0) {
        true => decisions.iter().map(|decision| decision.score).collect(),
        false => states.iter().map(|state| state.baseline).collect(),
    };
    // Each round fills at least one strategy or uses up the rest.
    for _ in 0..=states.len() {
        let room = |index: usize, weights: &[f64]| states[index].strategy.max_weight - weights[index];
        let open: Vec<usize> = (0..states.len())
            .filter(|index| room(*index, &weights) > EQUAL)
            .collect();
        if rest <= EQUAL || open.is_empty() {
            break;
        }
        let total: f64 = open.iter().map(|index| scores[*index]).sum();
        let equal = 1.0 / f64::from(u32::try_from(open.len()).unwrap_or(u32::MAX));
        let available = rest;
        for index in open {
            let part = if total > 0.0 { scores[index] / total } else { equal };
            let given = (available * part).min(room(index, &weights));
            weights[index] += given;
            rest -= given;
        }
    }
    weights
}

fn allocate(governor: &StrategyGovernor, state: &State<'_>, weight: f64) -> Allocation {
    let ratio = if state.baseline > 0.0 {
        weight / state.baseline
    } else {
        1.0
    };
    let signal_factor = ratio.min(state.strategy.max_signal_factor);
    let hint = |signals: u32| {
        let scaled = (f64::from(signals) * signal_factor).round_ties_even();
        let fits = (0.0..=f64::from(u32::MAX)).contains(&scaled);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and in range"
        )]
        let scaled = if fits { scaled as u32 } else { 0 };
        scaled.max(governor.max_signal_floor)
    };
    Allocation {
        strategy: state.strategy.name.clone(),
        weight,
        baseline_weight: state.baseline,
        signal_factor,
        max_signal_hint: state.strategy.baseline_max_signals.map(hint),
    }
}
