//! `stage6 explain`: what the manual says of a kind of problem, in the terminal.

use super::Outcome;
use super::console::Console;
use super::docs::DocsLanguage;
use super::topics::sections_of;
use crate::diag::{About, Problem, Topic, nearest};
use crate::document::json_text::Json;
use crate::domain::Language;
use crate::pipeline::Failure;
use clap::Args;
use std::collections::BTreeSet;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 explain
  stage6 explain facts
  stage6 explain typed-numbers --language pl
  stage6 explain facts, links --json

Without a topic, lists all of them. Errors end with a line `more: stage6 explain TOPIC`; the site of this project shows the
same text as a page of its manual.";

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    /// The topic, as the line `more:` below errors names it. Without it, all topics are listed.
    #[arg(value_name = "TOPIC")]
    topics: Vec<String>,
    /// The language of the text.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: DocsLanguage,
}

pub(super) fn run(arguments: &ExplainArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let language = arguments.language.language();
    // The line below errors can be copied as it is: with commas.
    let words = arguments.topics.iter().flat_map(|word| word.split(','));
    let asked: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let topics: BTreeSet<Topic> = asked.into_iter().map(topic).collect::<Result<_, Problem>>()?;
    match topics.is_empty() {
        true => list(language, console),
        false => explain(&topics, language, console),
    }
    Ok(Outcome::Good)
}

fn topic(word: &str) -> Result<Topic, Problem> {
    Topic::from_key(word).ok_or_else(|| {
        let hint = match nearest(word, Topic::ALL.map(Topic::key)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`stage6 explain` lists all topics".to_owned(),
        };
        Problem::with_file("TOPIC", format!("there is no topic `{word}`"))
            .hint(hint)
            .about(Topic::Usage)
    })
}

fn list(language: Language, console: &mut Console) {
    let known = sections_of(Topic::ALL, language);
    let width = known.iter().map(|(topic, _)| topic.key().len()).max();
    let width = width.unwrap_or(0);
    for (topic, section) in &known {
        console.line(format!("{:<width$}  {}", topic.key(), section.title));
    }
    let topics = known.iter().map(|(topic, section)| {
        Json::map([
            ("topic", Json::text(topic.key())),
            ("title", Json::text(&section.title)),
        ])
    });
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("language", Json::text(language.tag())),
        ("topics", Json::List(topics.collect())),
    ]));
}

fn explain(topics: &BTreeSet<Topic>, language: Language, console: &mut Console) {
    let known = sections_of(topics.iter().copied(), language);
    for (index, (_, section)) in known.iter().enumerate() {
        if index > 0 {
            console.line("");
        }
        console.line(&section.title);
        console.line("");
        console.line(section.plain());
    }
    let sections = known.iter().map(|(topic, section)| {
        Json::map([
            ("topic", Json::text(topic.key())),
            ("title", Json::text(&section.title)),
            ("text", Json::text(section.plain())),
            ("markdown", Json::text(&section.markdown)),
        ])
    });
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("language", Json::text(language.tag())),
        ("sections", Json::List(sections.collect())),
    ]));
}
