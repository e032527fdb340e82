//! What the reference says in each language. The key of a translation is the English text itself, as in gettext.

use super::prose;
use crate::content::fill;
use crate::diag::{Checked, Problem};
use crate::document::yaml;
use crate::domain::Language;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The translations: a list of `en` and `pl`.
const POLISH: &str = include_str!("../../../templates/manual/pl.yaml");
/// How the file is named in problems.
const POLISH_PATH: &str = "templates/manual/pl.yaml";

/// The words of one language, and what was asked of them.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) language: Language,
    polish: BTreeMap<String, String>,
    asked: RefCell<BTreeSet<String>>,
}

impl Words {
    /// # Errors
    /// The translations are not a list of pairs, or one stands twice.
    pub(super) fn of(language: Language) -> Checked<Words> {
        Ok(Words {
            language,
            polish: read().map_err(|problem| vec![problem])?,
            asked: RefCell::default(),
        })
    }

    /// A text in this language; in English where nobody translated it, which a test refuses.
    pub(super) fn say(&self, english: &str) -> String {
        self.asked.borrow_mut().insert(english.to_owned());
        match self.language {
            Language::English => english.to_owned(),
            Language::Polish => self
                .polish
                .get(english)
                .map_or_else(|| english.to_owned(), Clone::clone),
        }
    }

    /// A text with its gaps filled.
    pub(super) fn filled(&self, english: &str, values: &[(&str, &str)]) -> String {
        fill(&self.say(english), values)
    }

    /// A text as a sentence of Markdown.
    pub(super) fn sentence(&self, english: &str) -> String {
        prose::sentence(&self.say(english), self.language)
    }

    /// What was asked for and is not translated, and what is translated and was not asked for.
    #[cfg(test)]
    pub(super) fn differences(&self) -> (Vec<String>, Vec<String>) {
        let asked = self.asked.borrow();
        let missing = asked.iter().filter(|text| !self.polish.contains_key(*text));
        let unused = self.polish.keys().filter(|text| !asked.contains(*text));
        (missing.cloned().collect(), unused.cloned().collect())
    }
}

fn read() -> Result<BTreeMap<String, String>, Problem> {
    let root = yaml::read(POLISH_PATH, POLISH)?;
    let mut polish = BTreeMap::new();
    for pair in root.as_list().unwrap_or_default() {
        let text = |key: &str| {
            let scalar = pair.get(key).and_then(|node| node.as_scalar());
            let scalar = scalar.filter(|scalar| !scalar.text.trim().is_empty());
            scalar
                .map(|scalar| scalar.text.clone())
                .ok_or_else(|| pair.problem(POLISH_PATH, format!("a pair without `{key}`")))
        };
        let english = text("en")?;
        if polish.insert(english.clone(), text("pl")?).is_some() {
            return Err(pair.problem(POLISH_PATH, format!("`{english}` is translated twice")));
        }
    }
    Ok(polish)
}
