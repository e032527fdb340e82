//! Documents that cannot drift: typed numbers, languages out of step, contradictions, thresholds that change.

use super::scene::{DATE, Scene, tree};
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

const LIMITS: [(&str, &str, &str, &str); 8] = [
    ("max_liquidity_loss_pct", "0.60", "0.61", "%"),
    ("max_spread_increase_bps", "45.0", "46.5", "bps"),
    ("max_volatility_increase_pct", "0.80", "0.83", "%"),
    ("max_sentiment_drawdown", "0.50", "0.53", ""),
    ("max_funding_change_bps", "25.0", "26.5", "bps"),
    ("max_latency_spike_ms", "150.0", "157.0", "ms"),
    ("max_blackout_minutes", "40.0", "43.0", "min"),
    ("max_dispersion_bps", "60.0", "63.5", "bps"),
];
const MINUTES: &str = "var/audit/stage6/2024-06-07-stage6-operator-workshop.md";

fn check(scene: &Scene, date: &str, code: i32) -> String {
    scene.run(&format!("check --date {date}")).ends_with(code).stderr
}

fn line_of(scene: &Scene, path: &str, word: &str) -> usize {
    let text = scene.read(path);
    let found = text.lines().position(|line| line.contains(word));
    found.expect("the word stands in the file") + 1
}

fn append(scene: &Scene, path: &str, text: &str) -> usize {
    let before = scene.read(path);
    scene.write(path, format!("{before}\n{text}\n"));
    before.lines().count() + 2
}

#[test]
fn a_typed_number_is_named_with_the_fact_that_belongs_there() {
    let scene = Scene::sample();
    let line = append(&scene, "content/en/index.md", "The limit is 150 ms.");
    assert_eq!(
        check(&scene, DATE, 2),
        format!(
            "error: content/en/index.md:{line}:14: `150 ms` is typed, and is the value of the fact \
             `stress_lab.thresholds.max_latency_spike_ms`\n  hint: write `` `fact:stress_lab.thresholds.max_latency_spike_ms` \
             `` (or `workshop.thresholds.max_latency_spike_ms`, \
             `analytics.scenarios.cross_market_liquidity_crunch.thresholds.max_latency_spike_ms`, \
             `report.scenarios.cross_market_liquidity_crunch.thresholds.max_latency_spike_ms` and 1 more); a number that is \
             meant as such says why on its line: `<!-- typed: why -->`\n\n1 problem; nothing was written\n"
        )
    );
}

#[test]
fn a_former_value_is_named_too() {
    let scene = Scene::sample();
    scene.run("facts --record --date 2026-11-23").ends_with(0);
    scene.replace(
        "config/core.yaml",
        "rebalance_interval_minutes: 20.0",
        "rebalance_interval_minutes: 19.0",
    );
    scene.replace(
        MINUTES,
        "    rebalance_interval_minutes: 20\n",
        "    rebalance_interval_minutes: 19\n",
    );
    let line = append(&scene, "content/pl/index.md", "Rebalans **co 20** minut.");
    assert_eq!(
        check(&scene, DATE, 2),
        format!(
            "error: content/pl/index.md:{line}:15: `20 minut` is typed, and is a former value of the fact \
             `portfolio_governor.rebalance_interval_minutes`\n  hint: write `` \
             `fact:portfolio_governor.rebalance_interval_minutes` `` (or \
             `workshop.portfolio_governor.rebalance_interval_minutes`); a number that is meant as such says why on its line: \
             `<!-- typed: why -->`\n\n1 problem; nothing was written\n"
        )
    );
}

#[test]
fn a_number_may_be_typed_with_a_reason_that_readers_see() {
    let scene = Scene::sample();
    let reason = "The lecture took 40 min. <!-- typed: the length of a lecture -->";
    for language in ["pl", "en"] {
        append(&scene, &format!("content/{language}/index.md"), reason);
    }
    scene.build();
    let page = scene.read("site/en/index.html").replace('\u{a0}', " ");
    assert!(page.contains("The lecture took 40 min.") && !page.contains("typed:"));
    let register = scene.read("site/en/reports/claims.html").replace('\u{a0}', " ");
    let typed = register.split("id=\"typed\"").nth(1).expect("the section");
    assert!(typed.contains("the length of a lecture") && typed.contains("40 min"));
}

