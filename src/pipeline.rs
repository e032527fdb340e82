//! The product on one page: evidence and prose go in, a verified bundle and a site come out.

mod analyze;
mod apart;
mod archive;
mod audit;
mod baseline;
mod build_analytics;
mod calibrate;
mod docs;
mod evaluate;
mod facts;
mod failure;
mod gate_facts;
mod gate_mirror;
mod gate_release;
mod gate_rules;
mod gate_signals;
mod gather;
mod governor;
mod history;
mod init;
mod keys;
mod kit;
mod lineage;
mod live;
mod occasion;
mod outlets;
mod outputs;
mod parity;
mod portfolio;
mod previous;
mod publications;
mod publish;
mod published;
mod record;
mod release;
mod release_key;
mod replaced;
mod reused;
mod rollback;
mod runbook;
mod runbook_record;
mod runbook_seals;
mod schedule;
mod show;
mod signal_manifest;
mod signals;
mod simulate;
mod stage;
mod targets;
mod unfit;
mod verification;
mod waivers;
mod weigh;
mod written;

pub use analyze::{AnalyzeOptions, Analyzed, SettingsChoice, analyze};
pub use audit::{Audited, run_audit};
pub use baseline::{BaselineFiles, BaselineMade, BaselineOptions, baseline};
pub use calibrate::{CalibrateOptions, Segmentation, run_calibrate};
pub use docs::{DocsBuilt, DocsOptions, build_docs, check_docs, is_docs};
pub use evaluate::{Evaluated, run_evaluate};
pub use facts::{FactList, facts, record_facts};
pub use failure::Failure;
pub use gather::Inputs;
pub use governor::{GovernorOptions, run_asset_governor, run_strategy_governor};
pub use history::{HistoryMade, HistoryOptions, history};
pub use init::{Started, init};
pub use keys::{DEVELOPMENT_KEY_PATH, Environment, KeyChoice, MadeKey, build_key, key_if_any, read_key};
pub use kit::{KitFiles, read_kit, write_kit};
pub use live::{LiveDocs, LiveProject, LiveSite, Preview, Refreshed, preview};
pub use occasion::Occasion;
pub use outlets::{Author, Delivery, Outlet};
use outputs::SealedReport;
pub use outputs::{ANALYTICS_NAME, Built, GATE_NAME, REPORT_NAME, RunFiles};
pub use parity::{MIRROR_REPORT, ParityFound, ParityOptions, parity};
pub use portfolio::{PortfolioRun, run_portfolio};
pub use publish::{PublishOptions, Published, check_outlets, gate, publish};
pub use published::{Finding, Reviewed, review};
pub use record::Recorder;
pub use release::{ListedRelease, MadeRelease, ReleaseOptions, list_releases, new_release};
pub use release_key::{DEVELOPMENT_RELEASE_KEY_PATH, build_release_key, release_key_if_any};
pub use rollback::{RollbackOptions, RolledBack, rollback};
pub use runbook::{RunbookOptions, SignedRunbook, UncheckedRunbook, sign_runbook};
pub use schedule::{Schedule, ScheduleOptions, schedule};
pub use signals::{SIGNALS_FOLDER, SignalOptions, SignalsFound, signal_quality};
pub use simulate::{SimulateOptions, Simulated, simulate};
pub use stage::{Observer, Stage};
pub use verification::{Demands, POLICY_PATH, VerifyOptions, demands, remember};
pub use waivers::sign_waivers;
pub use written::{Named, ReportOptions, Written};

use gate_facts::{Examined, GateFacts};
use runbook::Archived;
use runbook_seals::RunbookSeal;
use show::show;
use signal_manifest::SignalManifest;
use weigh::weigh;

use crate::bundle::{self, Verified};
use crate::config::Publication;
use crate::content::{self, Claim, Page, Terms};
use crate::diag::{About, Checked, Problems, Topic};
use crate::domain::{GateRulings, GateStage, Reuse, StressReport, Timestamp, WaiverBook};
use crate::evidence::Evidence;
use crate::fs::{self, Lock, Project, Tree};
use crate::kit::Kit;
use crate::seal::SigningKeys;
use crate::site;

/// The version that reports, manifests and pages state.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that a build makes, before anything is written.
struct Edition {
    run: RunFiles,
    analytics: RunFiles,
    report: StressReport,
    evidence: Evidence,
    pages: Vec<Page>,
    /// The pages of the checklists that the gate counts; they stand on the site, and in the bundle as the evidence that they are.
    checklists: Vec<Page>,
    kit: Kit,
    /// The report of the gate, as far as it can be decided before there is a bundle.
    gate: SealedReport,
    /// The list of what is known about signal quality.
    signals: SealedReport,
    /// What the bundle holds beside its checklists.
    seals: Vec<RunbookSeal>,
    rulings: GateRulings,
    site: Tree,
    /// Who answers for contradictions.
    book: WaiverBook,
}

impl Edition {
    /// The files of the report's folder by name.
    fn report_files(&self) -> Tree {
        let mut files = self.run.files();
        files.extend(self.analytics.files());
        files.extend(self.gate.files());
        files.extend(self.signals.files());
        files
    }
}

