//! The T+7 kit: texts made from facts, in both languages, beside the results of the release before.

use super::scene::{DATE, KEYS, Scene, has_tool};
use serde_json::Value;
use std::process::Command;

const RECORD: &str = "content/releases/2026.11.yaml";
const LATER: &str = "2026-12-22T12:00:00Z";

/// The kit of the built release, by paths without `data/`.
fn kit(scene: &Scene, date: &str) -> std::collections::BTreeMap<String, String> {
    let _ = std::fs::remove_dir_all(scene.path("taken"));
    scene
        .run(&format!("kit --output taken --date {date} {KEYS}"))
        .ends_with(0);
    let text = |path: &str, bytes: Vec<u8>| match path.ends_with(".png") {
        true => String::new(),
        false => String::from_utf8(bytes).expect("UTF-8").replace('\u{a0}', " "),
    };
    let files = scene.tree("taken").into_iter();
    files
        .map(|(path, bytes)| (path.clone(), text(&path, bytes)))
        .collect()
}

/// A second release, whose record names the first by its digest list.
fn second(scene: &Scene, status: &str) {
    let list = std::fs::read(scene.path("var/marketing/2026.11/stage6-2026.11-r1.sha256")).expect("the list");
    let digest = stage6_press::domain::Digest::of(&list);
    scene.write(
        "content/releases/2026.12.yaml",
        scene
            .read(RECORD)
            .replace("2026.11", "2026.12")
            .replace("status: draft", &format!("status: {status}"))
            .replace("sequence: 1", "sequence: 2")
            .replace("2026-11-23T09:00:00", "2026-12-21T09:00:00")
            .replace("previous: null", &format!("previous: {digest}")),
    );
    scene.replace(
        "config/publication.yaml",
        "release: \"2026.11\"",
        "release: \"2026.12\"",
    );
}

#[test]
fn every_build_makes_the_kit_of_a_first_release() {
    let scene = Scene::sample();
    scene.build();
    let files = kit(&scene, DATE);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let texts = |tag: &str| {
        let names = [
            "blog.html",
            "blog.md",
            "marketing_bundle_proof.md",
            "newsletter.html",
            "newsletter.md",
            "newsletter.txt",
            "release-notes.md",
        ];
        names.map(|name| format!("kit/{tag}/{name}"))
    };
    let mut expected: Vec<String> = texts("en").into_iter().chain(texts("pl")).collect();
    expected.push("kit/results.json".into());
    expected.extend(["en", "pl"].map(|tag| format!("pages/{tag}/t7-summary.md")));
    expected.extend(
        ["en", "pl"]
            .map(|tag| [format!("site/{tag}/card.png"), format!("site/{tag}/feed.xml")])
            .concat(),
    );
    assert_eq!(names, expected);

    for (path, text) in files
        .iter()
        .filter(|(path, _)| path.starts_with("kit/") && !path.ends_with("json"))
    {
        for left in ["{{", "{%", "fact:", "{release}", "{within}"] {
            assert!(!text.contains(left), "{path} holds `{left}`");
        }
        let (sample, draft) = match path.contains("/pl/") {
            true => ("Dane przykładowe.", "Szkic, nie do publikacji."),
            false => ("Sample data.", "Draft, not for publication."),
        };
        assert!(
            text.contains(sample) && text.contains(draft),
            "{path} has its marks"
        );
    }
    // Figures of the sample, as its specification states them: 0.52 of 0.60, and 45 of 55 minutes.
    assert!(files["kit/en/newsletter.txt"].contains(
        "* cross_market_liquidity_crunch: within its limits\n  Closest to its limit: Liquidity loss, 52% with a limit \
         of 60%, that is 86.7%.\n"
    ));
    assert!(files["kit/pl/newsletter.txt"].contains(
        "* exchange_blackout_and_latency: w granicach limitów\n  Najbliżej limitu: Przerwa w działaniu, 45 min przy \
         limicie 55 min, czyli 81,8 %.\n"
    ));
    assert!(files["kit/en/release-notes.md"].contains("This is the first release"));
    assert!(files["kit/pl/release-notes.md"].contains("To pierwsze wydanie"));
    assert!(!files["kit/en/release-notes.md"].contains("Changes since"));
    assert!(files["pages/en/t7-summary.md"].contains("neither a change of coverage nor a table"));
}

/// Numbers as both languages write them, in the form of neither.
fn figures(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() || (matches!(letter, '.' | ',') && !word.is_empty()) {
            word.push(letter);
        } else if !word.is_empty() {
            found.push(word.trim_end_matches(['.', ',']).replace(',', "."));
            word.clear();
        }
    }
    found.sort();
    found
}

