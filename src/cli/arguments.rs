//! The arguments of every command, with examples.

use super::baseline::BaselineArguments;
use super::docs::DocsArguments;
use super::documentation::{CompletionsArguments, ManualArguments};
use super::explain::ExplainArguments;
use super::facts::FactsArguments;
use super::history::HistoryArguments;
use super::init::InitArguments;
use super::journal::JournalCommand;
use super::kit::KitArguments;
use super::lab_arguments::{
    AUDIT_EXAMPLES, AuditArguments, CALIBRATE_EXAMPLES, CalibrateArguments, EVALUATE_EXAMPLES,
    EvaluateArguments, GOVERNOR_EXAMPLES, GovernorArguments, PORTFOLIO_EXAMPLES, PortfolioArguments,
};
use super::output_arguments::OutputArguments;
use super::parity::ParityArguments;
use super::publish::{PublishArguments, RollbackArguments};
use super::release::ReleaseArguments;
use super::runbook::RunbookArguments;
use super::schedule::ScheduleArguments;
use super::schema::SchemaArguments;
use super::signal_quality::SignalQualityArguments;
use super::trust_arguments::{ExtractArguments, KeyCommand, KeygenArguments, VerifyArguments};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

const EXIT_CODES: &str = "\
Exit codes:
  0  good
  1  internal: the disk is full, no permission, …; or an outlet of a publication could not be served
  2  bad input or usage
  3  a scenario is above its limits (`--fail-on-breach`, or `require_success` in core.yaml), a critical finding
     (`evaluate --fail-on-critical`), a value that differs from what was agreed (`audit`), a snapshot that
     contradicts itself or the checklist (`signal-quality`), a mirror that differs (`parity`), or a closed gate
  4  verification failed";

/// Stage6 Press: evidence and prose go in, a signed bundle and a site come out.
#[derive(Debug, Parser)]
#[command(name = "stage6", version, about, after_help = EXIT_CODES, propagate_version = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The definition of the command line, for documentation made from it.
pub fn command() -> clap::Command {
    Arguments::command()
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a small working project to begin with.
    #[command(after_help = super::init::EXAMPLES)]
    Init(InitArguments),
    /// Run the Stress Lab, sign, render, pack, verify, and put site and bundle in place.
    #[command(after_help = "\
Examples:
  stage6 build
  stage6 build --root ../stage6 --date 2026-11-30T09:00:00+01:00
  stage6 build --signing-key-path secrets/stress_lab.hmac --require-key
  SOURCE_DATE_EPOCH=1795420800 stage6 build --json
  stage6 build --root ../their-docs --output public

A folder with neither config/core.yaml nor config/publication.yaml is a documentation tree of somebody else: its Markdown
becomes a site with navigation from its folders, search and SHA256SUMS; what is wrong with it is a warning.

Without a configured key a development key is made under secrets/ on first use; everything signed with it says
\"development key, not for publication\".")]
    Build(BuildArguments),
    /// Find every problem of configuration and content, and write nothing.
    #[command(
        after_help = "Examples:\n  stage6 check\n  stage6 check --root ../stage6 --json\n  stage6 check --root ../their-docs --sarif findings.sarif"
    )]
    Check(CheckArguments),
    /// Run the scenarios of any configuration file and write a report.
    #[command(after_help = "\
Examples:
  stage6 simulate --config config/core.yaml --output report.json
  stage6 simulate --config lab.yaml --output out/report.json --signing-key-path secrets/stress_lab.hmac
  stage6 simulate --config lab.yaml --output report.json --fail-on-breach --date 2026-11-23

