//! Wording: the words and number formats of each language.
//!
//! Messages stand in `templates/i18n/<language>.yaml`, compiled in and replaceable by a project's own file of the
//! same path. A table that lacks a word is refused when it is loaded, so no page can show the name of a message
//! where the message should be.

mod both;
mod change;
mod digest;
mod fill;
mod number;
mod table;

pub use both::Wordings;
pub use fill::fill;
pub use table::built_in_keys;

use crate::diag::{Checked, Problems};
use crate::domain::{Digest, Fact, FactValue, Language, Timestamp, Unit};
use crate::fs::Project;
use chrono::{Datelike, Timelike};
use number::format_number;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use table::Table;

/// The messages that this room itself shows.
const REQUIRED: [&str; 68] = [
    "unit.plain",
    "unit.fraction",
    "unit.percent",
    "unit.bps",
    "unit.ms",
    "unit.minutes",
    "unit.hours",
    "unit.days.one",
    "unit.days.few",
    "unit.days.many",
    "unit.days.other",
    "unit.usd",
    "bytes.b",
    "bytes.kib",
    "bytes.mib",
    "bytes.gib",
    "date",
    "moment",
    "month.1",
    "month.2",
    "month.3",
    "month.4",
    "month.5",
    "month.6",
    "month.7",
    "month.8",
    "month.9",
    "month.10",
    "month.11",
    "month.12",
    "word.true",
    "word.false",
    "word.low",
    "word.medium",
    "word.high",
    "word.extreme",
    "word.passed",
    "word.failed",
    "word.measured",
    "word.sample",
    "word.unstated",
    "word.synthetic",
    "callout.note",
    "callout.tip",
    "callout.important",
    "callout.warning",
    "callout.caution",
    "footnotes.title",
    "footnotes.reference",
    "footnotes.back",
    "heading.permalink",
    "claim.fails",
    "claim.holds",
    "claim.named",
    "checklist.document",
    "checklist.partly",
    "contradictions.agreed",
    "contradictions.configured",
    "contradictions.missing",
    "contradictions.none",
    "contradictions.open",
    "contradictions.signed",
    "contradictions.subject",
    "contradictions.unsigned",
    "contradictions.waived",
    "contradictions.waiver",
    "table.label",
    "table.source",
];

/// The words and number formats of one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wording {
    language: Language,
    messages: BTreeMap<String, String>,
    #[serde(skip)]
    digest: OnceLock<Digest>,
}

impl Wording {
    /// Loads the message tables of both languages.
    ///
    /// # Errors
    /// A table that is not YAML, a value that is not text, a key or a placeholder that only one language has, and
    /// a message that is missing in both.
    pub fn load(project: &Project) -> Checked<Wordings> {
        Wording::tables(Some(project))
    }

    /// The message tables that are compiled in.
    ///
    /// # Errors
    /// None that its tests would not have found.
    pub fn built_in() -> Checked<Wordings> {
        Wording::tables(None)
    }

