//! The calendar of a release: tasks at T-1, T+0, T+2, T+7, those after its publication, and how each stands at a moment.
//!
//! T+N is T and N times 86,400 seconds, in UTC, whatever the clocks of a country do. A task is due for the 86,400
//! seconds that follow, the day that gives it its name, and late after them. A task after publication is due from that
//! moment for the hours of a rule; a check that is repeated is due again from the last one.

use super::after::{After, Publication, Span};
use crate::config::{ReleaseRecord, Rules};
use crate::diag::{Checked, Position, Problem, Problems, nearest};
use crate::domain::{Language, Timestamp};
use crate::evidence::{Row, Table};

/// Further from T than this, a day is a typing mistake.
const MOST_DAYS: i64 = 366;

/// When a task is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On a day, counted from T; negative before it.
    Day(i64),
    /// After the publication.
    After(After),
}

/// What there is to do for a release.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The tasks, in the order of their days.
    tasks: Vec<Task>,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The row of the calendar.
    pub id: String,
    /// When it is to be done.
    pub when: When,
    polish: TaskText,
    english: TaskText,
}

/// A task in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskText {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub who: String,
    /// What is there when it is done.
    pub result: String,
}

/// How a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Done at this moment.
    Done(Timestamp),
    /// Its moment has not come.
    Upcoming,
    /// Its day has begun.
    Due,
    /// Its day is over.
    Late,
}

impl Standing {
    /// A word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Done(_) => "done",
            Standing::Upcoming => "upcoming",
            Standing::Due => "due",
            Standing::Late => "late",
        }
    }
}

/// A task of one release, with its moments.
#[derive(Clone, Debug)]
pub struct Due<'c> {
    /// The task.
    pub task: &'c Task,
    /// The moment from which it is due.
    pub from: Timestamp,
    /// The moment from which it is late.
    pub until: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// For a check that is repeated: every how many seconds, and from when on no more.
    pub repeats: Option<(i64, Timestamp)>,
}

impl Task {
    /// The day as people say it: `T-1`, `T+7`; `P+` after the publication.
    pub fn day(&self) -> String {
        match self.when {
            When::Day(days) => format!("T{days:+}"),
            When::After(_) => "P+".to_owned(),
        }
    }

    /// The task in a language.
    pub fn text(&self, language: Language) -> &TaskText {
        match language {
            Language::Polish => &self.polish,
            Language::English => &self.english,
        }
    }
}

impl Calendar {
    /// Reads the table of tasks.
    ///
    /// # Errors
    /// A column that is missing, a day that is none, an empty text.
    pub fn read(table: &Table) -> Checked<Calendar> {
        let column =
            |name: &str, tag: &str| {
                table.column(name, tag).ok_or_else(|| {
                    let message = format!("there is no column `{name}`, nor `{name}_{tag}`");
                    vec![Problem::new(&table.path, Position::new(1, 1), message).hint(
                        "the calendar has the columns id, day, what, who and result, in both languages",
                    )]
                })
            };
        let day = column("day", "pl")?;
        let columns = |tag| -> Checked<[usize; 3]> {
            Ok([column("what", tag)?, column("who", tag)?, column("result", tag)?])
        };
        let (polish, english) = (columns("pl")?, columns("en")?);
        let mut problems = Problems::new();
        let mut tasks = Vec::new();
        for row in &table.rows {
            let when = problems.take(when(table, row, day));
            let polish = problems.take(texts(table, row, polish));
            let english = problems.take(texts(table, row, english));
            if let (Some(when), Some(polish), Some(english)) = (when, polish, english) {
                let id = row.id().to_owned();
                tasks.push(Task {
                    id,
                    when,
                    polish,
                    english,
                });
            }
        }
        tasks.sort_by_key(|task| match task.when {
            When::Day(days) => (0, days),
            When::After(_) => (1, 0),
        });
        problems.into_result(Calendar { tasks })
    }

