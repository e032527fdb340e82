//! Code blocks: code that is shown, and blocks that ask for something else.

use super::super::escape;
use super::super::glossary as words;
use super::super::tree::{Kind, Node};
use super::Renderer;
use crate::diag::{Topic, nearest};
use pulldown_cmark::CodeBlockKind;

/// The languages of code that pages show.
const LANGUAGES: [&str; 5] = ["sh", "bash", "yaml", "json", "text"];
/// The first word of a block that shows a CSV table.
const TABLE: &str = "table";
/// The first word of a block that holds a claim.
const CLAIM: &str = "claim";
/// The first word of a block that shows the contradictions of the evidence.
const CONTRADICTIONS: &str = "contradictions";
/// The first word of the block that holds the glossary.
const GLOSSARY: &str = words::BLOCK;
/// The first word of a block that shows the results of the release.
const RESULTS: &str = "results";
/// The first word of a block that draws a chart.
const CHART: &str = "chart";
/// The first word of a block that answers questions of reviewers out of a table.
const QUESTIONS: &str = "questions";
/// The first word of a block that says where each reader begins.
const READERS: &str = "readers";

impl Renderer<'_> {
    pub(super) fn code_block(&mut self, node: &Node<'_>, kind: &CodeBlockKind<'_>, children: &[Node<'_>]) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.trim(),
            CodeBlockKind::Indented => "",
        };
        let (word, attributes) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        let attributes = attributes.trim();
        let text: String = children
            .iter()
            .filter_map(|child| match &child.kind {
                Kind::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let class = match word {
            TABLE => return self.on(Topic::Tables, |on| on.data_table(node, attributes, &text)),
            CLAIM => return self.on(Topic::Claims, |on| on.claim(node, attributes, &text)),
            CONTRADICTIONS => {
                return self.on(Topic::Contradictions, |on| {
                    on.contradictions(node, attributes, &text)
                });
            }
            CHART => return self.on(Topic::Tables, |on| on.chart(node, attributes, &text)),
            QUESTIONS => return self.on(Topic::Tables, |on| on.questions(node, attributes)),
            READERS => return self.readers(node, attributes, &text),
            RESULTS => return self.results(node, attributes, &text),
            GLOSSARY => return self.on(Topic::Glossary, |on| on.glossary_list(node)),
            "" => String::new(),
            word if LANGUAGES.contains(&word) => format!(" class=\"language-{word}\""),
            word => {
                let known = || {
                    LANGUAGES.into_iter().chain([
                        TABLE,
                        CLAIM,
                        CONTRADICTIONS,
                        RESULTS,
                        CHART,
                        QUESTIONS,
                        READERS,
                        GLOSSARY,
                    ])
                };
                let hint = match nearest(word, known()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the kinds are {}", known().collect::<Vec<_>>().join(", ")),
                };
                return self.refuse(node, format!("no block of the kind `{word}`"), hint);
            }
        };
        if !attributes.is_empty() {
            let message = format!("`{attributes}` behind the kind of a code block");
            return self.refuse(node, message, "leave the kind alone");
        }
        // Wide code is scrolled; the tab index lets the keyboard do it.
        let code = escape::html(&text);
        self.write(&format!("<pre tabindex=\"0\"><code{class}>{code}</code></pre>\n"));
    }
}
