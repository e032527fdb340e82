//! The results of a release as JSON, for the release after it and for programs.

use crate::document::json_text::Json;
use crate::domain::{Fact, FactValue};
use crate::evidence::{Evidence, ScenarioFacts};
use std::collections::BTreeSet;

const SCHEMA: &str = "stage6.results";
const SCHEMA_VERSION: &str = "1.0";

/// The results, with sorted keys and one final newline.
pub(super) fn json(evidence: &Evidence) -> String {
    let results = evidence.results();
    let about = ["id", "sequence", "released_at", "publish_at"].map(|key| {
        let id = format!("release.{key}");
        let fact = evidence.facts().find(|fact| fact.id == id);
        (key, fact.map_or(Json::Null, value))
    });
    let generated = evidence.facts().find(|fact| fact.id == "report.generated_at");
    let limits = results.thresholds.iter();
    let limits = limits.map(|(metric, limit)| (metric.threshold_key(), value(limit)));
    let names = |names: &BTreeSet<String>| Json::List(names.iter().map(Json::text).collect());
    let coverage = [
        ("datasets", names(&results.datasets)),
        ("exchanges", names(&results.exchanges)),
    ];
    Json::map([
        ("schema", Json::text(SCHEMA)),
        ("schema_version", Json::text(SCHEMA_VERSION)),
        ("release", Json::map(about)),
        ("generated_at", generated.map_or(Json::Null, value)),
        ("thresholds", Json::map(limits)),
        (
            "scenarios",
            Json::List(results.scenarios.iter().map(scenario).collect()),
        ),
        ("coverage", Json::map(coverage)),
    ])
    .to_file_text()
}

fn scenario(scenario: &ScenarioFacts<'_>) -> Json {
    let metrics = scenario.metrics.iter();
    let metrics = metrics.map(|(metric, fact, _)| (metric.key(), value(fact)));
    let limits = scenario.metrics.iter();
    let limits = limits.map(|(metric, _, limit)| (metric.threshold_key(), value(limit)));
    let breach = scenario.breach.map_or(Json::Null, |[probability, low, high]| {
        Json::map([
            ("probability", value(probability)),
            ("low", value(low)),
            ("high", value(high)),
        ])
    });
    Json::map([
        ("name", Json::text(&scenario.name)),
        ("status", value(scenario.status)),
        ("metrics", Json::map(metrics)),
        ("thresholds", Json::map(limits)),
        ("breach_probability", breach),
    ])
}

fn value(fact: &Fact) -> Json {
    match &fact.value {
        FactValue::Number(number) => Json::Float(*number),
        FactValue::Text(text) => Json::text(text),
        FactValue::Bool(yes) => Json::Bool(*yes),
        FactValue::List(words) => Json::List(words.iter().map(Json::text).collect()),
        FactValue::Moment(moment) => Json::text(moment.to_string()),
    }
}
