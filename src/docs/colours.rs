//! Coloured code that is known already. Reading a grammar and parsing code with it costs more than all else on a page,
//! and most of a page's code stays when its text is changed.

use super::highlight::highlight;
use crate::domain::Digest;
use std::collections::BTreeMap;

/// Code by the digest of its language and text, as HTML; `None` where no grammar knows it.
pub type Coloured = BTreeMap<[u8; 32], Option<String>>;

/// Colours code, and notes what it met.
#[derive(Debug, Default)]
pub struct Colours {
    known: Coloured,
    met: Coloured,
    notes: bool,
}

impl Colours {
    /// Knows nothing and notes nothing.
    pub fn new() -> Colours {
        Colours::default()
    }

    /// Knows what was met before, and notes what it meets.
    pub fn knowing(known: Coloured) -> Colours {
        Colours {
            known,
            notes: true,
            ..Colours::default()
        }
    }

    /// What was met.
    pub fn into_met(self) -> Coloured {
        self.met
    }

    pub(super) fn colour(&mut self, language: &str, code: &str) -> Option<String> {
        if !self.notes {
            return highlight(language, code);
        }
        let mut digest = Digest::stream();
        digest.update(language.as_bytes());
        digest.update(&[0]);
        digest.update(code.as_bytes());
        let key = *digest.finish().as_bytes();
        if let Some(met) = self.met.get(&key) {
            return met.clone();
        }
        let coloured = self
            .known
            .remove(&key)
            .unwrap_or_else(|| highlight(language, code));
        self.met.insert(key, coloured.clone());
        coloured
    }
}
