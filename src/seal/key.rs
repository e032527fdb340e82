//! HMAC keys. Their bytes are wiped from memory when dropped and never shown.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// What the key for [`HmacKey::seal_memory`] is derived with.
const MEMORY_PURPOSE: &[u8] = b"stage6 memory of builds";
/// Shortest key that is accepted, in bytes: the length of the digest (RFC 2104, section 3).
pub const SHORTEST_KEY: usize = 32;
/// The id of a key that was made for trying the tool.
pub const DEVELOPMENT_KEY_ID: &str = "development";
/// The line that marks the file of such a key.
pub(super) const DEVELOPMENT_MARK: &str = "# development key, not for publication\n";

/// A key for HMAC-SHA256.
#[derive(Clone)]
pub struct HmacKey {
    bytes: Zeroizing<Vec<u8>>,
    id: Option<String>,
    development: bool,
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "HmacKey(id {:?}, bytes not shown)", self.id)
    }
}

/// Why a text is not a key. Says nothing about the key's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// No bytes at all.
    Empty,
    /// Fewer than 32 bytes.
    Short(usize),
    /// Not hexadecimal digits with at most one newline behind them.
    NotHex,
    /// All bytes are the same.
    Weak,
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Empty => out.write_str("the signing key is empty"),
            KeyError::Short(bytes) => {
                write!(
                    out,
                    "the signing key has {bytes} bytes, at least {SHORTEST_KEY} are needed"
                )
            }
            KeyError::NotHex => out.write_str("the signing key is not hexadecimal text"),
            KeyError::Weak => out.write_str("all bytes of the signing key are the same"),
        }
    }
}

impl HmacKey {
    /// Reads a key from the text of a key file or variable: hexadecimal digits, at most one newline behind them.
    /// A file made by [`development_key_text`] gives a development key. Without an `id` the key gets one that is
    /// derived from it.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn from_text(text: &[u8], id: Option<String>) -> Result<HmacKey, KeyError> {
        let (text, development) = match text.strip_prefix(DEVELOPMENT_MARK.as_bytes()) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let digits = text.strip_suffix(b"\n").unwrap_or(text);
        if digits.is_empty() {
            return Err(KeyError::Empty);
        }
        let bytes = Zeroizing::new(HEXLOWER_PERMISSIVE.decode(digits).map_err(|_| KeyError::NotHex)?);
        if bytes.len() < SHORTEST_KEY {
            return Err(KeyError::Short(bytes.len()));
        }
        if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
            return Err(KeyError::Weak);
        }
        let mut key = HmacKey {
            bytes,
            id: None,
            development,
        };
        key.id = Some(match (development, id) {
            (true, _) => DEVELOPMENT_KEY_ID.to_owned(),
            (false, Some(id)) => id,
            (false, None) => key.derived_id(),
        });
        Ok(key)
    }

    /// Takes bytes as they are, as the reference does. Only for `--compat reference`.
    ///
    /// # Errors
    /// No bytes: the reference would then write an unsigned report without a word (finding Q4).
    pub fn from_raw(bytes: &[u8], id: Option<String>) -> Result<HmacKey, KeyError> {
        if bytes.is_empty() {
            return Err(KeyError::Empty);
        }
        Ok(HmacKey {
            bytes: Zeroizing::new(bytes.to_vec()),
            id,
            development: false,
        })
    }

    /// An id that follows from the key and gives nothing of it away.
    fn derived_id(&self) -> String {
        let tag = self.mac(b"stage6-press key id");
        format!("key-{}", HEXLOWER.encode(tag.get(..6).unwrap_or(&tag)))
    }

    /// The id that signatures carry.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether the key was made for trying the tool.
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// Whether the key is easily guessed, as far as that can be seen: few different bytes, a short pattern repeated, or
    /// readable text. A random key of 32 bytes is none of these, but for a chance below 1e-13.
    pub fn is_weak(&self) -> bool {
        are_guessable(&self.bytes)
    }

    /// Whether the key is `bytes`, which others know.
    pub(super) fn is_these_bytes(&self, bytes: &[u8]) -> bool {
        // Not a secret comparison: the answer is an error that names no byte.
        self.bytes.as_slice() == bytes
    }

    /// How results name the key: its id, and whether it is a development key.
    pub fn named(&self) -> (String, bool) {
        (self.id().unwrap_or("(no id)").to_owned(), self.development)
    }

    /// Begins the HMAC-SHA256 of bytes that come in pieces.
    pub fn stream(&self) -> HmacStream {
        HmacStream(self.keyed(&[]))
    }

    /// HMAC-SHA256 of `message`.
    pub(super) fn mac(&self, message: &[u8]) -> [u8; 32] {
        self.keyed(message).finalize().into_bytes().into()
    }

    /// Whether `tag` is the HMAC-SHA256 of `message`, compared in constant time.
    pub(super) fn verifies(&self, message: &[u8], tag: &[u8]) -> bool {
        self.keyed(message).verify_slice(tag).is_ok()
    }

    /// Puts a tag before what a program keeps for itself. The tag is made with a key that is derived from this one, so that
    /// it can never pass for a signature.
    pub fn seal_memory(&self, memory: &[u8]) -> Vec<u8> {
        [&self.of_memory().mac(memory)[..], memory].concat()
    }

    /// What [`HmacKey::seal_memory`] sealed; `None` if this key did not, or if it was changed since.
    pub fn open_memory<'m>(&self, sealed: &'m [u8]) -> Option<&'m [u8]> {
        let (tag, memory) = sealed.split_at_checked(32)?;
        self.of_memory().verifies(memory, tag).then_some(memory)
    }

    fn of_memory(&self) -> HmacKey {
        HmacKey {
            bytes: Zeroizing::new(self.mac(MEMORY_PURPOSE).to_vec()),
            id: None,
            development: self.development,
        }
    }

    fn keyed(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.bytes).expect("HMAC takes keys of any length");
        mac.update(message);
        mac
    }
}

