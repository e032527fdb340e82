//! `stage6 history`.

use super::Outcome;
use super::arguments::DateArguments;
use super::clock;
use super::console::Console;
use crate::document::json_text::Json;
use crate::lab::analytics::history::{Bootstrap, Finding, History, Rarity};
use crate::pipeline::{self, Failure, HistoryOptions};
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 history --market-data ../shared/market_data \\
      --output var/audit/stage6/history
  stage6 history --market-data data --output out/history --draws 2000 --json

Writes events.csv, event_replays.csv, shock_severity.csv, exceedance.csv,
quantiles.csv, return_levels.csv, history.json and SOURCES.md: derived numbers,
never raw series. The same data, configuration, seed and number of draws give the
same bytes on every machine. After a change of scenarios or limits, run it again.

Exit codes: 0 written, 1 the disk refused, 2 bad input or usage.";

#[derive(Args, Debug)]
pub(super) struct HistoryArguments {
    /// The folder with the raw files: candles of BTC, ETH and SOL, BTC funding, Fear & Greed, events.
    #[arg(long, value_name = "DIR")]
    market_data: PathBuf,
    /// The folder for the tables.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// The configuration with the scenarios and limits to judge.
    #[arg(long, value_name = "FILE", default_value = "config/core.yaml")]
    config: PathBuf,
    /// The seed of the block bootstrap.
    #[arg(long, default_value_t = 20_260_106)]
    seed: u64,
    /// How many times each series is drawn anew.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    draws: u32,
    #[command(flatten)]
    date: DateArguments,
}

pub(super) fn run(arguments: &HistoryArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let options = HistoryOptions {
        market_data: arguments.market_data.clone(),
        config: arguments.config.clone(),
        output: arguments.output.clone(),
        bootstrap: Bootstrap {
            seed: arguments.seed,
            draws: arguments.draws,
        },
        now: clock::now(&arguments.date)?,
    };
    let made = pipeline::history(&options)?;
    for rarity in &made.history.rarities {
        console.line(rarity_line(rarity));
    }
    for line in tail_lines(&made.history) {
        console.line(line);
    }
    for file in &made.files {
        console.line(format!("wrote {}", file.display()));
    }
    let files = made
        .files
        .iter()
        .map(|file| Json::text(file.display().to_string()))
        .collect();
    let breached = made
        .history
        .replays
        .iter()
        .filter(|replay| replay.verdict() == "breached")
        .count();
    console.object(&Json::map([
        ("status", Json::text("measured")),
        ("files", Json::List(files)),
        ("events", Json::Integer(made.history.events.len().to_string())),
        ("replays", Json::Integer(made.history.replays.len().to_string())),
        ("replays_breached", Json::Integer(breached.to_string())),
    ]));
    Ok(Outcome::Good)
}

fn rarity_line(rarity: &Rarity) -> String {
    let state = rarity.finding.state();
    let Finding::Measured {
        measure, exceedance, ..
    } = &rarity.finding
    else {
        return format!("{:<55} {state}", rarity.id);
    };
    let percent = |share: f64| share * 100.0;
    let often = format!(
        "{:.2} % of days ({:.2} to {:.2} %)",
        percent(exceedance.frequency),
        percent(exceedance.low),
        percent(exceedance.high)
    );
    format!(
        "{:<55} {state}: above {} {} on {often}",
        rarity.id,
        exceedance.level,
        measure.unit()
    )
}

fn tail_lines(history: &History) -> Vec<String> {
    let line = |(measure, tail): &(crate::lab::analytics::history::Measure, _)| {
        let tail: &crate::lab::analytics::history::Tail = tail;
        let levels: Vec<String> = tail
            .levels
            .iter()
            .map(|(years, level)| {
                format!(
                    "{years} y {:.2} ({:.2} to {:.2})",
                    level.value, level.low, level.high
                )
            })
            .collect();
        format!(
            "{:<55} tail, {}: {}",
            measure.key(),
            measure.unit(),
            levels.join(", ")
        )
    };
    history.tails.iter().map(line).collect()
}
