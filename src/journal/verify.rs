//! Reading a log from its first line, and finding the first thing wrong with it.

use super::entry::Signed;
use super::head::Head;
use super::{Entry, Flaw, FlawCode, HEAD_PATH, LOG_PATH};
use crate::domain::Digest;
use crate::seal::{Block, HmacKey};

/// What an auditor noted when the log was checked before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted {
    /// The digest of the last line at that time.
    pub head: Option<Digest>,
    /// The number of lines at that time.
    pub entries: Option<u64>,
}

/// A log that nothing is wrong with.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Its lines.
    pub entries: Vec<Entry>,
    /// The id of the key of each line.
    pub key_ids: Vec<String>,
    /// The digest of the last line, to be noted elsewhere; zeros if there is none.
    pub head: Digest,
    /// The head counts one line less than there are, because a process was killed between the two.
    pub head_lags: bool,
    /// Signatures were checked; without a key only the chain was.
    pub is_authenticated: bool,
}

/// A log being read: the digest of each line so far, and the lines.
struct Reading<'k> {
    keys: &'k [HmacKey],
    /// The digests; the first is that of nothing.
    digests: Vec<Digest>,
    lines: Vec<Signed>,
}

/// Checks a log and its head, given as their bytes, with all keys that signed them. Without a key only the chain is
/// checked, which anybody could have written anew.
///
/// # Errors
/// The first flaw.
pub fn verify(
    log: Option<&[u8]>,
    head: Option<&[u8]>,
    keys: &[HmacKey],
    noted: Noted,
) -> Result<Audit, Flaw> {
    let Some(head) = head else {
        let (file, reason) = match log {
            Some(_) => (HEAD_PATH, "is not there, so nothing shows where the log ends"),
            None => (
                LOG_PATH,
                "is not there; nothing was recorded yet, or it was removed",
            ),
        };
        return Err(Flaw::whole(FlawCode::Missing, file, reason));
    };
    let mut reading = Reading {
        keys,
        digests: vec![Digest::ZERO],
        lines: Vec::new(),
    };
    for line in log.unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        reading.take(line)?;
    }
    let (head, block, _) = Head::read(head)?;
    check_signature(keys, &block, |key| head.is_signed(&block, key))
        .map_err(|(code, reason)| Flaw::whole(code, HEAD_PATH, reason))?;
    let head_lags = reading.check_head(head)?;
    reading.check_noted(noted)?;
    Ok(Audit {
        key_ids: reading
            .lines
            .iter()
            .map(|line| line.block.key_name().to_owned())
            .collect(),
        entries: reading.lines.into_iter().map(|line| line.entry).collect(),
        head: reading.digests.last().copied().unwrap_or(Digest::ZERO),
        head_lags,
        is_authenticated: !keys.is_empty(),
    })
}

impl Reading<'_> {
    /// The next line: its form, its signature, its number, and that it was appended to the one before.
    fn take(&mut self, line: &[u8]) -> Result<(), Flaw> {
        let number = self.digests.len() as u64;
        let flaw = |code, reason: String| Flaw::at(code, number, reason);
        if !line.ends_with(b"\n") {
            let reason =
                "the line has no end: a process was killed while writing it, or the file was cut off";
            return Err(flaw(FlawCode::TornLine, reason.to_owned()));
        }
        let signed = Entry::read(line).map_err(|reason| flaw(FlawCode::Malformed, reason))?;
        check_signature(self.keys, &signed.block, |key| signed.fits(key))
            .map_err(|(code, reason)| flaw(code, reason))?;
        if signed.entry.sequence != number {
            let reason = format!("is entry {}, not {number}", signed.entry.sequence);
            return Err(flaw(FlawCode::OutOfSequence, reason));
        }
        if self.digests.last() != Some(&signed.entry.previous) {
            let reason = "was not appended to the line that stands before it";
            return Err(flaw(FlawCode::BrokenChain, reason.to_owned()));
        }
        if let Some(block) = &signed.previous_head {
            self.check_previous_head(block)
                .map_err(|(code, reason)| flaw(code, format!("the head before it: {reason}")))?;
        }
        self.digests.push(Digest::of(line));
        self.lines.push(signed);
        Ok(())
    }

    /// Where a line's key was another one than the head's, the head is checked now, with its key: otherwise lines cut
    /// off before a change of keys would go unnoticed.
    fn check_previous_head(&self, block: &Block) -> Result<(), (FlawCode, String)> {
        let before = self.digests.len() - 1;
        let candidates = [before.checked_sub(1), Some(before)];
        let heads: Vec<Head> = candidates
            .into_iter()
            .flatten()
            .filter_map(|count| self.head_of(count))
            .collect();
        check_signature(self.keys, block, |key| {
            heads.iter().any(|head| head.is_signed(block, key))
        })
    }

    /// The head of the first `count` lines.
    fn head_of(&self, count: usize) -> Option<Head> {
        Some(Head {
            entries: count as u64,
            last: *self.digests.get(count)?,
        })
    }

    /// Whether the head is one line behind.
    fn check_head(&self, head: Head) -> Result<bool, Flaw> {
        let lines = self.lines.len() as u64;
        let stale = |code, reason: String| Err(Flaw::whole(code, HEAD_PATH, reason));
        if head.entries > lines {
            let reason = format!("{lines} lines, but the head counts {}", head.entries);
            return Err(Flaw::whole(FlawCode::Truncated, LOG_PATH, reason));
        }
        if lines > head.entries + 1 {
            let reason = format!("counts {} lines, but there are {lines}", head.entries);
            return stale(FlawCode::StaleHead, reason);
        }
        let counted = usize::try_from(head.entries).ok();
        if counted.and_then(|count| self.head_of(count)) != Some(head) {
            let reason = format!("is not the head of the log's first {} lines", head.entries);
            return stale(FlawCode::BrokenChain, reason);
        }
        Ok(lines > head.entries)
    }

    fn check_noted(&self, noted: Noted) -> Result<(), Flaw> {
        let lines = self.lines.len();
        let fail = |reason: String| Err(Flaw::whole(FlawCode::NotAsNoted, LOG_PATH, reason));
        if let Some(entries) = noted.entries
            && entries > lines as u64
        {
            return fail(format!("{lines} lines, but {entries} were noted"));
        }
        let Some(digest) = noted.head else { return Ok(()) };
        match (noted.entries, self.digests.iter().position(|one| *one == digest)) {
            (_, None) => fail(format!("holds no line with the noted digest {digest}")),
            (Some(entries), Some(at)) if at as u64 != entries => fail(format!(
                "the line with the noted digest is line {at}, not {entries}"
            )),
            _ => Ok(()),
        }
    }
}

/// Without keys nothing is checked.
fn check_signature(
    keys: &[HmacKey],
    block: &Block,
    fits: impl Fn(&HmacKey) -> bool,
) -> Result<(), (FlawCode, String)> {
    if keys.is_empty() || keys.iter().any(fits) {
        return Ok(());
    }
    let name = block.key_name();
    Err(match keys.iter().any(|key| block.names(key)) {
        true => (
            FlawCode::BadSignature,
            format!("the HMAC by the key `{name}` does not fit"),
        ),
        false => (
            FlawCode::UnknownKey,
            format!("signed with the key `{name}`, which was not given"),
        ),
    })
}
