//! Bad configuration: one clear problem each, with its place and what to do; exit code 2; nothing written.

use crate::scene::{DATE, Scene};

/// Changes the sample's `core.yaml`, and expects exactly these problems.
#[track_caller]
fn refused(from: &str, to: &str, problems: &[&str]) {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", from, to);
    expect(&scene, problems);
}

#[track_caller]
fn expect(scene: &Scene, problems: &[&str]) {
    let ran = scene
        .run(&format!("simulate --output report.json --date {DATE}"))
        .ends_with(2);
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
    assert!(!scene.path("report.json").exists());
}

#[test]
fn a_misspelt_key_is_named_with_the_right_one() {
    refused(
        "      shocks:\n        - type: liquidity_crunch",
        "      shokcs:\n        - type: liquidity_crunch",
        &[
            "config/core.yaml:36:7: `stress_lab.scenarios[0].shocks` is missing\n  hint: add `shocks:`",
            "config/core.yaml:40:7: unknown key `stress_lab.scenarios[0].shokcs`\n  hint: did you mean `shocks`?",
        ],
    );
}

#[test]
fn an_unknown_shock_is_refused() {
    refused(
        "- type: price_gap",
        "- type: price_gab",
        &["config/core.yaml:45:17: unknown shock `price_gab`\n  hint: did you mean `price_gap`?"],
    );
}

#[test]
fn critical_is_not_a_severity() {
    refused(
        "severity: medium",
        "severity: critical",
        &[
            "config/core.yaml:49:17: unknown severity `critical`\n  hint: the reference reads `critical` as medium; \
         write `extreme` or `medium`, whichever is meant",
        ],
    );
}

#[test]
fn text_booleans_are_refused() {
    refused(
        "  enabled: true\n  require_success: true",
        "  enabled: 'false'\n  require_success: yes",
        &[
            "config/core.yaml:7:12: `stress_lab.enabled` is text in quotes, expected `true` or `false`\n  hint: write \
         `true` or `false` without quotes; `yes`, `no`, `on`, `off` are not accepted",
            "config/core.yaml:7:12: the Stress Lab is not enabled\n  hint: set `enabled: true`, or there is nothing to report",
            "config/core.yaml:8:20: `stress_lab.require_success` is text, expected `true` or `false`\n  hint: write \
         `true` or `false` without quotes; `yes`, `no`, `on`, `off` are not accepted",
        ],
    );
}

#[test]
fn a_plain_text_is_not_a_list_of_markets() {
    refused(
        "markets: [BTCUSDT, ETHUSDT]",
        "markets: BTCUSDT",
        &[
            "config/core.yaml:39:16: `stress_lab.scenarios[0].markets` is text, expected a list\n  hint: write one item \
         a line, each behind `- `, or `[A, B]`",
        ],
    );
}

#[test]
fn nan_infinity_and_quoted_numbers_are_refused() {
    refused(
        "intensity: 0.52",
        "intensity: .nan",
        &[
            "config/core.yaml:42:22: `stress_lab.scenarios[0].shocks[0].intensity` is not a finite number\n  hint: write \
         a decimal number such as 0.5",
        ],
    );
    refused(
        "intensity: 0.52",
        "intensity: .inf",
        &[
            "config/core.yaml:42:22: `stress_lab.scenarios[0].shocks[0].intensity` is not a finite number\n  hint: write \
         a decimal number such as 0.5",
        ],
    );
    refused(
        "intensity: 0.52",
        "intensity: '0.52'",
        &[
            "config/core.yaml:42:22: `stress_lab.scenarios[0].shocks[0].intensity` is `0.52`, expected a number\n  hint: \
         remove the quotes",
        ],
    );
    refused(
        "intensity: 0.52",
        "intensity: 010",
        &[
            "config/core.yaml:42:22: `stress_lab.scenarios[0].shocks[0].intensity` is `010`, expected a number\n  hint: \
         write it as a plain decimal; leading zeros and huge exponents are not accepted",
        ],
    );
}

#[test]
fn percent_in_place_of_a_fraction_is_noticed() {
    refused(
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 60",
        &[
            "config/core.yaml:14:29: `stress_lab.thresholds.max_liquidity_loss_pct` is 60, expected from 0 to 1\n  hint: \
         this is a fraction: write 0.6 for 60 %",
        ],
    );
}

