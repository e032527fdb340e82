//! The portfolio report as JSON and CSV, in the reference's shape (specification, section 10).

use super::{PortfolioResult, PositionResult, Summary, TagAggregate};
use crate::document::csv_text::csv_bytes;
use crate::document::json_text::{Json, python_float};
use crate::domain::{Portfolio, Position};
use crate::lab::stamp::{Stamp, count, optional, texts};

/// The name of the report's shape.
pub const PORTFOLIO_SCHEMA: &str = "stage6.risk.portfolio_stress.report";

/// The bytes of the report's file.
pub fn portfolio_json(
    portfolio: &Portfolio,
    results: &[PortfolioResult],
    summary: &Summary,
    stamp: &Stamp<'_>,
) -> Vec<u8> {
    let scenarios = results
        .iter()
        .map(|result| scenario(result, stamp.compat_reference));
    let mut members = stamp.members(PORTFOLIO_SCHEMA);
    members.extend([
        ("portfolio_id", Json::text(&portfolio.id)),
        ("baseline", baseline(portfolio)),
        ("scenarios", Json::List(scenarios.collect())),
        ("summary", summary_json(portfolio, results, summary)),
    ]);
    Json::map(members).to_file_text().into_bytes()
}

fn pairs(pairs: &[(String, f64)]) -> Json {
    Json::map(
        pairs
            .iter()
            .map(|(name, number)| (name.clone(), Json::Float(*number))),
    )
}

fn baseline(portfolio: &Portfolio) -> Json {
    let mut members = vec![
        ("portfolio_id", Json::text(&portfolio.id)),
        ("total_value_usd", Json::Float(portfolio.total_value_usd)),
        ("cash_usd", Json::Float(portfolio.cash_usd)),
        (
            "positions",
            Json::List(portfolio.positions.iter().map(holding).collect()),
        ),
    ];
    members.extend(
        portfolio
            .as_of
            .map(|as_of| ("as_of", Json::text(as_of.to_python()))),
    );
    if !portfolio.metadata.is_empty() {
        members.push(("metadata", Json::Map(portfolio.metadata.clone())));
    }
    Json::map(members)
}

fn holding(position: &Position) -> Json {
    let mut members = vec![
        ("symbol", Json::text(&position.symbol)),
        ("value_usd", Json::Float(position.value_usd)),
        ("weight", Json::Float(position.weight)),
    ];
    if !position.factor_betas.is_empty() {
        members.push(("factor_betas", pairs(&position.factor_betas)));
    }
    if !position.metadata.is_empty() {
        members.push(("metadata", Json::Map(position.metadata.clone())));
    }
    Json::map(members)
}

fn scenario(result: &PortfolioResult, compat_reference: bool) -> Json {
    let scenario = &result.scenario;
    let mut metadata = scenario.metadata.clone();
    metadata
        .entry("cash_return_pct".to_owned())
        .or_insert(Json::Float(scenario.cash_return));
    metadata.insert(
        "liquidity_impact_usd".to_owned(),
        Json::Float(result.liquidity_impact_usd),
    );
    let mut members = vec![
        ("name", Json::text(&scenario.name)),
        ("title", Json::optional_text(scenario.title.as_deref())),
        (
            "description",
            Json::optional_text(scenario.description.as_deref()),
        ),
        ("horizon_days", Json::Float(scenario.horizon_days)),
        ("probability", optional(scenario.probability)),
        ("tags", texts(&scenario.tags)),
        ("total_pnl_usd", Json::Float(result.pnl_usd)),
        ("total_return_pct", Json::Float(result.total_return)),
        ("drawdown_pct", Json::Float(result.drawdown)),
        ("shocked_value_usd", Json::Float(result.shocked_value_usd)),
        ("cash_pnl_usd", Json::Float(result.cash_pnl_usd)),
        ("liquidity_impact_usd", Json::Float(result.liquidity_impact_usd)),
        ("factor_contributions", pairs(&result.factor_contributions)),
        (
            "positions",
            Json::List(result.positions.iter().map(position).collect()),
        ),
        ("metadata", Json::Map(metadata)),
    ];
    if !scenario.metadata.is_empty() {
        members.push(("scenario_metadata", Json::Map(scenario.metadata.clone())));
    }
    if let Some(worst) = result.worst_position() {
        let worst = [
            ("symbol", Json::text(&worst.symbol)),
            ("return_pct", Json::Float(worst.total_return)),
            ("pnl_usd", Json::Float(worst.pnl_usd)),
        ];
        members.push(("worst_position", Json::map(worst)));
    }
    if !compat_reference {
        members.push(("unmatched_shocks", texts(&result.unmatched)));
    }
    Json::map(members)
}