#[test]
fn code_and_summaries_are_told_apart() {
    let scene = Scene::sample();
    append(
        &scene,
        "content/en/index.md",
        "```text\n150 ms\n```\n\nWrite `150 ms`.",
    );
    scene.replace(
        "content/en/index.md",
        "summary: \"The way into this release:",
        "summary: \"In 150 ms into this release:",
    );
    let stderr = check(&scene, DATE, 2);
    assert_eq!(
        stderr,
        "error: content/en/index.md:1:1: `150 ms` is typed, and is the value of the fact \
         `stress_lab.thresholds.max_latency_spike_ms`\n  hint: say it without the number: the summary cannot refer to a \
         fact\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn a_missing_language_and_an_older_language_are_refused() {
    let scene = Scene::sample();
    std::fs::remove_file(scene.path("content/en/status-review.md")).expect("removed");
    let stderr = check(&scene, DATE, 2);
    let first = "error: content/pl/status-review.md: there is no `content/en/status-review.md`\n  hint: write every page in \
                 every language\n\n";
    assert_eq!(stderr, format!("{first}1 problem; nothing was written\n"));

    let scene = Scene::sample();
    scene.replace(
        "content/en/benchmark.md",
        "updated: 2026-11-23",
        "updated: 2026-10-01",
    );
    assert_eq!(
        check(&scene, DATE, 2),
        "error: content/en/benchmark.md: was last revised on 2026-10-01, `content/pl/benchmark.md` on 2026-11-23\n  hint: \
         carry the changes over, then write `updated: 2026-11-23`\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn a_contradiction_needs_somebody_who_answers_for_it() {
    let scene = Scene::sample();
    std::fs::remove_file(scene.path("config/waivers.yaml")).expect("removed");
    for language in ["pl", "en"] {
        let page = format!("content/{language}/contradictions.md");
        let text = scene.read(&page).replace("[^waivers]", "");
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(": [")).collect();
        scene.write(&page, kept.join("\n") + "\n");
    }
    let core = |word: &str| line_of(&scene, "config/core.yaml", word);
    let minutes = |word: &str| line_of(&scene, MINUTES, word);
    let expected = format!(
        "error: config/core.yaml:{}:29: `stress_lab.thresholds.max_liquidity_loss_pct` is 0.6, but \
         `workshop.thresholds.max_liquidity_loss_pct` is 0.55 ({MINUTES}:{})\n  hint: make them agree, or let somebody \
         answer for it in config/waivers.yaml: `contradiction: stress_lab.thresholds.max_liquidity_loss_pct` with reasons, \
         owner and days\n\n\
         error: config/core.yaml:{}:25: `stress_lab.thresholds.max_dispersion_bps` is 60, but \
         `workshop.thresholds.max_dispersion_bps` is 50 ({MINUTES}:{})\n  hint: make them agree, or let somebody answer for \
         it in config/waivers.yaml: `contradiction: stress_lab.thresholds.max_dispersion_bps` with reasons, owner and \
         days\n\n\
         error: config/core.yaml:{}:21: `SOLUSDT` is required, and there is no dataset for it\n  hint: make them agree, or \
         let somebody answer for it in config/waivers.yaml: `contradiction: market_intel.required_symbols.SOLUSDT` with \
         reasons, owner and days\n\n{DOCUMENTS}6 problems; nothing was written\n",
        core("max_liquidity_loss_pct"),
        minutes("max_liquidity_loss_pct"),
        core("max_dispersion_bps"),
        minutes("max_dispersion_bps"),
        core("required_symbols"),
    );
    assert_eq!(check(&scene, DATE, 2), expected);
}

/// What the documents of the sample rate and count differently (facts.md: UI green, red and "the biggest gap";
/// marketplace yellow and closed; two counts of presets).
const DOCUMENTS: &str = "\
error: content/tables/document_counts.csv:4:1: `tables.document_counts.presets_report.value` is 17, but \
`tables.document_counts.presets_catalog.value` is 31 (content/tables/document_counts.csv:5)\n  hint: make them agree, or let \
somebody answer for it in config/waivers.yaml: `contradiction: tables.document_counts.presets` with reasons, owner and days\n\n\
error: content/tables/status_documents.csv:2:1: `tables.status_documents.ui_benchmark.statement_en` is green, but \
`tables.status_documents.ui_readme.statement_en` is the biggest gap (content/tables/status_documents.csv:3), \
`tables.status_documents.ui_spec.statement_en` is red (content/tables/status_documents.csv:4), \
`tables.status_documents.ui_scoreboard.statement_en` is red (content/tables/status_documents.csv:5), \
`tables.status_documents.ui_review.statement_en` is red (content/tables/status_documents.csv:6)\n  hint: make them agree, or let \
somebody answer for it in config/waivers.yaml: `contradiction: tables.status_documents.ui` with reasons, owner and days\n\n\
error: content/tables/status_documents.csv:7:1: `tables.status_documents.marketplace_table.statement_en` is yellow, but \
`tables.status_documents.marketplace_text.statement_en` is closed (content/tables/status_documents.csv:8)\n  hint: make them agree, \
or let somebody answer for it in config/waivers.yaml: `contradiction: tables.status_documents.marketplace` with reasons, owner and \
days\n\n";

#[test]
fn a_waiver_expires_after_its_last_day() {
    let scene = Scene::sample();
    let first = line_of(&scene, "config/waivers.yaml", "required_symbols.SOLUSDT");
    let second = line_of(&scene, "config/waivers.yaml", "max_dispersion_bps");
    scene.write(
        "config/waivers.yaml",
        scene
            .read("config/waivers.yaml")
            .replacen("2031-12-31", "2026-12-31", 2),
    );
    check(&scene, "2026-12-31T23:59:59Z", 0);
    let message = |line: usize, id: &str, owner: &str| {
        format!(
            "error: config/waivers.yaml:{line}:5: the waiver of `{id}` expired on 2026-12-31, this run is of 2027-01-01\n  \
             hint: settle the contradiction, or let {owner} sign a new waiver\n\n"
        )
    };
    assert_eq!(
        check(&scene, "2027-01-01T00:00:00Z", 2),
        format!(
            "{}{}2 problems; nothing was written\n",
            message(first, "market_intel.required_symbols.SOLUSDT", "Stress Lab"),
            message(second, "stress_lab.thresholds.max_dispersion_bps", "Stage6 Risk"),
        )
    );
}

#[test]
fn a_waiver_that_nobody_needs_is_refused() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "    max_dispersion_bps: 60.0\n",
        "    max_dispersion_bps: 50.0\n",
    );
    let line = line_of(&scene, "config/waivers.yaml", "max_dispersion_bps");
    let stderr = check(&scene, DATE, 2);
    assert!(
        stderr.contains(&format!(
            "error: config/waivers.yaml:{line}:5: a waiver of `stress_lab.thresholds.max_dispersion_bps`, which contradicts \
             nothing\n  hint: remove it: a contradiction that is settled needs no waiver\n"
        )),
        "{stderr}"
    );
}

