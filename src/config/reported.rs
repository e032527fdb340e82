//! A report of `stage6 simulate`, read back for recommendations (specification, section 3; finding Q6).

use super::advice::known_members;
use super::core::{Mode, SourceFile};
use super::fields::Range;
use super::record::Record;
use super::stored::{StoredFile, open};
use crate::diag::Checked;
use crate::domain::{Metric, MetricValues, Severity, Thresholds, Timestamp};

/// One scenario of a simulator report: name, severity, metrics and limits, and its markets.
#[derive(Clone, Debug)]
pub struct ReportedScenario {
    /// Its name.
    pub name: String,
    /// Its severity.
    pub severity: String,
    /// The metrics over all markets.
    pub metrics: MetricValues,
    /// The limits that were applied.
    pub thresholds: Thresholds,
    /// Each market with its metrics and whether it was invented.
    pub markets: Vec<(String, MetricValues, bool)>,
}

/// Reads a report of the simulator: its moment and its scenarios. Whether a scenario failed is judged again from
/// its numbers, and must be what the report says.
///
/// # Errors
/// Every problem of the file.
pub fn stress_report(
    file: &StoredFile<'_>,
    mode: Mode,
    now: Timestamp,
) -> Checked<((String, Vec<ReportedScenario>), SourceFile)> {
    open(file, mode, |record| {
        known_members(record);
        let schema = record.text("schema");
        if schema.as_deref() != Some("stage6.stress_lab.report") && !record.is_lenient() {
            let hint = "make one with `stage6 simulate`; the reference's own report lacks the limits that were applied";
            match record.node("schema") {
                Some(node) => record.refuse(node, "this is not a report of `stage6 simulate`", hint),
                None => drop(record.require("schema")),
            }
            return None;
        }
        if let Some(node) = record.node("compat").filter(|_| !record.is_lenient()) {
            record.refuse(
                node,
                "simulated with `--compat reference`",
                "simulate again without it",
            );
        }
        let generated_at = super::moment::required(record, "generated_at", now);
        let scenarios: Vec<_> = record
            .records("scenarios")
            .into_iter()
            .filter_map(reported)
            .collect();
        if !record.is_lenient() {
            check_counts(record, &scenarios);
        }
        Some((generated_at?, scenarios))
    })
}

/// What the report counts must be what it holds, and it must hold something.
fn check_counts(record: &Record<'_, '_>, scenarios: &[ReportedScenario]) {
    let Some(list) = record.require("scenarios") else {
        return;
    };
    let entries = record.list("scenarios").len();
    if entries == 0 {
        record.refuse(list, "there is no scenario to evaluate", "simulate again");
    }
    if scenarios.len() != entries {
        return;
    }
    let failed = |one: &&ReportedScenario| {
        let mut metrics = Metric::ALL.into_iter();
        metrics.any(|metric| one.metrics[metric] > one.thresholds.limit(metric))
    };
    let counts = [
        ("failure_count", scenarios.iter().filter(failed).count()),
        ("scenario_count", entries),
    ];
    for (key, held) in counts {
        let (Some(node), Some(said)) = (record.require(key), record.whole_number(key, 0)) else {
            continue;
        };
        if u32::try_from(held) != Ok(said) {
            let hint = "the report was changed by hand or is damaged; simulate again";
            record.refuse(node, format!("`{key}` is {said}, the report holds {held}"), hint);
        }
    }
}

/// By our rules a scenario has a severity that means something, and markets.
fn check_scenario(record: &Record<'_, '_>, severity: Option<&str>) {
    if let (Some(word), Some(node)) = (severity, record.node("severity"))
        && !Severity::WORDS.contains(&word)
    {
        let hint = format!("known: {}", Severity::WORDS.join(", "));
        record.refuse(node, format!("unknown severity `{word}`"), hint);
    }
    if let Some(node) = record.require("markets")
        && record.list("markets").is_empty()
    {
        record.refuse(node, "the scenario has no markets", "simulate again");
    }
}

fn reported(record: Record<'_, '_>) -> Option<ReportedScenario> {
    let name = record.required_text("name");
    let severity = record.required_text("severity");
    let status = record.required_text("status");
    if !record.is_lenient() {
        check_scenario(&record, severity.as_deref());
    }
    let metrics = values(
        &record
            .require("metrics")
            .and_then(|_| record.section("metrics"))?,
        Metric::key,
    );
    let limits = record
        .require("thresholds")
        .and_then(|_| record.section("thresholds"))?;
    let limits = Thresholds::new(values(&limits, Metric::threshold_key));
    let markets = record.records("markets").into_iter().filter_map(|market| {
        let synthetic = market.boolean("synthetic").unwrap_or(false);
        Some((
            market.required_text("symbol")?,
            values(&market, Metric::key),
            synthetic,
        ))
    });
    let markets: Vec<_> = markets.collect();
    for known in ["threshold_overrides", "failures", "description"] {
        record.node(known);
    }
    let failed = Metric::ALL
        .into_iter()
        .any(|metric| metrics[metric] > limits.limit(metric));
    let says_failed = status.as_deref() == Some("failed");
    if failed != says_failed
        && let Some(node) = record.node("status")
    {
        let message = format!(
            "the report says `{}`, its numbers say the opposite",
            status.unwrap_or_default()
        );
        record.refuse(
            node,
            message,
            "the report was changed by hand or is damaged; simulate again",
        );
    }
    record.finish();
    Some(ReportedScenario {
        name: name?,
        severity: severity?,
        metrics,
        thresholds: limits,
        markets,
    })
}

fn values(record: &Record<'_, '_>, key: fn(Metric) -> &'static str) -> MetricValues {
    MetricValues::new(Metric::ALL.map(|metric| {
        record
            .required_number(key(metric), Range::NotNegative)
            .unwrap_or(0.0)
    }))
}
