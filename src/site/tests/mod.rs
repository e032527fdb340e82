//! Scenes: a small release is rendered, and its files are read as a reader's browser would read them.

mod analytics;
mod fixture;

use super::digests::LIST;
use crate::content::place::evidence_path;
use crate::diag::Problem;
use crate::domain::{Digest, Language, Provenance};
use fixture::{BASELINE, CONFIG, Fixture};
use scraper::{Html, Selector};
use sha2::{Digest as _, Sha256};

/// The texts of all elements that a selector finds, white space folded.
fn texts_of(html: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let text = |found: scraper::ElementRef<'_>| {
        let words: Vec<&str> = found.text().flat_map(str::split_whitespace).collect();
        words.join(" ")
    };
    // Places where a line may break are no part of the text.
    Html::parse_document(&html.replace("<wbr>", ""))
        .select(&selector)
        .map(text)
        .collect()
}

fn attributes_of(html: &str, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let attribute = |found: scraper::ElementRef<'_>| found.value().attr(name).unwrap_or_default().to_owned();
    Html::parse_document(html)
        .select(&selector)
        .map(attribute)
        .collect()
}

fn problems_of(fixture: &Fixture) -> Vec<String> {
    fixture
        .render()
        .unwrap_err()
        .iter()
        .map(Problem::to_string)
        .collect()
}

#[test]
fn a_release_becomes_these_pages() {
    let tree = Fixture::new().render().unwrap();
    let pages: Vec<&str> = tree
        .keys()
        .map(String::as_str)
        .filter(|path| !path.starts_with("assets/"))
        .collect();
    let of_language = |tag: &str| {
        [
            "card.png",
            "case-studies/emea.html",
            "case-studies/index.html",
            "evidence/config-core-yaml.html",
            "evidence/index.html",
            "evidence/var-audit-stage6-market-intel-btcusdt-json.html",
            "evidence/var-audit-stage6-scan-bin.html",
            "evidence/var-audit-stage6-stress-lab-stress-lab-report-json.html",
            "index.html",
            "reports/claims.html",
            "reports/facts.html",
            "reports/releases.html",
            "reports/stress-lab.html",
            "search.html",
            "verification.html",
            "verify.html",
            "whitepaper.html",
        ]
        .map(|page| format!("{tag}/{page}"))
    };
    let mut expected = [
        "404.html",
        "SHA256SUMS",
        "data/charts/headroom-exchange-blackout-and-latency.csv",
        "data/charts/headroom-flash-crash-core.csv",
        "data/claims.json",
        "data/evidence/config-core-yaml/core.yaml",
        "data/evidence/var-audit-stage6-market-intel-btcusdt-json/btcusdt.json",
        "data/evidence/var-audit-stage6-scan-bin/scan.bin.txt",
        "data/evidence/var-audit-stage6-stress-lab-stress-lab-report-json/stress_lab_report.json",
        "data/facts.json",
        "data/releases.csv",
    ]
    .map(String::from)
    .to_vec();
    expected.extend(of_language("en"));
    expected.push(String::from("index.html"));
    expected.extend(of_language("pl"));
    expected.push(String::from("robots.txt"));
    expected.extend(
        ["en", "pl"]
            .map(|tag| {
                [
                    format!("search/{tag}/index.js"),
                    format!("search/{tag}/text-0.js"),
                ]
            })
            .into_iter()
            .flatten(),
    );
    assert_eq!(pages, expected);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(Fixture::new().render().unwrap(), Fixture::new().render().unwrap());
}

#[test]
fn every_page_of_a_trial_says_so_in_its_language() {
    let (polish, english) = (
        "klucz deweloperski, nie do publikacji",
        "development key, not for publication",
    );
    for (path, text) in Fixture::new().texts() {
        let expected = match path.as_str() {
            "index.html" | "404.html" => (true, true),
            page if page.ends_with(".html") => (page.starts_with("pl/"), page.starts_with("en/")),
            _ => continue,
        };
        assert_eq!(
            (text.contains(polish), text.contains(english)),
            expected,
            "{path}"
        );
    }
}

#[test]
fn a_release_for_publication_carries_no_mark() {
    for (path, text) in Fixture::for_publication().texts() {
        if path.ends_with(".html") {
            assert_eq!(
                texts_of(&text, ".banner, .mark, .cover-warning"),
                Vec::<String>::new(),
                "{path}"
            );
        }
    }
}

#[test]
fn sample_data_is_marked_where_its_numbers_are_shown() {
    let marked: Vec<String> = Fixture::new()
        .texts()
        .into_iter()
        .filter(|(path, text)| path.starts_with("en/") && !texts_of(text, ".mark-sample").is_empty())
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        marked,
        [
            "en/evidence/var-audit-stage6-market-intel-btcusdt-json.html",
            "en/evidence/var-audit-stage6-stress-lab-stress-lab-report-json.html",
            "en/index.html",
            "en/reports/releases.html",
            "en/reports/stress-lab.html",
            "en/whitepaper.html",
        ]
    );
}

