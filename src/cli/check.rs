//! `stage6 check`.

use super::Outcome;
use super::arguments::ProjectArguments;
use super::build::key_choice;
use super::clock::{self, environment};
use super::console::Console;
use super::simulate::{report_summary, scenario_lines};
use crate::document::json_text::Json;
use crate::fs::Project;
use crate::pipeline::{self, Failure};
use crate::seal::{HmacKey, development_key_text};

pub(super) fn run(arguments: &ProjectArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let project = Project::open(&arguments.root)?;
    let choose_key = || match pipeline::key_if_any(&project, &key_choice(&arguments.key), &environment)? {
        Some(key) => Ok(key),
        None => passing_key(),
    };
    let report = pipeline::check(&project, choose_key, now, &mut |_| {})?;
    for line in scenario_lines(&report) {
        console.line(line);
    }
    console.line("no problems found; nothing was written");
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("report", report_summary(&report)),
    ]));
    Ok(Outcome::Good)
}

/// A key that is never written: what is checked does not depend on it.
pub(super) fn passing_key() -> Result<HmacKey, Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let text = development_key_text().map_err(|error| internal(&error))?;
    HmacKey::from_text(text.as_bytes(), None).map_err(|error| internal(&error))
}