fn position(result: &PositionResult) -> Json {
    let mut members = vec![
        ("symbol", Json::text(&result.symbol)),
        ("base_value_usd", Json::Float(result.base_value_usd)),
        ("shocked_value_usd", Json::Float(result.shocked_value_usd)),
        ("pnl_usd", Json::Float(result.pnl_usd)),
        ("return_pct", Json::Float(result.total_return)),
        ("drawdown_pct", Json::Float(result.drawdown)),
        ("weight", Json::Float(result.weight)),
    ];
    if !result.factor_contributions.is_empty() {
        members.push(("factor_contributions", pairs(&result.factor_contributions)));
    }
    members.extend(
        result
            .asset_contribution_usd
            .map(|amount| ("asset_contribution_usd", Json::Float(amount))),
    );
    Json::map(members)
}

fn worst(result: &PortfolioResult) -> Vec<(&'static str, Json)> {
    vec![
        ("name", Json::text(&result.scenario.name)),
        ("title", Json::optional_text(result.scenario.title.as_deref())),
        ("drawdown_pct", Json::Float(result.drawdown)),
        ("total_return_pct", Json::Float(result.total_return)),
        ("total_pnl_usd", Json::Float(result.pnl_usd)),
    ]
}

fn summary_json(portfolio: &Portfolio, results: &[PortfolioResult], summary: &Summary) -> Json {
    let mut members = vec![
        ("scenario_count", count(results.len())),
        ("total_probability", Json::Float(summary.total_probability)),
        ("expected_pnl_usd", Json::Float(summary.expected_pnl_usd)),
    ];
    if summary.total_probability > 0.0 {
        let expected = summary.expected_pnl_usd / portfolio.total_value_usd;
        members.push(("expected_return_pct", Json::Float(expected)));
    }
    if let Some(result) = summary.worst.and_then(|index| results.get(index)) {
        let mut worst = worst(result);
        worst.push(("liquidity_impact_usd", Json::Float(result.liquidity_impact_usd)));
        members.extend([
            ("max_drawdown_pct", Json::Float(result.drawdown)),
            ("min_total_return_pct", Json::Float(summary.min_total_return)),
            (
                "max_liquidity_impact_usd",
                Json::Float(summary.max_liquidity_impact_usd),
            ),
            ("worst_scenario", Json::map(worst)),
        ]);
    }
    if let (Some(returns), Some(pnl)) = (summary.returns, summary.pnl) {
        members.extend([
            ("var_95_return_pct", Json::Float(returns.var_95)),
            ("cvar_95_return_pct", Json::Float(returns.cvar_95)),
            ("var_95_pnl_usd", Json::Float(pnl.var_95)),
            ("cvar_95_pnl_usd", Json::Float(pnl.cvar_95)),
        ]);
    }
    if !summary.tags.is_empty() {
        let tags = summary.tags.iter().filter_map(|one| tag(one, results));
        members.push(("tag_aggregates", Json::List(tags.collect())));
    }
    Json::map(members)
}

fn tag(aggregate: &TagAggregate, results: &[PortfolioResult]) -> Option<Json> {
    let result = results.get(aggregate.worst)?;
    Some(Json::map([
        ("tag", Json::text(&aggregate.tag)),
        ("scenario_count", count(aggregate.scenarios)),
        ("total_probability", Json::Float(aggregate.total_probability)),
        ("expected_pnl_usd", Json::Float(aggregate.expected_pnl_usd)),
        ("max_drawdown_pct", Json::Float(result.drawdown)),
        ("worst_return_pct", Json::Float(aggregate.worst_return)),
        ("worst_scenario", Json::map(worst(result))),
    ]))
}

/// A row for each scenario, with the reference's columns.
pub fn portfolio_csv(results: &[PortfolioResult]) -> Vec<u8> {
    let header = [
        "scenario",
        "title",
        "horizon_days",
        "total_return_pct",
        "drawdown_pct",
        "total_pnl_usd",
        "cash_pnl_usd",
        "liquidity_impact_usd",
        "worst_position",
        "worst_position_return_pct",
        "worst_position_pnl_usd",
    ];
    let rows = results.iter().map(|result| {
        let worst = result.worst_position();
        let number = |number: Option<f64>| number.map(python_float).unwrap_or_default();
        vec![
            result.scenario.name.clone(),
            result.scenario.title.clone().unwrap_or_default(),
            python_float(result.scenario.horizon_days),
            python_float(result.total_return),
            python_float(result.drawdown),
            python_float(result.pnl_usd),
            python_float(result.cash_pnl_usd),
            python_float(result.liquidity_impact_usd),
            worst.map(|worst| worst.symbol.clone()).unwrap_or_default(),
            number(worst.map(|worst| worst.total_return)),
            number(worst.map(|worst| worst.pnl_usd)),
        ]
    });
    csv_bytes(&header, rows)
}
