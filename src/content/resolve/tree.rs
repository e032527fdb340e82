//! Markdown as a tree whose nodes know their bytes in the source.

use super::origin::Origin;
use crate::diag::Problems;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag};
use std::ops::Range;

/// Deepest nesting of blocks and markup; the tree is walked by recursion.
const MAX_DEPTH: usize = 32;

/// A piece of Markdown.
#[derive(Debug)]
pub struct Node<'t> {
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind<'t>,
}

/// The kinds of pieces.
#[derive(Debug)]
pub enum Kind<'t> {
    /// A block or markup with content.
    Branch(Tag<'t>, Vec<Node<'t>>),
    /// A run of text, whole.
    Text(String),
    /// A code span.
    Code(CowStr<'t>),
    /// Raw HTML.
    Html(CowStr<'t>),
    /// A reference to a footnote that is defined.
    Reference(CowStr<'t>),
    /// The end of a source line inside a paragraph.
    LineEnd,
    /// A forced line break.
    LineBreak,
    /// A rule between paragraphs.
    Rule,
    /// The box of a task; `true` if it is ticked.
    Task(bool),
}

/// The definition of a footnote.
#[derive(Debug)]
pub struct Definition<'t> {
    /// Its label as written.
    pub label: CowStr<'t>,
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// Its content.
    pub content: Vec<Node<'t>>,
}

/// A parsed text.
#[derive(Debug, Default)]
pub struct Tree<'t> {
    /// The text without the definitions.
    pub nodes: Vec<Node<'t>>,
    /// The definitions of footnotes, in the order of the source.
    pub definitions: Vec<Definition<'t>>,
    /// Where link targets are defined (`[label]: target`), in the order of the source.
    pub link_definitions: Vec<Range<usize>>,
}

/// What the Markdown of a page can hold.
pub fn page_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}

/// Parses a text; nesting that is too deep is noted and left out.
pub fn read<'t>(origin: &Origin<'t>, options: Options, problems: &mut Problems) -> Tree<'t> {
    let parser = Parser::new_ext(origin.text, options);
    let mut tree = Tree {
        link_definitions: parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.clone())
            .collect(),
        ..Tree::default()
    };
    tree.link_definitions.sort_by_key(|range| range.start);
    let mut open: Vec<Open<'t>> = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        let kind = match event {
            Event::Start(tag) => {
                if open.len() == MAX_DEPTH {
                    let problem = origin.problem(range.start, "nested too deep");
                    problems.push(problem.hint("write it flatter"));
                }
                open.push((tag, range, Vec::new()));
                continue;
            }
            Event::End(_) => {
                let depth = open.len();
                let Some((tag, range, children)) = open.pop() else {
                    continue;
                };
                if depth > MAX_DEPTH {
                    continue;
                }
                if let Tag::FootnoteDefinition(label) = tag {
                    let content = children;
                    tree.definitions.push(Definition {
                        label,
                        range,
                        content,
                    });
                    continue;
                }
                push(siblings(&mut open, &mut tree), range, Kind::Branch(tag, children));
                continue;
            }
            other => leaf(other),
        };
        push(siblings(&mut open, &mut tree), range, kind);
    }
    tree
}

/// A branch that is not closed yet.
type Open<'t> = (Tag<'t>, Range<usize>, Vec<Node<'t>>);

fn siblings<'n, 't>(open: &'n mut [Open<'t>], tree: &'n mut Tree<'t>) -> &'n mut Vec<Node<'t>> {
    match open.last_mut() {
        Some((_, _, children)) => children,
        None => &mut tree.nodes,
    }
}

/// Adds a node; text joins the text before it, because the parser cuts runs at every possible markup.
fn push<'t>(siblings: &mut Vec<Node<'t>>, range: Range<usize>, kind: Kind<'t>) {
    if let (Kind::Text(text), Some(last)) = (&kind, siblings.last_mut())
        && let Kind::Text(before) = &mut last.kind
    {
        before.push_str(text);
        last.range.end = range.end;
        return;
    }
    siblings.push(Node { range, kind });
}

fn leaf(event: Event<'_>) -> Kind<'_> {
    match event {
        Event::Code(code) => Kind::Code(code),
        Event::Html(html) | Event::InlineHtml(html) => Kind::Html(html),
        Event::FootnoteReference(label) => Kind::Reference(label),
        Event::SoftBreak => Kind::LineEnd,
        Event::HardBreak => Kind::LineBreak,
        Event::Rule => Kind::Rule,
        Event::TaskListMarker(ticked) => Kind::Task(ticked),
        // Mathematics is not among the options, so that its events are text.
        Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
            Kind::Text(text.into_string())
        }
        // Both are handled where the tree is built.
        Event::Start(_) | Event::End(_) => Kind::Text(String::new()),
    }
}

impl<'t> Node<'t> {
    /// The nodes inside this one.
    pub fn children(&self) -> &[Node<'t>] {
        match &self.kind {
            Kind::Branch(_, children) => children,
            _ => &[],
        }
    }

    /// Whether this is a block: it cannot stand inside a line of text.
    pub fn is_block(&self) -> bool {
        match &self.kind {
            Kind::Branch(tag, _) => !matches!(
                tag,
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
            ),
            Kind::Rule => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Position;

    #[test]
    fn deep_nesting_is_a_problem_and_not_a_crash() {
        let text = format!("{}x\n", "> ".repeat(5_000));
        let origin = Origin::of_cell("p.md", Position::new(1, 1), &text);
        let mut problems = Problems::new();
        read(&origin, page_options(), &mut problems);
        let found = problems.into_result(()).unwrap_err();
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["p.md:1:1: nested too deep\n  hint: write it flatter"]
        );
    }
}
