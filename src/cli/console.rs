//! All that is printed: results to standard output, progress and problems to standard error.

use super::Outcome;
use super::junit::{Findings, junit};
use super::output_arguments::OutputArguments;
use super::progress::Progress;
use super::sarif::sarif;
use crate::diag::{About, Problem, Topic};
use crate::document::json_text::Json;
use crate::fs;
use crate::journal::{Flaw, FlawCode};
use crate::pipeline::{Failure, TOOL_VERSION};
use crate::seal::Distrust;
use anstyle::{AnsiColor, Effects, Style};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;

/// How problems are shown on a terminal that has colour.
const ERROR: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const HINT: Style = AnsiColor::Cyan.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);

/// Where output goes.
pub(super) struct Console {
    json: bool,
    events: bool,
    quiet: bool,
    /// What problems are about that say nothing of it.
    topic: Topic,
    /// Development keys were made, which stay whatever comes after.
    has_made_keys: Cell<bool>,
    /// What test dashboards and code hosts are told in the end.
    pub(super) findings: Findings,
}

/// A number with what is counted, of which one is named.
pub(super) fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

impl Console {
    pub(super) fn new(arguments: &OutputArguments, topic: Topic) -> Console {
        // Standard output and error are asked for their own colour after this.
        match arguments.color {
            clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
            clap::ColorChoice::Always => anstream::ColorChoice::Always,
            clap::ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        Console {
            json: arguments.json || arguments.events,
            events: arguments.events,
            quiet: arguments.quiet,
            topic,
            has_made_keys: Cell::new(false),
            findings: Findings::default(),
        }
    }

    /// Says that a development key was made, and remembers it.
    pub(super) fn made_key(&self, kind: &str, path: &str) {
        self.has_made_keys.set(true);
        remark(format!(
            "no {kind} key is configured: made a development key, {path} (mode 600)"
        ));
    }

    /// A line of the result, for people. Says nothing in JSON mode and when it should be quiet.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        if !self.json && !self.quiet {
            // A reader that closed the pipe has seen enough.
            let _ = writeln!(anstream::stdout(), "{}", printable(text.as_ref()));
        }
    }

    /// The result, for programs. Says nothing in text mode.
    pub(super) fn object(&mut self, json: &Json) {
        if self.events {
            event("result", vec![("result", json.clone())]);
        } else if self.json {
            let _ = writeln!(io::stdout(), "{}", json.to_canonical());
        }
    }

    /// A remark about the run, for people.
    pub(super) fn remark(&mut self, text: impl AsRef<str>) {
        remark(text);
    }

    /// Something that is wrong and stops nothing.
    pub(super) fn warning(&mut self, problem: &Problem) {
        say(&format!("{WARNING}warning:{WARNING:#} {}", styled(problem)));
    }

    /// What tells of the stages of a long run.
    pub(super) fn progress(&self) -> Progress {
        Progress::begin(self.events, self.quiet || self.json)
    }

    /// Writes what was asked for besides: SARIF and JUnit. Called once, at the end, also after a failure.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn write_findings(&self, arguments: &OutputArguments) -> Result<(), Failure> {
        if let Some(path) = &arguments.sarif {
            let text = sarif((&self.findings.problems, &self.findings.warnings), TOOL_VERSION).to_file_text();
            fs::write_together(&[(path.clone(), text.as_bytes())])?;
        }
        if let Some(path) = &arguments.junit {
            let text = junit(&self.findings).map_err(Failure::Internal)?;
            fs::write_together(&[(path.clone(), text.as_bytes())])?;
        }
        Ok(())
    }

    /// Shows why a command did not succeed and where the manual tells more, and gives its exit code.
    pub(super) fn fail(&mut self, failure: &Failure) -> Outcome {
        let outcome = match failure {
            Failure::Problems(problems) => self.problems(self.about(problems)),
            Failure::Untrusted(distrust) => self.distrust(distrust),
            Failure::Journal(flaw) => self.flaw(flaw),
            Failure::Disk(error) => self.internal(&error.to_string()),
            Failure::Internal(reason) => self.internal(reason),
        };
        match failure {
            Failure::Problems(_) => more(&topics(&self.findings.problems)),
            other => more(&other.topics()),
        }
        outcome
    }

    /// Problems with the topic that they have by their place, or by the command, where they name none.
    pub(super) fn about(&self, problems: &[Problem]) -> Vec<Problem> {
        let of = |problem: &Problem| problem.clone().about(usual(&problem.path, self.topic));
        problems.iter().map(of).collect()
    }

    fn problems(&mut self, problems: Vec<Problem>) -> Outcome {
        for problem in &problems {
            say(&format!("{ERROR}error:{ERROR:#} {}\n", styled(problem)));
        }
        let written = match self.has_made_keys.get() {
            true => "nothing but keys was written",
            false => "nothing was written",
        };
        self.remark(format!("{}; {written}", counted(problems.len(), "problem")));
        let list = Json::List(problems.iter().map(problem_json).collect());
        self.object(&Json::map([
            ("status", Json::text("bad-input")),
            ("problems", list),
        ]));
        self.findings.problems = problems;
        Outcome::BadInput
    }

    fn distrust(&mut self, distrust: &Distrust) -> Outcome {
        say(&format!(
            "{ERROR}NOT VERIFIED{ERROR:#}\n{}",
            printable(&distrust.to_string())
        ));
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
        say(&format!(
            "{ERROR}LOG NOT TRUSTED{ERROR:#}\n{}\n  {HINT}hint:{HINT:#} {hint}",
            printable(&flaw.to_string())
        ));
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
        say(&format!("{ERROR}error:{ERROR:#} {}", printable(reason)));
        self.object(&Json::map([
            ("status", Json::text("internal")),
            ("reason", Json::text(reason)),
        ]));
        Outcome::Internal
    }
}

