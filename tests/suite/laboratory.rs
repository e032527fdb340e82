//! The laboratory's commands on the sample: what they say, what they refuse, what they leave behind.

use crate::scene::{DATE, Ran, Scene};

#[track_caller]
fn run(scene: &Scene, arguments: &str, code: i32) -> Ran {
    scene.run(&format!("{arguments} --date {DATE}")).ends_with(code)
}

/// Expects exactly this one problem and no file.
#[track_caller]
fn refused(scene: &Scene, arguments: &str, problem: &str) {
    let ran = run(scene, &format!("{arguments} --output out.json"), 2);
    assert_eq!(
        ran.stderr,
        format!("error: {problem}\n\n1 problem; nothing was written\n")
    );
    assert!(!scene.path("out.json").exists());
}

const PAPER: &str = r#"{"generated_at": "2026-11-23T00:00:00Z", "profiles": [
  {"profile": "balanced", "total_return_pct": 0.1, "max_drawdown_pct": 0.18, "worst_daily_loss_pct": 0.02,
   "stress_tests": [{"name": "lag", "status": "warning", "metrics": {"assets": ["BTC_USDT"], "latency_ms": 612.5}}]}]}
"#;

const STATE: &str = r#"{"portfolio_value": 100000.0, "allocations": {"BTC_USDT": 0.55, "ETH_USDT": 0.35}, "market_intel": {
  "BTC_USDT": {"volatility_pct": 12.0, "max_drawdown_pct": 9.0, "liquidity_usd": 900000.0},
  "ETH_USDT": {"volatility_pct": 15.0, "max_drawdown_pct": 11.0, "liquidity_usd": 700000.0}}}
"#;

const PORTFOLIO: &str = r#"{"portfolio_id": "p", "cash_usd": 100000.0, "as_of": "2026-11-22", "positions": [
  {"symbol": "btc_usdt", "value_usd": 600000.0, "factor_betas": {"usd_liquidity": 1.0}},
  {"symbol": "eth_usdt", "value_usd": 300000.0, "factor_betas": {"usd_liquidity": 1.2}}]}
"#;

const INTEL: &str = r#"{"snapshots": {
  "BTCUSDT": {"liquidity_usd": 900000.0, "volatility_pct": 12.0},
  "ETHUSDT": {"liquidity_usd": 300000.0, "volatility_pct": 15.0}}}
"#;

#[test]
fn the_audit_says_where_the_shipped_values_are_not_the_agreed_ones() {
    let scene = Scene::sample();
    let ran = run(
        &scene,
        "audit --output audit.json --signing-key-path secrets/audit.hmac",
        3,
    );
    assert_eq!(
        ran.stdout,
        "35 values of Stage6's list: 0 differ\n\
         42 values of the workshop's minutes: 2 differ\n  \
         config/core.yaml:14:29: stress_lab.thresholds.max_liquidity_loss_pct=0.6 (agreed 0.55)\n  \
         config/core.yaml:21:25: stress_lab.thresholds.max_dispersion_bps=60.0 (agreed 50.0)\n\
         signed with the key `key-86e6ffb7d75b`\n\
         wrote audit.json\nwrote audit.json.sig\nwrote audit.manifest.json\n"
    );
    assert_eq!(
        ran.stderr,
        "note: SOLUSDT is required, but the Stress Lab has no dataset for it\n"
    );
    assert!(scene.read("audit.json").contains("\"status\": \"mismatch\""));
    run(&scene, "audit --no-minutes", 0);
}

#[test]
fn the_audit_finds_a_value_that_was_changed_or_dropped() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_signal_factor: 1.45",
        "max_signal_factor: 1.46",
    );
    scene.replace("config/core.yaml", "        max_blackout_minutes: 55.0\n", "");
    let ran = run(&scene, "audit --no-minutes --json", 3);
    let differences = "\"differences\":[\"portfolio_governor.strategies.core_mean_reversion.max_signal_factor=1.46 \
                       (expected 1.45)\",\"stress_lab.scenarios.exchange_blackout_and_latency.threshold_overrides.\
                       max_blackout_minutes is not set (expected 55.0)\"]";
    assert!(ran.stdout.contains(differences), "{}", ran.stdout);
}

