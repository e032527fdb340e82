//! A portfolio and shocks on it (specification, section 10). Returns, haircuts and weights are fractions: -0.2 is
//! a fall of 20 %.

use super::Timestamp;
use crate::document::json_text::Json;
use std::collections::BTreeMap;

/// A portfolio before any shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Portfolio {
    /// Its name.
    pub id: String,
    /// Cash, in US dollars.
    pub cash_usd: f64,
    /// Value of everything, in US dollars; above 0.
    pub total_value_usd: f64,
    /// What it holds.
    pub positions: Vec<Position>,
    /// The moment of these values.
    pub as_of: Option<Timestamp>,
    /// Whatever else the file says of it.
    pub metadata: BTreeMap<String, Json>,
}

/// One holding.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Its symbol.
    pub symbol: String,
    /// Its value, in US dollars.
    pub value_usd: f64,
    /// Its share of all positions, as a fraction.
    pub weight: f64,
    /// How strongly it follows each factor, in the order of the file; 1.0 is one to one.
    pub factor_betas: Vec<(String, f64)>,
    /// Whatever else the file says of it.
    pub metadata: BTreeMap<String, Json>,
}

/// What happens to a factor or an asset.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnShock {
    /// The factor or the symbol.
    pub name: String,
    /// Its return, as a fraction.
    pub return_fraction: f64,
    /// Share of a position that cannot be sold, as a fraction.
    pub haircut: f64,
}

/// A scenario for a portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioScenario {
    /// Its name.
    pub name: String,
    /// A name for people.
    pub title: Option<String>,
    /// A sentence for people.
    pub description: Option<String>,
    /// How long it takes, in days.
    pub horizon_days: f64,
    /// How likely it is, as a fraction.
    pub probability: Option<f64>,
    /// Shocks on factors.
    pub factors: Vec<ReturnShock>,
    /// Shocks on assets.
    pub assets: Vec<ReturnShock>,
    /// Words to group scenarios by.
    pub tags: Vec<String>,
    /// Whatever else the configuration says of it.
    pub metadata: BTreeMap<String, Json>,
    /// Return on cash, as a fraction.
    pub cash_return: f64,
}
