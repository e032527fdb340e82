//! A zip whose bytes depend on its members alone: sorted names, one fixed date, mode and profile.

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
/// not show in the bytes. What does not get smaller is stored.
///
/// # Errors
/// A member beyond the limits of the format.
pub(super) fn write<'f>(
    root: &str,
    files: impl IntoIterator<Item = (&'f String, &'f Vec<u8>)>,
) -> ZipResult<Vec<u8>> {
    let mut members: Vec<(&String, &Vec<u8>)> = files.into_iter().collect();
    members.sort_unstable_by_key(|(path, _)| *path);
    let single: Vec<Vec<u8>> = members
        .par_iter()
        .map(|(path, bytes)| one_member(&format!("{root}/{path}"), bytes))
        .collect::<ZipResult<_>>()?;
    let size = single.iter().map(Vec::len).sum();
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for archive in single {
        let mut archive = ZipArchive::new(Cursor::new(archive))?;
        writer.raw_copy_file(archive.by_index_raw(0)?)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn one_member(name: &str, bytes: &[u8]) -> ZipResult<Vec<u8>> {
    let deflated = archive_of(name, bytes, CompressionMethod::Deflated, 0)?;
    let packed = ZipArchive::new(Cursor::new(&deflated))?
        .by_index_raw(0)?
        .compressed_size();
    if packed < bytes.len() as u64 {
        return Ok(deflated);
    }
    drop(deflated);
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