Beside REPORT.json stand REPORT.csv and, with a key, REPORT.json.sig, REPORT.csv.sig and REPORT.manifest.json.")]
    Simulate(SimulateArguments),
    /// Measure a market's baseline from candles, an order book, funding rates and sentiment.
    #[command(after_help = super::baseline::EXAMPLES)]
    Baseline(BaselineArguments),
    /// Measure how rare shocks are, and replay past events, from market data.
    #[command(after_help = super::history::EXAMPLES)]
    History(HistoryArguments),
    /// Judge a simulation report, or answer failed scenarios, with recommendations for weights.
    #[command(after_help = EVALUATE_EXAMPLES)]
    Evaluate(EvaluateArguments),
    /// Propose thresholds for the evaluation from markets and latencies.
    #[command(after_help = CALIBRATE_EXAMPLES)]
    Calibrate(CalibrateArguments),
    /// Run shocks on a portfolio of positions and cash.
    #[command(after_help = PORTFOLIO_EXAMPLES)]
    Portfolio(PortfolioArguments),
    /// Show what a governor would do; a preview, never an order.
    #[command(after_help = GOVERNOR_EXAMPLES)]
    Governor(GovernorArguments),
    /// Compare the configuration with what was agreed.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(AuditArguments),
    /// Say how far limits are away, how likely they break, and which shock causes how much.
    #[command(after_help = "\
Examples:
  stage6 analyze --config config/core.yaml --output analytics.json
  stage6 analyze --config lab.yaml --output out/analytics.json --seed 7 --draws 1048576
  stage6 analyze --output analytics.json --sigma 0.4 --signing-key-path secrets/stress_lab.hmac

Equal inputs, seed, sigma and draws give equal bytes, on any machine and for any number of threads.
Beside ANALYTICS.json stand ANALYTICS.csv and, with a key, the signatures and ANALYTICS.manifest.json.")]
    Analyze(AnalyzeArguments),
    /// List facts: values of the evidence, by the ids that pages refer to them with.
    #[command(after_help = super::facts::EXAMPLES)]
    Facts(FactsArguments),
    /// List or write the T+7 kit of the built release: newsletter, blog post, notes, proof of source.
    #[command(after_help = super::kit::EXAMPLES)]
    Kit(KitArguments),
    /// Sign the waivers: agree that contradictions of the evidence are published until a day.
    #[command(after_help = super::sign_waivers::EXAMPLES)]
    SignWaivers(ProjectArguments),
    /// Verify a release folder, a zip, or an unpacked bag, from the outside in.
    #[command(after_help = "\
Examples:
  stage6 verify var/marketing/2026.11
  stage6 verify 2026.11/ --trust allowed_signers --state seen.json --report verdict.md
  stage6 verify stage6-2026.11-r1.zip --trust producer.pub.pem
  stage6 verify 2026.11/ --policy verification.yaml --json

Without anybody to trust, the check shows that nothing was damaged or exchanged by accident and which key signed, not whose
key that is. In a project, the project's own keys are trusted, and with an HMAC key the result for a path inside it is noted
in its decision log.")]
    Verify(VerifyArguments),
    /// Verify a release folder or a zip, and write its files into a folder.
    #[command(after_help = "\
Examples:
  stage6 extract var/marketing/2026.11 --to unpacked
  stage6 extract stage6-2026.11-r1.zip --to unpacked --trust allowed_signers

Verifies exactly as `verify` does, and writes nothing unless that is passed. Every file is hashed again while it is
written. The folder must be missing or empty; it appears whole or not at all.")]
    Extract(ExtractArguments),
    /// Check or show the decision log of builds and verifications.
    #[command(after_help = super::journal::EXAMPLES)]
    Journal(JournalCommand),
    /// Sign an archived runbook, so that later changes of it are found.
    #[command(after_help = super::runbook::EXAMPLES)]
    SignRunbook(RunbookArguments),
    /// Make a new signing key that only you can read.
    #[command(after_help = "\
Examples:
  stage6 keygen secrets/stress_lab.hmac
  stage6 keygen --ed25519 secrets/release.pem
  stage6 keygen --ed25519 release.pem --producer acme.example --identity release@acme.example

