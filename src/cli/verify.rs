//! `stage6 verify`.

use super::Outcome;
use super::arguments::VerifyArguments;
use super::build::key_choice;
use super::clock::environment;
use super::console::Console;
use crate::bundle::{self, DEVELOPMENT_NOTICE, Proof, Shape, Verification};
use crate::document::json_text::Json;
use crate::fs::Project;
use crate::pipeline::{self, Failure};
use crate::seal::HmacKey;

pub(super) fn run(arguments: &VerifyArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let key = key(arguments)?;
    let verification = bundle::verify(&arguments.path, key.as_ref())?;
    show(&verification, console);
    Ok(Outcome::Good)
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
    let width = verification
        .files
        .iter()
        .map(|file| file.path.len())
        .max()
        .unwrap_or(0)
        .min(100);
    for file in &verification.files {
        let proofs: Vec<&str> = file.proofs.iter().map(|proof| proof.as_str()).collect();
        console.line(format!("ok  {:<width$}  {}", file.path, proofs.join(" ")));
    }
    console.line("");
    let count = verification.files.len();
    console.line(format!(
        "VERIFIED  {}: {count} files are whole and are those that were listed",
        verification.bundle
    ));
    let authentic = verification
        .files
        .iter()
        .filter(|file| file.proofs.contains(&Proof::Hmac))
        .count();
    match &verification.key {
        Some((id, development)) => {
            console.line(format!(
                "  HMAC of {authentic} files recomputed with the key `{id}`"
            ));
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
        ("authenticated", Json::Bool(key.is_some())),
        ("key_id", Json::optional_text(key.map(|(id, _)| id.as_str()))),
        (
            "development_key",
            Json::Bool(key.is_some_and(|(_, development)| *development)),
        ),
        ("notice", Json::optional_text(verification.notice.as_deref())),
        (
            "generated_at",
            Json::optional_text(verification.generated_at.as_deref()),
        ),
        ("files", Json::List(files.collect())),
        (
            "not_proven",
            Json::List(not_proven(verification).into_iter().map(Json::text).collect()),
        ),
    ])
}
