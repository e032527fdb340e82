//! Seals: HMAC and Ed25519 signatures, attestations, manifests. Knows bytes and keys, no markets.
//!
//! What was signed is what is written: a sealed file travels with its very bytes and digest.

mod block;
mod distrust;
mod ed25519;
mod key;
mod keys;
mod manifest;
mod runbook;
mod signature;

pub use block::{Block, sign_json};
pub use distrust::{Distrust, DistrustCode};
pub use ed25519::{
    Attestation, PublicKey, RawSignature, ReleaseKey, ReleaseKeyError, Signer, SshSignature, Trust,
};
pub use key::{
    DEVELOPMENT_KEY_ID, HmacKey, HmacStream, HmacTag, KeyError, development_key_text, new_key_text,
};
pub use keys::SigningKeys;
pub use manifest::{Listed, SIGNAL_LIST_NAME, report_manifest};
pub use runbook::{RUNBOOK_MANIFEST_ENDING, RunbookManifest, sha384_hex};
pub use signature::{SIGNATURE_ENDING, SealedFile, SignatureFile, seal};
