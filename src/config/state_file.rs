//! Which governor, and what it looks at: from `core.yaml`, from one JSON document, or from both.
//!
//! The document has the members `config` (left out when `core.yaml` gives it), `portfolio_value`, `allocations`,
//! `market_intel`, `slo_statuses` and `stress_overrides` for assets, or `config` and `observations` for strategies.

use super::advice::weight_overrides;
use super::core::{Mode, SourceFile, read_yaml};
use super::governed::{asset_governor, observations, state, strategy_governor};
use super::stored::{StoredFile, of_node, read_json};
use crate::diag::{Checked, Problem, Problems, nearest};
use crate::document::Node;
use crate::domain::{AssetGovernor, GovernorState, Holding, Observation, StrategyGovernor, WeightOverride};
use std::cell::RefCell;

/// What a preview of the governor of assets needs.
#[derive(Clone, Debug)]
pub struct AssetCase {
    /// The governor.
    pub governor: AssetGovernor,
    /// What it looks at.
    pub state: GovernorState,
    /// Recommendations inside the document.
    pub overrides: Vec<WeightOverride>,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
}

/// What a preview of the governor of strategies needs.
#[derive(Clone, Debug)]
pub struct StrategyCase {
    /// The governor.
    pub governor: StrategyGovernor,
    /// What was measured, in order.
    pub observations: Vec<Observation>,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
}

/// A governor of assets in `core.yaml`: the file and the governor's name.
pub type Named<'f> = (StoredFile<'f>, &'f str);

fn asset_section(named: &Named<'_>) -> Checked<(Node, SourceFile)> {
    let (file, name) = named;
    let source = read_yaml(file.location, file.shown).map_err(|problem| vec![problem])?;
    let section = "portfolio_governors";
    let all = source
        .node
        .get(section)
        .or_else(|| source.node.at_path(&["runtime", section]));
    let Some(all) = all else {
        return Err(vec![
            Problem::with_file(file.shown, format!("there is no section `{section}`"))
                .hint("add it, or put the governor's `config` into the state document"),
        ]);
    };
    match all.get(name) {
        Some(node) => Ok((node.clone(), source)),
        None => {
            let names = || {
                all.as_map()
                    .unwrap_or_default()
                    .iter()
                    .map(|entry| entry.key.as_str())
            };
            let hint = match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
            };
            Err(vec![
                all.problem(file.shown, format!("there is no governor `{name}`"))
                    .hint(hint),
            ])
        }
    }
}

/// Reads the named governor of assets.
///
/// # Errors
/// Every problem of its section.
pub fn named_governor(named: &Named<'_>, mode: Mode) -> Checked<(AssetGovernor, SourceFile)> {
    let (node, source) = asset_section(named)?;
    let name = format!("portfolio_governors.{}", named.1);
    let governor = of_node(named.0.shown, &name, &node, mode, |record| {
        asset_governor(record, named.1)
    })?;
    Ok((governor, source))
}

/// The assets of the named governor, as an evaluation needs them.
///
/// # Errors
/// Every problem of its section.
pub fn governor_holdings(named: &Named<'_>, mode: Mode) -> Checked<(Vec<Holding>, SourceFile)> {
    let (governor, source) = named_governor(named, mode)?;
    let holding = |asset: crate::domain::GovernedAsset| Holding {
        symbol: asset.symbol,
        tags: asset.tags,
    };
    Ok((governor.assets.into_iter().map(holding).collect(), source))
}

/// Reads a case for the governor of assets. A `named` governor stands in for `config` in the document.
///
/// # Errors
/// Every problem of the files.
pub fn asset_case(document: &StoredFile<'_>, named: Option<&Named<'_>>, mode: Mode) -> Checked<AssetCase> {
    let from_core = named.map(|named| named_governor(named, mode)).transpose()?;
    let source = read_json(document, mode)?;
    let (own, state, overrides) = of_node(document.shown, "", &source.node, mode, |record| {
        let own = match (&from_core, record.node("config")) {
            (None, Some(_)) => {
                let config = record.section("config")?;
                let governor = asset_governor(&config, "portfolio");
                config.finish();
                governor
            }
            (None, None) => {
                record.require("config");
                None
            }
            (Some(_), Some(node)) if !record.is_lenient() => {
                record.refuse(
                    node,
                    "the governor is given twice",
                    "leave out `config` here, or `--governor`",
                );
                None
            }
            (Some((governor, _)), _) => Some(governor.clone()),
        };
        record.node("timestamp");
        let overrides = weight_overrides(record, "stress_overrides");
        let state = state(record);
        Some((own?, state?, overrides))
    })?;
    let mut sources = vec![source];
    sources.extend(from_core.map(|(_, source)| source));
    Ok(AssetCase {
        governor: own,
        state,
        overrides,
        sources,
    })
}

/// Checks the section of the governor of strategies as a build does; it must be switched on and govern something.
fn check_section(path: &str, name: &str, node: &Node) -> Checked<()> {
    let problems = RefCell::new(Problems::new());
    super::governor::check(path, name, node, &problems);
    let refuse = |at: &Node, message: &str, hint: &str| {
        problems.borrow_mut().push(at.problem(path, message).hint(hint));
    };
    if let Some(switch) = node.get("enabled")
        && switch.as_scalar().is_some_and(|scalar| scalar.text == "false")
    {
        refuse(
            switch,
            "the governor is switched off",
            "set `enabled: true` to preview it",
        );
    }
    let strategies = node.get("strategies").and_then(Node::as_map);
    if strategies.is_none_or(<[_]>::is_empty) {
        refuse(
            node,
            "the governor has no strategies",
            "add them under `strategies:`",
        );
    }
    problems.into_inner().into_result(Some(()))?;
    Ok(())
}

/// Reads a case for the governor of strategies. `core` stands in for `config` in the document.
///
/// # Errors
/// Every problem of the files.
pub fn strategy_case(
    document: &StoredFile<'_>,
    core: Option<&StoredFile<'_>>,
    mode: Mode,
) -> Checked<StrategyCase> {
    let mut sources = Vec::new();
    let mut from_core = None;
    if let Some(file) = core {
        let source = read_yaml(file.location, file.shown).map_err(|problem| vec![problem])?;
        let name = "portfolio_governor";
        let node = source
            .node
            .get(name)
            .or_else(|| source.node.at_path(&["runtime", name]));
        let Some(node) = node.filter(|node| node.as_map().is_some_and(|entries| !entries.is_empty())) else {
            return Err(vec![
                Problem::with_file(file.shown, format!("there is no section `{name}`"))
                    .hint("add it, or put `config` into the state document"),
            ]);
        };
        if mode == Mode::Strict {
            check_section(file.shown, name, node)?;
        }
        from_core = Some(of_node(file.shown, name, node, mode, |record| {
            Some(strategy_governor(record))
        })?);
        sources.push(source);
    }
    let source = read_json(document, mode)?;
    let (governor, observations) = of_node(document.shown, "", &source.node, mode, |record| {
        record.node("timestamp");
        let config = record.node("config");
        let governor = match from_core {
            Some(governor) => governor,
            None => {
                record.require("config")?;
                let config = record.section("config")?;
                let governor = strategy_governor(&config);
                config.finish();
                governor
            }
        };
        if core.is_some()
            && let Some(node) = config
        {
            record.refuse(
                node,
                "the governor is given twice",
                "leave out `config` here, or `--config`",
            );
        }
        let observations = observations(record, &governor.strategies);
        Some((governor, observations))
    })?;
    sources.push(source);
    Ok(StrategyCase {
        governor,
        observations,
        sources,
    })
}
