//! The report's page with the analytics of one scenario and a little history.

use super::fixture::{ANALYTICS, CONFIG, Fixture, REPORT_BYTES};
use super::texts_of;
use crate::domain::Digest;

const PAGE: &str = "en/reports/stress-lab.html";

/// The words of the row whose head begins with `head`, in a table inside the element with this id.
fn row(html: &str, id: &str, head: &str) -> String {
    let rows = texts_of(html, &format!("#{id} tr"));
    let found: Vec<&String> = rows.iter().filter(|row| row.starts_with(head)).collect();
    assert_eq!(found.len(), 1, "{head} in {rows:?}");
    found[0].clone()
}

/// The row of the table of rare shocks whose head begins with `head`.
fn rarity_row(html: &str, head: &str) -> String {
    let rows = texts_of(html, "[aria-labelledby='history-rarity'] tr");
    rows.into_iter().find(|row| row.starts_with(head)).unwrap()
}

#[test]
fn every_distance_to_a_limit_is_said_in_words() {
    let html = Fixture::analysed().html(PAGE);
    let said = |head: &str| row(&html, "chart-reverse-exchange-blackout-and-latency", head);
    assert_eq!(
        said("Spread"),
        "Spread increase 45\u{a0}bps 5.916\u{a0}bps × 54.449 Cannot be reached: the shocks would have to be 54 times \
         larger. out of reach a cap applies"
            .replace('\u{a0}', " ")
    );
    assert!(
        said("Blackout")
            .ends_with("Cannot be reached by these shocks at all, however strong they are. out of reach")
    );
    assert!(said("Latency").contains("Already broken"));
    assert!(said("Price").ends_with(
        "It breaks without any shock having strength; no weaker scenario keeps it. broken broken at zero"
    ));
    assert!(said("Funding").ends_with("never No shock of this scenario touches this metric."));
    assert_eq!(
        texts_of(&html, "#chart-reverse-exchange-blackout-and-latency .chart-note")[1],
        "Blackout: its length is fixed, its intensity changes nothing."
    );
}

#[test]
fn a_probability_comes_with_its_model_and_its_interval() {
    let html = Fixture::analysed().html(PAGE);
    let id = "chart-probability-exchange-blackout-and-latency";
    assert_eq!(row(&html, id, "Any"), "Any limit 25% 20% 30%");
    for part in ["A model, not a forecast", "σ = 0.55", "16,384 draws", "seed 6"] {
        assert!(html.contains(part), "{part}");
    }
    let polish = Fixture::analysed().html("pl/reports/stress-lab.html");
    assert!(polish.contains("Model, nie prognoza"));
}

#[test]
fn contributions_stand_with_their_shock() {
    let html = Fixture::analysed().html(PAGE);
    let id = "chart-attribution-exchange-blackout-and-latency";
    assert_eq!(
        row(&html, id, "Latency"),
        "Latency Latency spike 132.8 ms 100% 73.78%"
    );
    let swings = texts_of(&html, "table.analytics tr");
    assert!(
        swings.contains(&String::from(
            "Latency spike 132.8 ms 100% 111.24 ms – 154.36 ms from 111.24 ms to 154.36 ms, limit 180 ms"
        )),
        "{swings:?}"
    );
}

#[test]
fn a_scenario_without_analytics_says_so() {
    let html = Fixture::analysed().html(PAGE);
    assert_eq!(
        html.matches("There are no analytics of this scenario.").count(),
        1
    );
    assert!(!Fixture::new().html(PAGE).contains("There are no analytics"));
}

#[test]
fn verdicts_of_another_configuration_are_not_shown() {
    let mut fixture = Fixture::analysed();
    let html = fixture.html(PAGE);
    assert!(html.contains("id=\"history-stale\""), "unknown is not current");
    assert!(!html.contains("heat-far\""));
    fixture.history_of = Some(fixture.report.inputs[0].digest);
    assert_eq!(fixture.report.inputs[0].path, CONFIG);
    let html = fixture.html(PAGE);
    assert!(!html.contains("history-stale"));
    assert_eq!(
        row(&html, "chart-history", "Crash"),
        "Crash whole window – no data 1,111% (from a cited page, above the limit) 444% (above the limit) 50% – no data \
         – no data – no data ≠ not comparable"
    );
    fixture.history_of = Some(Digest::of(b"another"));
    assert!(fixture.html(PAGE).contains("stage6 history"));
}

#[test]
fn rarity_is_a_frequency_a_never_or_nothing() {
    let html = Fixture::analysed().html(PAGE);
    let said = |head: &str| rarity_row(&html, head);
    assert_eq!(
        said("Volatility"),
        "Volatility spike crunch BTC volatility × 1.6 8.29% 7.17% – 9.56% about once in 12 days"
    );
    assert_eq!(
        said("Limit"),
        "Limit: Funding shift – BTC funding 25 bps 0% 0% – 1.65% never in 2,318 days"
    );
    assert_eq!(said("Latency"), "Latency spike blackout – – – – no data");
    assert!(said("Price gap").ends_with("not comparable"));
}

#[test]
fn the_footer_names_the_digest_of_the_report_itself() {
    let fixture = Fixture::analysed();
    assert!(fixture.evidence.file(ANALYTICS).is_some());
    let html = fixture.html(PAGE);
    assert!(texts_of(&html, ".colophon")[0].contains(&Digest::of(REPORT_BYTES).to_string()));
}
