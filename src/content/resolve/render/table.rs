//! Tables written in Markdown, and the frame that all tables share.

use super::super::escape;
use super::super::tree::{Kind, Node};
use super::Renderer;
use pulldown_cmark::{Alignment, Tag};

impl Renderer<'_> {
    /// Begins a table. Its frame can be scrolled by keyboard, so it is a region with a name of its own.
    pub(super) fn begin_table(&mut self) {
        self.tables += 1;
        let values = [
            ("number", self.tables.to_string()),
            ("heading", self.heading.clone()),
        ];
        let label = self.wording.filled(
            "table.label",
            &[
                ("number", values[0].1.as_str()),
                ("heading", values[1].1.as_str()),
            ],
        );
        let label = escape::attribute(&label);
        self.write(&format!(
            "<div class=\"table-wrap\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n"
        ));
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
                let class = class(alignments.get(column).copied().unwrap_or(Alignment::None));
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

fn class(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Right => " class=\"right\"",
        Alignment::Center => " class=\"center\"",
        Alignment::Left | Alignment::None => "",
    }
}
