//! Verdicts of rules: what waivers can do and what they cannot.

use super::*;
use crate::diag::Position;
use crate::domain::{Sentence, Unit, Waived};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn rule(id: &str, expression: Option<&str>) -> GateRule {
    let sentence = Sentence {
        polish: "Tak.".into(),
        english: "Yes.".into(),
    };
    GateRule {
        id: id.into(),
        expression: expression.map(str::to_owned),
        because: sentence.clone(),
        hint: sentence.clone(),
        source: sentence,
        stage: GateStage::Build,
        waivable: true,
        at: Position::default(),
    }
}

fn book(signed: bool) -> WaiverBook {
    let waiver = |id: &str| Waiver {
        of: Waived::Rule(id.into()),
        release: Some("2026.11".into()),
        reason_pl: "Bo.".into(),
        reason_en: "Because.".into(),
        owner: "Risk".into(),
        signed_at: at("2026-11-20T00:00:00Z"),
        expires_at: at("2026-11-30T00:00:00Z"),
        at: Position::default(),
    };
    WaiverBook {
        path: "waivers.yaml".into(),
        waivers: ["broken", "kept", "manual", "unknown", "strict"]
            .map(waiver)
            .to_vec(),
        signed_with: signed.then(|| "audit-2026".to_owned()),
    }
}

fn verdicts(now: &str, signed: bool, is_draft: bool) -> Vec<&'static str> {
    let age = Fact {
        id: "gate.age_days".into(),
        value: FactValue::Number(5.0),
        unit: Unit::Days,
        source: "report.json".into(),
        at: Position::default(),
    };
    let strict = GateRule {
        waivable: false,
        ..rule("strict", Some("gate.age_days < 3"))
    };
    let later = GateRule {
        stage: GateStage::Publication,
        ..rule("later", Some("gate.age_days < 3"))
    };
    let rules = [
        rule("kept", Some("gate.age_days >= 5")),
        rule("broken", Some("gate.age_days < 3")),
        rule("unknown", Some("gate.no_such_fact < 3")),
        rule("manual", None),
        rule("unconfirmed", None),
        strict,
        later,
    ];
    let facts = Evidence::default().facts_and(vec![age]);
    let bench = Bench {
        facts: &facts,
        book: &book(signed),
        is_draft,
        now: at(now),
        stage: GateStage::Build,
    };
    let rulings = evaluate(&rules, bench);
    rulings
        .rulings
        .iter()
        .map(|ruling| ruling.verdict.as_str())
        .collect()
}

#[test]
fn a_signed_waiver_holds_from_its_day_to_the_end_of_its_last() {
    let held = [
        "passed",
        "waived",
        "failed",
        "confirmed",
        "failed",
        "failed",
        "pending",
    ];
    let not = [
        "passed", "failed", "failed", "failed", "failed", "failed", "pending",
    ];
    for (now, expected) in [
        ("2026-11-19T23:59:59Z", not),
        ("2026-11-20T00:00:00Z", held),
        ("2026-11-30T23:59:59Z", held),
        ("2026-12-01T00:00:00Z", not),
    ] {
        assert_eq!(verdicts(now, true, false), expected, "{now}");
    }
}

#[test]
fn an_unsigned_waiver_holds_in_drafts_only() {
    assert_eq!(verdicts("2026-11-25T00:00:00Z", false, true)[1], "waived");
    assert_eq!(verdicts("2026-11-25T00:00:00Z", false, false)[1], "failed");
}

#[test]
fn a_gate_without_rules_is_closed() {
    let gate = GateRulings {
        no_mirror: None,
        at: at("2026-11-25T00:00:00Z"),
        rulings: Vec::new(),
        waivers_signed_with: None,
    };
    assert_eq!((gate.state(), gate.is_open()), ("closed", false));
}
