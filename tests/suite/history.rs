//! `stage6 history`: rarity, tails and replays from real data, recomputed by other code.

use crate::scene::{DATE, Ran, Scene, has_tool, repository, shared};
use stage6_press::domain::Metric;
use stage6_press::evidence::Table;
use std::path::Path;
use std::process::Command;

#[track_caller]
fn history(scene: &Scene, market_data: &Path, more: &[&str]) -> Ran {
    let mut command = scene.command(&["history", "--date", DATE, "--output", "out"]);
    command.arg("--market-data").arg(market_data).args(more);
    scene.finish(command)
}

/// The tables that the repository holds; a test below shows that the command makes the same.
const COMMITTED: &str = "var/audit/stage6/history";

/// A cell of a committed table.
fn cell(scene: &Scene, table: &str, row: &str, column: &str) -> String {
    let path = format!("{COMMITTED}/{table}.csv");
    let table = Table::read(&path, scene.read(&path).as_bytes()).expect("an evidence table");
    let index = table.column(column, "en").expect("a column");
    table
        .rows
        .iter()
        .find(|line| line.id() == row)
        .expect("a row")
        .cells[index]
        .clone()
}

fn number(scene: &Scene, table: &str, row: &str, column: &str) -> f64 {
    cell(scene, table, row, column).parse().expect("a number")
}

/// Checks `table row column` against a published number.
#[track_caller]
fn near(scene: &Scene, place: &str, expected: f64, within: f64) {
    let parts: Vec<&str> = place.split(' ').collect();
    let found = number(scene, parts[0], parts[1], parts[2]);
    assert!(
        (found - expected).abs() <= within,
        "{place}: {found}, expected {expected}"
    );
}

/// `analytics_spec.md`, F6.
#[test]
fn the_published_tail_is_reproduced() {
    let scene = Scene::sample();
    let near = |column: &str, expected: f64, within: f64| {
        near(
            &scene,
            &format!("return_levels volatility_btc {column}"),
            expected,
            within,
        );
    };
    near("threshold", 1.88, 0.005);
    near("shape", 0.31, 0.005);
    near("scale", 0.63, 0.005);
    near("excesses", 152.0, 0.0);
    for (years, level, low, high) in [
        (1, 4.85, 4.16, 5.74),
        (5, 8.13, 5.97, 11.63),
        (10, 10.13, 6.83, 16.08),
    ] {
        near(&format!("level_years_{years}"), level, 0.02);
        // Another bootstrap than the prototype's; the ends move by a few percent.
        near(&format!("level_years_{years}_low"), low, 0.05 * low);
        near(&format!("level_years_{years}_high"), high, 0.05 * high);
    }
}

/// `analytics_spec.md`, "why the numbers matter"; `SOURCES.md`, "Frequencies for the configured numbers" and the
/// footnote on dispersion.
#[test]
fn the_published_frequencies_are_reproduced() {
    let scene = Scene::sample();
    let near = |place: &str, expected: f64, within: f64| near(&scene, place, expected, within);
    near("exceedance volatility_btc_above_1_6 frequency_pct", 0.083, 0.0005);
    near(
        "exceedance sentiment_fall_above_0_35 frequency_pct",
        0.147,
        0.0005,
    );
    near("exceedance sentiment_fall_above_0_5 frequency_pct", 0.072, 0.0005);
    near(
        "exceedance funding_shift_btc_above_10 frequency_pct",
        0.0035,
        0.00005,
    );
    near("exceedance funding_shift_btc_above_19_25 exceeded", 0.0, 0.0);
    near(
        "exceedance funding_shift_btc_above_25 observed_days",
        2_318.0,
        0.0,
    );
    near("exceedance coin_dispersion_above_60 frequency_pct", 0.84, 0.005);
    near("quantiles coin_dispersion p50", 149.0, 0.5);
    near("quantiles coin_dispersion p95", 610.0, 0.5);
    near("quantiles coin_dispersion p99", 1_086.0, 0.5);
    near("quantiles coin_dispersion greatest", 2_186.0, 0.5);
    // The same through the configured scenarios.
    near(
        "shock_severity cross_market_liquidity_crunch_volatility_btc frequency_pct",
        0.083,
        0.0005,
    );
    near(
        "shock_severity exchange_blackout_and_latency_sentiment_fall frequency_pct",
        0.147,
        0.0005,
    );
    let state = |row: &str| cell(&scene, "shock_severity", row, "state");
    assert_eq!(state("limit_funding_shift_btc"), "beyond_history");
    assert_eq!(state("cross_market_liquidity_crunch_price_gap"), "not_comparable");
    assert_eq!(state("exchange_blackout_and_latency_blackout"), "missing");
}

