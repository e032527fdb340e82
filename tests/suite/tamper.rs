//! A changed bundle never verifies, whatever was changed.

use crate::scene::{Scene, tree};
use stage6_press::bundle::{self, Verification};
use stage6_press::seal::{Distrust, DistrustCode, HmacKey};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

const RELEASE: &str = "var/marketing/2026.11";
const BUNDLE: &str = "stage6-2026.11-r1";

fn key() -> HmacKey {
    HmacKey::from_text(crate::scene::KEY.as_bytes(), Some("audit-2026".into())).expect("a key")
}

fn verify(scene: &Scene, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    bundle::verify(&scene.path(RELEASE), key)
}

#[test]
fn the_good_release_verifies_in_all_three_shapes() {
    let scene = Scene::sample();
    scene.build();
    let with_key = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    let ran = scene.run(&format!("verify {RELEASE} {with_key}")).ends_with(0);
    assert!(
        ran.stdout
            .contains("HMAC of 3 files recomputed with the key `audit-2026`"),
        "{}",
        ran.stdout
    );
    scene
        .run(&format!("verify {RELEASE}/{BUNDLE}.zip {with_key}"))
        .ends_with(0);
    unzip(&scene);
    scene
        .run(&format!("verify unpacked/{BUNDLE} {with_key}"))
        .ends_with(0);
    let ran = scene.run(&format!("verify {RELEASE} --no-key")).ends_with(0);
    assert!(
        ran.stdout.contains("NOT AUTHENTICATED: no key was used"),
        "{}",
        ran.stdout
    );
}

fn unzip(scene: &Scene) {
    let status = Command::new("unzip")
        .arg("-q")
        .arg(scene.path(&format!("{RELEASE}/{BUNDLE}.zip")))
        .arg("-d")
        .arg(scene.path("unpacked"))
        .status()
        .expect("unzip runs");
    assert!(status.success());
}

/// Every byte of the three small files, and bytes all over the zip, each flipped in one bit.
#[test]
fn any_one_changed_byte_of_any_file_fails_with_and_without_the_key() {
    let scene = Scene::sample();
    scene.build();
    let key = key();
    verify(&scene, Some(&key)).expect("the good release verifies");
    for (name, bytes) in scene.tree(RELEASE) {
        let path = scene.path(RELEASE).join(&name);
        let step = (bytes.len() / 400).max(1);
        for index in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << (index % 8);
            fs::write(&path, &changed).expect("written");
            assert!(verify(&scene, Some(&key)).is_err(), "{name}, byte {index}");
            assert!(
                verify(&scene, None).is_err(),
                "{name}, byte {index}, without the key"
            );
        }
        fs::write(&path, &bytes).expect("written");
    }
    verify(&scene, Some(&key)).expect("the good release verifies again");
}

#[test]
fn each_kind_of_change_has_its_code() {
    let scene = Scene::sample();
    scene.build();
    let good = scene.tree(RELEASE);
    type Files = BTreeMap<String, Vec<u8>>;
    let code = |change: &dyn Fn(&mut Files)| {
        let mut files = good.clone();
        change(&mut files);
        let folder = scene.path("changed");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("made");
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).expect("written");
        }
        bundle::verify(&folder, Some(&key()))
            .expect_err("a changed release")
            .code
    };
    let file = |ending: &str| format!("{BUNDLE}{ending}");
    assert_eq!(
        code(&|files| drop(files.remove(&file(".manifest.json.sig")))),
        DistrustCode::MissingFile
    );
    assert_eq!(
        code(&|files| drop(files.remove(&file(".sha256")))),
        DistrustCode::NotABundle
    );
    assert_eq!(
        code(&|files| drop(files.insert("extra.txt".into(), vec![]))),
        DistrustCode::UnlistedFile
    );
    assert_eq!(
        code(&|files| drop(files.insert("other.sha256".into(), vec![]))),
        DistrustCode::NotABundle
    );
    assert_eq!(
        code(&|files| files.get_mut(&file(".zip")).expect("zip").push(0)),
        DistrustCode::HashMismatch
    );
    assert_eq!(
        code(&|files| drop(files.insert(file(".sha256"), vec![]))),
        DistrustCode::Malformed
    );
}

