//! A zip whose bytes depend on its members alone: sorted names, one fixed date, mode and profile.

use crate::domain::{Digest, Reuse, Work};
use crate::fs::Tree;
use bytes::Bytes;
use rayon::prelude::*;
use std::io::{Cursor, Write};
use zip::result::ZipResult;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, ZipArchive};

/// Compression level of zlib: its default, the usual balance of time and size.
const LEVEL: i64 = 6;
/// More bytes than the headers of one member take, with the longest path twice.
const HEADERS: usize = 1_024;

/// The zip of `files`, each below the folder `root`.
///
/// Members are deflated on all cores and copied together in the order of their names, so the number of threads does
/// not show in the bytes. What does not get smaller is stored. What was deflated before is known by its `digest`.
///
/// # Errors
/// A member beyond the limits of the format.
pub(super) fn write<'f>(
    root: &str,
    files: impl IntoIterator<Item = (&'f String, &'f [u8])>,
    reuse: &Reuse,
    digest: impl Fn(&str, &[u8]) -> Digest + Sync,
) -> ZipResult<Vec<u8>> {
    let mut members: Vec<(&String, &[u8])> = files.into_iter().collect();
    members.sort_unstable_by_key(|(path, _)| *path);
    let single: Vec<Bytes> = members
        .par_iter()
        .map(|(path, bytes)| {
            let name = format!("{root}/{path}");
            let digest = digest(path, bytes);
            let parts = [name.as_bytes(), digest.as_bytes()];
            let deflated = reuse.bytes(Work::Member, &parts, || deflated(&name, bytes))?;
            match deflated.is_empty() {
                true => stored(&name, bytes).map(Bytes::from),
                false => Ok(deflated),
            }
        })
        .collect::<ZipResult<_>>()?;
    let size = single.iter().map(|archive| archive.len()).sum();
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for archive in single {
        let mut archive = ZipArchive::new(Cursor::new(&*archive))?;
        writer.raw_copy_file(archive.by_index_raw(0)?)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// An archive of one member; empty if deflating does not make it smaller.
fn deflated(name: &str, bytes: &[u8]) -> ZipResult<Vec<u8>> {
    let deflated = archive_of(name, bytes, CompressionMethod::Deflated, 0)?;
    let packed = ZipArchive::new(Cursor::new(&deflated))?
        .by_index_raw(0)?
        .compressed_size();
    Ok(match packed < bytes.len() as u64 {
        true => deflated,
        false => Vec::new(),
    })
}

fn stored(name: &str, bytes: &[u8]) -> ZipResult<Vec<u8>> {
    archive_of(name, bytes, CompressionMethod::Stored, bytes.len() + HEADERS)
}

/// Room for `capacity` bytes is made at once; growing to it would copy a large member again and again.
fn archive_of(name: &str, bytes: &[u8], method: CompressionMethod, capacity: usize) -> ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .compression_level((method == CompressionMethod::Deflated).then_some(LEVEL))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(u32::try_from(bytes.len()).is_err());
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(capacity)));
    writer.start_file(name, options)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?.into_inner())
}

/// The files of a tree as [`write`] takes them.
pub(super) fn members(files: &Tree) -> impl Iterator<Item = (&String, &[u8])> {
    files.iter().map(|(path, bytes)| (path, bytes.as_slice()))
}

/// As [`write`], of files that nobody knows.
#[cfg(test)]
pub(super) fn write_anew(root: &str, files: &Tree) -> ZipResult<Vec<u8>> {
    write(root, members(files), &Reuse::none(), |_, bytes| Digest::of(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Results;

    fn files() -> Tree {
        let text = "the same line again and again\n".repeat(50).into_bytes();
        Tree::from([("a.txt".to_owned(), text), ("b.bin".to_owned(), vec![1, 2, 3])])
    }

    /// The zip, and what it leaves.
    fn written(files: &Tree, reuse: Reuse, digest: impl Fn(&[u8]) -> Digest + Sync) -> (Vec<u8>, Results) {
        let zip = write("bag", members(files), &reuse, |_, bytes| digest(bytes)).unwrap();
        (zip, reuse.into_results().unwrap())
    }

    #[test]
    fn what_was_deflated_before_is_not_deflated_again_and_gives_the_same_zip() {
        let anew = write_anew("bag", &files()).unwrap();
        let (first, results) = written(&files(), Reuse::after(Results::new()), Digest::of);
        assert_eq!((&first, results.len()), (&anew, 2));
        // Whoever gives the digests of other bytes gets what those were made into.
        let mut others = files();
        others.insert("a.txt".to_owned(), vec![b'x'; 900]);
        let same = files();
        let known = |bytes: &[u8]| Digest::of(if bytes[0] == b'x' { &same["a.txt"] } else { bytes });
        let (second, results) = written(&others, Reuse::after(results), known);
        assert_eq!((&second, results.len()), (&anew, 2));
        let (third, _) = written(&others, Reuse::after(results), Digest::of);
        assert_eq!(third, write_anew("bag", &others).unwrap());
    }
}
