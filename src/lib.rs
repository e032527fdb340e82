//! Stage6 Press is a compiler: evidence and prose go in, a verified bundle and a site come out.
//!
//! The tour, from the top floor down. A floor uses only floors below it; `tests/architecture.rs` holds us to that.
//!
//! | floor | rooms | job |
//! |---|---|---|
//! | 5 | [`cli`] | arguments, printing, exit codes, the clock, the local preview |
//! | 4 | [`pipeline`] | the product on one page: build, check, simulate; the laboratory's commands |
//! | 3 | [`publish`] | publication: the calendar of a release, mirrors, what changed since the last one |
//! | 3 | [`kit`] | newsletter, blog post, release notes, feed and proof of source of a release, from its facts |
//! | 3 | [`gate`] | the rules that stand between a release and its readers, evaluated over facts; pure |
//! | 2 | [`config`] | `core.yaml`, `publication.yaml`, baselines: raw outside, resolved inside |
//! | 2 | [`lab`] | the Stress Lab, pure: baselines from data, shocks, verdicts, analytics, history, evaluation, calibration, portfolios, governors, audit |
//! | 2 | [`signals`] | how well orders at exchanges were filled, recomputed; the index of snapshots; pure |
//! | 2 | [`evidence`] | files that numbers come from, every value in them as a fact; expressions judged, contradictions, stale numbers |
//! | 2 | [`chart`] | drawings of numbers as SVG with their data; knows no evidence and no language |
//! | 2 | [`content`] | Markdown, tables, charts, wording in two languages; facts and links resolved |
//! | 2 | [`docs`] | documentation trees of others: titles, navigation from folders, links; uses words of `content`, theme and search of `site` |
//! | 2 | [`site`] | pages from templates, link checks, assets |
//! | 2 | [`seal`] | HMAC keys, signatures, manifests; knows bytes and keys, no markets |
//! | 2 | [`journal`] | the decision log: who did what when, chained and signed; uses `seal` for its signatures |
//! | 2 | [`bundle`] | bag, zip, release folder; verification from the outside in |
//! | 1 | [`domain`] | what the words mean |
//! | 0 | [`diag`], [`fs`], [`document`] | problems with places; the only way to the disk; trees of values with places |
//!
//! `chart` is a room of its own because both `content`, whose prose quotes charts, and `site`, whose pages show them,
//! use it, and `content` may not use `site`.
//!
//! `document` is on the ground floor beside the two that the architecture began with, because both configuration and
//! evidence need the place of every value, and neither may depend on the other. A newcomer reads README, this page,
//! `pipeline.rs`, `domain/mod.rs`, and one room.

pub mod bundle;
pub mod chart;
pub mod cli;
pub mod config;
pub mod content;
pub mod diag;
pub mod docs;
pub mod document;
pub mod domain;
pub mod evidence;
pub mod fs;
pub mod gate;
pub mod journal;
pub mod kit;
pub mod lab;
pub mod pipeline;
pub mod publish;
pub mod seal;
pub mod signals;
pub mod site;
