//! What Tera complains about, in our form: the file, the line and column, one sentence.

use super::theme::FOLDER;
use crate::diag::{Position, Problem};
use tera::ErrorKind;

/// The problems at the places that Tera names; `template` is the one asked for when it names none.
pub(super) fn template_problems(template: &str, error: &tera::Error) -> Vec<Problem> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            // Tera counts columns from 0.
            let at = Position::new(saturate(span.start_line), saturate(span.start_col + 1));
            vec![Problem::new(
                in_theme(report.filename()),
                at,
                sentence(report.message()),
            )]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("extends `{parent}`, which is not there");
            let hint = format!(
                "write `{}`, or extend a built-in one: `base.html` is that of all pages",
                in_theme(parent)
            );
            vec![Problem::with_file(in_theme(current), message).hint(hint)]
        }
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            let hint = "take the `extends` or `include` away that leads back to it";
            vec![Problem::with_file(in_theme(tpl), "extends or includes itself").hint(hint)]
        }
        ErrorKind::Msg(report) => match reported(report) {
            problems if problems.is_empty() => vec![Problem::with_file(in_theme(template), sentence(report))],
            problems => problems,
        },
        other => vec![Problem::with_file(
            in_theme(template),
            sentence(&other.to_string()),
        )],
    }
}

fn in_theme(template: &str) -> String {
    format!("{FOLDER}{template}")
}

/// The problems in a report that Tera has only as text: unknown filters, functions and components come as
/// `error: <message>` and ` --> <file>:<line>:<column>` on the next line, one pair for each.
fn reported(report: &str) -> Vec<Problem> {
    let place = |line: &str| {
        let mut parts = line.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        Some((in_theme(parts.next()?), Position::new(line, column)))
    };
    report
        .lines()
        .zip(report.lines().skip(1))
        .filter_map(|(message, next)| {
            let message = message.strip_prefix("error: ")?;
            let (path, at) = place(next)?;
            Some(Problem::new(path, at, sentence(message)))
        })
        .collect()
}

fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Tera's message in the form of ours: lower case, no full stop, one line.
fn sentence(message: &str) -> String {
    let line = message
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .trim_end_matches('.');
    let mut characters = line.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::from("the template could not be used"),
    }
}
