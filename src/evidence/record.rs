//! The record of what facts were: a CSV file that only grows, so that a number typed long ago is still known.
//!
//! It lists each value with a unit that the configuration, documents, and results of scenarios ever had. A value in it
//! that the fact does not have now is a former value; nobody needs to note when it ended.

use super::{Evidence, EvidenceKind, FormerValue};
use crate::diag::{Checked, Position, Problem, Problems};
use crate::domain::{Fact, FactValue, Unit};
use std::collections::BTreeSet;

/// The columns of the record.
const COLUMNS: [&str; 4] = ["fact", "value", "unit", "recorded_on"];

/// One value that a fact had.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The value.
    pub former: FormerValue,
    /// The day on which it was first recorded, `2026-11-23`.
    pub on: String,
}

/// Reads a record.
///
/// # Errors
/// Other columns, a row of another length, a value that is no number, a unit that is unknown.
pub fn read_record(path: &str, bytes: &[u8]) -> Checked<Vec<Recorded>> {
    let mut problems = Problems::new();
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let hint = "`stage6 facts --record` writes this file; restore it from the repository";
    for (index, record) in reader.records().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mut refuse = |message: &str| {
            let problem = Problem::new(path, Position::new(line, 1), message);
            problems.push(problem.hint(hint));
        };
        let Ok(record) = record else {
            refuse("not a UTF-8 CSV table");
            continue;
        };
        let cells: Vec<&str> = record.iter().collect();
        if index == 0 {
            if cells != COLUMNS {
                refuse("the columns are not `fact,value,unit,recorded_on`");
            }
            continue;
        }
        match row(&cells) {
            Some(row) => rows.push(row),
            None => refuse("not an id, a number, a unit and a day"),
        }
    }
    problems.into_result(rows)
}

fn row(cells: &[&str]) -> Option<Recorded> {
    let [id, value, unit, on] = cells else { return None };
    let value: f64 = value.parse().ok()?;
    Some(Recorded {
        former: FormerValue {
            id: (*id).to_owned(),
            value,
            unit: Unit::from_key(unit)?,
        },
        on: (*on).to_owned(),
    })
}

/// The record with all values of today added, and how many were new.
pub fn record(evidence: &Evidence, mut known: Vec<Recorded>, on: &str) -> (Vec<u8>, usize) {
    let key = |former: &FormerValue| (former.id.clone(), former.value.to_bits());
    let seen: BTreeSet<(String, u64)> = known.iter().map(|row| key(&row.former)).collect();
    let before = known.len();
    for fact in evidence.facts().filter(|fact| is_recorded(fact, evidence)) {
        let FactValue::Number(value) = fact.value else {
            continue;
        };
        let former = FormerValue {
            id: fact.id.clone(),
            value,
            unit: fact.unit,
        };
        if !seen.contains(&key(&former)) {
            let on = on.to_owned();
            known.push(Recorded { former, on });
        }
    }
    // Stable, so that the values of a fact stay in the order in which they came.
    known.sort_by(|left, right| left.former.id.cmp(&right.former.id));
    let mut text = COLUMNS.join(",") + "\n";
    for Recorded { former, on } in &known {
        let FormerValue { id, value, unit } = former;
        text.push_str(&format!("{id},{value},{},{on}\n", unit.key()));
    }
    (text.into_bytes(), known.len() - before)
}

/// Values that people decide or quote. Ages, baselines and tables change with every look at the market.
fn is_recorded(fact: &Fact, evidence: &Evidence) -> bool {
    let kind = evidence.file(&fact.source).map(|file| file.kind);
    let is_quoted = match kind {
        Some(EvidenceKind::Config | EvidenceKind::Publication | EvidenceKind::Document) => true,
        Some(EvidenceKind::Report) => {
            fact.id.starts_with("report.scenarios.") && fact.id.contains(".metrics.")
        }
        _ => false,
    };
    is_quoted && fact.unit != Unit::Plain && !fact.id.contains([',', '"', '\n'])
}

/// The values of a record that its facts do not have now.
pub(super) fn former_values(evidence: &Evidence, known: &[Recorded]) -> Vec<FormerValue> {
    let differs = |row: &&Recorded| {
        let fact = evidence.facts.get(&row.former.id);
        fact.is_some_and(|fact| fact.value != FactValue::Number(row.former.value))
    };
    known
        .iter()
        .filter(differs)
        .map(|row| row.former.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Builder;
    use super::*;
    use crate::document::yaml;

    fn evidence(text: &str, record: &str) -> Evidence {
        let mut builder = Builder::new();
        builder.add_file("core.yaml", text.as_bytes(), EvidenceKind::Config);
        builder.add_facts("core.yaml", "lab", &yaml::read("core.yaml", text).unwrap());
        builder.add_record("r.csv", record.as_bytes()).unwrap();
        builder.finish().unwrap()
    }

    #[test]
    fn the_record_grows_and_knows_what_is_former() {
        let record_of = |text: &str, known: &str, on: &str| {
            let known = read_record("r.csv", known.as_bytes()).unwrap();
            let (bytes, new) = record(&evidence(text, "fact,value,unit,recorded_on\n"), known, on);
            (String::from_utf8(bytes).unwrap(), new)
        };
        let (first, new) = record_of("a_minutes: 40\nb_pct: 0.6\nc: 3\n", "", "2026-11-01");
        let expected = "fact,value,unit,recorded_on\nlab.a_minutes,40,minutes,2026-11-01\nlab.b_pct,0.6,fraction,2026-11-01\n";
        assert_eq!((first.as_str(), new), (expected, 2));
        let (second, new) = record_of("a_minutes: 55\nb_pct: 0.6\n", &first, "2026-12-01");
        assert_eq!(new, 1);
        assert!(
            second.contains("lab.a_minutes,40,minutes,2026-11-01\nlab.a_minutes,55,minutes,2026-12-01\n")
        );

        let former = evidence("a_minutes: 55\nb_pct: 0.6\n", &first).former;
        let expected = FormerValue {
            id: "lab.a_minutes".into(),
            value: 40.0,
            unit: Unit::Minutes,
        };
        assert_eq!(former, [expected]);
    }

    #[test]
    fn a_broken_record_is_refused_at_its_line() {
        let found =
            read_record("r.csv", b"fact,value,unit,recorded_on\na,x,minutes,2026-11-01\n").unwrap_err();
        assert_eq!(
            found[0].to_string(),
            "r.csv:2:1: not an id, a number, a unit and a day\n  hint: `stage6 facts --record` writes this file; restore \
             it from the repository"
        );
    }
}
