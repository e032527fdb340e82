//! Scenes: a project in a temporary folder, the real binary, pinned texts and files.

mod scene;

mod analytics;
mod baseline;
mod build;
mod candles;
mod configuration;
mod content;
mod crash;
mod findings;
mod history;
mod keys;
mod lab_vectors;
mod laboratory;
mod outside;
mod pages;
mod parity;
mod preview;
mod refusals;
mod releases;
mod schedule;
mod signal_quality;
mod simulate;
mod tamper;
mod vectors;
