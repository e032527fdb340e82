//! Which key signs. The first that applies:
//!
//! 1. `--signing-key-path`
//! 2. `--signing-key-env`
//! 3. `signing_key_path` in `core.yaml`
//! 4. `signing_key_env` in `core.yaml`, if the variable is set
//! 5. for `build` and `check`: the development key under `secrets/`, made on first use
//!
//! A key that is named but empty, short or readable by others is refused; it is never passed over in silence.

use super::Failure;
use crate::config::{Core, Mode, Origin, SigningSettings, is_variable_name};
use crate::diag::{About, Problem, Topic};
use crate::fs::{self, Project, display_name};
use crate::seal::{HmacKey, KeyError, development_key_text};
use std::path::{Path, PathBuf};

/// Where the development key lies, inside the project.
pub const DEVELOPMENT_KEY_PATH: &str = "secrets/development.hmac";

/// Looks up a variable of the environment. Handed in, because only the command line reads the environment.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// What the command line says about the key.
#[derive(Clone, Debug, Default)]
pub struct KeyChoice {
    /// `--signing-key-path`.
    pub path: Option<PathBuf>,
    /// `--signing-key-env`.
    pub env: Option<String>,
    /// `--signing-key-id`.
    pub id: Option<String>,
    /// `--release-key-path`.
    pub release_path: Option<PathBuf>,
    /// `--release-key-env`.
    pub release_env: Option<String>,
    /// `--require-key`: no development key.
    pub require: bool,
}

/// A key, and whether it was made just now.
#[derive(Debug)]
pub struct MadeKey {
    /// The key.
    pub key: HmacKey,
    /// The development key did not exist before.
    pub is_new: bool,
}

/// The key that a build signs with.
///
/// # Errors
/// A key that is named but cannot be used, or none with `--require-key`.
pub fn build_key(
    project: &Project,
    choice: &KeyChoice,
    environment: Environment<'_>,
) -> Result<MadeKey, Failure> {
    if let Some(key) = configured(project, choice, environment)? {
        return Ok(MadeKey { key, is_new: false });
    }
    if choice.require {
        return Err(Problem::with_file("(signing key)", "`--require-key` is given, but no key is configured")
            .hint("give `--signing-key-path FILE`, or set the variable that `signing_key_env` in config/core.yaml names")
            .into());
    }
    let location = project.locate(DEVELOPMENT_KEY_PATH);
    let is_new = !location.exists();
    if is_new {
        let text =
            development_key_text().map_err(|error| Failure::Internal(format!("no randomness: {error}")))?;
        if let Err(error) = fs::write_secret(&location, text.as_bytes())
            && !location.exists()
        {
            return Err(error.into());
        }
    }
    Ok(MadeKey {
        key: from_file(&location, DEVELOPMENT_KEY_PATH, None)?,
        is_new,
    })
}

/// The key that a build would sign with, if it exists already; makes nothing.
///
/// # Errors
/// A key that is named but cannot be used.
pub fn key_if_any(
    project: &Project,
    choice: &KeyChoice,
    environment: Environment<'_>,
) -> Result<Option<HmacKey>, Failure> {
    if let Some(key) = configured(project, choice, environment)? {
        return Ok(Some(key));
    }
    let location = project.locate(DEVELOPMENT_KEY_PATH);
    match location.exists() {
        true if choice.require => Err(development_refused()),
        true => Ok(Some(from_file(&location, DEVELOPMENT_KEY_PATH, None)?)),
        false => Ok(None),
    }
}

fn configured(
    project: &Project,
    choice: &KeyChoice,
    environment: Environment<'_>,
) -> Result<Option<HmacKey>, Failure> {
    let origin = project_origin(project);
    // A file that does not load may name a key, so its problems come first; unless all is said about the key already.
    let is_said = (choice.path.is_some() || choice.env.is_some()) && choice.id.is_some();
    let settings = match !is_said && project.has_file(&origin.recorded) {
        true => Core::load(&origin, Mode::Strict)
            .about(Topic::Configuration)?
            .stress_lab
            .map(|lab| lab.signing)
            .unwrap_or_default(),
        false => SigningSettings::default(),
    };
    let key = read_key(choice, &settings, &origin, Mode::Strict, environment)?;
    match key {
        Some(key) if choice.require && key.is_development() => Err(development_refused()),
        key => Ok(key),
    }
}

/// `--require-key` asks for a key that may sign a publication.
pub(super) fn development_refused() -> Failure {
    Problem::with_file(
        "(signing key)",
        "`--require-key` is given, but the key is a development key",
    )
    .hint("make one for publication with `stage6 keygen FILE`")
    .into()
}

/// Where `core.yaml` lies in a project.
pub(super) fn project_origin(project: &Project) -> Origin {
    let path = "config/core.yaml";
    Origin {
        location: project.locate(path),
        shown: path.to_owned(),
        recorded: path.to_owned(),
    }
}

/// The key that the command line or `core.yaml` names, if any does.
///
/// # Errors
/// The key that is named cannot be used.
pub fn read_key(
    choice: &KeyChoice,
    settings: &SigningSettings,
    origin: &Origin,
    mode: Mode,
    environment: Environment<'_>,
) -> Result<Option<HmacKey>, Failure> {
    let id = choice.id.clone().or_else(|| settings.key_id.clone());
    if let Some(path) = &choice.path {
        return file_key(path, &path.display().to_string(), id, mode).map(Some);
    }
    if let Some(name) = &choice.env {
        return match environment(name) {
            Some(text) => text_key(text.as_bytes(), &format!("${name}"), id, mode).map(Some),
            None if !is_variable_name(name) => Err(Problem::with_file(
                "--signing-key-env",
                "this is not the name of an environment variable",
            )
            .hint("give the name of the variable, never the key itself")
            .into()),
            None => Err(Problem::with_file(format!("${name}"), "the variable is not set")
                .hint("set it to the key in hexadecimal, or drop `--signing-key-env`")
                .into()),
        };
    }
    if let Some(written) = &settings.key_path {
        let location = fs::resolve(&origin.location, written);
        return file_key(&location, &display_name(&origin.shown, written), id, mode).map(Some);
    }
    match settings
        .key_env
        .as_ref()
        .and_then(|name| Some((name, environment(name)?)))
    {
        Some((name, text)) => text_key(text.as_bytes(), &format!("${name}"), id, mode).map(Some),
        None => Ok(None),
    }
}

fn file_key(location: &Path, shown: &str, id: Option<String>, mode: Mode) -> Result<HmacKey, Failure> {
    match mode {
        Mode::Strict => from_file(location, shown, id),
        Mode::Reference => text_key(&fs::read_file(location, shown)?, shown, id, mode),
    }
}

pub(super) fn from_file(location: &Path, shown: &str, id: Option<String>) -> Result<HmacKey, Failure> {
    let text = fs::read_secret(location, shown).about(Topic::Keys)?;
    text_key(&text, shown, id, Mode::Strict)
}

pub(super) fn text_key(text: &[u8], shown: &str, id: Option<String>, mode: Mode) -> Result<HmacKey, Failure> {
    let key = match mode {
        Mode::Strict => HmacKey::from_text(text, id),
        Mode::Reference => HmacKey::from_raw(text, id),
    };
    key.map_err(|error| {
        let hint = match error {
            KeyError::NotHex => {
                "write the key as hexadecimal digits on one line; `stage6 keygen FILE` makes one"
            }
            _ => "make a new one with `stage6 keygen FILE`",
        };
        let problem = Problem::with_file(shown, error.to_string()).hint(hint);
        problem.about(Topic::Keys).into()
    })
}
