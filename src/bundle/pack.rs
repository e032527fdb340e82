//! Packs payload files into a release folder.

use super::bag::{self, BagInfo};
use super::release_manifest::{self, ReleaseInfo};
use super::{checksums, zip_writer};
use crate::domain::Digest;
use crate::fs::Tree;
use crate::seal::{Distrust, DistrustCode, HmacKey, Listed, seal};
use std::collections::BTreeMap;

/// The folder of the bag that holds the payload.
const PAYLOAD: &str = "data";

/// The files that leave the house. The first folder is the category: `reports`, `evidence`, `pages`, `site`.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    files: Tree,
}

impl Payload {
    /// Adds a file at `CATEGORY/…`.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(format!("{PAYLOAD}/{path}"), bytes);
    }
}

/// The files of a release folder, by name. Not trusted until verified.
#[derive(Clone, Debug)]
pub struct Packed {
    /// `B.zip`, `B.manifest.json`, `B.manifest.json.sig`, `B.sha256`.
    pub files: Tree,
}

/// Packs a bundle.
///
/// # Errors
/// A path that no zip of ours may hold, or a zip beyond the limits of the format.
pub fn pack(payload: &Payload, info: &ReleaseInfo<'_>, key: &HmacKey) -> Result<Packed, Distrust> {
    let name = info.bundle.as_str();
    if let Some(path) = payload.files.keys().find(|path| !checksums::is_safe_path(path)) {
        let reason = "cannot be packed: use letters, digits, `.`, `-` and `_` in file names";
        return Err(Distrust::new(DistrustCode::ZipProfile, path, reason));
    }
    checksums::check_collisions(name, payload.files.keys().map(String::as_str))?;
    let bag_info = BagInfo {
        source: "Stage6",
        identifier: name,
        date: &info.generated_at.date(),
        description: &format!("Stage6 Stress Lab, release {}", info.release.id),
    };
    let bag = bag::fill(&payload.files, &bag_info);
    let zip_name = format!("{name}.zip");
    let zip = zip_writer::write(name, &bag)
        .map_err(|error| Distrust::new(DistrustCode::ZipProfile, &zip_name, error.to_string()))?;
    let listed: BTreeMap<String, Listed> = payload
        .files
        .iter()
        .map(|(path, bytes)| (path.clone(), Listed::of(path, bytes)))
        .collect();
    let manifest = release_manifest::write(info, key, &Listed::of(&zip_name, &zip), &listed);
    let manifest = seal(&format!("{name}.manifest.json"), manifest, key, info.generated_at)?;
    let mut files = Tree::new();
    files.insert(manifest.signature_name(), manifest.signature);
    files.insert(manifest.name, manifest.bytes);
    files.insert(zip_name, zip);
    let list = checksums::write(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), Digest::of(bytes))),
    );
    files.insert(format!("{name}.sha256"), list.into_bytes());
    Ok(Packed { files })
}
