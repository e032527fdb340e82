//! What every report of the laboratory says about itself, beside the reference's own keys.

use crate::document::json_text::Json;
use crate::domain::{InputFile, Timestamp};

/// Who made a report, when, and from what.
#[derive(Clone, Debug)]
pub struct Stamp<'a> {
    /// The moment of the run.
    pub generated_at: Timestamp,
    /// The version of the program.
    pub tool_version: &'a str,
    /// The files that the numbers depend on.
    pub inputs: Vec<InputFile>,
    /// Whether input was read, and gaps were kept, as the reference has them.
    pub compat_reference: bool,
}

impl Stamp<'_> {
    /// The members of a report: its schema, the moment, and what is ours (tool version, inputs, the mark of
    /// `--compat reference`).
    pub(super) fn members(&self, schema: &str) -> Vec<(&'static str, Json)> {
        let mut inputs = self.inputs.clone();
        inputs.sort();
        let mut members = vec![
            ("schema", Json::text(schema)),
            ("schema_version", Json::integer(1)),
            ("generated_at", Json::text(self.generated_at.to_python())),
            ("tool_version", Json::text(self.tool_version)),
            ("inputs", Json::List(inputs.iter().map(input).collect())),
        ];
        if self.compat_reference {
            members.push(("compat", Json::text("reference")));
            members.push(("publishable", Json::Bool(false)));
        }
        members
    }
}

fn input(file: &InputFile) -> Json {
    Json::map([
        ("path", Json::text(&file.path)),
        ("role", Json::text(file.role)),
        ("size", count(file.size)),
        ("sha256", Json::text(file.digest.to_string())),
    ])
}

/// A count.
pub(super) fn count(number: usize) -> Json {
    Json::Integer(number.to_string())
}

/// A number, or `null`.
pub(super) fn optional(number: Option<f64>) -> Json {
    number.map_or(Json::Null, Json::Float)
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str>>(texts: &[T]) -> Json {
    Json::List(texts.iter().map(|text| Json::text(text.as_ref())).collect())
}
