//! The gate: what the sample lacks, what a release needs that may be published, and each rule broken alone.

use crate::scene::{DATE, KEYS, Ran, SOUND_KEY, Scene};
use std::fs;

/// T+7 of the sample, to the second.
const T7: &str = "2026-11-30T08:00:00Z";
const CHECKLIST: &str = "var/audit/stage6/stage6_preliminary_checklist.md";
const MINUTES: &str = "var/audit/stage6/2024-06-07-stage6-operator-workshop.md";
const SIGNALS: &str = "var/audit/stage6/signal_quality";
const RECORD: &str = "content/releases/2026.11.yaml";
const RELEASE: &str = "var/marketing/2026.11";
const EXCHANGES: [&str; 4] = ["binance", "coinbase", "deribit_futures", "bitmex_futures"];
const MANUAL: [&str; 4] = [
    "coverage-difference",
    "mirror-parity",
    "benchmark-matches-status",
    "external-use-agreed",
];
const LOG_KEY: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";

fn entry(of: &str, id: &str, expires: &str) -> String {
    format!(
        "  - {of}: {id}\n    reason_pl: Sprawdzono.\n    reason_en: Seen to.\n    owner: Stage6 Risk\n    signed_at: 2026-11-23\n    \
         expires_at: {expires}\n"
    )
}

/// The waivers of the open scene: one contradiction, and what only people can know.
fn waivers(without: &str, more: &str) -> String {
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
}

fn change(scene: &Scene, path: &str, from: &str, to: &str) {
    scene.replace(path, from, to);
}

fn sign_waivers(scene: &Scene, text: &str) {
    scene.write("config/waivers.yaml", text);
    scene
        .run(&format!("sign-waivers --date {DATE} {LOG_KEY}"))
        .ends_with(0);
}

