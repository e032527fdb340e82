//! `stage6 evaluate`: from a simulation report, or from failed scenarios, to recommendations.

use super::Failure;
use super::keys::Environment;
use super::simulate::origin_of;
use super::written::{Named, Report, ReportOptions, Written};
use crate::config::{self, Core, Mode, ReportedScenario, SourceFile, StoredFile};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::{Holding, OverridePolicy};
use crate::lab::evaluate::{
    Evaluation, EvaluationPolicy, Gaps, ScenarioFinding, answer_failures, evaluate, evaluation_json,
    insights_csv, overrides_csv,
};
use std::path::{Path, PathBuf};

/// What is evaluated.
#[derive(Clone, Debug)]
pub enum Evaluated {
    /// A simulation report of Paper Labs.
    Paper {
        /// The report.
        report: PathBuf,
        /// `core.yaml` and the governor in it whose assets are the portfolio.
        governor: Option<(PathBuf, String)>,
        /// A JSON list of the assets of the portfolio.
        assets: Option<PathBuf>,
        /// Whether a test that names nothing may recommend something for all assets.
        allow_global: bool,
    },
    /// A report of `stage6 simulate`, answered by the policy in a configuration file.
    Stress {
        /// The report.
        report: PathBuf,
        /// The file with `stress_lab.override_policy`.
        config: PathBuf,
    },
}

/// Evaluates and writes the report, its two tables and, with a key, their signatures.
///
/// # Errors
/// Bad input, an unusable key, or a disk that refuses; then no file has changed.
pub fn run_evaluate(
    what: &Evaluated,
    options: &ReportOptions,
    environment: Environment<'_>,
) -> Result<(Evaluation, Written), Failure> {
    apart(what, options)?;
    let (evaluation, sources) = match what {
        Evaluated::Paper {
            report,
            governor,
            assets,
            allow_global,
        } => {
            let gaps = match (options.mode, allow_global) {
                (Mode::Reference, _) => Gaps::Reference,
                (Mode::Strict, true) => Gaps::AllowGlobal,
                (Mode::Strict, false) => Gaps::Closed,
            };
            paper(report, governor.as_ref(), assets.as_ref(), options, gaps)?
        }
        Evaluated::Stress { report, config } => stress(report, config, options)?,
    };
    let named: Vec<(&SourceFile, &'static str)> =
        sources.iter().map(|(source, role)| (source, *role)).collect();
    let report = Report {
        json: evaluation_json(&evaluation, &options.stamp(&named)),
        tables: vec![
            (".insights.csv", insights_csv(&evaluation)),
            (".overrides.csv", overrides_csv(&evaluation)),
        ],
        counts: [
            ("insight_count", evaluation.insights.len()),
            ("override_count", evaluation.overrides.len()),
        ],
    };
    let written = options.write(report, environment)?;
    Ok((evaluation, written))
}

fn apart(what: &Evaluated, options: &ReportOptions) -> Result<(), Failure> {
    let inputs = match what {
        Evaluated::Paper {
            report,
            governor,
            assets,
            ..
        } => [
            Some(report.as_path()),
            governor.as_ref().map(|(config, _)| config.as_path()),
            assets.as_deref(),
        ],
        Evaluated::Stress { report, config } => [Some(report.as_path()), Some(config.as_path()), None],
    };
    Ok(options.keep_apart(&inputs)?)
}

type Sources = Vec<(SourceFile, &'static str)>;

fn paper(
    report: &Path,
    governor: Option<&(PathBuf, String)>,
    assets: Option<&PathBuf>,
    options: &ReportOptions,
    gaps: Gaps,
) -> Result<(Evaluation, Sources), Failure> {
    let (paper, source) = config::paper_report(&Named::new(report).stored(), options.mode, options.now)?;
    let mut sources = vec![(source, "risk_report")];
    let mut holdings: Option<Vec<Holding>> = None;
    if let Some((path, name)) = governor {
        let file = Named::new(path);
        let (found, source) = config::governor_holdings(&(file.stored(), name), options.mode)?;
        holdings = Some(found);
        sources.push((source, "config"));
    }
    if let Some(path) = assets {
        let file = Named::new(path);
        if let Some((found, source)) = listed(&file.stored(), options.mode)? {
            holdings = Some(found);
            sources.push((source, "assets"));
        }
    }
    let evaluation = evaluate(&paper, holdings.as_deref(), &EvaluationPolicy::DEFAULT, gaps);
    Ok((evaluation, sources))
}

/// The assets of a list; by the reference's rules `null` means that no portfolio is known.
fn listed(file: &StoredFile<'_>, mode: Mode) -> Result<Option<(Vec<Holding>, SourceFile)>, Failure> {
    if mode == Mode::Reference && config::read_json(file, mode)?.node.is_null() {
        return Ok(None);
    }
    Ok(Some(config::holdings(file, mode)?))
}

fn stress(report: &Path, config: &Path, options: &ReportOptions) -> Result<(Evaluation, Sources), Failure> {
    let ((source_report_at, scenarios), source) =
        config::stress_report(&Named::new(report).stored(), options.mode, options.now)?;
    let (policy, core) = policy(config)?;
    let findings: Vec<ScenarioFinding> = scenarios.into_iter().map(finding).collect();
    let mut evaluation = answer_failures(&source_report_at, &findings, &policy);
    if evaluation
        .insights
        .iter()
        .any(|insight| insight.targets.is_empty())
    {
        let remark = "a scenario failed, and the policy has no answer for it: add its severity or its metric";
        evaluation.remarks.push(remark.to_owned());
    }
    for insight in &mut evaluation.insights {
        insight
            .metrics
            .insert("source".to_owned(), Json::text("stage6 simulate"));
    }
    Ok((evaluation, vec![(source, "stress_report"), (core, "config")]))
}

fn policy(path: &Path) -> Result<(OverridePolicy, SourceFile), Failure> {
    let core = Core::load(&origin_of(path), Mode::Strict)?;
    let policy = core.stress_lab.and_then(|lab| lab.override_policy).ok_or_else(|| {
        Problem::with_file(path.display().to_string(), "there is no `stress_lab.override_policy`")
            .hint("say there how a failed scenario of each severity is answered, and which asset each symbol is")
    })?;
    Ok((policy, core.source))
}

fn finding(scenario: ReportedScenario) -> ScenarioFinding {
    ScenarioFinding {
        name: scenario.name,
        severity: scenario.severity,
        metrics: scenario.metrics,
        thresholds: scenario.thresholds,
        markets: scenario.markets,
    }
}
