//! Signatures, checked by tools that we did not write, each with a good and a bad case.

use crate::scene::{DATE, KEY, Scene, has_tool};
use std::fs;
use std::path::Path;
use std::process::Command;

const B: &str = "stage6-2026.11-r1";
const RELEASE: &str = "var/marketing/2026.11";
const BUILD: &str =
    "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026 --release-key-path k/release.pem";

/// A release signed with a key that `stage6 keygen --ed25519` made, its zip unpacked beside it.
fn signed() -> Scene {
    let scene = Scene::sample();
    fs::create_dir(scene.path("k")).expect("made");
    scene.run("keygen --ed25519 k/release.pem").ends_with(0);
    scene.run(&format!("build --date {DATE} {BUILD}")).ends_with(0);
    accepts(&scene.path(RELEASE), &format!("unzip -q {B}.zip -d ../bag"));
    scene
}

/// Runs lines of bash in a folder, with `K` the folder of keys.
fn shell(folder: &Path, line: &str) -> (bool, String) {
    let output = Command::new("bash")
        .args(["-c", line])
        .env("K", "../../../k")
        .current_dir(folder)
        .output()
        .expect("bash runs");
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&printed).into_owned(),
    )
}

#[track_caller]
fn accepts(folder: &Path, line: &str) -> String {
    let (good, printed) = shell(folder, line);
    assert!(good, "{line}\n{printed}");
    printed
}

#[track_caller]
fn refuses(folder: &Path, line: &str) {
    let (good, printed) = shell(folder, line);
    assert!(!good, "{line}\n{printed}");
}

/// Changes one byte in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("written");
}

fn has_openssl() -> bool {
    has_tool("openssl", &["version"])
}

/// `ssh-keygen` has no option that only says that it is there, so the shell is asked.
fn has_ssh_keygen() -> bool {
    has_tool("bash", &["-c", "command -v ssh-keygen"])
}

