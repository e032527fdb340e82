//! The items of checklists: what each is known by, and how its box is ticked in the source.

use super::origin::Origin;
use super::tree::{self, Kind, Node};
use crate::diag::{Position, Problems};
use crate::domain::Digest;
use pulldown_cmark::Tag;
use std::collections::BTreeMap;

/// So many hexadecimal digits of a text's SHA-256 make an id.
const ID_DIGITS: usize = 16;

/// One item of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// The first 16 hexadecimal digits of the SHA-256 of `text`; a further item with the same text has `-2` behind them,
    /// and so on. An item that was edited is another item.
    pub id: String,
    /// Its text as the source has it, every run of white space as one blank.
    pub text: String,
    /// Its box is ticked.
    pub done: bool,
    /// The byte of the sign in its box.
    sign: usize,
}

/// The items of a Markdown text, in its order.
///
/// ```
/// # use stage6_press::content::checklist_items;
/// let items = checklist_items("- [x] seen\n- [ ] *not*\n  yet\n");
/// assert_eq!((items[1].text.as_str(), items[1].done), ("*not* yet", false));
/// ```
pub fn checklist_items(markdown: &str) -> Vec<ChecklistItem> {
    let origin = Origin::of_cell("", Position::new(1, 1), markdown);
    // What is wrong with a text is told when its page is made.
    let tree = tree::read(&origin, tree::page_options(), &mut Problems::new());
    let mut found = Vec::new();
    collect(&tree.nodes, &mut found);
    for definition in &tree.definitions {
        collect(&definition.content, &mut found);
    }
    let mut ids = ItemIds::default();
    let item = |task: Task<'_, '_>| {
        let text = task.source(markdown);
        ChecklistItem {
            id: ids.claim(&text),
            text,
            done: task.done,
            sign: task.sign,
        }
    };
    found.into_iter().map(item).collect()
}

/// The text with exactly these boxes ticked; all other bytes stay.
pub fn tick(markdown: &str, is_done: impl Fn(&ChecklistItem) -> bool) -> String {
    let mut output = String::with_capacity(markdown.len());
    let mut copied = 0;
    for item in checklist_items(markdown) {
        let done = is_done(&item);
        if done == item.done {
            continue;
        }
        output.push_str(markdown.get(copied..item.sign).unwrap_or_default());
        output.push(if done { 'x' } else { ' ' });
        copied = item.sign + 1;
    }
    output.push_str(markdown.get(copied..).unwrap_or_default());
    output
}

/// Gives items their ids.
#[derive(Debug, Default)]
pub struct ItemIds(BTreeMap<String, usize>);

impl ItemIds {
    /// The id of the next item with this text.
    pub fn claim(&mut self, text: &str) -> String {
        let digest = Digest::of(text.as_bytes()).to_string();
        let id: String = digest.chars().take(ID_DIGITS).collect();
        let turn = self.0.entry(id.clone()).or_insert(0);
        *turn += 1;
        match *turn {
            1 => id,
            turn => format!("{id}-{turn}"),
        }
    }
}

/// A list item that is a task.
#[derive(Clone, Copy)]
pub struct Task<'n, 't> {
    /// Its box is ticked.
    pub done: bool,
    /// What stands behind the box, in its paragraph.
    pub text: &'n [Node<'t>],
    /// The blocks below that.
    pub below: &'n [Node<'t>],
    /// The byte of the sign in the box.
    sign: usize,
}

impl<'n, 't> Task<'n, 't> {
    /// Reads a list item; `None` for items that are no tasks.
    ///
    /// In a loose list the box stands inside the item's first paragraph, in a tight one directly in the item.
    pub fn of(item: &'n [Node<'t>]) -> Option<Task<'n, 't>> {
        let (first, others) = item.split_first()?;
        let marker = |node: &Node<'_>| match node.kind {
            Kind::Task(done) => Some((done, node.range.start + 1)),
            _ => None,
        };
        if let Some((done, sign)) = marker(first) {
            let length = others.iter().take_while(|node| !node.is_block()).count();
            let (text, below) = others.split_at(length);
            return Some(Task {
                done,
                text,
                below,
                sign,
            });
        }
        let Kind::Branch(Tag::Paragraph, children) = &first.kind else {
            return None;
        };
        let (box_node, text) = children.split_first()?;
        let (done, sign) = marker(box_node)?;
        Some(Task {
            done,
            text,
            below: others,
            sign,
        })
    }

    /// Its text as the source has it.
    pub fn source(&self, markdown: &str) -> String {
        let (Some(first), Some(last)) = (self.text.first(), self.text.last()) else {
            return String::new();
        };
        let text = markdown
            .get(first.range.start..last.range.end)
            .unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn collect<'n, 't>(nodes: &'n [Node<'t>], found: &mut Vec<Task<'n, 't>>) {
    for node in nodes {
        if let Kind::Branch(Tag::Item, children) = &node.kind {
            found.extend(Task::of(children));
        }
        collect(node.children(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "> - [X] cited\n\n1. [ ] *a*\n   b\n\n   - [ ] inner\n2. [x] `fact:x`\r\n\n- [ ] inner\n\n  below\n\n```\n- [ ] code\n```\n";

    #[test]
    fn items_are_known_by_the_digest_of_their_text() {
        let items = checklist_items(TEXT);
        let shown: Vec<_> = items
            .iter()
            .map(|item| (item.text.as_str(), item.done, item.id.as_str()))
            .collect();
        // printf '%s' TEXT | sha256sum | cut -c1-16
        assert_eq!(
            shown,
            [
                ("cited", true, "041ab86fbaaa651a"),
                ("*a* b", false, "4c9d0b7b6e431006"),
                ("inner", false, "33bf6fbd7cd83797"),
                ("`fact:x`", true, "e4c05d051d672e29"),
                ("inner", false, "33bf6fbd7cd83797-2"),
            ]
        );
    }

    #[test]
    fn only_the_signs_in_boxes_change() {
        let wanted = |item: &ChecklistItem| item.text != "cited" && item.text != "*a* b";
        assert_eq!(
            tick(TEXT, wanted),
            TEXT.replace("[X] cited", "[ ] cited")
                .replace("[ ] inner", "[x] inner")
        );
        assert_eq!(tick(TEXT, |item| item.done), TEXT);
    }
}
