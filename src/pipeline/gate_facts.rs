//! What the program counts for the gate: facts about a release that stand in no file, each with the place that it was
//! counted at.

use super::gate_mirror::MirrorFound;
use super::gather::AUDIT_FOLDER;
use super::runbook::Archived;
use super::{Failure, Inputs, REPORT_NAME, RunFiles};
use super::{gate_rules, gate_signals};
use crate::config::WAIVERS_PATH;
use crate::content::{Page, count_hidden_tasks, count_tasks};
use crate::diag::Position;
use crate::document::{Node, front_matter};
use crate::domain::{Digest, Fact, FactValue, ReleaseStatus, StressReport, Timestamp, Unit, WaiverBook};
use crate::evidence::Evidence;
use crate::kit::Kit;
use crate::lab::audit::{agreed_expectations, audit};
use crate::seal::SigningKeys;

/// The file that holds the rules.
const PUBLICATION: &str = "config/publication.yaml";
/// What the ids of all these facts begin with.
const NAMESPACE: &str = "gate.";

/// Facts being counted.
#[derive(Debug, Default)]
pub(super) struct GateFacts {
    facts: Vec<Fact>,
}

/// What a gate looks at besides the evidence.
pub(super) struct Examined<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) keys: &'a SigningKeys,
    pub(super) archive: &'a [Archived],
    pub(super) book: &'a WaiverBook,
    pub(super) evidence: &'a Evidence,
    pub(super) report: &'a StressReport,
    pub(super) run: &'a RunFiles,
    pub(super) pages: &'a [Page],
    pub(super) kit: &'a Kit,
    /// The moment of the run.
    pub(super) now: Timestamp,
}

/// What was found of the bundle that would be published.
#[derive(Clone, Debug, Default)]
pub(super) struct BundleFound {
    /// It verifies, with the HMAC key and by the release key.
    pub(super) verified: bool,
    /// The inputs of now, built for its moment, give the same bytes.
    pub(super) reproduced: bool,
    /// The digest of its manifest.
    pub(super) manifest: Option<Digest>,
    /// Bundles of earlier publications that verify, by name.
    pub(super) fallbacks: Vec<String>,
    /// What the last comparison with a mirror says.
    pub(super) mirror: MirrorFound,
    /// Proofs of source that are missing or speak of another bundle.
    pub(super) unfit_proofs: Vec<String>,
}

