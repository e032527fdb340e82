//! The glossary: terms with their inflected forms, and where they stand in a text.
//!
//! It is written in the page `glossary` of each language, as YAML in a block `glossary`. Pages link the first use of a
//! term to its entry and carry its definition, so that nothing has to be guessed in the browser.

use super::origin::Origin;
use super::tree::{Kind, Node};
use crate::content::Draft;
use crate::diag::{Position, Problem, Problems};
use crate::document::{self, yaml};
use crate::domain::Language;
use pulldown_cmark::{CodeBlockKind, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The id of the page.
pub const PAGE: &str = "glossary";
/// The kind of the block.
pub const BLOCK: &str = "glossary";
const KEYS: [&str; 4] = ["id", "term", "forms", "text"];

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The same in all languages: `reverse-stress`.
    pub id: String,
    /// Its name as the glossary shows it.
    pub name: String,
    /// What it means, in a sentence or two.
    pub text: String,
}

/// The terms of one language.
#[derive(Debug, Default)]
pub struct Glossary {
    /// In the order of the page.
    pub terms: Vec<Term>,
    /// By the first letter, in lower case; the longest form first.
    forms: BTreeMap<char, Vec<Form>>,
    path: String,
    at: Position,
}

/// A form of a term: words, of which one that ends in `*` stands for all that begin like it. A form in lower case
/// may begin with a capital letter in a text; one with capital letters must stand as it is written.
#[derive(Debug)]
struct Form {
    text: String,
    is_exact: bool,
    term: usize,
}

