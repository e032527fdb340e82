//! The section `stress_lab`, read strictly (specification, sections 1.2 to 1.5).

use super::analytics;
use super::fields::{Fields, Range, Shared};
use super::key_place;
use crate::diag::{Position, nearest};
use crate::document::{Entry, Node};
use crate::domain::{
    AnalyticsSettings, Metric, MetricValues, OverridePolicy, Scenario, Severity, Shock, ShockKind,
    ThresholdOverrides, Thresholds,
};
use std::collections::BTreeSet;

/// The resolved section.
#[derive(Clone, Debug)]
pub struct StressLab {
    /// Whether the lab is to run at all.
    pub enabled: bool,
    /// A failed scenario gives exit code 3.
    pub require_success: bool,
    /// Where reports go, as written.
    pub report_directory: String,
    /// Where the signing key comes from.
    pub signing: SigningSettings,
    /// The global limits.
    pub thresholds: Thresholds,
    /// The market files, in the order of the configuration.
    pub datasets: Vec<DatasetSettings>,
    /// What is simulated.
    pub scenarios: Vec<Scenario>,
    /// How failed scenarios are answered; `None` where the configuration does not say.
    pub override_policy: Option<OverridePolicy>,
    /// How analyses are made.
    pub analytics: AnalyticsSettings,
}

/// Where the configuration says that the signing key is.
#[derive(Clone, Debug, Default)]
pub struct SigningSettings {
    /// A key file, as written.
    pub key_path: Option<String>,
    /// The name of an environment variable.
    pub key_env: Option<String>,
    /// The id that signatures carry.
    pub key_id: Option<String>,
}

/// One entry of `datasets`.
#[derive(Clone, Debug)]
pub struct DatasetSettings {
    /// Its key.
    pub key: String,
    /// The symbol to use where the file names none.
    pub symbol: String,
    /// The baseline file, as written.
    pub metrics_path: String,
    /// Where that path stands in the configuration.
    pub path_at: Position,
    /// Weight of the market in averages.
    pub weight: f64,
    /// A missing file may be replaced by an invented baseline.
    pub allow_synthetic: bool,
}

/// The folder for reports where the configuration names none.
pub(crate) const DEFAULT_REPORT_DIRECTORY: &str = "var/audit/stage6/stress_lab";

/// Reads the section. Problems are noted in `problems`; the value is usable only if there are none.
pub(crate) fn read(path: &str, name: &str, node: &Node, problems: Shared<'_>) -> Option<StressLab> {
    let fields = Fields::open(path, name, node, problems)?;
    let enabled = fields.boolean("enabled").unwrap_or(false);
    let require_success = fields.boolean("require_success").unwrap_or(true);
    let report_directory = fields
        .text("report_directory")
        .unwrap_or_else(|| DEFAULT_REPORT_DIRECTORY.to_owned());
    let signing = SigningSettings {
        key_path: key_place::file(&fields, "signing_key_path"),
        key_env: key_place::variable(&fields, "signing_key_env"),
        key_id: fields.text("signing_key_id"),
    };
    let thresholds = match fields.section("thresholds") {
        Some(section) => Thresholds::DEFAULT.overlaid_by(&limits(section)),
        None => Thresholds::DEFAULT,
    };
    let datasets = datasets(&fields);
    let scenarios = scenarios(&fields);
    let override_policy = super::policy::override_policy(&fields);
    let analytics = fields
        .section("analytics")
        .map(analytics::read)
        .unwrap_or_default();
    if !enabled {
        let place = fields.node("enabled").unwrap_or(node);
        fields.refuse(
            place,
            "the Stress Lab is not enabled",
            "set `enabled: true`, or there is nothing to report",
        );
    }
    check_markets(&fields, &datasets, &scenarios);
    fields.finish();
    Some(StressLab {
        enabled,
        require_success,
        report_directory,
        signing,
        thresholds,
        datasets,
        scenarios,
        override_policy,
        analytics,
    })
}

