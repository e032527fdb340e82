//! Attribution: which shock causes how much of each metric (Shapley values), on one axis in percent of the limit.

use super::Drawn;
use super::read::{Number, Source, items, shock_place, word};
use super::reverse::shocks;
use super::words::Words;
use crate::chart::{Cell, Contribution, ContributionGroup, Contributions};
use crate::document::Node;
use crate::domain::Metric;

/// A metric and what moves it.
struct Group {
    metric: Metric,
    value: Number,
    limit: Number,
    /// The metric without any shock.
    without: f64,
    parts: Vec<Part>,
}

/// A shock's part: its word and name, and its Shapley value.
struct Part {
    shock: (String, String),
    value: Number,
}

impl Group {
    fn of_limit(&self, value: f64) -> Option<f64> {
        (self.limit.value > 0.0).then(|| value / self.limit.value)
    }

    fn of_metric(&self, value: f64) -> Option<f64> {
        let share = value / (self.value.value - self.without);
        share.is_finite().then_some(share)
    }
}

pub(super) fn draw(words: &Words<'_>, source: &Source<'_>, scenario: &Node, id: &str) -> Option<Drawn> {
    let names = shocks(words, scenario);
    let groups: Vec<Group> = Metric::ALL
        .into_iter()
        .filter_map(|metric| group(scenario, metric, &names))
        .collect();
    if groups.is_empty() {
        return None;
    }
    let contributions = Contributions {
        groups: groups.iter().map(|group| drawn(words, group)).collect(),
        zero: words.text("attribution.zero"),
        axis: words.text("attribution.axis"),
    };
    let columns = [
        ("metric", false),
        ("shock", false),
        ("contribution", true),
        ("share_of_metric", true),
        ("share_of_limit", true),
    ];
    let rows = groups
        .iter()
        .flat_map(|group| group.parts.iter().map(|part| row(words, source, group, part)));
    Some(Drawn {
        message: message(words, &groups),
        plot: contributions.plot(id, &|share| words.share(share)),
        keys: Vec::new(),
        columns: columns.map(|(key, numeric)| words.column(key, numeric)).to_vec(),
        rows: rows.collect(),
        notes: Vec::new(),
    })
}

/// `None` where no shock moves the metric, or there are too many shocks for Shapley values.
fn group(scenario: &Node, metric: Metric, names: &[(String, String)]) -> Option<Group> {
    let attribution = scenario.get("attribution")?;
    let part = |share: &Node| {
        Some(Part {
            shock: names.get(shock_place(share.get("shock")?)?)?.clone(),
            value: Number::of(share, "shapley")?,
        })
    };
    let parts: Vec<Part> = items(attribution, "shares")
        .iter()
        .filter(|share| word(share, "metric") == Some(metric.key()))
        .filter_map(part)
        .collect();
    (!parts.is_empty()).then_some(())?;
    Some(Group {
        metric,
        value: Number::of(scenario.get("metrics")?, metric.key())?,
        limit: Number::of(scenario.get("thresholds")?, metric.threshold_key())?,
        without: Number::of(attribution.get("with_none")?, metric.key())?.value,
        parts,
    })
}

fn drawn(words: &Words<'_>, group: &Group) -> ContributionGroup {
    let said = |value: f64| {
        let shown = words.quantity(value, group.metric.unit());
        match group.of_limit(value) {
            Some(share) => words.filled(
                "attribution.said",
                &[("value", &shown), ("share", &words.share(share))],
            ),
            None => shown,
        }
    };
    ContributionGroup {
        label: words.metric(group.metric),
        said: said(group.value.value),
        parts: group
            .parts
            .iter()
            .map(|part| Contribution {
                label: part.shock.1.clone(),
                said: said(part.value.value),
                value: group.of_limit(part.value.value),
            })
            .collect(),
    }
}

fn row(words: &Words<'_>, source: &Source<'_>, group: &Group, part: &Part) -> Vec<Cell> {
    let share = |share: Option<f64>| match share {
        Some(share) => Cell::number(share, words.share(share), None),
        None => Cell::words("–", ""),
    };
    let (word, name) = &part.shock;
    vec![
        Cell::words(words.metric(group.metric), group.metric.key()),
        Cell::words(name, word),
        source.cell(part.value, group.metric.unit()),
        share(group.of_metric(part.value.value)),
        share(group.of_limit(part.value.value)),
    ]
}

fn message(words: &Words<'_>, groups: &[Group]) -> String {
    let parts = groups.iter().flat_map(|group| {
        let parts = group.parts.iter();
        parts.filter_map(move |part| Some((group.of_limit(part.value.value)?, group, part)))
    });
    let most = parts.reduce(|most, next| if next.0 > most.0 { next } else { most });
    most.map_or_else(String::new, |(share, group, part)| {
        words.filled(
            "attribution.message",
            &[
                ("shock", &part.shock.1),
                ("share", &words.share(share)),
                ("metric", &words.metric(group.metric)),
            ],
        )
    })
}
