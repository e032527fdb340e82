//! How rare is a configured shock? Its exceedance frequency in history, and beyond the 95th percentile that of the
//! fitted tail.

use super::measures::{Measure, Series};
use super::pareto::{DAYS_A_YEAR, Tail};
use super::statistics::{Bootstrap, Exceedance, exceedance};
use crate::domain::{Scenario, ShockKind, Thresholds};

/// How rare one shock, or one limit, is.
#[derive(Clone, Debug, PartialEq)]
pub struct Rarity {
    /// Scenario, shock and measure; or `limit` and the measure.
    pub id: String,
    /// The scenario; `limit` for a limit.
    pub scenario: String,
    /// The kind of shock, or the limit's key.
    pub shock: String,
    /// The result.
    pub finding: Finding,
}

/// What history says.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// It has a history.
    Measured {
        /// Of what.
        measure: Measure,
        /// How often the level was exceeded.
        exceedance: Exceedance,
        /// The share of days by the fitted tail, for levels beyond the 95th percentile.
        tail_frequency: Option<f64>,
    },
    /// There is no open data about it.
    NoData,
    /// There is data about a quantity of the same name, but it is another one.
    NotComparable,
}

impl Finding {
    /// The word in tables.
    pub fn state(&self) -> &'static str {
        match self {
            Finding::Measured { exceedance, .. } if exceedance.count == 0 => "beyond_history",
            Finding::Measured { .. } => "measured",
            Finding::NoData => "missing",
            Finding::NotComparable => "not_comparable",
        }
    }

    /// The return period by the fitted tail, in years.
    pub fn tail_years(&self) -> Option<f64> {
        match self {
            Finding::Measured {
                tail_frequency: Some(daily),
                ..
            } if *daily > 0.0 => Some(1.0 / (daily * DAYS_A_YEAR)),
            _ => None,
        }
    }
}

/// A measure with its tail.
pub(super) struct Judge<'a> {
    pub(super) series: &'a [Series],
    pub(super) tails: &'a [(Measure, Tail)],
    pub(super) bootstrap: Bootstrap,
}

impl Judge<'_> {
    /// How rare a level of a measure is.
    pub(super) fn finding(&self, measure: Measure, level: f64) -> Finding {
        let series = self.series.iter().find(|series| series.measure == measure);
        let Some(series) = series.filter(|series| !series.values.is_empty()) else {
            return Finding::NoData;
        };
        let exceedance = exceedance(&series.numbers(), level, self.bootstrap);
        let tail = self
            .tails
            .iter()
            .find(|(fitted, _)| *fitted == measure)
            .map(|(_, tail)| tail);
        let tail_frequency = tail
            .filter(|tail| level > tail.fit.threshold)
            .map(|tail| tail.fit.frequency_above(level));
        Finding::Measured {
            measure,
            exceedance,
            tail_frequency,
        }
    }

    /// Every shock of every scenario, on every market that has a history of its own, and every limit.
    pub(super) fn rarities(&self, scenarios: &[Scenario], thresholds: &Thresholds) -> Vec<Rarity> {
        let mut rarities: Vec<Rarity> = Vec::new();
        for scenario in scenarios {
            for rarity in scenario
                .shocks
                .iter()
                .flat_map(|shock| self.of_shock(scenario, shock))
            {
                add(rarity, &mut rarities);
            }
        }
        for measure in Measure::ALL {
            let probe = measure
                .level_of_limit(0.0)
                .map(|(metric, _)| (metric, thresholds.limit(metric)));
            let level = probe.and_then(|(metric, limit)| Some((metric, measure.level_of_limit(limit)?.1)));
            if let Some((metric, level)) = level {
                rarities.push(Rarity {
                    id: format!("limit_{}", measure.key()),
                    scenario: "limit".to_owned(),
                    shock: metric.threshold_key().to_owned(),
                    finding: self.finding(measure, level),
                });
            }
        }
        rarities
    }

    fn of_shock(&self, scenario: &Scenario, shock: &crate::domain::Shock) -> Vec<Rarity> {
        let strength = scenario.severity.factor() * shock.intensity;
        let word = word_of(&shock.kind);
        let rarity = |ending: &str, finding| Rarity {
            id: table_name(&format!("{}_{ending}", scenario.name)),
            scenario: scenario.name.clone(),
            shock: word.to_owned(),
            finding,
        };
        match shock.kind {
            ShockKind::Volatility | ShockKind::Sentiment | ShockKind::Funding => {}
            ShockKind::Dispersion => return vec![rarity(word, Finding::NotComparable)],
            _ => return vec![rarity(word, Finding::NoData)],
        }
        let on_market = |market: &String| match Measure::of_shock(&shock.kind, market) {
            Some(measure) => rarity(
                measure.key(),
                self.finding(measure, measure.level_of_strength(strength)),
            ),
            None => rarity(&format!("{word}_{market}"), Finding::NoData),
        };
        scenario.markets.iter().map(on_market).collect()
    }
}

