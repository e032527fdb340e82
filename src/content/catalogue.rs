//! What is known of all facts and claims, for programs: editors that complete ids, and readers of the bundle.

use super::{Claim, Page, Wordings};
use crate::document::json_text::Json;
use crate::domain::{Fact, FactValue, Language};
use crate::evidence::Evidence;
use std::collections::{BTreeMap, BTreeSet};

/// The names of the shapes, and their version.
const FACTS_SCHEMA: &str = "stage6.facts";
const CLAIMS_SCHEMA: &str = "stage6.claims";
const SCHEMA_VERSION: &str = "1.0";

/// Who uses a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Ids of pages that show it or rest a claim on it.
    pub pages: BTreeSet<String>,
    /// Ids of claims whose expressions read it.
    pub claims: BTreeSet<String>,
    /// Paths of tables whose cells refer to it.
    pub tables: BTreeSet<String>,
}

impl Uses {
    /// All users on one line, or nothing.
    pub fn line(&self) -> String {
        let claims = self.claims.iter().map(|id| format!("claim {id}"));
        let all = self.pages.iter().cloned().chain(claims);
        all.chain(self.tables.iter().cloned())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Who uses which fact, by the fact's id.
pub fn uses(pages: &[Page], evidence: &Evidence) -> BTreeMap<String, Uses> {
    let mut uses: BTreeMap<String, Uses> = BTreeMap::new();
    for page in pages {
        for id in &page.facts {
            uses.entry(id.clone()).or_default().pages.insert(page.id.clone());
        }
        for claim in &page.claims {
            for id in &claim.facts {
                uses.entry(id.clone())
                    .or_default()
                    .claims
                    .insert(claim.id.clone());
            }
        }
    }
    for table in evidence.tables() {
        for id in table.references() {
            // A cell shared by both languages means the fact of either.
            for language in Language::ALL {
                if let Some(fact) = evidence.fact(id, language) {
                    let known = uses.entry(fact.id.clone()).or_default();
                    known.tables.insert(table.path.clone());
                }
            }
        }
    }
    uses
}

/// All facts as JSON: id, value, type, unit, place, digest of the file, the words of both languages, and users.
pub fn facts_json(evidence: &Evidence, pages: &[Page], wordings: &Wordings) -> Json {
    let uses = uses(pages, evidence);
    let nobody = Uses::default();
    let facts = evidence.facts().map(|fact| {
        let used = uses.get(&fact.id).unwrap_or(&nobody);
        fact_json(fact, evidence, wordings, used)
    });
    Json::map([
        ("schema", Json::text(FACTS_SCHEMA)),
        ("schema_version", Json::text(SCHEMA_VERSION)),
        ("facts", Json::List(facts.collect())),
    ])
}

/// One fact as JSON.
pub fn fact_json(fact: &Fact, evidence: &Evidence, wordings: &Wordings, uses: &Uses) -> Json {
    let digest = evidence
        .file(&fact.source)
        .map_or(Json::Null, |file| Json::text(file.digest.to_string()));
    let text = Language::ALL.map(|language| (language.tag(), Json::text(wordings.of(language).fact(fact))));
    let list = |words: &BTreeSet<String>| Json::List(words.iter().map(Json::text).collect());
    Json::map([
        ("id", Json::text(&fact.id)),
        ("value", value_json(&fact.value)),
        ("type", Json::text(fact.value.kind())),
        ("unit", Json::text(fact.unit.key())),
        ("text", Json::map(text)),
        ("path", Json::text(&fact.source)),
        ("line", Json::integer(fact.at.line)),
        ("column", Json::integer(fact.at.column)),
        ("sha256", digest),
        (
            "used_by",
            Json::map([
                ("pages", list(&uses.pages)),
                ("claims", list(&uses.claims)),
                ("tables", list(&uses.tables)),
            ]),
        ),
    ])
}

fn value_json(value: &FactValue) -> Json {
    match value {
        FactValue::Number(number) => Json::Float(*number),
        FactValue::Text(text) => Json::text(text),
        FactValue::Bool(yes) => Json::Bool(*yes),
        FactValue::List(words) => Json::List(words.iter().map(Json::text).collect()),
        FactValue::Moment(moment) => Json::text(moment.to_string()),
    }
}

/// All claims as JSON, and the numbers that were typed on purpose.
pub fn claims_json(pages: &[Page], evidence: &Evidence) -> Json {
    let mut claims: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in pages.iter().flat_map(|page| &page.claims) {
        claims.entry(&claim.id).or_default().push(claim);
    }
    let claims = claims
        .iter()
        .filter_map(|(id, versions)| Some(claim_json(id, versions.first()?, versions, evidence)));
    let typed = pages.iter().flat_map(|page| &page.typed).map(|typed| {
        Json::map([
            ("path", Json::text(&typed.source)),
            ("line", Json::integer(typed.at.line)),
            ("text", Json::text(&typed.text)),
            ("reason", Json::text(&typed.reason)),
        ])
    });
    Json::map([
        ("schema", Json::text(CLAIMS_SCHEMA)),
        ("schema_version", Json::text(SCHEMA_VERSION)),
        ("claims", Json::List(claims.collect())),
        ("typed_numbers", Json::List(typed.collect())),
    ])
}

fn claim_json(id: &str, first: &Claim, versions: &[&Claim], evidence: &Evidence) -> Json {
    let facts = first.facts.iter().filter_map(|id| {
        let fact = evidence.fact(id, first.language)?;
        Some(Json::map([
            ("id", Json::text(id)),
            ("value", value_json(&fact.value)),
            ("unit", Json::text(fact.unit.key())),
            ("path", Json::text(&fact.source)),
            ("line", Json::integer(fact.at.line)),
        ]))
    });
    let sentences = versions
        .iter()
        .map(|claim| (claim.language.tag(), Json::text(&claim.sentence)));
    let places = versions.iter().map(|claim| {
        let place = format!("{}:{}", claim.source, claim.at.line);
        (claim.language.tag(), Json::text(place))
    });
    Json::map([
        ("id", Json::text(id)),
        ("holds", Json::Bool(first.holds)),
        ("expression", Json::text(&first.expression)),
        ("page", Json::text(&first.page)),
        ("sentence", Json::map(sentences)),
        ("place", Json::map(places)),
        ("facts", Json::List(facts.collect())),
    ])
}
