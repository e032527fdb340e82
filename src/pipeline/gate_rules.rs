//! What the gate counts of its own rules: their digest, what of them is looser than what this version ships, and what
//! changed since the release before.

use super::Inputs;
use super::gate_facts::GateFacts;
use crate::config::GateTerms;
use crate::domain::FactValue;

/// Counts.
pub(super) fn count(inputs: &Inputs, facts: &mut GateFacts) {
    let publication = &inputs.publication;
    let source = &publication.source;
    let at = source.node.get("gate").map(|node| node.at).unwrap_or_default();
    let place = (source.path.as_str(), at);
    let terms = GateTerms::of(&source.node);
    let digest = FactValue::Text(terms.digest().to_string());
    facts.add("rules.sha256", digest, place);
    let loosened = publication.gate.all_loosened(source);
    facts.add("rules.loosened", FactValue::List(loosened), place);
    let changed = match (&publication.release.previous, &inputs.chain.publication) {
        (None, _) => Vec::new(),
        (Some(_), Some(before)) => terms.changes_since(&GateTerms::of(before)),
        (Some(_), None) => vec!["the rules of the release before are not at hand".to_owned()],
    };
    facts.add("rules.changed", FactValue::List(changed), place);
}
