//! Each rule of the gate broken alone, in its own words.

use super::*;

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
        "gate.artefacts.missing = content/pl/appendix.md, content/en/appendix.md  (config/publication.yaml:44)",
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
        "gate.checklists.unproven = var/audit/stage6/stage6_preliminary_checklist.md  (config/publication.yaml:44)",
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
        "gate.checklists.open = 1  (config/publication.yaml:44)",
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
            let text = waivers(
                "external-use-agreed",
                &entry("rule", "external-use-agreed", "2026-11-29"),
            );
            sign_waivers(scene, &text);
        },
        T7,
        T7,
        &["waivers-valid", "external-use-agreed"],
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
        ["bundle-verified", "bundle-current", "proof-of-source"]
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
            format!("error: config/waivers.yaml:15:5: {message}\n1 problem; nothing was written\n")
        );
    }
}
