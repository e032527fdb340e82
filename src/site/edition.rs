//! What all pages of one build share: the release, the navigation, and what refers to what.

use super::claims::CLAIMS_JSON;
use super::facts::FACTS_JSON;
use super::marks::Marks;
use super::voice::Voice;
use super::{Signing, SiteInput};
use crate::content::charts::Charts;
use crate::content::{Page, Section, place};
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::domain::{Fact, Language, ReleaseStatus};
use crate::evidence::{EvidenceFile, EvidenceKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The id of the home page, and of an index inside a folder.
pub(super) const INDEX: &str = "index";
/// The id of the page that says how to verify the release; the footer links it where it exists.
const VERIFICATION: &str = "verification";

/// What the path of the signed report ends in; the analytics beside it are a report too.
const REPORT_FILE: &str = "stress_lab_report.json";

/// The groups of the navigation, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Review,
    Evidence,
    Publish,
    Operate,
    Manual,
}

impl Group {
    pub(super) const ALL: [Group; 5] = [
        Group::Review,
        Group::Evidence,
        Group::Publish,
        Group::Operate,
        Group::Manual,
    ];

    /// The group of a page; the home page stands above all groups.
    pub(super) fn of(section: Section) -> Option<Group> {
        match section {
            Section::Home => None,
            Section::Review => Some(Group::Review),
            Section::Publish => Some(Group::Publish),
            Section::Operate => Some(Group::Operate),
            Section::Manual => Some(Group::Manual),
        }
    }

    /// Its key in messages.
    pub(super) fn key(self) -> &'static str {
        match self {
            Group::Review => "review",
            Group::Evidence => "evidence",
            Group::Publish => "publish",
            Group::Operate => "operate",
            Group::Manual => "manual",
        }
    }
}

/// Pages that the site makes: their paths, and the messages that name them.
type SitePages = Vec<(String, &'static str)>;

/// A page as the navigation knows it.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    /// `None` for the home page.
    pub(super) group: Option<Group>,
    pub(super) path: String,
    pub(super) label: String,
    /// It stands below another page of its group.
    pub(super) child: bool,
}

/// All stops of the navigation in reading order, the home page first. Every page looks its own place up in it.
#[derive(Debug)]
pub(super) struct Itinerary {
    stops: Vec<Stop>,
    /// Where each path stands, and where in its group.
    places: BTreeMap<String, (usize, usize)>,
}

impl Itinerary {
    const NONE: Itinerary = Itinerary {
        stops: Vec::new(),
        places: BTreeMap::new(),
    };

    fn of(stops: Vec<Stop>) -> Itinerary {
        let mut counts = [0; Group::ALL.len()];
        let places = stops.iter().enumerate().map(|(at, stop)| {
            let group = stop.group.and_then(|group| counts.get_mut(group as usize));
            let inside = group.map_or(0, |count| {
                *count += 1;
                *count - 1
            });
            (stop.path.clone(), (at, inside))
        });
        Itinerary {
            places: places.collect(),
            stops,
        }
    }

    pub(super) fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// The place of a path among all stops, and among those of its group.
    pub(super) fn place(&self, path: &str) -> Option<(usize, usize)> {
        self.places.get(path).copied()
    }

    /// The stops of a group.
    pub(super) fn group(&self, group: Group) -> &[Stop] {
        let is = |stop: &Stop| stop.group == Some(group);
        let start = self.stops.iter().position(is).unwrap_or(self.stops.len());
        let rest = self.stops.get(start..).unwrap_or_default();
        let end = rest.iter().position(|stop| !is(stop)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }
}

/// What pages say about the release, in one language.
#[derive(Debug, Serialize)]
pub(super) struct Imprint<'a> {
    name: &'a str,
    release: &'a str,
    bundle: &'a str,
    released_on: String,
    generated_at: String,
    key_id: &'a str,
    fingerprint: &'a str,
    development: bool,
    /// The release is a draft, whatever keys signed it.
    draft: bool,
    tool_version: &'a str,
    report_digest: Option<String>,
    /// The site's public address; empty where it is not known.
    base_url: &'a str,
}

