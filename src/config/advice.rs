//! Recommendations: the policy that makes them, the report of the Stress Lab that calls for them, and the file that
//! carries them (specification, sections 3, 6 and 11.1; findings Q6 and Q16).

use super::core::{Mode, SourceFile};
use super::fields::{Fields, Range, Shared};
use super::governed::action;
use super::record::Record;
use super::stored::{StoredFile, open};
use crate::diag::{Checked, Problem, nearest};
use crate::document::Node;
use crate::domain::{
    GRAVITY, Metric, MetricValues, OverridePolicy, PolicyAnswer, Severity, Thresholds, Timestamp,
    WeightOverride,
};

/// Reads `stress_lab.override_policy`.
pub(crate) fn override_policy(parent: &Fields<'_, '_>) -> Option<OverridePolicy> {
    let node = parent.node("override_policy")?;
    let (path, problems) = parent.context();
    let record = Record::open(
        path,
        &parent.name_of("override_policy"),
        node,
        problems,
        Mode::Strict,
    )?;
    let mut policy = OverridePolicy::default();
    for entry in record.named("severities") {
        known_key(
            path,
            entry.key_at,
            &entry.key,
            Severity::WORDS.into_iter(),
            "severity",
            problems,
        );
        let answer = record
            .below(&format!("severities.{}", entry.key), &entry.value)
            .and_then(answer);
        policy
            .severities
            .extend(answer.map(|answer| (entry.key.clone(), answer)));
    }
    for entry in record.named("metrics") {
        known_key(
            path,
            entry.key_at,
            &entry.key,
            Metric::ALL.into_iter().map(Metric::key),
            "metric",
            problems,
        );
        let metric = Metric::ALL.into_iter().find(|metric| metric.key() == entry.key);
        let answer = record
            .below(&format!("metrics.{}", entry.key), &entry.value)
            .and_then(answer);
        policy.metrics.extend(metric.zip(answer));
    }
    for entry in record.named("symbols") {
        match entry
            .value
            .as_scalar()
            .map(|scalar| scalar.text.trim())
            .filter(|text| !text.is_empty())
        {
            Some(asset) => {
                policy.symbols.insert(entry.key.clone(), asset.to_owned());
            }
            None => record.refuse(
                &entry.value,
                "not the symbol of an asset",
                "write `BTCUSDT: BTC_USDT`",
            ),
        }
    }
    if record.named("severities").is_empty() && record.named("metrics").is_empty() {
        record.refuse(
            node,
            "the policy answers nothing",
            "add answers under `severities:` or `metrics:`",
        );
    }
    record.finish();
    Some(policy)
}

fn known_key<'k>(
    path: &str,
    at: crate::diag::Position,
    key: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    what: &str,
    problems: Shared<'_>,
) {
    if known.clone().any(|word| word == key) {
        return;
    }
    let hint = match nearest(key, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
    };
    problems
        .borrow_mut()
        .push(Problem::new(path, at, format!("unknown {what} `{key}`")).hint(hint));
}

fn answer(record: Record<'_, '_>) -> Option<PolicyAnswer> {
    let severity = gravity_word(&record, true);
    let action = action(&record);
    if action.is_empty()
        && let Some(node) = record.node("severity")
    {
        record.refuse(
            node,
            "the answer changes nothing",
            "give a multiplier, a limit or `force_rebalance: true`",
        );
    }
    record.finish();
    Some(PolicyAnswer {
        severity: severity?,
        action,
    })
}

fn gravity_word(record: &Record<'_, '_>, required: bool) -> Option<String> {
    let word = if required {
        record.required_text("severity")
    } else {
        record.text("severity")
    }?
    .to_lowercase();
    if !record.is_lenient() && !GRAVITY.contains(&word.as_str()) {
        let node = record.node("severity")?;
        record.refuse(
            node,
            format!("unknown severity `{word}`"),
            format!("known: {}", GRAVITY.join(", ")),
        );
    }
    Some(word)
}

/// Reads the recommendations in the member `key`.
pub(crate) fn weight_overrides(record: &Record<'_, '_>, key: &'static str) -> Vec<WeightOverride> {
    record
        .records(key)
        .into_iter()
        .filter_map(weight_override)
        .collect()
}

