//! What the analytics say of each scenario, read back from the sealed document: how far each limit is away, how
//! often it is broken when intensities are uncertain, and which shock causes how much.

mod attribution;
mod probability;
mod reverse;

use super::figure::{Source, items, word};
use crate::document::{Node, json};
use crate::domain::{Metric, ShockKind};
use crate::evidence::EvidenceFile;
use crate::site::edition::Edition;
use crate::site::voice::Voice;
use attribution::AttributionView;
use probability::ProbabilityView;
use reverse::ReverseView;
use serde::Serialize;

/// Messages that only code asks for.
pub(in crate::site) const REQUIRED: [&str; 26] = [
    "analytics.already",
    "analytics.at_zero",
    "analytics.capped",
    "analytics.dead",
    "analytics.dead_for_ever",
    "analytics.far",
    "analytics.inert",
    "analytics.mark.already_breached",
    "analytics.mark.breaches_at_zero",
    "analytics.mark.dead",
    "analytics.mark.saturated",
    "analytics.model",
    "analytics.not_moved",
    "analytics.probability_bar",
    "analytics.share_bar",
    "analytics.shock_number",
    "analytics.times",
    "analytics.tornado_bar",
    "shock.blackout",
    "shock.dispersion",
    "shock.funding",
    "shock.latency",
    "shock.liquidity",
    "shock.sentiment",
    "shock.volatility",
    "shock.volume",
];

/// The analytics of one scenario as templates show them.
#[derive(Debug, Serialize)]
pub(super) struct AnalyticsView {
    reverse: ReverseView,
    probability: ProbabilityView,
    attribution: AttributionView,
    href: String,
}

/// The sealed document and the file that it is.
pub(super) struct Document<'a> {
    file: &'a EvidenceFile,
    node: Node,
}

impl<'a> Document<'a> {
    /// The analytics among the evidence, if there are any.
    pub(super) fn of(edition: &Edition<'a>) -> Option<Document<'a>> {
        let file = edition.input.evidence.file(edition.input.analytics?)?;
        let node = json::read(&file.path, &file.bytes).ok()?;
        Some(Document { file, node })
    }

    /// What they say of the scenario at a place, if it has that name and they say anything.
    pub(super) fn view(
        &self,
        voice: &Voice<'_>,
        here: &str,
        place: usize,
        name: &str,
    ) -> Option<AnalyticsView> {
        let scenario = items(&self.node, "scenarios").get(place)?;
        let settings = self.node.get("settings")?;
        if word(scenario, "name") != Some(name) {
            return None;
        }
        let source = Source::new(voice, here, self.file);
        let shocks = shock_names(voice, scenario);
        Some(AnalyticsView {
            reverse: reverse::view(voice, &source, scenario, &shocks)?,
            probability: probability::view(voice, &source, scenario, settings)?,
            attribution: attribution::view(voice, &source, scenario, &shocks)?,
            href: source.href().to_owned(),
        })
    }
}

/// A metric by its key.
pub(super) fn metric(key: &str) -> Option<Metric> {
    Metric::ALL.into_iter().find(|metric| metric.key() == key)
}

/// A shock's word in the page's language, for any of the words that configuration accepts.
pub(super) fn shock_name(voice: &Voice<'_>, word: &str) -> Option<String> {
    let (_, kind) = ShockKind::WORDS.iter().find(|(known, _)| *known == word)?;
    Some(voice.text(&format!("shock.{}", kind.key())))
}

/// The scenario's shocks by name; of several of one kind each has its number.
fn shock_names(voice: &Voice<'_>, scenario: &Node) -> Vec<String> {
    let words: Vec<&str> = items(scenario, "shocks")
        .iter()
        .map(|shock| word(shock, "type").unwrap_or_default())
        .collect();
    let name = |(place, kind): (usize, &&str)| {
        let name = shock_name(voice, kind).unwrap_or_else(|| (*kind).to_owned());
        if words.iter().filter(|other| *other == kind).count() < 2 {
            return name;
        }
        let number = voice.count(place + 1);
        voice.filled("analytics.shock_number", &[("shock", &name), ("number", &number)])
    };
    words.iter().enumerate().map(name).collect()
}

/// The place of a shock that an item speaks of.
fn place(node: &Node) -> Option<usize> {
    usize::try_from(node.as_scalar()?.as_integer()?).ok()
}
