//! A JSON Schema as a list of keys: each with its path, and what may stand there.

use crate::document::{Node, Value};

/// How a path names a key that the author chooses.
const ANY_NAME: &str = "NAME";

/// A key of a file.
#[derive(Debug)]
pub(super) struct Key<'s> {
    /// `stress_lab.scenarios[].name`.
    pub(super) path: String,
    pub(super) schema: &'s Node,
    pub(super) is_required: bool,
    /// The path of an earlier key that has the same keys below it, which are not repeated.
    pub(super) same_as: Option<String>,
}

impl Key<'_> {
    /// How deep it stands, from 1.
    pub(super) fn depth(&self) -> usize {
        self.path.split('.').count()
    }
}

/// All keys of a schema, each before those below it.
pub(super) fn keys(root: &Node) -> Vec<Key<'_>> {
    let mut walk = Walk {
        root,
        keys: Vec::new(),
        expanded: Vec::new(),
    };
    walk.below(root, "");
    walk.keys
}

struct Walk<'s> {
    root: &'s Node,
    keys: Vec<Key<'s>>,
    /// Definitions whose keys are listed already, and where.
    expanded: Vec<(&'s str, String)>,
}

impl<'s> Walk<'s> {
    /// The keys below a schema that stands at a path.
    fn below(&mut self, schema: &'s Node, path: &str) {
        let required = texts(schema.get("required"));
        let properties = schema.get("properties").and_then(Node::as_map);
        for entry in properties.unwrap_or_default() {
            let is_required = required.contains(&entry.key.as_str());
            self.key(join(path, &entry.key), &entry.value, is_required);
        }
        if let Some(any) = schema
            .get("additionalProperties")
            .filter(|any| any.as_map().is_some())
        {
            self.key(join(path, ANY_NAME), any, false);
        }
        if let Some(items) = schema.get("items") {
            let items = resolved(self.root, items);
            self.below(items, &format!("{path}[]"));
        }
    }

    fn key(&mut self, path: String, schema: &'s Node, is_required: bool) {
        let definition = schema.text("$ref");
        let met = definition.and_then(|name| self.expanded.iter().find(|(known, _)| *known == name));
        let same_as = met.map(|(_, path)| path.clone());
        let target = resolved(self.root, schema);
        self.keys.push(Key {
            path: path.clone(),
            schema: target,
            is_required,
            same_as: same_as.clone(),
        });
        if same_as.is_some() {
            return;
        }
        self.expanded.extend(definition.map(|name| (name, path.clone())));
        self.below(target, &path);
    }
}

fn join(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

/// The schema that a reference inside the same file leads to.
pub(super) fn resolved<'s>(root: &'s Node, schema: &'s Node) -> &'s Node {
    let name = schema
        .text("$ref")
        .and_then(|reference| reference.strip_prefix("#/$defs/"));
    name.and_then(|name| root.at_path(&["$defs", name]))
        .unwrap_or(schema)
}

/// The texts of a list.
pub(super) fn texts(list: Option<&Node>) -> Vec<&str> {
    let items = list.and_then(Node::as_list).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| Some(item.as_scalar()?.text.as_str()))
        .collect()
}

/// A scalar as it is written: a text, a number, `true`.
pub(super) fn scalar(schema: &Node, key: &str) -> Option<String> {
    match &schema.get(key)?.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        _ => None,
    }
}