/// Builds the project: runs the Stress Lab, signs, renders, packs, verifies, records, and puts everything in place.
/// `actor` is whom the decision log names; without one it is left alone.
///
/// # Errors
/// Bad input, a bundle that does not verify, or a disk that refuses; then nothing in place has changed.
pub fn build(
    project: &Project,
    choose_keys: impl FnOnce(&Publication) -> Result<SigningKeys, Failure>,
    occasion: Occasion<'_>,
    on_wait: impl FnOnce(),
    observe: Observer<'_>,
) -> Result<Built, Failure> {
    // 1. What the author gave.
    observe(Stage::Read);
    let inputs = Inputs::load(project, occasion.now)?;
    unfit::check_validity(&inputs.publication, occasion.now)?;
    inputs.check_targets(project)?;
    let archive = runbook::read_archive(project).about(Topic::Checklist)?;
    // Only now: a project that cannot be built must not be given a key.
    let keys = &choose_keys(&inputs.publication).about(Topic::Keys)?;
    release_key::check_fitness(&inputs.publication, keys).about(Topic::Keys)?;
    inputs.check_draft(occasion.draft)?;
    let unchecked = runbook::check_archive(&archive, &keys.hmac).about(Topic::Checklist)?;

    let recorder = Recorder {
        project,
        key: &keys.hmac,
        now: occasion.now,
        actor: occasion.actor,
    };

    let reuse = reused::open(project, occasion.program, &keys.hmac);
    let (edition, verified) = make(project, (&inputs, &archive), (keys, &reuse), occasion, observe)
        .inspect_err(|failure| recorder.build_failed(&inputs, failure, false))?;

    // 8. Three folders, each in one step; a crash at any instant leaves each of them whole, the old one or the new.
    observe(Stage::Publish);
    let _lock = Lock::take(&project.locate("var/.stage6.lock"), on_wait)?;
    let reports = (inputs.report_directory.as_str(), &edition.report_files());
    replaced::check(project, (&inputs.release_directory(), &verified.files), reports)
        .about(Topic::Outputs)?;
    let stagings = stage_all(project, &inputs, &edition, &verified)?;
    let finished = kit::finished(&inputs, &edition, &verified);
    let proofs = kit::proofs(project, &inputs, &edition, keys, &finished)?;
    // The record comes before the exchange, when nothing but three renames can still fail: no release ever stands in
    // place without its line. The other way round is explained: a line whose digests no folder has is that of a build
    // that was killed here, or the line after it says that it was not put in place.
    let recorded = recorder.built(&inputs, &edition, &verified)?;
    fs::publish_all(stagings)
        .map_err(Failure::from)
        .inspect_err(|failure| recorder.build_failed(&inputs, failure, true))?;
    // Last, because a proof of what is not in place would prove nothing; without it the release is whole all the same.
    kit::write_proofs(project, &proofs)?;
    reused::leave(project, occasion.program, &keys.hmac, reuse);
    Ok(Built {
        unchecked,
        ..Built::of(&inputs, edition, verified, recorded)
    })
}

/// Stages 2 to 7: everything in memory.
fn make(
    project: &Project,
    (inputs, archive): (&Inputs, &[Archived]),
    (keys, reuse): (&SigningKeys, &Reuse),
    occasion: Occasion<'_>,
    observe: Observer<'_>,
) -> Result<(Edition, Verified), Failure> {
    // 2. to 5. What the numbers say, sealed, and what may be said about them.
    let mut edition = edit(project, (inputs, archive), (keys, reuse), occasion, observe)?;
    observe(Stage::Site);
    edition.site = show((project, reuse), inputs, &edition, keys, site::render)?;

    // 6. What leaves the house.
    observe(Stage::Bundle);
    let payload = outputs::payload(inputs, &edition);
    let packed = bundle::pack(&payload, &inputs.release_info(occasion.now), keys, reuse)?;

    // 7. With the code that a stranger runs.
    observe(Stage::Verify);
    let verified = bundle::verify_packed(packed, keys)?;
    Ok((edition, verified))
}

/// A project without problems.
#[derive(Debug)]
pub struct CheckedProject {
    /// The result of the Stress Lab.
    pub report: StressReport,
    /// Every claim of every page, judged.
    pub claims: Vec<Claim>,
    /// What the gate says, as far as it can be decided before there is a bundle.
    pub rulings: GateRulings,
    /// Archived runbooks that another key signed.
    pub unchecked: Vec<UncheckedRunbook>,
}

