//! The rules themselves are loosened by whoever can edit them.

use super::{PUBLICATION, said_of};
use crate::gate::{
    RELEASE, T7, broken, build, entry, gate, ready, second_release, sign_waivers, waivers, weigh,
};
use crate::scene::{KEYS, Scene};

/// Takes a rule out of the file.
fn remove_rule(scene: &Scene, id: &str) {
    let text = scene.read(PUBLICATION);
    let begin = text.find(&format!("    - id: {id}\n")).expect("the rule");
    let length = text[begin + 1..].find("    - id: ").expect("the next") + 1;
    scene.write(
        PUBLICATION,
        format!("{}{}", &text[..begin], &text[begin + length..]),
    );
}

type Edit = fn(&Scene);

#[test]
fn each_loosened_rule_is_named_and_closes_the_gate() {
    let cases: [(&str, Edit, &str); 8] = [
        (
            "an expression that is always true",
            |scene| {
                scene.replace(PUBLICATION, "'gate.now >= release.publish_at'", "'true'");
            },
            "t-plus-7-reached: expression",
        ),
        (
            "an expression that reads facts and is always true",
            |scene| {
                scene.replace(
                    PUBLICATION,
                    "'gate.now >= release.publish_at'",
                    "'gate.now == gate.now'",
                );
            },
            "t-plus-7-reached: expression",
        ),
        (
            "a rule that became a matter of opinion",
            |scene| {
                let from = "      expression: size(gate.adapters.not_ready) == 0\n";
                scene.replace(PUBLICATION, from, "      manual: true\n");
            },
            "adapters-ready: expression",
        ),
        (
            "a rule that was removed",
            |scene| remove_rule(scene, "report-fresh"),
            "report-fresh: removed",
        ),
        (
            "a rule that was renamed",
            |scene| {
                scene.replace(PUBLICATION, "- id: snapshots-fresh", "- id: snapshots-seen");
            },
            "snapshots-fresh: removed",
        ),
        (
            "T+7 on the next day",
            |scene| {
                scene.replace(PUBLICATION, "publish_after_days: 7", "publish_after_days: 1");
            },
            "publish_after_days: 1 (shipped 7)",
        ),
        (
            "snapshots for ever",
            |scene| {
                scene.replace(
                    PUBLICATION,
                    "max_snapshot_age_hours: 48",
                    "max_snapshot_age_hours: 1e9",
                );
            },
            "max_snapshot_age_hours: 1000000000 (shipped 48)",
        ),
        (
            "no exchange is mandatory",
            |scene| {
                let from = "exchanges: [binance, coinbase, deribit_futures, bitmex_futures]";
                scene.replace(PUBLICATION, from, "exchanges: []");
            },
            "exchanges: none",
        ),
    ];
    for (what, edit, named) in cases {
        let scene = ready();
        edit(&scene);
        let ran = weigh(&scene, T7).ends_with(3);
        assert!(broken(&ran).contains(&"rules-kept"), "{what}:\n{}", ran.stdout);
        let said = said_of(&ran, "rules-kept");
        let expected = format!("gate.rules.loosened = {named}  (config/publication.yaml:44)");
        assert!(said.contains(&expected), "{what}:\n{said}");
    }
}

#[test]
fn what_nobody_may_waive_is_weighed_whatever_the_file_says() {
    let scene = ready();
    remove_rule(&scene, "claims-true");
    remove_rule(&scene, "rules-kept");
    let from = "      expression: gate.keys.fit_for_publication\n      waivable: false\n";
    scene.replace(PUBLICATION, from, "      expression: '1 == 1'\n");
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["rules-kept"]);
    let said = said_of(&ran, "rules-kept");
    let expected = "gate.rules.loosened = rules-kept: removed, keys-fit: expression, keys-fit: waivable, claims-true: removed";
    assert!(said.contains(expected), "{said}");
    for rule in ["claims-true", "keys-fit"] {
        assert!(said_of(&ran, rule).starts_with("passed"), "{rule}");
    }
    // The expression that counts is the shipped one, in the signed report too.
    let report = scene.read("var/audit/stage6/stress_lab/gate_report.json");
    assert!(
        report.contains("\"expression\": \"gate.keys.fit_for_publication\""),
        "{report}"
    );
    assert!(report.contains("\"id\": \"gate.rules.sha256\""));
    for language in ["pl", "en"] {
        let page = scene.read(&format!("site/{language}/reports/gate.html"));
        assert!(page.contains("claims-true: removed"), "{language}");
    }
}

#[test]
fn a_change_of_rules_since_the_last_release_needs_a_signature() {
    let scene = ready();
    build(&scene, T7);
    second_release(&scene);
    // Stricter here, other there: both are told.
    scene.replace(PUBLICATION, "max_report_age_days: 3", "max_report_age_days: 2");
    scene.replace(PUBLICATION, "    - benchmark\n", "");
    scene.replace(
        PUBLICATION,
        "deribit_futures, bitmex_futures]",
        "deribit_futures]",
    );
    let ran = weigh(&scene, "2026-11-30T10:00:00Z").ends_with(3);
    let said = said_of(&ran, "rules-kept");
    let expected = "gate.rules.changed = exchanges bitmex_futures: removed, max_report_age_days: changed, pages benchmark: removed  ";
    assert!(said.contains(expected), "{said}");
    let more = entry("rule", "rules-kept", "2026-12-31");
    sign_waivers(&scene, &waivers("", &more).replace("2026.11", "2026.12"));
    let ran = weigh(&scene, "2026-11-30T10:00:00Z").ends_with(3);
    assert!(
        said_of(&ran, "rules-kept").starts_with("waived"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_release_before_is_the_one_that_the_record_is_about() {
    let scene = ready();
    build(&scene, T7);
    second_release(&scene);
    // A bundle of another name and number, built with the same keys, takes the place of the first.
    let other = ready();
    other.replace(PUBLICATION, "release: \"2026.11\"", "release: \"2026.10\"");
    let record = other
        .read("content/releases/2026.11.yaml")
        .replace("2026.11", "2026.10");
    other.write("content/releases/2026.10.yaml", record);
    std::fs::remove_file(other.path("content/releases/2026.11.yaml")).expect("removed");
    let confirmed = other.read("config/waivers.yaml").replace("2026.11", "2026.10");
    sign_waivers(&other, &confirmed);
    build(&other, T7);
    for (path, bytes) in other.tree("var/marketing/2026.10") {
        scene.write(&format!("var/marketing/2026.10/{path}"), bytes);
    }
    let digest = |scene: &Scene, path: &str| {
        stage6_press::domain::Digest::of(&std::fs::read(scene.path(path)).expect("the list")).to_string()
    };
    let first = digest(&scene, &format!("{RELEASE}/stage6-2026.11-r1.sha256"));
    let planted = digest(&scene, "var/marketing/2026.10/stage6-2026.10-r1.sha256");
    scene.replace("content/releases/2026.12.yaml", &first, &planted);
    let ran = scene
        .run(&format!("check --date 2026-11-30T10:00:00Z {KEYS}"))
        .ends_with(2);
    let expected = "error: content/releases/2026.12.yaml:7:11: `previous` names `var/marketing/2026.10/stage6-2026.10-r1.sha256`, of release \
                    2026.10 number 1, but the release before is 2026.11 number 1\n  hint: copy the SHA-256 of the last release's \
                    `.sha256` file\n";
    assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
}
