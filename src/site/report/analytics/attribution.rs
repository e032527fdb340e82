//! What a fifth more or less of each shock would do to the metrics that it moves, beside its Shapley value.

use super::place;
use crate::document::Node;
use crate::domain::{Metric, Unit};
use crate::site::report::figure::{Figure, Number, Source, items, word};
use crate::site::voice::Voice;
use serde::Serialize;

/// Size of the bars in CSS pixels; the limit stands at four fifths, so that a breach can be seen to reach over it.
const WIDTH: f64 = 160.0;
const LIMIT_AT: f64 = 128.0;

#[derive(Debug, Serialize)]
pub(super) struct AttributionView {
    groups: Vec<Group>,
    /// There are no Shapley values: the scenario has too many shocks.
    too_many: bool,
}

/// A metric and the shocks that move it.
#[derive(Debug, Serialize)]
struct Group {
    label: String,
    total: Figure,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    shock: String,
    contribution: Option<Figure>,
    share: Option<String>,
    lower: Figure,
    upper: Figure,
    tornado: Tornado,
    tornado_label: String,
}

/// From four fifths to six fifths of a shock's intensity, beside the limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Tornado {
    width: f64,
    limit_at: f64,
    from: f64,
    length: f64,
    now: f64,
    over: bool,
}

pub(super) fn view(
    voice: &Voice<'_>,
    source: &Source<'_>,
    scenario: &Node,
    shocks: &[String],
) -> Option<AttributionView> {
    let attribution = scenario.get("attribution")?;
    let shares = items(attribution, "shares");
    let group = |metric: Metric| {
        let of_metric: Vec<&Node> = shares
            .iter()
            .filter(|share| word(share, "metric") == Some(metric.key()))
            .collect();
        (!of_metric.is_empty())
            .then(|| group(voice, source, (scenario, metric), &of_metric, shocks))
            .flatten()
    };
    Some(AttributionView {
        groups: Metric::ALL.into_iter().filter_map(group).collect(),
        too_many: shares.iter().any(|share| Number::of(share, "shapley").is_none()),
    })
}

fn group(
    voice: &Voice<'_>,
    source: &Source<'_>,
    (scenario, metric): (&Node, Metric),
    shares: &[&Node],
    shocks: &[String],
) -> Option<Group> {
    let now = Number::of(scenario.get("metrics")?, metric.key())?;
    let limit = Number::of(scenario.get("thresholds")?, metric.threshold_key())?.value;
    let none = Number::of(scenario.at_path(&["attribution", "with_none"])?, metric.key())?.value;
    let whole = now.value - none;
    let mut rows = Vec::new();
    for share in shares {
        let contribution = Number::of(share, "shapley");
        let part = contribution
            .map(|number| number.value / whole)
            .filter(|part| part.is_finite());
        rows.push(row(
            voice,
            source,
            metric,
            share,
            shocks,
            (part, now.value, limit),
        )?);
    }
    Some(Group {
        label: voice.metric(metric),
        total: source.figure(now, metric.unit()),
        rows,
    })
}

fn row(
    voice: &Voice<'_>,
    source: &Source<'_>,
    metric: Metric,
    share: &Node,
    shocks: &[String],
    (part, now, limit): (Option<f64>, f64, f64),
) -> Option<Row> {
    let shock = shocks.get(place(share.get("shock")?)?)?.clone();
    let lower = Number::of(share, "with_four_fifths")?;
    let upper = Number::of(share, "with_six_fifths")?;
    let shown = |number: f64| voice.quantity(number, metric.unit());
    let shown_part = part.map(|part| voice.quantity((part * 1_000.0).round() / 1_000.0, Unit::Fraction));
    let tornado_label = voice.filled(
        "analytics.tornado_bar",
        &[
            ("low", &shown(lower.value)),
            ("high", &shown(upper.value)),
            ("limit", &shown(limit)),
        ],
    );
    Some(Row {
        shock,
        contribution: Number::of(share, "shapley").map(|number| source.figure(number, metric.unit())),
        share: shown_part,
        lower: source.figure(lower, metric.unit()),
        upper: source.figure(upper, metric.unit()),
        tornado: tornado((lower.value, now, upper.value), limit),
        tornado_label,
    })
}

/// A tenth of a pixel is finer than any screen.
fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

fn tornado((lower, now, upper): (f64, f64, f64), limit: f64) -> Tornado {
    let at = |value: f64| match limit > 0.0 {
        true => (value / limit * LIMIT_AT).clamp(0.0, WIDTH),
        false if value > 0.0 => WIDTH,
        false => 0.0,
    };
    Tornado {
        width: WIDTH,
        limit_at: LIMIT_AT,
        from: tenth(at(lower)),
        // A shock that changes nothing still has a place.
        length: tenth((at(upper) - at(lower)).max(1.0)),
        now: tenth(at(now)),
        over: upper > limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swing_is_measured_on_the_limit() {
        let swing = tornado((0.4, 0.5, 0.6), 0.5);
        assert_eq!(
            (swing.from, swing.length, swing.now, swing.over),
            (102.4, 51.2, 128.0, true)
        );
        assert_eq!(tornado((1.0, 1.0, 1.0), 2.0).length, 1.0);
        assert_eq!(tornado((0.0, 0.0, 0.0), 0.0).from, 0.0);
    }
}
