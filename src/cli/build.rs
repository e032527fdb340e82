//! `stage6 build`.

use super::Outcome;
use super::arguments::{BuildArguments, KeyArguments, ProjectArguments};
use super::clock::{self, Stopwatch, environment};
use super::console::{Console, size};
use super::simulate::{report_summary, scenario_lines};
use crate::bundle::DEVELOPMENT_NOTICE;
use crate::document::json_text::Json;
use crate::domain::StressReport;
use crate::fs::Project;
use crate::pipeline::{
    self, Built, DEVELOPMENT_KEY_PATH, Failure, KeyChoice, MadeKey, Occasion, Stage, TOOL_VERSION,
};

/// The stages that a build went through, with their times in milliseconds.
type Times = Vec<(Stage, f64)>;

pub(super) fn run(arguments: &BuildArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let (_, built, times) = build(&arguments.project, arguments.draft)?;
    show(&built, &times, console);
    let must_pass = arguments.fail_on_breach || built.require_success;
    Ok(breach(&built.report, must_pass, console))
}

/// Builds a project and says how it goes.
pub(super) fn build(arguments: &ProjectArguments, draft: bool) -> Result<(Project, Built, Times), Failure> {
    let now = clock::now(&arguments.date)?;
    let project = Project::open(&arguments.root)?;
    let mut times = Times::new();
    let mut watch = Stopwatch::start();
    let mut observe = |stage| {
        if let Some(last) = times.last_mut() {
            let last: &mut (Stage, f64) = last;
            last.1 = watch.milliseconds();
        }
        watch = Stopwatch::start();
        times.push((stage, 0.0));
    };
    let on_wait =
        || Console::new(false).remark("another build is putting its files in place; waiting for it");
    let choose_key = || {
        let MadeKey { key, is_new } =
            pipeline::build_key(&project, &key_choice(&arguments.key), &environment)?;
        if is_new {
            Console::new(false).remark(format!(
                "no signing key is configured: made a development key, {DEVELOPMENT_KEY_PATH} (mode 600)"
            ));
        }
        Ok(key)
    };
    let built = pipeline::build(
        &project,
        choose_key,
        Occasion { now, draft },
        on_wait,
        &mut observe,
    )?;
    if let Some(last) = times.last_mut() {
        last.1 = watch.milliseconds();
    }
    Ok((project, built, times))
}

pub(super) fn key_choice(arguments: &KeyArguments) -> KeyChoice {
    KeyChoice {
        path: arguments.signing_key_path.clone(),
        env: arguments.signing_key_env.clone(),
        id: arguments.signing_key_id.clone(),
        require: arguments.require_key,
    }
}

/// Exit code 3 when a scenario failed and that matters.
pub(super) fn breach(report: &StressReport, must_pass: bool, console: &mut Console) -> Outcome {
    if report.failure_count() == 0 || !must_pass {
        return Outcome::Good;
    }
    let count = report.failure_count();
    console.remark(format!(
        "{count} of {} scenarios above their limits (exit code 3)",
        report.scenarios.len()
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
    console.line(format!("  {}/  the release", built.release_directory));
    for (name, bytes) in &built.release_files {
        console.line(format!("    {name:<36}{:>9}", size(*bytes)));
    }
    console.line(format!(
        "  {}/  the report of the run, signed",
        built.report_directory
    ));
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

fn done(stage: Stage, built: &Built) -> String {
    match stage {
        Stage::Read => "configuration, baselines, tables, drafts".to_owned(),
        Stage::StressLab => format!("{} scenarios", built.report.scenarios.len()),
        Stage::Seal => "report as JSON and CSV, signed".to_owned(),
        Stage::Evidence => format!("{} facts", built.facts),
        Stage::Pages => format!("{} pages, every fact and link resolved", built.pages),
        Stage::Site => format!("{} files, every link and anchor checked", built.site_files),
        Stage::Bundle => format!("{} files", built.release_files.len()),
        Stage::Verify => format!("{} files proven", built.verification.files.len()),
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
    let mut members = vec![
        ("status", Json::text("built")),
        ("bundle", Json::text(&built.verification.bundle)),
        ("release_directory", Json::text(&built.release_directory)),
        ("report_directory", Json::text(&built.report_directory)),
        ("site_directory", Json::text(&built.site_directory)),
        ("site_files", Json::Integer(built.site_files.to_string())),
        ("files", Json::map(files)),
        ("report", report_summary(&built.report)),
        ("key_id", Json::text(key_id)),
        ("milliseconds", Json::map(stages)),
    ];
    if development {
        members.push(("notice", Json::text(DEVELOPMENT_NOTICE)));
    }
    Json::map(members)
}
