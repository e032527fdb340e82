//! Reads single files out of a bundle: only what was verified.

use super::source::changed;
use super::verify::{Policy, Verification, examine};
use super::zip_member;
use crate::domain::Digest;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode};
use std::collections::BTreeMap;
use std::path::Path;

/// Files out of a bundle that was verified.
#[derive(Clone, Debug)]
pub struct Members {
    /// What was shown before a byte was used.
    pub verification: Verification,
    /// The files that were asked for, by their paths in the bag.
    pub files: Tree,
    /// The digests of all files of the bag, also of those that were not asked for.
    pub digests: BTreeMap<String, Digest>,
}

/// Verifies the release folder or zip at `location` as [`super::verify()`] does, and gives the files of its bag that are
/// `wanted`, asked by their paths, such as `data/kit/results.json`. Each is hashed again, and must be the one that was
/// verified.
///
/// # Errors
/// The bundle cannot be trusted, or it is an unpacked bag, whose files everybody can read.
pub fn read_members(
    location: &Path,
    policy: &Policy,
    wanted: impl Fn(&str) -> bool,
) -> Result<Members, Distrust> {
    let (verification, (files, digests)) = examine(location, policy, |opened| {
        let Some((archive, known)) = opened else {
            let reason = "is an unpacked bag already; read the files where they are";
            return Err(Distrust::new(DistrustCode::NotABundle, "(folder)", reason));
        };
        let mut tree = Tree::new();
        for member in archive.members.iter().filter(|member| wanted(member.inside())) {
            let path = member.inside();
            let mut bytes = Vec::new();
            zip_member::unpack(archive, member, |piece| {
                bytes.extend_from_slice(piece);
                Ok::<(), Distrust>(())
            })?;
            if known
                .get(path)
                .is_none_or(|verified| verified.digest != Digest::of(&bytes))
            {
                return Err(changed(path));
            }
            tree.insert(path.to_owned(), bytes);
        }
        let digests = known
            .iter()
            .map(|(path, verified)| (path.clone(), verified.digest));
        Ok((tree, digests.collect()))
    })?;
    Ok(Members {
        verification,
        files,
        digests,
    })
}
