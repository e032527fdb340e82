//! What is refused rather than reported wrong: exit code 2, a place, a hint, and no file.

use crate::scene::{DATE, Scene};

/// Expects exit code 2, these words, and no `out.json`.
#[track_caller]
fn refused(scene: &Scene, arguments: &str, words: &str) {
    let ran = scene
        .run(&format!("{arguments} --date {DATE} --output out.json"))
        .ends_with(2);
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
    assert!(!scene.path("out.json").exists());
}

#[test]
fn a_portfolio_worth_nothing_or_too_much_is_refused() {
    let scene = Scene::sample();
    let command = "portfolio --portfolio p.json";
    scene.write("p.json", "{}");
    refused(
        &scene,
        command,
        "p.json:1:1: the portfolio is worth nothing\n  hint: ",
    );
    scene.write(
        "p.json",
        r#"{"cash_usd": 1e308, "positions": [{"symbol": "A", "value_usd": 1e308}]}"#,
    );
    refused(&scene, command, "sum to more than a number can hold");
    scene.write(
        "p.json",
        r#"{"positions": [{"symbol": "A", "value_usd": 1e308, "factor_betas": {"usd_liquidity": 100}}]}"#,
    );
    refused(&scene, command, "out.json: the report would not be JSON");
}

#[test]
fn the_check_reads_the_governors_and_the_stress_of_portfolios() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "target_weight: 0.55", "target_weight: 55");
    scene.replace("config/core.yaml", "probability: 0.10", "probability: 1.10");
    scene.replace("config/core.yaml", "title: Bitcoin opens", "titel: Bitcoin opens");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    for words in [
        "config/core.yaml:165:24: `portfolio_governors.stage6_core.assets[0].target_weight` is 55",
        "`portfolio_stress.scenarios[1].probability` is 1.1, expected from 0 to 1",
        "unknown key `portfolio_stress.scenarios[1].titel`",
    ] {
        assert!(ran.stderr.contains(words), "{words}\n{}", ran.stderr);
    }
}

