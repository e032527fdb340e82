//! Tables written in Markdown, and the frame that all tables share.

use super::super::escape;
use super::super::tree::{Kind, Node};
use super::Renderer;
use crate::content::Wording;
use pulldown_cmark::{Alignment, Tag};

impl Renderer<'_> {
    /// Begins a table. Its frame can be scrolled by keyboard, so it is a region with a name of its own.
    pub(super) fn begin_table(&mut self) {
        self.tables += 1;
        let begin = table_frame(self.wording, self.tables, &self.heading);
        self.write(&begin);
    }

    pub(super) fn end_table(&mut self) {
        self.write("</tbody>\n</table>\n</div>\n");
    }

    pub(super) fn table(&mut self, alignments: &[Alignment], children: &[Node<'_>]) {
        self.begin_table();
        for child in children {
            let Kind::Branch(tag, cells) = &child.kind else {
                continue;
            };
            let is_head = matches!(tag, Tag::TableHead);
            self.write(if is_head { "<thead>\n<tr>" } else { "<tr>" });
            for (column, cell) in cells.iter().enumerate() {
                let class = alignment_class(alignments.get(column).copied().unwrap_or(Alignment::None));
                self.typesetter.restart();
                let (begin, end) = if is_head {
                    ("th scope=\"col\"", "th")
                } else {
                    ("td", "td")
                };
                self.write(&format!("<{begin}{class}>"));
                self.without_terms(|renderer| renderer.nodes(cell.children()));
                self.write(&format!("</{end}>"));
            }
            self.write(if is_head {
                "</tr>\n</thead>\n<tbody>\n"
            } else {
                "</tr>\n"
            });
        }
        self.end_table();
    }
}

/// The beginning of a table below a heading, with a name for its region.
pub fn table_frame(wording: &Wording, number: usize, heading: &str) -> String {
    let values = [("number", number.to_string()), ("heading", heading.to_owned())];
    let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
    let label = escape::attribute(&wording.filled("table.label", &values));
    format!("<div class=\"table-wrap\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n")
}

/// The class of a cell in a column, with a space before it.
pub fn alignment_class(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Right => " class=\"right\"",
        Alignment::Center => " class=\"center\"",
        Alignment::Left | Alignment::None => "",
    }
}
