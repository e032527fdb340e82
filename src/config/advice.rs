//! Recommendations: the policy that makes them, the report of the Stress Lab that calls for them, and the file that
//! carries them (specification, sections 3, 6 and 11.1; findings Q6 and Q16).

use super::core::{Mode, SourceFile};
use super::governed::action;
use super::record::Record;
use super::stored::{StoredFile, open};
use crate::diag::Checked;
use crate::document::Node;
use crate::domain::{GRAVITY, Timestamp, WeightOverride};

/// The word for how grave something is; one of [`GRAVITY`] by our rules.
pub(super) fn gravity_word(record: &Record<'_, '_>, required: bool) -> Option<String> {
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
            // Evaluating an old report again does not make it fresh.
            if check_age(record, "generated_at", now, max_age_minutes) {
                check_age(record, "source_report_at", now, max_age_minutes);
            }
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

pub(super) fn known_members(record: &Record<'_, '_>) {
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

/// Whether the moment `key` is there and recent enough; a problem if not.
fn check_age(record: &Record<'_, '_>, key: &'static str, now: Timestamp, max_age_minutes: f64) -> bool {
    let Some(node) = record.require(key) else {
        return false;
    };
    let Some(moment) = super::moment::moment(record, key, node, now) else {
        return false;
    };
    let age = now.days_since(moment) * 1440.0;
    if age <= max_age_minutes {
        return true;
    }
    let (what, hint) = match key {
        "generated_at" => ("", "evaluate again, or give a larger `--max-age-minutes`"),
        _ => (
            "the evaluated report is ",
            "evaluate a newer report, or give a larger `--max-age-minutes`",
        ),
    };
    record.refuse(
        node,
        format!("{what}{age:.0} minutes old, more than {max_age_minutes}"),
        hint,
    );
    false
}
