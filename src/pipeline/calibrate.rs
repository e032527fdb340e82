//! `stage6 calibrate`: thresholds for the evaluator, proposed from markets and latencies.

use super::Failure;
use super::keys::Environment;
use super::written::{Named, Report, ReportOptions, Written};
use crate::config::{self, Mode, SourceFile};
use crate::diag::Problem;
use crate::domain::{Segment, Snapshot};
use crate::lab::calibrate::{
    Calibration, CalibrationSettings, VolumeBuckets, calibrate, calibration_csv, calibration_json,
    volume_segments,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where the segments come from.
#[derive(Clone, Debug)]
pub enum Segmentation {
    /// A JSON list of segments.
    File(PathBuf),
    /// By traded volume.
    Volume(VolumeBuckets),
    /// The tags `segment:NAME` of the assets of a governor in `core.yaml`.
    Governor(PathBuf, String),
    /// One segment with every symbol.
    One,
}

/// What `stage6 calibrate` is asked for.
#[derive(Clone, Debug)]
pub struct CalibrateOptions {
    /// The snapshots of Market Intelligence.
    pub market_intel: PathBuf,
    /// A simulation report of Paper Labs, for latencies.
    pub risk_report: Option<PathBuf>,
    /// Where the segments come from.
    pub segmentation: Segmentation,
    /// Percentiles and floors.
    pub settings: CalibrationSettings,
    /// Where the report goes.
    pub report: ReportOptions,
}

/// Calibrates and writes the report and its table.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn run_calibrate(
    options: &CalibrateOptions,
    environment: Environment<'_>,
) -> Result<(Calibration, Written), Failure> {
    let segments_file = match &options.segmentation {
        Segmentation::File(path) | Segmentation::Governor(path, _) => Some(path.as_path()),
        Segmentation::Volume(_) | Segmentation::One => None,
    };
    let intel = Some(options.market_intel.as_path());
    options
        .report
        .keep_apart(&[intel, options.risk_report.as_deref(), segments_file])?;
    let mode = options.report.mode;
    if mode == Mode::Strict {
        check(&options.settings)?;
    }
    let (snapshots, intel) = config::market_snapshots(&Named::new(&options.market_intel).stored(), mode)?;
    let mut sources = vec![(intel, "market_intel")];
    let mut paper = None;
    if let Some(path) = &options.risk_report {
        let (report, source) = config::paper_report(&Named::new(path).stored(), mode, options.report.now)?;
        paper = Some(report);
        sources.push((source, "risk_report"));
    }
    let (segments, source) = segments(options, &snapshots)?;
    sources.extend(source);
    let calibration = calibrate(&snapshots, &segments, paper.as_ref(), options.settings);
    if mode == Mode::Strict {
        check_segments(&calibration, &options.market_intel)?;
    }
    let named: Vec<(&SourceFile, &'static str)> =
        sources.iter().map(|(source, role)| (source, *role)).collect();
    let report = Report {
        json: calibration_json(&calibration, &options.report.stamp(&named)),
        tables: vec![(".csv", calibration_csv(&calibration))],
        counts: [
            ("segment_count", calibration.segments.len()),
            ("profile_count", calibration.profiles.unwrap_or(0)),
        ],
    };
    let written = options.report.write(report, environment)?;
    Ok((calibration, written))
}

/// Segments without data would be proposals out of nothing.
fn check_segments(calibration: &Calibration, intel: &Path) -> Result<(), Failure> {
    let shown = intel.display().to_string();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for segment in &calibration.segments {
        if !seen.insert(&segment.name) {
            let message = format!("the segment `{}` stands twice", segment.name);
            problems.push(Problem::with_file(&shown, message).hint("give each segment its own name"));
        }
        if segment.known == 0 {
            let message = format!("no symbol of the segment `{}` has a liquidity here", segment.name);
            let hint = "add snapshots with `liquidity_usd`, or correct the segment's symbols and tags";
            problems.push(Problem::with_file(&shown, message).hint(hint));
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.into()),
    }
}

/// Thresholds that cannot warn before they are critical are refused; the reference writes them.
fn check(settings: &CalibrationSettings) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut refuse = |flag: &str, message: String, hint: &str| {
        problems.push(Problem::with_file(format!("--{flag}"), message).hint(hint));
    };
    for (flag, q) in [
        (
            "liquidity-warning-percentile",
            settings.liquidity_warning_percentile,
        ),
        (
            "liquidity-critical-percentile",
            settings.liquidity_critical_percentile,
        ),
        ("latency-warning-percentile", settings.latency_warning_percentile),
        (
            "latency-critical-percentile",
            settings.latency_critical_percentile,
        ),
    ] {
        if !(0.0..=1.0).contains(&q) {
            refuse(
                flag,
                format!("{q} is not from 0 to 1"),
                "this is a fraction: write 0.35 for the 35th percentile",
            );
        }
    }
    for (flag, floor) in [
        ("min-liquidity-threshold", settings.min_liquidity_threshold),
        ("min-latency-threshold-ms", settings.min_latency_threshold_ms),
    ] {
        if !(floor >= 0.0 && floor.is_finite()) {
            refuse(
                flag,
                format!("{floor} is not a number of 0 or more"),
                "correct the value",
            );
        }
    }
    problems.extend(order(settings));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}

