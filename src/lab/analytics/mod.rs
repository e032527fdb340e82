//! What the Stress Lab can say beyond a verdict: how far a limit is away, how likely it is broken, and by what.
//!
//! | module | question |
//! |---|---|
//! | [`reverse_stress`] | how much stronger must the shocks be? exact, on the doubles of the engine |
//! | [`breach_probability`] | how often is a limit broken when intensities are uncertain? |
//! | [`attribution`] | which shock causes how much? |
//!
//! Pure: equal inputs, settings and seed give equal bytes, for any number of threads and any build. Only + − × ÷ √,
//! comparisons and bit operations make the numbers; no function of the platform does.

mod attribution;
mod closed_form;
mod draws;
mod elementary;
#[cfg(test)]
mod fixture;
mod interval;
mod kernel;
mod lattice;
mod monte_carlo;
mod normal;
mod output_csv;
mod output_json;
mod philox;
mod reverse;
mod tally;
#[cfg(test)]
mod tests;

pub use attribution::{Attribution, MOST_SHOCKS, Share, Swing, attribution};
pub use interval::Estimate;
pub use kernel::{Kernel, LANES, Lane, MetricLanes};
pub use monte_carlo::{BreachProbability, CHUNK, Exceedance, Look, breach_probability};
pub use output_csv::analytics_csv;
pub use output_json::{ANALYTICS_SCHEMA, ANALYTICS_SCHEMA_VERSION, analytics_json};
pub use reverse::{Diagnosis, FURTHEST, ReverseStress, Root, ScaleRoot, ShockRoot, reverse_stress};

use super::simulate::response;
use crate::domain::{
    AnalyticsSettings, Baseline, Digest, InputFile, MetricValues, Scenario, ScenarioResult, Shock,
    StressReport, Thresholds, Timestamp,
};

/// A scenario as analytics see it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Its markets before the shocks, in their order.
    pub baselines: Vec<Baseline>,
    /// The factor of its severity.
    pub factor: f64,
    /// Its shocks, in their order.
    pub shocks: &'a [Shock],
    /// The limits that apply to it.
    pub thresholds: &'a Thresholds,
}

impl Question<'_> {
    /// The metrics with `shocks` in place of the scenario's own, from the engine.
    pub fn metrics(&self, shocks: &[Shock]) -> MetricValues {
        response(&self.baselines, self.factor, shocks)
    }
}

/// The analytics of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioAnalytics {
    /// The scenario as configured.
    pub scenario: Scenario,
    /// What the engine says of it.
    pub result: ScenarioResult,
    /// How far its limits are away.
    pub reverse: ReverseStress,
    /// How likely they are broken.
    pub probability: BreachProbability,
    /// By what.
    pub attribution: Attribution,
}

/// The analytics of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Analytics {
    /// The moment of the run.
    pub generated_at: Timestamp,
    /// The choices behind it.
    pub settings: AnalyticsSettings,
    /// The scenarios, in the order of the configuration.
    pub scenarios: Vec<ScenarioAnalytics>,
    /// The files that the numbers depend on, by path.
    pub inputs: Vec<InputFile>,
}

impl Analytics {
    /// SHA-256 over the hashes of all scenarios, in their order: one value to compare two machines by.
    pub fn hash(&self) -> Digest {
        let hashes = self
            .scenarios
            .iter()
            .map(|scenario| *scenario.probability.hash.as_bytes());
        Digest::of(&hashes.collect::<Vec<[u8; 32]>>().concat())
    }
}

/// Is told, while scenarios are worked on, the name of the current one and the draws so far.
pub type Progress<'p> = &'p mut dyn FnMut(&str, u64);

/// Analyses the scenarios behind a report. `scenarios` are those that the report was made from, in its order.
pub fn analyze(
    report: &StressReport,
    scenarios: &[Scenario],
    settings: &AnalyticsSettings,
    progress: Progress<'_>,
) -> Analytics {
    let mut analysed = Vec::new();
    for (stream, (scenario, result)) in (0_u32..).zip(scenarios.iter().zip(&report.scenarios)) {
        let question = Question {
            baselines: result
                .markets
                .iter()
                .map(|market| market.baseline.clone())
                .collect(),
            factor: scenario.severity.factor(),
            shocks: &scenario.shocks,
            thresholds: &result.thresholds,
        };
        progress(&scenario.name, 0);
        analysed.push(ScenarioAnalytics {
            scenario: scenario.clone(),
            result: result.clone(),
            reverse: reverse_stress(&question),
            probability: breach_probability(&question, settings, stream, &mut |draws| {
                progress(&scenario.name, draws)
            }),
            attribution: attribution(&question),
        });
    }
    Analytics {
        generated_at: report.generated_at,
        settings: *settings,
        scenarios: analysed,
        inputs: report.inputs.clone(),
    }
}
