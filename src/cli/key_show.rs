//! `stage6 key show`: what readers need to check signatures, and nothing secret.

use super::Outcome;
use super::build::release_key_choice;
use super::clock::environment;
use super::console::Console;
use super::trust_arguments::{KeyFormat, KeyShowArguments};
use crate::config::{Publication, ReleaseSigning};
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::Producer;
use crate::fs::Project;
use crate::pipeline::{self, Failure};
use crate::seal::{HmacKey, PublicKey, ReleaseKey};

pub(super) fn run(arguments: &KeyShowArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let project = Project::open(&arguments.root)?;
    let choice = release_key_choice(&arguments.key, &arguments.release_key);
    let signing = match project.has_file("config/publication.yaml") {
        true => Some(Publication::load(&project)?.signing),
        false => None,
    };
    let release = pipeline::release_key_if_any(&project, &choice, signing.as_ref(), &environment)?;
    if let Some(format) = arguments.format {
        let Some(key) = release else {
            return Err(no_key("no release key is configured").into());
        };
        let text = formatted(format, &key.public(), signing.as_ref())?;
        for line in text.lines() {
            console.line(line);
        }
        console.object(&Json::map([
            ("status", Json::text("shown")),
            ("text", Json::text(text)),
        ]));
        return Ok(Outcome::Good);
    }
    let hmac = pipeline::key_if_any(&project, &choice, &environment)?;
    if hmac.is_none() && release.is_none() {
        return Err(no_key("no key is configured, and no development key was made yet").into());
    }
    show(hmac.as_ref(), release.as_ref(), signing.as_ref(), console);
    Ok(Outcome::Good)
}

fn no_key(message: &str) -> Problem {
    Problem::with_file("(keys)", message)
        .hint("name one with `--release-key-path` or `--signing-key-path`; `stage6 keygen` makes them")
}

/// The line of an `allowed_signers` file: the key is trusted for our two purposes and nothing else.
pub(super) fn signer_line(key: &PublicKey, producer: &Producer) -> String {
    let purposes =
        [Producer::RELEASE_PURPOSE, Producer::BAG_PURPOSE].map(|purpose| producer.namespace(purpose));
    format!(
        "{} namespaces=\"{}\" {}",
        producer.identity,
        purposes.join(","),
        key.to_ssh_line()
    )
}

fn formatted(
    format: KeyFormat,
    key: &PublicKey,
    signing: Option<&ReleaseSigning>,
) -> Result<String, Failure> {
    Ok(match format {
        KeyFormat::Pem => key.to_pem(),
        KeyFormat::Ssh => key.to_ssh_line(),
        KeyFormat::Fingerprint => key.fingerprint(),
        KeyFormat::AllowedSigners => {
            let signing = signing.ok_or_else(|| {
                Problem::with_file(
                    "config/publication.yaml",
                    "no such file, and it names the producer",
                )
                .hint("run the command in a project, or name it with `--root DIR`")
            })?;
            signer_line(key, &signing.producer)
        }
    })
}

/// What a key may sign.
fn grade(is_development: bool, is_weak: bool) -> &'static str {
    match (is_development, is_weak) {
        (true, _) => "development key, not for publication",
        (false, true) => "weak, signs drafts only",
        (false, false) => "fit for publication",
    }
}

fn show(
    hmac: Option<&HmacKey>,
    release: Option<&ReleaseKey>,
    signing: Option<&ReleaseSigning>,
    console: &mut Console,
) {
    let mut members = vec![("status", Json::text("shown"))];
    if let Some(key) = hmac {
        let grade = grade(key.is_development(), key.is_weak());
        let id = key.id().unwrap_or("(no id)");
        console.line(format!("HMAC key     {id}  ({grade})"));
        let shown = [("key_id", id), ("grade", grade)].map(|(name, text)| (name, Json::text(text)));
        members.push(("hmac", Json::map(shown)));
    }
    if let Some(key) = release {
        let public = key.public();
        let grade = grade(key.is_development(), key.is_weak());
        console.line(format!("release key  {}  ({grade})", public.fingerprint()));
        let mut shown = vec![
            ("fingerprint", Json::text(public.fingerprint())),
            ("grade", Json::text(grade)),
            ("pem", Json::text(public.to_pem())),
            ("ssh", Json::text(public.to_ssh_line())),
        ];
        if let Some(signing) = signing {
            let line = signer_line(&public, &signing.producer);
            console.line("");
            console.line("allowed_signers");
            console.line(format!("  {line}"));
            shown.push(("allowed_signers", Json::text(line)));
        }
        console.line("");
        console.line("public key for openssl");
        for line in public.to_pem().lines() {
            console.line(format!("  {line}"));
        }
        members.push(("release", Json::map(shown)));
    }
    console.object(&Json::map(members));
}
