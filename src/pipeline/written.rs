//! A report beside its tables, signatures and manifest: put in place together or not at all.

use super::apart::{ENDINGS, keep_apart};
use super::keys::{Environment, KeyChoice, development_refused, read_key};
use super::simulate::output_name;
use super::{Failure, TOOL_VERSION};
use crate::config::{Mode, Origin, SigningSettings, SourceFile, StoredFile};
use crate::diag::Problem;
use crate::document::json;
use crate::domain::{InputFile, Timestamp};
use crate::fs;
use crate::lab::Stamp;
use crate::seal::{HmacKey, SIGNATURE_ENDING, SealedFile, report_manifest, seal};
use std::path::{Path, PathBuf};

/// What every command that writes a report is asked for.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// The report file; its name ends in `.json`.
    pub output: PathBuf,
    /// How strictly input is read.
    pub mode: Mode,
    /// The key; nothing is signed without one.
    pub key: KeyChoice,
    /// The moment of the run.
    pub now: Timestamp,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The files, in the order of their names.
    pub files: Vec<PathBuf>,
    /// The id of the key and whether it is a development key; `None` if nothing was signed.
    pub signed_by: Option<(String, bool)>,
}

/// A report as bytes.
pub(super) struct Report {
    /// The report itself.
    pub(super) json: Vec<u8>,
    /// Its tables: the ending that replaces `.json`, and the bytes.
    pub(super) tables: Vec<(&'static str, Vec<u8>)>,
    /// Two counts for the manifest.
    pub(super) counts: [(&'static str, usize); 2],
}

impl ReportOptions {
    /// What the report says about itself.
    pub(super) fn stamp(&self, sources: &[(&SourceFile, &'static str)]) -> Stamp<'static> {
        let inputs = sources.iter().map(|(source, role)| InputFile {
            // Reports must not depend on the machine, so a path is recorded as its last part.
            path: source.path.rsplit('/').next().unwrap_or(&source.path).to_owned(),
            role,
            size: source.bytes.len(),
            digest: source.digest,
        });
        Stamp {
            generated_at: self.now,
            tool_version: TOOL_VERSION,
            inputs: inputs.collect(),
            compat_reference: self.mode == Mode::Reference,
        }
    }

    /// Refuses to write over one of the inputs or the key.
    pub(super) fn keep_apart(&self, inputs: &[Option<&Path>]) -> Result<(), Problem> {
        let inputs = inputs.iter().copied().chain([self.key.path.as_deref()]);
        keep_apart(&self.output, &ENDINGS, inputs.flatten())
    }

    /// The key that signs, if there is one.
    pub(super) fn signing_key(&self, environment: Environment<'_>) -> Result<Option<HmacKey>, Failure> {
        let none = Origin {
            location: PathBuf::new(),
            shown: String::new(),
            recorded: String::new(),
        };
        let key = read_key(
            &self.key,
            &SigningSettings::default(),
            &none,
            self.mode,
            environment,
        )?;
        if self.key.require && key.as_ref().is_some_and(HmacKey::is_development) {
            return Err(development_refused());
        }
        if key.is_none() && self.key.require {
            return Err(
                Problem::with_file("(signing key)", "`--require-key` is given, but there is no key")
                    .hint("give `--signing-key-path FILE` or `--signing-key-env NAME`")
                    .into(),
            );
        }
        Ok(key)
    }

    /// Signs the report and its tables, if there is a key, and puts all files in place.
    pub(super) fn write(&self, report: Report, environment: Environment<'_>) -> Result<Written, Failure> {
        let (folder, name) = output_name(&self.output)?;
        let key = self.signing_key(environment)?;
        if self.mode == Mode::Strict {
            json::read(&format!("{name}.json"), &report.json).map_err(|problem| {
                Problem::with_file(
                    problem.path,
                    format!("the report would not be JSON: {}", problem.message),
                )
                .hint("an input is so large that a result is no number; correct it")
            })?;
        }
        let manifest_name = format!("{name}.manifest.json");
        let mut files: Vec<(String, Vec<u8>)> = vec![(format!("{name}.json"), report.json)];
        files.extend(
            report
                .tables
                .into_iter()
                .map(|(ending, bytes)| (format!("{name}{ending}"), bytes)),
        );
        let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        if let Some(key) = &key {
            let sealed: Result<Vec<SealedFile>, _> = files
                .iter()
                .map(|(name, bytes)| seal(name, bytes.clone(), key, self.now))
                .collect();
            let sealed = sealed?;
            if let Some((first, others)) = sealed.split_first() {
                let others: Vec<&SealedFile> = others.iter().collect();
                files.push((
                    manifest_name.clone(),
                    report_manifest(first, report.counts, &others),
                ));
            }
            files.extend(
                sealed
                    .iter()
                    .map(|one| (one.signature_name(), one.signature.clone())),
            );
        }
        files.sort();
        let placed: Vec<(PathBuf, &[u8])> = files
            .iter()
            .map(|(name, bytes)| (folder.join(name), bytes.as_slice()))
            .collect();
        let mut stale = Vec::new();
        if key.is_none() {
            // A signature of an earlier run beside an unsigned report would look like a forged one.
            let signatures = names.iter().map(|name| format!("{name}{SIGNATURE_ENDING}"));
            stale.extend(signatures.chain([manifest_name]).map(|name| folder.join(name)));
        }
        fs::replace_together(&placed, &stale)?;
        Ok(Written {
            files: placed.into_iter().map(|(path, _)| path).collect(),
            signed_by: key.as_ref().map(HmacKey::named),
        })
    }
}

/// A file that the command line names.
#[derive(Clone, Debug)]
pub struct Named {
    location: PathBuf,
    shown: String,
}

impl Named {
    /// The file at `path`, called that.
    pub fn new(path: &Path) -> Named {
        Named {
            location: path.to_owned(),
            shown: path.display().to_string(),
        }
    }

    /// The file as the readers take it.
    pub(super) fn stored(&self) -> StoredFile<'_> {
        StoredFile {
            location: &self.location,
            shown: &self.shown,
        }
    }
}
