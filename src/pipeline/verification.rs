//! Verification as a command: the policy put together, the verdict, and the record of what was seen.

use super::Failure;
use super::keys::{Environment, KeyChoice, from_file, key_if_any, text_key};
use super::release_key::release_key_if_any;
use crate::bundle::{Freshness, KnownKey, Policy, Seen, Verification};
use crate::config::{HmacKeySettings, KeyPlace, Mode, Publication, VerificationSettings};
use crate::diag::Problem;
use crate::domain::Timestamp;
use crate::fs::{self, Project, display_name};
use crate::seal::Trust;
use std::path::{Path, PathBuf};

/// Where a project keeps its own policy.
pub const POLICY_PATH: &str = "config/verification.yaml";

/// What the command line says about a verification.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// Which keys; [`KeyChoice::default`] with `no_key`.
    pub key: KeyChoice,
    /// Check without a key and without trust, even if the project has them.
    pub no_key: bool,
    /// `--policy`.
    pub policy: Option<PathBuf>,
    /// `--trust`.
    pub trust: Option<PathBuf>,
    /// `--identity`.
    pub identity: Option<String>,
    /// `--producer`.
    pub producer: Option<String>,
    /// `--release`.
    pub release: Option<String>,
    /// `--max-age-days`.
    pub max_age_days: Option<u32>,
    /// `--refuse-drafts`.
    pub refuse_drafts: bool,
    /// `--state`.
    pub state: Option<PathBuf>,
}

/// A policy, and where its record of what was seen lies.
#[derive(Debug)]
pub struct Demands {
    /// The policy.
    pub policy: Policy,
    state: Option<PathBuf>,
}

/// Puts the policy together: the policy file if there is one, the command line over it, and in a project its own keys
/// where neither names any.
///
/// # Errors
/// A file that cannot be read, or a key that is named but cannot be used.
pub fn demands(
    project: &Project,
    options: &VerifyOptions,
    now: Timestamp,
    environment: Environment<'_>,
) -> Result<Demands, Failure> {
    let (settings, holder) = settings(project, options)?;
    let mut policy = Policy {
        now: Some(now),
        identity: options.identity.clone().or(settings.identity),
        producer: options.producer.clone().or(settings.producer),
        bundle: settings.bundle,
        release: options.release.clone().or(settings.release),
        minimum_sequence: settings.minimum_sequence.map(i64::from),
        max_age_days: options.max_age_days.or(settings.max_age_days).map(i64::from),
        require_hmac: settings.require_hmac || options.key.require,
        accept_drafts: !options.refuse_drafts && (holder.is_none() || settings.accept_drafts),
        ..Policy::default()
    };
    if let Some(seconds) = settings.clock_skew_seconds {
        policy.skew_seconds = i64::from(seconds);
    }
    let beside = |written: &str| match &holder {
        Some((location, shown)) => (fs::resolve(location, written), display_name(shown, written)),
        None => (PathBuf::from(written), written.to_owned()),
    };
    let trust = match (&options.trust, &settings.trust) {
        (Some(path), _) => Some((path.clone(), path.display().to_string())),
        (None, Some(written)) => Some(beside(written)),
        (None, None) => None,
    };
    if let Some((location, shown)) = trust {
        policy.trust = Some(read_trust(&location, &shown)?);
    }
    for key in &settings.hmac_keys {
        policy.hmac_keys.push(known_key(key, &beside, environment)?);
    }
    add_own_keys(project, options, holder.is_some(), environment, &mut policy)?;
    check_identity(&policy)?;
    let state = options
        .state
        .clone()
        .or_else(|| settings.state.as_deref().map(|written| beside(written).0));
    if let Some(path) = &state {
        if policy.trust.is_none() && policy.hmac_keys.is_empty() {
            return Err(Problem::with_file(
                path.display().to_string(),
                "a record of what was seen needs somebody to trust",
            )
            .hint("name `--trust FILE`, or an HMAC key")
            .into());
        }
        policy.seen = Some(read_seen(path)?);
    }
    Ok(Demands { policy, state })
}

/// The policy file with where it lies and how it is called, if there is one.
type Holder = Option<(PathBuf, String)>;

fn settings(project: &Project, options: &VerifyOptions) -> Result<(VerificationSettings, Holder), Failure> {
    let holder = match &options.policy {
        Some(path) => Some((path.clone(), path.display().to_string())),
        None if !options.no_key && project.has_file(POLICY_PATH) => {
            Some((project.locate(POLICY_PATH), POLICY_PATH.to_owned()))
        }
        None => None,
    };
    match &holder {
        Some((location, shown)) => Ok((VerificationSettings::load(location, shown)?, holder)),
        None => Ok((VerificationSettings::default(), None)),
    }
}

