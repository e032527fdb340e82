//! The digest list of the site, for `sha256sum -c SHA256SUMS`.

use crate::domain::Digest;
use crate::fs::Tree;
use rayon::prelude::*;
use std::fmt::Write as _;

/// The name of the list.
pub(super) const LIST: &str = "SHA256SUMS";

/// Adds the list of all files of a tree, in the order of their paths.
pub(super) fn add_list(tree: &mut Tree) {
    let digests: Vec<(&String, Digest)> = tree
        .par_iter()
        .map(|(path, bytes)| (path, Digest::of(bytes)))
        .collect();
    let mut list = String::new();
    for (path, digest) in digests {
        // Two spaces: the mark of sha256sum for a file read as it is.
        let _ = writeln!(list, "{digest}  {path}");
    }
    tree.insert(LIST.to_owned(), list.into_bytes());
}
