//! The event library and its tables, derived from market data.

use super::baseline::read;
use super::simulate::origin_of;
use super::{Failure, TOOL_VERSION};
use crate::config::{Core, Markets, Mode, SourceFile, StressLab};
use crate::diag::{Problem, Problems};
use crate::document::json_text::Json;
use crate::domain::{Digest, Market, Timestamp};
use crate::fs;
use crate::lab::analytics::history::{
    self as lab_history, Bootstrap, Event, History, MarketData, Question, SOURCES, history_json,
    sources_text, tables,
};
use crate::lab::baseline::MeasuredInput;
use crate::lab::feed::{Bars, Readings};
use std::path::{Path, PathBuf};

/// What `stage6 history` is asked for.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// The folder with the files named in SOURCES.md.
    pub market_data: PathBuf,
    /// The configuration with scenarios and limits.
    pub config: PathBuf,
    /// The folder for the tables.
    pub output: PathBuf,
    /// How intervals are drawn.
    pub bootstrap: Bootstrap,
    /// The moment of the run; baselines may not be later.
    pub now: Timestamp,
}

/// What was made.
#[derive(Debug)]
pub struct HistoryMade {
    /// The answers.
    pub history: History,
    /// The files, in the order of their names.
    pub files: Vec<PathBuf>,
}

/// Reads configuration and market data, asks history, and writes tables, JSON and the sources.
///
/// # Errors
/// Every problem of every file, or a disk that refuses; then nothing was written.
pub fn history(options: &HistoryOptions) -> Result<HistoryMade, Failure> {
    let (lab, market, config) = configuration(options)?;
    let data = Raw::load(&options.market_data)?;
    let question = Question {
        events: &data.events,
        data: MarketData {
            bars: data.bars.each_ref(),
            funding: &data.funding,
            sentiment: &data.sentiment,
        },
        scenarios: &lab.scenarios,
        thresholds: &lab.thresholds,
        market: &market,
        bootstrap: options.bootstrap,
    };
    let history = lab_history::history(&question);
    let digests: Vec<(&str, Digest)> = data
        .inputs
        .iter()
        .map(|input| (input.file.as_str(), input.digest))
        .collect();
    let sources = sources_text(&digests, history.seed, history.draws);
    let mut contents: Vec<(String, Vec<u8>)> = tables(&history)
        .iter()
        .map(|table| (table.name.to_owned(), table.to_csv()))
        .collect();
    contents.push((
        "history.json".to_owned(),
        json_bytes(&history, &config, &data.inputs),
    ));
    contents.push(("SOURCES.md".to_owned(), sources.into_bytes()));
    contents.sort();
    let placed: Vec<(PathBuf, &[u8])> = contents
        .iter()
        .map(|(name, bytes)| (options.output.join(name), bytes.as_slice()))
        .collect();
    fs::write_together(&placed)?;
    Ok(HistoryMade {
        history,
        files: placed.into_iter().map(|(path, _)| path).collect(),
    })
}

/// The scenarios, the market that crises are replayed on (BTC, else the first), and the file they come from.
fn configuration(options: &HistoryOptions) -> Result<(StressLab, Market, SourceFile), Failure> {
    let origin = origin_of(&options.config);
    let core = Core::load(&origin, Mode::Strict)?;
    let shown = origin.shown.clone();
    let Some(lab) = core.stress_lab.clone() else {
        return Err(Problem::with_file(shown, "there is no section `stress_lab`")
            .hint("name another `--config`")
            .into());
    };
    let markets = Markets::load(&lab, &origin, Mode::Strict, options.now)?.markets;
    let bitcoin = markets
        .iter()
        .find(|market| market.baseline.symbol.starts_with("BTC"));
    match bitcoin.or(markets.first()).cloned() {
        Some(market) => Ok((lab, market, core.source)),
        None => Err(Problem::with_file(shown, "there is no dataset")
            .hint("add one below `datasets`")
            .into()),
    }
}

/// The market data.
struct Raw {
    bars: [Bars; 3],
    funding: Readings,
    sentiment: Readings,
    events: Vec<Event>,
    inputs: Vec<MeasuredInput>,
}

impl Raw {
    fn load(folder: &Path) -> Result<Raw, Failure> {
        if !folder.is_dir() {
            let problem = Problem::with_file(folder.display().to_string(), "no such folder");
            return Err(problem
                .hint("name the folder with the files of SOURCES.md")
                .into());
        }
        let mut problems = Problems::new();
        let mut inputs = Vec::new();
        let [btc, eth, sol, funding, sentiment, events] = SOURCES.map(|source| folder.join(source.file));
        let mut bars = |path: &Path| {
            problems
                .take(read("prices", path, &mut inputs, Bars::read))
                .map(|(_, bars)| bars)
        };
        let bars = (bars(&btc), bars(&eth), bars(&sol));
        let rates = |path: &str, bytes: &[u8]| Readings::funding(path, bytes, None);
        let funding = problems.take(read("funding", &funding, &mut inputs, rates));
        let sentiment = problems.take(read("sentiment", &sentiment, &mut inputs, Readings::sentiment));
        let events = problems.take(read("events", &events, &mut inputs, Event::read_all));
        let parts = (bars, funding, sentiment, events);
        let ((Some(btc), Some(eth), Some(sol)), Some(funding), Some(sentiment), Some(events)) = parts else {
            problems.into_result(())?;
            return Err(Failure::Internal("market data was lost".to_owned()));
        };
        Ok(Raw {
            bars: [btc, eth, sol],
            funding: funding.1,
            sentiment: sentiment.1,
            events: events.1,
            inputs,
        })
    }
}

/// The section, with the digests of all that it rests on: whoever reads it later can tell whether the configuration
/// is still the same.
fn json_bytes(history: &History, config: &SourceFile, inputs: &[MeasuredInput]) -> Vec<u8> {
    let file = |file: &str, role: &str, digest: Digest| {
        let digest = Json::text(digest.to_string());
        Json::map([
            ("file", Json::text(file)),
            ("role", Json::text(role)),
            ("sha256", digest),
        ])
    };
    let data = inputs
        .iter()
        .map(|input| file(&input.file, input.role, input.digest));
    let inputs = std::iter::once(file(&config.path, "config", config.digest)).chain(data);
    Json::map([
        ("history", history_json(history)),
        ("inputs", Json::List(inputs.collect())),
        ("tool_version", Json::text(TOOL_VERSION)),
    ])
    .to_file_text()
    .into_bytes()
}
