//! `stage6 schema`: the shapes of the files that people write and of the documents that this program writes, as JSON
//! Schema, for editors and other tools.

use super::Outcome;
use super::console::{Console, print};
use crate::document::json_text::Json;
use crate::pipeline::Failure;
use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  stage6 schema --list
  stage6 schema publication > publication.schema.json
  stage6 schema core | jq '.properties.stress_lab'
  stage6 schema stress-lab-report > report.schema.json

An editor that knows YAML schemas (with the yaml-language-server, for example) completes and checks a file whose first
line is `# yaml-language-server: $schema=publication.schema.json`. `stage6 check` knows more than any schema can say.";

#[derive(Args, Debug)]
pub(super) struct SchemaArguments {
    /// Of which file or document.
    #[arg(
        required_unless_present = "list",
        hide_possible_values = true,
        value_name = "NAME"
    )]
    of: Option<Shape>,
    /// List all names, each with what it is of.
    #[arg(long, conflicts_with = "of")]
    list: bool,
}

/// A schema as it is kept.
macro_rules! shape {
    ($name:literal) => {
        include_str!(concat!("../../config/schemas/", $name, ".schema.json"))
    };
}

/// What has a schema: the files that people write, then the documents that are read and written. The SARIF and JUnit of
/// `--sarif` and `--junit` have those of their own makers.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    /// config/core.yaml.
    Core,
    /// config/publication.yaml.
    Publication,
    /// content/releases/<id>.yaml.
    Release,
    /// config/waivers.yaml.
    Waivers,
    /// config/verification.yaml, the policy of a verifier.
    Verification,
    /// stress_lab_report.json: every scenario with its metrics and limits.
    StressLabReport,
    /// stress_lab_analytics.json: reverse stress, probabilities, attribution.
    StressLabAnalytics,
    /// gate_report.json: every rule with its verdict.
    GateReport,
    /// signal_quality.json: what a release says about signal quality.
    SignalQualityList,
    /// <report>.manifest.json: a report with its files and signatures.
    ReportManifest,
    /// B.manifest.json: what a bundle is, and every file in it.
    ReleaseManifest,
    /// B.intoto.jsonl: a DSSE envelope.
    Attestation,
    /// The in-toto statement inside that envelope.
    AttestationStatement,
    /// <file>.sig: the HMACs of one file.
    Signature,
    /// facts/facts.json of a bundle: every value of the evidence.
    Facts,
    /// claims/claims.json of a bundle: every claim with its verdict.
    Claims,
    /// results.json of the kit: the results for programs.
    Results,
    /// A line of decision_log.jsonl.
    Decision,
    /// decision_log.head.json.
    DecisionHead,
    /// <bundle>.publication.json: what was published.
    PublicationRecord,
    /// The report of `stage6 parity`.
    MirrorParity,
    /// parity_report.json beside the index of signal quality.
    SignalCompleteness,
    /// <exchange>.json: orders of one exchange, which is read.
    SignalSnapshot,
    /// <runbook>.manifest.json of an archived runbook.
    RunbookManifest,
    /// <runbook>.md.sig of an archived runbook.
    RunbookSignature,
    /// What a browser exports from a checklist's page.
    ChecklistRecord,
    /// The file of `stage6 baseline`.
    Baseline,
    /// history.json of `stage6 history`.
    History,
    /// The report of `stage6 evaluate`.
    Evaluation,
    /// The report of `stage6 calibrate`.
    Calibration,
    /// The report of `stage6 portfolio`.
    PortfolioReport,
    /// The preview of `stage6 governor`.
    GovernorPreview,
    /// The report of `stage6 audit`.
    ThresholdAudit,
    /// The file of `stage6 verify --state`.
    VerifierState,
    /// What commands print with `--json` and `--events`.
    Output,
}

impl Shape {
    fn text(self) -> &'static str {
        match self {
            Shape::Core => shape!("core"),
            Shape::Publication => shape!("publication"),
            Shape::Release => shape!("release"),
            Shape::Waivers => shape!("waivers"),
            Shape::Verification => shape!("verification"),
            Shape::StressLabReport => shape!("written/stress-lab-report"),
            Shape::StressLabAnalytics => shape!("written/stress-lab-analytics"),
            Shape::GateReport => shape!("written/gate-report"),
            Shape::SignalQualityList => shape!("written/signal-quality-list"),
            Shape::ReportManifest => shape!("written/report-manifest"),
            Shape::ReleaseManifest => shape!("written/release-manifest"),
            Shape::Attestation => shape!("written/attestation"),
            Shape::AttestationStatement => shape!("written/attestation-statement"),
            Shape::Signature => shape!("written/signature"),
            Shape::Facts => shape!("written/facts"),
            Shape::Claims => shape!("written/claims"),
            Shape::Results => shape!("written/results"),
            Shape::Decision => shape!("written/decision"),
            Shape::DecisionHead => shape!("written/decision-head"),
            Shape::PublicationRecord => shape!("written/publication-record"),
            Shape::MirrorParity => shape!("written/mirror-parity"),
            Shape::SignalCompleteness => shape!("written/signal-completeness"),
            Shape::SignalSnapshot => shape!("written/signal-snapshot"),
            Shape::RunbookManifest => shape!("written/runbook-manifest"),
            Shape::RunbookSignature => shape!("written/runbook-signature"),
            Shape::ChecklistRecord => shape!("written/checklist-record"),
            Shape::Baseline => shape!("written/baseline"),
            Shape::History => shape!("written/history"),
            Shape::Evaluation => shape!("written/evaluation"),
            Shape::Calibration => shape!("written/calibration"),
            Shape::PortfolioReport => shape!("written/portfolio-report"),
            Shape::GovernorPreview => shape!("written/governor-preview"),
            Shape::ThresholdAudit => shape!("written/threshold-audit"),
            Shape::VerifierState => shape!("written/verifier-state"),
            Shape::Output => shape!("written/output"),
        }
    }
}

/// Prints the schema, in every mode: it is the result. Or lists them.
pub(super) fn run(arguments: &SchemaArguments, console: &mut Console) -> Result<Outcome, Failure> {
    match arguments.of {
        Some(shape) => print(shape.text().as_bytes())?,
        None => list(console),
    }
    Ok(Outcome::Good)
}

/// A schema by the name that it is asked for with.
pub(super) struct Named {
    pub(super) name: String,
    /// What it is of.
    pub(super) about: String,
    /// The schema itself.
    pub(super) text: &'static str,
}

/// All schemas, in their order: the files that people write, then the documents.
pub(super) fn all() -> Vec<Named> {
    let named = Shape::value_variants().iter().filter_map(|shape| {
        let value = shape.to_possible_value()?;
        Some(Named {
            name: value.get_name().to_owned(),
            about: value.get_help().map(ToString::to_string).unwrap_or_default(),
            text: shape.text(),
        })
    });
    named.collect()
}

fn list(console: &mut Console) {
    let named = all().into_iter().map(|schema| (schema.name, schema.about));
    let named: Vec<(String, String)> = named.collect();
    let width = named.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, about) in &named {
        console.line(format!("{name:<width$}  {about}"));
    }
    let schemas = named
        .iter()
        .map(|(name, about)| Json::map([("name", Json::text(name)), ("about", Json::text(about))]));
    console.object(&Json::map([
        ("status", Json::text("good")),
        ("schemas", Json::List(schemas.collect())),
    ]));
}
