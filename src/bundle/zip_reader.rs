//! A strict zip reader: it accepts exactly the profile that we write, so that no two tools can see different content.
//!
//! Sorted names of safe characters, files only, stored or deflated, no flags, no data descriptors, no extra fields,
//! no comments, mode 0100644, the fixed date 1980-01-01, local headers equal to the central directory, no gaps, and
//! the end record as the last 22 bytes. Numbers refer to APPNOTE 6.3.10.

use super::checksums::{check_collisions, is_safe_path};
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode};
use flate2::{Crc, Decompress, FlushDecompress, Status};

const END: u32 = 0x0605_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;
/// Largest total of unpacked bytes.
const MAX_TOTAL: u64 = 1 << 30;
/// Most members.
const MAX_MEMBERS: u16 = 20_000;
/// MS-DOS date and time of 1980-01-01T00:00:00 (4.4.6).
const FIXED_DATE: u32 = 0x0021_0000;
/// A regular file that its owner may write and all may read, in the upper half (4.4.15).
const FIXED_MODE: u32 = 0o100_644 << 16;

/// Unpacks a zip into memory. Returns the one folder at its root, and the files below it.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<(String, Tree), Distrust> {
    Reader { name, bytes }.read()
}

struct Reader<'z> {
    name: &'z str,
    bytes: &'z [u8],
}

/// A member as the central directory describes it.
struct Member {
    path: String,
    /// Version, flags, method, date, CRC, sizes, name and extra length: bytes 6 to 31 of the record, which must
    /// stand in the local header too.
    shared: [u8; 26],
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    offset: usize,
}