#[test]
fn both_languages_state_the_same_figures() {
    let scene = Scene::sample();
    scene.build();
    let files = kit(&scene, DATE);
    for name in [
        "newsletter.txt",
        "newsletter.md",
        "blog.md",
        "release-notes.md",
        "marketing_bundle_proof.md",
    ] {
        assert_eq!(
            figures(&files[&format!("kit/pl/{name}")]),
            figures(&files[&format!("kit/en/{name}")]),
            "{name}"
        );
    }
}

#[test]
fn mail_clients_get_inline_styles_and_nothing_else() {
    let scene = Scene::sample();
    scene.build();
    for (path, html) in kit(&scene, DATE)
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
    {
        for forbidden in [
            "<script",
            "<style",
            "<link",
            "<img",
            "class=",
            "id=",
            "http:",
            "https:",
            "url(",
            "@import",
            "position:",
            "flex",
            "background",
        ] {
            assert!(!html.contains(forbidden), "{path} holds `{forbidden}`");
        }
        assert!(html.contains("max-width:600px"), "{path}");
        assert!(
            html.contains("<meta name=\"color-scheme\" content=\"light dark\">"),
            "{path}"
        );
        assert!(html.len() < 100_000, "{path}: mail clients cut longer ones");
    }
}

#[test]
fn another_limit_is_another_kit() {
    let scene = Scene::sample();
    // The workshop's 55 %; the liquidity loss of 52 % still fits.
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.53",
    );
    scene.build();
    let files = kit(&scene, DATE);
    for (path, old, new) in [
        (
            "kit/en/newsletter.txt",
            "60%",
            "52% with a limit of 53%, that is 98.1%",
        ),
        (
            "kit/pl/newsletter.md",
            "60 %",
            "52 % przy limicie 53 %, czyli 98,1 %",
        ),
        ("kit/en/newsletter.html", "60%", "52% with a limit of 53%"),
        (
            "kit/pl/blog.md",
            "| Utrata płynności | 60 % |",
            "| Utrata płynności | 53 % |",
        ),
        (
            "kit/en/release-notes.md",
            "| Liquidity loss | 60% |",
            "| Liquidity loss | 53% |",
        ),
    ] {
        assert!(!files[path].contains(old), "{path} keeps {old}");
        assert!(files[path].contains(new), "{path} has no {new}");
    }
    let results: Value = serde_json::from_str(&files["kit/results.json"]).expect("JSON");
    assert_eq!(results["thresholds"]["max_liquidity_loss_pct"], 0.53);
}

#[test]
fn a_second_release_stands_beside_the_first() {
    let scene = Scene::sample();
    scene.build();
    second(&scene, "draft");
    scene.replace(
        "config/core.yaml",
        "max_liquidity_loss_pct: 0.60",
        "max_liquidity_loss_pct: 0.50",
    );
    let ran = scene.run(&format!("build --date {LATER} {KEYS}"));
    assert!(matches!(ran.code, 0 | 3), "{}", ran.stderr);
    let files = kit(&scene, LATER);
    // 0.50 - 0.60 are -10 percentage points, and -16.7 % of 0.60; 0.52 is 104 % of 0.50.
    let notes = &files["kit/en/release-notes.md"];
    assert!(notes.contains("We compare it with release 2026.11."), "{notes}");
    assert!(
        notes.contains("- Liquidity loss (limit): 60% → 50%, -10 pp (-16.7%)\n"),
        "{notes}"
    );
    assert!(
        notes.contains("over a limit (**changed: passed before**)"),
        "{notes}"
    );
    assert!(files["kit/pl/newsletter.txt"].contains("ponad limitem (zmiana: przedtem zaliczony)"));
    assert!(files["kit/pl/newsletter.txt"].contains("52 % przy limicie 50 %, czyli 104 %."));
    assert!(!files.contains_key("kit/delta.csv"));
    let page = &files["pages/en/t7-summary.md"];
    assert!(
        page.contains("| Liquidity loss | 50% | 60% | -10 pp (-16.7%) |"),
        "{page}"
    );
    assert!(
        page.contains("| Blackout | 40 min | 40 min | unchanged |"),
        "{page}"
    );
    // The old value is evidence of this release, with a page of its own.
    let html = scene.read("site/en/t7-summary.html");
    assert!(
        html.contains(
            "title=\"previous.thresholds.max_liquidity_loss_pct · var/marketing/stage6-2026.11-r1/"
        ),
        "{html}"
    );
}

