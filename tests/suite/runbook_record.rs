//! Checklists that were ticked in a browser: what a page exports becomes the copy that is signed, or nothing changes.

use crate::scene::{DATE, Scene};

const KEYED: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
pub(crate) const LIST: &str = "var/audit/stage6/list.md";
const RECORD: &str = "list.checklist.json";
const TEXT: &str = "---\ntitle: List\nstakeholders: [risk]\n---\n\n- [ ] Open the *bag*.\n- [x] Sealed already.\n\nThen:\n\n1. [ ] Close\n   it.\n";
/// printf '%s' 'Open the *bag*.' | sha256sum | cut -c1-16
const OPEN: &str = "7c2ebfc7bee1492e";
/// printf '%s' 'Sealed already.' | sha256sum | cut -c1-16
const SEALED: &str = "1e9b004ef94cf292";
/// printf '%s' 'Close it.' | sha256sum | cut -c1-16
const CLOSE: &str = "2778d35cce0a2b5c";
/// printf TEXT | sha256sum
const DIGEST: &str = "b510d90f17865ee3cc40bae7e6760f69b2c7ecef3b7be38387520b6454e15614";

/// What the page of a list exports when its first item is ticked.
fn record() -> String {
    format!(
        r#"{{
  "schema": "stage6.checklist.record",
  "schema_version": 1,
  "release": "2026.11",
  "bundle": "stage6-2026.11-r1",
  "page": "checklists/list",
  "language": "pl",
  "source": {{"path": "{LIST}", "sha256": "{DIGEST}"}},
  "who": "Łucja Żak",
  "clock": "reader",
  "exported_at": "2026-11-23T11:05:00Z",
  "items": [
    {{"id": "{OPEN}", "text": "Open the *bag*.", "done": true, "at": "2026-11-23T11:00:00Z"}},
    {{"id": "{SEALED}", "text": "Sealed already.", "done": true, "at": null}},
    {{"id": "{CLOSE}", "text": "Close it.", "done": false, "at": null}}
  ]
}}
"#
    )
}

pub(crate) fn scene() -> Scene {
    let scene = Scene::sample();
    scene.write(LIST, TEXT).write(RECORD, record());
    scene
}

pub(crate) fn sign(file: &str) -> String {
    format!("sign-runbook {file} --record {RECORD} --date {DATE} {KEYED}")
}

#[test]
fn a_record_ticks_the_list_and_stays_beside_it_as_evidence() {
    let scene = scene();
    let ran = scene.run(&sign(LIST)).ends_with(0);
    let ticked = TEXT.replace("[ ] Open", "[x] Open");
    assert_eq!(scene.read(LIST), ticked);
    assert_eq!(scene.read("var/audit/stage6/list.checklist.json"), record());
    assert!(
        ran.stdout.contains("boxes    2 ticked, 1 open\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("kept     var/audit/stage6/list.checklist.json\n"),
        "{}",
        ran.stdout
    );
    // The front matter answers before the record does.
    let manifest = scene.read("var/audit/stage6/list.manifest.json");
    assert!(
        manifest.contains("\"stakeholders\": [\n    \"risk\"\n  ]"),
        "{manifest}"
    );
    scene.run(&format!("check --date {DATE} {KEYED}")).ends_with(0);
    // What it ticked is not the list that it was exported from any more.
    let again = scene.run(&sign(LIST)).ends_with(2);
    assert!(
        again.stderr.starts_with(&format!(
            "error: {RECORD}: was made of another `{LIST}`: SHA-256 {DIGEST}, now "
        )),
        "{}",
        again.stderr
    );
}

#[test]
fn a_runbook_is_copied_into_the_archive_with_its_boxes_ticked() {
    let scene = scene();
    scene.write("content/list.md", TEXT.replace("stakeholders: [risk]\n", ""));
    let digest = "fe341f3869e4f7a028fc19ad029a8b1ce2287def9ed88ef0167bedaab6fcb29e";
    scene.write(
        RECORD,
        record().replace(LIST, "content/list.md").replace(DIGEST, digest),
    );
    let copy = "var/audit/stage6/archived.md";
    let command = format!("{} --source content/list.md", sign(copy));
    scene.run(&command).ends_with(0);
    let source = scene.read("content/list.md");
    assert_eq!(scene.read(copy), source.replace("[ ] Open", "[x] Open"));
    let manifest = scene.read("var/audit/stage6/archived.manifest.json");
    assert!(
        manifest.contains("\"source_path\": \"content/list.md\""),
        "{manifest}"
    );
    assert!(manifest.contains("\"Łucja Żak\""), "{manifest}");
    // A later record replaces the copy that came of an earlier one, and nothing else.
    scene.replace(
        RECORD,
        "\"done\": true, \"at\": \"2026-11-23T11:00:00Z\"",
        "\"done\": false, \"at\": null",
    );
    scene.run(&command).ends_with(0);
    assert_eq!(scene.read(copy), source);
    let ran = scene
        .run(&format!("{} --source content/list.md", sign(LIST)))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {LIST}: is in the way: it is no signed copy of `content/list.md`\n  hint: name another file for the \
             copy\n\n1 problem; nothing was written\n"
        )
    );
    assert_eq!(scene.read(LIST), TEXT);
}