impl Reader<'_> {
    fn bad(&self, reason: impl Into<String>) -> Distrust {
        Distrust::new(DistrustCode::ZipProfile, self.name, reason)
    }

    fn slice(&self, start: usize, length: usize) -> Result<&[u8], Distrust> {
        let end = start
            .checked_add(length)
            .ok_or_else(|| self.bad("an offset beyond the end of the file"))?;
        self.bytes
            .get(start..end)
            .ok_or_else(|| self.bad("an offset beyond the end of the file"))
    }

    fn u16(&self, at: usize) -> Result<u16, Distrust> {
        let bytes = self.slice(at, 2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&self, at: usize) -> Result<u32, Distrust> {
        let bytes = self.slice(at, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn offset(&self, at: usize) -> Result<usize, Distrust> {
        usize::try_from(self.u32(at)?).map_err(|_| self.bad("an offset beyond the end of the file"))
    }

    fn read(&self) -> Result<(String, Tree), Distrust> {
        let members = self.directory()?;
        check_collisions(self.name, members.iter().map(|member| member.path.as_str()))?;
        let mut files = Tree::new();
        let mut root: Option<&str> = None;
        let mut position = 0;
        let mut total = 0_u64;
        for member in &members {
            let (folder, path) = member
                .path
                .split_once('/')
                .ok_or_else(|| self.bad("a file outside the bag's folder"))?;
            if *root.get_or_insert(folder) != folder {
                return Err(self.bad("more than one folder at the root"));
            }
            if member.offset != position {
                return Err(self.bad(format!("a gap or overlap before `{}`", member.path)));
            }
            total += member.size as u64;
            if total > MAX_TOTAL {
                return Err(self.bad("more than 1 GiB when unpacked"));
            }
            let (content, end) = self.member(member)?;
            files.insert(path.to_owned(), content);
            position = end;
        }
        if position != self.offset(self.bytes.len() - 22 + 16)? {
            return Err(self.bad("a gap before the central directory"));
        }
        let root = root.ok_or_else(|| self.bad("no files"))?.to_owned();
        Ok((root, files))
    }

    /// The end record (4.3.16) and the central directory (4.3.12).
    fn directory(&self) -> Result<Vec<Member>, Distrust> {
        let end = self
            .bytes
            .len()
            .checked_sub(22)
            .ok_or_else(|| self.bad("shorter than an empty zip"))?;
        if self.u32(end)? != END {
            return Err(self.bad("the end record is not the last 22 bytes"));
        }
        let count = self.u16(end + 10)?;
        if self.u16(end + 4)? != 0 || self.u16(end + 6)? != 0 || self.u16(end + 8)? != count {
            return Err(self.bad("spread over several disks"));
        }
        if self.u16(end + 20)? != 0 {
            return Err(self.bad("a comment at the end"));
        }
        if count == 0 || count > MAX_MEMBERS {
            return Err(self.bad(format!("{count} members")));
        }
        let start = self.offset(end + 16)?;
        if start.checked_add(self.offset(end + 12)?) != Some(end) {
            return Err(self.bad("the central directory does not end at the end record"));
        }
        let mut members: Vec<Member> = Vec::new();
        let mut at = start;
        for _ in 0..count {
            let (member, next) = self.central(at)?;
            if members.last().is_some_and(|last| last.path >= member.path) {
                return Err(self.bad(format!("`{}` is out of order or there twice", member.path)));
            }
            members.push(member);
            at = next;
        }
        if at != end {
            return Err(self.bad("bytes between the central directory and the end record"));
        }
        Ok(members)
    }

    fn central(&self, at: usize) -> Result<(Member, usize), Distrust> {
        if self.u32(at)? != CENTRAL {
            return Err(self.bad("a central record without its signature"));
        }
        let name_length = usize::from(self.u16(at + 28)?);
        let path = std::str::from_utf8(self.slice(at + 46, name_length)?).unwrap_or("");
        if !is_safe_path(path) {
            return Err(self.bad("a member's name is not accepted"));
        }
        let wrong = |what: &str| Err(self.bad(format!("`{path}` has {what}")));
        let made_by = self.u16(at + 4)?;
        let method = self.u16(at + 10)?;
        if made_by >> 8 != 3 || !(10..=63).contains(&(made_by & 0xff)) {
            return wrong("an unusual maker");
        }
        if self.u16(at + 8)? != 0 {
            return wrong("flags");
        }
        if method != 0 && method != 8 {
            return wrong("another method than stored or deflated");
        }
        if self.u16(at + 6)? != if method == 0 { 10 } else { 20 } {
            return wrong("an unusual version needed to unpack it");
        }
        if self.u32(at + 12)? != FIXED_DATE {
            return wrong("another date than 1980-01-01");
        }
        if self.u16(at + 30)? != 0 || self.u16(at + 32)? != 0 {
            return wrong("an extra field or a comment");
        }
        if self.u16(at + 34)? != 0 || self.u16(at + 36)? != 0 || self.u32(at + 38)? != FIXED_MODE {
            return wrong("another mode than a plain file's");
        }
        let mut shared = [0; 26];
        shared.copy_from_slice(self.slice(at + 6, 26)?);
        let member = Member {
            path: path.to_owned(),
            shared,
            method,
            crc: self.u32(at + 16)?,
            packed: self.offset(at + 20)?,
            size: self.offset(at + 24)?,
            offset: self.offset(at + 42)?,
        };
        if method == 0 && member.packed != member.size {
            return Err(self.bad(format!("`{path}` is stored, but its two sizes differ")));
        }
        Ok((member, at + 46 + name_length))
    }

    /// The local header (4.3.7) and the content behind it. Returns the content and where it ends.
    fn member(&self, member: &Member) -> Result<(Vec<u8>, usize), Distrust> {
        let at = member.offset;
        let wrong = |what: &str| self.bad(format!("`{}` {what}", member.path));
        let name = self.slice(at + 30, member.path.len())?;
        if self.u32(at)? != LOCAL
            || self.slice(at + 4, 26)? != member.shared
            || name != member.path.as_bytes()
        {
            return Err(wrong("has two different descriptions"));
        }
        let start = at + 30 + member.path.len();
        let packed = self.slice(start, member.packed)?;
        let content = match member.method {
            0 => packed.to_vec(),
            _ => inflate(packed, member.size).ok_or_else(|| wrong("does not unpack to its stated size"))?,
        };
        let mut crc = Crc::new();
        crc.update(&content);
        if crc.sum() != member.crc {
            return Err(wrong("does not fit its checksum"));
        }
        Ok((content, start + member.packed))
    }
}

/// Inflates to exactly `size` bytes, using exactly all of `packed`; stops at the stated size.
fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    // A deflated byte gives at most 1,032 (zlib, "Maximum Compression Factor"); a larger claim is a bomb.
    if size > packed.len().saturating_mul(1_032) + 64 {
        return None;
    }
    let mut inflater = Decompress::new(false);
    let mut content = Vec::with_capacity(size + 1);
    let status = inflater
        .decompress_vec(packed, &mut content, FlushDecompress::Finish)
        .ok()?;
    let used_all = inflater.total_in() == packed.len() as u64;
    (status == Status::StreamEnd && used_all && content.len() == size).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::super::zip_writer;
    use super::*;

    fn tree() -> Tree {
        let text = "the same line again and again\n".repeat(50).into_bytes();
        [
            ("data/a.txt".to_owned(), text),
            ("data/b.bin".to_owned(), vec![1, 2, 3]),
        ]
        .into()
    }

    #[test]
    fn what_we_write_reads_back() {
        let bytes = zip_writer::write("bag", &tree()).unwrap();
        assert_eq!(read("b.zip", &bytes).unwrap(), ("bag".to_owned(), tree()));
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| zip_writer::write("bag", &tree()).unwrap())
        };
        assert_eq!(with(1), with(7));
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = zip_writer::write("bag", &tree()).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(
                read("b.zip", &bytes[..length]).unwrap_err().code,
                DistrustCode::ZipProfile
            );
        }
    }

    #[test]
    fn every_changed_byte_outside_a_deflate_stream_is_refused() {
        let bytes = zip_writer::write("bag", &[("data/b.bin".to_owned(), vec![1, 2, 3])].into()).unwrap();
        for index in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[index] ^= 1 << bit;
                let same = read("b.zip", &changed).is_ok_and(|found| found == read("b.zip", &bytes).unwrap());
                // The maker's version (offset 4 of a central record) is free within its range.
                assert!(
                    !same || index == bytes.len() - 22 - 46 - 14 + 4,
                    "byte {index} bit {bit}"
                );
            }
        }
    }
}
