//! What the laboratory's commands have in common: how a report is asked for, and how it is told of.

use super::arguments::Compat;
use super::build::key_choice;
use super::clock;
use super::console::Console;
use super::lab_arguments::ReportArguments;
use crate::bundle::DEVELOPMENT_NOTICE;
use crate::config::Mode;
use crate::document::json_text::Json;
use crate::pipeline::{Failure, ReportOptions, Written};

/// What the arguments mean.
pub(super) fn options(arguments: &ReportArguments) -> Result<ReportOptions, Failure> {
    Ok(ReportOptions {
        output: arguments.output.clone(),
        mode: if let Some(Compat::Reference) = arguments.compat {
            Mode::Reference
        } else {
            Mode::Strict
        },
        key: key_choice(&arguments.key),
        now: clock::now(&arguments.date)?,
    })
}

/// Says who signed and what was written.
pub(super) fn show(written: &Written, mode: Mode, console: &mut Console) {
    if mode == Mode::Reference {
        console
            .remark("note: made with `--compat reference`; the report is marked and must not be published");
    }
    match &written.signed_by {
        Some((_, true)) => console.remark(format!("WARNING: {DEVELOPMENT_NOTICE}")),
        Some((id, false)) => console.line(format!("signed with the key `{id}`")),
        None => console.remark("WARNING: not signed; give --signing-key-path or --signing-key-env"),
    }
    for file in &written.files {
        console.line(format!("wrote {}", file.display()));
    }
}

/// The members that every result has for programs.
pub(super) fn members(status: &str, written: Option<&Written>) -> Vec<(&'static str, Json)> {
    let files = written.iter().flat_map(|written| &written.files);
    let files = files.map(|file| Json::text(file.display().to_string())).collect();
    let key = written.and_then(|written| written.signed_by.as_ref());
    vec![
        ("status", Json::text(status)),
        ("files", Json::List(files)),
        ("key_id", Json::optional_text(key.map(|(id, _)| id.as_str()))),
    ]
}

/// A count for programs.
pub(super) fn count(number: usize) -> Json {
    Json::Integer(number.to_string())
}
