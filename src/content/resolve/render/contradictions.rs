//! The table of contradictions, computed from evidence, with those who answer for them.

use super::super::escape;
use super::super::tree::Node;
use super::Renderer;
use super::computed::Cell;
use crate::evidence::Contradiction;

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
            return self.paragraph(node, &none);
        }
        let heads = ["subject", "configured", "agreed", "waiver"]
            .map(|key| self.wording.text(&format!("contradictions.{key}")).to_owned());
        let rows: Vec<Vec<Cell>> = found.iter().map(|one| self.contradiction(one)).collect();
        self.grid(node, &heads, &rows);
    }

    fn contradiction(&mut self, one: &Contradiction) -> Vec<Cell> {
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
        vec![
            Cell::code(&one.id),
            configured.map_or_else(|| Cell::text(""), |fact| self.value(fact)),
            agreed,
            self.waiver(one),
        ]
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
