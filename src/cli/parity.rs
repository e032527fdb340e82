//! `stage6 parity`.

use super::Outcome;
use super::arguments::{DateArguments, KeyArguments};
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::{Console, more};
use crate::diag::Topic;
use crate::fs::Project;
use crate::pipeline::{self, Failure, ParityOptions};
use crate::seal::SIGNATURE_ENDING;
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 parity --mirror ../mirror
  stage6 parity --mirror ../mirror --release 2026.11 --report mirror_parity.json
  stage6 parity --mirror ../mirror --report var/audit/stage6/mirror_parity.json --signing-key-path secrets/stress_lab.hmac
  stage6 parity --mirror ../mirror --date 2026-11-23T12:00:00Z --json

Below the mirror stand the release's folder, under the release's id, and index.csv. Every file must have the same SHA-256.
A mirror that is not there is not a mirror that agrees: the report then says `skipped`, and the exit code is 3.
The gate reads the report at var/audit/stage6/mirror_parity.json and wants the signature of the key of publications; with a
key, REPORT.sig stands beside each report.";

#[derive(Args, Debug)]
pub(super) struct ParityArguments {
    /// The mirror's folder.
    #[arg(long, value_name = "DIR")]
    mirror: PathBuf,
    /// The release. Default: the one that config/publication.yaml selects.
    #[arg(long, value_name = "ID")]
    release: Option<String>,
    /// Write the report as JSON too.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    date: DateArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

pub(super) fn run(arguments: &ParityArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = ParityOptions {
        mirror: arguments.mirror.clone(),
        release: arguments.release.clone(),
        report: arguments.report.clone(),
        now: clock::now(&arguments.date)?,
    };
    let project = Project::open(&arguments.root)?;
    let key = match &options.report {
        Some(_) => pipeline::key_if_any(&project, &key_choice(&arguments.key), &environment)?,
        None => None,
    };
    let found = pipeline::parity(&project, &options, key.as_ref())?;
    let parity = &found.parity;
    match parity.obstacle() {
        Some(reason) => console.remark(format!("not compared: {}: {reason}", options.mirror.display())),
        None => console.line(format!(
            "{} files of release {}: {} missing in the mirror, {} differ, {} extra",
            parity.count(),
            found.release,
            parity.missing.len(),
            parity.mismatched.len(),
            parity.extra.len()
        )),
    }
    for key in &parity.missing {
        console.remark(format!("missing: {key}"));
    }
    for (key, there) in &parity.mismatched {
        let here = parity
            .original(key)
            .map_or_else(String::new, |digest| digest.to_string());
        console.remark(format!("differs: {key}: here {here}, in the mirror {there}"));
    }
    for key in &parity.extra {
        console.remark(format!("extra: {key}"));
    }
    if let Some(report) = &options.report {
        console.line(format!("wrote {}", report.display()));
        if key.is_some() {
            console.line(format!("wrote {}{SIGNATURE_ENDING}", report.display()));
        }
    }
    console.object(&parity.json(&options.mirror.display().to_string(), options.now));
    Ok(match parity.passes() {
        true => Outcome::Good,
        false => {
            more(&[Topic::Signals]);
            Outcome::Breach
        }
    })
}
