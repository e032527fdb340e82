//! The arguments of the laboratory's commands.

use super::arguments::{Compat, DateArguments, KeyArguments};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const EVALUATE_EXAMPLES: &str = "\
Examples:
  stage6 evaluate --risk-report risk_simulation_report.json --output evaluation.json
  stage6 evaluate --risk-report risk.json --config config/core.yaml --governor stage6_core --output evaluation.json
  stage6 evaluate --stress-report report.json --config config/core.yaml --output stress_lab_overrides.json

Beside NAME.json stand NAME.insights.csv and NAME.overrides.csv and, with a key, signatures and NAME.manifest.json.
With --stress-report, each failed scenario is answered by `stress_lab.override_policy` of the configuration.
Findings do not change the exit code, unless --fail-on-critical is given: then a critical one gives 3.
Recommendations are never orders: a person decides.";

pub(super) const CALIBRATE_EXAMPLES: &str = "\
Examples:
  stage6 calibrate --market-intel market_intel.json --output calibration.json
  stage6 calibrate --market-intel mi.json --risk-report risk.json --segments segments.json --output calibration.json
  stage6 calibrate --market-intel mi.json --volume-buckets 3 --volume-name-prefix liq --output calibration.json

Thresholds are proposed in US dollars and milliseconds. Nothing applies them, and they are not the simulator's limits.";

pub(super) const PORTFOLIO_EXAMPLES: &str = "\
Examples:
  stage6 portfolio --config config/core.yaml --portfolio portfolio.json --output portfolio_stress.json
  stage6 portfolio --config stress.yaml --portfolio portfolio.json --output out/stress.json --date 2026-11-23

Returns, haircuts and probabilities are fractions. There are no limits and no gate: the exit code is 0 or 2.";

pub(super) const GOVERNOR_EXAMPLES: &str = "\
Examples:
  stage6 governor assets --state state.json --output preview.json
  stage6 governor assets --state state.json --config config/core.yaml --governor stage6_core \\
    --overrides evaluation.json --output preview.json
  stage6 governor strategies --state observations.json --config config/core.yaml --output preview.json

STATE is one JSON document: `portfolio_value`, `allocations`, `market_intel`, `slo_statuses` for assets, or
`observations` for strategies; with `config`, where --config does not give the governor. The result is a preview and
never an order. Recommendations that are older than --max-age-minutes are refused, not ignored.";

pub(super) const AUDIT_EXAMPLES: &str = "\
Examples:
  stage6 audit
  stage6 audit --config config/core.yaml --no-minutes
  stage6 audit --minutes minutes/2026-06-07.md --output audit.json --signing-key-path secrets/audit.hmac

Compares the configuration with the values that Stage6 audits, and with the values agreed in the minutes (`facts:` in
their front matter). Any difference from either gives exit code 3.";

/// Whose rules apply, where the report goes, who signs, and when.
#[derive(Args, Debug)]
pub(super) struct ReportArguments {
    /// The report file; its name ends in .json.
    #[arg(long, value_name = "FILE")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) date: DateArguments,
    /// Read input and keep gaps as the reference does, to compare numbers with it. The report is marked and must
    /// not be published.
    #[arg(long, value_name = "WHO")]
    pub(super) compat: Option<Compat>,
}

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("evaluated").required(true).args(["risk_report", "stress_report"]))]
pub(super) struct EvaluateArguments {
    /// A simulation report of Paper Labs.
    #[arg(long, value_name = "FILE")]
    pub(super) risk_report: Option<PathBuf>,
    /// A report of `stage6 simulate`.
    #[arg(long, value_name = "FILE", requires = "config")]
    pub(super) stress_report: Option<PathBuf>,
    /// The configuration file: with --stress-report for its policy, with --governor for the portfolio's assets.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The governor of assets in it whose assets are the portfolio.
    #[arg(long, value_name = "NAME", requires = "config", conflicts_with_all = ["assets", "stress_report"])]
    pub(super) governor: Option<String>,
    /// The portfolio's assets as a JSON list: `[{"symbol": "BTC_USDT", "tags": ["core"]}]`.
    #[arg(long, value_name = "FILE", conflicts_with = "stress_report")]
    pub(super) assets: Option<PathBuf>,
    /// Let a test that names no asset, tag or risk budget recommend something for all assets.
    #[arg(long, conflicts_with = "stress_report")]
    pub(super) allow_global: bool,
    /// End with exit code 3 if anything critical is found. The report is written all the same.
    #[arg(long)]
    pub(super) fail_on_critical: bool,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Args, Debug)]
