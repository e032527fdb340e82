//! What follows a publication: checks that are repeated, and one look back (specification 8.7, rule 11).

use super::calendar::{Due, Standing, Task};
use crate::config::Rules;
use crate::domain::Timestamp;

/// A release that was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// When, by its signed record.
    pub at: Timestamp,
    /// From when on nobody needs to look after it: the end of its validity, or the publication of a newer release.
    pub ends_at: Timestamp,
}

/// A task after a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Whether what was published is still fresh; again and again.
    FreshnessCheck,
    /// A look back, once.
    Retrospective,
}

impl After {
    /// Both of them.
    const ALL: [After; 2] = [After::FreshnessCheck, After::Retrospective];

    /// The rule that says how many hours there are for it.
    pub fn rule(self) -> &'static str {
        match self {
            After::FreshnessCheck => "freshness_check_hours",
            After::Retrospective => "retrospective_hours",
        }
    }

    /// The hours that there are for it.
    pub fn hours(self, rules: &Rules) -> Option<f64> {
        match self {
            After::FreshnessCheck => rules.freshness_check_hours,
            After::Retrospective => rules.retrospective_hours,
        }
    }

    /// Reads the cell of a calendar: `P+` and a reference to the fact of the rule, so that its hours are not typed again.
    pub fn of_cell(cell: &str) -> Option<After> {
        let rule = cell
            .strip_prefix("P+`fact:publication.rules.")?
            .strip_suffix('`')?;
        After::ALL.into_iter().find(|after| after.rule() == rule)
    }
}

/// The time for one task after a publication.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: Timestamp,
    until: Timestamp,
    done: Option<Timestamp>,
    repeats: Option<(i64, Timestamp)>,
}

impl Span {
    /// The span of a task whose last time was `done`. None without the rule, and for a check of what nobody needs to look
    /// after any more.
    pub(super) fn of(
        after: After,
        published: &Publication,
        rules: &Rules,
        done: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Span> {
        // Hours may be broken, seconds are not.
        #[expect(clippy::cast_possible_truncation, reason = "rules are far below 2^53 seconds")]
        let seconds = (after.hours(rules)? * 3_600.0).round() as i64;
        let done = done.filter(|done| (published.at..=now).contains(done));
        let is_repeated = after == After::FreshnessCheck;
        if is_repeated && now >= published.ends_at {
            return None;
        }
        let from = done.filter(|_| is_repeated).unwrap_or(published.at);
        Some(Span {
            from,
            until: from.plus_seconds(seconds),
            done,
            repeats: is_repeated.then_some((seconds, published.ends_at)),
        })
    }

    /// How the task stands. A repeated check that was done is done until the next one is late.
    pub(super) fn due<'c>(&self, task: &'c Task, now: Timestamp) -> Due<'c> {
        let is_over = now >= self.until;
        let standing = match self.done {
            Some(at) if self.repeats.is_none() || !is_over => Standing::Done(at),
            _ if is_over => Standing::Late,
            _ if now < self.from => Standing::Upcoming,
            _ => Standing::Due,
        };
        Due {
            task,
            from: self.from,
            until: self.until,
            standing,
            repeats: self.repeats,
        }
    }
}
