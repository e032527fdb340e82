//! Claims: a sentence, a line `---`, and an expression over facts that must hold.

use super::super::library::Voice;
use super::super::origin::Origin;
use super::super::tree::{self, Kind, Node};
use super::super::{escape, footnotes};
use super::Renderer;
use crate::content::{Claim, place};
use crate::diag::{Position, Problem};
use crate::evidence::{self, Judgement};
use pulldown_cmark::{Options, Tag};

/// The line between the sentence and the expression.
const RULE: &str = "---";

/// The parts of a claim's block.
struct Parts<'b> {
    id: &'b str,
    sentence: &'b str,
    sentence_at: Position,
    expression: &'b str,
    expression_at: Position,
}

impl<'a> Renderer<'a> {
    /// The block `claim id=NAME`.
    pub(super) fn claim(&mut self, node: &Node<'_>, attributes: &str, body: &str) {
        let Some(parts) = self.claim_parts(node, attributes, body) else {
            return;
        };
        let judgement = evidence::judge(parts.expression, self.library.evidence);
        self.refuse_faults(&parts, &judgement);
        let Some(sentence) = self.sentence(&parts) else {
            return;
        };
        let holds = judgement.verdict == Some(true);
        if judgement.verdict == Some(false) && !self.library.terms.false_claims_pass {
            self.refuse_false(&parts, &judgement);
        }
        for id in &judgement.facts {
            if let Some(fact) = self.library.evidence.fact(id, self.parsed.draft.language) {
                self.found.facts.insert(fact.id.clone());
                self.found.evidence.insert(fact.source.clone());
            }
        }
        let anchor = self.ids.claim(&format!("claim-{}", parts.id));
        self.write_claim(node, &parts, holds, (&anchor, sentence.html, sentence.markdown));
        let draft = self.parsed.draft;
        self.found.claims.push(Claim {
            id: parts.id.to_owned(),
            page: draft.id.clone(),
            language: draft.language,
            source: draft.source.clone(),
            at: self.origin.position(node.range.start),
            anchor,
            sentence: sentence.plain,
            expression: parts.expression.to_owned(),
            holds,
            facts: judgement.facts,
        });
    }

