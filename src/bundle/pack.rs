//! Packs payload files into a release folder.

use super::bag::{self, BagInfo};
use super::release_manifest::{self, ReleaseInfo};
use super::{attestation, checksums, zip_writer};
use crate::domain::{Digest, Producer, Reuse};
use crate::fs::Tree;
use crate::seal::{Attestation, Distrust, DistrustCode, Listed, SigningKeys, SshSignature, seal};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The folder of the bag that holds the payload.
const PAYLOAD: &str = "data";

/// The files that leave the house. The first folder is the category: `reports`, `evidence`, `pages`, `site`.
#[derive(Clone, Debug, Default)]
pub struct Payload<'b> {
    files: BTreeMap<String, Cow<'b, [u8]>>,
}

impl<'b> Payload<'b> {
    /// Adds a file at `CATEGORY/…`.
    pub fn add(&mut self, path: &str, bytes: impl Into<Cow<'b, [u8]>>) {
        self.files.insert(format!("{PAYLOAD}/{path}"), bytes.into());
    }
}

/// The files of a release folder, by name. Not trusted until verified.
#[derive(Clone, Debug)]
pub struct Packed {
    /// `B` with each of [`super::RELEASE_ENDINGS`].
    pub files: Tree,
}

/// Packs a bundle. Members that were deflated before are taken from `reuse`.
///
/// # Errors
/// A path that no zip of ours may hold, or a zip beyond the limits of the format.
pub fn pack(
    payload: &Payload<'_>,
    info: &ReleaseInfo<'_>,
    keys: &SigningKeys,
    reuse: &Reuse,
) -> Result<Packed, Distrust> {
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
    let listed: BTreeMap<String, Listed> = payload
        .files
        .par_iter()
        .map(|(path, bytes)| (path.clone(), Listed::of(path, bytes)))
        .collect();
    let mut tags = bag::tags(&listed, &bag_info);
    let for_the_bag = info.producer.namespace(Producer::BAG_PURPOSE);
    bag::sign(&mut tags, &for_the_bag, &keys.release);
    let zip_name = format!("{name}.zip");
    let digest = |path: &str, bytes: &[u8]| {
        listed
            .get(path)
            .map_or_else(|| Digest::of(bytes), |file| file.digest)
    };
    let members = payload.files.iter().map(|(path, bytes)| (path, bytes.as_ref()));
    let members = members.chain(zip_writer::members(&tags));
    let zip = zip_writer::write(name, members, reuse, digest)
        .map_err(|error| Distrust::new(DistrustCode::ZipProfile, &zip_name, error.to_string()))?;
    let manifest = release_manifest::write(info, keys, &Listed::of(&zip_name, &zip), &listed);
    let manifest = seal(
        &format!("{name}.manifest.json"),
        manifest,
        &keys.hmac,
        info.generated_at,
    )?;
    let stated = release_manifest::read(&manifest.name, &manifest.bytes)?;
    let statement = attestation::statement(&stated, &Listed::of(&manifest.name, &manifest.bytes));
    let envelope = Attestation::sign(statement, &keys.release).to_text();
    let mut files = Tree::new();
    files.insert(manifest.signature_name(), manifest.signature);
    files.insert(manifest.name, manifest.bytes);
    files.insert(zip_name, zip);
    files.insert(format!("{name}.intoto.jsonl"), envelope.into_bytes());
    add_list(&mut files, name, info, keys);
    Ok(Packed { files })
}

/// Adds the digest list of all files so far, with both of its signatures.
fn add_list(files: &mut Tree, name: &str, info: &ReleaseInfo<'_>, keys: &SigningKeys) {
    let list = checksums::write(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), Digest::of(bytes))),
    )
    .into_bytes();
    // Only this list is signed raw: `openssl` can check it in one command, and no other file of ours can pass for it.
    let raw = keys.release.sign(&list);
    let for_the_release = info.producer.namespace(Producer::RELEASE_PURPOSE);
    let ssh = SshSignature::sign(&list, &for_the_release, &keys.release);
    files.insert(format!("{name}.sha256.ed25519"), raw.to_vec());
    files.insert(format!("{name}.sha256.sshsig"), ssh.to_text().into_bytes());
    files.insert(format!("{name}.sha256"), list);
}
