//! `stage6 gate`, `stage6 publish` and `stage6 rollback`.

use super::Outcome;
use super::arguments::{JournalArguments, ProjectArguments};
use super::build::{build_keys, recorded, release_key_choice};
use super::clock::{self, environment};
use super::console::{Console, more, visible};
use super::outlet_arguments::{self, OutletArguments};
use crate::bundle::Policy;
use crate::config::Publication;
use crate::diag::{Problem, Topic};
use crate::document::json_text::Json;
use crate::domain::{GateRulings, RuleVerdict, Ruling, Timestamp};
use crate::fs::Project;
use crate::gate::{gate_json, plain};
use crate::pipeline::{self, Failure, Occasion, Published, RollbackOptions, TOOL_VERSION, VerifyOptions};
use clap::Args;

pub(super) const GATE_EXAMPLES: &str = "\
Examples:
  stage6 gate
  stage6 gate --date 2026-11-30T09:00:00+01:00 --json

Evaluates every rule of config/publication.yaml for the release that was built, and writes nothing. Exit code 3 if the gate
is closed.";
pub(super) const PUBLISH_EXAMPLES: &str = "\
Examples:
  stage6 publish --signing-key-path secrets/stress_lab.hmac --release-key-path secrets/release.pem
  stage6 publish --to /srv/www
  stage6 publish --to git:pages --author 'Release desk <desk@stage6.example>'
  stage6 publish --oci artifact && oras cp --from-oci-layout artifact:stage6-2026.11-r1 registry.example/stage6:2026.11
  stage6 publish --dry-run --to git:pages
  stage6 publish --check

Builds the release unless it was built, verifies it again, and evaluates every rule. If all are kept, waived or confirmed, a
copy goes to the archive, a signed record to var/audit/publications, and a line to the decision log. Otherwise nothing is
published, and the exit code is 3. Only then come the outlets, each whole or not at all:

  --to DIR         the site, with the release's files below download/<release>/; the folder is exchanged in one step
  --to git:BRANCH  the same as a commit on a branch of the repository around the project, ready for GitHub Pages; working
                   tree, index and HEAD stay as they are, and a branch that is checked out is refused (a folder of such a
                   name: --to ./git:NAME)
  --oci DIR        the release's files as an OCI image layout, which oras and its like push to any registry

An outlet that holds anything that no publication made is refused before anything is done; only a file CNAME stays in it. One
that fails afterwards is as it was, the others are served, and the exit code is 1: the same command goes on.

With --check nothing is published either: the archived copy of what was published is verified again (exit code 4 if it is not
what was published), and the ages recorded in it and the last comparison with the mirror are held against the rules (3 if
something is stale).";
pub(super) const ROLLBACK_EXAMPLES: &str = "\
Examples:
  stage6 rollback --reason 'wrong limits'
  stage6 rollback --to stage6-2026.11-r1

Restores the last release of the archive that verifies and does not stand, with its site, byte for byte. Notes and site are
marked in files of their own, because what was signed must not change. Exit code 4 if no archived release verifies.";

#[derive(Args, Debug)]
pub(super) struct PublishArguments {
    #[command(flatten)]
    project: ProjectArguments,
    #[command(flatten)]
    journal: JournalArguments,
    /// Evaluate the rules and write nothing, as `stage6 gate` does.
    #[arg(long)]
    dry_run: bool,
    /// Look again at what was published: archive, freshness by recorded time, mirror; publish nothing.
    #[arg(long, conflicts_with_all = ["dry_run", "to", "oci"])]
    check: bool,
    #[command(flatten)]
    outlets: OutletArguments,
}

#[derive(Args, Debug)]
pub(super) struct RollbackArguments {
    #[command(flatten)]
    project: ProjectArguments,
    #[command(flatten)]
    journal: JournalArguments,
    /// The release's id or the bundle's name. Default: the last that was published and does not stand.
    #[arg(long, value_name = "RELEASE")]
    to: Option<String>,
    /// Why, for the notes: one line.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

/// A reason is one line that can be shown.
fn reason(text: &str) -> Result<String, String> {
    // Nor marks that show a text in another order than it is written in.
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let good = |letter: char| !letter.is_control() && letter != '\u{fffd}' && !turns(letter);
    match !text.trim().is_empty() && text.chars().count() <= 200 && text.chars().all(good) {
        true => Ok(text.trim().to_owned()),
        false => Err("use 1 to 200 printable characters on one line".to_owned()),
    }
}

/// `stage6 gate`.
pub(super) fn gate(arguments: &ProjectArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.date)?;
    let project = Project::open(arguments.root())?;
    evaluate(&project, arguments, now, console)
}

