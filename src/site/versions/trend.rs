//! The trend: each metric of each scenario over the releases, oldest first, as tables, chart and CSV.

use super::issue::Issue;
use crate::domain::{Fact, FactValue, Metric};
use crate::evidence::ScenarioFacts;
use crate::site::voice::Voice;
use serde::Serialize;

/// The trend as CSV, for programs and spreadsheets.
pub(in crate::site) const TREND_CSV: &str = "data/releases.csv";

const COLUMNS: [&str; 13] = [
    "release",
    "sequence",
    "released_at",
    "status",
    "scenario",
    "verdict",
    "metric",
    "unit",
    "value",
    "limit",
    "share_of_limit",
    "bundle",
    "list_sha256",
];

/// Size of a chart in its own pixels, and the room around the plot.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

/// One scenario over the releases.
#[derive(Debug, Serialize)]
pub(super) struct Trend {
    /// Its place among the scenarios, from 1; part of ids.
    number: usize,
    scenario: String,
    /// The releases, the oldest first.
    releases: Vec<String>,
    rows: Vec<Row>,
    /// A line needs two points.
    chart: Option<Chart>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// The number of its line in the chart, from 1.
    line: usize,
    metric: String,
    cells: Vec<Option<Cell>>,
}

#[derive(Debug, Serialize)]
struct Cell {
    value: String,
    share: Option<String>,
    over: bool,
}

/// The shares of limits as lines.
#[derive(Debug, Serialize)]
struct Chart {
    title: String,
    description: String,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    bottom: f64,
    limit_at: f64,
    marks: Vec<Mark>,
    columns: Vec<Column>,
    lines: Vec<Line>,
}

/// A mark on the vertical axis.
#[derive(Debug, Serialize)]
struct Mark {
    y: f64,
    label: String,
}

/// A release on the horizontal axis.
#[derive(Debug, Serialize)]
struct Column {
    x: f64,
    label: String,
    anchor: &'static str,
}

#[derive(Debug, Serialize)]
struct Line {
    line: usize,
    points: Vec<Point>,
    path: String,
}

#[derive(Debug, Serialize)]
struct Point {
    x: f64,
    y: f64,
    title: String,
}

/// Value and limit of a metric in one release.
type Pair<'a> = Option<(&'a Fact, &'a Fact)>;

/// The scenarios that this release examines, each over all releases with results.
pub(super) fn trends(voice: &Voice<'_>, issues: &[Issue<'_>]) -> Vec<Trend> {
    let oldest_first: Vec<&Issue<'_>> = issues.iter().rev().filter(|issue| issue.has_results()).collect();
    let Some(now) = issues.first() else {
        return Vec::new();
    };
    let trend = |(index, scenario): (usize, &ScenarioFacts<'_>)| {
        let pairs = |metric: Metric| -> Vec<Pair<'_>> {
            let issues = oldest_first.iter();
            issues.map(|issue| pair(issue, &scenario.name, metric)).collect()
        };
        let known = Metric::ALL.into_iter().map(|metric| (metric, pairs(metric)));
        let known: Vec<(Metric, Vec<Pair<'_>>)> = known
            .filter(|(_, pairs)| pairs.iter().any(Option::is_some))
            .collect();
        let ids: Vec<String> = oldest_first.iter().map(|issue| issue.id.to_owned()).collect();
        Trend {
            number: index + 1,
            chart: (ids.len() > 1).then(|| chart(voice, &scenario.name, &ids, &known)),
            scenario: scenario.name.clone(),
            rows: known
                .iter()
                .enumerate()
                .map(|(index, (metric, pairs))| row(voice, index + 1, *metric, pairs))
                .collect(),
            releases: ids,
        }
    };
    now.results.scenarios.iter().enumerate().map(trend).collect()
}

fn pair<'a>(issue: &'a Issue<'_>, scenario: &str, metric: Metric) -> Pair<'a> {
    let mut metrics = issue.scenario(scenario)?.metrics.iter();
    let found = metrics.find(|(known, ..)| *known == metric)?;
    Some((found.1, found.2))
}

fn number(fact: &Fact) -> f64 {
    match fact.value {
        FactValue::Number(number) => number,
        _ => 0.0,
    }
}

/// The share of its limit that a value uses; none when the limit is zero, because nothing is a share of that.
fn share_of((value, limit): (&Fact, &Fact)) -> Option<f64> {
    let limit = number(limit);
    (limit > 0.0).then(|| number(value) / limit)
}

/// A tenth of a pixel is finer than any screen.
fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

fn row(voice: &Voice<'_>, line: usize, metric: Metric, pairs: &[Pair<'_>]) -> Row {
    let cell = |pair: &Pair<'_>| {
        pair.map(|(value, limit)| Cell {
            value: voice.fact(value),
            share: share_of((value, limit)).map(|share| voice.rounded_percent(share)),
            over: number(value) > number(limit),
        })
    };
    Row {
        line,
        metric: voice.metric(metric),
        cells: pairs.iter().map(cell).collect(),
    }
}

