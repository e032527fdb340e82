//! The arguments of the commands about keys and trust.

use super::arguments::{DateArguments, JournalArguments, KeyArguments, ReleaseKeyArguments};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What is verified, and what is demanded of it.
#[derive(Args, Debug)]
pub(super) struct DemandArguments {
    /// A release folder, a zip, or an unpacked bag.
    pub(super) path: PathBuf,
    /// Whose Ed25519 signatures count: an `allowed_signers` file, or a public key. They are then mandatory.
    #[arg(long, value_name = "FILE")]
    pub(super) trust: Option<PathBuf>,
    /// The name under which the signer must stand in that file.
    #[arg(long, value_name = "NAME")]
    pub(super) identity: Option<String>,
    /// The producer whom the signatures must name.
    #[arg(long, value_name = "NAME")]
    pub(super) producer: Option<String>,
    /// A file with everything that is demanded; the options here come before it. Default: config/verification.yaml of
    /// the project, if there is one.
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// The release that is expected, such as 2026.11.
    #[arg(long, value_name = "ID")]
    pub(super) release: Option<String>,
    /// Refuse a release older than this.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_age_days: Option<u32>,
    /// Refuse a draft.
    #[arg(long)]
    pub(super) refuse_drafts: bool,
    /// A file that records the newest release seen of each bundle; an older one is then refused. Made on first use.
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// The project whose keys are used when none is named here.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) release_key: ReleaseKeyArguments,
    #[command(flatten)]
    pub(super) date: DateArguments,
    /// Check without the project's keys and policy.
    #[arg(long, conflicts_with_all = ["signing_key_path", "signing_key_env", "require_key"])]
    pub(super) no_key: bool,
}

#[derive(Args, Debug)]
pub(super) struct VerifyArguments {
    #[command(flatten)]
    pub(super) demands: DemandArguments,
    /// Write the verdict as Markdown, good or bad.
    #[arg(long, value_name = "FILE.md")]
    pub(super) report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) journal: JournalArguments,
}

#[derive(Args, Debug)]
pub(super) struct ExtractArguments {
    #[command(flatten)]
    pub(super) demands: DemandArguments,
    /// The folder to write; it must not exist yet, or be empty.
    #[arg(long, value_name = "DIR")]
    pub(super) to: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct KeygenArguments {
    /// The file to make; it must not exist yet.
    pub(super) file: PathBuf,
    /// Make a release key (Ed25519); the file's name ends in .pem, and four more are made beside it.
    #[arg(long)]
    pub(super) ed25519: bool,
    /// The project that says whose key it is.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    /// Whose key it is, if no project says so: a domain name.
    #[arg(long, value_name = "NAME", requires = "ed25519")]
    pub(super) producer: Option<String>,
    /// The name that readers trust the key under: an address at that domain.
    #[arg(long, value_name = "NAME", requires = "ed25519")]
    pub(super) identity: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Show ids, fingerprints and public keys; nothing secret.
    #[command(after_help = "\
Examples:
  stage6 key show
  stage6 key show --format allowed-signers > allowed_signers
  stage6 key show --format pem --release-key-path secrets/release.pem > producer.pub.pem")]
    Show(KeyShowArguments),
}

/// The forms of a public key.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum KeyFormat {
    /// For openssl.
    Pem,
    /// The line of an OpenSSH `.pub` file.
    Ssh,
    /// The line of an `allowed_signers` file.
    AllowedSigners,
    /// What people compare.
    Fingerprint,
}

#[derive(Args, Debug)]
pub(super) struct KeyShowArguments {
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    #[command(flatten)]
    pub(super) key: KeyArguments,
    #[command(flatten)]
    pub(super) release_key: ReleaseKeyArguments,
    /// Print the release key's public half alone, in one form.
    #[arg(long, value_name = "FORM")]
    pub(super) format: Option<KeyFormat>,
}
