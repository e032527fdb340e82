//! `stage6 governor`.

use super::Outcome;
use super::clock::environment;
use super::console::Console;
use super::lab_arguments::{GovernorArguments, GovernorKind};
use super::reports::{self, count};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::lab::governor::PREVIEW_NOTICE;
use crate::pipeline::{self, Failure, GovernorOptions};

pub(super) fn run(arguments: &GovernorArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = GovernorOptions {
        state: arguments.state.clone(),
        config: arguments.config.clone(),
        governor: arguments.governor.clone(),
        overrides: arguments.overrides.clone(),
        max_age_minutes: f64::from(arguments.max_age_minutes),
        report: reports::options(&arguments.report)?,
    };
    match arguments.kind {
        GovernorKind::Assets => assets(&options, console),
        GovernorKind::Strategies => strategies(&options, console),
    }
}

fn assets(options: &GovernorOptions, console: &mut Console) -> Result<Outcome, Failure> {
    if options.config.is_some() && options.governor.is_none() {
        let problem = Problem::with_file("--config", "a configuration is given, but no governor in it");
        return Err(problem.hint("add `--governor NAME`").into());
    }
    let (preview, written) = pipeline::run_asset_governor(options, &environment)?;
    for one in &preview.adjustments {
        let (from, to) = (one.current_weight, one.proposed_weight);
        console.line(format!(
            "{:<9}{}: {from:.4} -> {to:.4}  {}",
            one.severity,
            one.symbol,
            one.reasons.join(", ")
        ));
    }
    for one in &preview.advisories {
        console.line(format!("{:<9}{}: {}", one.severity, one.code, one.message));
    }
    console.line(PREVIEW_NOTICE);
    reports::show(&written, options.report.mode, console);
    let mut members = reports::members("previewed", Some(&written));
    members.extend([
        ("order", Json::Bool(false)),
        ("adjustments", count(preview.adjustments.len())),
        ("advisories", count(preview.advisories.len())),
    ]);
    console.object(&Json::map(members));
    Ok(Outcome::Good)
}

fn strategies(options: &GovernorOptions, console: &mut Console) -> Result<Outcome, Failure> {
    if options.governor.is_some() {
        let problem = Problem::with_file("--governor", "names a governor of assets");
        return Err(problem
            .hint("leave it out: there is one governor of strategies")
            .into());
    }
    let (preview, written) = pipeline::run_strategy_governor(options, &environment)?;
    for one in &preview.allocations {
        console.line(format!(
            "{}: {:.4} -> {:.4}",
            one.strategy, one.baseline_weight, one.weight
        ));
    }
    if preview.decision.is_none() {
        console.remark(format!(
            "note: no decision while measurements are missing: {}",
            preview.unmeasured.join(", ")
        ));
    }
    if options.overrides.is_some() {
        console.remark("note: recommendations of the Stress Lab name assets; none reaches this governor");
    }
    console.line(PREVIEW_NOTICE);
    reports::show(&written, options.report.mode, console);
    let mut members = reports::members("previewed", Some(&written));
    members.extend([
        ("order", Json::Bool(false)),
        ("decided", Json::Bool(preview.decision.is_some())),
        ("strategies", count(preview.allocations.len())),
    ]);
    console.object(&Json::map(members));
    Ok(Outcome::Good)
}
