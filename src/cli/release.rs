//! `stage6 release`.

use super::Outcome;
use super::console::{Console, remark};
use crate::config::ReleaseRecord;
use crate::document::json_text::Json;
use crate::domain::ReleaseStatus;
use crate::fs::Project;
use crate::pipeline::{self, Failure, ListedRelease, MadeRelease, ReleaseOptions};
use clap::{Args, Subcommand};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 release list
  stage6 release new 2026.12 --released-at 2026-12-21T09:00:00+01:00 --owner \"release operator\" --preset core
  stage6 release new 2026.12 --released-at 2026-12-21T08:00:00Z --owner Jan --preset core --select

A record is never written over. Which release is built, `bundle.release` in config/publication.yaml says.";

#[derive(Debug, Subcommand)]
pub(super) enum ReleaseCommand {
    /// Write the record of a new release, a draft, bound to the release before by the SHA-256 of its digest list.
    #[command(after_help = EXAMPLES)]
    New(NewArguments),
    /// List all releases with their moments, and whether they are built.
    #[command(after_help = EXAMPLES)]
    List(ListArguments),
}

#[derive(Args, Debug)]
pub(super) struct ReleaseArguments {
    #[command(subcommand)]
    command: ReleaseCommand,
}

#[derive(Args, Debug)]
pub(super) struct NewArguments {
    /// The id, which names the record and the folder.
    id: String,
    /// T, a moment with offset.
    #[arg(long, value_name = "MOMENT")]
    released_at: String,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// What it is a release of.
    #[arg(long, value_name = "NAME")]
    preset: String,
    /// The folder of the release before, if it is not where a build puts it.
    #[arg(long, value_name = "DIR")]
    previous_release_folder: Option<PathBuf>,
    /// Change `bundle.release` in config/publication.yaml too; comments stay.
    #[arg(long)]
    select: bool,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct ListArguments {
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

pub(super) fn run(arguments: &ReleaseArguments, console: &mut Console) -> Result<Outcome, Failure> {
    match &arguments.command {
        ReleaseCommand::New(arguments) => new(arguments, console),
        ReleaseCommand::List(arguments) => list(arguments, console),
    }
}

fn new(arguments: &NewArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(&arguments.root)?;
    let options = ReleaseOptions {
        id: arguments.id.clone(),
        released_at: arguments.released_at.clone(),
        owner: arguments.owner.clone(),
        preset: arguments.preset.clone(),
        previous_folder: arguments.previous_release_folder.clone(),
        select: arguments.select,
    };
    let on_wait = || remark("a build is putting its files in place; waiting for it");
    let made = pipeline::new_release(&project, &options, on_wait)?;
    show(&made, console);
    let mut members = vec![
        ("status", Json::text("written")),
        ("file", Json::text(&made.record.source.path)),
        ("bundle", Json::text(made.bundle.as_str())),
        ("selected", Json::Bool(made.selected)),
    ];
    members.extend(record_members(&made.record, "release_status"));
    console.object(&Json::map(members));
    Ok(Outcome::Good)
}

fn show(made: &MadeRelease, console: &mut Console) {
    let release = &made.record.release;
    console.line(format!("wrote {}", made.record.source.path));
    console.line(format!(
        "  {}, a draft: T {}, T+7 {}",
        made.bundle, release.released_at, release.publish_at
    ));
    if let (Some((id, status)), Some(previous)) = (&made.before, &release.previous) {
        console.line(format!(
            "  after {id}, whose digest list has the SHA-256 {previous}"
        ));
        if *status == ReleaseStatus::Draft {
            console.remark(format!(
                "note: `{id}` is a draft; if it is built again, `previous` must be written again"
            ));
        }
    }
    if made.selected {
        console.line("  selected by config/publication.yaml");
    } else {
        console.line("next");
        console.line(format!(
            "  select it: `release: \"{}\"` below `bundle:` in config/publication.yaml",
            release.id
        ));
    }
}

fn list(arguments: &ListArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let listed = pipeline::list_releases(&Project::open(&arguments.root)?)?;
    let width = listed
        .iter()
        .map(|one| one.record.release.id.len())
        .max()
        .unwrap_or(0);
    for one in &listed {
        let release = &one.record.release;
        let (id, status) = (&release.id, release.status.as_str());
        console.line(format!(
            "{:>3}  {id:<width$}  {status:<5}  T {}  T+7 {}  {}{}{}",
            release.sequence,
            release.released_at,
            release.publish_at,
            if one.is_built { "built" } else { "not built" },
            if one.is_selected { ", selected" } else { "" },
            match one.follows {
                Some(false) => ", `previous` is not the digest list that lies there",
                _ => "",
            }
        ));
    }
    if listed.is_empty() {
        console.line("no releases");
    }
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("releases", Json::List(listed.iter().map(listed_object).collect())),
    ]));
    Ok(Outcome::Good)
}

fn listed_object(one: &ListedRelease) -> Json {
    let mut members = vec![
        ("folder", Json::text(&one.folder)),
        ("built", Json::Bool(one.is_built)),
        ("selected", Json::Bool(one.is_selected)),
        ("previous_matches", one.follows.map_or(Json::Null, Json::Bool)),
    ];
    members.extend(record_members(&one.record, "status"));
    Json::map(members)
}

fn record_members(record: &ReleaseRecord, status: &'static str) -> Vec<(&'static str, Json)> {
    let release = &record.release;
    vec![
        ("id", Json::text(&release.id)),
        (status, Json::text(release.status.as_str())),
        ("sequence", Json::integer(release.sequence)),
        ("released_at", Json::text(release.released_at.to_string())),
        ("publish_at", Json::text(release.publish_at.to_string())),
        ("valid_until", Json::text(release.valid_until.to_string())),
        ("previous", Json::optional_text(release.previous.as_deref())),
        ("preset", Json::text(&record.preset)),
        ("owner", Json::text(&record.owner)),
        ("notes", Json::optional_text(record.notes.as_deref())),
    ]
}
