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
mod forge;
mod history;
mod hostile;
mod keys;
mod lab_vectors;
mod laboratory;
mod outside;
mod outside_signatures;
mod pages;
mod preview;
mod refusals;
mod simulate;
mod tamper;
mod threats;
mod vectors;
