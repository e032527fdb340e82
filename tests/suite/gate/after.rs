//! After a publication: the tasks that follow it, and a second look at what was published.

use super::*;

/// The lines of the schedule about what follows the publication.
fn after(scene: &Scene, date: &str) -> Vec<String> {
    let ran = scene
        .run(&format!("schedule --date {date} --language en"))
        .ends_with(0);
    let lines = ran.stdout.lines().filter(|line| line.starts_with("  P+"));
    lines.map(str::to_owned).collect()
}

fn review(scene: &Scene, date: &str) -> Ran {
    scene.run(&format!("publish --check --date {date} {KEYS}"))
}

fn published() -> Scene {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    scene
        .run(&format!("publish --date {T7} {KEYS} --actor QA"))
        .ends_with(0);
    scene
}

#[test]
fn a_publication_is_followed_by_checks_and_a_look_back() {
    let scene = published();
    let check =
        "freshness_check  freshness check of what was published, repeated as long as the release is valid";
    let look_back = "retrospective    retrospective on the publication";
    assert_eq!(after(&scene, "2026-11-30T07:59:59Z"), [""; 0]);
    assert_eq!(
        after(&scene, "2026-11-30T12:00:00Z"),
        [
            format!("  P+   2026-11-30T20:00:00Z  due       {check}"),
            format!("  P+   2026-12-02T08:00:00Z  due       {look_back}"),
        ]
    );
    assert_eq!(
        after(&scene, "2026-12-02T08:00:00Z"),
        [
            format!("  P+   2026-11-30T20:00:00Z  late      {check}"),
            format!("  P+   2026-12-02T08:00:00Z  late      {look_back}"),
        ]
    );
    let done =
        "done:\n  freshness_check: 2026-12-02T07:00:00Z\n  retrospective: 2026-12-01T09:00:00Z\nowner:";
    scene.replace(RECORD, "owner:", done);
    assert_eq!(
        after(&scene, "2026-12-02T08:00:00Z"),
        [
            format!("  P+   2026-12-02T19:00:00Z  done      {check} (2026-12-02T07:00:00Z)"),
            format!("  P+   2026-12-02T08:00:00Z  done      {look_back} (2026-12-01T09:00:00Z)"),
        ]
    );
    let ics = "schedule --ics release.ics --date 2026-12-02T08:00:00Z";
    scene.run(ics).ends_with(0);
    let text = scene.read("release.ics");
    let event = "UID:freshness_check@stage6-2026.11-r1\r\nDTSTAMP:20261202T080000Z\r\nDTSTART:20261202T070000Z\r\n\
                 DTEND:20261202T190000Z\r\n";
    assert!(text.contains(event), "{text}");
    assert_eq!(text.matches("RRULE:").count(), 1);
    // Until the last day of the release's validity.
    assert!(
        text.contains("\r\nRRULE:FREQ=HOURLY;INTERVAL=12;UNTIL=20270221T080000Z\r\n"),
        "{text}"
    );
    if crate::scene::has_tool("python3", &["-c", "import icalendar"]) {
        let script = "import icalendar\nc = icalendar.Calendar.from_ical(open('release.ics', 'rb').read())\n\
                      print([e['RRULE'].to_ical().decode() for e in c.walk('VEVENT') if 'RRULE' in e])";
        let output = std::process::Command::new("python3")
            .args(["-c", script])
            .current_dir(scene.path(""))
            .output()
            .expect("python3 runs");
        let read = String::from_utf8(output.stdout).expect("text");
        assert_eq!(read, "['FREQ=HOURLY;UNTIL=20270221T080000Z;INTERVAL=12']\n");
    }
}

#[test]
fn what_was_published_is_looked_at_again() {
    let scene = ready();
    let ran = review(&scene, T7).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/audit/publications/stage6-2026.11-r1.publication.json: the release was not published\n  hint: publish it \
         with `stage6 publish`\n\n1 problem; nothing was written\n"
    );
    build(&scene, T7);
    mirror(&scene, T7);
    scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(0);
    let before = scene.tree("var");
    let ran = review(&scene, "2026-12-01T08:00:00Z").ends_with(0);
    let (first, rest) = ran.stdout.split_once(": verified again, ").expect("the archive");
    assert_eq!(
        first,
        "stage6-2026.11-r1: published 2026-11-30T08:00:00Z, as of 2026-12-01T08:00:00Z\n  ok     archive    \
         var/marketing/archive/stage6-2026.11-r1"
    );
    let (_, rest) = rest.split_once('\n').expect("more lines");
    assert_eq!(
        rest,
        "  ok     validity   valid until 2027-02-21T08:00:00Z\n  ok     report     1.0 days old, 3 are allowed\n  ok     \
         snapshots  4, the oldest 32.0 hours old, 48 are allowed\n  ok     mirror     the same files, compared 24.0 hours ago\n"
    );
    // New snapshots in the project do not make fresh what readers have.
    for exchange in EXCHANGES {
        snapshot(&scene, exchange, "2026-12-02T00:00:00Z");
    }
    let ran = review(&scene, "2026-12-02T00:00:01Z").ends_with(3);
    for line in [
        "  stale  snapshots  4, the oldest 48.0 hours old, 48 are allowed\n",
        "  stale  mirror     var/audit/stage6/mirror_parity.json: compared 40.0 hours ago\n",
        "  ok     report     1.7 days old, 3 are allowed\n",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    for exchange in EXCHANGES {
        snapshot(&scene, exchange, "2026-11-30T00:00:00Z");
    }
    assert_eq!(scene.tree("var"), before, "asking writes nothing");
}

#[test]
fn an_archive_or_a_record_that_was_changed_is_no_publication() {
    let scene = published();
    let zip = "var/marketing/archive/stage6-2026.11-r1/stage6-2026.11-r1.zip";
    let bytes = fs::read(scene.path(zip)).expect("the zip");
    scene.write(zip, "damaged");
    review(&scene, T7).ends_with(4);
    scene.write(zip, bytes);
    let list = "var/marketing/archive/stage6-2026.11-r1/stage6-2026.11-r1.sha256";
    let text = scene.read(list);
    scene.write(list, format!("{text}\n"));
    assert_eq!(
        review(&scene, T7).ends_with(4).stderr,
        "NOT VERIFIED\nvar/marketing/archive/stage6-2026.11-r1: is not what was published: its digest list is another \
         [hash-mismatch]\n"
    );
    scene.write(list, text);
    let record = "var/audit/publications/stage6-2026.11-r1.publication.json";
    let text = scene.read(record);
    scene.write(
        record,
        text.replace("2026-11-30T08:00:00Z", "2026-12-01T08:00:00Z"),
    );
    review(&scene, T7).ends_with(4);
    // The schedule does not believe it either.
    scene.run(&format!("schedule --date {T7}")).ends_with(4);
    scene.write(record, text);
    review(&scene, T7).ends_with(0);
}
