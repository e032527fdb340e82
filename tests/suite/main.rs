//! Scenes: a project in a temporary folder, the real binary, pinned texts and files.

mod scene;

mod analytics;
mod build;
mod configuration;
mod content;
mod crash;
mod keys;
mod outside;
mod preview;
mod simulate;
mod tamper;
mod vectors;
