//! What a verification found: for each file what was shown, and for the whole who vouches for it.

use super::seen::Freshness;
use super::signatures::SignedBy;
use crate::domain::{BundleName, Digest, ReleaseStatus, Timestamp};
use crate::fs::Tree;
use std::collections::BTreeMap;

/// What was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A release folder.
    Release,
    /// A zip without its release files.
    Zip,
    /// An unpacked bag.
    Bag,
}

/// One thing that was shown for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// `B.sha256` lists its digest.
    ChecksumList,
    /// The release manifest lists its size and digest.
    ReleaseManifest,
    /// Each byte fits the zip profile.
    ZipProfile,
    /// A list of the bag lists its digest.
    BagList,
    /// The report's own manifest lists its size and digest.
    ReportManifest,
    /// Its `.sig` names it and its digest.
    Signature,
    /// The HMAC of its bytes was recomputed with the key.
    Hmac,
    /// An Ed25519 signature fits it, by the key that signed the release.
    Ed25519,
    /// The attestation says of the release what the manifest says.
    Attestation,
}

impl Proof {
    /// A word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Proof::ChecksumList => "checksum-list",
            Proof::ReleaseManifest => "release-manifest",
            Proof::ZipProfile => "zip-profile",
            Proof::BagList => "bag-list",
            Proof::ReportManifest => "report-manifest",
            Proof::Signature => "signature",
            Proof::Hmac => "hmac",
            Proof::Ed25519 => "ed25519",
            Proof::Attestation => "attestation",
        }
    }
}

/// A file and what was shown for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProof {
    /// Its path; inside the zip it begins with the zip's name and `!/`.
    pub path: String,
    /// What was shown, in a fixed order.
    pub proofs: Vec<Proof>,
}

/// The result of a verification that found nothing wrong.
#[derive(Clone, Debug)]
pub struct Verification {
    /// What was verified.
    pub shape: Shape,
    /// The bundle's name.
    pub bundle: String,
    /// The key that signatures were checked with: its id, and whether it is a development key.
    pub key: Option<(String, bool)>,
    /// The key whose Ed25519 signatures fit, and who that is.
    pub signed_by: SignedBy,
    /// The digest of `B.sha256`; only a release folder has one.
    pub list: Option<Digest>,
    /// How the release stands to what was seen before.
    pub freshness: Freshness,
    /// Files that belong to the release and were not looked at.
    pub unchecked: Vec<String>,
    /// What the manifest says about its own fitness for publication.
    pub notice: Option<String>,
    /// What the manifest says about the release; only a release folder has one.
    pub stated: Option<StatedRelease>,
    /// Each file.
    pub files: Vec<FileProof>,
}

impl Verification {
    /// How many files' HMAC was recomputed with the key.
    pub fn hmac_count(&self) -> usize {
        self.files
            .iter()
            .filter(|file| file.proofs.contains(&Proof::Hmac))
            .count()
    }

    /// Who vouches for every file, as far as was shown. Only a release folder hangs on an HMAC as a whole; of a zip or
    /// a bag alone, only the reports have one.
    pub fn authentication(&self) -> Authentication {
        match (&self.signed_by.trusted, self.shape, &self.key) {
            (Some(_), ..) => Authentication::Producer,
            (None, Shape::Release, Some(_)) => Authentication::SharedKey,
            _ => Authentication::None,
        }
    }

    /// What a verifier notes of an authentic release.
    pub fn noted(&self) -> Option<Noted> {
        let stated = self.stated.as_ref()?;
        let bundle = BundleName::parse(&self.bundle)?;
        Some(Noted {
            family: bundle.family(&stated.id, stated.sequence)?.to_owned(),
            signer: self.signer_name()?,
            sequence: stated.sequence,
            list: self.list?,
        })
    }

    /// The name under which a release is noted: the fingerprint of a trusted key, or else the id of the HMAC key.
    fn signer_name(&self) -> Option<String> {
        match self.authentication() {
            Authentication::Producer => Some(self.signed_by.key.fingerprint()),
            Authentication::SharedKey => Some(format!("hmac:{}", self.key.as_ref()?.0)),
            Authentication::None => None,
        }
    }
}

/// Who vouches for a bundle, as far as was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Nobody whom the verifier named.
    None,
    /// A holder of the shared HMAC key.
    SharedKey,
    /// The holder of a release key that the verifier trusts.
    Producer,
}

impl Authentication {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Authentication::None => "none",
            Authentication::SharedKey => "shared-key",
            Authentication::Producer => "producer",
        }
    }
}

/// What a verifier notes of an authentic release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What stands before release and sequence in the bundle's name.
    pub family: String,
    /// Who vouches for it.
    pub signer: String,
    /// Its number.
    pub sequence: i64,
    /// The digest of its list.
    pub list: Digest,
}

/// What a manifest says about its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedRelease {
    /// The release's id.
    pub id: String,
    /// Who says to have made it; part of what each signature is for.
    pub producer: String,
    /// Whether it may leave the house.
    pub status: ReleaseStatus,
    /// When the bundle was made.
    pub generated_at: Timestamp,
    /// The release's number; a later release has a higher one.
    pub sequence: i64,
    /// T, the moment of the release.
    pub released_at: Timestamp,
    /// The moment after which a reader should ask for a newer release.
    pub valid_until: Timestamp,
    /// The digest list of the release before.
    pub previous: Option<Digest>,
}

/// A release folder's files that passed verification. Only these are put in place.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The files.
    pub files: Tree,
    /// What was shown.
    pub verification: Verification,
}

/// Collects proofs.
#[derive(Debug, Default)]
pub(in crate::bundle) struct Ledger {
    files: BTreeMap<String, Vec<Proof>>,
}

impl Ledger {
    pub(super) fn note(&mut self, path: impl Into<String>, proof: Proof) {
        let proofs = self.files.entry(path.into()).or_default();
        if !proofs.contains(&proof) {
            proofs.push(proof);
            proofs.sort();
        }
    }

    pub(super) fn into_files(self) -> Vec<FileProof> {
        self.files
            .into_iter()
            .map(|(path, proofs)| FileProof { path, proofs })
            .collect()
    }
}
