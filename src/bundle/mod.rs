//! Bundles: the files that leave the house, and what proves them.
//!
//! A release folder holds `B.zip` (one BagIt 1.0 bag), `B.manifest.json` with its `.sig`, and `B.sha256`, where `B`
//! is the bundle's name. Everything can be checked with tools that we did not write.

/// The endings of a release's files, behind the bundle's name.
pub const RELEASE_ENDINGS: [&str; 4] = [".zip", ".manifest.json", ".manifest.json.sig", ".sha256"];

mod bag;
mod checksums;
mod extract;
mod observed;
mod pack;
mod release_manifest;
mod source;
mod verify;
mod zip_member;
mod zip_reader;
mod zip_writer;

pub use checksums::is_safe_path;
pub use extract::{ExtractError, Extracted, extract};
pub use pack::{Packed, Payload, pack};
pub use release_manifest::{DEVELOPMENT_NOTICE, ReleaseInfo};
pub use verify::{FileProof, Proof, Shape, StatedRelease, Verification, Verified, verify, verify_packed};
