//! `core.yaml` as a whole.

use super::extract::extract;
use super::fields::Shared;
use super::governed::asset_governor;
use super::record::Record;
use super::{StressLab, compat, governor, portfolio, stress_lab};
use crate::diag::{Checked, Position, Problem, Problems};
use crate::document::{Node, yaml};
use crate::domain::Digest;
use crate::fs;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// How strictly configuration is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Anything doubtful is refused.
    Strict,
    /// What the reference accepts is accepted, for comparison with it; the report is marked.
    Reference,
}

/// Where a configuration file lies, and what it is called.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its place on disk.
    pub location: PathBuf,
    /// Its name in problems: what the user typed.
    pub shown: String,
    /// Its name in reports, from which the names of baselines follow; must not depend on the machine.
    pub recorded: String,
}

/// A file that was read, with what it says.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as shown to people.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub digest: Digest,
    /// What they say.
    pub node: Node,
}

/// `core.yaml`, with our sections resolved.
#[derive(Clone, Debug)]
pub struct Core {
    /// The file.
    pub source: SourceFile,
    /// The section `stress_lab`; `None` only in [`Mode::Reference`], where a missing or disabled lab is no error.
    pub stress_lab: Option<StressLab>,
}

/// The sections of `core.yaml` that are ours.
pub(crate) const OUR_SECTIONS: [&str; 5] = [
    "stress_lab",
    "market_intel",
    "portfolio_governor",
    "portfolio_governors",
    "portfolio_stress",
];

impl Core {
    /// Reads the file.
    ///
    /// # Errors
    /// Every problem of our sections, each with its place.
    pub fn load(origin: &Origin, mode: Mode) -> Checked<Core> {
        let source = read_yaml(&origin.location, &origin.shown).map_err(|problem| vec![problem])?;
        let problems = RefCell::new(Problems::new());
        let stress_lab = match mode {
            Mode::Strict => strict(&source, &problems),
            Mode::Reference => compat::read(&source.path, &source.node, &problems),
        };
        let source_recorded = SourceFile {
            path: origin.recorded.clone(),
            ..source
        };
        problems.into_inner().into_result(Core {
            source: source_recorded,
            stress_lab,
        })
    }

    /// The bytes of the file that a release shows: only our sections, if there are others.
    ///
    /// # Errors
    /// Sections that share a line.
    pub fn published(&self) -> Checked<Option<Vec<u8>>> {
        extract(&self.source)
    }

    /// Our sections that are there, by name.
    pub fn sections(&self) -> impl Iterator<Item = (&'static str, &Node)> {
        OUR_SECTIONS
            .into_iter()
            .filter_map(|name| Some((name, section(&self.source.node, name)?.1)))
    }
}

/// Reads a YAML file.
pub(crate) fn read_yaml(location: &Path, shown: &str) -> Result<SourceFile, Problem> {
    let bytes = fs::read_file(location, shown)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        Problem::new(
            shown,
            Position::of_offset(&lossy, error.valid_up_to()),
            "not UTF-8 text",
        )
    })?;
    let node = yaml::read(shown, text)?;
    Ok(SourceFile {
        path: shown.to_owned(),
        digest: Digest::of(&bytes),
        bytes,
        node,
    })
}

fn strict(source: &SourceFile, problems: Shared<'_>) -> Option<StressLab> {
    let path = source.path.as_str();
    for entry in source.node.as_map().unwrap_or_default() {
        if entry.repeated && OUR_SECTIONS.contains(&entry.key.as_str()) {
            let message = format!("the section `{}` stands twice", entry.key);
            problems
                .borrow_mut()
                .push(Problem::new(path, entry.key_at, message).hint("keep one of them"));
        }
    }
    for name in ["market_intel", "portfolio_governor"] {
        if let Some((name, node)) = section(&source.node, name).filter(|(_, node)| !node.is_null()) {
            governor::check(path, &name, node, problems);
        }
    }
    check_portfolios(source, problems);
    match section(&source.node, "stress_lab") {
        Some((name, node)) => stress_lab::read(path, &name, node, problems),
        None => {
            let message = "there is no section `stress_lab`";
            let hint = "add it, or name the right file with `--config`";
            problems
                .borrow_mut()
                .push(Problem::with_file(path, message).hint(hint));
            None
        }
    }
}

/// Checks the sections that only single commands use, so that a mistake is found before they run.
fn check_portfolios(source: &SourceFile, problems: Shared<'_>) {
    let path = source.path.as_str();
    let known = |name: &str| section(&source.node, name).filter(|(_, node)| !node.is_null());
    if let Some((name, node)) = known("portfolio_stress") {
        portfolio::check_stress(path, &name, node, problems);
    }
    let Some((name, node)) = known("portfolio_governors") else {
        return;
    };
    let Some(entries) = node.as_map() else {
        let message = format!("`{name}` is {}, expected a mapping", node.kind());
        let problem = node.problem(path, message);
        problems
            .borrow_mut()
            .push(problem.hint("write `name:` and the governor below it"));
        return;
    };
    for entry in entries {
        let name = format!("{name}.{}", entry.key);
        if let Some(record) = Record::open(path, &name, &entry.value, problems, Mode::Strict) {
            asset_governor(&record, &entry.key);
            record.finish();
        }
    }
}

/// A section of ours, at the top or below `runtime`, with its name (specification, section 1.2).
fn section<'n>(root: &'n Node, name: &str) -> Option<(String, &'n Node)> {
    let below = || {
        root.at_path(&["runtime", name])
            .map(|node| (format!("runtime.{name}"), node))
    };
    root.get(name).map(|node| (name.to_owned(), node)).or_else(below)
}
