//! The text below a command's options: examples, then paragraphs and lists.

/// A part of that text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Running text.
    Paragraph(String),
    /// A term and what it means.
    Item(String, String),
}

/// The text taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Help {
    /// The lines of the examples as they are typed.
    pub(super) examples: Vec<String>,
    pub(super) blocks: Vec<Block>,
}

/// How the examples begin.
const EXAMPLES: &str = "Examples:";

impl Help {
    /// Takes a text apart: lines at the margin are running text, lines behind two spaces a term and what it means, deeper
    /// ones go on with it.
    pub(super) fn read(text: &str) -> Help {
        let mut help = Help::default();
        let mut rest = text;
        if let Some(below) = text.strip_prefix(EXAMPLES) {
            let (examples, others) = below.split_once("\n\n").unwrap_or((below, ""));
            let lines = examples.lines().filter(|line| !line.trim().is_empty());
            help.examples = lines
                .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned())
                .collect();
            rest = others;
        }
        let mut is_new = true;
        for line in rest.lines() {
            let text = line.trim();
            match (line.len() - line.trim_start().len(), text) {
                (_, "") => is_new = true,
                (0, _) => {
                    help.paragraph(text, is_new);
                    is_new = false;
                }
                (2, _) => {
                    let (term, meaning) = text.split_once("  ").unwrap_or((text, ""));
                    let item = Block::Item(term.to_owned(), meaning.trim().to_owned());
                    help.blocks.push(item);
                    is_new = false;
                }
                (_, _) => help.go_on(text),
            }
        }
        help
    }

    fn paragraph(&mut self, text: &str, is_new: bool) {
        match self.blocks.last_mut() {
            Some(Block::Paragraph(paragraph)) if !is_new => {
                paragraph.push(' ');
                paragraph.push_str(text);
            }
            _ => self.blocks.push(Block::Paragraph(text.to_owned())),
        }
    }

    fn go_on(&mut self, text: &str) {
        if let Some(Block::Item(_, open) | Block::Paragraph(open)) = self.blocks.last_mut() {
            open.push(' ');
            open.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_paragraphs_and_terms_are_told_apart() {
        let help = Help::read(
            "Examples:\n  stage6 a \\\n      --b\n\nOne\ntwo:\n\n  --to DIR  where\n            it goes\n  x         y\nEnd.",
        );
        assert_eq!(help.examples, ["stage6 a \\", "    --b"]);
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        let item = |term: &str, text: &str| Block::Item(term.to_owned(), text.to_owned());
        assert_eq!(
            help.blocks,
            [
                paragraph("One two:"),
                item("--to DIR", "where it goes"),
                item("x", "y"),
                paragraph("End.")
            ]
        );
    }
}
