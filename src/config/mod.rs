//! Configuration: raw outside, resolved inside.
//!
//! `core.yaml` belongs to many programs; of its sections only `stress_lab`, `market_intel` and
//! `portfolio_governor` are ours, and in those every unknown key is refused with a hint. The others are left alone.
//! One rule for paths: a relative path in a file starts at the folder that holds the file.

mod analytics;
mod baseline;
mod compat;
mod core;
mod fields;
mod governor;
mod publication;
mod stress_lab;

pub use baseline::Markets;
pub use core::{Core, Mode, Origin, SourceFile};
pub use publication::{Publication, Rules};
pub use stress_lab::{DatasetSettings, SigningSettings, StressLab};
