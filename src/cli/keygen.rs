//! `stage6 keygen`.

use super::Outcome;
use super::console::Console;
use super::key_show::signer_line;
use super::trust_arguments::KeygenArguments;
use crate::config::Publication;
use crate::diag::Problem;
use crate::document::json_text::Json;
use crate::domain::Producer;
use crate::fs::{self, Project};
use crate::pipeline::Failure;
use crate::seal::{HmacKey, ReleaseKey, new_key_text};
use std::path::{Path, PathBuf};

pub(super) fn run(arguments: &KeygenArguments, console: &mut Console) -> Result<Outcome, Failure> {
    match arguments.ed25519 {
        true => release_key(arguments, console),
        false => hmac_key(&arguments.file, console),
    }
}

fn refuse_to_replace(path: &Path) -> Result<(), Failure> {
    match path.exists() {
        false => Ok(()),
        true => Err(
            Problem::with_file(path.display().to_string(), "the file exists already")
                .hint("choose another name; a key that signed something must not be lost")
                .into(),
        ),
    }
}

fn no_randomness(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("no randomness: {error}"))
}

fn hmac_key(file: &Path, console: &mut Console) -> Result<Outcome, Failure> {
    let shown = file.display().to_string();
    refuse_to_replace(file)?;
    let text = new_key_text().map_err(no_randomness)?;
    let key =
        HmacKey::from_text(text.as_bytes(), None).map_err(|error| Failure::Internal(error.to_string()))?;
    fs::write_secret(file, text.as_bytes())?;
    let id = key.id().unwrap_or_default();
    console.line(format!("wrote {shown}  an HMAC key of 32 random bytes, mode 600"));
    console.line(format!("key id  {id}  (or name one with --signing-key-id)"));
    console.line(
        "Keep it out of git and give it only to those who may also sign: an HMAC key verifies and signs.",
    );
    let members = [("status", "made"), ("file", shown.as_str()), ("key_id", id)];
    console.object(&Json::map(members.map(|(key, text)| (key, Json::text(text)))));
    Ok(Outcome::Good)
}

/// One key in the encodings that openssl and OpenSSH read, and what its readers need.
fn release_key(arguments: &KeygenArguments, console: &mut Console) -> Result<Outcome, Failure> {
    let file = &arguments.file;
    let shown = file.display().to_string();
    let Some(stem) = shown.strip_suffix(".pem") else {
        return Err(
            Problem::with_file(shown, "a release key's file name ends in `.pem`")
                .hint("for example `stage6 keygen --ed25519 secrets/release.pem`")
                .into(),
        );
    };
    let [openssh, public_pem, public_ssh, signers] = [".ssh", ".pub.pem", ".ssh.pub", ".allowed_signers"]
        .map(|ending| PathBuf::from(format!("{stem}{ending}")));
    for path in [file, &openssh, &public_pem, &public_ssh, &signers] {
        refuse_to_replace(path)?;
    }
    let producer = producer(arguments)?;
    let key = ReleaseKey::generate(false).map_err(no_randomness)?;
    let public = key.public();
    // The private halves first: a public key without its private one would be a promise that nobody can keep.
    fs::write_secret(file, key.to_pem().as_bytes())?;
    fs::write_secret(&openssh, key.to_openssh(&producer.identity).as_bytes())?;
    let ssh_line = format!("{} {}\n", public.to_ssh_line(), producer.identity);
    let signer = format!("{}\n", signer_line(&public, &producer));
    fs::write_together(&[
        (public_pem.clone(), public.to_pem().as_bytes()),
        (public_ssh.clone(), ssh_line.as_bytes()),
        (signers.clone(), signer.as_bytes()),
    ])?;
    let lines = [
        (
            &shown,
            "the release key, PKCS#8 PEM, mode 600; `build` signs with it, so does openssl",
        ),
        (
            &openssh.display().to_string(),
            "the same key for ssh-keygen and agents, mode 600",
        ),
        (&public_pem.display().to_string(), "its public half, for openssl"),
        (&public_ssh.display().to_string(), "its public half, for OpenSSH"),
        (
            &signers.display().to_string(),
            "for `ssh-keygen -Y verify -f` and `stage6 verify --trust`",
        ),
    ];
    let width = lines.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    for (path, what) in &lines {
        console.line(format!("wrote {path:<width$}  {what}"));
    }
    console.line(format!("fingerprint  {}", public.fingerprint()));
    console.line("Keep both private files out of git. Give the fingerprint and the public files to readers by a way that no");
    console
        .line("bundle travels: in a contract, at a meeting. A key that came with a bundle proves nothing.");
    let files = lines.map(|(path, _)| Json::text(path));
    console.object(&Json::map([
        ("status", Json::text("made")),
        ("files", Json::List(files.to_vec())),
        ("fingerprint", Json::text(public.fingerprint())),
        ("allowed_signers", Json::text(signer.trim_end())),
    ]));
    Ok(Outcome::Good)
}

/// Refuses a name that could not stand in signatures and `allowed_signers` lines. It is not shown back: it may hold
/// anything.
fn check_name(option: &str, name: Option<&String>, is_good: fn(&str) -> bool) -> Result<(), Failure> {
    match name.is_none_or(|name| is_good(name)) {
        true => Ok(()),
        false => Err(
            Problem::with_file(option, "this name cannot stand in a signature")
                .hint("write it as a domain name or an address, in small letters")
                .into(),
        ),
    }
}

/// Whose key it is: as the arguments say, else as the project's configuration says.
fn producer(arguments: &KeygenArguments) -> Result<Producer, Failure> {
    check_name("--producer", arguments.producer.as_ref(), Producer::is_name)?;
    check_name("--identity", arguments.identity.as_ref(), Producer::is_identity)?;
    if let (Some(name), Some(identity)) = (&arguments.producer, &arguments.identity) {
        return Ok(Producer {
            name: name.clone(),
            identity: identity.clone(),
        });
    }
    let project = Project::open(&arguments.root)?;
    let known = match project.has_file("config/publication.yaml") {
        true => Publication::load(&project)?.signing.producer,
        false => {
            return Err(
                Problem::with_file("(release key)", "nobody says whose key this is")
                    .hint("give `--producer` and `--identity`, or run the command in a project")
                    .into(),
            );
        }
    };
    Ok(Producer {
        name: arguments.producer.clone().unwrap_or(known.name),
        identity: arguments.identity.clone().unwrap_or(known.identity),
    })
}
