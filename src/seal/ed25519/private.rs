//! The producer's key. Its bytes are wiped from memory when dropped and never shown.

use super::public::SSH_NAME;
use super::{PublicKey, RawSignature, ssh_string};
use crate::seal::key::{DEVELOPMENT_MARK, are_guessable};
use data_encoding::BASE64;
use ed25519_dalek::{Signer, SigningKey};
use std::fmt;
use zeroize::Zeroizing;

/// What stands before the 32 bytes in the PKCS#8 form that `openssl genpkey` writes (RFC 8410, section 10.3).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----\n";
const END: &str = "-----END PRIVATE KEY-----";

/// A private key for Ed25519.
#[derive(Clone)]
pub struct ReleaseKey {
    key: SigningKey,
    development: bool,
}

impl fmt::Debug for ReleaseKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ReleaseKey({}, not shown)", self.public().fingerprint())
    }
}

/// Why a text is not a private key. Says nothing about the key's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseKeyError {
    /// No bytes at all.
    Empty,
    /// An OpenSSH private key, which is read by other programs.
    OpenSsh,
    /// A PKCS#8 key that is protected by a password.
    Encrypted,
    /// A public key.
    Public,
    /// Anything else.
    NotEd25519,
}

impl fmt::Display for ReleaseKeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            ReleaseKeyError::Empty => "the release key is empty",
            ReleaseKeyError::OpenSsh => {
                "this is the key in OpenSSH's form; the release key is read as PKCS#8 PEM"
            }
            ReleaseKeyError::Encrypted => {
                "the release key is protected by a password, which nobody could enter here"
            }
            ReleaseKeyError::Public => "this is a public key; signing needs the private one",
            ReleaseKeyError::NotEd25519 => "the release key is not an Ed25519 key as PKCS#8 PEM",
        })
    }
}