fn limits(fields: Fields<'_, '_>) -> ThresholdOverrides {
    let mut overrides = ThresholdOverrides::default();
    for metric in Metric::ALL {
        let range = match metric {
            Metric::LiquidityLoss => Range::Fraction,
            Metric::VolatilityIncrease => Range::Increase,
            _ => Range::NotNegative,
        };
        if let Some(limit) = fields.number(metric.threshold_key(), range) {
            overrides.set(metric, limit);
        }
    }
    fields.finish();
    overrides
}

fn datasets(fields: &Fields<'_, '_>) -> Vec<DatasetSettings> {
    fields
        .named("datasets")
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| dataset(fields, entry))
        .collect()
}

fn dataset(parent: &Fields<'_, '_>, entry: &Entry) -> Option<DatasetSettings> {
    let (path, problems) = parent.context();
    let name = format!("{}.{}", parent.name_of("datasets"), entry.key);
    let fields = Fields::open(path, &name, &entry.value, problems)?;
    let symbol = fields
        .text("symbol")
        .unwrap_or_else(|| entry.key.trim().to_owned());
    let path_at = fields.node("metrics_path").map_or(entry.key_at, |node| node.at);
    let metrics_path = fields.required_text("metrics_path");
    let weight = fields.number("weight", Range::NotNegative).unwrap_or(1.0);
    let allow_synthetic = fields.boolean("allow_synthetic").unwrap_or(false);
    fields.finish();
    Some(DatasetSettings {
        key: entry.key.clone(),
        symbol,
        metrics_path: metrics_path?,
        path_at,
        weight,
        allow_synthetic,
    })
}

fn scenarios(fields: &Fields<'_, '_>) -> Vec<Scenario> {
    let Some(node) = fields.required("scenarios") else {
        return Vec::new();
    };
    let items = fields.list("scenarios").unwrap_or_default();
    if node.as_list().is_some_and(<[Node]>::is_empty) {
        fields.refuse(
            node,
            "there is no scenario",
            "add one: a lab that tests nothing must not pass",
        );
    }
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if let Some(scenario) = scenario(fields, index, item) {
            if !names.insert(scenario.name.clone()) {
                let message = format!("the scenario `{}` stands twice", scenario.name);
                fields.refuse(item, message, "give each scenario its own name");
            }
            found.push(scenario);
        }
    }
    found
}

fn scenario(parent: &Fields<'_, '_>, index: usize, node: &Node) -> Option<Scenario> {
    let (path, problems) = parent.context();
    let fields = Fields::open(
        path,
        &format!("{}[{index}]", parent.name_of("scenarios")),
        node,
        problems,
    )?;
    let name = fields.required_text("name");
    let severity = severity(&fields);
    let markets = markets(&fields);
    let description = fields.lines("description");
    let shocks = shocks(&fields);
    let overrides = fields
        .section("threshold_overrides")
        .map(limits)
        .unwrap_or_default();
    fields.finish();
    Some(Scenario {
        name: name?,
        severity,
        markets,
        shocks,
        description,
        overrides,
    })
}

fn severity(fields: &Fields<'_, '_>) -> Severity {
    let word = fields
        .text("severity")
        .map_or_else(|| "medium".to_owned(), |word| word.to_lowercase());
    if !Severity::WORDS.contains(&word.as_str())
        && let Some(node) = fields.node("severity")
    {
        let hint = match word.as_str() {
            "critical" => {
                "the reference reads `critical` as medium; write `extreme` or `medium`, whichever is meant"
            }
            _ => "use low, medium, high or extreme",
        };
        fields.refuse(node, format!("unknown severity `{word}`"), hint);
    }
    Severity::new(word)
}

fn markets(fields: &Fields<'_, '_>) -> Vec<String> {
    let Some(node) = fields.required("markets") else {
        return Vec::new();
    };
    let markets = fields.texts("markets").unwrap_or_default();
    if node.as_list().is_some_and(<[Node]>::is_empty) {
        fields.refuse(node, "the scenario names no market", "name at least one dataset");
    }
    let mut seen = BTreeSet::new();
    for (market, item) in &markets {
        if !seen.insert(market) {
            fields.refuse(
                item,
                format!("the market `{market}` stands twice"),
                "it would count twice in averages",
            );
        }
    }
    markets.into_iter().map(|(market, _)| market).collect()
}

