//! The only way to the disk: reading inside a project, and writing so that outputs appear whole or not at all.

mod append;
mod error;
mod files;
mod folder;
mod leftover;
mod listing;
mod lock;
mod new_folder;
mod path;
mod project;
mod regular;
mod repository;
mod scratch;
mod staging;
mod stamp;
mod watch;

pub use append::{append_line, cut_back, move_aside, move_tail_aside};
pub use error::DiskError;
pub use files::{replace_together, write_secret, write_together};
pub use folder::{Folder, OpenFile};
pub use leftover::is_leftover;
pub use listing::{folders_below, list_documents};
pub use lock::Lock;
pub use new_folder::{NewFile, NewFolder};
pub use path::{display_name, is_link, lies_in, overlap, resolve};
pub use project::{Project, list_names, read_file, read_large, read_secret, read_tree};
pub use repository::{Repository, Signature};
pub use scratch::{remove_scratch, write_scratch, write_scratch_of};
pub use staging::{Staging, publish_all};
pub use stamp::{Below, Stamp, stamps, stamps_below, stamps_of_folders};
pub use watch::Watch;

use std::collections::BTreeMap;

/// Files to be written: paths with forward slashes inside some folder, and their bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;
