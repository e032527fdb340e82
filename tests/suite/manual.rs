//! The manual that the tool writes about itself: the reference, topics of problems, and `stage6 explain`.

use crate::scene::{DATE, KEYS, Scene, repository};
use serde_json::Value;
use std::fs;

const LANGUAGES: [&str; 2] = ["en", "pl"];

/// The committed page, and the day that it says it was revised on.
fn committed(language: &str, name: &str) -> (String, String) {
    let path = repository().join(format!("content/{language}/manual/{name}"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let day = text.lines().find_map(|line| line.strip_prefix("updated: "));
    let day = day.expect("a day of revision").to_owned();
    (text, day)
}

#[test]
fn the_committed_reference_is_what_the_program_writes() {
    let scene = Scene::empty();
    for language in LANGUAGES {
        for name in ["commands.md", "configuration.md"] {
            let (text, day) = committed(language, name);
            scene
                .run(&format!(
                    "manual --format markdown --language {language} --output out --date {day}"
                ))
                .ends_with(0);
            assert!(
                scene.read(&format!("out/{name}")) == text,
                "content/{language}/manual/{name} is out of date; renew it with\n  \
                 stage6 manual --format markdown --language {language}"
            );
        }
    }
}

#[test]
fn the_reference_goes_where_a_project_keeps_its_manual() {
    let scene = Scene::empty();
    let ran = scene
        .run("manual --format markdown --date 2026-11-30 --json")
        .ends_with(0);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        answer["pages"],
        serde_json::json!(["commands.md", "configuration.md"])
    );
    let page = scene.read("content/pl/manual/configuration.md");
    assert!(page.contains("\nupdated: 2026-11-30\n"), "{page}");
    assert!(
        page.contains("{#core-stress-lab-thresholds-max-blackout-minutes}\n"),
        "{page}"
    );
}

#[test]
fn every_topic_is_explained_in_both_languages() {
    let scene = Scene::empty();
    let listed = scene.run("explain").ends_with(0).stdout;
    let topics: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split("  ").next())
        .collect();
    assert!(
        topics.first() == Some(&"usage") && topics.contains(&"typed-numbers"),
        "{listed}"
    );
    for language in LANGUAGES {
        for topic in &topics {
            let ran = scene
                .run(&format!("explain {topic} --language {language}"))
                .ends_with(0);
            assert!(ran.stdout.lines().count() > 4, "{topic}: {}", ran.stdout);
            for noise in ["](", "**", "```", "{#"] {
                // An example of how an id is written is no markup.
                let text = ran.stdout.replace("{#limits}", "").replace("{#id}", "");
                assert!(!text.contains(noise), "{topic}: {text}");
            }
        }
    }
    let polish = scene.run("explain claims --language pl").ends_with(0).stdout;
    let english = scene.run("explain claims").ends_with(0).stdout;
    assert_ne!(polish, english);
}

#[test]
fn the_line_below_errors_can_be_copied() {
    let scene = Scene::empty();
    let ran = scene.run("explain links, facts --json").ends_with(0);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let topics = answer["sections"].as_array().expect("sections").iter();
    let topics: Vec<&str> = topics.filter_map(|one| one["topic"].as_str()).collect();
    assert_eq!(topics, ["facts", "links"], "in the order of the manual");
    assert!(
        answer["sections"][0]["markdown"]
            .as_str()
            .expect("text")
            .contains("```text\n")
    );
}

#[test]
fn an_unknown_topic_is_refused_with_the_nearest() {
    let scene = Scene::empty();
    let ran = scene.run("explain typed-number").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: TOPIC: there is no topic `typed-number`\n  hint: did you mean `typed-numbers`?\n\n\
         1 problem; nothing was written\n"
    );
    assert_eq!(ran.more, ["usage"]);
    let ran = scene.run("explain weather").ends_with(2);
    assert!(
        ran.stderr.contains("hint: `stage6 explain` lists all topics"),
        "{}",
        ran.stderr
    );
}

/// A page with something wrong, and the topic of it.
const WRONG: [(&str, &str); 9] = [
    ("See `fact:nobody.knows`.", "facts"),
    ("See [this](nowhere.md).", "links"),
    ("It lasts 40 min.", "typed-numbers"),
    ("<b>bold</b>", "pages"),
    ("```table source=nobody.csv\n```", "tables"),
    ("```claim id=x\nNo.\n---\n1.0 > 2.0\n```", "claims"),
    ("#### Deep {#deep}", "pages"),
    ("```chart nothing\n```", "tables"),
    ("A note[^none].\n\n[^none]: No source.", "pages"),
];

