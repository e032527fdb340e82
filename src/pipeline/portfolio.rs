//! `stage6 portfolio`: shocks on a portfolio.

use super::Failure;
use super::keys::Environment;
use super::written::{Named, Report, ReportOptions, Written};
use crate::config;
use crate::lab::portfolio::{PortfolioResult, Summary, portfolio_csv, portfolio_json, stress, summarise};
use std::path::Path;

/// What a run found.
#[derive(Clone, Debug)]
pub struct PortfolioRun {
    /// The scenarios, in the order of the configuration.
    pub results: Vec<PortfolioResult>,
    /// All of them together.
    pub summary: Summary,
    /// The files.
    pub written: Written,
}

/// Runs the scenarios of `portfolio_stress` on a portfolio and writes the report and its table.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn run_portfolio(
    config_path: &Path,
    portfolio_path: &Path,
    options: &ReportOptions,
    environment: Environment<'_>,
) -> Result<PortfolioRun, Failure> {
    options.keep_apart(&[Some(config_path), Some(portfolio_path)])?;
    let (portfolio, baseline) = config::portfolio(&Named::new(portfolio_path).stored(), options.mode)?;
    let (scenarios, core) = config::portfolio_scenarios(&Named::new(config_path).stored(), options.mode)?;
    let results: Vec<PortfolioResult> = scenarios
        .iter()
        .map(|scenario| stress(&portfolio, scenario))
        .collect();
    let summary = summarise(&results);
    let stamp = options.stamp(&[(&core, "config"), (&baseline, "portfolio")]);
    let report = Report {
        json: portfolio_json(&portfolio, &results, &summary, &stamp),
        tables: vec![(".csv", portfolio_csv(&results))],
        counts: [
            ("scenario_count", results.len()),
            ("position_count", portfolio.positions.len()),
        ],
    };
    let written = options.write(report, environment)?;
    Ok(PortfolioRun {
        results,
        summary,
        written,
    })
}
