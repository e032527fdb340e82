//! Step 6, for the other section: what a bag holds about signal quality is exactly what its signed list names.

use super::super::observed::{Observations, REPORTS, SIGNALS, kept};
use super::super::release_manifest::listed;
use super::{Ledger, Proof};
use crate::document::{Node, json};
use crate::seal::{Distrust, DistrustCode, Listed, SIGNAL_LIST_NAME};
use std::collections::BTreeMap;

/// Checks the files below `data/signal_quality/` against the list among the reports, whose own signature was checked.
pub(super) fn check(prefix: &str, files: &Observations, ledger: &mut Ledger) -> Result<(), Distrust> {
    let list = format!("{REPORTS}{SIGNAL_LIST_NAME}.json");
    let present = || files.keys().filter(|path| path.starts_with(SIGNALS));
    if !files.contains_key(&list) {
        return match present().next() {
            Some(path) => {
                let reason = format!("there is no {list} that lists it");
                Err(Distrust::new(DistrustCode::MissingSignature, path, reason))
            }
            None => Ok(()),
        };
    }
    let named = read(&list, kept(files, &list, "is not there")?)?;
    for (path, entry) in &named {
        let Some(file) = files.get(path) else {
            let reason = format!("is listed in {list} but is not there");
            return Err(Distrust::new(DistrustCode::MissingFile, path, reason));
        };
        if (file.size, file.digest) != (entry.size, entry.digest) {
            let reason = format!("is not the file that {list} lists");
            return Err(Distrust::new(DistrustCode::HashMismatch, path, reason));
        }
        ledger.note(format!("{prefix}{path}"), Proof::ReportManifest);
    }
    match present().find(|path| !named.contains_key(*path)) {
        Some(path) => {
            let reason = format!("is not listed in {list}");
            Err(Distrust::new(DistrustCode::MissingSignature, path, reason))
        }
        None => Ok(()),
    }
}

fn read(list: &str, bytes: &[u8]) -> Result<BTreeMap<String, Listed>, Distrust> {
    let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, list, reason);
    let root = json::read(list, bytes).map_err(|problem| bad(&problem.message))?;
    let entries = root.get("files").and_then(Node::as_list);
    let mut named = BTreeMap::new();
    for node in entries.ok_or_else(|| bad("`files` is not a list"))? {
        let entry = listed(node).ok_or_else(|| bad("an entry of `files` is not a listed file"))?;
        if !entry.path.starts_with(SIGNALS) {
            return Err(bad("lists a file that is not about signal quality"));
        }
        if named.insert(entry.path.clone(), entry).is_some() {
            return Err(bad("`files` lists a path twice"));
        }
    }
    Ok(named)
}
