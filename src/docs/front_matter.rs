//! Front matter of others: YAML between `---`, TOML between `+++`. Only what we can use is read; nothing in it can
//! stop a page.

use crate::diag::{Position, Problem};
use crate::document::{Node, yaml};
use serde::{Deserialize, Serialize};

/// Keys that other tools sort pages by.
const ORDERS: [&str; 5] = ["order", "weight", "nav_order", "sidebar_position", "position"];

/// What a page says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Smaller stands first.
    pub(super) order: Option<f64>,
    /// Not to be published yet.
    pub(super) draft: bool,
    /// Where the text begins, in bytes.
    pub(super) body: usize,
}

/// Reads the front matter of a file, if it has one. One that cannot be read is left out with a warning.
pub(super) fn read(path: &str, text: &str) -> (FrontMatter, Option<Problem>) {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let text = text.get(start..).unwrap_or_default();
    for (fence, parse) in [("---", from_yaml as Parse), ("+++", from_toml as Parse)] {
        let Some((block, end)) = block(text, fence) else {
            continue;
        };
        let (found, problem) = match parse(path, block) {
            Ok(found) => (found, None),
            Err(problem) => (FrontMatter::default(), Some(problem)),
        };
        let body = start + end;
        let problem = problem.map(|problem| {
            let at = problem.at.below(1);
            let problem = Problem { at, ..problem };
            problem.hint("mend it, or the page goes without title and order of its own")
        });
        return (FrontMatter { body, ..found }, problem);
    }
    let body = start;
    (
        FrontMatter {
            body,
            ..FrontMatter::default()
        },
        None,
    )
}

type Parse = fn(&str, &str) -> Result<FrontMatter, Problem>;

/// What stands between two fences at the beginning of a text, and where the text goes on. A first line `---` without a
/// second one is a rule, not a fence.
fn block<'t>(text: &'t str, fence: &str) -> Option<(&'t str, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == fence)?;
    let mut end = first.len();
    for line in lines {
        if line.trim_end() == fence {
            return Some((text.get(first.len()..end)?, end + line.len()));
        }
        end += line.len();
    }
    None
}

fn from_yaml(path: &str, block: &str) -> Result<FrontMatter, Problem> {
    let node = yaml::read(path, block)?;
    let scalar = |key: &str| node.get(key).and_then(Node::as_scalar);
    let text = |key: &str| Some(scalar(key)?.text.clone()).filter(|text| !text.trim().is_empty());
    Ok(FrontMatter {
        title: text("title"),
        description: text("description").or_else(|| text("summary")),
        order: ORDERS.iter().find_map(|key| scalar(key)?.as_number()),
        draft: scalar("draft").and_then(|value| value.as_bool()) == Some(true),
        body: 0,
    })
}

fn from_toml(path: &str, block: &str) -> Result<FrontMatter, Problem> {
    let table: toml::Table = block.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let message = error.message().replace('\n', ", ");
        Problem::new(path, Position::of_offset(block, start), message)
    })?;
    let text = |key: &str| Some(table.get(key)?.as_str()?.to_owned()).filter(|text| !text.trim().is_empty());
    let number = |key: &&str| {
        let value = table.get(*key)?;
        value.as_float().or_else(|| Some(value.as_integer()? as f64))
    };
    Ok(FrontMatter {
        title: text("title"),
        description: text("description").or_else(|| text("summary")),
        order: ORDERS.iter().find_map(number),
        draft: table.get("draft").and_then(toml::Value::as_bool) == Some(true),
        body: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_front_matter_are_read() {
        let yaml = "---\ntitle: \"A: b\"\nnav_order: 3\ntags: [x, y]\ndraft: true\n---\nText\n";
        let (found, problem) = read("a.md", yaml);
        assert_eq!(problem, None);
        assert_eq!(
            (found.title.as_deref(), found.order, found.draft),
            (Some("A: b"), Some(3.0), true)
        );
        assert_eq!(&yaml[found.body..], "Text\n");
        let toml = "\u{feff}+++\r\ntitle = 'T'\r\nweight = 2\r\nsummary = \"S\"\r\n+++\r\nText";
        let (found, problem) = read("a.md", toml);
        assert_eq!(problem, None);
        assert_eq!(
            (found.title.as_deref(), found.order, found.description.as_deref()),
            (Some("T"), Some(2.0), Some("S"))
        );
        assert_eq!(&toml[found.body..], "Text");
    }

    #[test]
    fn what_cannot_be_read_is_a_warning_at_its_line_and_the_text_goes_on() {
        let (found, problem) = read("a.md", "---\ntitle: \"open\nx: 1\n---\n# T\n");
        assert_eq!(found.title, None);
        assert_eq!(problem.unwrap().path, "a.md");
        let (found, problem) = read("a.md", "+++\ntitle = \"T\"\nweight = = 2\n+++\n# T\n");
        assert_eq!((found.title, found.body), (None, 33));
        assert_eq!(problem.unwrap().at.line, 3);
    }

    #[test]
    fn a_rule_at_the_beginning_is_no_front_matter() {
        let (found, problem) = read("a.md", "---\n\n# T\n");
        assert_eq!((found, problem), (FrontMatter::default(), None));
    }
}
