//! A strict zip reader: it accepts exactly the profile that we write, so that no two tools can see different content.
//!
//! Sorted names of safe characters, files only, stored or deflated, no flags, no data descriptors, no extra fields,
//! no comments, mode 0100644, the fixed date 1980-01-01, local headers equal to the central directory, no gaps, and
//! the end record as the last 22 bytes. Numbers refer to APPNOTE 6.3.10.
//!
//! The central directory is read first; it alone must account for every byte of the zip. Members are then read piece
//! by piece, so memory does not grow with them.

use super::checksums::{check_collisions, is_safe_path};
use super::observed::{MAX_TOTAL, Observations, Observer, in_parallel, plan};
use super::source::Source;
use super::zip_member;
use crate::seal::{Distrust, DistrustCode, HmacKey};

const END: u32 = 0x0605_4b50;
const CENTRAL: u32 = 0x0201_4b50;
/// Bytes of the end record.
const END_SIZE: u64 = 22;
/// Most members.
const MAX_MEMBERS: u16 = 20_000;
/// Most bytes of a central record: its fixed part and the longest path.
const MAX_RECORD: u64 = 46 + 200;
/// Largest total of unpacked bytes whatever the size of the zip, and how many times the zip's size it may be beyond.
const MAX_FREE_TOTAL: u64 = 1 << 30;
const MAX_RATIO: u64 = 100;
/// MS-DOS date and time of 1980-01-01T00:00:00 (4.4.6).
const FIXED_DATE: u32 = 0x0021_0000;
/// A regular file that its owner may write and all may read, in the upper half (4.4.15).
const FIXED_MODE: u32 = 0o100_644 << 16;

/// A zip whose central directory fits the profile. Of its members nothing is believed until they are read.
#[derive(Debug)]
pub(super) struct Archive<'z> {
    /// The zip's name.
    pub(super) name: String,
    pub(super) source: Source<'z>,
    /// The one folder at its root.
    pub(super) root: String,
    /// Its members, in the order of their paths.
    pub(super) members: Vec<Member>,
}

/// A member as the central directory describes it.
#[derive(Debug)]
pub(super) struct Member {
    /// With the folder at the root.
    pub(super) path: String,
    /// Version, flags, method, date, CRC, sizes, name and extra length: bytes 6 to 31 of the record, which must
    /// stand in the local header too.
    pub(super) shared: [u8; 26],
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
}

impl Member {
    /// Its path below the folder at the root.
    pub(super) fn inside(&self) -> &str {
        self.path.split_once('/').map_or("", |(_, path)| path)
    }
}

impl<'z> Archive<'z> {
    /// Reads the central directory of the zip called `name`.
    ///
    /// # Errors
    /// The first departure from the profile.
    pub(super) fn open(name: &str, source: Source<'z>) -> Result<Archive<'z>, Distrust> {
        let directory = Directory::read(name, &source)?;
        let members = directory.members()?;
        check_collisions(name, members.iter().map(|member| member.path.as_str()))?;
        let root = directory.check_layout(&members, source.size())?;
        Ok(Archive {
            name: name.to_owned(),
            source,
            root,
            members,
        })
    }

    /// Reads all members. Returns what is known about them, by their path below the folder at the root.
    ///
    /// # Errors
    /// The first member that is not as described.
    pub(super) fn observe(&self, key: Option<&HmacKey>) -> Result<Observations, Distrust> {
        let sizes = self.members.iter().map(|member| (member.inside(), member.size));
        let plans = plan(&self.name, &sizes.collect::<Vec<_>>(), key)?;
        let observed = in_parallel(self.members.len(), |index| {
            let member = &self.members[index];
            let mut observer = Observer::new(plans[index]);
            zip_member::unpack(self, member, |bytes| {
                observer.take(bytes);
                Ok::<(), Distrust>(())
            })?;
            observer.finish(member.inside())
        })?;
        let paths = self.members.iter().map(|member| member.inside().to_owned());
        Ok(paths.zip(observed).collect())
    }

    pub(super) fn bad(&self, reason: impl Into<String>) -> Distrust {
        Distrust::new(DistrustCode::ZipProfile, &self.name, reason)
    }
}

/// The end record (4.3.16) and the central directory (4.3.12), with where it begins in the zip.
struct Directory<'z> {
    name: &'z str,
    /// From the first central record on, no more than a directory of our profile can need.
    bytes: Vec<u8>,
    start: u64,
    /// Where the directory ends, counted from its start.
    end: usize,
    count: u16,
}

