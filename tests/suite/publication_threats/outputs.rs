//! What leaves the house is read by programs that can be led astray.

use crate::gate::{RELEASE, SIGNALS, T7, build, ready};
use crate::scene::Scene;
use std::fs;

#[test]
fn no_cell_of_the_calendar_begins_a_line_of_its_own() {
    let scene = Scene::sample();
    let path = "content/tables/calendar.csv";
    let row = "evil,T-1,\"a\rBEGIN:VALARM\r\nX-ONE:1\",\"b\rEND:VEVENT\u{b}\",kto,who,tekst,text\n";
    scene.write(path, scene.read(path) + row);
    for language in ["pl", "en"] {
        scene.run(&format!("schedule --date {T7} --ics a.ics --language {language}"));
        let bytes = fs::read(scene.path("a.ics")).expect("written");
        let text = String::from_utf8(bytes).expect("text");
        assert!(text.contains("UID:evil@"));
        let whole = text.replace("\r\n", "\n");
        assert!(!whole.contains(['\r', '\u{b}']), "{whole}");
        assert_eq!(
            whole.matches("\nBEGIN:").count(),
            whole.matches("\nBEGIN:VEVENT\n").count()
        );
        assert!(!whole.contains("\nX-ONE"));
    }
}

#[test]
fn a_mirror_that_is_the_release_itself_shows_nothing() {
    let scene = ready();
    build(&scene, T7);
    fs::create_dir(scene.path("mirror")).expect("made");
    std::os::unix::fs::symlink(scene.path(RELEASE), scene.path("mirror/2026.11")).expect("linked");
    fs::copy(
        scene.path(&format!("{SIGNALS}/index.csv")),
        scene.path("mirror/index.csv"),
    )
    .expect("copied");
    let ran = scene
        .run(&format!("parity --mirror mirror --date {T7}"))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: mirror/2026.11: is the release itself, not a mirror of it\n  hint: name the folder of the copy with \
         `--mirror`\n\n1 problem; nothing was written\n"
    );
}
