//! `stage6 verify`.

use super::Outcome;
use super::build::{release_key_choice, torn_remark};
use super::clock::{self, environment};
use super::console::{Console, visible};
use super::trust_arguments::{DemandArguments, VerifyArguments};
use super::verification_report;
use crate::bundle::{
    self, Authentication, DEVELOPMENT_NOTICE, Freshness, Policy, Shape, StatedRelease, Verification,
};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::{ReleaseStatus, Timestamp};
use crate::fs::{self, Project};
use crate::journal::Appended;
use crate::pipeline::{self, Demands, Failure, Recorder, VerifyOptions};
use crate::seal::{Distrust, HmacKey};
use std::path::Path;

pub(super) fn run(arguments: &VerifyArguments, console: &mut Console) -> Result<Outcome, Failure> {
    check_report_name(arguments)?;
    let now = clock::now(&arguments.demands.date)?;
    let demands = demands(&arguments.demands)?;
    let result = bundle::verify(&arguments.demands.path, &demands.policy);
    if let Some(key) = noting_key(&result, &demands.policy) {
        record(arguments, key, now, &result, console);
    }
    // What was found counts for more than where it is written; and what was not noted must not be filed as verified.
    if let Ok(verification) = &result {
        pipeline::remember(verification, &demands)?;
    }
    match (
        write_report(arguments, &demands.policy, &result, now, console),
        &result,
    ) {
        (Err(failure), Ok(_)) => return Err(failure),
        (Err(failure), Err(_)) => console.remark(format!("the verdict is not written: {}", reason(&failure))),
        (Ok(()), _) => {}
    }
    let verification = result?;
    show(&verification, console);
    console.object(&object(&verification, Vec::new()));
    Ok(Outcome::Good)
}

