//! Configuration as the reference reads it: PyYAML's YAML 1.1 words, Python's conversions, its defaults.
//!
//! Only `simulate --compat reference` comes here, so that our numbers can be compared with the reference on inputs
//! that we would refuse. What the reference rejects is rejected here too (specification, sections 1.2 to 1.6).

pub(super) mod python;
mod repr;

pub(super) use repr::python_repr;

use self::python::Python;
use super::fields::Shared;
use super::stress_lab::{
    DEFAULT_REPORT_DIRECTORY, DatasetSettings, SigningSettings, StressLab, thresholds_from,
};
use crate::diag::{Position, Problem};
use crate::document::{Entry, Node, Value, json};
use crate::domain::{
    AnalyticsSettings, Baseline, Metric, Scenario, Severity, Shock, ShockKind, ThresholdOverrides, Thresholds,
};

/// Reads the section `stress_lab`; `None` without a problem if there is none.
pub(crate) fn read(path: &str, root: &Node, problems: Shared<'_>) -> Option<StressLab> {
    let is_map = |node: &&Node| node.as_map().is_some();
    let section = root.get("stress_lab").filter(is_map);
    let section = section.or_else(|| root.at_path(&["runtime", "stress_lab"]).filter(is_map))?;
    match lab(path, section) {
        Ok(lab) => Some(lab),
        Err(problem) => {
            problems.borrow_mut().push(problem);
            None
        }
    }
}

fn lab(path: &str, section: &Node) -> Result<StressLab, Problem> {
    let truthy = |key: &str, default: bool| {
        section
            .get(key)
            .map_or(default, |node| Python::of(node).is_truthy())
    };
    let text = |key: &str| {
        section
            .get(key)
            .map(|node| Python::of(node).to_text().trim().to_owned())
    };
    let some_text = |key: &str| text(key).filter(|text| !text.is_empty() && text != "None");
    let global = match section.get("thresholds").filter(|node| !node.is_null()) {
        Some(node) => Thresholds::DEFAULT.overlaid_by(&limits(path, node)?),
        None => Thresholds::DEFAULT,
    };
    Ok(StressLab {
        enabled: truthy("enabled", false),
        require_success: truthy("require_success", true),
        report_directory: some_text("report_directory")
            .unwrap_or_else(|| DEFAULT_REPORT_DIRECTORY.to_owned()),
        signing: SigningSettings {
            key_path: some_text("signing_key_path"),
            key_env: some_text("signing_key_env"),
            key_id: some_text("signing_key_id"),
        },
        thresholds: thresholds_from(Metric::ALL.map(|metric| global.limit(metric))),
        datasets: datasets(path, section)?,
        scenarios: scenarios(path, section)?,
        override_policy: None,
        analytics: AnalyticsSettings::default(),
    })
}

/// A member that counts as given: neither absent nor falsy in Python.
fn given<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|member| Python::of(member).is_truthy())
}

fn entries<'n>(path: &str, node: &'n Node, what: &str) -> Result<&'n [Entry], Problem> {
    node.as_map()
        .ok_or_else(|| node.problem(path, format!("{what} is not a mapping")))
}

fn items<'n>(path: &str, node: &'n Node, what: &str) -> Result<&'n [Node], Problem> {
    node.as_list()
        .ok_or_else(|| node.problem(path, format!("{what} is not a list")))
}

fn number(path: &str, node: &Node, what: &str) -> Result<f64, Problem> {
    Python::of(node)
        .to_float()
        .ok_or_else(|| node.problem(path, format!("{what} is not a number")))
}

fn limits(path: &str, node: &Node) -> Result<ThresholdOverrides, Problem> {
    entries(path, node, "the thresholds block")?;
    let mut overrides = ThresholdOverrides::default();
    for metric in Metric::ALL {
        let key = metric.threshold_key();
        let Some(limit) = node.get(key).filter(|limit| !Python::of(limit).is_nothing()) else {
            continue;
        };
        overrides.set(metric, python::larger(0.0, number(path, limit, key)?));
    }
    Ok(overrides)
}

fn datasets(path: &str, section: &Node) -> Result<Vec<DatasetSettings>, Problem> {
    let Some(node) = given(section, "datasets") else {
        return Ok(Vec::new());
    };
    entries(path, node, "`datasets`")?
        .iter()
        .map(|entry| dataset(path, entry))
        .collect()
}

fn dataset(path: &str, entry: &Entry) -> Result<DatasetSettings, Problem> {
    let key = entry.key.clone();
    let node = &entry.value;
    entries(path, node, &format!("the dataset `{key}`"))?;
    let symbol = node
        .get("symbol")
        .map(|symbol| Python::of(symbol).to_text().trim().to_owned());
    let Some(metrics) = given(node, "metrics_path") else {
        return Err(node.problem(path, format!("the dataset `{key}` has no metrics_path")));
    };
    let weight = node
        .get("weight")
        .map_or(Ok(1.0), |weight| number(path, weight, "the weight"))?;
    Ok(DatasetSettings {
        symbol: symbol
            .filter(|symbol| !symbol.is_empty())
            .unwrap_or_else(|| key.clone()),
        key,
        metrics_path: Python::of(metrics).to_text(),
        path_at: metrics.at,
        weight: python::larger(0.0, weight),
        allow_synthetic: node.get("allow_synthetic").is_some_and(allows),
    })
}

