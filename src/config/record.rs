//! A mapping read by our rules or by the reference's: the same questions, two degrees of strictness.

use super::compat::python::Python;
use super::core::Mode;
use super::fields::{Fields, Range, Shared};
use crate::document::{Entry, Node, Value};

/// A mapping and the rules that it is read by.
pub(crate) struct Record<'n, 'p> {
    fields: Fields<'n, 'p>,
    name: String,
    mode: Mode,
}

impl<'n, 'p> Record<'n, 'p> {
    /// Opens `node`, called `name` in problems.
    pub(crate) fn open(
        path: &'p str,
        name: &str,
        node: &'n Node,
        problems: Shared<'p>,
        mode: Mode,
    ) -> Option<Record<'n, 'p>> {
        Some(Record {
            fields: Fields::open(path, name, node, problems)?,
            name: name.to_owned(),
            mode,
        })
    }

    /// Opens a value below this one.
    pub(crate) fn below(&self, name: &str, node: &'n Node) -> Option<Record<'n, 'p>> {
        let (path, problems) = self.fields.context();
        let name = if self.name.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.name)
        };
        Record::open(path, &name, node, problems, self.mode)
    }

    /// Whether the reference's leniency applies.
    pub(crate) fn is_lenient(&self) -> bool {
        self.mode == Mode::Reference
    }

    /// The member `key`, unless it is absent or null.
    pub(crate) fn node(&self, key: &'static str) -> Option<&'n Node> {
        self.fields.node(key)
    }

    /// Notes a problem at a value.
    pub(crate) fn refuse(&self, node: &Node, message: impl Into<String>, hint: impl Into<String>) {
        self.fields.refuse(node, message, hint);
    }

    /// Notes a problem with the mapping as a whole.
    pub(crate) fn refuse_whole(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.fields.refuse_whole(message, hint);
    }

    /// Notes that the member `key` is not there.
    pub(crate) fn require(&self, key: &'static str) -> Option<&'n Node> {
        self.fields.required(key)
    }

    /// A number; what is not one is a problem by either rules.
    pub(crate) fn number(&self, key: &'static str, range: Range) -> Option<f64> {
        if !self.is_lenient() {
            return self.fields.number(key, range);
        }
        let node = self.node(key)?;
        let number = Python::of(node).to_float();
        if number.is_none() {
            self.refuse(
                node,
                format!("`{}` is not a number", self.fields.name_of(key)),
                "write a number",
            );
        }
        number
    }

    /// A number that must be there.
    pub(crate) fn required_number(&self, key: &'static str, range: Range) -> Option<f64> {
        self.require(key)?;
        self.number(key, range)
    }

    /// A number if it is one; the reference passes over anything else in silence.
    pub(crate) fn number_if_any(&self, key: &'static str, range: Range) -> Option<f64> {
        match self.is_lenient() {
            false => self.fields.number(key, range),
            true => self.node(key).and_then(|node| Python::of(node).to_float()),
        }
    }

    /// Trimmed text that is not blank.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        if !self.is_lenient() {
            return self.fields.text(key);
        }
        let text = Python::of(self.node(key)?).to_text().trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// Text that must be there.
    pub(crate) fn required_text(&self, key: &'static str) -> Option<String> {
        self.require(key)?;
        self.text(key)
    }

    /// A switch.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        match self.is_lenient() {
            false => self.fields.boolean(key),
            true => self.node(key).map(|node| Python::of(node).is_truthy()),
        }
    }

    /// A whole number of at least `least`.
    pub(crate) fn whole_number(&self, key: &'static str, least: u32) -> Option<u32> {
        self.fields.whole_number(key, least)
    }

    /// A list of words. By the reference's rules a single text is a list of one, and blanks are dropped.
    pub(crate) fn words(&self, key: &'static str) -> Vec<String> {
        if !self.is_lenient() {
            let texts = self.fields.texts(key).unwrap_or_default();
            let mut words: Vec<String> = Vec::new();
            for (word, node) in texts {
                if words.contains(&word) {
                    self.refuse(node, format!("`{word}` stands twice"), "keep one of them");
                }
                words.push(word);
            }
            return words;
        }
        let texts: Vec<String> = match self.node(key).map(|node| (&node.value, Python::of(node))) {
            Some((Value::List(items), _)) => items.iter().map(|item| Python::of(item).to_text()).collect(),
            Some((_, Python::Text(text))) => vec![text],
            _ => Vec::new(),
        };
        texts
            .iter()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// A list.
    pub(crate) fn list(&self, key: &'static str) -> &'n [Node] {
        self.fields.list(key).unwrap_or_default()
    }

    /// The mappings of a list, each opened.
    pub(crate) fn records(&self, key: &'static str) -> Vec<Record<'n, 'p>> {
        let items = self.list(key).iter().enumerate();
        items
            .filter_map(|(index, item)| self.below(&format!("{key}[{index}]"), item))
            .collect()
    }

    /// A mapping whose keys the author chooses.
    pub(crate) fn named(&self, key: &'static str) -> &'n [Entry] {
        self.fields.named(key).unwrap_or_default()
    }

    /// A mapping below this one.
    pub(crate) fn section(&self, key: &'static str) -> Option<Record<'n, 'p>> {
        self.below(key, self.node(key)?)
    }

    /// Ends the reading; by our rules, keys that nobody asked for are problems.
    pub(crate) fn finish(self) {
        if self.mode == Mode::Strict {
            self.fields.finish();
        }
    }
}
