//! Which facts a typed number could have been taken from.

use super::quantity::Quantity;
use super::{Evidence, EvidenceKind};
use crate::domain::{FactValue, Unit};
use std::collections::BTreeMap;

/// A value that a fact once had.
#[derive(Clone, Debug, PartialEq)]
pub struct FormerValue {
    /// The id of the fact.
    pub id: String,
    /// The value, in the unit.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

/// The facts with units by what a reader would see of them.
#[derive(Debug, Default)]
pub struct Numbers<'e> {
    now: BTreeMap<(Unit, i64), Vec<&'e str>>,
    then: BTreeMap<(Unit, i64), Vec<&'e str>>,
}

/// What a typed number equals.
#[derive(Debug, PartialEq, Eq)]
pub struct Equals<'n> {
    /// Ids of facts, those of the configuration first.
    pub facts: &'n [&'n str],
    /// They once had this value and have another now.
    pub former: bool,
}

impl<'e> Numbers<'e> {
    /// All numbers with units, and what they were before.
    pub fn of(evidence: &'e Evidence) -> Numbers<'e> {
        let mut numbers = Numbers::default();
        let mut facts: Vec<_> = evidence.facts().collect();
        // What people decided comes before what was computed from it.
        facts.sort_by_key(|fact| {
            let kind = evidence.file(&fact.source).map(|file| rank(file.kind));
            (kind, fact.id.as_str())
        });
        for fact in facts {
            if let FactValue::Number(value) = fact.value
                && let Some(key) = key(value, fact.unit)
            {
                numbers.now.entry(key).or_default().push(&fact.id);
            }
        }
        for former in &evidence.former {
            if let Some(key) = key(former.value, former.unit) {
                numbers.then.entry(key).or_default().push(&former.id);
            }
        }
        numbers
    }

    /// The facts that a typed number equals, as they are shown; those of today before those of the past.
    pub fn equal_to(&self, quantity: &Quantity) -> Option<Equals<'_>> {
        let key = key(quantity.value, quantity.unit)?;
        let found = |facts: &BTreeMap<(Unit, i64), Vec<&'e str>>| facts.contains_key(&key);
        let former = !found(&self.now);
        let facts = if former { &self.then } else { &self.now };
        facts.get(&key).map(|facts| Equals { facts, former })
    }
}

fn rank(kind: EvidenceKind) -> u8 {
    match kind {
        EvidenceKind::Config => 0,
        EvidenceKind::Publication | EvidenceKind::Release => 1,
        EvidenceKind::Document => 2,
        EvidenceKind::Baseline => 3,
        EvidenceKind::Table => 4,
        EvidenceKind::Report => 5,
        EvidenceKind::SignalQuality => 6,
    }
}

/// A number with a unit, rounded as pages show it: percent to two decimals, days to one, all others to three. A
/// fraction is a percentage to a reader. Zero is left out: it equals too much to mean any of it.
fn key(value: f64, unit: Unit) -> Option<(Unit, i64)> {
    let (value, unit, scale) = match unit {
        Unit::Plain => return None,
        Unit::Fraction => (value * 100.0, Unit::Percent, 100.0),
        Unit::Percent => (value, Unit::Percent, 100.0),
        Unit::Days => (value, unit, 10.0),
        _ => (value, unit, 1_000.0),
    };
    let scaled = (value * scale).round();
    // Beyond this no number of ours goes, and the cast would not be exact.
    let is_fit = scaled.abs() < 9e15 && scaled != 0.0;
    is_fit.then_some((unit, scaled as i64))
}

#[cfg(test)]
mod tests {
    use super::super::quantities;
    use super::*;
    use crate::diag::Position;
    use crate::domain::{Fact, Language};

    fn fact(id: &str, value: f64) -> Fact {
        Fact {
            id: id.to_owned(),
            value: FactValue::Number(value),
            unit: Unit::of_key(id),
            source: "a".into(),
            at: Position::new(1, 1),
        }
    }

    #[test]
    fn a_typed_number_equals_what_a_reader_would_see() {
        let facts = vec![
            fact("a.max_loss_pct", 0.575),
            fact("a.spread_bps", 5.916_444_444),
            fact("b.change_percent", 57.5),
            fact("a.funding_bps", 0.0),
        ];
        let mut evidence = Evidence::for_tests(Vec::new(), facts, Vec::new());
        evidence.former.push(FormerValue {
            id: "a.spread_bps".into(),
            value: 45.0,
            unit: Unit::BasisPoints,
        });
        let numbers = Numbers::of(&evidence);
        let equals = |text: &str| {
            let quantity = &quantities(text, Language::Polish)[0];
            let found = numbers.equal_to(quantity)?;
            Some((found.facts.join(" "), found.former))
        };
        assert_eq!(
            equals("57,5 %"),
            Some(("a.max_loss_pct b.change_percent".into(), false))
        );
        assert_eq!(equals("5.916 bps"), Some(("a.spread_bps".into(), false)));
        assert_eq!(equals("45 bps"), Some(("a.spread_bps".into(), true)));
        assert_eq!(equals("45 min"), None);
        assert_eq!(equals("0 bps"), None);
    }
}