#[test]
fn an_invented_market_is_marked_once_a_scenario_uses_it() {
    let mut fixture = Fixture::for_publication();
    fixture.report.markets[1].provenance = Provenance::Synthetic;
    assert_eq!(
        texts_of(&fixture.html("en/index.html"), ".mark"),
        Vec::<String>::new()
    );
    fixture.report.scenarios[0].markets[0].synthetic = true;
    assert_eq!(
        texts_of(&fixture.html("en/reports/stress-lab.html"), ".mark"),
        ["synthetic data At least one market baseline was invented from the market’s name."]
    );
}

#[test]
fn a_report_made_for_comparison_is_never_published() {
    let mut fixture = Fixture::new();
    fixture.report.compat_reference = true;
    assert_eq!(
        problems_of(&fixture),
        [
            "stress_lab_report.json: was made with `--compat reference` and must not be published\n  hint: run the \
          Stress Lab again without `--compat reference`"
        ]
    );
}

#[test]
fn a_broken_link_in_content_ends_the_build() {
    let mut fixture = Fixture::new();
    fixture.pages[1]
        .html
        .push_str("<p><a href=\"nowhere.html\">x</a> <a href=\"#nothing\">y</a></p>");
    assert_eq!(
        problems_of(&fixture),
        [
            "site/pl/whitepaper.html: the link `#nothing` leads to an anchor that is not there",
            "site/pl/whitepaper.html: the link `nowhere.html` leads to a file that is not there",
        ]
    );
}

#[test]
fn a_page_may_not_take_the_place_of_one_that_the_site_makes() {
    let mut fixture = Fixture::new();
    fixture.pages[1].id = String::from("reports/stress-lab");
    let problems = problems_of(&fixture);
    assert_eq!(
        problems[0].lines().next(),
        Some("site/pl/reports/stress-lab.html: a second page at `pl/reports/stress-lab.html`")
    );
}

#[test]
fn a_language_needs_a_home_page() {
    let mut fixture = Fixture::new();
    fixture.pages.retain(|page| page.source != "content/en/index.md");
    assert_eq!(
        problems_of(&fixture),
        ["content/en/index.md: the home page is missing"]
    );
}

#[test]
fn the_digest_list_names_every_other_file_with_its_digest() {
    let tree = Fixture::new().render().unwrap();
    let listed = std::str::from_utf8(&tree[LIST]).unwrap();
    // Computed with the hash function itself, apart from the code that writes the list.
    let expected: String = tree
        .iter()
        .filter(|(path, _)| *path != LIST)
        .map(|(path, bytes)| {
            let digits: String = Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            format!("{digits}  {path}\n")
        })
        .collect();
    assert_eq!(listed, expected);
}

#[test]
fn no_page_needs_more_than_its_policy_allows() {
    for (path, text) in Fixture::new().texts() {
        if !path.ends_with(".html") {
            continue;
        }
        assert_eq!(
            attributes_of(&text, "meta[http-equiv]", "content"),
            [
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
              base-uri 'none'; form-action 'none'"
            ],
            "{path}"
        );
        let forbidden =
            "style, [style], script:not([src]), [onclick], [onload], [integrity], [type=module], iframe";
        assert_eq!(texts_of(&text, forbidden), Vec::<String>::new(), "{path}");
        assert_eq!(attributes_of(&text, "html", "lang").len(), 1, "{path}");
        assert_eq!(texts_of(&text, "h1").len(), 1, "{path}");
    }
}

#[test]
fn a_page_knows_its_place() {
    let html = Fixture::new().html("en/case-studies/emea.html");
    assert_eq!(
        texts_of(&html, ".breadcrumbs li"),
        ["Start", "Publish", "Case studies", "EMEA"]
    );
    assert_eq!(
        attributes_of(&html, ".language-switch a", "href"),
        ["../../pl/case-studies/emea.html", "emea.html"]
    );
    assert_eq!(texts_of(&html, ".sidebar [aria-current=page]"), ["EMEA"]);
    assert_eq!(
        texts_of(&html, ".sidebar .nav-title"),
        ["Review", "Evidence", "Publish", "Operate"]
    );
    assert_eq!(
        texts_of(&html, ".neighbour"),
        ["Previous Case studies", "Next Verification"]
    );
    assert_eq!(
        attributes_of(&html, ".colophon-links a", "href"),
        [
            "../verification.html",
            "../search.html",
            "../verify.html",
            "../../index.html"
        ]
    );
}

#[test]
fn a_page_without_a_twin_leads_to_the_other_home_page() {
    let mut fixture = Fixture::new();
    fixture
        .pages
        .retain(|page| page.source != "content/pl/verification.md");
    let html = fixture.html("en/verification.html");
    assert_eq!(
        attributes_of(&html, ".language-switch a", "href"),
        ["../pl/index.html", "verification.html"]
    );
}