#[test]
fn a_missing_baseline_is_found_at_the_line_that_names_it() {
    refused(
        "market_intel/ethusdt.json",
        "market_intel/eth.json",
        &[
            "config/core.yaml:31:21: the baseline `var/audit/stage6/market_intel/eth.json` of `ETHUSDT` is not there\n  \
         hint: relative paths start at the folder that holds this file; `allow_synthetic: true` permits an invented one",
        ],
    );
}

#[test]
fn an_unknown_market_is_refused() {
    refused(
        "markets: [BTCUSDT, ETHUSDT]",
        "markets: [BTCUSDT, ETHUSTD]",
        &["config/core.yaml:39:26: unknown market `ETHUSTD`\n  hint: did you mean `ETHUSDT`?"],
    );
}

#[test]
fn an_empty_list_of_scenarios_is_refused() {
    let scene = Scene::sample();
    let text = scene.read("config/core.yaml");
    let (head, rest) = text.split_once("  scenarios:\n").expect("scenarios");
    let (_, tail) = rest.split_once("\nmarket_intel:").expect("the next section");
    scene.write(
        "config/core.yaml",
        format!("{head}  scenarios: []\n\nmarket_intel:{tail}"),
    );
    expect(
        &scene,
        &[
            "config/core.yaml:35:14: there is no scenario\n  hint: add one: a lab that tests nothing must not pass",
        ],
    );
}

#[test]
fn bad_numbers_in_a_baseline_are_found_in_its_own_file() {
    let scene = Scene::sample();
    let path = "var/audit/stage6/market_intel/ethusdt.json";
    scene.replace(path, "\"sentiment_score\": 0.28", "\"sentiment_score\": 28");
    scene.replace(
        path,
        "\"realized_volatility\": 0.29",
        "\"realized_volatility\": \"0.29\"",
    );
    expect(
        &scene,
        &[
            "var/audit/stage6/market_intel/ethusdt.json:9:24: `baseline.sentiment_score` is 28, expected from -1 to 1\n  \
         hint: correct the value",
        ],
    );
}

#[test]
fn nan_in_a_baseline_is_not_json() {
    let scene = Scene::sample();
    let path = "var/audit/stage6/market_intel/ethusdt.json";
    scene.replace(path, "\"sentiment_score\": 0.28", "\"sentiment_score\": NaN");
    expect(
        &scene,
        &[
            "var/audit/stage6/market_intel/ethusdt.json:9:24: not valid JSON: expected a value\n  hint: mend the file, or \
         write it again with the tool that made it",
        ],
    );
}

#[test]
fn data_from_the_future_is_refused() {
    let scene = Scene::sample();
    let ran = scene
        .run("simulate --output report.json --date 2024-11-20")
        .ends_with(2);
    assert!(ran.stderr.starts_with(
        "error: var/audit/stage6/market_intel/btcusdt.json:2:19: the baseline is of 2024-11-21T00:00:00Z, after the \
         report's own moment 2024-11-20T00:00:00Z\n  hint: correct the file, or give a later `--date`\n"
    ), "{}", ran.stderr);
}

#[test]
fn yaml_that_is_none_is_refused_with_its_place() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "markets: [BTCUSDT, ETHUSDT]",
        "markets: [BTCUSDT, ETHUSDT",
    );
    let ran = scene
        .run(&format!("simulate --output report.json --date {DATE}"))
        .ends_with(2);
    assert!(
        ran.stderr.starts_with("error: config/core.yaml:40:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn bad_dates_are_refused() {
    let scene = Scene::sample();
    let ran = scene
        .run("simulate --output report.json --date yesterday")
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: --date: `yesterday` is not a moment\n  hint: expected a moment such as `2026-11-23T09:00:00Z`\n\n\
         1 problem; nothing was written\n"
    );
    let mut command = scene.command(&["simulate", "--output", "report.json"]);
    command.env("SOURCE_DATE_EPOCH", "soon");
    let ran = scene.finish(command).ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: $SOURCE_DATE_EPOCH: `soon` is not a number of seconds since 1970\n")
    );
}

