//! Problems as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the line.

use super::topics::{Section, sections_of};
use crate::diag::{Position, Problem, Topic};
use crate::document::json_text::Json;
use crate::domain::Language;
use std::collections::BTreeSet;

/// Where the shape of the file is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run with one result for each problem and each warning, and the rules that they break: their topics, with what the
/// manual says of them. Paths are relative to the project, as problems name them.
pub(super) fn sarif((problems, warnings): (&[Problem], &[Problem]), tool_version: &str) -> Json {
    let all: BTreeSet<Topic> = problems
        .iter()
        .chain(warnings)
        .filter_map(|problem| problem.topic)
        .collect();
    let rules = sections_of(all, Language::English);
    let stops = problems.iter().map(|problem| result(problem, "error"));
    let others = warnings.iter().map(|problem| result(problem, "warning"));
    let driver = Json::map([
        ("name", Json::text("stage6")),
        ("version", Json::text(tool_version)),
        ("rules", Json::List(rules.iter().map(rule).collect())),
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

/// A topic as a rule, with its section of the manual as its help.
fn rule((topic, section): &(Topic, Section)) -> Json {
    let id = ("id", Json::text(topic.key()));
    let help = [
        ("text", Json::text(section.plain())),
        ("markdown", Json::text(section.portable())),
    ];
    let title = Json::map([("text", Json::text(&section.title))]);
    Json::map([id, ("shortDescription", title), ("help", Json::map(help))])
}

fn result(problem: &Problem, level: &str) -> Json {
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
    let mut members = vec![
        ("level", Json::text(level)),
        ("message", Json::map([("text", Json::text(text))])),
        ("locations", Json::List(vec![location])),
    ];
    members.extend(problem.topic.map(|topic| ("ruleId", Json::text(topic.key()))));
    Json::map(members)
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
    use crate::diag::About;

    #[test]
    fn a_path_with_blanks_and_diacritics_is_a_valid_reference() {
        // RFC 3986, section 2.1: octets of UTF-8, percent-encoded in upper case.
        assert_eq!(uri("content/pl/ż 1.md"), "content/pl/%C5%BC%201.md");
    }

    #[test]
    fn a_topic_is_the_rule_of_its_problems_and_brings_its_help() {
        let about = |topic| Problem::with_file("a.md", "gone").about(topic);
        let problems = [about(Topic::Links), about(Topic::Facts), about(Topic::Links)];
        let text = sarif((&problems, &[about(Topic::Links)]), "1").to_canonical();
        assert_eq!(text.matches(r#""ruleId":"links""#).count(), 3, "{text}");
        assert_eq!(text.matches(r#""id":"links""#).count(), 1, "{text}");
        assert_eq!(text.matches(r#""help":{"markdown":"#).count(), 2, "{text}");
        assert!(!text.contains("]("), "a link that leads nowhere: {text}");
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
