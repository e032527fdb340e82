//! Every single changed byte of a release is noticed, with and without anybody to trust.
//!
//! A small release, so that each byte can be tried; the structure is that of a large one. `STAGE6_EXHAUSTIVE=1` with
//! `cargo test --test suite -- --ignored exhaustive` tries every bit of every byte of the zip as well.

use crate::forge::{BUNDLE, Files, Forge, hmac_key};
use stage6_press::bundle::{self, Policy};
use stage6_press::seal::Trust;
use std::fs;
use std::path::Path;

/// How a verifier may ask: knowing the producer, sharing the HMAC key, knowing nobody.
fn policies() -> [Policy; 3] {
    let trust = Policy {
        trust: Some(Trust::of_key(Forge::producer().release.public())),
        ..Policy::default()
    };
    [
        trust,
        Policy::with_key(Some(&hmac_key()), None),
        Policy::default(),
    ]
}

fn write(files: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    folder
}

/// Each byte at one of `places` of the file `name`, with the bits of `bits` turned in turn, is refused by everybody.
fn each_is_refused(
    folder: &Path,
    place: &Path,
    good: &[u8],
    places: impl Iterator<Item = usize>,
    bits: &[u8],
) {
    let policies = policies();
    let mut tried = 0;
    for index in places {
        for bit in bits {
            let mut changed = good.to_vec();
            changed[index] ^= 1 << ((index + usize::from(*bit)) % 8);
            fs::write(place, &changed).expect("written");
            for (number, policy) in policies.iter().enumerate() {
                assert!(
                    bundle::verify(folder, policy).is_err(),
                    "{}, byte {index}, policy {number}",
                    place.display()
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 0);
    fs::write(place, good).expect("written");
    for policy in &policies {
        bundle::verify(folder, policy).expect("good again");
    }
}

/// The bytes of a zip that describe: headers, names, the central directory, the end record.
fn structure(zip: &[u8]) -> Vec<usize> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let u32_at = |at: usize| u32::from_le_bytes([zip[at], zip[at + 1], zip[at + 2], zip[at + 3]]) as usize;
    let start = u32_at(zip.len() - 6);
    let mut places = Vec::new();
    let mut at = 0;
    while at < start {
        let header = 30 + u16_at(at + 26);
        places.extend(at..at + header);
        at += header + u32_at(at + 18);
    }
    places.extend(start..zip.len());
    places
}

#[test]
fn every_byte_of_the_files_beside_the_zip_counts() {
    let mut forge = Forge::producer();
    let files = forge.good();
    let folder = write(&files);
    for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with(".zip")) {
        each_is_refused(
            folder.path(),
            &folder.path().join(name),
            bytes,
            0..bytes.len(),
            &[0],
        );
    }
}

#[test]
fn every_describing_byte_of_the_zip_counts_and_each_97th_of_its_contents() {
    let mut forge = Forge::producer();
    let files = forge.good();
    let folder = write(&files);
    let name = forge.name(".zip");
    let zip = &files[&name];
    let mut places = structure(zip);
    places.extend((0..zip.len()).step_by(97));
    each_is_refused(
        folder.path(),
        &folder.path().join(&name),
        zip,
        places.into_iter(),
        &[0],
    );
}

/// The same files, and each 4999th byte of the zip, of the sample that the repository ships.
#[test]
fn changed_bytes_of_the_sample_release_are_refused() {
    let scene = crate::scene::Scene::sample();
    scene.build();
    let release = scene.path("var/marketing/2026.11");
    let files = scene.tree("var/marketing/2026.11");
    for (name, bytes) in &files {
        let large = name.ends_with(".zip");
        let step = if large { 4999 } else { bytes.len() / 300 + 1 };
        for index in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << (index % 8);
            fs::write(release.join(name), changed).expect("written");
            assert!(
                bundle::verify(&release, &Policy::default()).is_err(),
                "{name}, byte {index}"
            );
        }
        fs::write(release.join(name), bytes).expect("written");
    }
    bundle::verify(&release, &Policy::default()).expect("good again");
}

/// A zip alone: a change is refused, or it unpacks to the very same files. The profile leaves one free byte per member (the
/// version of its maker), and a deflate stream has several spellings; only the signed list outside fixes those.
fn alone(bits: &[u8], step: usize) {
    let mut forge = Forge::producer();
    let files = forge.good();
    let zip = &files[&forge.name(".zip")];
    let expected = forge.bag(&files);
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join(format!("{BUNDLE}.zip"));
    let policy = &policies()[0];
    let mut accepted = 0;
    for index in (0..zip.len()).step_by(step) {
        for bit in bits {
            let mut changed = zip.clone();
            changed[index] ^= 1 << ((index + usize::from(*bit)) % 8);
            fs::write(&place, &changed).expect("written");
            if bundle::verify(&place, policy).is_ok() {
                accepted += 1;
                let again: Files = [(forge.name(".zip"), changed)].into();
                assert!(forge.bag(&again) == expected, "byte {index} bit {bit}");
            }
        }
    }
    assert!(
        accepted < zip.len() * bits.len() / step / 50,
        "{accepted} accepted"
    );
}

#[test]
fn a_changed_zip_alone_is_refused_or_says_the_same() {
    alone(&[0], 1);
}

#[test]
#[ignore = "minutes: every bit of every byte; set STAGE6_EXHAUSTIVE=1"]
fn exhaustive_every_bit_of_a_release() {
    if std::env::var_os("STAGE6_EXHAUSTIVE").is_none() {
        return;
    }
    let mut forge = Forge::producer();
    let files = forge.good();
    let folder = write(&files);
    let bits = [0, 1, 2, 3, 4, 5, 6, 7];
    for (name, bytes) in &files {
        each_is_refused(
            folder.path(),
            &folder.path().join(name),
            bytes,
            0..bytes.len(),
            &bits,
        );
    }
    alone(&bits, 1);
}
