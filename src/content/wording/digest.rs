//! The digest of all words of a language: what it is part of changes with every one of them.

use super::Wording;
use crate::domain::Digest;

impl Wording {
    /// The digest of all words and of what reads them; taken once.
    pub(in crate::content) fn digest(&self) -> Digest {
        let of_all = || {
            let mut stream = Digest::stream();
            let words = self.messages.iter().flat_map(|(key, text)| [key, text]);
            let words = words.map(String::as_str);
            for word in std::iter::once(self.language.tag()).chain(words) {
                stream.update(&(word.len() as u64).to_le_bytes());
                stream.update(word.as_bytes());
            }
            stream.finish()
        };
        *self.digest.get_or_init(of_all)
    }
}
