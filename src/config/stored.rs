//! Opening a JSON file that a command was given.

use super::compat;
use super::core::{Mode, SourceFile};
use super::record::Record;
use crate::diag::{Checked, Problem, Problems};
use crate::document::{Node, json};
use crate::domain::Digest;
use crate::fs;
use std::cell::RefCell;
use std::path::Path;

/// A file and what it is called in problems.
#[derive(Clone, Copy, Debug)]
pub struct StoredFile<'f> {
    /// Where it lies.
    pub location: &'f Path,
    /// What the user typed.
    pub shown: &'f str,
}

/// Reads a JSON file as a tree.
///
/// # Errors
/// It cannot be read, or is not JSON.
pub fn read_json(file: &StoredFile<'_>, mode: Mode) -> Checked<SourceFile> {
    let bytes = fs::read_file(file.location, file.shown).map_err(|problem| vec![problem])?;
    let read = match mode {
        Mode::Strict => json::read(file.shown, &bytes),
        Mode::Reference => compat::read_json(file.shown, &bytes),
    };
    let node = read.map_err(|problem| vec![problem])?;
    Ok(SourceFile {
        path: file.shown.to_owned(),
        digest: Digest::of(&bytes),
        bytes,
        node,
    })
}

/// Reads a JSON object; keys that `read` does not ask for are problems.
pub(crate) fn open<T>(
    file: &StoredFile<'_>,
    mode: Mode,
    read: impl FnOnce(&Record<'_, '_>) -> Option<T>,
) -> Checked<(T, SourceFile)> {
    let source = read_json(file, mode)?;
    let value = of_node(file.shown, "", &source.node, mode, read)?;
    Ok((value, source))
}

/// Reads one mapping; keys that `read` does not ask for are problems.
pub(crate) fn of_node<T>(
    path: &str,
    name: &str,
    node: &Node,
    mode: Mode,
    read: impl FnOnce(&Record<'_, '_>) -> Option<T>,
) -> Checked<T> {
    let problems = RefCell::new(Problems::new());
    let mut value = None;
    if let Some(record) = Record::open(path, name, node, &problems, mode) {
        value = read(&record);
        record.finish();
    }
    let value = problems.into_inner().into_result(value)?;
    value.ok_or_else(|| {
        vec![
            node.problem(path, "this is not what was expected here")
                .hint("see `stage6 help`"),
        ]
    })
}

/// Reads a JSON list of objects; those that `read` refuses by the reference's rules are skipped.
pub(crate) fn open_list<T>(
    file: &StoredFile<'_>,
    mode: Mode,
    read: impl Fn(Record<'_, '_>) -> Option<T>,
) -> Checked<(Vec<T>, SourceFile)> {
    let source = read_json(file, mode)?;
    let Some(items) = source.node.as_list() else {
        let message = format!("this is {}, expected a list", source.node.kind());
        return Err(vec![
            source
                .node
                .problem(file.shown, message)
                .hint("write `[{…}, {…}]`"),
        ]);
    };
    let problems = RefCell::new(Problems::new());
    let opened = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Record::open(file.shown, &format!("[{index}]"), item, &problems, mode));
    let values: Vec<T> = opened.filter_map(read).collect();
    let values = problems.into_inner().into_result(values)?;
    if values.is_empty() && mode == Mode::Strict {
        return Err(vec![
            Problem::new(file.shown, source.node.at, "the list is empty")
                .hint("add an entry, or leave the file out"),
        ]);
    }
    Ok((values, source))
}
