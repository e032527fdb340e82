//! Thresholds for the evaluator out of market snapshots and latencies (specification, section 7).
//!
//! The result is a proposal in US dollars and milliseconds. It never touches the simulator's eight limits.

use super::stamp::{Stamp, count, optional, texts};
use crate::document::csv_text::csv_bytes;
use crate::document::json_text::{Json, python_float};
use crate::domain::{PaperReport, Segment, Snapshot};
use std::collections::BTreeSet;

/// The name of the report's shape.
pub const CALIBRATION_SCHEMA: &str = "stage6.risk.stress_lab.calibration";

/// Which percentiles become thresholds, and the least that a threshold may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationSettings {
    /// Percentile of liquidity for a warning, from 0 to 1.
    pub liquidity_warning_percentile: f64,
    /// Percentile of liquidity for a critical finding, from 0 to 1.
    pub liquidity_critical_percentile: f64,
    /// Percentile of latency for a warning, from 0 to 1.
    pub latency_warning_percentile: f64,
    /// Percentile of latency for a critical finding, from 0 to 1.
    pub latency_critical_percentile: f64,
    /// The least threshold for liquidity, in US dollars.
    pub min_liquidity_threshold: f64,
    /// The least threshold for latency, in milliseconds.
    pub min_latency_threshold_ms: f64,
}

impl CalibrationSettings {
    /// The reference's settings.
    pub const DEFAULT: CalibrationSettings = CalibrationSettings {
        liquidity_warning_percentile: 0.35,
        liquidity_critical_percentile: 0.2,
        latency_warning_percentile: 0.65,
        latency_critical_percentile: 0.85,
        min_liquidity_threshold: 25_000.0,
        min_latency_threshold_ms: 120.0,
    };

    fn members(&self) -> [(&'static str, Json); 6] {
        [
            (
                "liquidity_warning_percentile",
                Json::Float(self.liquidity_warning_percentile),
            ),
            (
                "liquidity_critical_percentile",
                Json::Float(self.liquidity_critical_percentile),
            ),
            (
                "latency_warning_percentile",
                Json::Float(self.latency_warning_percentile),
            ),
            (
                "latency_critical_percentile",
                Json::Float(self.latency_critical_percentile),
            ),
            (
                "min_liquidity_threshold",
                Json::Float(self.min_liquidity_threshold),
            ),
            (
                "min_latency_threshold_ms",
                Json::Float(self.min_latency_threshold_ms),
            ),
        ]
    }
}

/// How to make segments by traded volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeBuckets {
    /// How many; at least 1.
    pub buckets: usize,
    /// Least symbols in each, where there are enough of them.
    pub min_symbols: usize,
    /// What their names begin with.
    pub name_prefix: String,
    /// What the names of their risk budgets begin with, if they have any.
    pub risk_budget_prefix: Option<String>,
}

/// The thresholds of one segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentThresholds {
    /// The segment's name.
    pub name: String,
    /// Its symbols, sorted, also those without data.
    pub symbols: Vec<String>,
    /// How many of them have data.
    pub known: usize,
    /// Warning, in US dollars.
    pub warning_usd: Option<f64>,
    /// Critical, in US dollars.
    pub critical_usd: Option<f64>,
    /// The floor and not the data decided on one of them.
    pub floor_decided: bool,
}

/// What a calibration proposes.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The settings.
    pub settings: CalibrationSettings,
    /// The segments, in order.
    pub segments: Vec<SegmentThresholds>,
    /// Latency warning, in milliseconds.
    pub latency_warning_ms: Option<f64>,
    /// Latency critical, in milliseconds.
    pub latency_critical_ms: Option<f64>,
    /// How many profiles gave latencies, if a report was read.
    pub profiles: Option<usize>,
}

/// Segments by traded volume, largest first. `None` if there is nothing to sort or no bucket to fill.
pub fn volume_segments(snapshots: &[Snapshot], wanted: &VolumeBuckets) -> Option<Vec<Segment>> {
    let mut known: Vec<(&str, f64)> = snapshots
        .iter()
        .filter_map(|one| Some((one.symbol.as_str(), one.liquidity_usd?)))
        .collect();
    if known.is_empty() || wanted.buckets == 0 {
        return None;
    }
    known.sort_by(|a, b| b.1.total_cmp(&a.1));
    let buckets = wanted.buckets.min(known.len());
    let least = if known.len() >= wanted.min_symbols.saturating_mul(buckets) {
        wanted.min_symbols
    } else {
        1
    };
    let mut rest = known.as_slice();
    let mut segments = Vec::new();
    for bucket in 0..buckets {
        let left = buckets - bucket;
        let most = rest.len().saturating_sub(least.saturating_mul(left - 1)).max(1);
        let size = least
            .max(rest.len().div_ceil(left).min(most).min(rest.len()))
            .min(rest.len());
        let (own, others) = rest.split_at(size);
        rest = others;
        let budget = wanted
            .risk_budget_prefix
            .as_ref()
            .map(|prefix| format!("{prefix}{}", bucket + 1));
        segments.push(Segment {
            name: format!("{}_{}", wanted.name_prefix, bucket + 1),
            symbols: own.iter().map(|(symbol, _)| (*symbol).to_owned()).collect(),
            tags: Vec::new(),
            risk_budgets: budget.into_iter().collect(),
        });
    }
    Some(segments)
}

