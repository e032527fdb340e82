//! `stage6 journal`: the decision log, checked and shown.

use super::Outcome;
use super::arguments::{KeyArguments, key_id};
use super::build::key_choice;
use super::clock::environment;
use super::console::{Console, visible};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::Digest;
use crate::fs::Project;
use crate::journal::{self, Audit, Entry, LOG_PATH, Noted, Stored, Verdict};
use crate::pipeline::{self, Failure, KeyChoice};
use crate::seal::HmacKey;
use clap::{Args, Subcommand};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 journal show --last 5
  stage6 journal verify --signing-key-path secrets/stress_lab.hmac --signing-key-id audit-2026
  stage6 journal verify --also-signing-key-path audit-2025=old.hmac --expect-entries 118 --json

`build` and `verify` append to var/audit/stage6/decision_log.jsonl, unless --no-journal is given.
Note the count and the head that `journal verify` prints somewhere else, and give them next time: nothing else shows
that the log was not replaced by an older one together with its head.";

#[derive(Args, Debug)]
pub(super) struct JournalCommand {
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Check every line, its signature, the chain and the end of the log. Exit code 4 at the first flaw.
    Verify(VerifyArguments),
    /// List what was recorded, without checking it.
    Show(ShowArguments),
}

#[derive(Args, Debug)]
struct VerifyArguments {
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    #[command(flatten)]
    key: KeyArguments,
    /// Another key that signed lines, with its id if that is not derived from it.
    #[arg(long, value_name = "[ID=]FILE")]
    also_signing_key_path: Vec<String>,
    /// Check the chain alone, even if the project has a key.
    #[arg(long, conflicts_with_all = ["signing_key_path", "signing_key_env", "require_key", "also_signing_key_path"])]
    no_key: bool,
    /// The head noted earlier: the log must still hold that line.
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    expect_head: Option<Digest>,
    /// The number of lines noted earlier: the log must hold at least as many; with --expect-head, that line is this
    /// one.
    #[arg(long, value_name = "N")]
    expect_entries: Option<u64>,
}

#[derive(Args, Debug)]
struct ShowArguments {
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Only the last lines.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
}

fn digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).ok_or_else(|| "expected 64 lower-case hexadecimal digits".to_owned())
}

pub(super) fn run(command: &JournalCommand, console: &mut Console) -> Result<Outcome, Failure> {
    match &command.job {
        Job::Verify(arguments) => verify(arguments, console),
        Job::Show(arguments) => show(arguments, console),
    }
}

fn verify(arguments: &VerifyArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(&arguments.root)?;
    let keys = keys(arguments, &project)?;
    let stored = Stored::read(&project)?;
    let noted = Noted {
        head: arguments.expect_head,
        entries: arguments.expect_entries,
    };
    let audit = journal::verify(stored.log.as_deref(), stored.head.as_deref(), &keys, noted)
        .map_err(Failure::Journal)?;
    console.line(format!(
        "VERIFIED  {LOG_PATH}: {} lines, each appended to the one before",
        audit.entries.len()
    ));
    console.line(format!("  head  {}", audit.head));
    console.line("  note count and head elsewhere; next time give --expect-entries and --expect-head");
    match audit.is_authenticated {
        true => console.line(format!(
            "  HMAC of every line and of the head recomputed; keys: {}",
            key_names(&audit).join(", ")
        )),
        false => console.line(
            "  NOT AUTHENTICATED: no key was used, and without one anybody could have written all of it",
        ),
    }
    if audit.head_lags {
        console.line(
            "  the head is one line behind: a run was killed just after its line; the next one mends it",
        );
    }
    let not_proven = not_proven(noted);
    for line in &not_proven {
        console.line(format!("  not proven: {line}"));
    }
    console.object(&Json::map([
        ("status", Json::text("verified")),
        ("entries", Json::integer(audit.entries.len() as u64)),
        ("head", Json::text(audit.head.to_string())),
        ("head_lags", Json::Bool(audit.head_lags)),
        ("authenticated", Json::Bool(audit.is_authenticated)),
        (
            "key_ids",
            Json::List(key_names(&audit).into_iter().map(Json::Text).collect()),
        ),
        (
            "not_proven",
            Json::List(not_proven.into_iter().map(Json::text).collect()),
        ),
    ]));
    Ok(Outcome::Good)
}

