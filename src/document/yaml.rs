//! YAML into a positioned tree.
//!
//! Anchors and merge keys (`<<`) are followed, within a limit on the size of the result (a "billion laughs" file
//! ends as one problem). Duplicate keys are kept and marked; the room that owns the section refuses them.

use super::{Entry, Node, Scalar, Value};
use crate::diag::{Position, Problem};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 100;
/// Most values in one document, counted after aliases are followed.
const MAX_VALUES: usize = 2_000_000;

/// Reads the one document in `text`. An empty text is an empty mapping.
///
/// # Errors
/// One problem with its place: not YAML, several documents, too deep, or too large.
pub fn read(path: &str, text: &str) -> Result<Node, Problem> {
    let mut builder = Builder::new(path);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = position(error.marker().line(), error.marker().col());
            Problem::new(path, at, format!("not valid YAML: {}", error.info()))
                .hint("look for a bracket, quote or indentation that is wrong here or just above")
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.root.unwrap_or(Node {
        at: Position::new(1, 1),
        value: Value::Map(Vec::new()),
    }))
}

fn position(line: usize, column: usize) -> Position {
    let convert = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(convert(line.max(1)), convert(column + 1))
}

/// A list or mapping that is still open.
struct Open {
    at: Position,
    anchor: usize,
    items: Vec<Node>,
    is_map: bool,
}

struct Builder<'p> {
    path: &'p str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    values: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn new(path: &str) -> Builder<'_> {
        Builder {
            path,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            values: 0,
            root: None,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let at = position(span.start.line(), span.start.col());
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Problem::new(self.path, at, "a second YAML document begins here")
                    .hint("keep one document in the file"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let node = Node {
                    at,
                    value: Value::Scalar(scalar(text, style, tag)),
                };
                self.close(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(at, anchor, false),
            Event::MappingStart(anchor, _) => self.begin(at, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let anchor = open.anchor;
                    let node = finish(open);
                    self.close(node, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some(mut node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Problem::new(self.path, at, "an alias inside the value it names")
                        .hint("write the value out"));
                };
                self.values += count(&node);
                if self.open.len() + depth(&node) > MAX_DEPTH {
                    return Err(self.too_deep(at));
                }
                node.at = at;
                self.close(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, at: Position, anchor: usize, is_map: bool) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(at));
        }
        self.open.push(Open {
            at,
            anchor,
            items: Vec::new(),
            is_map,
        });
        Ok(())
    }

    fn too_deep(&self, at: Position) -> Problem {
        Problem::new(self.path, at, format!("nested deeper than {MAX_DEPTH} levels"))
            .hint("flatten the structure")
    }

    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(
                Problem::new(self.path, node.at, "more values than a configuration can hold")
                    .hint("aliases multiply what they repeat; write the values out"),
            );
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or(0),
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| count(&entry.value)).sum::<usize>(),
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<Cow<'_, Tag>>) -> Scalar {
    let mut quoted = style != ScalarStyle::Plain;
    let mut unknown_tag = None;
    if let Some(tag) = tag {
        match (tag.is_yaml_core_schema(), tag.suffix.as_str()) {
            (true, "str") => quoted = true,
            (true, "int" | "float" | "bool" | "null") => quoted = false,
            _ if tag.handle.is_empty() && tag.suffix == "!" => quoted = true,
            _ => unknown_tag = Some(tag.to_string()),
        }
    }
    Scalar {
        text: text.into_owned(),
        quoted,
        unknown_tag,
    }
}

fn finish(open: Open) -> Node {
    if !open.is_map {
        return Node {
            at: open.at,
            value: Value::List(open.items),
        };
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(open.items.len() / 2);
    let mut merged: Vec<Entry> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut items = open.items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        // A merge key that names no mapping stays what it looks like: a key `<<`, which its section refuses.
        if is_merge_key(&key) && names_mappings(&value) {
            merged.extend(merge_sources(value));
            continue;
        }
        let key_at = key.at;
        let key = key
            .as_scalar()
            .map_or_else(|| "(a key that is not a scalar)".to_owned(), |s| s.text.clone());
        let repeated = !seen.insert(key.clone());
        entries.push(Entry {
            key,
            key_at,
            repeated,
            value,
        });
    }
    // A merged member gives way to the mapping's own; of two merged ones the first wins (YAML merge key draft).
    for entry in merged {
        if seen.insert(entry.key.clone()) {
            entries.push(entry);
        }
    }
    Node {
        at: open.at,
        value: Value::Map(entries),
    }
}

fn is_merge_key(key: &Node) -> bool {
    key.as_scalar()
        .is_some_and(|scalar| !scalar.quoted && scalar.text == "<<")
}

fn names_mappings(value: &Node) -> bool {
    match &value.value {
        Value::Map(_) => true,
        Value::List(items) => items.iter().all(|item| item.as_map().is_some()),
        Value::Scalar(_) => false,
    }
}

fn merge_sources(value: Node) -> Vec<Entry> {
    match value.value {
        Value::Map(entries) => entries,
        Value::List(items) => items.into_iter().flat_map(merge_sources).collect(),
        Value::Scalar(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_line_and_column() {
        let node = read("c.yaml", "a:\n  b: 0.6\n  c: [x, 'y']\n").unwrap();
        assert_eq!(node.at_path(&["a", "b"]).unwrap().at, Position::new(2, 6));
        let list = node.at_path(&["a", "c"]).unwrap().as_list().unwrap();
        assert_eq!(list[1], Node::quoted(Position::new(3, 10), "y"));
    }

    #[test]
    fn merge_keys_give_way_to_own_members() {
        let node = read("c.yaml", "base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\n").unwrap();
        let own = node.get("own").unwrap();
        assert_eq!(own.get("x").unwrap().as_scalar().unwrap().as_number(), Some(1.0));
        assert_eq!(own.get("y").unwrap().as_scalar().unwrap().as_number(), Some(3.0));
    }

    #[test]
    fn a_repeated_key_is_marked() {
        let node = read("c.yaml", "a: 1\nb: 2\na: 3\n").unwrap();
        let marks: Vec<bool> = node
            .as_map()
            .unwrap()
            .iter()
            .map(|entry| entry.repeated)
            .collect();
        assert_eq!(marks, [false, false, true]);
    }

    #[test]
    fn bad_yaml_has_a_place() {
        let problem = read("c.yaml", "a: [1, 2\nb: 3\n").unwrap_err();
        assert_eq!(problem.path, "c.yaml");
        assert_eq!(problem.at.line, 2);
    }

    #[test]
    fn aliases_cannot_deepen_without_end() {
        let mut text = String::from("a0: &a0 [x]\n");
        for level in 1..190 {
            text.push_str(&format!(
                "a{level}: &a{level} {}*a{}{}\n",
                "[".repeat(50),
                level - 1,
                "]".repeat(50)
            ));
        }
        assert_eq!(
            read("c.yaml", &text).unwrap_err().message,
            "nested deeper than 100 levels"
        );
    }

    #[test]
    fn a_merge_key_without_its_star_stays_a_key() {
        let node = read("c.yaml", "own: {<<: base, y: 3}\n").unwrap();
        assert_eq!(
            node.at_path(&["own", "<<"]).unwrap(),
            &Node::plain(Position::new(1, 11), "base")
        );
    }

    #[test]
    fn aliases_cannot_multiply_without_end() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..9 {
            let names = vec![format!("*a{}", level - 1); 10].join(",");
            text.push_str(&format!("a{level}: &a{level} [{names}]\n"));
        }
        let problem = read("c.yaml", &text).unwrap_err();
        assert_eq!(problem.message, "more values than a configuration can hold");
    }
}
