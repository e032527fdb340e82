//! `stage6 check`.

use super::Outcome;
use super::arguments::{CheckArguments, ProjectArguments};
use super::build::release_key_choice;
use super::clock::{self, environment};
use super::console::Console;
use super::docs;
use super::simulate::{report_summary, scenario_lines};
use crate::config::Publication;
use crate::document::json_text::Json;
use crate::fs::Project;
use crate::pipeline::{self, Failure};
use crate::seal::{HmacKey, ReleaseKey, SigningKeys, development_key_text};

pub(super) fn run(arguments: &CheckArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(arguments.project.root())?;
    if arguments.project.names_root() && pipeline::is_docs(&project) {
        return docs::run(&project, &arguments.docs, true, console);
    }
    arguments.docs.refuse()?;
    let arguments = &arguments.project;
    let now = clock::now(&arguments.date)?;
    let choose_keys = |publication: &Publication| passing_keys(&project, publication, arguments);
    let mut progress = console.progress();
    let checked = pipeline::check(&project, choose_keys, now, &mut |stage| progress.stage(stage))?;
    progress.end();
    let unchecked = checked.unchecked;
    console.findings.claims = checked.claims;
    console.findings.rulings = Some(checked.rulings);
    for line in scenario_lines(&checked.report) {
        console.line(line);
    }
    for runbook in &unchecked {
        console.remark(runbook.remark());
    }
    console.line("no problems found; nothing was written");
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("report", report_summary(&checked.report)),
        (
            "unchecked_runbooks",
            Json::List(unchecked.iter().map(|one| Json::text(&one.path)).collect()),
        ),
    ]));
    Ok(Outcome::Good)
}

/// The project's keys, or where there are none passing ones that are never written.
pub(super) fn passing_keys(
    project: &Project,
    publication: &Publication,
    arguments: &ProjectArguments,
) -> Result<SigningKeys, Failure> {
    let choice = release_key_choice(&arguments.key, &arguments.release_key);
    let hmac = match pipeline::key_if_any(project, &choice, &environment)? {
        Some(key) => key,
        None => passing_key()?,
    };
    let signing = Some(&publication.signing);
    let release = match pipeline::release_key_if_any(project, &choice, signing, &environment)? {
        Some(key) => key,
        None => ReleaseKey::generate(true).map_err(|error| Failure::Internal(error.to_string()))?,
    };
    Ok(SigningKeys { hmac, release })
}

/// A key that is never written: what is checked does not depend on it.
pub(super) fn passing_key() -> Result<HmacKey, Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let text = development_key_text().map_err(|error| internal(&error))?;
    HmacKey::from_text(text.as_bytes(), None).map_err(|error| internal(&error))
}
