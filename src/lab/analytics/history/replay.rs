//! Past crises run through the Stress Lab: which limits would they have broken?
//!
//! The observed changes are turned into intensities by inverting the Stress Lab's formulas at severity high (f = 1):
//! volatility i = (ratio − 1) / f, sentiment i = fall / f, funding i = shift / (25 f), price gap i = bps / (80 f).
//! Then they are run as scenarios through the same engine as the configured ones.

use super::events::Event;
use super::measures::Coin;
use crate::domain::{
    Market, Metric, MetricValues, Scenario, Severity, Shock, ShockKind, ThresholdOverrides, Thresholds,
};

/// The severity of replays; its factor is 1.
const SEVERITY: &str = "high";

/// Which volatility of an event is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// That of the whole window.
    Window,
    /// That of BTC's worst day.
    WorstDay,
}

impl Basis {
    /// Both.
    pub const ALL: [Basis; 2] = [Basis::Window, Basis::WorstDay];

    /// The word in tables.
    pub fn key(self) -> &'static str {
        match self {
            Basis::Window => "window",
            Basis::WorstDay => "worst_day",
        }
    }
}

/// What is known about a metric in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Computed from open data.
    Measured,
    /// From a published page; not checked by us.
    Cited,
    /// Neither.
    Missing,
    /// Measured, but another quantity than the limit speaks of; no verdict.
    NotComparable,
}

impl State {
    /// The word in tables.
    pub fn key(self) -> &'static str {
        match self {
            State::Measured => "measured",
            State::Cited => "cited",
            State::Missing => "missing",
            State::NotComparable => "not_comparable",
        }
    }
}

/// One field of the heat map: an event against a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The metric.
    pub metric: Metric,
    /// What the value rests on.
    pub state: State,
    /// The metric's value in its unit; `None` if missing.
    pub value: Option<f64>,
    /// The limit that it is held against.
    pub limit: f64,
    /// The value is strictly above the limit, and comparable with it.
    pub breached: bool,
    /// Where a cited value stands.
    pub source: Option<&'static str>,
}

impl Cell {
    /// value / limit; above 1 is a breach.
    pub fn utilisation(&self) -> Option<f64> {
        self.value
            .filter(|_| self.state != State::NotComparable && self.limit > 0.0)
            .map(|value| value / self.limit)
    }
}

/// An event as a scenario, and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The event's id and the basis.
    pub id: String,
    /// The event.
    pub event: String,
    /// Which volatility.
    pub basis: Basis,
    /// The implied intensity of each observed shock, at severity high.
    pub intensities: Vec<(&'static str, f64)>,
    /// A cell for each metric, in the order of verdicts.
    pub cells: Vec<Cell>,
}

impl Replay {
    /// The metrics above their limits by measured values.
    pub fn breaches(&self) -> impl Iterator<Item = Metric> + '_ {
        self.cells
            .iter()
            .filter(|cell| cell.breached && cell.state == State::Measured)
            .map(|cell| cell.metric)
    }

    /// `breached` by measured values, `breached_by_citation`, or `within`.
    pub fn verdict(&self) -> &'static str {
        if self.breaches().next().is_some() {
            "breached"
        } else if self.cells.iter().any(|cell| cell.breached) {
            "breached_by_citation"
        } else {
            "within"
        }
    }
}

/// A published number about an event.
struct Citation {
    event: &'static str,
    metric: Metric,
    value: f64,
    source: &'static str,
}

/// Numbers that no open data set holds, from pages; lower ends of what is reported.
const CITATIONS: [Citation; 2] = [
    Citation {
        event: "2020_03_12_black_thursday",
        metric: Metric::SpreadIncrease,
        value: 500.0,
        source: "B2C2 via blocking.net/37767: the spread for 25 BTC rose from 200 to more than 700 bps on three venues",
    },
    Citation {
        event: "2025_10_10_liquidation_cascade",
        metric: Metric::LiquidityLoss,
        value: 0.9,
        source: "FTI via a Binance Square post: depth fell by 90 % and more",
    },
];

/// Replays every event on BTC, on both bases, against the global limits.
pub fn replay(events: &[Event], market: &Market, thresholds: &Thresholds) -> Vec<Replay> {
    let mut replays = Vec::new();
    for event in events {
        for basis in Basis::ALL {
            replays.push(replay_one(event, basis, market, thresholds));
        }
    }
    replays
}