#[test]
fn a_release_that_is_no_draft_needs_signed_waivers() {
    let scene = Scene::sample();
    scene.write_key("secrets/audit.hmac", crate::scene::SOUND_KEY, 0o600);
    let build = format!("build --date {DATE} {}", crate::scene::KEYS);
    let sign = format!(
        "sign-waivers --date {DATE} --signing-key-path secrets/audit.hmac --signing-key-id audit-2026"
    );
    scene.build();
    let page = scene.read("site/en/contradictions.html");
    assert_eq!(page.matches("unsigned, draft only").count(), 6);
    let register = scene.read("site/en/reports/claims.html");
    assert_eq!(register.matches("unsigned, draft only").count(), 6);
    assert!(register.contains("Stage6 Risk") && register.contains("31 December 2031"));

    scene.replace("content/releases/2026.11.yaml", "status: draft", "status: final");
    // A final release takes no waiver for longer than a year.
    let short = scene
        .read("config/waivers.yaml")
        .replace("2031-12-31", "2027-02-28");
    scene.write("config/waivers.yaml", short);
    assert_eq!(
        scene.run(&build).ends_with(2).stderr,
        "error: config/waivers.yaml: is not signed, and unsigned waivers hold in drafts only\n  hint: sign it with `stage6 \
         sign-waivers`, or set `status: draft` in the release record\n\n1 problem; nothing was written\n"
    );
    let said = scene.run(&sign).ends_with(0).stdout;
    assert_eq!(
        said,
        "config/waivers.yaml.sig: 6 waivers, signed with the key audit-2026\n"
    );
    scene.run(&build).ends_with(0);
    let page = scene.read("site/en/contradictions.html");
    assert_eq!(page.matches("signed, key audit-2026").count(), 6);

    let text = scene.read("config/waivers.yaml");
    scene.write("config/waivers.yaml", text.replace("2027-02-28", "2027-03-28"));
    assert_eq!(
        scene.run(&build).ends_with(2).stderr,
        "error: config/waivers.yaml.sig: does not fit: is not the file that was signed\n  hint: sign the waivers again with \
         `stage6 sign-waivers`\n\n1 problem; nothing was written\n"
    );
}