#[test]
fn all_problems_of_a_file_come_at_once() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "smoothing: 0.55", "smoothing: 55");
    scene.replace(
        "config/core.yaml",
        "max_dispersion_bps: 60.0",
        "max_dispersion_bps: wide",
    );
    expect(
        &scene,
        &[
            "config/core.yaml:21:25: `stress_lab.thresholds.max_dispersion_bps` is `wide`, expected a number\n  hint: write \
         a decimal number such as 0.5",
            "config/core.yaml:108:14: `portfolio_governor.smoothing` is 55, expected from 0 to 1\n  hint: this is a fraction: \
         write 0.55 for 55 %",
        ],
    );
}

/// A build shows every file that its numbers come from, under one name each, and nothing of other programs.
#[test]
fn baselines_of_a_build_lie_inside_the_project() {
    let scene = Scene::sample();
    let outside = Scene::sample();
    let file = outside.path("var/audit/stage6/market_intel/ethusdt.json");
    scene.replace(
        "config/core.yaml",
        "../var/audit/stage6/market_intel/ethusdt.json",
        &file.display().to_string(),
    );
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: config/core.yaml:31:21: the baseline of `ETHUSDT` lies outside the project\n  hint: put it into the \
         project: a bundle holds every file that its numbers come from\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn sections_of_other_programs_are_not_published() {
    let scene = Scene::sample();
    let text = scene.read("config/core.yaml");
    scene.write(
        "config/core.yaml",
        format!("accounts:\n  api_key: SECRETAPIKEY123\n{text}\nother: SECRETAPIKEY123\n"),
    );
    scene.build();
    for (path, bytes) in scene.tree("site").into_iter().chain(scene.tree("var")) {
        assert!(
            !String::from_utf8_lossy(&bytes).contains("SECRETAPIKEY123"),
            "{path}"
        );
    }
    // Two lines stand above ours, so every fact moved by two.
    assert!(
        scene
            .read("site/en/whitepaper.html")
            .contains("config-core-yaml.html#L16")
    );
    scene
        .run(&format!("verify var/marketing/2026.11 --no-key --date {DATE}"))
        .ends_with(0);
}

#[test]
fn two_files_cannot_own_one_fact() {
    let scene = Scene::sample();
    scene.write(
        "var/audit/stage6/0-other.md",
        "---\nnamespace: workshop\nfacts: {thresholds: {max_liquidity_loss_pct: 0.99}}\n---\n",
    );
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(ran.stderr.contains("the fact `workshop.thresholds.max_liquidity_loss_pct` stands in var/audit/stage6/0-other.md already"), "{}", ran.stderr);
}

#[test]
fn names_that_cannot_go_into_a_bundle_are_found_by_check() {
    let scene = Scene::sample();
    scene.write("var/audit/stage6/notes 2024.md", "text\n");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: var/audit/stage6/notes 2024.md: this name cannot go into the bundle\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_merge_key_without_its_star_is_refused() {
    refused(
        "    threshold_overrides:\n",
        "    threshold_overrides:\n        <<: limits\n",
        &[
            "config/core.yaml:62:9: unknown key `stress_lab.scenarios[1].threshold_overrides.<<`\n  hint: known here: \
         max_liquidity_loss_pct, max_spread_increase_bps, max_volatility_increase_pct, max_sentiment_drawdown, \
         max_funding_change_bps, max_latency_spike_ms, max_blackout_minutes, max_dispersion_bps",
        ],
    );
}

#[test]
fn names_cannot_steer_a_terminal() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "name: cross_market_liquidity_crunch",
        "name: \"a\\e[2Jb\"",
    );
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(2);
    assert!(
        ran.stderr
            .contains("`stress_lab.scenarios[0].name` is blank or holds control characters")
    );
    scene.replace("config/core.yaml", "name: \"a\\e[2Jb\"", "name: \"a\u{202e}b\"");
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(2);
    assert!(
        ran.stderr
            .contains("`stress_lab.scenarios[0].name` is blank or holds control characters")
    );
    assert!(!ran.stderr.contains('\u{202e}'), "{:?}", ran.stderr);
}
