//! The gate: every rule of publication with its verdict, the facts that it read, and who answers for what is broken.

use super::claims::{Used, used};
use super::edition::{Edition, Group};
use super::frame::{self, Entry, Outline};
use super::sheet::Sheet;
use super::voice::Voice;
use crate::content::place::gate_path;
use crate::content::typeset;
use crate::domain::{Fact, GateRulings, RuleVerdict, Ruling};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Register {
    state: String,
    is_open: bool,
    summary: String,
    /// Why no mirror is looked at.
    no_mirror: Option<String>,
    rules: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    badge: &'static str,
    verdict: String,
    because: String,
    hint: Option<String>,
    fault: Option<String>,
    expression: Option<String>,
    source: String,
    facts: Vec<Read>,
    waiver: Option<String>,
}

/// A fact that a rule read. What the program counted for the gate stands in no file that has a page.
#[derive(Debug, Serialize)]
struct Read {
    #[serde(flatten)]
    fact: Used,
    has_page: bool,
}

/// The page in one language, where there are rules.
pub(super) fn sheet<'a>(edition: &Edition<'a>, voice: &Voice<'_>) -> Option<Sheet<'a>> {
    let gate = edition.input.gate?;
    let path = gate_path(voice.language);
    let other = voice.language.other();
    let outline = Outline {
        title: voice.text("gate.title"),
        description: voice.text("gate.summary"),
        group: Some(Group::Publish),
        twin: edition.input.languages.contains(&other).then(|| gate_path(other)),
        contents: vec![Entry {
            level: 2,
            id: "rules".to_owned(),
            text: voice.text("gate.rules"),
        }],
        path: path.clone(),
        ..Outline::default()
    };
    let register = register(edition, gate, voice, &path);
    Some(frame::sheet(edition, voice, "gate.html", outline).with("gate", register))
}

fn register(edition: &Edition<'_>, gate: &GateRulings, voice: &Voice<'_>, here: &str) -> Register {
    let counts = [
        RuleVerdict::Passed,
        RuleVerdict::Failed,
        RuleVerdict::Waived,
        RuleVerdict::Confirmed,
        RuleVerdict::Pending,
    ]
    .map(|verdict| (verdict.as_str(), voice.count(gate.count(verdict))));
    let mut values: Vec<(&str, &str)> = counts
        .iter()
        .map(|(name, count)| (*name, count.as_str()))
        .collect();
    let at = voice.moment(gate.at);
    values.push(("at", &at));
    Register {
        state: voice.text(&format!("gate.{}", gate.state())),
        is_open: gate.is_open(),
        summary: voice.filled("gate.count", &values),
        no_mirror: gate
            .no_mirror
            .as_ref()
            .map(|reason| reason.of(voice.language).to_owned()),
        rules: gate
            .rulings
            .iter()
            .map(|ruling| row(edition, gate, voice, here, ruling))
            .collect(),
    }
}

fn row(edition: &Edition<'_>, gate: &GateRulings, voice: &Voice<'_>, here: &str, ruling: &Ruling) -> Row {
    let rule = &ruling.rule;
    let badge = match ruling.verdict {
        RuleVerdict::Passed | RuleVerdict::Confirmed => "passed",
        RuleVerdict::Failed => "failed",
        RuleVerdict::Waived | RuleVerdict::Pending => "development",
    };
    let read = |fact: &Fact| Read {
        has_page: edition.input.evidence.file(&fact.source).is_some(),
        fact: used(voice, here, fact),
    };
    let waiver = ruling.waiver.as_ref().map(|waiver| {
        let values = [
            ("owner", waiver.owner.clone()),
            ("reason", typeset(voice.language, waiver.reason(voice.language))),
            ("signed", voice.date(waiver.signed_at)),
            ("expires", voice.date(waiver.expires_at)),
            ("key", gate.waivers_signed_with.clone().unwrap_or_default()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let is_signed = gate.waivers_signed_with.is_some();
        voice.filled(
            if is_signed {
                "gate.waiver_signed"
            } else {
                "gate.waiver_unsigned"
            },
            &values,
        )
    });
    Row {
        id: rule.id.clone(),
        badge,
        verdict: voice.text(&format!("gate.{}", ruling.verdict.as_str())),
        because: typeset(voice.language, rule.because.of(voice.language)),
        hint: (ruling.verdict == RuleVerdict::Failed)
            .then(|| typeset(voice.language, rule.hint.of(voice.language))),
        fault: ruling.fault.clone(),
        expression: rule.expression.clone(),
        source: typeset(voice.language, rule.source.of(voice.language)),
        facts: ruling.facts.iter().map(read).collect(),
        waiver,
    }
}
