//! The findings Q1 to Q17 about the reference (specification, section 13): each has a test that names it and shows
//! that ours refuses what the reference lets through, or marks it. Those about recommendations (Q6, Q7, Q16, Q17)
//! stand in `findings/recommendations.rs`.

mod recommendations;

use crate::scene::{DATE, KEY, Ran, Scene};
use stage6_press::document::{Node, json};

/// Runs `stage6` at the scenes' date and expects an exit code.
#[track_caller]
fn run(scene: &Scene, arguments: &str, code: i32) -> Ran {
    scene.run(&format!("{arguments} --date {DATE}")).ends_with(code)
}

/// Changes the sample's `core.yaml` and expects that `simulate` refuses it with this problem.
#[track_caller]
fn simulate_refuses(from: &str, to: &str, problem: &str) {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", from, to);
    let ran = run(&scene, "simulate --output r.json", 2);
    assert_eq!(
        ran.stderr,
        format!("error: {problem}\n\n1 problem; nothing was written\n")
    );
    assert!(!scene.path("r.json").exists());
}

#[track_caller]
fn parsed(scene: &Scene, path: &str) -> Node {
    json::read(path, scene.read(path).as_bytes()).expect("strict JSON")
}

#[track_caller]
fn text(node: &Node, keys: &[&str]) -> String {
    node.at_path(keys)
        .and_then(Node::as_scalar)
        .unwrap_or_else(|| panic!("{keys:?}"))
        .text
        .clone()
}

#[track_caller]
fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key)
        .and_then(Node::as_list)
        .unwrap_or_else(|| panic!("{key}"))
}

/// A report of Paper Labs with one profile and these tests.
fn paper(tests: &str) -> String {
    format!(
        r#"{{"generated_at": "2026-11-23T00:00:00Z", "profiles": [{{"profile": "balanced", "total_return_pct": 0.1,
        "max_drawdown_pct": 0.05, "worst_daily_loss_pct": 0.02, "stress_tests": [{tests}]}}]}}"#
    )
}

/// A state for the governor of the sample.
fn state(allocations: &str) -> String {
    format!(
        r#"{{"portfolio_value": 100000.0, "allocations": {{{allocations}}}, "market_intel": {{
        "BTC_USDT": {{"volatility_pct": 12.0, "max_drawdown_pct": 9.0, "liquidity_usd": 900000.0}},
        "ETH_USDT": {{"volatility_pct": 15.0, "max_drawdown_pct": 11.0, "liquidity_usd": 700000.0}}}}}}"#
    )
}

const GOVERNOR: &str =
    "governor assets --state state.json --config config/core.yaml --governor stage6_core --output p.json";

#[test]
fn q01_global_thresholds_are_applied_and_shown() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_dispersion_bps: 60.0",
        "max_dispersion_bps: 31.0",
    );
    let ran = run(&scene, "simulate --output r.json", 3);
    assert!(
        ran.stdout.contains("dispersion_bps=32.00>31.00\n"),
        "{}",
        ran.stdout
    );
    let report = parsed(&scene, "r.json");
    assert_eq!(
        text(
            &items(&report, "scenarios")[0],
            &["thresholds", "max_dispersion_bps"]
        ),
        "31.0"
    );
}

#[test]
fn q02_every_file_of_a_bundle_has_a_hash() {
    let scene = Scene::sample();
    scene.build();
    let path = "var/marketing/2026.11/stage6-2026.11-r1.manifest.json";
    let altered = scene.read(path).replacen("stage6", "stage7", 1);
    scene.write(path, altered);
    scene.run("verify var/marketing/2026.11 --no-key").ends_with(4);
}

