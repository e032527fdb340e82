//! `stage6 governor`: what a governor would do. A preview, never an order.

use super::Failure;
use super::keys::Environment;
use super::written::{Named, Report, ReportOptions, Written};
use crate::config::{self, Mode, SourceFile};
use crate::fs;
use crate::lab::governor::{
    AssetPreview, StrategyPreview, asset_preview_json, preview_assets, preview_strategies,
    strategy_preview_json,
};
use crate::seal::{Distrust, DistrustCode, SIGNATURE_ENDING, SignatureFile};
use std::path::{Path, PathBuf};

/// What `stage6 governor` is asked for.
#[derive(Clone, Debug)]
pub struct GovernorOptions {
    /// The document with the state: weights, markets, service levels, or measurements.
    pub state: PathBuf,
    /// `core.yaml`, where the governor does not stand in the state.
    pub config: Option<PathBuf>,
    /// The governor of assets in it.
    pub governor: Option<String>,
    /// An evaluation with recommendations.
    pub overrides: Option<PathBuf>,
    /// Older recommendations are refused; minutes.
    pub max_age_minutes: f64,
    /// Where the preview goes.
    pub report: ReportOptions,
}

/// Previews the governor of assets and writes the preview.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn run_asset_governor(
    options: &GovernorOptions,
    environment: Environment<'_>,
) -> Result<(AssetPreview, Written), Failure> {
    apart(options)?;
    let mode = options.report.mode;
    let state = Named::new(&options.state);
    let config = options.config.as_ref().map(|path| Named::new(path));
    let named = config
        .as_ref()
        .zip(options.governor.as_deref())
        .map(|(file, name)| (file.stored(), name));
    let mut case = config::asset_case(&state.stored(), named.as_ref(), mode)?;
    check_age(&case.sources, options)?;
    let mut verified = None;
    if let Some((overrides, source)) = overrides(options)? {
        verified = verify(&source, options, environment)?;
        case.overrides.extend(overrides);
        case.sources.push(source);
    }
    let lenient = mode == Mode::Reference;
    let preview = preview_assets(&case.governor, &case.state, &case.overrides, lenient);
    let stamp = options.report.stamp(&roles(&case.sources));
    let report = Report {
        json: asset_preview_json(&preview, &case.governor, &case.state, verified, &stamp),
        tables: Vec::new(),
        counts: [
            ("adjustment_count", preview.adjustments.len()),
            ("advisory_count", preview.advisories.len()),
        ],
    };
    let written = options.report.write(report, environment)?;
    Ok((preview, written))
}

/// Previews the governor of strategies and writes the preview. Recommendations name assets, so they are counted
/// and not applied.
///
/// # Errors
/// As [`run_asset_governor`].
pub fn run_strategy_governor(
    options: &GovernorOptions,
    environment: Environment<'_>,
) -> Result<(StrategyPreview, Written), Failure> {
    apart(options)?;
    let state = Named::new(&options.state);
    let config = options.config.as_ref().map(|path| Named::new(path));
    let core = config.as_ref().map(Named::stored);
    let mut case = config::strategy_case(&state.stored(), core.as_ref(), options.report.mode)?;
    check_age(&case.sources, options)?;
    let (mut given, mut verified) = (0, None);
    if let Some((overrides, source)) = overrides(options)? {
        verified = verify(&source, options, environment)?;
        given = overrides.len();
        case.sources.push(source);
    }
    let preview = preview_strategies(&case.governor, &case.observations);
    let stamp = options.report.stamp(&roles(&case.sources));
    let report = Report {
        json: strategy_preview_json(&preview, given, verified, &stamp),
        tables: Vec::new(),
        counts: [
            ("strategy_count", preview.allocations.len()),
            ("unmeasured_count", preview.unmeasured.len()),
        ],
    };
    let written = options.report.write(report, environment)?;
    Ok((preview, written))
}

/// Refuses a state that is out of date. The reference does not look.
fn check_age(sources: &[SourceFile], options: &GovernorOptions) -> Result<(), Failure> {
    let shown = options.state.display().to_string();
    let state = sources.iter().find(|source| source.path == shown);
    match state.filter(|_| options.report.mode == Mode::Strict) {
        Some(state) => Ok(config::check_state_age(
            state,
            options.report.now,
            options.max_age_minutes,
        )?),
        None => Ok(()),
    }
}

fn apart(options: &GovernorOptions) -> Result<(), Failure> {
    let (config, overrides) = (options.config.as_deref(), options.overrides.as_deref());
    Ok(options
        .report
        .keep_apart(&[Some(&options.state), config, overrides])?)
}

type Recommended = Option<(Vec<crate::domain::WeightOverride>, SourceFile)>;

fn overrides(options: &GovernorOptions) -> Result<Recommended, Failure> {
    let Some(path) = &options.overrides else {
        return Ok(None);
    };
    let file = Named::new(path);
    let (mode, now) = (options.report.mode, options.report.now);
    Ok(Some(config::override_file(
        &file.stored(),
        mode,
        now,
        options.max_age_minutes,
    )?))
}

/// Whether the recommendations carry the signature of the key; `None` by the reference's rules, which know none.
fn verify(
    source: &SourceFile,
    options: &GovernorOptions,
    environment: Environment<'_>,
) -> Result<Option<bool>, Failure> {
    if options.report.mode == Mode::Reference {
        return Ok(None);
    }
    let Some(key) = options.report.signing_key(environment)? else {
        return Ok(Some(false));
    };
    let name = format!("{}{SIGNATURE_ENDING}", source.path);
    let bytes = fs::read_file(Path::new(&name), &name)
        .map_err(|problem| Distrust::new(DistrustCode::MissingSignature, &name, problem.message))?;
    let signature = SignatureFile::read(&name, &bytes)?;
    signature.check_target(&source.path, &source.bytes)?;
    signature.check_key(&source.path, &source.bytes, &key)?;
    Ok(Some(true))
}

fn roles(sources: &[SourceFile]) -> Vec<(&SourceFile, &'static str)> {
    let role = |source: &SourceFile| match source.path.rsplit('.').next() {
        Some("yaml" | "yml") => "config",
        _ => "state",
    };
    sources.iter().map(|source| (source, role(source))).collect()
}
