//! Everything that a build reads, read once; and the evidence made from it.

use super::build_analytics::history_of;
use super::keys::project_origin;
use super::lineage::{self, Chain};
use super::schedule::done_problems;
use super::signals::Signals;
use super::targets::{Targets, report_directory, reserved};
use super::unfit::{names_taken, unfit_for_a_bundle};
use super::waivers::WaiverFile;
use super::{ANALYTICS_NAME, REPORT_NAME, RunFiles, TOOL_VERSION};
use crate::bundle::ReleaseInfo;
use crate::config::{Core, Markets, Mode, Origin, Publication, StressLab};
use crate::content::{self, Draft, Page, Wording, Wordings};
use crate::diag::{About, Checked, Problem, Problems, Topic};
use crate::document::json;
use crate::domain::{Digest, FactValue, InputFile, Provenance, StressReport, Timestamp};
use crate::evidence::{Builder, Evidence, EvidenceKind, Sealed, Signer};
use crate::fs::Project;
use crate::lab;
use crate::seal::HmacKey;

/// Where documents that count as evidence lie.
pub(super) const AUDIT_FOLDER: &str = "var/audit/stage6";
/// Where CSV tables lie.
const TABLES_FOLDER: &str = "content/tables";
/// Where `stage6 history` puts tables.
pub(super) const HISTORY_FOLDER: &str = "var/audit/stage6/history";

/// The record of what facts were; `stage6 facts --record` adds to it.
pub(super) const RECORD: &str = "var/audit/stage6/fact_history.csv";

/// What the author gave.
#[derive(Debug)]
pub struct Inputs {
    pub(super) core: Core,
    /// What a release shows of `core.yaml`, if that is not all.
    published_core: Option<Vec<u8>>,
    pub(super) lab: StressLab,
    pub(super) markets: Markets,
    pub(super) publication: Publication,
    pub(super) report_directory: String,
    pub(super) drafts: Vec<Draft>,
    pub(super) wordings: Wordings,
    pub(super) tables: Vec<(String, Vec<u8>)>,
    pub(super) documents: Vec<(String, Vec<u8>)>,
    pub(super) waivers: Option<WaiverFile>,
    /// Earlier releases.
    pub(super) chain: Chain,
    /// Snapshots of signal quality with their index.
    pub(super) signals: Option<Signals>,
    /// The record of what facts were, where there is one.
    record: Option<Vec<u8>>,
    /// The digest of the configuration that the history tables were computed for.
    pub(super) history_of: Option<Digest>,
}

impl Inputs {
    /// Reads configuration, baselines, tables, documents and drafts of a project.
    ///
    /// # Errors
    /// All problems of all of them at once.
    pub fn load(project: &Project, now: Timestamp) -> Checked<Inputs> {
        let mut problems = Problems::new();
        let (core, markets) = read_lab(project, now, &mut problems)?;
        let publication = problems.take(Publication::load(project).about(Topic::Configuration));
        let wordings = problems.take(Wording::load(project).about(Topic::Templates));
        let languages = publication
            .as_ref()
            .map(|publication| publication.languages.clone());
        let drafts = languages.and_then(|languages| problems.take(content::load(project, &languages)));
        let tables = read_tables(project, &mut problems);
        let documents = read_all(project, AUDIT_FOLDER, ".md", &mut problems);
        let signals = problems
            .take(Signals::load(project).about(Topic::Signals))
            .flatten();
        let others = tables.iter().chain(&documents);
        problems.extend(unfit_for_a_bundle(core.as_ref(), markets.as_ref(), others).about(Topic::Outputs));
        problems.take(done_problems(publication.as_ref(), &tables).about(Topic::Schedule));
        let waivers = WaiverFile::read(project).about(Topic::Contradictions);
        let waivers = problems.take(waivers).flatten();
        let record = read_record(project, &mut problems);
        let chain = lineage::read(project, publication.as_ref(), &mut problems);
        let report_directory = core
            .as_ref()
            .and_then(|core| report_directory(core, &mut problems));
        let parts = (core, markets, publication, wordings, drafts, report_directory);
        let (
            Some(core),
            Some(markets),
            Some(publication),
            Some(wordings),
            Some(drafts),
            Some(report_directory),
        ) = parts
        else {
            problems.into_result(())?;
            let problem = Problem::with_file("config/core.yaml", "could not be read");
            return Err(vec![problem.about(Topic::Configuration)]);
        };
        let lab = core.stress_lab.clone().ok_or_else(no_stress_lab)?;
        let published_core = problems
            .take(core.published().about(Topic::Configuration))
            .flatten();
        problems.into_result(Inputs {
            core,
            published_core,
            lab,
            markets,
            publication,
            report_directory,
            drafts,
            wordings,
            tables,
            documents,
            waivers,
            chain,
            signals,
            record,
            history_of: history_of(project),
        })
    }