#[test]
fn a_development_key_signs_no_waivers() {
    let scene = Scene::sample();
    let stderr = scene.run("sign-waivers").ends_with(2).stderr;
    assert!(
        stderr.contains("`--require-key` is given, but no key is configured"),
        "{stderr}"
    );
    assert!(!scene.path("config/waivers.yaml.sig").exists());
}

/// Spaces of all kinds become plain ones.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// The value of a limit as a reader of English or Polish sees it.
fn shown(value: &str, unit: &str, language: &str) -> String {
    let number: f64 = value.parse().expect("a number");
    let number = if unit == "%" {
        (number * 10_000.0).round() / 100.0
    } else {
        number
    };
    let number = number.to_string();
    match (language, unit) {
        ("pl", "") => number.replace('.', ","),
        ("pl", unit) => format!("{} {unit}", number.replace('.', ",")),
        (_, "%") => format!("{number}%"),
        (_, "") => number,
        (_, unit) => format!("{number} {unit}"),
    }
}

/// Changes each limit in turn. Alone, the change is refused with its place, because the minutes say otherwise or a
/// typed number became stale; with the minutes changed too, no page keeps the old value.
#[test]
fn no_page_keeps_the_old_value_of_a_threshold() {
    for (key, old, new, unit) in LIMITS {
        let scene = Scene::sample();
        scene.replace(
            "config/core.yaml",
            &format!("    {key}: {old}\n"),
            &format!("    {key}: {new}\n"),
        );
        let is_waived = scene
            .read("config/waivers.yaml")
            .contains(&format!("thresholds.{key}\n"));
        if !is_waived {
            let line = line_of(&scene, "config/core.yaml", &format!("{key}: {new}"));
            let stderr = check(&scene, DATE, 2);
            let begin = format!("error: config/core.yaml:{line}:");
            assert!(
                stderr.contains(&begin) && stderr.contains(&format!("`stress_lab.thresholds.{key}`")),
                "{stderr}"
            );
            let minutes = scene.read(MINUTES);
            let agreed = minutes
                .lines()
                .find(|line| line.starts_with(&format!("    {key}: ")));
            let agreed = format!("{}\n", agreed.expect("the minutes name the limit"));
            scene.write(
                MINUTES,
                minutes.replacen(&agreed, &format!("    {key}: {new}\n"), 1),
            );
        }
        scene.build();
        let mut values = 0;
        let bundled = bundled(&scene);
        for (path, bytes) in tree(&scene.path("site")) {
            // The manual speaks of the program; its examples are those of no release.
            if !path.ends_with(".html") || path.contains("/evidence/") || path.contains("/manual/") {
                continue;
            }
            let html = String::from_utf8(bytes).expect("UTF-8");
            let on_page = check_page(&path, &html, (key, old, new, unit));
            values += on_page;
            // The page's Markdown in the bundle says it as often.
            let language = path.split('/').next().unwrap_or_default();
            if let Some(markdown) = bundled.get(&format!("pages/{}.md", path.trim_end_matches(".html"))) {
                let said = plain(markdown).matches(&shown(new, unit, language)).count();
                assert!(
                    said >= on_page,
                    "{path}: {key} stands {on_page} times on the page, {said} times in its text"
                );
            }
        }
        for language in ["pl", "en"] {
            check_kit(&bundled, language, (key, new, unit));
        }
        assert!(values >= 4, "{key}: the limit stands on {values} places only");
    }
}

