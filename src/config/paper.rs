//! Reports of Paper Labs, market snapshots, segments and holdings (specification, sections 1.7, 6 and 7).

use super::compat::python_repr;
use super::core::{Mode, SourceFile};
use super::fields::Range;
use super::record::Record;
use super::stored::{StoredFile, open};
use crate::diag::Checked;
use crate::document::json_text::Json;
use crate::document::{Node, Value};
use crate::domain::{GRAVITY, Holding, PaperProfile, PaperReport, PaperTest, Segment, Snapshot, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How a test may end.
const STATUSES: [&str; 8] = [
    "failed", "error", "breach", "warning", "degraded", "ok", "passed", "success",
];
/// The fields that hold latencies, in milliseconds.
const LATENCIES: [&str; 4] = [
    "avg_order_latency_ms",
    "p95_order_latency_ms",
    "max_order_latency_ms",
    "latency_ms",
];

/// Reads a simulation report of Paper Labs; by our rules it was made at a moment up to `now`.
///
/// # Errors
/// Every problem of the file.
pub fn paper_report(file: &StoredFile<'_>, mode: Mode, now: Timestamp) -> Checked<(PaperReport, SourceFile)> {
    open(file, mode, |record| {
        let generated_at = super::moment::required(record, "generated_at", now);
        let synthetic_data = record.boolean("synthetic_data").unwrap_or(false);
        for known in ["base_equity", "tco"] {
            record.node(known);
        }
        let profiles = record
            .records("profiles")
            .into_iter()
            .filter_map(profile)
            .collect::<Vec<_>>();
        if !record.is_lenient() {
            let node = record.require("profiles")?;
            let mut names = BTreeSet::new();
            for twice in profiles
                .iter()
                .filter(|profile: &&PaperProfile| !names.insert(&profile.name))
            {
                let message = format!("the profile `{}` stands twice", twice.name);
                record.refuse(node, message, "give each profile its own name");
            }
            if node.as_list().is_some_and(<[Node]>::is_empty) {
                record.refuse(
                    node,
                    "there is no profile to evaluate",
                    "run the simulation again",
                );
            }
        }
        Some(PaperReport {
            generated_at: generated_at?,
            synthetic_data,
            profiles,
        })
    })
}

fn profile(record: Record<'_, '_>) -> Option<PaperProfile> {
    let unknown = || "unknown".to_owned();
    let name = if record.is_lenient() {
        record.text("profile").or_else(|| Some(unknown()))
    } else {
        record.required_text("profile")
    };
    for known in ["base_equity", "final_equity"] {
        record.number(known, Range::NotNegative);
    }
    for known in ["realized_volatility", "sample_size", "breaches"] {
        record.node(known);
    }
    let fraction = |key, range| match record.is_lenient() {
        true => record.number(key, range).or(Some(0.0)),
        false => record.required_number(key, range),
    };
    let (max_drawdown, worst_daily_loss) = (
        fraction("max_drawdown_pct", Range::Fraction),
        fraction("worst_daily_loss_pct", Range::Fraction),
    );
    let total_return = fraction("total_return_pct", Range::Return);
    let mut names = BTreeSet::new();
    let mut tests = Vec::new();
    for (node, item) in record
        .list("stress_tests")
        .iter()
        .zip(record.records("stress_tests"))
    {
        let Some(test) = test(item) else { continue };
        if !names.insert(test.name.clone()) && !record.is_lenient() {
            record.refuse(
                node,
                format!("the stress test `{}` stands twice", test.name),
                "give each test its own name",
            );
        }
        tests.push(test);
    }
    record.finish();
    Some(PaperProfile {
        name: name?,
        max_drawdown: max_drawdown?,
        total_return: total_return?,
        worst_daily_loss: worst_daily_loss?,
        tests,
    })
}

fn test(record: Record<'_, '_>) -> Option<PaperTest> {
    let lenient = record.is_lenient();
    let unknown = || "unknown".to_owned();
    let name = if lenient {
        record.text("name").or_else(|| Some(unknown()))
    } else {
        record.required_text("name")
    };
    let status = match record.node("status").and_then(Node::as_scalar) {
        Some(scalar) if lenient => scalar.text.clone(),
        _ if lenient => unknown(),
        _ => record.required_text("status")?,
    };
    if !lenient && !STATUSES.contains(&status.to_lowercase().as_str()) {
        let node = record.node("status")?;
        record.refuse(
            node,
            format!("unknown status `{status}`"),
            format!("known: {}", STATUSES.join(", ")),
        );
    }
    let notes = record.text("notes").unwrap_or_default();
    let metrics = record.section("metrics");
    let mut test = PaperTest {
        name: name?,
        status,
        notes,
        metrics: record.node("metrics").map(shown).unwrap_or_default(),
        severity: None,
        liquidity_usd: None,
        latency_peak_ms: None,
        latencies_ms: Vec::new(),
        assets: Vec::new(),
        tags: Vec::new(),
        risk_budget: None,
    };
    if let Some(metrics) = metrics {
        read_metrics(&metrics, &mut test);
    }
    record.finish();
    Some(test)
}

/// Metrics are an open set; what is asked for here must make sense.
fn read_metrics(metrics: &Record<'_, '_>, test: &mut PaperTest) {
    let own = match metrics.node("severity").and_then(Node::as_scalar) {
        Some(word) if metrics.is_lenient() => Some(word.text.clone()).filter(|_| word.quoted),
        _ => metrics.text("severity"),
    };
    test.severity = own
        .map(|word| word.trim().to_lowercase())
        .filter(|word| !word.is_empty());
    if let (Some(word), Some(node), false) = (&test.severity, metrics.node("severity"), metrics.is_lenient())
        && !GRAVITY.contains(&word.as_str())
    {
        metrics.refuse(
            node,
            format!("unknown severity `{word}`"),
            format!("known: {}", GRAVITY.join(", ")),
        );
    }
    let liquidity = |key| metrics.number_if_any(key, Range::NotNegative);
    test.liquidity_usd = liquidity("liquidity_usd").or_else(|| liquidity("available_liquidity_usd"));
    for key in LATENCIES {
        let Some(latency) = metrics.number_if_any(key, Range::NotNegative) else {
            continue;
        };
        test.latency_peak_ms = Some(test.latency_peak_ms.map_or(latency, |peak| peak.max(latency)));
        if metrics
            .node(key)
            .and_then(Node::as_scalar)
            .is_some_and(|scalar| !scalar.quoted)
        {
            test.latencies_ms.push(latency);
        }
    }
    test.assets = metrics.words("assets");
    test.tags = metrics.words("tags");
    test.risk_budget = match metrics.is_lenient() {
        true => {
            let node = metrics
                .node("risk_budget")
                .filter(|node| super::compat::python::Python::of(node).is_truthy());
            node.map(python_repr)
        }
        false => metrics.text("risk_budget"),
    };
}

/// The metrics as they are shown again (section 6, step 1): scalars stay, lists become texts, the rest too.
fn shown(node: &Node) -> BTreeMap<String, Json> {
    let entry = |entry: &crate::document::Entry| {
        let value = match &entry.value.value {
            Value::Scalar(_) => Json::from_node(&entry.value),
            Value::List(items) => {
                Json::List(items.iter().map(|item| Json::text(python_repr(item))).collect())
            }
            Value::Map(_) => Json::text(python_repr(&entry.value)),
        };
        (entry.key.clone(), value)
    };
    node.as_map().unwrap_or_default().iter().map(entry).collect()
}

/// Reads the snapshots of Market Intelligence, in the order of the file.
///
/// # Errors
/// Every problem of the file; by our rules also fractions where percent is expected.
pub fn market_snapshots(file: &StoredFile<'_>, mode: Mode) -> Checked<(Vec<Snapshot>, SourceFile)> {
    open(file, mode, |record| {
        record.node("generated_at");
        record.node("source");
        record.require("snapshots")?;
        Some(snapshots(record, "snapshots"))
    })
}

/// The snapshots in the member `key`.
pub(crate) fn snapshots(record: &Record<'_, '_>, key: &'static str) -> Vec<Snapshot> {
    let mut found = Vec::new();
    for entry in record.named(key) {
        if record.is_lenient() && entry.value.as_map().is_none() {
            continue;
        }
        let name = format!("{key}.{}", entry.key);
        found.extend(
            record
                .below(&name, &entry.value)
                .map(|one| snapshot(&entry.key, one)),
        );
    }
    let percents: Vec<f64> = found
        .iter()
        .flat_map(|one: &Snapshot| [one.volatility_percent, one.max_drawdown_percent])
        .flatten()
        .collect();
    let all_small =
        percents.iter().all(|percent| *percent < 1.0) && percents.iter().any(|percent| *percent > 0.0);
    if all_small
        && !record.is_lenient()
        && let Some(node) = record.node(key)
    {
        let message = "every volatility and drawdown here is below 1, as if they were fractions";
        record.refuse(
            node,
            message,
            "Market Intelligence gives percent: write 18.0 for 18 %",
        );
    }
    found
}

fn snapshot(symbol: &str, record: Record<'_, '_>) -> Snapshot {
    for known in [
        "interval",
        "bar_count",
        "start",
        "end",
        "price_change_pct",
        "average_volume",
        "momentum_score",
        "baseline",
    ] {
        record.node(known);
    }
    let metadata = record.section("metadata");
    let (tags, risk_budget) = match &metadata {
        Some(metadata) => (metadata.words("tags"), metadata.text("risk_budget")),
        None => (Vec::new(), None),
    };
    let snapshot = Snapshot {
        symbol: symbol.to_owned(),
        liquidity_usd: record.number_if_any("liquidity_usd", Range::NotNegative),
        volatility_percent: record.number_if_any("volatility_pct", Range::NotNegative),
        max_drawdown_percent: record.number_if_any("max_drawdown_pct", Range::Percent),
        tags,
        risk_budget,
    };
    record.finish();
    snapshot
}

/// Reads a list of segments.
///
/// # Errors
/// Every problem of the file.
pub fn segments(file: &StoredFile<'_>, mode: Mode) -> Checked<(Vec<Segment>, SourceFile)> {
    super::stored::open_list(file, mode, |record| {
        let name = record.required_text("name");
        let segment = Segment {
            symbols: record.words("symbols"),
            tags: record.words("tags"),
            risk_budgets: record.words("risk_budgets"),
            name: name.clone()?,
        };
        record.finish();
        name.map(|_| segment)
    })
}

/// Reads a list of holdings; `null` in the file means that no portfolio is known.
///
/// # Errors
/// Every problem of the file.
pub fn holdings(file: &StoredFile<'_>, mode: Mode) -> Checked<(Vec<Holding>, SourceFile)> {
    super::stored::open_list(file, mode, |record| {
        for known in ["target_weight", "weight", "notes"] {
            record.node(known);
        }
        let holding = Holding {
            symbol: record.required_text("symbol")?,
            tags: record.words("tags"),
        };
        record.finish();
        Some(holding)
    })
}
