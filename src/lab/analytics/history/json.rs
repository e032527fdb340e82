//! History as JSON: the section `history` of the analytics report.
//!
//! Items of lists go by their `id`, so that facts read `history.rarities.<id>.frequency`.

use super::measures::{Coin, Measure};
use super::{Distribution, Estimate, Event, Exceedance, Finding, History, Rarity, Replay, Tail};
use crate::document::json_text::Json;

/// What the numbers are, in words that travel with them.
const METHOD: [(&str, &str); 7] = [
    (
        "dispersion",
        "coin dispersion is the spread of one day's returns of three coins; the limit speaks of price gaps \
        between venues. The two are not comparable, and no verdict rests on it",
    ),
    (
        "effective_days",
        "p(1 - p) / variance of p over bootstrap draws of circular 30-day blocks, Philox4x32-10",
    ),
    (
        "interval",
        "Wilson score interval at 95 % over the effective days",
    ),
    (
        "quantile",
        "linear between order statistics at q(n - 1), type 7 of Hyndman and Fan 1996",
    ),
    (
        "replay",
        "observed changes as intensities at severity high: (ratio - 1), fall, bps / 25; run by the Stress Lab",
    ),
    (
        "return_level",
        "u + scale / shape * ((years * 365.25 * rate)^shape - 1), generalised Pareto by maximum \
        likelihood beyond the 95 % quantile; intervals by block bootstrap with u fixed",
    ),
    (
        "volatility",
        "ln(high / low) of a day over the root mean square of ln(high / low) of the 30 days before",
    ),
];

/// The section.
pub fn history_json(history: &History) -> Json {
    Json::map([
        ("schema", Json::text("stage6.stress_lab.history")),
        ("schema_version", Json::integer(1)),
        ("seed", Json::integer(history.seed)),
        ("draws", Json::integer(history.draws)),
        (
            "method",
            Json::map(METHOD.map(|(key, text)| (key, Json::text(text)))),
        ),
        ("events", list(&history.events, event)),
        ("replays", list(&history.replays, replay)),
        ("rarities", list(&history.rarities, rarity)),
        ("distributions", list(&history.distributions, distribution)),
        (
            "tails",
            Json::List(
                history
                    .tails
                    .iter()
                    .map(|(measure, fitted)| tail(*measure, fitted))
                    .collect(),
            ),
        ),
    ])
}

fn list<T>(items: &[T], write: impl Fn(&T) -> Json) -> Json {
    Json::List(items.iter().map(write).collect())
}

fn count(number: usize) -> Json {
    Json::Integer(number.to_string())
}

fn optional(number: Option<f64>) -> Json {
    number.map_or(Json::Null, Json::Float)
}

fn event(event: &Event) -> Json {
    let coins = Coin::ALL.map(|coin| {
        let seen = event.coin(coin);
        let values = Json::map([
            ("peak_to_trough_pct", optional(seen.peak_to_trough)),
            ("worst_day_pct", optional(seen.worst_day)),
            ("volatility_ratio_window", optional(seen.volatility_ratio_window)),
            (
                "volatility_ratio_worst_day",
                optional(seen.volatility_ratio_worst_day),
            ),
            ("volume_ratio", optional(seen.volume_ratio)),
        ]);
        (coin.key(), values)
    });
    Json::map([
        ("id", Json::text(&event.id)),
        ("title", Json::text(&event.title)),
        ("window_start", Json::text(event.start.to_string())),
        ("window_end", Json::text(event.end.to_string())),
        ("coins", Json::map(coins)),
        ("coin_dispersion_bps", optional(event.coin_dispersion_bps)),
        ("sentiment_fall", optional(event.sentiment_fall)),
        ("funding_shift_bps", optional(event.funding_shift_bps)),
    ])
}

