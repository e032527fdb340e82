//! `stage6 init`: a project that works at once.

use crate::scene::Scene;
use std::fs;

#[test]
fn a_new_project_checks_builds_and_verifies_as_it_is() {
    let scene = Scene::empty();
    let ran = scene.run("init my-tests --date 2026-12-05").ends_with(0);
    assert!(
        ran.stdout.ends_with(
            "wrote a project into my-tests, with release 2026.12\nnext: cd my-tests && stage6 serve\n"
        ),
        "{}",
        ran.stdout
    );
    let ran = scene.run("check --root my-tests --date 2026-12-05").ends_with(0);
    assert!(ran.stdout.contains("no problems found"), "{}", ran.stdout);
    scene.run("build --root my-tests --date 2026-12-05").ends_with(0);
    let page = scene.read("my-tests/site/en/index.html");
    // The limit of config/core.yaml, in the page's language and unit.
    assert!(
        page.contains(">40\u{a0}min</data>") && page.contains(">60%</data>"),
        "{page}"
    );
    scene
        .run("verify my-tests/var/marketing/2026.12 --no-key --date 2026-12-06")
        .ends_with(0);
    // The author changes a limit: the claim does not hold, and says where.
    scene.replace(
        "my-tests/config/core.yaml",
        "max_blackout_minutes: 40.0",
        "max_blackout_minutes: 70.0",
    );
    let ran = scene.run("check --root my-tests --date 2026-12-05").ends_with(2);
    assert!(
        ran.stderr
            .contains("content/en/limits.md:15:1: the claim `blackout-within-the-hour` is not true"),
        "{}",
        ran.stderr
    );
}

#[test]
fn nothing_is_written_over() {
    let scene = Scene::empty();
    scene.write("work/mine.txt", "mine");
    let ran = scene.run("init work").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: work: the folder is not empty\n  hint: name a folder that does not exist yet\n\n1 problem; nothing was \
         written\n"
    );
    assert_eq!(fs::read_dir(scene.path("work")).expect("read").count(), 1);
    fs::create_dir(scene.path("empty")).expect("made");
    scene.run("init empty --quiet").ends_with(0);
    assert!(scene.path("empty/.gitignore").is_file());
}
