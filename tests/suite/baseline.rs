//! `stage6 baseline`: real numbers reproduced, and bad input refused with its place.

use crate::scene::{DATE, Ran, Scene, shared};
use stage6_press::document::{Node, json};

/// A file of 40 calm days from 2024-07-01, each 1 % up or down.
fn prices() -> String {
    let mut text = "date,open,high,low,close,volume\n".to_owned();
    for day in 0..40_u32 {
        let close = if day % 2 == 0 { 100.0 } else { 101.0 };
        let date = if day < 31 {
            format!("2024-07-{:02}", day + 1)
        } else {
            format!("2024-08-{:02}", day - 30)
        };
        text.push_str(&format!("{date},100.5,102,99,{close},7\n"));
    }
    text
}

const BOOK: &str = "timestamp,side,price,size\n\
    2024-08-08T23:54:00Z,bid,100.4,10\n2024-08-08T23:54:00Z,bid,100.3,20\n\
    2024-08-08T23:54:00Z,ask,100.6,10\n2024-08-08T23:54:00Z,ask,100.7,20\n";
const FUNDING: &str = "time,funding_rate\n2024-08-08T00:00:00Z,0.0001\n2024-08-08T08:00:00Z,0.0002\n\
    2024-08-08T16:00:00Z,0.0003\n2024-08-09T00:00:00Z,0.0100\n";
const SENTIMENT: &str = "date,fng\n2024-08-07,29\n2024-08-08,20\n2024-08-09,48\n";

/// A scene with four good invented files.
pub fn scene() -> Scene {
    let scene = Scene::sample();
    scene
        .write("p.csv", prices())
        .write("b.csv", BOOK)
        .write("f.csv", FUNDING)
        .write("s.csv", SENTIMENT);
    scene
}

pub const ALL: &str = "--book b.csv --funding f.csv --sentiment s.csv --levels 2";

fn measure(scene: &Scene, more: &str) -> Ran {
    scene.run(&format!(
        "baseline --symbol XUSDT --as-of 2024-08-08 --prices p.csv --output x.json {more}"
    ))
}

#[track_caller]
pub fn refused(scene: &Scene, more: &str, problems: &[&str]) {
    let ran = measure(scene, more).ends_with(2);
    let mut expected: String = problems
        .iter()
        .map(|problem| format!("error: {problem}\n\n"))
        .collect();
    let plural = if problems.len() == 1 { "" } else { "s" };
    expected.push_str(&format!(
        "{} problem{plural}; nothing was written\n",
        problems.len()
    ));
    assert_eq!(ran.stderr, expected);
    assert!(!scene.path("x.json").exists());
}

fn value(scene: &Scene, file: &str, key: &str) -> f64 {
    let node = json::read(file, scene.read(file).as_bytes()).expect("strict JSON");
    node.at_path(&["baseline", key])
        .and_then(Node::as_scalar)
        .expect(key)
        .text
        .parse()
        .expect("a number")
}

/// SOURCES.md, "Real baselines, 2024-08-08". The book itself is not among the files; one with its best prices is
/// invented, so mid price and spread check formulas alone.
#[test]
fn the_published_baselines_are_reproduced() {
    let Some(data) = shared().map(|shared| shared.join("market_data")) else {
        return;
    };
    let scene = Scene::sample();
    let measure = |symbol: &str, prices: &str, bid: f64, ask: f64| {
        let book = format!(
            "{{\"timestamp\": \"2024-08-08T23:54:00Z\", \"bids\": [[{bid}, 1]], \"asks\": [[{ask}, 1]]}}"
        );
        scene.write("book.json", book);
        let path = |name: &str| data.join(name).display().to_string();
        let mut command = scene.command(&["baseline", "--as-of", "2024-08-08", "--book", "book.json"]);
        command.args([
            "--symbol",
            symbol,
            "--prices",
            &path(prices),
            "--output",
            "b.json",
        ]);
        command.args([
            "--funding",
            &path("lukmol_funding_rates.csv"),
            "--sentiment",
            &path("lukmol_fear_greed.csv"),
        ]);
        scene.finish(command).ends_with(0);
    };
    let near = |key: &str, expected: f64, within: f64| {
        let found = value(&scene, "b.json", key);
        assert!(
            (found - expected).abs() <= within,
            "{key}: {found}, expected {expected}"
        );
    };
    measure("BTCUSDT", "etna_BTCUSDT_1d.csv", 61_800.2, 61_800.3);
    near("mid_price", 61_800.25, 1e-9);
    near("avg_spread_bps", 0.016181, 5e-7);
    near("realized_volatility", 0.5471, 5e-5);
    near("funding_rate_bps", 0.229, 1e-12);
    near("sentiment_score", -0.60, 0.0);
    for prices in ["bumpycroc_ETHUSDT_1d.csv", "ykasra_ETHUSDT_1d.csv"] {
        measure("ETHUSDT", prices, 2_681.62, 2_681.63);
        near("mid_price", 2_681.625, 1e-9);
        near("avg_spread_bps", 0.037291, 5e-7);
        near("realized_volatility", 0.6857, 5e-5);
    }
}

