//! Work that need not be done twice: results, by the digest of everything that they were made of.

use super::Digest;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was made. Work of two kinds never shares a result, whatever it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A page, printed.
    Page,
    /// A chart, drawn.
    Chart,
    /// A member of a zip, deflated.
    Member,
    /// What search knows of a printed page.
    Document,
    /// The files of the index of search of one language.
    Index,
    /// A picture that was drawn.
    Picture,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Work::Page => "page",
            Work::Chart => "chart",
            Work::Member => "member",
            Work::Document => "document",
            Work::Index => "index",
            Work::Picture => "picture",
        }
    }
}

/// Results by the digests of what they were made of.
pub type Results = BTreeMap<Digest, Kept>;

/// A result that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    bytes: Bytes,
    /// What a file says that their digest is.
    claimed: Option<Digest>,
}

impl Kept {
    /// One that this program made.
    pub fn made(bytes: impl Into<Bytes>) -> Kept {
        Kept {
            bytes: bytes.into(),
            claimed: None,
        }
    }

    /// One out of a file. Its bytes are held against the digest when somebody wants them: on all cores, and what nobody
    /// wants costs nothing.
    pub fn claimed(bytes: Bytes, digest: Digest) -> Kept {
        Kept {
            bytes,
            claimed: Some(digest),
        }
    }

    /// The bytes, not checked.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The digest of the bytes, or what a file says that it is.
    pub fn digest(&self) -> Digest {
        self.claimed.unwrap_or_else(|| Digest::of(&self.bytes))
    }

    fn is_whole(&self) -> bool {
        self.claimed
            .is_none_or(|digest| digest == Digest::of(&self.bytes))
    }
}

/// Results of earlier builds, and those of this one. What is made must follow from what it is made of and from the
/// program alone: then it does not matter which build made it.
#[derive(Debug, Default)]
pub struct Reuse {
    /// Whether results are kept at all.
    is_on: bool,
    before: Results,
    now: Mutex<Results>,
}

impl Reuse {
    /// Makes everything anew, and keeps nothing.
    pub fn none() -> Reuse {
        Reuse::default()
    }

    /// With what an earlier build left.
    pub fn after(before: Results) -> Reuse {
        Reuse {
            is_on: true,
            before,
            ..Reuse::default()
        }
    }

