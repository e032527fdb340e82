//! From evidence back to pages: where each number of a line is shown, charts and claims among it.

use super::edition::Edition;
use super::frame::Link;
use super::voice::Voice;
use crate::content::charts::Spot;
use crate::content::place::{claims_path, page_path, relative, report_path};
use crate::domain::Fact;
use std::collections::BTreeMap;

/// A place that shows a line.
#[derive(Clone, Debug)]
struct Back {
    label: String,
    path: String,
    anchor: String,
    /// The fact; `None` for a chart, which shows all of the line.
    fact: Option<String>,
}

/// All places of one language, by file and line.
#[derive(Debug, Default)]
pub(super) struct Backlinks(BTreeMap<String, BTreeMap<u32, Vec<Back>>>);

impl Backlinks {
    pub(super) fn of(edition: &Edition<'_>, voice: &Voice<'_>) -> Backlinks {
        let mut backlinks = Backlinks::default();
        backlinks.add_charts(edition, voice);
        for page in edition.pages_in(voice.language) {
            let path = page_path(page.language, &page.id);
            for one in &page.uses {
                let label = if one.heading == page.title {
                    page.nav_title.clone()
                } else {
                    format!("{}: {}", page.nav_title, one.heading)
                };
                let back = Back {
                    label,
                    path: path.clone(),
                    anchor: one.anchor.clone(),
                    fact: one.fact.clone(),
                };
                backlinks.add((&one.source, one.line), back);
            }
            for claim in &page.claims {
                for id in &claim.facts {
                    let Some(fact) = edition.input.evidence.fact(id, voice.language) else {
                        continue;
                    };
                    let back = Back {
                        label: voice.filled("facts.claim", &[("id", &claim.id)]),
                        path: claims_path(voice.language),
                        anchor: claim.id.clone(),
                        fact: Some(fact.id.clone()),
                    };
                    backlinks.add((&fact.source, fact.at.line), back);
                }
            }
        }
        backlinks
    }

    fn add_charts(&mut self, edition: &Edition<'_>, voice: &Voice<'_>) {
        let path = report_path(voice.language);
        for name in edition.charts.names(voice.wording()) {
            let id = format!("chart-{}", edition.charts.slug(name));
            let spot = Spot {
                wording: voice.wording(),
                here: &path,
                id: &id,
            };
            let Some(chart) = edition.charts.chart(name, spot) else {
                continue;
            };
            for line in &chart.lines {
                let back = Back {
                    label: format!("{}: {}", voice.text("report.title"), chart.figure.title),
                    path: path.clone(),
                    anchor: id.clone(),
                    fact: None,
                };
                self.add((&chart.source, *line), back);
            }
        }
    }

    fn add(&mut self, (source, line): (&str, u32), back: Back) {
        let lines = self.0.entry(source.to_owned()).or_default();
        lines.entry(line).or_default().push(back);
    }

    /// The places that show a fact, charts of its line among them.
    pub(super) fn of_fact(&self, fact: &Fact, here: &str) -> Vec<Link> {
        let about = |back: &&Back| back.fact.as_ref().is_none_or(|id| *id == fact.id);
        links(self.at(&fact.source, fact.at.line).iter().filter(about), here)
    }

    /// The places that show anything of a line.
    pub(super) fn of_line(&self, source: &str, line: u32, here: &str) -> Vec<Link> {
        links(self.at(source, line).iter(), here)
    }

    fn at(&self, source: &str, line: u32) -> &[Back] {
        let found = self.0.get(source).and_then(|lines| lines.get(&line));
        found.map_or(&[], Vec::as_slice)
    }
}

/// Links with their words; of equal words, the later are numbered.
fn links<'b>(backs: impl Iterator<Item = &'b Back>, here: &str) -> Vec<Link> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let link = |back: &'b Back| {
        let count = seen.entry(&back.label).or_insert(0);
        *count += 1;
        Link {
            label: match *count {
                1 => back.label.clone(),
                count => format!("{} ({count})", back.label),
            },
            href: Some(format!("{}#{}", relative(here, &back.path), back.anchor)),
        }
    };
    backs.map(link).collect()
}
