//! Rows about who signed: stripping, confusion of keys, algorithms and contexts, weak keys, leaks.

use super::refused;
use crate::forge::{
    BUNDLE, Desk, End, Files, Forge, HMAC, NOTHING, TRUST, entries, hmac_key, release_key, write_zip,
};
use crate::scene::{KEY, Scene};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, HEXLOWER};
use serde_json::{Value, json};
use stage6_press::seal::{PublicKey, SigningKeys, SshSignature, Trust};

fn good() -> (Desk, Forge, Files) {
    let mut forge = Forge::producer();
    let files = forge.good();
    (Desk::new(), forge, files)
}

/// A release whose bag was changed, and whose inner signature is `signature`.
fn with_inner_signature(forge: &Forge, files: &Files, signature: Option<Vec<u8>>) -> (Files, Vec<u8>) {
    let mut files = files.clone();
    let mut bag = forge.bag(&files);
    let name = "tagmanifest-sha256.txt.sshsig";
    match signature {
        Some(signature) => bag.insert(name.into(), signature),
        None => bag.remove(name),
    };
    let zip = write_zip(&entries(BUNDLE, &bag), &End::default());
    forge.with_zip(&mut files, zip.clone());
    (files, zip)
}

/// Row "stripping / downgrade": without any one signature, or all, nothing verifies, whoever asks.
#[test]
fn no_signature_can_be_left_out() {
    let (desk, forge, files) = good();
    let cases = [
        (".sha256.ed25519", "missing-signature"),
        (".sha256.sshsig", "missing-signature"),
        (".intoto.jsonl", "missing-file"),
        (".manifest.json.sig", "missing-file"),
        (".manifest.json", "missing-file"),
        (".sha256", "not-a-bundle"),
    ];
    for (ending, code) in cases {
        let mut stripped = files.clone();
        stripped.remove(&forge.name(ending)).expect("was there");
        refused(&desk, &stripped, code, ending);
        if ending != ".sha256" {
            // Taken out of the signed list as well.
            forge.relist(&mut stripped);
            if !ending.starts_with(".sha256") {
                refused(&desk, &stripped, "missing-file", ending);
            }
        }
    }
    let mut bare = files.clone();
    bare.retain(|name, _| name.ends_with(".zip"));
    refused(
        &desk,
        &bare,
        "not-a-bundle",
        "the zip without its signatures, in a folder",
    );
    let (stripped, zip) = with_inner_signature(&forge, &files, None);
    refused(&desk, &stripped, "missing-signature", "the bag's signature");
    assert_eq!(
        desk.judge_zip(BUNDLE, &zip, TRUST),
        (2, "missing-signature".into())
    );
}

/// Row "stripping / downgrade", second half: who has the HMAC key can edit and sign reports again (threat M2), and still
/// cannot make a release.
#[test]
fn the_hmac_key_alone_makes_no_release() {
    let (desk, _, files) = good();
    let forger = Forge::other();
    let mut edited = files.clone();
    let name = forger.name(".manifest.json");
    let text = String::from_utf8(edited[&name].clone())
        .expect("UTF-8")
        .replace("\"final\"", "\"draft\"");
    edited.insert(name, text.into_bytes());
    let signatures: Files = files
        .iter()
        .filter(|(name, _)| name.contains(".sha256"))
        .map(|(n, b)| (n.clone(), b.clone()))
        .collect();
    forger.reseal(&mut edited);
    // With the forger's own signatures all agrees, but nobody trusts them.
    assert_eq!(desk.judge(&edited, TRUST), (4, "untrusted-signer".into()));
    let list = edited[&forger.name(".sha256")].clone();
    edited.extend(signatures);
    edited.insert(forger.name(".sha256"), list);
    refused(
        &desk,
        &edited,
        "bad-signature",
        "the producer's signatures over another list",
    );
}

/// Row "policy from the bundle": what a manifest says about signatures is nobody's policy.
#[test]
fn a_bundle_sets_no_policy() {
    let (desk, forge, mut files) = good();
    forge.edit_manifest(&mut files, |manifest| {
        manifest["required_signatures"] = json!([]);
        manifest["policy"] = json!({"require_hmac": false, "trust": "anybody"});
    });
    let (mut stripped, other) = (files.clone(), Forge::other());
    stripped.remove(&forge.name(".sha256.sshsig"));
    refused(&desk, &stripped, "missing-signature", "said to need none");
    other.reseal(&mut files);
    assert_eq!(desk.judge(&files, TRUST).0, 4);
}

