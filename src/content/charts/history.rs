//! History: what past events would have used of today's limits, as a heat table.

use super::Drawn;
use super::read::{Number, Source, cell};
use super::words::Words;
use crate::chart::{Cell, Column, Heat, HeatCell, HeatRow, Key, Level, Swatch};
use crate::domain::{Metric, Unit};
use crate::evidence::{Evidence, Row, Table};

/// The table of past events against limits, and the one with their titles.
pub(super) const REPLAYS: &str = "event_replays.csv";
const EVENTS: &str = "events.csv";

/// The values of one event, for the search of the highest.
struct Replay {
    title: String,
    row: HeatRow,
    shares: Vec<(Metric, f64)>,
}

pub(super) fn draw(
    words: &Words<'_>,
    source: &Source<'_>,
    (evidence, table): (&Evidence, &Table),
    current: bool,
) -> Option<Drawn> {
    let titles = evidence.table(EVENTS);
    let replays: Vec<Replay> = table
        .rows
        .iter()
        .map(|row| replay(words, source, (table, row), (titles, current)))
        .collect();
    if replays.is_empty() {
        return None;
    }
    let columns = columns(words);
    let message = message(words, &replays, current);
    let rows: Vec<HeatRow> = replays.into_iter().map(|replay| replay.row).collect();
    let data = rows.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| match &cell.spoken {
            Some(spoken) if cell.sign.is_some() => Cell::words(spoken, cell.state),
            _ => cell.cell.clone(),
        });
        let cited = Metric::ALL
            .iter()
            .zip(&row.cells)
            .filter(|(_, cell)| cell.state == "cited");
        let cited: Vec<&str> = cited.map(|(metric, _)| metric.key()).collect();
        let mut data: Vec<Cell> = row.heads.iter().cloned().chain(cells).collect();
        data.push(Cell::words(cited.join(" "), cited.join(" ")));
        data
    });
    let data = data.collect();
    let mut all = columns.clone();
    all.push(Column {
        key: String::from("cited"),
        heading: words.site("history.state.cited"),
        numeric: false,
    });
    let heat = Heat {
        columns,
        rows,
        label: words.text("history.title"),
    };
    Some(Drawn {
        message,
        plot: heat.plot(),
        keys: keys(words, current),
        columns: all,
        rows: data,
        notes: Vec::new(),
    })
}

fn columns(words: &Words<'_>) -> Vec<Column> {
    let named = |key: &str, heading: String, numeric: bool| Column {
        key: key.to_owned(),
        heading,
        numeric,
    };
    let mut columns = vec![
        named("event", words.site("history.event"), false),
        named("basis", words.site("history.taken"), false),
    ];
    columns.extend(Metric::ALL.map(|metric| named(metric.key(), words.metric(metric), true)));
    columns
}

fn replay(
    words: &Words<'_>,
    source: &Source<'_>,
    (table, row): (&Table, &Row),
    (titles, current): (Option<&Table>, bool),
) -> Replay {
    let event = cell(table, row, "event").unwrap_or_default();
    let title = titles.and_then(|titles| {
        let row = titles.rows.iter().find(|row| row.id() == event)?;
        cell(titles, row, "title")
    });
    let title = title.unwrap_or(event).to_owned();
    let basis = match cell(table, row, "basis") {
        Some("window") => "window",
        _ => "worst_day",
    };
    let share = |metric: Metric| {
        let text = cell(table, row, &format!("{}_utilisation", metric.key()))?;
        Number::of_cell(text, row.at)
    };
    let shares = Metric::ALL
        .into_iter()
        .filter_map(|metric| Some((metric, share(metric)?.value)));
    Replay {
        shares: shares.collect(),
        row: HeatRow {
            heads: vec![
                Cell::words(&title, event),
                Cell::words(words.site(&format!("history.basis.{basis}")), basis),
            ],
            head_language: (titles.is_some()).then_some("en"),
            cells: Metric::ALL
                .into_iter()
                .map(|metric| heat_cell(words, source, (table, row), (metric, share(metric)), current))
                .collect(),
        },
        title,
    }
}

