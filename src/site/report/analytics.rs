//! What the analytics say of each scenario, read back from the sealed document: three charts, and what a fifth more
//! or less of each shock would do.

mod attribution;

use super::charts;
use super::figure::{Source, items, word};
use crate::content::charts::{ChartKind, shock_names};
use crate::document::{Node, json};
use crate::domain::ShockKind;
use crate::evidence::EvidenceFile;
use crate::site::edition::Edition;
use crate::site::voice::Voice;
use attribution::AttributionView;
use serde::Serialize;

/// Messages that only code asks for.
pub(in crate::site) const REQUIRED: [&str; 1] = ["analytics.tornado_bar"];

/// The analytics of one scenario as templates show them.
#[derive(Debug, Serialize)]
pub(super) struct AnalyticsView {
    reverse: String,
    probability: String,
    /// `None` where there are too many shocks for Shapley values.
    contributions: Option<String>,
    attribution: AttributionView,
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
        edition: &Edition<'_>,
        voice: &Voice<'_>,
        here: &str,
        (place, name): (usize, &str),
    ) -> Option<AnalyticsView> {
        let scenario = items(&self.node, "scenarios").get(place)?;
        if word(scenario, "name") != Some(name) {
            return None;
        }
        let chart = |kind: ChartKind| charts::html(edition, voice, kind, place);
        let source = Source::new(voice, here, self.file);
        let shocks = names_of_shocks(voice, scenario);
        Some(AnalyticsView {
            reverse: chart(ChartKind::Reverse)?,
            probability: chart(ChartKind::Probability)?,
            contributions: chart(ChartKind::Attribution),
            attribution: attribution::view(voice, &source, scenario, &shocks)?,
        })
    }
}

/// A shock's word in the page's language, for any of the words that configuration accepts.
pub(super) fn shock_name(voice: &Voice<'_>, word: &str) -> Option<String> {
    let (_, kind) = ShockKind::WORDS.iter().find(|(known, _)| *known == word)?;
    Some(voice.text(&format!("shock.{}", kind.key())))
}

fn names_of_shocks(voice: &Voice<'_>, scenario: &Node) -> Vec<String> {
    let numbered = |shock: &str, number: usize| {
        let number = voice.count(number);
        voice.filled("analytics.shock_number", &[("shock", shock), ("number", &number)])
    };
    let names = shock_names(
        scenario,
        |kind| voice.text(&format!("shock.{}", kind.key())),
        numbered,
    );
    names.into_iter().map(|(_, name)| name).collect()
}

/// The place of a shock that an item speaks of.
fn place(node: &Node) -> Option<usize> {
    usize::try_from(node.as_scalar()?.as_integer()?).ok()
}
