//! Snapshots of signal quality: one JSON file for each exchange (specification, section 8.4).

use super::core::{Mode, SourceFile};
use super::fields::Range;
use super::record::Record;
use super::stored::{StoredFile, open};
use crate::diag::Checked;
use crate::document::Node;
use crate::domain::{OrderStatus, SignalRecord, SignalSnapshot, Timestamp};

/// Most entries of the watchdog that a snapshot keeps.
const MOST_RECENT: usize = 10;

/// Reads a snapshot. Its stated numbers are taken as they stand, and so is its moment: how old it may be, and whether
/// it comes from the future, is for those to judge who know what it is used for.
///
/// # Errors
/// Every problem of the file.
pub fn signal_snapshot(file: &StoredFile<'_>) -> Checked<(SignalSnapshot, SourceFile)> {
    open(file, Mode::Strict, |record| {
        let exchange = exchange(record, file.shown);
        let created_at = moment_of(record, "snapshot_created_at");
        let sample = record.boolean("sample").unwrap_or(false);
        record.text("note");
        let count = |key| record.require(key).and_then(|_| record.whole_number(key, 0));
        let (total, failures) = (count("total"), count("failures"));
        let fill_ratio = record.required_number("fill_ratio", Range::Fraction);
        let slippage_bps = record.required_number("slippage_bps", Range::NotNegative);
        let alerts = record.require("watchdog").and_then(|_| watchdog(record));
        record.require("records");
        let orders = record.records("records").into_iter();
        let records = orders.filter_map(|order| order_of(order, created_at)).collect();
        Some(SignalSnapshot {
            exchange: exchange?,
            created_at: created_at?,
            sample,
            total: total?,
            failures: failures?,
            fill_ratio: fill_ratio?,
            slippage_bps: slippage_bps?,
            watchdog_alerts: alerts?,
            records,
        })
    })
}

/// The exchange, which is also the file's name and part of the ids of its facts.
fn exchange(record: &Record<'_, '_>, shown: &str) -> Option<String> {
    let exchange = record.required_text("exchange")?;
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let node = record.node("exchange")?;
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !exchange.bytes().all(good) {
        record.refuse(
            node,
            format!("`{exchange}` is not the name of an exchange"),
            "use lower-case letters, digits and `_`",
        );
        return None;
    }
    if exchange != stem {
        let message = format!("the snapshot is of `{exchange}`, but the file is named `{stem}`");
        record.refuse(node, message, "make them the same");
        return None;
    }
    Some(exchange)
}

fn moment_of(record: &Record<'_, '_>, key: &'static str) -> Option<Timestamp> {
    let node: &Node = record.require(key)?;
    let text = node.as_scalar().map(|scalar| scalar.text.as_str());
    let text = text.unwrap_or_default();
    match Timestamp::parse(text) {
        Ok(moment) => Some(moment),
        Err(error) => {
            record.refuse(node, format!("`{key}` is `{text}`"), error.to_string());
            None
        }
    }
}

/// The moment of an order, which is none after the snapshot was made.
fn order_moment(order: &Record<'_, '_>, made: Option<Timestamp>) -> Option<Timestamp> {
    let at = moment_of(order, "timestamp")?;
    match (made, order.node("timestamp")) {
        (Some(made), Some(node)) if at > made => {
            let message = format!("an order of {at} in a snapshot made at {made}");
            order.refuse(
                node,
                message,
                "correct `snapshot_created_at`, or take the order out",
            );
            None
        }
        _ => Some(at),
    }
}

fn watchdog(record: &Record<'_, '_>) -> Option<u32> {
    let watchdog = record.section("watchdog")?;
    let alerts = watchdog
        .require("alerts")
        .and_then(|_| watchdog.whole_number("alerts", 0));
    watchdog.text("last_status");
    let recent = watchdog.list("recent");
    if recent.len() > MOST_RECENT
        && let Some(node) = watchdog.node("recent")
    {
        let message = format!(
            "`watchdog.recent` has {} entries, more than {MOST_RECENT}",
            recent.len()
        );
        watchdog.refuse(node, message, "keep the last ten");
    }
    watchdog.finish();
    alerts
}

fn order_of(order: Record<'_, '_>, made: Option<Timestamp>) -> Option<SignalRecord> {
    for known in ["order_id", "symbol", "side", "reason"] {
        order.text(known);
    }
    let at = order_moment(&order, made);
    let status = order.required_text("status").and_then(|word| {
        let status = OrderStatus::from_word(&word);
        if let (None, Some(node)) = (status, order.node("status")) {
            let hint = "write `filled`, `partial` or `failed`";
            order.refuse(node, format!("unknown status `{word}`"), hint);
        }
        status
    });
    let requested_quantity = order.required_number("requested_quantity", Range::Positive);
    let filled_quantity = order.required_number("filled_quantity", Range::NotNegative);
    let requested_price = order.number("requested_price", Range::Positive);
    let executed_price = order.number("executed_price", Range::Positive);
    if let (Some(node), None, Some(filled)) = (order.node("requested_price"), executed_price, filled_quantity)
        && filled > 0.0
    {
        order.refuse(
            node,
            "a filled order has a requested price and no executed one",
            "add `executed_price`; its slippage could not be computed",
        );
    }
    order.finish();
    Some(SignalRecord {
        at: at?,
        status: status?,
        requested_quantity: requested_quantity?,
        filled_quantity: filled_quantity?,
        requested_price,
        executed_price,
    })
}