    /// The tasks of a release as they stand at `now`. What was done after `now` was not done yet. Those after the
    /// publication are among them once it was published.
    pub fn at(
        &self,
        record: &ReleaseRecord,
        published: Option<&Publication>,
        rules: &Rules,
        now: Timestamp,
    ) -> Vec<Due<'_>> {
        let standing = |task: &Task, from: Timestamp, until: Timestamp| {
            let done = record.done.iter().find(|done| done.task == task.id);
            match done {
                Some(done) if done.at <= now => Standing::Done(done.at),
                _ if now < from => Standing::Upcoming,
                _ if now < until => Standing::Due,
                _ => Standing::Late,
            }
        };
        let tasks = self.tasks.iter().filter_map(|task| match task.when {
            When::Day(days) => {
                let from = record.release.released_at.plus_days(days);
                let until = from.plus_days(1);
                Some(Due {
                    task,
                    from,
                    until,
                    standing: standing(task, from, until),
                    repeats: None,
                })
            }
            When::After(after) => {
                let done = record.done.iter().find(|done| done.task == task.id);
                let span = Span::of(after, published?, rules, done.map(|done| done.at), now)?;
                Some(span.due(task, now))
            }
        });
        tasks.collect()
    }

    /// Rules that tasks after the publication need and the configuration does not have.
    pub fn missing_rules(&self, rules: &Rules) -> Vec<Problem> {
        let tasks = self.tasks.iter().filter_map(|task| match task.when {
            When::After(after) if after.hours(rules).is_none() => Some((task, after)),
            _ => None,
        });
        tasks
            .map(|(task, after)| {
                let message = format!("the task `{}` needs the rule `{}`", task.id, after.rule());
                Problem::with_file("config/publication.yaml", message)
                    .hint(format!("add `{}: HOURS` to `rules:`", after.rule()))
            })
            .collect()
    }

    /// Tasks that a record calls done and the calendar does not know.
    pub fn unknown_tasks(&self, record: &ReleaseRecord) -> Vec<Problem> {
        let known: Vec<&str> = self.tasks.iter().map(|task| task.id.as_str()).collect();
        let unknown = record
            .done
            .iter()
            .filter(|done| !known.contains(&done.task.as_str()));
        unknown
            .map(|done| {
                let message = format!("the calendar has no task `{}`", done.task);
                let hint = match nearest(&done.task, known.iter().copied()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("its tasks are {}", known.join(", ")),
                };
                Problem::new(&record.source.path, done.place, message).hint(hint)
            })
            .collect()
    }
}

fn when(table: &Table, row: &Row, column: usize) -> Checked<When> {
    let text = row.cells.get(column).map_or("", |cell| cell.trim());
    if let Some(after) = After::of_cell(text) {
        return Ok(When::After(after));
    }
    let number = text
        .strip_prefix('T')
        .filter(|rest| rest.starts_with(['+', '-']))
        .filter(|rest| rest.len() > 1 && rest.bytes().skip(1).all(|byte| byte.is_ascii_digit()))
        .and_then(|rest| rest.parse::<i64>().ok())
        .filter(|days| days.abs() <= MOST_DAYS);
    number.map(When::Day).ok_or_else(|| {
        vec![
            Problem::new(
                &table.path,
                row.at,
                format!("`{text}` is not a day of the calendar"),
            )
            .hint(
                "write `T-1`, `T+0`, `T+7`, or `P+` and the fact of a rule about the time after publication",
            ),
        ]
    })
}

fn texts(table: &Table, row: &Row, columns: [usize; 3]) -> Checked<TaskText> {
    let [what, who, result] =
        columns.map(|column| row.cells.get(column).map_or("", |cell| cell.trim()).to_owned());
    if what.is_empty() || who.is_empty() || result.is_empty() {
        let message = format!("the task `{}` lacks what, who or result in a language", row.id());
        return Err(vec![
            Problem::new(&table.path, row.at, message).hint("fill the cell"),
        ]);
    }
    Ok(TaskText { what, who, result })
}

#[cfg(test)]
mod tests;
