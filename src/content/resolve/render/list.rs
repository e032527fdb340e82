//! Lists, and lists of tasks.

use super::super::tree::{Kind, Node};
use super::Renderer;
use pulldown_cmark::Tag;

impl Renderer<'_> {
    pub(super) fn list(&mut self, start: Option<u64>, items: &[Node<'_>]) {
        let is_checklist = items.iter().any(|item| task(item.children()).is_some());
        let (begin, end) = match start {
            Some(1) => ("<ol>\n".to_owned(), "</ol>\n"),
            Some(number) => (format!("<ol start=\"{number}\">\n"), "</ol>\n"),
            None if is_checklist => ("<ul class=\"checklist\">\n".to_owned(), "</ul>\n"),
            None => ("<ul>\n".to_owned(), "</ul>\n"),
        };
        self.write(&begin);
        for item in items {
            self.typesetter.restart();
            self.write("<li>");
            match task(item.children()) {
                Some((ticked, inline, rest)) => self.task(ticked, inline, rest),
                None => self.nodes(item.children()),
            }
            self.write("</li>\n");
        }
        self.write(end);
    }

    /// A task: its text labels its box, what stands below it does not.
    fn task(&mut self, ticked: bool, text: &[Node<'_>], below: &[Node<'_>]) {
        self.tasks += 1;
        let id = self.ids.claim(&format!("task-{}", self.tasks));
        let checked = if ticked { " checked" } else { "" };
        self.write(&format!("<label><input type=\"checkbox\" id=\"{id}\"{checked}> "));
        self.nodes(text);
        self.write("</label>");
        self.nodes(below);
    }
}

/// Whether a list item is a task that is done, its text, and the blocks below; `None` for other items.
///
/// In a loose list the box stands inside the item's first paragraph, in a tight one directly in the item.
fn task<'n, 't>(item: &'n [Node<'t>]) -> Option<(bool, &'n [Node<'t>], &'n [Node<'t>])> {
    let (first, others) = item.split_first()?;
    match &first.kind {
        Kind::Task(ticked) => {
            let text_length = others.iter().take_while(|node| !node.is_block()).count();
            let (text, below) = others.split_at(text_length);
            Some((*ticked, text, below))
        }
        Kind::Branch(Tag::Paragraph, children) => {
            let (marker, text) = children.split_first()?;
            match marker.kind {
                Kind::Task(ticked) => Some((ticked, text, others)),
                _ => None,
            }
        }
        _ => None,
    }
}