#[test]
fn problems_of_pages_name_their_topic() {
    for (text, topic) in WRONG {
        let scene = Scene::sample();
        for language in LANGUAGES {
            let page = format!("content/{language}/index.md");
            let text = format!("{}\n\n{text}\n", scene.read(&page));
            scene.write(&page, text);
        }
        let ran = scene
            .run(&format!("check --date {DATE} {KEYS} --json"))
            .ends_with(2);
        assert!(
            ran.more.iter().any(|word| word == topic),
            "{text}: {:?}",
            ran.more
        );
        let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        for problem in answer["problems"].as_array().expect("problems") {
            let named = problem["topic"].as_str().expect("a topic");
            assert!(ran.more.iter().any(|word| word == named), "{problem}");
        }
    }
}

#[test]
fn problems_of_other_files_name_their_topic() {
    let wrong: [(&str, &str, &str, &str); 6] = [
        ("config/core.yaml", "stress_lab:", "stress_lap:", "configuration"),
        ("config/publication.yaml", "bundle:", "bundel:", "configuration"),
        (
            "content/releases/2026.11.yaml",
            "status: draft",
            "status: done",
            "release-record",
        ),
        (
            "content/en/index.md",
            "section: home",
            "section: hone",
            "front-matter",
        ),
        (
            "config/waivers.yaml",
            "2031-12-31",
            "2031-13-31",
            "contradictions",
        ),
        (
            "var/audit/stage6/market_intel/btcusdt.json",
            "{",
            "[",
            "baselines",
        ),
    ];
    for (file, from, to, topic) in wrong {
        let scene = Scene::sample();
        let text = scene.read(file);
        assert!(text.contains(from), "{file}");
        scene.write(file, text.replacen(from, to, 1));
        let ran = scene.run(&format!("check --date {DATE} {KEYS}")).ends_with(2);
        assert_eq!(ran.more, [topic], "{file}: {}", ran.stderr);
    }
}

#[test]
fn other_failures_name_their_topic_too() {
    let scene = Scene::sample();
    for (arguments, code, topic) in [
        ("check --bogus", 2, "usage"),
        ("check --date yesterday", 2, "usage"),
        ("check --signing-key-path nowhere.hmac", 2, "keys"),
        ("check --signing-key-env NOBODY_SET_THIS", 2, "keys"),
        ("verify config", 2, "verification"),
        ("init .", 2, "outputs"),
        ("journal verify", 4, "journal"),
        ("parity --mirror nowhere", 2, "signals"),
        ("portfolio --portfolio nowhere.json --output p.json", 2, "inputs"),
        (
            "baseline --symbol X --as-of 2024-08-08 --prices no.csv --output x.json",
            2,
            "baselines",
        ),
    ] {
        let ran = scene.run(arguments).ends_with(code);
        assert_eq!(ran.more, [topic], "{arguments}: {}", ran.stderr);
    }
    scene.build();
    let ran = scene.run(&format!("gate --date {DATE} {KEYS}")).ends_with(3);
    assert_eq!(ran.more, ["gate"], "{}", ran.stderr);
}

#[test]
fn sarif_names_the_topic_as_rule_and_brings_its_section() {
    let scene = Scene::sample();
    let page = "content/en/index.md";
    let text = format!(
        "{}\nSee `fact:nobody.knows` and [this](nowhere.md).\n",
        scene.read(page)
    );
    scene.write(page, text);
    scene
        .run(&format!("check --date {DATE} {KEYS} --sarif found.sarif"))
        .ends_with(2);
    let sarif: Value = serde_json::from_str(&scene.read("found.sarif")).expect("JSON");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids, ["facts", "links"]);
    for rule in rules {
        assert!(rule["help"]["text"].as_str().expect("text").len() > 200, "{rule}");
        assert!(
            rule["help"]["markdown"].as_str().expect("text").len() > 200,
            "{rule}"
        );
    }
    for result in run["results"].as_array().expect("results") {
        assert!(
            ids.contains(&result["ruleId"].as_str().expect("a rule")),
            "{result}"
        );
    }
}

#[test]
fn a_tree_of_others_warns_with_one_line_about_all() {
    let scene = Scene::empty();
    scene.write("tree/a.md", "# A\n\n[one](no.md), [two](none.md)\n");
    let ran = scene.run("check --root tree").ends_with(0);
    assert_eq!(ran.stderr.matches("warning:").count(), 2, "{}", ran.stderr);
    assert_eq!(ran.more, ["documentation-trees"]);
}