/// Finds every problem of configuration and content, and writes nothing. Also names the archived runbooks whose
/// signatures this key could not check.
///
/// # Errors
/// The problems.
pub fn check(
    project: &Project,
    choose_keys: impl FnOnce(&Publication) -> Result<SigningKeys, Failure>,
    now: Timestamp,
    observe: Observer<'_>,
) -> Result<CheckedProject, Failure> {
    observe(Stage::Read);
    let inputs = Inputs::load(project, now)?;
    unfit::check_validity(&inputs.publication, now)?;
    inputs.check_targets(project)?;
    let archive = runbook::read_archive(project).about(Topic::Checklist)?;
    let keys = &choose_keys(&inputs.publication).about(Topic::Keys)?;
    release_key::check_fitness(&inputs.publication, keys).about(Topic::Keys)?;
    let unchecked = runbook::check_archive(&archive, &keys.hmac).about(Topic::Checklist)?;
    let occasion = Occasion::at(now);
    let anew = Reuse::none();
    let edition = edit(project, (&inputs, &archive), (keys, &anew), occasion, observe)?;
    observe(Stage::Site);
    show((project, &anew), &inputs, &edition, keys, site::check)?;
    Ok(CheckedProject {
        claims: outputs::claims(&edition.pages),
        rulings: edition.rulings,
        report: edition.report,
        unchecked,
    })
}

/// 2. and 3. The reports, and the bytes that were signed.
fn run_and_seal(
    inputs: &Inputs,
    keys: &SigningKeys,
    now: Timestamp,
    observe: Observer<'_>,
) -> Result<(StressReport, RunFiles, RunFiles), Failure> {
    // 2. What the numbers say. Pure: no files, no clock.
    observe(Stage::StressLab);
    let report = inputs.run_lab(now);
    let analytics = inputs.run_analytics(&report);

    // 3. What is sealed. From here on these bytes are the evidence.
    observe(Stage::Seal);
    let run = RunFiles::seal(REPORT_NAME, &report, Some(&keys.hmac))?;
    let analytics = RunFiles::seal_analytics(ANALYTICS_NAME, &analytics, Some(&keys.hmac))?;
    Ok((report, run, analytics))
}

fn edit(
    project: &Project,
    (inputs, archive): (&Inputs, &[Archived]),
    (keys, reuse): (&SigningKeys, &Reuse),
    Occasion { now, draft, .. }: Occasion<'_>,
    observe: Observer<'_>,
) -> Result<Edition, Failure> {
    let (report, run, analytics) = run_and_seal(inputs, keys, now, observe)?;

    // 4. What may be said: only what evidence holds.
    observe(Stage::Evidence);
    let mut evidence = inputs.collect(&run, &analytics, &keys.hmac)?;
    let seals = runbook_seals::seals(inputs, archive, &keys.hmac, now);
    runbook_seals::tell(&seals, &mut evidence);
    let (book, problems) = inputs.weigh_waivers(&evidence, &keys.hmac, now);
    observe(Stage::Pages);
    let (pages, checklists) = write_pages((inputs, reuse), (&evidence, &book), problems, draft)?;

    let kit = kit::make(project, inputs, (&evidence, &report), keys)?;
    // What stands between it and its readers: nothing is stopped here, a draft says what it lacks.
    let examined = Examined {
        inputs,
        keys,
        archive,
        book: &book,
        evidence: &evidence,
        report: &report,
        run: &run,
        pages: &pages,
        kit: &kit,
        now,
    };
    let counted = GateFacts::of(&examined).about(Topic::Gate)?;
    let rulings = weigh(inputs, &evidence, counted, (&book, now), GateStage::Build);
    let bundle = inputs.publication.bundle.as_str();
    let gate = SealedReport::of_gate(&rulings, bundle, &keys.hmac)?;
    let signals = inputs.signals.as_ref().map(SignalManifest::of);
    Ok(Edition {
        gate,
        signals: signals.unwrap_or_default().seal(bundle, &keys.hmac, now)?,
        seals,
        rulings,
        run,
        analytics,
        report,
        evidence,
        pages,
        kit,
        checklists,
        site: Tree::new(),
        book,
    })
}

/// The pages that people wrote and those of checklists, resolved; or everything that is wrong with the project.
fn write_pages(
    (inputs, reuse): (&Inputs, &Reuse),
    (evidence, book): (&Evidence, &WaiverBook),
    mut problems: Problems,
    draft: bool,
) -> Checked<(Vec<Page>, Vec<Page>)> {
    let terms = Terms {
        false_claims_pass: draft,
        waivers: Some(book),
        history_of: inputs.history_of,
        reuse: Some(reuse),
    };
    let (pages, more) = content::survey(&inputs.drafts, evidence, &inputs.wordings, &terms);
    problems.extend(more);
    let checklists = problems
        .take(inputs.checklist_pages(evidence))
        .unwrap_or_default();
    problems.into_result((pages, checklists))
}

/// Writes the three folders beside their places.
fn stage_all(
    project: &Project,
    inputs: &Inputs,
    edition: &Edition,
    verified: &Verified,
) -> Result<Vec<fs::Staging>, Failure> {
    let stage =
        |path: &str, tree: &Tree, keep: &[&str]| fs::Staging::write(&project.locate(path), tree, keep);
    Ok(vec![
        stage(&inputs.release_directory(), &verified.files, &[])?,
        stage(&inputs.report_directory, &edition.report_files(), &[])?,
        stage(&inputs.publication.site_directory, &edition.site, &targets::KEPT)?,
    ])
}