#[test]
fn invented_files_give_numbers_that_a_pencil_finds() {
    let scene = scene();
    let ran = measure(&scene, ALL).ends_with(0);
    assert_eq!(ran.stderr, "");
    let near = |key: &str, expected: f64| {
        let found = value(&scene, "x.json", key);
        assert!(
            (found - expected).abs() < 1e-9,
            "{key}: {found}, expected {expected}"
        );
    };
    near("mid_price", 100.5);
    near("avg_spread_bps", 0.2 / 100.5 * 1e4);
    // (1004 + 2006 + 1006 + 2014) / 4.
    near("avg_depth_usd", 1_507.5);
    // The three rates of the day; the fourth was not known yet.
    near("funding_rate_bps", 2.0);
    near("sentiment_score", -0.6);
    // 30 returns, 15 up and 15 down by ln 1.01: deviation = ln 1.01 · √(30/29).
    near(
        "realized_volatility",
        0.009_950_330_853_168_083 * (30.0_f64 / 29.0 * 365.0).sqrt(),
    );
    let file = scene.read("x.json");
    assert!(
        file.contains("\"generated_at\": \"2024-08-08T23:59:59Z\"")
            && file.contains("\"type\": \"measured\"")
    );
    assert!(
        file.contains("\"missing\": []") && file.contains("\"rows\": 40"),
        "{file}"
    );
    assert!(file.contains("the closes of 2024-07-08 and 2024-08-07"), "{file}");
    let json = measure(&scene, &format!("{ALL} --json")).ends_with(0).stdout;
    assert!(
        json.starts_with("{\"as_of\":\"2024-08-08T23:59:59Z\",\"file\":\"x.json\",\"missing\":[],"),
        "{json}"
    );
}

#[test]
fn the_stress_lab_reads_what_was_written() {
    let scene = scene();
    measure(&scene, ALL).ends_with(0);
    let file = scene.read("x.json").replace("XUSDT", "BTCUSDT");
    scene.write("var/audit/stage6/market_intel/btcusdt.json", file);
    scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
    assert!(scene.read("r.json").contains("\"provenance\": \"measured\""));
}

#[test]
fn missing_inputs_are_named_and_stand_ins_are_marked() {
    let scene = scene();
    let missing = |key: &str, file: &str, flag: &str| {
        format!(
            "(inputs): `{key}` is missing: there is no `{file}`\n  hint: give `{file} FILE`, or state a value with \
             `{flag}`; the baseline then marks it as assumed"
        )
    };
    refused(
        &scene,
        "",
        &[
            &missing("avg_depth_usd", "--book", "--depth-usd"),
            &missing("avg_spread_bps", "--book", "--spread-bps"),
            &missing("funding_rate_bps", "--funding", "--funding-bps"),
            &missing("sentiment_score", "--sentiment", "--sentiment-score"),
        ],
    );
    let stated = "--funding f.csv --sentiment s.csv --spread-bps 0.04 --depth-usd 9300";
    let ran = measure(&scene, stated).ends_with(0);
    assert_eq!(
        ran.stderr,
        "note: `mid_price` is the close of 2024-08-07, because there is no order book\n"
    );
    let file = scene.read("x.json");
    assert!(
        file.contains("\"missing\": [\n    \"avg_depth_usd\",\n    \"avg_spread_bps\"\n  ]"),
        "{file}"
    );
    assert!(file.contains("\"type\": \"partly-assumed\""), "{file}");
    assert!(
        file.contains("assumed: stated with --spread-bps, not measured"),
        "{file}"
    );
    assert_eq!(value(&scene, "x.json", "mid_price"), 101.0);
    let both = measure(&scene, &format!("{ALL} --spread-bps 1")).ends_with(2);
    assert!(both.stderr.contains("cannot be used with"), "{}", both.stderr);
    for wrong in [
        "--spread-bps 0",
        "--spread-bps NaN",
        "--depth-usd inf",
        "--sentiment-score 1.1",
        "--funding-bps 900",
    ] {
        measure(&scene, wrong).ends_with(2);
    }
}

