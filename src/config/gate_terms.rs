//! The terms of publication in one list, so that those of two releases can be compared and named by one digest.

use crate::document::{Node, Value};
use crate::domain::Digest;
use std::collections::BTreeMap;

/// What each rule is made of; its sentences may be reworded freely.
const OF_RULE: [&str; 4] = ["expression", "manual", "at", "waivable"];
/// What rules take to be mandatory.
const LISTS: [&str; 3] = ["pages", "checklists", "exchanges"];

/// The terms of a `publication.yaml`: rules, what they take to be mandatory, and the limits that they read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateTerms(BTreeMap<String, String>);

impl GateTerms {
    /// The terms of a file as it was read; what is no term is left out.
    pub fn of(publication: &Node) -> GateTerms {
        let mut terms = BTreeMap::new();
        let list = |keys: &[&str]| {
            publication
                .at_path(keys)
                .and_then(Node::as_list)
                .unwrap_or_default()
        };
        let text = |node: &Node| node.as_scalar().map(|scalar| scalar.text.clone());
        for rule in list(&["gate", "rules"]) {
            let Some(id) = rule.get("id").and_then(text) else {
                continue;
            };
            let parts = OF_RULE.iter().filter_map(|key| {
                let part = rule.get(key).and_then(text)?;
                Some(format!("{key} {part}"))
            });
            terms.insert(id, parts.collect::<Vec<_>>().join("; "));
        }
        for key in LISTS {
            let names = list(&["gate", key]).iter().filter_map(text);
            terms.extend(names.map(|name| (format!("{key} {name}"), "listed".to_owned())));
        }
        if let Some(mirror) = publication.at_path(&["gate", "mirror"]).and_then(text) {
            terms.insert("mirror".to_owned(), mirror);
        }
        if let Some(Value::Map(limits)) = publication.get("rules").map(|node| &node.value) {
            let limits = limits
                .iter()
                .filter_map(|limit| Some((limit.key.clone(), text(&limit.value)?)));
            terms.extend(limits);
        }
        GateTerms(terms)
    }

    /// What was added, removed and changed since, by name.
    pub fn changes_since(&self, before: &GateTerms) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (name, term) in &self.0 {
            match before.0.get(name) {
                None => found.push(format!("{name}: added")),
                Some(old) if old != term => found.push(format!("{name}: changed")),
                Some(_) => {}
            }
        }
        let removed = before.0.keys().filter(|name| !self.0.contains_key(*name));
        found.extend(removed.map(|name| format!("{name}: removed")));
        found.sort();
        found
    }

    /// The digest of all terms, one per line.
    pub fn digest(&self) -> Digest {
        let lines: String = self
            .0
            .iter()
            .map(|(name, term)| format!("{name}\t{term}\n"))
            .collect();
        Digest::of(lines.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml;

    fn terms(text: &str) -> GateTerms {
        GateTerms::of(&yaml::read("p.yaml", text).unwrap())
    }

    #[test]
    fn changes_are_named_and_sentences_are_none() {
        let before = "rules: {max_age: 3, days: 7}\ngate:\n  pages: [a, b]\n  rules:\n    - {id: x, expression: 'p > 1', because_en: One}\n    - {id: y, manual: true}\n";
        let reworded = before.replace("One", "Two");
        assert_eq!(terms(&reworded).digest(), terms(before).digest());
        let after = "rules: {max_age: 9, days: 7}\ngate:\n  pages: [b]\n  rules:\n    - {id: x, expression: 'p > 0'}\n    - {id: z, manual: true}\n";
        assert_ne!(terms(after).digest(), terms(before).digest());
        let expected = [
            "max_age: changed",
            "pages a: removed",
            "x: changed",
            "y: removed",
            "z: added",
        ];
        assert_eq!(terms(after).changes_since(&terms(before)), expected);
    }
}
