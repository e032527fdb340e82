//! The section `signing` of `publication.yaml`.

use super::fields::Fields;
use super::key_place;
use crate::domain::Producer;

/// Who signs releases, and where the key is.
#[derive(Clone, Debug)]
pub struct ReleaseSigning {
    /// Who.
    pub producer: Producer,
    /// The file with the release key, as written.
    pub key_path: Option<String>,
    /// The environment variable with the release key.
    pub key_env: Option<String>,
}

impl ReleaseSigning {
    /// Settings of a folder that is no project: nothing is configured.
    pub fn none() -> ReleaseSigning {
        ReleaseSigning {
            producer: Producer {
                name: String::new(),
                identity: String::new(),
            },
            key_path: None,
            key_env: None,
        }
    }

    pub(super) fn read(fields: &Fields<'_, '_>) -> Option<ReleaseSigning> {
        let signing = fields
            .required("signing")
            .and_then(|_| fields.section("signing"))?;
        let name = named(&signing, "producer", Producer::is_name);
        let identity = named(&signing, "identity", Producer::is_identity);
        let key_path = key_place::file(&signing, "release_key_path");
        let key_env = key_place::variable(&signing, "release_key_env");
        signing.finish();
        Some(ReleaseSigning {
            producer: Producer {
                name: name?,
                identity: identity?,
            },
            key_path,
            key_env,
        })
    }
}

/// A name that stands in signatures and in `allowed_signers` lines.
fn named(fields: &Fields<'_, '_>, key: &'static str, is_good: fn(&str) -> bool) -> Option<String> {
    let name = fields.required_text(key)?;
    if is_good(&name) {
        return Some(name);
    }
    if let Some(node) = fields.node(key) {
        fields.refuse(
            node,
            format!("`{name}` cannot stand in a signature"),
            "write it as a domain name or an address, in small letters",
        );
    }
    None
}