Without --ed25519, an HMAC key for those who share it. With it, the release key: one Ed25519 key in the encodings of openssl
and OpenSSH, with the `allowed_signers` line that readers need.")]
    Keygen(KeygenArguments),
    /// Say which keys sign, and what their readers need.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Write the record of a new release, or list all of them.
    #[command(after_help = super::release::EXAMPLES)]
    Release(ReleaseArguments),
    /// Show what is due at T-1, T+0, T+2 and T+7 of a release, what is done, and what is late.
    #[command(after_help = super::schedule::EXAMPLES)]
    Schedule(ScheduleArguments),
    /// Evaluate every rule of publication for the release that was built, and write nothing.
    #[command(after_help = super::publish::GATE_EXAMPLES)]
    Gate(ProjectArguments),
    /// Publish the release if every rule is kept: archive, record, and put it where readers fetch it.
    #[command(after_help = super::publish::PUBLISH_EXAMPLES)]
    Publish(PublishArguments),
    /// Restore the last published release that verifies, byte for byte.
    #[command(after_help = super::publish::ROLLBACK_EXAMPLES)]
    Rollback(RollbackArguments),
    /// Compute how well orders at exchanges were filled, and write the index of snapshots.
    #[command(after_help = super::signal_quality::EXAMPLES)]
    SignalQuality(SignalQualityArguments),
    /// Compare a release and the index of snapshots with their copies in a mirror.
    #[command(after_help = super::parity::EXAMPLES)]
    Parity(ParityArguments),
    /// Print completions for a shell.
    #[command(after_help = super::documentation::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArguments),
    /// Write manual pages for `man`, or the reference of commands and configuration as Markdown.
    #[command(after_help = super::documentation::MANUAL_EXAMPLES)]
    Manual(ManualArguments),
    /// Print the JSON Schema of a file that people write, or of a document that this program writes.
    #[command(after_help = super::schema::EXAMPLES)]
    Schema(SchemaArguments),
    /// Say what a kind of problem means, what usually causes it, and what to do.
    #[command(after_help = super::explain::EXAMPLES)]
    Explain(ExplainArguments),
    /// Show the site in a local web server, and anew when a file changes; writes nothing.
    #[command(after_help = "\
Examples:
  stage6 serve
  stage6 serve --root ../their-docs --port 8080
  stage6 serve --no-build

An open page is loaded again where it was, goes to the page that was changed, and shows what is wrong with file, line and
column until it is mended.")]
    Serve(ServeArguments),
}

#[derive(Args, Clone, Debug)]
pub(super) struct ProjectArguments {
    /// The project's folder. Default: the one where you are.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(flatten)]
    pub(super) date: DateArguments,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) release_key: ReleaseKeyArguments,
}

impl ProjectArguments {
    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or(Path::new("."))
    }

    /// Whether the folder was named. One that happens to be where a pipeline runs is never taken for a documentation
    /// tree: a run in the wrong folder must fail.
    pub(super) fn names_root(&self) -> bool {
        self.root.is_some()
    }
}

