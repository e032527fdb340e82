//! One member of a zip, unpacked piece by piece.

use super::source::PIECE;
use super::zip_reader::{Archive, Member};
use crate::seal::Distrust;
use flate2::{Crc, Decompress, FlushDecompress, Status};

const LOCAL: [u8; 4] = 0x0403_4b50_u32.to_le_bytes();
/// Bytes of a local header before the name.
pub(super) const HEADER: u64 = 30;
/// A deflated byte gives at most 1,032 (zlib, "Maximum Compression Factor"); a larger claim is a bomb.
const MAX_FACTOR: u64 = 1_032;

/// Checks the local header (4.3.7) of a member, and gives its unpacked content to `take`, piece by piece.
///
/// # Errors
/// The header differs from the central directory, or the content from its stated size or checksum; `take` then has
/// seen bytes that are not to be believed, but never more than the stated size. Or `take` fails.
pub(super) fn unpack<E: From<Distrust>>(
    archive: &Archive<'_>,
    member: &Member,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let wrong = |what: &str| archive.bad(format!("`{}` {what}", member.path));
    let name = member.path.as_bytes();
    let header = archive.source.part(member.offset, 30 + name.len())?;
    let described = [&LOCAL, &member.shared[..], name];
    if header != described.concat() {
        return Err(wrong("has two different descriptions").into());
    }
    let start = member.offset + HEADER + name.len() as u64;
    let mut crc = Crc::new();
    let mut checked = |piece: &[u8]| {
        crc.update(piece);
        take(piece)
    };
    if member.method == 0 {
        archive.source.pieces(start, member.packed, checked)?;
    } else {
        let mut inflating = Inflating::new(member);
        archive.source.pieces(start, member.packed, |packed| {
            inflating.take(packed, &mut checked)
        })?;
        if !inflating.is_exact(member) {
            return Err(wrong("does not unpack to its stated size").into());
        }
    }
    if crc.sum() != member.crc {
        return Err(wrong("does not fit its checksum").into());
    }
    Ok(())
}

/// A deflate stream on its way out.
struct Inflating {
    inflater: Decompress,
    buffer: Vec<u8>,
    size: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// More may come.
    Open,
    /// The stream said that it ends.
    Ended,
    /// No deflate stream, or one that goes on beyond its stated size or its own end.
    Broken,
}

impl Inflating {
    fn new(member: &Member) -> Inflating {
        let possible = member.size <= member.packed.saturating_mul(MAX_FACTOR) + 64;
        let size = usize::try_from(member.size).unwrap_or(PIECE);
        Inflating {
            inflater: Decompress::new(false),
            // One byte more than stated, so that a longer stream shows.
            buffer: vec![0; size.min(PIECE - 1) + 1],
            size: member.size,
            state: if possible { State::Open } else { State::Broken },
        }
    }

    /// Inflates a piece of the packed bytes.
    fn take<E>(&mut self, mut packed: &[u8], give: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        while self.state == State::Open {
            let (read, made) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self
                .inflater
                .decompress(packed, &mut self.buffer, FlushDecompress::None);
            let read = usize::try_from(self.inflater.total_in() - read).unwrap_or(usize::MAX);
            let made = usize::try_from(self.inflater.total_out() - made).unwrap_or(usize::MAX);
            self.state = match status {
                Ok(Status::StreamEnd) => State::Ended,
                Ok(_) => State::Open,
                Err(_) => State::Broken,
            };
            if self.inflater.total_out() > self.size {
                self.state = State::Broken;
            }
            if self.state == State::Broken {
                return Ok(());
            }
            give(self.buffer.get(..made).unwrap_or_default())?;
            packed = packed.get(read..).unwrap_or_default();
            // With room left in the buffer, nothing more comes out of what was read.
            if packed.is_empty() && made < self.buffer.len() {
                break;
            }
            if read == 0 && made == 0 {
                self.state = State::Broken;
            }
        }
        if !packed.is_empty() {
            self.state = State::Broken;
        }
        Ok(())
    }

    /// Whether exactly the packed bytes made exactly the stated size.
    fn is_exact(&self, member: &Member) -> bool {
        self.state == State::Ended
            && self.inflater.total_in() == member.packed
            && self.inflater.total_out() == member.size
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::super::zip_writer;
    use super::*;
    use crate::fs::Tree;

    /// Compressible, and different everywhere.
    fn text(length: usize) -> Vec<u8> {
        let lines = (0_u32..).flat_map(|line| format!("{line},BTC-USD,high\n").into_bytes());
        lines.take(length).collect()
    }

    fn unpacked(zip: &[u8]) -> Result<Vec<u8>, Distrust> {
        let archive = Archive::open("b.zip", Source::Bytes(zip))?;
        let mut content = Vec::new();
        for member in &archive.members {
            unpack(&archive, member, |piece| {
                content.extend_from_slice(piece);
                Ok::<(), Distrust>(())
            })?;
        }
        Ok(content)
    }

    #[test]
    fn content_of_any_length_around_a_piece_reads_back() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let content = text(length);
            let files = Tree::from([("data/a.txt".to_owned(), content.clone())]);
            let zip = zip_writer::write_anew("bag", &files).unwrap();
            assert!(unpacked(&zip).unwrap() == content, "{length}");
        }
    }

    /// Takes pieces of all sizes, the last of them short.
    fn inflate(packed: &[u8], piece: usize, size: u64) -> Option<Vec<u8>> {
        let member = Member {
            path: "bag/a".into(),
            shared: [0; 26],
            method: 8,
            crc: 0,
            packed: packed.len() as u64,
            size,
            offset: 0,
        };
        let mut inflating = Inflating::new(&member);
        let mut content = Vec::new();
        for part in packed.chunks(piece) {
            let mut give = |bytes: &[u8]| {
                content.extend_from_slice(bytes);
                Ok::<(), ()>(())
            };
            inflating.take(part, &mut give).unwrap();
        }
        assert!(content.len() as u64 <= size, "never more than stated");
        inflating.is_exact(&member).then_some(content)
    }

    #[test]
    fn a_deflate_stream_must_end_exactly_where_it_says() {
        use std::io::Write;
        let content = text(300_000);
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(&content).unwrap();
        let packed = encoder.finish().unwrap();
        let size = content.len() as u64;
        for piece in [1, 7, 4_096, packed.len()] {
            assert!(inflate(&packed, piece, size).unwrap() == content, "{piece}");
            assert!(inflate(&packed, piece, size - 1).is_none(), "longer than stated");
            assert!(inflate(&packed, piece, size + 1).is_none(), "shorter than stated");
            assert!(inflate(&packed[..packed.len() - 1], piece, size).is_none(), "cut");
            let more = [&packed[..], &[0]].concat();
            assert!(inflate(&more, piece, size).is_none(), "a byte behind the end");
        }
        assert!(
            inflate(&packed, 4_096, u64::from(u32::MAX)).is_none(),
            "a claim that no stream can meet"
        );
    }
}