fn replay(replay: &Replay) -> Json {
    let cells = replay.cells.iter().map(|cell| {
        let members = Json::map([
            ("state", Json::text(cell.state.key())),
            (cell.metric.key(), optional(cell.value)),
            (cell.metric.threshold_key(), Json::Float(cell.limit)),
            ("utilisation", optional(cell.utilisation())),
            ("breached", Json::Bool(cell.breached)),
            ("source", Json::optional_text(cell.source)),
        ]);
        (cell.metric.key(), members)
    });
    let intensities = replay
        .intensities
        .iter()
        .map(|(word, intensity)| (*word, Json::Float(*intensity)));
    Json::map([
        ("id", Json::text(&replay.id)),
        ("event", Json::text(&replay.event)),
        ("basis", Json::text(replay.basis.key())),
        ("verdict", Json::text(replay.verdict())),
        (
            "breaches",
            Json::List(replay.breaches().map(|metric| Json::text(metric.key())).collect()),
        ),
        ("intensities", Json::map(intensities)),
        ("cells", Json::map(cells)),
    ])
}

fn rarity(rarity: &Rarity) -> Json {
    let mut members = vec![
        ("id", Json::text(&rarity.id)),
        ("scenario", Json::text(&rarity.scenario)),
        ("shock", Json::text(&rarity.shock)),
        ("state", Json::text(rarity.finding.state())),
    ];
    if let Finding::Measured {
        measure,
        exceedance,
        tail_frequency,
    } = &rarity.finding
    {
        members.push(("measure", Json::text(measure.key())));
        members.push(("unit", Json::text(measure.unit())));
        members.extend(exceedance_members(exceedance));
        members.push(("tail_frequency_pct", optional(*tail_frequency)));
        members.push(("tail_return_years", optional(rarity.finding.tail_years())));
    }
    Json::map(members)
}

fn exceedance_members(exceedance: &Exceedance) -> Vec<(&'static str, Json)> {
    vec![
        ("level", Json::Float(exceedance.level)),
        ("exceeded", count(exceedance.count)),
        ("observed_days", count(exceedance.days)),
        ("effective_days", Json::Float(exceedance.effective_days)),
        ("frequency_pct", Json::Float(exceedance.frequency)),
        ("frequency_low_pct", Json::Float(exceedance.low)),
        ("frequency_high_pct", Json::Float(exceedance.high)),
        ("return_days", optional(exceedance.return_days())),
    ]
}

fn distribution(distribution: &Distribution) -> Json {
    let (first, last) = distribution.span.clone().unzip();
    let (day, greatest) = distribution.greatest.clone().unzip();
    let quantiles = distribution
        .quantiles
        .iter()
        .map(|(q, value)| (super::tables::quantile_key(*q), Json::Float(*value)));
    Json::map([
        ("id", Json::text(distribution.measure.key())),
        ("unit", Json::text(distribution.measure.unit())),
        ("first", Json::optional_text(first.as_deref())),
        ("last", Json::optional_text(last.as_deref())),
        ("observed_days", count(distribution.days)),
        ("quantiles", Json::map(quantiles)),
        ("greatest", optional(greatest)),
        ("greatest_on", Json::optional_text(day.as_deref())),
        (
            "exceedances",
            list(&distribution.exceedances, |exceedance| {
                let mut members = exceedance_members(exceedance);
                members.push(("id", Json::text(super::tables::level_key(exceedance.level))));
                Json::map(members)
            }),
        ),
    ])
}

fn tail(measure: Measure, tail: &Tail) -> Json {
    let levels = tail
        .levels
        .iter()
        .map(|(years, level)| (format!("years_{years}"), estimate(level)));
    Json::map([
        ("id", Json::text(measure.key())),
        ("unit", Json::text(measure.unit())),
        ("threshold", Json::Float(tail.fit.threshold)),
        ("excesses", count(tail.fit.excesses)),
        ("rate_pct", Json::Float(tail.fit.rate)),
        ("shape", estimate(&tail.shape)),
        ("scale", estimate(&tail.scale)),
        ("return_levels", Json::map(levels)),
    ])
}

fn estimate(estimate: &Estimate) -> Json {
    Json::map([
        ("value", Json::Float(estimate.value)),
        ("low", Json::Float(estimate.low)),
        ("high", Json::Float(estimate.high)),
    ])
}
