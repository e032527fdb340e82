//! Ed25519 (RFC 8032): signatures that a stranger can check and that only the producer can make.
//!
//! One key signs four objects, which cannot be taken for one another: the raw signature covers the release's digest
//! list alone, SSHSIG and DSSE put a preamble of their own before what they sign.

mod dsse;
mod private;
mod public;
mod sshsig;
mod trust;

pub use dsse::Attestation;
pub use private::{ReleaseKey, ReleaseKeyError};
pub use public::{PublicKey, RawSignature};
pub use sshsig::SshSignature;
pub use trust::{Signer, Trust};

/// A string as the SSH wire format has it: length in four bytes, then the bytes (RFC 4251, section 5).
fn ssh_string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

/// Takes a string of the SSH wire format off the front of `bytes`.
fn take_ssh_string<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (string, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(string)
}

/// PEM around `bytes`: lines of `width` letters between the two marks (RFC 7468 asks for 64, OpenSSH for 70).
fn armor(label: &str, bytes: &[u8], width: usize) -> String {
    let text = data_encoding::BASE64.encode(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// The bytes inside a PEM text. Only the very form that [`armor`] writes is read, so that one signature has one text.
fn dearmor(label: &str, text: &str, width: usize) -> Option<Vec<u8>> {
    let body = text
        .strip_prefix(&format!("-----BEGIN {label}-----\n"))?
        .strip_suffix(&format!("\n-----END {label}-----\n"))?;
    let bytes = data_encoding::BASE64
        .decode(body.replace('\n', "").as_bytes())
        .ok()?;
    (armor(label, &bytes, width) == text).then_some(bytes)
}
