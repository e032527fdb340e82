//! The words of both languages, side by side.

use super::{Wording, table};
use crate::diag::{Checked, Problem, Problems};
use crate::domain::Language;
use serde::{Deserialize, Serialize};

/// The wording of all languages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wordings {
    pub(super) polish: Wording,
    pub(super) english: Wording,
}

impl Wordings {
    /// The wording of one language.
    pub fn of(&self, language: Language) -> &Wording {
        match language {
            Language::Polish => &self.polish,
            Language::English => &self.english,
        }
    }

    /// Refuses tables without these messages; for rooms that show messages of their own.
    ///
    /// # Errors
    /// One problem for each missing message.
    pub fn require<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Checked<()> {
        let mut problems = Problems::new();
        // Both tables have the same keys, so one of them answers for both.
        for key in keys.into_iter().filter(|key| !self.polish.has(key)) {
            for language in Language::ALL {
                problems.push(
                    Problem::with_file(table::path(language), format!("the message `{key}` is missing"))
                        .hint("add it to the tables of both languages"),
                );
            }
        }
        problems.into_result(())
    }
}
