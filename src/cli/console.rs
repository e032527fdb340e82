//! All that is printed: results to standard output, progress and problems to standard error.

use super::Outcome;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::journal::{Flaw, FlawCode};
use crate::pipeline::Failure;
use crate::seal::Distrust;
use std::io::{self, Write};

/// Where output goes.
pub(super) struct Console {
    json: bool,
}

impl Console {
    pub(super) fn new(json: bool) -> Console {
        Console { json }
    }

    /// A line of the result, for people. Says nothing in JSON mode.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        if !self.json {
            // A reader that closed the pipe has seen enough.
            let _ = writeln!(io::stdout(), "{}", printable(text.as_ref()));
        }
    }

    /// The result, for programs. Says nothing in text mode.
    pub(super) fn object(&mut self, json: &Json) {
        if self.json {
            let _ = writeln!(io::stdout(), "{}", json.to_canonical());
        }
    }

    /// A remark about the run, for people.
    pub(super) fn remark(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(io::stderr(), "{}", printable(text.as_ref()));
    }

    /// Shows why a command did not succeed, and gives its exit code.
    pub(super) fn fail(&mut self, failure: &Failure) -> Outcome {
        match failure {
            Failure::Problems(problems) => self.problems(problems),
            Failure::Untrusted(distrust) => self.distrust(distrust),
            Failure::Journal(flaw) => self.flaw(flaw),
            Failure::Disk(error) => self.internal(&error.to_string()),
            Failure::Internal(reason) => self.internal(reason),
        }
    }

    fn problems(&mut self, problems: &[Problem]) -> Outcome {
        for problem in problems {
            self.remark(format!("error: {problem}\n"));
        }
        let count = problems.len();
        self.remark(format!(
            "{count} problem{}; nothing was written",
            if count == 1 { "" } else { "s" }
        ));
        let list = problems.iter().map(|problem| {
            Json::map([
                ("path", Json::text(&problem.path)),
                ("line", Json::integer(problem.at.line)),
                ("column", Json::integer(problem.at.column)),
                ("message", Json::text(&problem.message)),
                ("hint", Json::optional_text(problem.hint.as_deref())),
            ])
        });
        let list = Json::List(list.collect());
        self.object(&Json::map([
            ("status", Json::text("bad-input")),
            ("problems", list),
        ]));
        Outcome::BadInput
    }

    fn distrust(&mut self, distrust: &Distrust) -> Outcome {
        self.remark(format!("NOT VERIFIED\n{distrust}"));
        let (status, outcome) = match distrust.is_foreign {
            true => ("bad-input", Outcome::BadInput),
            false => ("not-verified", Outcome::Untrusted),
        };
        if distrust.is_foreign {
            self.remark(
                "  hint: name a release folder, a zip or an unpacked bag as `stage6 build` makes them",
            );
        }
        self.object(&Json::map([
            ("status", Json::text(status)),
            ("code", Json::text(distrust.code.as_str())),
            ("file", Json::text(&distrust.file)),
            ("reason", Json::text(&distrust.reason)),
        ]));
        outcome
    }

    fn flaw(&mut self, flaw: &Flaw) -> Outcome {
        let hint = match flaw.code {
            FlawCode::UnknownKey => "give that key too, with `--also-signing-key-path [ID=]FILE`",
            FlawCode::NotAsNoted => "compare with what was noted; if that is right, the log was replaced",
            _ => {
                "keep log and head as they are and find out what happened; `stage6 journal verify` checks every line, \
                 and a new log begins once both are moved elsewhere"
            }
        };
        self.remark(format!("LOG NOT TRUSTED\n{flaw}\n  hint: {hint}"));
        self.object(&Json::map([
            ("status", Json::text("log-not-trusted")),
            ("code", Json::text(flaw.code.as_str())),
            ("file", Json::text(flaw.file)),
            ("line", flaw.line.map_or(Json::Null, Json::integer)),
            ("reason", Json::text(&flaw.reason)),
        ]));
        Outcome::Untrusted
    }

    fn internal(&mut self, reason: &str) -> Outcome {
        self.remark(format!("error: {reason}"));
        self.object(&Json::map([
            ("status", Json::text("internal")),
            ("reason", Json::text(reason)),
        ]));
        Outcome::Internal
    }
}

/// Text that cannot steer a terminal: control characters other than line ends, and those that turn the direction of
/// writing, are shown as their code.
fn printable(text: &str) -> String {
    let steers = |letter: char| {
        (letter.is_control() && letter != '\n' && letter != '\t')
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|letter| {
            if steers(letter) {
                letter.escape_unicode().to_string()
            } else {
                letter.to_string()
            }
        })
        .collect()
}

/// A name from outside on one line of its own.
pub(super) fn visible(name: &str) -> String {
    printable(&name.replace('\n', "\\n").replace('\t', "\\t"))
}

/// Bytes for people: `812 kB`.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