fn sign_checklist(scene: &Scene) {
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

/// A project that may be published at T+7: everything that the rules ask for is there.
fn ready() -> Scene {
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
fn second_release(scene: &Scene) {
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
}

fn build(scene: &Scene, date: &str) {
    scene.run(&format!("build --date {date} {KEYS}")).ends_with(0);
}

fn gate(scene: &Scene, date: &str) -> Ran {
    scene.run(&format!("gate --date {date} {KEYS}"))
}

/// The ids of the rules that are broken.
fn broken(ran: &Ran) -> Vec<&str> {
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
    let ran = gate(&scene, DATE).ends_with(3);
    let lacks = [
        "release-is-final",
        "t-plus-7-reached",
        "keys-fit",
        "thresholds-agreed",
        "checklists-signed",
        "checklists-complete",
        "coverage-difference",
        "adapters-ready",
        "mirror-parity",
        "benchmark-matches-status",
        "external-use-agreed",
    ];
    assert_eq!(broken(&ran), lacks);
    let last = ran.stdout.lines().last().expect("a line");
    let expected = "stage6-2026.11-r1: the gate is closed, 11 of 21 rules broken: ";
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

type Case = (
    &'static str,
    fn(&Scene),
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

/// What is broken, when it is built, when it is weighed, which rules say so, and in which words.
const CASES: [Case; 17] = [
    (
        "one second before T+7",
        |_| (),
        "2026-11-30T07:59:59Z",
        "2026-11-30T07:59:59Z",
        &["t-plus-7-reached"],
        "gate.now = 2026-11-30T07:59:59Z  (content/releases/2026.11.yaml:6)",
    ),
    (
        "after its last day",
        |scene| {
            EXCHANGES
                .iter()
                .for_each(|one| snapshot(scene, one, "2027-02-20T12:00:00Z"))
        },
        "2027-02-21T07:59:59Z",
        "2027-02-21T08:00:01Z",
        &["still-valid"],
        "release.valid_until = 2027-02-21T08:00:00Z  (content/releases/2026.11.yaml:6)",
    ),
    (
        "a draft",
        |scene| change(scene, RECORD, "status: final", "status: draft"),
        T7,
        T7,
        &["release-is-final"],
        "gate.release.is_final = false  (content/releases/2026.11.yaml:4)",
    ),
    (
        "thresholds that differ, with a waiver of the contradiction",
        |scene| {
            scene.replace(
                MINUTES,
                "    max_dispersion_bps: 60\n",
                "    max_dispersion_bps: 50\n",
            );
            let more = entry(
                "contradiction",
                "stress_lab.thresholds.max_dispersion_bps",
                "2027-02-28",
            );
            sign_waivers(scene, &waivers("", &more));
        },
        T7,
        T7,
        &["thresholds-agreed"],
        "gate.thresholds.differences = stress_lab.thresholds.max_dispersion_bps=60.0 (agreed 50.0)  (config/core.yaml)",
    ),
    (
        "a report older than three days",
        |scene| {
            EXCHANGES
                .iter()
                .for_each(|one| snapshot(scene, one, "2026-12-02T08:00:00Z"))
        },
        T7,
        "2026-12-03T08:00:01Z",
        &["report-fresh"],
        "publication.rules.max_report_age_days = 3  (config/publication.yaml:33)",
    ),
    (
        "a stale snapshot",
        |scene| snapshot(scene, "coinbase", "2026-11-28T07:00:00Z"),
        T7,
        T7,
        &["snapshots-fresh"],
        "gate.signal_quality.oldest_hours = 49  (var/audit/stage6/signal_quality)",
    ),
    (
        "a snapshot from the future",
        |scene| snapshot(scene, "coinbase", "2026-11-30T09:00:00Z"),
        T7,
        T7,
        &["snapshots-fresh"],
        "gate.signal_quality.youngest_hours = -1  (var/audit/stage6/signal_quality)",
    ),
    (
        "an index without a row",
        |scene| {
            let path = format!("{SIGNALS}/index.csv");
            change(scene, &path, "binance,2026-11-30T00:00:00Z\n", "");
        },
        T7,
        T7,
        &["index-complete"],
        "gate.signal_quality.missing_in_index = binance  (var/audit/stage6/signal_quality/index.csv)",
    ),
    (
        "an adapter that is not ready",
        |scene| {
            let path = format!("{SIGNALS}/adapter_checklist.csv");
            change(scene, &path, "bitmex_futures,True,", "bitmex_futures,False,");
        },
        T7,
        T7,
        &["adapters-ready"],
        "gate.adapters.not_ready = bitmex_futures: hypercare_checklist_signed  (var/audit/stage6/signal_quality/adapter_checklist.csv)",
    ),
    (
        "a mandatory page that is not there",
        |scene| {
            change(
                scene,
                "config/publication.yaml",
                "    - whitepaper\n",
                "    - whitepaper\n    - appendix\n",
            )
        },
        T7,
        T7,
        &["artefacts-complete"],
        "gate.artefacts.missing = content/pl/appendix.md, content/en/appendix.md  (config/publication.yaml:43)",
    ),
    (
        "a checklist that nobody signed",
        |scene| {
            for ending in ["md.sig", "manifest.json"] {
                let path = CHECKLIST.replace("md", ending);
                fs::remove_file(scene.path(&path)).expect("removed");
            }
        },
        T7,
        T7,
        &["checklists-signed"],
        "gate.checklists.unproven = var/audit/stage6/stage6_preliminary_checklist.md  (config/publication.yaml:43)",
    ),
    (
        "a box that is not ticked",
        |scene| {
            let text = scene.read(CHECKLIST).replacen("- [x]", "- [ ]", 1);
            scene.write(CHECKLIST, text);
            sign_checklist(scene);
        },
        T7,
        T7,
        &["checklists-complete"],
        "gate.checklists.open = 1  (config/publication.yaml:43)",
    ),
    (
        "an expired waiver",
        |scene| {
            let text = waivers("", "").replacen("2027-02-28", "2026-11-30", 1);
            sign_waivers(scene, &text);
        },
        T7,
        "2026-12-01T00:00:00Z",
        &["waivers-valid"],
        "gate.waivers.expired = market_intel.required_symbols.SOLUSDT  (config/waivers.yaml)",
    ),
    (
        "an expired confirmation",
        |scene| {
            let text = waivers("mirror-parity", &entry("rule", "mirror-parity", "2026-11-29"));
            sign_waivers(scene, &text);
        },
        T7,
        T7,
        &["waivers-valid", "mirror-parity"],
        "Stage6 Risk answers for it from 2026-11-23 to 2026-11-29: Seen to.",
    ),
    (
        "a rule that nobody confirmed",
        |scene| sign_waivers(scene, &waivers("external-use-agreed", "")),
        T7,
        T7,
        &["external-use-agreed"],
        "hint: Agree on the uses and write a confirmation into `config/waivers.yaml`.",
    ),
    (
        "nothing to fall back on",
        |scene| {
            build(scene, T7);
            second_release(scene);
        },
        "2026-11-30T10:00:00Z",
        "2026-11-30T10:00:00Z",
        &["fallback-exists"],
        "gate.fallback.verified = none  (var/marketing/archive)",
    ),
    (
        "weak keys",
        |scene| {
            scene.replace(RECORD, "status: final", "status: draft");
            scene.write_key("secrets/audit.hmac", crate::scene::KEY, 0o600);
            sign_waivers(scene, &waivers("", ""));
            sign_checklist(scene);
        },
        T7,
        T7,
        &["release-is-final", "keys-fit"],
        "gate.keys.fit_for_publication = false  (config/publication.yaml:23)",
    ),
];

#[test]
fn each_rule_broken_alone_closes_the_gate_in_its_own_words() {
    for (what, mutate, built, weighed, rules, words) in CASES {
        let scene = ready();
        mutate(&scene);
        build(&scene, built);
        let ran = gate(&scene, weighed).ends_with(3);
        assert_eq!(broken(&ran), rules, "{what}:\n{}", ran.stdout);
        assert!(ran.stdout.contains(words), "{what}:\n{}", ran.stdout);
    }
}

#[test]
fn the_message_of_a_stale_snapshot() {
    let scene = ready();
    snapshot(&scene, "binance", "2026-11-28T07:59:59Z");
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    let begin = ran.stdout.find("failed     snapshots-fresh").expect("the rule");
    let block: Vec<&str> = ran.stdout[begin..].lines().take(9).collect();
    assert_eq!(
        block,
        [
            "failed     snapshots-fresh: Every exchange that needs one has a snapshot of signal quality no older than the rule \
             allows, counted from the moment recorded in it.",
            "             gate.signal_quality.missing = none  (var/audit/stage6/signal_quality)",
            "             gate.signal_quality.oldest_hours = 48.000277777777775  (var/audit/stage6/signal_quality)",
            "             gate.signal_quality.snapshots = 4  (var/audit/stage6/signal_quality)",
            "             gate.signal_quality.youngest_hours = 8  (var/audit/stage6/signal_quality)",
            "             publication.rules.max_snapshot_age_hours = 48  (config/publication.yaml:32)",
            "             Każda wymagana giełda ma zrzut jakości sygnałów, nie starszy niż dopuszcza reguła, liczone od chwili \
             zapisanej w zrzucie.",
            "             hint: Collect new snapshots from the adapters.",
            "passed     index-complete: The index has one row per snapshot file and per exchange of the adapter checklist.",
        ]
    );
    snapshot(&scene, "binance", "2026-11-28T08:00:00Z");
    fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    build(&scene, T7);
    gate(&scene, T7).ends_with(0);
}

#[test]
fn a_changed_bundle_and_changed_inputs_close_the_gate() {
    let scene = ready();
    build(&scene, T7);
    gate(&scene, T7).ends_with(0);
    let page = scene.read("content/en/index.md");
    scene.write("content/en/index.md", format!("{page}\nOne sentence more.\n"));
    assert_eq!(broken(&gate(&scene, T7).ends_with(3)), ["bundle-current"]);
    scene.write("content/en/index.md", page);
    let list = format!("{RELEASE}/stage6-2026.11-r1.sha256");
    let text = scene.read(&list);
    scene.write(&list, format!("{text}\n"));
    assert_eq!(
        broken(&gate(&scene, T7).ends_with(3)),
        ["bundle-verified", "bundle-current"]
    );
    scene.write(&list, text);
    gate(&scene, T7).ends_with(0);
}

#[test]
fn a_false_claim_closes_the_gate_of_a_draft() {
    let scene = ready();
    scene.replace(RECORD, "status: final", "status: draft");
    let claim = "\n```claim id=wrong\nNo limit.\n---\nstress_lab.thresholds.max_dispersion_bps == 0\n```\n";
    for language in ["pl", "en"] {
        let page = format!("content/{language}/index.md");
        scene.write(&page, scene.read(&page) + claim);
    }
    scene
        .run(&format!("build --draft --date {T7} {KEYS}"))
        .ends_with(0);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["release-is-final", "claims-true"]);
    assert!(
        ran.stdout.contains("gate.claims.failed = 2  (content)"),
        "{}",
        ran.stdout
    );
}

#[test]
fn waivers_of_rules_are_named_and_only_where_they_may_be() {
    let scene = ready();
    let path = format!("{SIGNALS}/adapter_checklist.csv");
    scene.replace(&path, "bitmex_futures,True,", "bitmex_futures,False,");
    sign_waivers(
        &scene,
        &waivers("", &entry("rule", "adapters-ready", "2026-12-31")),
    );
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(0);
    assert!(
        ran.stdout.contains("waived     adapters-ready: "),
        "{}",
        ran.stdout
    );
    let page = scene.read("site/en/reports/gate.html");
    let words = "Seen to. Stage6 Risk, dated 23 November 2026, until 31 December 2026; signed with the key audit-2026.";
    assert!(page.replace('\u{a0}', " ").contains(words), "{page}");
    for (rule, message) in [
        (
            "release-is-final",
            "the rule `release-is-final` cannot be waived\n  hint: remove the waiver and keep the rule\n",
        ),
        (
            "adapter-ready",
            "a waiver of the rule `adapter-ready`, which does not exist\n  hint: did you mean `adapters-ready`?\n",
        ),
    ] {
        sign_waivers(&scene, &waivers("", &entry("rule", rule, "2026-12-31")));
        let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
        assert_eq!(
            ran.stderr,
            format!("error: config/waivers.yaml:32:5: {message}\n1 problem; nothing was written\n")
        );
    }
}

#[test]
fn an_open_gate_publishes_and_a_rollback_restores_every_byte() {
    let scene = ready();
    let publish = format!("publish --date {T7} {KEYS} --actor QA --to out");
    let ran = scene.run(&publish).ends_with(0);
    let last = "stage6-2026.11-r1: the gate is open, 21 rules\n  var/marketing/archive/stage6-2026.11-r1\n  out/2026.11\n  \
                var/audit/publications/stage6-2026.11-r1.publication.json\n  \
                var/audit/publications/stage6-2026.11-r1.publication.json.sig\n";
    assert!(ran.stdout.ends_with(last), "{}", ran.stdout);
    let (first, first_site) = (scene.tree(RELEASE), scene.tree("site"));
    assert_eq!(scene.tree("out/2026.11"), first);
    assert_eq!(scene.tree("var/marketing/archive/stage6-2026.11-r1"), first);
    scene.run(&publish).ends_with(0);

    // Nothing but what stands was ever published.
    let before = scene.tree("var");
    let ran = scene
        .run(&format!("rollback --date {T7} {KEYS} --actor QA"))
        .ends_with(4);
    assert_eq!(
        ran.stderr,
        "NOT VERIFIED\nvar/marketing/archive: holds no other release that verifies, so nothing was restored [not-a-bundle]\n"
    );
    assert_eq!(scene.tree("var"), before);

    // The next release; then it is taken back.
    second_release(&scene);
    scene
        .run(&publish.replace(T7, "2026-11-30T10:00:00Z"))
        .ends_with(0);
    assert_ne!(scene.tree("site"), first_site);
    scene.write(&format!("{RELEASE}/stage6-2026.11-r1.zip"), "damaged");
    let ran = scene
        .run(&format!("rollback --date 2026-12-01 {KEYS} --actor QA --reason"))
        .ends_with(2);
    assert!(ran.stderr.contains("--reason"), "{}", ran.stderr);
    let ran = scene
        .run(&format!(
            "rollback --date 2026-12-01 {KEYS} --actor QA --reason wrong-limits"
        ))
        .ends_with(0);
    assert!(
        ran.stdout
            .starts_with("stage6-2026.11-r1: restored and verified again, "),
        "{}",
        ran.stdout
    );
    assert_eq!(scene.tree(RELEASE), first);
    let mut site = scene.tree("site");
    let mark = String::from_utf8(site.remove("rollback.html").expect("the mark")).expect("text");
    assert_eq!(site, first_site);
    let note = scene.read("var/marketing/ROLLBACK.md");
    for text in [mark, note] {
        assert!(
            text.contains("stage6-2026.11-r1") && text.contains("wrong-limits"),
            "{text}"
        );
    }
    // What stood there, damaged as it was, is kept.
    let kept = scene.tree("var/marketing/superseded");
    assert!(kept.values().any(|bytes| bytes == b"damaged"));

    scene.run(&format!("journal verify {LOG_KEY}")).ends_with(0);
    let log = scene.run("journal show").ends_with(0).stdout;
    for line in [
        "publication   stage6-2026.11-r1  published  by QA",
        "publication   stage6-2026.12-r2  published  by QA",
        "rollback      stage6-2026.11-r1  restored  by QA",
    ] {
        assert!(log.contains(line), "{log}");
    }
}

#[test]
fn what_is_damaged_or_foreign_is_never_restored_or_replaced() {
    let scene = ready();
    scene.write("out/2026.11/holiday.jpg", "mine");
    let publish = format!("publish --date {T7} {KEYS} --to out");
    let ran = scene.run(&publish).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: out/2026.11/holiday.jpg: is no part of this release, and the folder is replaced whole\n  hint: move it \
         elsewhere, or name another folder with `--to`\n\n1 problem; nothing was written\n"
    );
    assert!(!scene.path("var/marketing").exists(), "not even built");
    scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(0);
    let zip = "var/marketing/archive/stage6-2026.11-r1/stage6-2026.11-r1.zip";
    scene.write(zip, "damaged");
    let ran = scene
        .run(&format!("rollback --to 2026.11 --date {T7} {KEYS}"))
        .ends_with(4);
    assert_eq!(
        ran.stderr,
        "NOT VERIFIED\nvar/marketing/archive: holds no release `2026.11` that verifies, so nothing was restored [not-a-bundle]\n"
    );
    let ran = scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(
            "error: var/marketing/archive/stage6-2026.11-r1: is archived already with other bytes"
        )
    );
}
