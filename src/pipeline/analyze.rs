//! One analysis of any configuration file, anywhere.

use super::apart::keep_apart_from_lab;
use super::gather::input_files;
use super::keys::{Environment, KeyChoice};
use super::simulate::{origin_of, output_name, signing_key, write};
use super::{ANALYTICS_NAME, Failure, RunFiles};
use crate::config::{Core, Markets, Mode};
use crate::diag::Problem;
use crate::domain::{AnalyticsSettings, Timestamp};
use crate::fs;
use crate::lab::{self, analytics};
use crate::seal::HmacKey;
use std::path::PathBuf;

/// What `stage6 analyze` is asked for.
#[derive(Clone, Debug)]
pub struct AnalyzeOptions {
    /// The configuration file.
    pub config: PathBuf,
    /// The analytics file; its folder also gets the CSV, the signatures and the manifest.
    pub output: Option<PathBuf>,
    /// What differs from the configuration's `stress_lab.analytics`.
    pub settings: SettingsChoice,
    /// The key.
    pub key: KeyChoice,
    /// The moment of the run.
    pub now: Timestamp,
}

/// What the command line says about the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsChoice {
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--sigma`.
    pub sigma: Option<f64>,
    /// `--draws`; `Some(None)` asks for stages whatever the configuration says.
    pub draws: Option<Option<u64>>,
}

impl SettingsChoice {
    /// The configured settings with these choices over them.
    pub fn over(self, configured: AnalyticsSettings) -> AnalyticsSettings {
        AnalyticsSettings {
            seed: self.seed.unwrap_or(configured.seed),
            sigma: self.sigma.unwrap_or(configured.sigma),
            draws: self.draws.unwrap_or(configured.draws),
        }
    }
}

/// What an analysis made.
#[derive(Debug)]
pub struct Analyzed {
    /// The result.
    pub analytics: analytics::Analytics,
    /// The files, in the order of their names.
    pub files: Vec<PathBuf>,
    /// The id of the key and whether it is a development key; `None` if nothing was signed.
    pub signed_by: Option<(String, bool)>,
    /// The variable that the configuration names for the key but that is not set.
    pub unset_variable: Option<String>,
}

/// Analyses the scenarios of one configuration file and writes the files. `progress` is told the current scenario and
/// its draws so far.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn analyze(
    options: &AnalyzeOptions,
    environment: Environment<'_>,
    progress: analytics::Progress<'_>,
) -> Result<Analyzed, Failure> {
    // 1. What the author gave.
    let origin = origin_of(&options.config);
    let core = Core::load(&origin, Mode::Strict)?;
    let Some(lab) = &core.stress_lab else {
        return Err(
            Problem::with_file(&origin.shown, "there is no section `stress_lab`")
                .hint("add it")
                .into(),
        );
    };
    let (key, unset_variable) = signing_key(&options.key, lab, &origin, Mode::Strict, environment)?;
    let markets = Markets::load(lab, &origin, Mode::Strict, options.now)?;
    let output = match &options.output {
        Some(output) => output.clone(),
        None => fs::resolve(&origin.location, &lab.report_directory).join(format!("{ANALYTICS_NAME}.json")),
    };
    let (folder, name) = output_name(&output)?;
    keep_apart_from_lab(&output, lab, &origin.location, options.key.path.as_deref())?;

    // 2. What the numbers say. Pure: no files, no clock, no chance but the seed's.
    let report = lab::report(lab::Run {
        generated_at: options.now,
        thresholds: &lab.thresholds,
        scenarios: &lab.scenarios,
        markets: &markets.markets,
        inputs: input_files(&core, &markets),
        compat_reference: false,
    });
    let settings = options.settings.over(lab.analytics);
    let analytics = analytics::analyze(&report, &lab.scenarios, &settings, progress);

    // 3. What is sealed.
    let run = RunFiles::seal_analytics(&name, &analytics, key.as_ref())?;
    let files = write(&folder, &name, &run)?;
    let signed_by = key.as_ref().map(HmacKey::named);
    Ok(Analyzed {
        analytics,
        files,
        signed_by,
        unset_variable,
    })
}