/// The key that signs the note of a verification: the one that verified, or else the first that is known.
fn noting_key<'p>(result: &Result<Verification, Distrust>, policy: &'p Policy) -> Option<&'p HmacKey> {
    let used = result
        .as_ref()
        .ok()
        .and_then(|verification| verification.key.as_ref());
    let mut known = policy.hmac_keys.iter().map(|known| &known.key);
    match used {
        Some((id, _)) => known.find(|key| key.id() == Some(id.as_str())),
        None => known.next(),
    }
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
    let Ok(project) = Project::open(&arguments.demands.root) else {
        return;
    };
    let recorder = Recorder {
        project: &project,
        key,
        now,
        actor: actor.as_deref(),
    };
    match recorder.verified(&arguments.demands.path, result) {
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

/// A verdict that was asked for in writing is written, whatever it is.
fn write_report(
    arguments: &VerifyArguments,
    policy: &Policy,
    result: &Result<Verification, Distrust>,
    now: Timestamp,
    console: &mut Console,
) -> Result<(), Failure> {
    let Some(path) = &arguments.report else {
        return Ok(());
    };
    let text = match result {
        Ok(verification) => verification_report::good(verification, policy, now),
        Err(distrust) => {
            let name = arguments
                .demands
                .path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            verification_report::bad(&name.unwrap_or_default(), distrust, now)
        }
    };
    fs::write_together(&[(path.clone(), text.as_bytes())])?;
    console.remark(format!("the verdict is written to {}", path.display()));
    Ok(())
}

fn check_report_name(arguments: &VerifyArguments) -> Result<(), Problem> {
    if let Some(path) = &arguments.report
        && path.extension().is_none_or(|ending| ending != "md")
    {
        let shown = path.display().to_string();
        return Err(
            Problem::with_file(shown, "the report is Markdown").hint("give it a name that ends in `.md`")
        );
    }
    check_outside(arguments.report.as_deref(), &arguments.demands.path)
}

/// A file more would make the release invalid.
fn check_outside(written: Option<&Path>, verified: &Path) -> Result<(), Problem> {
    match written {
        Some(path) if fs::lies_in(path, verified) => {
            let shown = path.display().to_string();
            Err(Problem::with_file(shown, "lies in the folder that is verified")
                .hint("write it elsewhere: a file more would make the release invalid"))
        }
        _ => Ok(()),
    }
}

/// What the arguments and the policy demand.
pub(super) fn demands(arguments: &DemandArguments) -> Result<Demands, Failure> {
    check_outside(arguments.state.as_deref(), &arguments.path)?;
    let project = Project::open(&arguments.root)?;
    let options = VerifyOptions {
        key: release_key_choice(&arguments.key, &arguments.release_key),
        no_key: arguments.no_key,
        policy: arguments.policy.clone(),
        trust: arguments.trust.clone(),
        identity: arguments.identity.clone(),
        producer: arguments.producer.clone(),
        release: arguments.release.clone(),
        max_age_days: arguments.max_age_days,
        refuse_drafts: arguments.refuse_drafts,
        state: arguments.state.clone(),
    };
    let demands = pipeline::demands(&project, &options, clock::now(&arguments.date)?, &environment)?;
    if arguments.key.require_key && demands.policy.hmac_keys.is_empty() {
        let problem = Problem::with_file("(signing key)", "`--require-key` is given, but there is no key");
        return Err(problem
            .hint("give `--signing-key-path FILE` or `--signing-key-env NAME`")
            .into());
    }
    Ok(demands)
}

/// The result, for people: each file, then the verdict, then what was not proven.
pub(super) fn show(verification: &Verification, console: &mut Console) {
    let files = verification
        .files
        .iter()
        .map(|file| (visible(&file.path), &file.proofs));
    let files: Vec<_> = files.collect();
    let widths = files.iter().map(|(path, _)| path.len());
    let width = widths.max().unwrap_or(0).min(100);
    for (path, proofs) in &files {
        let proofs: Vec<&str> = proofs.iter().map(|proof| proof.as_str()).collect();
        console.line(format!("ok  {path:<width$}  {}", proofs.join(" ")));
    }
    console.line("");
    let (bundle, count) = (visible(&verification.bundle), files.len());
    console.line(format!(
        "VERIFIED  {bundle}: {count} files are whole and are those that were listed"
    ));
    for line in verdict(verification) {
        console.line(format!("  {line}"));
    }
    for line in not_proven(verification) {
        console.line(format!("  not proven: {line}"));
    }
}

/// What was shown about the bundle as a whole, in sentences.
pub(super) fn verdict(verification: &Verification) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(stated) = &verification.stated {
        let (sequence, released) = (stated.sequence, stated.released_at);
        lines.push(format!(
            "release {sequence}, of {released}, valid until {}",
            stated.valid_until
        ));
        if stated.status == ReleaseStatus::Draft {
            lines.push("DRAFT: the producer says that this is not for publication".to_owned());
        }
    }
    let signed_by = &verification.signed_by;
    let fingerprint = signed_by.key.fingerprint();
    match &signed_by.trusted {
        Some(signer) => lines.push(format!(
            "SIGNED by {}, whom you trust: {fingerprint}",
            visible(&signer.name())
        )),
        None => {
            lines.push(format!(
                "signed with {fingerprint}, for {}",
                visible(&signed_by.producer)
            ));
            lines.push(
                "NOBODY IS TRUSTED YET: compare this fingerprint with the one you received by another way,"
                    .to_owned(),
            );
            lines.push("or name the producer's key with `--trust FILE`".to_owned());
        }
    }
    if let Some((id, development)) = &verification.key {
        let checked = verification.hmac_count();
        lines.push(format!(
            "HMAC of {checked} files recomputed with the key `{}`",
            visible(id)
        ));
        if *development {
            lines.push(format!("WARNING: {DEVELOPMENT_NOTICE}"));
        }
    } else if let Some(notice) = &verification.notice {
        lines.push(format!("WARNING, as the manifest says: {}", visible(notice)));
    }
    if verification.authentication() == Authentication::None {
        lines.push("NOT AUTHENTICATED: nothing here shows who made the bundle".to_owned());
    }
    lines.extend(freshness(verification));
    for file in &verification.unchecked {
        lines.push(format!(
            "not checked: {} (`openssl ts -verify` checks it)",
            visible(file)
        ));
    }
    lines
}

fn freshness(verification: &Verification) -> Option<String> {
    Some(match verification.freshness {
        Freshness::NoRecord => return None,
        Freshness::FirstSeen => "the first release of this bundle and signer that your record has".to_owned(),
        Freshness::SeenBefore => "the same release that your record has already".to_owned(),
        Freshness::Follows => "follows the release that your record has, and names it".to_owned(),
        Freshness::NewerWithGap => {
            "newer than the release that your record has; those between were not seen".to_owned()
        }
    })
}