/// Row "key confusion".
#[test]
fn a_key_counts_for_its_owner_only() {
    let (desk, forge, files) = good();
    // The bundle carries its own public key: as a file beside it, and in the bag.
    let other = Forge::other();
    let mut carried = Forge::other().good();
    let mut bag = other.bag(&carried);
    bag.insert(
        "data/pages/producer.pub.pem".into(),
        other.release.public().to_pem().into_bytes(),
    );
    bag.insert(
        "data/pages/allowed-signers".into(),
        other.allowed_signers().into_bytes(),
    );
    other.rebag(&mut bag);
    other.with_bag(&mut carried, &bag);
    assert_eq!(desk.judge(&carried, NOTHING), (0, "good".into()));
    assert_eq!(desk.judge(&carried, TRUST), (4, "untrusted-signer".into()));
    // Another trusted principal signed: good in itself, not for who asks for the producer by name.
    let both = format!(
        "{}mallory@other.example {}\n",
        forge.allowed_signers(),
        other.release.public().to_ssh_line()
    );
    std::fs::write(desk.folder.path().join("trust"), both).expect("written");
    let named = format!("{TRUST} --identity release@forge.example");
    assert_eq!(desk.judge(&carried, TRUST), (0, "good".into()));
    assert_eq!(desk.judge(&carried, &named), (4, "untrusted-signer".into()));
    assert_eq!(desk.judge(&files, &named), (0, "good".into()));
    // Trusted for another purpose only.
    let elsewhere = format!(
        "release@forge.example namespaces=\"git\" {}\n",
        forge.release.public().to_ssh_line()
    );
    std::fs::write(desk.folder.path().join("trust"), elsewhere).expect("written");
    assert_eq!(desk.judge(&files, TRUST), (4, "untrusted-signer".into()));
}

/// Row "key confusion": signatures of two keys in one release, and a key id of one over a signature of the other.
#[test]
fn all_signatures_are_by_one_key() {
    let (desk, forge, files) = good();
    let mut theirs = files.clone();
    Forge::other().attest(&mut theirs);
    for ending in [".sha256.ed25519", ".sha256.sshsig"] {
        let mut mixed = files.clone();
        Forge::other().resign(&mut mixed);
        mixed.insert(forge.name(ending), files[&forge.name(ending)].clone());
        assert_eq!(
            desk.judge(&mixed, NOTHING),
            (4, "bad-signature".into()),
            "{ending}"
        );
    }
    let mut mixed = files.clone();
    mixed.insert(
        forge.name(".intoto.jsonl"),
        theirs[&forge.name(".intoto.jsonl")].clone(),
    );
    forge.relist(&mut mixed);
    refused(&desk, &mixed, "bad-signature", "an attestation by another key");
    let mut envelope: Value = serde_json::from_slice(&theirs[&forge.name(".intoto.jsonl")]).expect("JSON");
    envelope["signatures"][0]["keyid"] = Value::String(forge.release.public().dsse_id());
    let text = format!(
        "{{\"payload\":{},\"payloadType\":{},\"signatures\":[{{\"keyid\":{},\"sig\":{}}}]}}\n",
        envelope["payload"],
        envelope["payloadType"],
        envelope["signatures"][0]["keyid"],
        envelope["signatures"][0]["sig"]
    );
    mixed.insert(forge.name(".intoto.jsonl"), text.into_bytes());
    forge.relist(&mut mixed);
    refused(
        &desk,
        &mixed,
        "bad-signature",
        "a key id of one, a signature of the other",
    );
    let list = forge.bag(&files)["tagmanifest-sha256.txt"].clone();
    let inner = SshSignature::sign(&list, "audit-bag-v1@forge.example", &release_key(1)).to_text();
    let (mixed, zip) = with_inner_signature(&forge, &files, Some(inner.into_bytes()));
    assert_eq!(desk.judge(&mixed, NOTHING), (4, "bad-signature".into()));
    assert_eq!(desk.judge(&mixed, TRUST), (4, "untrusted-signer".into()));
    assert_eq!(
        desk.judge_zip(BUNDLE, &zip, TRUST),
        (4, "untrusted-signer".into())
    );
}