/// `stage6 publish`.
pub(super) fn run(arguments: &PublishArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.project.date)?;
    let project = Project::open(arguments.project.root())?;
    let options = arguments
        .outlets
        .options(clock::is_stated(&arguments.project.date));
    if arguments.dry_run {
        pipeline::check_outlets(&project, &options)?;
        return evaluate(&project, &arguments.project, now, console);
    }
    if arguments.check {
        return check(&project, &arguments.project, now, console);
    }
    if arguments.journal.no_journal {
        let problem = Problem::with_file(
            "--no-journal",
            "a publication always leaves a line in the decision log",
        );
        return Err(problem
            .hint("leave the option away, or only ask with `--dry-run`")
            .into());
    }
    let keys = build_keys(
        &project,
        &Publication::load(&project)?,
        &arguments.project,
        console,
    )?;
    let actor = clock::actor(&arguments.journal);
    let occasion = Occasion {
        actor: actor.as_deref(),
        ..Occasion::at(now)
    };
    let policy = policy(&project, &arguments.project, now)?;
    let published = pipeline::publish(&project, &keys, &policy, occasion, &options)?;
    Ok(show(&published, false, console))
}

/// Looks again at what was published.
fn check(
    project: &Project,
    arguments: &ProjectArguments,
    now: Timestamp,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let keys = super::check::passing_keys(project, &Publication::load(project)?, arguments)?;
    let policy = policy(project, arguments, now)?;
    let reviewed = pipeline::review(project, &keys, &policy, now)?;
    console.line(format!(
        "{}: published {}, as of {now}",
        reviewed.bundle, reviewed.published_at
    ));
    for finding in &reviewed.findings {
        let word = if finding.holds { "ok" } else { "stale" };
        console.line(format!(
            "  {word:<5}  {:<9}  {}",
            finding.about,
            visible(&finding.found)
        ));
    }
    let findings = reviewed.findings.iter().map(|finding| {
        Json::map([
            ("about", Json::text(finding.about)),
            ("holds", Json::Bool(finding.holds)),
            ("found", Json::text(&finding.found)),
        ])
    });
    let is_fresh = reviewed.is_fresh();
    console.object(&Json::map([
        ("status", Json::text(if is_fresh { "fresh" } else { "stale" })),
        ("bundle", Json::text(&reviewed.bundle)),
        ("published_at", Json::text(reviewed.published_at.to_string())),
        ("archive", Json::text(&reviewed.archive)),
        ("findings", Json::List(findings.collect())),
    ]));
    if is_fresh {
        return Ok(Outcome::Good);
    }
    console.remark(
        "freeze uses of what is stale; make a new release, compare the mirror again with `stage6 parity`, or go back \
         with `stage6 rollback`",
    );
    more(&[Topic::Gate]);
    Ok(Outcome::Breach)
}

fn evaluate(
    project: &Project,
    arguments: &ProjectArguments,
    now: Timestamp,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let keys = super::check::passing_keys(project, &Publication::load(project)?, arguments)?;
    let policy = policy(project, arguments, now)?;
    Ok(show(
        &pipeline::gate(project, &keys, &policy, now)?,
        true,
        console,
    ))
}

/// What archived releases are verified by: the project's policy and its own keys.
fn policy(project: &Project, arguments: &ProjectArguments, now: Timestamp) -> Result<Policy, Failure> {
    let options = VerifyOptions {
        key: release_key_choice(&arguments.key, &arguments.release_key),
        ..VerifyOptions::default()
    };
    Ok(pipeline::demands(project, &options, now, &environment)?.policy)
}

