//! How values changed between two releases, in words.

use super::Wording;
use crate::domain::{Fact, FactValue, Unit};

/// The messages for results and their changes, shown on pages and in announcements.
pub(super) const REQUIRED: [&str; 45] = [
    "change.none",
    "change.points",
    "change.relative",
    "change.new",
    "change.gone",
    "results.before_known",
    "results.before_none",
    "results.before_not_at_hand",
    "results.chance",
    "results.chance_above",
    "results.column.added",
    "results.column.before",
    "results.column.change",
    "results.column.chance",
    "results.column.chance_before",
    "results.column.dropped",
    "results.column.kind",
    "results.column.limit",
    "results.column.metric",
    "results.column.now",
    "results.column.release",
    "results.column.scenario",
    "results.column.tightest",
    "results.column.value",
    "results.column.verdict",
    "results.column.verdict_before",
    "results.coverage.datasets",
    "results.coverage.exchanges",
    "results.coverage.scenarios",
    "results.delta_needed",
    "results.delta_not_needed",
    "results.flip_to_failed",
    "results.flip_to_passed",
    "results.nothing",
    "results.share",
    "results.unknown",
    "results.column.this",
    "site.metric.blackout_minutes",
    "site.metric.dispersion_bps",
    "site.metric.funding_shift_bps",
    "site.metric.latency_spike_ms",
    "site.metric.liquidity_loss_pct",
    "site.metric.sentiment_drawdown",
    "site.metric.spread_increase_bps",
    "site.metric.volatility_increase_pct",
];

impl Wording {
    /// How a number changed: the difference in its unit, and in percent of what it was. The difference of two
    /// fractions is in percentage points.
    pub fn change(&self, now: f64, before: f64, unit: Unit) -> String {
        let signed = |number: f64, text: String| if number > 0.0 { format!("+{text}") } else { text };
        let difference = now - before;
        let shown = match unit {
            Unit::Fraction => self.filled(
                "change.points",
                &[("n", &super::format_number(self.language, difference, 2, 2))],
            ),
            Unit::Percent => self.filled("change.points", &[("n", &self.number(difference))]),
            _ => self.quantity(difference, unit),
        };
        if now == before {
            return self.text("change.none").to_owned();
        }
        let shown = signed(difference, shown);
        if before == 0.0 {
            return shown;
        }
        let relative = difference / before.abs();
        let percent = signed(relative, self.rounded_percent(relative));
        self.filled("change.relative", &[("change", &shown), ("percent", &percent)])
    }

    /// How a fact changed; facts that are no numbers only change or stay.
    pub fn fact_change(&self, now: &Fact, before: &Fact) -> String {
        match (&now.value, &before.value) {
            (FactValue::Number(value), FactValue::Number(was)) => self.change(*value, *was, now.unit),
            (now, before) if now == before => self.text("change.none").to_owned(),
            _ => format!("{} → {}", self.fact(before), self.fact(now)),
        }
    }

    /// A probability with the ends of its interval: `63.1% (62.3% to 63.9%)`. None of many draws is no zero, so what
    /// rounds to nothing is given by its upper end.
    pub fn chance(&self, [probability, low, high]: [&Fact; 3]) -> String {
        let number = |fact: &Fact| match fact.value {
            FactValue::Number(number) => number,
            _ => 0.0,
        };
        let shown = |fact: &Fact| self.rounded_percent(number(fact));
        if number(probability) == 0.0 {
            return self.filled(
                "results.chance_above",
                &[("high", &self.quantity(number(high), Unit::Fraction))],
            );
        }
        self.filled(
            "results.chance",
            &[
                ("probability", &shown(probability)),
                ("low", &shown(low)),
                ("high", &shown(high)),
            ],
        )
    }

    /// A fraction as percent with at most one decimal.
    pub fn rounded_percent(&self, fraction: f64) -> String {
        let percent = super::format_number(self.language, fraction, 2, 1);
        self.filled("unit.fraction", &[("n", &percent)])
    }
}

#[cfg(test)]
mod tests {
    use crate::content::Wording;
    use crate::domain::{Language, Unit};
    use crate::fs::Project;

    #[test]
    fn changes_are_told_in_units_and_in_percent() {
        let place = tempfile::tempdir().unwrap();
        let wordings = Wording::load(&Project::open(place.path()).unwrap()).unwrap();
        let told = |language, now, before, unit| {
            wordings
                .of(language)
                .change(now, before, unit)
                .replace('\u{a0}', "_")
        };
        let english = |now, before, unit| told(Language::English, now, before, unit);
        assert_eq!(english(0.6, 0.55, Unit::Fraction), "+5_pp (+9.1%)");
        assert_eq!(english(40.0, 50.0, Unit::Minutes), "-10_min (-20%)");
        assert_eq!(english(3.0, 0.0, Unit::BasisPoints), "+3_bps");
        assert_eq!(english(3.0, 3.0, Unit::BasisPoints), "unchanged");
        assert_eq!(
            told(Language::Polish, 0.6, 0.55, Unit::Fraction),
            "+5_p.p. (+9,1_%)"
        );
    }
}