fn shocks(fields: &Fields<'_, '_>) -> Vec<Shock> {
    let Some(node) = fields.required("shocks") else {
        return Vec::new();
    };
    let items = fields.list("shocks").unwrap_or_default();
    if node.as_list().is_some_and(<[Node]>::is_empty) {
        fields.refuse(
            node,
            "the scenario has no shock",
            "add one: a scenario without shocks always passes",
        );
    }
    items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| shock(fields, index, item))
        .collect()
}

fn shock(parent: &Fields<'_, '_>, index: usize, node: &Node) -> Option<Shock> {
    let (path, problems) = parent.context();
    let fields = Fields::open(
        path,
        &format!("{}[{index}]", parent.name_of("shocks")),
        node,
        problems,
    )?;
    let word = fields.required_text("type").map(|word| word.to_lowercase());
    let intensity = fields.number("intensity", Range::NotNegative).unwrap_or(1.0);
    let duration_minutes = fields.number("duration_minutes", Range::NotNegative);
    fields.lines("notes");
    let word = word?;
    let Some(kind) = ShockKind::from_word(&word) else {
        let words = || ShockKind::WORDS.iter().map(|(word, _)| *word);
        let hint = match nearest(&word, words()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known shocks: {}", words().collect::<Vec<_>>().join(", ")),
        };
        let place = fields.node("type").unwrap_or(node);
        fields.refuse(place, format!("unknown shock `{word}`"), hint);
        return None;
    };
    if kind != ShockKind::Blackout
        && let Some(place) = fields.node("duration_minutes")
    {
        fields.refuse(
            place,
            format!("`{word}` has no duration"),
            "only blackout shocks last; remove the line",
        );
    }
    fields.finish();
    Some(Shock {
        kind,
        intensity,
        duration_minutes,
    })
}

/// A market must be a dataset's key or symbol, and a symbol must belong to one dataset only.
fn check_markets(fields: &Fields<'_, '_>, datasets: &[DatasetSettings], scenarios: &[Scenario]) {
    let mut symbols = BTreeSet::new();
    for (dataset, entry) in datasets.iter().zip(fields.named("datasets").unwrap_or_default()) {
        if !symbols.insert(&dataset.symbol) {
            let message = format!("two datasets have the symbol `{}`", dataset.symbol);
            fields.refuse(
                &entry.value,
                message,
                "a scenario could not say which one it means",
            );
        }
    }
    let known: Vec<&str> = datasets
        .iter()
        .flat_map(|dataset| [dataset.key.as_str(), dataset.symbol.as_str()])
        .collect();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    let items = fields
        .node("scenarios")
        .and_then(Node::as_list)
        .unwrap_or_default();
    for item in items
        .iter()
        .filter_map(|item| item.get("markets"))
        .flat_map(|node| node.as_list().unwrap_or_default())
    {
        let Some(market) = item.as_scalar().map(|scalar| scalar.text.trim()) else {
            continue;
        };
        wanted.insert(market);
        if !market.is_empty() && !known.contains(&market) {
            let hint = match nearest(market, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add a dataset for it under `datasets`".to_owned(),
            };
            fields.refuse(item, format!("unknown market `{market}`"), hint);
        }
    }
    for scenario in scenarios {
        let weight: f64 = datasets
            .iter()
            .filter(|dataset| {
                scenario.markets.contains(&dataset.key) || scenario.markets.contains(&dataset.symbol)
            })
            .map(|dataset| dataset.weight)
            .sum();
        let place = items.iter().find(|item| {
            item.get("name")
                .and_then(Node::as_scalar)
                .is_some_and(|name| name.text.trim() == scenario.name)
        });
        if let Some(place) =
            place.filter(|_| weight <= 0.0 && !datasets.is_empty() && !scenario.markets.is_empty())
        {
            let message = format!("all markets of `{}` have weight 0", scenario.name);
            fields.refuse(place, message, "give at least one of them a weight above 0");
        }
    }
}

/// Thresholds from plain numbers, for the lenient reader.
pub(crate) fn thresholds_from(limits: [f64; 8]) -> Thresholds {
    Thresholds::new(MetricValues::new(limits))
}
