//! Makes facts out of evidence files.

/// Who signed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the HMAC key.
    pub key_id: String,
    /// The key is a development key: the signature is no proof to anybody.
    pub development: bool,
}

/// Collects evidence.
#[derive(Debug, Default)]
pub struct Builder;
