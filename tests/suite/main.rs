//! Scenes: a project in a temporary folder, the real binary, pinned texts and files.

mod scene;

mod analytics;
mod baseline;
mod build;
mod candles;
mod claims;
mod configuration;
mod content;
mod crash;
mod drift;
mod facts;
mod findings;
mod forge;
mod history;
mod hostile;
mod journal;
mod keys;
mod lab_vectors;
mod laboratory;
mod large;
mod outside;
mod outside_signatures;
mod pages;
mod preview;
mod refusals;
mod release_of;
mod replaced;
mod runbook;
mod signing;
mod simulate;
mod tamper;
mod threats;
mod vectors;