impl<'z> Directory<'z> {
    fn read(name: &'z str, source: &Source<'_>) -> Result<Directory<'z>, Distrust> {
        let bad = |reason: &str| Distrust::new(DistrustCode::ZipProfile, name, reason);
        let end = source.size().checked_sub(END_SIZE);
        let end = end.ok_or_else(|| bad("shorter than an empty zip"))?;
        let record = Directory {
            name,
            bytes: source.part(end, 22)?,
            start: end,
            end: 0,
            count: 0,
        };
        if record.u32(0)? != END {
            return Err(bad("the end record is not the last 22 bytes"));
        }
        let count = record.u16(10)?;
        if record.u16(4)? != 0 || record.u16(6)? != 0 || record.u16(8)? != count {
            return Err(bad("spread over several disks"));
        }
        if record.u16(20)? != 0 {
            return Err(bad("a comment at the end"));
        }
        if count == 0 || count > MAX_MEMBERS {
            return Err(bad(&format!("{count} members")));
        }
        let (size, start) = (u64::from(record.u32(12)?), u64::from(record.u32(16)?));
        if start + size != end {
            return Err(bad("the central directory does not end at the end record"));
        }
        let needed = (size + END_SIZE).min(u64::from(count) * MAX_RECORD);
        let length = usize::try_from(needed).map_err(|_| bad("an offset beyond the end of the file"))?;
        Ok(Directory {
            name,
            bytes: source.part(start, length)?,
            start,
            // A longer one never ends where it should: each record is checked to be no longer than the longest.
            end: usize::try_from(size).unwrap_or(usize::MAX),
            count,
        })
    }

    fn bad(&self, reason: impl Into<String>) -> Distrust {
        Distrust::new(DistrustCode::ZipProfile, self.name, reason)
    }

    fn slice(&self, start: usize, length: usize) -> Result<&[u8], Distrust> {
        let rest = self.bytes.get(start..).and_then(|rest| rest.get(..length));
        rest.ok_or_else(|| self.bad("an offset beyond the end of the file"))
    }

    fn u16(&self, at: usize) -> Result<u16, Distrust> {
        let bytes = self.slice(at, 2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&self, at: usize) -> Result<u32, Distrust> {
        let bytes = self.slice(at, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn members(&self) -> Result<Vec<Member>, Distrust> {
        let mut members: Vec<Member> = Vec::new();
        let mut at = 0;
        for _ in 0..self.count {
            let (member, next) = self.central(at)?;
            if members.last().is_some_and(|last| last.path >= member.path) {
                return Err(self.bad(format!("`{}` is out of order or there twice", member.path)));
            }
            members.push(member);
            at = next;
        }
        if at != self.end {
            return Err(self.bad("bytes between the central directory and the end record"));
        }
        Ok(members)
    }

    fn central(&self, at: usize) -> Result<(Member, usize), Distrust> {
        if self.u32(at)? != CENTRAL {
            return Err(self.bad("a central record without its signature"));
        }
        let name_length = usize::from(self.u16(at + 28)?);
        // A longer name is no accepted one; nothing behind what was read is needed to say so.
        let path = std::str::from_utf8(self.slice(at + 46, name_length.min(201))?).unwrap_or("");
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
            packed: u64::from(self.u32(at + 20)?),
            size: u64::from(self.u32(at + 24)?),
            offset: u64::from(self.u32(at + 42)?),
        };
        if method == 0 && member.packed != member.size {
            return Err(self.bad(format!("`{path}` is stored, but its two sizes differ")));
        }
        Ok((member, at + 46 + name_length))
    }

    /// Checks that the members follow each other without a gap from the first byte to the directory, in one folder, and
    /// that they claim no more than is sane. Returns the folder.
    fn check_layout(&self, members: &[Member], zip_size: u64) -> Result<String, Distrust> {
        let mut root: Option<&str> = None;
        let (mut position, mut total) = (0, 0);
        for member in members {
            let (folder, _) = member
                .path
                .split_once('/')
                .ok_or_else(|| self.bad("a file outside the bag's folder"))?;
            if *root.get_or_insert(folder) != folder {
                return Err(self.bad("more than one folder at the root"));
            }
            if member.offset != position {
                return Err(self.bad(format!("a gap or overlap before `{}`", member.path)));
            }
            position += zip_member::HEADER + member.path.len() as u64 + member.packed;
            total += member.size;
        }
        if position != self.start {
            return Err(self.bad("a gap before the central directory"));
        }
        if total > MAX_TOTAL {
            return Err(self.bad(format!("more than {} GiB when unpacked", MAX_TOTAL >> 30)));
        }
        if total > MAX_FREE_TOTAL && total > zip_size.saturating_mul(MAX_RATIO) {
            let reason = format!("more than 1 GiB and {MAX_RATIO} times its own size when unpacked");
            return Err(self.bad(reason));
        }
        Ok(root.ok_or_else(|| self.bad("no files"))?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::zip_writer;
    use super::*;
    use crate::fs::Tree;

    /// All of a zip in memory: its folder, and its files.
    fn read(name: &str, bytes: &[u8]) -> Result<(String, Tree), Distrust> {
        let archive = Archive::open(name, Source::Bytes(bytes))?;
        let mut files = Tree::new();
        for member in &archive.members {
            let mut content = Vec::new();
            zip_member::unpack(&archive, member, |piece| {
                content.extend_from_slice(piece);
                Ok::<(), Distrust>(())
            })?;
            files.insert(member.inside().to_owned(), content);
        }
        Ok((archive.root, files))
    }

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
        let bytes = zip_writer::write_anew("bag", &tree()).unwrap();
        assert_eq!(read("b.zip", &bytes).unwrap(), ("bag".to_owned(), tree()));
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| zip_writer::write_anew("bag", &tree()).unwrap())
        };
        assert_eq!(with(1), with(7));
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = zip_writer::write_anew("bag", &tree()).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(
                read("b.zip", &bytes[..length]).unwrap_err().code,
                DistrustCode::ZipProfile
            );
        }
    }

    #[test]
    fn every_changed_byte_outside_a_deflate_stream_is_refused() {
        let bytes =
            zip_writer::write_anew("bag", &Tree::from([("data/b.bin".to_owned(), vec![1, 2, 3])])).unwrap();
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
