//! `stage6 build`.

use super::Outcome;
use super::arguments::{BuildArguments, KeyArguments, ProjectArguments, ReleaseKeyArguments};
use super::clock::{self, environment};
use super::console::{Console, counted, remark, size};
use super::docs;
use super::progress::Times;
use super::simulate::{report_summary, scenario_lines};
use crate::bundle::DEVELOPMENT_NOTICE;
use crate::config::Publication;
use crate::document::json_text::Json;
use crate::domain::StressReport;
use crate::fs::Project;
use crate::journal::{self, Appended, LOG_PATH};
use crate::pipeline::{
    self, Built, DEVELOPMENT_KEY_PATH, DEVELOPMENT_RELEASE_KEY_PATH, Failure, KeyChoice, MadeKey, Occasion,
    Stage, TOOL_VERSION,
};
use crate::seal::SigningKeys;

pub(super) fn run(arguments: &BuildArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(arguments.project.root())?;
    if arguments.project.names_root() && pipeline::is_docs(&project) {
        return docs::run(&project, &arguments.docs, false, console);
    }
    arguments.docs.refuse()?;
    let (built, times) = build(&project, arguments, console)?;
    show(&built, &times, console);
    let must_pass = arguments.fail_on_breach || built.require_success;
    Ok(breach(&built.report, must_pass, console))
}

/// Builds a project and says how it goes.
fn build(
    project: &Project,
    arguments: &BuildArguments,
    console: &mut Console,
) -> Result<(Built, Times), Failure> {
    let now = clock::now(&arguments.project.date)?;
    let mut progress = console.progress();
    let on_wait = || remark("another build is putting its files in place; waiting for it");
    let choose_keys =
        |publication: &Publication| build_keys(project, publication, &arguments.project, console);
    let actor = clock::actor(&arguments.journal);
    let program = arguments.docs.program();
    let occasion = Occasion {
        now,
        draft: arguments.draft,
        actor: actor.as_deref(),
        program: program.as_deref(),
    };
    let built = pipeline::build(project, choose_keys, occasion, on_wait, &mut |stage| {
        progress.stage(stage)
    })?;
    let times = progress.end();
    for runbook in &built.unchecked {
        remark(runbook.remark());
    }
    if let Some(torn) = built.recorded.as_ref().and_then(|line| line.torn.as_ref()) {
        remark(torn_remark(torn));
    }
    console.findings.claims.clone_from(&built.claims);
    console.findings.rulings = Some(built.rulings.clone());
    Ok((built, times))
}

/// The keys that a build signs with; development keys are made where none is configured.
pub(super) fn build_keys(
    project: &Project,
    publication: &Publication,
    arguments: &ProjectArguments,
    console: &Console,
) -> Result<SigningKeys, Failure> {
    let choice = release_key_choice(&arguments.key, &arguments.release_key);
    let MadeKey { key: hmac, is_new } = pipeline::build_key(project, &choice, &environment)?;
    if is_new {
        console.made_key("signing", DEVELOPMENT_KEY_PATH);
        // The log of a development key that was thrown away would stop every build from now on.
        if let Some(aside) = journal::set_trials_aside(project)? {
            remark(format!(
                "the log of a development key that is gone stands aside now: {aside}"
            ));
        }
    }
    let (release, is_new) =
        pipeline::build_release_key(project, &choice, &publication.signing, &environment)?;
    if is_new {
        console.made_key("release", DEVELOPMENT_RELEASE_KEY_PATH);
    }
    Ok(SigningKeys { hmac, release })
}

/// What the command line says about both keys.
pub(super) fn release_key_choice(hmac: &KeyArguments, release: &ReleaseKeyArguments) -> KeyChoice {
    KeyChoice {
        release_path: release.release_key_path.clone(),
        release_env: release.release_key_env.clone(),
        ..key_choice(hmac)
    }
}

pub(super) fn key_choice(arguments: &KeyArguments) -> KeyChoice {
    KeyChoice {
        path: arguments.signing_key_path.clone(),
        env: arguments.signing_key_env.clone(),
        id: arguments.signing_key_id.clone(),
        require: arguments.require_key,
        ..KeyChoice::default()
    }
}

/// What is said of half a line that was found behind the last whole one.
pub(super) fn torn_remark(aside: &str) -> String {
    format!("the decision log ended in half a line of a killed run; it was moved to {aside}")
}

/// The line that was appended to the decision log.
pub(super) fn recorded(line: &Appended) -> Json {
    Json::map([
        ("entries", Json::integer(line.entries)),
        ("head", Json::text(line.head.to_string())),
        ("torn", Json::optional_text(line.torn.as_deref())),
    ])
}

