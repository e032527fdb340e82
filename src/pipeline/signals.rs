//! Signal quality: snapshots and checklist read together, for a build and for `stage6 signal-quality`.

use super::Failure;
use super::unfit::unfit_names;
use crate::config::{self, Settings, SourceFile, StoredFile};
use crate::diag::{Checked, Problem, Problems};
use crate::domain::{FactValue, SignalSnapshot};
use crate::evidence::{Builder, EvidenceKind};
use crate::fs::{self, Project};
use crate::signals::{Checklist, Disagreement, Index, Quality};
use std::path::{Path, PathBuf};

/// Where snapshots lie, inside a project.
pub const SIGNALS_FOLDER: &str = "var/audit/stage6/signal_quality";
/// Where the index lies, inside a project.
pub(super) const SIGNALS_INDEX: &str = "var/audit/stage6/signal_quality/index.csv";
/// The checklist's name among them.
pub(super) const CHECKLIST: &str = "adapter_checklist.csv";
/// The index's name among them.
const INDEX: &str = "index.csv";
/// What says which exchanges stand only in index or checklist; beside the index, and no snapshot.
const PARITY: &str = "parity_report.json";

/// Snapshots and checklist, read; and the index made from them.
#[derive(Clone, Debug)]
pub struct Signals {
    pub(super) snapshots: Vec<(SignalSnapshot, SourceFile)>,
    pub(super) checklist: Option<(String, Vec<u8>, Checklist)>,
    /// The exchanges of the index that lies there, row by row.
    pub(super) stored_index: Vec<String>,
    /// Rows of that index that do not say what snapshots and checklist give.
    pub(super) wrong_in_index: Vec<String>,
    /// What lies beside them for a build: index and report on completeness, as they are.
    beside: Vec<(String, Vec<u8>)>,
    index: Index,
}

/// Which files, and what to write.
#[derive(Clone, Debug)]
pub struct SignalOptions {
    /// The folder of snapshots, inside the project.
    pub snapshots: String,
    /// The checklist, inside the project; without it, `adapter_checklist.csv` among the snapshots.
    pub checklist: Option<String>,
    /// The index; its name ends in `.csv`. Without it, `index.csv` among the snapshots. The report on completeness
    /// goes beside it.
    pub output: Option<PathBuf>,
    /// Compare the index that is there, and write nothing.
    pub check: bool,
}

/// What the snapshots say.
#[derive(Clone, Debug)]
pub struct SignalsFound {
    /// The index that snapshots and checklist give.
    pub index: Index,
    /// Numbers that snapshots state and their orders do not give.
    pub disagreements: Vec<Problem>,
    /// Hours that a snapshot may be old, by `publication.yaml`.
    pub max_age_hours: f64,
    /// Where the index lies.
    pub output: PathBuf,
    /// Whether the index that was there, with the report beside it, is what snapshots and checklist give.
    pub was_current: bool,
    /// What was written.
    pub written: Vec<PathBuf>,
}

impl Signals {
    /// Reads the snapshots of a project for a build; `None` if it has none. A build publishes what snapshots state,
    /// so a statement that their orders contradict is a problem here. Their age, and whether index and checklist are
    /// complete, is not: that decides when a release may be published, not whether it can be built.
    ///
    /// # Errors
    /// Every problem of every file.
    pub(super) fn load(project: &Project) -> Checked<Option<Signals>> {
        let here = |name: &str| {
            let path = format!("{SIGNALS_FOLDER}/{name}");
            project.has_file(&path).then_some(path)
        };
        let mut signals = Signals::read(project, SIGNALS_FOLDER, here(CHECKLIST))?;
        let mut problems = Problems::new();
        for path in [INDEX, PARITY].into_iter().filter_map(here) {
            let bytes = problems.take(project.read(&path).map_err(|problem| vec![problem]));
            signals.beside.extend(bytes.map(|bytes| (path, bytes)));
        }
        if let Some((path, bytes)) = signals.beside.iter().find(|(path, _)| path == SIGNALS_INDEX) {
            let stored = Index::exchanges_of(path, bytes).map_err(|problem| vec![problem]);
            signals.stored_index = problems.take(stored).unwrap_or_default();
            let wrong = signals
                .index
                .differences(path, bytes)
                .map_err(|problem| vec![problem]);
            signals.wrong_in_index = problems.take(wrong).unwrap_or_default();
        }
        problems.extend(signals.disagreements());
        problems.extend(unfit_names(signals.paths()));
        let is_empty = signals.paths().next().is_none();
        problems.into_result((!is_empty).then_some(signals))
    }

