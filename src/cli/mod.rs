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
mod docs;
mod documentation;
mod evaluate;
mod explain;
mod extract;
mod facts;
mod governor;
mod history;
mod init;
mod journal;
mod junit;
mod key_show;
mod keygen;
mod kit;
mod lab_arguments;
mod outlet_arguments;
mod output_arguments;
mod parity;
mod portfolio;
mod progress;
mod publish;
mod reference;
mod release;
mod reports;
mod runbook;
mod sarif;
mod schedule;
mod schema;
mod serve;
mod sign_waivers;
mod signal_quality;
mod simulate;
mod topics;
mod trust_arguments;
mod verification_report;
mod verify;

use crate::diag::Topic;
use crate::pipeline::Failure;
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
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return console::refuse_usage(&error),
    };
    let mut console = Console::new(&arguments.output, topic_of(&arguments.command));
    let outcome = dispatch(arguments.command, &mut console).unwrap_or_else(|failure| console.fail(&failure));
    // A file that a pipeline asked for and did not get is a failure; it hides no worse one.
    match console.write_findings(&arguments.output) {
        Err(failure) if outcome == Outcome::Good => console.fail(&failure).into(),
        _ => outcome.into(),
    }
}

/// What the problems of a command are about that name nothing more special.
fn topic_of(command: &Command) -> Topic {
    match command {
        Command::Build(_) | Command::Check(_) | Command::Serve(_) => Topic::Configuration,
        Command::Simulate(_) | Command::Analyze(_) => Topic::Configuration,
        Command::Baseline(_) | Command::History(_) => Topic::Baselines,
        Command::Evaluate(_) | Command::Calibrate(_) => Topic::Inputs,
        Command::Portfolio(_) | Command::Governor(_) | Command::Audit(_) => Topic::Inputs,
        Command::Facts(_) => Topic::Facts,
        Command::Kit(_) | Command::Verify(_) | Command::Extract(_) => Topic::Verification,
        Command::SignWaivers(_) => Topic::Contradictions,
        Command::SignRunbook(_) => Topic::Checklist,
        Command::Keygen(_) | Command::Key(_) => Topic::Keys,
        Command::Release(_) => Topic::ReleaseRecord,
        Command::Schedule(_) => Topic::Schedule,
        Command::Journal(_) => Topic::Journal,
        Command::Gate(_) | Command::Publish(_) | Command::Rollback(_) => Topic::Gate,
        Command::SignalQuality(_) | Command::Parity(_) => Topic::Signals,
        Command::Init(_) | Command::Completions(_) | Command::Manual(_) => Topic::Outputs,
        Command::Schema(_) | Command::Explain(_) => Topic::Usage,
    }
}

fn dispatch(command: Command, console: &mut Console) -> Result<Outcome, Failure> {
    match command {
        Command::Init(options) => init::run(&options, console),
        Command::Build(options) => build::run(&options, console),
        Command::Check(options) => check::run(&options, console),
        Command::Simulate(options) => simulate::run(&options, console),
        Command::Baseline(options) => baseline::run(&options, console),
        Command::History(options) => history::run(&options, console),
        Command::Evaluate(options) => evaluate::run(&options, console),
        Command::Calibrate(options) => calibrate::run(&options, console),
        Command::Portfolio(options) => portfolio::run(&options, console),
        Command::Governor(options) => governor::run(&options, console),
        Command::Audit(options) => audit::run(&options, console),
        Command::Analyze(options) => analyze::run(&options, console),
        Command::Facts(options) => facts::run(&options, console),
        Command::Kit(options) => kit::run(&options, console),
        Command::SignWaivers(options) => sign_waivers::run(&options, console),
        Command::Verify(options) => verify::run(&options, console),
        Command::Extract(options) => extract::run(&options, console),
        Command::Journal(options) => journal::run(&options, console),
        Command::SignRunbook(options) => runbook::run(&options, console),
        Command::Keygen(options) => keygen::run(&options, console),
        Command::Key(KeyCommand::Show(options)) => key_show::run(&options, console),
        Command::Release(options) => release::run(&options, console),
        Command::Schedule(options) => schedule::run(&options, console),
        Command::Gate(options) => publish::gate(&options, console),
        Command::Publish(options) => publish::run(&options, console),
        Command::Rollback(options) => publish::rollback(&options, console),
        Command::SignalQuality(options) => signal_quality::run(&options, console),
        Command::Parity(options) => parity::run(&options, console),
        Command::Completions(options) => documentation::completions(&options),
        Command::Manual(options) => documentation::manual(&options, console),
        Command::Schema(options) => schema::run(&options, console),
        Command::Explain(options) => explain::run(&options, console),
        Command::Serve(options) => serve::run(&options, console),
    }
}