/// Exit code 3 when a scenario failed and that matters.
pub(super) fn breach(report: &StressReport, must_pass: bool, console: &mut Console) -> Outcome {
    if report.failure_count() == 0 || !must_pass {
        return Outcome::Good;
    }
    let count = report.failure_count();
    console.remark(format!(
        "{count} of {} above their limits (exit code 3)",
        counted(report.scenarios.len(), "scenario")
    ));
    Outcome::Breach
}

fn show(built: &Built, times: &Times, console: &mut Console) {
    let verification = &built.verification;
    console.line(format!("stage6 {TOOL_VERSION}  {}", verification.bundle));
    console.line("");
    for (stage, milliseconds) in times {
        console.line(format!(
            "  {:<11}{milliseconds:>8.1} ms  {}",
            stage.as_str(),
            done(*stage, built)
        ));
    }
    let total: f64 = times.iter().map(|(_, milliseconds)| milliseconds).sum();
    console.line(format!("  {:<11}{total:>8.1} ms", "total"));
    console.line("");
    for line in scenario_lines(&built.report) {
        console.line(format!("  {line}"));
    }
    console.line("");
    console.line("made");
    console.line(format!(
        "  {}/index.html  the site, {} files; opens from the disk",
        built.site_directory, built.site_files
    ));
    if let Some(line) = kept_line(built) {
        console.line(line);
    }
    console.line(format!("  {}/  the release", built.release_directory));
    for (name, bytes) in &built.release_files {
        console.line(format!("    {name:<36}{:>9}", size(*bytes)));
    }
    console.line(format!(
        "  {}/  the report of the run, signed",
        built.report_directory
    ));
    if let Some(line) = &built.recorded {
        console.line(format!("  {LOG_PATH}  line {} of the decision log", line.entries));
    }
    if verification
        .key
        .as_ref()
        .is_some_and(|(_, development)| *development)
    {
        console.line("");
        console.line(format!("WARNING: {DEVELOPMENT_NOTICE}"));
        console.line(
            "  set the variable that `signing_key_env` in config/core.yaml names, or give --signing-key-path",
        );
    }
    let program = clock::program();
    console.line("");
    console.line("next");
    console.line(format!("  {program} verify {}", built.release_directory));
    console.line(format!("  {program} serve"));
    console.line(format!("  {program} check"));
    console.object(&object(built, times));
}

/// Which earlier releases the site keeps, and what they cost; nothing if it keeps none.
fn kept_line(built: &Built) -> Option<String> {
    let ids: Vec<&str> = built.kept.iter().map(|(id, _)| id.as_str()).collect();
    let bytes: usize = built.kept.iter().map(|(_, bytes)| bytes).sum();
    let line = || {
        format!(
            "    keeps {}: {} of {}; `site.keep_releases` sets how many",
            ids.join(", "),
            size(bytes),
            size(built.site_bytes)
        )
    };
    (!ids.is_empty()).then(line)
}

fn done(stage: Stage, built: &Built) -> String {
    match stage {
        Stage::Read => "configuration, baselines, tables, drafts".to_owned(),
        Stage::StressLab => counted(built.report.scenarios.len(), "scenario"),
        Stage::Seal => "report as JSON and CSV, signed".to_owned(),
        Stage::Evidence => counted(built.facts, "fact"),
        Stage::Pages => format!("{}, every fact and link resolved", counted(built.pages, "page")),
        Stage::Site => format!(
            "{}, every link and anchor checked",
            counted(built.site_files, "file")
        ),
        Stage::Bundle => counted(built.release_files.len(), "file"),
        Stage::Verify => format!("{} proven", counted(built.verification.files.len(), "file")),
        Stage::Publish => "site, release and report swapped into place".to_owned(),
    }
}

fn object(built: &Built, times: &Times) -> Json {
    let stages = times
        .iter()
        .map(|(stage, ms)| (stage.as_str(), Json::Float((ms * 10.0).round() / 10.0)));
    let files = built
        .release_files
        .iter()
        .map(|(name, bytes)| (name.clone(), Json::Integer(bytes.to_string())));
    let (key_id, development) = built.verification.key.clone().unwrap_or_default();
    let kept = built
        .kept
        .iter()
        .map(|(id, bytes)| (id.as_str(), Json::Integer(bytes.to_string())));
    let mut members = vec![
        ("status", Json::text("built")),
        ("bundle", Json::text(&built.verification.bundle)),
        ("release_directory", Json::text(&built.release_directory)),
        ("report_directory", Json::text(&built.report_directory)),
        ("site_directory", Json::text(&built.site_directory)),
        ("site_files", Json::Integer(built.site_files.to_string())),
        ("kept_releases", Json::map(kept)),
        ("files", Json::map(files)),
        ("report", report_summary(&built.report)),
        ("key_id", Json::text(key_id)),
        ("journal", built.recorded.as_ref().map_or(Json::Null, recorded)),
        ("milliseconds", Json::map(stages)),
    ];
    if development {
        members.push(("notice", Json::text(DEVELOPMENT_NOTICE)));
    }
    Json::map(members)
}
