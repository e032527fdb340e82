//! `stage6 facts`.

use super::Outcome;
use super::arguments::ProjectArguments;
use super::build::key_choice;
use super::check::passing_key;
use super::clock::{self, environment};
use super::console::Console;
use crate::content::{self, Uses};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::{Fact, Language};
use crate::evidence::id_fits;
use crate::fs::Project;
use crate::pipeline::{self, FactList, Failure};
use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 facts
  stage6 facts blackout
  stage6 facts 'stress_lab.thresholds.*' --language en
  stage6 facts --json
  stage6 facts --record

A pattern with `*` or `?` must fit the whole id, any other a part of it. Each line says: id, value, type, place,
beginning of the file's SHA-256, and who uses the fact. The JSON list is for editors that complete ids.";

#[derive(Args, Debug)]
pub(super) struct FactsArguments {
    /// Which ids to list.
    #[arg(value_name = "PATTERN", default_value = "")]
    pattern: String,
    /// The language that values are shown in.
    #[arg(long, value_enum, default_value = "pl")]
    language: Tongue,
    /// Add the values of today to the record of what facts were, by which `check` knows typed numbers of the past.
    #[arg(long, conflicts_with = "pattern")]
    record: bool,
    #[command(flatten)]
    project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tongue {
    /// Polish.
    Pl,
    /// English.
    En,
}

pub(super) fn run(arguments: &FactsArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.project.date)?;
    let project = Project::open(arguments.project.root())?;
    let choice = key_choice(&arguments.project.key);
    let choose_key = || match pipeline::key_if_any(&project, &choice, &environment)? {
        Some(key) => Ok(key),
        None => passing_key(),
    };
    let list = pipeline::facts(&project, choose_key, now)?;
    if arguments.record {
        let (path, new) = pipeline::record_facts(&project, &list, now)?;
        let ending = if new == 1 { "" } else { "s" };
        console.line(format!("{path}: {new} new value{ending}"));
        console.object(&Json::map([
            ("status", Json::text("recorded")),
            ("path", Json::text(path)),
            ("new", Json::Integer(new.to_string())),
        ]));
        return Ok(Outcome::Good);
    }
    let pattern = arguments.pattern.as_str();
    let facts: Vec<&Fact> = list
        .evidence
        .facts()
        .filter(|fact| id_fits(&fact.id, pattern))
        .collect();
    if facts.is_empty() {
        let problem = Problem::with_file("PATTERN", format!("no fact fits `{pattern}`"));
        return Err(problem.hint(list.evidence.hint_for(pattern)).into());
    }
    show(&list, &facts, arguments.language, console);
    Ok(Outcome::Good)
}

fn show(list: &FactList, facts: &[&Fact], language: Tongue, console: &mut Console) {
    let language = match language {
        Tongue::Pl => Language::Polish,
        Tongue::En => Language::English,
    };
    let uses = content::uses(&list.pages, &list.evidence);
    let nobody = Uses::default();
    let mut members = Vec::new();
    for fact in facts {
        let users = uses.get(&fact.id).unwrap_or(&nobody);
        console.line(line(list, fact, users, language));
        members.push(content::fact_json(fact, &list.evidence, &list.wordings, users));
    }
    if !list.problems.is_empty() {
        let count = list.problems.len();
        console.remark(format!(
            "pages have {count} problem{}, so that users may be missing; `stage6 check` shows them",
            if count == 1 { "" } else { "s" }
        ));
    }
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("facts", Json::List(members)),
    ]));
}

fn line(list: &FactList, fact: &Fact, uses: &Uses, language: Language) -> String {
    let value = list.wordings.of(language).fact(fact).replace('\u{a0}', " ");
    let place = if fact.at.line == 0 {
        fact.source.clone()
    } else {
        format!("{}:{}:{}", fact.source, fact.at.line, fact.at.column)
    };
    let digest = list
        .evidence
        .file(&fact.source)
        .map_or_else(String::new, |file| file.digest.short());
    let kind = fact.value.kind();
    let users = match uses.line() {
        users if users.is_empty() => "unused".to_owned(),
        users => format!("used by {users}"),
    };
    format!("{}  {value}  {kind}  {place}  {digest}  {users}", fact.id)
}
