//! The rules of the gate, weighed for a project.

use super::Inputs;
use super::gate_facts::GateFacts;
use crate::domain::{GateRulings, GateStage, Timestamp, WaiverBook};
use crate::evidence::Evidence;
use crate::gate::{self as rules, Bench};

/// Evaluates the rules of the gate over the evidence and what was counted for them.
pub(super) fn weigh(
    inputs: &Inputs,
    evidence: &Evidence,
    counted: GateFacts,
    (book, now): (&WaiverBook, Timestamp),
    stage: GateStage,
) -> GateRulings {
    let bench = Bench {
        facts: &evidence.facts_and(counted.into_facts()),
        book,
        is_draft: inputs.is_draft(),
        now,
        stage,
    };
    let gate = &inputs.publication.gate;
    GateRulings {
        no_mirror: gate.no_mirror.clone(),
        ..rules::evaluate(&gate.rules, bench)
    }
}
