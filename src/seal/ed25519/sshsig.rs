//! SSHSIG (OpenSSH, PROTOCOL.sshsig): the signature that `ssh-keygen -Y verify` checks.
//!
//! The message is hashed with SHA-512 and signed under a namespace, so that a signature made for one purpose fits no
//! other. Only the form that we write is read; it is the one that `ssh-keygen -Y sign` writes.

use super::{PublicKey, RawSignature, ReleaseKey, armor, dearmor, ssh_string, take_ssh_string};
use crate::seal::{Distrust, DistrustCode};
use sha2::{Digest as _, Sha512};

const LABEL: &str = "SSH SIGNATURE";
const WIDTH: usize = 70;
const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const HASH: &[u8] = b"sha512";

/// A signature with the key and the namespace that it names itself. Neither is trusted for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSignature {
    /// The key.
    pub public: PublicKey,
    /// What the signature is for: `audit-release-v1@PRODUCER`.
    pub namespace: String,
    signature: RawSignature,
}

impl SshSignature {
    /// Signs `message` for one purpose.
    pub fn sign(message: &[u8], namespace: &str, key: &ReleaseKey) -> SshSignature {
        SshSignature {
            public: key.public(),
            namespace: namespace.to_owned(),
            signature: key.sign(&signed_text(message, namespace)),
        }
    }

    /// The text of the signature file.
    pub fn to_text(&self) -> String {
        let blob = [
            MAGIC.to_vec(),
            VERSION.to_be_bytes().to_vec(),
            ssh_string(&self.public.ssh_blob()),
            ssh_string(self.namespace.as_bytes()),
            ssh_string(b""),
            ssh_string(HASH),
            ssh_string(&[ssh_string(super::public::SSH_NAME), ssh_string(&self.signature)].concat()),
        ]
        .concat();
        armor(LABEL, &blob, WIDTH)
    }

    /// Reads a signature file.
    ///
    /// # Errors
    /// Another form than ours: another algorithm, hash or version, a weak key, or a text that could be written
    /// differently.
    pub fn read(name: &str, bytes: &[u8]) -> Result<SshSignature, Distrust> {
        let bad = |reason: &str| Distrust::new(DistrustCode::Malformed, name, reason);
        let blob = std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| dearmor(LABEL, text, WIDTH))
            .ok_or_else(|| bad("is not an SSH signature as `ssh-keygen -Y sign` writes it"))?;
        let signature =
            parse(&blob).ok_or_else(|| bad("is not an Ed25519 signature over SHA-512 by a sound key"))?;
        Ok(signature)
    }

    /// Whether the signature fits the message, under its own key and namespace.
    pub fn fits(&self, message: &[u8]) -> bool {
        let text = signed_text(message, &self.namespace);
        self.public.verifies(&text, &self.signature)
    }
}

fn parse(blob: &[u8]) -> Option<SshSignature> {
    let mut rest = blob.strip_prefix(MAGIC)?.strip_prefix(&VERSION.to_be_bytes())?;
    let public = PublicKey::from_ssh_blob(take_ssh_string(&mut rest)?)?;
    let namespace = std::str::from_utf8(take_ssh_string(&mut rest)?).ok()?;
    let reserved = take_ssh_string(&mut rest)?;
    let hash = take_ssh_string(&mut rest)?;
    let mut signature = take_ssh_string(&mut rest)?;
    let algorithm = take_ssh_string(&mut signature)?;
    let value = take_ssh_string(&mut signature)?;
    let complete = rest.is_empty() && signature.is_empty() && reserved.is_empty();
    let known = hash == HASH && algorithm == super::public::SSH_NAME && is_namespace(namespace);
    (complete && known).then(|| {
        Some(SshSignature {
            public,
            namespace: namespace.to_owned(),
            signature: value.try_into().ok()?,
        })
    })?
}

/// Namespaces are shown to people and compared; they hold nothing that could be taken for something else.
fn is_namespace(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'@' | b'_');
    !text.is_empty() && text.len() <= 128 && text.bytes().all(good)
}

/// What is signed in place of the message.
fn signed_text(message: &[u8], namespace: &str) -> Vec<u8> {
    [
        MAGIC.to_vec(),
        ssh_string(namespace.as_bytes()),
        ssh_string(b""),
        ssh_string(HASH),
        ssh_string(&Sha512::digest(message)),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> (String, SshSignature) {
        let key = ReleaseKey::generate(false).unwrap();
        let signature = SshSignature::sign(b"message", "audit@producer", &key);
        (signature.to_text(), signature)
    }

    #[test]
    fn a_signature_reads_back_and_fits_its_message_only() {
        let (text, signature) = signed();
        let read = SshSignature::read("s", text.as_bytes()).unwrap();
        assert_eq!(read, signature);
        assert!(read.fits(b"message"));
        assert!(!read.fits(b"massage"));
        let other = SshSignature {
            namespace: "other@producer".into(),
            ..read
        };
        assert!(!other.fits(b"message"));
    }

    #[test]
    fn every_changed_byte_of_the_text_is_noticed() {
        let (text, _) = signed();
        for index in 0..text.len() {
            for bit in 0..8 {
                let mut changed = text.clone().into_bytes();
                changed[index] ^= 1 << bit;
                let fits = SshSignature::read("s", &changed).is_ok_and(|read| read.fits(b"message"));
                assert!(!fits, "byte {index} bit {bit}");
            }
        }
    }
}
