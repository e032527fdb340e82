//! What the gate counts of signal quality: how old snapshots are by the moment recorded in them, and whether index,
//! snapshots and adapter checklist speak of the same exchanges (specification 8.4 and 8.7, rules 1, 2, 3 and 9).

use super::gate_facts::GateFacts;
use crate::diag::{Checked, Position, Problem, Problems};
use crate::document::{Node, json};
use crate::domain::{FactValue, Timestamp};
use crate::fs::Project;
use std::collections::BTreeMap;

/// Where snapshots, index and checklist lie, inside a project.
const FOLDER: &str = "var/audit/stage6/signal_quality";
/// One row for each snapshot.
const INDEX: &str = "index.csv";
/// One row for each adapter.
const CHECKLIST: &str = "adapter_checklist.csv";
/// Other JSON among the snapshots.
const PARITY: &str = "parity_report.json";
/// What the checklist says of an adapter of futures that may be relied on.
const READY: [(&str, &str); 5] = [
    ("hypercare_checklist_signed", "true"),
    ("futures_checklist_ready", "true"),
    ("missing_required_documents", ""),
    ("hypercare_cost_status", "ready"),
    ("signal_quality_snapshot_status", "fresh"),
];

/// A row of a table: cells by their columns.
type Row = BTreeMap<String, String>;

/// Snapshots, index and checklist of a project.
#[derive(Clone, Debug, Default)]
pub(super) struct SignalFiles {
    /// The moments recorded in snapshots, by exchange.
    snapshots: BTreeMap<String, Timestamp>,
    index: Vec<Row>,
    checklist: Vec<Row>,
}

impl SignalFiles {
    /// Reads them; what is not there is empty.
    ///
    /// # Errors
    /// Every file that cannot be read.
    pub(super) fn read(project: &Project) -> Checked<SignalFiles> {
        let mut problems = Problems::new();
        let mut snapshots = BTreeMap::new();
        let paths = project.list(FOLDER, ".json").map_err(|problem| vec![problem])?;
        for path in paths.iter().filter(|path| !path.ends_with(PARITY)) {
            let read = project.read(path).and_then(|bytes| snapshot(path, &bytes));
            snapshots.extend(problems.take(read.map_err(|problem| vec![problem])));
        }
        let mut table = |name: &str| {
            let path = format!("{FOLDER}/{name}");
            match project.has_file(&path) {
                true => problems
                    .take(project.read(&path).map_err(|problem| vec![problem]))
                    .and_then(|bytes| problems.take(rows(&path, &bytes).map_err(|problem| vec![problem])))
                    .unwrap_or_default(),
                false => Vec::new(),
            }
        };
        let (index, checklist) = (table(INDEX), table(CHECKLIST));
        problems.into_result(SignalFiles {
            snapshots,
            index,
            checklist,
        })
    }