#[test]
fn more_change_of_coverage_than_the_rule_lets_pass_makes_a_table() {
    let scene = Scene::sample();
    scene.build();
    second(&scene, "draft");
    let core = scene.read("config/core.yaml");
    let added = "    - name: crunch_again\n      severity: low\n      markets: [BTCUSDT]\n      shocks:\n        - type: \
                 liquidity_crunch\n          intensity: 0.1\n";
    let at = core
        .find("    - name: cross_market_liquidity_crunch")
        .expect("a scenario");
    scene.write(
        "config/core.yaml",
        format!("{}{added}{}", &core[..at], &core[at..]),
    );
    scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(0);
    let files = kit(&scene, LATER);
    assert_eq!(
        files["kit/delta.csv"],
        "added_exchanges,dropped_exchanges,added_scenarios,dropped_scenarios,added_datasets,dropped_datasets\n\
         ,,crunch_again,,,\n"
    );
    assert!(files["kit/en/release-notes.md"].contains("> **Important change: coverage changed"));
    assert!(files["kit/pl/release-notes.md"].contains("> **Ważna zmiana: pokrycie zmieniło się"));
    assert!(files["kit/en/newsletter.md"].contains("`crunch_again`: within its limits (new scenario)"));
    // One of two that were there: 50 %.
    assert!(files["pages/en/t7-summary.md"].contains("| Scenarios | 3 | 2 | `crunch_again` | – | 50% |"));
}