/// Adds a finding. Sentiment is the same for all markets, so equal findings are one; a second shock of the same kind
/// in a scenario gets a number behind its id.
fn add(mut rarity: Rarity, rarities: &mut Vec<Rarity>) {
    let id = rarity.id.clone();
    let mut number = 1;
    while let Some(known) = rarities.iter().find(|known| known.id == rarity.id) {
        if known.finding == rarity.finding {
            return;
        }
        number += 1;
        rarity.id = format!("{id}_{number}");
    }
    rarities.push(rarity);
}

/// The kind's first word.
fn word_of(kind: &ShockKind) -> &str {
    if let ShockKind::Unknown(word) = kind {
        return word;
    }
    ShockKind::WORDS
        .iter()
        .find(|(_, known)| known == kind)
        .map_or("unknown", |(word, _)| word)
}

/// A text as evidence tables accept it for a row: lower-case letters, digits and `_`.
fn table_name(text: &str) -> String {
    let fit = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    text.chars().map(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Severity, Shock, ThresholdOverrides};
    use crate::lab::feed::Day;

    /// A hundred days of BTC, the volatility multiple rising from 0.02 to 2.
    fn series() -> Series {
        let values =
            (1..=100_u32).map(|day| (Day::of_seconds(i64::from(day) * 86_400), f64::from(day) / 50.0));
        Series {
            measure: Measure::Volatility(super::super::Coin::Btc),
            values: values.collect(),
        }
    }

    #[test]
    fn every_shock_gets_an_answer_and_none_is_silent() {
        let shock = |kind, intensity| Shock {
            kind,
            intensity,
            duration_minutes: None,
        };
        let scenario = Scenario {
            name: "Two-Waves".to_owned(),
            severity: Severity::new("low"),
            markets: vec!["BTCUSDT".to_owned(), "ADAUSDT".to_owned()],
            shocks: vec![
                shock(ShockKind::Volatility, 1.0),
                shock(ShockKind::Volatility, 2.0),
                shock(ShockKind::Latency, 1.0),
                shock(ShockKind::Dispersion, 1.0),
            ],
            description: None,
            overrides: ThresholdOverrides::default(),
        };
        let series = [series()];
        let judge = Judge {
            series: &series,
            tails: &[],
            bootstrap: Bootstrap { seed: 1, draws: 100 },
        };
        let rarities = judge.rarities(&[scenario], &Thresholds::DEFAULT);
        let shown: Vec<(&str, &str)> = rarities
            .iter()
            .take(5)
            .map(|rarity| (rarity.id.as_str(), rarity.finding.state()))
            .collect();
        assert_eq!(
            shown,
            [
                ("two_waves_volatility_btc", "measured"),
                ("two_waves_volatility_adausdt", "missing"),
                ("two_waves_volatility_btc_2", "measured"),
                ("two_waves_latency", "missing"),
                ("two_waves_price_gap", "not_comparable"),
            ]
        );
        // Severity low: 1 + 0.4 × 1 and 1 + 0.4 × 2; 30 of 100 days lie above 1.4, 10 above 1.8.
        let count = |index: usize| match &rarities[index].finding {
            Finding::Measured { exceedance, .. } => exceedance.count,
            _ => 0,
        };
        assert_eq!((count(0), count(2)), (30, 10));
    }
}