/// A problem for people, its hint in colour.
fn styled(problem: &Problem) -> String {
    printable(&problem.to_string()).replace("\n  hint: ", &format!("\n  {HINT}hint:{HINT:#} "))
}

/// A problem for programs.
pub(super) fn problem_json(problem: &Problem) -> Json {
    Json::map([
        ("path", Json::text(&problem.path)),
        ("line", Json::integer(problem.at.line)),
        ("column", Json::integer(problem.at.column)),
        ("message", Json::text(&problem.message)),
        ("hint", Json::optional_text(problem.hint.as_deref())),
        ("topic", Json::optional_text(problem.topic.map(Topic::key))),
    ])
}

/// The topics of problems, each once, in the order of the manual.
pub(super) fn topics(problems: &[Problem]) -> Vec<Topic> {
    let topics: BTreeSet<Topic> = problems.iter().filter_map(|problem| problem.topic).collect();
    topics.into_iter().collect()
}

/// Where the manual tells more, in one line for all problems: a command that can be copied.
pub(super) fn more(topics: &[Topic]) {
    let words: Vec<&str> = topics.iter().map(|topic| topic.key()).collect();
    if !words.is_empty() {
        say(&format!(
            "{HINT}more:{HINT:#} stage6 explain {}",
            words.join(", ")
        ));
    }
}

/// What a problem is about by its place: an option, a variable, a key, a configuration. Otherwise what the command is
/// about.
fn usual(path: &str, command: Topic) -> Topic {
    let of_key = [
        "--signing-key",
        "--release-key",
        "(signing key)",
        "(release key)",
        "(keys)",
    ];
    match path {
        "$SOURCE_DATE_EPOCH" | "(clock)" | "PATTERN" | "TOPIC" | "ID" => Topic::Usage,
        path if of_key.iter().any(|beginning| path.starts_with(beginning)) => Topic::Keys,
        path if path.starts_with('$') => Topic::Keys,
        path if path.starts_with("--") => Topic::Usage,
        "config/waivers.yaml" => Topic::Contradictions,
        path if path.ends_with(".yaml") => Topic::Configuration,
        _ => command,
    }
}

/// Shows what is wrong with the command line itself, or the help that was asked for, and gives the exit code.
pub(super) fn refuse_usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told that it could not be printed.
    let _ = error.print();
    if error.use_stderr() {
        more(&[Topic::Usage]);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// A remark about the run, for people; a warning is seen as one.
pub(super) fn remark(text: impl AsRef<str>) {
    let text = printable(text.as_ref());
    match text.strip_prefix("WARNING:") {
        Some(rest) => say(&format!("{WARNING}WARNING:{WARNING:#}{rest}")),
        None => say(&text),
    }
}

/// One JSON line on standard output.
pub(super) fn event(name: &str, members: Vec<(&'static str, Json)>) {
    let all = [("event", Json::text(name))].into_iter().chain(members);
    let _ = writeln!(io::stdout(), "{}", Json::map(all).to_canonical());
}

/// A result that is a file of its own, byte for byte, in every mode.
///
/// # Errors
/// Nobody takes it.
pub(super) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let internal = |error: io::Error| Failure::Internal(format!("cannot print: {error}"));
    io::stdout().write_all(bytes).map_err(internal)
}

/// A line on standard error; the styles in it are left out where nobody sees them.
fn say(styled: &str) {
    let _ = writeln!(anstream::stderr(), "{styled}");
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