    /// Counts. `mandatory` are the exchanges that need a snapshot.
    pub(super) fn count(&self, facts: &mut GateFacts, mandatory: &[String], now: Timestamp) {
        let place = (FOLDER, Position::default());
        let ages = self.snapshots.values().map(|made| now.hours_since(*made));
        let (youngest, oldest) = ages.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), age| {
            (least.min(age), most.max(age))
        });
        let known = |age: f64| FactValue::Number(if age.is_finite() { age } else { 0.0 });
        facts.add("signal_quality.youngest_hours", known(youngest), place);
        facts.add("signal_quality.oldest_hours", known(oldest), place);
        #[expect(clippy::cast_precision_loss, reason = "files are few")]
        let count = self.snapshots.len() as f64;
        facts.add("signal_quality.snapshots", FactValue::Number(count), place);
        let missing = mandatory
            .iter()
            .filter(|exchange| !self.snapshots.contains_key(*exchange));
        facts.add("signal_quality.missing", words(missing.cloned()), place);
        let (lacking, extra) = self.differences();
        let place = (&*format!("{FOLDER}/{INDEX}"), Position::default());
        facts.add("signal_quality.missing_in_index", words(lacking), place);
        facts.add("signal_quality.extra_in_index", words(extra), place);
        let place = (&*format!("{FOLDER}/{CHECKLIST}"), Position::default());
        facts.add("adapters.not_ready", words(self.not_ready(mandatory)), place);
    }

    /// Exchanges without a row in the index, and rows of it without a snapshot, an adapter, or alone of their kind.
    fn differences(&self) -> (Vec<String>, Vec<String>) {
        let has = |rows: &[Row], exchange: &str| rows.iter().any(|row| exchange_of(row) == exchange);
        let adapters = self.checklist.iter().map(exchange_of);
        let mut lacking: Vec<String> = adapters
            .chain(self.snapshots.keys().map(String::as_str))
            .filter(|exchange| !has(&self.index, exchange))
            .map(str::to_owned)
            .collect();
        lacking.sort();
        lacking.dedup();
        let extra = self.index.iter().enumerate().filter(|(at, row)| {
            let exchange = exchange_of(row);
            let twice = self
                .index
                .iter()
                .take(*at)
                .any(|other| exchange_of(other) == exchange);
            twice || !self.snapshots.contains_key(exchange) || !has(&self.checklist, exchange)
        });
        (
            lacking,
            extra.map(|(_, row)| exchange_of(row).to_owned()).collect(),
        )
    }

    /// What keeps adapters of futures from being relied on.
    fn not_ready(&self, mandatory: &[String]) -> Vec<String> {
        let is_futures = |exchange: &str| exchange.ends_with("_futures");
        let absent = mandatory.iter().filter(|exchange| {
            is_futures(exchange)
                && !self
                    .checklist
                    .iter()
                    .any(|row| exchange_of(row) == exchange.as_str())
        });
        let mut found: Vec<String> = absent
            .map(|exchange| format!("{exchange}: not in the checklist"))
            .collect();
        for row in self.checklist.iter().filter(|row| is_futures(exchange_of(row))) {
            let wrong = READY.iter().filter(|(column, wanted)| {
                row.get(*column).is_none_or(|cell| cell.to_lowercase() != *wanted)
            });
            found.extend(wrong.map(|(column, _)| format!("{}: {column}", exchange_of(row))));
        }
        found
    }
}

fn words(words: impl IntoIterator<Item = String>) -> FactValue {
    FactValue::List(words.into_iter().collect())
}

fn exchange_of(row: &Row) -> &str {
    row.get("exchange").map_or("", String::as_str)
}

fn snapshot(path: &str, bytes: &[u8]) -> Result<(String, Timestamp), Problem> {
    let root = json::read(path, bytes)?;
    let text = |key: &str| {
        let scalar = root.get(key).and_then(Node::as_scalar);
        scalar.map(|scalar| scalar.text.clone()).ok_or_else(|| {
            root.problem(path, format!("a snapshot without `{key}`"))
                .hint("snapshots have `exchange` and `snapshot_created_at`")
        })
    };
    let (exchange, made) = (text("exchange")?, text("snapshot_created_at")?);
    match Timestamp::parse(&made) {
        Ok(moment) => Ok((exchange, moment)),
        Err(error) => {
            let node = root.get("snapshot_created_at").unwrap_or(&root);
            let message = format!("`snapshot_created_at` is `{made}`");
            Err(node.problem(path, message).hint(error.to_string()))
        }
    }
}

fn rows(path: &str, bytes: &[u8]) -> Result<Vec<Row>, Problem> {
    let mut reader = csv::Reader::from_reader(bytes);
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        let at = Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::from(line > 0));
        Problem::new(path, at, "not a UTF-8 CSV table")
            .hint("write one row for each exchange below the header")
    };
    let header = reader.headers().map_err(unreadable)?.clone();
    if !header.iter().any(|column| column == "exchange") {
        return Err(
            Problem::new(path, Position::new(1, 1), "there is no column `exchange`")
                .hint("name the exchange of each row in a column `exchange`"),
        );
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cells = header.iter().zip(record.iter());
        rows.push(
            cells
                .map(|(column, cell)| (column.to_owned(), cell.trim().to_owned()))
                .collect(),
        );
    }
    Ok(rows)
}