/// One build of the site.
#[derive(Debug)]
pub(super) struct Edition<'a> {
    pub(super) input: SiteInput<'a>,
    pub(super) marks: Marks,
    /// The signed report among the evidence.
    pub(super) report_file: Option<&'a EvidenceFile>,
    /// Charts of the report and of the analytics.
    pub(super) charts: Charts<'a>,
    pages: BTreeMap<(Language, &'a str), &'a Page>,
    facts: BTreeMap<&'a str, Vec<&'a Fact>>,
    itineraries: BTreeMap<Language, Itinerary>,
}

impl<'a> Edition<'a> {
    /// # Errors
    /// A language without a home page, or evidence files whose pages would overwrite each other.
    pub(super) fn new(input: &SiteInput<'a>) -> Checked<Edition<'a>> {
        let mut facts: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
        for fact in input.evidence.facts() {
            facts.entry(fact.source.as_str()).or_default().push(fact);
        }
        let mut edition = Edition {
            input: *input,
            marks: Marks::of_report(input.report),
            charts: Charts::read(input.evidence, input.history_of).reusing(input.reuse),
            report_file: input
                .evidence
                .files()
                .find(|file| file.kind == EvidenceKind::Report && file.path.ends_with(REPORT_FILE)),
            pages: input
                .pages
                .iter()
                .map(|page| ((page.language, page.id.as_str()), page))
                .collect(),
            facts,
            itineraries: BTreeMap::new(),
        };
        for language in input.languages {
            let stops = edition.stops(&Voice::new(input.wordings, *language));
            edition.itineraries.insert(*language, Itinerary::of(stops));
        }
        let mut problems = Problems::new();
        problems.take(place::check(
            input.evidence.files().map(|file| file.path.as_str()),
        ));
        for language in input.languages {
            if edition.page(*language, INDEX).is_none() {
                let path = format!("content/{}/{INDEX}.md", language.tag());
                problems.push(Problem::with_file(path, "the home page is missing").about(Topic::Pages));
            }
        }
        problems.into_result(edition)
    }

    pub(super) fn signing(&self) -> &'a Signing {
        self.input.signing
    }