    /// The result of some work on `parts`, made now if no earlier build made it.
    ///
    /// # Errors
    /// Those of `make`; they are not kept.
    pub fn bytes<E>(
        &self,
        work: Work,
        parts: &[&[u8]],
        make: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Bytes, E> {
        if !self.is_on {
            return make().map(Bytes::from);
        }
        let key = key(work, parts);
        if let Some(known) = self.now().get(&key) {
            return Ok(known.bytes.clone());
        }
        let kept = match self.before.get(&key).filter(|known| known.is_whole()) {
            Some(known) => known.clone(),
            None => Kept::made(make()?),
        };
        let bytes = kept.bytes.clone();
        self.now().insert(key, kept);
        Ok(bytes)
    }

    fn now(&self) -> MutexGuard<'_, Results> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`Reuse::bytes`], of parts that are put together only where results are kept.
    ///
    /// # Errors
    /// As [`Reuse::bytes`].
    pub fn bytes_of<E>(
        &self,
        work: Work,
        parts: impl FnOnce() -> Vec<Vec<u8>>,
        make: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Bytes, E> {
        if !self.is_on {
            return make().map(Bytes::from);
        }
        let parts = parts();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        self.bytes(work, &parts, make)
    }

    /// As [`Reuse::bytes`], of a value that has a form in bytes.
    pub fn value<T: Serialize + DeserializeOwned>(
        &self,
        work: Work,
        parts: &[&[u8]],
        make: impl Fn() -> T,
    ) -> T {
        if !self.is_on {
            return make();
        }
        let mut made = None;
        let bytes = self.bytes(work, parts, || -> Result<Vec<u8>, Infallible> {
            let value = made.insert(make());
            Ok(postcard::to_stdvec(value).unwrap_or_default())
        });
        let Ok(bytes) = bytes;
        // What cannot be read is made anew.
        made.or_else(|| postcard::from_bytes(&bytes).ok())
            .unwrap_or_else(make)
    }

    /// As [`Reuse::value`], of parts that have no bytes of their own yet.
    pub fn value_of<T: Serialize + DeserializeOwned>(
        &self,
        work: Work,
        parts: &impl Serialize,
        make: impl Fn() -> T,
    ) -> T {
        match self.is_on.then(|| postcard::to_stdvec(parts)) {
            Some(Ok(bytes)) => self.value(work, &[&bytes], make),
            _ => make(),
        }
    }

    /// The next build can use something else than this one could.
    pub fn has_news(&self) -> bool {
        let now = self.now();
        // What was made although it was known, because it was damaged, has no claim of a file.
        let is_old = |(key, kept): (&Digest, &Kept)| {
            let known = self.before.get(key);
            known.is_some_and(|known| known.claimed == kept.claimed)
        };
        now.len() != self.before.len() || !now.iter().all(is_old)
    }

    /// What this build used or made, for the next one; what nobody asked for is forgotten. `None` if nothing is kept.
    pub fn into_results(self) -> Option<Results> {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.is_on.then_some(now)
    }
}

/// The digest of the kind of work and of all parts.
fn key(work: Work, parts: &[&[u8]]) -> Digest {
    let mut stream = Digest::stream();
    stream.part(work.name().as_bytes());
    parts.iter().for_each(|part| stream.part(part));
    stream.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A result, and how often it was made.
    fn made(reuse: &Reuse, work: Work, parts: &[&[u8]]) -> (String, usize) {
        let times = Cell::new(0);
        let value = reuse.value(work, parts, || {
            times.set(times.get() + 1);
            parts.concat().escape_ascii().to_string()
        });
        (value, times.get())
    }

    #[test]
    fn a_result_is_made_once_for_the_same_work_on_the_same_parts() {
        let first = Reuse::after(Results::new());
        assert_eq!(made(&first, Work::Document, &[b"a", b"b"]), ("ab".to_owned(), 1));
        let next = Reuse::after(first.into_results().unwrap());
        assert_eq!(made(&next, Work::Document, &[b"a", b"b"]), ("ab".to_owned(), 0));
        assert_eq!(made(&next, Work::Document, &[b"ab"]), ("ab".to_owned(), 1));
        assert_eq!(made(&next, Work::Document, &[b"ab", b""]), ("ab".to_owned(), 1));
        assert_eq!(made(&next, Work::Picture, &[b"a", b"b"]), ("ab".to_owned(), 1));
    }

    #[test]
    fn what_a_build_did_not_ask_for_is_forgotten() {
        let first = Reuse::after(Results::new());
        made(&first, Work::Document, &[b"a"]);
        let second = Reuse::after(first.into_results().unwrap());
        made(&second, Work::Document, &[b"b"]);
        assert_eq!(second.into_results().unwrap().len(), 1);
        assert_eq!(Reuse::none().into_results(), None);
    }

    #[test]
    fn what_cannot_be_read_is_made_anew_and_errors_are_not_kept() {
        let key = key(Work::Document, &[b"a"]);
        let broken = Reuse::after(Results::from([(key, Kept::made(vec![0xff; 3]))]));
        assert_eq!(made(&broken, Work::Document, &[b"a"]), ("a".to_owned(), 1));
        let reuse = Reuse::after(Results::new());
        let failed = reuse.bytes(Work::Member, &[b"a"], || Err("full"));
        assert_eq!(failed, Err("full"));
        assert_eq!(reuse.into_results().unwrap().len(), 0);
    }

    #[test]
    fn bytes_that_are_not_what_their_file_says_are_made_anew() {
        let key = key(Work::Document, &[b"a"]);
        let text = postcard::to_stdvec("from a file").unwrap();
        for (digest, expected) in [
            (Digest::of(&text), ("from a file".to_owned(), 0)),
            (Digest::of(b"others"), ("a".to_owned(), 1)),
        ] {
            let kept = Kept::claimed(text.clone().into(), digest);
            let reuse = Reuse::after(Results::from([(key, kept)]));
            assert_eq!(made(&reuse, Work::Document, &[b"a"]), expected);
            assert_eq!(reuse.has_news(), expected.1 == 1);
        }
    }

    #[test]
    fn there_are_news_if_something_was_made_or_is_no_longer_used() {
        let first = Reuse::after(Results::new());
        assert!(!first.has_news());
        made(&first, Work::Document, &[b"a"]);
        made(&first, Work::Document, &[b"b"]);
        assert!(first.has_news());
        let second = Reuse::after(first.into_results().unwrap());
        made(&second, Work::Document, &[b"a"]);
        assert!(second.has_news());
        made(&second, Work::Document, &[b"b"]);
        assert!(!second.has_news());
    }
}
