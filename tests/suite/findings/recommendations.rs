//! The findings about recommendations and what governors do with them: Q6, Q7, Q16, Q17.

use super::{GOVERNOR, items, paper, parsed, run, state, text};
use crate::scene::Scene;

/// An evaluation of the scene's date with one recommendation.
fn evaluation(recommendation: &str) -> String {
    format!(
        r#"{{"schema": "stage6.risk.stress_lab.report", "schema_version": 1,
        "generated_at": "2026-11-23T11:00:00+00:00", "source_report_at": "2026-11-23T10:00:00+00:00", "overrides": [{recommendation}]}}"#
    )
}

#[test]
fn q06_a_failed_scenario_leads_to_a_recommendation_for_the_right_asset() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    scene.replace("config/core.yaml", "      ETHUSDT: ETH_USDT\n", "");
    run(&scene, "simulate --output r.json", 3);
    let arguments = "evaluate --stress-report r.json --config config/core.yaml --output e.json";
    let ran = run(&scene, arguments, 0);
    assert!(
        ran.stderr
            .contains("note: `ETHUSDT` is not in `override_policy.symbols`"),
        "{}",
        ran.stderr
    );
    let report = parsed(&scene, "e.json");
    let overrides = items(&report, "overrides");
    assert_eq!(overrides.len(), 2);
    assert_eq!(
        (text(&overrides[0], &["symbol"]), overrides[0].get("unmapped")),
        ("BTC_USDT".to_owned(), None)
    );
    assert_eq!(
        text(&overrides[0], &["reason"]),
        "cross_market_liquidity_crunch: liquidity_loss_pct=0.520>0.500"
    );
    assert_eq!(
        (
            text(&overrides[1], &["symbol"]),
            text(&overrides[1], &["unmapped"])
        ),
        ("ETHUSDT".into(), "true".into())
    );
    assert_eq!(text(&overrides[1], &["scope"]), "symbol", "never global");
    // The governor reads it, follows the one and names the other.
    scene.write("state.json", state("\"BTC_USDT\": 0.55, \"ETH_USDT\": 0.35"));
    run(&scene, &format!("{GOVERNOR} --overrides e.json"), 0);
    let preview = parsed(&scene, "p.json");
    assert_eq!(text(&preview, &["order"]), "false");
    let adjustment = &items(&preview, "adjustments")[0];
    assert_eq!(
        (
            text(adjustment, &["symbol"]),
            text(adjustment, &["proposed_weight"])
        ),
        ("BTC_USDT".into(), "0.33".into())
    );
    assert_eq!(
        text(&items(&preview, "advisories")[0], &["code"]),
        "stress_override.unmatched"
    );
}

