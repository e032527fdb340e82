//! The manifest beside a report: paths, sizes and digests of the report and of its signature.

use super::SealedFile;
use crate::document::json_text::Json;
use crate::domain::Digest;

/// The name of the signed list of what a release says about signal quality, without ending; it stands among the reports.
pub const SIGNAL_LIST_NAME: &str = "signal_quality";

/// A file as a manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its path, relative to the manifest.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its digest.
    pub digest: Digest,
}

impl Listed {
    /// How a manifest lists `bytes` at `path`.
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Listed {
        Listed {
            path: path.into(),
            size: bytes.len() as u64,
            digest: Digest::of(bytes),
        }
    }

    /// The members of its JSON object.
    pub fn members(&self) -> Vec<(&'static str, Json)> {
        vec![
            ("path", Json::text(&self.path)),
            ("size", Json::integer(self.size)),
            ("sha256", Json::text(self.digest.to_string())),
        ]
    }
}

/// The bytes of `NAME.manifest.json`.
///
/// The reference's members (`version`, `generated_at`, `report`, `signature`) with relative paths; beside them, for
/// the signature, what its MACs do not cover (`target`, `signed_at`, `key_id`), and the other files of the run.
pub fn report_manifest(
    report: &SealedFile,
    counts: [(&'static str, usize); 2],
    others: &[&SealedFile],
) -> Vec<u8> {
    let file = |sealed: &SealedFile| Listed::of(&sealed.name, &sealed.bytes).members();
    let signature = |sealed: &SealedFile| {
        let mut members = Listed::of(sealed.signature_name(), &sealed.signature).members();
        members.push(("target", Json::text(&sealed.name)));
        members.push(("signed_at", Json::text(sealed.signed_at.to_string())));
        members.push(("key_id", Json::optional_text(sealed.key_id.as_deref())));
        Json::map(members)
    };
    let mut report_members = file(report);
    report_members.extend(counts.map(|(key, count)| (key, Json::Integer(count.to_string()))));
    let others = others.iter().map(|other| {
        let mut members = file(other);
        members.push(("signature", signature(other)));
        Json::map(members)
    });
    Json::map([
        ("version", Json::text("1.0")),
        ("schema", Json::text("stage6.report.manifest")),
        ("generated_at", Json::text(report.signed_at.to_python())),
        ("report", Json::map(report_members)),
        ("signature", signature(report)),
        ("others", Json::List(others.collect())),
    ])
    .to_file_text()
    .into_bytes()
}
