//! Market baselines: one JSON file for each dataset (specification, section 2.1).

use super::compat;
use super::core::{Mode, Origin, SourceFile};
use super::fields::{Fields, Range, Shared};
use super::stress_lab::{DatasetSettings, StressLab};
use crate::diag::{Checked, Problem, Problems};
use crate::document::{Node, json};
use crate::domain::{Baseline, Digest, Market, Provenance, Timestamp};
use crate::fs::{self, display_name};
use std::cell::RefCell;
use std::path::Path;

/// The markets of a configuration, with the files they come from.
#[derive(Clone, Debug, Default)]
pub struct Markets {
    /// In the order of the configuration.
    pub markets: Vec<Market>,
    /// The baseline files, in the same order; none for a synthetic one.
    pub sources: Vec<SourceFile>,
}

impl Markets {
    /// Reads the baseline of every dataset, used or not.
    ///
    /// `origin` says where the configuration lies and what it is called; the ages of data count to `now`.
    ///
    /// # Errors
    /// Every problem in every file, and every missing file that may not be replaced.
    pub fn load(lab: &StressLab, origin: &Origin, mode: Mode, now: Timestamp) -> Checked<Markets> {
        let mut problems = Problems::new();
        let mut loaded = Markets::default();
        for dataset in &lab.datasets {
            let location = fs::resolve(&origin.location, &dataset.metrics_path);
            if dataset.allow_synthetic && !location.exists() {
                loaded.markets.push(synthetic(dataset));
                continue;
            }
            let path = display_name(&origin.shown, &dataset.metrics_path);
            match load_one(dataset, &location, &path, mode, now) {
                Ok((mut market, mut source)) => {
                    source.path = display_name(&origin.recorded, &dataset.metrics_path);
                    market.path = Some(source.path.clone());
                    loaded.markets.push(market);
                    loaded.sources.push(source);
                }
                Err(found) => problems.extend(
                    found
                        .into_iter()
                        .map(|problem| at_config(problem, dataset, &origin.shown, &path)),
                ),
            }
        }
        problems.into_result(loaded)
    }
}

/// A file that is not there is the configuration's mistake, so the problem points there.
fn at_config(problem: Problem, dataset: &DatasetSettings, shown: &str, path: &str) -> Problem {
    if problem.message != "no such file" {
        return problem;
    }
    Problem::new(shown, dataset.path_at, format!("the baseline `{path}` of `{}` is not there", dataset.key)).hint(
        "relative paths start at the folder that holds this file; `allow_synthetic: true` permits an invented one",
    )
}

fn synthetic(dataset: &DatasetSettings) -> Market {
    Market {
        key: dataset.key.clone(),
        baseline: Baseline::synthetic(&dataset.symbol, dataset.weight),
        provenance: Provenance::Synthetic,
        path: None,
        digest: None,
        as_of: None,
    }
}

fn load_one(
    dataset: &DatasetSettings,
    location: &Path,
    path: &str,
    mode: Mode,
    now: Timestamp,
) -> Checked<(Market, SourceFile)> {
    let one = |problem: Problem| vec![problem];
    let bytes = fs::read_file(location, path).map_err(one)?;
    let read = match mode {
        Mode::Strict => json::read(path, &bytes),
        Mode::Reference => compat::read_json(path, &bytes),
    };
    let node = read.map_err(one)?;
    let problems = RefCell::new(Problems::new());
    let baseline = match mode {
        Mode::Strict => strict(path, &node, dataset, &problems),
        Mode::Reference => compat::baseline(path, &node, dataset, &problems),
    };
    let as_of = as_of(path, &node, mode, now, &problems);
    let baseline = problems.into_inner().into_result(baseline)?;
    let Some(baseline) = baseline else {
        return Err(one(Problem::with_file(path, "not a baseline")));
    };
    let source = SourceFile {
        path: path.to_owned(),
        digest: Digest::of(&bytes),
        bytes,
        node,
    };
    let market = Market {
        key: dataset.key.clone(),
        baseline,
        provenance: provenance(&source.node),
        path: Some(source.path.clone()),
        digest: Some(source.digest),
        as_of,
    };
    Ok((market, source))
}

fn strict(path: &str, root: &Node, dataset: &DatasetSettings, problems: Shared<'_>) -> Option<Baseline> {
    let record = root.get("baseline").unwrap_or(root);
    let fields = Fields::open(path, "baseline", record, problems)?;
    let symbol = fields.text("symbol").unwrap_or_else(|| dataset.symbol.clone());
    if symbol != dataset.symbol
        && let Some(node) = fields.node("symbol")
    {
        let message = format!(
            "the file is about `{symbol}`, the dataset `{}` about `{}`",
            dataset.key, dataset.symbol
        );
        fields.refuse(node, message, "point the dataset to the right file");
    }
    Some(Baseline {
        symbol,
        mid_price: fields.required_number("mid_price", Range::Positive)?,
        avg_depth_usd: fields.required_number("avg_depth_usd", Range::Positive)?,
        avg_spread_bps: fields.required_number("avg_spread_bps", Range::Positive)?,
        funding_rate_bps: fields.required_number("funding_rate_bps", Range::Any)?,
        sentiment_score: fields.required_number("sentiment_score", Range::Score)?,
        realized_volatility: fields.required_number("realized_volatility", Range::Positive)?,
        weight: dataset.weight,
    })
}

/// When the numbers were taken. A moment after the report's own would make the age of the data a lie.
fn as_of(path: &str, root: &Node, mode: Mode, now: Timestamp, problems: Shared<'_>) -> Option<Timestamp> {
    let node = root.get("generated_at").filter(|node| !node.is_null())?;
    let text = &node.as_scalar()?.text;
    match Timestamp::parse(text) {
        Ok(moment) if moment <= now || mode == Mode::Reference => Some(moment),
        Ok(_) => {
            let message = format!("the baseline is of {text}, after the report's own moment {now}");
            let problem = node
                .problem(path, message)
                .hint("correct the file, or give a later `--date`");
            problems.borrow_mut().push(problem);
            None
        }
        Err(_) if mode == Mode::Reference => None,
        Err(error) => {
            let problem = node
                .problem(path, format!("`generated_at` is `{text}`"))
                .hint(error.to_string());
            problems.borrow_mut().push(problem);
            None
        }
    }
}

/// What the file says of its own origin.
fn provenance(root: &Node) -> Provenance {
    match root.at_path(&["source", "type"]).and_then(Node::as_scalar) {
        Some(kind) if matches!(kind.text.as_str(), "fixture" | "sample") => Provenance::Sample,
        Some(kind) if !kind.text.trim().is_empty() => Provenance::Measured,
        _ => Provenance::Unstated,
    }
}
