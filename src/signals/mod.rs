//! Signal quality: how well orders at exchanges were filled, recomputed from the orders (specification, section 8.4).
//!
//! A room of its own and not part of the laboratory: these are observations of orders, not results of stress tests,
//! and a page that called them "Stress Lab" would mislead. Pure: no files, no clock.

mod checklist;
mod index;
mod quality;

pub use checklist::Checklist;
pub use index::{Completeness, Index, IndexRow};
pub use quality::{Disagreement, Quality};
