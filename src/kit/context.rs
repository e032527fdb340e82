//! What templates of the kit are given: sentences and rows in the words of one language, made from facts.

use super::{KitInput, SUMMARY_PAGE, feed_path, proof};
use crate::content::place::page_path;
use crate::content::{Wording, Wordings};
use crate::diag::Checked;
use crate::domain::{Language, Metric, Provenance, ReleaseStatus};
use crate::evidence::Before;
use std::collections::BTreeMap;
use tera::Context;

/// Where the messages of this room stand in the tables.
const PREFIX: &str = "kit.";
/// The messages that this file asks for. Templates name theirs themselves.
const REQUIRED: [&str; 14] = [
    "kit.before_known",
    "kit.chance",
    "kit.changed",
    "kit.dropped_scenario",
    "kit.lead",
    "kit.no_exchanges",
    "kit.new_scenario",
    "kit.over",
    "kit.preheader",
    "kit.preview",
    "kit.subject",
    "kit.tightest",
    "kit.verdict.failed",
    "kit.verdict.passed",
];

/// Refuses tables that lack a message of this room.
///
/// # Errors
/// One problem for each missing message.
pub(super) fn require(wordings: &Wordings) -> Checked<()> {
    let marks = ["draft", "development", "sample", "synthetic"]
        .map(|mark| [format!("site.mark.{mark}"), format!("site.mark.{mark}_more")]);
    let marks = marks.as_flattened().iter().map(String::as_str);
    wordings.require(REQUIRED.into_iter().chain(marks))
}

/// The context of one language.
pub(super) fn of(input: &KitInput<'_>, language: Language) -> Context {
    let teller = Teller {
        input,
        wording: input.wording(language),
    };
    let mut context = Context::new();
    context.insert("language", language.tag());
    context.insert("text", &teller.messages());
    context.insert("name", input.name);
    context.insert("release", &input.release.id);
    context.insert("bundle", input.bundle.as_str());
    context.insert("producer", &input.producer.name);
    context.insert("key_id", input.key_id);
    context.insert("fingerprint", input.fingerprint);
    context.insert("subject", &teller.headline("kit.subject"));
    context.insert("preheader", &teller.headline("kit.preheader"));
    context.insert("lead", &teller.headline("kit.lead"));
    context.insert("marks", &teller.marks());
    context.insert("before", &teller.before());
    context.insert("compared", &(input.evidence.before() == Before::Known));
    context.insert("scenarios", &teller.scenarios());
    context.insert("dropped_scenarios", &teller.dropped());
    context.insert("limit_changes", &teller.limit_changes());
    context.insert("thresholds", &teller.thresholds());
    context.insert("coverage", &teller.coverage());
    context.insert("delta_needed", &input.evidence.needs_delta());
    context.insert("delta", &teller.delta());
    context.insert("exchanges", &teller.exchanges());
    context.insert("sources", &proof::sources(input));
    context.insert("has_signal_index", &proof::has_signal_index(input));
    context.insert("finished", &false);
    teller.insert_moments(&mut context);
    context.insert("summary_page", SUMMARY_PAGE);
    context.insert("has_summary", &input.has_summary);
    context.insert("earlier", &teller.earlier());
    let page = |page: &str| teller.address(&page_path(language, page));
    context.insert("self_address", &teller.address(&feed_path(language)));
    context.insert("home_address", &page("index"));
    let summary = if input.has_summary { SUMMARY_PAGE } else { "index" };
    context.insert("summary_address", &page(summary));
    context
}

/// Tells facts in one language.
pub(super) struct Teller<'a> {
    pub(super) input: &'a KitInput<'a>,
    pub(super) wording: &'a Wording,
}