    /// Whether a failed scenario should give exit code 3.
    pub(super) fn requires_success(&self) -> bool {
        self.lab.require_success
    }

    /// Runs the Stress Lab.
    pub(super) fn run_lab(&self, now: Timestamp) -> StressReport {
        lab::report(lab::Run {
            generated_at: now,
            thresholds: &self.lab.thresholds,
            scenarios: &self.lab.scenarios,
            markets: &self.markets.markets,
            inputs: input_files(&self.core, &self.markets),
            compat_reference: false,
        })
    }

    /// Makes facts out of everything.
    pub(super) fn collect(&self, run: &RunFiles, analytics: &RunFiles, key: &HmacKey) -> Checked<Evidence> {
        let mut builder = Builder::new();
        let mut problems = Problems::new();
        self.collect_configuration(&mut builder);
        for (files, name, namespace) in [
            (run, REPORT_NAME, "report"),
            (analytics, ANALYTICS_NAME, "analytics"),
        ] {
            problems.take(self.collect_report(files, (name, namespace), key, &mut builder));
        }
        self.collect_baselines(&mut builder);
        for (path, bytes) in &self.tables {
            problems.take(builder.add_table(path, bytes).about(Topic::Tables));
        }
        for (path, bytes) in &self.documents {
            problems.take(builder.add_document(path, bytes));
        }
        self.collect_waivers(&mut builder, key);
        self.collect_previous(&mut builder);
        if let Some(signals) = &self.signals {
            signals.collect(&mut builder);
        }
        if let Some(bytes) = &self.record {
            problems.take(builder.add_record(RECORD, bytes));
        }
        let evidence = problems.take(builder.finish());
        problems
            .about(Topic::Facts)
            .into_result(evidence.unwrap_or_default())
    }

    fn collect_configuration(&self, builder: &mut Builder) {
        let core = &self.core.source;
        match &self.published_core {
            Some(extract) => {
                builder
                    .add_file(&core.path, extract, EvidenceKind::Config)
                    .extract_of = Some(core.digest)
            }
            None => drop(builder.add_file(&core.path, &core.bytes, EvidenceKind::Config)),
        }
        for (name, section) in self.core.sections() {
            builder.add_facts(&core.path, name, section);
        }
        let publication = &self.publication.source;
        builder.add_file(&publication.path, &publication.bytes, EvidenceKind::Publication);
        builder.add_facts(&publication.path, "publication", &publication.node);
        let record = &self.publication.release_source;
        builder.add_file(&record.path, &record.bytes, EvidenceKind::Release);
        builder.add_facts(&record.path, "release", &record.node);
        let release = &self.publication.release;
        let at = record
            .node
            .get("released_at")
            .map(|node| node.at)
            .unwrap_or_default();
        builder.add_fact(
            &record.path,
            "release.publish_at",
            FactValue::Moment(release.publish_at),
            at,
        );
        builder.add_fact(
            &record.path,
            "release.valid_until",
            FactValue::Moment(release.valid_until),
            at,
        );
    }

    /// The report's facts are read back from the sealed bytes, so they are what was signed, at the lines where it
    /// stands.
    fn collect_report(
        &self,
        run: &RunFiles,
        (name, namespace): (&str, &str),
        key: &HmacKey,
        builder: &mut Builder,
    ) -> Checked<()> {
        let path = |ending: &str| format!("{}/{name}{ending}", self.report_directory);
        let sealed = Sealed {
            key_id: key.id().unwrap_or_default().to_owned(),
            development: key.is_development(),
            signer: Signer::Maker,
        };
        let json_path = path(".json");
        let node = json::read(&json_path, &run.json).map_err(|problem| vec![problem])?;
        let sample = self
            .markets
            .markets
            .iter()
            .any(|market| market.provenance == Provenance::Sample);
        for (path, bytes) in [(&json_path, &run.json), (&path(".csv"), &run.csv)] {
            let file = builder.add_file(path, bytes, EvidenceKind::Report);
            file.sealed = Some(sealed.clone());
            file.sample = sample;
        }
        builder.add_facts(&json_path, namespace, &node);
        Ok(())
    }

    fn collect_baselines(&self, builder: &mut Builder) {
        for source in &self.markets.sources {
            let Some(market) = self
                .markets
                .markets
                .iter()
                .find(|market| market.path.as_ref() == Some(&source.path))
            else {
                continue;
            };
            let file = builder.add_file(&source.path, &source.bytes, EvidenceKind::Baseline);
            file.sample = market.provenance == Provenance::Sample;
            let prefix = format!("baselines.{}", market.key);
            builder.add_facts(
                &source.path,
                &prefix,
                source.node.get("baseline").unwrap_or(&source.node),
            );
            if let (Some(as_of), Some(node)) = (market.as_of, source.node.get("generated_at")) {
                builder.add_fact(
                    &source.path,
                    &format!("{prefix}.as_of"),
                    FactValue::Moment(as_of),
                    node.at,
                );
            }
            // Ages belong to a run, so they stand in its report.
            let age = format!("report.datasets.{}.age_days", market.baseline.symbol);
            builder.add_alias(&format!("{prefix}.age_days"), &age);
        }
    }

