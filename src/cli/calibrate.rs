//! `stage6 calibrate`.

use super::Outcome;
use super::clock::environment;
use super::console::Console;
use super::lab_arguments::CalibrateArguments;
use super::reports::{self, count};
use crate::document::json_text::Json;
use crate::lab::calibrate::{CalibrationSettings, VolumeBuckets};
use crate::pipeline::{self, CalibrateOptions, Failure, Segmentation};

pub(super) fn run(arguments: &CalibrateArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = CalibrateOptions {
        market_intel: arguments.market_intel.clone(),
        risk_report: arguments.risk_report.clone(),
        segmentation: segmentation(arguments),
        settings: settings(arguments),
        report: reports::options(&arguments.report)?,
    };
    let (calibration, written) = pipeline::run_calibrate(&options, &environment)?;
    let amount =
        |number: Option<f64>| number.map_or_else(|| "no data".to_owned(), |number| format!("{number:.2}"));
    for segment in &calibration.segments {
        let (warning, critical) = (amount(segment.warning_usd), amount(segment.critical_usd));
        let floor = if segment.floor_decided {
            "  (the floor decided)"
        } else {
            ""
        };
        let symbols = segment.symbols.len();
        console.line(format!(
            "{}: {symbols} symbols, warning {warning} USD, critical {critical} USD{floor}",
            segment.name
        ));
    }
    let (warning, critical) = (
        amount(calibration.latency_warning_ms),
        amount(calibration.latency_critical_ms),
    );
    console.line(format!("latency: warning {warning} ms, critical {critical} ms"));
    reports::show(&written, options.report.mode, console);
    let mut members = reports::members("calibrated", Some(&written));
    members.push(("segments", count(calibration.segments.len())));
    console.object(&Json::map(members));
    Ok(Outcome::Good)
}

fn segmentation(arguments: &CalibrateArguments) -> Segmentation {
    if let Some(file) = &arguments.segments {
        return Segmentation::File(file.clone());
    }
    if let Some(buckets) = arguments.volume_buckets {
        return Segmentation::Volume(VolumeBuckets {
            buckets,
            min_symbols: arguments.volume_min_symbols,
            name_prefix: arguments.volume_name_prefix.clone(),
            risk_budget_prefix: arguments.volume_risk_budget_prefix.clone(),
        });
    }
    match arguments.config.clone().zip(arguments.governor.clone()) {
        Some((config, governor)) => Segmentation::Governor(config, governor),
        None => Segmentation::One,
    }
}

fn settings(arguments: &CalibrateArguments) -> CalibrationSettings {
    CalibrationSettings {
        liquidity_warning_percentile: arguments.liquidity_warning_percentile,
        liquidity_critical_percentile: arguments.liquidity_critical_percentile,
        latency_warning_percentile: arguments.latency_warning_percentile,
        latency_critical_percentile: arguments.latency_critical_percentile,
        min_liquidity_threshold: arguments.min_liquidity_threshold,
        min_latency_threshold_ms: arguments.min_latency_threshold_ms,
    }
}
