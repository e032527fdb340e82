//! The index of snapshots: one row for each, with what the checklist says of the exchange.

use super::checklist::{EXCHANGE, unreadable};
use super::{Checklist, Quality};
use crate::diag::{Position, Problem};
use crate::document::csv_text::csv_bytes;
use crate::document::json_text::Json;
use crate::domain::{SignalSnapshot, Timestamp};
use std::collections::BTreeMap;

/// A row of the index.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexRow {
    /// The exchange.
    pub exchange: String,
    /// When its snapshot was made, as recorded in it.
    pub created_at: Timestamp,
    /// What its orders give.
    pub quality: Quality,
    /// Alerts of the watchdog.
    pub watchdog_alerts: u32,
    /// The snapshot calls itself a sample.
    pub sample: bool,
    /// What the checklist says, a cell for each of its columns; empty ones if it does not know the exchange.
    pub checklist: Vec<String>,
}

/// All rows, by exchange, and how they fit the checklist.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// The rows.
    pub rows: Vec<IndexRow>,
    /// The checklist's columns.
    columns: Vec<String>,
    /// How rows and checklist fit.
    pub completeness: Completeness,
}

/// Exchanges that stand on one side only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// In the checklist, without a snapshot.
    pub missing_in_index: Vec<String>,
    /// With a snapshot, not in the checklist.
    pub extra_in_index: Vec<String>,
}

impl Index {
    /// The columns that come from snapshots; a checklist may not have them.
    pub const COLUMNS: [&'static str; 7] = [
        "exchange",
        "snapshot_created_at",
        "total",
        "failures",
        "fill_ratio",
        "slippage_bps",
        "watchdog_alerts",
    ];

    /// Whether bytes begin as an index does. Another file must not be replaced by one.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(Index::COLUMNS[..2].join(",").as_bytes())
    }

    /// The exchanges of an index as it stands in a file, row by row; one may stand twice.
    ///
    /// # Errors
    /// Not UTF-8 or CSV, or no column `exchange`.
    pub fn exchanges_of(path: &str, bytes: &[u8]) -> Result<Vec<String>, Problem> {
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(|error| unreadable(path, &error))?;
        let Some(column) = header.iter().position(|column| column == EXCHANGE) else {
            let problem = Problem::new(path, Position::new(1, 1), "there is no column `exchange`");
            return Err(problem.hint("name the exchange of each row in a column `exchange`"));
        };
        let records = reader.records();
        let names = records.map(|record| {
            let record = record.map_err(|error| unreadable(path, &error))?;
            Ok(record.get(column).unwrap_or_default().trim().to_owned())
        });
        names.collect()
    }

    /// Rows of an index in a file that do not say what snapshots and checklist give, as `exchange: column`. Columns that
    /// the file lacks say nothing wrong.
    pub fn differences(&self, path: &str, bytes: &[u8]) -> Result<Vec<String>, Problem> {
        let made = self.csv();
        let (columns, made) = table(path, &made)?;
        let (stored_columns, stored) = table(path, bytes)?;
        let of = |columns: &[String], cells: &[String], column: &str| {
            let at = columns.iter().position(|known| known == column)?;
            cells.get(at).map(|cell| cell.trim().to_owned())
        };
        let made: BTreeMap<String, Vec<String>> = made
            .into_iter()
            .filter_map(|cells| Some((of(&columns, &cells, EXCHANGE)?, cells)))
            .collect();
        let mut found = Vec::new();
        for cells in &stored {
            let exchange = of(&stored_columns, cells, EXCHANGE).unwrap_or_default();
            // A row without a snapshot is told as that.
            let Some(expected) = made.get(&exchange) else {
                continue;
            };
            let differs =
                |column: &&String| of(&stored_columns, cells, column) != of(&columns, expected, column);
            let wrong = stored_columns.iter().filter(differs);
            found.extend(wrong.map(|column| format!("{exchange}: {column}")));
        }
        Ok(found)
    }

    /// Makes the index. Each exchange has one snapshot at most, because its file bears its name.
    pub fn of<'s>(snapshots: impl IntoIterator<Item = &'s SignalSnapshot>, checklist: &Checklist) -> Index {
        let blank = vec![String::new(); checklist.columns.len()];
        let mut rows: Vec<IndexRow> = snapshots
            .into_iter()
            .map(|snapshot| IndexRow {
                exchange: snapshot.exchange.clone(),
                created_at: snapshot.created_at,
                quality: Quality::of(&snapshot.records),
                watchdog_alerts: snapshot.watchdog_alerts,
                sample: snapshot.sample,
                checklist: checklist
                    .exchanges
                    .get(&snapshot.exchange)
                    .map_or_else(|| blank.clone(), |(_, cells)| cells.clone()),
            })
            .collect();
        rows.sort_by(|left, right| left.exchange.cmp(&right.exchange));
        let has_row = |exchange: &str| rows.iter().any(|row| row.exchange == exchange);
        let missing = checklist.exchanges.keys().filter(|exchange| !has_row(exchange));
        let extra = rows.iter().map(|row| &row.exchange);
        let extra = extra.filter(|exchange| !checklist.exchanges.contains_key(*exchange));
        Index {
            completeness: Completeness {
                missing_in_index: missing.cloned().collect(),
                extra_in_index: extra.cloned().collect(),
            },
            columns: checklist.columns.clone(),
            rows,
        }
    }

    /// The index as CSV: the columns of snapshots, then those of the checklist. What was not measured is blank.
    pub fn csv(&self) -> Vec<u8> {
        let number = |number: Option<f64>| number.map_or_else(String::new, |n| Json::Float(n).to_canonical());
        let columns = Index::COLUMNS.into_iter();
        let header: Vec<&str> = columns.chain(self.columns.iter().map(String::as_str)).collect();
        let rows = self.rows.iter().map(|row| {
            let mut cells = vec![
                row.exchange.clone(),
                row.created_at.to_string(),
                row.quality.total.to_string(),
                row.quality.failures.to_string(),
                number(row.quality.fill_ratio),
                number(row.quality.slippage_bps),
                row.watchdog_alerts.to_string(),
            ];
            cells.extend(row.checklist.iter().cloned());
            cells
        });
        csv_bytes(&header, rows)
    }
}