/// The keys that the command line names; where there is no policy, the project's own.
fn add_own_keys(
    project: &Project,
    options: &VerifyOptions,
    has_policy: bool,
    environment: Environment<'_>,
    policy: &mut Policy,
) -> Result<(), Failure> {
    let names_hmac = options.key.path.is_some() || options.key.env.is_some() || options.key.require;
    let names_release = options.key.release_path.is_some() || options.key.release_env.is_some();
    // Whoever says whom to trust, what to demand, or which key to use, says all of it: the project's other keys would
    // only be in the way.
    let has_said = has_policy || options.trust.is_some() || names_hmac || names_release;
    if options.no_key {
        return Ok(());
    }
    if names_hmac || !has_said {
        let own = key_if_any(project, &options.key, environment)?;
        policy.hmac_keys.extend(own.map(|key| KnownKey {
            key,
            retired_at: None,
        }));
    }
    if policy.trust.is_none() && (names_release || !has_said) {
        let signing = match project.has_file("config/publication.yaml") {
            true => Some(Publication::load(project)?.signing),
            false => None,
        };
        let own = release_key_if_any(project, &options.key, signing.as_ref(), environment)?;
        policy.trust = own.map(|key| Trust::of_key(key.public()));
    }
    Ok(())
}

/// A name can only be asked for where names stand.
fn check_identity(policy: &Policy) -> Result<(), Problem> {
    let mut signers = policy.trust.iter().flat_map(Trust::signers);
    match &policy.identity {
        Some(identity) if !signers.any(|signer| signer.principals.contains(identity)) => Err(
            Problem::with_file("(identity)", format!("no signer of that name is trusted: `{identity}`"))
                .hint("name an `allowed_signers` file in which that name stands with `--trust`, or drop the identity"),
        ),
        _ => Ok(()),
    }
}

fn read_trust(location: &Path, shown: &str) -> Result<Trust, Failure> {
    let bytes = fs::read_file(location, shown)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Problem::with_file(shown, "not UTF-8 text").hint("name an `allowed_signers` file or a public key")
    })?;
    Ok(Trust::read(shown, text)?)
}

fn known_key(
    settings: &HmacKeySettings,
    beside: &dyn Fn(&str) -> (PathBuf, String),
    environment: Environment<'_>,
) -> Result<KnownKey, Failure> {
    let id = Some(settings.id.clone());
    let key = match &settings.place {
        KeyPlace::File(written) => {
            let (location, shown) = beside(written);
            from_file(&location, &shown, id)?
        }
        KeyPlace::Variable(name) => match environment(name) {
            Some(text) => text_key(text.as_bytes(), &format!("${name}"), id, Mode::Strict)?,
            None => {
                return Err(Problem::with_file(format!("${name}"), "the variable is not set")
                    .hint("set it to the key in hexadecimal, or take the key out of the policy")
                    .into());
            }
        },
    };
    Ok(KnownKey {
        key,
        retired_at: settings.retired_at,
    })
}

fn read_seen(path: &Path) -> Result<Seen, Failure> {
    let shown = path.display().to_string();
    // A record that is a link would be replaced by a file, and whoever shares it would not see what was noted.
    if fs::is_link(path) {
        return Err(
            Problem::with_file(shown, "the record of what was seen is a symbolic link")
                .hint("name the file itself")
                .into(),
        );
    }
    match path.exists() {
        true => Ok(Seen::read(&shown, &fs::read_file(path, &shown)?)?),
        false => Ok(Seen::default()),
    }
}

/// Notes an authentic release in the verifier's record, if there is one.
///
/// # Errors
/// The record cannot be read or written.
pub fn remember(verification: &Verification, demands: &Demands) -> Result<(), Failure> {
    let Some(path) = &demands.state else { return Ok(()) };
    let (Some(now), Some(noted)) = (demands.policy.now, verification.noted()) else {
        return Ok(());
    };
    if verification.freshness == Freshness::SeenBefore {
        return Ok(());
    }
    // Read again, alone: another verification may have written it meanwhile. The highest number always wins.
    let _lock = fs::Lock::beside(path)?;
    let mut seen = read_seen(path)?;
    seen.note((&noted.family, &noted.signer), noted.sequence, noted.list, now);
    fs::write_together(&[(path.clone(), seen.to_file_text().as_bytes())])?;
    Ok(())
}
