//! The thresholds audit (specification, section 9): shipped values against the list that Stage6 audits, and
//! against the minutes of the workshop in which people agreed on them.

use super::stamp::{Stamp, count, texts};
use crate::diag::{Checked, Position, Problem, Problems, nearest};
use crate::document::json_text::{Json, python_float};
use crate::document::{Node, Value};

/// The name of the report's shape.
pub const AUDIT_SCHEMA: &str = "stage6.thresholds.audit";
/// Numbers closer than this are equal.
const TOLERANCE: f64 = 1e-9;

/// The groups of facts that are about values in `core.yaml`.
const GROUPS: [&str; 5] = [
    "market_intel",
    "thresholds",
    "portfolio_governor",
    "strategies",
    "scenario_overrides",
];

/// Where `exchange_blackout_and_latency` stands in the list.
const SCENARIO: &str = "exchange_blackout_and_latency";

/// The limits of the Stress Lab in Stage6's list.
const LISTED_LIMITS: [(&str, f64); 8] = [
    ("max_liquidity_loss_pct", 0.6),
    ("max_spread_increase_bps", 45.0),
    ("max_volatility_increase_pct", 0.80),
    ("max_sentiment_drawdown", 0.50),
    ("max_funding_change_bps", 25.0),
    ("max_latency_spike_ms", 150.0),
    ("max_blackout_minutes", 40.0),
    ("max_dispersion_bps", 60.0),
];

/// What is expected of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A number.
    Number(f64),
    /// These words in this order.
    Words(Vec<String>),
}

/// One expectation and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The value's path in `core.yaml`; the name of a scenario stands for its place in the list.
    pub path: Vec<String>,
    /// What is expected.
    pub expected: Expected,
}

/// One value that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The value's dotted path.
    pub path: String,
    /// What is shipped; `None` if nothing is.
    pub shipped: Option<String>,
    /// What was expected.
    pub expected: String,
    /// Where the shipped value stands.
    pub at: Option<Position>,
}

impl Difference {
    /// One line for people. `who` says whose expectation it is.
    pub fn line(&self, who: &str) -> String {
        match &self.shipped {
            Some(shipped) => format!("{}={shipped} ({who} {})", self.path, self.expected),
            None => format!("{} is not set ({who} {})", self.path, self.expected),
        }
    }
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// How many values were compared with Stage6's list.
    pub listed: usize,
    /// Those that differ.
    pub differences: Vec<Difference>,
    /// How many values were compared with the minutes.
    pub agreed: usize,
    /// Those that differ.
    pub agreement_differences: Vec<Difference>,
    /// What the list does not look at and should not go unseen.
    pub remarks: Vec<String>,
}

impl Audit {
    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.agreement_differences.is_empty()
    }
}

/// The values that Stage6's own audit expects (section 9).
pub fn listed_expectations() -> Vec<Expectation> {
    let mut list = Vec::new();
    let mut add = |prefix: &[&str], values: &[(&str, f64)]| {
        for (key, number) in values {
            let path = prefix
                .iter()
                .chain([key])
                .map(|part| (*part).to_owned())
                .collect();
            list.push(Expectation {
                path,
                expected: Expected::Number(*number),
            });
        }
    };
    add(&["market_intel"], &[("default_weight", 1.15)]);
    let governor = [
        ("rebalance_interval_minutes", 20.0),
        ("smoothing", 0.55),
        ("default_baseline_weight", 0.28),
        ("default_min_weight", 0.08),
        ("default_max_weight", 0.50),
        ("min_score_threshold", 0.08),
        ("default_cost_bps", 5.0),
    ];
    add(&["portfolio_governor"], &governor);
    add(
        &["portfolio_governor", "scoring"],
        &[("alpha", 0.9), ("cost", 1.3), ("slo", 1.2), ("risk", 0.8)],
    );
    for (name, least, most, factor) in [
        ("core_daily_trend", 0.22, 0.60, 1.25),
        ("core_mean_reversion", 0.10, 0.45, 1.45),
        ("core_volatility_target", 0.12, 0.40, 1.15),
        ("core_cross_exchange", 0.05, 0.28, 1.30),
    ] {
        let values = [
            ("min_weight", least),
            ("max_weight", most),
            ("max_signal_factor", factor),
        ];
        add(&["portfolio_governor", "strategies", name], &values);
    }
    add(&["stress_lab", "thresholds"], &LISTED_LIMITS);
    let own = [("max_latency_spike_ms", 180.0), ("max_blackout_minutes", 55.0)];
    add(
        &["stress_lab", "scenarios", SCENARIO, "threshold_overrides"],
        &own,
    );
    list.push(Expectation {
        path: vec!["market_intel".to_owned(), "required_symbols".to_owned()],
        expected: Expected::Words(["BTCUSDT", "ETHUSDT", "SOLUSDT"].map(str::to_owned).to_vec()),
    });
    list
}

