//! `facts`, and the lists of facts in site and bundle.

use super::scene::Scene;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn a_fact_has_value_place_digest_and_users() {
    let scene = Scene::sample();
    let ran = scene
        .run("facts stress_lab.thresholds.max_blackout_minutes --language en")
        .ends_with(0);
    let core = scene.read("config/core.yaml");
    let line = core
        .lines()
        .position(|line| line.contains("max_blackout_minutes: 40"));
    let line = line.expect("the limit stands in core.yaml") + 1;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(core.as_bytes()));
    let found = ran.stdout.trim_end();
    let begin = format!(
        "stress_lab.thresholds.max_blackout_minutes  40 min  number  config/core.yaml:{line}:27  {}  used by ",
        &digest[..12]
    );
    assert!(found.starts_with(&begin), "{found}\n{begin}");
    assert!(found.contains("contradictions"), "{found}");
}

#[test]
fn values_are_said_in_the_language_that_is_asked_for() {
    let scene = Scene::sample();
    let said = |language: &str| {
        let ran = scene
            .run(&format!(
                "facts stress_lab.thresholds.max_liq*_pct --language {language}"
            ))
            .ends_with(0);
        ran.stdout
    };
    assert!(said("pl").contains("max_liquidity_loss_pct  60 %  number"));
    assert!(said("en").contains("max_liquidity_loss_pct  60%  number"));
}

#[test]
fn every_kind_of_evidence_is_there() {
    let scene = Scene::sample();
    let ran = scene.run("facts --json").ends_with(0);
    let list: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let facts = list["facts"].as_array().expect("a list");
    let find = |id: &str| {
        facts
            .iter()
            .find(|fact| fact["id"] == id)
            .unwrap_or_else(|| panic!("{id}"))
    };
    for (id, kind, unit) in [
        ("stress_lab.thresholds.max_latency_spike_ms", "number", "ms"),
        ("publication.rules.max_snapshot_age_hours", "number", "hours"),
        ("release.sequence", "number", "plain"),
        ("release.publish_at", "moment", "plain"),
        ("report.failure_count", "number", "plain"),
        ("baselines.BTCUSDT.avg_spread_bps", "number", "bps"),
        ("tables.severity.high.factor", "number", "plain"),
        ("workshop.thresholds.max_blackout_minutes", "number", "minutes"),
        ("market_intel.required_symbols", "list", "plain"),
    ] {
        let fact = find(id);
        assert_eq!(
            (&fact["type"], &fact["unit"]),
            (&kind.into(), &unit.into()),
            "{id}"
        );
        assert_eq!(fact["sha256"].as_str().map(str::len), Some(64), "{id}");
        assert!(fact["line"].as_u64() > Some(0), "{id}");
    }
    // The asset governor writes 18.0 and means 18 %.
    let var = find("portfolio_governors.stage6_core.risk_budgets.balanced.max_var_pct");
    assert_eq!((&var["value"], &var["unit"]), (&18.0.into(), &"percent".into()));
    assert_eq!(var["text"]["en"], "18%");
}

#[test]
fn an_unknown_pattern_is_refused_with_the_nearest_id() {
    let scene = Scene::sample();
    let ran = scene.run("facts stress_lab.threshold").ends_with(0);
    assert_eq!(lines(&ran.stdout).len(), 8);
    let ran = scene
        .run("facts stress_lab.thresholds.max_blackout_minuts")
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: PATTERN: no fact fits `stress_lab.thresholds.max_blackout_minuts`\n  hint: did you mean \
         `stress_lab.thresholds.max_blackout_minutes`?\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn facts_are_listed_while_a_page_is_broken() {
    let scene = Scene::sample();
    let page = scene.read("content/en/index.md");
    scene.write("content/en/index.md", format!("{page}\n`fact:nothing`\n"));
    let ran = scene.run("facts release.sequence").ends_with(0);
    assert!(
        ran.stdout
            .starts_with("release.sequence  1  number  content/releases/2026.11.yaml:")
    );
    assert_eq!(
        ran.stderr,
        "pages have 1 problem, so that users may be missing; `stage6 check` shows them\n"
    );
}

#[test]
fn site_and_bundle_hold_the_same_lists() {
    let scene = Scene::sample();
    scene.build();
    let bag = "stage6-2026.11-r1/data";
    let zip =
        std::fs::File::open(scene.path("var/marketing/2026.11/stage6-2026.11-r1.zip")).expect("the zip");
    let mut zip = zip::ZipArchive::new(zip).expect("a zip");
    for name in ["facts", "claims"] {
        let mut text = String::new();
        let mut member = zip
            .by_name(&format!("{bag}/{name}/{name}.json"))
            .expect("in the bundle");
        std::io::Read::read_to_string(&mut member, &mut text).expect("read");
        assert_eq!(text, scene.read(&format!("site/data/{name}.json")));
    }
}