fn weight_override(record: Record<'_, '_>) -> Option<WeightOverride> {
    let lenient = record.is_lenient();
    let reason = if lenient {
        record.text("reason")
    } else {
        record.required_text("reason")
    };
    let one = WeightOverride {
        severity: gravity_word(&record, !lenient).unwrap_or_else(|| "warning".to_owned()),
        reason: reason.clone().unwrap_or_default(),
        symbol: record.text("symbol"),
        risk_budget: record.text("risk_budget"),
        action: action(&record),
        tags: record.words("tags"),
        unmapped: record.boolean("unmapped").unwrap_or(false),
    };
    let scope = record.text("scope");
    if !lenient && let Some(node) = record.node("reason") {
        if one.action.is_empty() {
            let hint = "the reference writes such lines for passed tests; drop them, or give a limit";
            record.refuse(node, "the recommendation changes nothing", hint);
        }
        // Q16: all assets at once only where somebody said so.
        if one.scope() == "global" && scope.as_deref() != Some("global") {
            let hint =
                "name a `symbol` or `risk_budget`, or write `\"scope\": \"global\"` if all assets are meant";
            record.refuse(
                node,
                "the recommendation is for no asset, so it would hit all of them",
                hint,
            );
        }
    }
    record.finish();
    reason.map(|_| one)
}

/// Reads a file with recommendations: an evaluation. Older than `max_age_minutes` at `now` is refused, where the
/// reference would go on without any.
///
/// # Errors
/// Every problem of the file, its age among them.
pub fn override_file(
    file: &StoredFile<'_>,
    mode: Mode,
    now: Timestamp,
    max_age_minutes: f64,
) -> Checked<(Vec<WeightOverride>, SourceFile)> {
    open(file, mode, |record| {
        let schema = record
            .node("schema")
            .and_then(Node::as_scalar)
            .map(|schema| schema.text.clone());
        let node = record.node("schema").or(record.node("scenarios"));
        if !record.is_lenient() && schema.as_deref() != Some("stage6.risk.stress_lab.report") {
            let hint = "make one with `stage6 evaluate --risk-report FILE` or `stage6 evaluate --stress-report FILE`";
            match node {
                Some(node) => record.refuse(
                    node,
                    "this is not an evaluation and holds no recommendations",
                    hint,
                ),
                None => drop(record.require("schema")),
            }
            known_members(record);
            return None;
        }
        if !record.is_lenient() {
            check_age(record, now, max_age_minutes);
            let compat = record.node("compat");
            if let Some(node) = compat {
                record.refuse(
                    node,
                    "made with `--compat reference`",
                    "evaluate again without it",
                );
            }
        }
        let overrides = weight_overrides(record, "overrides");
        known_members(record);
        Some(overrides)
    })
}

fn known_members(record: &Record<'_, '_>) {
    for known in [
        "schema_version",
        "source_report_at",
        "tool_version",
        "inputs",
        "counts",
        "overrides_total",
        "overrides",
        "insights",
        "withheld",
        "remarks",
        "generated_at",
        "thresholds",
        "scenarios",
        "failure_count",
        "scenario_count",
        "datasets",
        "compat",
        "publishable",
    ] {
        record.node(known);
    }
}

fn check_age(record: &Record<'_, '_>, now: Timestamp, max_age_minutes: f64) {
    let Some(text) = record.required_text("generated_at") else {
        return;
    };
    let Some(node) = record.node("generated_at") else {
        return;
    };
    match Timestamp::parse(&text) {
        Err(error) => record.refuse(node, format!("`generated_at` is `{text}`"), error.to_string()),
        Ok(moment) if moment > now => {
            record.refuse(
                node,
                format!("made at {text}, after {now}"),
                "correct the file, or give a later `--date`",
            );
        }
        Ok(moment) => {
            let age = now.days_since(moment) * 1440.0;
            if age > max_age_minutes {
                let message = format!("{age:.0} minutes old, more than {max_age_minutes}");
                record.refuse(
                    node,
                    message,
                    "evaluate again, or give a larger `--max-age-minutes`",
                );
            }
        }
    }
}

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
        let generated_at = record.required_text("generated_at");
        let scenarios = record
            .records("scenarios")
            .into_iter()
            .filter_map(reported)
            .collect();
        Some((generated_at?, scenarios))
    })
}

fn reported(record: Record<'_, '_>) -> Option<ReportedScenario> {
    let name = record.required_text("name");
    let severity = record.required_text("severity");
    let status = record.required_text("status");
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