impl Glossary {
    /// Reads the block of the page, if this draft is the page and has the block.
    pub fn read(
        draft: &Draft,
        nodes: &[Node<'_>],
        origin: &Origin<'_>,
        problems: &mut Problems,
    ) -> Option<Glossary> {
        if draft.id != PAGE {
            return None;
        }
        let (at, text) = nodes.iter().find_map(|node| block(node, origin))?;
        let mut glossary = Glossary {
            path: draft.source.clone(),
            at,
            ..Glossary::default()
        };
        let entries = match yaml::read(&draft.source, &text) {
            Ok(root) => root,
            Err(mut problem) => {
                problem.at = problem.at.within(at);
                problems.push(problem);
                return None;
            }
        };
        let Some(entries) = entries.as_list() else {
            let problem = Problem::new(&draft.source, at, "expected a list of terms");
            problems.push(problem.hint("begin each term with `- id: NAME`"));
            return None;
        };
        for entry in entries {
            if let Err(mut problem) = glossary.add(entry) {
                problem.at = problem.at.within(at);
                problems.push(problem);
            }
        }
        for forms in glossary.forms.values_mut() {
            forms.sort_by_key(|form| std::cmp::Reverse(form.text.chars().count()));
        }
        Some(glossary)
    }

    fn add(&mut self, entry: &document::Node) -> Result<(), Problem> {
        let path = self.path.clone();
        let members = entry.as_map().unwrap_or_default();
        if let Some(member) = members
            .iter()
            .find(|member| member.repeated || !KEYS.contains(&member.key.as_str()))
        {
            let problem = Problem::new(
                &path,
                member.key_at,
                format!("`{}` does not belong here", member.key),
            );
            return Err(problem.hint("a term has id, term, forms and text, each once"));
        }
        let text = |key: &str| {
            let scalar = entry.get(key).and_then(document::Node::as_scalar);
            let text = scalar.map(|scalar| scalar.text.split_whitespace().collect::<Vec<_>>().join(" "));
            text.filter(|text| !text.is_empty()).ok_or_else(|| {
                let problem = entry.problem(&path, format!("the term has no `{key}`"));
                problem.hint("a term has id, term, forms and text")
            })
        };
        let term = Term {
            id: text("id")?,
            name: text("term")?,
            text: text("text")?,
        };
        let fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !term.id.bytes().all(fit) || self.terms.iter().any(|known| known.id == term.id) {
            let problem = entry.problem(&path, format!("`{}` is no id of its own for a term", term.id));
            return Err(problem.hint("use lower-case letters, digits and `-`, for each term others"));
        }
        let forms = entry.get("forms").and_then(document::Node::as_list);
        let forms = forms.and_then(|forms| {
            let texts = forms
                .iter()
                .map(|form| Some(form.as_scalar()?.text.trim().to_owned()));
            texts.collect::<Option<Vec<String>>>()
        });
        let forms = forms.filter(|forms| !forms.is_empty()).ok_or_else(|| {
            let problem = entry.problem(&path, format!("the term `{}` has no forms", term.id));
            problem.hint("list the forms that texts use: `forms: [shock, shocks]`; `shock*` stands for both")
        })?;
        for form in forms {
            self.add_form(form, entry, &path)?;
        }
        self.terms.push(term);
        Ok(())
    }

    fn add_form(&mut self, text: String, entry: &document::Node, path: &str) -> Result<(), Problem> {
        let stem = |word: &str| word.trim_end_matches('*').chars().count();
        let is_fit = text.split(' ').all(|word| {
            let inside = word.strip_suffix('*').unwrap_or(word);
            !inside.contains('*') && stem(word) >= if word.ends_with('*') { 3 } else { 1 }
        });
        let taken = self.forms.values().flatten().any(|form| form.text == text);
        let (Some(first), true, false) = (text.chars().next(), is_fit, taken) else {
            let problem = entry.problem(path, format!("`{text}` is no form that this term can have"));
            return Err(problem.hint(
                "write words, of which any may end in `*` behind three letters or more, each form at one term only",
            ));
        };
        let form = Form {
            is_exact: text.chars().any(char::is_uppercase),
            text,
            term: self.terms.len(),
        };
        self.forms.entry(lower(first)).or_default().push(form);
        Ok(())
    }

    /// The first use of a term at or behind the byte `from`: where it stands, and which term it is.
    pub fn find(&self, text: &str, from: usize) -> Option<(Range<usize>, usize)> {
        let mut before = text.get(..from)?.chars().next_back();
        for (offset, letter) in text.get(from..)?.char_indices() {
            let begins = letter.is_alphanumeric() && !before.is_some_and(joins);
            before = Some(letter);
            if !begins {
                continue;
            }
            let start = from + offset;
            let rest = text.get(start..).unwrap_or_default();
            let forms = self.forms.get(&lower(letter)).into_iter().flatten();
            for form in forms {
                if let Some(length) = form.length_in(rest) {
                    return Some((start..start + length, form.term));
                }
            }
        }
        None
    }
}

impl Form {
    /// How many bytes of the text, at whose beginning a word begins, this form takes.
    fn length_in(&self, text: &str) -> Option<usize> {
        let mut letters = text.char_indices().peekable();
        let mut is_first = true;
        for wanted in self.text.chars() {
            if wanted == '*' {
                while letters.next_if(|(_, letter)| letter.is_alphabetic()).is_some() {}
                continue;
            }
            let (_, letter) = letters.next()?;
            let fits = match wanted {
                ' ' => letter == ' ' || letter == '\u{a0}',
                _ if is_first && !self.is_exact => lower(letter) == wanted,
                _ => letter == wanted,
            };
            if !fits {
                return None;
            }
            is_first = false;
        }
        let end = letters.peek().map_or(text.len(), |(at, _)| *at);
        let mut behind = text.get(end..).unwrap_or_default().chars();
        let next = behind.next();
        let goes_on = next.is_some_and(char::is_alphanumeric)
            || (next.is_some_and(|next| "-_/".contains(next))
                && behind.next().is_some_and(char::is_alphanumeric));
        (!goes_on).then_some(end)
    }
}

/// Whether a character before a letter makes it the inside of a longer word or name.
fn joins(character: char) -> bool {
    character.is_alphanumeric() || "-_/.".contains(character)
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Where the list of a block begins, and its text.
fn block(node: &Node<'_>, origin: &Origin<'_>) -> Option<(Position, String)> {
    let Kind::Branch(Tag::CodeBlock(CodeBlockKind::Fenced(info)), children) = &node.kind else {
        return None;
    };
    if info.trim() != BLOCK {
        return None;
    }
    let fence = origin.position(node.range.start);
    let text = children.iter().filter_map(|child| match &child.kind {
        Kind::Text(text) => Some(text.as_str()),
        _ => None,
    });
    Some((Position::new(fence.line + 1, fence.column), text.collect()))
}

/// The glossaries of all languages.
pub type Glossaries = BTreeMap<Language, Glossary>;

/// Terms that one language explains and another does not.
pub fn differences(glossaries: &Glossaries) -> Vec<Problem> {
    let ids = |glossary: &Glossary| -> BTreeSet<String> {
        glossary.terms.iter().map(|term| term.id.clone()).collect()
    };
    let mut found = Vec::new();
    for one in glossaries.values() {
        for other in glossaries.values() {
            for id in ids(one).difference(&ids(other)) {
                let message = format!("`{}` does not explain the term `{id}`", other.path);
                found.push(
                    Problem::new(&one.path, one.at, message).hint("explain the same terms in every language"),
                );
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glossary(forms: &[(&str, usize)]) -> Glossary {
        let mut glossary = Glossary::default();
        let entry = document::Node::plain(Position::default(), "");
        for (form, term) in forms {
            while glossary.terms.len() < *term {
                glossary.terms.push(Term {
                    id: String::new(),
                    name: String::new(),
                    text: String::new(),
                });
            }
            glossary.add_form((*form).to_owned(), &entry, "g.md").unwrap();
        }
        for forms in glossary.forms.values_mut() {
            forms.sort_by_key(|form| std::cmp::Reverse(form.text.chars().count()));
        }
        glossary
    }

    fn uses(glossary: &Glossary, text: &str) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((range, term)) = glossary.find(text, from) {
            from = range.end;
            found.push((text[range].to_owned(), term));
        }
        found
    }

    #[test]
    fn inflected_forms_are_found_as_whole_words() {
        let glossary = glossary(&[
            ("scenariusz*", 0),
            ("próg", 1),
            ("progach", 1),
            ("stan* bazow*", 2),
            ("stan*", 3),
            ("DSSE", 4),
            ("T+7", 5),
        ]);
        let text = "Scenariuszami i progach, prognoza próg; stanów\u{a0}bazowych Stan; DSSE dsse T+7 a/scenariusz x-próg stanem-b";
        assert_eq!(
            uses(&glossary, text),
            [
                ("Scenariuszami".to_owned(), 0),
                ("progach".to_owned(), 1),
                ("próg".to_owned(), 1),
                ("stanów\u{a0}bazowych".to_owned(), 2),
                ("Stan".to_owned(), 3),
                ("DSSE".to_owned(), 4),
                ("T+7".to_owned(), 5),
            ]
        );
    }

    #[test]
    fn a_form_belongs_to_one_term() {
        let mut glossary = glossary(&[("shock*", 0)]);
        let entry = document::Node::plain(Position::new(1, 1), "");
        for form in ["shock*", "ab*", "s*ock", ""] {
            assert!(glossary.add_form(form.into(), &entry, "g.md").is_err(), "{form}");
        }
    }
}