/// The Markdown files of the bundle's payload, by their paths in it.
fn bundled(scene: &Scene) -> BTreeMap<String, String> {
    let zip = scene.path("var/marketing/2026.11/stage6-2026.11-r1.zip");
    let mut archive = zip::ZipArchive::new(File::open(zip).expect("the bundle")).expect("a zip");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).expect("a member");
        let name = member.name().expect("a name").to_string();
        if let (Some((_, path)), true) = (name.split_once("/data/"), name.ends_with(".md")) {
            let mut text = String::new();
            member.read_to_string(&mut text).expect("UTF-8");
            files.insert(path.to_owned(), text);
        }
    }
    files
}

/// The table of limits in what is sent out: one row for each, in the order of the specification, with today's value.
fn check_kit(bundled: &BTreeMap<String, String>, language: &str, (key, new, unit): (&str, &str, &str)) {
    let place = LIMITS
        .iter()
        .position(|(name, ..)| *name == key)
        .expect("a limit");
    for name in ["blog", "release-notes"] {
        let text = plain(&bundled[&format!("kit/{language}/{name}.md")]);
        let rows = text.lines().skip_while(|line| !line.starts_with("|---|"));
        let rows: Vec<&str> = rows.skip(1).take_while(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), LIMITS.len(), "{name}: {rows:?}");
        let value = format!("| {} |", shown(new, unit, language));
        assert!(rows[place].ends_with(&value), "{name}: {}: {value}", rows[place]);
    }
}

/// Every reference to the limit shows the new value, and no text shows the old one, unless it refers to a fact of its
/// own. Returns how many references there are.
fn check_page(path: &str, html: &str, (key, old, new, unit): (&str, &str, &str, &str)) -> usize {
    let language = path.split('/').next().unwrap_or_default();
    let document = Html::parse_document(html);
    let link = Selector::parse("a.fact").expect("a selector");
    let mut found = 0;
    for fact in document.select(&link) {
        let title = fact.value().attr("title").unwrap_or_default();
        if title.starts_with(&format!("stress_lab.thresholds.{key} ·")) {
            found += 1;
            let text = plain(&fact.text().collect::<String>());
            assert_eq!(text, shown(new, unit, language), "{path}: {key}");
        }
    }
    if unit.is_empty() {
        return found;
    }
    // What is no reference to another fact and no cell computed from one is prose.
    let blocks = if path.contains("/reports/") {
        ".prose p, .prose li, .lead"
    } else {
        ".prose p, .prose li, .prose td, .prose th, .lead"
    };
    let prose = Selector::parse(blocks).expect("a selector");
    let stale = shown(old, unit, language);
    for block in document.select(&prose) {
        let mut text = plain(&block.text().collect::<String>());
        for fact in block.select(&Selector::parse("a.fact, data, time").expect("a selector")) {
            text = text.replacen(&plain(&fact.text().collect::<String>()), "", 1);
        }
        let is_part =
            |at: usize| text[..at].ends_with(|before: char| before.is_ascii_digit() || ".,".contains(before));
        let kept = text.match_indices(&stale).any(|(at, _)| !is_part(at));
        assert!(!kept, "{path} keeps `{stale}` of {key}: {text}");
    }
    found
}
