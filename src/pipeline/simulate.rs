//! One run of the Stress Lab on any configuration file, anywhere.

use super::apart::keep_apart_from_lab;
use super::gather::input_files;
use super::keys::{Environment, KeyChoice, development_refused, read_key};
use super::{Failure, RunFiles};
use crate::config::{Core, Markets, Mode, Origin, StressLab};
use crate::diag::Problem;
use crate::domain::{StressReport, Timestamp};
use crate::fs;
use crate::lab;
use crate::seal::HmacKey;
use std::path::{Path, PathBuf};

/// What `stage6 simulate` is asked for.
#[derive(Clone, Debug)]
pub struct SimulateOptions {
    /// The configuration file.
    pub config: PathBuf,
    /// The report file; its folder also gets the CSV, the signatures and the manifest.
    pub output: Option<PathBuf>,
    /// How strictly configuration is read.
    pub mode: Mode,
    /// The key.
    pub key: KeyChoice,
    /// The moment of the run.
    pub now: Timestamp,
}

/// What a simulation made.
#[derive(Debug)]
pub struct Simulated {
    /// The result.
    pub report: StressReport,
    /// A failed scenario should give exit code 3 even without the flag.
    pub require_success: bool,
    /// The files, in the order of their names.
    pub files: Vec<PathBuf>,
    /// The id of the key and whether it is a development key; `None` if nothing was signed.
    pub signed_by: Option<(String, bool)>,
    /// The variable that the configuration names for the key but that is not set.
    pub unset_variable: Option<String>,
}

/// Runs the scenarios of one configuration file and writes the report's files.
/// `None`: with `--compat reference`, the configuration has no Stress Lab or a disabled one.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn simulate(
    options: &SimulateOptions,
    environment: Environment<'_>,
) -> Result<Option<Simulated>, Failure> {
    let origin = origin_of(&options.config);
    let core = Core::load(&origin, options.mode)?;
    let Some(lab) = core.stress_lab.clone().filter(|lab| lab.enabled) else {
        return Ok(None);
    };
    let (key, unset_variable) = signing_key(&options.key, &lab, &origin, options.mode, environment)?;
    let markets = Markets::load(&lab, &origin, options.mode, options.now)?;
    let report = lab::report(lab::Run {
        generated_at: options.now,
        thresholds: &lab.thresholds,
        scenarios: &lab.scenarios,
        markets: &markets.markets,
        inputs: input_files(&core, &markets),
        compat_reference: options.mode == Mode::Reference,
    });
    let output = match &options.output {
        Some(output) => output.clone(),
        None => {
            fs::resolve(&origin.location, &lab.report_directory).join(format!("{}.json", super::REPORT_NAME))
        }
    };
    let (folder, name) = output_name(&output)?;
    keep_apart_from_lab(&output, &lab, &origin.location, options.key.path.as_deref())?;
    let run = RunFiles::seal(&name, &report, key.as_ref())?;
    let files = write(&folder, &name, &run)?;
    let signed_by = key.as_ref().map(HmacKey::named);
    Ok(Some(Simulated {
        report,
        require_success: lab.require_success,
        files,
        signed_by,
        unset_variable,
    }))
}

/// The key, if there is one; without one, the variable that the configuration names for it.
pub(super) fn signing_key(
    choice: &KeyChoice,
    lab: &StressLab,
    origin: &Origin,
    mode: Mode,
    environment: Environment<'_>,
) -> Result<(Option<HmacKey>, Option<String>), Failure> {
    let key = read_key(choice, &lab.signing, origin, mode, environment)?;
    if choice.require && key.as_ref().is_some_and(HmacKey::is_development) {
        return Err(development_refused());
    }
    let unset_variable = lab.signing.key_env.clone().filter(|_| key.is_none());
    if key.is_none() && (choice.require || (mode == Mode::Reference && unset_variable.is_some())) {
        let name = unset_variable.map_or_else(|| "(signing key)".to_owned(), |name| format!("${name}"));
        return Err(Problem::with_file(name, "no signing key is set")
            .hint("give `--signing-key-path FILE` or `--signing-key-env NAME`")
            .into());
    }
    Ok((key, unset_variable))
}

/// A configuration file that is named on the command line.
pub(super) fn origin_of(config: &Path) -> Origin {
    let name = config
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Origin {
        location: config.to_owned(),
        shown: config.display().to_string().replace('\\', "/"),
        recorded: name,
    }
}

/// The folder and the name without ending.
pub(super) fn output_name(output: &Path) -> Result<(PathBuf, String), Problem> {
    let name = output
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_suffix(".json"));
    match name.filter(|name| !name.is_empty()) {
        Some(name) => Ok((
            output.parent().unwrap_or(Path::new("")).to_owned(),
            name.to_owned(),
        )),
        None => Err(
            Problem::with_file(output.display().to_string(), "a report's name ends in `.json`")
                .hint("the CSV, the signatures and the manifest get their names from it"),
        ),
    }
}

pub(super) fn write(folder: &Path, name: &str, run: &RunFiles) -> Result<Vec<PathBuf>, Failure> {
    let files = run.files();
    let placed: Vec<(PathBuf, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (folder.join(name), bytes.as_slice()))
        .collect();
    // A signature of an earlier run beside a new unsigned report would look like a forged one, so it goes first.
    let stale: Vec<PathBuf> = RunFiles::signature_names(name)
        .iter()
        .filter(|name| !files.contains_key(*name))
        .map(|name| folder.join(name))
        .collect();
    fs::replace_together(&placed, &stale)?;
    Ok(placed.into_iter().map(|(path, _)| path).collect())
}