/// Row "key confusion": an HMAC key that is the public key is known to everybody.
#[test]
fn the_public_key_is_no_hmac_key() {
    let public = release_key(0).public();
    let text = HEXLOWER.encode(public.as_bytes());
    let keys = SigningKeys {
        hmac: stage6_press::seal::HmacKey::from_text(text.as_bytes(), None).expect("a key"),
        release: release_key(0),
    };
    assert!(keys.shares_the_public_key());
    let scene = Scene::sample();
    scene.write_key("k/public.hmac", &text, 0o600);
    scene.write_key("k/release.pem", &release_key(0).to_pem(), 0o600);
    let ran = scene
        .run("build --signing-key-path k/public.hmac --release-key-path k/release.pem")
        .ends_with(2);
    assert!(
        ran.stderr
            .contains("the HMAC key is the release key's public half"),
        "{}",
        ran.stderr
    );
    assert!(!scene.path("var/marketing").exists());
}

/// Row "algorithm confusion", the HMAC block: other names, values of another kind, sloppy spelling (row "MAC compare").
#[test]
fn a_signature_file_has_one_spelling() {
    let (desk, forge, files) = good();
    let name = forge.name(".manifest.json.sig");
    let text = String::from_utf8(files[&name].clone()).expect("UTF-8");
    let root: Value = serde_json::from_str(&text).expect("JSON");
    let mac = root["signature"]["value"].as_str().expect("text");
    let tag = BASE64.decode(mac.as_bytes()).expect("base64");
    let raw = release_key(0).sign(&files[&forge.name(".manifest.json")]);
    let hex = root["bytes"]["value"].as_str().expect("text");
    let looser = sloppy_bits(mac);
    let cases = [
        (
            "no algorithm",
            "HMAC-SHA256".into(),
            "none".to_owned(),
            "malformed",
        ),
        (
            "another digest",
            "HMAC-SHA256".into(),
            "HMAC-SHA384".into(),
            "malformed",
        ),
        (
            "lower case",
            "HMAC-SHA256".into(),
            "hmac-sha256".into(),
            "malformed",
        ),
        (
            "an Ed25519 value",
            hex.to_owned(),
            HEXLOWER.encode(&raw),
            "re-serialised",
        ),
        (
            "an Ed25519 value in base64",
            mac.to_owned(),
            BASE64.encode(&raw),
            "bad-signature",
        ),
        (
            "half a tag",
            hex.to_owned(),
            hex[..32].to_owned(),
            "re-serialised",
        ),
        ("no tag", hex.to_owned(), String::new(), "re-serialised"),
        ("no canonical tag", mac.to_owned(), String::new(), "bad-signature"),
        ("upper-case hex", hex.to_owned(), hex.to_uppercase(), "malformed"),
        (
            "a blank in base64",
            mac.to_owned(),
            format!("{} {}", &mac[..8], &mac[8..]),
            "malformed",
        ),
        (
            "a line end in base64",
            mac.to_owned(),
            format!("{}\\n", mac),
            "malformed",
        ),
        (
            "no padding",
            mac.to_owned(),
            BASE64_NOPAD.encode(&tag),
            "malformed",
        ),
        ("bits behind the end", mac.to_owned(), looser, "malformed"),
    ];
    for (what, from, to, code) in cases {
        let mut changed = files.clone();
        changed.insert(name.clone(), text.replace(&from, &to).into_bytes());
        assert!(changed[&name] != files[&name], "{what}");
        forge.relist(&mut changed);
        let verdict = desk.judge(&changed, HMAC);
        assert_eq!(verdict, (4, code.to_owned()), "{what}");
    }
    // The url-safe alphabet differs only where `+` or `/` stands, so a tag that has one is made.
    let at = crate::forge::moment(crate::scene::DATE);
    let other =
        (0_u32..).map(|n| stage6_press::seal::seal("a.json", format!("{n}\n").into_bytes(), &hmac_key(), at));
    let spelled = other.map(|sealed| String::from_utf8(sealed.expect("sealed").signature).expect("UTF-8"));
    let value = |text: &str| {
        serde_json::from_str::<Value>(text).expect("JSON")["signature"]["value"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let text = spelled
        .into_iter()
        .find(|text| value(text).contains(['+', '/']))
        .expect("one of many");
    let url = BASE64URL.encode(&BASE64.decode(value(&text).as_bytes()).expect("base64"));
    let read =
        stage6_press::seal::SignatureFile::read("a.json.sig", text.replace(&value(&text), &url).as_bytes());
    assert_eq!(
        read.expect_err("url-safe").reason,
        "`signature.value` is not base64"
    );
}

/// The same base64 with one of the bits set that the last letter does not need.
fn sloppy_bits(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = text.as_bytes().to_vec();
    let at = bytes.len() - 2;
    let value = LETTERS
        .iter()
        .position(|letter| *letter == bytes[at])
        .expect("a letter");
    bytes[at] = LETTERS[value | 1];
    String::from_utf8(bytes).expect("ASCII")
}

/// Row "algorithm confusion", SSHSIG and DSSE.
#[test]
fn other_algorithms_are_refused() {
    let (desk, forge, files) = good();
    let ssh = forge.name(".sha256.sshsig");
    let text = String::from_utf8(files[&ssh].clone()).expect("UTF-8");
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let blob = BASE64.decode(body.as_bytes()).expect("base64");
    let armored = |blob: &[u8]| {
        let text = BASE64.encode(blob);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(70)
            .map(|line| std::str::from_utf8(line).expect("ASCII"))
            .collect();
        format!(
            "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
            lines.join("\n")
        )
        .into_bytes()
    };
    let replaced = |from: &[u8], to: &[u8]| {
        let at = blob
            .windows(from.len())
            .position(|part| part == from)
            .expect("is there");
        [&blob[..at], to, &blob[at + from.len()..]].concat()
    };
    assert_eq!(armored(&blob), files[&ssh]);
    let public = *release_key(0).public().as_bytes();
    // A point of order 1: any signature with S = 0 and R = that point would fit any message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let cases = [
        ("SHA-256", replaced(b"\0\0\0\x06sha512", b"\0\0\0\x06sha256")),
        ("RSA", replaced(b"\0\0\0\x0bssh-ed25519", b"\0\0\0\x07ssh-rsa")),
        ("version 2", replaced(b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02")),
        ("a key of low order", replaced(&public, &neutral)),
        ("a byte more", [&blob[..], &[0]].concat()),
    ];
    for (what, blob) in cases {
        let mut changed = files.clone();
        changed.insert(ssh.clone(), armored(&blob));
        refused(&desk, &changed, "malformed", what);
    }
    assert_eq!(PublicKey::from_bytes(&neutral), None);
    let line = "x@y ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(Trust::read("t", line).is_err());
    let name = forge.name(".intoto.jsonl");
    let envelope = String::from_utf8(files[&name].clone()).expect("UTF-8");
    let second = envelope.replace(
        "\"signatures\":[",
        "\"signatures\":[{\"keyid\":\"\",\"sig\":\"\"},",
    );
    for (what, text) in [
        (
            "another payload type",
            envelope.replace("vnd.in-toto+json", "vnd.other+json"),
        ),
        ("two signatures", second),
        (
            "no signature",
            envelope
                .split("\"signatures\":[")
                .next()
                .expect("a part")
                .to_owned()
                + "\"signatures\":[]}\n",
        ),
        ("two lines", format!("{envelope}{envelope}")),
        ("no line end", envelope.trim_end().to_owned()),
    ] {
        let mut changed = files.clone();
        changed.insert(name.clone(), text.into_bytes());
        forge.relist(&mut changed);
        refused(&desk, &changed, "malformed", what);
    }
}

/// Row "context confusion".
#[test]
fn a_signature_fits_one_purpose_one_file_and_one_bundle() {
    let (desk, forge, files) = good();
    let name = |ending: &str| forge.name(ending);
    let list = files[&name(".sha256")].clone();
    let tags = forge.bag(&files)["tagmanifest-sha256.txt"].clone();
    let sign = |message: &[u8], namespace: &str| {
        SshSignature::sign(message, namespace, &forge.release)
            .to_text()
            .into_bytes()
    };
    // The inner signature as the outer one, as it is and made over the outer list; and the other way round.
    let inner = forge.bag(&files)["tagmanifest-sha256.txt.sshsig"].clone();
    for signature in [
        inner,
        sign(&list, "audit-bag-v1@forge.example"),
        sign(&list, "git"),
        sign(&list, "audit-release-v1"),
    ] {
        let mut confused = files.clone();
        confused.insert(name(".sha256.sshsig"), signature);
        refused(
            &desk,
            &confused,
            "bad-signature",
            "an outer signature of another purpose",
        );
    }
    for signature in [
        files[&name(".sha256.sshsig")].clone(),
        sign(&tags, "audit-release-v1@forge.example"),
    ] {
        let (confused, zip) = with_inner_signature(&forge, &files, Some(signature));
        refused(
            &desk,
            &confused,
            "bad-signature",
            "an inner signature of another purpose",
        );
        assert_eq!(desk.judge_zip(BUNDLE, &zip, TRUST), (4, "bad-signature".into()));
    }
    // The producer in the bag's namespace is another than the release's.
    let elsewhere = sign(&tags, "audit-bag-v1@elsewhere.example");
    let (confused, _) = with_inner_signature(&forge, &files, Some(elsewhere));
    refused(
        &desk,
        &confused,
        "bad-signature",
        "an inner signature for another producer",
    );
    // A raw signature over another file.
    for ending in [".zip", ".manifest.json", ".intoto.jsonl", ".manifest.json.sig"] {
        let mut confused = files.clone();
        confused.insert(
            name(".sha256.ed25519"),
            forge.release.sign(&files[&name(ending)]).to_vec(),
        );
        refused(&desk, &confused, "bad-signature", ending);
    }
    // The whole under another bundle's name.
    let renamed: Files = files
        .iter()
        .map(|(name, bytes)| (name.replace("forged-1-r1", "forged-1-r2"), bytes.clone()))
        .collect();
    refused(
        &desk,
        &renamed,
        "missing-file",
        "a list under another bundle's name",
    );
    // The attestation, the manifest or the zip of one release in another, the list signed again.
    let mut forge = Forge::producer();
    let second = forge.release(2, Some("ab".repeat(32)));
    let old = Forge::producer();
    for (ending, code) in [
        (".intoto.jsonl", "inconsistent-producer"),
        (".zip", "inconsistent-producer"),
        (".manifest.json", "bad-signature"),
    ] {
        let mut mixed = second.clone();
        mixed.insert(forge.name(ending), files[&old.name(ending)].clone());
        forge.relist(&mut mixed);
        assert_eq!(desk.judge(&mixed, TRUST).0, 4, "{ending}");
        if ending != ".manifest.json" {
            refused(&desk, &mixed, code, ending);
        }
    }
}

/// Rows "weak HMAC key" and "key leakage".
#[test]
fn unfit_keys_are_refused_and_no_part_of_a_key_is_shown() {
    let scene = Scene::sample();
    let pem = release_key(0).to_pem();
    let body = pem.lines().nth(1).expect("a line").to_owned();
    scene.write_key("k/open.hmac", KEY, 0o644);
    let odd = format!("{KEY}zz");
    let cases = [
        ("ci-dummy-hmac-key", 0o600),
        ("", 0o600),
        ("\n", 0o600),
        (&KEY[..32], 0o600),
        (&odd, 0o600),
        (KEY, 0o644),
        (KEY, 0o640),
        (pem.as_str(), 0o600),
    ];
    let mut said = String::new();
    for (text, mode) in cases {
        scene.write_key("k/hmac", text, mode);
        let ran = scene.run("build --signing-key-path k/hmac").ends_with(2);
        said += &(ran.stdout + &ran.stderr);
        let ran = scene.run("check --signing-key-path k/hmac --json").ends_with(2);
        said += &(ran.stdout + &ran.stderr);
        if mode == 0o600 {
            let mut command = scene.command(&["build", "--signing-key-env", "THE_KEY"]);
            command.env("THE_KEY", text);
            let ran = scene.finish(command).ends_with(2);
            said += &(ran.stdout + &ran.stderr);
        }
    }
    let two_keys = pem.repeat(2);
    let cut = pem.replace("MC4CAQ", "MC4CAA");
    for (text, mode) in [
        (KEY, 0o600),
        (pem.as_str(), 0o644),
        (&two_keys, 0o600),
        (&cut, 0o600),
        (&release_key(0).to_openssh("x"), 0o600),
    ] {
        scene.write_key("k/release.pem", text, mode);
        scene.write_key("k/hmac", KEY, 0o600);
        let ran = scene
            .run("build --signing-key-path k/hmac --release-key-path k/release.pem")
            .ends_with(2);
        said += &(ran.stdout + &ran.stderr);
    }
    // The key itself in place of a name.
    let ran = scene.run(&format!("build --signing-key-env {KEY}")).ends_with(2);
    said += &(ran.stdout + &ran.stderr);
    let forge = Forge::producer();
    said += &format!(
        "{:?} {:?} {:?}",
        forge.hmac,
        forge.release,
        SigningKeys {
            hmac: forge.hmac.clone(),
            release: forge.release.clone()
        }
    );
    for command in ["--help", "build --help", "verify --help", "keygen --help"] {
        let mut help = scene.command(&command.split(' ').collect::<Vec<_>>());
        help.env("STRESS_LAB_SIGNING_KEY", KEY)
            .env("STAGE6_RELEASE_KEY", pem.as_str());
        said += &scene.finish(help).stdout;
    }
    for secret in [
        &KEY[..12],
        &KEY[20..32],
        &body[body.len() - 20..],
        "ci-dummy-hmac-key",
    ] {
        assert!(!said.contains(secret), "{secret} is shown: {said}");
    }
    assert!(!scene.path("var/marketing").exists(), "nothing was built");
}
