//! Stage6 Press.
pub mod content;
pub mod diag;
pub mod document;
pub mod domain;
pub mod evidence;
pub mod fs;
pub mod site;
