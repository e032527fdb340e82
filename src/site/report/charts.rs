//! The charts of the report's page.

use crate::content::charts::{Chart, ChartKind, ChartName, Spot};
use crate::content::place::report_path;
use crate::site::edition::Edition;
use crate::site::voice::Voice;

/// The chart of a kind about the scenario at a place, as HTML.
pub(super) fn html(
    edition: &Edition<'_>,
    voice: &Voice<'_>,
    kind: ChartKind,
    scenario: usize,
) -> Option<String> {
    let chart = chart(edition, voice, ChartName { kind, scenario })?;
    Some(chart.figure.html())
}

fn chart(edition: &Edition<'_>, voice: &Voice<'_>, name: ChartName) -> Option<Chart> {
    let id = format!("chart-{}", edition.charts.slug(name));
    let spot = Spot {
        wording: voice.wording(),
        here: &report_path(voice.language),
        id: &id,
    };
    edition.charts.chart(name, spot)
}
