//! What is known of a page's ways: needed of few pages only, so it is kept as bytes until then.

use crate::docs::Link;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// Where a page's links lead, and to where on it links can lead.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ways {
    /// All links that were followed, as they are written.
    pub(super) followed: BTreeSet<String>,
    /// The places on it, sorted.
    pub(super) anchors: Vec<String>,
    /// Its links to places on pages.
    pub(super) links: Vec<Link>,
}

/// [`Ways`] as bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed(Vec<u8>);

impl Packed {
    pub(super) fn of(ways: &Ways) -> Packed {
        Packed(postcard::to_stdvec(ways).unwrap_or_default())
    }

    /// What was packed; nothing if the bytes are damaged.
    pub(super) fn open(&self) -> Ways {
        postcard::from_bytes(&self.0).unwrap_or_default()
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Packed, D::Error> {
        deserializer.deserialize_bytes(Bytes)
    }
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Packed;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Packed, E> {
        Ok(Packed(bytes.to_vec()))
    }
}
