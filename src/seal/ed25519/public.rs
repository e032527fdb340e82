//! Public keys, in the encodings that other tools read.

use super::{armor, dearmor, ssh_string, take_ssh_string};
use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The bytes of a signature: R and S of RFC 8032, 32 bytes each.
pub type RawSignature = [u8; 64];

/// The name of the algorithm in SSH encodings (RFC 8709).
pub(super) const SSH_NAME: &[u8] = b"ssh-ed25519";
/// What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410, section 10.1).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const PEM_LABEL: &str = "PUBLIC KEY";
const PEM_WIDTH: usize = 64;

/// A public key that is fit to be trusted: a point of large order.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicKey({})", self.fingerprint())
    }
}

impl PublicKey {
    /// A key from its 32 bytes. None if they are no point of the curve, or one of small order: for such a key
    /// signatures can be made that fit any message.
    pub fn from_bytes(bytes: &[u8]) -> Option<PublicKey> {
        let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
        // A second encoding of the same point would give one key two fingerprints.
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        (canonical && !key.is_weak()).then_some(PublicKey(key))
    }

    pub(super) fn of(key: VerifyingKey) -> PublicKey {
        PublicKey(key)
    }

    /// A key from what `openssl pkey -pubout` writes.
    pub fn from_pem(text: &str) -> Option<PublicKey> {
        let der = dearmor(PEM_LABEL, text, PEM_WIDTH)?;
        PublicKey::from_bytes(der.strip_prefix(&SPKI)?)
    }

    /// A key from the line of an OpenSSH `.pub` file: `ssh-ed25519 BASE64 [comment]`.
    pub fn from_ssh_line(line: &str) -> Option<PublicKey> {
        let mut words = line.trim_end().splitn(3, ' ');
        if words.next()?.as_bytes() != SSH_NAME {
            return None;
        }
        PublicKey::from_ssh_blob(&BASE64.decode(words.next()?.as_bytes()).ok()?)
    }

    pub(super) fn from_ssh_blob(mut blob: &[u8]) -> Option<PublicKey> {
        if take_ssh_string(&mut blob)? != SSH_NAME {
            return None;
        }
        let key = take_ssh_string(&mut blob)?;
        blob.is_empty().then(|| PublicKey::from_bytes(key))?
    }

    pub(super) fn ssh_blob(&self) -> Vec<u8> {
        [ssh_string(SSH_NAME), ssh_string(self.as_bytes())].concat()
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// As `openssl` reads it.
    pub fn to_pem(&self) -> String {
        armor(PEM_LABEL, &[&SPKI[..], self.as_bytes()].concat(), PEM_WIDTH)
    }

    /// As OpenSSH reads it, without comment: `ssh-ed25519 BASE64`.
    pub fn to_ssh_line(&self) -> String {
        format!("ssh-ed25519 {}", BASE64.encode(&self.ssh_blob()))
    }

    /// What `ssh-keygen -l` prints: `SHA256:` and base64 without padding. People compare it letter by letter.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(self.ssh_blob())))
    }

    /// The id that securesystemslib gives this key; its verifier passes over signatures with any other id
    /// (secure-systems-lab/securesystemslib#416).
    pub fn dsse_id(&self) -> String {
        let public = HEXLOWER.encode(self.as_bytes());
        let key = format!(
            "{{\"keytype\":\"ed25519\",\"keyval\":{{\"public\":\"{public}\"}},\"scheme\":\"ed25519\"}}"
        );
        HEXLOWER.encode(&Sha256::digest(key.as_bytes()))
    }

    /// Whether `signature` is this key's over `message`. Strict: what some verifiers accept and others do not
    /// (points of small order, other encodings) is refused.
    pub fn verifies(&self, message: &[u8], signature: &RawSignature) -> bool {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2: the key, the message `72`, its signature.
    const KEY: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    fn key() -> PublicKey {
        PublicKey::from_bytes(&HEXLOWER.decode(KEY.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_published_signature_fits_and_no_other() {
        let signature: RawSignature = HEXLOWER.decode(SIGNATURE.as_bytes()).unwrap().try_into().unwrap();
        assert!(key().verifies(&[0x72], &signature));
        assert!(!key().verifies(&[0x73], &signature));
        for bit in 0..512 {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!key().verifies(&[0x72], &changed), "bit {bit}");
        }
    }

    #[test]
    fn keys_of_small_order_and_second_encodings_are_no_keys() {
        for bytes in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] {
            assert_eq!(
                PublicKey::from_bytes(&HEXLOWER.decode(bytes.as_bytes()).unwrap()),
                None,
                "{bytes}"
            );
        }
    }

    #[test]
    fn each_encoding_reads_back() {
        assert_eq!(PublicKey::from_pem(&key().to_pem()), Some(key()));
        assert_eq!(PublicKey::from_ssh_line(&key().to_ssh_line()), Some(key()));
        assert_eq!(
            PublicKey::from_ssh_line(&format!("{} who@where\n", key().to_ssh_line())),
            Some(key())
        );
        assert_eq!(PublicKey::from_ssh_line("ssh-rsa AAAA"), None);
        assert_eq!(PublicKey::from_pem(&key().to_pem().replace('\n', "\r\n")), None);
    }
}
