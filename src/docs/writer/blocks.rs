//! Blocks: headings, lists, tables, code.

use super::super::slug::slug;
use super::{Heading, OpenHeading, Writer};
use crate::content::{alignment_class, callout_word, escape, table_frame};
use crate::site::search::Section;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Tag, TagEnd};
use pulldown_cmark_escape::escape_html_body_text;

/// Headings below this level are not in the table of contents.
const DEEPEST: u8 = 3;

impl Writer<'_> {
    pub(super) fn start(&mut self, tag: Tag<'_>, at: usize) {
        if self.in_task && is_block(&tag) {
            self.end_task();
        }
        match tag {
            Tag::Paragraph => self.push("<p>"),
            Tag::Heading { level, id, .. } => {
                self.heading = Some(OpenHeading {
                    level: level as u8,
                    id: id.map(|id| id.into_string()),
                    start: self.html.len(),
                    text: String::new(),
                });
            }
            Tag::BlockQuote(None) => self.push("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.callout(kind),
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => language(info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.raw = Some((String::new(), at)),
            Tag::List(Some(1)) => self.push("<ol>\n"),
            Tag::List(Some(first)) => self.push(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.push("<ul>\n"),
            Tag::Item => self.push("<li>"),
            Tag::Table(alignments) => self.table(alignments),
            Tag::TableHead => {
                (self.column, self.in_head) = (0, true);
                self.push("<thead>\n<tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.push("<tr>");
            }
            Tag::TableCell => self.cell(),
            Tag::FootnoteDefinition(label) => self.open_note(&label, at),
            Tag::DefinitionList => self.push("<dl>\n"),
            Tag::DefinitionListTitle => self.push("<dt>"),
            Tag::DefinitionListDefinition => self.push("<dd>"),
            Tag::Emphasis => self.push("<em>"),
            Tag::Strong => self.push("<strong>"),
            Tag::Strikethrough => self.push("<del>"),
            Tag::Superscript => self.push("<sup>"),
            Tag::Subscript => self.push("<sub>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.open_link(link_type, &dest_url, &title, at),
            Tag::Image { dest_url, title, .. } => self.open_picture(&dest_url, &title, at),
            Tag::MetadataBlock(_) => {}
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Paragraph | TagEnd::Item) {
            self.end_task();
        }
        let end = match tag {
            TagEnd::Paragraph => "</p>\n",
            TagEnd::Heading(_) => return self.end_heading(),
            TagEnd::BlockQuote(None) => "</blockquote>\n",
            TagEnd::BlockQuote(Some(_)) => "</div>\n",
            TagEnd::CodeBlock => return self.end_code(),
            TagEnd::HtmlBlock => return self.end_raw(),
            TagEnd::List(true) => "</ol>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::Table => "</tbody>\n</table>\n</div>\n",
            TagEnd::TableHead => {
                self.in_head = false;
                "</tr>\n</thead>\n<tbody>\n"
            }
            TagEnd::TableRow => "</tr>\n",
            TagEnd::TableCell => match self.in_head {
                true => "</th>",
                false => "</td>",
            },
            TagEnd::FootnoteDefinition => return self.close_note(),
            TagEnd::DefinitionList => "</dl>\n",
            TagEnd::DefinitionListTitle => "</dt>\n",
            TagEnd::DefinitionListDefinition => "</dd>\n",
            TagEnd::Emphasis => return self.push("</em>"),
            TagEnd::Strong => return self.push("</strong>"),
            TagEnd::Strikethrough => return self.push("</del>"),
            TagEnd::Superscript => return self.push("</sup>"),
            TagEnd::Subscript => return self.push("</sub>"),
            TagEnd::Link => {
                let end = self.ends.pop().unwrap_or_default();
                return self.push(end);
            }
            TagEnd::Image => return self.close_picture(),
            TagEnd::MetadataBlock(_) => return,
        };
        self.push(end);
        self.end_block();
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let inner = self.html.split_off(heading.start);
        let text = heading.text.trim().to_owned();
        let id = match heading.id {
            Some(given) if self.anchors.take(&given) => given,
            given => self.anchors.claim(given.unwrap_or_else(|| slug(&text))),
        };
        if heading.level == 1 && self.written.title.is_none() {
            // The template shows it above the text.
            self.written.title = Some((id, inner));
            return;
        }
        let words = self.wording.filled("heading.permalink", &[("heading", &text)]);
        let (level, anchor) = (heading.level, escape::attribute(&id));
        let address = super::super::href::escaped(&id);
        self.push(&format!("<h{level} id=\"{anchor}\">{inner}"));
        self.push(&format!(
            " <a class=\"permalink\" href=\"#{address}\" aria-label=\"{}\">#</a></h{level}>\n",
            escape::attribute(&words)
        ));
        if self.features.search {
            self.written.document.sections.push(Section {
                anchor: id.clone(),
                level: Some(level),
                heading: text.clone(),
                ..Section::default()
            });
        }
        if (2..=DEEPEST).contains(&level) {
            self.written.headings.push(Heading { level, id, text });
        }
        self.end_block();
    }

    fn callout(&mut self, kind: BlockQuoteKind) {
        let word = callout_word(kind);
        let title = escape::html(self.wording.text(&format!("callout.{word}")));
        self.push(&format!(
            "<div class=\"callout {word}\" role=\"note\">\n<p class=\"callout-title\">{title}</p>\n"
        ));
    }

    fn end_code(&mut self) {
        let Some((language, text)) = self.code.take() else {
            return;
        };
        self.say(&text);
        // Wide code is scrolled; the tab index lets the keyboard do it.
        match language.is_empty() {
            true => self.push("<pre tabindex=\"0\"><code>"),
            false => self.push(&format!(
                "<pre tabindex=\"0\"><code class=\"language-{language}\">"
            )),
        }
        let coloured = match self.features.highlighting {
            true => self.colours.colour(&language, &text),
            false => None,
        };
        match coloured {
            Some(html) => self.push(&html),
            // Writing to a string cannot fail.
            None => drop(escape_html_body_text(&mut self.html, &text)),
        }
        self.push("</code></pre>\n");
        self.end_block();
    }

    fn end_raw(&mut self) {
        if let Some((raw, at)) = self.raw.take() {
            self.raw_html(&raw, at);
            self.end_block();
        }
    }

    fn table(&mut self, alignments: Vec<Alignment>) {
        self.alignments = alignments;
        self.tables += 1;
        let heading = self
            .written
            .headings
            .last()
            .map_or("", |heading| heading.text.as_str());
        let heading = match (heading, self.library.page(self.page)) {
            ("", Some(page)) => page.title.as_str(),
            (heading, _) => heading,
        };
        let begin = table_frame(self.wording, self.tables, heading);
        self.push(&begin);
    }

    fn cell(&mut self) {
        let alignment = self.alignments.get(self.column).copied();
        let class = alignment_class(alignment.unwrap_or(Alignment::None));
        self.column += 1;
        self.push(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        self.push(class);
        self.push(">");
    }

    /// The box of a task: readers see it, and change nothing with it.
    pub(super) fn task(&mut self, done: bool) {
        self.push("<label><input type=\"checkbox\" disabled");
        self.push(if done { " checked> " } else { "> " });
        self.in_task = true;
    }

    /// The label ends where another block of the item begins, or the item itself.
    fn end_task(&mut self) {
        if std::mem::take(&mut self.in_task) {
            self.push("</label>");
        }
    }
}

/// Whether a tag begins something that cannot stand in a label.
fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::List(_)
            | Tag::CodeBlock(_)
            | Tag::BlockQuote(_)
            | Tag::Table(_)
            | Tag::HtmlBlock
    )
}

/// The language of a code block, as a class may name it: the first word of what stands behind the fence.
fn language(info: &str) -> String {
    let word = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "+#-_.".contains(*letter);
    word.chars()
        .filter(is_plain)
        .flat_map(char::to_lowercase)
        .collect()
}