fn replay_one(event: &Event, basis: Basis, market: &Market, thresholds: &Thresholds) -> Replay {
    let observed = observations(event, basis);
    let scenario = Scenario {
        name: format!("{}_{}", event.id, basis.key()),
        severity: Severity::new(SEVERITY),
        markets: vec![market.key.clone()],
        shocks: observed
            .iter()
            .filter(|seen| seen.is_comparable())
            .map(Observation::shock)
            .collect(),
        description: Some(event.title.clone()),
        overrides: ThresholdOverrides::default(),
    };
    let (results, _) = crate::lab::run(
        std::slice::from_ref(&scenario),
        thresholds,
        std::slice::from_ref(market),
    );
    let metrics = results.first().map(|result| result.metrics).unwrap_or_default();
    Replay {
        id: scenario.name,
        event: event.id.clone(),
        basis,
        intensities: observed
            .iter()
            .map(|seen| (seen.word, seen.intensity()))
            .collect(),
        cells: Metric::ALL
            .map(|metric| cell(event, metric, &observed, &metrics, thresholds))
            .to_vec(),
    }
}

/// An observed change and the shock that stands for it.
struct Observation {
    word: &'static str,
    kind: ShockKind,
    metric: Metric,
    state: State,
    /// The change in the metric's unit.
    change: f64,
}

impl Observation {
    fn is_comparable(&self) -> bool {
        self.state != State::NotComparable
    }

    /// The intensity at which the Stress Lab's formula gives the change.
    fn intensity(&self) -> f64 {
        let unit = match self.kind {
            ShockKind::Funding => 25.0,
            ShockKind::Dispersion => 80.0,
            _ => 1.0,
        };
        let intensity = self.change / (unit * Severity::new(SEVERITY).factor());
        if intensity > 0.0 { intensity } else { 0.0 }
    }

    fn shock(&self) -> Shock {
        Shock {
            kind: self.kind.clone(),
            intensity: self.intensity(),
            duration_minutes: None,
        }
    }
}

fn observations(event: &Event, basis: Basis) -> Vec<Observation> {
    let coin = event.coin(Coin::Btc);
    let ratio = match basis {
        Basis::Window => coin.volatility_ratio_window,
        Basis::WorstDay => coin.volatility_ratio_worst_day,
    };
    let seen = |word, kind, metric, state, change: Option<f64>| {
        change.map(|change| Observation {
            word,
            kind,
            metric,
            state,
            change,
        })
    };
    let cited = citation(event, Metric::LiquidityLoss).map(|citation| citation.value);
    let increase = ratio.map(|ratio| ratio - 1.0);
    [
        seen(
            "liquidity_crunch",
            ShockKind::Liquidity,
            Metric::LiquidityLoss,
            State::Cited,
            cited,
        ),
        seen(
            "volatility_spike",
            ShockKind::Volatility,
            Metric::VolatilityIncrease,
            State::Measured,
            increase,
        ),
        seen(
            "sentiment_crash",
            ShockKind::Sentiment,
            Metric::SentimentDrawdown,
            State::Measured,
            event.sentiment_fall,
        ),
        seen(
            "funding_shock",
            ShockKind::Funding,
            Metric::FundingShift,
            State::Measured,
            event.funding_shift_bps,
        ),
        seen(
            "price_gap",
            ShockKind::Dispersion,
            Metric::Dispersion,
            State::NotComparable,
            event.coin_dispersion_bps,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn citation(event: &Event, metric: Metric) -> Option<&'static Citation> {
    CITATIONS
        .iter()
        .find(|citation| citation.event == event.id && citation.metric == metric)
}

/// The engine's value where a shock stands for an observation. What the engine merely derives, such as the spread
/// that follows from volatility, is no observation and stays missing.
fn cell(
    event: &Event,
    metric: Metric,
    observed: &[Observation],
    metrics: &MetricValues,
    thresholds: &Thresholds,
) -> Cell {
    let limit = thresholds.limit(metric);
    let cited = citation(event, metric);
    let (state, value) = match observed.iter().find(|seen| seen.metric == metric) {
        Some(seen) if seen.is_comparable() => (seen.state, Some(metrics[metric])),
        Some(seen) => (seen.state, Some(seen.change)),
        None => match cited {
            Some(citation) => (State::Cited, Some(citation.value)),
            None => (State::Missing, None),
        },
    };
    let breached = state != State::NotComparable && value.is_some_and(|value| value > limit);
    let source = cited
        .filter(|_| state == State::Cited)
        .map(|citation| citation.source);
    Cell {
        metric,
        state,
        value,
        limit,
        breached,
        source,
    }
}
