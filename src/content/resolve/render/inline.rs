//! Text, markup, facts, links and references to footnotes.

use super::super::escape;
use super::super::library::{fact_html, fact_id};
use super::super::tree::{Kind, Node};
use super::super::typed;
use super::Renderer;
use crate::content::Use;
use crate::diag::Topic;
use crate::domain::Fact;
use pulldown_cmark::{LinkType, Tag};

impl Renderer<'_> {
    pub(super) fn inline(&mut self, node: &Node<'_>) {
        match &node.kind {
            Kind::Text(text) => {
                self.refuse_broken_link(node);
                let set = self.typesetter.set(text);
                // Paths named as sources may break, so that they do not take the width of a column of prose.
                if self.in_cell && set.contains('/') {
                    let words: Vec<String> = set.split(' ').map(escape::breakable).collect();
                    return self.write(&words.join(" "));
                }
                self.text(&set);
            }
            Kind::Code(code) => {
                self.typesetter.pass_object();
                match fact_id(code) {
                    Some(id) => self.on(Topic::Facts, |renderer| renderer.fact(node, id)),
                    None => self.write(&format!("<code>{}</code>", escape::breakable(code))),
                }
            }
            // It speaks to the author; readers find it in the register.
            Kind::Html(html) if typed::reason(html).is_some() => self.edits.replace(node.range.clone(), ""),
            Kind::Html(html) => {
                // Of a pair of tags, one problem is enough.
                if !html.starts_with("</") {
                    self.refuse_html(node);
                }
            }
            Kind::Reference(label) => self.reference(label),
            Kind::LineEnd => {
                let end = self.typesetter.set_line_end();
                self.html.push(end);
            }
            Kind::LineBreak => {
                self.typesetter.set_line_end();
                self.write("<br>\n");
            }
            // Boxes are written with their list items, rules with the blocks.
            Kind::Task(_) | Kind::Rule => {}
            Kind::Branch(tag, children) => self.markup(node, tag, children),
        }
    }

    fn markup(&mut self, node: &Node<'_>, tag: &Tag<'_>, children: &[Node<'_>]) {
        let element = match tag {
            Tag::Emphasis => "em",
            Tag::Strong => "strong",
            Tag::Strikethrough => "del",
            Tag::Link {
                link_type, dest_url, ..
            } => return self.on(Topic::Links, |renderer| renderer.link(node, *link_type, dest_url)),
            Tag::Image { .. } => {
                let hint = "show numbers as a table, or describe the picture in the text";
                return self.refuse(node, "images are not supported", hint);
            }
            _ => return self.nodes(children),
        };
        self.write(&format!("<{element}>"));
        self.nodes(children);
        self.write(&format!("</{element}>"));
    }

    fn fact(&mut self, node: &Node<'_>, id: &str) {
        let place = (
            self.origin.path.to_owned(),
            self.origin.position(node.range.start),
        );
        self.found.references.entry(id.to_owned()).or_insert(place);
        let draft = self.parsed.draft;
        match self.library.fact(id, draft.language) {
            Ok(fact) => {
                let shown = self.wording.fact(fact);
                let anchor = self.use_of(fact);
                self.edits.replace(node.range.clone(), escape::markdown(&shown));
                let html = fact_html(draft, fact, &shown, (&anchor, !self.in_link));
                self.write(&html);
            }
            Err((message, hint)) => self.refuse(node, message, hint),
        }
    }

    /// Notes that a fact is shown here, and gives the anchor of the place.
    pub(super) fn use_of(&mut self, fact: &Fact) -> String {
        self.found.facts.insert(fact.id.clone());
        self.found.evidence.insert(fact.source.clone());
        let anchor = self.ids.claim("use");
        self.found.uses.push(Use {
            source: fact.source.clone(),
            line: fact.at.line,
            fact: Some(fact.id.clone()),
            anchor: anchor.clone(),
            heading: self.heading.clone(),
        });
        anchor
    }

    fn link(&mut self, node: &Node<'_>, kind: LinkType, target: &str) {
        let children = node.children();
        if self.in_cell {
            let hint = "name the source in the text, and link it below the table";
            return self.refuse(node, "a link in a cell of a table", hint);
        }
        if matches!(kind, LinkType::Autolink | LinkType::Email) {
            let hint = "name the source in the text; links work without a network";
            return self.refuse(node, format!("`{target}` leads out of the release"), hint);
        }
        if children.is_empty() {
            self.refuse(
                node,
                "a link without text",
                "write between the brackets where it leads",
            );
        }
        let link = match self.library.follow(self.parsed.draft, target) {
            Ok(link) => link,
            Err((message, hint)) => return self.refuse(node, message, hint),
        };
        let text_end = children
            .last()
            .map_or(node.range.start + 1, |last| last.range.end);
        self.edits
            .replace(text_end..node.range.end, format!("]({})", link.bundle_path));
        let class = if link.evidence.is_some() {
            " class=\"evidence\""
        } else {
            ""
        };
        self.found.evidence.extend(link.evidence);
        self.write(&format!("<a{class} href=\"{}\">", escape::attribute(&link.href)));
        self.in_link = true;
        self.without_terms(|renderer| renderer.nodes(children));
        self.in_link = false;
        self.write("</a>");
    }

    fn reference(&mut self, label: &str) {
        self.typesetter.pass_object();
        let Some(note) = self.parsed.notes.get(label) else {
            return;
        };
        let count = self.references.entry(note.number).or_insert(0);
        let Some(id) = note.reference_ids.get(*count) else {
            return;
        };
        *count += 1;
        let number = note.number.to_string();
        let label = escape::attribute(&self.wording.filled("footnotes.reference", &[("number", &number)]));
        let html = format!(
            "<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#{}\" aria-label=\"{label}\">{number}</a></sup>",
            note.id
        );
        self.write(&html);
    }

    /// A footnote inside the text of a link makes the parser give the link up and leave `](…)` as text.
    fn refuse_broken_link(&mut self, node: &Node<'_>) {
        let source = self.origin.text.get(node.range.clone()).unwrap_or("");
        let ends = source.match_indices("](");
        if ends
            .into_iter()
            .any(|(at, _)| !source.get(..at).is_some_and(|before| before.ends_with('\\')))
        {
            let hint = "put footnotes behind the link; write a bracket that is meant as text as `\\]`";
            self.refuse(node, "`](` without a link", hint);
        }
    }
}
