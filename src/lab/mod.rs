//! The Stress Lab: what shocks do to markets, and whether that is within the limits.
//!
//! Pure: no files, no clock, no chance but a seed's. The numbers of a run are bit-equal to the reference's, so the
//! order of every operation follows the specification, and `max`/`min` are Python's.
//!
//! Beside the run stand what leads to it and what follows: [`feed`] checks market data, [`baseline`] measures the
//! state before a shock, [`analytics`] says how rare shocks are.

pub mod analytics;
mod arithmetic;
pub mod audit;
pub mod baseline;
pub mod calibrate;
pub mod evaluate;
pub mod feed;
pub mod governor;
pub mod portfolio;
mod report_csv;
mod report_json;
mod simulate;
mod stamp;

pub use report_csv::report_csv;
pub use report_json::{REPORT_SCHEMA, REPORT_SCHEMA_VERSION, report_json};
pub use simulate::{response, run, shocked};
pub use stamp::Stamp;

use crate::domain::{InputFile, Market, Scenario, StressReport, Thresholds, Timestamp};

/// Everything a run needs.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The moment of the run.
    pub generated_at: Timestamp,
    /// The global limits.
    pub thresholds: &'a Thresholds,
    /// What is simulated.
    pub scenarios: &'a [Scenario],
    /// The markets that scenarios may name.
    pub markets: &'a [Market],
    /// The files that the numbers depend on.
    pub inputs: Vec<InputFile>,
    /// Whether configuration was read with the reference's leniency.
    pub compat_reference: bool,
}

/// Runs all scenarios and puts the report together.
pub fn report(run: Run<'_>) -> StressReport {
    let (scenarios, markets) = self::run(run.scenarios, run.thresholds, run.markets);
    let mut inputs = run.inputs;
    inputs.sort();
    StressReport {
        generated_at: run.generated_at,
        thresholds: *run.thresholds,
        scenarios,
        markets,
        inputs,
        compat_reference: run.compat_reference,
    }
}