    fn claim_parts<'b>(&mut self, node: &Node<'_>, attributes: &'b str, body: &'b str) -> Option<Parts<'b>> {
        let id = attributes.strip_prefix("id=").unwrap_or("");
        let is_fit = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_fit {
            let hint = "begin the block with `claim id=NAME`: lower-case letters, digits and `-`";
            self.refuse(node, "a claim without an id", hint);
            return None;
        }
        let lines: Vec<&str> = body.lines().collect();
        let Some(rule) = lines.iter().position(|line| line.trim() == RULE) else {
            let hint = "write the sentence, a line `---`, and the expression that must hold";
            self.refuse(node, format!("the claim `{id}` has no expression"), hint);
            return None;
        };
        let fence = self.origin.position(node.range.start);
        let place = |from: usize, to: usize| {
            let first = (from..to).find(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty()));
            let first = first.unwrap_or(from);
            let indent = lines
                .get(first)
                .map_or(0, |line| line.chars().take_while(|letter| *letter == ' ').count());
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            Position::new(fence.line + 1 + number(first), fence.column + number(indent))
        };
        let before: usize = body.split_inclusive('\n').take(rule).map(str::len).sum();
        let (sentence, rest) = body.split_at(before);
        let expression = rest
            .split_once('\n')
            .map_or("", |(_, expression)| expression)
            .trim();
        Some(Parts {
            id,
            sentence: sentence.trim(),
            sentence_at: place(0, rule),
            expression,
            expression_at: place(rule + 1, lines.len()),
        })
    }

    fn refuse_faults(&mut self, parts: &Parts<'_>, judgement: &Judgement) {
        for fault in &judgement.faults {
            let inside = Position::of_offset(parts.expression, fault.offset);
            let at = inside.within(parts.expression_at);
            let message = format!("the claim `{}`: {}", parts.id, fault.message);
            let problem = Problem::new(self.origin.path, at, message);
            self.found.problems.push(problem.hint(&fault.hint));
        }
        if judgement.faults.is_empty() && judgement.facts.is_empty() {
            let message = format!("the claim `{}` rests on no fact", parts.id);
            let problem = Problem::new(self.origin.path, parts.expression_at, message);
            let hint = "name the facts that make it true; a sentence that needs none is no claim";
            self.found.problems.push(problem.hint(hint));
        }
    }

    fn refuse_false(&mut self, parts: &Parts<'_>, judgement: &Judgement) {
        let used: Vec<String> = judgement
            .facts
            .iter()
            .filter_map(|id| self.library.evidence.fact(id, self.parsed.draft.language))
            .map(|fact| {
                let shown = self.wording.fact(fact).replace('\u{a0}', " ");
                format!("`{}` is {shown} ({}:{})", fact.id, fact.source, fact.at.line)
            })
            .collect();
        let message = format!("the claim `{}` is not true: {}", parts.id, used.join(", "));
        let problem = Problem::new(self.origin.path, parts.expression_at, message);
        let hint = "mend the sentence and its expression, or the evidence; `build --draft` shows it struck";
        self.found.problems.push(problem.hint(hint));
    }

    /// The sentence in the three forms in which it is published.
    fn sentence(&mut self, parts: &Parts<'_>) -> Option<Sentence> {
        let origin = Origin::from(self.origin.path, parts.sentence_at, parts.sentence);
        let mut inner = self.part(origin);
        let tree = tree::read(&origin, Options::ENABLE_STRIKETHROUGH, &mut inner.found.problems);
        let [
            Node {
                kind: Kind::Branch(Tag::Paragraph, content),
                ..
            },
        ] = tree.nodes.as_slice()
        else {
            let message = format!("the claim `{}` is not one sentence", parts.id);
            let problem = Problem::new(self.origin.path, parts.sentence_at, message);
            let hint = "write one paragraph above the line `---`, without headings and lists";
            self.found.problems.push(problem.hint(hint));
            self.absorb(&mut inner);
            return None;
        };
        for (offset, label) in footnotes::undefined(&tree.nodes, parts.sentence) {
            let problem = origin.problem(offset, format!("a footnote `[^{label}]` in a claim"));
            let hint =
                "the facts of its expression are its sources; put the footnote into the text around it";
            inner.found.problems.push(problem.hint(hint));
        }
        inner.nodes(content);
        inner.typed_in(&tree.nodes, &origin);
        let voice = Voice {
            evidence: self.library.evidence,
            wording: self.wording,
        };
        let plain = voice.plain(content);
        let markdown = std::mem::take(&mut inner.edits).apply(parts.sentence);
        self.absorb(&mut inner);
        Some(Sentence {
            html: inner.html,
            markdown,
            plain,
        })
    }

    fn write_claim(
        &mut self,
        node: &Node<'_>,
        parts: &Parts<'_>,
        holds: bool,
        (anchor, html, markdown): (&str, String, String),
    ) {
        let draft = self.parsed.draft;
        let register = place::relative(
            &place::page_path(draft.language, &draft.id),
            &place::claims_path(draft.language),
        );
        let verdict = if holds { "claim.holds" } else { "claim.fails" };
        let verdict = self.wording.text(verdict).to_owned();
        let (badge, html, markdown) = if holds {
            ("passed", html, markdown)
        } else {
            ("failed", format!("<del>{html}</del>"), format!("~~{markdown}~~"))
        };
        let badge = format!(
            "<a class=\"badge badge-{badge}\" href=\"{register}#{}\">{}</a>",
            parts.id,
            escape::html(&verdict)
        );
        self.write(&format!(
            "<div class=\"claim\" id=\"{anchor}\">\n<p>{html} {badge}</p>\n</div>\n"
        ));
        let indent = self.indent(node);
        let name = self
            .wording
            .filled("claim.named", &[("id", parts.id), ("verdict", &verdict)]);
        let text = format!("{markdown} ({name}: `{}`)", one_line(parts.expression));
        let text = text.replace('\n', &format!("\n{indent}"));
        self.edits.replace(node.range.clone(), text);
    }
}

/// A claim's sentence.
struct Sentence {
    html: String,
    markdown: String,
    plain: String,
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
