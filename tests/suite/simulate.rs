//! `stage6 simulate`: the sample's numbers, the files it leaves, its exit codes.

use crate::scene::{DATE, Scene};
use stage6_press::document::{Node, json};

fn number(report: &Node, scenario: usize, metric: &str) -> String {
    let scenario = &report
        .get("scenarios")
        .and_then(Node::as_list)
        .expect("scenarios")[scenario];
    scenario
        .at_path(&["metrics", metric])
        .and_then(Node::as_scalar)
        .expect("a metric")
        .text
        .clone()
}

#[test]
fn the_samples_numbers_are_those_of_the_reference() {
    let scene = Scene::sample();
    let ran = scene
        .run(&format!(
            "simulate --output out/report.json --date {DATE} --signing-key-path secrets/audit.hmac"
        ))
        .ends_with(0);
    assert_eq!(
        ran.stdout,
        "passed  cross_market_liquidity_crunch\n\
         passed  exchange_blackout_and_latency\n\
         signed with the key `key-86e6ffb7d75b`\n\
         wrote out/report.csv\nwrote out/report.csv.sig\nwrote out/report.json\nwrote out/report.json.sig\n\
         wrote out/report.manifest.json\n"
    );
    let report = json::read("report.json", scene.read("out/report.json").as_bytes()).expect("strict JSON");
    // Specification, section 12, observed by running the reference.
    for (scenario, metric, expected) in [
        (0, "liquidity_loss_pct", "0.52"),
        (0, "spread_increase_bps", "5.916444444444444"),
        (0, "volatility_increase_pct", "0.6000000000000001"),
        (0, "dispersion_bps", "32.0"),
        (1, "latency_spike_ms", "132.8"),
        (1, "blackout_minutes", "45.0"),
        (1, "sentiment_drawdown", "0.35"),
    ] {
        let (ours, expected) = (
            number(&report, scenario, metric),
            expected.parse::<f64>().expect("a number"),
        );
        let ours: f64 = ours.parse().expect("a number");
        assert!((ours - expected).abs() < 1e-12, "{metric}: {ours}");
    }
}

#[test]
fn the_report_says_what_it_rests_on() {
    let scene = Scene::sample();
    scene
        .run(&format!("simulate --output report.json --date {DATE}"))
        .ends_with(0);
    let report = json::read("report.json", scene.read("report.json").as_bytes()).expect("strict JSON");
    let text = |keys: &[&str]| {
        report
            .at_path(keys)
            .and_then(Node::as_scalar)
            .map(|scalar| scalar.text.clone())
    };
    assert_eq!(text(&["schema"]).as_deref(), Some("stage6.stress_lab.report"));
    assert_eq!(text(&["schema_version"]).as_deref(), Some("1"));
    assert_eq!(
        text(&["tool_version"]).as_deref(),
        Some(env!("CARGO_PKG_VERSION"))
    );
    let dataset = &report.get("datasets").and_then(Node::as_list).expect("datasets")[0];
    let of = |key: &str| {
        dataset
            .get(key)
            .and_then(Node::as_scalar)
            .expect("a member")
            .text
            .clone()
    };
    // 2024-11-21T00:00Z to 2026-11-23T12:00Z: 732.5 days.
    assert_eq!(
        (of("provenance"), of("age_days")),
        ("sample".to_owned(), "732.5".to_owned())
    );
    let scenario = &report
        .get("scenarios")
        .and_then(Node::as_list)
        .expect("scenarios")[1];
    let limit = |key| {
        scenario
            .at_path(&["thresholds", key])
            .and_then(Node::as_scalar)
            .expect("a limit")
            .text
            .clone()
    };
    assert_eq!(limit("max_blackout_minutes"), "55.0", "the scenario's own limit");
    assert_eq!(
        limit("max_dispersion_bps"),
        "60.0",
        "the global limit, not the code's default"
    );
}

#[test]
fn unsigned_reports_say_so_and_leave_no_old_signature() {
    let scene = Scene::sample();
    scene
        .run(&format!(
            "simulate --output r.json --date {DATE} --signing-key-path secrets/audit.hmac"
        ))
        .ends_with(0);
    assert!(scene.path("r.json.sig").exists());
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
    assert_eq!(
        ran.stderr,
        "WARNING: not signed, because $STRESS_LAB_SIGNING_KEY is not set\n"
    );
    for stale in ["r.json.sig", "r.csv.sig", "r.manifest.json"] {
        assert!(!scene.path(stale).exists(), "{stale}");
    }
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE} --require-key"))
        .ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: $STRESS_LAB_SIGNING_KEY: no signing key is set\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_breach_gives_exit_code_3_and_a_report_all_the_same() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(3);
    assert!(ran.stdout.starts_with(
        "failed  cross_market_liquidity_crunch\n        liquidity_loss_pct=0.520>0.500\n\
         passed  exchange_blackout_and_latency\n"
    ));
    assert!(scene.path("r.json").exists());
    scene.replace(
        "config/core.yaml",
        "require_success: true",
        "require_success: false",
    );
    scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
    scene
        .run(&format!(
            "simulate --output r.json --date {DATE} --fail-on-breach"
        ))
        .ends_with(3);
}

#[test]
fn a_synthetic_baseline_needs_permission_and_is_marked() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "market_intel/ethusdt.json\n      weight: 0.8\n      allow_synthetic: false",
        "market_intel/none.json\n      weight: 0.8\n      allow_synthetic: true",
    );
    let ran = scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
    assert!(
        ran.stderr
            .contains("note: the baseline of `ETHUSDT` is synthetic: invented, not market data\n")
    );
    assert_eq!(scene.read("r.json").matches("\"synthetic\": true").count(), 1);
    assert!(
        scene.read("r.csv").contains(
            "cross_market_liquidity_crunch,high,passed,(all),liquidity_loss_pct,0.52,0.6,no,yes\r\n"
        )
    );
}

#[test]
fn a_file_of_three_thousand_lines_with_forty_foreign_sections_loads() {
    let scene = Scene::sample();
    let mut text = scene.read("config/core.yaml");
    for section in 0..40 {
        text.push_str(&format!(
            "\nforeign_{section}:\n  anchor: &a{section} {{x: yes, y: 0x1F}}\n  <<: *a{section}\n"
        ));
        for line in 0..72 {
            text.push_str(&format!(
                "  key_{line}: [1_000, \"ż\", 1:30, .inf, !custom {{a: ~}}]\n"
            ));
        }
    }
    assert!(text.lines().count() >= 3_000);
    scene.write("config/core.yaml", &text);
    scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
}

#[test]
fn the_section_may_stand_below_runtime() {
    let scene = Scene::sample();
    let indented: String = scene
        .read("config/core.yaml")
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    scene.write("config/core.yaml", format!("runtime:\n{indented}"));
    scene
        .run(&format!("simulate --output r.json --date {DATE}"))
        .ends_with(0);
}
