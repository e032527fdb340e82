//! `stage6 audit`.

use super::Outcome;
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::Console;
use super::lab_arguments::AuditArguments;
use super::reports::{self, count};
use crate::config::Mode;
use crate::diag::{Position, Problem};
use crate::document::json_text::Json;
use crate::lab::audit::Difference;
use crate::pipeline::{self, Audited, Failure, ReportOptions};

pub(super) fn run(arguments: &AuditArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = ReportOptions {
        output: arguments.output.clone().unwrap_or_default(),
        mode: Mode::Strict,
        key: key_choice(&arguments.key),
        now: clock::now(&arguments.date)?,
    };
    let key = &arguments.key;
    let is_named = [&key.signing_key_env, &key.signing_key_id]
        .into_iter()
        .any(Option::is_some);
    if arguments.output.is_none() && (is_named || key.signing_key_path.is_some() || key.require_key) {
        return Err(
            Problem::with_file("--output", "a key is given, but there is no report to sign")
                .hint("give `--output FILE`, or leave the key out")
                .into(),
        );
    }
    let minutes = (!arguments.no_minutes).then_some(arguments.minutes.as_path());
    let audited = pipeline::run_audit(
        &arguments.config,
        minutes,
        arguments.output.clone(),
        options,
        &environment,
    )?;
    let audit = &audited.audit;
    let path = arguments.config.display().to_string();
    console.line(format!(
        "{} values of Stage6's list: {} differ",
        audit.listed,
        audit.differences.len()
    ));
    show(&path, &audit.differences, "expected", console);
    if minutes.is_some() {
        let differ = audit.agreement_differences.len();
        console.line(format!(
            "{} values of the workshop's minutes: {differ} differ",
            audit.agreed
        ));
        show(&path, &audit.agreement_differences, "agreed", console);
    }
    for remark in &audit.remarks {
        console.remark(format!("note: {remark}"));
    }
    if let Some(written) = &audited.written {
        reports::show(written, Mode::Strict, console);
    }
    console.object(&object(&audited));
    Ok(if audit.is_clean() {
        Outcome::Good
    } else {
        Outcome::Breach
    })
}

fn show(path: &str, differences: &[Difference], who: &str, console: &mut Console) {
    for one in differences {
        let Position { line, column } = one.at.unwrap_or_default();
        let place = if line == 0 {
            path.to_owned()
        } else {
            format!("{path}:{line}:{column}")
        };
        console.line(format!("  {place}: {}", one.line(who)));
    }
}

fn object(audited: &Audited) -> Json {
    let audit = &audited.audit;
    let status = if audit.is_clean() { "ok" } else { "mismatch" };
    let lines = |differences: &[Difference], who: &str| {
        Json::List(differences.iter().map(|one| Json::text(one.line(who))).collect())
    };
    let mut members = reports::members(status, audited.written.as_ref());
    members.extend([
        ("values_listed", count(audit.listed)),
        ("values_agreed", count(audit.agreed)),
        ("differences", lines(&audit.differences, "expected")),
        (
            "agreement_differences",
            lines(&audit.agreement_differences, "agreed"),
        ),
        (
            "remarks",
            Json::List(audit.remarks.iter().map(Json::text).collect()),
        ),
    ]);
    Json::map(members)
}
