//! The evaluation as JSON: the reference's shape (specification, section 6), and beside it what it lacks.

use super::{Evaluation, Insight, Withheld};
use crate::document::json_text::Json;
use crate::domain::WeightOverride;
use crate::lab::stamp::{Stamp, count, texts};
use std::collections::BTreeMap;

/// The name of the report's shape; the reference's own, so that its consumers read it.
pub const EVALUATION_SCHEMA: &str = "stage6.risk.stress_lab.report";

/// The bytes of the evaluation's file.
pub fn evaluation_json(evaluation: &Evaluation, stamp: &Stamp<'_>) -> Vec<u8> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for insight in &evaluation.insights {
        *counts.entry(insight.severity.clone()).or_default() += 1;
    }
    counts.insert("total".to_owned(), evaluation.insights.len());
    let with_scope = !stamp.compat_reference;
    let overrides = evaluation
        .overrides
        .iter()
        .map(|one| weight_override(one, with_scope));
    let mut members = stamp.members(EVALUATION_SCHEMA);
    members.extend([
        ("source_report_at", Json::text(&evaluation.source_report_at)),
        (
            "counts",
            Json::map(counts.into_iter().map(|(word, number)| (word, count(number)))),
        ),
        ("overrides_total", count(evaluation.overrides.len())),
        (
            "insights",
            Json::List(evaluation.insights.iter().map(insight).collect()),
        ),
        ("overrides", Json::List(overrides.collect())),
    ]);
    if !stamp.compat_reference {
        members.push((
            "withheld",
            Json::List(evaluation.withheld.iter().map(withheld).collect()),
        ));
        members.push(("remarks", texts(&evaluation.remarks)));
    }
    Json::map(members).to_file_text().into_bytes()
}

fn insight(insight: &Insight) -> Json {
    let mut members = vec![
        ("profile", Json::text(&insight.profile)),
        ("scenario", Json::text(&insight.scenario)),
        ("severity", Json::text(&insight.severity)),
        ("message", Json::text(&insight.message)),
        ("metrics", Json::Map(insight.metrics.clone())),
    ];
    if !insight.targets.is_empty() {
        members.push(("targets", texts(&insight.targets)));
    }
    if !insight.tags.is_empty() {
        members.push(("tags", texts(&insight.tags)));
    }
    Json::map(members)
}

fn weight_override(one: &WeightOverride, with_scope: bool) -> Json {
    let mut members = vec![
        ("severity", Json::text(&one.severity)),
        ("reason", Json::text(&one.reason)),
        ("tags", texts(&one.tags)),
    ];
    let named = [("symbol", &one.symbol), ("risk_budget", &one.risk_budget)];
    members.extend(
        named
            .into_iter()
            .filter_map(|(key, name)| Some((key, Json::text(name.as_ref()?)))),
    );
    let numbers = [
        ("weight_multiplier", one.action.weight_multiplier),
        ("min_weight", one.action.min_weight),
        ("max_weight", one.action.max_weight),
    ];
    members.extend(
        numbers
            .into_iter()
            .filter_map(|(key, number)| Some((key, Json::Float(number?)))),
    );
    if one.action.force_rebalance {
        members.push(("force_rebalance", Json::Bool(true)));
    }
    if with_scope {
        members.push(("scope", Json::text(one.scope())));
    }
    if one.unmapped {
        members.push(("unmapped", Json::Bool(true)));
    }
    Json::map(members)
}

fn withheld(one: &Withheld) -> Json {
    Json::map([
        ("profile", Json::text(&one.profile)),
        ("scenario", Json::text(&one.scenario)),
        ("severity", Json::text(&one.severity)),
        ("reason", Json::text(&one.reason)),
        ("named", texts(&one.named)),
    ])
}