/// What the minutes of the workshop agree on: the facts of their front matter, with the places in `core.yaml` that
/// they are about. Former values and counts of follow-ups are about the past and are left out.
///
/// # Errors
/// A group that is about nothing, a value that is no number, or no value at all: each would pass as agreed.
pub fn agreed_expectations(path: &str, facts: &Node) -> Checked<Vec<Expectation>> {
    let mut problems = Problems::new();
    let is_known = |key: &str| GROUPS.contains(&key) || key == "follow_ups" || key.starts_with("former_");
    let entries = facts.as_map().unwrap_or_default();
    for entry in entries.iter().filter(|entry| !is_known(&entry.key)) {
        let key = entry.key.as_str();
        let hint = match nearest(key, GROUPS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}, follow_ups, former_…", GROUPS.join(", ")),
        };
        problems.push(Problem::new(path, entry.key_at, format!("unknown group `{key}` of facts")).hint(hint));
    }
    let list = expectations(facts, &mut |node| {
        let problem = node.problem(path, "an agreed value that is not a number");
        problems.push(problem.hint("write a decimal number such as 0.5, without quotes"));
    });
    if list.is_empty() && problems.is_empty() {
        let problem = facts.problem(path, "the minutes agree on no value");
        problems.push(problem.hint("write the agreed values below `facts:`, or audit with `--no-minutes`"));
    }
    problems.into_result(list)
}

fn expectations(facts: &Node, refuse: &mut dyn FnMut(&Node)) -> Vec<Expectation> {
    let mut list = Vec::new();
    for (name, place) in [
        ("market_intel", &["market_intel"][..]),
        ("thresholds", &["stress_lab", "thresholds"]),
        ("portfolio_governor", &["portfolio_governor"]),
        ("strategies", &["portfolio_governor", "strategies"]),
    ] {
        if let Some(node) = facts.get(name) {
            leaves(
                node,
                place.iter().map(|part| (*part).to_owned()).collect(),
                &mut list,
                refuse,
            );
        }
    }
    for entry in facts
        .get("scenario_overrides")
        .and_then(Node::as_map)
        .unwrap_or_default()
    {
        let place = [
            "stress_lab",
            "scenarios",
            entry.key.as_str(),
            "threshold_overrides",
        ];
        leaves(&entry.value, place.map(str::to_owned).to_vec(), &mut list, refuse);
    }
    list
}

fn leaves(node: &Node, path: Vec<String>, list: &mut Vec<Expectation>, refuse: &mut dyn FnMut(&Node)) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let mut path = path.clone();
                path.push(entry.key.clone());
                leaves(&entry.value, path, list, refuse);
            }
        }
        // Only symbols are agreed on as a list of words.
        Value::List(_) if path.last().is_none_or(|key| key != "required_symbols") => refuse(node),
        Value::List(items) => {
            let words = items
                .iter()
                .filter_map(Node::as_scalar)
                .map(|scalar| scalar.text.clone());
            list.push(Expectation {
                path,
                expected: Expected::Words(words.collect()),
            });
        }
        Value::Scalar(scalar) => match scalar.as_number() {
            Some(number) => list.push(Expectation {
                path,
                expected: Expected::Number(number),
            }),
            None => refuse(node),
        },
    }
}

/// Compares what is shipped with Stage6's list and, if there are any, with the expectations of the minutes.
pub fn audit(core: &Node, agreed: &[Expectation]) -> Audit {
    let listed = listed_expectations();
    Audit {
        listed: listed.len(),
        differences: listed.iter().filter_map(|one| compare(core, one)).collect(),
        agreed: agreed.len(),
        agreement_differences: agreed.iter().filter_map(|one| compare(core, one)).collect(),
        remarks: remarks(core),
    }
}

/// The value at a path, at the top or below `runtime`; in a list, the first entry with that `name`.
fn shipped<'n>(core: &'n Node, path: &[String]) -> Option<&'n Node> {
    let (section, rest) = path.split_first()?;
    let top = core
        .get(section)
        .or_else(|| core.at_path(&["runtime", section]))?;
    rest.iter().try_fold(top, |node, key| match &node.value {
        Value::List(items) => items.iter().find(|item| {
            item.get("name")
                .and_then(Node::as_scalar)
                .is_some_and(|name| name.text.trim() == key)
        }),
        _ => node.get(key),
    })
}