fn heat_cell(
    words: &Words<'_>,
    source: &Source<'_>,
    (table, row): (&Table, &Row),
    (metric, share): (Metric, Option<Number>),
    current: bool,
) -> HeatCell {
    let state = match cell(table, row, &format!("{}_state", metric.key())) {
        Some("measured") => "measured",
        Some("cited") => "cited",
        Some("not_comparable") => "not_comparable",
        _ => "missing",
    };
    let said = |state: &str| words.site(&format!("history.state.{state}"));
    let value = cell(table, row, metric.key()).and_then(|text| Number::of_cell(text, row.at));
    let known = state == "measured" || state == "cited";
    let shown = match (share, value) {
        // Whole percents: a map is for comparing.
        (Some(share), _) if current => {
            let rounded = words.quantity((share.value * 100.0).round() / 100.0, Unit::Fraction);
            Some(source.cell_as(share, rounded))
        }
        (_, Some(value)) => Some(source.cell(value, metric.unit())),
        _ => None,
    };
    let Some(cell) = shown.filter(|_| known) else {
        let sign = if state == "not_comparable" { "≠" } else { "–" };
        return HeatCell {
            state,
            sign: Some(sign),
            spoken: Some(said(state)),
            ..HeatCell::default()
        };
    };
    let level = share.filter(|_| current).map(|share| Level::of(share.value));
    let mut spoken = Vec::new();
    if state == "cited" {
        spoken.push(said("cited"));
    }
    if level >= Some(Level::Over) {
        spoken.push(words.site("history.over"));
    }
    HeatCell {
        cell,
        level,
        state,
        sign: None,
        spoken: (!spoken.is_empty()).then(|| spoken.join(", ")),
    }
}

fn message(words: &Words<'_>, replays: &[Replay], current: bool) -> String {
    if !current {
        return words.text("history.message_values");
    }
    let all = replays.iter().flat_map(|replay| {
        let shares = replay.shares.iter();
        shares.map(move |(metric, share)| (*share, *metric, replay.title.as_str()))
    });
    let all: Vec<(f64, Metric, &str)> = all.collect();
    let over = all.iter().filter(|(share, ..)| *share > 1.0).count();
    let most = all
        .iter()
        .copied()
        .reduce(|most, next| if next.0 > most.0 { next } else { most });
    let (share, metric, event) = most.map_or_else(
        || (String::from("–"), String::from("–"), "–"),
        |(share, metric, event)| {
            let rounded = (share * 100.0).round() / 100.0;
            (words.share(rounded), words.metric(metric), event)
        },
    );
    let (over, count) = (words.count(over), words.count(all.len()));
    let values = [
        ("over", over.as_str()),
        ("count", &count),
        ("share", &share),
        ("metric", &metric),
        ("event", event),
    ];
    words.filled("history.message", &values)
}

fn keys(words: &Words<'_>, current: bool) -> Vec<Key> {
    let key = |classes: &'static str, sample: &'static str, label: &str| Key {
        swatch: Swatch::Shade(classes.into()),
        sample: sample.into(),
        label: words.text(&format!("history.{label}")),
    };
    let mut keys = if current {
        vec![
            key("cell-measured heat-low", "40", "low"),
            key("cell-measured heat-middle", "80", "middle"),
            key("cell-measured heat-near", "95", "near"),
            key("cell-measured heat-over", "150", "over"),
            key("cell-measured heat-far", "300", "far"),
        ]
    } else {
        vec![key("cell-measured", "80", "value")]
    };
    keys.push(key("cell-cited", "80", "cited"));
    keys.push(key("cell-not_comparable", "≠", "not_comparable"));
    keys.push(key("cell-missing", "–", "missing"));
    keys
}
