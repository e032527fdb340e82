//! Tasks at moments, and tables that are refused.

use super::*;
use crate::config::{DoneTask, SourceFile};
use crate::document::Node;
use crate::domain::{Digest, Release, ReleaseStatus};

const TABLE: &str = "id,day,what_pl,what_en,who_pl,who_en,result_pl,result_en\n\
                     review,T+7,przegląd,review,ktoś,somebody,tekst,text\n\
                     draft,T-1,szkic,draft,ktoś,somebody,tekst,text\n";

const RULES: Rules = Rules {
    publish_after_days: 7,
    valid_for_days: 90,
    max_snapshot_age_hours: 48.0,
    coverage_change_percent: 10.0,
    max_report_age_days: None,
    mirror_retry_hours: None,
    freshness_check_hours: Some(12.0),
    retrospective_hours: Some(48.0),
};

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn record(released_at: &str, done: &[(&str, &str)]) -> ReleaseRecord {
    let released_at = moment(released_at);
    let done = done.iter().map(|(task, at)| DoneTask {
        task: (*task).to_owned(),
        at: moment(at),
        place: Position::new(9, 3),
    });
    ReleaseRecord {
        source: SourceFile {
            path: "r.yaml".into(),
            bytes: Vec::new(),
            digest: Digest::of(b""),
            node: Node::plain(Position::WHOLE_FILE, ""),
        },
        release: Release {
            id: "r".into(),
            status: ReleaseStatus::Draft,
            sequence: 1,
            released_at,
            publish_at: released_at,
            valid_until: released_at,
            previous: None,
        },
        preset: "p".into(),
        owner: "o".into(),
        notes: None,
        done: done.collect(),
    }
}

fn calendar() -> Calendar {
    Calendar::read(&Table::read("calendar.csv", TABLE.as_bytes()).unwrap()).unwrap()
}

/// The two clock changes of bundle_format.md, threat table, row "T+7 and clock".
#[test]
fn t_plus_7_is_604800_seconds_across_both_clock_changes() {
    let calendar = calendar();
    let now = moment("2026-01-01T00:00:00Z");
    for (released_at, expected) in [
        ("2026-03-25T23:30:00+01:00", "2026-04-01T22:30:00Z"),
        ("2026-10-20T00:15:00+02:00", "2026-10-26T22:15:00Z"),
    ] {
        let record = record(released_at, &[]);
        let due = calendar.at(&record, None, &RULES, now);
        assert_eq!(due[1].task.day(), "T+7");
        assert_eq!(due[1].from.to_string(), expected);
    }
}

#[test]
fn a_task_is_upcoming_then_due_for_a_day_then_late_unless_it_is_done() {
    let calendar = calendar();
    let late = record("2026-11-23T08:00:00Z", &[]);
    let stands = |record: &ReleaseRecord, now: &str| {
        let due = calendar.at(record, None, &RULES, moment(now));
        [due[0].standing, due[1].standing].map(Standing::as_str)
    };
    assert_eq!(stands(&late, "2026-11-22T07:59:59Z"), ["upcoming", "upcoming"]);
    assert_eq!(stands(&late, "2026-11-22T08:00:00Z"), ["due", "upcoming"]);
    assert_eq!(stands(&late, "2026-11-23T07:59:59Z"), ["due", "upcoming"]);
    assert_eq!(stands(&late, "2026-11-23T08:00:00Z"), ["late", "upcoming"]);
    assert_eq!(stands(&late, "2026-12-01T08:00:00Z"), ["late", "late"]);
    let done = record("2026-11-23T08:00:00Z", &[("draft", "2026-11-22T10:00:00Z")]);
    assert_eq!(stands(&done, "2026-11-22T09:00:00Z"), ["due", "upcoming"]);
    assert_eq!(stands(&done, "2026-12-01T08:00:00Z"), ["done", "late"]);
}

#[test]
fn what_follows_a_publication_begins_with_it_and_a_check_is_due_again_from_the_last() {
    let head = "id,day,what_pl,what_en,who_pl,who_en,result_pl,result_en\n";
    let row = |id: &str, rule: &str| format!("{id},P+`fact:publication.rules.{rule}`,a,a,b,b,c,c\n");
    let table =
        head.to_owned() + &row("check", "freshness_check_hours") + &row("look_back", "retrospective_hours");
    let calendar = Calendar::read(&Table::read("calendar.csv", table.as_bytes()).unwrap()).unwrap();
    let published = Publication {
        at: moment("2026-11-30T08:00:00Z"),
        ends_at: moment("2026-12-05T08:00:00Z"),
    };
    let stands = |done: &[(&str, &str)], now: &str| {
        let record = record("2026-11-23T08:00:00Z", done);
        let due = calendar.at(&record, Some(&published), &RULES, moment(now));
        let shown = due
            .iter()
            .map(|due| format!("{} until {}", due.standing.as_str(), due.until));
        shown.collect::<Vec<_>>()
    };
    let first = ["due until 2026-11-30T20:00:00Z", "due until 2026-12-02T08:00:00Z"];
    assert_eq!(stands(&[], "2026-11-30T19:59:59Z"), first);
    assert_eq!(
        stands(&[], "2026-11-30T20:00:00Z")[0],
        "late until 2026-11-30T20:00:00Z"
    );
    let checked = [("check", "2026-11-30T19:00:00Z")];
    assert_eq!(
        stands(&checked, "2026-12-01T06:59:59Z")[0],
        "done until 2026-12-01T07:00:00Z"
    );
    assert_eq!(
        stands(&checked, "2026-12-01T07:00:00Z")[0],
        "late until 2026-12-01T07:00:00Z"
    );
    assert_eq!(
        stands(&[], "2026-12-02T08:00:00Z")[1],
        "late until 2026-12-02T08:00:00Z"
    );
    let seen = [("look_back", "2026-12-01T12:00:00Z")];
    assert_eq!(
        stands(&seen, "2026-12-09T08:00:00Z"),
        ["done until 2026-12-02T08:00:00Z"]
    );
    assert!(
        calendar
            .at(
                &record("2026-11-23T08:00:00Z", &[]),
                None,
                &RULES,
                moment("2026-12-01T12:00:00Z")
            )
            .is_empty()
    );
}

#[test]
fn a_bad_day_and_an_unknown_task_have_their_place() {
    let text = TABLE
        .replace("T+7", "T7")
        .replace("ktoś,somebody,tekst,text\n", "ktoś,,tekst,text\n");
    let problems = Calendar::read(&Table::read("calendar.csv", text.as_bytes()).unwrap()).unwrap_err();
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let lacks = "lacks what, who or result in a language\n  hint: fill the cell";
    assert_eq!(
        shown,
        [
            "calendar.csv:2:1: `T7` is not a day of the calendar\n  hint: write `T-1`, `T+0`, `T+7`, or `P+` and the fact \
             of a rule about the time after publication"
                .to_owned(),
            format!("calendar.csv:2:1: the task `review` {lacks}"),
            format!("calendar.csv:3:1: the task `draft` {lacks}"),
        ]
    );
    let record = record("2026-11-23T08:00:00Z", &[("drfat", "2026-11-22T10:00:00Z")]);
    assert_eq!(
        calendar().unknown_tasks(&record)[0].to_string(),
        "r.yaml:9:3: the calendar has no task `drfat`\n  hint: did you mean `draft`?"
    );
}
