//! The product on one page: evidence and prose go in, a verified bundle and a site come out.

mod analyze;
mod apart;
mod audit;
mod baseline;
mod build_analytics;
mod calibrate;
mod evaluate;
mod failure;
mod gather;
mod governor;
mod history;
mod keys;
mod outputs;
mod parity;
mod portfolio;
mod release;
mod schedule;
mod signals;
mod simulate;
mod targets;
mod written;

pub use analyze::{AnalyzeOptions, Analyzed, SettingsChoice, analyze};
pub use audit::{Audited, run_audit};
pub use baseline::{BaselineFiles, BaselineMade, BaselineOptions, baseline};
pub use calibrate::{CalibrateOptions, Segmentation, run_calibrate};
pub use evaluate::{Evaluated, run_evaluate};
pub use failure::Failure;
pub use gather::Inputs;
pub use governor::{GovernorOptions, run_asset_governor, run_strategy_governor};
pub use history::{HistoryMade, HistoryOptions, history};
pub use keys::{DEVELOPMENT_KEY_PATH, Environment, KeyChoice, MadeKey, build_key, key_if_any, read_key};
pub use outputs::{ANALYTICS_NAME, Built, REPORT_NAME, RunFiles};
pub use parity::{ParityFound, ParityOptions, parity};
pub use portfolio::{PortfolioRun, run_portfolio};
pub use release::{ListedRelease, MadeRelease, ReleaseOptions, list_releases, new_release};
pub use schedule::{Schedule, ScheduleOptions, schedule};
pub use signals::{SIGNALS_FOLDER, SignalOptions, SignalsFound, signal_quality};
pub use simulate::{SimulateOptions, Simulated, simulate};
pub use written::{Named, ReportOptions, Written};

use crate::bundle::{self, Verified};
use crate::content::{self, Page};
use crate::diag::Checked;
use crate::domain::{StressReport, Timestamp};
use crate::evidence::Evidence;
use crate::fs::{self, Lock, Project, Tree};
use crate::seal::HmacKey;
use crate::site::{self, SiteInput, Theme};

/// The version that reports, manifests and pages state.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The stages of a build, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading configuration, baselines, tables and drafts.
    Read,
    /// Running the Stress Lab.
    StressLab,
    /// Writing and signing the reports.
    Seal,
    /// Turning evidence into facts.
    Evidence,
    /// Resolving facts and links in pages.
    Pages,
    /// Rendering the site and checking its links.
    Site,
    /// Packing the bundle.
    Bundle,
    /// Verifying what was packed.
    Verify,
    /// Putting everything in place.
    Publish,
}

impl Stage {
    /// A word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::StressLab => "stress-lab",
            Stage::Seal => "seal",
            Stage::Evidence => "evidence",
            Stage::Pages => "pages",
            Stage::Site => "site",
            Stage::Bundle => "bundle",
            Stage::Verify => "verify",
            Stage::Publish => "publish",
        }
    }
}

/// Is told of each stage as it begins.
pub type Observer<'o> = &'o mut dyn FnMut(Stage);

/// Everything that a build makes, before anything is written.
struct Edition {
    run: RunFiles,
    analytics: RunFiles,
    report: StressReport,
    evidence: Evidence,
    pages: Vec<Page>,
    site: Tree,
}

impl Edition {
    /// The files of the report's folder by name.
    fn report_files(&self) -> Tree {
        let mut files = self.run.files();
        files.extend(self.analytics.files());
        files
    }
}

