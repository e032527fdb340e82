//! The command line: arguments, printing, progress, exit codes; the only place that reads the clock and the
//! environment.

mod analyze;
mod arguments;
mod audit;
mod baseline;
mod build;
mod calibrate;
mod check;
mod clock;
mod console;
mod evaluate;
mod extract;
mod facts;
mod governor;
mod history;
mod journal;
mod key_show;
mod keygen;
mod kit;
mod lab_arguments;
mod parity;
mod portfolio;
mod publish;
mod release;
mod reports;
mod runbook;
mod schedule;
mod serve;
mod sign_waivers;
mod signal_quality;
mod simulate;
mod trust_arguments;
mod verification_report;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser;
use console::Console;
use std::process::ExitCode;
use trust_arguments::KeyCommand;

pub use arguments::command;

/// How a command ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Good,
    /// The machine failed: a full disk, no permission.
    Internal,
    /// Bad input or usage.
    BadInput,
    /// A scenario is above its limits, a critical finding was asked to fail, or an audit found a difference.
    Breach,
    /// Something cannot be trusted.
    Untrusted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Good => 0,
            Outcome::Internal => 1,
            Outcome::BadInput => 2,
            Outcome::Breach => 3,
            Outcome::Untrusted => 4,
        })
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let mut console = Console::new(arguments.json);
    let outcome = match arguments.command {
        Command::Build(options) => build::run(&options, &mut console),
        Command::Check(options) => check::run(&options, &mut console),
        Command::Simulate(options) => simulate::run(&options, &mut console),
        Command::Baseline(options) => baseline::run(&options, &mut console),
        Command::History(options) => history::run(&options, &mut console),
        Command::Evaluate(options) => evaluate::run(&options, &mut console),
        Command::Calibrate(options) => calibrate::run(&options, &mut console),
        Command::Portfolio(options) => portfolio::run(&options, &mut console),
        Command::Governor(options) => governor::run(&options, &mut console),
        Command::Audit(options) => audit::run(&options, &mut console),
        Command::Analyze(options) => analyze::run(&options, &mut console),
        Command::Facts(options) => facts::run(&options, &mut console),
        Command::Kit(options) => kit::run(&options, &mut console),
        Command::SignWaivers(options) => sign_waivers::run(&options, &mut console),
        Command::Verify(options) => verify::run(&options, &mut console),
        Command::Extract(options) => extract::run(&options, &mut console),
        Command::Journal(options) => journal::run(&options, &mut console),
        Command::SignRunbook(options) => runbook::run(&options, &mut console),
        Command::Keygen(options) => keygen::run(&options, &mut console),
        Command::Key(KeyCommand::Show(options)) => key_show::run(&options, &mut console),
        Command::Release(options) => release::run(&options, &mut console),
        Command::Schedule(options) => schedule::run(&options, &mut console),
        Command::Gate(options) => publish::gate(&options, &mut console),
        Command::Publish(options) => publish::run(&options, &mut console),
        Command::Rollback(options) => publish::rollback(&options, &mut console),
        Command::SignalQuality(options) => signal_quality::run(&options, &mut console),
        Command::Parity(options) => parity::run(&options, &mut console),
        Command::Serve(options) => serve::run(&options, &mut console),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(failure) => console.fail(&failure).into(),
    }
}
