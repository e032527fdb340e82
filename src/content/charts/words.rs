//! The words of charts.

use crate::chart::Column;
use crate::content::Wording;
use crate::domain::{Metric, ShockKind, Unit};

/// Messages that charts and questions ask for, beside those that the report's page has too.
pub(in crate::content) const REQUIRED: [&str; 104] = [
    "chart.attribution.axis",
    "chart.attribution.message",
    "chart.attribution.said",
    "chart.attribution.title",
    "chart.attribution.zero",
    "chart.column.contribution",
    "chart.column.diagnoses",
    "chart.column.high",
    "chart.column.limit",
    "chart.column.low",
    "chart.column.metric",
    "chart.column.multiple",
    "chart.column.observed",
    "chart.column.own_limit",
    "chart.column.probability",
    "chart.column.share",
    "chart.column.share_of_limit",
    "chart.column.share_of_metric",
    "chart.column.shock",
    "chart.csv",
    "chart.data",
    "chart.headroom.axis",
    "chart.headroom.limit",
    "chart.headroom.message",
    "chart.headroom.message_over",
    "chart.headroom.near",
    "chart.headroom.over",
    "chart.headroom.said",
    "chart.headroom.said_zero",
    "chart.headroom.title",
    "chart.headroom.within",
    "chart.history.cited",
    "chart.history.far",
    "chart.history.low",
    "chart.history.message",
    "chart.history.message_values",
    "chart.history.middle",
    "chart.history.missing",
    "chart.history.near",
    "chart.history.not_comparable",
    "chart.history.over",
    "chart.history.title",
    "chart.history.value",
    "chart.origin",
    "chart.probability.any",
    "chart.probability.axis",
    "chart.probability.interval",
    "chart.probability.message",
    "chart.probability.message_none",
    "chart.probability.said",
    "chart.probability.title",
    "chart.reverse.always",
    "chart.reverse.axis",
    "chart.reverse.broken",
    "chart.reverse.far",
    "chart.reverse.message",
    "chart.reverse.message_broken",
    "chart.reverse.message_never",
    "chart.reverse.never",
    "chart.reverse.now",
    "chart.reverse.title",
    "chart.reverse.untouched",
    "chart.seal.development",
    "chart.seal.listed",
    "chart.seal.signed",
    "chart.source",
    "questions.answer",
    "questions.csv",
    "questions.evidence",
    "questions.page",
    "questions.question",
    "site.analytics.already",
    "site.analytics.at_zero",
    "site.analytics.capped",
    "site.analytics.dead",
    "site.analytics.dead_for_ever",
    "site.analytics.far",
    "site.analytics.inert",
    "site.analytics.mark.already_breached",
    "site.analytics.mark.breaches_at_zero",
    "site.analytics.mark.dead",
    "site.analytics.mark.saturated",
    "site.analytics.model",
    "site.analytics.never",
    "site.analytics.not_moved",
    "site.analytics.shock_number",
    "site.analytics.times",
    "site.history.basis.window",
    "site.history.basis.worst_day",
    "site.history.event",
    "site.history.over",
    "site.history.state.cited",
    "site.history.state.measured",
    "site.history.state.missing",
    "site.history.state.not_comparable",
    "site.history.taken",
    "site.shock.blackout",
    "site.shock.dispersion",
    "site.shock.funding",
    "site.shock.latency",
    "site.shock.liquidity",
    "site.shock.sentiment",
    "site.shock.volatility",
    "site.shock.volume",
];

/// The words of one language, as charts use them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a>(pub(super) &'a Wording);

impl Words<'_> {
    pub(super) fn text(&self, key: &str) -> String {
        self.0.text(&format!("chart.{key}")).to_owned()
    }

    pub(super) fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.filled(&format!("chart.{key}"), values)
    }

    /// A message that the report's page has too.
    pub(super) fn site(&self, key: &str) -> String {
        self.0.text(&format!("site.{key}")).to_owned()
    }

    pub(super) fn site_filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.filled(&format!("site.{key}"), values)
    }

    pub(super) fn metric(&self, metric: Metric) -> String {
        self.site(&format!("metric.{}", metric.key()))
    }

    pub(super) fn shock(&self, kind: &ShockKind) -> String {
        self.site(&format!("shock.{}", kind.key()))
    }

    pub(super) fn quantity(&self, number: f64, unit: Unit) -> String {
        self.0.quantity(number, unit)
    }

    /// A share of a limit, in percent.
    pub(super) fn share(&self, share: f64) -> String {
        self.quantity(share, Unit::Fraction)
    }

    pub(super) fn count(&self, count: usize) -> String {
        self.0.number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// A multiple of what is configured.
    pub(super) fn times(&self, multiple: f64) -> String {
        let number = self.quantity(multiple, Unit::Plain);
        self.site_filled("analytics.times", &[("number", &number)])
    }

    /// A column of the data.
    pub(super) fn column(&self, key: &str, numeric: bool) -> Column {
        Column {
            key: key.to_owned(),
            heading: self.text(&format!("column.{key}")),
            numeric,
        }
    }
}
