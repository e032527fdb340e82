//! The footnotes below a page.

use super::super::escape;
use super::super::footnotes::Note;
use super::Renderer;
use crate::content::Wording;

impl Renderer<'_> {
    pub(super) fn footnotes(&mut self) {
        let parsed = self.parsed;
        if parsed.notes.all().is_empty() {
            return;
        }
        let title = escape::attribute(self.wording.text("footnotes.title"));
        self.write(&format!(
            "<section class=\"footnotes\" aria-label=\"{title}\">\n<ol>\n"
        ));
        for note in parsed.notes.all() {
            let Some(definition) = parsed.tree.definitions.get(note.definition) else {
                continue;
            };
            self.write(&format!("<li id=\"{}\">", note.id));
            self.without_terms(|renderer| renderer.nodes(&definition.content));
            let links = self.back_links(note);
            // Behind the last words, where the note ends in words.
            match self.html.strip_suffix("</p>\n") {
                Some(_) => {
                    let end = self.html.len() - "</p>\n".len();
                    self.html.insert_str(end, &links);
                }
                None => self.write(&links),
            }
            self.write("</li>\n");
        }
        self.write("</ol>\n</section>\n");
    }

    fn back_links(&self, note: &Note) -> String {
        let ids = note.reference_ids.iter().enumerate();
        let count = note.reference_ids.len();
        ids.map(|(index, id)| way_back(self.wording, id, note.number, (index + 1, count)))
            .collect()
    }
}

/// The link from a footnote to one of the places that refer to it: which one, of how many.
pub fn way_back(wording: &Wording, id: &str, number: usize, (turn, count): (usize, usize)) -> String {
    let (number, sign) = match count {
        1 => (number.to_string(), "↩".to_owned()),
        _ => (format!("{number}.{turn}"), format!("↩<sup>{turn}</sup>")),
    };
    let label = escape::attribute(&wording.filled("footnotes.back", &[("number", &number)]));
    format!(" <a class=\"footnote-back\" href=\"#{id}\" aria-label=\"{label}\">{sign}</a>")
}
