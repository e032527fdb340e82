//! The mirror: the report of `stage6 parity` as evidence, and a publication without a mirror.

use super::*;

/// The one broken rule is the mirror's, for this reason.
#[track_caller]
fn closed_for(ran: Ran, words: &str) {
    let ran = ran.ends_with(3);
    assert_eq!(broken(&ran), ["mirror-parity"], "{}", ran.stdout);
    let words = format!("{words}  ({MIRROR_REPORT})\n");
    assert!(ran.stdout.contains(&words), "{words}\n{}", ran.stdout);
}

#[test]
fn a_comparison_counts_if_it_is_good_signed_and_recent() {
    let scene = ready();
    build(&scene, T7);
    closed_for(weigh(&scene, T7), "gate.mirror.status = absent");
    mirror(&scene, T7);
    // A retry within 24 hours, to the second.
    weigh(&scene, "2026-12-01T08:00:00Z").ends_with(0);
    let late = weigh(&scene, "2026-12-01T08:00:01Z");
    closed_for(late, "gate.mirror.age_hours = 24.00027777777778");
    let signature = format!("{MIRROR_REPORT}.sig");
    let (report, signed) = (scene.read(MIRROR_REPORT), scene.read(&signature));
    fs::remove_file(scene.path(&signature)).expect("removed");
    closed_for(weigh(&scene, T7), "gate.mirror.signed = false");
    scene.write(&signature, signed);
    scene.write(
        MIRROR_REPORT,
        report.replace("\"error\": null", "\"error\":  null"),
    );
    closed_for(weigh(&scene, T7), "gate.mirror.signed = false");
    scene.write(MIRROR_REPORT, "[]\n");
    closed_for(weigh(&scene, T7), "gate.mirror.status = unreadable");
    fs::remove_file(scene.path(MIRROR_REPORT)).expect("removed");
    scene.write("mirror/2026.11/stage6-2026.11-r1.sha256", "other");
    compare(&scene, T7).ends_with(3);
    closed_for(weigh(&scene, T7), "gate.mirror.status = failed");
    fs::remove_dir_all(scene.path("mirror")).expect("removed");
    compare(&scene, T7).ends_with(3);
    closed_for(weigh(&scene, T7), "gate.mirror.status = skipped");
}

#[test]
fn a_comparison_of_another_release_is_none_of_this_one() {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    second_release(&scene);
    build(&scene, "2026-11-30T10:00:00Z");
    let ran = weigh(&scene, "2026-11-30T10:00:00Z").ends_with(3);
    assert_eq!(broken(&ran), ["fallback-exists", "mirror-parity"]);
    for words in [
        "2026.12/stage6-2026.12-r2.zip: not compared",
        "2026.11/stage6-2026.11-r1.zip: not in the release",
    ] {
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
    }
}

#[test]
fn a_report_without_a_key_leaves_no_old_signature_beside_it() {
    let scene = ready();
    build(&scene, T7);
    mirror(&scene, T7);
    let before = scene.tree("var/audit/stage6");
    let ran = scene
        .run(&format!(
            "parity --mirror mirror --report {MIRROR_REPORT} --date {T7}"
        ))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {MIRROR_REPORT}.sig: signs the report that is there, and there is no key to sign the new one\n  hint: give \
             `--signing-key-path FILE`, or choose another name for the report\n\n1 problem; nothing was written\n"
        )
    );
    assert_eq!(scene.tree("var/audit/stage6"), before);
}

#[test]
fn that_there_is_no_mirror_is_said_aloud() {
    let scene = ready();
    let config = "config/publication.yaml";
    scene.replace(config, "  mirror: required\n", "  mirror: none\n");
    let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: config/publication.yaml:44:3: `gate.no_mirror_en` is missing\n  hint: add `no_mirror_en:`\n\nerror: \
         config/publication.yaml:44:3: `gate.no_mirror_pl` is missing\n  hint: add `no_mirror_pl:`\n\n2 problems; nothing was \
         written\n"
    );
    let reasons = "  mirror: none\n  no_mirror_pl: Jeszcze nie powstał.\n  no_mirror_en: Not set up yet.\n";
    scene.replace(config, "  mirror: none\n", reasons);
    build(&scene, T7);
    let ran = weigh(&scene, T7).ends_with(0);
    assert!(
        ran.stdout.contains("\nno mirror  Not set up yet.\n"),
        "{}",
        ran.stdout
    );
    let pages = [
        ("pl", "Nie ma serwisu lustrzanego</p><p>Jeszcze nie powstał.</p>"),
        ("en", "There is no mirror</p><p>Not set up yet.</p>"),
    ];
    for (language, words) in pages {
        let page = scene.read(&format!("site/{language}/reports/gate.html"));
        assert!(page.contains(words), "{page}");
    }
    let report = scene.read("var/audit/stage6/stress_lab/gate_report.json");
    assert!(report.contains("\"en\": \"Not set up yet.\""), "{report}");
    scene.replace(config, "  mirror: none\n", "  mirror: later\n");
    let ran = scene.run(&format!("check --date {T7} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.contains(
            "unknown word `later`\n  hint: write `required`, or `none` with the reason in `no_mirror_pl` and `no_mirror_en`\n"
        ),
        "{}",
        ran.stderr
    );
}
