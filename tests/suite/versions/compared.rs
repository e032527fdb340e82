//! Two releases side by side, and the trend, out of their signed results.

use super::*;

fn results(files: &Files) -> Value {
    serde_json::from_slice(&files["kit/results.json"]).expect("JSON")
}

/// A number of the results as the English pages write it.
fn said(key: &str, value: &Value) -> String {
    let number = value.as_f64().expect("a number");
    let rounded = |number: f64, places: i32| {
        let scale = 10_f64.powi(places);
        ((number * scale).round() / scale).to_string()
    };
    match key {
        _ if key.ends_with("_pct") => format!("{}%", rounded(number * 100.0, 2)),
        _ if key.ends_with("_bps") => format!("{} bps", rounded(number, 3)),
        _ if key.ends_with("_ms") => format!("{} ms", rounded(number, 3)),
        _ if key.ends_with("_minutes") => format!("{} min", rounded(number, 3)),
        _ => rounded(number, 3),
    }
}

#[test]
fn a_comparison_states_what_the_signed_results_of_both_releases_state() {
    if !has_tool("unzip", &["-v"]) {
        return;
    }
    let scene = chain();
    let bundles = [
        ("2026.11", "stage6-2026.11-r1"),
        ("2026.12", "stage6-2026.12-r2"),
        ("2027.01", "stage6-2027.01-r3"),
    ];
    let files = bundles.map(|(id, bundle)| unpacked(&scene, id, bundle));
    for (older, newer) in [(0, 1), (1, 2), (0, 2)] {
        let name = format!("{}-{}", bundles[older].0, bundles[newer].0);
        let page = scene.read(&format!("site/en/reports/compare/{name}.html"));
        let (before, now) = (results(&files[older]), results(&files[newer]));
        let limits = rows(&page, "limits");
        let keys = [
            "max_liquidity_loss_pct",
            "max_spread_increase_bps",
            "max_volatility_increase_pct",
            "max_sentiment_drawdown",
            "max_funding_change_bps",
            "max_latency_spike_ms",
            "max_blackout_minutes",
            "max_dispersion_bps",
        ];
        assert_eq!(limits.len(), keys.len());
        for (row, key) in limits.iter().zip(keys) {
            let values = [&before, &now].map(|one| said(key, &one["thresholds"][key]));
            assert_eq!(row[1..3], values, "{name} {key}");
            assert_eq!(
                row[3] == "unchanged",
                values[0] == values[1],
                "{name} {key}: {}",
                row[3]
            );
        }
        for row in rows(&page, "verdicts") {
            for (cell, side) in row[1..3].iter().zip([&before, &now]) {
                let all = side["scenarios"].as_array().expect("a list");
                let scenario = all
                    .iter()
                    .find(|one| one["name"] == row[0])
                    .expect("the scenario");
                assert_eq!(cell.split(' ').next(), scenario["status"].as_str(), "{name}");
            }
        }
        // Pages whose texts differ, by the digests of another implementation.
        let texts_of = |files: &Files| -> BTreeMap<String, String> {
            let pages = below(files, "pages/en/").into_iter();
            pages.map(|(path, bytes)| (path, sha256(&bytes))).collect()
        };
        let (old, new) = (texts_of(&files[older]), texts_of(&files[newer]));
        let changed = new
            .iter()
            .filter(|(path, digest)| old.get(*path).is_some_and(|was| was != *digest))
            .count();
        let part = page
            .split("<h2 id=\"pages\">")
            .nth(1)
            .expect("pages")
            .split("<h2")
            .next()
            .expect("pages");
        let groups = texts(part, "dd");
        assert_eq!(groups.len(), 4);
        assert_eq!(texts(part, "dl > div:first-child li").len(), changed, "{name}");
        assert_eq!(groups[3], (new.len() - changed).to_string(), "{name}");
        assert!(changed > 0 && changed < new.len());
    }
    // The middle release broke the limit, and the last one holds it again.
    let page = scene.read("site/en/reports/releases.html");
    assert_eq!(
        texts(&page, "#r-stage6-2026-12-r2 > ul > li")[..2],
        [
            "Liquidity loss (limit): 60% → 50%, -10 pp (-16.7%)",
            "cross_market_liquidity_crunch: over a limit, within its limits before"
        ]
    );
    trend_is_that_of_the_results(&scene, &files.each_ref().map(results));
}

/// The CSV of the trend holds every metric of every release, to the last digit.
fn trend_is_that_of_the_results(scene: &Scene, releases: &[Value]) {
    let mut reader = csv::Reader::from_path(scene.path("site/data/releases.csv")).expect("a table");
    let mut counted = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        let release = releases
            .iter()
            .find(|one| one["release"]["id"] == row[0])
            .expect("the release");
        let all = release["scenarios"].as_array().expect("a list");
        let scenario = all
            .iter()
            .find(|one| one["name"] == row[4])
            .expect("the scenario");
        assert_eq!(row[8].parse::<f64>().ok(), scenario["metrics"][&row[6]].as_f64());
        assert_eq!(&row[5], scenario["status"].as_str().expect("a word"));
        counted += 1;
    }
    let metrics = |release: &Value| -> usize {
        let scenarios = release["scenarios"].as_array().expect("a list");
        scenarios
            .iter()
            .map(|one| one["metrics"].as_object().expect("a map").len())
            .sum()
    };
    assert_eq!(counted, releases.iter().map(metrics).sum::<usize>());
    assert!(counted >= 48);
}
