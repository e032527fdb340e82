//! The signed list of what a release says about signal quality: each snapshot, the index and the checklist of adapters
//! (specification 8.7, rule 4). A manifest of the bundle's other section stands beside each report.

use super::outputs::SealedReport;
use super::signals::Signals;
use crate::content::place;
use crate::document::json_text::Json;
use crate::domain::{Digest, Timestamp};
use crate::evidence::EvidenceKind;
use crate::seal::{Distrust, HmacKey, Listed, SIGNAL_LIST_NAME};

const SCHEMA: &str = "stage6.signal_quality.manifest";

/// The files of a release that are about signal quality.
#[derive(Clone, Debug, Default)]
pub(super) struct SignalManifest {
    /// What each file is, where it stands in the project, and how a bundle lists it.
    files: Vec<(&'static str, String, Listed)>,
}

impl SignalManifest {
    /// Lists the files that were read, by their paths in the bundle.
    pub(super) fn of(signals: &Signals) -> SignalManifest {
        let mut files: Vec<(&'static str, String, Listed)> = signals
            .files()
            .map(|(role, path, bytes)| {
                let inside = place::bundled_evidence(EvidenceKind::SignalQuality, path);
                (role, path.to_owned(), Listed::of(format!("data/{inside}"), bytes))
            })
            .collect();
        files.sort_by(|left, right| left.2.cmp(&right.2));
        SignalManifest { files }
    }

    /// The paths of the files in the project, with their digests.
    pub(super) fn sources(&self) -> Vec<(String, Digest)> {
        let files = self.files.iter();
        files
            .map(|(_, path, listed)| (path.clone(), listed.digest))
            .collect()
    }

    /// Writes and signs the list.
    ///
    /// # Errors
    /// The list cannot be read back as strict JSON.
    pub(super) fn seal(&self, bundle: &str, key: &HmacKey, now: Timestamp) -> Result<SealedReport, Distrust> {
        let count = |role: &str| self.files.iter().filter(|(one, ..)| *one == role).count();
        let files = self.files.iter().map(|(role, source, listed)| {
            let mut members = listed.members();
            members.push(("role", Json::text(*role)));
            members.push(("source", Json::text(source)));
            Json::map(members)
        });
        let json = Json::map([
            ("schema", Json::text(SCHEMA)),
            ("schema_version", Json::text("1.0")),
            ("bundle", Json::text(bundle)),
            ("generated_at", Json::text(now.to_string())),
            ("files", Json::List(files.collect())),
        ]);
        let counts = [
            ("file_count", self.files.len()),
            ("snapshot_count", count("snapshot")),
        ];
        SealedReport::seal(SIGNAL_LIST_NAME, &json, counts, (key, now))
    }
}
