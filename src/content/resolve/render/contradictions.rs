//! The table of contradictions, computed from evidence, with those who answer for them.

use super::super::escape;
use super::super::library::fact_html;
use super::super::tree::Node;
use super::Renderer;
use crate::domain::Fact;
use crate::evidence::Contradiction;

/// A cell in the two forms in which it is published.
struct Cell {
    html: String,
    markdown: String,
}

impl Cell {
    fn text(text: &str) -> Cell {
        Cell {
            html: escape::html(text),
            markdown: escape::markdown(text),
        }
    }
}

impl Renderer<'_> {
    /// The block `contradictions`.
    pub(super) fn contradictions(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        if !attributes.is_empty() || !body.trim().is_empty() {
            let hint = "leave the block empty: the table is computed from evidence";
            return self.refuse(node, "words in a block `contradictions`", hint);
        }
        let found = self.library.evidence.contradictions();
        if found.is_empty() {
            let none = self.wording.text("contradictions.none").to_owned();
            self.write(&format!("<p>{}</p>\n", escape::html(&none)));
            self.edits.replace(node.range.clone(), escape::markdown(&none));
            return;
        }
        let heads = ["subject", "configured", "agreed", "waiver"]
            .map(|key| self.wording.text(&format!("contradictions.{key}")).to_owned());
        let rows: Vec<[Cell; 4]> = found.iter().map(|one| self.contradiction(one)).collect();
        self.begin_table();
        self.write("<thead>\n<tr>");
        for head in &heads {
            self.write(&format!("<th scope=\"col\">{}</th>", escape::html(head)));
        }
        self.write("</tr>\n</thead>\n<tbody>\n");
        for [subject, configured, agreed, waiver] in &rows {
            self.write(&format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                subject.html, configured.html, agreed.html, waiver.html
            ));
        }
        self.end_table();
        let indent = self.indent(node);
        let mut lines = vec![
            format!("| {} |", heads.map(|head| escape::markdown(&head)).join(" | ")),
            "|---|---|---|---|".to_owned(),
        ];
        for row in &rows {
            let cells = row.each_ref().map(|cell| cell.markdown.as_str());
            lines.push(format!("| {} |", cells.join(" | ")));
        }
        self.edits
            .replace(node.range.clone(), lines.join(&format!("\n{indent}")));
    }

    fn contradiction(&mut self, one: &Contradiction) -> [Cell; 4] {
        let evidence = self.library.evidence;
        let language = self.parsed.draft.language;
        let configured = evidence.fact(&one.configured, language);
        let agreed = one.agreed.as_ref().and_then(|id| evidence.fact(id, language));
        let missing = one.missing.as_deref().map(|symbol| {
            let text = self
                .wording
                .filled("contradictions.missing", &[("symbol", symbol)]);
            Cell::text(&text)
        });
        let agreed = match agreed {
            Some(fact) => self.value(fact),
            None => missing.unwrap_or_else(|| Cell::text("")),
        };
        [
            Cell {
                html: format!("<code>{}</code>", escape::html(&one.id)),
                markdown: format!("`{}`", one.id),
            },
            configured.map_or_else(|| Cell::text(""), |fact| self.value(fact)),
            agreed,
            self.waiver(one),
        ]
    }

    fn value(&mut self, fact: &Fact) -> Cell {
        let shown = self.wording.fact(fact);
        self.found.facts.insert(fact.id.clone());
        self.found.evidence.insert(fact.source.clone());
        Cell {
            html: fact_html(self.parsed.draft, fact, &shown, true),
            markdown: escape::markdown(&shown),
        }
    }

    fn waiver(&mut self, one: &Contradiction) -> Cell {
        let book = self.library.terms.waivers;
        let Some((book, waiver)) = book.and_then(|book| Some((book, book.of(&one.id)?))) else {
            return Cell::text(self.wording.text("contradictions.open"));
        };
        let values = [
            ("reason", waiver.reason(self.parsed.draft.language).to_owned()),
            ("owner", waiver.owner.clone()),
            ("signed", self.wording.date(waiver.signed_at)),
            ("expires", self.wording.date(waiver.expires_at)),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = self.wording.filled("contradictions.waived", &values);
        let state = match &book.signed_with {
            Some(key) => self.wording.filled("contradictions.signed", &[("key", key)]),
            None => self.wording.text("contradictions.unsigned").to_owned(),
        };
        let kind = if book.signed_with.is_some() {
            "signed"
        } else {
            "development"
        };
        let badge = format!(
            "<span class=\"badge badge-{kind}\">{}</span>",
            escape::html(&state)
        );
        Cell {
            html: format!("{} {badge}", escape::html(&text)),
            markdown: escape::markdown(&format!("{text} ({state})")),
        }
    }
}
