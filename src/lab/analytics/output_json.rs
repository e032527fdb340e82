//! Analytics as JSON: a file of its own beside the report, which keeps its reference shape.
//!
//! A root that is never reached is `null`; sorted keys, shortest digits, as all our JSON.

use super::{
    Analytics, Attribution, BreachProbability, CHUNK, Estimate, ReverseStress, Root, ScaleRoot,
    ScenarioAnalytics, Share, ShockRoot,
};
use crate::document::json_text::Json;
use crate::domain::{Metric, Shock};
use crate::lab::report_json::{inputs, metrics, thresholds};

/// The name of the file's shape.
pub const ANALYTICS_SCHEMA: &str = "stage6.stress_lab.analytics";
/// Its version; grows when a key changes its meaning or goes away.
pub const ANALYTICS_SCHEMA_VERSION: u32 = 1;

/// How the numbers were made, for a reader who wants to make them again.
const METHODS: [(&str, &str); 7] = [
    (
        "arithmetic",
        "IEEE 754 doubles, no fused multiply-add; exp and ln from + - * / and bit operations; averages over markets \
         are summed from the first market to the last, uncompensated",
    ),
    (
        "attribution",
        "Shapley values over all subsets of shocks, a shock that is off being removed; tornado with 0.8 and 1.2 times \
         the intensity; elasticities from the formulas",
    ),
    (
        "intervals",
        "Clopper-Pearson at 1 - alpha of the last look; one-sided at a count of 0 or of all draws",
    ),
    (
        "model",
        "intensity = configured intensity * exp(sigma * Z), Z standard normal, shocks independent",
    ),
    (
        "random",
        "Philox4x32-10, key = seed, counter = (draw low, draw high, shock / 2, scenario); U = (53 bits + 1/2) / 2^53; \
         Z by AS 241",
    ),
    (
        "reverse_stress",
        "bisection over doubles on the engine itself; a breach is strictly above the limit; null means not below 1e9",
    ),
    (
        "stopping",
        "looks at 2^14 to 2^22 draws, look s at alpha = 0.05 * 6 / (pi^2 (s + 1)^2), until every half-width is at \
         most max(0.002, 0.1 p); one look at alpha = 0.05 if the number of draws is given",
    ),
];

/// The bytes of the analytics file. These bytes are what is signed and what is written.
pub fn analytics_json(analytics: &Analytics, tool_version: &str) -> Vec<u8> {
    let settings = &analytics.settings;
    let draws = settings.draws.map_or_else(|| Json::text("staged"), Json::integer);
    let mut methods: Vec<(&str, Json)> = METHODS
        .iter()
        .map(|(key, text)| (*key, Json::text(*text)))
        .collect();
    methods.push(("chunk", Json::integer(CHUNK)));
    methods.push((
        "summation",
        Json::text(
            "means: draw by draw within a chunk, then chunk by chunk in their order; counts are integers",
        ),
    ));
    Json::map([
        ("schema", Json::text(ANALYTICS_SCHEMA)),
        ("schema_version", Json::integer(ANALYTICS_SCHEMA_VERSION)),
        ("tool_version", Json::text(tool_version)),
        ("generated_at", Json::text(analytics.generated_at.to_python())),
        ("inputs", Json::List(inputs(&analytics.inputs))),
        ("methods", Json::map(methods)),
        (
            "settings",
            Json::map([
                ("seed", Json::integer(settings.seed)),
                ("sigma", Json::Float(settings.sigma)),
                ("draws", draws),
            ]),
        ),
        ("hash", Json::text(analytics.hash().to_string())),
        (
            "scenarios",
            Json::List(analytics.scenarios.iter().map(scenario).collect()),
        ),
    ])
    .to_file_text()
    .into_bytes()
}

fn scenario(analysed: &ScenarioAnalytics) -> Json {
    let ScenarioAnalytics { scenario, result, .. } = analysed;
    let markets = result.markets.iter().map(|market| {
        Json::map([
            ("symbol", Json::text(&market.baseline.symbol)),
            ("weight", Json::Float(market.baseline.weight)),
            ("synthetic", Json::Bool(market.synthetic)),
        ])
    });
    let shocks = scenario.shocks.iter().map(|shock| {
        Json::map([
            ("type", Json::text(shock.kind.key())),
            ("intensity", Json::Float(shock.intensity)),
            (
                "duration_minutes",
                shock.duration_minutes.map_or(Json::Null, Json::Float),
            ),
        ])
    });
    Json::map([
        ("name", Json::text(&scenario.name)),
        ("severity", Json::text(scenario.severity.word())),
        ("factor", Json::Float(scenario.severity.factor())),
        ("status", Json::text(result.verdict().key())),
        ("markets", Json::List(markets.collect())),
        ("shocks", Json::List(shocks.collect())),
        ("metrics", Json::map(metrics(&result.metrics))),
        ("thresholds", thresholds(&result.thresholds)),
        ("reverse_stress", reverse(&analysed.reverse, &scenario.shocks)),
        ("breach_probability", probability(&analysed.probability)),
        ("attribution", attribution(&analysed.attribution)),
    ])
}