#[test]
fn openssl_checks_the_raw_signature() {
    if !has_openssl() {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let line = format!(
        "openssl pkeyutl -verify -pubin -inkey $K/release.pub.pem -rawin -in {B}.sha256 -sigfile {B}.sha256.ed25519"
    );
    assert_eq!(accepts(&release, &line).trim(), "Signature Verified Successfully");
    let elsewhere = line.replace(&format!("-in {B}.sha256 "), &format!("-in {B}.manifest.json "));
    refuses(&release, &elsewhere);
    scene.run("keygen --ed25519 k/other.pem").ends_with(0);
    refuses(&release, &line.replace("release.pub", "other.pub"));
    flip(&release.join(format!("{B}.sha256")));
    refuses(&release, &line);
}

/// The line of the format's description: each field from the envelope, the preamble written by printf.
#[test]
fn openssl_checks_the_attestation() {
    if !has_openssl() || !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let field = |path: &str| {
        format!("python3 -c 'import json; print(json.load(open(\"{B}.intoto.jsonl\")){path}, end=\"\")'")
    };
    let line = format!(
        "{} | base64 -d > ../p; T=$({}); {} | base64 -d > ../s
         {{ printf 'DSSEv1 %d %s %d ' ${{#T}} \"$T\" $(stat -c%s ../p); cat ../p; }} > ../pae
         openssl pkeyutl -verify -pubin -inkey $K/release.pub.pem -rawin -in ../pae -sigfile ../s",
        field("[\"payload\"]"),
        field("[\"payloadType\"]"),
        field("[\"signatures\"][0][\"sig\"]"),
    );
    assert_eq!(accepts(&release, &line).trim(), "Signature Verified Successfully");
    refuses(&release, &line.replace("DSSEv1", "DSSEv2"));
    let path = format!("{RELEASE}/{B}.intoto.jsonl");
    let changed = scene
        .read(&path)
        .replacen("\"payload\":\"eyJ", "\"payload\":\"eyK", 1);
    scene.write(&path, changed);
    refuses(&release, &line);
}

#[test]
fn openssl_recomputes_every_hmac_of_the_bundle() {
    if !has_openssl() {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let line = |file: &str, key: &str| {
        format!(
            "openssl dgst -sha256 -mac HMAC -macopt hexkey:{key} -r {file} | cut -c1-64 | grep -qF -f - {file}.sig"
        )
    };
    let reports = format!("../bag/{B}/data/reports");
    for file in [
        "stress_lab_report.json",
        "stress_lab_report.csv",
        "stress_lab_analytics.json",
    ] {
        accepts(&release, &line(&format!("{reports}/{file}"), KEY));
    }
    let manifest = format!("{B}.manifest.json");
    accepts(&release, &line(&manifest, KEY));
    refuses(&release, &line(&manifest, &KEY.replace('0', "1")));
    flip(&release.join(&manifest));
    refuses(&release, &line(&manifest, KEY));
}

fn ssh(folder: &str, file: &str, purpose: &str, identity: &str) -> String {
    format!(
        "ssh-keygen -Y verify -f $K/release.allowed_signers -I {identity} -n {purpose}@stage6.example \
         -s {folder}{file}.sshsig < {folder}{file}"
    )
}

#[test]
fn ssh_keygen_checks_both_signatures() {
    if !has_ssh_keygen() {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let who = "release@stage6.example";
    let (list, bag, tags) = (
        format!("{B}.sha256"),
        format!("../bag/{B}/"),
        "tagmanifest-sha256.txt",
    );
    let printed = accepts(&release, &ssh("", &list, "audit-release-v1", who));
    assert!(
        printed.starts_with("Good \"audit-release-v1@stage6.example\" signature for release@stage6.example with ED25519 key SHA256:"),
        "{printed}"
    );
    accepts(&release, &ssh(&bag, tags, "audit-bag-v1", who));
    for purpose in ["audit-bag-v1", "git", "audit-release-v2"] {
        refuses(&release, &ssh("", &list, purpose, who));
    }
    refuses(&release, &ssh(&bag, tags, "audit-release-v1", who));
    refuses(
        &release,
        &ssh("", &list, "audit-release-v1", "mallory@stage6.example"),
    );
    flip(&release.join(&list));
    refuses(&release, &ssh("", &list, "audit-release-v1", who));
    flip(&release.join(&bag).join(tags));
    refuses(&release, &ssh(&bag, tags, "audit-bag-v1", who));
}

/// The same key, the same bytes: what we write is what `ssh-keygen -Y sign` writes.
#[test]
fn ssh_keygen_writes_the_very_same_signature() {
    if !has_ssh_keygen() {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let sign = |file: &str, purpose: &str| {
        format!("ssh-keygen -Y sign -f $K/release.ssh -n {purpose}@stage6.example < {file} > ../theirs")
    };
    accepts(&release, &sign(&format!("{B}.sha256"), "audit-release-v1"));
    assert_eq!(
        scene.read("var/marketing/theirs"),
        scene.read(&format!("{RELEASE}/{B}.sha256.sshsig"))
    );
    let tags = format!("../bag/{B}/tagmanifest-sha256.txt");
    accepts(&release, &sign(&tags, "audit-bag-v1"));
    let inner = scene.read(&format!("var/marketing/bag/{B}/tagmanifest-sha256.txt.sshsig"));
    assert_eq!(scene.read("var/marketing/theirs"), inner);
    accepts(&release, &sign(&tags, "audit-release-v1"));
    assert_ne!(scene.read("var/marketing/theirs"), inner);
    // The fingerprint that we print is the one that OpenSSH prints.
    let printed = accepts(&release, "ssh-keygen -l -f $K/release.ssh.pub");
    let ours = scene
        .run("key show --format fingerprint --release-key-path k/release.pem")
        .ends_with(0);
    assert_eq!(printed.split(' ').nth(1), Some(ours.stdout.trim()));
}

/// For machines without OpenSSH: the signed text of an SSHSIG, written by printf, and its last 64 bytes.
#[test]
fn openssl_checks_an_ssh_signature() {
    if !has_openssl() {
        return;
    }
    let scene = signed();
    let release = scene.path(RELEASE);
    let line = |file: &str, purpose: &str| {
        format!(
            "set -e; NS={purpose}@stage6.example
             u32() {{ printf \"\\\\x$(printf %02x $(($1>>24&255)))\\\\x$(printf %02x $(($1>>16&255)))\\\\x$(printf %02x $(($1>>8&255)))\\\\x$(printf %02x $(($1&255)))\"; }}
             {{ printf SSHSIG; u32 ${{#NS}}; printf %s \"$NS\"; u32 0; u32 6; printf sha512; u32 64; openssl dgst -sha512 -binary {file}; }} > ../tbs
             sed '1d;$d' {file}.sshsig | base64 -d | tail -c 64 > ../sig
             openssl pkeyutl -verify -pubin -inkey $K/release.pub.pem -rawin -in ../tbs -sigfile ../sig"
        )
    };
    let list = format!("{B}.sha256");
    assert_eq!(
        accepts(&release, &line(&list, "audit-release-v1")).trim(),
        "Signature Verified Successfully"
    );
    accepts(
        &release,
        &line(&format!("../bag/{B}/tagmanifest-sha256.txt"), "audit-bag-v1"),
    );
    refuses(&release, &line(&list, "audit-bag-v1"));
    flip(&release.join(&list));
    refuses(&release, &line(&list, "audit-release-v1"));
}

/// The list ties the zip to its signature, and no second zip passes beside it.
#[test]
fn sha256sum_checks_the_signed_list_and_the_bag() {
    let scene = signed();
    let release = scene.path(RELEASE);
    let line = format!(
        "set -o pipefail; grep ' {}\\.zip$' {B}.sha256 | sha256sum --check --strict",
        B.replace('.', "\\.")
    );
    accepts(&release, &line);
    let bag = release.join(format!("../bag/{B}"));
    let lists = "sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt";
    accepts(&bag, lists);
    refuses(&release, &line.replace("r1", "r2"));
    flip(&release.join(format!("{B}.zip")));
    refuses(&release, &line);
    flip(&bag.join("data/reports/stress_lab_report.csv"));
    refuses(&bag, lists);
}

/// A key that openssl made signs a release, which openssl and we accept.
#[test]
fn a_key_made_by_openssl_signs() {
    if !has_openssl() {
        return;
    }
    let scene = Scene::sample();
    fs::create_dir(scene.path("k")).expect("made");
    let make = "umask 077; openssl genpkey -algorithm ed25519 -out k/release.pem && openssl pkey -in k/release.pem -pubout -out k/release.pub.pem";
    accepts(&scene.path(""), make);
    scene.run(&format!("build --date {DATE} {BUILD}")).ends_with(0);
    let line = format!(
        "openssl pkeyutl -verify -pubin -inkey $K/release.pub.pem -rawin -in {B}.sha256 -sigfile {B}.sha256.ed25519"
    );
    accepts(&scene.path(RELEASE), &line);
    scene
        .run(&format!(
            "verify {RELEASE} --trust k/release.pub.pem --date {DATE}"
        ))
        .ends_with(0);
    // What openssl makes for other algorithms is no release key.
    accepts(
        &scene.path(""),
        "umask 077; openssl genpkey -algorithm ed448 -out k/ed448.pem; openssl genpkey -algorithm x25519 -out k/x25519.pem",
    );
    for name in ["ed448", "x25519"] {
        let line = format!(
            "build --date {DATE} {}",
            BUILD.replace("k/release", &format!("k/{name}"))
        );
        let ran = scene.run(&line).ends_with(2);
        assert!(
            ran.stderr.contains("not an Ed25519 key as PKCS#8 PEM"),
            "{}",
            ran.stderr
        );
    }
}

const MODULES: &str = "import securesystemslib.dsse, cryptography, in_toto_attestation.v1.statement";

fn has_python_modules() -> bool {
    has_tool("python3", &["-c", MODULES])
}

/// The reference implementation of DSSE, with the key id that it computes itself.
#[test]
fn securesystemslib_checks_the_attestation() {
    if !has_python_modules() {
        return;
    }
    let scene = signed();
    scene.write(
        "dsse.py",
        "import json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
key = SSlibKey.from_crypto(load_pem_public_key(open(sys.argv[2], 'rb').read()))
envelope = Envelope.from_dict(json.load(open(sys.argv[1])))
accepted = envelope.verify([key], 1)
assert list(accepted) == [key.keyid], accepted
",
    );
    scene.run("keygen --ed25519 k/other.pem").ends_with(0);
    let line = format!("python3 ../../../dsse.py {B}.intoto.jsonl $K/release.pub.pem");
    let release = scene.path(RELEASE);
    accepts(&release, &line);
    refuses(&release, &line.replace("release.pub", "other.pub"));
    let path = format!("{RELEASE}/{B}.intoto.jsonl");
    let changed = scene
        .read(&path)
        .replacen("\"payload\":\"eyJ", "\"payload\":\"eyK", 1);
    scene.write(&path, changed);
    refuses(&release, &line);
}

/// in-toto's own library reads the statement and finds it valid; its subjects are the files that lie there.
#[test]
fn in_toto_validates_the_statement() {
    if !has_python_modules() {
        return;
    }
    let scene = signed();
    scene.write(
        "statement.py",
        "import base64, hashlib, json, os, sys
from google.protobuf import json_format
from in_toto_attestation.v1.statement import Statement
import in_toto_attestation.v1.statement_pb2 as pb
payload = base64.b64decode(json.load(open(sys.argv[1]))['payload'])
if len(sys.argv) > 3:
    payload = payload.replace(b'https://in-toto.io/Statement/v1', b'https://in-toto.io/Statement/v0')
read = json_format.Parse(payload, pb.Statement())
Statement.copy_from_pb(read).validate()
for subject in read.subject:
    path = subject.name if os.path.exists(subject.name) else os.path.join(sys.argv[2], subject.name)
    digest = hashlib.sha256(open(path, 'rb').read()).hexdigest()
    assert subject.digest['sha256'] == digest, subject.name
assert len(read.subject) > 40, len(read.subject)
",
    );
    let line = format!("python3 ../../../statement.py {B}.intoto.jsonl ../bag");
    let release = scene.path(RELEASE);
    accepts(&release, &line);
    refuses(&release, &format!("{line} other-type"));
    flip(&release.join(format!("../bag/{B}/data/reports/stress_lab_report.csv")));
    refuses(&release, &line);
}
