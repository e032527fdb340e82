//! `stage6 sign-runbook`.

use super::Outcome;
use super::arguments::{DateArguments, KeyArguments};
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::Console;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::fs::Project;
use crate::pipeline::{self, Failure, RunbookOptions};
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 sign-runbook var/audit/stage6/stage6_preliminary_checklist.md --signing-key-path secrets/stress_lab.hmac
  stage6 sign-runbook var/audit/stage6/stage6_preliminary_checklist.md --record stage6-preliminary-checklist.checklist.json
  stage6 sign-runbook var/audit/stage6/stress-lab.md --source content/pl/runbooks/stress-lab.md --record stress-lab.checklist.json
  stage6 sign-runbook var/audit/stage6/release.md --source content/pl/runbooks/release.md --stakeholder risk

Beside NAME.md stand NAME.manifest.json and NAME.md.sig. From then on `check` and `build` refuse a copy below var/audit
that is no longer the one that was signed.

--record takes in what a page of the site exported: the boxes of the copy are ticked as the record says, and the record
is signed too and kept as NAME.checklist.json. A record of another release, text or list is refused.";

#[derive(Args, Debug)]
pub(super) struct RunbookArguments {
    /// The archived copy, a Markdown file inside the project; with `--record` it need not be there yet.
    file: PathBuf,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The file that it was copied from. Default: itself.
    #[arg(long, value_name = "FILE")]
    source: Option<PathBuf>,
    /// The record of a ticked checklist, exported from its page: the copy is ticked by it before it is signed.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Who answers for it. Default: `stakeholders` in the front matter, then whom the record names.
    #[arg(long, value_name = "NAME")]
    stakeholder: Vec<String>,
    #[command(flatten)]
    date: DateArguments,
    #[command(flatten)]
    key: KeyArguments,
}

pub(super) fn run(arguments: &RunbookArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let project = Project::open(&arguments.root)?;
    let key =
        pipeline::key_if_any(&project, &key_choice(&arguments.key), &environment)?.ok_or_else(|| {
            Problem::with_file("(signing key)", "there is no key to sign with")
                .hint("give `--signing-key-path FILE`; `stage6 keygen FILE` makes one")
        })?;
    let options = RunbookOptions {
        file: &arguments.file,
        source: arguments.source.as_deref(),
        record: arguments.record.as_deref(),
        stakeholders: arguments.stakeholder.clone(),
        now,
    };
    let signed = pipeline::sign_runbook(&project, &options, &key)?;
    let manifest = &signed.manifest;
    let (key_id, development) = key.named();
    console.line(format!(
        "signed {} with the key `{key_id}`",
        manifest.archived_path
    ));
    if development {
        console.line("  WARNING: a development key; such a signature proves nothing");
    }
    console.line(format!("  boxes    {} ticked, {} open", signed.done, signed.open));
    console.line(format!("  SHA-256  {}", manifest.sha256));
    console.line(format!("  SHA-384  {}", manifest.sha384));
    console.line(format!("  wrote    {}", signed.manifest_path));
    console.line(format!("  wrote    {}", manifest.signature_path));
    if let Some(record) = &signed.record_path {
        console.line(format!("  kept     {record}"));
    }
    console.object(&Json::map([
        ("status", Json::text("signed")),
        ("archived_path", Json::text(&manifest.archived_path)),
        ("manifest", Json::text(&signed.manifest_path)),
        ("signature", Json::text(&manifest.signature_path)),
        ("record", Json::optional_text(signed.record_path.as_deref())),
        ("sha256", Json::text(manifest.sha256.to_string())),
        ("sha384", Json::text(&manifest.sha384)),
        ("key_id", Json::text(key_id)),
        ("development_key", Json::Bool(development)),
        ("items_done", Json::integer(signed.done as u64)),
        ("items_open", Json::integer(signed.open as u64)),
    ]));
    Ok(Outcome::Good)
}
