//! An output must not be an input: the next run would read what this one wrote.

use crate::config::StressLab;
use crate::diag::Problem;
use crate::fs;
use std::path::{Path, PathBuf};

/// What stands beside a report `NAME.json`, or is it.
pub(super) const ENDINGS: [&str; 5] = ["json", "csv", "insights.csv", "overrides.csv", "manifest.json"];

/// Refuses a report at `output` that would write over one of the inputs.
pub(super) fn keep_apart<'p>(
    output: &Path,
    endings: &[&str],
    inputs: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Problem> {
    let written: Vec<PathBuf> = endings
        .iter()
        .map(|ending| place(&output.with_extension(ending)))
        .collect();
    for input in inputs {
        let real = input.canonicalize().ok();
        if written.contains(&place(input)) || real.is_some_and(|real| written.contains(&real)) {
            let message = format!("`--output` would write over the input `{}`", input.display());
            return Err(Problem::with_file(output.display().to_string(), message)
                .hint("give the report a name of its own"));
        }
    }
    Ok(())
}

/// As [`keep_apart`], for the configuration, its baselines and the key.
pub(super) fn keep_apart_from_lab(
    output: &Path,
    lab: &StressLab,
    config: &Path,
    key: Option<&Path>,
) -> Result<(), Problem> {
    let baselines = lab
        .datasets
        .iter()
        .map(|dataset| fs::resolve(config, &dataset.metrics_path));
    let baselines: Vec<PathBuf> = baselines.collect();
    let inputs = baselines.iter().map(PathBuf::as_path).chain([config]).chain(key);
    keep_apart(output, &ENDINGS, inputs)
}

/// A path whose folder is free of links; the last part may not exist yet.
fn place(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    match path.file_name() {
        Some(name) => folder.join(name),
        None => folder,
    }
}
