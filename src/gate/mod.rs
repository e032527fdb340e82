//! The gate: evaluates the rules of publication over facts, all of them, and writes what came of it.
//!
//! Pure: it is given facts, waivers and a moment, and the same give the same rulings. It stands above the rooms that
//! make facts because it judges what they say about one another.

use crate::document::json_text::Json;
use crate::domain::{
    Fact, FactValue, GateRule, GateRulings, GateStage, Language, RuleVerdict, Ruling, Sentence, Timestamp,
    Waiver, WaiverBook,
};
use crate::evidence::{Evidence, judge};

/// The name of the report's shape.
pub const GATE_SCHEMA: &str = "stage6.gate";

/// What the rules are weighed with.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// All facts, also those that the program counted for the gate.
    pub facts: &'a Evidence,
    /// Waivers and confirmations.
    pub book: &'a WaiverBook,
    /// Unsigned waivers hold in drafts only.
    pub is_draft: bool,
    /// The moment of the run.
    pub now: Timestamp,
    /// Until when rules can be decided; those of a later stage stay pending.
    pub stage: GateStage,
}

/// Evaluates every rule; a broken one ends nothing.
pub fn evaluate(rules: &[GateRule], bench: Bench<'_>) -> GateRulings {
    GateRulings {
        at: bench.now,
        rulings: rules.iter().map(|rule| bench.rule(rule)).collect(),
        waivers_signed_with: bench.book.signed_with.clone(),
        no_mirror: None,
    }
}

impl Bench<'_> {
    fn rule(&self, rule: &GateRule) -> Ruling {
        let mut ruling = Ruling {
            rule: rule.clone(),
            verdict: RuleVerdict::Pending,
            facts: Vec::new(),
            fault: None,
            waiver: self.book.of_rule(&rule.id).cloned(),
        };
        if rule.stage == GateStage::Publication && self.stage == GateStage::Build {
            return ruling;
        }
        let answered = ruling.waiver.as_ref().is_some_and(|waiver| self.holds(waiver));
        ruling.verdict = match &rule.expression {
            None if answered => RuleVerdict::Confirmed,
            None => RuleVerdict::Failed,
            Some(expression) => {
                let judgement = judge(expression, self.facts);
                // Facts of the gate have one form for all languages.
                let fact = |id: &String| self.facts.fact(id, Language::English).cloned();
                ruling.facts = judgement.facts.iter().filter_map(fact).collect();
                ruling.fault = judgement.faults.first().map(|fault| fault.message.clone());
                match judgement.verdict {
                    Some(true) => RuleVerdict::Passed,
                    // What cannot be evaluated is unknown; nobody can answer for that.
                    Some(false) if answered && rule.waivable => RuleVerdict::Waived,
                    _ => RuleVerdict::Failed,
                }
            }
        };
        ruling
    }

    fn holds(&self, waiver: &Waiver) -> bool {
        let signed = self.book.signed_with.is_some() || self.is_draft;
        signed && waiver.signed_at <= self.now && !waiver.has_expired(self.now)
    }
}

/// What came of the rules, as JSON.
pub fn gate_json(gate: &GateRulings, bundle: &str, tool_version: &str) -> Json {
    Json::map([
        ("schema", Json::text(GATE_SCHEMA)),
        ("schema_version", Json::text("1.0")),
        ("generated_at", Json::text(gate.at.to_string())),
        ("tool_version", Json::text(tool_version)),
        ("bundle", Json::text(bundle)),
        ("state", Json::text(gate.state())),
        (
            "failed",
            Json::List(gate.failed().into_iter().map(Json::text).collect()),
        ),
        (
            "waivers_signed_with",
            Json::optional_text(gate.waivers_signed_with.as_deref()),
        ),
        ("no_mirror", gate.no_mirror.as_ref().map_or(Json::Null, both)),
        (
            "rules",
            Json::List(gate.rulings.iter().map(ruling_json).collect()),
        ),
    ])
}

fn both(sentence: &Sentence) -> Json {
    Json::map(Language::ALL.map(|language| (language.tag(), Json::text(sentence.of(language)))))
}

fn ruling_json(ruling: &Ruling) -> Json {
    let rule = &ruling.rule;
    Json::map([
        ("id", Json::text(&rule.id)),
        ("verdict", Json::text(ruling.verdict.as_str())),
        ("expression", Json::optional_text(rule.expression.as_deref())),
        ("because", both(&rule.because)),
        ("hint", both(&rule.hint)),
        ("source", both(&rule.source)),
        ("fault", Json::optional_text(ruling.fault.as_deref())),
        ("facts", Json::List(ruling.facts.iter().map(fact_json).collect())),
        ("waiver", ruling.waiver.as_ref().map_or(Json::Null, waiver_json)),
    ])
}

fn fact_json(fact: &Fact) -> Json {
    let value = match &fact.value {
        FactValue::Number(number) => Json::Float(*number),
        FactValue::Text(text) => Json::text(text),
        FactValue::Bool(yes) => Json::Bool(*yes),
        FactValue::List(words) => Json::List(words.iter().map(Json::text).collect()),
        FactValue::Moment(moment) => Json::text(moment.to_string()),
    };
    Json::map([
        ("id", Json::text(&fact.id)),
        ("value", value),
        ("unit", Json::text(fact.unit.key())),
        ("path", Json::text(&fact.source)),
        ("line", Json::integer(fact.at.line)),
    ])
}

fn waiver_json(waiver: &Waiver) -> Json {
    let reasons = Language::ALL.map(|language| (language.tag(), Json::text(waiver.reason(language))));
    Json::map([
        ("release", Json::optional_text(waiver.release.as_deref())),
        ("owner", Json::text(&waiver.owner)),
        ("reason", Json::map(reasons)),
        ("signed_at", Json::text(waiver.signed_at.date())),
        ("expires_at", Json::text(waiver.expires_at.date())),
    ])
}

/// A value as reports and terminals write it.
pub fn plain(value: &FactValue) -> String {
    match value {
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::Bool(yes) => yes.to_string(),
        FactValue::List(words) if words.is_empty() => "none".to_owned(),
        FactValue::List(words) => words.join(", "),
        FactValue::Moment(moment) => moment.to_string(),
    }
}

#[cfg(test)]
mod tests;
