//! What documents state about one subject, set beside each other: ratings and counts that must not differ.
//!
//! A row of these tables says what one document states; a column names the subject. A cell may refer to a fact of
//! another table, so that a rating of today is not typed again.

use super::Evidence;
use crate::domain::{Fact, FactValue, Language};
use std::collections::BTreeMap;

/// The tables: name, the column with the subject, and the column with what is stated.
const SOURCES: [(&str, &str, &str); 2] = [
    ("status_documents", "area", "statement"),
    ("document_counts", "topic", "value"),
];

/// What documents state about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its name: that of the table and of the subject, `tables.status_documents.ui`.
    pub id: String,
    /// The rows of the table that state something, `tables.status_documents.ui_benchmark`.
    pub rows: Vec<String>,
    /// The facts that are stated, in the order of the rows; languages share one id.
    pub statements: Vec<String>,
    /// How much the statements differ: numbers by the distance of the smallest from the largest in percent of the
    /// largest; words by 0 or 100.
    pub percent: f64,
}

impl Evidence {
    /// Every subject about which at least two documents state something, by id.
    pub fn subjects(&self) -> Vec<Subject> {
        let mut rows: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (name, subject, stated) in SOURCES {
            let Some(table) = self.table(&format!("{name}.csv")) else {
                continue;
            };
            let Some(column) = table.column(subject, Language::English.tag()) else {
                continue;
            };
            for row in &table.rows {
                let subject = row.cells.get(column).map_or("", |cell| cell.trim());
                if !subject.is_empty() {
                    let row = format!("tables.{name}.{}", row.id());
                    let stated = format!("{row}.{stated}");
                    let subject = format!("tables.{name}.{subject}");
                    rows.entry(subject).or_default().push((row, stated));
                }
            }
        }
        let several = rows.into_iter().filter(|(_, rows)| rows.len() > 1);
        several
            .map(|(id, rows)| {
                let (rows, statements): (Vec<String>, Vec<String>) = rows.into_iter().unzip();
                Subject {
                    percent: self.difference(&statements),
                    id,
                    rows,
                    statements,
                }
            })
            .collect()
    }

    /// The fact with this id, or the one that its cell refers to.
    pub fn stated(&self, id: &str, language: Language) -> Option<&Fact> {
        let fact = self.fact(id, language)?;
        let referred = match &fact.value {
            FactValue::Text(text) => text
                .strip_prefix("`fact:")
                .and_then(|rest| rest.strip_suffix('`')),
            _ => None,
        };
        referred.map_or(Some(fact), |id| self.fact(id.trim(), language))
    }

    /// A statement that cannot be found differs from every other.
    fn difference(&self, statements: &[String]) -> f64 {
        let values: Vec<Option<&FactValue>> = statements
            .iter()
            .map(|id| self.stated(id, Language::English).map(|fact| &fact.value))
            .collect();
        let number = |value: &Option<&FactValue>| match value {
            Some(FactValue::Number(number)) => Some(*number),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
        if let Some(numbers) = numbers {
            let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
            let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let size = least.abs().max(most.abs());
            return if size > 0.0 {
                100.0 * (most - least) / size
            } else {
                0.0
            };
        }
        let first = values.first().copied().flatten();
        let agree = first.is_some() && values.iter().all(|value| *value == first);
        if agree { 0.0 } else { 100.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Builder;

    fn subjects(documents: &str, counts: &str) -> Vec<(String, f64)> {
        let mut builder = Builder::new();
        let mut add = |name: &str, text: &str| builder.add_table(name, text.as_bytes()).unwrap();
        add("scoreboard.csv", "id,status_pl,status_en\nui,czerwony,red\n");
        let head = "id,area,statement_pl,statement_en\n";
        add("status_documents.csv", &format!("{head}{documents}"));
        add("document_counts.csv", &format!("id,topic,value\n{counts}"));
        let found = builder.finish().unwrap().subjects();
        found.into_iter().map(|one| (one.id, one.percent)).collect()
    }

    #[test]
    fn a_rating_is_compared_with_the_one_that_a_cell_refers_to() {
        let own = "own,ui,`fact:tables.scoreboard.ui.status`,`fact:tables.scoreboard.ui.status`\n";
        let ui = |percent| vec![("tables.status_documents.ui".to_owned(), percent)];
        assert_eq!(subjects(&format!("{own}old,ui,czerwony,red\n"), ""), ui(0.0));
        assert_eq!(subjects(&format!("{own}old,ui,zielony,green\n"), ""), ui(100.0));
        let dangling = "own,ui,`fact:a.b`,`fact:a.b`\nold,ui,`fact:a.b`,`fact:a.b`\n";
        assert_eq!(subjects(dangling, ""), ui(100.0));
        // One document contradicts nobody; neither does a row about no subject.
        assert_eq!(subjects("a,ui,b,b\nc,,d,d\ne,,f,f\n", ""), []);
    }

    #[test]
    fn counts_differ_by_their_distance_in_percent_of_the_largest() {
        let presets = |percent| vec![("tables.document_counts.presets".to_owned(), percent)];
        // (20 - 15) / 20.
        assert_eq!(subjects("", "a,presets,15\nb,presets,20\nc,,99\n"), presets(25.0));
        assert_eq!(subjects("", "a,presets,0\nb,presets,0\n"), presets(0.0));
        assert_eq!(subjects("", "a,presets,15\nb,presets,many\n"), presets(100.0));
    }
}
