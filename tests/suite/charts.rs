//! Charts: what is drawn, what its table says, and what its CSV holds are the values of the sealed documents.

use crate::scene::{Scene, tree};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;

const SCENARIO: &str = "cross-market-liquidity-crunch";

fn select(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

/// The rows of a CSV, each by its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads: Vec<String> = reader
        .headers()
        .expect("a head")
        .iter()
        .map(str::to_owned)
        .collect();
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.expect("a row");
        heads
            .iter()
            .cloned()
            .zip(record.iter().map(str::to_owned))
            .collect()
    };
    reader.records().map(row).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is a number"))
}

/// The numbers of a row of a figure's table, as the page marks them up.
fn data(row: ElementRef<'_>) -> Vec<f64> {
    let data = select("data");
    let values = row.select(&data).filter_map(|data| data.value().attr("value"));
    values.map(number).collect()
}

#[test]
fn a_drawing_its_table_its_csv_and_the_report_agree() {
    let scene = Scene::sample();
    scene.build();
    let csv = rows(&scene.read(&format!("site/data/charts/headroom-{SCENARIO}.csv")));
    assert_eq!(csv.len(), 8);
    let report: serde_json::Value =
        serde_json::from_str(&scene.read("var/audit/stage6/stress_lab/stress_lab_report.json"))
            .expect("JSON");
    let scenario = &report["scenarios"][0];
    assert_eq!(scenario["name"], "cross_market_liquidity_crunch");
    let limits = BTreeMap::from([
        ("liquidity_loss_pct", "max_liquidity_loss_pct"),
        ("funding_shift_bps", "max_funding_change_bps"),
    ]);
    for row in &csv {
        let metric = row["metric"].as_str();
        assert_eq!(
            scenario["metrics"][metric].as_f64(),
            Some(number(&row["observed"])),
            "{metric}"
        );
        let own = format!("max_{metric}");
        let key = limits.get(metric).copied().unwrap_or(&own);
        assert_eq!(
            scenario["thresholds"][key].as_f64(),
            Some(number(&row["limit"])),
            "{metric}"
        );
    }
    for tag in ["pl", "en"] {
        let page = Html::parse_document(&scene.read(&format!("site/{tag}/reports/stress-lab.html")));
        let id = format!("#chart-headroom-{SCENARIO}");
        let shown: Vec<Vec<f64>> = page
            .select(&select(&format!("{id} tbody tr")))
            .map(data)
            .collect();
        let held = csv.iter().map(|row| {
            ["observed", "limit", "share"]
                .map(|key| number(&row[key]))
                .to_vec()
        });
        assert_eq!(shown, held.collect::<Vec<_>>(), "{tag}");
        // The axis ends at 125 % as long as nothing is above it, so a share of 1 is 80 % of the width.
        let drawn = select(&format!(
            "{id} svg.chart-drawing rect.chart-bar:not(.chart-track)"
        ));
        let bars = page.select(&drawn);
        let widths: Vec<f64> = bars
            .filter_map(|bar| Some(number(bar.value().attr("width")?.strip_suffix('%')?)))
            .collect();
        assert_eq!(widths.len(), csv.len());
        for (width, row) in widths.iter().zip(&csv) {
            let share = number(&row["observed"]) / number(&row["limit"]);
            assert!((width - 80.0 * share).abs() < 0.001, "{width} for {share}");
        }
    }
}

#[test]
fn every_chart_gives_its_data_as_csv_and_names_signed_lines() {
    let scene = Scene::sample();
    scene.build();
    let page = Html::parse_document(&scene.read("site/en/reports/stress-lab.html"));
    let figures: Vec<ElementRef<'_>> = page.select(&select("figure.chart")).collect();
    assert_eq!(figures.len(), 9);
    for figure in figures {
        let id = figure.value().id().expect("an id");
        let csv = figure
            .select(&select("a[download]"))
            .next()
            .expect("a link to CSV");
        let path = csv
            .value()
            .attr("href")
            .expect("a target")
            .replace("../../", "site/");
        let held = rows(&scene.read(&path));
        let shown = figure.select(&select("table tbody tr")).count();
        assert_eq!(held.len(), shown, "{id}");
        let source = figure
            .select(&select(".chart-source a.evidence"))
            .next()
            .expect("a source");
        let text: String = source.text().collect();
        assert!(text.contains(", lines "), "{text}");
        // Every number of the table but shares, which are computed, leads to a line.
        assert!(
            figure.select(&select("table a.fact[href*='#L']")).count() >= held.len(),
            "{id}"
        );
    }
}

#[test]
fn evidence_of_the_site_is_that_of_the_project_byte_for_byte() {
    let scene = Scene::sample();
    scene.write(
        "var/audit/stage6/note.md",
        "---\nnamespace: note\n---\n<script>alert(1)</script>\n",
    );
    scene.build();
    let site = tree(&scene.path("site/data/evidence"));
    let pairs = [
        ("config-core-yaml/core.yaml", "config/core.yaml"),
        (
            "var-audit-stage6-stress-lab-stress-lab-report-json/stress_lab_report.json",
            "var/audit/stage6/stress_lab/stress_lab_report.json",
        ),
        (
            "content-tables-calendar-csv/calendar.csv",
            "content/tables/calendar.csv",
        ),
        ("var-audit-stage6-note-md/note.md", "var/audit/stage6/note.md"),
    ];
    for (raw, original) in pairs {
        let original = std::fs::read(scene.path(original)).expect(original);
        assert_eq!(site.get(raw), Some(&original), "{raw}");
    }
    // Nothing that a browser would run as a page of ours.
    for path in site.keys() {
        let ending = path.rsplit('.').next().unwrap_or_default();
        assert!(
            ["csv", "json", "jsonl", "md", "toml", "txt", "yaml", "yml"].contains(&ending),
            "{path}"
        );
    }
}

#[test]
fn a_number_leads_to_its_line_and_the_line_leads_back() {
    let scene = Scene::sample();
    scene.build();
    let text = scene.read("site/en/whitepaper.html");
    let page = Html::parse_document(&text);
    let fact = page
        .select(&select(
            "a.fact[title^='stress_lab.thresholds.max_blackout_minutes ']",
        ))
        .next()
        .expect("the limit on blackouts");
    let (id, href) = (
        fact.value().id().expect("an anchor"),
        fact.value().attr("href").expect("a line"),
    );
    let line = href.rsplit_once('#').expect("an anchor").1;
    let evidence = Html::parse_document(&scene.read("site/en/evidence/config-core-yaml.html"));
    let back = format!("[href='../whitepaper.html#{id}']");
    assert_eq!(
        evidence.select(&select(&format!("tr td.uses {back}"))).count(),
        1,
        "{back}"
    );
    let on_line = evidence.select(&select(&format!("#{line} .line-uses a"))).count();
    assert!((1..=4).contains(&on_line), "{on_line}");
}

#[test]
fn a_question_that_leads_nowhere_is_refused_at_its_row() {
    let scene = Scene::sample();
    scene.replace(
        "content/tables/due_diligence.csv",
        "verification#not-proven,",
        "verification#not-proved @gaet,config/coer.yaml",
    );
    let ran = scene.run("check");
    let said = ran.ends_with(2).stderr;
    for part in [
        "content/tables/due_diligence.csv:6:1: the question `not_proven`: no heading `#not-proved`",
        "did you mean `#not-proven`?",
        "the question `not_proven`: no page `@gaet`",
        "did you mean `@gate`?",
        "the question `not_proven`: no evidence `config/coer.yaml`",
        "did you mean `config/core.yaml`?",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
}
