//! Signal quality: how well orders at an exchange were filled (specification, section 8.4).

use super::Timestamp;

/// What an exchange's adapter recorded, with the numbers that it states itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalSnapshot {
    /// The exchange; also the name of the file.
    pub exchange: String,
    /// When the snapshot was made, as recorded in it; the time of the file proves nothing.
    pub created_at: Timestamp,
    /// It calls itself a sample: no order was sent.
    pub sample: bool,
    /// Orders, as stated.
    pub total: u32,
    /// Failed orders, as stated.
    pub failures: u32,
    /// Mean share of the requested quantity that was filled, from 0 to 1, as stated.
    pub fill_ratio: f64,
    /// Mean distance of the executed from the requested price in basis points, as stated; 0 also where none was
    /// measured.
    pub slippage_bps: f64,
    /// Alerts of the watchdog.
    pub watchdog_alerts: u32,
    /// The orders.
    pub records: Vec<SignalRecord>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// At least 0.999 of the quantity.
    Filled,
    /// Less.
    Partial,
    /// Not at all, with an error.
    Failed,
}

impl OrderStatus {
    /// Its word in snapshots.
    pub fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Filled => "filled",
            OrderStatus::Partial => "partial",
            OrderStatus::Failed => "failed",
        }
    }

    /// The status of a word.
    pub fn from_word(word: &str) -> Option<OrderStatus> {
        [OrderStatus::Filled, OrderStatus::Partial, OrderStatus::Failed]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// One order.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRecord {
    /// When it ended.
    pub at: Timestamp,
    /// How it ended, as stated.
    pub status: OrderStatus,
    /// The quantity asked for, above 0.
    pub requested_quantity: f64,
    /// The quantity that was filled.
    pub filled_quantity: f64,
    /// The price asked for; none for an order at any price.
    pub requested_price: Option<f64>,
    /// The mean price that was paid; none if nothing was filled.
    pub executed_price: Option<f64>,
}
