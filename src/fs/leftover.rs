//! Names under which files and folders are written until they are whole, and what killed processes leave under them.

use super::staging::parent;
use rustix::process::{Pid, test_kill_process};
use std::fs;
use std::path::{Path, PathBuf};

const STAGING_MARK: &str = ".staging-";

/// Whether a file name is that of something half written, which a killed process left and the next one removes.
pub fn is_leftover(name: &str) -> bool {
    name.starts_with('.') && writer_of(name).is_some()
}

/// The process that writes under a hidden name; none if the name is not one of ours.
fn writer_of(name: &str) -> Option<i32> {
    let (_, number) = name.rsplit_once(STAGING_MARK)?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|process| is_number && *process > 0)
}

/// Whether another process of that number runs. Signal 0 asks the kernel and does nothing else; a process that may not
/// be asked runs too. Whose number was given to another process since is left alone until that one ends.
fn is_running(process: i32) -> bool {
    let is_another = u32::try_from(process).is_ok_and(|process| process != std::process::id());
    let answer = Pid::from_raw(process).map(test_kill_process);
    is_another && answer.is_some_and(|answer| answer != Err(rustix::io::Errno::SRCH))
}

/// The name under which `target` is written until it is whole.
pub(super) fn hidden_name(target: &Path) -> PathBuf {
    parent(target).join(format!(
        ".{}{STAGING_MARK}{}",
        file_name(target),
        std::process::id()
    ))
}

/// Removes what killed processes left half written beside `target`; what a running one writes is left to it.
pub(super) fn remove_leftovers(target: &Path) {
    let prefix = format!(".{}{STAGING_MARK}", file_name(target));
    let Ok(entries) = fs::read_dir(parent(target)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(writer) = writer_of(&name).filter(|_| name.starts_with(&prefix)) else {
            continue;
        };
        if name == format!("{prefix}{writer}") && !is_running(writer) {
            let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::write_together;

    /// The number of no process: above the most that Linux gives out (4,194,304).
    const NOBODY: i32 = 2_000_000_000;

    #[test]
    fn only_what_dead_processes_left_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("a.json");
        // Process 1 always runs.
        let kept = [".a.json.staging-1", ".a.json.staging-mine", ".a.json.staging-"];
        let dead = format!(".a.json.staging-{NOBODY}");
        for name in kept.iter().copied().chain([dead.as_str()]) {
            fs::write(place.path().join(name), "x").unwrap();
        }
        write_together(&[(target, b"whole")]).unwrap();
        assert!(kept.iter().all(|name| place.path().join(name).exists()));
        assert!(!place.path().join(&dead).exists());
        assert!(is_leftover(&dead) && !is_leftover(".notes.staging-mine"));
    }
}
