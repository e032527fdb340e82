//! Footnotes: numbered in the order in which readers meet them, at the end of the page, with a way back.

use super::Writer;
use crate::content::{escape, way_back};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Labels by number, from 0.
    order: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// How often each was referred to.
    counts: Vec<usize>,
    /// What each says, as HTML, with its place in the source.
    definitions: BTreeMap<String, (String, usize)>,
    /// What was being written when a definition began.
    outer: Vec<(String, String, usize)>,
}

impl Writer<'_> {
    pub(super) fn note_reference(&mut self, label: &str) {
        let notes = &mut self.notes;
        let number = *notes.numbers.entry(label.to_owned()).or_insert_with(|| {
            notes.order.push(label.to_owned());
            notes.counts.push(0);
            notes.order.len() - 1
        });
        notes.counts[number] += 1;
        let turn = notes.counts[number];
        if let Some(typesetter) = &mut self.typesetter {
            typesetter.pass_object();
        }
        let shown = (number + 1).to_string();
        let words = self.wording.filled("footnotes.reference", &[("number", &shown)]);
        let words = escape::attribute(&words);
        let id = reference_id(number, turn);
        self.push(&format!(
            "<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#fn-{shown}\" aria-label=\"{words}\">{shown}</a></sup>"
        ));
    }

    pub(super) fn open_note(&mut self, label: &str, at: usize) {
        let outer = std::mem::take(&mut self.html);
        self.notes.outer.push((label.to_owned(), outer, at));
    }

    pub(super) fn close_note(&mut self) {
        if let Some((label, outer, at)) = self.notes.outer.pop() {
            let text = std::mem::replace(&mut self.html, outer);
            self.notes.definitions.entry(label).or_insert((text, at));
        }
    }

    pub(super) fn write_notes(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        for (label, (_, at)) in &notes.definitions {
            if !notes.numbers.contains_key(label) {
                self.warn(*at, format!("nothing refers to the footnote `{label}`"), None);
            }
        }
        if notes.order.is_empty() {
            return;
        }
        let title = escape::attribute(self.wording.text("footnotes.title"));
        self.push(&format!(
            "<section class=\"footnotes\" aria-label=\"{title}\">\n<ol>\n"
        ));
        for (number, label) in notes.order.iter().enumerate() {
            let (text, _) = notes.definitions.remove(label).unwrap_or_default();
            self.push(&format!("<li id=\"fn-{}\">", number + 1));
            let back = self.ways_back(number, notes.counts[number]);
            // Behind the last words, where the note ends in words.
            match text.strip_suffix("</p>\n") {
                Some(words) => self.push(&format!("{words}{back}</p>\n")),
                None => self.push(&format!("{text}{back}")),
            }
            self.push("</li>\n");
        }
        self.push("</ol>\n</section>\n");
    }

    fn ways_back(&self, number: usize, count: usize) -> String {
        let way = |turn| {
            way_back(
                self.wording,
                &reference_id(number, turn),
                number + 1,
                (turn, count),
            )
        };
        (1..=count).map(way).collect()
    }
}

fn reference_id(number: usize, turn: usize) -> String {
    match turn {
        1 => format!("fnref-{}", number + 1),
        _ => format!("fnref-{}-{turn}", number + 1),
    }
}
