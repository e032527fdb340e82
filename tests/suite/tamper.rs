//! A changed bundle never verifies, whatever was changed.

use crate::scene::{KEY, Scene, tree};
use crate::tampered::{Asked, keep};
use serde_json::json;
use stage6_press::bundle::{self, Verification};
use stage6_press::seal::{Distrust, DistrustCode, HmacKey};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const RELEASE: &str = "var/marketing/2026.11";
const BUNDLE: &str = "stage6-2026.11-r1";

fn key() -> HmacKey {
    HmacKey::from_text(crate::scene::KEY.as_bytes(), Some("audit-2026".into())).expect("a key")
}

fn verify(scene: &Scene, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    verify_at(&scene.path(RELEASE), key)
}

/// Verifies what lies at `place`, and keeps it for other verifiers.
fn verify_at(place: &Path, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    let result = judge(place, key);
    let asked = Asked {
        hmac: key.map(|_| (KEY.to_owned(), Some("audit-2026".to_owned()))),
        ..Asked::default()
    };
    let (code, said) = match &result {
        Ok(verification) => (0, json!({"status": "verified", "bundle": verification.bundle})),
        Err(distrust) => (
            if distrust.is_foreign { 2 } else { 4 },
            json!({"code": distrust.code.as_str(), "file": distrust.file, "reason": distrust.reason}),
        ),
    };
    keep(place, &asked, code, &said);
    result
}

fn judge(place: &Path, key: Option<&HmacKey>) -> Result<Verification, Distrust> {
    bundle::verify(place, &bundle::Policy::with_key(key, None))
}

/// Runs `verify --json`, which ends with `code`, and keeps what was verified. Gives what was printed.
fn run_verify(scene: &Scene, place: &str, arguments: &str, code: i32) -> String {
    let at = "--date 2026-11-23T12:00:00Z";
    let date = if arguments.contains("--date") { "" } else { at };
    let arguments = format!("{arguments} {date} --json");
    let ran = scene.run(&format!("verify {place} {arguments}")).ends_with(code);
    let said = serde_json::from_str(&ran.stdout).expect("JSON");
    keep(
        &scene.path(place),
        &Asked::of(&arguments, &scene.path("")),
        code,
        &said,
    );
    ran.stdout
}

