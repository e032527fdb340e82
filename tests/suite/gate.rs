//! The gate: what the sample lacks, and what a release needs that may be published.

mod after;
mod documents;
mod mirror;
mod publication;
mod rules;

use crate::scene::{DATE, KEYS, Ran, SOUND_KEY, Scene};
use std::fs;

/// T+7 of the sample, to the second.
pub(crate) const T7: &str = "2026-11-30T08:00:00Z";
pub(crate) const CHECKLIST: &str = "var/audit/stage6/stage6_preliminary_checklist.md";
const MINUTES: &str = "var/audit/stage6/2024-06-07-stage6-operator-workshop.md";
pub(crate) const SIGNALS: &str = "var/audit/stage6/signal_quality";
pub(crate) const RECORD: &str = "content/releases/2026.11.yaml";
pub(crate) const RELEASE: &str = "var/marketing/2026.11";
const EXCHANGES: [&str; 4] = ["binance", "coinbase", "deribit_futures", "bitmex_futures"];
const MANUAL: [&str; 1] = ["external-use-agreed"];
const MIRROR_REPORT: &str = "var/audit/stage6/mirror_parity.json";
pub(crate) const LOG_KEY: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";

pub(crate) fn entry(of: &str, id: &str, expires: &str) -> String {
    // What was seen to for a release says nothing about the next.
    let release = match of {
        "rule" => "    release: \"2026.11\"\n",
        _ => "",
    };
    format!(
        "  - {of}: {id}\n{release}    reason_pl: Sprawdzono.\n    reason_en: Seen to.\n    owner: Stage6 Risk\n    signed_at: 2026-11-23\n    \
         expires_at: {expires}\n"
    )
}

/// The waivers of the open scene: one contradiction, and what only people can know.
pub(crate) fn waivers(without: &str, more: &str) -> String {
    let manual = MANUAL.iter().filter(|rule| **rule != without);
    let manual: String = manual.map(|rule| entry("rule", rule, "2027-02-28")).collect();
    let contradiction = entry(
        "contradiction",
        "market_intel.required_symbols.SOLUSDT",
        "2027-02-28",
    );
    format!("waivers:\n{contradiction}{manual}{more}")
}

fn snapshot(scene: &Scene, exchange: &str, made: &str) {
    let text = format!(
        "{{\"exchange\": \"{exchange}\", \"snapshot_created_at\": \"{made}\", \"sample\": true, \"total\": 0, \"failures\": 0, \"fill_ratio\": 0.0, \"slippage_bps\": 0.0, \"watchdog\": {{\"alerts\": 0}}, \"records\": []}}\n"
    );
    scene.write(&format!("{SIGNALS}/{exchange}.json"), text);
    // The index says what the snapshot says.
    let index = format!("{SIGNALS}/index.csv");
    let lines = scene.read(&index);
    let lines = lines.lines().map(|line| match line.split_once(',') {
        Some((name, _)) if name == exchange => format!("{exchange},{made}\n"),
        _ => format!("{line}\n"),
    });
    let lines: String = lines.collect();
    scene.write(&index, lines);
}

fn change(scene: &Scene, path: &str, from: &str, to: &str) {
    scene.replace(path, from, to);
}

pub(crate) fn sign_waivers(scene: &Scene, text: &str) {
    scene.write("config/waivers.yaml", text);
    scene
        .run(&format!("sign-waivers --date {DATE} {LOG_KEY}"))
        .ends_with(0);
}

pub(crate) fn sign_checklist(scene: &Scene) {
    scene
        .run(&format!("sign-runbook {CHECKLIST} --date {DATE} {LOG_KEY}"))
        .ends_with(0);
}

/// Takes the claim out of a page that two limits differ.
fn drop_claim(scene: &Scene, page: &str) {
    let text = scene.read(page);
    let (before, rest) = text
        .split_once("```claim id=limits-differ-in-two-places\n")
        .expect("the claim");
    let (_, after) = rest.split_once("```\n").expect("its end");
    scene.write(page, format!("{before}{after}"));
}

/// Lets documents agree on what they rate and count.
fn agree(scene: &Scene) {
    let documents = "content/tables/status_documents.csv";
    scene.replace(documents, ",zielony,green,", ",czerwony,red,");
    scene.replace(documents, ",największa luka,the biggest gap,", ",czerwony,red,");
    scene.replace(documents, ",zamknięty,closed,", ",żółty,yellow,");
    scene.replace("content/tables/document_counts.csv", ",31,", ",17,");
}

/// A project that may be published at T+7: everything that the rules ask for is there.
pub(crate) fn ready() -> Scene {
    let scene = Scene::sample();
    scene.write_key("secrets/audit.hmac", SOUND_KEY, 0o600);
    scene.replace(RECORD, "status: draft", "status: final");
    scene.replace(
        MINUTES,
        "    max_liquidity_loss_pct: 0.55\n",
        "    max_liquidity_loss_pct: 0.60\n",
    );
    scene.replace(
        MINUTES,
        "    max_dispersion_bps: 50\n",
        "    max_dispersion_bps: 60\n",
    );
    for language in ["pl", "en"] {
        drop_claim(&scene, &format!("content/{language}/status-review.md"));
    }
    agree(&scene);
    sign_waivers(&scene, &waivers("", ""));
    let ticked = scene.read(CHECKLIST).replace("- [ ]", "- [x]");
    scene.write(CHECKLIST, ticked);
    sign_checklist(&scene);
    let mut index = "exchange,snapshot_created_at\n".to_owned();
    let mut adapters =
        "exchange,hypercare_checklist_signed,futures_checklist_ready,missing_required_documents,\
                        hypercare_cost_status,signal_quality_snapshot_status\n"
            .to_owned();
    for exchange in EXCHANGES {
        snapshot(&scene, exchange, "2026-11-30T00:00:00Z");
        index.push_str(&format!("{exchange},2026-11-30T00:00:00Z\n"));
        adapters.push_str(&format!("{exchange},True,True,,ready,fresh\n"));
    }
    scene.write(&format!("{SIGNALS}/index.csv"), index);
    scene.write(&format!("{SIGNALS}/adapter_checklist.csv"), adapters);
    scene
}