/// Header and rows of a table.
fn table(path: &str, bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), Problem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = owned(reader.headers().map_err(|error| unreadable(path, &error))?);
    let rows = reader.records().map(|record| {
        record
            .map(|record| owned(&record))
            .map_err(|error| unreadable(path, &error))
    });
    Ok((header, rows.collect::<Result<_, _>>()?))
}

impl IndexRow {
    /// Hours between the recorded time and `now`; negative if the snapshot comes from the future.
    pub fn age_hours(&self, now: Timestamp) -> f64 {
        now.days_since(self.created_at) * 24.0
    }

    /// Whether the snapshot is at most `max_hours` old at `now`, and not from the future: a clock that is wrong would
    /// keep it fresh for ever.
    pub fn is_fresh(&self, now: Timestamp, max_hours: f64) -> bool {
        (0.0..=max_hours).contains(&self.age_hours(now))
    }
}

impl Completeness {
    /// Whether index and checklist name the same exchanges.
    pub fn is_complete(&self) -> bool {
        self.missing_in_index.is_empty() && self.extra_in_index.is_empty()
    }

    /// The two lists as JSON.
    pub fn json(&self) -> Json {
        let list = |names: &[String]| Json::List(names.iter().map(Json::text).collect());
        Json::map([
            ("missing_in_index", list(&self.missing_in_index)),
            ("extra_in_index", list(&self.extra_in_index)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrderStatus, SignalRecord};

    fn snapshot(exchange: &str) -> SignalSnapshot {
        let at = Timestamp::parse("2026-11-22T06:00:00Z").unwrap();
        SignalSnapshot {
            exchange: exchange.into(),
            created_at: at,
            sample: true,
            total: 1,
            failures: 0,
            fill_ratio: 0.5,
            slippage_bps: 0.0,
            watchdog_alerts: 2,
            records: vec![SignalRecord {
                at,
                status: OrderStatus::Partial,
                requested_quantity: 2.0,
                filled_quantity: 1.0,
                requested_price: None,
                executed_price: None,
            }],
        }
    }

    #[test]
    fn an_index_has_a_row_for_each_snapshot_and_says_what_does_not_fit() {
        let list = Checklist::read("c.csv", b"exchange,cost\nbinance,ready\nbitmex,\"a,b\"\n", &[]).unwrap();
        let index = Index::of([&snapshot("okx"), &snapshot("binance")], &list);
        assert_eq!(
            String::from_utf8(index.csv()).unwrap(),
            "exchange,snapshot_created_at,total,failures,fill_ratio,slippage_bps,watchdog_alerts,cost\r\n\
             binance,2026-11-22T06:00:00Z,1,0,0.5,,2,ready\r\nokx,2026-11-22T06:00:00Z,1,0,0.5,,2,\r\n"
        );
        assert_eq!(
            index.completeness.json().to_canonical(),
            "{\"extra_in_index\":[\"okx\"],\"missing_in_index\":[\"bitmex\"]}"
        );
        assert!(!index.completeness.is_complete());
    }

    #[test]
    fn exactly_the_limit_is_fresh_and_a_second_more_is_not() {
        let row = &Index::of([&snapshot("okx")], &Checklist::default()).rows[0];
        let fresh = |now: &str| row.is_fresh(Timestamp::parse(now).unwrap(), 48.0);
        assert!(fresh("2026-11-24T06:00:00Z"));
        assert!(!fresh("2026-11-24T06:00:01Z"));
        assert!(fresh("2026-11-22T06:00:00Z"));
        assert!(!fresh("2026-11-22T05:59:59Z"), "from the future");
    }
}
