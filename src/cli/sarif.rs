//! Problems as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the line.

use crate::diag::{Position, Problem};
use crate::document::json_text::Json;

/// Where the shape of the file is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run with one result for each problem and each warning. Paths are relative to the project, as problems name them.
pub(super) fn sarif((problems, warnings): (&[Problem], &[Problem]), tool_version: &str) -> Json {
    let stops = problems.iter().map(|problem| result(problem, (RULE, "error")));
    let others = warnings
        .iter()
        .map(|problem| result(problem, (WARNING, "warning")));
    let rules = [RULE, WARNING].map(|id| Json::map([("id", Json::text(id))]));
    let driver = Json::map([
        ("name", Json::text("stage6")),
        ("version", Json::text(tool_version)),
        ("rules", Json::List(rules.to_vec())),
    ]);
    let run = Json::map([
        ("tool", Json::map([("driver", driver)])),
        // Columns are counted in characters, as in all our messages.
        ("columnKind", Json::text("unicodeCodePoints")),
        ("results", Json::List(stops.chain(others).collect())),
    ]);
    Json::map([
        ("$schema", Json::text(SCHEMA)),
        ("version", Json::text("2.1.0")),
        ("runs", Json::List(vec![run])),
    ])
}

/// Input that has to be mended before anything is published.
const RULE: &str = "bad-input";
/// What is shown as well as it can be.
const WARNING: &str = "warning";

fn result(problem: &Problem, (rule, level): (&str, &str)) -> Json {
    let text = match &problem.hint {
        Some(hint) => format!("{}\nhint: {hint}", problem.message),
        None => problem.message.clone(),
    };
    let artifact = Json::map([("uri", Json::text(uri(&problem.path)))]);
    let mut location = vec![("artifactLocation", artifact)];
    if problem.at != Position::WHOLE_FILE {
        let region = Json::map([
            ("startLine", Json::integer(problem.at.line)),
            ("startColumn", Json::integer(problem.at.column)),
        ]);
        location.push(("region", region));
    }
    let location = Json::map([("physicalLocation", Json::map(location))]);
    Json::map([
        ("ruleId", Json::text(rule)),
        ("level", Json::text(level)),
        ("message", Json::map([("text", Json::text(text))])),
        ("locations", Json::List(vec![location])),
    ])
}

/// A relative path as a URI reference (RFC 3986): what is not unreserved is percent-encoded, `/` stays.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut uri, byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_and_diacritics_is_a_valid_reference() {
        // RFC 3986, section 2.1: octets of UTF-8, percent-encoded in upper case.
        assert_eq!(uri("content/pl/ż 1.md"), "content/pl/%C5%BC%201.md");
    }

    #[test]
    fn a_problem_with_a_whole_file_has_no_region() {
        let text = sarif((&[Problem::with_file("a.md", "gone")], &[]), "1").to_canonical();
        assert!(
            text.contains(r#""uri":"a.md""#) && !text.contains("region"),
            "{text}"
        );
    }
}
