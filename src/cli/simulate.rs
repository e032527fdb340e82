//! `stage6 simulate`, and how results are told.

use super::Outcome;
use super::arguments::{Compat, SimulateArguments};
use super::build::{breach, key_choice};
use super::clock::{self, environment};
use super::console::{Console, visible};
use crate::bundle::DEVELOPMENT_NOTICE;
use crate::config::Mode;
use crate::document::json_text::Json;
use crate::domain::{Provenance, StressReport, Verdict};
use crate::pipeline::{self, Failure, SimulateOptions, Simulated};

pub(super) fn run(arguments: &SimulateArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = SimulateOptions {
        config: arguments.config.clone(),
        output: arguments.output.clone(),
        mode: if let Some(Compat::Reference) = arguments.compat {
            Mode::Reference
        } else {
            Mode::Strict
        },
        key: key_choice(&arguments.key),
        now: clock::now(&arguments.date)?,
    };
    match pipeline::simulate(&options, &environment)? {
        Some(simulated) => {
            show(&simulated, console);
            let must_pass = arguments.fail_on_breach || simulated.require_success;
            Ok(breach(&simulated.report, must_pass, console))
        }
        None => {
            console
                .remark("the Stress Lab is missing or not enabled; nothing was written, as in the reference");
            console.object(&Json::map([("status", Json::text("disabled"))]));
            Ok(Outcome::Good)
        }
    }
}

fn show(simulated: &Simulated, console: &mut Console) {
    let report = &simulated.report;
    for line in scenario_lines(report) {
        console.line(line);
    }
    for market in report
        .markets
        .iter()
        .filter(|market| market.provenance == Provenance::Synthetic)
    {
        console.remark(format!(
            "note: the baseline of `{}` is synthetic: invented, not market data",
            market.key
        ));
    }
    if report.compat_reference {
        console
            .remark("note: read with `--compat reference`; the report is marked and must not be published");
    }
    tell_signature(
        simulated.signed_by.as_ref(),
        simulated.unset_variable.as_deref(),
        console,
    );
    for file in &simulated.files {
        console.line(format!("wrote {}", file.display()));
    }
    let files = simulated
        .files
        .iter()
        .map(|file| Json::text(file.display().to_string()))
        .collect();
    let key_id = simulated.signed_by.as_ref().map(|(id, _)| id.as_str());
    console.object(&Json::map([
        ("status", Json::text("simulated")),
        ("files", Json::List(files)),
        ("key_id", Json::optional_text(key_id)),
        ("report", report_summary(report)),
    ]));
}

/// Says by which key a run was signed, or why it was not.
pub(super) fn tell_signature(
    signed_by: Option<&(String, bool)>,
    unset_variable: Option<&str>,
    console: &mut Console,
) {
    match (signed_by, unset_variable) {
        (Some((_, true)), _) => console.remark(format!("WARNING: {DEVELOPMENT_NOTICE}")),
        (Some((id, false)), _) => console.line(format!("signed with the key `{id}`")),
        (None, Some(name)) => console.remark(format!("WARNING: not signed, because ${name} is not set")),
        (None, None) => console.remark("WARNING: not signed; give --signing-key-path or --signing-key-env"),
    }
}

/// A line for each scenario, and its breaches.
pub(super) fn scenario_lines(report: &StressReport) -> Vec<String> {
    let mut lines = Vec::new();
    for scenario in &report.scenarios {
        lines.push(format!(
            "{:<7} {}",
            scenario.verdict().key(),
            visible(&scenario.name)
        ));
        lines.extend(
            scenario
                .failures
                .iter()
                .map(|failure| format!("        {failure}")),
        );
    }
    lines
}

/// The verdicts, for programs.
pub(super) fn report_summary(report: &StressReport) -> Json {
    let scenarios = report.scenarios.iter().map(|scenario| {
        Json::map([
            ("name", Json::text(&scenario.name)),
            ("status", Json::text(scenario.verdict().key())),
            (
                "failures",
                Json::List(scenario.failures.iter().map(Json::text).collect()),
            ),
        ])
    });
    let failed = report
        .scenarios
        .iter()
        .filter(|scenario| scenario.verdict() == Verdict::Failed)
        .count();
    Json::map([
        ("generated_at", Json::text(report.generated_at.to_python())),
        ("failure_count", Json::Integer(failed.to_string())),
        ("scenarios", Json::List(scenarios.collect())),
    ])
}
