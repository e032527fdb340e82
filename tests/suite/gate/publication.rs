//! Publication through an open gate, and the way back.

use super::*;

#[test]
fn an_open_gate_publishes_and_a_rollback_restores_every_byte() {
    let scene = ready();
    let publish = format!("publish --date {T7} {KEYS} --actor QA --to out");
    // It is built, and not published before the mirror holds it.
    assert_eq!(broken(&scene.run(&publish).ends_with(3)), ["mirror-parity"]);
    mirror(&scene, T7);
    let ran = scene.run(&publish).ends_with(0);
    let last = "stage6-2026.11-r1: the gate is open, 24 rules\n  var/marketing/archive/stage6-2026.11-r1\n  \
                var/audit/publications/stage6-2026.11-r1.publication.json\n  \
                var/audit/publications/stage6-2026.11-r1.publication.json.sig\n  \
                out  the site; the release below download/2026.11/\n";
    assert!(ran.stdout.ends_with(last), "{}", ran.stdout);
    let (first, first_site) = (scene.tree(RELEASE), scene.tree("site"));
    assert_eq!(scene.tree("out/download/2026.11"), first);
    assert_eq!(scene.tree("var/marketing/archive/stage6-2026.11-r1"), first);
    scene.run(&publish).ends_with(0);

    // Nothing but what stands was ever published.
    let before = scene.tree("var");
    let ran = scene
        .run(&format!("rollback --date {T7} {KEYS} --actor QA"))
        .ends_with(4);
    assert_eq!(
        ran.stderr,
        "NOT VERIFIED\nvar/marketing/archive: holds no other release that verifies, so nothing was restored [not-a-bundle]\n"
    );
    assert_eq!(scene.tree("var"), before);

    // The next release; then it is taken back.
    second_release(&scene);
    build(&scene, "2026-11-30T10:00:00Z");
    mirror(&scene, "2026-11-30T10:00:00Z");
    scene
        .run(&publish.replace(T7, "2026-11-30T10:00:00Z"))
        .ends_with(0);
    assert_ne!(scene.tree("site"), first_site);
    scene.write(&format!("{RELEASE}/stage6-2026.11-r1.zip"), "damaged");
    let ran = scene
        .run(&format!("rollback --date 2026-12-01 {KEYS} --actor QA --reason"))
        .ends_with(2);
    assert!(ran.stderr.contains("--reason"), "{}", ran.stderr);
    let ran = scene
        .run(&format!(
            "rollback --date 2026-12-01 {KEYS} --actor QA --reason wrong-limits"
        ))
        .ends_with(0);
    assert!(
        ran.stdout
            .starts_with("stage6-2026.11-r1: restored and verified again, "),
        "{}",
        ran.stdout
    );
    assert_eq!(scene.tree(RELEASE), first);
    let mut site = scene.tree("site");
    let mark = String::from_utf8(site.remove("rollback.html").expect("the mark")).expect("text");
    assert_eq!(site, first_site);
    let note = scene.read("var/marketing/ROLLBACK.md");
    for text in [mark, note] {
        assert!(
            text.contains("stage6-2026.11-r1") && text.contains("wrong-limits"),
            "{text}"
        );
    }
    // What stood there, damaged as it was, is kept.
    let kept = scene.tree("var/marketing/superseded");
    assert!(kept.values().any(|bytes| bytes == b"damaged"));

    scene.run(&format!("journal verify {LOG_KEY}")).ends_with(0);
    let log = scene.run("journal show").ends_with(0).stdout;
    for line in [
        "publication   stage6-2026.11-r1  published  by QA",
        "publication   stage6-2026.12-r2  published  by QA",
        "rollback      stage6-2026.11-r1  restored  by QA",
    ] {
        assert!(log.contains(line), "{log}");
    }
}

#[test]
fn what_is_damaged_or_foreign_is_never_restored_or_replaced() {
    let scene = ready();
    scene.write("out/2026.11/holiday.jpg", "mine");
    let publish = format!("publish --date {T7} {KEYS} --to out");
    let ran = scene.run(&publish).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: out/2026.11/holiday.jpg: was not made by a publication, or was changed since, and the whole is replaced\n  hint: \
         move it elsewhere, or name another place to publish to\n\n1 problem; nothing was written\n"
    );
    assert!(!scene.path("var/marketing").exists(), "not even built");
    build(&scene, T7);
    mirror(&scene, T7);
    scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(0);
    let zip = "var/marketing/archive/stage6-2026.11-r1/stage6-2026.11-r1.zip";
    scene.write(zip, "damaged");
    let ran = scene
        .run(&format!("rollback --to 2026.11 --date {T7} {KEYS}"))
        .ends_with(4);
    assert_eq!(
        ran.stderr,
        "NOT VERIFIED\nvar/marketing/archive: holds no release `2026.11` that verifies, so nothing was restored [not-a-bundle]\n"
    );
    let ran = scene.run(&format!("publish --date {T7} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(
            "error: var/marketing/archive/stage6-2026.11-r1: is archived already with other bytes"
        )
    );
}
