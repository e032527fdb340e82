//! Bad content: the build says where, and writes nothing.

use crate::scene::{DATE, Scene};

const PAGE: &str = "content/en/status-review.md";

/// Adds a paragraph at the end of an English page and expects the problem at its line.
#[track_caller]
fn refused(paragraph: &str, column: u32, problem: &str) {
    let scene = Scene::sample();
    let text = scene.read(PAGE);
    let line = text.lines().count() + 2;
    scene.write(PAGE, format!("{}\n\n{paragraph}\n", text.trim_end()));
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    let expected = format!("error: {PAGE}:{line}:{column}: {problem}\n");
    assert!(
        ran.stderr.starts_with(&expected),
        "expected\n{expected}\ngot\n{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_fact_is_refused() {
    refused(
        "The limit is `fact:stress_lab.thresholds.max_blackout_minuts`.",
        14,
        "no fact `stress_lab.thresholds.max_blackout_minuts`\n  hint: did you mean `stress_lab.thresholds.max_blackout_minutes`?",
    );
}

#[test]
fn a_dangling_footnote_is_refused() {
    refused(
        "A statement.[^nowhere]",
        13,
        "no footnote `[^nowhere]` is defined\n  hint: define it: `[^nowhere]: …`",
    );
}

#[test]
fn a_link_to_nothing_is_refused() {
    refused(
        "See [the minutes](../../var/audit/stage6/none.md).",
        5,
        "no page or evidence at `var/audit/stage6/none.md`",
    );
}

#[test]
fn a_missing_language_is_named() {
    let scene = Scene::sample();
    std::fs::remove_file(scene.path("content/en/contradictions.md")).expect("removed");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(
        ran.stderr.contains("content/en/contradictions.md"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_broken_template_of_the_project_is_refused_with_its_place() {
    let scene = Scene::sample();
    scene.write("templates/footer.html", "<footer>{{ unclosed </footer>\n");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(
        ran.stderr.starts_with("error: templates/footer.html:1:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn problems_of_configuration_and_content_come_together() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "- type: price_gap", "- type: price_gab");
    scene.replace(PAGE, "section: ", "secton: ");
    let ran = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(
        ran.stderr
            .contains("config/core.yaml:45:17: unknown shock `price_gab`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("content/en/status-review.md:"),
        "{}",
        ran.stderr
    );
}