#[test]
fn text_of_authors_is_escaped_and_their_markup_is_not() {
    let html = Fixture::new().html("en/whitepaper.html");
    assert_eq!(texts_of(&html, "h1"), ["Whitepaper <1>"]);
    assert_eq!(texts_of(&html, ".fact data"), ["40"]);
    assert_eq!(texts_of(&html, ".contents-wide a"), ["a", "b", "c"]);
}

#[test]
fn the_home_page_answers_the_first_questions() {
    let html = Fixture::new().html("en/index.html");
    assert_eq!(
        texts_of(&html, ".status-value"),
        [
            "2026.11",
            "1 of 2 within limits",
            "Development key",
            "731 days",
            "Sample data",
            "0",
            "First release"
        ]
    );
    assert_eq!(
        attributes_of(&html, ".status a", "href"),
        [
            "reports/stress-lab.html",
            "verification.html",
            "reports/stress-lab.html#baselines",
            "reports/stress-lab.html#baselines",
            "reports/claims.html",
            "reports/releases.html"
        ]
    );
}

#[test]
fn the_report_shows_each_metric_with_its_limit_and_the_share_of_it() {
    let html = Fixture::new().html("en/reports/stress-lab.html");
    let rows = texts_of(&html, "#chart-headroom-flash-crash-core tbody tr");
    assert_eq!(rows[5], "Latency 200 ms 180 ms 111.11% yes");
    assert_eq!(rows[6], "Blackout 45 min 55 min 81.82% yes");
    assert_eq!(
        texts_of(&html, "#chart-headroom-flash-crash-core desc"),
        ["Above the limit: 1 of 8 metrics. Furthest: Latency, 111.11% of the limit."]
    );
    assert_eq!(texts_of(&html, ".callout li"), ["Latency: 200 ms, limit 180 ms"]);
    assert_eq!(texts_of(&html, ".scenario h2 .badge"), ["passed", "failed"]);
}

#[test]
fn an_evidence_page_shows_the_file_its_facts_and_who_uses_it() {
    let html = Fixture::new().html("pl/evidence/config-core-yaml.html");
    assert_eq!(
        texts_of(&html, ".lines li"),
        [
            "stress_lab:",
            "thresholds:",
            "max_blackout_minutes: 40",
            "note: \"<b> & co\""
        ]
    );
    assert_eq!(
        texts_of(&html, "#facts + details tbody tr"),
        ["stress_lab.thresholds.max_blackout_minutes 40 min 3"]
    );
    assert_eq!(attributes_of(&html, "#facts + details a", "href"), ["#L3"]);
    assert_eq!(
        texts_of(&html, ".facts .plain a"),
        ["Raport Stress Lab", "Whitepaper <1>"]
    );
    assert_eq!(texts_of(&html, ".facts .badge"), ["bez własnego podpisu"]);
}

#[test]
fn evidence_that_is_no_text_is_not_shown() {
    let html = Fixture::new().html("en/evidence/var-audit-stage6-scan-bin.html");
    assert_eq!(texts_of(&html, ".lines"), Vec::<String>::new());
}

#[test]
fn evidence_is_listed_by_kind() {
    let html = Fixture::new().html("en/evidence/index.html");
    assert_eq!(
        texts_of(&html, ".prose h2"),
        [
            "Stress Lab report",
            "Configuration",
            "Market baselines",
            "Minutes and checklists"
        ]
    );
    assert_eq!(texts_of(&html, ".evidence-table th[scope=row] a").len(), 4);
    assert!(texts_of(&html, "th[scope=row]").contains(&format!("{BASELINE} sample data")));
    assert!(texts_of(&html, "th[scope=row]").contains(&CONFIG.to_owned()));
}

#[test]
fn search_knows_facts_and_digests_but_not_raw_lines() {
    let fixture = Fixture::new();
    let tree = fixture.render().unwrap();
    let file = |path: &str| String::from_utf8(tree[path].clone()).unwrap();
    let texts = file("search/pl/text-0.js");
    assert!(texts.contains("stress_lab.thresholds.max_blackout_minutes"));
    // The raw lines of the sample configuration hold this; no fact does.
    assert!(
        fixture
            .html(&evidence_path(Language::Polish, CONFIG))
            .contains("&lt;b&gt; &amp; co")
    );
    assert!(!texts.contains("& co"));
    // Its first digits stand alone on other pages, and words are written as what is new in them.
    let digest =
        Digest::of(b"stress_lab:\n  thresholds:\n    max_blackout_minutes: 40\n    note: \"<b> & co\"\n");
    assert!(file("search/en/index.js").contains(&digest.to_string()[12..]));
    for (path, html) in fixture.texts() {
        if path.ends_with(".html") {
            assert_eq!(html.contains("data-search-open"), path.contains('/'), "{path}");
        }
    }
}
