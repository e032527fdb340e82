//! From a failed scenario of the Stress Lab to a recommendation: the link that the reference lacks (finding Q6).

use super::{DEFAULT_TAG, Evaluation, Insight};
use crate::document::json_text::Json;
use crate::domain::{
    Metric, MetricValues, OverridePolicy, PolicyAnswer, Thresholds, WeightAction, WeightOverride, gravity,
};
use crate::lab::arithmetic::fixed;

/// A scenario of a simulator report, as far as recommendations need it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFinding {
    /// Its name.
    pub name: String,
    /// Its severity: low, medium, high or extreme.
    pub severity: String,
    /// The metrics over all markets.
    pub metrics: MetricValues,
    /// The limits that were applied.
    pub thresholds: Thresholds,
    /// Each market with its metrics and whether it was invented.
    pub markets: Vec<(String, MetricValues, bool)>,
}

impl ScenarioFinding {
    /// The metrics above their limits, in the order of verdicts.
    pub fn breaches(&self) -> Vec<Metric> {
        Metric::ALL
            .into_iter()
            .filter(|metric| self.metrics[*metric] > self.thresholds.limit(*metric))
            .collect()
    }
}

/// Answers every failed scenario by the policy: one recommendation for each market that is itself above a limit
/// that the scenario broke. At least one market is, since no average is above all of its parts.
pub fn answer_failures(
    source_report_at: &str,
    scenarios: &[ScenarioFinding],
    policy: &OverridePolicy,
) -> Evaluation {
    let mut evaluation = Evaluation {
        source_report_at: source_report_at.to_owned(),
        ..Evaluation::default()
    };
    for scenario in scenarios {
        let breaches = scenario.breaches();
        if !breaches.is_empty() {
            answer(scenario, &breaches, policy, &mut evaluation);
        }
    }
    evaluation
}

fn answer(
    scenario: &ScenarioFinding,
    breaches: &[Metric],
    policy: &OverridePolicy,
    evaluation: &mut Evaluation,
) {
    let mut tags = vec![DEFAULT_TAG.to_owned(), format!("scenario:{}", scenario.name)];
    tags.extend(breaches.iter().map(|metric| format!("metric:{}", metric.key())));
    let mut targets = Vec::new();
    for market in &scenario.markets {
        let Some(one) = answer_market(scenario, market, breaches, policy, &tags) else {
            continue;
        };
        let symbol = &market.0;
        let remark =
            format!("`{symbol}` is not in `override_policy.symbols`: its recommendations name no asset");
        if one.unmapped && !evaluation.remarks.contains(&remark) {
            evaluation.remarks.push(remark);
        }
        targets.extend(one.symbol.clone());
        evaluation.overrides.push(one);
    }
    let metric = |(metric, value): (Metric, f64)| (metric.key().to_owned(), Json::Float(value));
    let overall = together(scenario, breaches, policy);
    evaluation.insights.push(Insight {
        profile: "stress_lab".to_owned(),
        scenario: scenario.name.clone(),
        severity: overall.map_or_else(|| "notice".to_owned(), |answer| answer.severity),
        message: lines(scenario, breaches),
        metrics: scenario.metrics.iter().map(metric).collect(),
        targets,
        tags,
    });
}

/// The recommendation for one market, if it is itself above one of the limits and the policy has an answer.
fn answer_market(
    scenario: &ScenarioFinding,
    (symbol, values, synthetic): &(String, MetricValues, bool),
    breaches: &[Metric],
    policy: &OverridePolicy,
    tags: &[String],
) -> Option<WeightOverride> {
    let is_above = |metric: &Metric| values[*metric] > scenario.thresholds.limit(*metric);
    let own: Vec<Metric> = breaches.iter().copied().filter(is_above).collect();
    let answer = together(scenario, &own, policy)?;
    let mapped = policy.symbols.get(symbol);
    let mut tags = tags.to_vec();
    tags.extend(synthetic.then(|| "synthetic_baseline".to_owned()));
    tags.extend(mapped.is_none().then(|| "unmapped".to_owned()));
    Some(WeightOverride {
        severity: answer.severity,
        reason: format!("{}: {}", scenario.name, lines(scenario, &own)),
        symbol: Some(mapped.unwrap_or(symbol).clone()),
        risk_budget: None,
        action: answer.action,
        tags,
        unmapped: mapped.is_none(),
    })
}

