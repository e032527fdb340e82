//! Scenes: a small release is rendered, and its files are read as a reader's browser would read them.

mod analytics;
mod fixture;
mod shown;

use super::digests::LIST;
use crate::content::charts::Chart;
use crate::content::place::evidence_path;
use crate::diag::Problem;
use crate::domain::{Digest, Kept, Language, Provenance, Results, Reuse};
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
fn what_an_earlier_build_made_is_taken_from_it_and_gives_the_same_site() {
    let fixture = Fixture::new();
    let anew = fixture.render().unwrap();
    let first = Reuse::after(Results::new());
    assert_eq!(fixture.render_after(&first).unwrap(), anew);
    let results = first.into_results().unwrap();
    let second = Reuse::after(results.clone());
    assert_eq!(fixture.render_after(&second).unwrap(), anew);
    assert!(!second.has_news());
    assert_eq!(second.into_results().unwrap(), results);
}

/// What an earlier build left, but with other bytes where `change` gives some.
fn changed(results: &Results, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Reuse {
    let kept = results.iter().map(|(key, kept)| match change(kept.bytes()) {
        Some(bytes) => (*key, Kept::made(bytes)),
        None => (*key, kept.clone()),
    });
    Reuse::after(kept.collect())
}

#[test]
fn nobody_who_finds_pictures_pages_and_charts_makes_them_again() {
    let mut fixture = Fixture::analysed();
    let first = Reuse::after(Results::new());
    let anew = fixture.render_after(&first).unwrap();
    let results = first.into_results().unwrap();

    let picture = |bytes: &[u8]| {
        let is_picture = bytes.starts_with(b"\x89PNG");
        is_picture.then(|| b"drawn before".to_vec())
    };
    let site = fixture.render_after(&changed(&results, picture)).unwrap();
    assert_eq!(site["pl/card.png"], b"drawn before");
    assert_eq!(site["pl/index.html"], anew["pl/index.html"]);

    let page = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        let is_page = text.starts_with("<!doctype html>");
        is_page.then(|| text.replace("</title>", " (printed before)</title>").into_bytes())
    };
    let site = fixture.render_after(&changed(&results, page)).unwrap();
    for path in anew.keys().filter(|path| path.ends_with(".html")) {
        let title = &texts_of(std::str::from_utf8(&site[path]).unwrap(), "head title")[0];
        assert!(title.ends_with(" (printed before)"), "{path}: {title}");
    }

    let chart = |bytes: &[u8]| {
        let mut chart: Chart = postcard::from_bytes::<Option<Chart>>(bytes).ok()??;
        // Other results can be read as a chart by chance, but not written as one.
        let is_chart = postcard::to_stdvec(&Some(&chart)).ok()? == bytes;
        chart.figure.title = "Drawn before".to_owned();
        is_chart.then(|| postcard::to_stdvec(&Some(chart)).unwrap())
    };
    let site = fixture.render_after(&changed(&results, chart)).unwrap();
    let report = std::str::from_utf8(&site["en/reports/stress-lab.html"]).unwrap();
    let titles = texts_of(report, "figure .chart-title");
    assert!(titles.len() > 3 && titles.iter().all(|title| title == "Drawn before"));

    // Of other evidence, charts and pages are others.
    fixture.history_of = Some(fixture.report.inputs[0].digest);
    let after = Reuse::after(results);
    assert_eq!(fixture.render_after(&after).unwrap(), fixture.render().unwrap());
    assert!(after.has_news());
}
