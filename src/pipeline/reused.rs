//! What a build of a project leaves for the next one: results of its work, sealed with the key that it signs with, so that
//! nobody else can put words on pages by way of a file that no reviewer looks at. It can be deleted at any time; a build
//! without it makes the same bytes.

use crate::domain::{Digest, Results, Reuse};
use crate::fs::{self, Project};
use crate::seal::HmacKey;
use std::sync::Arc;

/// Where it lies.
const PLACE: &str = "var/.stage6.reuse";
/// The form of the file; another one is not read.
const FORM: &str = "2";

/// What the last build of this program left, if this key sealed it. Without a `program` everything is made anew.
pub(super) fn open(project: &Project, program: Option<&str>, key: &HmacKey) -> Reuse {
    let Some(program) = program else {
        return Reuse::none();
    };
    let sealed = fs::read_file(&project.locate(PLACE), PLACE).unwrap_or_default();
    let memory = key.open_memory(&sealed);
    let results = memory.and_then(|memory| results_of(memory, &maker(program)));
    Reuse::after(results.unwrap_or_default())
}

/// Leaves what the next build can use. A disk that refuses costs time, and nothing else.
pub(super) fn leave(project: &Project, program: Option<&str>, key: &HmacKey, reuse: Reuse) {
    let (Some(program), Some(results)) = (program, reuse.into_results()) else {
        return;
    };
    let lengths: Vec<(Digest, usize)> = results.iter().map(|(key, bytes)| (*key, bytes.len())).collect();
    let Ok(mut memory) = postcard::to_stdvec(&(maker(program), lengths)) else {
        return;
    };
    for bytes in results.values() {
        memory.extend_from_slice(bytes);
    }
    let _ = fs::write_scratch(&project.locate(PLACE), &key.seal_memory(&memory));
}

/// Another program, or another form of the file, made other results.
fn maker(program: &str) -> Digest {
    Digest::of(format!("{FORM} {program}").as_bytes())
}

fn results_of(memory: &[u8], maker: &Digest) -> Option<Results> {
    let ((made_by, lengths), mut rest): ((Digest, Vec<(Digest, usize)>), _) =
        postcard::take_from_bytes(memory).ok()?;
    let mut results = Results::new();
    for (key, length) in lengths {
        let (bytes, after) = rest.split_at_checked(length)?;
        results.insert(key, Arc::new(bytes.to_vec()));
        rest = after;
    }
    (made_by == *maker).then_some(results)
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
        assert_eq!(made.unwrap().as_slice(), b"before");
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
    fn without_a_program_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::open(folder.path()).unwrap();
        let (reuse, _) = found(&project, None, &key(1));
        leave(&project, None, &key(1), reuse);
        assert!(!folder.path().join(PLACE).exists());
    }
}