fn compare(core: &Node, expectation: &Expectation) -> Option<Difference> {
    let node = shipped(core, &expectation.path).filter(|node| !node.is_null());
    let (same, expected) = match &expectation.expected {
        Expected::Number(number) => {
            let value = node
                .and_then(Node::as_scalar)
                .and_then(|scalar| scalar.as_number());
            (
                value.is_some_and(|value| (value - number).abs() <= TOLERANCE),
                python_float(*number),
            )
        }
        Expected::Words(words) => {
            let items = node.and_then(Node::as_list).unwrap_or_default();
            let found: Vec<&str> = items
                .iter()
                .filter_map(Node::as_scalar)
                .map(|one| one.text.as_str())
                .collect();
            (
                node.is_some() && found == *words,
                format!("[{}]", words.join(", ")),
            )
        }
    };
    let text = |node: &Node| match &node.value {
        Value::Scalar(scalar) => scalar
            .as_number()
            .map_or_else(|| scalar.text.clone(), python_float),
        Value::List(items) => {
            let words = items
                .iter()
                .map(|item| item.as_scalar().map_or("…", |scalar| scalar.text.as_str()));
            format!("[{}]", words.collect::<Vec<_>>().join(", "))
        }
        Value::Map(_) => "a mapping".to_owned(),
    };
    (!same).then(|| Difference {
        path: expectation.path.join("."),
        shipped: node.map(text),
        expected,
        at: node.map(|node| node.at),
    })
}

/// What no list of values shows: switches that are off, shocks without strength, symbols without data.
fn remarks(core: &Node) -> Vec<String> {
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let mut remarks = Vec::new();
    let switches = [
        ["stress_lab", "enabled"],
        ["stress_lab", "require_success"],
        ["portfolio_governor", "enabled"],
    ];
    for keys in switches {
        let switch = shipped(core, &path(&keys))
            .and_then(Node::as_scalar)
            .and_then(|scalar| scalar.as_bool());
        if switch == Some(false) {
            remarks.push(format!("{} is false", keys.join(".")));
        }
    }
    let scenarios = shipped(core, &path(&["stress_lab", "scenarios"]))
        .and_then(Node::as_list)
        .unwrap_or_default();
    for scenario in scenarios {
        let name = scenario
            .get("name")
            .and_then(Node::as_scalar)
            .map_or("(no name)", |name| name.text.as_str());
        for shock in scenario.get("shocks").and_then(Node::as_list).unwrap_or_default() {
            let strength = shock
                .get("intensity")
                .and_then(Node::as_scalar)
                .and_then(|scalar| scalar.as_number());
            if strength == Some(0.0) {
                remarks.push(format!("{name}: a shock of intensity 0 tests nothing"));
            }
        }
    }
    let datasets = shipped(core, &path(&["stress_lab", "datasets"]));
    let required = shipped(core, &path(&["market_intel", "required_symbols"])).and_then(Node::as_list);
    for symbol in required.unwrap_or_default().iter().filter_map(Node::as_scalar) {
        if datasets.is_some_and(|datasets| datasets.get(&symbol.text).is_none()) {
            remarks.push(format!(
                "{} is required, but the Stress Lab has no dataset for it",
                symbol.text
            ));
        }
    }
    remarks
}

/// The bytes of the audit's file.
pub fn audit_json(
    audit: &Audit,
    config_path: &str,
    minutes_path: Option<&str>,
    stamp: &Stamp<'_>,
) -> Vec<u8> {
    let lines = |differences: &[Difference], who: &str| {
        texts(&differences.iter().map(|one| one.line(who)).collect::<Vec<_>>())
    };
    let mut members = stamp.members(AUDIT_SCHEMA);
    members.extend([
        ("timestamp", Json::text(stamp.generated_at.to_string())),
        ("config_path", Json::text(config_path)),
        ("minutes_path", Json::optional_text(minutes_path)),
        (
            "status",
            Json::text(if audit.is_clean() { "ok" } else { "mismatch" }),
        ),
        ("values_listed", count(audit.listed)),
        ("values_agreed", count(audit.agreed)),
        ("differences", lines(&audit.differences, "expected")),
        (
            "agreement_differences",
            lines(&audit.agreement_differences, "agreed"),
        ),
        ("remarks", texts(&audit.remarks)),
    ]);
    Json::map(members).to_file_text().into_bytes()
}
