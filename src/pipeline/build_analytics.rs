//! What a build asks the analytics, and whether the history tables still speak of its configuration.

use super::gather::{HISTORY_FOLDER, Inputs};
use super::outputs::ANALYTICS_NAME;
use crate::document::{Node, json};
use crate::domain::{AnalyticsSettings, Digest, StressReport};
use crate::fs::Project;
use crate::lab::analytics::{self, Analytics};

impl Inputs {
    /// The choices behind the analytics of a build. Draws come in stages, so a build stops as soon as the intervals are
    /// narrow enough: for the sample after 2^14 draws of each scenario.
    fn analytics_settings(&self) -> AnalyticsSettings {
        AnalyticsSettings::default()
    }

    /// Asks the analytics about the scenarios behind `report`.
    pub(super) fn run_analytics(&self, report: &StressReport) -> Analytics {
        let settings = self.analytics_settings();
        analytics::analyze(report, &self.lab.scenarios, &settings, &mut |_, _| {})
    }

    /// Where the analytics stand among the evidence.
    pub(super) fn analytics_path(&self) -> String {
        format!("{}/{ANALYTICS_NAME}.json", self.report_directory)
    }
}

/// The digest of the configuration that `stage6 history` read, as it wrote it down; `None` if that cannot be told,
/// and then nothing is known of the tables' timeliness.
pub(super) fn history_of(project: &Project) -> Option<Digest> {
    let path = format!("{HISTORY_FOLDER}/history.json");
    let node = json::read(&path, &project.read(&path).ok()?).ok()?;
    let text = |node: &Node, key: &str| Some(node.get(key)?.as_scalar()?.text.clone());
    let inputs = node.get("inputs")?.as_list()?;
    let config = inputs
        .iter()
        .find(|input| text(input, "role").as_deref() == Some("config"))?;
    Digest::from_hex(&text(config, "sha256")?)
}
