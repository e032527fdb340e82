//! What single pages show to their readers.

use super::*;

#[test]
fn a_page_knows_its_place() {
    let html = Fixture::new().html("en/case-studies/emea.html");
    assert_eq!(
        texts_of(&html, ".breadcrumbs li"),
        ["Home", "Publish", "Case studies", "EMEA"]
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