#[test]
fn q03_our_own_tool_verifies_our_own_signatures() {
    let scene = Scene::sample();
    scene.build();
    let arguments = "verify --date 2026-11-23T12:00:00Z var/marketing/2026.11 --signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    let ran = scene.run(arguments).ends_with(0);
    assert!(ran.stdout.contains("stress_lab_report.json"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("recomputed with the key `audit-2026`"),
        "{}",
        ran.stdout
    );
}

#[test]
fn q04_an_empty_key_is_refused_by_every_command_that_signs() {
    let scene = Scene::sample();
    scene.write_key("k/empty", "", 0o600);
    scene.write("paper.json", paper(""));
    for command in [
        "simulate --output r.json",
        "evaluate --risk-report paper.json --output r.json",
        "audit --output r.json",
    ] {
        let ran = run(&scene, &format!("{command} --signing-key-path k/empty"), 2);
        assert!(
            ran.stderr
                .starts_with("error: k/empty: the signing key is empty\n"),
            "{command}: {}",
            ran.stderr
        );
        assert!(!scene.path("r.json").exists(), "{command}");
    }
}

#[test]
fn q05_a_report_that_is_not_the_signed_one_is_noticed() {
    let scene = Scene::sample();
    scene.write("paper.json", paper(""));
    run(
        &scene,
        "evaluate --risk-report paper.json --output e.json --signing-key-path secrets/audit.hmac",
        0,
    );
    let manifest = parsed(&scene, "e.manifest.json");
    let digest = |path: &str| stage6_press::domain::Digest::of(scene.read(path).as_bytes()).to_string();
    assert_eq!(text(&manifest, &["report", "sha256"]), digest("e.json"));
    assert_eq!(text(&manifest, &["signature", "sha256"]), digest("e.json.sig"));
    let bytes = scene.read("e.json").replace("balanced", "Balanced");
    let signature =
        stage6_press::seal::SignatureFile::read("e.json.sig", scene.read("e.json.sig").as_bytes());
    let check = |bytes: &str| {
        signature
            .as_ref()
            .expect("a signature")
            .check_target("e.json", bytes.as_bytes())
    };
    assert!(check(&scene.read("e.json")).is_ok());
    assert_eq!(
        check(&format!("{bytes} ")).expect_err("altered").code.as_str(),
        "hash-mismatch"
    );
}

#[test]
fn q08_critical_is_not_a_severity_of_a_scenario() {
    simulate_refuses(
        "severity: medium\n      description",
        "severity: critical\n      description",
        "config/core.yaml:49:17: unknown severity `critical`\n  hint: the reference reads `critical` as medium; write \
         `extreme` or `medium`, whichever is meant",
    );
}

#[test]
fn q09_an_unknown_market_is_refused() {
    simulate_refuses(
        "markets: [BTCUSDT, ETHUSDT]",
        "markets: [BTCUSDT, ETHUSTD]",
        "config/core.yaml:39:26: unknown market `ETHUSTD`\n  hint: did you mean `ETHUSDT`?",
    );
}

#[test]
fn q10_a_disabled_lab_does_not_pass() {
    simulate_refuses(
        "stress_lab:\n  enabled: true",
        "stress_lab:\n  enabled: false",
        "config/core.yaml:7:12: the Stress Lab is not enabled\n  hint: set `enabled: true`, or there is nothing to report",
    );
    simulate_refuses(
        "- type: price_gap",
        "- type: price_gab",
        "config/core.yaml:45:17: unknown shock `price_gab`\n  hint: did you mean `price_gap`?",
    );
}

#[test]
fn q11_nan_is_refused_in_every_input() {
    simulate_refuses(
        "intensity: 0.52",
        "intensity: .nan",
        "config/core.yaml:42:22: `stress_lab.scenarios[0].shocks[0].intensity` is not a finite number\n  hint: write a \
         decimal number such as 0.5",
    );
    let scene = Scene::sample();
    scene.write("paper.json", paper("").replace("0.05", "NaN"));
    let ran = run(&scene, "evaluate --risk-report paper.json --output e.json", 2);
    assert!(
        ran.stderr
            .starts_with("error: paper.json:2:29: not valid JSON: expected a value\n"),
        "{}",
        ran.stderr
    );
    scene.write("state.json", state("\"BTC_USDT\": Infinity"));
    let ran = run(&scene, GOVERNOR, 2);
    assert!(
        ran.stderr
            .starts_with("error: state.json:1:59: not valid JSON: expected a value\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn q12_text_is_not_a_switch() {
    simulate_refuses(
        "require_success: true",
        "require_success: 'false'",
        "config/core.yaml:8:20: `stress_lab.require_success` is text in quotes, expected `true` or `false`\n  hint: write \
         `true` or `false` without quotes; `yes`, `no`, `on`, `off` are not accepted",
    );
}

#[test]
fn q13_a_text_is_not_a_list() {
    simulate_refuses(
        "markets: [BTCUSDT, ETHUSDT]",
        "markets: BTCUSDT",
        "config/core.yaml:39:16: `stress_lab.scenarios[0].markets` is text, expected a list\n  hint: write one item a \
         line, each behind `- `, or `[A, B]`",
    );
}

#[test]
fn q14_a_degenerate_baseline_is_refused() {
    let scene = Scene::sample();
    let path = "var/audit/stage6/market_intel/ethusdt.json";
    scene.replace(
        path,
        "\"realized_volatility\": 0.29",
        "\"realized_volatility\": 0",
    );
    let ran = run(&scene, "simulate --output r.json", 2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {path}:10:28: `baseline.realized_volatility` is 0, expected more than 0\n  hint: correct the \
             value\n\n1 problem; nothing was written\n"
        )
    );
}

#[test]
fn q15_the_manifest_covers_what_the_signature_does_not() {
    let scene = Scene::sample();
    scene.write("paper.json", paper(""));
    let arguments = "evaluate --risk-report paper.json --output e.json --signing-key-path secrets/audit.hmac";
    run(&scene, &format!("{arguments} --signing-key-id audit-2026"), 0);
    let manifest = parsed(&scene, "e.manifest.json");
    assert_eq!(text(&manifest, &["signature", "key_id"]), "audit-2026");
    assert_eq!(text(&manifest, &["signature", "target"]), "e.json");
    assert_eq!(text(&manifest, &["signature", "signed_at"]), DATE);
    assert!(!scene.read("e.json.sig").contains(KEY));
}
