//! `stage6 signal-quality`.

use super::Outcome;
use super::arguments::DateArguments;
use super::clock;
use super::console::{Console, more};
use super::reports::count;
use crate::diag::{Problem, Topic};
use crate::document::json_text::{Json, python_float};
use crate::domain::Timestamp;
use crate::fs::Project;
use crate::pipeline::{self, Failure, SIGNALS_FOLDER, SignalOptions, SignalsFound};
use crate::signals::IndexRow;
use clap::Args;
use std::path::{Path, PathBuf};

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 signal-quality
  stage6 signal-quality --fail-on-stale --date 2026-11-23T12:00:00Z
  stage6 signal-quality --check --json
  stage6 signal-quality --snapshots collected --checklist collected/adapters.csv --output out/index.csv

Numbers are computed again from the orders of each snapshot. A snapshot is as old as the moment recorded in it says; the
time of its file proves nothing. Beside the index stands parity_report.json: exchanges that only one side knows.";

#[derive(Args, Debug)]
pub(super) struct SignalQualityArguments {
    /// The folder of snapshots, one <exchange>.json for each exchange.
    #[arg(long, value_name = "DIR", default_value = SIGNALS_FOLDER)]
    snapshots: String,
    /// The checklist of adapters. Default: adapter_checklist.csv among the snapshots.
    #[arg(long, value_name = "CSV")]
    checklist: Option<String>,
    /// The index to write. Default: index.csv among the snapshots.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Compare the index that is there, and write nothing.
    #[arg(long)]
    check: bool,
    /// End with exit code 3 if a snapshot is older than the publication rules allow, or from the future.
    #[arg(long)]
    fail_on_stale: bool,
    #[command(flatten)]
    date: DateArguments,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

pub(super) fn run(arguments: &SignalQualityArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let options = SignalOptions {
        snapshots: arguments.snapshots.clone(),
        checklist: arguments.checklist.clone(),
        output: arguments.output.clone(),
        check: arguments.check,
    };
    let found = pipeline::signal_quality(&Project::open(&arguments.root)?, &options)?;
    let stale = found
        .index
        .rows
        .iter()
        .filter(|row| standing(row, &found, now) != "fresh");
    let stale = stale.count();
    let outdated = arguments.check && !found.was_current;
    let differs = !found.disagreements.is_empty() || !found.index.completeness.is_complete();
    show(&found, now, console);
    if outdated {
        console.remark(format!(
            "{}, or the report beside it, is not what snapshots and checklist give; run the command without `--check`",
            shown(&found.output)
        ));
    }
    for path in &found.written {
        console.line(format!("wrote {}", shown(path)));
    }
    let status = match (differs || outdated, stale > 0) {
        (true, _) => "mismatch",
        (false, true) => "stale",
        (false, false) => "ok",
    };
    console.object(&object(&found, status, stale, now));
    Ok(
        match differs || outdated || (stale > 0 && arguments.fail_on_stale) {
            true => {
                more(&[Topic::Signals]);
                Outcome::Breach
            }
            false => Outcome::Good,
        },
    )
}

fn show(found: &SignalsFound, now: Timestamp, console: &mut Console) {
    let number = |number: Option<f64>| number.map_or_else(|| "not measured".to_owned(), python_float);
    let width = found.index.rows.iter().map(|row| row.exchange.len()).max();
    let width = width.unwrap_or(0);
    for row in &found.index.rows {
        let quality = &row.quality;
        let sample = if row.sample { "; sample" } else { "" };
        console.line(format!(
            "{:<width$}  {}  {:<6}  {} orders, {} failed; fill ratio {}; slippage {} bps; {} alerts{sample}",
            row.exchange,
            row.created_at,
            standing(row, found, now),
            quality.total,
            quality.failures,
            number(quality.fill_ratio),
            number(quality.slippage_bps),
            row.watchdog_alerts,
        ));
    }
    for problem in &found.disagreements {
        console.remark(format!("differs: {problem}"));
    }
    for exchange in &found.index.completeness.missing_in_index {
        console.remark(format!(
            "missing: `{exchange}` is in the checklist and has no snapshot"
        ));
    }
    for exchange in &found.index.completeness.extra_in_index {
        console.remark(format!(
            "extra: `{exchange}` has a snapshot and is not in the checklist"
        ));
    }
}

/// A path without the dot of a project that is the folder at hand.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

fn standing(row: &IndexRow, found: &SignalsFound, now: Timestamp) -> &'static str {
    match row.is_fresh(now, found.max_age_hours) {
        true => "fresh",
        false if row.created_at > now => "future",
        false => "stale",
    }
}

fn object(found: &SignalsFound, status: &str, stale: usize, now: Timestamp) -> Json {
    let number = |number: Option<f64>| number.map_or(Json::Null, Json::Float);
    let rows = found.index.rows.iter().map(|row| {
        Json::map([
            ("exchange", Json::text(&row.exchange)),
            ("snapshot_created_at", Json::text(row.created_at.to_string())),
            ("age_hours", Json::Float(row.age_hours(now))),
            ("standing", Json::text(standing(row, found, now))),
            ("sample", Json::Bool(row.sample)),
            ("total", count(row.quality.total)),
            ("failures", count(row.quality.failures)),
            ("fill_ratio", number(row.quality.fill_ratio)),
            ("slippage_bps", number(row.quality.slippage_bps)),
            ("watchdog_alerts", Json::integer(row.watchdog_alerts)),
        ])
    });
    let disagreement = |problem: &Problem| {
        Json::map([
            ("path", Json::text(&problem.path)),
            ("line", Json::integer(problem.at.line)),
            ("column", Json::integer(problem.at.column)),
            ("message", Json::text(&problem.message)),
        ])
    };
    let written = found.written.iter().map(|path| Json::text(shown(path)));
    let names = |names: &[String]| Json::List(names.iter().map(Json::text).collect());
    let completeness = &found.index.completeness;
    Json::map([
        ("status", Json::text(status)),
        ("as_of", Json::text(now.to_string())),
        ("max_age_hours", Json::Float(found.max_age_hours)),
        ("not_fresh", count(stale)),
        ("snapshots", Json::List(rows.collect())),
        (
            "disagreements",
            Json::List(found.disagreements.iter().map(disagreement).collect()),
        ),
        ("missing_in_index", names(&completeness.missing_in_index)),
        ("extra_in_index", names(&completeness.extra_in_index)),
        ("index_was_current", Json::Bool(found.was_current)),
        ("written", Json::List(written.collect())),
    ])
}