/// Whether the warning comes before the critical finding.
fn order(settings: &CalibrationSettings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |flag: &str, message: String, hint: &str| {
        problems.push(Problem::with_file(format!("--{flag}"), message).hint(hint));
    };
    if settings.liquidity_warning_percentile <= settings.liquidity_critical_percentile {
        let message = "the critical percentile is not below the warning percentile".to_owned();
        refuse(
            "liquidity-critical-percentile",
            message,
            "less liquidity is worse: 0.2 below 0.35, for example",
        );
    }
    if settings.latency_warning_percentile >= settings.latency_critical_percentile {
        let message = "the critical percentile is not above the warning percentile".to_owned();
        refuse(
            "latency-critical-percentile",
            message,
            "more latency is worse: 0.85 above 0.65, for example",
        );
    }
    problems
}

type Found = (Vec<Segment>, Option<(SourceFile, &'static str)>);

fn segments(options: &CalibrateOptions, snapshots: &[Snapshot]) -> Result<Found, Failure> {
    let mode = options.report.mode;
    Ok(match &options.segmentation {
        Segmentation::One => (Vec::new(), None),
        Segmentation::File(path) => {
            let (segments, source) = config::segments(&Named::new(path).stored(), mode)?;
            (segments, Some((source, "segments")))
        }
        Segmentation::Volume(buckets) => {
            let segments = volume_segments(snapshots, buckets).ok_or_else(|| {
                Problem::with_file(options.market_intel.display().to_string(), "no symbol has a liquidity to sort by")
                    .hint("give `--segments FILE`, or snapshots with `liquidity_usd`; `--volume-buckets` is at least 1")
            })?;
            (segments, None)
        }
        Segmentation::Governor(path, name) => by_tags(path, name, mode)?,
    })
}

fn by_tags(path: &Path, name: &str, mode: Mode) -> Result<Found, Failure> {
    let file = Named::new(path);
    let (holdings, source) = config::governor_holdings(&(file.stored(), name), mode)?;
    let mut segments: BTreeMap<String, Segment> = BTreeMap::new();
    for holding in holdings {
        for tag in holding.tags.iter().filter_map(|tag| tag.strip_prefix("segment:")) {
            let segment = segments.entry(tag.to_owned()).or_default();
            segment.name = tag.to_owned();
            segment.symbols.push(holding.symbol.clone());
        }
    }
    Ok((segments.into_values().collect(), Some((source, "config"))))
}