#[test]
fn an_evaluation_names_what_it_found_and_recommends() {
    let scene = Scene::sample();
    scene.write("paper.json", PAPER);
    let arguments =
        "evaluate --risk-report paper.json --config config/core.yaml --governor stage6_core --output e.json";
    let ran = run(
        &scene,
        &format!("{arguments} --signing-key-path secrets/audit.hmac"),
        0,
    );
    assert_eq!(
        ran.stdout,
        "critical balanced / max_drawdown: Max drawdown 18.00% przekracza próg 12.00%\n\
         critical balanced / lag: Status warning; Latencja zleceń 612.5 ms przekracza próg krytycznego 500.0 ms\n\
         1 recommendations; a person decides\n\
         signed with the key `key-86e6ffb7d75b`\n\
         wrote e.insights.csv\nwrote e.insights.csv.sig\nwrote e.json\nwrote e.json.sig\nwrote e.manifest.json\n\
         wrote e.overrides.csv\nwrote e.overrides.csv.sig\n"
    );
    run(&scene, &format!("{arguments} --fail-on-critical"), 3);
    assert!(
        !scene.path("e.json.sig").exists(),
        "no old signature beside an unsigned report"
    );
}

#[test]
fn percent_in_place_of_fractions_is_noticed_in_every_input() {
    let scene = Scene::sample();
    scene.write("paper.json", PAPER.replace("0.18", "18"));
    let problem = "paper.json:2:72: `profiles[0].max_drawdown_pct` is 18, expected from 0 to 1\n  hint: this is a \
                   fraction: write 0.18 for 18 %";
    refused(&scene, "evaluate --risk-report paper.json", problem);
    scene.write("portfolio.json", PORTFOLIO);
    scene.replace("config/core.yaml", "return_pct: -0.20", "return_pct: -20");
    let problem = "config/core.yaml:195:23: `portfolio_stress.scenarios[1].assets[0].return_pct` is -20, expected \
                   from -1 to 10\n  hint: this is a fraction: write -0.2 for -20 %";
    refused(&scene, "portfolio --portfolio portfolio.json", problem);
}

#[test]
fn fractions_in_place_of_percent_are_noticed() {
    let governor = "governor assets --state state.json --config config/core.yaml --governor stage6_core";
    let scene = Scene::sample();
    scene.write("state.json", STATE);
    scene.replace("config/core.yaml", "max_var_pct: 18.0", "max_var_pct: 0.18");
    let problem = "config/core.yaml:159:22: `portfolio_governors.stage6_core.risk_budgets.balanced.max_var_pct` is \
                   0.18, expected percent, 0 or from 1 to 1000\n  hint: Market Intelligence gives percent: write 18 if \
                   0.18 is a fraction";
    refused(&scene, governor, problem);
    let scene = Scene::sample();
    let small = [
        ("12.0", "0.12"),
        ("9.0", "0.09"),
        ("15.0", "0.15"),
        ("11.0", "0.11"),
    ];
    scene.write(
        "state.json",
        small
            .iter()
            .fold(STATE.to_owned(), |text, (from, to)| text.replacen(from, to, 1)),
    );
    let problem = "state.json:1:100: every volatility and drawdown here is below 1, as if they were fractions\n  hint: \
                   Market Intelligence gives percent: write 18.0 for 18 %";
    refused(&scene, governor, problem);
}

#[test]
fn a_total_that_is_not_the_sum_of_its_parts_is_refused() {
    let scene = Scene::sample();
    scene.write(
        "portfolio.json",
        PORTFOLIO.replace("\"as_of\"", "\"total_value_usd\": 1250000.0, \"as_of\""),
    );
    let problem = "portfolio.json:1:64: the total 1250000 is not cash and positions, 1000000\n  hint: correct one of \
                   them, or leave `total_value_usd` out";
    refused(&scene, "portfolio --portfolio portfolio.json", problem);
}