#[test]
fn a_release_before_that_is_not_at_hand_is_said_in_drafts_and_refused_in_final_releases() {
    let scene = Scene::sample();
    scene.build();
    second(&scene, "draft");
    std::fs::rename(scene.path("var/marketing/2026.11"), scene.path("elsewhere")).expect("moved");
    scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(0);
    let files = kit(&scene, LATER);
    assert!(
        files["kit/en/release-notes.md"].contains("is not in the archive, so there is no comparison here.")
    );
    scene.replace("content/releases/2026.12.yaml", "status: draft", "status: final");
    let ran = scene.run(&format!("check --date {LATER} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.contains(
            "error: content/releases/2026.12.yaml:7:11: the release before is not in `var/marketing`, so nothing can \
             be compared with it\n  hint: put its folder back from the archive; it is known by the digest of its \
             list\n"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_changed_release_before_is_refused() {
    let scene = Scene::sample();
    scene.build();
    second(&scene, "draft");
    let zip = "var/marketing/2026.11/stage6-2026.11-r1.zip";
    let mut bytes = std::fs::read(scene.path(zip)).expect("the zip");
    bytes[1000] ^= 1;
    scene.write(zip, bytes);
    let ran = scene.run(&format!("build --date {LATER} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/marketing/2026.11/stage6-2026.11-r1.zip: the release before is not the file that \
         stage6-2026.11-r1.sha256 lists\n  hint: restore its folder from the archive\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn the_proof_beside_the_release_names_its_files() {
    let scene = Scene::sample();
    scene.build();
    for (tag, label) in [("pl", "Podpisy sprawdzono"), ("en", "Signatures checked")] {
        let proof = scene.read(&format!("var/marketing/2026.11.proof.{tag}.md"));
        for (name, bytes) in scene.tree("var/marketing/2026.11") {
            let digest = stage6_press::domain::Digest::of(&bytes);
            assert!(
                proof.contains(&format!("- `{name}`\n  SHA-256 `{digest}`\n")),
                "{name} in {proof}"
            );
        }
        assert!(proof.contains(&format!("| {label} | {DATE} |\n")), "{proof}");
        assert!(
            proof.contains("`var/marketing/archive/stage6-2026.11-r1/`"),
            "{proof}"
        );
    }
    let before = scene.tree("var/marketing");
    scene.build();
    assert_eq!(
        scene.tree("var/marketing"),
        before,
        "the same inputs give the same bytes"
    );
}

/// RFC 4287, sections 4.1.1 and 4.1.2: what feeds and entries must have.
const READ_FEED: &str = r#"
import sys, re, xml.etree.ElementTree as tree
atom = "{http://www.w3.org/2005/Atom}"
feed = tree.parse(sys.argv[1]).getroot()
assert feed.tag == atom + "feed", feed.tag
moment = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")
for node in [feed] + feed.findall(atom + "entry"):
    for name in ["id", "title", "updated"]:
        found = node.findall(atom + name)
        assert len(found) == 1 and found[0].text.strip(), (node.tag, name)
    assert moment.match(node.find(atom + "updated").text), "a date of RFC 3339"
    assert node.find(atom + "id").text.startswith("tag:stage6.example,2026"), "a tag URI"
assert feed.find(atom + "author/" + atom + "name").text, "an author"
entries = feed.findall(atom + "entry")
assert len(entries) == 1
links = {link.get("rel"): link.get("href") for link in entries[0].findall(atom + "link")}
assert links == {"alternate": "t7-summary.html"}, links
print(entries[0].find(atom + "title").text)
"#;

#[test]
fn the_feed_is_atom() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = Scene::sample();
    scene.build();
    for (tag, title) in [
        (
            "pl",
            "Stage6 2026.11: 2 z\u{a0}2 scenariuszy w\u{a0}granicach limitów\n",
        ),
        ("en", "Stage6 2026.11: 2 of 2 scenarios within their limits\n"),
    ] {
        let output = Command::new("python3")
            .args(["-X", "utf8", "-c", READ_FEED])
            .arg(scene.path(&format!("site/{tag}/feed.xml")))
            .output()
            .expect("python runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), title);
        let page = scene.read(&format!("site/{tag}/runbooks/stress-lab.html"));
        assert!(page.contains("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"../feed.xml\""));
    }
}

#[test]
fn a_kit_needs_a_built_release_and_a_free_folder() {
    let scene = Scene::sample();
    let ran = scene.run(&format!("kit --date {DATE} {KEYS}")).ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: var/marketing/2026.11: the release is not built yet\n  hint: run `stage6 build` first\n\n1 problem; \
         nothing was written\n"
    );
    scene.build();
    scene.write("taken/mine.txt", "mine");
    scene
        .run(&format!("kit --output taken --date {DATE} {KEYS}"))
        .ends_with(2);
    assert_eq!(scene.tree("taken").len(), 1);
    let ran = scene
        .run(&format!("kit --language en --json --date {DATE} {KEYS}"))
        .ends_with(0);
    let object: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let paths: Vec<&str> = object["files"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|file| file["path"].as_str())
        .collect();
    assert_eq!(paths.len(), 11);
    assert!(paths.iter().all(|path| !path.contains("/pl/")), "{paths:?}");
}

#[test]
fn an_own_template_takes_the_place_of_ours_and_a_broken_one_is_refused() {
    let scene = Scene::sample();
    scene.write("templates/kit/newsletter.txt", "{{ lead }}\n");
    scene.build();
    assert_eq!(
        kit(&scene, DATE)["kit/en/newsletter.txt"],
        "Release 2026.11 (23 November 2026): 2 of 2 Stress Lab scenarios kept within their limits.\n"
    );
    scene.write("templates/kit/flyer.md", "x");
    let ran = scene.run(&format!("check --date {DATE} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(
            "error: templates/kit/flyer.md: not a template of the kit\n  hint: the templates are "
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn after_seven_days_it_is_no_preview() {
    let scene = Scene::sample();
    // T is 2026-11-23T08:00:00Z; seven times 86,400 s later it is 2026-11-30T08:00:00Z.
    for (date, is_preview) in [("2026-11-30T07:59:59Z", true), ("2026-11-30T08:00:00Z", false)] {
        scene.run(&format!("build --date {date} {KEYS}")).ends_with(0);
        let files = kit(&scene, date);
        for (path, words) in [
            (
                "kit/en/blog.md",
                "Preview. The summary may be published from 30 November 2026, 08:00 UTC.",
            ),
            (
                "kit/pl/newsletter.html",
                "Zapowiedź. Podsumowanie wolno publikować od 30 listopada 2026, 08:00 UTC.",
            ),
        ] {
            assert_eq!(files[path].contains(words), is_preview, "{path} at {date}");
        }
    }
}

#[test]
fn a_block_that_shows_nothing_known_is_refused() {
    let scene = Scene::sample();
    for tag in ["pl", "en"] {
        let page = format!("content/{tag}/t7-summary.md");
        let text = scene.read(&page);
        scene.write(
            &page,
            text.replace("results show=thresholds\n", "results show=treshold\n"),
        );
    }
    let ran = scene.run(&format!("check --date {DATE} {KEYS}")).ends_with(2);
    let line = |page: &str| {
        let text = scene.read(page);
        text.lines()
            .position(|line| line.contains("treshold"))
            .expect("the block")
            + 1
    };
    let message = |page: &str| {
        format!(
            "error: {page}:{}:1: a block `results` with `show=treshold`\n  hint: did you mean `show=thresholds`?\n\n",
            line(page)
        )
    };
    assert_eq!(
        ran.stderr,
        format!(
            "{}{}2 problems; nothing was written\n",
            message("content/en/t7-summary.md"),
            message("content/pl/t7-summary.md")
        )
    );
}