#[test]
fn gaps_and_old_data_are_refused_or_told() {
    let scene = scene();
    let in_window = "2024-07-20,100.5,102,99,101,7\n";
    scene.replace("p.csv", in_window, "");
    let hint = "hint: a return over a gap is not a daily one: fill the gap, or choose another `--as-of` or `--window`";
    refused(
        &scene,
        ALL,
        &[&format!(
            "p.csv:21:1: 1 days are missing before 2024-07-21, inside the window\n  {hint}"
        )],
    );
    scene.write(
        "p.csv",
        prices().replace(
            "2024-07-03,100.5,102,99,100,7\n2024-07-04,100.5,102,99,101,7\n",
            "",
        ),
    );
    let ran = measure(&scene, ALL).ends_with(0);
    assert_eq!(ran.stderr, "note: p.csv: 2 days are missing in the whole file\n");
    std::fs::remove_file(scene.path("x.json")).expect("removed");
    let old = prices().split_inclusive('\n').take(36).collect::<String>();
    scene.write("p.csv", old);
    refused(
        &scene,
        ALL,
        &[
            "p.csv:36:1: the newest row that counts is of 2024-08-04, 4 days before 2024-08-08\n  hint: give newer data, an \
         earlier `--as-of`, or a greater `--max-age`",
        ],
    );
    measure(&scene, &format!("{ALL} --max-age 4")).ends_with(0);
    let short = measure(&scene, &format!("{ALL} --max-age 4 --window 40")).ends_with(2);
    assert!(
        short
            .stderr
            .contains("p.csv: 40 returns need 41 closed days, the file has 35"),
        "{}",
        short.stderr
    );
}

#[test]
fn slips_of_units_are_refused() {
    let scene = scene();
    scene.write(
        "f.csv",
        "date,funding_rate\n2024-08-06,0.01\n2024-08-07,0.011\n2024-08-08,0.012\n",
    );
    let hint = "hint: give fractions (0.0001 is 1 bps), name the column `…_bps` or `…_percent`, or state \
                `--funding-unit`";
    let typical = "f.csv: read as a fraction, the typical rate is 110 bps per 8 hours, expected about 1";
    refused(&scene, ALL, &[&format!("{typical}\n  {hint}")]);
    measure(&scene, &format!("{ALL} --funding-unit percent")).ends_with(0);
    assert!((value(&scene, "x.json", "funding_rate_bps") - 1.2).abs() < 1e-9);
    std::fs::remove_file(scene.path("x.json")).expect("removed");
    scene
        .write("f.csv", FUNDING)
        .write("s.csv", "date,fng\n2024-08-07,29\n2024-08-08,120\n");
    refused(
        &scene,
        ALL,
        &[
            "s.csv:3:12: `fng`: 120 is outside 0 to 100\n  hint: an index runs from 0 to 100; name the column \
         `sentiment_score` for a score from -1 to 1",
        ],
    );
    scene
        .write("s.csv", SENTIMENT)
        .write("b.csv", BOOK.replace(",100.", ",300."));
    refused(
        &scene,
        ALL,
        &[
            "b.csv: the book's mid price is 300.5, the close of 2024-08-07 is 101\n  hint: give book and prices of one \
         market and currency",
        ],
    );
    scene.write("b.csv", BOOK.replace("08T23:54", "09T23:54"));
    refused(
        &scene,
        ALL,
        &[
            "b.csv: the snapshot is later than 2024-08-08T23:59:59Z\n  hint: give a later `--as-of`, or an earlier snapshot",
        ],
    );
}

#[test]
fn a_moment_sees_nothing_of_the_hours_after_it() {
    let scene = scene();
    scene.write("b.csv", BOOK.replace("T23:54", "T11:54"));
    let arguments =
        format!("baseline --symbol X --as-of 2024-08-08T12:00:00Z --prices p.csv --output x.json {ALL}");
    scene.run(&arguments).ends_with(0);
    // The rates of midnight and 8 o'clock; the file has none of the day before.
    assert!((value(&scene, "x.json", "funding_rate_bps") - 1.5).abs() < 1e-9);
    scene.write(
        "f.csv",
        "date,funding_rate\n2024-08-07,0.0001\n2024-08-08,0.0003\n",
    );
    scene.run(&arguments).ends_with(0);
    assert!(
        (value(&scene, "x.json", "funding_rate_bps") - 1.0).abs() < 1e-9,
        "the mean of a day is known at its end"
    );
    let ran = scene
        .run(&arguments.replace("2024-08-08T12", "2999-08-08T12"))
        .ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: --as-of: `2999-08-08T12:00:00Z` lies in the future"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_place_that_cannot_be_written_is_the_machines_failure() {
    let scene = scene();
    let arguments =
        format!("baseline --symbol X --as-of 2024-08-08 --prices p.csv --output s.csv/x.json {ALL}");
    let ran = scene.run(&arguments).ends_with(1);
    assert!(
        ran.stderr
            .starts_with("error: s.csv: could not create the folder: "),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.read("s.csv"), SENTIMENT);
}
