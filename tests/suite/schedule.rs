//! `stage6 schedule`: what is due, done and late, in text, JSON and as a calendar file.

use crate::scene::{DATE, Scene, has_tool};
use std::process::Command;

const RECORD: &str = "content/releases/2026.11.yaml";

#[test]
fn tasks_stand_as_the_moment_and_the_record_say_in_any_time_zone() {
    let scene = Scene::sample();
    scene.replace(
        RECORD,
        "owner: release operator\n",
        "owner: release operator\ndone:\n  t_plus_0: 2026-11-23T11:00:00+01:00\n",
    );
    let mut command = scene.command(&[
        "schedule",
        "--date",
        DATE,
        "--language",
        "en",
        "--utc-offset",
        "+01:00",
        "--fail-on-late",
    ]);
    command.env("TZ", "Asia/Tokyo");
    let ran = scene.finish(command).ends_with(3);
    assert_eq!(
        ran.stdout,
        "2026.11, draft: T 2026-11-23T08:00:00Z, as of 2026-11-23T12:00:00Z\n  \
         T-1  2026-11-22T08:00:00Z = 2026-11-22T09:00:00+01:00  late      t_minus_1  draft announcement and first \
         graphics\n  \
         T+0  2026-11-23T08:00:00Z = 2026-11-23T09:00:00+01:00  done      t_plus_0   blog post, partner newsletter, \
         support-portal note (2026-11-23T10:00:00Z)\n  \
         T+2  2026-11-25T08:00:00Z = 2026-11-25T09:00:00+01:00  upcoming  t_plus_2   adoption report: how many clients \
         installed the preset\n  \
         T+7  2026-11-30T08:00:00Z = 2026-11-30T09:00:00+01:00  upcoming  t_plus_7   review of metrics (Sharpe, \
         drawdown, guardrails) out of Stress Lab results; the result goes into the benchmark\n"
    );
    assert_eq!(
        ran.stderr,
        "1 late; write what is done into content/releases/2026.11.yaml: `done: {TASK: MOMENT}`\n"
    );
    // Lateness fails only where it was asked for; SOURCE_DATE_EPOCH counts where no date is given.
    let mut command = scene.command(&["schedule", "--json", "--all"]);
    command.env("SOURCE_DATE_EPOCH", "1795435200");
    let ran = scene.finish(command).ends_with(0);
    assert!(ran.stdout.contains("\"as_of\":\"2026-11-23T12:00:00Z\"") && ran.stdout.contains("\"late\":1"));
}

#[test]
fn t_plus_7_does_not_move_with_the_clocks_of_a_country() {
    // bundle_format.md, threat table, row "T+7 and clock": Europe/Warsaw, spring and autumn.
    for (released_at, t_plus_7) in [
        ("2026-03-25T23:30:00+01:00", "T+7  2026-04-01T22:30:00Z"),
        ("2026-10-20T00:15:00+02:00", "T+7  2026-10-26T22:15:00Z"),
    ] {
        let scene = Scene::sample();
        scene.replace(RECORD, "2026-11-23T09:00:00+01:00", released_at);
        let shown: Vec<String> = ["Asia/Tokyo", "Europe/Warsaw", "UTC"]
            .into_iter()
            .map(|zone| {
                let mut command = scene.command(&["schedule", "--date", DATE]);
                command.env("TZ", zone);
                scene.finish(command).ends_with(0).stdout
            })
            .collect();
        assert!(shown[0].contains(t_plus_7), "{}", shown[0]);
        assert_eq!(shown[0], shown[1]);
        assert_eq!(shown[0], shown[2]);
    }
}

#[test]
fn moments_that_mean_two_things_or_none_are_refused_with_their_place() {
    for (text, hint) in [
        ("2026-11-23", "expected a moment such as `2026-11-23T09:00:00Z`"),
        (
            "2026-11-23T09:00:00",
            "the offset is missing; add `Z` or `+01:00`",
        ),
        (
            "2016-12-31T23:59:60Z",
            "leap seconds are not accepted; write the next second",
        ),
        (
            "2026-11-23T24:00:00Z",
            "expected a moment such as `2026-11-23T09:00:00Z`",
        ),
    ] {
        let scene = Scene::sample();
        scene.replace(RECORD, "2026-11-23T09:00:00+01:00", text);
        let ran = scene.run("schedule").ends_with(2);
        assert_eq!(
            ran.stderr,
            format!(
                "error: {RECORD}:6:14: `released_at` is `{text}`\n  hint: {hint}\n\n1 problem; nothing was written\n"
            )
        );
    }
}

