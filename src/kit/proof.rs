//! The proof of source: what a text outside the house must be able to name (specification, section 8.7, rule 8).

use super::context;
use super::{KitInput, Press};
use crate::diag::Checked;
use crate::domain::{Digest, Language, Timestamp};
use crate::evidence::EvidenceKind;
use serde::Serialize;

/// Its template.
pub(super) const TEMPLATE: &str = "marketing_bundle_proof.md";
/// What the path of the index of signal quality ends in.
const SIGNAL_INDEX: &str = "signal_quality/index.csv";

/// What is known only of a finished release, and can therefore not stand inside it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The files of the release's folder, by name.
    pub files: Vec<(String, Digest)>,
    /// When its signatures were checked.
    pub checked_at: Timestamp,
    /// How many HMAC signatures fitted.
    pub hmac_count: usize,
    /// Where its copy lies once it is published, inside the project.
    pub archive: String,
}

/// The proof of a finished release in one language.
///
/// # Errors
/// A template that fails.
pub fn proof(
    input: &KitInput<'_>,
    press: &Press,
    language: Language,
    finished: &Finished,
) -> Checked<String> {
    let wording = input.wording(language);
    let mut context = context::of(input, language);
    let files: Vec<Listed> = finished
        .files
        .iter()
        .map(|(name, digest)| Listed {
            name: name.clone(),
            digest: digest.to_string(),
        })
        .collect();
    context.insert("finished", &true);
    context.insert("files", &files);
    context.insert("archive", &finished.archive);
    context.insert("checked_at", &finished.checked_at.to_string());
    let count = u32::try_from(finished.hmac_count).unwrap_or(u32::MAX);
    context.insert("hmac_count", &wording.number(f64::from(count)));
    press.print(TEMPLATE, &context)
}

/// A file with its digest.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    name: String,
    digest: String,
}

/// The evidence that a text leans on: signed reports, the configuration, and all that is known about signal quality. It
/// names every file that the bundle's manifests list under its path.
pub(super) fn sources(input: &KitInput<'_>) -> Vec<Listed> {
    let leaned = input.evidence.files().filter(|file| {
        matches!(
            file.kind,
            EvidenceKind::Report | EvidenceKind::Config | EvidenceKind::SignalQuality
        )
    });
    leaned
        .map(|file| Listed {
            name: file.path.clone(),
            digest: file.digest.to_string(),
        })
        .collect()
}

/// Whether the release holds an index of signal quality.
pub(super) fn has_signal_index(input: &KitInput<'_>) -> bool {
    input
        .evidence
        .files()
        .any(|file| file.path.ends_with(SIGNAL_INDEX))
}
