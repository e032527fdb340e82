//! `stage6 signal-quality`: numbers computed again, the index, and what a build makes of them.

use crate::scene::{DATE, Scene};
use std::fs;

const FOLDER: &str = "var/audit/stage6/signal_quality";

/// Five orders of which the numbers are easy: (1 + 0.5 + 1) / 3, and (10 + 20) / 2 basis points.
const SNAPSHOT: &str = r#"{
  "exchange": "okx",
  "snapshot_created_at": "2026-11-22T06:00:00+01:00",
  "total": 4,
  "failures": 1,
  "fill_ratio": 0.8333333333333334,
  "slippage_bps": 15.0,
  "watchdog": {"alerts": 2, "recent": []},
  "records": [
    {"timestamp": "2026-11-22T04:00:00Z", "status": "filled", "requested_quantity": 2, "filled_quantity": 3,
     "requested_price": 1000, "executed_price": 1001},
    {"timestamp": "2026-11-22T04:01:00Z", "status": "partial", "requested_quantity": 2, "filled_quantity": 1,
     "requested_price": 1000, "executed_price": 998},
    {"timestamp": "2026-11-22T04:02:00Z", "status": "filled", "requested_quantity": 2, "filled_quantity": 2,
     "executed_price": 998},
    {"timestamp": "2026-11-22T05:00:00Z", "status": "failed", "requested_quantity": 2, "filled_quantity": 0}
  ]
}
"#;

/// A project with one snapshot and a checklist.
fn one() -> Scene {
    let scene = Scene::sample();
    fs::remove_dir_all(scene.path(FOLDER)).expect("removed");
    scene.write(&format!("{FOLDER}/okx.json"), SNAPSHOT);
    scene.write(
        &format!("{FOLDER}/adapter_checklist.csv"),
        "exchange,hypercare_cost_status\nokx,ready\n",
    );
    scene
}

