//! The digest of the words of a language: what it is part of changes with every one of them.

use super::Wording;
use crate::domain::Digest;

impl Wording {
    /// The digest of the language and of all words; taken once.
    pub(in crate::content) fn digest(&self) -> Digest {
        let of_all = || {
            let mut stream = Digest::stream();
            stream.part(self.language.tag().as_bytes());
            for (key, text) in &self.messages {
                stream.part(key.as_bytes());
                stream.part(text.as_bytes());
            }
            stream.finish()
        };
        *self.digest.get_or_init(of_all)
    }
}
