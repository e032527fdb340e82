//! The section `gate` of `publication.yaml`: the rules, and what they take to be mandatory.

use super::fields::{Fields, Shared};
use super::gate_standard::hold_to_standard;
use crate::diag::{Problems, nearest};
use crate::document::Node;
use crate::domain::{GateRule, GateStage, Sentence, Waived, Waiver};
use std::collections::BTreeSet;

/// The rules that stand between a release and its readers. A project without them cannot publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateSettings {
    /// The rules, in the order in which they are shown.
    pub rules: Vec<GateRule>,
    /// Ids of the pages that every release has, in each language.
    pub pages: Vec<String>,
    /// Checklists that must be signed with all boxes ticked, inside the project.
    pub checklists: Vec<String>,
    /// Exchanges that need a snapshot of signal quality.
    pub exchanges: Vec<String>,
    /// Why there is no mirror, where the configuration says that there is none; else one is required.
    pub no_mirror: Option<Sentence>,
    /// Rules that ask for less than those which this version ships, as `rule: what`.
    pub loosened: Vec<String>,
}

impl GateSettings {
    pub(super) fn read(publication: &Fields<'_, '_>) -> GateSettings {
        let Some(fields) = publication.section("gate") else {
            return GateSettings::default();
        };
        let words = |key| {
            let texts = fields.texts(key).unwrap_or_default();
            texts.into_iter().map(|(text, _)| text).collect()
        };
        let (pages, checklists, exchanges) = (words("pages"), words("checklists"), words("exchanges"));
        let no_mirror = no_mirror(&fields);
        let (path, problems) = fields.context();
        fields.required("rules");
        let mut rules: Vec<GateRule> = Vec::new();
        let mut ids = BTreeSet::new();
        for node in fields.list("rules").unwrap_or_default() {
            let Some(rule) = rule(path, node, problems) else {
                continue;
            };
            if !ids.insert(rule.id.clone()) {
                let message = format!("a second rule `{}`", rule.id);
                fields.refuse(node, message, "give each rule an id of its own");
            }
            rules.push(rule);
        }
        fields.finish();
        let loosened = hold_to_standard(&mut rules);
        GateSettings {
            loosened,
            rules,
            pages,
            checklists,
            exchanges,
            no_mirror,
        }
    }

    /// What is wrong with the waivers of rules: one of a rule that is not there, or that nobody may waive.
    pub fn weigh(&self, path: &str, waivers: &[Waiver]) -> Problems {
        let mut problems = Problems::new();
        for waiver in waivers {
            let Waived::Rule(id) = &waiver.of else { continue };
            let problem = |message: String| crate::diag::Problem::new(path, waiver.at, message);
            match self.rules.iter().find(|rule| rule.id == *id) {
                None => {
                    let known = nearest(id, self.rules.iter().map(|rule| rule.id.as_str()));
                    let hint = match known {
                        Some(known) => format!("did you mean `{known}`?"),
                        None => "`stage6 gate` lists the rules".to_owned(),
                    };
                    problems.push(
                        problem(format!("a waiver of the rule `{id}`, which does not exist")).hint(hint),
                    );
                }
                Some(rule) if !rule.waivable => {
                    let message = format!("the rule `{id}` cannot be waived");
                    problems.push(problem(message).hint("remove the waiver and keep the rule"));
                }
                Some(_) => {}
            }
        }
        problems
    }
}

/// `mirror: required`, which is the default, or `mirror: none` with the reason in both languages.
fn no_mirror(fields: &Fields<'_, '_>) -> Option<Sentence> {
    match fields.text("mirror").as_deref() {
        None | Some("required") => None,
        Some("none") => {
            let polish = fields.required_text("no_mirror_pl");
            let english = fields.required_text("no_mirror_en");
            Some(Sentence {
                polish: polish?,
                english: english?,
            })
        }
        Some(other) => {
            let message = format!("unknown word `{other}`");
            let hint = "write `required`, or `none` with the reason in `no_mirror_pl` and `no_mirror_en`";
            if let Some(node) = fields.node("mirror") {
                fields.refuse(node, message, hint);
            }
            None
        }
    }
}

pub(super) fn rule(path: &str, node: &Node, problems: Shared<'_>) -> Option<GateRule> {
    let fields = Fields::open(path, "gate.rules", node, problems)?;
    let id = fields.required_text("id");
    let manual = fields.boolean("manual").unwrap_or(false);
    let expression = fields.text("expression");
    if manual == expression.is_some() {
        let hint = "write `expression:` with a condition over facts, or `manual: true` for what only people can know";
        fields.refuse(node, "a rule has either an expression or `manual: true`", hint);
    }
    let sentence = |polish, english| {
        let (polish, english) = (fields.required_text(polish), fields.required_text(english));
        Some(Sentence {
            polish: polish?,
            english: english?,
        })
    };
    let because = sentence("because_pl", "because_en");
    let hint = sentence("hint_pl", "hint_en");
    let source = sentence("source_pl", "source_en");
    let stage = match fields.text("at").as_deref() {
        None | Some("build") => GateStage::Build,
        Some("publication") => GateStage::Publication,
        Some(other) => {
            if let Some(node) = fields.node("at") {
                let message = format!("unknown stage `{other}`");
                fields.refuse(
                    node,
                    message,
                    "write `build`, or `publication` for what needs the bundle",
                );
            }
            GateStage::Publication
        }
    };
    let waivable = fields.boolean("waivable").unwrap_or(true);
    fields.finish();
    Some(GateRule {
        id: id?,
        expression,
        because: because?,
        hint: hint?,
        source: source?,
        stage,
        waivable: waivable || manual,
        at: node.at,
    })
}
