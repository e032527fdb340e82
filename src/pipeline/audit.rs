//! `stage6 audit`: shipped values against Stage6's own list and against the minutes of the workshop.

use super::Failure;
use super::keys::Environment;
use super::simulate::origin_of;
use super::written::{Named, Report, ReportOptions, Written};
use crate::config::{Core, Mode, SourceFile};
use crate::diag::{Position, Problem};
use crate::document::front_matter;
use crate::domain::Digest;
use crate::fs;
use crate::lab::audit::{Audit, agreed_expectations, audit, audit_json};
use std::path::{Path, PathBuf};

/// What an audit found and, where it was asked for, the report's files.
#[derive(Clone, Debug)]
pub struct Audited {
    /// What was found.
    pub audit: Audit,
    /// The report's files; `None` without `--output`.
    pub written: Option<Written>,
}

/// Audits a configuration. `minutes` is a document whose front matter holds the agreed values.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn run_audit(
    config: &Path,
    minutes: Option<&Path>,
    output: Option<PathBuf>,
    options: ReportOptions,
    environment: Environment<'_>,
) -> Result<Audited, Failure> {
    // The strict reader first: an audit of values that could not be loaded would prove nothing.
    let core = Core::load(&origin_of(config), Mode::Strict)?;
    let minutes_path = minutes;
    let minutes = minutes.map(read_minutes).transpose()?;
    let agreed = match &minutes {
        Some(source) => agreed_expectations(&source.path, &source.node)?,
        None => Vec::new(),
    };
    let audit = audit(&core.source.node, &agreed);
    let mut sources = vec![(&core.source, "config")];
    sources.extend(minutes.as_ref().map(|source| (source, "minutes")));
    let json = audit_json(
        &audit,
        &core.source.path,
        minutes.as_ref().map(|source| source.path.as_str()),
        &options.stamp(&sources),
    );
    let report = Report {
        json,
        tables: Vec::new(),
        counts: [
            ("difference_count", audit.differences.len()),
            ("agreement_difference_count", audit.agreement_differences.len()),
        ],
    };
    let written = match output {
        Some(output) => {
            let options = ReportOptions { output, ..options };
            options.keep_apart(&[Some(config), minutes_path])?;
            Some(options.write(report, environment)?)
        }
        None => None,
    };
    Ok(Audited { audit, written })
}

/// The facts in the front matter of a document.
fn read_minutes(path: &Path) -> Result<SourceFile, Failure> {
    let file = Named::new(path);
    let shown = file.stored().shown.to_owned();
    let bytes = fs::read_file(path, &shown)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        Problem::new(
            &shown,
            Position::of_offset(&lossy, error.valid_up_to()),
            "not UTF-8 text",
        )
        .hint("save the file as UTF-8")
    })?;
    let parts = front_matter::split(&shown, text)?;
    let node = parts
        .and_then(|parts| parts.meta.get("facts").cloned())
        .ok_or_else(|| {
            Problem::with_file(&shown, "the minutes have no `facts:` in their front matter")
                .hint("write the agreed values there, or audit with `--no-minutes`")
        })?;
    Ok(SourceFile {
        path: shown,
        digest: Digest::of(&bytes),
        bytes,
        node,
    })
}
