//! What a reader of the report's page learns beyond the verdict.

use crate::scene::Scene;
use scraper::{Html, Selector};
use std::collections::BTreeSet;

fn texts(html: &str, selector: &str) -> Vec<String> {
    let text = |found: scraper::ElementRef<'_>| {
        let words: Vec<&str> = found.text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    };
    Html::parse_document(&html.replace("<wbr>", ""))
        .select(&Selector::parse(selector).expect("a selector"))
        .map(text)
        .collect()
}

/// A number that stands behind `"key": ` in a JSON file.
fn number(json: &str, key: &str) -> f64 {
    let rest = json.split(&format!("\"{key}\": ")).nth(1).expect(key);
    let digits: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits.parse().expect(key)
}

/// By how much all shocks of `cross_market_liquidity_crunch` must grow to widen the spread by 45 bps: beyond the cap
/// of the liquidity shock, S (0.4 + 0.6 · 0.99 + 0.2 · 0.6 λ) = 45, with S the weighted base spread.
fn expected_multiple(scene: &Scene) -> f64 {
    let spread = |file: &str| {
        let text = scene.read(&format!("var/audit/stage6/market_intel/{file}.json"));
        number(&text, "avg_spread_bps")
    };
    let base = (spread("btcusdt") + 0.8 * spread("ethusdt")) / 1.8;
    (45.0 / base - 0.4 - 0.6 * 0.99) / (0.2 * 0.6)
}

#[test]
fn the_sealed_analytics_travel_with_the_report() {
    let scene = Scene::sample();
    scene.build();
    let folder = scene.tree("var/audit/stage6/stress_lab");
    for name in ["stress_lab_report", "stress_lab_analytics"] {
        for ending in ["json", "json.sig", "csv", "csv.sig", "manifest.json"] {
            assert!(
                folder.contains_key(&format!("{name}.{ending}")),
                "{name}.{ending}"
            );
        }
    }
    let verified = scene
        .run("verify --date 2026-11-23T12:00:00Z var/marketing/2026.11 --signing-key-path secrets/audit.hmac --signing-key-id audit-2026 --json")
        .ends_with(0);
    for name in ["stress_lab_report", "stress_lab_analytics"] {
        for ending in ["json", "csv"] {
            assert!(
                verified.stdout.contains(&format!("data/reports/{name}.{ending}")),
                "{}",
                verified.stdout
            );
        }
    }
    // And a build replaces what a build made.
    scene.build();
}

#[test]
fn the_spread_limit_cannot_be_reached_and_the_page_says_by_how_much() {
    let scene = Scene::sample();
    scene.build();
    let multiple = expected_multiple(&scene);
    assert!(multiple > 10.0, "{multiple}");
    let row = |path: &str, head: &str| {
        let rows = texts(
            &scene.read(path),
            "#chart-reverse-cross-market-liquidity-crunch tr",
        );
        rows.into_iter().find(|row| row.starts_with(head)).expect(head)
    };
    let english = row("site/en/reports/stress-lab.html", "Spread increase");
    let shown =
        format!("× {multiple:.3} Cannot be reached: the shocks would have to be {multiple:.0} times larger.");
    assert!(english.contains(&shown), "{english}, expected {shown}");
    let polish = row("site/pl/reports/stress-lab.html", "Wzrost spreadu");
    let shown = format!("Nieosiągalny: wstrząsy musiałyby być {multiple:.0} razy większe.");
    assert!(polish.contains(&shown), "{polish}");
    let page = scene.read("site/en/reports/stress-lab.html");
    assert!(page.contains("Blackout: its length is fixed, its intensity changes nothing."));
}

#[test]
fn a_changed_configuration_makes_history_stale_in_both_languages() {
    let scene = Scene::sample();
    scene.build();
    let page = |tag: &str| scene.read(&format!("site/{tag}/reports/stress-lab.html"));
    assert!(!page("en").contains("history-stale"));
    assert!(page("en").contains("heat-over\""));
    scene.write(
        "config/core.yaml",
        format!("{}\n# changed\n", scene.read("config/core.yaml")),
    );
    scene.build();
    assert!(page("en").contains("These tables were computed for another configuration"));
    assert!(page("pl").contains("Te tabele obliczono dla innej konfiguracji"));
    for tag in ["pl", "en"] {
        assert!(page(tag).contains("<code>stage6 history</code>"));
        assert!(!page(tag).contains("heat-over\""));
    }
}

#[test]
fn charts_and_tables_have_names_for_those_who_do_not_see_them() {
    let scene = Scene::sample();
    scene.build();
    for tag in ["pl", "en"] {
        let text = scene.read(&format!("site/{tag}/reports/stress-lab.html"));
        let page = Html::parse_document(&text);
        let select = |selector: &str| Selector::parse(selector).expect("a selector");
        let ids: Vec<&str> = page
            .select(&select("[id]"))
            .filter_map(|found| found.value().id())
            .collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len());
        for svg in page.select(&select("main svg:not([aria-hidden])")) {
            assert_eq!(svg.value().attr("role"), Some("img"));
            let label = svg.value().attr("aria-label").unwrap_or_default();
            let parts = svg.value().attr("aria-labelledby").unwrap_or_default();
            assert!(!label.is_empty() || parts.split(' ').count() == 2, "{parts}");
            assert!(
                parts.split_whitespace().all(|id| distinct.contains(id)),
                "{parts}"
            );
        }
        assert_eq!(page.select(&select("figure.chart svg > desc")).count(), 8);
        assert_eq!(page.select(&select("main th:not([scope])")).count(), 0);
        for region in page.select(&select(":not(svg)[aria-labelledby]")) {
            let name = region.value().attr("aria-labelledby").expect("a name");
            assert!(distinct.contains(name), "{name}");
        }
    }
}
