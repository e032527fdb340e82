//! What history says about each shock: one series of daily values for each.

use crate::domain::{Metric, ShockKind};
use crate::lab::feed::{Bars, DailyBar, Day, Readings};

/// Days that a value is compared with.
const WINDOW: usize = 30;
/// Days of the window in which sentiment falls.
const SENTIMENT_WINDOW: usize = 10;

/// A market of the event library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coin {
    /// Bitcoin.
    Btc,
    /// Ether.
    Eth,
    /// Solana.
    Sol,
}

impl Coin {
    /// All three, the oldest first.
    pub const ALL: [Coin; 3] = [Coin::Btc, Coin::Eth, Coin::Sol];

    /// The word in tables.
    pub fn key(self) -> &'static str {
        match self {
            Coin::Btc => "btc",
            Coin::Eth => "eth",
            Coin::Sol => "sol",
        }
    }

    /// The coin of a symbol such as `BTCUSDT`.
    pub fn of_symbol(symbol: &str) -> Option<Coin> {
        let symbol = symbol.to_ascii_lowercase();
        Coin::ALL.into_iter().find(|coin| symbol.starts_with(coin.key()))
    }
}

/// A quantity with a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Range volatility of a day over that of the 30 days before: ln(H/L) / √mean ln(H/L)². Parkinson's constant
    /// 1/(2√ln 2) stands above and below and falls out. A plain ratio.
    Volatility(Coin),
    /// The greatest sentiment score of ten days, the last included, minus that of the last day; in points of the
    /// score from -1 to 1.
    SentimentFall,
    /// The size of the difference between a day's mean BTC funding rate and the mean of the 30 days before, in basis
    /// points per 8 hours.
    FundingShift,
    /// Sample standard deviation of the day's log returns of the three coins, in basis points. Not the Stress Lab's
    /// dispersion, which is a gap between venues.
    CoinDispersion,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 6] = [
        Measure::Volatility(Coin::Btc),
        Measure::Volatility(Coin::Eth),
        Measure::Volatility(Coin::Sol),
        Measure::SentimentFall,
        Measure::FundingShift,
        Measure::CoinDispersion,
    ];

    /// The word in tables.
    pub fn key(self) -> &'static str {
        match self {
            Measure::Volatility(Coin::Btc) => "volatility_btc",
            Measure::Volatility(Coin::Eth) => "volatility_eth",
            Measure::Volatility(Coin::Sol) => "volatility_sol",
            Measure::SentimentFall => "sentiment_fall",
            Measure::FundingShift => "funding_shift_btc",
            Measure::CoinDispersion => "coin_dispersion",
        }
    }

    /// Its unit, in words.
    pub fn unit(self) -> &'static str {
        match self {
            Measure::Volatility(_) => "multiple",
            Measure::SentimentFall => "points",
            Measure::FundingShift | Measure::CoinDispersion => "bps",
        }
    }

    /// Levels whose exceedance is tabulated.
    pub fn levels(self) -> &'static [f64] {
        match self {
            Measure::Volatility(_) => &[1.25, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 6.0],
            Measure::SentimentFall => &[0.1, 0.2, 0.35, 0.5, 0.75, 1.0],
            Measure::FundingShift => &[1.0, 2.0, 5.0, 10.0, 15.0, 19.25, 25.0],
            Measure::CoinDispersion => &[60.0, 100.0, 200.0, 500.0, 1000.0],
        }
    }

    /// Whether its tail is fitted. Sentiment ends at 2 and moves in steps, so no tail can be extended; coin
    /// dispersion is shown only to say that it is another quantity.
    pub fn has_tail(self) -> bool {
        matches!(self, Measure::Volatility(_) | Measure::FundingShift)
    }

    /// The measure of a shock on a market; `None` where there is no open history.
    pub fn of_shock(kind: &ShockKind, symbol: &str) -> Option<Measure> {
        match kind {
            ShockKind::Volatility => Coin::of_symbol(symbol).map(Measure::Volatility),
            ShockKind::Sentiment => Some(Measure::SentimentFall),
            ShockKind::Funding => Coin::of_symbol(symbol)
                .filter(|coin| *coin == Coin::Btc)
                .map(|_| Measure::FundingShift),
            _ => None,
        }
    }

    /// The measure's level for a strength x = factor × intensity, by the Stress Lab's formulas (specification,
    /// section 2.3): volatility × (1 + x), sentiment − min(1.5, x), funding + 25x basis points.
    pub fn level_of_strength(self, strength: f64) -> f64 {
        match self {
            Measure::Volatility(_) => 1.0 + strength,
            Measure::SentimentFall => strength.min(1.5),
            Measure::FundingShift => 25.0 * strength,
            Measure::CoinDispersion => 80.0 * strength,
        }
    }

    /// The metric that the measure speaks about, and the level at which it reaches `limit`.
    pub fn level_of_limit(self, limit: f64) -> Option<(Metric, f64)> {
        match self {
            Measure::Volatility(_) => Some((Metric::VolatilityIncrease, 1.0 + limit)),
            Measure::SentimentFall => Some((Metric::SentimentDrawdown, limit)),
            Measure::FundingShift => Some((Metric::FundingShift, limit)),
            Measure::CoinDispersion => None,
        }
    }
}