pub(super) struct CalibrateArguments {
    /// The snapshots of Market Intelligence.
    #[arg(long, value_name = "FILE")]
    pub(super) market_intel: PathBuf,
    /// A simulation report of Paper Labs, for latencies.
    #[arg(long, value_name = "FILE")]
    pub(super) risk_report: Option<PathBuf>,
    /// Segments as a JSON list: `[{"name": "core", "symbols": ["BTCUSDT"], "tags": []}]`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["volume_buckets", "governor"])]
    pub(super) segments: Option<PathBuf>,
    /// Make this many segments by traded volume.
    #[arg(long, value_name = "COUNT", conflicts_with = "governor")]
    pub(super) volume_buckets: Option<usize>,
    /// Least symbols in each of them, where there are enough.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    pub(super) volume_min_symbols: usize,
    /// What their names begin with.
    #[arg(long, value_name = "TEXT", default_value = "volume")]
    pub(super) volume_name_prefix: String,
    /// What the names of their risk budgets begin with.
    #[arg(long, value_name = "TEXT")]
    pub(super) volume_risk_budget_prefix: Option<String>,
    /// The configuration file, for --governor.
    #[arg(long, value_name = "FILE", requires = "governor")]
    pub(super) config: Option<PathBuf>,
    /// Make segments from the tags `segment:NAME` of this governor's assets.
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(super) governor: Option<String>,
    /// Percentile of liquidity for a warning, a fraction.
    #[arg(
        long,
        value_name = "FRACTION",
        default_value_t = 0.35,
        allow_negative_numbers = true
    )]
    pub(super) liquidity_warning_percentile: f64,
    /// Percentile of liquidity for a critical finding, a fraction.
    #[arg(
        long,
        value_name = "FRACTION",
        default_value_t = 0.2,
        allow_negative_numbers = true
    )]
    pub(super) liquidity_critical_percentile: f64,
    /// Percentile of latency for a warning, a fraction.
    #[arg(
        long,
        value_name = "FRACTION",
        default_value_t = 0.65,
        allow_negative_numbers = true
    )]
    pub(super) latency_warning_percentile: f64,
    /// Percentile of latency for a critical finding, a fraction.
    #[arg(
        long,
        value_name = "FRACTION",
        default_value_t = 0.85,
        allow_negative_numbers = true
    )]
    pub(super) latency_critical_percentile: f64,
    /// The least threshold for liquidity, in US dollars.
    #[arg(
        long,
        value_name = "USD",
        default_value_t = 25_000.0,
        allow_negative_numbers = true
    )]
    pub(super) min_liquidity_threshold: f64,
    /// The least threshold for latency, in milliseconds.
    #[arg(
        long,
        value_name = "MS",
        default_value_t = 120.0,
        allow_negative_numbers = true
    )]
    pub(super) min_latency_threshold_ms: f64,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Args, Debug)]
pub(super) struct PortfolioArguments {
    /// The file with the section `portfolio_stress`.
    #[arg(long, value_name = "FILE", default_value = "config/core.yaml")]
    pub(super) config: PathBuf,
    /// The portfolio: cash and positions with their factor betas.
    #[arg(long, value_name = "FILE")]
    pub(super) portfolio: PathBuf,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

/// Which of the two governors.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum GovernorKind {
    /// Weights of assets: bounds, markets, recommendations, service levels, drift.
    Assets,
    /// Weights of strategies: smoothed measurements and scores.
    Strategies,
}

#[derive(Args, Debug)]
pub(super) struct GovernorArguments {
    /// Which of the two governors.
    pub(super) kind: GovernorKind,
    /// The document with the state.
    #[arg(long, value_name = "FILE")]
    pub(super) state: PathBuf,
    /// The configuration file, where the state does not hold the governor.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The governor of assets in it.
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(super) governor: Option<String>,
    /// An evaluation with recommendations, made by `stage6 evaluate`.
    #[arg(long, value_name = "FILE")]
    pub(super) overrides: Option<PathBuf>,
    /// Older recommendations are refused.
    #[arg(long, value_name = "MINUTES", default_value_t = 240)]
    pub(super) max_age_minutes: u32,
    #[command(flatten)]
    pub(super) report: ReportArguments,
}

#[derive(Args, Debug)]
pub(super) struct AuditArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "config/core.yaml")]
    pub(super) config: PathBuf,
    /// The minutes with the agreed values.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "var/audit/stage6/2024-06-07-stage6-operator-workshop.md"
    )]
    pub(super) minutes: PathBuf,
    /// Compare with Stage6's own list alone.
    #[arg(long, conflicts_with = "minutes")]
    pub(super) no_minutes: bool,
    /// Also write a report; its name ends in .json.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) date: DateArguments,
}
