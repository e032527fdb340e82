//! The report as CSV, a row for each metric of each scenario and market, for people who live in spreadsheets.

use crate::document::csv_text::csv_bytes;
use crate::document::json_text::python_float;
use crate::domain::{MetricValues, ScenarioResult, StressReport};

/// The bytes of the CSV file (RFC 4180: comma, CRLF).
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn report_csv(report: &StressReport) -> Vec<u8> {
    let header = [
        "scenario",
        "severity",
        "status",
        "market",
        "metric",
        "value",
        "limit",
        "breached",
        "synthetic",
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for scenario in &report.scenarios {
        let any_synthetic = scenario.markets.iter().any(|market| market.synthetic);
        rows.extend(metric_rows(scenario, "(all)", &scenario.metrics, any_synthetic));
        for market in &scenario.markets {
            rows.extend(metric_rows(
                scenario,
                &market.baseline.symbol,
                &market.metrics,
                market.synthetic,
            ));
        }
    }
    csv_bytes(&header, rows)
}

fn metric_rows(
    scenario: &ScenarioResult,
    market: &str,
    values: &MetricValues,
    synthetic: bool,
) -> Vec<Vec<String>> {
    let yes_no = |value: bool| if value { "yes" } else { "no" }.to_owned();
    values
        .iter()
        .map(|(metric, value)| {
            let limit = scenario.thresholds.limit(metric);
            vec![
                scenario.name.clone(),
                scenario.severity.word().to_owned(),
                scenario.verdict().key().to_owned(),
                market.to_owned(),
                metric.key().to_owned(),
                python_float(value),
                python_float(limit),
                yes_no(value > limit),
                yes_no(synthetic),
            ]
        })
        .collect()
}