#[test]
fn a_portfolio_is_shocked() {
    let scene = Scene::sample();
    scene.write("portfolio.json", PORTFOLIO);
    let ran = run(&scene, "portfolio --portfolio portfolio.json --output p.json", 0);
    // 600,000 x 0.18 + 300,000 x 1.2 x 0.18 = 172,800; 600,000 x 0.2 = 120,000; of 1,000,000.
    assert_eq!(
        ran.stdout,
        "  -17.28 %        -172800.00 USD  liquidity_squeeze\n  -12.00 %        -120000.00 USD  bitcoin_gap\n\
         wrote p.csv\nwrote p.json\n"
    );
}

#[test]
fn thresholds_that_cannot_warn_before_they_are_critical_are_refused() {
    let scene = Scene::sample();
    scene.write("intel.json", INTEL);
    let problem = "--liquidity-critical-percentile: the critical percentile is not below the warning percentile\n  \
                   hint: less liquidity is worse: 0.2 below 0.35, for example";
    refused(
        &scene,
        "calibrate --market-intel intel.json --liquidity-critical-percentile 0.5",
        problem,
    );
    let ran = run(&scene, "calibrate --market-intel intel.json --output c.json", 0);
    assert_eq!(
        ran.stdout,
        "default: 2 symbols, warning 510000.00 USD, critical 420000.00 USD\n\
         latency: warning no data ms, critical no data ms\nwrote c.csv\nwrote c.json\n"
    );
}

