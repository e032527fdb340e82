//! Makes facts out of evidence files: every scalar becomes one, under the dotted path of its keys.

use super::record::{Recorded, former_values, read_record};
use super::{Evidence, EvidenceFile, EvidenceKind, Table};
use crate::diag::{Checked, Position, Problem, Problems};
use crate::document::{Node, Scalar, Value, front_matter};
use crate::domain::{Digest, Fact, FactValue, Timestamp, Unit};

/// Who signed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the HMAC key.
    pub key_id: String,
    /// The key is a development key: the signature is no proof to anybody.
    pub development: bool,
    /// For whom it was signed.
    pub signer: Signer,
}

/// For whom a file was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The build signs what it made itself.
    Maker,
    /// The build sealed a document that nobody signed.
    Nobody,
    /// People answer for it; nobody may be named.
    People(Vec<String>),
}

/// Collects evidence.
#[derive(Debug, Default)]
pub struct Builder {
    evidence: Evidence,
    recorded: Vec<Recorded>,
    problems: Problems,
}

impl Builder {
    /// Nothing collected yet.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Adds a file. Its facts are added separately.
    pub fn add_file(&mut self, path: &str, bytes: &[u8], kind: EvidenceKind) -> &mut EvidenceFile {
        let file = EvidenceFile {
            path: path.to_owned(),
            bytes: bytes.to_vec(),
            digest: Digest::of(bytes),
            kind,
            sealed: None,
            sample: false,
            extract_of: None,
        };
        self.evidence.files.entry(path.to_owned()).or_insert(file)
    }

    /// Adds every scalar below `node` as a fact: `prefix` and the keys on the way to it, joined by dots.
    ///
    /// Items of a list go by their `name`, `type`, `symbol`, `key`, `path`, `id` or `metric`; a list of scalars is one fact.
    pub fn add_facts(&mut self, path: &str, prefix: &str, node: &Node) {
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    self.add_facts(path, &join(prefix, &entry.key), &entry.value);
                }
            }
            Value::List(items) if items.iter().all(|item| item.as_scalar().is_some()) => {
                let words = items
                    .iter()
                    .filter_map(Node::as_scalar)
                    .map(|scalar| scalar.text.clone())
                    .collect();
                self.add_fact(path, prefix, FactValue::List(words), node.at);
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let name = item_name(item).unwrap_or_else(|| (index + 1).to_string());
                    let mut id = join(prefix, &name);
                    let below = format!("{id}.");
                    let next = self.evidence.facts.range(below.clone()..).next();
                    if next.is_some_and(|(known, _)| known.starts_with(&below)) {
                        id = format!("{id}_{}", index + 1);
                    }
                    self.add_facts(path, &id, item);
                }
            }
            Value::Scalar(scalar) => {
                if let Some(value) = fact_value(scalar) {
                    self.add_fact(path, prefix, value, node.at);
                }
            }
        }
    }

    /// Adds one fact. Of two in one file the first stays; an id that another file owns is a problem, because pages
    /// could not tell which of them they show.
    pub fn add_fact(&mut self, path: &str, id: &str, value: FactValue, at: Position) {
        let key = id.rsplit('.').next().unwrap_or(id);
        let unit = match value {
            FactValue::Number(_) => unit_in(id, key),
            _ => Unit::Plain,
        };
        let fact = Fact {
            id: id.to_owned(),
            value,
            unit,
            source: path.to_owned(),
            at,
        };
        match self.evidence.facts.get(id) {
            Some(known) if known.source != path => {
                let message = format!("the fact `{id}` stands in {} already", known.source);
                self.problems
                    .push(Problem::new(path, at, message).hint("give this one another namespace or name"));
            }
            Some(_) => {}
            None => drop(self.evidence.facts.insert(id.to_owned(), fact)),
        }
    }

    /// Adds another id for a fact that is there.
    pub fn add_alias(&mut self, alias: &str, id: &str) {
        if let Some(fact) = self.evidence.facts.get(id) {
            let fact = Fact {
                id: alias.to_owned(),
                ..fact.clone()
            };
            self.evidence.facts.entry(alias.to_owned()).or_insert(fact);
        }
    }

    /// Adds a CSV table: the file, the table, and each cell as `tables.<name>.<row>.<column>`.
    ///
    /// # Errors
    /// The table's problems.
    pub fn add_table(&mut self, path: &str, bytes: &[u8]) -> Checked<()> {
        let table = Table::read(path, bytes)?;
        self.add_file(path, bytes, EvidenceKind::Table);
        let stem = table.name().trim_end_matches(".csv").to_owned();
        for row in &table.rows {
            for (column, cell) in table.columns.iter().zip(&row.cells).skip(1) {
                let scalar = Scalar {
                    text: cell.trim().to_owned(),
                    quoted: false,
                    unknown_tag: None,
                };
                let value = match scalar.as_number() {
                    Some(number) => FactValue::Number(number),
                    None => FactValue::Text(scalar.text),
                };
                self.add_fact(
                    path,
                    &format!("tables.{stem}.{}.{column}", row.id()),
                    value,
                    row.at,
                );
            }
        }
        self.evidence.tables.insert(table.name().to_owned(), table);
        Ok(())
    }

    /// Adds a Markdown document; the values below `facts` in its front matter go under its `namespace`.
    ///
    /// # Errors
    /// A broken front matter, or facts without a namespace.
    pub fn add_document(&mut self, path: &str, bytes: &[u8]) -> Checked<()> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| vec![Problem::with_file(path, "not UTF-8 text")])?;
        let parts = front_matter::split(path, text).map_err(|problem| vec![problem])?;
        self.add_file(path, bytes, EvidenceKind::Document);
        let Some(parts) = parts else { return Ok(()) };
        let Some(facts) = parts.meta.get("facts") else {
            return Ok(());
        };
        match parts.meta.get("namespace").and_then(Node::as_scalar) {
            Some(namespace) => {
                let namespace = namespace.text.clone();
                self.add_facts(path, &namespace, facts);
                Ok(())
            }
            None => Err(vec![
                facts
                    .problem(path, "`facts` without a `namespace`")
                    .hint("add `namespace:` with a short word"),
            ]),
        }
    }

    /// Adds the record of what facts were.
    ///
    /// # Errors
    /// A record that cannot be read.
    pub fn add_record(&mut self, path: &str, bytes: &[u8]) -> Checked<()> {
        self.recorded = read_record(path, bytes)?;
        self.add_file(path, bytes, EvidenceKind::Document);
        Ok(())
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// Facts that two files claim.
    pub fn finish(mut self) -> Checked<Evidence> {
        self.evidence.former = former_values(&self.evidence, &self.recorded);
        self.problems.into_result(self.evidence)
    }
}