    /// The pages of the checklists that the gate counts.
    pub(super) fn checklist_pages(&self, evidence: &Evidence) -> Checked<Vec<Page>> {
        let counted = &self.publication.gate.checklists;
        let documents = self.documents.iter().filter(|(path, _)| counted.contains(path));
        let documents: Vec<(&str, &[u8])> = documents
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
            .collect();
        content::checklist_pages(&documents, &self.publication.languages, evidence, &self.wordings)
            .about(Topic::Checklist)
    }

    /// What the manifest says about the release.
    pub(super) fn release_info(&self, now: Timestamp) -> ReleaseInfo<'_> {
        ReleaseInfo {
            release: &self.publication.release,
            bundle: &self.publication.bundle,
            producer: &self.publication.signing.producer,
            generated_at: now,
            tool_version: TOOL_VERSION,
        }
    }

    /// Refuses output folders that hold anything that no build made.
    pub(super) fn check_targets(&self, project: &Project) -> Checked<()> {
        let bundle = self.publication.bundle.as_str();
        Targets {
            site: &self.publication.site_directory,
            release: &self.release_directory(),
            release_prefix: bundle.trim_end_matches(|c: char| c.is_ascii_digit()),
            reports: Some(&self.report_directory),
            reserved: &reserved(&self.publication),
        }
        .check(project)
        .about(Topic::Outputs)
    }

    /// The release's folder, inside the project.
    pub(super) fn release_directory(&self) -> String {
        format!(
            "{}/{}",
            self.publication.bundle_directory, self.publication.release.id
        )
    }
}

/// The configuration and the baselines that it names, as far as they can be read.
type ReadLab = (Option<Core>, Option<Markets>);

fn read_lab(project: &Project, now: Timestamp, problems: &mut Problems) -> Checked<ReadLab> {
    let origin = origin_in(project).about(Topic::Configuration)?;
    let core = problems.take(Core::load(&origin, Mode::Strict).about(Topic::Configuration));
    let lab = core.as_ref().and_then(|core| core.stress_lab.as_ref());
    let markets = lab.map(|lab| Markets::load(lab, &origin, Mode::Strict, now).about(Topic::Baselines));
    let markets = markets.and_then(|markets| problems.take(markets));
    Ok((core, markets))
}

/// Where the configuration stands, if it does.
fn origin_in(project: &Project) -> Checked<Origin> {
    let origin = project_origin(project);
    match project.has_file(&origin.recorded) {
        true => Ok(origin),
        false => Err(vec![Problem::with_file(&origin.recorded, "no such file").hint(
            "run the command in the project's folder, or name it with `--root DIR`",
        )]),
    }
}

/// The files that a run's numbers depend on.
pub(super) fn input_files(core: &Core, markets: &Markets) -> Vec<InputFile> {
    let file = |source: &crate::config::SourceFile, role| InputFile {
        path: source.path.clone(),
        role,
        size: source.bytes.len(),
        digest: source.digest,
    };
    let baselines = markets.sources.iter().map(|source| file(source, "baseline"));
    std::iter::once(file(&core.source, "config"))
        .chain(baselines)
        .collect()
}

fn no_stress_lab() -> Vec<Problem> {
    let message = "there is no section `stress_lab`";
    vec![Problem::with_file("config/core.yaml", message).about(Topic::Configuration)]
}

fn read_record(project: &Project, problems: &mut Problems) -> Option<Vec<u8>> {
    if !project.has_file(RECORD) {
        return None;
    }
    problems.take(
        project
            .read(RECORD)
            .map_err(|problem| vec![problem.about(Topic::Facts)]),
    )
}

/// The tables of pages and of history; both are known by their names alone.
fn read_tables(project: &Project, problems: &mut Problems) -> Vec<(String, Vec<u8>)> {
    let mut tables = read_all(project, TABLES_FOLDER, ".csv", problems);
    tables.extend(read_all(project, HISTORY_FOLDER, ".csv", problems));
    problems.extend(names_taken(&tables).about(Topic::Tables));
    tables
}

fn read_all(
    project: &Project,
    folder: &str,
    ending: &str,
    problems: &mut Problems,
) -> Vec<(String, Vec<u8>)> {
    let paths = problems
        .take(
            project
                .list(folder, ending)
                .map_err(|problem| vec![problem.about(Topic::Facts)]),
        )
        .unwrap_or_default();
    let read = |path: String| Some((project.read(&path).map_err(|problem| vec![problem]), path));
    paths
        .into_iter()
        .filter_map(read)
        .filter_map(|(bytes, path)| Some((path, problems.take(bytes.about(Topic::Facts))?)))
        .collect()
}
