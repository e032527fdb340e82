//! Waivers and confirmations: taken from another release, without end, before their day.

use super::said_of;
use crate::gate::{T7, broken, build, entry, gate, ready, sign_waivers, waivers};
use crate::scene::{KEYS, Scene};

const SOLUSDT: &str = "market_intel.required_symbols.SOLUSDT";

fn refused(scene: &Scene, expected: &str) {
    let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        format!("error: config/waivers.yaml:{expected}\n\n1 problem; nothing was written\n")
    );
}

#[test]
fn a_confirmation_of_another_release_confirms_nothing() {
    let scene = ready();
    let old = entry("rule", "external-use-agreed", "2027-02-28").replace("2026.11", "2026.10");
    sign_waivers(&scene, &waivers("external-use-agreed", &old));
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["external-use-agreed"]);
    assert!(
        !said_of(&ran, "external-use-agreed").contains("answers for it"),
        "{}",
        ran.stdout
    );
    // It may stay beside that of this release, and its end is no matter of this one.
    let old = old.replace("2027-02-28", "2026-11-24");
    sign_waivers(&scene, &waivers("", &old));
    scene.run(&format!("check --date {T7} {KEYS}")).ends_with(0);
}

#[test]
fn a_waiver_of_a_rule_names_its_release() {
    let scene = ready();
    let nameless =
        entry("rule", "external-use-agreed", "2027-02-28").replace("    release: \"2026.11\"\n", "");
    scene.write("config/waivers.yaml", waivers("external-use-agreed", &nameless));
    let hint = "add `release:` with its id: what was seen to for one release says nothing about the next";
    refused(
        &scene,
        &format!("8:5: a waiver of a rule is for one release\n  hint: {hint}"),
    );
}

#[test]
fn a_waiver_without_end_or_before_its_day_is_none_in_a_final_release() {
    let scene = ready();
    let endless = waivers("", "").replacen("2027-02-28", "2099-12-31", 1);
    sign_waivers(&scene, &endless);
    let message = format!("the waiver of `{SOLUSDT}` holds for 26701 days, a final release accepts 366");
    let hint = "write an earlier day into `expires_at`, and sign again";
    refused(&scene, &format!("2:5: {message}\n  hint: {hint}"));
    let early = waivers("", "").replacen("2026-11-23", "2026-12-24", 1);
    sign_waivers(&scene, &early);
    let message = format!("the waiver of `{SOLUSDT}` holds from 2026-12-24 on, this run is of 2026-11-30");
    let hint = "write the day on which the owner agreed, and sign again";
    refused(&scene, &format!("2:5: {message}\n  hint: {hint}"));
}
