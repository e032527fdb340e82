//! Numbers that were typed although a fact has, or once had, the same value: where documents begin to drift.
//!
//! Only numbers with units count. Code, tables from files and link targets are no prose. A number that is meant as
//! such says so behind it on its line: `<!-- typed: why -->`.

use super::origin::Origin;
use super::tree::{Kind, Node};
use crate::content::{Draft, TypedNumber};
use crate::diag::{Position, Problem};
use crate::evidence::{Numbers, Quantity, quantities};
use pulldown_cmark::Tag;
use std::ops::Range;

/// How the comment begins and ends that lets a typed number stay.
const ESCAPE: (&str, &str) = ("<!-- typed:", "-->");
/// So many facts are named beside the first.
const OTHERS: usize = 3;
/// Stands for what is no text, so that no number reaches over it.
const GAP: char = '\u{fffc}';

/// What was found on a page.
#[derive(Debug, Default)]
pub struct Found {
    /// Numbers that should be references.
    pub problems: Vec<Problem>,
    /// Numbers that may stay, and why.
    pub kept: Vec<TypedNumber>,
}

/// Why typed numbers of a comment's line may stay, if this HTML is such a comment.
pub fn reason(html: &str) -> Option<&str> {
    let (begin, end) = ESCAPE;
    let reason = html.trim().strip_prefix(begin)?.strip_suffix(end)?.trim();
    (!reason.is_empty()).then_some(reason)
}

/// Looks for typed numbers in a tree.
pub fn check(nodes: &[Node<'_>], origin: &Origin<'_>, draft: &Draft, numbers: &Numbers<'_>) -> Found {
    let mut search = Search {
        origin,
        draft,
        numbers,
        found: Found::default(),
    };
    search.blocks(nodes);
    search.found
}

/// Looks for typed numbers in the title and the summary, which cannot refer to facts.
pub fn check_front_matter(draft: &Draft, numbers: &Numbers<'_>) -> Vec<Problem> {
    let texts = [("title", &draft.title), ("summary", &draft.summary)];
    let mut problems = Vec::new();
    for (key, text) in texts {
        for quantity in quantities(text, draft.language) {
            if let Some((message, _)) = complaint(text, &quantity, numbers) {
                let hint = format!("say it without the number: the {key} cannot refer to a fact");
                problems.push(Problem::new(&draft.source, Position::new(1, 1), message).hint(hint));
            }
        }
    }
    problems
}

struct Search<'a> {
    origin: &'a Origin<'a>,
    draft: &'a Draft,
    numbers: &'a Numbers<'a>,
    found: Found,
}

/// A stretch of text whose pieces know where they come from.
#[derive(Default)]
struct Line {
    text: String,
    /// Where pieces begin in the text and in the source, in order.
    pieces: Vec<(usize, usize)>,
    /// The comments that let numbers stay: their bytes in the source, and the reason.
    reasons: Vec<(Range<usize>, String)>,
}

impl Search<'_> {
    fn blocks(&mut self, nodes: &[Node<'_>]) {
        let mut line = Line::default();
        for node in nodes {
            if !node.is_block() {
                line.add(node);
                continue;
            }
            self.line(std::mem::take(&mut line));
            if let Kind::Branch(tag, children) = &node.kind
                && !matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock)
            {
                self.blocks(children);
            }
        }
        self.line(line);
    }

    fn line(&mut self, line: Line) {
        for quantity in quantities(&line.text, self.draft.language) {
            let Some((message, hint)) = complaint(&line.text, &quantity, self.numbers) else {
                continue;
            };
            let offset = line.source_of(quantity.range.start);
            let at = self.origin.position(offset);
            match line.reason_for(self.origin.text, offset) {
                Some(reason) => self.found.kept.push(TypedNumber {
                    source: self.origin.path.to_owned(),
                    at,
                    text: shown(&line.text, &quantity),
                    reason: reason.to_owned(),
                }),
                None => {
                    let problem = Problem::new(self.origin.path, at, message);
                    self.found.problems.push(problem.hint(hint));
                }
            }
        }
    }
}

impl Line {
    fn add(&mut self, node: &Node<'_>) {
        match &node.kind {
            Kind::Text(text) => {
                self.pieces.push((self.text.len(), node.range.start));
                self.text.push_str(text);
            }
            Kind::LineEnd | Kind::LineBreak => self.text.push(' '),
            Kind::Branch(_, children) => children.iter().for_each(|child| self.add(child)),
            Kind::Html(html) => {
                let reason = reason(html).map(str::to_owned);
                self.reasons
                    .extend(reason.map(|reason| (node.range.clone(), reason)));
            }
            Kind::Code(_) | Kind::Reference(_) | Kind::Rule | Kind::Task(_) => self.text.push(GAP),
        }
    }

    /// Where a byte of the text stands in the source. Inside a piece with entities or escapes it is near it.
    fn source_of(&self, offset: usize) -> usize {
        let piece = self.pieces.iter().rev().find(|(begin, _)| *begin <= offset);
        piece.map_or(0, |(begin, source)| source + (offset - begin))
    }

    /// The reason given behind a number on the number's line.
    fn reason_for(&self, source: &str, offset: usize) -> Option<&str> {
        let found = self.reasons.iter().find(|(comment, _)| {
            comment.start > offset
                && source
                    .get(offset..comment.start)
                    .is_some_and(|between| !between.contains('\n'))
        });
        found.map(|(_, reason)| reason.as_str())
    }
}

fn shown(text: &str, quantity: &Quantity) -> String {
    text.get(quantity.range.clone())
        .unwrap_or("")
        .replace(['\u{a0}', '\u{202f}'], " ")
}

/// The message and the hint for a number that a fact has or had, if one has or had it.
fn complaint(text: &str, quantity: &Quantity, numbers: &Numbers<'_>) -> Option<(String, String)> {
    let equals = numbers.equal_to(quantity)?;
    let (first, others) = equals.facts.split_first()?;
    let shown = shown(text, quantity);
    let message = if equals.former {
        format!("`{shown}` is typed, and is a former value of the fact `{first}`")
    } else {
        format!("`{shown}` is typed, and is the value of the fact `{first}`")
    };
    let named: Vec<String> = others.iter().take(OTHERS).map(|id| format!("`{id}`")).collect();
    let more = others.len().saturating_sub(OTHERS);
    let also = match (named.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(" (or {})", named.join(", ")),
        (false, _) => format!(" (or {} and {more} more)", named.join(", ")),
    };
    let (begin, end) = ESCAPE;
    let hint = format!(
        "write `` `fact:{first}` ``{also}; a number that is meant as such says why on its line: `{begin} why {end}`"
    );
    Some((message, hint))
}
