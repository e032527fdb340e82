//! A portfolio and the section `portfolio_stress` of `core.yaml` (specification, section 10).

use super::core::{Mode, SourceFile, read_yaml};
use super::fields::{Range, Shared};
use super::record::Record;
use super::stored::{StoredFile, of_node, open};
use crate::diag::{Checked, Problem};
use crate::document::Node;
use crate::document::json_text::Json;
use crate::domain::{Portfolio, PortfolioScenario, Position, ReturnShock, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How far a stated total may be from cash and positions, as a fraction of it.
const ROUNDING: f64 = 1e-6;

/// Reads a portfolio.
///
/// # Errors
/// Every problem of the file; by our rules also a total that is not the sum of its parts.
pub fn portfolio(file: &StoredFile<'_>, mode: Mode) -> Checked<(Portfolio, SourceFile)> {
    open(file, mode, |record| {
        let id = record
            .text("portfolio_id")
            .unwrap_or_else(|| "stage6_portfolio".to_owned());
        let cash_usd = record.number("cash_usd", Range::NotNegative).unwrap_or(0.0);
        let mut positions: Vec<Position> = record
            .records("positions")
            .into_iter()
            .filter_map(position)
            .collect();
        let sum: f64 = positions.iter().map(|position| position.value_usd).sum();
        let stated = record.number("total_value_usd", Range::Positive);
        let total_value_usd = stated.unwrap_or(cash_usd + sum);
        check_total(record, &positions, sum, cash_usd + sum, total_value_usd);
        for position in positions.iter_mut().filter(|position| position.weight <= 0.0) {
            position.weight = position.value_usd / sum;
        }
        Some(Portfolio {
            id,
            cash_usd,
            total_value_usd,
            positions,
            as_of: as_of(record),
            metadata: open_members(record, "metadata"),
        })
    })
}

fn check_total(record: &Record<'_, '_>, positions: &[Position], sum: f64, parts: f64, total: f64) {
    let node = record
        .node("total_value_usd")
        .or(record.node("positions"))
        .or(record.node("cash_usd"));
    let Some(node) = node else {
        if !record.is_lenient() {
            let hint = "give `cash_usd` and `positions` in US dollars";
            record.refuse_whole("the portfolio is worth nothing", hint);
        }
        return;
    };
    let is_finite = total.is_finite() && parts.is_finite();
    if !is_finite && !record.is_lenient() {
        let message = "the values of the portfolio sum to more than a number can hold";
        record.refuse(node, message, "give its values in US dollars");
    } else if total <= 0.0 || (sum <= 0.0 && !positions.is_empty()) {
        record.refuse(
            node,
            "the portfolio is worth nothing",
            "give its values in US dollars",
        );
    } else if !record.is_lenient() && (total - parts).abs() > ROUNDING * total {
        let message = format!("the total {total} is not cash and positions, {parts}");
        record.refuse(
            node,
            message,
            "correct one of them, or leave `total_value_usd` out",
        );
    }
    let mut seen = BTreeSet::new();
    for position in positions
        .iter()
        .filter(|position| !seen.insert(position.symbol.to_lowercase()))
    {
        if !record.is_lenient() {
            let message = format!("the position `{}` stands twice", position.symbol);
            record.refuse(node, message, "put both into one position");
        }
    }
}

fn as_of(record: &Record<'_, '_>) -> Option<Timestamp> {
    let text = record.text("as_of")?;
    let moment = Timestamp::parse_date_or_moment(&text);
    if let (Err(error), Some(node), false) = (&moment, record.node("as_of"), record.is_lenient()) {
        record.refuse(node, format!("`as_of` is `{text}`"), error.to_string());
    }
    moment.ok()
}

fn open_members(record: &Record<'_, '_>, key: &'static str) -> BTreeMap<String, Json> {
    record
        .named(key)
        .iter()
        .map(|entry| (entry.key.clone(), Json::from_node(&entry.value)))
        .collect()
}

fn position(record: Record<'_, '_>) -> Option<Position> {
    let symbol = record.required_text("symbol");
    let value = record.number("value_usd", Range::NotNegative);
    let value = value.or_else(|| record.number("notional_usd", Range::NotNegative));
    if value.is_none() {
        record.require("value_usd");
    }
    let weight = record.number("weight", Range::Fraction).unwrap_or(0.0);
    let metadata = open_members(&record, "metadata");
    let mut factor_betas = Vec::new();
    if let Some(betas) = record.node("factor_betas") {
        for entry in record.named("factor_betas") {
            match entry.value.as_scalar().and_then(|scalar| scalar.as_number()) {
                Some(beta) if beta.abs() <= 100.0 => factor_betas.push((entry.key.clone(), beta)),
                _ => record.refuse(
                    betas,
                    format!("the beta of `{}` is not a number up to 100", entry.key),
                    "write 1.0 for one to one",
                ),
            }
        }
    }
    record.finish();
    Some(Position {
        symbol: symbol?,
        value_usd: value?,
        weight,
        factor_betas,
        metadata,
    })
}

/// The scenarios of `portfolio_stress`, and the file they stand in.
///
/// # Errors
/// Every problem of the section; by our rules also probabilities above 1 and scenarios that shock nothing.
pub fn portfolio_scenarios(
    file: &StoredFile<'_>,
    mode: Mode,
) -> Checked<(Vec<PortfolioScenario>, SourceFile)> {
    let source = read_yaml(file.location, file.shown).map_err(|problem| vec![problem])?;
    let name = "portfolio_stress";
    let section = source
        .node
        .get(name)
        .or_else(|| source.node.at_path(&["runtime", name]));
    let Some(node) = section.cloned() else {
        return Err(vec![
            Problem::with_file(file.shown, format!("there is no section `{name}`"))
                .hint("add it with `scenarios:`, or name the right file with `--config`"),
        ]);
    };
    let scenarios = of_node(file.shown, name, &node, mode, |record| {
        check_enabled(record, &node);
        Some(read_scenarios(record, &node))
    })?;
    Ok((scenarios, source))
}

/// Checks the section `portfolio_stress` of a file that is read for something else: it need not be enabled.
pub(crate) fn check_stress(path: &str, name: &str, node: &Node, problems: Shared<'_>) {
    if let Some(record) = Record::open(path, name, node, problems, Mode::Strict) {
        read_scenarios(&record, node);
        record.finish();
    }
}

fn check_enabled(record: &Record<'_, '_>, node: &Node) {
    if !record.boolean("enabled").unwrap_or(false) && !record.is_lenient() {
        record.refuse(
            node,
            "portfolio stress is not enabled",
            "set `enabled: true`, or there is nothing to report",
        );
    }
}

fn read_scenarios(record: &Record<'_, '_>, node: &Node) -> Vec<PortfolioScenario> {
    let enabled = record.boolean("enabled").unwrap_or(false);
    for known in [
        "portfolio_id",
        "report_directory",
        "signing_key_env",
        "signing_key_path",
        "signing_key_id",
    ] {
        record.text(known);
    }
    for known in ["baseline_sources", "metadata"] {
        record.node(known);
    }
    let horizon = record
        .number("default_horizon_days", Range::NotNegative)
        .unwrap_or(1.0);
    let items = record.records("scenarios");
    let scenarios: Vec<PortfolioScenario> = items
        .into_iter()
        .filter_map(|item| scenario(item, horizon))
        .collect();
    if record.is_lenient() {
        return scenarios;
    }
    let place = record.node("scenarios").unwrap_or(node);
    if enabled && place.as_list().is_none_or(<[Node]>::is_empty) {
        record.refuse(
            place,
            "there is no scenario",
            "add one: a stress that tests nothing must not pass",
        );
    }
    let mut names = BTreeSet::new();
    for twice in scenarios.iter().filter(|scenario| !names.insert(&scenario.name)) {
        record.refuse(
            place,
            format!("the scenario `{}` stands twice", twice.name),
            "give each its own name",
        );
    }
    check_probabilities(record, place, &scenarios);
    scenarios
}

fn check_probabilities(record: &Record<'_, '_>, place: &Node, scenarios: &[PortfolioScenario]) {
    let likely = scenarios
        .iter()
        .filter(|scenario| scenario.probability.is_some_and(|probability| probability > 0.0))
        .count();
    let is_said = scenarios.iter().any(|scenario| scenario.probability.is_some());
    if is_said && likely < scenarios.len() {
        record.refuse(
            place,
            "some scenarios have a probability above 0 and others do not",
            "those without would count as 1/n in the value at risk: give every scenario one above 0, or none",
        );
    }
    let total: f64 = scenarios.iter().filter_map(|scenario| scenario.probability).sum();
    if total > 1.0 + ROUNDING {
        record.refuse(
            place,
            format!("the probabilities sum to {total}"),
            "they are fractions and sum to 1 at most",
        );
    }
}

fn scenario(record: Record<'_, '_>, default_horizon: f64) -> Option<PortfolioScenario> {
    let name = record.required_text("name");
    let scenario = PortfolioScenario {
        name: name.clone().unwrap_or_default(),
        title: record.text("title"),
        description: record.text("description"),
        horizon_days: record
            .number("horizon_days", Range::NotNegative)
            .unwrap_or(default_horizon),
        probability: record.number("probability", Range::Fraction),
        factors: shocks(&record, "factors", "factor"),
        assets: shocks(&record, "assets", "symbol"),
        tags: record.words("tags"),
        metadata: open_members(&record, "metadata"),
        cash_return: record.number("cash_return_pct", Range::Return).unwrap_or(0.0),
    };
    let shocks_nothing =
        scenario.factors.is_empty() && scenario.assets.is_empty() && scenario.cash_return == 0.0;
    if shocks_nothing
        && !record.is_lenient()
        && let Some(node) = record.node("name")
    {
        record.refuse(
            node,
            "the scenario shocks nothing",
            "add `factors:`, `assets:` or `cash_return_pct:`",
        );
    }
    record.finish();
    name.map(|_| scenario)
}

fn shocks(parent: &Record<'_, '_>, key: &'static str, named_by: &'static str) -> Vec<ReturnShock> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for record in parent.records(key) {
        let name = record.required_text(named_by);
        let return_fraction = record.number("return_pct", Range::Return).unwrap_or(0.0);
        let haircut = record
            .number("liquidity_haircut_pct", Range::Fraction)
            .unwrap_or(0.0);
        record.text("notes");
        if let (Some(name), Some(node), false) = (&name, record.node(named_by), record.is_lenient())
            && !seen.insert(name.to_lowercase())
        {
            record.refuse(
                node,
                format!("`{name}` is shocked twice"),
                "only the last would count; keep one",
            );
        }
        record.finish();
        found.extend(name.map(|name| ReturnShock {
            name,
            return_fraction,
            haircut,
        }));
    }
    found
}