impl ReleaseKey {
    /// Reads PKCS#8 PEM as `openssl genpkey -algorithm ed25519` and [`ReleaseKey::to_pem`] write it. A text that
    /// begins with the mark of a development key gives one.
    ///
    /// # Errors
    /// See [`ReleaseKeyError`].
    pub fn from_pem(text: &[u8]) -> Result<ReleaseKey, ReleaseKeyError> {
        let text = std::str::from_utf8(text).map_err(|_| ReleaseKeyError::NotEd25519)?;
        let (text, development) = match text.strip_prefix(DEVELOPMENT_MARK) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let is_of = |label: &str| text.contains(&format!("-----BEGIN {label}-----"));
        if text.trim().is_empty() {
            return Err(ReleaseKeyError::Empty);
        }
        for (label, error) in [
            ("OPENSSH PRIVATE KEY", ReleaseKeyError::OpenSsh),
            ("ENCRYPTED PRIVATE KEY", ReleaseKeyError::Encrypted),
            ("PUBLIC KEY", ReleaseKeyError::Public),
        ] {
            if is_of(label) {
                return Err(error);
            }
        }
        let body = text
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.trim_end().strip_suffix(END))
            .map(str::trim_end)
            .ok_or(ReleaseKeyError::NotEd25519)?;
        let der = Zeroizing::new(
            BASE64
                .decode(body.as_bytes())
                .map_err(|_| ReleaseKeyError::NotEd25519)?,
        );
        let seed: Option<&[u8; 32]> = der.strip_prefix(&PKCS8).and_then(|seed| seed.try_into().ok());
        let key = SigningKey::from_bytes(seed.ok_or(ReleaseKeyError::NotEd25519)?);
        Ok(ReleaseKey { key, development })
    }

    /// A new random key.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn generate(development: bool) -> Result<ReleaseKey, getrandom::Error> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut())?;
        let key = SigningKey::from_bytes(&seed);
        Ok(ReleaseKey { key, development })
    }

    /// The key as PKCS#8 PEM, for `openssl` and for us. A development key is marked in a line before it, which
    /// other readers pass over (RFC 7468, section 2).
    pub fn to_pem(&self) -> Zeroizing<String> {
        let der = Zeroizing::new([&PKCS8[..], self.key.as_bytes()].concat());
        let mark = if self.development { DEVELOPMENT_MARK } else { "" };
        let body = Zeroizing::new(BASE64.encode(&der));
        Zeroizing::new(format!("{mark}{BEGIN}{}\n{END}\n", body.as_str()))
    }

    /// The same key in OpenSSH's form (PROTOCOL.key), not encrypted, for `ssh-keygen -Y sign` and agents.
    pub fn to_openssh(&self, comment: &str) -> Zeroizing<String> {
        let public = self.public();
        // A reader of an encrypted key sees by two equal numbers that the password was right; any number will do.
        let check = public.as_bytes().first_chunk::<4>().copied().unwrap_or_default();
        let pair = Zeroizing::new([&self.key.as_bytes()[..], public.as_bytes()].concat());
        let mut private = Zeroizing::new(
            [
                check.to_vec(),
                check.to_vec(),
                ssh_string(SSH_NAME),
                ssh_string(public.as_bytes()),
                ssh_string(&pair),
                ssh_string(comment.as_bytes()),
            ]
            .concat(),
        );
        let padding = (8 - private.len() % 8) % 8;
        private.extend((1..=padding).filter_map(|byte| u8::try_from(byte).ok()));
        let all = Zeroizing::new(
            [
                b"openssh-key-v1\0".to_vec(),
                ssh_string(b"none"),
                ssh_string(b"none"),
                ssh_string(b""),
                1_u32.to_be_bytes().to_vec(),
                ssh_string(&public.ssh_blob()),
                ssh_string(&private),
            ]
            .concat(),
        );
        Zeroizing::new(super::armor("OPENSSH PRIVATE KEY", &all, 70))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.key.verifying_key())
    }

    /// Whether the key was made for trying the tool.
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// Whether the seed is easily guessed, by the rule of [`crate::seal::HmacKey::is_weak`].
    pub fn is_weak(&self) -> bool {
        are_guessable(self.key.as_bytes())
    }

    /// The signature of `message`. Who signs with this alone must make sure that the message cannot be read as a
    /// message of another kind; see the module's text.
    pub fn sign(&self, message: &[u8]) -> RawSignature {
        self.key.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_is_not_shown() {
        let key = ReleaseKey::generate(true).unwrap();
        let again = ReleaseKey::from_pem(key.to_pem().as_bytes()).unwrap();
        assert!(again.is_development());
        assert_eq!(again.public(), key.public());
        assert_eq!(
            format!("{key:?}"),
            format!("ReleaseKey({}, not shown)", key.public().fingerprint())
        );
    }

    #[test]
    fn a_seed_of_words_or_of_a_pattern_is_weak() {
        let of = |seed: &[u8; 32]| {
            let body = BASE64.encode(&[&PKCS8[..], seed].concat());
            ReleaseKey::from_pem(format!("{BEGIN}{body}\n{END}\n").as_bytes()).unwrap()
        };
        assert!(of(&[7; 32]).is_weak());
        assert!(of(b"correct horse battery staple and").is_weak());
        assert!(!ReleaseKey::generate(false).unwrap().is_weak());
    }

    #[test]
    fn other_things_are_named() {
        let error = |text: &str| ReleaseKey::from_pem(text.as_bytes()).unwrap_err();
        let key = ReleaseKey::generate(false).unwrap();
        assert_eq!(error("\n"), ReleaseKeyError::Empty);
        assert_eq!(error(&key.to_openssh("x")), ReleaseKeyError::OpenSsh);
        assert_eq!(error(&key.public().to_pem()), ReleaseKeyError::Public);
        assert_eq!(error(&"00".repeat(32)), ReleaseKeyError::NotEd25519);
        let cut = key.to_pem().replace("MC4CAQ", "MC4CAA");
        assert_eq!(error(&cut), ReleaseKeyError::NotEd25519);
    }
}