/// The breaches in the words of the simulator's report (section 2.6).
fn lines(scenario: &ScenarioFinding, metrics: &[Metric]) -> String {
    let line = |metric: &Metric| {
        let number = |number: f64| fixed(number, metric.decimals());
        let (value, limit) = (scenario.metrics[*metric], scenario.thresholds.limit(*metric));
        format!("{}={}>{}", metric.key(), number(value), number(limit))
    };
    metrics.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The answers for several metrics as one: the gravest word, the strictest action. `None` if the policy has none.
fn together(scenario: &ScenarioFinding, metrics: &[Metric], policy: &OverridePolicy) -> Option<PolicyAnswer> {
    let by_severity = policy.severities.get(&scenario.severity);
    let answers = metrics
        .iter()
        .filter_map(|metric| policy.metrics.get(metric).or(by_severity));
    let empty = PolicyAnswer {
        severity: "info".to_owned(),
        action: WeightAction::default(),
    };
    let joined = answers.fold(empty.clone(), |sum, next| PolicyAnswer {
        severity: if gravity(&next.severity) > gravity(&sum.severity) {
            &next.severity
        } else {
            &sum.severity
        }
        .clone(),
        action: sum.action.strictest(&next.action),
    });
    (joined != empty).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn finding(first: f64, second: f64) -> ScenarioFinding {
        let metrics = |loss: f64| MetricValues::new([loss, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        ScenarioFinding {
            name: "crunch".into(),
            severity: "high".into(),
            metrics: metrics((first + second) / 2.0),
            thresholds: Thresholds::DEFAULT,
            markets: vec![
                ("BTCUSDT".into(), metrics(first), false),
                ("ETHUSDT".into(), metrics(second), false),
            ],
        }
    }

    fn policy() -> OverridePolicy {
        let action = WeightAction {
            weight_multiplier: Some(0.6),
            ..WeightAction::default()
        };
        OverridePolicy {
            severities: BTreeMap::from([(
                "high".into(),
                PolicyAnswer {
                    severity: "warning".into(),
                    action,
                },
            )]),
            metrics: BTreeMap::new(),
            symbols: BTreeMap::from([("BTCUSDT".into(), "BTC_USDT".into())]),
        }
    }

    #[test]
    fn only_markets_above_the_limit_are_named_and_unmapped_ones_are_marked() {
        let evaluation = answer_failures("now", &[finding(0.9, 0.4)], &policy());
        let symbols: Vec<_> = evaluation
            .overrides
            .iter()
            .map(|one| (one.symbol.as_deref(), one.unmapped))
            .collect();
        assert_eq!(symbols, [(Some("BTC_USDT"), false)]);
        let evaluation = answer_failures("now", &[finding(0.9, 0.8)], &policy());
        let symbols: Vec<_> = evaluation
            .overrides
            .iter()
            .map(|one| (one.symbol.as_deref(), one.unmapped))
            .collect();
        assert_eq!(symbols, [(Some("BTC_USDT"), false), (Some("ETHUSDT"), true)]);
        assert_eq!(
            evaluation.overrides[0].reason,
            "crunch: liquidity_loss_pct=0.850>0.550"
        );
    }

    #[test]
    fn a_scenario_that_passed_recommends_nothing() {
        assert!(
            answer_failures("now", &[finding(0.55, 0.55)], &policy())
                .insights
                .is_empty()
        );
    }
}