/// Builds the project: runs the Stress Lab, signs, renders, packs, verifies, and puts everything in place.
///
/// # Errors
/// Bad input, a bundle that does not verify, or a disk that refuses; then nothing in place has changed.
pub fn build(
    project: &Project,
    choose_key: impl FnOnce() -> Result<HmacKey, Failure>,
    now: Timestamp,
    on_wait: impl FnOnce(),
    observe: Observer<'_>,
) -> Result<Built, Failure> {
    // 1. What the author gave.
    observe(Stage::Read);
    let inputs = Inputs::load(project, now)?;
    inputs.check_targets(project)?;
    // Only now: a project that cannot be built must not be given a key.
    let key = &choose_key()?;

    // 2. to 5. What the numbers say, sealed, and what may be said about them.
    let edition = edit(project, &inputs, key, now, observe)?;

    // 6. What leaves the house.
    observe(Stage::Bundle);
    let payload = outputs::payload(&edition);
    let packed = bundle::pack(&payload, &inputs.release_info(now), key)?;

    // 7. With the code that a stranger runs.
    observe(Stage::Verify);
    let verified = bundle::verify_packed(packed, key)?;

    // 8. Three folders, each in one step; a crash at any instant leaves each of them whole, the old one or the new.
    observe(Stage::Publish);
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), on_wait)?;
    put_in_place(project, &inputs, &edition, &verified)?;
    Ok(Built::of(&inputs, edition, verified))
}

/// Finds every problem of configuration and content, and writes nothing.
///
/// # Errors
/// The problems.
pub fn check(
    project: &Project,
    choose_key: impl FnOnce() -> Result<HmacKey, Failure>,
    now: Timestamp,
    observe: Observer<'_>,
) -> Result<StressReport, Failure> {
    observe(Stage::Read);
    let inputs = Inputs::load(project, now)?;
    inputs.check_targets(project)?;
    Ok(edit(project, &inputs, &choose_key()?, now, observe)?.report)
}

fn edit(
    project: &Project,
    inputs: &Inputs,
    key: &HmacKey,
    now: Timestamp,
    observe: Observer<'_>,
) -> Result<Edition, Failure> {
    // 2. What the numbers say. Pure: no files, no clock.
    observe(Stage::StressLab);
    let report = inputs.run_lab(now);
    let analytics = inputs.run_analytics(&report);

    // 3. What is sealed. From here on these bytes are the evidence.
    observe(Stage::Seal);
    let run = RunFiles::seal(REPORT_NAME, &report, Some(key))?;
    let analytics = RunFiles::seal_analytics(ANALYTICS_NAME, &analytics, Some(key))?;

    // 4. What may be said: only what evidence holds.
    observe(Stage::Evidence);
    let evidence = inputs.collect(&run, &analytics, key)?;
    observe(Stage::Pages);
    let pages = content::resolve(inputs.drafts.clone(), &evidence, &inputs.wordings)?;

    // 5. What people see.
    observe(Stage::Site);
    let site = render(project, inputs, &pages, &evidence, &report, key)?;
    Ok(Edition {
        run,
        analytics,
        report,
        evidence,
        pages,
        site,
    })
}

fn render(
    project: &Project,
    inputs: &Inputs,
    pages: &[Page],
    evidence: &Evidence,
    report: &StressReport,
    key: &HmacKey,
) -> Checked<Tree> {
    let theme = Theme::load(project)?;
    let publication = &inputs.publication;
    let input = SiteInput {
        pages,
        evidence,
        report,
        analytics: Some(&inputs.analytics_path()),
        history_of: inputs.history_of,
        release: &publication.release,
        bundle: &publication.bundle,
        signing: &site::Signing {
            key_id: key.id().unwrap_or_default().to_owned(),
            development: key.is_development(),
        },
        name: &publication.site_name,
        languages: &publication.languages,
        tool_version: TOOL_VERSION,
        wordings: &inputs.wordings,
    };
    site::render(&input, &theme)
}

fn put_in_place(
    project: &Project,
    inputs: &Inputs,
    edition: &Edition,
    verified: &Verified,
) -> Result<(), Failure> {
    let stage =
        |path: &str, tree: &Tree, keep: &[&str]| fs::Staging::write(&project.locate(path), tree, keep);
    let stagings = vec![
        stage(&inputs.release_directory(), &verified.files, &[])?,
        stage(&inputs.report_directory, &edition.report_files(), &[])?,
        stage(&inputs.publication.site_directory, &edition.site, &targets::KEPT)?,
    ];
    Ok(fs::publish_all(stagings)?)
}
