//! The digest lists of the site, for `sha256sum -c SHA256SUMS`: one of its own files, and one below the folder of earlier
//! releases. The first must not name what lies there: when this site is itself kept by a later one, that folder is left
//! out, and its list still has to fit.

use crate::domain::Digest;
use crate::fs::Tree;
use rayon::prelude::*;
use std::fmt::Write as _;

/// The name of the list.
pub(super) const LIST: &str = "SHA256SUMS";

/// Adds the list of all files of a tree, in the order of their paths. Those below `apart` get a list of their own there.
pub(super) fn add_lists(tree: &mut Tree, apart: &str) {
    let beginning = format!("{apart}/");
    let digests: Vec<(&String, Digest)> = tree
        .par_iter()
        .map(|(path, bytes)| (path, Digest::of(bytes)))
        .collect();
    let mut list = String::new();
    let mut list_apart = String::new();
    for (path, digest) in digests {
        // Two spaces: the mark of sha256sum for a file read as it is.
        let _ = match path.strip_prefix(&beginning) {
            Some(inside) => writeln!(list_apart, "{digest}  {inside}"),
            None => writeln!(list, "{digest}  {path}"),
        };
    }
    tree.insert(LIST.to_owned(), list.into_bytes());
    if !list_apart.is_empty() {
        tree.insert(format!("{beginning}{LIST}"), list_apart.into_bytes());
    }
}
