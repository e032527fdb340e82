//! One page's Markdown as HTML, with all that others must know of it, in one pass over the parser's events.
//!
//! The writer of `content` builds a tree first, because facts, claims and tables need to know what surrounds them. Here
//! nothing does, and a page costs little more than its parsing.

mod blocks;
mod inline;
mod notes;

use super::Features;
use super::colours::Colours;
use super::library::Library;
use super::raw_html::{self, Piece};
use super::slug::Anchors;
use crate::content::{Typesetter, Wording, escape, page_options};
use crate::diag::{Position, Problem};
use crate::domain::Language;
use crate::site::search::{Document, Section};
use inline::Use;
use notes::Notes;
use pulldown_cmark::{Alignment, Event, Options, Parser};
use pulldown_cmark_escape::escape_html_body_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Ids that the frame around a page has.
const RESERVED: [&str; 3] = ["content", "search-results", "search-query"];

/// Most problems of one page that are told: finding the line of each takes the time of reading the page.
pub(super) const MOST_PROBLEMS: usize = 1_000;

/// A link to a place on a page, followed when all pages are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The page that it leads to.
    pub page: usize,
    pub(super) anchor: String,
    /// As the author wrote it.
    pub(super) written: String,
    /// Where it stands in its file, in bytes.
    pub(super) at: usize,
}

/// A heading for the table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) id: String,
    pub(super) text: String,
}

/// What one page is made of.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) html: String,
    /// The heading of the whole page, with its anchor, if its text begins with one.
    pub(super) title: Option<(String, String)>,
    pub(super) headings: Vec<Heading>,
    pub(super) anchors: Vec<String>,
    pub(super) links: Vec<Link>,
    /// All links that were followed, as they are written.
    pub(super) followed: BTreeSet<String>,
    /// Files of the tree that it shows or links.
    pub(super) files: BTreeSet<String>,
    pub(super) document: Document,
    pub(super) problems: Vec<Problem>,
}

/// A heading being written.
struct OpenHeading {
    level: u8,
    /// Given by the author.
    id: Option<String>,
    /// Where its text begins in the HTML.
    start: usize,
    text: String,
}

struct Writer<'a> {
    library: &'a Library,
    wording: &'a Wording,
    page: usize,
    features: Features,
    /// The whole file and where the body begins, for positions.
    source: &'a str,
    path: &'a str,
    offset: usize,
    html: String,
    /// How open links and pictures end.
    ends: Vec<&'static str>,
    anchors: Anchors,
    heading: Option<OpenHeading>,
    /// The text of a picture being written.
    picture: Option<(String, String)>,
    code: Option<(String, String)>,
    /// HTML in several lines, with its place.
    raw: Option<(String, usize)>,
    has_raw_html: bool,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    tables: usize,
    /// A task's label is open.
    in_task: bool,
    notes: Notes,
    typesetter: Option<Typesetter>,
    colours: &'a mut Colours,
    written: Written,
}

/// Writes the page of that number.
pub(super) fn write(
    library: &Library,
    (wording, features): (&Wording, Features),
    page: usize,
    colours: &mut Colours,
) -> Written {
    let Some((leaf, source)) = library
        .page(page)
        .and_then(|leaf| Some((leaf, leaf.source.as_ref()?)))
    else {
        return Written::default();
    };
    let body = leaf.body();
    let mut writer = Writer {
        library,
        wording,
        page,
        features,
        source: source.text(),
        path: &source.path,
        offset: leaf.meta.body,
        html: String::with_capacity(body.len() * 2),
        ends: Vec::new(),
        anchors: Anchors::default(),
        heading: None,
        picture: None,
        code: None,
        raw: None,
        has_raw_html: false,
        alignments: Vec::new(),
        column: 0,
        in_head: false,
        tables: 0,
        in_task: false,
        notes: Notes::default(),
        typesetter: (library.language == Language::Polish).then(|| Typesetter::new(Language::Polish)),
        colours,
        written: Written::default(),
    };
    for reserved in RESERVED {
        writer.anchors.take(reserved);
    }
    writer.written.document.sections.push(Section::default());
    // What our own pages may hold, and lists of terms besides.
    let options = page_options() | Options::ENABLE_DEFINITION_LIST;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        writer.event(event, range.start);
    }
    writer.finish()
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::Code(code) => self.code_span(&code),
            Event::Html(html) => match &mut self.raw {
                Some((raw, _)) => raw.push_str(&html),
                None => self.raw_html(&html, at),
            },
            Event::InlineHtml(html) => self.raw_html(&html, at),
            Event::FootnoteReference(label) => self.note_reference(&label),
            Event::SoftBreak => self.line_end(),
            Event::HardBreak => {
                self.push("<br>\n");
                self.say(" ");
            }
            Event::Rule => self.push("<hr>\n"),
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    /// HTML that is good as it is.
    fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Text for search, and for the heading or picture that it belongs to.
    fn say(&mut self, text: &str) {
        if let Some((_, alternative)) = &mut self.picture {
            alternative.push_str(text);
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        } else if self.features.search
            && let Some(section) = self.written.document.sections.last_mut()
        {
            section.text.push_str(text);
        }
    }

    /// The end of a block divides words that search finds.
    fn end_block(&mut self) {
        if let Some(section) = self.written.document.sections.last_mut()
            && !section.text.is_empty()
            && !section.text.ends_with('\n')
        {
            section.text.push('\n');
        }
        if let Some(typesetter) = &mut self.typesetter {
            typesetter.restart();
        }
    }

    /// Notes what is wrong at a byte of the body.
    fn warn(&mut self, at: usize, message: impl Into<String>, hint: Option<String>) {
        if self.written.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let place = Position::of_offset(self.source, self.offset + at);
        let problem = Problem::new(self.path, place, message);
        self.written.problems.push(Problem { hint, ..problem });
    }

    /// HTML among Markdown: its links are followed as others are; what pages must not hold is cleaned away at the end.
    fn raw_html(&mut self, html: &str, at: usize) {
        for piece in raw_html::pieces(html) {
            match piece {
                Piece::Markup(markup) => {
                    self.has_raw_html = true;
                    self.html.push_str(&markup);
                }
                Piece::Text(text) => {
                    let _ = escape_html_body_text(&mut self.html, &text);
                    self.say(&text);
                }
                Piece::Id(id) => {
                    if self.anchors.take(&id) {
                        self.attribute("id", &id);
                    }
                }
                Piece::Address { name, value } => {
                    let use_as = if name == "src" { Use::Picture } else { Use::Link };
                    if let Some(address) = self.address(&value, at, use_as) {
                        self.attribute(&name, &address);
                    }
                }
                Piece::Refused(element) => {
                    let hint = "write what it shows in Markdown".to_owned();
                    let message = format!("`<{element}>` is left out: pages run no code of their own");
                    self.warn(at, message, Some(hint));
                }
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html
            .push_str(&format!(" {name}=\"{}\"", escape::attribute(value)));
    }

    fn finish(mut self) -> Written {
        self.write_notes();
        let mut written = self.written;
        written.html = match self.has_raw_html {
            true => raw_html::clean(&self.html),
            false => self.html,
        };
        written.anchors = self.anchors.into_names();
        written
    }
}
