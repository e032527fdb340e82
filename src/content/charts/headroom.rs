//! Headroom: what each metric of a scenario uses of its limit.

use super::Drawn;
use super::read::{Number, Source};
use super::words::Words;
use crate::chart::{Cell, Key, Share, ShareState, Shares, Swatch};
use crate::document::Node;
use crate::domain::Metric;

/// A metric with its limit.
struct Line {
    metric: Metric,
    value: Number,
    limit: Number,
    /// The scenario has a limit of its own.
    own: bool,
}

impl Line {
    fn share(&self) -> Option<f64> {
        (self.limit.value > 0.0).then(|| self.value.value / self.limit.value)
    }

    fn state(&self) -> ShareState {
        ShareState::of(self.value.value, self.limit.value)
    }
}

pub(super) fn draw(words: &Words<'_>, source: &Source<'_>, scenario: &Node, id: &str) -> Option<Drawn> {
    let (metrics, limits) = (scenario.get("metrics")?, scenario.get("thresholds")?);
    let overrides = scenario.get("threshold_overrides");
    let line = |metric: Metric| {
        Some(Line {
            metric,
            value: Number::of(metrics, metric.key())?,
            limit: Number::of(limits, metric.threshold_key())?,
            own: overrides.is_some_and(|own| own.get(metric.threshold_key()).is_some()),
        })
    };
    let lines: Vec<Line> = Metric::ALL.into_iter().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let shares = Shares {
        rows: lines.iter().map(|line| share(words, line)).collect(),
        limit: words.text("headroom.limit"),
        axis: words.text("headroom.axis"),
    };
    Some(Drawn {
        message: message(words, &lines),
        plot: shares.plot(id, &|share| words.share(share)),
        keys: keys(words),
        columns: vec![
            words.column("metric", false),
            words.column("observed", true),
            words.column("limit", true),
            words.column("share", true),
            words.column("own_limit", false),
        ],
        rows: lines.iter().map(|line| row(words, source, line)).collect(),
        notes: Vec::new(),
    })
}

fn share(words: &Words<'_>, line: &Line) -> Share {
    let unit = line.metric.unit();
    let values = [
        ("observed", words.quantity(line.value.value, unit)),
        ("limit", words.quantity(line.limit.value, unit)),
        (
            "share",
            line.share().map_or_else(String::new, |share| words.share(share)),
        ),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let key = if line.share().is_some() {
        "headroom.said"
    } else {
        "headroom.said_zero"
    };
    Share {
        label: words.metric(line.metric),
        said: words.filled(key, &values),
        share: line.share(),
        state: line.state(),
    }
}

fn row(words: &Words<'_>, source: &Source<'_>, line: &Line) -> Vec<Cell> {
    let unit = line.metric.unit();
    let own = if line.own { "true" } else { "false" };
    vec![
        Cell::words(words.metric(line.metric), line.metric.key()),
        source.cell(line.value, unit),
        source.cell(line.limit, unit),
        match line.share() {
            Some(share) => Cell::number(share, words.share(share), None),
            None => Cell::words("–", ""),
        },
        Cell::words(words.0.word(own), own),
    ]
}

fn message(words: &Words<'_>, lines: &[Line]) -> String {
    let over = lines
        .iter()
        .filter(|line| line.state() == ShareState::Over)
        .count();
    // Of equals, the first in the order of verdicts.
    let shares = lines.iter().filter_map(|line| Some((line.share()?, line.metric)));
    let most = shares.reduce(|most, next| if next.0 > most.0 { next } else { most });
    let (share, metric) = most.map_or_else(
        || (String::from("–"), String::from("–")),
        |(share, metric)| (words.share(share), words.metric(metric)),
    );
    let (over, count) = (words.count(over), words.count(lines.len()));
    let key = if over == words.count(0) {
        "headroom.message"
    } else {
        "headroom.message_over"
    };
    let values = [
        ("metric", metric.as_str()),
        ("share", &share),
        ("over", &over),
        ("count", &count),
    ];
    words.filled(key, &values)
}

fn keys(words: &Words<'_>) -> Vec<Key> {
    let states = [
        (ShareState::Within, "headroom.within"),
        (ShareState::Near, "headroom.near"),
        (ShareState::Over, "headroom.over"),
    ];
    let key = |(state, label): (ShareState, &str)| Key {
        swatch: Swatch::Bar(state.class().into(), state.pattern()),
        sample: "".into(),
        label: words.text(label),
    };
    states.map(key).to_vec()
}