#[test]
fn q06_a_simulator_report_is_not_taken_for_recommendations() {
    let scene = Scene::sample();
    run(&scene, "simulate --output r.json", 0);
    scene.write("state.json", state("\"BTC_USDT\": 0.55"));
    let ran = run(&scene, &format!("{GOVERNOR} --overrides r.json"), 2);
    assert!(
        ran.stderr
            .contains("this is not an evaluation and holds no recommendations\n  hint: make one with"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q06_a_report_whose_verdict_is_not_that_of_its_numbers_is_refused() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    run(&scene, "simulate --output r.json", 3);
    scene.replace("r.json", "\"status\": \"failed\"", "\"status\": \"passed\"");
    let ran = run(
        &scene,
        "evaluate --stress-report r.json --config config/core.yaml --output e.json",
        2,
    );
    assert!(
        ran.stderr
            .contains("the report says `passed`, its numbers say the opposite"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q06_a_report_that_miscounts_is_refused() {
    let scene = Scene::sample();
    run(&scene, "simulate --output r.json", 0);
    scene.replace("r.json", "\"failure_count\": 0", "\"failure_count\": 1");
    let arguments = "evaluate --stress-report r.json --config config/core.yaml --output e.json";
    let ran = run(&scene, arguments, 2);
    assert!(
        ran.stderr.contains("`failure_count` is 1, the report holds 0"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q06_two_symbols_are_not_one_asset() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "ETHUSDT: ETH_USDT", "ETHUSDT: BTC_USDT");
    let ran = run(&scene, "simulate --output r.json", 2);
    assert!(
        ran.stderr
            .contains("`BTCUSDT` and `ETHUSDT` are both the asset `BTC_USDT`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q07_a_critical_recommendation_takes_a_position_to_zero() {
    let scene = Scene::sample();
    scene.write("state.json", state("\"BTC_USDT\": 0.55, \"ETH_USDT\": 0.35"));
    let cut = r#"{"severity": "critical", "reason": "drain", "symbol": "BTC_USDT", "weight_multiplier": 0.0,
        "min_weight": 0.0, "max_weight": 0.0, "force_rebalance": true}"#;
    scene.write("e.json", evaluation(cut));
    run(&scene, &format!("{GOVERNOR} --overrides e.json"), 0);
    assert_eq!(
        text(
            &items(&parsed(&scene, "p.json"), "adjustments")[0],
            &["proposed_weight"]
        ),
        "0.0"
    );
    // The reference lifts it back to the asset's least weight.
    run(
        &scene,
        &format!("{GOVERNOR} --overrides e.json --compat reference"),
        0,
    );
    assert_eq!(
        text(
            &items(&parsed(&scene, "p.json"), "adjustments")[0],
            &["proposed_weight"]
        ),
        "0.2"
    );
}

#[test]
fn q07_the_drift_tolerance_of_the_configuration_counts() {
    let scene = Scene::sample();
    scene.write("state.json", state("\"BTC_USDT\": 0.55, \"ETH_USDT\": 0.335"));
    scene.replace(
        "config/core.yaml",
        "      relative: 0.25\n",
        "      relative: 0.0\n",
    );
    run(&scene, GOVERNOR, 0);
    // A drift of 0.015: within 0.02 of the configuration, beyond the 0.01 that the reference would use.
    assert!(items(&parsed(&scene, "p.json"), "adjustments").is_empty());
    scene.replace(
        "config/core.yaml",
        "      absolute: 0.02\n",
        "      absolute: 0.01\n",
    );
    run(&scene, GOVERNOR, 0);
    assert_eq!(items(&parsed(&scene, "p.json"), "adjustments").len(), 1);
}

#[test]
fn q16_a_passed_test_recommends_nothing() {
    let scene = Scene::sample();
    scene.write(
        "paper.json",
        paper(r#"{"name": "calm", "status": "passed", "metrics": {"assets": ["BTC_USDT"]}}"#),
    );
    run(&scene, "evaluate --risk-report paper.json --output e.json", 0);
    assert!(items(&parsed(&scene, "e.json"), "overrides").is_empty());
    assert_eq!(
        text(&items(&parsed(&scene, "e.json"), "insights")[0], &["severity"]),
        "info"
    );
    run(
        &scene,
        "evaluate --risk-report paper.json --output e.json --compat reference",
        0,
    );
    assert_eq!(
        items(&parsed(&scene, "e.json"), "overrides").len(),
        1,
        "the reference's empty one"
    );
}

#[test]
fn q16_a_test_about_assets_that_nobody_holds_hits_no_others() {
    let scene = Scene::sample();
    scene.write(
        "paper.json",
        paper(r#"{"name": "drain", "status": "failed", "metrics": {"assets": ["BTCUSDT"]}}"#),
    );
    let arguments =
        "evaluate --risk-report paper.json --config config/core.yaml --governor stage6_core --output e.json";
    let ran = run(&scene, arguments, 0);
    assert!(
        ran.stderr
            .starts_with("note: no recommendation for `drain` (critical): the portfolio holds none"),
        "{}",
        ran.stderr
    );
    let report = parsed(&scene, "e.json");
    assert!(items(&report, "overrides").is_empty());
    assert_eq!(text(&items(&report, "withheld")[0], &["scenario"]), "drain");
}

#[test]
fn q16_assets_that_nobody_holds_do_not_become_their_whole_risk_budget() {
    let scene = Scene::sample();
    let metrics = r#"{"assets": ["BTCUSDT"], "risk_budget": "balanced"}"#;
    let test = format!(r#"{{"name": "drain", "status": "failed", "metrics": {metrics}}}"#);
    scene.write("paper.json", paper(&test));
    let arguments =
        "evaluate --risk-report paper.json --config config/core.yaml --governor stage6_core --output e.json";
    run(&scene, arguments, 0);
    let report = parsed(&scene, "e.json");
    assert!(items(&report, "overrides").is_empty());
    assert_eq!(text(&items(&report, "withheld")[0], &["scenario"]), "drain");
}

#[test]
fn q16_a_test_that_names_nothing_needs_a_switch_to_hit_everything() {
    let scene = Scene::sample();
    scene.write("paper.json", paper(r#"{"name": "drain", "status": "failed"}"#));
    let arguments = "evaluate --risk-report paper.json --output e.json";
    let ran = run(&scene, arguments, 0);
    assert!(
        ran.stderr
            .starts_with("note: no recommendation for `drain` (critical): the test names no asset"),
        "{}",
        ran.stderr
    );
    assert!(items(&parsed(&scene, "e.json"), "overrides").is_empty());
    run(&scene, &format!("{arguments} --allow-global"), 0);
    assert_eq!(
        text(&items(&parsed(&scene, "e.json"), "overrides")[0], &["scope"]),
        "global"
    );
}

#[test]
fn q16_a_governor_refuses_recommendations_that_are_empty_or_global_by_accident() {
    let scene = Scene::sample();
    scene.write("state.json", state("\"BTC_USDT\": 0.55"));
    scene.write(
        "e.json",
        evaluation(r#"{"severity": "info", "reason": "calm", "symbol": "BTC_USDT"}"#),
    );
    let ran = run(&scene, &format!("{GOVERNOR} --overrides e.json"), 2);
    assert!(
        ran.stderr.contains("the recommendation changes nothing"),
        "{}",
        ran.stderr
    );
    scene.write(
        "e.json",
        evaluation(r#"{"severity": "critical", "reason": "drain", "max_weight": 0.0}"#),
    );
    let ran = run(&scene, &format!("{GOVERNOR} --overrides e.json"), 2);
    assert!(
        ran.stderr
            .contains("the recommendation is for no asset, so it would hit all of them"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q17_a_limit_of_zero_is_a_limit() {
    let scene = Scene::sample();
    scene.write("state.json", state("\"BTC_USDT\": 0.55, \"ETH_USDT\": 0.35"));
    scene.replace(
        "config/core.yaml",
        "        min_weight: 0.10\n        max_weight: 0.50\n        risk_budget",
        "        max_weight: 0\n        risk_budget",
    );
    run(&scene, GOVERNOR, 0);
    let preview = parsed(&scene, "p.json");
    let adjustment = &items(&preview, "adjustments")[0];
    assert_eq!(
        (
            text(adjustment, &["symbol"]),
            text(adjustment, &["proposed_weight"])
        ),
        ("ETH_USDT".into(), "0.0".into())
    );
}

#[test]
fn q17_a_multiplier_of_zero_cuts_to_nothing() {
    let scene = Scene::sample();
    scene.write("state.json", state("\"BTC_USDT\": 0.55, \"ETH_USDT\": 0.35"));
    let cut = r#"{"severity": "warning", "reason": "drain", "symbol": "ETH_USDT", "weight_multiplier": 0}"#;
    scene.write("e.json", evaluation(cut));
    run(&scene, &format!("{GOVERNOR} --overrides e.json"), 0);
    let preview = parsed(&scene, "p.json");
    assert_eq!(
        text(&items(&preview, "adjustments")[0], &["proposed_weight"]),
        "0.0"
    );
}
