//! What can be computed beyond a run of the Stress Lab.

pub mod history;