    fn read(project: &Project, folder: &str, checklist: Option<String>) -> Checked<Signals> {
        let mut problems = Problems::new();
        let mut snapshots = Vec::new();
        for path in project.list(folder, ".json").map_err(|problem| vec![problem])? {
            let inside = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
            if inside == PARITY {
                continue;
            }
            if inside.contains('/') {
                let problem = Problem::with_file(&path, "snapshots lie in one folder, not below it");
                problems.push(problem.hint("move the file up, or elsewhere"));
                continue;
            }
            let location = project.locate(&path);
            let file = StoredFile {
                location: &location,
                shown: &path,
            };
            snapshots.extend(problems.take(config::signal_snapshot(&file)));
        }
        let checklist = checklist.and_then(|path| problems.take(read_checklist(project, path)));
        let nothing = Checklist::default();
        let list = checklist.as_ref().map_or(&nothing, |(_, _, list)| list);
        let index = Index::of(snapshots.iter().map(|(snapshot, _)| snapshot), list);
        problems.into_result(Signals {
            snapshots,
            checklist,
            stored_index: Vec::new(),
            wrong_in_index: Vec::new(),
            beside: Vec::new(),
            index,
        })
    }

    fn disagreements(&self) -> Vec<Problem> {
        let found = self.snapshots.iter().flat_map(|(snapshot, source)| {
            let disagreements = Quality::of(&snapshot.records).disagreements(snapshot);
            disagreements.into_iter().map(|one| as_problem(&one, source))
        });
        found.collect()
    }

    /// Adds the files and what they say to the evidence: `signal_quality.<exchange>.fill_ratio` and so on.
    pub(super) fn collect(&self, builder: &mut Builder) {
        for (snapshot, source) in &self.snapshots {
            let file = builder.add_file(&source.path, &source.bytes, EvidenceKind::SignalQuality);
            file.sample = snapshot.sample;
            let quality = Quality::of(&snapshot.records);
            // A slippage or ratio that nobody measured is no fact, whatever number stands there.
            let stated = [
                ("total", Some(f64::from(snapshot.total))),
                ("failures", Some(f64::from(snapshot.failures))),
                ("fill_ratio", quality.fill_ratio.map(|_| snapshot.fill_ratio)),
                (
                    "slippage_bps",
                    quality.slippage_bps.map(|_| snapshot.slippage_bps),
                ),
                ("watchdog_alerts", Some(f64::from(snapshot.watchdog_alerts))),
            ];
            let stated = stated
                .into_iter()
                .filter_map(|(key, number)| Some((key, FactValue::Number(number?))));
            let rest = [
                ("snapshot_created_at", FactValue::Moment(snapshot.created_at)),
                ("sample", FactValue::Bool(snapshot.sample)),
            ];
            for (key, value) in stated.chain(rest) {
                let keys: &[&str] = match key {
                    "watchdog_alerts" => &["watchdog", "alerts"],
                    _ => &[key],
                };
                let at = source.node.at_path(keys).map(|node| node.at).unwrap_or_default();
                let id = format!("signal_quality.{}.{key}", snapshot.exchange);
                builder.add_fact(&source.path, &id, value, at);
            }
        }
        // What is made from samples is one.
        let sample = self.snapshots.iter().any(|(snapshot, _)| snapshot.sample);
        for (path, bytes) in &self.beside {
            builder.add_file(path, bytes, EvidenceKind::SignalQuality).sample = sample;
        }
        let Some((path, bytes, list)) = &self.checklist else {
            return;
        };
        builder.add_file(path, bytes, EvidenceKind::SignalQuality).sample = sample;
        for (exchange, (at, cells)) in &list.exchanges {
            for (column, cell) in list.columns.iter().zip(cells) {
                let id = format!("signal_quality.{exchange}.{column}");
                builder.add_fact(path, &id, FactValue::Text(cell.clone()), *at);
            }
        }
    }

