//! `stage6 kit`.

use super::Outcome;
use super::arguments::ProjectArguments;
use super::build::release_key_choice;
use super::clock::{self, environment};
use super::console::Console;
use crate::document::json_text::Json;
use crate::domain::{Digest, Language};
use crate::fs::Project;
use crate::pipeline::{self, Failure, KitFiles, VerifyOptions};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 kit
  stage6 kit --language en
  stage6 kit --output t7-kit

Every `stage6 build` makes the kit; this command verifies the built release, lists the kit's files in its bundle, and
with --output writes them into a new folder, whole or not at all.";

#[derive(Args, Debug)]
pub(super) struct KitArguments {
    /// Only the texts of this language.
    #[arg(long, value_enum)]
    language: Option<Tongue>,
    /// A folder to write the files into; it must not exist yet, or be empty.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tongue {
    /// Polish.
    Pl,
    /// English.
    En,
}

pub(super) fn run(arguments: &KitArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let languages = match arguments.language {
        Some(Tongue::Pl) => vec![Language::Polish],
        Some(Tongue::En) => vec![Language::English],
        None => Language::ALL.to_vec(),
    };
    let now = clock::now(&arguments.project.date)?;
    let project = Project::open(arguments.project.root())?;
    let options = VerifyOptions {
        key: release_key_choice(&arguments.project.key, &arguments.project.release_key),
        ..VerifyOptions::default()
    };
    let demands = pipeline::demands(&project, &options, now, &environment)?;
    let kit = pipeline::read_kit(&project, &languages, &demands.policy)?;
    if let Some(output) = &arguments.output {
        pipeline::write_kit(&kit, output)?;
    }
    show(&kit, arguments.output.as_ref(), console);
    Ok(Outcome::Good)
}

fn show(kit: &KitFiles, output: Option<&PathBuf>, console: &mut Console) {
    let bundle = &kit.verification.bundle;
    console.line(format!(
        "{}/{bundle}.zip, verified, holds in {bundle}/",
        kit.folder
    ));
    for (path, bytes) in &kit.files {
        console.line(format!("  {path}  {} bytes", bytes.len()));
    }
    if let Some(output) = output {
        console.line(format!(
            "WRITTEN  {} files into {}",
            kit.files.len(),
            output.display()
        ));
    }
    let file = |(path, bytes): (&String, &Vec<u8>)| {
        Json::map([
            ("path", Json::text(path)),
            ("size", Json::integer(bytes.len() as u64)),
            ("sha256", Json::text(Digest::of(bytes).to_string())),
        ])
    };
    let output = output.map(|path| path.display().to_string());
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("bundle", Json::text(bundle)),
        ("release", Json::text(&kit.folder)),
        ("output", Json::optional_text(output.as_deref())),
        ("files", Json::List(kit.files.iter().map(file).collect())),
    ]));
}
