//! Publication: the calendar of a release, what changed since the release before, and whether a mirror holds the same.
//!
//! Everything here is decided from values that were read elsewhere: no files, no clock. It uses `config` for the
//! records and rules of releases, and `evidence` because the calendar is a table that readers see too.

mod after;
mod calendar;
mod icalendar;
mod parity;

pub use after::{After, Publication};
pub use calendar::{Calendar, Due, Standing, Task, TaskText, When};
pub use icalendar::{Occasion, ics};
pub use parity::{Mirror, Original, Parity};