/// Proposes thresholds. Without segments all symbols are one, `default`.
pub fn calibrate(
    snapshots: &[Snapshot],
    segments: &[Segment],
    report: Option<&PaperReport>,
    settings: CalibrationSettings,
) -> Calibration {
    let default = [Segment {
        name: "default".to_owned(),
        symbols: snapshots.iter().map(|one| one.symbol.clone()).collect(),
        ..Segment::default()
    }];
    let segments = if segments.is_empty() { &default } else { segments };
    let tests = report
        .iter()
        .flat_map(|report| &report.profiles)
        .flat_map(|profile| &profile.tests);
    let mut latencies: Vec<f64> = tests.flat_map(|test| test.latencies_ms.iter().copied()).collect();
    latencies.sort_by(f64::total_cmp);
    let latency = |q: f64| Some(percentile(&latencies, q)?.max(settings.min_latency_threshold_ms));
    Calibration {
        settings,
        segments: segments
            .iter()
            .map(|segment| thresholds(segment, snapshots, &settings))
            .collect(),
        latency_warning_ms: latency(settings.latency_warning_percentile),
        latency_critical_ms: latency(settings.latency_critical_percentile),
        profiles: report.map(|report| report.profiles.len()),
    }
}

fn thresholds(
    segment: &Segment,
    snapshots: &[Snapshot],
    settings: &CalibrationSettings,
) -> SegmentThresholds {
    let mut symbols: BTreeSet<&String> = segment.symbols.iter().collect();
    symbols.extend(
        snapshots
            .iter()
            .filter(|one| belongs(segment, one))
            .map(|one| &one.symbol),
    );
    let own = snapshots.iter().filter(|one| symbols.contains(&one.symbol));
    let mut values: Vec<f64> = own.filter_map(|one| one.liquidity_usd).collect();
    values.sort_by(f64::total_cmp);
    let floor = settings.min_liquidity_threshold;
    let raw = [
        settings.liquidity_warning_percentile,
        settings.liquidity_critical_percentile,
    ]
    .map(|q| percentile(&values, q));
    SegmentThresholds {
        name: segment.name.clone(),
        known: values.len(),
        warning_usd: raw[0].map(|value| value.max(floor)),
        critical_usd: raw[1].map(|value| value.max(floor)),
        floor_decided: raw.iter().flatten().any(|value| *value < floor),
        symbols: symbols.into_iter().cloned().collect(),
    }
}

fn belongs(segment: &Segment, snapshot: &Snapshot) -> bool {
    let by_budget = snapshot
        .risk_budget
        .as_ref()
        .is_some_and(|budget| segment.risk_budgets.contains(budget));
    by_budget || snapshot.tags.iter().any(|tag| segment.tags.contains(tag))
}

/// The value at `q` of a sorted list, linear between neighbours.
#[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^53")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "floor of a number from 0 to the length"
)]
fn percentile(sorted: &[f64], q: f64) -> Option<f64> {
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    if q <= 0.0 {
        return Some(first);
    }
    if q >= 1.0 {
        return Some(last);
    }
    let at = q * (sorted.len() - 1) as f64;
    let low = at.floor();
    let part = at - low;
    let index = low as usize;
    let (below, above) = (*sorted.get(index)?, *sorted.get(index + 1).unwrap_or(&last));
    Some(below * (1.0 - part) + above * part)
}

/// The bytes of the calibration's file.
pub fn calibration_json(calibration: &Calibration, stamp: &Stamp<'_>) -> Vec<u8> {
    let considered: usize = calibration
        .segments
        .iter()
        .map(|segment| segment.symbols.len())
        .sum();
    let mut metadata = vec![
        ("segments", count(calibration.segments.len())),
        ("symbols_considered", count(considered)),
    ];
    metadata.extend(
        calibration
            .profiles
            .map(|profiles| ("profiles_evaluated", count(profiles))),
    );
    let segments = calibration
        .segments
        .iter()
        .map(|one| segment(one, stamp.compat_reference));
    let mut members = stamp.members(CALIBRATION_SCHEMA);
    members.extend([
        ("settings", Json::map(calibration.settings.members())),
        ("segments", Json::List(segments.collect())),
        (
            "latency_warning_threshold_ms",
            optional(calibration.latency_warning_ms),
        ),
        (
            "latency_critical_threshold_ms",
            optional(calibration.latency_critical_ms),
        ),
        ("metadata", Json::map(metadata)),
    ]);
    Json::map(members).to_file_text().into_bytes()
}

fn segment(segment: &SegmentThresholds, compat_reference: bool) -> Json {
    let mut members = vec![
        ("segment", Json::text(&segment.name)),
        ("symbol_count", count(segment.symbols.len())),
        ("liquidity_warning_threshold_usd", optional(segment.warning_usd)),
        ("liquidity_critical_threshold_usd", optional(segment.critical_usd)),
    ];
    if !segment.symbols.is_empty() {
        members.push(("symbols", texts(&segment.symbols)));
    }
    if !compat_reference {
        members.push(("symbols_with_data", count(segment.known)));
        members.push(("floor_decided", Json::Bool(segment.floor_decided)));
    }
    Json::map(members)
}

/// The segments as CSV, with the reference's columns; symbols are joined by commas.
pub fn calibration_csv(calibration: &Calibration) -> Vec<u8> {
    let header = [
        "segment",
        "symbol_count",
        "liquidity_warning_threshold_usd",
        "liquidity_critical_threshold_usd",
        "symbols",
    ];
    let number = |number: Option<f64>| number.map(python_float).unwrap_or_default();
    let rows = calibration.segments.iter().map(|segment| {
        vec![
            segment.name.clone(),
            segment.symbols.len().to_string(),
            number(segment.warning_usd),
            number(segment.critical_usd),
            segment.symbols.join(","),
        ]
    });
    csv_bytes(&header, rows)
}
