//! What a build of a project leaves for the next one: results of its work, sealed with the key that it signs with, so that
//! nobody else can put words on pages by way of a file that no reviewer looks at. It can be deleted at any time; a build
//! without it makes the same bytes.
//!
//! The file: the length of the list as eight bytes, the list under its seal, the results one after the other. The list
//! names the digest of each result, so the seal covers all of them, and only those that are used are read.

use crate::domain::{Digest, Kept, Results, Reuse};
use crate::fs::{self, Project};
use crate::seal::HmacKey;
use bytes::Bytes;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Where it lies.
const PLACE: &str = "var/.stage6.reuse";
/// The form of the file; another one is not read.
const FORM: &str = "3";

/// What the list says of a result.
#[derive(Deserialize, Serialize)]
struct Listed {
    key: Digest,
    digest: Digest,
    length: usize,
}

/// What the last build of this program left, if this key sealed it. Without a `program` everything is made anew.
pub(super) fn open(project: &Project, program: Option<&str>, key: &HmacKey) -> Reuse {
    let Some(program) = program else {
        return Reuse::none();
    };
    let memory = fs::read_large(&project.locate(PLACE), PLACE).ok().flatten();
    let results = memory.and_then(|memory| results_of(memory.into(), program, key));
    Reuse::after(results.unwrap_or_default())
}

/// Leaves what the next build can use. A disk that refuses costs time, and nothing else.
pub(super) fn leave(project: &Project, program: Option<&str>, key: &HmacKey, reuse: Reuse) {
    if !reuse.has_news() {
        return;
    }
    let (Some(program), Some(results)) = (program, reuse.into_results()) else {
        return;
    };
    let listed = |(key, kept): (&Digest, &Kept)| Listed {
        key: *key,
        digest: kept.digest(),
        length: kept.bytes().len(),
    };
    let list: Vec<Listed> = results.par_iter().map(listed).collect();
    let Ok(list) = postcard::to_stdvec(&(maker(program), list)) else {
        return;
    };
    let list = key.seal_memory(&list);
    let length = (list.len() as u64).to_le_bytes();
    let runs = [&length[..], &list].into_iter();
    let runs: Vec<&[u8]> = runs
        .chain(results.values().map(|kept| &kept.bytes()[..]))
        .collect();
    let _ = fs::write_scratch_of(&project.locate(PLACE), &runs);
}

/// Another program, or another form of the file, made other results.
fn maker(program: &str) -> Digest {
    Digest::of(format!("{FORM} {program}").as_bytes())
}

fn results_of(memory: Bytes, program: &str, key: &HmacKey) -> Option<Results> {
    let (length, rest) = memory.split_first_chunk()?;
    let (list, _) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let mut at = length.len() + list.len();
    let (made_by, list): (Digest, Vec<Listed>) = postcard::from_bytes(key.open_memory(list)?).ok()?;
    let mut results = Results::new();
    for listed in list {
        let end = at.checked_add(listed.length).filter(|end| *end <= memory.len())?;
        results.insert(listed.key, Kept::claimed(memory.slice(at..end), listed.digest));
        at = end;
    }
    (made_by == maker(program) && at == memory.len()).then_some(results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Work;
    use std::convert::Infallible;

    fn key(byte: u8) -> HmacKey {
        let bytes: Vec<u8> = (0..32).map(|number| number ^ byte).collect();
        HmacKey::from_raw(&bytes, None).unwrap()
    }

    /// The result that is known of some work, else `anew`.
    fn found(project: &Project, program: Option<&str>, key: &HmacKey) -> (Reuse, String) {
        let reuse = open(project, program, key);
        let bytes = reuse.bytes(Work::Member, &[b"in"], || Ok::<_, Infallible>(b"anew".to_vec()));
        let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        (reuse, text)
    }

    #[test]
    fn results_are_found_by_the_same_program_with_the_same_key_as_long_as_nobody_changed_them() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::open(folder.path()).unwrap();
        let reuse = open(&project, Some("one"), &key(1));
        let made = reuse.bytes(Work::Member, &[b"in"], || Ok::<_, Infallible>(b"before".to_vec()));
        assert_eq!(made.unwrap(), "before");
        leave(&project, Some("one"), &key(1), reuse);
        assert_eq!(found(&project, Some("one"), &key(1)).1, "before");
        assert_eq!(found(&project, Some("two"), &key(1)).1, "anew");
        assert_eq!(found(&project, Some("one"), &key(2)).1, "anew");
        assert_eq!(found(&project, None, &key(1)).1, "anew");

        let place = folder.path().join(PLACE);
        let sealed = std::fs::read(&place).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            std::fs::write(&place, changed).unwrap();
            assert_eq!(found(&project, Some("one"), &key(1)).1, "anew", "byte {at}");
        }
        for length in 0..sealed.len() {
            std::fs::write(&place, &sealed[..length]).unwrap();
            assert_eq!(found(&project, Some("one"), &key(1)).1, "anew", "{length} bytes");
        }
    }

    #[test]
    fn what_is_left_may_be_larger_than_any_input() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::open(folder.path()).unwrap();
        let site = vec![7; (64 << 20) + 1];
        let reuse = open(&project, Some("one"), &key(1));
        let made = reuse.bytes(Work::Page, &[b"in"], || Ok::<_, Infallible>(site.clone()));
        assert!(made.unwrap() == site);
        leave(&project, Some("one"), &key(1), reuse);
        let found = open(&project, Some("one"), &key(1)).bytes(Work::Page, &[b"in"], || Err("anew"));
        assert!(found.unwrap() == site);
    }

    #[test]
    fn without_a_program_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::open(folder.path()).unwrap();
        let (reuse, _) = found(&project, None, &key(1));
        leave(&project, None, &key(1), reuse);
        assert!(!folder.path().join(PLACE).exists());
    }
}