#[test]
fn a_record_that_does_not_fit_changes_nothing() {
    let again = "export the record again from the page of the checklist";
    let this_release = "tick the list on the site of this release, and export it again";
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "{\n  \"schema\"",
            "{,\"schema\"",
            ":1:2: not valid JSON: expected a key in double quotes",
            "mend the file, or write it again with the tool that made it",
        ),
        (
            "\"who\"",
            "\"page\": \"x\", \"who\"",
            ":9:3: not valid JSON: the key `page` stands twice",
            "mend the file, or write it again with the tool that made it",
        ),
        (
            "\"clock\": \"reader\",",
            "\"clock\": \"reader\", \"more\": 1,",
            ":10:22: unknown member `more`",
            again,
        ),
        (
            "checklist.record",
            "checklist.other",
            ":1:1: not the record of a checklist of a version that we know",
            again,
        ),
        (
            "\"schema_version\": 1",
            "\"schema_version\": 2",
            ":1:1: not the record of a checklist of a version that we know",
            again,
        ),
        (
            "\"2026.11\"",
            "\"2026.10\"",
            ": belongs to the release `2026.10` (stage6-2026.11-r1), not to `2026.11` (stage6-2026.11-r1)",
            this_release,
        ),
        (
            "\"stage6-2026.11-r1\"",
            "\"other\"",
            ": belongs to the release `2026.11` (other), not to `2026.11` (stage6-2026.11-r1)",
            this_release,
        ),
        (
            "/list.md",
            "/other.md",
            ": is about `var/audit/stage6/other.md`, not about `var/audit/stage6/list.md`",
            "name the file that the page was made of: `--source FILE`",
        ),
        (
            "\"Łucja Żak\"",
            "\" \"",
            ":9:10: `who` is not the name of anybody",
            "write into `who` the name of the person who ticked the boxes",
        ),
        (
            "\"Łucja Żak\"",
            "\"a\\nb\"",
            ":9:10: `who` is not the name of anybody",
            "write into `who` the name of the person who ticked the boxes",
        ),
        (
            "\"Close it.\"",
            "\"Close it!\"",
            ": the item `2778d35cce0a2b5c` has another text than its id says",
            again,
        ),
        (
            "2778d35cce0a2b5c",
            "0000000000000000",
            ": there is no item `0000000000000000` in `var/audit/stage6/list.md`",
            again,
        ),
        (
            "2778d35cce0a2b5c",
            "7c2ebfc7bee1492e",
            ":15:5: the item `7c2ebfc7bee1492e` stands twice",
            again,
        ),
        (
            ",\n    {\"id\": \"2778d35cce0a2b5c\", \"text\": \"Close it.\", \"done\": false, \"at\": null}",
            "",
            ": the item `2778d35cce0a2b5c` is missing: Close it.",
            again,
        ),
        (
            "\"2026-11-23T11:00:00Z\"",
            "null",
            ": the item `7c2ebfc7bee1492e` is ticked, but `at` does not say when",
            again,
        ),
        (
            "\"2026-11-23T11:00:00Z\"",
            "\"yesterday\"",
            ":13:79: `at` is missing or not what it should be",
            again,
        ),
        (
            "\"done\": false, \"at\": null",
            "\"done\": \"no\", \"at\": null",
            ":15:61: `done` is missing or not what it should be",
            again,
        ),
    ];
    let scene = scene();
    let before = scene.tree("var");
    for (from, to, message, hint) in cases {
        let text = record();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        scene.write(RECORD, text.replace(from, to));
        let ran = scene.run(&sign(LIST)).ends_with(2);
        assert_eq!(
            ran.stderr,
            format!("error: {RECORD}{message}\n  hint: {hint}\n\n1 problem; nothing was written\n")
        );
        assert_eq!(scene.tree("var"), before, "{from}");
    }
    for (bytes, message) in [
        (
            vec![b' '; (1 << 20) + 1],
            ": too long for the record of a checklist",
        ),
        (b"\"\xff\"".to_vec(), ":1:2: not UTF-8 text"),
        (b"[]".to_vec(), ":1:1: expected an object, found a list"),
    ] {
        scene.write(RECORD, bytes);
        let ran = scene.run(&sign(LIST)).ends_with(2);
        assert!(
            ran.stderr.starts_with(&format!("error: {RECORD}{message}\n")),
            "{}",
            ran.stderr
        );
        assert_eq!(scene.tree("var"), before);
    }
}

#[test]
fn a_record_that_was_changed_afterwards_is_found() {
    let kept = "var/audit/stage6/list.checklist.json";
    let mend = "restore the copy that was signed, or sign this one with `stage6 sign-runbook`";
    let check = format!("check --date {DATE} {KEYED}");
    let signed = || {
        let scene = scene();
        scene.run(&sign(LIST)).ends_with(0);
        scene
    };
    let edited = signed();
    edited.replace(kept, "Łucja", "Lucja");
    let lost = signed();
    std::fs::remove_file(lost.path(&format!("{kept}.sig"))).expect("removed");
    let orphaned = signed();
    std::fs::remove_file(orphaned.path(kept)).expect("removed");
    for (scene, message) in [
        (edited, format!("{kept}: is not the file that was signed")),
        (lost, format!("{kept}.sig: is not there as a file of its own")),
        (orphaned, format!("{kept}: is not there as a file of its own")),
    ] {
        assert_eq!(
            scene.run(&check).ends_with(2).stderr,
            format!("error: {message}\n  hint: {mend}\n\n1 problem; nothing was written\n")
        );
    }
}