#[test]
fn an_output_is_never_an_input() {
    let scene = Scene::sample();
    scene.write("p.json", r#"{"cash_usd": 1}"#);
    let ran = scene
        .run("portfolio --portfolio p.json --output config/../p.json")
        .ends_with(2);
    assert!(
        ran.stderr.contains("would write over the input `p.json`"),
        "{}",
        ran.stderr
    );
    assert_eq!(scene.read("p.json"), r#"{"cash_usd": 1}"#);
    let baseline = "var/audit/stage6/market_intel/btcusdt.json";
    let ran = scene.run(&format!("simulate --output {baseline}")).ends_with(2);
    assert!(
        ran.stderr.contains("would write over the input"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_folder_in_the_way_leaves_old_signatures_alone() {
    let scene = Scene::sample();
    let command = format!("simulate --date {DATE} --output out/r.json");
    scene
        .run(&format!("{command} --signing-key-path secrets/audit.hmac"))
        .ends_with(0);
    std::fs::remove_file(scene.path("out/r.csv")).expect("removed");
    scene.write("out/r.csv/full", "");
    let before = scene.tree("out");
    scene.run(&command).ends_with(1);
    assert_eq!(scene.tree("out"), before);
}

#[test]
fn minutes_that_agree_on_nothing_are_refused() {
    let scene = Scene::sample();
    for (facts, words) in [
        (
            "  threshold:\n    max_dispersion_bps: 60\n",
            "m.md:3:3: unknown group `threshold`",
        ),
        ("  thresholds:\n    max_dispersion_bps: \"60\"\n", "not a number"),
        ("  former_overrides:\n    a: 1\n", "agree on no value"),
    ] {
        scene.write("m.md", format!("---\nfacts:\n{facts}---\n"));
        refused(&scene, "audit --minutes m.md", words);
    }
    let ran = scene
        .run("audit --signing-key-path secrets/audit.hmac")
        .ends_with(2);
    assert!(ran.stderr.contains("no report to sign"), "{}", ran.stderr);
}

#[test]
fn candles_of_another_symbol_and_columns_that_stand_twice_are_refused() {
    let scene = Scene::empty();
    let command = "baseline --symbol BTCUSDT --as-of 2026-01-02 --prices p.csv --output out.json";
    for (text, words) in [
        (
            "date,symbol,open,high,low,close\n2026-01-01,btcusdt,1,1,1,1\n2026-01-02,ETHUSDT,1,1,1,1\n",
            "p.csv:3:12: the row is about `ETHUSDT`, not `BTCUSDT`",
        ),
        (
            "date,open,high,low,close,Close\n2026-01-01,1,1,1,1,2\n",
            "p.csv:1:26: the column `Close` stands twice",
        ),
    ] {
        scene.write("p.csv", text);
        let ran = scene.run(command).ends_with(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn segments_out_of_nothing_are_refused() {
    let scene = Scene::empty();
    let command = "calibrate --market-intel mi.json";
    scene.write("mi.json", r#"{"snapshots": {}}"#);
    refused(&scene, command, "no symbol of the segment `default`");
    scene.write("mi.json", r#"{"snapshots": {"A": {"liquidity_usd": 900000.0}}}"#);
    scene.write(
        "s.json",
        r#"[{"name": "a", "symbols": ["A"]}, {"name": "a", "symbols": ["B"]}]"#,
    );
    let command = format!("{command} --segments s.json");
    refused(&scene, &command, "the segment `a` stands twice");
    refused(&scene, &command, "no symbol of the segment `a`");
    let most = usize::MAX;
    scene
        .run(&format!(
            "calibrate --market-intel mi.json --volume-buckets {most} --volume-min-symbols {most} --output v.json"
        ))
        .ends_with(0);
}

#[test]
fn probabilities_are_given_to_all_scenarios_or_to_none() {
    let scene = Scene::sample();
    scene.write("p.json", r#"{"cash_usd": 1}"#);
    scene.replace("config/core.yaml", "probability: 0.10", "probability: 0");
    refused(&scene, "portfolio --portfolio p.json", "others do not");
    scene.replace("config/core.yaml", "      probability: 0\n", "");
    refused(&scene, "portfolio --portfolio p.json", "others do not");
}

/// Advice about a portfolio that no longer exists is worse than none (specification, section 11.2).
#[test]
fn a_stale_or_future_state_is_refused_by_the_governor() {
    let scene = Scene::sample();
    let state = |moment: &str, end: &str| {
        format!(
            "{{\"timestamp\": \"{moment}\", \"portfolio_value\": 1000.0, \"allocations\": {{\"BTC_USDT\": 0.5}},\n \
             \"market_intel\": {{\"BTC_USDT\": {{\"end\": \"{end}\", \"volatility_pct\": 10.0}}}}, \"slo_statuses\": {{}}}}\n"
        )
    };
    let fresh = "2026-11-23T11:00:00Z";
    for (moment, end, reason) in [
        ("2019-01-01T00:00:00Z", fresh, "minutes old, more than 240"),
        (fresh, "2019-01-01T00:00:00Z", "minutes old, more than 2880"),
        (
            "2099-01-01T00:00:00Z",
            fresh,
            "made at 2099-01-01T00:00:00Z, after 2026-11-23T12:00:00Z",
        ),
        ("yesterday", fresh, "`timestamp` is `yesterday`"),
    ] {
        scene.write("state.json", state(moment, end));
        let line = "governor assets --state state.json --config config/core.yaml --governor stage6_core";
        let ran = scene
            .run(&format!("{line} --output preview.json --date {DATE}"))
            .ends_with(2);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
        assert!(!scene.path("preview.json").exists());
    }
}

/// What was not measured is not taken for met.
#[test]
fn a_preview_names_limits_without_data_and_service_levels_without_a_rule() {
    let scene = Scene::sample();
    scene.write(
        "state.json",
        "{\"timestamp\": \"2026-11-23T11:00:00Z\", \"portfolio_value\": 1000.0, \"allocations\": {\"BTC_USDT\": 0.5},\n\
         \"market_intel\": {\"BTC_USDT\": {\"interval\": \"1d\"}}, \"slo_statuses\": {\"uptime\": {\"status\": \"ok\"}}}\n",
    );
    let line = "governor assets --state state.json --config config/core.yaml --governor stage6_core";
    scene
        .run(&format!("{line} --output preview.json --date {DATE}"))
        .ends_with(0);
    let preview = scene.read("preview.json");
    // The sample's budget limits volatility and drawdown; no rule of it speaks of a service level.
    assert_eq!(
        preview.matches("\"market_intel.unmeasured\"").count(),
        2,
        "{preview}"
    );
    assert_eq!(preview.matches("\"slo.unmatched\"").count(), 1, "{preview}");
}