/// Where shares and releases stand in a chart.
struct Frame {
    /// The share at the upper end of the scale.
    top: f64,
    /// The distance of two releases.
    step: f64,
}

impl Frame {
    /// A scale that ends at the next half above the largest share, so that a breach is seen whole.
    #[expect(clippy::cast_precision_loss, reason = "releases are few")]
    fn of(releases: usize, known: &[(Metric, Vec<Pair<'_>>)]) -> Frame {
        let shares = known.iter().flat_map(|(_, pairs)| pairs.iter().flatten());
        let most = shares.filter_map(|pair| share_of(*pair)).fold(1.0_f64, f64::max);
        Frame {
            top: (most * 2.0).ceil() / 2.0,
            step: (WIDTH - LEFT - RIGHT) / (releases.saturating_sub(1).max(1)) as f64,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "releases are few")]
    fn x(&self, index: usize) -> f64 {
        tenth(LEFT + self.step * index as f64)
    }

    fn y(&self, share: f64) -> f64 {
        tenth(TOP + (1.0 - share.max(0.0) / self.top) * (HEIGHT - TOP - BOTTOM))
    }

    /// A mark at each half.
    fn marks(&self, voice: &Voice<'_>) -> Vec<Mark> {
        let marks = (0..)
            .map(|half| f64::from(half) / 2.0)
            .take_while(|mark| *mark <= self.top);
        marks
            .map(|mark| Mark {
                y: self.y(mark),
                label: voice.rounded_percent(mark),
            })
            .collect()
    }

    /// The line of a metric; it is broken where a release does not know the metric.
    fn line(&self, voice: &Voice<'_>, ids: &[String], number: usize, of: &(Metric, Vec<Pair<'_>>)) -> Line {
        let (metric, pairs) = of;
        let (mut points, mut path, mut pen_is_down) = (Vec::new(), String::new(), false);
        for (column, (pair, release)) in pairs.iter().zip(ids).enumerate() {
            let Some(share) = pair.and_then(share_of) else {
                pen_is_down = false;
                continue;
            };
            let (x, y) = (self.x(column), self.y(share));
            path += &format!("{}{x} {y}", if pen_is_down { 'L' } else { 'M' });
            pen_is_down = true;
            let share = voice.rounded_percent(share);
            points.push(Point {
                x,
                y,
                title: format!("{}, {release}: {share}", voice.metric(*metric)),
            });
        }
        Line {
            line: number,
            points,
            path,
        }
    }
}

fn chart(voice: &Voice<'_>, scenario: &str, ids: &[String], known: &[(Metric, Vec<Pair<'_>>)]) -> Chart {
    let frame = Frame::of(ids.len(), known);
    let values = [("scenario", scenario)];
    let last = ids.len().saturating_sub(1);
    let column = |(index, id): (usize, &String)| Column {
        x: frame.x(index),
        label: id.clone(),
        anchor: match index {
            0 => "start",
            _ if index == last => "end",
            _ => "middle",
        },
    };
    let lines = known.iter().enumerate();
    Chart {
        title: voice.filled("versions.chart", &values),
        description: voice.filled("versions.chart_more", &values),
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: WIDTH - RIGHT,
        bottom: HEIGHT - BOTTOM,
        limit_at: frame.y(1.0),
        marks: frame.marks(voice),
        columns: ids.iter().enumerate().map(column).collect(),
        lines: lines
            .map(|(index, of)| frame.line(voice, ids, index + 1, of))
            .collect(),
    }
}

/// The trend of all releases with results, the oldest first: one row for each metric of each scenario.
pub(super) fn csv(issues: &[Issue<'_>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory does not refuse a byte, so no write can fail.
    let _ = writer.write_record(COLUMNS);
    for issue in issues.iter().rev().filter(|issue| issue.has_results()) {
        for scenario in &issue.results.scenarios {
            for (metric, value, limit) in &scenario.metrics {
                let list = issue.past.map(|past| past.list.to_string());
                let share = share_of((value, limit)).map(|share| share.to_string());
                let _ = writer.write_record([
                    issue.id,
                    &issue.sequence.to_string(),
                    &issue.released_at.to_string(),
                    issue.status.as_str(),
                    &scenario.name,
                    if scenario.passed() { "passed" } else { "failed" },
                    metric.key(),
                    metric.unit().key(),
                    &number(value).to_string(),
                    &number(limit).to_string(),
                    &share.unwrap_or_default(),
                    issue.bundle,
                    // Its own list is made after its site.
                    &list.unwrap_or_default(),
                ]);
            }
        }
    }
    writer.into_inner().unwrap_or_default()
}
