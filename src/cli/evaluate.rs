//! `stage6 evaluate`.

use super::Outcome;
use super::clock::environment;
use super::console::Console;
use super::lab_arguments::EvaluateArguments;
use super::reports::{self, count};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::lab::evaluate::Evaluation;
use crate::pipeline::{self, Evaluated, Failure};

pub(super) fn run(arguments: &EvaluateArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = reports::options(&arguments.report)?;
    let (evaluation, written) = pipeline::run_evaluate(&evaluated(arguments)?, &options, &environment)?;
    for insight in &evaluation.insights {
        console.line(format!(
            "{:<9}{} / {}: {}",
            insight.severity, insight.profile, insight.scenario, insight.message
        ));
    }
    console.line(format!(
        "{} recommendations; a person decides",
        evaluation.overrides.len()
    ));
    for withheld in &evaluation.withheld {
        let (scenario, reason) = (&withheld.scenario, &withheld.reason);
        console.remark(format!(
            "note: no recommendation for `{scenario}` ({}): {reason}",
            withheld.severity
        ));
    }
    for remark in &evaluation.remarks {
        console.remark(format!("note: {remark}"));
    }
    reports::show(&written, options.mode, console);
    let critical = criticals(&evaluation);
    let mut members = reports::members("evaluated", Some(&written));
    members.extend([
        ("insights", count(evaluation.insights.len())),
        ("critical", count(critical)),
        ("overrides", count(evaluation.overrides.len())),
        ("withheld", count(evaluation.withheld.len())),
        (
            "remarks",
            Json::List(evaluation.remarks.iter().map(Json::text).collect()),
        ),
    ]);
    console.object(&Json::map(members));
    if arguments.fail_on_critical && critical > 0 {
        console.remark(format!("{critical} critical findings (exit code 3)"));
        return Ok(Outcome::Breach);
    }
    Ok(Outcome::Good)
}

fn criticals(evaluation: &Evaluation) -> usize {
    evaluation
        .insights
        .iter()
        .filter(|insight| insight.severity == "critical")
        .count()
}

fn evaluated(arguments: &EvaluateArguments) -> Result<Evaluated, Failure> {
    if let (Some(report), Some(config)) = (&arguments.stress_report, &arguments.config) {
        return Ok(Evaluated::Stress {
            report: report.clone(),
            config: config.clone(),
        });
    }
    let Some(report) = arguments.risk_report.clone() else {
        return Err(Problem::with_file("(report)", "there is nothing to evaluate")
            .hint("give `--risk-report`")
            .into());
    };
    // The reference maps nothing here and says nothing.
    if arguments.config.is_some() && arguments.governor.is_none() {
        let problem = Problem::with_file("--config", "a configuration is given, but no governor in it");
        return Err(problem
            .hint("add `--governor NAME`, or leave `--config` out")
            .into());
    }
    let governor = arguments.config.clone().zip(arguments.governor.clone());
    Ok(Evaluated::Paper {
        report,
        governor,
        assets: arguments.assets.clone(),
        allow_global: arguments.allow_global,
    })
}
