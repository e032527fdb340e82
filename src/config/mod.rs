//! Configuration: raw outside, resolved inside.
//!
//! `core.yaml` belongs to many programs; of its sections only `stress_lab`, `market_intel`, `portfolio_governor`,
//! `portfolio_governors` and `portfolio_stress` are ours, and in those every unknown key is refused with a hint. The
//! others are left alone, and never published.
//! One rule for paths: a relative path in a file starts at the folder that holds the file.

mod advice;
mod analytics;
mod baseline;
mod compat;
mod core;
mod extract;
mod fields;
mod gate;
mod gate_standard;
mod gate_terms;
mod governed;
mod governor;
mod key_place;
mod moment;
mod paper;
mod policy;
mod portfolio;
mod publication;
mod record;
mod release;
mod release_signing;
mod reported;
mod signals;
mod state_file;
mod stored;
mod stress_lab;
mod verification;
mod versions;
mod waivers;

pub use advice::override_file;
pub use baseline::Markets;
pub use core::{Core, Mode, Origin, SourceFile};
pub use gate::GateSettings;
pub use gate_terms::GateTerms;
pub use key_place::is_variable_name;
pub use moment::check_state_age;
pub use paper::{holdings, market_snapshots, paper_report, segments};
pub use portfolio::{portfolio, portfolio_scenarios};
pub use publication::{Publication, Rules, Settings};
pub use release::{DoneTask, NewRelease, ReleaseRecord, Releases, record_path};
pub use release_signing::ReleaseSigning;
pub use reported::{ReportedScenario, stress_report};
pub use signals::signal_snapshot;
pub use state_file::{
    AssetCase, Named, StrategyCase, asset_case, governor_holdings, named_governor, strategy_case,
};
pub use stored::{StoredFile, read_json};
pub use stress_lab::{DatasetSettings, SigningSettings, StressLab};
pub use verification::{HmacKeySettings, KeyPlace, VerificationSettings};
pub use versions::Versions;
pub use waivers::{WAIVERS_PATH, read_waivers};