#[test]
fn a_misspelt_task_and_an_unknown_release_are_refused() {
    let scene = Scene::sample();
    scene.replace(RECORD, "owner:", "done: {t_plus_1: 2026-11-23T10:00:00Z}\nowner:");
    let problem = format!(
        "error: {RECORD}:10:8: the calendar has no task `t_plus_1`\n  hint: did you mean `t_plus_0`?\n\n1 problem; \
         nothing was written\n"
    );
    assert_eq!(scene.run("schedule --ics a.ics").ends_with(2).stderr, problem);
    assert_eq!(scene.run("check").ends_with(2).stderr, problem);
    assert!(!scene.path("a.ics").exists());
    let scene = Scene::sample();
    assert_eq!(
        scene.run("schedule --release 2026.10").ends_with(2).stderr,
        "error: content/releases/2026.10.yaml: no such file\n  hint: the releases are 2026.11; write the record of \
         another with `stage6 release new`\n\n1 problem; nothing was written\n"
    );
    assert_eq!(
        scene
            .run("schedule --ics content/tables/calendar.csv")
            .ends_with(2)
            .stderr,
        "error: content/tables/calendar.csv: the name does not end in `.ics`\n  hint: name a calendar file, such as \
         `release.ics`\n\n1 problem; nothing was written\n"
    );
    std::fs::remove_file(scene.path("content/tables/calendar.csv")).expect("it is removed");
    assert_eq!(
        scene.run("schedule").ends_with(2).stderr,
        "error: content/tables/calendar.csv: no such file\n  hint: write the table of tasks, with the columns `id`, \
         `day`, and `what`, `who` and `result` in each language\n\n1 problem; nothing was written\n"
    );
}

/// What an outside reader of RFC 5545 finds in the file.
const READ: &str = "import sys, icalendar\n\
    calendar = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())\n\
    assert not calendar.errors, calendar.errors\n\
    for event in calendar.walk('VEVENT'):\n    \
        assert not event.errors, event.errors\n    \
        print(event['UID'], event['DTSTAMP'].dt.isoformat(), event['DTSTART'].dt.isoformat(), \
              event['DTEND'].dt.isoformat(), event['SUMMARY'].params['LANGUAGE'])\n    \
        print(event['SUMMARY']); print(event['DESCRIPTION'])\n";

#[test]
fn an_outside_reader_finds_every_task_in_the_calendar_file() {
    let scene = Scene::sample();
    for language in ["pl", "en"] {
        scene
            .run(&format!(
                "schedule --date {DATE} --ics {language}.ics --language {language}"
            ))
            .ends_with(0);
        let text = scene.read(&format!("{language}.ics"));
        assert!(
            text.split_terminator("\r\n")
                .all(|line| line.len() <= 75 && !line.contains('\n')),
            "{text}"
        );
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }
    let mut command = scene.command(&["schedule", "--date", DATE, "--ics", "again.ics"]);
    command.env("TZ", "Asia/Tokyo");
    scene.finish(command).ends_with(0);
    assert_eq!(scene.read("again.ics"), scene.read("pl.ics"));
    if !has_tool("python3", &["-c", "import icalendar"]) {
        return;
    }
    let output = Command::new("python3")
        .args(["-c", READ, "pl.ics"])
        .current_dir(scene.path(""))
        .output()
        .expect("python3 runs");
    let found = String::from_utf8(output.stdout).expect("text");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "t_minus_1@stage6-2026.11-r1 2026-11-23T12:00:00+00:00 2026-11-22T08:00:00+00:00 \
             2026-11-23T08:00:00+00:00 pl",
            "2026.11 T-1: szkic ogłoszenia i pierwsze grafiki",
            "Kto: marketplace przekazuje marketingowi",
            "Wynik: szkic z listą użytych faktów",
        ]
    );
    assert_eq!(
        lines[12..15],
        [
            "t_plus_7@stage6-2026.11-r1 2026-11-23T12:00:00+00:00 2026-11-30T08:00:00+00:00 \
             2026-12-01T08:00:00+00:00 pl",
            "2026.11 T+7: przegląd miar (Sharpe, obsunięcie, bariery) na podstawie wyników Stress Lab; wynik trafia do \
             benchmarku",
            "Kto: marketing",
        ]
    );
}
