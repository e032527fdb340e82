//! `stage6 init`: a small working project to begin with.

use super::Outcome;
use super::arguments::DateArguments;
use super::clock;
use super::console::Console;
use crate::document::json_text::Json;
use crate::pipeline::{self, Failure};
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 init my-tests
  cd my-tests && stage6 serve

A folder of documentation needs no project: `stage6 build --root their-docs` makes a site of it.";

#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// The folder of the project; it must not exist yet, or be empty.
    folder: PathBuf,
    #[command(flatten)]
    date: DateArguments,
}

pub(super) fn run(arguments: &InitArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let started = pipeline::init(&arguments.folder, now)?;
    let folder = arguments.folder.display().to_string();
    for file in &started.files {
        console.line(format!("  {file}"));
    }
    console.line(format!(
        "wrote a project into {folder}, with release {}",
        started.release
    ));
    console.line(format!("next: cd {folder} && stage6 serve"));
    console.object(&Json::map([
        ("status", Json::text("started")),
        ("folder", Json::text(&folder)),
        ("release", Json::text(&started.release)),
        (
            "files",
            Json::List(started.files.iter().map(Json::text).collect()),
        ),
    ]));
    Ok(Outcome::Good)
}
