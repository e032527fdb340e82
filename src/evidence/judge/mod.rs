//! Judges expressions over facts: those of claims, and the rules of a gate.
//!
//! An expression is CEL (the Common Expression Language). Its variables are facts, by their dotted path; a number is
//! a double in the fact's own unit, a moment the seconds since 1970-01-01T00:00:00Z. Which facts an expression reads
//! is settled before it runs, so that an unknown fact is found even where `||` would never have asked for it, and so
//! that the list of facts used does not depend on their values. Nothing in it can read a clock, loop without end or
//! grow without bound: length, nesting and the functions it may call are fixed here.

mod bind;

use super::Evidence;
use crate::domain::{Fact, FactValue};
use bind::Bound;
use cel::parser::Parser;
use cel::{Context, ExecutionError, Value};
use std::collections::BTreeSet;

/// The longest expression, in bytes. A claim that needs more is several claims.
pub const MAX_LENGTH: usize = 1_000;
/// How deep parentheses and arguments may nest in the text.
const MAX_NESTING: u16 = 16;

/// What came of an expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Whether it holds; none if it could not be evaluated.
    pub verdict: Option<bool>,
    /// Ids of the facts that it reads.
    pub facts: BTreeSet<String>,
    /// Why it could not be evaluated.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte of the expression that it begins at.
    pub offset: usize,
    /// Lowercase, no full stop, literals in backticks.
    pub message: String,
    /// The reader's next action.
    pub hint: String,
}

impl Fault {
    fn new(offset: usize, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault {
            offset,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Evaluates an expression over facts.
pub fn judge(expression: &str, evidence: &Evidence) -> Judgement {
    match read(expression) {
        Ok((tree, source)) => evaluate(Bound::new(tree, &source, evidence), evidence),
        Err(faults) => Judgement {
            faults,
            ..Judgement::default()
        },
    }
}

type Parsed = (cel::IdedExpr, cel::common::ast::SourceInfo);

fn read(expression: &str) -> Result<Parsed, Vec<Fault>> {
    if expression.trim().is_empty() {
        let hint = "write one that is true or false, such as `report.failure_count == 0`";
        return Err(vec![Fault::new(0, "there is no expression", hint)]);
    }
    if expression.len() > MAX_LENGTH {
        let message = format!(
            "the expression has {} bytes, {MAX_LENGTH} are allowed",
            expression.len()
        );
        return Err(vec![Fault::new(0, message, "make several claims of it")]);
    }
    if let Some(offset) = bind::nested_too_deep(expression, usize::from(MAX_NESTING)) {
        return Err(vec![Fault::new(offset, "nested too deep", "write it flatter")]);
    }
    let parser = Parser::new().max_recursion_depth(MAX_NESTING * 2);
    parser.parse_with_source_info(expression).map_err(|errors| {
        // Later errors mostly follow from the first.
        let first = errors.errors.first();
        let offset = first.map_or(0, |error| byte_offset(expression, error.pos));
        let message = first.map_or("not an expression", |error| error.msg.as_str());
        let hint =
            "expressions are CEL: facts by their ids, numbers, texts in quotes, `==`, `<=`, `&&`, `||`, `!`";
        vec![Fault::new(
            offset,
            format!("cannot read the expression: {}", plain(message)),
            hint,
        )]
    })
}

/// The first line of what the parser says, without its capital.
fn plain(message: &str) -> String {
    let line = message
        .lines()
        .next()
        .unwrap_or("")
        .trim_start_matches("Syntax error: ");
    line.replace('\'', "`")
}

/// The byte at a line from 1 and a column from 1, both counted in characters by the parser.
fn byte_offset(text: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let above: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(above..).unwrap_or("");
    let inside = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    (above + inside).min(text.trim_end().len())
}

fn evaluate(bound: Bound, evidence: &Evidence) -> Judgement {
    let mut judgement = Judgement {
        verdict: None,
        facts: bound.facts.iter().cloned().collect(),
        faults: bound.faults,
    };
    if !judgement.faults.is_empty() {
        return judgement;
    }
    let mut context = Context::default();
    // The name is ours and free; were it taken, calls to it would be faults of their own.
    let _ = context.add_function("abs", f64::abs);
    for (name, id) in bound.names.iter().zip(&bound.facts) {
        if let Some(fact) = evidence.facts.get(id) {
            context.add_variable_from_value(name.as_str(), value(fact));
        }
    }
    match Value::resolve(&bound.tree, &context) {
        Ok(Value::Bool(holds)) => judgement.verdict = Some(holds),
        Ok(other) => {
            let message = format!("the expression gives {}, not true or false", kind(&other));
            let hint = "compare it with something: `… == 0`, `… <= 40`";
            judgement.faults.push(Fault::new(0, message, hint));
        }
        Err(error) => judgement.faults.push(refused(&error)),
    }
    judgement
}

fn value(fact: &Fact) -> Value {
    match &fact.value {
        FactValue::Number(number) => Value::Float(*number),
        FactValue::Text(text) => Value::String(text.clone().into()),
        FactValue::Bool(yes) => Value::Bool(*yes),
        FactValue::List(words) => {
            let words = words.iter().map(|word| Value::String(word.clone().into()));
            Value::List(words.collect::<Vec<_>>().into())
        }
        FactValue::Moment(moment) => {
            let seconds = moment.as_utc().timestamp();
            // Exact for every year that a date can have.
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let seconds = seconds as f64;
            Value::Float(seconds)
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) => "a number",
        Value::String(_) => "a text",
        Value::Bool(_) => "true or false",
        Value::List(_) => "a list",
        _ => "something else",
    }
}

fn refused(error: &ExecutionError) -> Fault {
    let message = match error {
        ExecutionError::NoSuchOverload(overload) => {
            let kinds: Vec<&str> = overload
                .argument_types()
                .iter()
                .map(|name| type_name(name))
                .collect();
            format!(
                "`{}` cannot take {}",
                bind::shown_operator(overload.function()),
                kinds.join(" and ")
            )
        }
        ExecutionError::IndexOutOfBounds(_) => "there is no such place in the list".to_owned(),
        other => other.to_string(),
    };
    Fault::new(
        0,
        message,
        "compare numbers with numbers, texts in quotes with texts",
    )
}

fn type_name(name: &str) -> &str {
    match name {
        "double" | "int" | "uint" => "a number",
        "string" => "a text",
        "bool" => "true or false",
        "list" => "a list",
        other => other,
    }
}

#[cfg(test)]
mod tests;
