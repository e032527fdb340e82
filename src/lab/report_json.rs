//! The report as JSON: the reference's shape (specification, section 3), and beside it what the reference lacks.

use crate::document::json_text::Json;
use crate::domain::{
    Baseline, InputFile, Market, MarketResult, MetricValues, ScenarioResult, StressReport, Thresholds,
};

/// The name of the report's shape.
pub const REPORT_SCHEMA: &str = "stage6.stress_lab.report";
/// Its version; grows when a key changes its meaning or goes away.
pub const REPORT_SCHEMA_VERSION: u32 = 1;

/// The bytes of the report file. These bytes are what is signed and what is written.
pub fn report_json(report: &StressReport, tool_version: &str) -> Vec<u8> {
    let mut members = vec![
        // The reference's keys.
        ("generated_at", Json::text(report.generated_at.to_python())),
        ("thresholds", thresholds(&report.thresholds)),
        (
            "scenarios",
            Json::List(report.scenarios.iter().map(scenario).collect()),
        ),
        ("failure_count", count(report.failure_count())),
        // Ours.
        ("schema", Json::text(REPORT_SCHEMA)),
        ("schema_version", Json::integer(REPORT_SCHEMA_VERSION)),
        ("tool_version", Json::text(tool_version)),
        ("scenario_count", count(report.scenarios.len())),
        (
            "datasets",
            Json::List(
                report
                    .markets
                    .iter()
                    .map(|market| dataset(market, report))
                    .collect(),
            ),
        ),
        ("inputs", Json::List(inputs(&report.inputs))),
    ];
    if report.compat_reference {
        members.push(("compat", Json::text("reference")));
        members.push(("publishable", Json::Bool(false)));
    }
    Json::map(members).to_file_text().into_bytes()
}

fn count(number: usize) -> Json {
    Json::Integer(number.to_string())
}

pub(super) fn metrics(values: &MetricValues) -> impl Iterator<Item = (String, Json)> + '_ {
    values
        .iter()
        .map(|(metric, value)| (metric.key().to_owned(), Json::Float(value)))
}

pub(super) fn thresholds(limits: &Thresholds) -> Json {
    Json::map(
        limits
            .iter()
            .map(|(metric, limit)| (metric.threshold_key(), Json::Float(limit))),
    )
}

fn scenario(result: &ScenarioResult) -> Json {
    let overrides = result
        .overrides
        .iter()
        .map(|(metric, limit)| (metric.threshold_key(), Json::Float(limit)));
    let mut members = vec![
        ("name", Json::text(&result.name)),
        ("severity", Json::text(result.severity.word())),
        ("status", Json::text(result.verdict().key())),
        ("metrics", Json::map(metrics(&result.metrics))),
        ("markets", Json::List(result.markets.iter().map(market).collect())),
        ("thresholds", thresholds(&result.thresholds)),
        ("threshold_overrides", Json::map(overrides)),
    ];
    if !result.failures.is_empty() {
        members.push((
            "failures",
            Json::List(result.failures.iter().map(Json::text).collect()),
        ));
    }
    if let Some(description) = &result.description {
        members.push(("description", Json::text(description)));
    }
    Json::map(members)
}

fn market(result: &MarketResult) -> Json {
    let mut members: Vec<(String, Json)> = metrics(&result.metrics).collect();
    members.push(("symbol".to_owned(), Json::text(&result.baseline.symbol)));
    members.push(("baseline".to_owned(), baseline(&result.baseline)));
    if !result.notes.is_empty() {
        members.push((
            "notes".to_owned(),
            Json::List(result.notes.iter().map(Json::text).collect()),
        ));
    }
    if result.synthetic {
        members.push(("synthetic".to_owned(), Json::Bool(true)));
    }
    Json::map(members)
}

fn baseline(baseline: &Baseline) -> Json {
    Json::map([
        ("symbol", Json::text(&baseline.symbol)),
        ("mid_price", Json::Float(baseline.mid_price)),
        ("avg_depth_usd", Json::Float(baseline.avg_depth_usd)),
        ("avg_spread_bps", Json::Float(baseline.avg_spread_bps)),
        ("funding_rate_bps", Json::Float(baseline.funding_rate_bps)),
        ("sentiment_score", Json::Float(baseline.sentiment_score)),
        ("realized_volatility", Json::Float(baseline.realized_volatility)),
        ("weight", Json::Float(baseline.weight)),
    ])
}

fn dataset(market: &Market, report: &StressReport) -> Json {
    let age = market.as_of.map(|as_of| report.generated_at.days_since(as_of));
    Json::map([
        ("key", Json::text(&market.key)),
        ("symbol", Json::text(&market.baseline.symbol)),
        ("provenance", Json::text(market.provenance.key())),
        ("path", Json::optional_text(market.path.as_deref())),
        (
            "sha256",
            Json::optional_text(market.digest.map(|digest| digest.to_string()).as_deref()),
        ),
        (
            "as_of",
            Json::optional_text(market.as_of.map(|as_of| as_of.to_string()).as_deref()),
        ),
        ("age_days", age.map_or(Json::Null, Json::Float)),
        ("weight", Json::Float(market.baseline.weight)),
    ])
}

/// The files that numbers depend on, as reports list them.
pub(super) fn inputs(files: &[InputFile]) -> Vec<Json> {
    let input = |file: &InputFile| {
        Json::map([
            ("path", Json::text(&file.path)),
            ("role", Json::text(file.role)),
            ("size", count(file.size)),
            ("sha256", Json::text(file.digest.to_string())),
        ])
    };
    files.iter().map(input).collect()
}
