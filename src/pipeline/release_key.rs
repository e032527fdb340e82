//! Which Ed25519 key signs a release. The first that applies:
//!
//! 1. `--release-key-path`
//! 2. `--release-key-env`
//! 3. `signing.release_key_path` in `publication.yaml`
//! 4. `signing.release_key_env` in `publication.yaml`, if the variable is set
//! 5. for `build` and `check`: the development key under `secrets/`, made on first use
//!
//! As with the HMAC key, one that is named but cannot be used is refused, never passed over.

use super::Failure;
use super::keys::{Environment, KeyChoice, development_refused};
use crate::config::{Publication, ReleaseSigning, is_variable_name};
use crate::diag::{About, Problem, Topic};
use crate::domain::ReleaseStatus;
use crate::fs::{self, Project, display_name};
use crate::seal::{ReleaseKey, ReleaseKeyError, SigningKeys};
use std::path::Path;

/// Where the development release key lies, inside the project.
pub const DEVELOPMENT_RELEASE_KEY_PATH: &str = "secrets/development.pem";
/// The file that names release keys.
const PUBLICATION: &str = "config/publication.yaml";

/// The release key that a build signs with, and whether it was made just now.
///
/// # Errors
/// A key that is named but cannot be used, or none with `--require-key`.
pub fn build_release_key(
    project: &Project,
    choice: &KeyChoice,
    settings: &ReleaseSigning,
    environment: Environment<'_>,
) -> Result<(ReleaseKey, bool), Failure> {
    if let Some(key) = configured(project, choice, settings, environment)? {
        return Ok((key, false));
    }
    if choice.require {
        return Err(Problem::with_file("(release key)", "`--require-key` is given, but no release key is configured")
            .hint("give `--release-key-path FILE`, or set the variable that `signing.release_key_env` in config/publication.yaml names")
            .into());
    }
    let location = project.locate(DEVELOPMENT_RELEASE_KEY_PATH);
    let is_new = !location.exists();
    if is_new {
        let key = ReleaseKey::generate(true)
            .map_err(|error| Failure::Internal(format!("no randomness: {error}")))?;
        if let Err(error) = fs::write_secret(&location, key.to_pem().as_bytes())
            && !location.exists()
        {
            return Err(error.into());
        }
    }
    Ok((from_file(&location, DEVELOPMENT_RELEASE_KEY_PATH)?, is_new))
}

/// The release key that a build would sign with, if it exists already; makes nothing.
///
/// # Errors
/// A key that is named but cannot be used.
pub fn release_key_if_any(
    project: &Project,
    choice: &KeyChoice,
    settings: Option<&ReleaseSigning>,
    environment: Environment<'_>,
) -> Result<Option<ReleaseKey>, Failure> {
    let none = ReleaseSigning::none();
    if let Some(key) = configured(project, choice, settings.unwrap_or(&none), environment)? {
        return Ok(Some(key));
    }
    let location = project.locate(DEVELOPMENT_RELEASE_KEY_PATH);
    match location.exists() {
        true if choice.require => Err(development_refused()),
        true => Ok(Some(from_file(&location, DEVELOPMENT_RELEASE_KEY_PATH)?)),
        false => Ok(None),
    }
}

/// Refuses keys that may not sign this release.
///
/// # Errors
/// A final release with a development key or a weak one; an HMAC key that everybody knows.
pub(super) fn check_fitness(publication: &Publication, keys: &SigningKeys) -> Result<(), Failure> {
    if keys.shares_the_public_key() {
        return Err(Problem::with_file(
            "(signing key)",
            "the HMAC key is the release key's public half, which everybody has",
        )
        .hint("make another with `stage6 keygen FILE`")
        .into());
    }
    match (publication.release.status, keys.unfit_for_publication()) {
        (ReleaseStatus::Final, Some(reason)) => {
            let record = &publication.release_source;
            let message = format!("a final release cannot be signed: {reason}");
            let problem = match record.node.get("status") {
                Some(node) => node.problem(&record.path, message),
                None => Problem::with_file(&record.path, message),
            };
            Err(problem
                .hint("name keys made for publication (`stage6 keygen`, `stage6 keygen --ed25519`), or write `status: draft`")
                .into())
        }
        _ => Ok(()),
    }
}

fn configured(
    project: &Project,
    choice: &KeyChoice,
    settings: &ReleaseSigning,
    environment: Environment<'_>,
) -> Result<Option<ReleaseKey>, Failure> {
    let key = named(project, choice, settings, environment)?;
    match key {
        Some(key) if choice.require && key.is_development() => Err(development_refused()),
        key => Ok(key),
    }
}

fn named(
    project: &Project,
    choice: &KeyChoice,
    settings: &ReleaseSigning,
    environment: Environment<'_>,
) -> Result<Option<ReleaseKey>, Failure> {
    if let Some(path) = &choice.release_path {
        return from_file(path, &path.display().to_string()).map(Some);
    }
    if let Some(name) = &choice.release_env {
        return match environment(name) {
            Some(text) => from_text(text.as_bytes(), &format!("${name}")).map(Some),
            None if !is_variable_name(name) => Err(Problem::with_file(
                "--release-key-env",
                "this is not the name of an environment variable",
            )
            .hint("give the name of the variable, never the key itself")
            .into()),
            None => Err(Problem::with_file(format!("${name}"), "the variable is not set")
                .hint("set it to the key as PKCS#8 PEM, or drop `--release-key-env`")
                .into()),
        };
    }
    if let Some(written) = &settings.key_path {
        let location = fs::resolve(&project.locate(PUBLICATION), written);
        return from_file(&location, &display_name(PUBLICATION, written)).map(Some);
    }
    let variable = settings.key_env.as_ref();
    match variable.and_then(|name| Some((name, environment(name)?))) {
        Some((name, text)) => from_text(text.as_bytes(), &format!("${name}")).map(Some),
        None => Ok(None),
    }
}

fn from_file(location: &Path, shown: &str) -> Result<ReleaseKey, Failure> {
    let text = fs::read_secret(location, shown).about(Topic::Keys)?;
    from_text(&text, shown)
}

fn from_text(text: &[u8], shown: &str) -> Result<ReleaseKey, Failure> {
    ReleaseKey::from_pem(text).map_err(|error| {
        let hint = match error {
            ReleaseKeyError::OpenSsh => "name the `.pem` file that `stage6 keygen --ed25519` made beside it",
            ReleaseKeyError::Encrypted => {
                "decrypt it with `openssl pkey -in KEY -out PLAIN.pem`, and keep that file private"
            }
            _ => "make one with `stage6 keygen --ed25519 FILE.pem`, or `openssl genpkey -algorithm ed25519`",
        };
        let problem = Problem::with_file(shown, error.to_string()).hint(hint);
        problem.about(Topic::Keys).into()
    })
}