    pub(super) fn page(&self, language: Language, id: &str) -> Option<&'a Page> {
        self.pages.get(&(language, id)).copied()
    }

    /// The pages of a language in reading order: by section, then by their own numbers.
    pub(super) fn pages_in(&self, language: Language) -> Vec<&'a Page> {
        let mut pages: Vec<&Page> = self
            .pages
            .values()
            .filter(|page| page.language == language)
            .copied()
            .collect();
        pages.sort_by(|left, right| {
            (left.section, left.order, &left.id).cmp(&(right.section, right.order, &right.id))
        });
        pages
    }

    /// The facts that stand in a file, in the order of its lines.
    pub(super) fn facts_in(&self, path: &str) -> Vec<&'a Fact> {
        let mut facts = self.facts.get(path).cloned().unwrap_or_default();
        facts.sort_by(|left, right| (left.at, &left.id).cmp(&(right.at, &right.id)));
        facts
    }

    /// Where all pages of content and evidence stand, and the lists for programs.
    pub(super) fn all_paths(&self) -> BTreeSet<String> {
        let lists = [FACTS_JSON, CLAIMS_JSON].map(str::to_owned);
        let pages = self
            .pages
            .keys()
            .map(|(language, id)| place::page_path(*language, id));
        let files = self.input.languages.iter().flat_map(|language| {
            let files = self.input.evidence.files();
            files.map(|file| place::evidence_path(*language, &file.path))
        });
        let default = self.input.languages.first().copied().unwrap_or(Language::Polish);
        let charts = self.charts.csv_files(self.input.wordings.of(default)).into_keys();
        let raw = self
            .input
            .evidence
            .files()
            .map(|file| place::raw_path(&file.path));
        let data = charts.chain(raw);
        lists.into_iter().chain(pages).chain(files).chain(data).collect()
    }

    /// The page about verification, where there is one.
    pub(super) fn verification(&self, language: Language) -> Option<String> {
        self.page(language, VERIFICATION)
            .map(|page| place::page_path(language, &page.id))
    }

    /// All stops of the navigation of a language.
    pub(super) fn itinerary(&self, language: Language) -> &Itinerary {
        static NONE: Itinerary = Itinerary::NONE;
        self.itineraries.get(&language).unwrap_or(&NONE)
    }

    fn stops(&self, voice: &Voice<'_>) -> Vec<Stop> {
        let language = voice.language;
        let mut stops: Vec<Stop> = self
            .pages_in(language)
            .into_iter()
            .filter(|page| page.section == Section::Home)
            .map(|page| self.stop(page))
            .collect();
        for group in Group::ALL {
            let made = |pages: SitePages| {
                pages.into_iter().map(|(path, key)| Stop {
                    group: Some(group),
                    path,
                    label: voice.text(key),
                    child: false,
                })
            };
            let (before, after) = self.made_by_the_site(group, language);
            stops.extend(made(before));
            let own = |page: &&Page| Group::of(page.section) == Some(group);
            stops.extend(
                self.pages_in(language)
                    .into_iter()
                    .filter(own)
                    .map(|page| self.stop(page)),
            );
            stops.extend(made(after));
        }
        stops
    }

    /// The pages of a group that the site makes itself, before and after those that people wrote: path and message.
    fn made_by_the_site(&self, group: Group, language: Language) -> (SitePages, SitePages) {
        match group {
            Group::Evidence => (
                vec![
                    (place::report_path(language), "report.title"),
                    (place::evidence_list_path(language), "evidence.title"),
                    (place::facts_path(language), "facts.title"),
                    (place::releases_path(language), "versions.title"),
                ],
                Vec::new(),
            ),
            Group::Publish => {
                let gate = self
                    .input
                    .gate
                    .map(|_| (place::gate_path(language), "gate.title"));
                (Vec::new(), gate.into_iter().collect())
            }
            Group::Review => (
                Vec::new(),
                vec![
                    (place::claims_path(language), "claims.title"),
                    (place::verifier_path(language), "verify.title"),
                ],
            ),
            Group::Operate | Group::Manual => (Vec::new(), Vec::new()),
        }
    }

    fn stop(&self, page: &Page) -> Stop {
        Stop {
            group: Group::of(page.section),
            path: place::page_path(page.language, &page.id),
            label: page.nav_title.clone(),
            child: !self.parents(page).is_empty(),
        }
    }

    /// The index pages of the folders that a page lies in.
    pub(super) fn parents(&self, page: &Page) -> Vec<Stop> {
        let folders = page
            .id
            .match_indices('/')
            .map(|(end, _)| format!("{}/{INDEX}", &page.id[..end]));
        folders
            .filter(|id| *id != page.id)
            .filter_map(|id| self.page(page.language, &id))
            .map(|parent| self.stop(parent))
            .collect()
    }

    /// What pages say about the release.
    pub(super) fn imprint(&self, voice: &Voice<'_>) -> Imprint<'a> {
        let input = &self.input;
        Imprint {
            name: input.name,
            release: &input.release.id,
            bundle: input.bundle.as_str(),
            released_on: voice.date(input.release.released_at),
            generated_at: voice.moment(input.report.generated_at),
            key_id: &input.signing.key_id,
            fingerprint: &input.signing.fingerprint,
            development: input.signing.development,
            draft: input.release.status == ReleaseStatus::Draft,
            tool_version: input.tool_version,
            report_digest: self.report_file.map(|file| file.digest.to_string()),
            base_url: input.base_url.map_or("", |base| base.as_str()),
        }
    }
}