/// Whether bytes of a key are few different ones, a short pattern repeated, or readable text.
pub(super) fn are_guessable(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let repeats = (1..=bytes.len() / 2).any(|period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b));
    different < 16 || repeats || bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
}

/// The HMAC-SHA256 of bytes that come in pieces.
pub struct HmacStream(Hmac<Sha256>);

impl HmacStream {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The tag of all that was taken.
    pub fn finish(self) -> HmacTag {
        HmacTag(self.0.finalize())
    }
}

/// A tag that was computed, to be compared and never shown.
pub struct HmacTag(CtOutput<Hmac<Sha256>>);

impl HmacTag {
    /// Whether `stated` is this tag, compared in constant time.
    pub(super) fn is(&self, stated: &[u8]) -> bool {
        <[u8; 32]>::try_from(stated).is_ok_and(|stated| self.0 == CtOutput::new(stated.into()))
    }
}

impl fmt::Debug for HmacTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HmacTag(not shown)")
    }
}

/// The text of a key file with a new random key.
///
/// # Errors
/// The system gives no randomness.
pub fn new_key_text() -> Result<Zeroizing<String>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0_u8; SHORTEST_KEY]);
    getrandom::fill(bytes.as_mut())?;
    Ok(Zeroizing::new(format!("{}\n", HEXLOWER.encode(bytes.as_ref()))))
}

/// The text of a file with a new development key, marked as one.
///
/// # Errors
/// The system gives no randomness.
pub fn development_key_text() -> Result<Zeroizing<String>, getrandom::Error> {
    Ok(Zeroizing::new(format!(
        "{DEVELOPMENT_MARK}{}",
        new_key_text()?.as_str()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfit_keys_are_refused() {
        let error = |text: &str| HmacKey::from_text(text.as_bytes(), None).unwrap_err();
        assert_eq!(error(""), KeyError::Empty);
        assert_eq!(error("\n"), KeyError::Empty);
        assert_eq!(error("00ff"), KeyError::Short(2));
        assert_eq!(error("ci-dummy-hmac-key"), KeyError::NotHex);
        assert_eq!(error(&format!("{}\r\n", "0f".repeat(32))), KeyError::NotHex);
        assert_eq!(error(&"00".repeat(32)), KeyError::Weak);
    }

    #[test]
    fn patterns_and_words_are_weak() {
        let weak = |text: &str| HmacKey::from_text(text.as_bytes(), None).unwrap().is_weak();
        assert!(weak(&"0123456789abcdef".repeat(4)));
        assert!(weak(&HEXLOWER.encode(b"correct horse battery staple and more")));
        assert!(!weak(&new_key_text().unwrap()));
    }

    #[test]
    fn the_mac_is_the_published_one() {
        // RFC 4231, test case 2 has a 4-byte key; case 6 has 131 bytes of 0xaa and reads as follows.
        let key = HmacKey::from_raw(&[0xaa; 131], None).unwrap();
        let tag = key.mac(b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            HEXLOWER.encode(&tag),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn pieces_give_the_published_tag_of_the_whole() {
        // RFC 4231, test case 6, as above.
        let mut stream = HmacKey::from_raw(&[0xaa; 131], None).unwrap().stream();
        stream.update(b"Test Using Larger Than Block-Size");
        stream.update(b" Key - Hash Key First");
        let tag = stream.finish();
        let hex = b"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
        let mut stated = HEXLOWER.decode(hex).unwrap();
        assert!(tag.is(&stated));
        assert!(!tag.is(&stated[..31]));
        stated[31] ^= 1;
        assert!(!tag.is(&stated));
    }

    #[test]
    fn a_development_key_says_so_and_nothing_shows_its_bytes() {
        let text = development_key_text().unwrap();
        let key = HmacKey::from_text(text.as_bytes(), Some("audit-2026".into())).unwrap();
        assert!(key.is_development());
        assert_eq!(
            format!("{key:?}"),
            "HmacKey(id Some(\"development\"), bytes not shown)"
        );
    }
}
