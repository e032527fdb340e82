//! Shocks on a portfolio: what a fall of factors and assets costs (specification, section 10). No limits, no gate.

mod json;
mod summary;

pub use json::{PORTFOLIO_SCHEMA, portfolio_csv, portfolio_json};
pub use summary::{Summary, TagAggregate, Tail, summarise};

use crate::domain::{Portfolio, PortfolioScenario, Position, ReturnShock};
use crate::lab::arithmetic::sum;

/// What a scenario does to one position. Amounts are US dollars, returns fractions.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionResult {
    /// The position's symbol.
    pub symbol: String,
    /// Its value before.
    pub base_value_usd: f64,
    /// Its value after.
    pub shocked_value_usd: f64,
    /// The difference.
    pub pnl_usd: f64,
    /// Its return.
    pub total_return: f64,
    /// Its fall; 0 if it rose.
    pub drawdown: f64,
    /// Its share of all positions.
    pub weight: f64,
    /// What each factor contributed.
    pub factor_contributions: Vec<(String, f64)>,
    /// What the shock on the asset itself contributed.
    pub asset_contribution_usd: Option<f64>,
}

/// What a scenario does to the portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioResult {
    /// The scenario.
    pub scenario: PortfolioScenario,
    /// Profit or loss.
    pub pnl_usd: f64,
    /// Return of the whole.
    pub total_return: f64,
    /// Fall of the whole; 0 if it rose.
    pub drawdown: f64,
    /// Value after.
    pub shocked_value_usd: f64,
    /// Profit or loss of the cash.
    pub cash_pnl_usd: f64,
    /// What could not be sold.
    pub liquidity_impact_usd: f64,
    /// What each factor contributed over all positions, in order of appearance.
    pub factor_contributions: Vec<(String, f64)>,
    /// The positions, in order.
    pub positions: Vec<PositionResult>,
    /// Shocks that hit nothing: no position has the factor or is the asset.
    pub unmatched: Vec<String>,
}

impl PortfolioResult {
    /// The position with the smallest return; the first of equals.
    pub fn worst_position(&self) -> Option<&PositionResult> {
        self.positions.iter().reduce(|worst, next| {
            if next.total_return < worst.total_return {
                next
            } else {
                worst
            }
        })
    }
}

/// Runs one scenario.
pub fn stress(portfolio: &Portfolio, scenario: &PortfolioScenario) -> PortfolioResult {
    // One running sum over all shocks of all positions, so that its last bit is the reference's.
    let mut liquidity_impact_usd = 0.0;
    let positions: Vec<PositionResult> = portfolio
        .positions
        .iter()
        .map(|position| stress_position(position, scenario, &mut liquidity_impact_usd))
        .collect();
    let cash_pnl_usd = portfolio.cash_usd * scenario.cash_return;
    let pnl_usd = sum(positions.iter().map(|position| position.pnl_usd)) + cash_pnl_usd;
    let total_return = pnl_usd / portfolio.total_value_usd;
    let mut factor_contributions: Vec<(String, f64)> = Vec::new();
    for (factor, amount) in positions
        .iter()
        .flat_map(|position| &position.factor_contributions)
    {
        match factor_contributions.iter_mut().find(|(known, _)| known == factor) {
            Some((_, sum)) => *sum += amount,
            None => factor_contributions.push((factor.clone(), *amount)),
        }
    }
    PortfolioResult {
        pnl_usd,
        total_return,
        drawdown: fall(total_return),
        shocked_value_usd: portfolio.total_value_usd + pnl_usd,
        cash_pnl_usd,
        liquidity_impact_usd,
        factor_contributions,
        positions,
        unmatched: unmatched(portfolio, scenario),
        scenario: scenario.clone(),
    }
}

/// `max(0, -r)`, and never a negative zero.
fn fall(total_return: f64) -> f64 {
    if total_return < 0.0 { -total_return } else { 0.0 }
}

/// Of several shocks with one name the last counts.
fn last(shocks: &[ReturnShock], is_it: impl Fn(&str) -> bool) -> Option<&ReturnShock> {
    shocks.iter().rev().find(|shock| is_it(&shock.name))
}

fn stress_position(
    position: &Position,
    scenario: &PortfolioScenario,
    liquidity_impact_usd: &mut f64,
) -> PositionResult {
    let value = position.value_usd;
    let mut factor_return = 0.0;
    let mut factor_contributions = Vec::new();
    for (factor, beta) in &position.factor_betas {
        let Some(shock) = last(&scenario.factors, |name| name == factor) else {
            continue;
        };
        factor_return += beta * shock.return_fraction;
        *liquidity_impact_usd += value * shock.haircut.max(0.0);
        factor_contributions.push((factor.clone(), value * beta * shock.return_fraction));
    }
    let asset = last(&scenario.assets, |name| {
        name.to_lowercase() == position.symbol.to_lowercase()
    });
    if let Some(shock) = asset {
        *liquidity_impact_usd += value * shock.haircut.max(0.0);
    }
    let total_return = factor_return + asset.map_or(0.0, |shock| shock.return_fraction);
    let shocked_value_usd = value * (1.0 + total_return);
    PositionResult {
        symbol: position.symbol.clone(),
        base_value_usd: value,
        shocked_value_usd,
        pnl_usd: shocked_value_usd - value,
        total_return,
        drawdown: fall(total_return),
        weight: position.weight,
        factor_contributions,
        asset_contribution_usd: asset.map(|shock| value * shock.return_fraction),
    }
}

fn unmatched(portfolio: &Portfolio, scenario: &PortfolioScenario) -> Vec<String> {
    let has_factor = |name: &str| {
        portfolio
            .positions
            .iter()
            .any(|position| position.factor_betas.iter().any(|(factor, _)| factor == name))
    };
    let has_asset = |name: &str| {
        portfolio
            .positions
            .iter()
            .any(|position| position.symbol.to_lowercase() == name.to_lowercase())
    };
    let factors = scenario.factors.iter().filter(|shock| !has_factor(&shock.name));
    let assets = scenario.assets.iter().filter(|shock| !has_asset(&shock.name));
    let named = |kind: &'static str| move |shock: &ReturnShock| format!("{kind}:{}", shock.name);
    factors
        .map(named("factor"))
        .chain(assets.map(named("asset")))
        .collect()
}
