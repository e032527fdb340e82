//! The report as CSV, a row for each metric of each scenario and market, for people who live in spreadsheets.

use crate::document::json_text::python_float;
use crate::domain::{MetricValues, ScenarioResult, StressReport};

/// The bytes of the CSV file (RFC 4180: comma, CRLF).
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn report_csv(report: &StressReport) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
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
    let mut rows: Vec<Vec<String>> = vec![header.map(str::to_owned).to_vec()];
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
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row.iter().map(|cell| safe_cell(cell)));
    }
    writer.into_inner().unwrap_or_default()
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

/// Takes the teeth out of a cell that a spreadsheet would run (OWASP, "CSV Injection"). Numbers stay numbers.
pub(super) fn safe_cell(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err();
    if dangerous {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_lose_their_teeth_and_numbers_stay() {
        assert_eq!(safe_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(safe_cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(safe_cell("-0.5"), "-0.5");
        assert_eq!(safe_cell("BTCUSDT"), "BTCUSDT");
    }
}
