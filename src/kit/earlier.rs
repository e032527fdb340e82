//! Earlier releases as entries of the feed: the same ids, titles and moments as on the day of their own.

use super::context::{Teller, capitalized};
use super::feed_path;
use crate::domain::{Provenance, ReleaseStatus};
use crate::evidence::PastRelease;
use serde::Serialize;

/// The folder of earlier sites, as the site lays them out.
const KEPT: &str = "releases";

/// An entry of the feed.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    producer: String,
    /// The authority of a tag URI owned its name on that day (RFC 4151).
    tag_date: String,
    bundle: String,
    title: String,
    published: String,
    updated: String,
    href: String,
    summary: String,
}

impl Teller<'_> {
    /// The entries of the releases before this one, the youngest first. Those without results say nothing.
    pub(super) fn earlier(&self) -> Vec<Entry> {
        let releases = self.input.lineage.releases.iter();
        releases
            .filter(|past| past.facts.is_some())
            .map(|past| self.entry(past))
            .collect()
    }

    fn entry(&self, past: &PastRelease) -> Entry {
        let scenarios = past.results().scenarios;
        let within = scenarios.iter().filter(|scenario| scenario.passed()).count();
        let values = [
            ("release", past.id.clone()),
            ("date", self.wording.date(past.released_at)),
            ("within", self.count(within)),
            ("total", self.count(scenarios.len())),
        ];
        let mut summary = vec![self.filled("kit.lead", &values)];
        summary.extend(self.marks_of(past));
        Entry {
            producer: past.producer.clone(),
            tag_date: past.released_at.date(),
            bundle: past.bundle.clone(),
            title: self.filled("kit.subject", &values),
            published: past.released_at.to_string(),
            updated: past.generated_at.to_string(),
            href: self.address(&self.page_of(past)),
            summary: summary.join(" "),
        }
    }

    /// The page with its results where its site is kept, else the page that lists it; paths in the site.
    fn page_of(&self, past: &PastRelease) -> String {
        let tag = self.wording.language().tag();
        let pages = [super::SUMMARY_PAGE, "index"].map(|page| format!("{tag}/{page}.html"));
        match pages.into_iter().find(|page| past.site.contains_key(page)) {
            Some(page) => format!("{KEPT}/{}/{page}", past.id),
            None => crate::content::place::releases_path(self.wording.language()),
        }
    }

    /// The address of a file of the site: absolute where that is known, else from the feed's own place.
    pub(super) fn address(&self, path: &str) -> String {
        match self.input.base_url {
            Some(base) => base.of(path),
            None => crate::content::place::relative(&feed_path(self.wording.language()), path),
        }
    }

    fn marks_of(&self, past: &PastRelease) -> Vec<String> {
        let marks = [
            ("draft", past.status == ReleaseStatus::Draft),
            ("development", past.development),
            ("sample", past.provenance.contains(&Provenance::Sample)),
            ("synthetic", past.provenance.contains(&Provenance::Synthetic)),
        ];
        let marks = marks.iter().filter(|(_, holds)| *holds);
        let label = |mark: &str| self.wording.text(&format!("site.mark.{mark}"));
        marks
            .map(|(mark, _)| format!("{}.", capitalized(label(mark))))
            .collect()
    }
}
