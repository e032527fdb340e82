//! `stage6 schedule`: what is to be done for a release, and when.

use super::Failure;
use super::publications::publications;
use crate::config::{self, ReleaseRecord, Releases, Rules};
use crate::diag::{Checked, Problem, Problems};
use crate::domain::{Language, Timestamp};
use crate::evidence::Table;
use crate::fs::{self, Project};
use crate::publish::{Calendar, Due, Occasion, Publication, ics};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The table of tasks, inside a project.
const CALENDAR: &str = "content/tables/calendar.csv";

/// Which releases, and the calendar file that is asked for.
#[derive(Clone, Debug)]
pub struct ScheduleOptions {
    /// The release; without it, the selected one.
    pub release: Option<String>,
    /// All releases.
    pub all: bool,
    /// An iCalendar file to write.
    pub ics: Option<PathBuf>,
    /// The language of that file.
    pub language: Language,
    /// The moment at which tasks stand as they do.
    pub now: Timestamp,
}

/// The calendar with the releases that were asked for.
#[derive(Clone, Debug)]
pub struct Schedule {
    calendar: Calendar,
    /// The records, the oldest first.
    pub records: Vec<ReleaseRecord>,
    /// By the id of a release, when it was published.
    published: BTreeMap<String, Publication>,
    rules: Rules,
    now: Timestamp,
}

impl Schedule {
    /// The tasks of one of the releases, as they stand.
    pub fn tasks(&self, record: &ReleaseRecord) -> Vec<Due<'_>> {
        let published = self.published(record);
        self.calendar.at(record, published, &self.rules, self.now)
    }

    /// The publication of one of the releases, if its signed record says so and it is not later than the moment asked
    /// for.
    pub fn published(&self, record: &ReleaseRecord) -> Option<&Publication> {
        let published = self.published.get(&record.release.id);
        published.filter(|published| published.at <= self.now)
    }
}

/// Reads calendar and records, and writes the iCalendar file if one is asked for.
///
/// # Errors
/// Bad input, or a disk that refuses; then no file has changed.
pub fn schedule(project: &Project, options: &ScheduleOptions) -> Result<Schedule, Failure> {
    let releases = Releases::load(project)?;
    let bytes = project.read(CALENDAR).map_err(|problem| match project.has_entry(CALENDAR) {
        true => problem,
        false => problem.hint(
            "write the table of tasks, with the columns `id`, `day`, and `what`, `who` and `result` in each language",
        ),
    })?;
    let calendar = Calendar::read(&Table::read(CALENDAR, &bytes)?)?;
    check_tasks(&calendar, &releases.records)?;
    let rules = releases.settings.rules;
    let missing = calendar.missing_rules(&rules);
    if !missing.is_empty() {
        return Err(missing.into());
    }
    let publications = publications(project, &releases)?;
    let ids = releases.records.iter().map(|record| record.release.id.clone());
    let published = ids.zip(publications).filter_map(|(id, one)| Some((id, one?)));
    let published: BTreeMap<String, Publication> = published.collect();
    let records = match (options.all, &options.release) {
        (true, _) => releases.records.clone(),
        (false, id) => {
            let id = id.as_ref().unwrap_or(&releases.settings.selected);
            vec![releases.find(id)?.clone()]
        }
    };
    let schedule = Schedule {
        calendar,
        records,
        published,
        rules,
        now: options.now,
    };
    if let Some(path) = &options.ics {
        check_name(path)?;
        let occasions = schedule.records.iter().map(|record| Occasion {
            release: &record.release,
            bundle: releases.bundle(&record.release),
            tasks: schedule.tasks(record),
        });
        let occasions: Vec<Occasion<'_>> = occasions.collect();
        let bytes = ics(&occasions, options.language, options.now);
        fs::write_together(&[(path.clone(), bytes.as_slice())])?;
    }
    Ok(schedule)
}

/// Tasks that records call done and that the calendar does not know: a misspelt one would stay late for ever.
///
/// # Errors
/// One problem for each.
fn check_tasks(calendar: &Calendar, records: &[ReleaseRecord]) -> Checked<()> {
    let mut problems = Problems::new();
    for record in records {
        problems.extend(calendar.unknown_tasks(record));
    }
    problems.into_result(())
}

/// As [`check_tasks`], with the calendar among tables that were read already; asked only where something is done.
///
/// # Errors
/// Those of the calendar and those of [`check_tasks`].
pub(super) fn done_problems(
    publication: Option<&config::Publication>,
    tables: &[(String, Vec<u8>)],
) -> Checked<()> {
    let records = publication.map_or(&[][..], |publication| &publication.releases);
    let calendar = tables.iter().find(|(path, _)| path == CALENDAR);
    match calendar {
        Some((path, bytes)) if records.iter().any(|record| !record.done.is_empty()) => {
            check_tasks(&Calendar::read(&Table::read(path, bytes)?)?, records)
        }
        _ => Ok(()),
    }
}

/// Another ending would let a slip of the hand replace a record or the table itself.
fn check_name(path: &Path) -> Result<(), Problem> {
    match path.extension().is_some_and(|ending| ending == "ics") {
        true => Ok(()),
        false => Err(
            Problem::with_file(path.display().to_string(), "the name does not end in `.ics`")
                .hint("name a calendar file, such as `release.ics`"),
        ),
    }
}
