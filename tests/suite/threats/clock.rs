//! Row "T+7 and clock": moments are read strictly, ages are counted in seconds of UTC, and no machine's zone matters.

use crate::forge::{Desk, Files, Forge, NOTHING, TRUST, moment};
use crate::scene::Scene;
use serde_json::json;

fn released(at: &str) -> (Forge, Files) {
    let mut forge = Forge::producer();
    let mut files = forge.good();
    forge.edit_manifest(&mut files, |manifest| {
        manifest["released_at"] = json!(at);
        manifest["generated_at"] = json!(at);
    });
    (forge, files)
}

/// Both moments of the threat table: T+7 is 604,800 s later, also when a clock is put forward or back in between.
/// Expected values: GNU date.
#[test]
fn seven_days_are_604800_seconds() {
    for (released, due) in [
        ("2026-03-25T23:30:00+01:00", "2026-04-01T22:30:00Z"),
        ("2026-10-20T00:15:00+02:00", "2026-10-26T22:15:00Z"),
    ] {
        assert_eq!(moment(released).plus_days(7), moment(due));
        assert_eq!(moment(released).plus_seconds(604_800), moment(due));
    }
}

#[test]
fn an_age_ends_in_the_very_second() {
    let desk = Desk::new();
    let (_, files) = released("2026-10-19T22:15:00Z");
    for (at, verdict) in [
        ("2026-10-26T22:15:00Z", (0, "good")),
        ("2026-10-26T23:15:00+01:00", (0, "good")),
        ("2026-10-26T22:15:01Z", (4, "expired")),
        ("2026-10-27T00:15:00+02:00", (0, "good")),
        ("2026-10-27", (4, "expired")),
    ] {
        let demands = format!("{TRUST} --max-age-days 7 --date {at}");
        let (code, reason) = verdict;
        assert_eq!(desk.judge(&files, &demands), (code, reason.to_owned()), "{at}");
    }
}

#[test]
fn a_release_from_the_future_is_refused_beyond_the_skew() {
    let desk = Desk::new();
    let (_, files) = released("2026-11-24T12:00:00Z");
    for (at, verdict) in [
        ("2026-11-24T12:00:00Z", (0, "good")),
        ("2026-11-24T11:55:00Z", (0, "good")),
        ("2026-11-24T11:54:59Z", (4, "from-the-future")),
        ("2026-11-24T12:54:59+01:00", (4, "from-the-future")),
    ] {
        let demands = format!("{TRUST} --date {at}");
        let (code, reason) = verdict;
        assert_eq!(desk.judge(&files, &demands), (code, reason.to_owned()), "{at}");
    }
    // The tolerance is the verifier's parameter.
    let policy = "trust: trust\nclock_skew_seconds: 0\n";
    std::fs::write(desk.folder.path().join("strict.yaml"), policy).expect("written");
    let demands = "--policy strict.yaml --date 2026-11-24T11:59:59Z";
    assert_eq!(desk.judge(&files, demands), (4, "from-the-future".into()));
}

/// Moments that could mean two, or none.
#[test]
fn unclear_moments_are_refused() {
    let desk = Desk::new();
    let unclear = [
        "2026-11-23T12:00:00",
        "2026-12-31T23:59:60Z",
        "2026-11-23T24:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-11-23T12:00Z",
        "2026-11-23",
        "1795435200",
        "2026-11-23T12:00:00+25:00",
        "",
        "2026-11-23T12:00:00ZZ",
        "2026-11-23T12:00:00 Europe/Warsaw",
    ];
    for text in unclear {
        for key in ["released_at", "valid_until"] {
            let mut forge = Forge::producer();
            let mut files = forge.good();
            forge.edit_manifest(&mut files, |manifest| manifest[key] = json!(text));
            assert_eq!(
                desk.judge(&files, NOTHING),
                (4, "malformed".into()),
                "{key} {text:?}"
            );
        }
    }
    let scene = Scene::sample();
    for text in [
        "2026-11-23T12:00:00",
        "2026-12-31T23:59:60Z",
        "2026-11-23T24:00:00Z",
        "tomorrow",
    ] {
        scene.run(&format!("build --date {text}")).ends_with(2);
        scene
            .run(&format!("verify site --no-key --date {text}"))
            .ends_with(2);
    }
    assert!(!scene.path("var/marketing").exists());
}

/// The same verdict and the same words in any zone, and also when the machine's clock is all that says when it is.
#[test]
fn no_zone_changes_a_verdict() {
    let desk = Desk::new();
    let (_, files) = released("2026-11-24T12:00:00Z");
    desk.judge(&files, TRUST);
    let said = |zone: &str, arguments: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stage6"));
        let line = format!("verify release {TRUST} --json {arguments}");
        command
            .args(line.split_whitespace())
            .env("TZ", zone)
            .current_dir(desk.folder.path());
        let output = command
            .env("SOURCE_DATE_EPOCH", "1795608000")
            .output()
            .expect("the binary runs");
        (output.status.code(), output.stdout)
    };
    for arguments in [
        "",
        "--date 2026-11-24",
        "--date 2026-11-24T11:54:59Z",
        "--date 2026-11-24T12:00:00Z",
    ] {
        let expected = said("UTC", arguments);
        for zone in [
            "Asia/Tokyo",
            "Europe/Warsaw",
            "America/St_Johns",
            "Pacific/Kiritimati",
        ] {
            assert!(said(zone, arguments) == expected, "{zone} {arguments}");
        }
    }
}
