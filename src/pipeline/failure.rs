//! The two kinds of error, and the machine's own.

use crate::bundle::ExtractError;
use crate::diag::{About, Problem, Topic};
use crate::fs::DiskError;
use crate::journal::Flaw;
use crate::seal::Distrust;
use std::collections::BTreeSet;

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The author's input: all problems of a stage.
    Problems(Vec<Problem>),
    /// Something cannot be trusted: the first reason.
    Untrusted(Distrust),
    /// The decision log cannot be trusted.
    Journal(Flaw),
    /// The disk did not do what was asked.
    Disk(DiskError),
    /// The system gave no randomness, or something else that should not happen.
    Internal(String),
}

impl Failure {
    /// The topics of the manual that tell more, each once, in its order.
    pub fn topics(&self) -> Vec<Topic> {
        match self {
            Failure::Problems(problems) => {
                let topics: BTreeSet<Topic> = problems.iter().filter_map(|problem| problem.topic).collect();
                topics.into_iter().collect()
            }
            Failure::Untrusted(_) => vec![Topic::Verification],
            Failure::Journal(_) => vec![Topic::Journal],
            Failure::Disk(_) | Failure::Internal(_) => vec![Topic::Disk],
        }
    }

    /// What happened, in one line or more.
    pub fn reason(&self) -> String {
        match self {
            Failure::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                lines.join("\n")
            }
            Failure::Untrusted(distrust) => distrust.to_string(),
            Failure::Journal(flaw) => flaw.to_string(),
            Failure::Disk(error) => error.to_string(),
            Failure::Internal(reason) => reason.clone(),
        }
    }
}

impl About for Failure {
    /// Names the topic of the problems that have none; what is no problem of the author's tells its own.
    fn about(self, topic: Topic) -> Failure {
        match self {
            Failure::Problems(problems) => Failure::Problems(problems.about(topic)),
            other => other,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Failure {
        Failure::Problems(problems)
    }
}

impl From<Distrust> for Failure {
    fn from(distrust: Distrust) -> Failure {
        Failure::Untrusted(distrust)
    }
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Failure {
        match error {
            ExtractError::Target(problem) => problem.into(),
            ExtractError::Untrusted(distrust) => distrust.into(),
            ExtractError::Disk(error) => error.into(),
        }
    }
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Failure {
        Failure::Disk(error)
    }
}