    fn tables(project: Option<&Project>) -> Checked<Wordings> {
        let mut problems = Problems::new();
        let (polish, english) = rayon::join(
            || Table::load(project, Language::Polish),
            || Table::load(project, Language::English),
        );
        let (Some(polish), Some(english)) = (problems.take(polish), problems.take(english)) else {
            problems.into_result(())?;
            return Err(Vec::new());
        };
        let (missing, unknown) =
            rayon::join(|| polish.differences(&english), || english.differences(&polish));
        problems.extend(missing);
        problems.extend(unknown);
        let wording = |table: Table, language| Wording {
            language,
            messages: table.into_messages(language),
            digest: OnceLock::new(),
        };
        let (polish, english) = rayon::join(
            || wording(polish, Language::Polish),
            || wording(english, Language::English),
        );
        let wordings = Wordings { polish, english };
        if problems.is_empty() {
            let charts = crate::content::charts::REQUIRED;
            problems.take(wordings.require(REQUIRED.into_iter().chain(change::REQUIRED).chain(charts)));
        }
        problems.into_result(wordings)
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The message of a key. Only for keys that were checked by [`Wordings::require`] or [`Wording::has`]; of
    /// others there is nothing to show, and the text is empty.
    pub fn text(&self, key: &str) -> &str {
        debug_assert!(self.has(key), "`{key}` is not in the list of required messages");
        self.messages.get(key).map_or("", String::as_str)
    }

    /// Whether there is such a message.
    pub fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// All messages by key, for templates.
    pub fn messages(&self) -> &BTreeMap<String, String> {
        &self.messages
    }

    /// The message of a key with its placeholders filled: `{number}` by the value of `number`. What looks like a
    /// placeholder inside a value stays as it is.
    pub fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values)
    }

    /// A bare number, with at most three decimals.
    pub fn number(&self, number: f64) -> String {
        format_number(self.language, number, 0, 3)
    }

    /// A number with its unit.
    ///
    /// Fractions are shown as percent, with at most two decimals; days with at most one and in the plural form
    /// that the number asks for; all others as [`Wording::number`].
    pub fn quantity(&self, number: f64, unit: Unit) -> String {
        let shown = match unit {
            Unit::Fraction => format_number(self.language, number, 2, 2),
            Unit::Percent => format_number(self.language, number, 0, 2),
            Unit::Days => format_number(self.language, number, 0, 1),
            _ => self.number(number),
        };
        let key = match unit {
            Unit::Days => format!("unit.days.{}", number::plural(self.language, number)),
            _ => format!("unit.{}", unit.key()),
        };
        self.filled(&key, &[("n", &shown)])
    }

    /// A word of evidence files in this language, or the text itself where there is no such word.
    pub fn word<'t>(&'t self, text: &'t str) -> &'t str {
        self.messages
            .get(&format!("word.{text}"))
            .map_or(text, String::as_str)
    }

    /// What a fact says.
    pub fn fact(&self, fact: &Fact) -> String {
        match &fact.value {
            FactValue::Number(number) => self.quantity(*number, fact.unit),
            FactValue::Text(text) => self.word(text).to_owned(),
            FactValue::Bool(yes) => self.word(if *yes { "true" } else { "false" }).to_owned(),
            FactValue::List(words) => {
                let words: Vec<&str> = words.iter().map(|word| self.word(word)).collect();
                words.join(", ")
            }
            FactValue::Moment(moment) => self.moment(*moment),
        }
    }

    /// A moment to the minute: `21 November 2024, 00:00 UTC`.
    pub fn moment(&self, moment: Timestamp) -> String {
        let clock = moment.as_utc();
        let time = format!("{:02}:{:02}", clock.hour(), clock.minute());
        self.filled("moment", &[("date", &self.date(moment)), ("time", &time)])
    }

    /// The day of a moment, in UTC: `21 November 2024`.
    pub fn date(&self, moment: Timestamp) -> String {
        let day = moment.as_utc();
        let month = self.text(&format!("month.{}", day.month()));
        let values = [
            ("day", day.day().to_string()),
            ("month", month.to_owned()),
            ("year", day.year().to_string()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.filled("date", &values)
    }

    /// A size: `1.5 KiB`, in units of 1024.
    #[expect(
        clippy::cast_precision_loss,
        reason = "sizes are rounded to one decimal anyway"
    )]
    pub fn bytes(&self, count: u64) -> String {
        let (key, size) = match count {
            0..0x400 => ("bytes.b", 1),
            0x400..0x10_0000 => ("bytes.kib", 0x400),
            0x10_0000..0x4000_0000 => ("bytes.mib", 0x10_0000),
            _ => ("bytes.gib", 0x4000_0000_u64),
        };
        let shown = format_number(self.language, count as f64 / size as f64, 0, 1);
        self.filled(key, &[("n", &shown)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Position;

    fn wordings() -> Wordings {
        let place = tempfile::tempdir().unwrap();
        Wording::load(&Project::open(place.path()).unwrap()).unwrap()
    }

    #[test]
    fn quantities_have_the_form_of_their_language() {
        let wordings = wordings();
        let shown = |language| {
            let wording = wordings.of(language);
            [
                wording.quantity(0.6, Unit::Fraction),
                wording.quantity(0.575_25, Unit::Fraction),
                wording.quantity(12.5, Unit::Percent),
                wording.quantity(45.0, Unit::BasisPoints),
                wording.quantity(150.0, Unit::Milliseconds),
                wording.quantity(40.0, Unit::Minutes),
                wording.quantity(48.0, Unit::Hours),
                wording.quantity(1_850_000.0, Unit::Usd),
                wording.quantity(0.35, Unit::Plain),
            ]
            .join(" | ")
            .replace('\u{a0}', "_")
        };
        assert_eq!(
            shown(Language::Polish),
            "60_% | 57,52_% | 12,5_% | 45_bps | 150_ms | 40_min | 48_h | 1_850_000_USD | 0,35"
        );
        assert_eq!(
            shown(Language::English),
            "60% | 57.52% | 12.5% | 45_bps | 150_ms | 40_min | 48_h | 1,850,000_USD | 0.35"
        );
    }

    #[test]
    fn days_take_the_plural_that_the_number_asks_for() {
        let wordings = wordings();
        let shown = |language| {
            [0.0, 1.0, 3.0, 5.0, 12.0, 22.0, 112.0, 731.4, 1.04]
                .map(|days| wordings.of(language).quantity(days, Unit::Days))
                .join(" | ")
                .replace('\u{a0}', " ")
        };
        assert_eq!(
            shown(Language::Polish),
            "0 dni | 1 dzień | 3 dni | 5 dni | 12 dni | 22 dni | 112 dni | 731,4 dnia | 1 dzień"
        );
        assert_eq!(
            shown(Language::English),
            "0 days | 1 day | 3 days | 5 days | 12 days | 22 days | 112 days | 731.4 days | 1 day"
        );
    }

    #[test]
    fn facts_moments_and_sizes_are_spoken() {
        let wordings = wordings();
        let fact = |value| Fact {
            id: "x".into(),
            value,
            unit: Unit::Plain,
            source: "s".into(),
            at: Position::new(1, 1),
        };
        let moment = Timestamp::parse("2024-11-21T00:00:00Z").unwrap();
        let shown = |language| {
            let wording = wordings.of(language);
            [
                wording.fact(&fact(FactValue::Text("passed".into()))),
                wording.fact(&fact(FactValue::Text("2026-11".into()))),
                wording.fact(&fact(FactValue::Bool(true))),
                wording.fact(&fact(FactValue::List(vec!["BTCUSDT".into(), "sample".into()]))),
                wording.fact(&fact(FactValue::Moment(moment))),
                wording.date(moment),
                wording.bytes(1_023),
                wording.bytes(1_536).replace('\u{a0}', " "),
            ]
            .join(" | ")
            .replace('\u{a0}', " ")
        };
        assert_eq!(
            shown(Language::Polish),
            "zaliczony | 2026-11 | tak | BTCUSDT, próbka | 21 listopada 2024, 00:00 UTC | 21 listopada 2024 | \
             1023 B | 1,5 KiB"
        );
        assert_eq!(
            shown(Language::English),
            "passed | 2026-11 | yes | BTCUSDT, sample | 21 November 2024, 00:00 UTC | 21 November 2024 | \
             1,023 B | 1.5 KiB"
        );
    }

    #[test]
    fn values_are_filled_in_once() {
        let wording = Wording {
            language: Language::English,
            messages: [("m".to_owned(), "{a} of {b}, {c} {a}{".to_owned())].into(),
            digest: OnceLock::new(),
        };
        assert_eq!(
            wording.filled("m", &[("a", "{b}"), ("b", "2")]),
            "{b} of 2, {c} {b}{"
        );
    }

    #[test]
    fn a_message_that_nobody_wrote_is_refused() {
        let problems = wordings()
            .require(["callout.note", "nav.home"])
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        assert_eq!(
            problems,
            [
                "templates/i18n/en.yaml: the message `nav.home` is missing\n  hint: add it to the tables of both \
                 languages",
                "templates/i18n/pl.yaml: the message `nav.home` is missing\n  hint: add it to the tables of both \
                 languages",
            ]
        );
    }
}