#[test]
fn a_second_program_finds_the_same_numbers() {
    let Some(data) = shared().map(|shared| shared.join("market_data")) else {
        return;
    };
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let tables = repository().join(COMMITTED);
    let script = repository().join("tests/suite/history_check.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(&data)
        .arg(tables)
        .output()
        .expect("python runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "374 of 374 numbers agree\n"
    );
}

/// SOURCES.md, the table of implied intensities, its last column.
#[test]
fn replays_break_the_limits_that_the_sources_say() {
    let scene = Scene::sample();
    let volatility = Metric::VolatilityIncrease.key();
    let sentiment = Metric::SentimentDrawdown.key();
    let both = format!("{volatility} {sentiment}");
    for (event, window, worst_day) in [
        ("2018_11_bch_hash_war_leg", both.as_str(), both.as_str()),
        ("2020_03_12_black_thursday", &both, &both),
        ("2021_05_19_china_leverage_flush", &both, &both),
        ("2022_05_luna_ust", volatility, volatility),
        ("2022_06_celsius_3ac", volatility, volatility),
        ("2022_11_ftx", volatility, volatility),
        ("2024_08_05_yen_carry_unwind", &both, &both),
        ("2025_02_03_tariff_flush", sentiment, &both),
        ("2025_04_07_tariff_flush", sentiment, sentiment),
        ("2025_10_10_liquidation_cascade", &both, &both),
    ] {
        for (basis, expected) in [("window", window), ("worst_day", worst_day)] {
            let row = format!("{event}_{basis}");
            assert_eq!(cell(&scene, "event_replays", &row, "breaches"), expected, "{row}");
        }
    }
}

#[test]
fn replays_give_back_what_was_observed_and_nothing_more() {
    let scene = Scene::sample();
    let events = Table::read(
        "events.csv",
        scene.read(&format!("{COMMITTED}/events.csv")).as_bytes(),
    );
    for event in events.expect("the library").rows {
        let event = event.id();
        for basis in ["window", "worst_day"] {
            let row = format!("{event}_{basis}");
            let dispersion = Metric::Dispersion.key();
            assert_eq!(
                cell(&scene, "event_replays", &row, &format!("{dispersion}_state")),
                "not_comparable"
            );
            assert_eq!(
                cell(
                    &scene,
                    "event_replays",
                    &row,
                    &format!("{dispersion}_utilisation")
                ),
                "missing"
            );
            assert_eq!(cell(&scene, "event_replays", &row, "latency_spike_ms"), "missing");
            // The engine gives back what was observed.
            let observed = number(&scene, "events", event, &format!("volatility_ratio_{basis}_btc"));
            let replayed = number(&scene, "event_replays", &row, "volatility_increase_pct");
            assert!(
                (replayed - (observed - 1.0).max(0.0)).abs() < 1e-12,
                "{row}: {replayed} and {observed}"
            );
        }
    }
    let cited = |row: &str, metric: &str| {
        let state = cell(&scene, "event_replays", row, &format!("{metric}_state"));
        (state, number(&scene, "event_replays", row, metric))
    };
    assert_eq!(
        cited("2020_03_12_black_thursday_window", "spread_increase_bps"),
        ("cited".to_owned(), 500.0)
    );
    assert_eq!(
        cited("2025_10_10_liquidation_cascade_window", "liquidity_loss_pct"),
        ("cited".to_owned(), 0.9)
    );
    assert_eq!(
        cell(
            &scene,
            "event_replays",
            "2022_11_ftx_window",
            "spread_increase_bps"
        ),
        "missing"
    );
}

#[test]
fn the_committed_tables_are_those_that_the_command_makes() {
    let Some(data) = shared().map(|shared| shared.join("market_data")) else {
        return;
    };
    let scene = Scene::sample();
    history(&scene, &data, &[]).ends_with(0);
    let made = scene.tree("out");
    let committed = scene.tree(COMMITTED);
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        committed.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &made {
        assert!(
            committed.get(name) == Some(bytes),
            "{name} differs; run `stage6 history` again"
        );
    }
    let sources = scene.read("out/SOURCES.md");
    assert!(sources.contains("data by alternative.me") && sources.contains("tunogya/etna @ c0ad1d775e6f"));
}

/// Fitted on 2017 to 2022, the tail must foretell how often 2023 to 2025 exceed its levels.
#[test]
fn the_tail_of_the_past_foretells_the_years_after() {
    use stage6_press::lab::analytics::history::{MarketData, Measure, Pareto, quantile, sorted};
    use stage6_press::lab::feed::{Bars, Day, Readings};
    let Some(data) = shared().map(|shared| shared.join("market_data")) else {
        return;
    };
    let read = |name: &str| std::fs::read(data.join(name)).expect("a data file");
    let bars = |name: &str| Bars::read(name, &read(name)).expect("good candles");
    let (btc, eth) = (bars("etna_BTCUSDT_1d.csv"), bars("ykasra_ETHUSDT_1d.csv"));
    let sol = bars("darufinance_SOLUSDT_1h.csv");
    let funding = Readings::funding("f", &read("lukmol_funding_rates.csv"), None).expect("good rates");
    let sentiment = Readings::sentiment("s", &read("lukmol_fear_greed.csv")).expect("a good index");
    let series = MarketData {
        bars: [&btc, &eth, &sol],
        funding: &funding,
        sentiment: &sentiment,
    }
    .series();
    let split = Day::parse("2023-01-01").expect("a day");
    for one in series
        .iter()
        .filter(|one| matches!(one.measure, Measure::Volatility(_)))
    {
        let (before, after): (Vec<_>, Vec<_>) = one.values.iter().partition(|(day, _)| *day < split);
        let numbers = |part: Vec<&(Day, f64)>| part.iter().map(|(_, value)| *value).collect::<Vec<f64>>();
        let (before, after) = (numbers(before), numbers(after));
        let tail = Pareto::fit(&before, quantile(&sorted(&before), 0.95)).expect("a tail");
        assert_eq!(after.len(), 1_096);
        for years in [0.1, 0.25, 0.5] {
            let level = tail.return_level(years);
            let above = after.iter().filter(|value| **value > level).count() as f64;
            let expected = 1_096.0 / (years * 365.25);
            // Five standard deviations of a binomial count: days cluster, and the level itself is an estimate.
            assert!(
                (above - expected).abs() < 5.0 * expected.sqrt(),
                "{:?} {years}: {above} for {expected}",
                one.measure
            );
        }
    }
}

#[test]
fn a_missing_folder_and_a_bad_file_are_refused() {
    let scene = Scene::sample();
    let ran = history(&scene, &scene.path("none"), &[]).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: [ROOT]/none: no such folder\n  hint: name the folder with the files of SOURCES.md\n\n\
         1 problem; nothing was written\n"
    );
    scene.write(
        "data/derived_events.csv",
        "event,window\nCrash,2020-13-01..2020-01-02\n",
    );
    let ran = history(&scene, &scene.path("data"), &[]).ends_with(2);
    assert!(
        ran.stderr.contains(
            "data/derived_events.csv:2:1: `2020-13-01` to `2020-01-02` is not a window of days\n  hint: write \
             `window_start` and `window_end` as ISO dates\n"
        ),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("data/etna_BTCUSDT_1d.csv: no such file\n"),
        "{}",
        ran.stderr
    );
    assert!(!scene.path("out").exists());
}

#[test]
fn a_build_takes_the_tables_in_as_evidence() {
    let scene = Scene::sample();
    let fact = "`fact:tables.shock_severity.cross_market_liquidity_crunch_volatility_btc.frequency_pct`";
    for page in ["content/en/index.md", "content/pl/index.md"] {
        scene.write(page, format!("{}\n{fact}\n", scene.read(page)));
    }
    scene.build();
    let site = scene.read("site/en/index.html");
    assert!(site.contains("8.29"), "the frequency stands on the page");
    scene.write("content/tables/quantiles.csv", "id,a\nx,1\n");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(
        ran.stderr.contains(
            "var/audit/stage6/history/quantiles.csv: there is a table of this name already: \
             `content/tables/quantiles.csv`\n  hint: rename one of them; pages refer to tables by the file's name\n"
        ),
        "{}",
        ran.stderr
    );
}
