//! Footnotes: numbered in the order in which a reader meets them.

use super::origin::Origin;
use super::outline::Ids;
use super::tree::{Kind, Node, Tree};
use crate::content::place;
use crate::diag::{Problems, nearest};
use pulldown_cmark::Tag;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// A footnote that is referred to.
#[derive(Debug)]
pub struct Note {
    /// Its definition's index in the tree.
    pub definition: usize,
    /// Its number, from 1.
    pub number: usize,
    /// Its id on the page.
    pub id: String,
    /// The ids of the references to it, in the order in which they are rendered.
    pub reference_ids: Vec<String>,
}

/// The footnotes of a page.
#[derive(Debug, Default)]
pub struct Notes {
    notes: Vec<Note>,
    by_label: BTreeMap<String, usize>,
}

/// Labels are the same whatever their case, as in the parser.
fn key(label: &str) -> String {
    label.to_lowercase()
}

impl Notes {
    /// All footnotes by their numbers.
    pub fn all(&self) -> &[Note] {
        &self.notes
    }

    /// The footnote of a label.
    pub fn get(&self, label: &str) -> Option<&Note> {
        self.notes.get(*self.by_label.get(&key(label))?)
    }

    /// Numbers the footnotes of a page. Problems: definitions that nobody refers to, that stand twice or that
    /// name no source, and references without a definition.
    pub fn read(tree: &Tree<'_>, origin: &Origin<'_>, ids: &mut Ids, problems: &mut Problems) -> Notes {
        let mut definitions = BTreeMap::new();
        for (index, definition) in tree.definitions.iter().enumerate() {
            match definitions.entry(key(&definition.label)) {
                Entry::Vacant(place) => {
                    place.insert(index);
                }
                Entry::Occupied(_) => {
                    let message = format!("the footnote `[^{}]` stands twice", definition.label);
                    let problem = origin.problem(definition.range.start, message);
                    problems.push(problem.hint("keep one of them"));
                }
            }
            if !names_source(&definition.content) {
                let message = format!("the footnote `[^{}]` names no source", definition.label);
                problems.push(
                    origin
                        .problem(definition.range.start, message)
                        .hint("link the evidence or the page that shows it"),
                );
            }
        }
        let notes = number(tree, &definitions, ids);
        for (label, index) in &definitions {
            let Some(definition) = tree.definitions.get(*index) else {
                continue;
            };
            if !notes.by_label.contains_key(label) {
                let message = format!("nothing refers to the footnote `[^{}]`", definition.label);
                let problem = origin.problem(definition.range.start, message);
                problems.push(problem.hint("refer to it in the text, or remove it"));
            }
        }
        let labels: Vec<&str> = definitions.keys().map(String::as_str).collect();
        let contents = tree
            .definitions
            .iter()
            .map(|definition| definition.content.as_slice());
        for nodes in std::iter::once(tree.nodes.as_slice()).chain(contents) {
            refuse_undefined(nodes, origin, &labels, problems);
        }
        notes
    }
}

fn number(tree: &Tree<'_>, definitions: &BTreeMap<String, usize>, ids: &mut Ids) -> Notes {
    let mut notes = Notes::default();
    let mut met = Vec::new();
    references(&tree.nodes, &mut met);
    let mut next = 0;
    loop {
        for label in met.drain(..) {
            let Some(definition) = definitions.get(&label) else {
                continue;
            };
            let slug = place::slug(&label);
            let index = *notes.by_label.entry(label).or_insert_with(|| {
                notes.notes.push(Note {
                    definition: *definition,
                    number: notes.notes.len() + 1,
                    id: ids.claim(&format!("fn-{slug}")),
                    reference_ids: Vec::new(),
                });
                notes.notes.len() - 1
            });
            if let Some(note) = notes.notes.get_mut(index) {
                note.reference_ids.push(ids.claim(&format!("fnref-{slug}")));
            }
        }
        // A footnote can refer to another; that one comes after all that the text refers to.
        let Some(note) = notes.notes.get(next) else {
            return notes;
        };
        next += 1;
        if let Some(definition) = tree.definitions.get(note.definition) {
            references(&definition.content, &mut met);
        }
    }
}

fn references(nodes: &[Node<'_>], met: &mut Vec<String>) {
    for node in nodes {
        if let Kind::Reference(label) = &node.kind {
            met.push(key(label));
        }
        references(node.children(), met);
    }
}

fn names_source(nodes: &[Node<'_>]) -> bool {
    nodes.iter().any(|node| match &node.kind {
        Kind::Branch(Tag::Link { .. }, _) => true,
        // The value of a fact is a link to its evidence.
        Kind::Code(code) => super::library::fact_id(code).is_some(),
        _ => names_source(node.children()),
    })
}

fn refuse_undefined(nodes: &[Node<'_>], origin: &Origin<'_>, labels: &[&str], problems: &mut Problems) {
    for (offset, label) in undefined(nodes, origin.text) {
        let hint = match nearest(&key(label), labels.iter().copied()) {
            Some(known) => format!("did you mean `[^{known}]`?"),
            None => format!("define it: `[^{label}]: …`"),
        };
        let message = format!("no footnote `[^{label}]` is defined");
        problems.push(origin.problem(offset, message).hint(hint));
    }
}

/// Every `[^label]` outside code, with its offset, that the parser took for text because no such footnote is
/// defined.
pub fn undefined<'s>(nodes: &[Node<'_>], source: &'s str) -> Vec<(usize, &'s str)> {
    let mut found = Vec::new();
    for node in nodes {
        match &node.kind {
            Kind::Branch(Tag::CodeBlock(_), _) => {}
            Kind::Branch(_, children) => found.extend(undefined(children, source)),
            Kind::Text(_) => found.extend(undefined_in(source, node.range.clone())),
            _ => {}
        }
    }
    found
}

/// The `[^label]`s in a stretch of source text, each with its offset. One after a backslash is meant as text.
fn undefined_in(source: &str, range: Range<usize>) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = range.start;
    while let Some(at) = source.get(from..range.end).and_then(|rest| rest.find("[^")) {
        let start = from + at;
        from = start + 2;
        let is_escaped = source.get(..start).is_some_and(|before| before.ends_with('\\'));
        let label = source.get(from..range.end).and_then(|rest| rest.split_once(']'));
        if let Some((label, _)) = label
            && !is_escaped
            && !label.is_empty()
            && !label.contains(char::is_whitespace)
        {
            found.push((start, label));
        }
    }
    found
}
