//! History as evidence tables: a first column `id`, names of lower-case letters, digits and `_`, endings that state
//! units, and the word `missing` where nothing was measured.

use super::measures::Coin;
use super::{Event, Exceedance, Finding, History, Measure};
use crate::document::json_text::python_float;
use crate::domain::Metric;

/// A table: its file name and its rows, the header first.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryTable {
    /// The file's name.
    pub name: &'static str,
    /// All rows, the header first; all of the same width.
    pub rows: Vec<Vec<String>>,
}

impl HistoryTable {
    /// The bytes of the file (RFC 4180 with LF).
    pub fn to_csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            // Writing to memory cannot fail.
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// All tables.
pub fn tables(history: &History) -> Vec<HistoryTable> {
    vec![
        events_csv(&history.events),
        replays(history),
        rarities(history),
        exceedances(history),
        quantiles(history),
        tails(history),
    ]
}

fn table(name: &'static str, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> HistoryTable {
    let header = header.iter().map(|name| (*name).to_owned()).collect();
    HistoryTable {
        name,
        rows: std::iter::once(header).chain(rows).collect(),
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "missing".to_owned(), python_float)
}

/// `p95` for 0.95, `p97_5` for 0.975.
pub(super) fn quantile_key(q: f64) -> String {
    // Rounded, because 0.999 × 100 is 99.90000000000001.
    format!("p{}", libm::round(q * 1_000.0) / 10.0).replace('.', "_")
}

/// `above_1_6` for 1.6.
pub(super) fn level_key(level: f64) -> String {
    format!("above_{level}").replace('.', "_")
}

/// The event library.
pub fn events_csv(events: &[Event]) -> HistoryTable {
    let mut header: Vec<String> = ["id", "title", "window_start", "window_end"]
        .map(str::to_owned)
        .to_vec();
    for coin in Coin::ALL.map(Coin::key) {
        header.push(format!("peak_to_trough_{coin}_pct"));
        header.push(format!("worst_day_{coin}_pct"));
        header.push(format!("volatility_ratio_window_{coin}"));
        header.push(format!("volatility_ratio_worst_day_{coin}"));
        header.push(format!("volume_ratio_{coin}"));
    }
    header.extend(["coin_dispersion_bps", "sentiment_fall", "funding_shift_bps"].map(str::to_owned));
    let row = |event: &Event| {
        let mut row = vec![
            event.id.clone(),
            event.title.clone(),
            event.start.to_string(),
            event.end.to_string(),
        ];
        for coin in Coin::ALL.map(|coin| event.coin(coin)) {
            let shares = [coin.peak_to_trough, coin.worst_day];
            let ratios = [
                coin.volatility_ratio_window,
                coin.volatility_ratio_worst_day,
                coin.volume_ratio,
            ];
            row.extend(shares.into_iter().chain(ratios).map(number));
        }
        row.extend(
            [
                event.coin_dispersion_bps,
                event.sentiment_fall,
                event.funding_shift_bps,
            ]
            .map(number),
        );
        row
    };
    HistoryTable {
        name: "events.csv",
        rows: std::iter::once(header).chain(events.iter().map(row)).collect(),
    }
}

/// The heat map: a row for each event and basis, three columns for each metric.
fn replays(history: &History) -> HistoryTable {
    let mut header: Vec<String> = ["id", "event", "basis", "verdict", "breaches"]
        .map(str::to_owned)
        .to_vec();
    for metric in Metric::ALL {
        header.extend(["", "_state", "_utilisation"].map(|ending| format!("{}{ending}", metric.key())));
    }
    let rows = history.replays.iter().map(|replay| {
        let breaches: Vec<&str> = replay.breaches().map(Metric::key).collect();
        let breaches = if breaches.is_empty() {
            "none".to_owned()
        } else {
            breaches.join(" ")
        };
        let names = [
            replay.id.as_str(),
            &replay.event,
            replay.basis.key(),
            replay.verdict(),
            &breaches,
        ];
        let mut row = names.map(str::to_owned).to_vec();
        for cell in &replay.cells {
            row.extend([
                number(cell.value),
                cell.state.key().to_owned(),
                number(cell.utilisation()),
            ]);
        }
        row
    });
    HistoryTable {
        name: "event_replays.csv",
        rows: std::iter::once(header).chain(rows).collect(),
    }
}

const EXCEEDANCE_COLUMNS: [&str; 8] = [
    "level",
    "exceeded",
    "observed_days",
    "effective_days",
    "frequency_pct",
    "frequency_low_pct",
    "frequency_high_pct",
    "return_days",
];

fn exceedance_cells(exceedance: &Exceedance) -> Vec<String> {
    vec![
        python_float(exceedance.level),
        exceedance.count.to_string(),
        exceedance.days.to_string(),
        python_float(exceedance.effective_days),
        python_float(exceedance.frequency),
        python_float(exceedance.low),
        python_float(exceedance.high),
        number(exceedance.return_days()),
    ]
}

fn rarities(history: &History) -> HistoryTable {
    let mut header = vec!["id", "scenario", "shock", "state", "measure", "unit"];
    header.extend(EXCEEDANCE_COLUMNS);
    header.extend(["tail_frequency_pct", "tail_return_years"]);
    let rows = history.rarities.iter().map(|rarity| {
        let mut row = vec![rarity.id.clone(), rarity.scenario.clone(), rarity.shock.clone()];
        row.push(rarity.finding.state().to_owned());
        match &rarity.finding {
            Finding::Measured {
                measure,
                exceedance,
                tail_frequency,
            } => {
                row.extend([measure.key().to_owned(), measure.unit().to_owned()]);
                row.extend(exceedance_cells(exceedance));
                row.extend([number(*tail_frequency), number(rarity.finding.tail_years())]);
            }
            Finding::NoData | Finding::NotComparable => row.resize(header.len(), "missing".to_owned()),
        }
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table("shock_severity.csv", &header, rows)
}

fn exceedances(history: &History) -> HistoryTable {
    let mut header = vec!["id", "measure", "unit"];
    header.extend(EXCEEDANCE_COLUMNS);
    let rows = history.distributions.iter().flat_map(|distribution| {
        distribution.exceedances.iter().map(|exceedance| {
            let measure = distribution.measure;
            let id = format!("{}_{}", measure.key(), level_key(exceedance.level));
            let mut row = vec![id, measure.key().to_owned(), measure.unit().to_owned()];
            row.extend(exceedance_cells(exceedance));
            row
        })
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table("exceedance.csv", &header, rows)
}

fn quantiles(history: &History) -> HistoryTable {
    let keys: Vec<String> = super::QUANTILES.iter().map(|q| quantile_key(*q)).collect();
    let mut header = vec!["id", "unit", "first", "last", "observed_days"];
    header.extend(keys.iter().map(String::as_str));
    header.extend(["greatest", "greatest_on"]);
    let rows = history.distributions.iter().map(|distribution| {
        let measure: Measure = distribution.measure;
        let text = |text: Option<String>| text.unwrap_or_else(|| "missing".to_owned());
        let (first, last) = distribution.span.clone().unzip();
        let (day, greatest) = distribution.greatest.clone().unzip();
        let mut row = vec![
            measure.key().to_owned(),
            measure.unit().to_owned(),
            text(first),
            text(last),
        ];
        row.push(distribution.days.to_string());
        row.extend(
            distribution
                .quantiles
                .iter()
                .map(|(_, value)| python_float(*value)),
        );
        row.extend([number(greatest), text(day)]);
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table("quantiles.csv", &header, rows)
}

fn tails(history: &History) -> HistoryTable {
    let mut header: Vec<String> = ["id", "unit", "threshold", "excesses", "rate_pct"]
        .map(str::to_owned)
        .to_vec();
    let names = super::PERIODS.iter().map(|years| format!("level_years_{years}"));
    for name in ["shape".to_owned(), "scale".to_owned()].into_iter().chain(names) {
        header.extend(["", "_low", "_high"].map(|ending| format!("{name}{ending}")));
    }
    let rows = history.tails.iter().map(|(measure, tail)| {
        let mut row = vec![
            measure.key().to_owned(),
            measure.unit().to_owned(),
            python_float(tail.fit.threshold),
        ];
        row.extend([tail.fit.excesses.to_string(), python_float(tail.fit.rate)]);
        let levels = tail.levels.iter().map(|(_, level)| level);
        for estimate in [&tail.shape, &tail.scale].into_iter().chain(levels) {
            row.extend([estimate.value, estimate.low, estimate.high].map(python_float));
        }
        row
    });
    HistoryTable {
        name: "return_levels.csv",
        rows: std::iter::once(header).chain(rows).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::analytics::history::CoinEvent;
    use crate::lab::feed::Day;

    #[test]
    fn the_library_reads_what_it_wrote() {
        let coin = CoinEvent {
            peak_to_trough: Some(-0.58),
            volatility_ratio_window: Some(7.5),
            ..CoinEvent::default()
        };
        let event = Event {
            id: "2020_03_12_black_thursday".to_owned(),
            title: "2020-03-12 Black Thursday".to_owned(),
            start: Day::parse("2020-03-07").unwrap(),
            end: Day::parse("2020-03-13").unwrap(),
            coins: [coin, CoinEvent::default(), CoinEvent::default()],
            coin_dispersion_bps: None,
            sentiment_fall: Some(0.66),
            funding_shift_bps: Some(17.3),
        };
        let events = [
            event.clone(),
            Event {
                title: "Later".to_owned(),
                id: "later".to_owned(),
                ..event
            },
        ];
        let bytes = events_csv(&events).to_csv();
        assert_eq!(Event::read_all("events.csv", &bytes).unwrap(), events);
        let twice = events_csv(&[events[0].clone(), events[0].clone()]).to_csv();
        let problems = Event::read_all("events.csv", &twice).unwrap_err();
        assert_eq!(
            problems[0].message,
            "the event `2020_03_12_black_thursday` stands twice"
        );
    }

    #[test]
    fn keys_are_names_that_tables_accept() {
        assert_eq!(
            super::super::QUANTILES.map(quantile_key).join(" "),
            "p5 p25 p50 p75 p90 p95 p97_5 p99 p99_9"
        );
        assert_eq!(
            (level_key(1.6), level_key(1_000.0)),
            ("above_1_6".to_owned(), "above_1000".to_owned())
        );
    }
}
