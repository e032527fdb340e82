//! Markdown trees as HTML.
//!
//! Our own writer, because that of the parser gives callouts no title, task boxes no label, footnotes ids that
//! collide, table columns inline styles, and lets raw HTML pass.

mod chart;
mod claim;
mod code;
mod computed;
mod contradictions;
mod data_table;
mod glossary;
mod inline;
mod list;
mod notes;
mod questions;
mod readers;
mod results;
mod table;

pub use notes::way_back;
pub use table::{alignment_class, table_frame};

use super::checklist::ItemIds;
use super::edits::Edits;
use super::escape;
use super::glossary::{self as words, Glossary};
use super::library::Library;
use super::origin::Origin;
use super::outline::Ids;
use super::tree::{Kind, Node};
use super::typed;
use super::{Found, Parsed};
use crate::content::Wording;
use crate::content::typography::Typesetter;
use crate::diag::{About, Topic};
use pulldown_cmark::{BlockQuoteKind, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// The level of headings below which terms are explained anew.
const SECTION: u8 = 2;

/// A rendered text.
pub struct Rendered {
    /// As HTML.
    pub html: String,
    /// The changes that make the source readable without us.
    pub edits: Edits,
    /// What it shows, and what is wrong with it.
    pub found: Found,
    /// The boxes of its checklists.
    pub tasks: usize,
}

/// Renders the body of a page with its footnotes.
pub fn page(parsed: &Parsed<'_>, library: &Library<'_>) -> Rendered {
    let mut renderer = Renderer::new(parsed, library, parsed.origin);
    if parsed.draft.id != words::PAGE {
        renderer.glossary = library.glossaries.get(&parsed.draft.language);
    }
    renderer.nodes(&parsed.tree.nodes);
    renderer.footnotes();
    renderer.typed_numbers();
    for range in &parsed.tree.link_definitions {
        // Links are written out where they stand.
        renderer.edits.replace(range.clone(), "");
    }
    Rendered {
        html: renderer.html,
        edits: renderer.edits,
        found: renderer.found,
        tasks: renderer.tasks,
    }
}

/// What a callout is called in messages and in the style sheet.
pub fn callout_word(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

/// Writes one text: the body of a page, or a cell of a table.
struct Renderer<'a> {
    parsed: &'a Parsed<'a>,
    library: &'a Library<'a>,
    wording: &'a Wording,
    origin: Origin<'a>,
    /// A cell of a CSV table: it has neither links nor footnotes.
    in_cell: bool,
    in_link: bool,
    ids: Ids,
    typesetter: Typesetter,
    /// The heading below which we are.
    heading: String,
    tables: usize,
    tasks: usize,
    item_ids: ItemIds,
    /// Where running text takes its explanations from; `None` in places that explain nothing.
    glossary: Option<&'a Glossary>,
    /// The terms that this section explained already.
    explained: BTreeSet<usize>,
    /// How often each footnote was referred to so far.
    references: BTreeMap<usize, usize>,
    html: String,
    edits: Edits,
    found: Found,
}

impl<'a> Renderer<'a> {
    fn new(parsed: &'a Parsed<'a>, library: &'a Library<'a>, origin: Origin<'a>) -> Renderer<'a> {
        let language = parsed.draft.language;
        Renderer {
            parsed,
            library,
            wording: library.wordings.of(language),
            origin,
            in_cell: false,
            in_link: false,
            ids: parsed.ids.clone(),
            typesetter: Typesetter::new(language),
            heading: parsed.draft.title.clone(),
            tables: 0,
            tasks: 0,
            item_ids: ItemIds::default(),
            glossary: None,
            explained: BTreeSet::new(),
            references: BTreeMap::new(),
            html: String::new(),
            edits: Edits::default(),
            found: Found::default(),
        }
    }

    /// A writer of a part of this text that has a place of its own: its anchors are those of the page.
    fn part<'b>(&mut self, origin: Origin<'b>) -> Renderer<'b>
    where
        'a: 'b,
    {
        let mut part = Renderer::new(self.parsed, self.library, origin);
        part.ids = std::mem::take(&mut self.ids);
        part.heading.clone_from(&self.heading);
        part
    }

    /// Takes back what a part found, and the anchors that it took.
    fn absorb(&mut self, part: &mut Renderer<'_>) {
        self.ids = std::mem::take(&mut part.ids);
        self.found.absorb(std::mem::take(&mut part.found));
    }

    /// Looks for numbers that were typed instead of referred to, in the text and in the footnotes.
    fn typed_numbers(&mut self) {
        let (parsed, numbers) = (self.parsed, self.library.numbers);
        self.found
            .problems
            .extend(typed::check_front_matter(parsed.draft, numbers).about(Topic::TypedNumbers));
        let footnotes = parsed
            .tree
            .definitions
            .iter()
            .map(|definition| &definition.content);
        for nodes in std::iter::once(&parsed.tree.nodes).chain(footnotes) {
            self.typed_in(nodes, &parsed.origin);
        }
    }

    fn typed_in(&mut self, nodes: &[Node<'_>], origin: &Origin<'_>) {
        let found = typed::check(nodes, origin, self.parsed.draft, self.library.numbers);
        self.found
            .problems
            .extend(found.problems.about(Topic::TypedNumbers));
        self.found.typed.extend(found.kept);
    }

    fn write(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn refuse(&mut self, node: &Node<'_>, message: impl Into<String>, hint: impl Into<String>) {
        let problem = self.origin.problem(node.range.start, message);
        self.found.problems.push(problem.hint(hint));
    }

    /// Does something whose problems are about `topic`, where nothing inside knows better.
    fn on(&mut self, topic: Topic, act: impl FnOnce(&mut Self)) {
        let before = std::mem::take(&mut self.found.problems);
        act(self);
        let found = std::mem::replace(&mut self.found.problems, before);
        self.found.problems.take(found.about(topic).into_result(()));
    }

    fn nodes(&mut self, nodes: &[Node<'_>]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node<'_>) {
        if node.is_block() {
            self.typesetter.restart();
            self.block(node);
        } else {
            self.inline(node);
        }
    }

    fn block(&mut self, node: &Node<'_>) {
        let Kind::Branch(tag, children) = &node.kind else {
            self.write("<hr>\n");
            return;
        };
        match tag {
            Tag::Paragraph => self.wrapped("p", children),
            Tag::Heading { .. } => self.heading(node, children),
            Tag::BlockQuote(None) => {
                self.write("<blockquote>\n");
                self.nodes(children);
                self.write("</blockquote>\n");
            }
            Tag::BlockQuote(Some(kind)) => self.callout(*kind, children),
            Tag::CodeBlock(kind) => self.code_block(node, kind, children),
            Tag::List(start) => self.list(*start, children),
            Tag::Table(alignments) => self.table(alignments, children),
            Tag::HtmlBlock => self.refuse_html(node),
            // Parts of lists and tables are written with them; all else is not among the options.
            _ => self.nodes(children),
        }
    }

    fn wrapped(&mut self, element: &str, children: &[Node<'_>]) {
        self.write(&format!("<{element}>"));
        self.nodes(children);
        self.write(&format!("</{element}>\n"));
    }

    fn heading(&mut self, node: &Node<'_>, children: &[Node<'_>]) {
        let Some(heading) = self.parsed.outline.at(node.range.start) else {
            // In the body, every heading is in the outline or its problem is noted.
            if self.parsed.is_in_footnote(node) {
                self.refuse(node, "a heading in a footnote", "write it as text");
            }
            return;
        };
        let (level, id) = (heading.level, heading.id.as_str());
        let label = self
            .wording
            .filled("heading.permalink", &[("heading", &heading.text)]);
        self.heading = heading.text.clone();
        if level == SECTION {
            self.explained.clear();
        }
        self.write(&format!("<h{level} id=\"{id}\">"));
        self.without_terms(|renderer| renderer.nodes(children));
        let label = escape::attribute(&label);
        let link = format!(" <a class=\"permalink\" href=\"#{id}\" aria-label=\"{label}\">#</a>");
        self.write(&format!("{link}</h{level}>\n"));
    }

    fn callout(&mut self, kind: BlockQuoteKind, children: &[Node<'_>]) {
        let word = callout_word(kind);
        let title = escape::html(self.wording.text(&format!("callout.{word}")));
        self.write(&format!("<div class=\"callout {word}\" role=\"note\">\n"));
        self.write(&format!("<p class=\"callout-title\">{title}</p>\n"));
        self.nodes(children);
        self.write("</div>\n");
    }

    fn refuse_html(&mut self, node: &Node<'_>) {
        self.refuse(
            node,
            "HTML in a page",
            "write Markdown, or put what is meant as text into backticks",
        );
    }
}
