//! Recommendations to change the weight of an asset: what an evaluation advises and a governor reads
//! (specification, sections 6 and 11.1).

use super::Metric;
use std::collections::BTreeMap;

/// What to do with a weight. Weights are fractions of the portfolio: 0.25 is 25 %.
///
/// A number that is there counts, also if it is 0: "cut to nothing" is a limit and not the absence of one
/// (finding Q17).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightAction {
    /// Factor on the weight; 0.6 leaves 60 % of it.
    pub weight_multiplier: Option<f64>,
    /// The weight does not go below this.
    pub min_weight: Option<f64>,
    /// The weight does not go above this.
    pub max_weight: Option<f64>,
    /// Rebalance even if the drift is within tolerance.
    pub force_rebalance: bool,
}

impl WeightAction {
    /// Whether nothing would change. Such a recommendation is noise in the best case (finding Q16).
    pub fn is_empty(&self) -> bool {
        *self == WeightAction::default()
    }

    /// The stricter of both in every part: a scenario that breaks two limits is answered once.
    #[must_use]
    pub fn strictest(&self, other: &WeightAction) -> WeightAction {
        let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
        WeightAction {
            weight_multiplier: least(self.weight_multiplier, other.weight_multiplier),
            min_weight: least(self.min_weight, other.min_weight),
            max_weight: least(self.max_weight, other.max_weight),
            force_rebalance: self.force_rebalance || other.force_rebalance,
        }
    }
}

/// One recommendation: to whom it applies, what to do, and why.
///
/// With a symbol it is meant for that asset; without, for the risk budget; with neither, for every asset.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightOverride {
    /// `info`, `notice`, `warning` or `critical`.
    pub severity: String,
    /// Why, for people; never blank.
    pub reason: String,
    /// The asset.
    pub symbol: Option<String>,
    /// The risk budget.
    pub risk_budget: Option<String>,
    /// What to do.
    pub action: WeightAction,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// `symbol` is a Stress Lab symbol for which the policy names no asset (finding Q6).
    pub unmapped: bool,
}

impl WeightOverride {
    /// To whom it applies, in one word.
    pub fn scope(&self) -> &'static str {
        match (&self.symbol, &self.risk_budget) {
            (Some(_), _) => "symbol",
            (None, Some(_)) => "risk_budget",
            (None, None) => "global",
        }
    }
}

/// How a failed scenario is answered: the section `stress_lab.override_policy` of `core.yaml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverridePolicy {
    /// The answer for each severity of a scenario.
    pub severities: BTreeMap<String, PolicyAnswer>,
    /// The answer for single metrics; goes before the one for the severity.
    pub metrics: BTreeMap<Metric, PolicyAnswer>,
    /// The asset of the governor for each symbol of the Stress Lab.
    pub symbols: BTreeMap<String, String>,
}

/// One answer of the policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyAnswer {
    /// `notice`, `warning` or `critical`.
    pub severity: String,
    /// What to do.
    pub action: WeightAction,
}

/// The words for how grave a recommendation is, mildest first (specification, section 6).
pub const GRAVITY: [&str; 4] = ["info", "notice", "warning", "critical"];

/// The rank of such a word in an evaluation: critical 3, warning 2, notice 1, info 0, any other word -1.
pub fn gravity(word: &str) -> i8 {
    match word {
        "critical" => 3,
        "warning" => 2,
        "notice" => 1,
        "info" => 0,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_of_two_actions_keeps_every_limit() {
        let cut = WeightAction {
            weight_multiplier: Some(0.6),
            min_weight: Some(0.1),
            ..WeightAction::default()
        };
        let out = WeightAction {
            max_weight: Some(0.0),
            force_rebalance: true,
            ..WeightAction::default()
        };
        let both = cut.strictest(&out);
        assert_eq!((both.weight_multiplier, both.min_weight), (Some(0.6), Some(0.1)));
        assert_eq!((both.max_weight, both.force_rebalance), (Some(0.0), true));
    }

    #[test]
    fn zero_is_an_action_and_nothing_is_none() {
        assert!(WeightAction::default().is_empty());
        assert!(
            !WeightAction {
                weight_multiplier: Some(0.0),
                ..WeightAction::default()
            }
            .is_empty()
        );
    }
}
