//! One more line.

use super::head::Head;
use super::{
    Decision, Entry, Flaw, FlawCode, HEAD_PATH, JournalEvent, LOCK_PATH, LOG_PATH, Stored, TORN_STEM,
};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::Digest;
use crate::fs::{self, DiskError, Lock, Project};
use crate::seal::{Block, HmacKey};

/// What was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The number of the line, and so of all lines.
    pub entries: u64,
    /// Its digest, the log's new head.
    pub head: Digest,
    /// The file that half a line of a killed process was moved to.
    pub torn: Option<String>,
}

/// Why a line was not appended. The log is as it was.
#[derive(Debug)]
pub enum NotAppended {
    /// The log cannot be trusted, so nothing may be built on it.
    Flaw(Flaw),
    /// The log cannot be read.
    Unreadable(Problem),
    /// The disk did not do what was asked.
    Disk(DiskError),
}

impl From<Flaw> for NotAppended {
    fn from(flaw: Flaw) -> NotAppended {
        NotAppended::Flaw(flaw)
    }
}

impl From<Problem> for NotAppended {
    fn from(problem: Problem) -> NotAppended {
        NotAppended::Unreadable(problem)
    }
}

impl From<DiskError> for NotAppended {
    fn from(error: DiskError) -> NotAppended {
        NotAppended::Disk(error)
    }
}

/// Appends a decision, signed, and renews the head.
///
/// Only the end of the log is checked here, by the head; [`super::verify`] checks all of it.
///
/// # Errors
/// The end of the log is not what its head says, or the disk refuses; then the log is as it was.
pub fn append(project: &Project, decision: Decision, key: &HmacKey) -> Result<Appended, NotAppended> {
    // Waiting takes as long as one line takes, so nobody needs to be told.
    let _lock = Lock::take(&project.locate(LOCK_PATH), || {})?;
    let location = project.locate(LOG_PATH);
    let Stored { log, head } = Stored::read_locked(project)?;
    if head.is_none() && log.as_ref().is_none_or(Vec::is_empty) {
        write_head(project, Head::EMPTY, key)?;
    }
    let end = End::of(log.as_deref(), head.as_deref(), key)?;
    if decision.event == JournalEvent::Verification && end.foreign_head.is_some() {
        // Whoever verifies with a key that is not the log's would leave a line that its owners cannot check.
        let reason = "is signed with another key than the verification used";
        return Err(Flaw::whole(FlawCode::UnknownKey, HEAD_PATH, reason).into());
    }
    if end.head_lags {
        // Mended first: were this run killed too, the head would be two lines behind.
        let head = Head {
            entries: end.entries,
            last: end.last,
        };
        write_head(project, head, key)?;
    }
    let bytes = log.unwrap_or_default();
    let torn = match bytes.get(end.length..) {
        None | Some([]) => None,
        Some(tail) => {
            let aside = fs::move_tail_aside(&location, end.length as u64, tail, TORN_STEM)?;
            aside
                .file_name()
                .map(|name| LOG_PATH.replace("decision_log.jsonl", &name.to_string_lossy()))
        }
    };
    let entry = Entry {
        sequence: end.entries + 1,
        decision,
        previous: end.last,
        previous_head: end.foreign_head,
    };
    let line = entry.to_line(key);
    fs::append_line(&location, end.length as u64, &line)?;
    let head = Head {
        entries: entry.sequence,
        last: Digest::of(&line),
    };
    if let Err(error) = write_head(project, head, key) {
        // What is reported as not appended must not stand in the log. If this fails too, the head is one line behind,
        // as after a kill.
        let _ = fs::cut_back(&location, end.length as u64);
        return Err(error.into());
    }
    Ok(Appended {
        entries: head.entries,
        head: head.last,
        torn,
    })
}

fn write_head(project: &Project, head: Head, key: &HmacKey) -> Result<(), DiskError> {
    fs::write_together(&[(project.locate(HEAD_PATH), &head.to_file(key))])
}

/// The end of a log, as its head vouches for it.
struct End {
    entries: u64,
    last: Digest,
    /// The bytes of all whole lines; what stands behind them is half a line.
    length: usize,
    /// The head's signature, if another key made it.
    foreign_head: Option<Json>,
    /// The head does not count the last line yet.
    head_lags: bool,
}

impl End {
    fn of(log: Option<&[u8]>, head: Option<&[u8]>, key: &HmacKey) -> Result<End, Flaw> {
        let log = log.unwrap_or_default();
        let Some(head) = head else {
            if log.is_empty() {
                return Ok(End {
                    entries: 0,
                    last: Digest::ZERO,
                    length: 0,
                    foreign_head: None,
                    head_lags: false,
                });
            }
            let reason = "is not there, so nothing shows where the log ends";
            return Err(Flaw::whole(FlawCode::Missing, HEAD_PATH, reason));
        };
        let (head, block, signature) = Head::read(head)?;
        if block.names(key) && !head.is_signed(&block, key) {
            let reason = format!("the HMAC by the key `{}` does not fit", block.key_name());
            return Err(Flaw::whole(FlawCode::BadSignature, HEAD_PATH, reason));
        }
        let length = log.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let whole = log.get(..length).unwrap_or_default();
        let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        let entries = lines.len() as u64;
        let digest = |index: Option<usize>| {
            let line = index.and_then(|index| lines.get(index));
            line.map_or(Digest::ZERO, |line| Digest::of(line))
        };
        let behind = entries.checked_sub(head.entries).filter(|behind| *behind <= 1);
        let vouched = lines.len().saturating_sub(usize::from(behind == Some(1)));
        if behind.is_none() || digest(vouched.checked_sub(1)) != head.last {
            let reason = format!("is not the log whose {} lines its head counts", head.entries);
            return Err(Flaw::whole(FlawCode::BrokenChain, LOG_PATH, reason));
        }
        let foreign_head = match behind {
            Some(1) => {
                check_last(lines.last().copied().unwrap_or_default(), head, &block, key)?;
                None
            }
            _ => (!block.names(key)).then_some(signature),
        };
        Ok(End {
            entries,
            last: digest(lines.len().checked_sub(1)),
            length,
            foreign_head,
            head_lags: behind == Some(1),
        })
    }
}

/// The one line that no head counts yet must be by this key and follow the head. If another key made that head, the line
/// must hold its signature: the head is about to be replaced, and nothing else would show what it was.
fn check_last(line: &[u8], head: Head, block: &Block, key: &HmacKey) -> Result<(), Flaw> {
    let number = head.entries + 1;
    let flaw = |code, reason: &str| Flaw::at(code, number, reason);
    let signed = Entry::read(line).map_err(|reason| flaw(FlawCode::Malformed, &reason))?;
    if signed.entry.sequence != number || signed.entry.previous != head.last {
        return Err(flaw(
            FlawCode::BrokenChain,
            "was not appended to the line that stands before it",
        ));
    }
    if !signed.block.names(key) {
        let reason = format!(
            "the head does not count it yet, as a run with the key `{}` was killed; only a run with that key can mend this",
            signed.block.key_name()
        );
        return Err(flaw(FlawCode::StaleHead, &reason));
    }
    if !signed.fits(key) || !(block.names(key) || signed.previous_head.as_ref() == Some(block)) {
        return Err(flaw(FlawCode::BadSignature, "the HMAC does not fit"));
    }
    Ok(())
}