#[test]
fn the_good_release_verifies_in_all_three_shapes() {
    let scene = Scene::sample();
    scene.build();
    let with_key = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    let ran = scene
        .run(&format!(
            "verify --date 2026-11-23T12:00:00Z {RELEASE} {with_key}"
        ))
        .ends_with(0);
    assert!(
        ran.stdout
            .contains("HMAC of 9 files recomputed with the key `audit-2026`"),
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
    let ran = scene
        .run(&format!("verify --date 2026-11-23T12:00:00Z {RELEASE} --no-key"))
        .ends_with(0);
    assert!(
        ran.stdout
            .contains("NOT AUTHENTICATED: nothing here shows who made the bundle"),
        "{}",
        ran.stdout
    );
}

/// The same, as programs read it, with the signer trusted and without.
#[test]
fn the_good_release_is_kept_for_other_verifiers() {
    let scene = Scene::sample();
    scene.build();
    unzip(&scene);
    let shown = scene.run("key show --format allowed-signers --release-key-path secrets/release.pem");
    scene.write("trust", shown.ends_with(0).stdout);
    let shown = scene.run("key show --format pem --release-key-path secrets/release.pem");
    scene.write("pem", shown.ends_with(0).stdout);
    let key = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    for place in [
        RELEASE.to_owned(),
        format!("{RELEASE}/{BUNDLE}.zip"),
        format!("unpacked/{BUNDLE}"),
    ] {
        run_verify(&scene, &place, "--trust trust --no-key", 0);
        run_verify(&scene, &place, "--trust pem --no-key", 0);
        run_verify(&scene, &place, key, 0);
        run_verify(&scene, &place, "--no-key", 0);
    }
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
            // A few of each file are enough for other verifiers.
            let is_kept =
                index.is_multiple_of(bytes.len() / 3 / step * step + step) || index == bytes.len() - 1;
            let ask = if is_kept { verify_at } else { judge };
            let release = scene.path(RELEASE);
            assert!(ask(&release, Some(&key)).is_err(), "{name}, byte {index}");
            assert!(
                ask(&release, None).is_err(),
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
        verify_at(&folder, Some(&key()))
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
        DistrustCode::BadSignature
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
        (DistrustCode::BadSignature, "does not fit what it signs")
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
        format!(
            "not noted in the decision log: var/audit/stage6/decision_log.head.json: the HMAC by the key `audit-2026` does \
             not fit [bad-signature]\nNOT VERIFIED\n{BUNDLE}.manifest.json: the HMAC does not fit [bad-signature]\n"
        )
    );
    run_verify(
        &scene,
        RELEASE,
        "--signing-key-path k/other --signing-key-id audit-2026",
        4,
    );
    let printed = run_verify(&scene, RELEASE, "--signing-key-path secrets/audit.hmac", 4);
    assert!(
        printed.starts_with("{\"code\":\"bad-signature\",\"file\":"),
        "{printed}"
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
        let ran = scene
            .run(&format!("verify --date 2026-11-23T12:00:00Z {path} --no-key"))
            .ends_with(2);
        assert!(
            ran.stderr.contains(&format!("{reason} [not-a-bundle]\n  hint: ")),
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
    // Not kept: a browser follows links and does not say so.
    assert_eq!(
        judge(&scene.path(RELEASE), None).expect_err("a link").reason,
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
        // The bag's own files and its reports are enough for other verifiers; all else is alike.
        let is_kept = !name.starts_with("data/") || name.starts_with("data/reports/");
        let ask = if is_kept { verify_at } else { judge };
        assert!(ask(&bag, None).is_err(), "{name}");
        fs::write(bag.join(&name), &bytes).expect("written");
    }
    verify_at(&bag, Some(&key())).expect("good again");
}

/// The forger of these scenes can recompute every digest but holds no key.
fn forge(scene: &Scene, script: &str) {
    let program = format!(
        "import sys,os,hashlib,zipfile,io\nfolder,bundle=sys.argv[1:3]\n\
         sha=lambda b: hashlib.sha256(b).hexdigest()\n\
         path=lambda e: os.path.join(folder,bundle+e)\n\
         def lists(): open(path('.sha256'),'w').write(''.join(sorted((sha(open(os.path.join(folder,n),'rb').read())+'  '+n+'\\n' for n in os.listdir(folder) if not n.endswith('.sha256')),key=lambda l:l[66:])))\n\
         def repack(change):\n z=zipfile.ZipFile(path('.zip')); files={{i.filename[len(bundle)+1:]:z.read(i) for i in z.infolist()}}; change(files)\n \
         listing=lambda keep: ''.join(sha(files[n])+'  '+n+'\\n' for n in sorted(files) if keep(n)).encode()\n \
         data={{n:b for n,b in files.items() if n.startswith('data/')}}\n \
         info=files['bag-info.txt'].decode().split('Payload-Oxum')[0]+'Payload-Oxum: %d.%d\\n'%(sum(map(len,data.values())),len(data))\n \
         files['bag-info.txt']=info.encode(); files['manifest-sha256.txt']=listing(lambda n:n.startswith('data/'))\n \
         files['tagmanifest-sha256.txt']=listing(lambda n:not n.startswith('data/') and n!='tagmanifest-sha256.txt')\n \
         out=io.BytesIO(); w=zipfile.ZipFile(out,'w')\n \
         for n in sorted(files):\n  i=zipfile.ZipInfo(bundle+'/'+n,(1980,1,1,0,0,0)); i.external_attr=0o100644<<16; i.create_version=10; i.extract_version=10; w.writestr(i,files[n])\n \
         w.close(); open(path('.zip'),'wb').write(out.getvalue())\n\
         {script}\n"
    );
    scene.write(
        "forge.py",
        program
            .lines()
            .map(|line| format!("{}\n", line))
            .collect::<String>(),
    );
    let ran = Command::new("python3")
        .arg(scene.path("forge.py"))
        .arg(scene.path(RELEASE))
        .arg(BUNDLE)
        .output()
        .expect("python");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

const EVIL: &str =
    "repack(lambda f: f.update({n:b'<h1>EVIL</h1>' for n in f if n.endswith('.html')})); lists()";

#[test]
fn a_repacked_zip_is_refused_by_us_and_by_the_commands_of_the_readme() {
    let scene = Scene::sample();
    scene.build();
    forge(&scene, EVIL);
    let distrust = verify(&scene, Some(&key())).expect_err("forged");
    assert_eq!(
        (distrust.code, distrust.reason.as_str()),
        (DistrustCode::BadSignature, "does not fit what it signs")
    );
    for (form, file) in [
        ("pem", "producer.pub.pem"),
        ("allowed-signers", "allowed_signers"),
    ] {
        let shown = scene.run(&format!(
            "key show --format {form} --release-key-path secrets/release.pem"
        ));
        scene.write(file, shown.ends_with(0).stdout);
    }
    let readme = fs::read_to_string(crate::scene::repository().join("README.md")).expect("README");
    let block = readme
        .split("```sh in=var/marketing/2026.11\n")
        .nth(1)
        .expect("the block")
        .split("```")
        .next()
        .expect("its end");
    let block = block.replace("secrets/stress_lab.hmac", "secrets/audit.hmac");
    let run = |folder: std::path::PathBuf| {
        Command::new("bash")
            .args(["-euo", "pipefail", "-c", &block])
            .current_dir(folder)
            .output()
            .expect("bash")
            .status
            .success()
    };
    assert!(!run(scene.path(RELEASE)), "the forged release");
    // A build does not replace what was changed.
    fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    scene.build();
    assert!(run(scene.path(RELEASE)), "the good release");
}

#[test]
fn a_zip_alone_is_never_called_authentic_as_a_whole() {
    let scene = Scene::sample();
    scene.build();
    forge(&scene, EVIL);
    let with_key = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    let zip = format!("{RELEASE}/{BUNDLE}.zip");
    let printed = run_verify(&scene, &zip, with_key, 4);
    assert!(printed.contains("\"code\":\"bad-signature\""), "{printed}");
    // A build does not replace what was changed.
    fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    scene.build();
    let printed = run_verify(&scene, &zip, with_key, 0);
    assert!(
        printed.contains("\"authenticated\":false") && printed.contains("\"hmac_files\":8"),
        "{printed}"
    );
    forge(
        &scene,
        "repack(lambda f: [f.pop(n) for n in list(f) if n.startswith('data/reports/')])",
    );
    let distrust = verify_at(&scene.path(&zip), Some(&key())).expect_err("no reports");
    assert_eq!(distrust.code, DistrustCode::BadSignature);
}

#[test]
fn a_release_folder_cannot_choose_to_be_a_bag_or_to_hold_more() {
    let scene = Scene::sample();
    scene.build();
    let extra = "open(os.path.join(folder,'INSTALL-ME.html'),'w').write('evil'); lists()";
    forge(&scene, extra);
    let distrust = verify(&scene, Some(&key())).expect_err("one file more");
    assert_eq!(
        (distrust.code, distrust.file.as_str()),
        (DistrustCode::BadSignature, "stage6-2026.11-r1.sha256.sshsig")
    );
    fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    scene.build();
    for name in [
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    ] {
        scene.write(
            &format!("{RELEASE}/{name}"),
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        );
    }
    assert_eq!(
        verify(&scene, None).expect_err("a bag in disguise").code,
        DistrustCode::UnlistedFile
    );
}

#[test]
fn archives_that_tools_unpack_differently_are_refused() {
    let scene = Scene::sample();
    for change in [
        "{'data/evil.html':b'1','data/Evil.html':b'2'}",
        "{'data/x':b'1','data/x/y':b'2'}",
    ] {
        scene.build();
        forge(&scene, &format!("repack(lambda f: f.update({change}))"));
        let zip = scene.path(&format!("{RELEASE}/{BUNDLE}.zip"));
        assert_eq!(
            verify_at(&zip, None).expect_err(change).code,
            DistrustCode::ZipProfile
        );
        fs::remove_dir_all(scene.path(RELEASE)).expect("removed");
    }
}

#[test]
fn a_release_whose_validity_is_over_is_refused() {
    let scene = Scene::sample();
    scene.build();
    let line = format!("verify {RELEASE} --no-key --date");
    run_verify(&scene, RELEASE, "--no-key --date 2027-02-21T07:59:59Z", 0);
    run_verify(&scene, RELEASE, "--no-key --date 2027-02-21T08:00:01Z", 4);
    let ran = scene.run(&format!("{line} 2027-02-21T08:00:01Z")).ends_with(4);
    assert_eq!(
        ran.stderr,
        format!(
            "NOT VERIFIED\n{BUNDLE}.manifest.json: was valid until 2027-02-21T08:00:00Z; ask for a newer release [expired]\n"
        )
    );
}
