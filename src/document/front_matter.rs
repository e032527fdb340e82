//! Splits a Markdown file into its YAML front matter and its body.

use super::{Node, yaml};
use crate::diag::{Position, Problem};

/// A Markdown file, taken apart.
#[derive(Clone, Debug)]
pub struct Parts<'t> {
    /// The front matter; positions count in the file.
    pub meta: Node,
    /// The text below it.
    pub body: &'t str,
    /// How many lines of the file stand above the body.
    pub lines_above: u32,
}

/// Takes a file apart at its `---` lines. `None` if it does not begin with one.
///
/// # Errors
/// A front matter without an end, or one that is not YAML.
pub fn split<'t>(path: &str, text: &'t str) -> Result<Option<Parts<'t>>, Problem> {
    let Some(rest) = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))
    else {
        return Ok(None);
    };
    let skipped = text.len() - rest.len();
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let meta = yaml::read(path, rest.get(..end).unwrap_or("")).map_err(|mut problem| {
                problem.at = problem.at.below(1);
                problem
            })?;
            let body = rest.get(end + line.len()..).unwrap_or("");
            let above = text.len() - body.len();
            let lines_above = Position::of_offset(text, above).line - 1;
            return Ok(Some(Parts {
                meta: shifted(meta),
                body,
                lines_above,
            }));
        }
        end += line.len();
    }
    debug_assert!(skipped > 0);
    Err(
        Problem::new(path, Position::new(1, 1), "the front matter has no end")
            .hint("close it with a line `---`"),
    )
}

/// Moves a tree one line down: the front matter begins below the file's first `---`.
fn shifted(mut node: Node) -> Node {
    use super::Value;
    node.at = node.at.below(1);
    node.value = match node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar),
        Value::List(items) => Value::List(items.into_iter().map(shifted).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|mut entry| {
                    entry.key_at = entry.key_at.below(1);
                    entry.value = shifted(entry.value);
                    entry
                })
                .collect(),
        ),
    };
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_in_the_file() {
        let parts = split("p.md", "---\ntitle: A\norder: 3\n---\n\n## B\n")
            .unwrap()
            .unwrap();
        assert_eq!(parts.meta.get("order").unwrap().at, Position::new(3, 8));
        assert_eq!(parts.body, "\n## B\n");
        assert_eq!(parts.lines_above, 4);
    }

    #[test]
    fn a_file_without_front_matter_has_none() {
        assert!(split("p.md", "# Title\n").unwrap().is_none());
    }

    #[test]
    fn an_open_front_matter_is_refused() {
        assert_eq!(
            split("p.md", "---\ntitle: A\n").unwrap_err().message,
            "the front matter has no end"
        );
    }
}