/// The key whose signatures strangers can check.
#[derive(Args, Clone, Debug)]
pub(super) struct ReleaseKeyArguments {
    /// A file with the release key: Ed25519 as PKCS#8 PEM, mode 600.
    #[arg(long, value_name = "FILE", conflicts_with = "release_key_env")]
    pub(super) release_key_path: Option<PathBuf>,
    /// The environment variable that holds the release key as PKCS#8 PEM.
    #[arg(long, value_name = "NAME")]
    pub(super) release_key_env: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub(super) struct DateArguments {
    /// The moment of the run: a date (midnight UTC) or a moment with offset. Before this, SOURCE_DATE_EPOCH counts;
    /// without either, the clock.
    #[arg(long, value_name = "MOMENT")]
    pub(super) date: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub(super) struct KeyArguments {
    /// A file with the HMAC key in hexadecimal, mode 600, at least 32 bytes.
    #[arg(long, value_name = "FILE", conflicts_with = "signing_key_env")]
    pub(super) signing_key_path: Option<PathBuf>,
    /// The environment variable that holds the key in hexadecimal.
    #[arg(long, value_name = "NAME")]
    pub(super) signing_key_env: Option<String>,
    /// The id that signatures carry.
    #[arg(long, value_name = "ID", value_parser = key_id)]
    pub(super) signing_key_id: Option<String>,
    /// Fail rather than sign with a development key, or not at all.
    #[arg(long)]
    pub(super) require_key: bool,
}

/// A key id is a short word that people read aloud.
pub(super) fn key_id(text: &str) -> Result<String, String> {
    let good = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '@' | ':');
    match !text.is_empty() && text.chars().count() <= 64 && text.chars().all(good) {
        true => Ok(text.to_owned()),
        false => Err("use 1 to 64 letters, digits, `-`, `_`, `.`, `@` or `:`".to_owned()),
    }
}

/// What the decision log says of the run.
#[derive(Args, Debug)]
pub(super) struct JournalArguments {
    /// Who runs this, for the decision log. Default: $USER, else $LOGNAME.
    #[arg(long, value_name = "NAME", value_parser = actor_name, conflicts_with = "no_journal")]
    pub(super) actor: Option<String>,
    /// Leave the decision log alone.
    #[arg(long)]
    pub(super) no_journal: bool,
}

/// A name is short and can be shown on a line.
pub(super) fn actor_name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let good = |letter: char| !letter.is_control() && letter != '\u{fffd}';
    match !text.is_empty() && text.chars().count() <= 64 && text.chars().all(good) {
        true => Ok(text.to_owned()),
        false => Err("use 1 to 64 printable characters".to_owned()),
    }
}

#[derive(Args, Debug)]
pub(super) struct BuildArguments {
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    #[command(flatten)]
    pub(super) journal: JournalArguments,
    /// End with exit code 3 if a scenario is above its limits. What was built stays.
    #[arg(long)]
    pub(super) fail_on_breach: bool,
    /// Publish claims that do not hold, struck and marked, instead of refusing them.
    #[arg(long)]
    pub(super) draft: bool,
    #[command(flatten)]
    pub(super) docs: DocsArguments,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    #[command(flatten)]
    pub(super) docs: DocsArguments,
}

/// Whose rules configuration is read by.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Compat {
    /// The reference's: unknown shocks become notes, unknown markets invented ones, keys are raw bytes.
    Reference,
}

#[derive(Args, Debug)]
pub(super) struct SimulateArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "config/core.yaml")]
    pub(super) config: PathBuf,
    /// The report file; its name ends in .json. Default: stress_lab_report.json in the `report_directory` of the
    /// configuration.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) date: DateArguments,
    /// End with exit code 3 if a scenario is above its limits. The report is written all the same.
    #[arg(long)]
    pub(super) fail_on_breach: bool,
    /// Read configuration as leniently as the reference, to compare numbers with it. The report is marked and must
    /// not be published.
    #[arg(long, value_name = "WHO")]
    pub(super) compat: Option<Compat>,
}

#[derive(Args, Debug)]
pub(super) struct AnalyzeArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "config/core.yaml")]
    pub(super) config: PathBuf,
    /// The analytics file; its name ends in .json. Default: stress_lab_analytics.json in the `report_directory` of the
    /// configuration.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The seed of all draws, a whole number. Default: `stress_lab.analytics.seed`, or 6.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) seed: Option<String>,
    /// How many draws for each scenario, or `staged`: until every interval is narrow enough. Default:
    /// `stress_lab.analytics.draws`, or staged.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) draws: Option<String>,
    /// Standard deviation of the logarithm of intensities, above 0 and at most 3. Default:
    /// `stress_lab.analytics.sigma`, or 0.55.
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(super) sigma: Option<String>,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) date: DateArguments,
}

#[derive(Args, Debug)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    pub(super) project: ProjectArguments,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8000)]
    pub(super) port: u16,
    /// Show the site that was built, and follow nothing.
    #[arg(long)]
    pub(super) no_build: bool,
    /// Stay on the page that is open, also when another one changes.
    #[arg(long)]
    pub(super) stay: bool,
    #[command(flatten)]
    pub(super) docs: DocsArguments,
}