/// The one switch that the reference parses as text; other words count as yes.
fn allows(node: &Node) -> bool {
    match Python::of(node) {
        Python::Text(word) => {
            !word.is_empty()
                && !matches!(
                    word.trim().to_lowercase().as_str(),
                    "0" | "false" | "no" | "n" | "off"
                )
        }
        other => other.is_truthy(),
    }
}

fn scenarios(path: &str, section: &Node) -> Result<Vec<Scenario>, Problem> {
    let Some(node) = given(section, "scenarios") else {
        return Ok(Vec::new());
    };
    items(path, node, "`scenarios`")?
        .iter()
        .map(|item| scenario(path, item))
        .collect()
}

fn scenario(path: &str, node: &Node) -> Result<Scenario, Problem> {
    entries(path, node, "the scenario")?;
    let name = node
        .get("name")
        .map(|name| Python::of(name).to_text().trim().to_owned());
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(node.problem(path, "the scenario has no name"));
    };
    let word = node
        .get("severity")
        .map(|word| Python::of(word).to_text().trim().to_lowercase());
    let word = word.filter(|word| !word.is_empty() && word != "none");
    let description = node.get("description").and_then(|text| match Python::of(text) {
        Python::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    });
    let overrides = match node.get("threshold_overrides").filter(|block| !block.is_null()) {
        Some(block) => limits(path, block)?,
        None => ThresholdOverrides::default(),
    };
    Ok(Scenario {
        name,
        severity: Severity::new(word.unwrap_or_else(|| "medium".to_owned())),
        markets: markets(path, node)?,
        shocks: shocks(path, node)?,
        description,
        overrides,
    })
}

/// A plain text counts as the sequence of its letters (finding Q13).
fn markets(path: &str, node: &Node) -> Result<Vec<String>, Problem> {
    let Some(markets) = node.get("markets") else {
        return Err(node.problem(path, "the scenario has no markets"));
    };
    let names: Vec<String> = match (&markets.value, Python::of(markets)) {
        (Value::List(items), _) => items.iter().map(|item| Python::of(item).to_text()).collect(),
        (_, Python::Text(text)) => text.chars().map(String::from).collect(),
        _ => return Err(markets.problem(path, "`markets` is not a list")),
    };
    let names: Vec<String> = names
        .iter()
        .map(|name| name.trim().to_owned())
        .filter(|n| !n.is_empty())
        .collect();
    if names.is_empty() {
        return Err(markets.problem(path, "the scenario names no market"));
    }
    Ok(names)
}

fn shocks(path: &str, node: &Node) -> Result<Vec<Shock>, Problem> {
    let Some(shocks) = given(node, "shocks") else {
        return Ok(Vec::new());
    };
    items(path, shocks, "`shocks`")?
        .iter()
        .map(|item| shock(path, item))
        .collect()
}

fn shock(path: &str, node: &Node) -> Result<Shock, Problem> {
    entries(path, node, "the shock")?;
    let word = node
        .get("type")
        .map(|word| Python::of(word).to_text().trim().to_lowercase());
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return Err(node.problem(path, "the shock has no type"));
    };
    let intensity = node
        .get("intensity")
        .map_or(Ok(1.0), |value| number(path, value, "the intensity"))?;
    let duration = node
        .get("duration_minutes")
        .filter(|value| !Python::of(value).is_nothing());
    let duration = duration
        .map(|value| number(path, value, "the duration"))
        .transpose()?;
    Ok(Shock {
        kind: ShockKind::from_word(&word).unwrap_or(ShockKind::Unknown(word)),
        intensity: python::larger(0.0, intensity),
        duration_minutes: duration.map(|minutes| python::larger(0.0, minutes)),
    })
}

/// Reads JSON with Python's words for the numbers that JSON does not have.
pub(crate) fn read_json(path: &str, bytes: &[u8]) -> Result<Node, Problem> {
    json::read(path, bytes).or_else(|problem| {
        let text = String::from_utf8_lossy(bytes);
        if !["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
            return Err(problem);
        }
        // A YAML reader takes JSON as it is and leaves the words as plain scalars.
        crate::document::yaml::read(path, &text)
    })
}

/// A baseline with the reference's defaults and conversions (section 2.1).
pub(crate) fn baseline(
    path: &str,
    root: &Node,
    dataset: &DatasetSettings,
    problems: Shared<'_>,
) -> Option<Baseline> {
    let record = match root.as_map() {
        Some(_) => root.get("baseline").unwrap_or(root),
        None => root,
    };
    let built = entries(path, record, "the baseline").and_then(|_| {
        let field = |key: &str, default: f64| {
            record
                .get(key)
                .map_or(Ok(default), |node| number(path, node, key))
        };
        let symbol = record.get("symbol").map(|node| Python::of(node).to_text());
        Ok(Baseline {
            symbol: symbol.unwrap_or_else(|| dataset.symbol.clone()),
            mid_price: field("mid_price", 25_000.0)?,
            avg_depth_usd: field("avg_depth_usd", 1_500_000.0)?,
            avg_spread_bps: field("avg_spread_bps", 6.0)?,
            funding_rate_bps: field("funding_rate_bps", 12.0)?,
            sentiment_score: field("sentiment_score", 0.4)?,
            realized_volatility: field("realized_volatility", 0.35)?,
            weight: dataset.weight,
        })
    });
    built
        .map_err(|problem| problems.borrow_mut().push(at_least_a_line(problem)))
        .ok()
}

fn at_least_a_line(mut problem: Problem) -> Problem {
    if problem.at == Position::WHOLE_FILE {
        problem.at = Position::new(1, 1);
    }
    problem
}
