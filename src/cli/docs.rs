//! `build` and `check` of a documentation tree that was not made for us.

use super::Outcome;
use super::clock;
use super::console::{Console, counted, more, topics};
use crate::diag::{About, Problem, Topic};
use crate::docs::Features;
use crate::document::json_text::Json;
use crate::domain::Language;
use crate::fs::Project;
use crate::pipeline::{self, DocsBuilt, DocsOptions, Failure, Observer};
use clap::{Args, ValueEnum};

/// Most warnings that are printed; all are in JSON and SARIF.
const MOST: usize = 50;
/// Where the site goes.
const OUTPUT: &str = "site";

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Documentation trees (a --root without config/core.yaml)")]
pub(super) struct DocsArguments {
    /// Make everything anew: use nothing of the last build, and leave nothing for the next one.
    #[arg(long, help_heading = None::<&str>)]
    pub(super) no_memory: bool,
    /// The folder of the site, seen from the tree. Default: site.
    #[arg(long, value_name = "DIR")]
    pub(super) output: Option<String>,
    /// What the site is called. Default: the title of its first page.
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The language of the pages. Default: guessed from their letters.
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) language: Option<DocsLanguage>,
    /// Leave out what is not needed.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(super) without: Vec<Feature>,
    /// Treat warnings as problems: nothing is written, and the exit code is 2.
    #[arg(long)]
    pub(super) deny_warnings: bool,
}

/// Languages that pages can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DocsLanguage {
    /// Polish.
    Pl,
    /// English.
    En,
}

impl DocsLanguage {
    /// As the rest of the program knows it.
    pub(super) fn language(self) -> Language {
        match self {
            DocsLanguage::Pl => Language::Polish,
            DocsLanguage::En => Language::English,
        }
    }
}

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Feature {
    /// The index for search and its dialogue.
    Search,
    /// Colours of code.
    Highlighting,
    /// Following links and anchors.
    Links,
}

impl DocsArguments {
    pub(super) fn options(&self) -> DocsOptions {
        let has = |feature| !self.without.contains(&feature);
        DocsOptions {
            output: self.output.clone().unwrap_or_else(|| OUTPUT.to_owned()),
            name: self.name.clone(),
            language: self.language.map(DocsLanguage::language),
            features: Features {
                search: has(Feature::Search),
                highlighting: has(Feature::Highlighting),
                links: has(Feature::Links),
            },
            deny_warnings: self.deny_warnings,
            program: self.program(),
        }
    }

    /// What tells this program from any other one, if builds may use what others left.
    pub(super) fn program(&self) -> Option<String> {
        (!self.no_memory).then(clock::identity).flatten()
    }

    /// Refuses options that mean nothing to a project of ours.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        let given = [
            (self.output.is_some(), "--output"),
            (self.name.is_some(), "--name"),
            (self.language.is_some(), "--language"),
            (!self.without.is_empty(), "--without"),
            (self.deny_warnings, "--deny-warnings"),
        ];
        match given.iter().find(|(is, _)| *is) {
            None => Ok(()),
            Some((_, option)) => Err(Problem::with_file(
                "config",
                format!("`{option}` is for documentation trees, and this is a project with a configuration"),
            )
            .hint("say in config/publication.yaml how its site is made")
            .into()),
        }
    }
}

/// Builds or checks a tree, and says how it went.
pub(super) fn run(
    project: &Project,
    arguments: &DocsArguments,
    is_check: bool,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let options = arguments.options();
    let mut progress = console.progress();
    let work = |observe: Observer<'_>| match is_check {
        true => pipeline::check_docs(project, &options, observe),
        false => pipeline::build_docs(project, &options, observe),
    };
    let of_trees = Topic::DocumentationTrees;
    let mut built = work(&mut |stage| progress.stage(stage)).about(of_trees)?;
    built.warnings = built.warnings.about(of_trees);
    let times = progress.end();
    warn(&built, console);
    let time: f64 = times.iter().map(|(_, time)| time).sum();
    console.line(format!("{}: {}", built.name, summary(&built, is_check)));
    match is_check {
        true => console.line("nothing was written"),
        false => console.line(format!("{}/index.html  ({time:.0} ms)", built.output)),
    }
    let stages = times
        .iter()
        .map(|(stage, ms)| (stage.as_str(), Json::Float((ms * 10.0).round() / 10.0)));
    console.object(&Json::map([
        ("status", Json::text(if is_check { "good" } else { "built" })),
        ("name", Json::text(&built.name)),
        ("language", Json::text(built.language.tag())),
        ("pages", Json::integer(built.pages as u64)),
        ("printed", Json::integer(built.printed as u64)),
        ("files", Json::integer(built.files as u64)),
        (
            "site_directory",
            if is_check {
                Json::Null
            } else {
                Json::text(&built.output)
            },
        ),
        (
            "drafts",
            Json::List(built.drafts.iter().map(Json::text).collect()),
        ),
        (
            "warnings",
            Json::List(built.warnings.iter().map(super::console::problem_json).collect()),
        ),
        ("milliseconds", Json::map(stages)),
    ]));
    Ok(Outcome::Good)
}

fn warn(built: &DocsBuilt, console: &mut Console) {
    for problem in built.warnings.iter().take(MOST) {
        console.warning(problem);
    }
    if let Some(more) = built.warnings.len().checked_sub(MOST).filter(|more| *more > 0) {
        console.remark(format!(
            "and {more} warnings more; `--sarif FILE` and `--json` list all of them"
        ));
    }
    if !built.drafts.is_empty() {
        console.remark(format!("left out as drafts: {}", built.drafts.join(", ")));
    }
    more(&topics(&built.warnings));
    console.findings.warnings.clone_from(&built.warnings);
}

fn summary(built: &DocsBuilt, is_check: bool) -> String {
    let files = if built.files > 0 {
        format!(", {}", counted(built.files, "file"))
    } else {
        String::new()
    };
    let kept = match is_check || built.printed == built.pages {
        true => String::new(),
        false => format!(" ({} printed anew)", built.printed),
    };
    format!(
        "{}{kept}{files}, {}",
        counted(built.pages, "page"),
        counted(built.warnings.len(), "warning")
    )
}