#[test]
fn a_preview_is_no_order_and_needs_fresh_recommendations() {
    let scene = Scene::sample();
    scene.write("paper.json", PAPER.replace("T00:00", "T07:00"));
    scene.write("state.json", STATE);
    let evaluate =
        "evaluate --risk-report paper.json --config config/core.yaml --governor stage6_core --output e.json";
    scene
        .run(&format!("{evaluate} --date 2026-11-23T07:00:00Z"))
        .ends_with(0);
    let governor = "governor assets --state state.json --config config/core.yaml --governor stage6_core --overrides e.json";
    let problem = "e.json:6:19: 300 minutes old, more than 240\n  hint: evaluate again, or give a larger \
                   `--max-age-minutes`";
    refused(&scene, governor, problem);
    let ran = run(
        &scene,
        &format!("{governor} --max-age-minutes 300 --output p.json"),
        0,
    );
    assert!(
        ran.stdout
            .starts_with("critical BTC_USDT: 0.5500 -> 0.0000  stress::lag: Status warning;"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("\na preview and never an order: "),
        "{}",
        ran.stdout
    );
    assert!(scene.read("p.json").contains("\"order\": false"));
}

#[test]
fn evaluating_again_does_not_make_an_old_report_fresh() {
    let scene = Scene::sample();
    scene.write("paper.json", PAPER);
    scene.write("state.json", STATE);
    run(&scene, "evaluate --risk-report paper.json --output e.json", 0);
    let governor = "governor assets --state state.json --config config/core.yaml --governor stage6_core --overrides e.json";
    let ran = run(&scene, &format!("{governor} --output p.json"), 2);
    let problem = "the evaluated report is 720 minutes old, more than 240";
    assert!(ran.stderr.contains(problem), "{}", ran.stderr);
    scene.write("paper.json", PAPER.replace("2026-11-23", "2026-11-24"));
    let ran = run(&scene, "evaluate --risk-report paper.json --output e.json", 2);
    assert!(
        ran.stderr.contains("made at 2026-11-24T00:00:00Z, after"),
        "{}",
        ran.stderr
    );
}

#[test]
fn strategies_keep_their_baselines_until_all_are_measured() {
    let scene = Scene::sample();
    let measured = r#"{"observations": [{"strategy": "core_daily_trend", "metrics": {"alpha_score": 9.0}}]}"#;
    scene.write("state.json", measured);
    let ran = run(
        &scene,
        "governor strategies --state state.json --config config/core.yaml --output p.json",
        0,
    );
    assert!(
        ran.stdout.starts_with("core_daily_trend: 0.3800 -> 0.3800\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr
            .starts_with("note: no decision while measurements are missing: core_mean_reversion, ")
    );
    scene.write(
        "state.json",
        measured.replace("core_daily_trend", "core_daily_trand"),
    );
    let problem = "state.json:1:19: unknown strategy `core_daily_trand`\n  hint: add it under `strategies`, or correct \
                   the name";
    refused(
        &scene,
        "governor strategies --state state.json --config config/core.yaml",
        problem,
    );
}

#[test]
fn a_governor_that_is_switched_off_is_not_previewed() {
    let scene = Scene::sample();
    let measured = r#"{"observations": [{"strategy": "core_daily_trend", "metrics": {"alpha_score": 9.0}}]}"#;
    scene.write("state.json", measured);
    let off = "portfolio_governor:\n  enabled: false\n";
    scene.replace("config/core.yaml", "portfolio_governor:\n  enabled: true\n", off);
    let problem =
        "config/core.yaml:106:12: the governor is switched off\n  hint: set `enabled: true` to preview it";
    let governor = "governor strategies --state state.json --config config/core.yaml";
    refused(&scene, governor, problem);
}

#[test]
fn recommendations_are_verified_with_the_key() {
    let scene = Scene::sample();
    scene.write("paper.json", PAPER.replace("T00:00", "T11:00"));
    scene.write("state.json", STATE);
    let key = "--signing-key-path secrets/audit.hmac";
    let evaluate = "evaluate --risk-report paper.json --output e.json";
    let governor = "governor assets --state state.json --config config/core.yaml --governor stage6_core \
                    --overrides e.json --output p.json";
    run(&scene, evaluate, 0);
    run(&scene, governor, 0);
    assert!(scene.read("p.json").contains("\"overrides_verified\": false"));
    run(&scene, &format!("{governor} {key}"), 4);
    run(&scene, &format!("{evaluate} {key}"), 0);
    run(&scene, &format!("{governor} {key}"), 0);
    assert!(scene.read("p.json").contains("\"overrides_verified\": true"));
    scene.write("e.json", scene.read("e.json").replace("0.0", "0.5"));
    run(&scene, &format!("{governor} {key}"), 4);
}

#[test]
fn an_unknown_state_of_a_service_level_is_refused() {
    let scene = Scene::sample();
    let unknown = r#"{"slo_statuses": {"latency": {"status": "breached"}}, "portfolio_value""#;
    scene.write("state.json", STATE.replacen("{\"portfolio_value\"", unknown, 1));
    let problem = "state.json:1:41: unknown status `breached`\n  hint: known: ok, warning, breach";
    let governor = "governor assets --state state.json --config config/core.yaml --governor stage6_core";
    refused(&scene, governor, problem);
}

#[test]
fn the_policy_is_read_strictly() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "      blackout_minutes:\n",
        "      blackout_minuets:\n",
    );
    let ran = run(&scene, "simulate --output r.json", 2);
    assert_eq!(
        ran.stderr,
        "error: config/core.yaml:89:7: unknown metric `blackout_minuets`\n  hint: did you mean `blackout_minutes`?\n\n\
         1 problem; nothing was written\n"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let scene = Scene::sample();
    scene.write("portfolio.json", PORTFOLIO);
    for folder in ["one", "two"] {
        let output = format!("{folder}/p.json --signing-key-path secrets/audit.hmac");
        run(
            &scene,
            &format!("portfolio --portfolio portfolio.json --output {output}"),
            0,
        );
    }
    assert_eq!(scene.tree("one"), scene.tree("two"));
}

#[test]
fn every_command_shows_examples() {
    let scene = Scene::empty();
    for command in ["evaluate", "calibrate", "portfolio", "governor", "audit"] {
        let ran = scene.run(&format!("{command} --help")).ends_with(0);
        assert!(
            ran.stdout.contains(&format!("Examples:\n  stage6 {command}")),
            "{}",
            ran.stdout
        );
    }
}
