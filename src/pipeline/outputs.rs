//! What a run leaves behind: report files, the payload of the bundle, and a summary for the command line.

use super::{Edition, Inputs, TOOL_VERSION, UncheckedRunbook, runbook_seals};
use crate::bundle::{Payload, Verification, Verified};
use crate::config::WAIVERS_PATH;
use crate::content::{Claim, Page, place};
use crate::document::json_text::Json;
use crate::domain::{GateRulings, StressReport, Timestamp, Verdict};
use crate::evidence::EvidenceKind;
use crate::fs::Tree;
use crate::gate::gate_json;
use crate::journal::Appended;
use crate::lab;
use crate::lab::analytics::{Analytics, analytics_csv, analytics_json};
use crate::seal::{Distrust, HmacKey, SIGNATURE_ENDING, SealedFile, report_manifest, seal};
use crate::site;

/// The name of the report's files, without ending.
pub const REPORT_NAME: &str = "stress_lab_report";
/// The name of the files of the analytics, without ending.
pub const ANALYTICS_NAME: &str = "stress_lab_analytics";

/// The name of the gate's report, without ending.
pub const GATE_NAME: &str = "gate_report";

/// The text that greets whoever unpacks the bundle.
const READ_ME: &str = include_str!("../../templates/bundle/read-me.txt");

/// The files of one run: a report or its analytics.
#[derive(Clone, Debug)]
pub struct RunFiles {
    name: String,
    /// The report as JSON, and as CSV.
    pub json: Vec<u8>,
    /// The report as CSV.
    pub csv: Vec<u8>,
    sealed: Option<(SealedFile, SealedFile, Vec<u8>)>,
}

impl RunFiles {
    /// Writes the report in both forms and signs both, if there is a key.
    ///
    /// # Errors
    /// The report cannot be read back as strict JSON (it holds NaN; only with `--compat reference`).
    pub fn seal(name: &str, report: &StressReport, key: Option<&HmacKey>) -> Result<RunFiles, Distrust> {
        let counts = [
            ("failure_count", report.failure_count()),
            ("scenario_count", report.scenarios.len()),
        ];
        let bytes = (lab::report_json(report, TOOL_VERSION), lab::report_csv(report));
        RunFiles::of(name, bytes, counts, report.generated_at, key)
    }

    /// Writes the analytics in both forms and signs both, if there is a key.
    ///
    /// # Errors
    /// The analytics cannot be read back as strict JSON.
    pub fn seal_analytics(
        name: &str,
        analytics: &Analytics,
        key: Option<&HmacKey>,
    ) -> Result<RunFiles, Distrust> {
        let failed = |verdict: Verdict| verdict == Verdict::Failed;
        let verdicts = analytics
            .scenarios
            .iter()
            .map(|scenario| scenario.result.verdict());
        let counts = [
            (
                "failure_count",
                verdicts.filter(|verdict| failed(*verdict)).count(),
            ),
            ("scenario_count", analytics.scenarios.len()),
        ];
        let bytes = (analytics_json(analytics, TOOL_VERSION), analytics_csv(analytics));
        RunFiles::of(name, bytes, counts, analytics.generated_at, key)
    }

