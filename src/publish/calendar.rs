//! The calendar of a release: tasks at T-1, T+0, T+2, T+7, and how each stands at a moment.
//!
//! T+N is T and N times 86,400 seconds, in UTC, whatever the clocks of a country do. A task is due for the 86,400
//! seconds that follow, the day that gives it its name, and late after them.

use crate::config::ReleaseRecord;
use crate::diag::{Checked, Position, Problem, Problems, nearest};
use crate::domain::{Language, Timestamp};
use crate::evidence::{Row, Table};

/// Further from T than this, a day is a typing mistake.
const MOST_DAYS: i64 = 366;

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
    /// Days from T; negative before it.
    pub days: i64,
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
}

impl Task {
    /// The day as people say it: `T-1`, `T+7`.
    pub fn day(&self) -> String {
        format!("T{:+}", self.days)
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
            let days = problems.take(days(table, row, day));
            let polish = problems.take(texts(table, row, polish));
            let english = problems.take(texts(table, row, english));
            if let (Some(days), Some(polish), Some(english)) = (days, polish, english) {
                let id = row.id().to_owned();
                tasks.push(Task {
                    id,
                    days,
                    polish,
                    english,
                });
            }
        }
        tasks.sort_by_key(|task| task.days);
        problems.into_result(Calendar { tasks })
    }

    /// The tasks of a release as they stand at `now`. What was done after `now` was not done yet.
    pub fn at(&self, record: &ReleaseRecord, now: Timestamp) -> Vec<Due<'_>> {
        let standing = |task: &Task, from: Timestamp, until: Timestamp| {
            let done = record.done.iter().find(|done| done.task == task.id);
            match done {
                Some(done) if done.at <= now => Standing::Done(done.at),
                _ if now < from => Standing::Upcoming,
                _ if now < until => Standing::Due,
                _ => Standing::Late,
            }
        };
        let tasks = self.tasks.iter().map(|task| {
            let from = record.release.released_at.plus_days(task.days);
            let until = from.plus_days(1);
            Due {
                task,
                from,
                until,
                standing: standing(task, from, until),
            }
        });
        tasks.collect()
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

fn days(table: &Table, row: &Row, column: usize) -> Checked<i64> {
    let text = row.cells.get(column).map_or("", |cell| cell.trim());
    let number = text
        .strip_prefix('T')
        .filter(|rest| rest.starts_with(['+', '-']))
        .filter(|rest| rest.len() > 1 && rest.bytes().skip(1).all(|byte| byte.is_ascii_digit()))
        .and_then(|rest| rest.parse::<i64>().ok())
        .filter(|days| days.abs() <= MOST_DAYS);
    number.ok_or_else(|| {
        vec![
            Problem::new(
                &table.path,
                row.at,
                format!("`{text}` is not a day of the calendar"),
            )
            .hint("write `T-1`, `T+0`, `T+7`"),
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
mod tests {
    use super::*;
    use crate::config::{DoneTask, SourceFile};
    use crate::document::Node;
    use crate::domain::{Digest, Release, ReleaseStatus};

    const TABLE: &str = "id,day,what_pl,what_en,who_pl,who_en,result_pl,result_en\n\
                         review,T+7,przegląd,review,ktoś,somebody,tekst,text\n\
                         draft,T-1,szkic,draft,ktoś,somebody,tekst,text\n";

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn record(released_at: &str, done: &[(&str, &str)]) -> ReleaseRecord {
        let released_at = moment(released_at);
        let done = done.iter().map(|(task, at)| DoneTask {
            task: (*task).to_owned(),
            at: moment(at),
            place: Position::new(9, 3),
        });
        ReleaseRecord {
            source: SourceFile {
                path: "r.yaml".into(),
                bytes: Vec::new(),
                digest: Digest::of(b""),
                node: Node::plain(Position::WHOLE_FILE, ""),
            },
            release: Release {
                id: "r".into(),
                status: ReleaseStatus::Draft,
                sequence: 1,
                released_at,
                publish_at: released_at,
                valid_until: released_at,
                previous: None,
            },
            preset: "p".into(),
            owner: "o".into(),
            notes: None,
            done: done.collect(),
        }
    }

    fn calendar() -> Calendar {
        Calendar::read(&Table::read("calendar.csv", TABLE.as_bytes()).unwrap()).unwrap()
    }

    /// The two clock changes of bundle_format.md, threat table, row "T+7 and clock".
    #[test]
    fn t_plus_7_is_604800_seconds_across_both_clock_changes() {
        let calendar = calendar();
        let now = moment("2026-01-01T00:00:00Z");
        for (released_at, expected) in [
            ("2026-03-25T23:30:00+01:00", "2026-04-01T22:30:00Z"),
            ("2026-10-20T00:15:00+02:00", "2026-10-26T22:15:00Z"),
        ] {
            let record = record(released_at, &[]);
            let due = calendar.at(&record, now);
            assert_eq!(due[1].task.day(), "T+7");
            assert_eq!(due[1].from.to_string(), expected);
        }
    }

    #[test]
    fn a_task_is_upcoming_then_due_for_a_day_then_late_unless_it_is_done() {
        let calendar = calendar();
        let late = record("2026-11-23T08:00:00Z", &[]);
        let stands = |record: &ReleaseRecord, now: &str| {
            let due = calendar.at(record, moment(now));
            [due[0].standing, due[1].standing].map(Standing::as_str)
        };
        assert_eq!(stands(&late, "2026-11-22T07:59:59Z"), ["upcoming", "upcoming"]);
        assert_eq!(stands(&late, "2026-11-22T08:00:00Z"), ["due", "upcoming"]);
        assert_eq!(stands(&late, "2026-11-23T07:59:59Z"), ["due", "upcoming"]);
        assert_eq!(stands(&late, "2026-11-23T08:00:00Z"), ["late", "upcoming"]);
        assert_eq!(stands(&late, "2026-12-01T08:00:00Z"), ["late", "late"]);
        let done = record("2026-11-23T08:00:00Z", &[("draft", "2026-11-22T10:00:00Z")]);
        assert_eq!(stands(&done, "2026-11-22T09:00:00Z"), ["due", "upcoming"]);
        assert_eq!(stands(&done, "2026-12-01T08:00:00Z"), ["done", "late"]);
    }

    #[test]
    fn a_bad_day_and_an_unknown_task_have_their_place() {
        let text = TABLE
            .replace("T+7", "T7")
            .replace("ktoś,somebody,tekst,text\n", "ktoś,,tekst,text\n");
        let problems = Calendar::read(&Table::read("calendar.csv", text.as_bytes()).unwrap()).unwrap_err();
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let lacks = "lacks what, who or result in a language\n  hint: fill the cell";
        assert_eq!(
            shown,
            [
                "calendar.csv:2:1: `T7` is not a day of the calendar\n  hint: write `T-1`, `T+0`, `T+7`"
                    .to_owned(),
                format!("calendar.csv:2:1: the task `review` {lacks}"),
                format!("calendar.csv:3:1: the task `draft` {lacks}"),
            ]
        );
        let record = record("2026-11-23T08:00:00Z", &[("drfat", "2026-11-22T10:00:00Z")]);
        assert_eq!(
            calendar().unknown_tasks(&record)[0].to_string(),
            "r.yaml:9:3: the calendar has no task `drfat`\n  hint: did you mean `draft`?"
        );
    }
}
