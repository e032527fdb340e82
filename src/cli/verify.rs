//! `stage6 verify`.

use super::Outcome;
use super::arguments::VerifyArguments;
use super::build::{key_choice, torn_remark};
use super::clock::{self, environment};
use super::console::{Console, visible};
use crate::bundle::{self, DEVELOPMENT_NOTICE, Shape, StatedRelease, Verification};
use crate::document::json_text::Json;
use crate::domain::Timestamp;
use crate::fs::Project;
use crate::journal::Appended;
use crate::pipeline::{self, Failure, Recorder};
use crate::seal::{Distrust, HmacKey};

pub(super) fn run(arguments: &VerifyArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let key = key(arguments)?;
    let now = clock::now(&arguments.date)?;
    let result = bundle::verify(&arguments.path, key.as_ref(), Some(now));
    if let Some(key) = &key {
        record(arguments, key, now, &result, console);
    }
    show(&result?, console);
    Ok(Outcome::Good)
}

/// Notes the result in the decision log of the project that holds what was verified. The result counts whether or not
/// it can be noted, for example on a disk that is read only.
fn record(
    arguments: &VerifyArguments,
    key: &HmacKey,
    now: Timestamp,
    result: &Result<Verification, Distrust>,
    console: &mut Console,
) {
    let actor = clock::actor(&arguments.journal);
    let Ok(project) = Project::open(&arguments.root) else {
        return;
    };
    let recorder = Recorder {
        project: &project,
        key,
        now,
        actor: actor.as_deref(),
    };
    match recorder.verified(&arguments.path, result) {
        Ok(Some(Appended { torn: Some(torn), .. })) => console.remark(torn_remark(&torn)),
        Ok(_) => {}
        Err(failure) => console.remark(format!("not noted in the decision log: {}", reason(&failure))),
    }
}

fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Journal(flaw) => flaw.to_string(),
        Failure::Disk(error) => error.to_string(),
        Failure::Problems(problems) => problems.first().map(ToString::to_string).unwrap_or_default(),
        Failure::Untrusted(distrust) => distrust.to_string(),
        Failure::Internal(reason) => reason.clone(),
    }
}

fn key(arguments: &VerifyArguments) -> Result<Option<HmacKey>, Failure> {
    if arguments.no_key {
        return Ok(None);
    }
    let project = Project::open(&arguments.root)?;
    let key = pipeline::key_if_any(&project, &key_choice(&arguments.key), &environment)?;
    if key.is_none() && arguments.key.require_key {
        let problem =
            crate::diag::Problem::with_file("(signing key)", "`--require-key` is given, but there is no key");
        return Err(problem
            .hint("give `--signing-key-path FILE` or `--signing-key-env NAME`")
            .into());
    }
    Ok(key)
}

fn show(verification: &Verification, console: &mut Console) {
    let files = verification
        .files
        .iter()
        .map(|file| (visible(&file.path), &file.proofs));
    let files: Vec<_> = files.collect();
    let width = files
        .iter()
        .map(|(path, _)| path.len())
        .max()
        .unwrap_or(0)
        .min(100);
    for (path, proofs) in &files {
        let proofs: Vec<&str> = proofs.iter().map(|proof| proof.as_str()).collect();
        console.line(format!("ok  {path:<width$}  {}", proofs.join(" ")));
    }
    console.line("");
    let (bundle, count) = (visible(&verification.bundle), files.len());
    console.line(format!(
        "VERIFIED  {bundle}: {count} files are whole and are those that were listed"
    ));
    if let Some(stated) = &verification.stated {
        let (sequence, released) = (stated.sequence, stated.released_at);
        console.line(format!(
            "  release {sequence}, of {released}, valid until {}",
            stated.valid_until
        ));
    }
    let checked = verification.hmac_count();
    match &verification.key {
        Some((id, development)) => {
            console.line(format!(
                "  HMAC of {checked} files recomputed with the key `{}`",
                visible(id)
            ));
            if !verification.is_authenticated() {
                console.line(
                    "  NOT AUTHENTICATED AS A WHOLE: only those files; verify the release folder for all",
                );
            }
            if *development {
                console.line(format!("  WARNING: {DEVELOPMENT_NOTICE}"));
            }
        }
        None => {
            console.line("  NOT AUTHENTICATED: no key was used, so this does not show who made the bundle")
        }
    }
    for line in not_proven(verification) {
        console.line(format!("  not proven: {line}"));
    }
    console.object(&object(verification));
}

/// What a reader might take for proven and is not.
fn not_proven(verification: &Verification) -> Vec<&'static str> {
    let mut lines = Vec::new();
    if verification.shape != Shape::Release {
        lines.push(
            "that this is the bundle of a release: the release folder with its manifest was not checked",
        );
    }
    lines.push("who made it, to anybody without the key: whoever holds an HMAC key can also sign");
    lines.push("that it is the newest release");
    lines
}

fn object(verification: &Verification) -> Json {
    let files = verification.files.iter().map(|file| {
        let proofs = file
            .proofs
            .iter()
            .map(|proof| Json::text(proof.as_str()))
            .collect();
        Json::map([("path", Json::text(&file.path)), ("proofs", Json::List(proofs))])
    });
    let shape = match verification.shape {
        Shape::Release => "release",
        Shape::Zip => "zip",
        Shape::Bag => "bag",
    };
    let key = verification.key.as_ref();
    Json::map([
        ("status", Json::text("verified")),
        ("shape", Json::text(shape)),
        ("bundle", Json::text(&verification.bundle)),
        ("authenticated", Json::Bool(verification.is_authenticated())),
        ("hmac_files", Json::Integer(verification.hmac_count().to_string())),
        ("key_id", Json::optional_text(key.map(|(id, _)| id.as_str()))),
        (
            "development_key",
            Json::Bool(key.is_some_and(|(_, development)| *development)),
        ),
        ("notice", Json::optional_text(verification.notice.as_deref())),
        (
            "release",
            verification.stated.as_ref().map_or(Json::Null, release),
        ),
        ("files", Json::List(files.collect())),
        (
            "not_proven",
            Json::List(not_proven(verification).into_iter().map(Json::text).collect()),
        ),
    ])
}

fn release(stated: &StatedRelease) -> Json {
    Json::map([
        ("generated_at", Json::text(&stated.generated_at)),
        ("sequence", Json::integer(stated.sequence)),
        ("released_at", Json::text(stated.released_at.to_string())),
        ("valid_until", Json::text(stated.valid_until.to_string())),
        ("previous", Json::optional_text(stated.previous.as_deref())),
    ])
}
