//! `stage6 completions` and `stage6 manual`: what shells, `man` and the site's manual are given, made from the same
//! definition as `--help`.

use super::Outcome;
use super::arguments::{DateArguments, command};
use super::clock;
use super::console::{Console, print};
use super::docs::DocsLanguage;
use super::reference;
use crate::document::json_text::Json;
use crate::domain::Language;
use crate::fs;
use crate::pipeline::Failure;
use clap::{Args, ValueEnum};
use clap_complete::Shell;
use std::io;
use std::path::PathBuf;

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  stage6 completions bash > /usr/share/bash-completion/completions/stage6
  stage6 completions zsh > \"${fpath[1]}/_stage6\"
  stage6 completions fish > ~/.config/fish/completions/stage6.fish";

pub(super) const MANUAL_EXAMPLES: &str = "\
Examples:
  stage6 manual --output man
  man ./man/stage6-build.1
  stage6 manual --format markdown --language en
  stage6 manual --format markdown --language pl --output reference --date 2026-11-30";

/// The folder of pages for `man`.
const MAN_FOLDER: &str = "man";

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Pages for `man`, one for each command, in English.
    Man,
    /// commands.md and configuration.md, pages of a site's manual.
    Markdown,
}

#[derive(Args, Debug)]
pub(super) struct ManualArguments {
    /// The folder that gets the pages; files of other names in it are left alone. Default: man, or with --format markdown
    /// the folder content/LANGUAGE/manual.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What is written.
    #[arg(long, value_name = "FORM", default_value = "man")]
    format: Format,
    /// The language of the reference.
    #[arg(long, value_name = "LANGUAGE", default_value = "pl")]
    language: DocsLanguage,
    #[command(flatten)]
    date: DateArguments,
}

/// Prints the completions, in every mode: they are the result.
pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "stage6", &mut script);
    print(&script)?;
    Ok(Outcome::Good)
}

/// Writes the pages.
pub(super) fn manual(arguments: &ManualArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let language = arguments.language.language();
    let (folder, pages) = match arguments.format {
        Format::Man => (PathBuf::from(MAN_FOLDER), man_pages()?),
        Format::Markdown => (manual_folder(language), reference_pages(arguments, language)?),
    };
    let folder = arguments.output.clone().unwrap_or(folder);
    let files: Vec<(PathBuf, &[u8])> = pages
        .iter()
        .map(|(name, bytes)| (folder.join(name), bytes.as_slice()))
        .collect();
    fs::write_together(&files)?;
    console.line(format!("{}: {} pages", folder.display(), files.len()));
    let names = pages.iter().map(|(name, _)| Json::text(name)).collect();
    console.object(&Json::map([
        ("status", Json::text("written")),
        ("pages", Json::List(names)),
    ]));
    Ok(Outcome::Good)
}

/// Where a project keeps its manual in a language.
fn manual_folder(language: Language) -> PathBuf {
    ["content", language.tag(), "manual"].iter().collect()
}

/// The reference, revised on the day of the run.
fn reference_pages(
    arguments: &ManualArguments,
    language: Language,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let now = clock::now(&arguments.date)?.to_string();
    let day = now.split('T').next().unwrap_or_default();
    let pages = reference::pages(language, day)?;
    let pages = pages
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into_bytes()));
    Ok(pages.collect())
}

fn man_pages() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut root = command();
    // With the names of subcommands written out: `stage6-key-show`.
    root.build();
    let mut pages = Vec::new();
    page(&root, &mut pages).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(pages)
}

/// The page of a command and those of the commands below it. Without a date: equal programs write equal pages.
fn page(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    let mut bytes = Vec::new();
    man.render(&mut bytes)?;
    pages.push((man.get_filename(), bytes));
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        page(below, pages)?;
    }
    Ok(())
}
