//! A log of trials whose development key is gone.

use super::{HEAD_PATH, LOCK_PATH, LOG_PATH, NotAppended, Stored};
use crate::fs::{self, Lock, Project};
use crate::seal::DEVELOPMENT_KEY_ID;

/// Moves log and head aside if nothing but development keys signed them. For the moment when such a key was just made:
/// the one before is gone, nobody can check or continue its log, and it proved nothing to anybody. Gives the log's new
/// path.
///
/// # Errors
/// The log cannot be read, or the disk refuses.
pub fn set_trials_aside(project: &Project) -> Result<Option<String>, NotAppended> {
    if !project.has_file(LOG_PATH) {
        return Ok(None);
    }
    let _lock = Lock::take(&project.locate(LOCK_PATH), || {})?;
    let stored = Stored::read_locked(project)?;
    let entries = stored.entries()?;
    if entries.is_empty() || entries.iter().any(|(_, key)| key != DEVELOPMENT_KEY_ID) {
        return Ok(None);
    }
    let named = |number: u32| {
        [LOG_PATH, HEAD_PATH]
            .map(|path| path.replace("decision_log.", &format!("decision_log.trial-{number}.")))
    };
    let is_free = |number: &u32| named(*number).iter().all(|path| !project.has_file(path));
    let [log, head] = named((1..).find(is_free).unwrap_or(u32::MAX));
    fs::move_aside(&project.locate(LOG_PATH), &project.locate(&log))?;
    if project.has_file(HEAD_PATH) {
        fs::move_aside(&project.locate(HEAD_PATH), &project.locate(&head))?;
    }
    Ok(Some(log))
}
