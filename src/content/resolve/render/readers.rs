//! Where each reader begins: cards with what to do first.

use super::super::escape;
use super::super::origin::Origin;
use super::super::tree;
use super::super::tree::Node;
use super::Renderer;
use crate::content::Section;
use crate::diag::{Position, Problem};
use pulldown_cmark::Options;

/// The readers, in the order of the cards.
const READERS: [Section; 3] = [Section::Review, Section::Publish, Section::Operate];

/// A card's part of the block.
struct Part<'b> {
    section: Section,
    at: Position,
    text: &'b str,
}

impl Renderer<'_> {
    /// The block `readers`: for each reader a line `review:`, `publish:` or `operate:`, and a numbered list below it.
    pub(super) fn readers(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        if !attributes.is_empty() {
            let hint = "write `readers` alone";
            return self.refuse(node, format!("`{attributes}` behind `readers`"), hint);
        }
        let parts = self.reader_parts(node, body);
        if parts.is_empty() {
            let hint = "write a line `review:`, `publish:` or `operate:`, and a numbered list below each";
            return self.refuse(node, "a block `readers` without readers", hint);
        }
        self.write("<div class=\"readers\">\n");
        let mut markdown = Vec::new();
        for part in parts {
            markdown.push(self.card(&part));
        }
        self.write("</div>\n");
        let indent = self.indent(node);
        let text = markdown.join("\n\n").replace('\n', &format!("\n{indent}"));
        self.edits.replace(node.range.clone(), text);
    }

    fn reader_parts<'b>(&mut self, node: &Node<'_>, body: &'b str) -> Vec<Part<'b>> {
        let fence = self.origin.position(node.range.start);
        let mut parts: Vec<Part<'b>> = Vec::new();
        let mut offset = 0;
        for (number, line) in (1..).zip(body.split_inclusive('\n')) {
            let end = offset + line.len();
            let head = READERS
                .into_iter()
                .find(|section| line.trim().strip_suffix(':') == Some(section.key()));
            if let Some(section) = head {
                parts.push(Part {
                    section,
                    at: Position::new(fence.line + number + 1, fence.column),
                    text: "",
                });
            } else if let Some(part) = parts.last_mut() {
                let start = end - line.len() - part.text.len();
                part.text = body.get(start..end).unwrap_or_default();
            } else if !line.trim().is_empty() {
                let at = Position::new(fence.line + number, fence.column);
                let problem = Problem::new(
                    self.origin.path,
                    at,
                    format!("`{}` is for no reader", line.trim()),
                );
                let hint = "begin with a line `review:`, `publish:` or `operate:`";
                self.found.problems.push(problem.hint(hint));
            }
            offset = end;
        }
        parts
    }

    fn card(&mut self, part: &Part<'_>) -> String {
        let key = part.section.key();
        let label = self.wording.text(&format!("site.section.{key}")).to_owned();
        let text = self.wording.text(&format!("site.reader.{key}")).to_owned();
        let id = self.ids.claim(&format!("reader-{key}"));
        self.write(&format!(
            "<section class=\"reader\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n<p>{}</p>\n",
            escape::html(&label),
            escape::html(&text)
        ));
        let origin = Origin::from(self.origin.path, part.at, part.text);
        let mut inner = self.part(origin);
        inner.heading.clone_from(&label);
        let tree = tree::read(&origin, Options::ENABLE_STRIKETHROUGH, &mut inner.found.problems);
        inner.nodes(&tree.nodes);
        inner.typed_in(&tree.nodes, &origin);
        let html = std::mem::take(&mut inner.html);
        let edits = std::mem::take(&mut inner.edits);
        self.absorb(&mut inner);
        self.write(&html);
        self.write("</section>\n");
        format!(
            "**{}.** {}\n\n{}",
            escape::markdown(&label),
            escape::markdown(&text),
            edits.apply(part.text).trim_matches('\n')
        )
    }
}
