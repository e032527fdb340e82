//! What strangers' bytes reach first, for `cargo fuzz` and for the test that runs its seeds and findings.
//!
//! A door to the inside, because the readers behind it are nobody else's business: it is not there in a program that is
//! built to be used. Each function must neither panic nor take long, whatever it is given, and what it asserts must hold.

use super::source::Source;
use super::zip_reader::Archive;
use super::{attestation, bag, checksums, release_manifest};
use crate::document::json_text::Json;
use crate::document::{front_matter, json, yaml};
use crate::seal::{Attestation, HmacKey, Listed, SignatureFile, SshSignature, Trust};
use std::collections::BTreeMap;

/// A target: its name, as in `cargo fuzz run NAME`, and what it does with bytes.
pub type Door = (&'static str, fn(&[u8]));

/// All targets.
pub const DOORS: [Door; 9] = [
    ("zip_reader", zip_reader),
    ("canonical_json", canonical_json),
    ("front_matter", read_front_matter),
    ("signature_file", signature_file),
    ("release_manifest", read_release_manifest),
    ("yaml", read_yaml),
    ("sshsig", sshsig),
    ("allowed_signers", allowed_signers),
    ("dsse", dsse),
];

/// A zip, and the bag in it. Whatever is accepted accounts for every byte: the local headers, names and contents of all
/// members fill the file up to the central directory.
pub fn zip_reader(data: &[u8]) {
    let Ok(archive) = Archive::open("fuzz.zip", Source::Bytes(data)) else {
        return;
    };
    let headers: u64 = archive
        .members
        .iter()
        .map(|member| 30 + member.path.len() as u64)
        .sum();
    let records: u64 = archive
        .members
        .iter()
        .map(|member| 46 + member.path.len() as u64)
        .sum();
    let contents: u64 = archive.members.iter().map(|member| member.packed).sum();
    assert_eq!(headers + contents + records + 22, data.len() as u64);
    assert!(
        archive
            .members
            .iter()
            .all(|member| checksums::is_safe_path(&member.path))
    );
    if let Ok(files) = archive.observe(None) {
        assert_eq!(files.len(), archive.members.len());
        if let Ok(payload) = bag::check(&files) {
            assert!(payload.keys().all(|path| path.starts_with("data/")));
        }
    }
}

/// JSON: its canonical form, and the form of our files, mean the same and are read by ourselves.
pub fn canonical_json(data: &[u8]) {
    let Ok(node) = json::read("fuzz.json", data) else {
        return;
    };
    let json = Json::from_node(&node);
    let canonical = json.to_canonical();
    assert_eq!(Json::canonical_of(&node), canonical);
    for text in [canonical.clone(), json.to_file_text()] {
        let again = json::read("fuzz.json", text.as_bytes()).expect("what we write we read");
        assert_eq!(Json::from_node(&again).to_canonical(), canonical);
    }
}

/// The head of a page. The body is the end of the text, whole.
pub fn read_front_matter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(Some(parts)) = front_matter::split("fuzz.md", text) {
        assert!(text.ends_with(parts.body));
    }
}

/// A `.sig`, and a check with it.
pub fn signature_file(data: &[u8]) {
    let Ok(signature) = SignatureFile::read("fuzz.json.sig", data) else {
        return;
    };
    let key = HmacKey::from_raw(b"fuzz", signature.key_id.clone()).expect("a key");
    let target = signature.target.clone();
    assert!(signature.check_key(&target, b"{}", &key).is_err(), "a forged MAC");
    let _ = signature.check_target(&target, b"{}");
}

/// A release's manifest, the statement that follows from it, and a list in the form of `sha256sum`.
pub fn read_release_manifest(data: &[u8]) {
    if let Ok(stated) = release_manifest::read("fuzz.manifest.json", data) {
        let statement = attestation::statement(&stated, &Listed::of("fuzz.manifest.json", data));
        json::read("statement", &statement).expect("what we write we read");
    }
    if let Ok(listed) = checksums::read("fuzz.sha256", data) {
        let again: BTreeMap<&str, _> = listed
            .iter()
            .map(|(path, digest)| (path.as_str(), *digest))
            .collect();
        assert_eq!(
            checksums::write(again).as_bytes(),
            data,
            "a list has one spelling"
        );
    }
}

/// Configuration.
pub fn read_yaml(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = yaml::read("fuzz.yaml", text);
    }
}

/// An SSH signature has one text, and a forged one fits nothing.
pub fn sshsig(data: &[u8]) {
    if let Ok(signature) = SshSignature::read("fuzz.sshsig", data) {
        assert_eq!(signature.to_text().as_bytes(), data);
        assert!(!signature.fits(b"nobody signed this"));
    }
}

/// Whom a verifier trusts.
pub fn allowed_signers(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(trust) = Trust::read("fuzz", text)
    {
        assert!(!trust.signers().is_empty());
        for signer in trust.signers() {
            let found = trust.find(&signer.key, "audit-release-v1@fuzz.example", None);
            assert!(found.is_err() || found.is_ok_and(|found| found.key == signer.key));
        }
    }
}

/// An attestation has one text.
pub fn dsse(data: &[u8]) {
    if let Ok(attestation) = Attestation::read("fuzz.intoto.jsonl", data) {
        assert_eq!(attestation.to_text().as_bytes(), data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Every seed and every input that was once a finding, through the same functions. `cargo fuzz` is not needed.
    #[test]
    fn seeds_and_findings_pass_through_every_door() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        for (name, door) in DOORS {
            let mut seen = 0;
            for kind in ["seeds", "findings"] {
                let Ok(folder) = std::fs::read_dir(root.join(kind).join(name)) else {
                    continue;
                };
                for entry in folder.flatten() {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    door(&bytes);
                    // Nearby inputs too: each cut at a 32nd, and a byte changed there.
                    for part in 0..32 {
                        let place = bytes.len() * part / 32;
                        door(&bytes[..place]);
                        let mut changed = bytes.clone();
                        if let Some(byte) = changed.get_mut(place) {
                            *byte ^= 1 << (part % 8);
                        }
                        door(&changed);
                    }
                    seen += 1;
                }
            }
            assert!(seen > 0, "{name} has no seeds; run fuzz/seeds.sh");
        }
    }

    /// The good seeds are good, so that fuzzing starts behind the first check and not before it.
    #[test]
    fn good_seeds_are_accepted() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        let read = |path: &str| std::fs::read(root.join(path)).unwrap();
        let zip = read("zip_reader/small.zip");
        let archive = Archive::open("small.zip", Source::Bytes(&zip)).unwrap();
        bag::check(&archive.observe(None).unwrap()).unwrap();
        SignatureFile::read("s", &read("signature_file/json.sig")).unwrap();
        release_manifest::read("m", &read("release_manifest/manifest.json")).unwrap();
        SshSignature::read("s", &read("sshsig/list.sshsig")).unwrap();
        Attestation::read("a", &read("dsse/attestation.jsonl")).unwrap();
        let signers = String::from_utf8(read("allowed_signers/signers")).unwrap();
        Trust::read("t", &signers).unwrap();
    }
}
