//! Scenes: a project in a temporary folder, the real binary, pinned texts and files.

mod scene;

mod baseline;
mod build;
mod candles;
mod configuration;
mod content;
mod crash;
mod history;
mod keys;
mod outside;
mod pages;
mod preview;
mod simulate;
mod tamper;
mod vectors;