/// The asset governor states percent as plain numbers (18.0 is 18 %) under the ending that means a fraction in all
/// other sections.
fn unit_in(id: &str, key: &str) -> Unit {
    match Unit::of_key(key) {
        Unit::Fraction if id.starts_with("portfolio_governors.") => Unit::Percent,
        unit => unit,
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

fn item_name(item: &Node) -> Option<String> {
    let named = ["name", "type", "symbol", "key", "path", "id", "metric"]
        .iter()
        .find_map(|key| item.get(key)?.as_scalar());
    named.map(|scalar| scalar.text.clone())
}

fn fact_value(scalar: &Scalar) -> Option<FactValue> {
    if scalar.is_null() {
        return None;
    }
    if let Some(value) = scalar.as_bool() {
        return Some(FactValue::Bool(value));
    }
    if let Some(number) = scalar.as_number() {
        return Some(FactValue::Number(number));
    }
    Some(match Timestamp::parse(&scalar.text) {
        Ok(moment) => FactValue::Moment(moment),
        Err(_) => FactValue::Text(scalar.text.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml;
    use crate::domain::Language;

    #[test]
    fn facts_have_ids_units_and_places() {
        let text = "scenarios:\n  - name: crunch\n    shocks:\n      - type: blackout\n        duration_minutes: 45\n";
        let mut builder = Builder::new();
        builder.add_facts("core.yaml", "lab", &yaml::read("core.yaml", text).unwrap());
        let evidence = builder.finish().unwrap();
        let fact = evidence
            .fact(
                "lab.scenarios.crunch.shocks.blackout.duration_minutes",
                Language::English,
            )
            .unwrap();
        assert_eq!(
            (&fact.value, fact.unit),
            (&FactValue::Number(45.0), Unit::Minutes)
        );
        assert_eq!(fact.at, Position::new(5, 27));
    }

    #[test]
    fn a_cell_is_found_in_the_language_of_the_page() {
        let mut builder = Builder::new();
        builder
            .add_table(
                "content/tables/t.csv",
                "id,area_pl,area_en\nui,Ekran,Screen\n".as_bytes(),
            )
            .unwrap();
        let evidence = builder.finish().unwrap();
        let fact = evidence.fact("tables.t.ui.area", Language::Polish).unwrap();
        assert_eq!(fact.value, FactValue::Text("Ekran".into()));
    }

    #[test]
    fn documents_bring_their_own_facts() {
        let text = "---\nnamespace: workshop\nfacts:\n  limits:\n    max_blackout_minutes: 40\n---\nText.\n";
        let mut builder = Builder::new();
        builder.add_document("var/minutes.md", text.as_bytes()).unwrap();
        let evidence = builder.finish().unwrap();
        let fact = evidence
            .fact("workshop.limits.max_blackout_minutes", Language::Polish)
            .unwrap();
        assert_eq!(fact.at, Position::new(5, 27));
    }
}
