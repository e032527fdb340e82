//! The numbers of a snapshot, computed again from its orders.

use crate::document::json_text::Json;
use crate::domain::{OrderStatus, SignalRecord, SignalSnapshot};

/// From this share on an order counts as filled.
const FILLED: f64 = 0.999;
/// Stated numbers may differ by rounding in the last digits, not more.
const TOLERANCE: f64 = 1e-9;

/// What the orders of a snapshot say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Orders.
    pub total: usize,
    /// Failed ones.
    pub failures: usize,
    /// Mean of min(1, filled / requested) over orders that did not fail; `None` if all did.
    pub fill_ratio: Option<f64>,
    /// Mean of |executed − requested| / requested · 10,000 over orders with both prices; `None` if none has them.
    /// The reference writes 0 there, which reads as a perfect result.
    pub slippage_bps: Option<f64>,
}

/// A number that a snapshot states and its orders do not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The member, or that of an order.
    pub name: String,
    /// The path of keys that leads to it, for its place in the file.
    pub keys: Vec<&'static str>,
    /// The order, counted from 0, if it is about one.
    pub order: Option<usize>,
    /// What the file says.
    pub stated: String,
    /// What the orders give.
    pub computed: String,
}

impl Quality {
    /// Computes all numbers from the orders (specification, section 8.4).
    pub fn of(records: &[SignalRecord]) -> Quality {
        let alive = || {
            records
                .iter()
                .filter(|record| record.status != OrderStatus::Failed)
        };
        Quality {
            total: records.len(),
            failures: records.len() - alive().count(),
            fill_ratio: mean(alive().map(share)),
            slippage_bps: mean(records.iter().filter_map(slippage)),
        }
    }

    /// What the snapshot states otherwise.
    pub fn disagreements(&self, snapshot: &SignalSnapshot) -> Vec<Disagreement> {
        let mut found = Vec::new();
        let mut compare = |key: &'static str, stated: f64, computed: f64, is_count: bool| {
            if (stated - computed).abs() > TOLERANCE * stated.abs().max(1.0) {
                let shown = |number: f64| match is_count {
                    true => format!("{number}"),
                    false => Json::Float(number).to_canonical(),
                };
                found.push(Disagreement {
                    name: key.to_owned(),
                    keys: vec![key],
                    order: None,
                    stated: shown(stated),
                    computed: shown(computed),
                });
            }
        };
        compare("total", f64::from(snapshot.total), count(self.total), true);
        compare(
            "failures",
            f64::from(snapshot.failures),
            count(self.failures),
            true,
        );
        compare(
            "fill_ratio",
            snapshot.fill_ratio,
            self.fill_ratio.unwrap_or(0.0),
            false,
        );
        compare(
            "slippage_bps",
            snapshot.slippage_bps,
            self.slippage_bps.unwrap_or(0.0),
            false,
        );
        let orders = snapshot.records.iter().enumerate();
        found.extend(orders.filter_map(|(index, record)| {
            let computed = status(record);
            (computed != record.status).then(|| Disagreement {
                name: format!("records[{index}].status"),
                keys: vec!["status"],
                order: Some(index),
                stated: record.status.as_str().to_owned(),
                computed: computed.as_str().to_owned(),
            })
        }));
        found
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a file of 64 MiB holds far fewer than 2^53 orders"
)]
fn count(number: usize) -> f64 {
    number as f64
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut many) = (0.0, 0_usize);
    for number in numbers {
        sum += number;
        many += 1;
    }
    (many > 0).then(|| sum / count(many))
}

fn share(record: &SignalRecord) -> f64 {
    (record.filled_quantity / record.requested_quantity).min(1.0)
}

fn slippage(record: &SignalRecord) -> Option<f64> {
    let (requested, executed) = (record.requested_price?, record.executed_price?);
    Some((executed - requested).abs() / requested * 1e4)
}

/// The status that the quantities of an order that did not fail give.
fn status(record: &SignalRecord) -> OrderStatus {
    match record.status {
        OrderStatus::Failed => OrderStatus::Failed,
        _ if share(record) >= FILLED => OrderStatus::Filled,
        _ => OrderStatus::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn order(status: OrderStatus, filled: f64, prices: Option<(f64, f64)>) -> SignalRecord {
        SignalRecord {
            at: Timestamp::from_epoch(0).unwrap(),
            status,
            requested_quantity: 4.0,
            filled_quantity: filled,
            requested_price: prices.map(|(requested, _)| requested),
            executed_price: prices.map(|(_, executed)| executed),
        }
    }

    fn snapshot(records: Vec<SignalRecord>) -> SignalSnapshot {
        SignalSnapshot {
            exchange: "x".into(),
            created_at: Timestamp::from_epoch(0).unwrap(),
            sample: true,
            total: 3,
            failures: 1,
            // By hand: (min(1, 5/4) + 2/4) / 2.
            fill_ratio: 0.75,
            // By hand: (|101 − 100| / 100 + |99.5 − 100| / 100) / 2 · 10,000.
            slippage_bps: 75.0,
            watchdog_alerts: 0,
            records,
        }
    }

    fn orders() -> Vec<SignalRecord> {
        vec![
            order(OrderStatus::Filled, 5.0, Some((100.0, 101.0))),
            order(OrderStatus::Partial, 2.0, Some((100.0, 99.5))),
            order(OrderStatus::Failed, 0.0, None),
        ]
    }

    #[test]
    fn numbers_are_those_of_the_formulas() {
        let snapshot = snapshot(orders());
        let quality = Quality::of(&snapshot.records);
        assert_eq!(
            quality,
            Quality {
                total: 3,
                failures: 1,
                fill_ratio: Some(0.75),
                slippage_bps: Some(75.0),
            }
        );
        assert_eq!(quality.disagreements(&snapshot), []);
    }

    #[test]
    fn what_nobody_measured_is_no_zero() {
        let failed = vec![order(OrderStatus::Failed, 0.0, None)];
        let quality = Quality::of(&failed);
        assert_eq!((quality.fill_ratio, quality.slippage_bps), (None, None));
        assert_eq!(Quality::of(&[]).fill_ratio, None);
    }

    #[test]
    fn every_stated_number_that_differs_is_named() {
        let mut wrong = snapshot(orders());
        wrong.total = 4;
        wrong.failures = 0;
        wrong.fill_ratio = 0.76;
        wrong.slippage_bps = 75.000_001;
        wrong.records[1].status = OrderStatus::Filled;
        // The status that is wrong is not "failed", so it changes no other number.
        let shown: Vec<String> = Quality::of(&wrong.records)
            .disagreements(&wrong)
            .iter()
            .map(|one| format!("{}: {} against {}", one.name, one.stated, one.computed))
            .collect();
        assert_eq!(
            shown,
            [
                "total: 4 against 3",
                "failures: 0 against 1",
                "fill_ratio: 0.76 against 0.75",
                "slippage_bps: 75.000001 against 75.0",
                "records[1].status: filled against partial",
            ]
        );
    }

    #[test]
    fn the_border_between_partial_and_filled_is_999_thousandths() {
        for (filled, expected) in [(3.996, OrderStatus::Filled), (3.995_9, OrderStatus::Partial)] {
            assert_eq!(
                status(&order(OrderStatus::Partial, filled, None)),
                expected,
                "{filled}"
            );
        }
    }
}