#[test]
fn the_shipped_index_is_what_the_command_makes() {
    let scene = Scene::sample();
    let ran = scene
        .run(&format!("signal-quality --check --fail-on-stale --date {DATE}"))
        .ends_with(0);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    assert_eq!(ran.stdout.matches("fresh").count(), 4, "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("; sample").count(), 4, "{}", ran.stdout);
    // What the gate looks for is there.
    let index = scene.read(&format!("{FOLDER}/index.csv"));
    let exchanges: Vec<&str> = index
        .lines()
        .skip(1)
        .filter_map(|row| row.split(',').next())
        .collect();
    assert_eq!(
        exchanges,
        ["binance", "bitmex_futures", "coinbase", "deribit_futures"]
    );
    for column in [
        "snapshot_created_at",
        "hypercare_checklist_signed",
        "futures_checklist_ready",
        "missing_required_documents",
        "hypercare_cost_status",
        "signal_quality_snapshot_status",
    ] {
        assert!(
            index
                .lines()
                .next()
                .unwrap_or("")
                .split(',')
                .any(|name| name == column),
            "{column}"
        );
    }
}

#[test]
fn an_index_is_written_and_its_age_counts_from_the_recorded_moment() {
    let scene = one();
    let line = "2026-11-22T05:00:00Z  fresh   4 orders, 1 failed; fill ratio 0.8333333333333334; slippage 15.0 bps; 2 alerts\n";
    let ran = scene
        .run(&format!("signal-quality --fail-on-stale --date {DATE}"))
        .ends_with(0);
    assert_eq!(
        ran.stdout,
        format!("okx  {line}wrote {FOLDER}/index.csv\nwrote {FOLDER}/parity_report.json\n")
    );
    assert_eq!(
        scene.read(&format!("{FOLDER}/index.csv")),
        "exchange,snapshot_created_at,total,failures,fill_ratio,slippage_bps,watchdog_alerts,hypercare_cost_status\r\n\
         okx,2026-11-22T05:00:00Z,4,1,0.8333333333333334,15.0,2,ready\r\n"
    );
    assert_eq!(
        scene.read(&format!("{FOLDER}/parity_report.json")),
        "{\n  \"extra_in_index\": [],\n  \"missing_in_index\": []\n}\n"
    );
    // 48 hours to the second, one more, and a clock before the snapshot. The file itself is seconds old.
    for (date, standing, code) in [
        ("2026-11-24T05:00:00Z", "fresh", 0),
        ("2026-11-24T05:00:01Z", "stale", 3),
        ("2026-11-22T04:59:59Z", "future", 3),
    ] {
        let arguments = format!("signal-quality --check --date {date}");
        let ran = scene.run(&format!("{arguments} --fail-on-stale")).ends_with(code);
        assert!(ran.stdout.contains(&format!("  {standing}  ")), "{}", ran.stdout);
        scene.run(&arguments).ends_with(0);
    }
}

#[test]
fn every_difference_is_named_and_ends_with_three() {
    let scene = one();
    scene.replace(&format!("{FOLDER}/okx.json"), "0.8333333333333334", "0.9");
    scene.replace(&format!("{FOLDER}/okx.json"), "\"partial\"", "\"filled\"");
    scene.write(
        &format!("{FOLDER}/adapter_checklist.csv"),
        "exchange,hypercare_cost_status\nkraken,ready\n",
    );
    let ran = scene.run(&format!("signal-quality --date {DATE}")).ends_with(3);
    assert_eq!(
        ran.stderr,
        format!(
            "differs: {FOLDER}/okx.json:6:17: `fill_ratio` is 0.9, but the orders give 0.8333333333333334\n  \
             hint: let the adapter write the snapshot again; do not edit it\n\
             differs: {FOLDER}/okx.json:12:53: `records[1].status` is filled, but the orders give partial\n  \
             hint: let the adapter write the snapshot again; do not edit it\n\
             missing: `kraken` is in the checklist and has no snapshot\n\
             extra: `okx` has a snapshot and is not in the checklist\n"
        )
    );
    assert_eq!(
        scene.read(&format!("{FOLDER}/parity_report.json")),
        "{\n  \"extra_in_index\": [\n    \"okx\"\n  ],\n  \"missing_in_index\": [\n    \"kraken\"\n  ]\n}\n"
    );
    // A build would publish the number that is wrong.
    let ran = scene
        .run(&format!(
            "check --date {DATE} --signing-key-path secrets/audit.hmac"
        ))
        .ends_with(2);
    assert!(
        ran.stderr.contains("`fill_ratio` is 0.9, but the orders give"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_index_that_is_outdated_is_found_and_left_alone() {
    let scene = Scene::sample();
    let path = format!("{FOLDER}/index.csv");
    scene.replace(
        &path,
        "binance,2026-11-23T06:00:00Z,5",
        "binance,2026-11-23T06:00:00Z,6",
    );
    let before = scene.tree(FOLDER);
    let ran = scene
        .run(&format!("signal-quality --check --date {DATE}"))
        .ends_with(3);
    assert_eq!(
        ran.stderr,
        format!(
            "{path}, or the report beside it, is not what snapshots and checklist give; run the command without \
             `--check`\n"
        )
    );
    assert_eq!(scene.tree(FOLDER), before);
}

#[test]
fn files_that_are_no_snapshots_are_refused_with_their_place_and_nothing_changes() {
    for (from, to, expected) in [
        (
            "\"2026-11-22T06:00:00+01:00\"",
            "\"2026-11-22T06:00:00\"",
            "okx.json:3:26: `snapshot_created_at` is `2026-11-22T06:00:00`\n  hint: the offset is missing; add `Z` or `+01:00`",
        ),
        (
            "  \"snapshot_created_at\": \"2026-11-22T06:00:00+01:00\",\n",
            "",
            "okx.json:1:1: `snapshot_created_at` is missing",
        ),
        (
            "\"2026-11-22T05:00:00Z\"",
            "\"2026-11-22T05:00:01Z\"",
            "okx.json:16:19: an order of 2026-11-22T05:00:01Z in a snapshot made at 2026-11-22T05:00:00Z\n  hint: correct \
             `snapshot_created_at`, or take the order out",
        ),
        (
            "{\"timestamp\": \"2026-11-22T04:02:00Z\", ",
            "{",
            "okx.json:14:5: `records[2].timestamp` is missing",
        ),
        (
            "\"exchange\": \"okx\"",
            "\"exchange\": \"okex\"",
            "okx.json:2:15: the snapshot is of `okex`, but the file is named `okx`\n  hint: make them the same",
        ),
        (
            "\"failed\"",
            "\"rejected\"",
            "okx.json:16:53: unknown status `rejected`\n  hint: write `filled`, `partial` or `failed`",
        ),
        ("\"total\"", "\"totals\"", "okx.json:4:3: unknown key `totals`"),
    ] {
        let scene = one();
        scene.replace(&format!("{FOLDER}/okx.json"), from, to);
        let before = scene.tree(FOLDER);
        let ran = scene.run(&format!("signal-quality --date {DATE}")).ends_with(2);
        assert!(
            ran.stderr.contains(&format!("{FOLDER}/{expected}")),
            "{}",
            ran.stderr
        );
        assert_eq!(scene.tree(FOLDER), before);
    }
}

#[test]
fn an_index_replaces_only_an_index() {
    let scene = one();
    for (output, message) in [
        (
            "content/tables/calendar.csv",
            "is there already, and no index of snapshots",
        ),
        (
            "var/audit/stage6/signal_quality/adapter_checklist.csv",
            "is there already, and no index of snapshots",
        ),
        ("index.txt", "the name does not end in `.csv`"),
    ] {
        let ran = scene
            .run(&format!("signal-quality --date {DATE} --output {output}"))
            .ends_with(2);
        assert!(
            ran.stderr.contains(&format!("error: {output}: {message}")),
            "{}",
            ran.stderr
        );
    }
    fs::remove_file(scene.path(&format!("{FOLDER}/adapter_checklist.csv"))).expect("removed");
    let ran = scene.run(&format!("signal-quality --date {DATE}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {FOLDER}/adapter_checklist.csv: no such file\n  \
             hint: the checklist of adapters says which exchanges must have a snapshot\n\n1 problem; nothing was written\n"
        )
    );
    let ran = scene.run(&format!(
        "signal-quality --date {DATE} --snapshots nowhere --checklist content/tables/calendar.csv"
    ));
    assert_eq!(ran.code, 2);
}

#[test]
fn a_build_bundles_samples_as_samples_and_knows_their_facts() {
    let scene = Scene::sample();
    for language in ["pl", "en"] {
        let page = format!("content/{language}/index.md");
        let text = scene.read(&page);
        let facts =
            "Orders: `fact:signal_quality.coinbase.total`, `fact:signal_quality.coinbase.slippage_bps`.";
        scene.write(&page, format!("{text}\n{facts}\n"));
    }
    scene.build();
    let zip = fs::File::open(scene.path("var/marketing/2026.11/stage6-2026.11-r1.zip")).expect("the bundle");
    let zip = zip::ZipArchive::new(zip).expect("a zip");
    for name in [
        "adapter_checklist.csv",
        "binance.json",
        "bitmex_futures.json",
        "coinbase.json",
        "deribit_futures.json",
        "index.csv",
        "parity_report.json",
    ] {
        let inside = format!("stage6-2026.11-r1/data/signal_quality/{name}");
        assert!(zip.index_for_name(&inside).is_some(), "{inside}");
    }
    let page = scene.read("site/en/index.html");
    let at = page.find("Orders: ").expect("the sentence");
    assert!(
        page[at..]
            .chars()
            .take(900)
            .collect::<String>()
            .contains("<data value=\"4\">4</data>"),
        "{}",
        &page[at..at + 900]
    );
    for name in ["coinbase-json", "index-csv"] {
        let path = format!("site/en/evidence/var-audit-stage6-signal-quality-{name}.html");
        let badge = "Signal quality <span class=\"badge badge-sample\">";
        assert!(scene.read(&path).contains(badge), "{path}");
    }
}
