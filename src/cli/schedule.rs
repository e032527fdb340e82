//! `stage6 schedule`.

use super::Outcome;
use super::arguments::DateArguments;
use super::clock;
use super::console::Console;
use crate::config::ReleaseRecord;
use crate::document::json_text::Json;
use crate::domain::{Language, Timestamp};
use crate::fs::Project;
use crate::pipeline::{self, Failure, Schedule, ScheduleOptions};
use crate::publish::{Due, Standing, When};
use chrono::FixedOffset;
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 schedule
  stage6 schedule --all --fail-on-late --json
  stage6 schedule --utc-offset +01:00 --language en
  stage6 schedule --ics release.ics --date 2026-11-23T12:00:00Z

T+N is T and N times 86,400 seconds, in UTC. A task is due from its moment for 86,400 seconds, then it is late.
It is done when the release's record says so:  done: {t_plus_0: 2026-11-23T10:00:00Z}
Tasks P+ follow the publication, by its signed record under var/audit/publications; a check that is repeated is done until the
next one is late, and `done` holds the last time.";

#[derive(Args, Debug)]
pub(super) struct ScheduleArguments {
    /// The release. Default: the one that config/publication.yaml selects.
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    release: Option<String>,
    /// All releases.
    #[arg(long)]
    all: bool,
    /// Show the moments in this offset from UTC too, such as +01:00.
    #[arg(long, value_name = "OFFSET", value_parser = utc_offset, allow_hyphen_values = true)]
    utc_offset: Option<FixedOffset>,
    /// The language of tasks, pl or en.
    #[arg(long, value_name = "TAG", default_value = "pl", value_parser = language)]
    language: Language,
    /// Write an iCalendar file (RFC 5545); its name ends in .ics.
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// End with exit code 3 if a task is late.
    #[arg(long)]
    fail_on_late: bool,
    #[command(flatten)]
    date: DateArguments,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// An offset that some country has or had.
fn utc_offset(text: &str) -> Result<FixedOffset, String> {
    let wrong = || "write an offset such as `+01:00`".to_owned();
    let digits = |at: std::ops::Range<usize>| {
        let part = text
            .get(at)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse::<i32>().ok()).ok_or_else(wrong)
    };
    let sign = match text.get(..1) {
        Some("+") => 1,
        Some("-") => -1,
        _ => return Err(wrong()),
    };
    let (hours, minutes) = (digits(1..3)?, digits(4..6)?);
    if text.len() != 6 || text.get(3..4) != Some(":") || hours > 14 || minutes > 59 {
        return Err(wrong());
    }
    FixedOffset::east_opt(sign * (hours * 3_600 + minutes * 60)).ok_or_else(wrong)
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| "use pl or en".to_owned())
}

pub(super) fn run(arguments: &ScheduleArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let options = ScheduleOptions {
        release: arguments.release.clone(),
        all: arguments.all,
        ics: arguments.ics.clone(),
        language: arguments.language,
        now,
    };
    let schedule = pipeline::schedule(&Project::open(&arguments.root)?, &options)?;
    let mut late = 0;
    for record in &schedule.records {
        let tasks = schedule.tasks(record);
        show(arguments, record, &tasks, now, console);
        if let Some(published) = schedule.published(record) {
            console.line(format!(
                "  published {}; `stage6 publish --check` looks at it again",
                published.at
            ));
        }
        let missed = tasks.iter().filter(|due| due.standing == Standing::Late).count();
        if missed > 0 {
            console.remark(format!(
                "{missed} late; write what is done into {}: `done: {{TASK: MOMENT}}`",
                record.source.path
            ));
        }
        late += missed;
    }
    if let Some(path) = &arguments.ics {
        console.line(format!("wrote {}", path.display()));
    }
    console.object(&object(arguments, &schedule, late, now));
    Ok(match late > 0 && arguments.fail_on_late {
        true => Outcome::Breach,
        false => Outcome::Good,
    })
}

fn show(
    arguments: &ScheduleArguments,
    record: &ReleaseRecord,
    tasks: &[Due<'_>],
    now: Timestamp,
    console: &mut Console,
) {
    let release = &record.release;
    console.line(format!(
        "{}, {}: T {}, as of {now}",
        release.id,
        release.status.as_str(),
        release.released_at
    ));
    let width = tasks.iter().map(|due| due.task.id.len()).max().unwrap_or(0);
    for due in tasks {
        // What follows a publication is known by when it must have been done.
        let moment = match due.task.when {
            When::Day(_) => due.from,
            When::After(_) => due.until,
        };
        let local = local(arguments, moment).map_or_else(String::new, |local| format!(" = {local}"));
        let at = match due.standing {
            Standing::Done(at) => format!(" ({at})"),
            _ => String::new(),
        };
        console.line(format!(
            "  {:<3}  {moment}{local}  {:<8}  {:<width$}  {}{at}",
            due.task.day(),
            due.standing.as_str(),
            due.task.id,
            due.task.text(arguments.language).what
        ));
    }
}

fn local(arguments: &ScheduleArguments, moment: Timestamp) -> Option<String> {
    let offset = arguments.utc_offset?;
    Some(moment.as_utc().with_timezone(&offset).to_rfc3339())
}

fn object(arguments: &ScheduleArguments, schedule: &Schedule, late: usize, now: Timestamp) -> Json {
    let releases = schedule.records.iter().map(|record| {
        let tasks = schedule.tasks(record);
        Json::map([
            ("id", Json::text(&record.release.id)),
            ("release_status", Json::text(record.release.status.as_str())),
            ("released_at", Json::text(record.release.released_at.to_string())),
            (
                "published_at",
                schedule
                    .published(record)
                    .map_or(Json::Null, |published| Json::text(published.at.to_string())),
            ),
            (
                "tasks",
                Json::List(tasks.iter().map(|due| task(arguments, due)).collect()),
            ),
        ])
    });
    let ics = arguments.ics.as_ref().map(|path| path.display().to_string());
    Json::map([
        ("status", Json::text(if late > 0 { "late" } else { "good" })),
        ("as_of", Json::text(now.to_string())),
        ("late", Json::Integer(late.to_string())),
        ("ics", Json::optional_text(ics.as_deref())),
        ("releases", Json::List(releases.collect())),
    ])
}

fn task(arguments: &ScheduleArguments, due: &Due<'_>) -> Json {
    let text = due.task.text(arguments.language);
    let done = match due.standing {
        Standing::Done(at) => Some(at.to_string()),
        _ => None,
    };
    let mut members = vec![
        ("id", Json::text(&due.task.id)),
        ("day", Json::text(due.task.day())),
        ("due_at", Json::text(due.from.to_string())),
        ("late_at", Json::text(due.until.to_string())),
        ("standing", Json::text(due.standing.as_str())),
        ("done_at", Json::optional_text(done.as_deref())),
        ("what", Json::text(&text.what)),
        ("who", Json::text(&text.who)),
        ("result", Json::text(&text.result)),
    ];
    if let Some(local) = local(arguments, due.from) {
        members.push(("due_at_local", Json::text(local)));
    }
    Json::map(members)
}