    fn of(
        name: &str,
        (json, csv): (Vec<u8>, Vec<u8>),
        counts: [(&'static str, usize); 2],
        now: Timestamp,
        key: Option<&HmacKey>,
    ) -> Result<RunFiles, Distrust> {
        let sealed = match key {
            None => None,
            Some(key) => {
                let sealed_json = seal(&format!("{name}.json"), json.clone(), key, now)?;
                let sealed_csv = seal(&format!("{name}.csv"), csv.clone(), key, now)?;
                let manifest = report_manifest(&sealed_json, counts, &[&sealed_csv]);
                Some((sealed_json, sealed_csv, manifest))
            }
        };
        Ok(RunFiles {
            name: name.to_owned(),
            json,
            csv,
            sealed,
        })
    }

    /// All files by name.
    pub fn files(&self) -> Tree {
        let name = &self.name;
        let mut files: Tree = [
            (format!("{name}.json"), self.json.clone()),
            (format!("{name}.csv"), self.csv.clone()),
        ]
        .into();
        if let Some((json, csv, manifest)) = &self.sealed {
            files.insert(json.signature_name(), json.signature.clone());
            files.insert(csv.signature_name(), csv.signature.clone());
            files.insert(format!("{name}.manifest.json"), manifest.clone());
        }
        files
    }

    /// The names of all files of a signed run.
    pub fn names(name: &str) -> Vec<String> {
        let plain = [format!("{name}.json"), format!("{name}.csv")];
        plain.into_iter().chain(RunFiles::signature_names(name)).collect()
    }

    /// The names of the files that only a signed run has.
    pub fn signature_names(name: &str) -> [String; 3] {
        [
            format!("{name}.json.sig"),
            format!("{name}.csv.sig"),
            format!("{name}.manifest.json"),
        ]
    }
}

/// A report that is JSON alone, such as that of the gate, signed as every report is.
#[derive(Clone, Debug)]
pub(super) struct SealedReport {
    name: &'static str,
    sealed: SealedFile,
    manifest: Vec<u8>,
}

impl SealedReport {
    /// Signs a report. Its manifest states the counts.
    ///
    /// # Errors
    /// The report cannot be read back as strict JSON.
    pub(super) fn seal(
        name: &'static str,
        json: &Json,
        counts: [(&'static str, usize); 2],
        (key, at): (&HmacKey, Timestamp),
    ) -> Result<SealedReport, Distrust> {
        let bytes = json.to_file_text().into_bytes();
        let sealed = seal(&format!("{name}.json"), bytes, key, at)?;
        Ok(SealedReport {
            name,
            manifest: report_manifest(&sealed, counts, &[]),
            sealed,
        })
    }

    /// Writes and signs what came of the rules.
    ///
    /// # Errors
    /// The report cannot be read back as strict JSON.
    pub(super) fn of_gate(gate: &GateRulings, bundle: &str, key: &HmacKey) -> Result<SealedReport, Distrust> {
        let counts = [
            ("failure_count", gate.failed().len()),
            ("rule_count", gate.rulings.len()),
        ];
        let json = gate_json(gate, bundle, TOOL_VERSION);
        SealedReport::seal(GATE_NAME, &json, counts, (key, gate.at))
    }

    /// All files by name.
    pub(super) fn files(&self) -> Tree {
        [
            (self.sealed.name.clone(), self.sealed.bytes.clone()),
            (self.sealed.signature_name(), self.sealed.signature.clone()),
            (format!("{}.manifest.json", self.name), self.manifest.clone()),
        ]
        .into()
    }
}

/// The files that go into the bag.
pub(super) fn payload<'e>(inputs: &'e Inputs, edition: &'e Edition) -> Payload<'e> {
    let mut payload = Payload::default();
    payload.add("read-me.txt", READ_ME.as_bytes());
    for (name, bytes) in edition.report_files() {
        payload.add(&format!("reports/{name}"), bytes);
    }
    for file in edition
        .evidence
        .files()
        .filter(|file| file.kind != EvidenceKind::Report)
    {
        payload.add(&place::bundled_evidence(file.kind, &file.path), &file.bytes);
    }
    if let Some(signature) = inputs.waivers.as_ref().and_then(|file| file.signature.as_ref()) {
        let path = place::bundled_evidence(EvidenceKind::Publication, WAIVERS_PATH);
        payload.add(&format!("{path}{SIGNATURE_ENDING}"), signature);
    }
    // Beside the site, for readers who open no pages: the same bytes.
    for (path, of_site) in [
        ("facts/facts.json", site::FACTS_JSON),
        ("claims/claims.json", site::CLAIMS_JSON),
    ] {
        if let Some(bytes) = edition.site.get(of_site) {
            payload.add(path, bytes);
        }
    }
    for page in &edition.pages {
        let path = format!("pages/{}/{}.md", page.language.tag(), page.id);
        payload.add(&path, page.markdown.as_bytes());
    }
    for (path, bytes) in runbook_seals::files(&edition.seals) {
        payload.add(&path, bytes);
    }
    for (path, bytes) in &edition.kit.files {
        payload.add(path, bytes);
    }
    for (path, bytes) in &edition.site {
        payload.add(&format!("site/{path}"), bytes);
    }
    payload
}

/// Every claim of every page.
pub(super) fn claims(pages: &[Page]) -> Vec<Claim> {
    pages
        .iter()
        .flat_map(|page| page.claims.iter().cloned())
        .collect()
}

/// What a build made.
#[derive(Debug)]
pub struct Built {
    /// The result of the Stress Lab.
    pub report: StressReport,
    /// The configuration asks for exit code 3 when a scenario failed.
    pub require_success: bool,
    /// What was proven of the bundle before it was put in place.
    pub verification: Verification,
    /// The release's folder, inside the project.
    pub release_directory: String,
    /// The reports' folder, inside the project.
    pub report_directory: String,
    /// The site's folder, inside the project.
    pub site_directory: String,
    /// How many files the site has.
    pub site_files: usize,
    /// How many bytes they hold.
    pub site_bytes: usize,
    /// The ids of the earlier releases that the site keeps, the youngest first, and how many bytes each adds.
    pub kept: Vec<(String, usize)>,
    /// How many pages were written by people.
    pub pages: usize,
    /// How many facts pages can refer to.
    pub facts: usize,
    /// The names and sizes of the release's files.
    pub release_files: Vec<(String, usize)>,
    /// Every claim of every page, judged.
    pub claims: Vec<Claim>,
    /// What the gate says, as far as it can be decided before there is a bundle.
    pub rulings: GateRulings,
    /// The line of the decision log; `None` if nothing was to be recorded.
    pub recorded: Option<Appended>,
    /// Archived runbooks that another key signed.
    pub unchecked: Vec<UncheckedRunbook>,
}

impl Built {
    pub(super) fn of(
        inputs: &Inputs,
        edition: Edition,
        verified: Verified,
        recorded: Option<Appended>,
    ) -> Built {
        Built {
            recorded,
            unchecked: Vec::new(),
            claims: claims(&edition.pages),
            rulings: edition.rulings,
            report: edition.report,
            require_success: inputs.requires_success(),
            verification: verified.verification,
            release_directory: inputs.release_directory(),
            report_directory: inputs.report_directory.clone(),
            site_directory: inputs.publication.site_directory.clone(),
            site_files: edition.site.len(),
            site_bytes: edition.site.values().map(Vec::len).sum(),
            kept: inputs
                .chain
                .lineage
                .kept()
                .map(|past| (past.id.clone(), past.site.values().map(Vec::len).sum()))
                .collect(),
            pages: edition.pages.len(),
            facts: edition.evidence.facts().count(),
            release_files: verified
                .files
                .iter()
                .map(|(name, bytes)| (name.clone(), bytes.len()))
                .collect(),
        }
    }
}