impl Teller<'_> {
    /// The messages of this room for templates, by the parts of their keys: `text.heading.results`.
    fn messages(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut nested: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let own = self.wording.messages().iter();
        let own = own.filter_map(|(key, text)| Some((key.strip_prefix(PREFIX)?, text)));
        // Those without a group have gaps, which only this file fills.
        for (key, text) in own {
            let Some((group, name)) = key.split_once('.') else {
                continue;
            };
            nested
                .entry(group.to_owned())
                .or_default()
                .insert(name.to_owned(), text.clone());
        }
        nested
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.wording.text(key).to_owned()
    }

    pub(super) fn filled(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.wording.filled(key, &values)
    }

    pub(super) fn count(&self, count: usize) -> String {
        self.wording
            .number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    pub(super) fn metric(&self, metric: Metric) -> String {
        self.text(&format!("site.metric.{}", metric.key()))
    }

    /// The one sentence about the release: how many scenarios kept within their limits.
    fn headline(&self, key: &str) -> String {
        let report = self.input.report;
        let total = report.scenarios.len();
        let values = [
            ("release", self.input.release.id.clone()),
            ("date", self.wording.date(self.input.release.released_at)),
            ("within", self.count(total - report.failure_count())),
            ("total", self.count(total)),
        ];
        self.filled(key, &values)
    }

    /// What a reader must know before believing a number.
    fn marks(&self) -> Vec<String> {
        let input = self.input;
        let marks = [
            ("draft", input.release.status == ReleaseStatus::Draft),
            ("development", input.development),
            ("sample", input.report.uses(Provenance::Sample)),
            ("synthetic", input.report.uses(Provenance::Synthetic)),
        ];
        let mut said: Vec<String> = marks
            .iter()
            .filter(|(_, holds)| *holds)
            .map(|(mark, _)| {
                let (label, more) = (format!("site.mark.{mark}"), format!("site.mark.{mark}_more"));
                format!(
                    "{}. {}",
                    capitalized(self.wording.text(&label)),
                    self.wording.text(&more)
                )
            })
            .collect();
        if input.report.generated_at < input.release.publish_at {
            let date = self.wording.moment(input.release.publish_at);
            said.push(self.filled("kit.preview", &[("date", date)]));
        }
        said
    }

    /// Which release the results are compared with.
    fn before(&self) -> String {
        let said = |id: &str| {
            let fact = self.input.evidence.fact(id, self.wording.language());
            fact.map_or_else(String::new, |fact| self.wording.fact(fact))
        };
        match self.input.evidence.before() {
            Before::None => self.text("results.before_none"),
            Before::NotAtHand => {
                let digest = said("release.previous");
                self.filled("results.before_not_at_hand", &[("digest", digest)])
            }
            Before::Known => self.filled("kit.before_known", &[("release", said("previous.release.id"))]),
        }
    }

    fn delta(&self) -> String {
        self.text(
            match (self.input.evidence.before(), self.input.evidence.needs_delta()) {
                (Before::Known, true) => "results.delta_needed",
                (Before::Known, false) => "results.delta_not_needed",
                _ => "results.nothing",
            },
        )
    }

    fn exchanges(&self) -> String {
        let exchanges = self.input.evidence.results().exchanges;
        match exchanges.is_empty() {
            true => self.text("kit.no_exchanges"),
            false => exchanges.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    /// Moments, in words for people and as RFC 3339 for feeds.
    fn insert_moments(&self, context: &mut Context) {
        let (release, report) = (self.input.release, self.input.report);
        let moments = [
            ("released", release.released_at),
            ("publish", release.publish_at),
            ("valid_until", release.valid_until),
            ("generated", report.generated_at),
        ];
        for (name, moment) in moments {
            context.insert(format!("{name}_on"), &self.wording.moment(moment));
            context.insert(format!("{name}_at"), &moment.to_string());
        }
        // The authority of a tag URI owned its name on that day (RFC 4151).
        context.insert("tag_date", &release.released_at.date());
    }
}

/// A mark that begins a sentence begins with a capital letter.
pub(super) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