/// A number, or `null` for one that is never reached.
fn reached(number: f64) -> Json {
    if number.is_finite() {
        Json::Float(number)
    } else {
        Json::Null
    }
}

fn metric(metric: Metric) -> (&'static str, Json) {
    ("metric", Json::text(metric.key()))
}

fn place(number: usize) -> Json {
    Json::Integer(number.to_string())
}

fn reverse(reverse: &ReverseStress, shocks: &[Shock]) -> Json {
    let places = |places: &[usize]| Json::List(places.iter().map(|number| place(*number)).collect());
    Json::map([
        (
            "scale",
            Json::List(reverse.scale.iter().map(scale_root).collect()),
        ),
        (
            "shocks",
            Json::List(
                reverse
                    .shocks
                    .iter()
                    .map(|root| shock_root(root, &shocks[root.shock]))
                    .collect(),
            ),
        ),
        ("inert_shocks", places(&reverse.inert)),
        ("saturated_shocks", places(&reverse.saturated)),
    ])
}

fn scale_root(root: &ScaleRoot) -> Json {
    let diagnoses = root.diagnoses.iter().map(|diagnosis| Json::text(diagnosis.key()));
    Json::map([
        metric(root.metric),
        ("limit", Json::Float(root.limit)),
        ("value", Json::Float(root.value)),
        ("utilisation", reached(root.value / root.limit)),
        ("root", root_object(&root.root)),
        ("diagnoses", Json::List(diagnoses.collect())),
    ])
}

fn root_object(root: &Root) -> Json {
    Json::map([
        ("smallest", reached(root.smallest)),
        ("attained", Json::Bool(root.attained)),
        ("closed_form", root.closed_form.map_or(Json::Null, reached)),
    ])
}

fn shock_root(root: &ShockRoot, shock: &Shock) -> Json {
    Json::map([
        metric(root.metric),
        ("shock", place(root.shock)),
        ("intensity", Json::Float(shock.intensity)),
        ("with_others", root_object(&root.with_others)),
        (
            "with_others_multiple",
            reached(ShockRoot::multiple(&root.with_others, shock)),
        ),
        ("alone", root_object(&root.alone)),
        ("alone_multiple", reached(ShockRoot::multiple(&root.alone, shock))),
    ])
}

fn estimate(estimate: &Estimate) -> Json {
    Json::map([
        ("count", Json::integer(estimate.count)),
        ("probability", Json::Float(estimate.probability())),
        ("low", Json::Float(estimate.low)),
        ("high", Json::Float(estimate.high)),
    ])
}

fn probability(probability: &BreachProbability) -> Json {
    let looks = probability.looks.iter().map(|look| {
        Json::map([
            ("draws", Json::integer(look.draws)),
            ("alpha", Json::Float(look.alpha)),
            ("any", estimate(&look.any)),
            ("widest_half_width", Json::Float(look.widest)),
        ])
    });
    let thresholds = probability
        .thresholds
        .iter()
        .map(|(of, value)| Json::map([metric(*of), ("estimate", estimate(value))]));
    let pairs = probability.pairs.iter().map(|(first, second, value)| {
        let metrics = Json::List(vec![Json::text(first.key()), Json::text(second.key())]);
        Json::map([("metrics", metrics), ("estimate", estimate(value))])
    });
    let exceedances = probability.exceedances.iter().map(|curve| {
        let levels = curve.levels.iter().map(|(level, value)| {
            Json::map([
                ("utilisation", Json::Float(*level)),
                ("estimate", estimate(value)),
            ])
        });
        Json::map([metric(curve.metric), ("levels", Json::List(levels.collect()))])
    });
    Json::map([
        ("draws", Json::integer(probability.any.draws)),
        ("narrow_enough", Json::Bool(probability.narrow_enough)),
        ("looks", Json::List(looks.collect())),
        ("thresholds", Json::List(thresholds.collect())),
        ("any", estimate(&probability.any)),
        ("pairs", Json::List(pairs.collect())),
        (
            "means",
            Json::map(
                probability
                    .means
                    .iter()
                    .map(|(metric, mean)| (metric.key(), Json::Float(*mean))),
            ),
        ),
        ("exceedances", Json::List(exceedances.collect())),
        ("hash", Json::text(probability.hash.to_string())),
    ])
}

fn attribution(attribution: &Attribution) -> Json {
    let remainders = Metric::ALL.into_iter().map(|metric| {
        (
            metric.key(),
            attribution.remainder(metric).map_or(Json::Null, Json::Float),
        )
    });
    Json::map([
        ("with_none", Json::map(metrics(&attribution.with_none))),
        (
            "shares",
            Json::List(attribution.shares.iter().map(share).collect()),
        ),
        ("shapley_remainders", Json::map(remainders)),
    ])
}

fn share(share: &Share) -> Json {
    Json::map([
        metric(share.metric),
        ("shock", place(share.shock)),
        ("shapley", share.shapley.map_or(Json::Null, Json::Float)),
        ("with_four_fifths", Json::Float(share.swing.lower)),
        ("with_six_fifths", Json::Float(share.swing.upper)),
        ("removed", Json::Float(share.swing.removed)),
        ("elasticity", share.elasticity.map_or(Json::Null, Json::Float)),
    ])
}