/// What a reader might take for proven and is not.
pub(super) fn not_proven(verification: &Verification) -> Vec<&'static str> {
    let mut lines = Vec::new();
    if verification.shape != Shape::Release {
        lines.push(
            "that this is the bundle of a release: the release folder with its manifest was not checked",
        );
    }
    match verification.authentication() {
        Authentication::Producer => {
            lines.push(
                "that the key is still the producer’s alone; the producer would have to say if it is not",
            );
        }
        Authentication::SharedKey => {
            lines.push("who made it, to anybody without the key: whoever holds an HMAC key can also sign");
        }
        Authentication::None => {}
    }
    if verification.freshness == Freshness::NoRecord {
        lines.push("that it is the newest release: keep a record with `--state FILE`");
    } else {
        lines.push("that no newer release exists; only that your record has none");
    }
    lines.push("when it was made: all moments are the producer’s own statements");
    lines.push("that what it says is true: signatures protect bytes, not their meaning");
    lines
}

/// The result, for programs, with `more` members.
pub(super) fn object(verification: &Verification, more: Vec<(&'static str, Json)>) -> Json {
    let files = verification.files.iter().map(|file| {
        let proofs = file.proofs.iter().map(|proof| Json::text(proof.as_str()));
        let proofs = Json::List(proofs.collect());
        Json::map([("path", Json::text(&file.path)), ("proofs", proofs)])
    });
    let shape = match verification.shape {
        Shape::Release => "release",
        Shape::Zip => "zip",
        Shape::Bag => "bag",
    };
    let authentication = verification.authentication();
    let key = verification.key.as_ref();
    let development = key.is_some_and(|(_, development)| *development);
    let release = verification.stated.as_ref().map_or(Json::Null, release);
    let texts = |lines: &[&str]| Json::List(lines.iter().copied().map(Json::text).collect());
    let unchecked: Vec<&str> = verification.unchecked.iter().map(String::as_str).collect();
    let mut members = vec![
        ("status", Json::text("verified")),
        ("shape", Json::text(shape)),
        ("bundle", Json::text(&verification.bundle)),
        (
            "authenticated",
            Json::Bool(authentication != Authentication::None),
        ),
        ("authenticated_by", Json::text(authentication.as_str())),
        ("signed_by", signed_by(verification)),
        ("hmac_files", Json::Integer(verification.hmac_count().to_string())),
        ("key_id", Json::optional_text(key.map(|(id, _)| id.as_str()))),
        ("development_key", Json::Bool(development)),
        ("notice", Json::optional_text(verification.notice.as_deref())),
        (
            "list_sha256",
            Json::optional_text(verification.list.map(|list| list.to_string()).as_deref()),
        ),
        ("freshness", Json::text(verification.freshness.as_str())),
        ("release", release),
        ("files", Json::List(files.collect())),
        ("unchecked", texts(&unchecked)),
        ("not_proven", texts(&not_proven(verification))),
    ];
    members.extend(more);
    Json::map(members)
}

fn signed_by(verification: &Verification) -> Json {
    let signed_by = &verification.signed_by;
    let trusted = signed_by.trusted.as_ref().map(crate::seal::Signer::name);
    Json::map([
        ("fingerprint", Json::text(signed_by.key.fingerprint())),
        ("producer", Json::text(&signed_by.producer)),
        ("trusted_as", Json::optional_text(trusted.as_deref())),
    ])
}

fn release(stated: &StatedRelease) -> Json {
    let previous = stated.previous.map(|digest| digest.to_string());
    Json::map([
        ("id", Json::text(&stated.id)),
        ("status", Json::text(stated.status.as_str())),
        ("producer", Json::text(&stated.producer)),
        ("generated_at", Json::text(stated.generated_at.to_string())),
        ("sequence", Json::integer(stated.sequence)),
        ("released_at", Json::text(stated.released_at.to_string())),
        ("valid_until", Json::text(stated.valid_until.to_string())),
        ("previous", Json::optional_text(previous.as_deref())),
    ])
}