fn show(published: &Published, only_asked: bool, console: &mut Console) -> Outcome {
    let rulings = &published.rulings;
    console.findings.rulings = Some(rulings.clone());
    for ruling in &rulings.rulings {
        show_rule(ruling, console);
    }
    if let Some(reason) = &rulings.no_mirror {
        console.line(format!("no mirror  {}", reason.english));
    }
    console.line("");
    console.line(summary(&published.bundle, rulings));
    for place in &published.places {
        console.line(format!("  {place}"));
    }
    let failed = outlet_arguments::show(&published.deliveries, console);
    let status = match (rulings.is_open(), only_asked) {
        (true, true) => "open",
        (true, false) if failed > 0 => "not-delivered",
        (true, false) => "published",
        (false, _) => "closed",
    };
    console.object(&Json::map([
        ("status", Json::text(status)),
        ("gate", gate_json(rulings, &published.bundle, TOOL_VERSION)),
        (
            "places",
            Json::List(published.places.iter().map(Json::text).collect()),
        ),
        (
            "outlets",
            Json::List(
                published
                    .deliveries
                    .iter()
                    .map(outlet_arguments::object)
                    .collect(),
            ),
        ),
        (
            "journal",
            published.recorded.as_ref().map_or(Json::Null, recorded),
        ),
    ]));
    match rulings.is_open() {
        true if failed > 0 => Outcome::Internal,
        true => Outcome::Good,
        false => {
            more(&[Topic::Gate]);
            Outcome::Breach
        }
    }
}

fn show_rule(ruling: &Ruling, console: &mut Console) {
    let rule = &ruling.rule;
    console.line(format!(
        "{:<10} {}: {}",
        ruling.verdict.as_str(),
        rule.id,
        rule.because.english
    ));
    if ruling.verdict == RuleVerdict::Passed {
        return;
    }
    for fact in &ruling.facts {
        let place = match fact.at.line {
            0 => fact.source.clone(),
            line => format!("{}:{line}", fact.source),
        };
        console.line(format!(
            "             {} = {}  ({place})",
            fact.id,
            visible(&plain(&fact.value))
        ));
    }
    if let Some(fault) = &ruling.fault {
        console.line(format!("             cannot be evaluated: {fault}"));
    }
    if let Some(waiver) = &ruling.waiver {
        console.line(format!(
            "             {} answers for it from {} to {}: {}",
            waiver.owner,
            waiver.signed_at.date(),
            waiver.expires_at.date(),
            waiver.reason_en
        ));
    }
    if ruling.verdict == RuleVerdict::Failed {
        console.line(format!("             {}", rule.because.polish));
        console.line(format!("             hint: {}", rule.hint.english));
    }
}

fn summary(bundle: &str, rulings: &GateRulings) -> String {
    let failed = rulings.failed();
    if rulings.is_open() {
        return format!("{bundle}: the gate is open, {} rules", rulings.rulings.len());
    }
    if rulings.rulings.is_empty() {
        return format!(
            "{bundle}: the gate is closed: config/publication.yaml has no rules under `gate.rules`"
        );
    }
    format!(
        "{bundle}: the gate is closed, {} of {} rules broken: {}",
        failed.len(),
        rulings.rulings.len(),
        failed.join(", ")
    )
}

/// `stage6 rollback`.
pub(super) fn rollback(arguments: &RollbackArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let now = clock::now(&arguments.project.date)?;
    let project = Project::open(arguments.project.root())?;
    let choice = release_key_choice(&arguments.project.key, &arguments.project.release_key);
    let key = pipeline::key_if_any(&project, &choice, &environment)?;
    let actor = clock::actor(&arguments.journal);
    let occasion = Occasion {
        actor: actor.as_deref(),
        ..Occasion::at(now)
    };
    let options = RollbackOptions {
        to: arguments.to.clone(),
        reason: arguments.reason.clone(),
    };
    let policy = policy(&project, &arguments.project, now)?;
    let done = pipeline::rollback(&project, key.as_ref(), &policy, occasion, &options)?;
    console.line(format!(
        "{}: restored and verified again, {} files",
        done.bundle, done.files
    ));
    for place in &done.places {
        console.line(format!("  {place}"));
    }
    if let Some(place) = &done.superseded {
        console.line(format!("  {place}  what stood there before"));
    }
    console.remark(
        "no page of the site leads to rollback.html, because their bytes are signed: link to it from the notes and from where \
         readers open the site",
    );
    console.object(&Json::map([
        ("status", Json::text("restored")),
        ("bundle", Json::text(&done.bundle)),
        ("places", Json::List(done.places.iter().map(Json::text).collect())),
        ("superseded", Json::optional_text(done.superseded.as_deref())),
        ("journal", done.recorded.as_ref().map_or(Json::Null, recorded)),
    ]));
    Ok(Outcome::Good)
}
