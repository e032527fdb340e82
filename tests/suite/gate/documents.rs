//! Rules about what a release says: documents that disagree, coverage that changed, notes and proofs of source.

use super::*;

const COUNTS: &str = "content/tables/document_counts.csv";
const NOTES: &str = "templates/kit/release-notes.md";

/// Closed for one rule, in these words.
#[track_caller]
fn closed_for(scene: &Scene, date: &str, rule: &str, words: &str) {
    let ran = gate(scene, date).ends_with(3);
    assert_eq!(broken(&ran), [rule], "{}", ran.stdout);
    assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
}

fn rebuild(scene: &Scene, release: &str, date: &str) {
    fs::remove_dir_all(scene.path(&format!("var/marketing/{release}"))).expect("removed");
    build(scene, date);
}

#[test]
fn documents_may_differ_by_the_rule_and_no_more() {
    let scene = ready();
    let more = entry("contradiction", "tables.document_counts.presets", "2027-02-28");
    sign_waivers(&scene, &waivers("", &more));
    let catalogue = "packages in the catalogue,17,";
    // (20 - 19) / 20 is 5 %, (20 - 18) / 20 is 10 %.
    scene.replace(COUNTS, "and a strategy),17,", "and a strategy),20,");
    scene.replace(COUNTS, catalogue, "packages in the catalogue,19,");
    build(&scene, T7);
    gate(&scene, T7).ends_with(0);
    scene.replace(
        COUNTS,
        "packages in the catalogue,19,",
        "packages in the catalogue,18,",
    );
    rebuild(&scene, "2026.11", T7);
    closed_for(
        &scene,
        T7,
        "benchmark-matches-status",
        "gate.benchmark.differences = document_counts.presets: presets_report says 20; presets_catalog says 18  ",
    );
}

#[test]
fn a_contradiction_between_documents_needs_somebody_who_answers_for_it() {
    let scene = ready();
    let documents = "content/tables/status_documents.csv";
    scene.replace(
        documents,
        "UI,benchmark,benchmark,czerwony,red,",
        "UI,benchmark,benchmark,zielony,green,",
    );
    let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: content/tables/status_documents.csv:2:1: `tables.status_documents.ui_benchmark.statement_en` is green, but \
         `tables.status_documents.ui_readme.statement_en` is red (content/tables/status_documents.csv:3), \
         `tables.status_documents.ui_spec.statement_en` is red (content/tables/status_documents.csv:4), \
         `tables.status_documents.ui_scoreboard.statement_en` is red (content/tables/status_documents.csv:5), \
         `tables.status_documents.ui_review.statement_en` is red (content/tables/status_documents.csv:6)\n  hint: make them \
         agree, or let somebody answer for it in config/waivers.yaml: `contradiction: tables.status_documents.ui` with \
         reasons, owner and days\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn the_proof_of_source_speaks_of_the_bundle_that_stands() {
    let scene = ready();
    build(&scene, T7);
    let proof = "var/marketing/2026.11.proof.pl.md";
    let text = scene.read(proof);
    // One digit of one digest.
    let at = text.find("SHA-256 `").expect("a digest") + "SHA-256 `".len();
    let digit = if text[at..].starts_with('0') { "1" } else { "0" };
    scene.write(proof, format!("{}{digit}{}", &text[..at], &text[at + 1..]));
    let words = "gate.proof.unfit = var/marketing/2026.11.proof.pl.md: of another bundle, or changed  ";
    closed_for(&scene, T7, "proof-of-source", words);
    fs::remove_file(scene.path(proof)).expect("removed");
    let words = "gate.proof.unfit = var/marketing/2026.11.proof.pl.md: missing  ";
    closed_for(&scene, T7, "proof-of-source", words);
    scene.write(proof, text);
    gate(&scene, T7).ends_with(0);
}

#[test]
fn notes_name_every_file_of_both_manifests() {
    let scene = ready();
    let template = fs::read_to_string(crate::scene::repository().join(NOTES)).expect("the template");
    let line = "- `{{ file.name }}`\n";
    assert!(template.contains(line));
    scene.write(NOTES, template.replace(line, "- {{ file.name }}\n"));
    build(&scene, T7);
    closed_for(
        &scene,
        T7,
        "manifest-matches-notes",
        "pl/release-notes.md: var/audit/stage6/signal_quality/binance.json, ",
    );
}

#[test]
fn a_larger_change_of_coverage_needs_its_table_and_its_mark() {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(0);
    second_release(&scene);
    // One exchange more than four: a quarter.
    snapshot(&scene, "kraken", "2026-11-30T00:00:00Z");
    for (file, row) in [
        ("index.csv", "kraken,2026-11-30T00:00:00Z\n"),
        ("adapter_checklist.csv", "kraken,True,True,,ready,fresh\n"),
    ] {
        let path = format!("{SIGNALS}/{file}");
        scene.write(&path, scene.read(&path) + row);
    }
    let date = "2026-11-30T10:00:00Z";
    build(&scene, date);
    gate(&scene, date).ends_with(0);
    let template = fs::read_to_string(crate::scene::repository().join(NOTES)).expect("the template");
    scene.write(NOTES, template.replace("{{ delta }}", ""));
    rebuild(&scene, "2026.12", date);
    let ran = gate(&scene, date).ends_with(3);
    assert_eq!(broken(&ran), ["coverage-difference"]);
    for words in [
        "gate.coverage.compared = true  (content/releases/2026.12.yaml:7)\n",
        "gate.coverage.delta_in_bundle = true  (data/kit/delta.csv)\n",
        "gate.coverage.exchanges_percent = 25  (content/releases/2026.12.yaml:7)\n",
        "gate.coverage.unmarked_notes = pl/release-notes.md, en/release-notes.md  (data/kit)\n",
        "publication.rules.coverage_change_percent = 10  (config/publication.yaml:34)\n",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
    // Whoever moves the limit instead keeps this rule and breaks the one that holds the rules themselves.
    scene.replace(
        "config/publication.yaml",
        "coverage_change_percent: 10",
        "coverage_change_percent: 25",
    );
    rebuild(&scene, "2026.12", date);
    assert_eq!(broken(&gate(&scene, date).ends_with(3)), ["rules-kept"]);
}
