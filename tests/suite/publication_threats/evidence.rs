//! Wrong numbers, hidden boxes and disguised values.

use super::PUBLICATION;
use crate::gate::{CHECKLIST, LOG_KEY, SIGNALS, T7, broken, build, gate, ready, sign_checklist};
use crate::scene::{DATE, KEYS};

#[test]
fn a_box_in_a_comment_or_in_code_is_open() {
    let scene = ready();
    let text = scene.read(CHECKLIST);
    let begin = text.find("- [x]").expect("a box");
    let end = begin + text[begin..].find('\n').expect("its end");
    let hidden = text[begin..end].replace("[x]", "[ ]");
    let hidden = format!(
        "{}<!--\n{hidden}\n-->\n\n```\n* [ ] and this\n```\n{}",
        &text[..begin],
        &text[end..]
    );
    scene.write(CHECKLIST, hidden);
    sign_checklist(&scene);
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["checklists-complete"]);
    assert!(
        ran.stdout
            .contains("gate.checklists.open = 2  (config/publication.yaml:44)"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_checklist_that_is_no_evidence_proves_nothing() {
    let scene = ready();
    let other = "var/audit/other/list.md";
    scene.write(other, "# List\n\n- [ ] open\n");
    scene
        .run(&format!("sign-runbook {other} --date {DATE} {LOG_KEY}"))
        .ends_with(0);
    let known = format!("    - {CHECKLIST}\n");
    scene.replace(PUBLICATION, &known, &format!("{known}    - {other}\n"));
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["checklists-signed", "checklists-complete"]);
    let words = "gate.checklists.unproven = var/audit/other/list.md: not below var/audit/stage6";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
}

#[test]
fn a_number_typed_into_the_index_is_not_that_of_the_snapshot() {
    let scene = ready();
    let rows = ["binance", "coinbase", "deribit_futures", "bitmex_futures"];
    let rows = rows.map(|name| {
        format!(
            "{name},2026-11-30T00:00:00Z,{}\n",
            if name == "coinbase" { "0.99" } else { "" }
        )
    });
    let index = format!("exchange,snapshot_created_at,fill_ratio\n{}", rows.concat());
    scene.write(&format!("{SIGNALS}/index.csv"), index);
    build(&scene, T7);
    let ran = gate(&scene, T7).ends_with(3);
    assert_eq!(broken(&ran), ["index-complete"]);
    let words = "gate.signal_quality.extra_in_index = coinbase: fill_ratio  (var/audit/stage6/signal_quality/index.csv)";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
}

#[test]
fn a_typed_number_is_found_in_every_disguise() {
    let scene = ready();
    let disguises = [
        "40 min",
        "40\u{a0}min",
        "40\u{2009}min",
        "40\u{2007}min",
        "40\u{202f}\u{202f}min",
        "40  min",
        "40\u{200b}min",
        "4\u{200b}0 min",
        "40&nbsp;min",
        "40&thinsp;min",
        "&#52;0 min",
        "**40** min",
        "4*0* min",
        "40<!-- --> min",
        "４０ min",
        "+40 min",
        "(-40 min)",
        "40 mins",
        "40,0 min",
        "60\u{2009}％",
        "60 pct",
    ];
    let page = "content/en/index.md";
    let lines: String = disguises
        .iter()
        .map(|text| format!("\nA limit of {text}, as typed.\n"))
        .collect();
    let first = scene.read(page).lines().count() + 2;
    scene.write(page, scene.read(page) + &lines);
    let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
    for (index, text) in disguises.iter().enumerate() {
        let place = format!("error: {page}:{}:", first + 2 * index);
        let line = ran.stderr.lines().find(|line| line.starts_with(&place));
        assert!(
            line.is_some_and(|line| line.contains("is typed, and is the value of the fact")),
            "{text:?}\n{}",
            ran.stderr
        );
    }
}
