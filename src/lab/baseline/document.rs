//! The baseline file: the shape that the Stress Lab reads (specification, sections 1.7 and 2.1), with the origin and
//! the method of every number.

use super::Measured;
use crate::document::json_text::Json;
use crate::domain::Digest;

/// A file that a baseline was measured from.
#[derive(Clone, Debug)]
pub struct MeasuredInput {
    /// What it is to the baseline: `prices`, `order_book`, `funding` or `sentiment`.
    pub role: &'static str,
    /// Its name without folders, so that the output does not depend on the machine.
    pub file: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// How many rows it has.
    pub rows: usize,
    /// The first and the last day in it, if it has any.
    pub span: Option<(String, String)>,
    /// How many rows are missing between them.
    pub missing: usize,
}

/// The bytes of a baseline file.
///
/// `source.type` is `measured`, or `partly-assumed` if a person stated some of the numbers; those are listed under
/// `missing`.
pub fn baseline_json(measured: &Measured, inputs: &[MeasuredInput], tool_version: &str) -> Vec<u8> {
    let mut baseline = vec![("symbol", Json::text(&measured.symbol))];
    baseline.extend(
        measured
            .fields
            .iter()
            .map(|field| (field.key, Json::Float(field.value))),
    );
    let missing: Vec<Json> = measured
        .fields
        .iter()
        .filter(|field| field.assumed)
        .map(|field| Json::text(field.key))
        .collect();
    let kind = if missing.is_empty() {
        "measured"
    } else {
        "partly-assumed"
    };
    let source = Json::map([
        ("type", Json::text(kind)),
        ("tool_version", Json::text(tool_version)),
        ("window_days", count(measured.window_days)),
        ("inputs", Json::List(inputs.iter().map(input).collect())),
        (
            "method",
            Json::map(
                measured
                    .fields
                    .iter()
                    .map(|field| (field.key, Json::text(&field.method))),
            ),
        ),
        (
            "remarks",
            Json::List(measured.remarks.iter().map(Json::text).collect()),
        ),
    ]);
    let members = [
        ("generated_at", Json::text(measured.as_of.to_string())),
        ("baseline", Json::map(baseline)),
        ("source", source),
        ("missing", Json::List(missing)),
    ];
    Json::map(members).to_file_text().into_bytes()
}

fn input(input: &MeasuredInput) -> Json {
    let (first, last) = match &input.span {
        Some((first, last)) => (Json::text(first), Json::text(last)),
        None => (Json::Null, Json::Null),
    };
    Json::map([
        ("role", Json::text(input.role)),
        ("file", Json::text(&input.file)),
        ("sha256", Json::text(input.digest.to_string())),
        ("rows", count(input.rows)),
        ("missing_rows", count(input.missing)),
        ("first", first),
        ("last", last),
    ])
}

fn count(number: usize) -> Json {
    Json::Integer(number.to_string())
}