    /// All files with what each is, for the list of a bundle.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'static str, &str, &[u8])> {
        let snapshots = self.snapshots.iter();
        let snapshots =
            snapshots.map(|(_, source)| ("snapshot", source.path.as_str(), source.bytes.as_slice()));
        let beside = self.beside.iter().map(|(path, bytes)| {
            let role = if path == SIGNALS_INDEX { "index" } else { "parity" };
            (role, path.as_str(), bytes.as_slice())
        });
        let checklist = self.checklist.iter();
        let checklist = checklist.map(|(path, bytes, _)| ("checklist", path.as_str(), bytes.as_slice()));
        snapshots.chain(beside).chain(checklist)
    }

    /// The paths of all files, which a bundle must be able to hold.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files().map(|(_, path, _)| path)
    }
}

fn read_checklist(project: &Project, path: String) -> Checked<(String, Vec<u8>, Checklist)> {
    let bytes = project.read(&path).map_err(|problem| {
        vec![problem.hint("the checklist of adapters says which exchanges must have a snapshot")]
    })?;
    // The exchange is the one column that both have. `sample` is what a snapshot says of itself.
    let taken = Index::COLUMNS.into_iter().skip(1).chain(["sample"]);
    let list = Checklist::read(&path, &bytes, &taken.collect::<Vec<_>>())?;
    Ok((path, bytes, list))
}

fn as_problem(one: &Disagreement, source: &SourceFile) -> Problem {
    let holder = match one.order {
        Some(index) => source
            .node
            .get("records")
            .and_then(|node| node.as_list()?.get(index)),
        None => Some(&source.node),
    };
    let node = holder.and_then(|holder| holder.at_path(&one.keys));
    let at = node.map(|node| node.at).unwrap_or_default();
    let message = format!(
        "`{}` is {}, but the orders give {}",
        one.name, one.stated, one.computed
    );
    Problem::new(&source.path, at, message).hint("let the adapter write the snapshot again; do not edit it")
}

/// Reads snapshots and checklist, and writes the index, or compares the one that is there.
///
/// # Errors
/// Bad input, or a disk that refuses; then no file has changed.
pub fn signal_quality(project: &Project, options: &SignalOptions) -> Result<SignalsFound, Failure> {
    let folder = options.snapshots.trim_end_matches('/');
    let checklist = options.checklist.clone();
    let checklist = checklist.unwrap_or_else(|| format!("{folder}/{CHECKLIST}"));
    let signals = Signals::read(project, folder, Some(checklist))?;
    if signals.snapshots.is_empty() {
        return Err(Problem::with_file(folder, "there is no snapshot")
            .hint("put one file for each exchange there, such as `binance.json`, or name the folder with `--snapshots`")
            .into());
    }
    let rules = Settings::load(project)?.rules;
    let output = options.output.clone();
    let output = output.unwrap_or_else(|| project.locate(&format!("{folder}/{INDEX}")));
    let was_current = check_output(&output, &signals.index)?;
    let written = match options.check {
        true => Vec::new(),
        false => write(&signals.index, &output)?,
    };
    Ok(SignalsFound {
        disagreements: signals.disagreements(),
        max_age_hours: rules.max_snapshot_age_hours,
        index: signals.index,
        output,
        was_current,
        written,
    })
}

/// Whether the index that is there, if any, and the report beside it, are the ones asked for.
///
/// # Errors
/// A name that is no table's, or a file that is there and no index: it would be lost.
fn check_output(output: &Path, index: &Index) -> Result<bool, Problem> {
    let shown = output.strip_prefix(".").unwrap_or(output).display().to_string();
    if output.extension().is_none_or(|ending| ending != "csv") {
        let problem = Problem::with_file(shown, "the name does not end in `.csv`");
        return Err(problem.hint("name a table, such as `index.csv`"));
    }
    if !output.exists() {
        return Ok(false);
    }
    let bytes = fs::read_file(output, &shown)?;
    if !Index::is_one(&bytes) {
        let problem = Problem::with_file(shown, "is there already, and no index of snapshots");
        return Err(problem.hint("choose another name for the index"));
    }
    let report = output.with_file_name(PARITY);
    let report_is_current = report.exists() && fs::read_file(&report, PARITY)? == parity(index);
    Ok(bytes == index.csv() && report_is_current)
}

fn parity(index: &Index) -> Vec<u8> {
    index.completeness.json().to_file_text().into_bytes()
}

/// Writes the index and, beside it, the report on its completeness.
fn write(index: &Index, output: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (csv, json) = (index.csv(), parity(index));
    let files = [
        (output.to_owned(), csv.as_slice()),
        (output.with_file_name(PARITY), json.as_slice()),
    ];
    fs::write_together(&files)?;
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