/// The daily values of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is measured.
    pub measure: Measure,
    /// Days and values, in order.
    pub values: Vec<(Day, f64)>,
}

impl Series {
    /// The values alone.
    pub fn numbers(&self) -> Vec<f64> {
        self.values.iter().map(|(_, value)| *value).collect()
    }
}

/// The series that history rests on.
#[derive(Clone, Copy, Debug)]
pub struct MarketData<'a> {
    /// Candles of BTC, ETH and SOL.
    pub bars: [&'a Bars; 3],
    /// BTC funding, in basis points per 8 hours, daily means.
    pub funding: &'a Readings,
    /// Sentiment, from -1 to 1, daily.
    pub sentiment: &'a Readings,
}

impl MarketData<'_> {
    /// All measures. Prices end at the last day that all three coins have.
    pub fn series(&self) -> Vec<Series> {
        let last = self
            .bars
            .iter()
            .filter_map(|bars| bars.days.last())
            .map(|bar| bar.day)
            .min();
        let until = |bars: &'_ Bars| {
            let days = bars
                .days
                .iter()
                .filter(|bar| last.is_some_and(|last| bar.day <= last));
            days.copied().collect::<Vec<DailyBar>>()
        };
        let coins = self.bars.map(until);
        Measure::ALL
            .into_iter()
            .map(|measure| {
                let values = match measure {
                    Measure::Volatility(coin) => {
                        volatility(coins.get(coin as usize).map_or(&[], Vec::as_slice))
                    }
                    Measure::SentimentFall => sentiment_fall(self.sentiment),
                    Measure::FundingShift => funding_shift(self.funding),
                    Measure::CoinDispersion => dispersion(&coins),
                };
                Series { measure, values }
            })
            .collect()
    }
}

/// Days with a gap in the 30 before are left out.
fn volatility(days: &[DailyBar]) -> Vec<(Day, f64)> {
    let ranges: Vec<(Day, f64)> = days
        .iter()
        .map(|bar| (bar.day, libm::log(bar.high / bar.low)))
        .collect();
    windows(&ranges)
        .filter_map(|(before, (day, range))| {
            let squares: f64 = before.iter().map(|(_, range)| range * range).sum();
            let usual = libm::sqrt(squares / before.len() as f64);
            (usual > 0.0).then_some((*day, range / usual))
        })
        .collect()
}

fn funding_shift(funding: &Readings) -> Vec<(Day, f64)> {
    let rates: Vec<(Day, f64)> = funding
        .values
        .iter()
        .map(|reading| (reading.day(), reading.value))
        .collect();
    windows(&rates)
        .map(|(before, (day, rate))| {
            let mean = before.iter().map(|(_, rate)| rate).sum::<f64>() / before.len() as f64;
            (*day, (rate - mean).abs())
        })
        .collect()
}

/// Ten rows of the index, its few missing days skipped.
fn sentiment_fall(sentiment: &Readings) -> Vec<(Day, f64)> {
    let windows = sentiment.values.windows(SENTIMENT_WINDOW);
    windows
        .filter_map(|window| {
            let last = window.last()?;
            let most = window
                .iter()
                .fold(-1.0_f64, |most, reading| most.max(reading.value));
            Some((last.day(), most - last.value))
        })
        .collect()
}

/// Days on which all three coins have a return over exactly one day.
fn dispersion(coins: &[Vec<DailyBar>; 3]) -> Vec<(Day, f64)> {
    let returns = coins.each_ref().map(|days| {
        let pairs = days
            .iter()
            .zip(days.iter().skip(1))
            .filter(|(earlier, later)| later.day.since(earlier.day) == 1);
        pairs
            .map(|(earlier, later)| (later.day, libm::log(later.close / earlier.close)))
            .collect::<std::collections::BTreeMap<Day, f64>>()
    });
    let [btc, eth, sol] = returns;
    btc.iter()
        .filter_map(|(day, first)| {
            let values = [*first, *eth.get(day)?, *sol.get(day)?];
            let mean = values.iter().sum::<f64>() / 3.0;
            let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
            Some((*day, libm::sqrt(squares / 2.0) * 10_000.0))
        })
        .collect()
}

/// Each value with the 30 of the days right before it.
fn windows(values: &[(Day, f64)]) -> impl Iterator<Item = (&[(Day, f64)], &(Day, f64))> {
    let span = i64::try_from(WINDOW).unwrap_or(i64::MAX);
    values.windows(WINDOW + 1).filter_map(move |window| {
        let (last, before) = window.split_last()?;
        (last.0.since(before.first()?.0) == span).then_some((before, last))
    })
}
