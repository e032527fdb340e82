//! Claims: evaluated by every build, refused where they do not hold, listed on the site.

use super::scene::{DATE, Scene};
use crate::scene::KEYS;
use scraper::{Html, Selector};
use serde_json::Value;

const PAGES: [&str; 2] = ["content/pl/index.md", "content/en/index.md"];

/// The sample with a claim at the end of the home page, in both languages; with the line that it begins at.
fn with_claim(sentence: &str, expression: &str) -> (Scene, [usize; 2]) {
    let scene = Scene::sample();
    let lines = PAGES.map(|page| {
        let text = scene.read(page);
        let block = format!("\n```claim id=ours\n{sentence}\n---\n{expression}\n```\n");
        scene.write(page, format!("{text}{block}"));
        text.lines().count() + 2
    });
    (scene, lines)
}

fn texts_of(html: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    let document = Html::parse_document(&html.replace("<wbr>", ""));
    document
        .select(&selector)
        .map(|found| {
            found
                .text()
                .flat_map(str::split_whitespace)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn line_of(scene: &Scene, path: &str, word: &str) -> usize {
    let text = scene.read(path);
    let found = text.lines().position(|line| line.contains(word));
    found.expect("the word stands in the file") + 1
}

#[test]
fn a_false_claim_fails_check_and_build_with_its_facts() {
    let expression = "stress_lab.thresholds.max_blackout_minutes <= 30";
    let (scene, [polish, english]) = with_claim("The limit is low.", expression);
    let limit = line_of(&scene, "config/core.yaml", "max_blackout_minutes: 40");
    let message = |page: &str, line: usize| {
        format!(
            "error: {page}:{}:1: the claim `ours` is not true: `stress_lab.thresholds.max_blackout_minutes` is 40 min \
             (config/core.yaml:{limit})\n  hint: mend the sentence and its expression, or the evidence; `build --draft` \
             shows it struck\n\n",
            line + 3
        )
    };
    let expected = format!(
        "{}{}2 problems; nothing was written\n",
        message(PAGES[1], english),
        message(PAGES[0], polish)
    );
    for command in ["check", "build"] {
        let ran = scene.run(&format!("{command} --date {DATE} {KEYS}"));
        assert_eq!(ran.ends_with(2).stderr, expected, "{command}");
    }
    assert!(!scene.path("site/index.html").exists());
}

#[test]
fn a_draft_shows_a_false_claim_struck_and_marked() {
    let (scene, _) = with_claim(
        "The limit is low.",
        "stress_lab.thresholds.max_blackout_minutes <= 30",
    );
    scene
        .run(&format!("build --draft --date {DATE} {KEYS}"))
        .ends_with(0);
    let page = scene.read("site/en/index.html");
    assert_eq!(texts_of(&page, ".claim del"), ["The limit is low."]);
    assert_eq!(texts_of(&page, ".claim .badge-failed"), ["not true, draft only"]);
    let register = scene.read("site/en/reports/claims.html");
    assert_eq!(texts_of(&register, "#ours del"), ["The limit is low."]);
    assert_eq!(texts_of(&register, ".callout-title"), ["This is a draft"]);
    let list: Value = serde_json::from_str(&scene.read("site/data/claims.json")).expect("JSON");
    let claims = list["claims"].as_array().expect("a list");
    let false_ones: Vec<&Value> = claims.iter().filter(|claim| claim["holds"] == false).collect();
    assert_eq!(false_ones.len(), 1);
    assert_eq!(false_ones[0]["id"], "ours");
}

#[test]
fn an_unknown_fact_fails_even_a_draft() {
    let (scene, [polish, english]) =
        with_claim("S.", "report.failure_count == 0 ||\n  report.failure_cout == 0");
    let message = |page: &str, line: usize| {
        format!(
            "error: {page}:{}:3: the claim `ours`: no fact `report.failure_cout`\n  hint: did you mean \
             `report.failure_count`?\n\n",
            line + 4
        )
    };
    let expected = format!(
        "{}{}2 problems; nothing was written\n",
        message(PAGES[1], english),
        message(PAGES[0], polish)
    );
    let ran = scene.run(&format!("build --draft --date {DATE} {KEYS}"));
    assert_eq!(ran.ends_with(2).stderr, expected);
}

#[test]
fn a_claim_without_facts_is_none() {
    let (scene, [polish, english]) = with_claim("Two is more than one.", "2 > 1");
    let message = |page: &str, line: usize| {
        format!(
            "error: {page}:{}:1: the claim `ours` rests on no fact\n  hint: name the facts that make it true; a sentence \
             that needs none is no claim\n\n",
            line + 3
        )
    };
    let expected = format!(
        "{}{}2 problems; nothing was written\n",
        message(PAGES[1], english),
        message(PAGES[0], polish)
    );
    let ran = scene.run(&format!("check --date {DATE}"));
    assert_eq!(ran.ends_with(2).stderr, expected);
}

#[test]
fn the_register_lists_every_claim_of_both_languages() {
    let scene = Scene::sample();
    scene.build();
    let mut ids = Vec::new();
    for language in ["pl", "en"] {
        let register = scene.read(&format!("site/{language}/reports/claims.html"));
        let entries = Html::parse_document(&register);
        let selector = Selector::parse(".claim-entry").expect("a selector");
        let found: Vec<String> = entries
            .select(&selector)
            .map(|entry| entry.value().id().unwrap_or_default().to_owned())
            .collect();
        assert!(found.len() >= 8, "{found:?}");
        assert_eq!(
            texts_of(&register, ".claim-entry .badge-passed").len(),
            found.len()
        );
        assert!(texts_of(&register, ".claim-entry .fact").len() >= found.len());
        ids.push(found);
    }
    assert_eq!(ids[0], ids[1]);
    let navigation = texts_of(&scene.read("site/en/whitepaper.html"), "nav a");
    assert!(navigation.contains(&"Register of claims".to_owned()));
    // The blackout limits of the two scenarios are what the register says of the claim about them.
    let register = scene.read("site/en/reports/claims.html");
    let facts = texts_of(&register, "#own-limits-replace-global-ones .fact");
    assert_eq!(facts, ["40 min", "55 min", "55 min", "40 min"]);
}