impl GateFacts {
    /// Adds a fact; its unit follows from its name, as that of every fact.
    pub(super) fn add(&mut self, name: &str, value: FactValue, (source, at): (&str, Position)) {
        let unit = match value {
            FactValue::Number(_) => Unit::of_key(name),
            _ => Unit::Plain,
        };
        self.facts.push(Fact {
            id: format!("{NAMESPACE}{name}"),
            value,
            unit,
            source: source.to_owned(),
            at,
        });
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(super) fn count(&mut self, name: &str, count: usize, place: (&str, Position)) {
        self.add(name, FactValue::Number(count as f64), place);
    }

    pub(super) fn list(&mut self, name: &str, words: Vec<String>, place: (&str, Position)) {
        self.add(name, FactValue::List(words), place);
    }

    /// The facts.
    pub(super) fn into_facts(self) -> Vec<Fact> {
        self.facts
    }

    /// Counts everything that does not need the bundle.
    ///
    /// # Errors
    /// Minutes whose agreed values cannot be read.
    pub(super) fn of(examined: &Examined<'_>) -> Result<GateFacts, Failure> {
        let mut facts = GateFacts::default();
        facts.release(examined);
        gate_rules::count(examined.inputs, &mut facts);
        facts.thresholds(examined)?;
        facts.artefacts(examined);
        facts.checklists(examined);
        facts.coverage(examined);
        facts.manifests(examined);
        facts.documents(examined);
        let gate = &examined.inputs.publication.gate;
        let signals = examined.inputs.signals.as_ref();
        gate_signals::count(signals, &mut facts, &gate.exchanges, examined.now);
        let failed = examined.pages.iter().flat_map(|page| &page.claims);
        let failed = failed.filter(|claim| !claim.holds).count();
        facts.count("claims.failed", failed, ("content", Position::default()));
        let expired = examined
            .book
            .waivers
            .iter()
            .filter(|waiver| waiver.has_expired(examined.now));
        let expired = expired.map(|waiver| waiver.id().to_owned());
        facts.list(
            "waivers.expired",
            expired.collect(),
            (WAIVERS_PATH, Position::default()),
        );
        Ok(facts)
    }

    fn release(&mut self, examined: &Examined<'_>) {
        let publication = &examined.inputs.publication;
        let record = &publication.release_source;
        let place = |key: &str| {
            (
                record.path.as_str(),
                record.node.get(key).map(|node| node.at).unwrap_or_default(),
            )
        };
        let is_final = publication.release.status == ReleaseStatus::Final;
        self.add("release.is_final", FactValue::Bool(is_final), place("status"));
        self.add("now", FactValue::Moment(examined.now), place("released_at"));
        let unfit = examined.keys.is_development() || examined.keys.unfit_for_publication().is_some();
        self.add(
            "keys.fit_for_publication",
            FactValue::Bool(!unfit),
            at(&publication.source.node, "signing"),
        );
        let report = format!("{}/{REPORT_NAME}.json", examined.inputs.report_directory);
        let age = examined.now.days_since(examined.report.generated_at);
        self.add(
            "report.age_days",
            FactValue::Number(age),
            (&report, Position::default()),
        );
    }

    /// The comparison of `stage6 audit` with what people agreed on.
    fn thresholds(&mut self, examined: &Examined<'_>) -> Result<(), Failure> {
        let core = &examined.inputs.core.source;
        let mut agreed = Vec::new();
        for (path, bytes) in &examined.inputs.documents {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
            let parts = front_matter::split(path, text)?;
            if let Some(facts) = parts.as_ref().and_then(|parts| parts.meta.get("facts")) {
                agreed.extend(agreed_expectations(path, facts)?);
            }
        }
        let audited = audit(&core.node, &agreed);
        let place = (core.path.as_str(), Position::default());
        self.count("thresholds.compared", audited.agreed, place);
        let lines = audited.agreement_differences.iter().map(|one| one.line("agreed"));
        self.list("thresholds.differences", lines.collect(), place);
        Ok(())
    }

    fn artefacts(&mut self, examined: &Examined<'_>) {
        let publication = &examined.inputs.publication;
        let mut missing = Vec::new();
        for language in &publication.languages {
            let pages = publication.gate.pages.iter();
            let absent = pages.filter(|id| {
                !examined
                    .pages
                    .iter()
                    .any(|page| page.language == *language && page.id == **id)
            });
            missing.extend(absent.map(|id| format!("content/{}/{id}.md", language.tag())));
        }
        let made = examined.run.files();
        let reports = RunFiles::names(REPORT_NAME).into_iter();
        missing.extend(reports.filter(|name| !made.contains_key(name)));
        self.list("artefacts.missing", missing, at(&publication.source.node, "gate"));
    }

    fn checklists(&mut self, examined: &Examined<'_>) {
        let publication = &examined.inputs.publication;
        let (mut unproven, mut unread, mut open, mut boxes) = (Vec::new(), Vec::new(), 0, 0);
        for path in &publication.gate.checklists {
            if !examined
                .archive
                .iter()
                .any(|one| one.path() == path && one.is_proven(&examined.keys.hmac))
            {
                unproven.push(path.clone());
            }
            let document = examined.inputs.documents.iter().find(|(known, _)| known == path);
            let Some(text) = document.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()) else {
                // Boxes that nobody can read are not ticked.
                unread.push(path.clone());
                continue;
            };
            let (done, left) = count_tasks(text);
            // A box that readers cannot see, because it was put into a comment or code, is not done.
            let left = left + count_hidden_tasks(text);
            (boxes, open) = (boxes + done + left, open + left);
        }
        let place = at(&publication.source.node, "gate");
        open += unread.len();
        unproven.extend(
            unread
                .into_iter()
                .map(|path| format!("{path}: not below {AUDIT_FOLDER}")),
        );
        self.list("checklists.unproven", unproven, place);
        self.count("checklists.boxes", boxes, place);
        self.count("checklists.open", open, place);
    }

    /// Adds what only the finished bundle shows.
    pub(super) fn add_bundle(&mut self, found: &BundleFound, release_directory: &str) {
        let place = (release_directory, Position::default());
        self.add("bundle.verified", FactValue::Bool(found.verified), place);
        self.add("bundle.reproduced", FactValue::Bool(found.reproduced), place);
        let manifest = found
            .manifest
            .map_or_else(String::new, |digest| digest.to_string());
        self.add("bundle.manifest_sha256", FactValue::Text(manifest), place);
        self.list("proof.unfit", found.unfit_proofs.clone(), place);
        self.list(
            "fallback.verified",
            found.fallbacks.clone(),
            ("var/marketing/archive", Position::default()),
        );
    }
}

fn at<'n>(publication: &Node, key: &str) -> (&'n str, Position) {
    (
        PUBLICATION,
        publication.get(key).map(|node| node.at).unwrap_or_default(),
    )
}
