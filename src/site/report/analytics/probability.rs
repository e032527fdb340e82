//! How often each limit is broken when intensities are uncertain, with its interval as number and as bar.

use super::metric;
use crate::document::Node;
use crate::domain::Unit;
use crate::site::headroom::tenth;
use crate::site::report::figure::{Figure, Number, Source, items, word};
use crate::site::voice::Voice;
use serde::Serialize;

/// Size of the bar in CSS pixels; its whole width is a probability of 1.
const WIDTH: f64 = 160.0;
/// An interval narrower than this could not be seen.
const NARROWEST: f64 = 1.5;

#[derive(Debug, Serialize)]
pub(super) struct ProbabilityView {
    sentence: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// `None` for the breach of any limit.
    label: Option<String>,
    probability: Figure,
    low: Figure,
    high: Figure,
    bar: Bar,
    bar_label: String,
}

/// The bar of a probability, and the bracket of its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Bar {
    width: f64,
    fill: f64,
    low: f64,
    high: f64,
}

pub(super) fn view(
    voice: &Voice<'_>,
    source: &Source<'_>,
    scenario: &Node,
    settings: &Node,
) -> Option<ProbabilityView> {
    let probability = scenario.get("breach_probability")?;
    let of_metric = |item: &Node| {
        let label = voice.metric(metric(word(item, "metric")?)?);
        row(voice, source, Some(label), item.get("estimate")?)
    };
    let mut rows: Vec<Row> = items(probability, "thresholds")
        .iter()
        .filter_map(of_metric)
        .collect();
    rows.push(row(voice, source, None, probability.get("any")?)?);
    let number = |node: &Node, key: &str| Some(voice.quantity(Number::of(node, key)?.value, Unit::Plain));
    let values = [
        ("sigma", number(settings, "sigma")?),
        ("draws", number(probability, "draws")?),
        // As written: a seed is a name, not a quantity.
        ("seed", word(settings, "seed")?.to_owned()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(ProbabilityView {
        sentence: voice.filled("analytics.model", &values),
        rows,
    })
}

fn row(voice: &Voice<'_>, source: &Source<'_>, label: Option<String>, estimate: &Node) -> Option<Row> {
    let [probability, low, high] = ["probability", "low", "high"].map(|key| Number::of(estimate, key));
    let (probability, low, high) = (probability?, low?, high?);
    let shown = |number: Number| voice.quantity(number.value, Unit::Fraction);
    let values = [shown(probability), shown(low), shown(high)];
    let [of, from, to] = values.each_ref().map(String::as_str);
    Some(Row {
        label,
        probability: source.figure(probability, Unit::Fraction),
        low: source.figure(low, Unit::Fraction),
        high: source.figure(high, Unit::Fraction),
        bar: bar(probability.value, low.value, high.value),
        bar_label: voice.filled(
            "analytics.probability_bar",
            &[("probability", of), ("low", from), ("high", to)],
        ),
    })
}

fn bar(probability: f64, low: f64, high: f64) -> Bar {
    let at = |share: f64| share.clamp(0.0, 1.0) * WIDTH;
    let middle = (at(low) + at(high)) / 2.0;
    let reach = ((at(high) - at(low)) / 2.0).max(NARROWEST / 2.0);
    Bar {
        width: WIDTH,
        fill: tenth(at(probability)),
        low: tenth((middle - reach).max(0.0)),
        high: tenth((middle + reach).min(WIDTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_seen_however_narrow_and_stays_inside() {
        let narrow = bar(0.5, 0.5, 0.5);
        assert_eq!((narrow.fill, narrow.low, narrow.high), (80.0, 79.3, 80.8));
        let never = bar(0.0, 0.0, 0.0002);
        assert_eq!((never.fill, never.low, never.high), (0.0, 0.0, 0.8));
        let wide = bar(0.9, 0.8, 1.2);
        assert_eq!((wide.low, wide.high), (128.0, 160.0));
    }
}
