//! `stage6 completions` and `stage6 manual`: what shells and `man` are given, made from the same definition as `--help`.

use super::Outcome;
use super::arguments::command;
use super::console::{Console, print};
use crate::document::json_text::Json;
use crate::fs;
use crate::pipeline::Failure;
use clap::Args;
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
  man ./man/stage6-build.1";

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

#[derive(Args, Debug)]
pub(super) struct ManualArguments {
    /// The folder that gets the pages; files of other names in it are left alone.
    #[arg(long, value_name = "DIR", default_value = "man")]
    output: PathBuf,
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
    let mut root = command();
    // With the names of subcommands written out: `stage6-key-show`.
    root.build();
    let mut pages = Vec::new();
    page(&root, &mut pages).map_err(|error| Failure::Internal(error.to_string()))?;
    let files: Vec<(PathBuf, &[u8])> = pages
        .iter()
        .map(|(name, bytes)| (arguments.output.join(name), bytes.as_slice()))
        .collect();
    fs::write_together(&files)?;
    console.line(format!("{}: {} pages", arguments.output.display(), files.len()));
    let names = pages.iter().map(|(name, _)| Json::text(name)).collect();
    console.object(&Json::map([
        ("status", Json::text("written")),
        ("pages", Json::List(names)),
    ]));
    Ok(Outcome::Good)
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
