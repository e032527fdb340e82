//! The footnotes below a page.

use super::super::escape;
use super::super::footnotes::Note;
use super::Renderer;

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
        let several = note.reference_ids.len() > 1;
        let mut links = String::new();
        for (index, id) in note.reference_ids.iter().enumerate() {
            let turn = index + 1;
            let number = if several {
                format!("{}.{turn}", note.number)
            } else {
                note.number.to_string()
            };
            let label = escape::attribute(&self.wording.filled("footnotes.back", &[("number", &number)]));
            let sign = if several {
                format!("↩<sup>{turn}</sup>")
            } else {
                "↩".to_owned()
            };
            links.push_str(&format!(
                " <a class=\"footnote-back\" href=\"#{id}\" aria-label=\"{label}\">{sign}</a>"
            ));
        }
        links
    }
}