/// An outsider who recomputes every hash, but has no key, is found by whoever has it.
#[test]
fn recomputed_hashes_do_not_help_without_the_key() {
    let scene = Scene::sample();
    scene.build();
    let list = scene.path(&format!("{RELEASE}/{BUNDLE}.sha256"));
    let manifest = scene.path(&format!("{RELEASE}/{BUNDLE}.manifest.json"));
    let text = fs::read_to_string(&manifest)
        .expect("read")
        .replace("\"sequence\": 1", "\"sequence\": 2");
    fs::write(&manifest, &text).expect("written");
    let lines: String = tree(&scene.path(RELEASE))
        .iter()
        .filter(|(name, _)| !name.ends_with(".sha256"))
        .map(|(name, bytes)| format!("{}  {name}\n", stage6_press::domain::Digest::of(bytes)))
        .collect();
    fs::write(&list, lines).expect("written");
    let distrust = verify(&scene, Some(&key())).expect_err("forged");
    assert_eq!(
        (distrust.code, distrust.reason.as_str()),
        (DistrustCode::HashMismatch, "is not the file that was signed")
    );
}

#[test]
fn another_key_does_not_verify() {
    let scene = Scene::sample();
    scene.build();
    scene.write_key("k/other", &crate::scene::KEY.replace('0', "1"), 0o600);
    let ran = scene
        .run(&format!(
            "verify {RELEASE} --signing-key-path k/other --signing-key-id audit-2026"
        ))
        .ends_with(4);
    assert_eq!(
        ran.stderr,
        format!("NOT VERIFIED\n{BUNDLE}.manifest.json: the HMAC does not fit [bad-signature]\n")
    );
    let ran = scene
        .run(&format!(
            "verify {RELEASE} --signing-key-path secrets/audit.hmac --json"
        ))
        .ends_with(4);
    assert!(
        ran.stdout.starts_with("{\"code\":\"bad-signature\",\"file\":"),
        "{}",
        ran.stdout
    );
}

#[test]
fn things_that_are_no_bundle_are_called_so() {
    let scene = Scene::sample();
    for (path, reason) in [
        (
            "config",
            "holds neither a `.sha256` list (a release folder) nor `bagit.txt` (an unpacked bag)",
        ),
        ("nowhere", "is not there"),
        (
            "config/core.yaml",
            "is neither a folder nor a zip; name the release folder, the zip, or the unpacked bag",
        ),
    ] {
        let ran = scene.run(&format!("verify {path} --no-key")).ends_with(4);
        assert!(
            ran.stderr.ends_with(&format!("{reason} [not-a-bundle]\n")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_link_in_a_release_folder_is_refused() {
    let scene = Scene::sample();
    scene.build();
    std::os::unix::fs::symlink("/etc/hostname", scene.path(&format!("{RELEASE}/link"))).expect("linked");
    assert_eq!(
        verify(&scene, None).expect_err("a link").reason,
        "is not a regular file with a UTF-8 name"
    );
}

#[test]
fn changes_in_an_unpacked_bag_are_found() {
    let scene = Scene::sample();
    scene.build();
    unzip(&scene);
    let bag = scene.path(&format!("unpacked/{BUNDLE}"));
    for (name, bytes) in tree(&bag) {
        let mut changed = bytes.clone();
        changed.push(b' ');
        fs::write(bag.join(&name), &changed).expect("written");
        assert!(bundle::verify(&bag, None).is_err(), "{name}");
        fs::write(bag.join(&name), &bytes).expect("written");
    }
    bundle::verify(&bag, Some(&key())).expect("good again");
}
