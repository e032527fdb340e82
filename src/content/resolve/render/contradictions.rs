//! The table of contradictions, computed from evidence, with those who answer for them.

use super::super::escape;
use super::super::tree::Node;
use super::Renderer;
use super::computed::Cell;
use crate::content::typography::set;
use crate::domain::FactValue;
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
        let missing = one.missing.as_deref().map(|symbol| {
            let text = self
                .wording
                .filled("contradictions.missing", &[("symbol", symbol)]);
            Cell::text(&text)
        });
        let others: Vec<Cell> = one.others.iter().map(|id| self.statement(id)).collect();
        vec![
            Cell::code(&one.id),
            self.statement(&one.configured),
            missing.unwrap_or_else(|| Cell::joined("; ", &others)),
            self.waiver(one),
        ]
    }

    /// A value; what a document states goes with the name of the document.
    fn statement(&mut self, id: &str) -> Cell {
        let evidence = self.library.evidence;
        let language = self.parsed.draft.language;
        let value = match evidence.stated(id, language) {
            Some(fact) => self.value(fact),
            None => Cell::text(""),
        };
        let row = id.rsplit_once('.').map_or(id, |(row, _)| row);
        let document = ["document", "subject"]
            .into_iter()
            .find_map(|column| evidence.fact(&format!("{row}.{column}"), language));
        match document.map(|fact| &fact.value) {
            Some(FactValue::Text(name)) => Cell::joined(": ", &[Cell::text(&set(language, name)), value]),
            _ => value,
        }
    }

    fn waiver(&mut self, one: &Contradiction) -> Cell {
        let book = self.library.terms.waivers;
        let Some((book, waiver)) = book.and_then(|book| Some((book, book.of(&one.id)?))) else {
            return Cell::text(self.wording.text("contradictions.open"));
        };
        let values = [
            (
                "reason",
                set(
                    self.parsed.draft.language,
                    waiver.reason(self.parsed.draft.language),
                ),
            ),
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
