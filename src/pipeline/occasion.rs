//! When, and on what terms, something is made.

use crate::domain::Timestamp;

/// When, and on what terms, a release is built.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The moment of the run.
    pub now: Timestamp,
    /// Claims that do not hold are published, struck.
    pub draft: bool,
    /// Who runs it; `None` leaves no line in the decision log.
    pub actor: Option<&'a str>,
    /// What tells this program from any other one: with it, a build uses what the last build of the same program left in
    /// the project, and leaves the like. `None` makes everything anew and leaves nothing.
    pub program: Option<&'a str>,
}

impl Occasion<'_> {
    /// Everything anew, every claim must hold, and no line in the log.
    pub fn at(now: Timestamp) -> Self {
        Occasion {
            now,
            draft: false,
            actor: None,
            program: None,
        }
    }
}
