//! Message tables: YAML files whose nested keys are joined by dots.

use crate::content::typography;
use crate::diag::{Checked, Position, Problem, Problems};
use crate::document::{Entry, Node, Value, yaml};
use crate::domain::Language;
use crate::fs::Project;
use rust_embed::RustEmbed;
use std::collections::{BTreeMap, BTreeSet};

#[derive(RustEmbed)]
#[folder = "templates/i18n/"]
#[prefix = "templates/i18n/"]
struct Embedded;

/// The table's path inside a project.
pub fn path(language: Language) -> String {
    format!("templates/i18n/{}.yaml", language.tag())
}

/// The keys of the tables that are compiled in, of messages below `prefix`.
///
/// # Errors
/// The table is broken, which its tests would have found.
pub fn built_in_keys(prefix: &str) -> Checked<Vec<String>> {
    let path = path(Language::Polish);
    let file = Embedded::get(&path).expect("the tables of both languages are compiled in");
    let table = Table::read(&path, &String::from_utf8_lossy(&file.data))?;
    let keys = table.messages.into_keys();
    Ok(keys.filter(|key| key.starts_with(prefix)).collect())
}

/// A message and where its key stands.
struct Message {
    at: Position,
    text: String,
}

/// The messages of one language.
pub struct Table {
    path: String,
    messages: BTreeMap<String, Message>,
}

impl Table {
    /// Loads a table: the project's own, where there is a project and it has one, or else the one that is compiled in.
    ///
    /// # Errors
    /// Not UTF-8, not YAML, a key that stands twice, a value that is not text.
    pub fn load(project: Option<&Project>, language: Language) -> Checked<Table> {
        let path = path(language);
        let own = project.filter(|project| project.has_file(&path));
        let text = if let Some(project) = own {
            project.read_text(&path).map_err(|problem| vec![problem])?
        } else {
            let file = Embedded::get(&path).expect("the tables of both languages are compiled in");
            String::from_utf8(file.data.into_owned())
                .map_err(|_| vec![Problem::with_file(&path, "not UTF-8 text")])?
        };
        Table::read(&path, &text)
    }

    fn read(path: &str, text: &str) -> Checked<Table> {
        let root = yaml::read(path, text).map_err(|problem| vec![problem])?;
        let Some(entries) = root.as_map() else {
            return Err(vec![root.problem(path, "expected a mapping of messages")]);
        };
        let mut problems = Problems::new();
        let mut table = Table {
            path: path.to_owned(),
            messages: BTreeMap::new(),
        };
        table.flatten("", entries, &mut problems);
        problems.into_result(table)
    }

    fn flatten(&mut self, above: &str, entries: &[Entry], problems: &mut Problems) {
        for entry in entries {
            let key = if above.is_empty() {
                entry.key.clone()
            } else {
                format!("{above}.{}", entry.key)
            };
            if entry.repeated || self.messages.contains_key(&key) {
                let message = format!("the message `{key}` stands twice");
                problems.push(Problem::new(&self.path, entry.key_at, message).hint("keep one of them"));
                continue;
            }
            match text_of(&entry.value) {
                Ok(text) => {
                    let at = entry.key_at;
                    self.messages.insert(key, Message { at, text });
                }
                Err(Some(entries)) => self.flatten(&key, entries, problems),
                Err(None) => {
                    let message = format!("expected the text of `{key}`, found {}", entry.value.kind());
                    problems.push(
                        entry
                            .value
                            .problem(&self.path, message)
                            .hint("write it in quotes"),
                    );
                }
            }
        }
    }

    /// What this table has and `other` has not: keys, and placeholders of a message.
    pub fn differences(&self, other: &Table) -> Vec<Problem> {
        let mut found = Vec::new();
        for (key, message) in &self.messages {
            let problem = |text: String| Problem::new(&self.path, message.at, text);
            let Some(counterpart) = other.messages.get(key) else {
                let text = format!("the message `{key}` is missing in `{}`", other.path);
                found.push(problem(text).hint("give every language the same keys"));
                continue;
            };
            let theirs = placeholders(&counterpart.text);
            for name in placeholders(&message.text).difference(&theirs) {
                let text = format!("the placeholder `{{{name}}}` is missing in `{}`", other.path);
                let place = format!("write it into the message `{key}` there too");
                found.push(problem(text).hint(place));
            }
        }
        found
    }

    /// The messages by key, set as running text of the language is.
    pub fn into_messages(self, language: Language) -> BTreeMap<String, String> {
        self.messages
            .into_iter()
            .map(|(key, message)| (key, typography::set(language, &message.text)))
            .collect()
    }
}

/// The text of a value, or the members of a mapping, or nothing.
fn text_of(node: &Node) -> Result<String, Option<&[Entry]>> {
    match &node.value {
        Value::Scalar(scalar) if scalar.quoted || (!scalar.is_null() && scalar.as_bool().is_none()) => {
            Ok(scalar.text.clone())
        }
        Value::Map(entries) => Err(Some(entries)),
        _ => Err(None),
    }
}

/// The names in braces.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nested_keys_are_joined_by_dots() {
        let table = Table::read("t.yaml", "nav: {home: Start, deep: {er: \"x\"}}\nyear: 2026\n").unwrap();
        let messages = table.into_messages(Language::Polish);
        let pairs: Vec<(&str, &str)> = messages.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            pairs,
            [("nav.deep.er", "x"), ("nav.home", "Start"), ("year", "2026")]
        );
    }

    #[test]
    fn what_is_no_text_is_refused_at_its_place() {
        let found = Table::read("t.yaml", "a: [1]\nb:\nc: yes\nd: true\na: x\n")
            .err()
            .unwrap();
        assert_eq!(
            shown(&found),
            [
                "t.yaml:1:4: expected the text of `a`, found a list\n  hint: write it in quotes",
                "t.yaml:2:2: expected the text of `b`, found nothing\n  hint: write it in quotes",
                "t.yaml:4:4: expected the text of `d`, found a boolean\n  hint: write it in quotes",
                "t.yaml:5:1: the message `a` stands twice\n  hint: keep one of them",
            ]
        );
    }

    #[test]
    fn languages_may_not_differ_in_keys_and_placeholders() {
        let polish = Table::read("pl.yaml", "a: x\nb:\n  c: \"{n} dni\"\n").unwrap();
        let english = Table::read("en.yaml", "b:\n  c: days\nd: y\n").unwrap();
        assert_eq!(
            shown(&polish.differences(&english)),
            [
                "pl.yaml:1:1: the message `a` is missing in `en.yaml`\n  hint: give every language the same keys",
                "pl.yaml:3:3: the placeholder `{n}` is missing in `en.yaml`\n  hint: write it into the message `b.c` \
                 there too",
            ]
        );
        assert_eq!(
            shown(&english.differences(&polish)),
            [
                "en.yaml:3:1: the message `d` is missing in `pl.yaml`\n  hint: give every language the same keys"
            ]
        );
    }

    #[test]
    fn a_project_may_bring_its_own_table() {
        let place = tempfile::tempdir().unwrap();
        let own = place.path().join("templates/i18n/en.yaml");
        crate::fs::write_together(&[(own, b"only: this\n")]).unwrap();
        let project = Project::open(place.path()).unwrap();
        let english = Table::load(Some(&project), Language::English)
            .unwrap()
            .into_messages(Language::English);
        assert_eq!(english.keys().map(String::as_str).collect::<Vec<_>>(), ["only"]);
        assert_eq!(
            Table::load(Some(&project), Language::Polish).unwrap().messages["month.1"].text,
            "stycznia"
        );
    }
}
