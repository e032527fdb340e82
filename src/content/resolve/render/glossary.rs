//! Terms of the glossary in running text, and the glossary itself.

use super::super::escape;
use super::super::glossary::PAGE;
use super::super::tree::Node;
use super::Renderer;
use crate::content::{TermUse, place, typography};

impl Renderer<'_> {
    /// Renders what explains no terms: headings, links, tables, labels, footnotes.
    pub(super) fn without_terms(&mut self, render: impl FnOnce(&mut Self)) {
        let held = self.glossary.take();
        render(self);
        self.glossary = held;
    }

    /// Writes typeset text; the first use of each term in a section leads to its entry.
    pub(super) fn text(&mut self, text: &str) {
        let Some(glossary) = self.glossary else {
            return self.write(&escape::html(text));
        };
        let draft = &self.parsed.draft;
        let here = place::page_path(draft.language, &draft.id);
        let href = place::relative(&here, &place::page_path(draft.language, PAGE));
        let (mut written, mut from) = (0, 0);
        while let Some((range, index)) = glossary.find(text, from) {
            from = range.end;
            let Some(term) = glossary.terms.get(index).filter(|_| self.explained.insert(index)) else {
                continue;
            };
            let (before, word) = (text.get(written..range.start), text.get(range.clone()));
            self.write(&escape::html(before.unwrap_or_default()));
            self.write(&format!(
                "<a class=\"term\" href=\"{href}#term-{id}\" aria-describedby=\"tip-{id}\">{}</a>",
                escape::html(word.unwrap_or_default()),
                id = term.id
            ));
            written = range.end;
            let used = TermUse {
                id: term.id.clone(),
                name: typography::set(self.parsed.draft.language, &term.name),
                text: typography::set(self.parsed.draft.language, &term.text),
            };
            self.found.terms.insert(term.id.clone(), used);
        }
        self.write(&escape::html(text.get(written..).unwrap_or_default()));
    }

    /// The block `glossary`: all terms in the order in which they are written.
    pub(super) fn glossary_list(&mut self, node: &Node<'_>) {
        let language = self.parsed.draft.language;
        let Some(glossary) = self
            .library
            .glossaries
            .get(&language)
            .filter(|_| self.parsed.draft.id == PAGE)
        else {
            // A page of this name without a list has its problem already.
            if self.parsed.draft.id != PAGE {
                let hint = format!("move it to `content/{}/{PAGE}.md`", language.tag());
                self.refuse(node, "the glossary stands on a page of its own", hint);
            }
            return;
        };
        let set = |text: &str| escape::html(&typography::set(language, text));
        let mut markdown = String::new();
        self.write("<dl class=\"glossary\">\n");
        for term in &glossary.terms {
            let id = self.ids.claim(&format!("term-{}", term.id));
            self.write(&format!(
                "<div id=\"{id}\"><dt><dfn>{}</dfn></dt><dd>{}</dd></div>\n",
                set(&term.name),
                set(&term.text)
            ));
            let (name, text) = (escape::markdown(&term.name), escape::markdown(&term.text));
            markdown.push_str(&format!("- **{name}**: {text}\n"));
        }
        self.write("</dl>\n");
        self.edits.replace(node.range.clone(), markdown);
    }
}
