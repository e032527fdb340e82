//! How every command speaks: to people, to programs, to logs and to test dashboards.

use clap::{Args, ColorChoice};
use std::path::PathBuf;

/// Options that all commands know.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArguments {
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Print JSON lines as things happen: stages as they begin and end, problems, and the result last.
    #[arg(long, global = true, conflicts_with = "json")]
    pub(super) events: bool,
    /// Print nothing when all is well; warnings and errors are still shown.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// When to use colour. `auto`: on a terminal, unless NO_COLOR is set.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = false
    )]
    pub(super) color: ColorChoice,
    /// Also write the problems that were found as SARIF 2.1.0, for editors and code hosts; without problems an empty list.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) sarif: Option<PathBuf>,
    /// Also write problems, claims and rules of the gate as JUnit XML, for test dashboards.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
}