/// Selects a second release, an hour after the first, that names the first as it stands built.
pub(crate) fn second_release(scene: &Scene) {
    let list = scene.path(&format!("{RELEASE}/stage6-2026.11-r1.sha256"));
    let digest = stage6_press::domain::Digest::of(&std::fs::read(list).expect("the list"));
    let record = scene
        .read(RECORD)
        .replace("\"2026.11\"", "\"2026.12\"")
        .replace("sequence: 1", "sequence: 2")
        .replace("2026-11-23T09", "2026-11-23T10")
        .replace("previous: null", &format!("previous: {digest}"));
    scene.write("content/releases/2026.12.yaml", record);
    scene.replace(
        "config/publication.yaml",
        "release: \"2026.11\"",
        "release: \"2026.12\"",
    );
    // Confirmed anew: those of the first release say nothing about the second.
    let confirmed = scene.read("config/waivers.yaml").replace("2026.11", "2026.12");
    sign_waivers(scene, &confirmed);
}

pub(crate) fn build(scene: &Scene, date: &str) {
    scene.run(&format!("build --date {date} {KEYS}")).ends_with(0);
}

/// Copies the release that is selected, as it stands, to the mirror, and compares them there and then.
pub(crate) fn mirror(scene: &Scene, date: &str) {
    let config = scene.read("config/publication.yaml");
    let (_, rest) = config.split_once("release: \"").expect("the release");
    let release = rest.split('"').next().expect("its id");
    if scene.path("mirror").exists() {
        fs::remove_dir_all(scene.path("mirror")).expect("removed");
    }
    for (name, bytes) in scene.tree(&format!("var/marketing/{release}")) {
        scene.write(&format!("mirror/{release}/{name}"), bytes);
    }
    scene.write("mirror/index.csv", scene.read(&format!("{SIGNALS}/index.csv")));
    compare(scene, date).ends_with(0);
}

fn compare(scene: &Scene, date: &str) -> Ran {
    scene.run(&format!(
        "parity --mirror mirror --report {MIRROR_REPORT} --date {date} {LOG_KEY}"
    ))
}

/// Weighs the rules with a mirror that was just compared.
pub(crate) fn gate(scene: &Scene, date: &str) -> Ran {
    mirror(scene, date);
    weigh(scene, date)
}

pub(crate) fn weigh(scene: &Scene, date: &str) -> Ran {
    scene.run(&format!("gate --date {date} {KEYS}"))
}

/// The ids of the rules that are broken.
pub(crate) fn broken(ran: &Ran) -> Vec<&str> {
    let lines = ran.stdout.lines();
    lines
        .filter_map(|line| line.strip_prefix("failed     "))
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect()
}

#[test]
fn the_sample_is_closed_and_says_all_that_it_lacks() {
    let scene = Scene::sample();
    scene.build();
    let ran = weigh(&scene, DATE).ends_with(3);
    let lacks = [
        "release-is-final",
        "t-plus-7-reached",
        "keys-fit",
        "thresholds-agreed",
        "checklists-signed",
        "checklists-complete",
        "adapters-ready",
        "mirror-parity",
        "benchmark-matches-status",
        "external-use-agreed",
    ];
    assert_eq!(broken(&ran), lacks);
    let last = ran.stdout.lines().last().expect("a line");
    let expected = "stage6-2026.11-r1: the gate is closed, 10 of 24 rules broken: ";
    assert_eq!(last, format!("{expected}{}", lacks.join(", ")));
    // The bundle says the same of itself, in a signed report and on the site, in both languages.
    let report = scene.read("var/audit/stage6/stress_lab/gate_report.json");
    assert!(report.contains("\"state\": \"closed\"") && report.contains("\"id\": \"keys-fit\""));
    for (page, words) in [
        ("pl", "Bramka jest zamknięta: tego wydania nie wolno publikować"),
        ("en", "The gate is closed: this release must not be published"),
    ] {
        let page = scene.read(&format!("site/{page}/reports/gate.html"));
        assert!(page.contains(words), "{page}");
        assert!(lacks.iter().all(|rule| page.contains(&format!("id=\"{rule}\""))));
    }
    scene
        .run(&format!("verify {RELEASE} --date {DATE} {KEYS}"))
        .ends_with(0);
    let before = scene.tree("var");
    scene
        .run(&format!("publish --dry-run --date {DATE} {KEYS}"))
        .ends_with(3);
    assert_eq!(scene.tree("var"), before, "asking writes nothing");
    scene
        .run(&format!("publish --date {DATE} {KEYS} --actor QA"))
        .ends_with(3);
    assert!(!scene.path("var/marketing/archive").exists() && !scene.path("var/audit/publications").exists());
    let log = scene.run("journal show --last 1").ends_with(0).stdout;
    let line = "publication   stage6-2026.11-r1  failed: gate-closed  by QA, key audit-2026";
    assert!(log.contains(line), "{log}");
}