/// The keys that lines may be signed with; none to check the chain alone.
fn keys(arguments: &VerifyArguments, project: &Project) -> Result<Vec<HmacKey>, Failure> {
    if arguments.no_key {
        return Ok(Vec::new());
    }
    let key = pipeline::key_if_any(project, &key_choice(&arguments.key), &environment)?;
    if key.is_none() && arguments.key.require_key {
        return Err(
            Problem::with_file("(signing key)", "`--require-key` is given, but there is no key")
                .hint("give `--signing-key-path FILE` or `--signing-key-env NAME`")
                .into(),
        );
    }
    let mut keys: Vec<HmacKey> = key.into_iter().collect();
    for named in &arguments.also_signing_key_path {
        // A path with `=` behind what looks like an id is written `./a=b`.
        let (id, path) = match named.split_once('=') {
            Some((id, path)) if key_id(id).is_ok() => (Some(id.to_owned()), path),
            _ => (None, named.as_str()),
        };
        let choice = KeyChoice {
            path: Some(path.into()),
            id,
            ..KeyChoice::default()
        };
        keys.extend(pipeline::key_if_any(project, &choice, &environment)?);
    }
    Ok(keys)
}

fn key_names(audit: &Audit) -> Vec<String> {
    let mut names: Vec<String> = audit.key_ids.iter().map(|id| visible(id)).collect();
    names.sort();
    names.dedup();
    names
}

/// What a reader might take for proven and is not.
fn not_proven(noted: Noted) -> Vec<&'static str> {
    let mut lines = Vec::new();
    if noted.head.is_none() {
        lines.push(
            "that the log was not replaced by an older one together with its head, or begun anew: give --expect-head",
        );
    }
    lines.push("anything against a holder of the key: who can sign a line can also write the whole log anew");
    lines.push("who ran a command and when: names and moments are as those who ran it gave them");
    lines
}

fn show(arguments: &ShowArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(&arguments.root)?;
    let stored = Stored::read(&project)?;
    if stored.log.is_none() {
        return Err(Problem::with_file(LOG_PATH, "there is no decision log")
            .hint("`stage6 build` begins one; name the project with `--root DIR`")
            .into());
    }
    let entries = stored.entries().map_err(Failure::Journal)?;
    let skipped = entries.len().saturating_sub(arguments.last.unwrap_or(usize::MAX));
    let shown = entries.get(skipped..).unwrap_or_default();
    for (entry, key) in shown {
        for line in lines_of(entry, key) {
            console.line(line);
        }
    }
    if stored.is_torn() {
        console.remark("the log ends in half a line of a killed run; the next append moves it aside");
    }
    console.line(format!(
        "{} of {} lines shown, not checked; `stage6 journal verify` checks them",
        shown.len(),
        entries.len()
    ));
    console.object(&Json::map([
        ("status", Json::text("shown")),
        ("entries", Json::integer(entries.len() as u64)),
        ("torn", Json::Bool(stored.is_torn())),
        (
            "lines",
            Json::List(shown.iter().map(|(entry, key)| object(entry, key)).collect()),
        ),
    ]));
    Ok(Outcome::Good)
}

fn verdict(entry: &Entry) -> String {
    match &entry.decision.verdict {
        Verdict::Done => entry.decision.event.done().to_owned(),
        Verdict::Failed(code) => format!("failed: {code}"),
    }
}

fn lines_of(entry: &Entry, key: &str) -> Vec<String> {
    let decision = &entry.decision;
    let mut lines = vec![format!(
        "{:>4}  {}  {:<12}  {}  {}  by {}, key {}",
        entry.sequence,
        decision.at,
        decision.event.as_str(),
        visible(&decision.subject),
        visible(&verdict(entry)),
        visible(&decision.actor),
        visible(key)
    )];
    let files = [("read", &decision.inputs), ("made", &decision.outputs)];
    lines.extend(
        files
            .into_iter()
            .filter(|(_, files)| !files.is_empty())
            .map(|(word, files)| {
                let names = files
                    .iter()
                    .map(|(path, digest)| format!("{} {}", visible(path), digest.short()));
                match files.len() {
                    0..=4 => format!("      {word}  {}", names.collect::<Vec<String>>().join(", ")),
                    count => format!("      {word}  {count} files; `--json` shows their digests"),
                }
            }),
    );
    lines
}

fn object(entry: &Entry, key: &str) -> Json {
    let mut members = entry.to_json();
    members.insert("key_id".to_owned(), Json::text(key));
    Json::Map(members)
}
