//! Bundles: the files that leave the house, and what proves them.
//!
//! A release folder holds `B.zip` (one BagIt 1.0 bag), `B.manifest.json` with its HMAC in `.sig`, the attestation
//! `B.intoto.jsonl`, the digest list `B.sha256` of these four, and the list's two Ed25519 signatures, where `B` is the
//! bundle's name. Everything can be checked with tools that we did not write.

/// The endings of a release's files, behind the bundle's name: four that the list names, the list, its signatures.
pub const RELEASE_ENDINGS: [&str; 7] = [
    ".zip",
    ".manifest.json",
    ".manifest.json.sig",
    ".intoto.jsonl",
    ".sha256",
    ".sha256.ed25519",
    ".sha256.sshsig",
];

mod artifact;
mod attestation;
mod bag;
mod checksums;
mod extract;
// Strangers' bytes reach the readers here first; a fuzzer needs a door to them, a user does not.
#[cfg(any(fuzzing, test))]
pub mod fuzz_doors;
mod members;
mod observed;
mod pack;
mod release_manifest;
mod source;
mod verify;
mod zip_member;
mod zip_reader;
mod zip_writer;

pub use artifact::{ARTIFACT_TYPE, oci_layout, stranger_in_layout};
pub use checksums::is_safe_path;
pub use extract::{ExtractError, Extracted, Opened, extract, open};
pub use members::{Members, read_members};
pub use pack::{Packed, Payload, pack};
pub use release_manifest::{DEVELOPMENT_NOTICE, ReleaseInfo};
pub use source::digest_of;
pub use verify::{
    Authentication, CLOCK_SKEW_SECONDS, FileProof, Freshness, KnownKey, Noted, Policy, Proof, Seen, Shape,
    SignedBy, StatedRelease, Verification, Verified, verify, verify_packed,
};
