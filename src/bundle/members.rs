//! Reads single files out of a bundle: only what was verified.

use super::source::changed;
use super::verify::{Policy, Verification, examine};
use super::zip_member;
use crate::domain::Digest;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode};
use std::path::Path;

/// Verifies the release folder or zip at `location` as [`super::verify()`] does, and gives the files of its bag whose
/// paths begin with `beginning`, such as `data/kit/`. Each is hashed again, and must be the one that was verified.
///
/// # Errors
/// The bundle cannot be trusted, or it is an unpacked bag, whose files everybody can read.
pub fn read_members(
    location: &Path,
    policy: &Policy,
    beginning: &str,
) -> Result<(Verification, Tree), Distrust> {
    examine(location, policy, |opened| {
        let Some((archive, files)) = opened else {
            let reason = "is an unpacked bag already; read the files where they are";
            return Err(Distrust::new(DistrustCode::NotABundle, "(folder)", reason));
        };
        let mut tree = Tree::new();
        let wanted = archive
            .members
            .iter()
            .filter(|member| member.inside().starts_with(beginning));
        for member in wanted {
            let path = member.inside();
            let mut bytes = Vec::new();
            zip_member::unpack(archive, member, |piece| {
                bytes.extend_from_slice(piece);
                Ok::<(), Distrust>(())
            })?;
            if files
                .get(path)
                .is_none_or(|verified| verified.digest != Digest::of(&bytes))
            {
                return Err(changed(path));
            }
            tree.insert(path.to_owned(), bytes);
        }
        Ok(tree)
    })
}
