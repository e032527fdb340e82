//! The keys of a release: which may sign what, whom a verifier trusts, and what it has seen.

use crate::scene::{DATE, KEYS, SOUND_KEY, Scene, has_tool};

const RELEASE: &str = "var/marketing/2026.11";
const RECORD: &str = "content/releases/2026.11.yaml";
fn verify(scene: &Scene, rest: &str) -> crate::scene::Ran {
    scene.run(&format!("verify {RELEASE} --date {DATE} {rest}"))
}

fn trust(scene: &Scene) {
    let shown = scene.run("key show --format allowed-signers --release-key-path secrets/release.pem");
    scene.write("allowed_signers", shown.ends_with(0).stdout);
}

#[test]
fn only_keys_for_publication_sign_a_final_release() {
    let scene = Scene::sample();
    scene.replace(RECORD, "status: draft", "status: final");
    let refused = |arguments: &str| {
        scene
            .run(&format!("build --date {DATE} {arguments}"))
            .ends_with(2)
            .stderr
    };
    let hint = "  hint: name keys made for publication (`stage6 keygen`, `stage6 keygen --ed25519`), or write `status: draft`\n\n\
                1 problem; nothing";
    assert_eq!(
        refused(KEYS),
        format!(
            "error: {RECORD}:4:9: a final release cannot be signed: the HMAC key is weak: its bytes repeat, or are text \
             rather than random bytes\n{hint} was written\n"
        )
    );
    scene.write_key("secrets/audit.hmac", SOUND_KEY, 0o600);
    let development = refused("--signing-key-path secrets/audit.hmac");
    assert!(
        development.ends_with(&format!(
            "error: {RECORD}:4:9: a final release cannot be signed: the release key is a development key\n{hint} but keys was written\n"
        )),
        "{development}"
    );
    assert!(!scene.path(RELEASE).exists(), "nothing was written");
    scene.shorten_waivers();
    let sign = "sign-waivers --signing-key-path secrets/audit.hmac --signing-key-id audit-2026";
    scene.run(&format!("{sign} --date {DATE}")).ends_with(0);
    scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(0);
    let manifest = scene.read(&format!("{RELEASE}/stage6-2026.11-r1.manifest.json"));
    assert!(manifest.contains("\"status\": \"final\"") && !manifest.contains("notice"));
    verify(&scene, "--no-key --refuse-drafts").ends_with(0);
}

#[test]
fn a_final_release_is_never_replaced_by_other_bytes() {
    let scene = Scene::sample();
    scene.make_final();
    scene.build();
    let before = scene.tree("var/marketing");
    scene.build();
    assert_eq!(
        scene.tree("var/marketing"),
        before,
        "the same bytes are no replacement"
    );
    let ran = scene
        .run(&format!("build --date 2026-11-24T12:00:00Z {KEYS}"))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: {RELEASE}/stage6-2026.11-r1.manifest.json: is a final release, and this build would put another in its \
             place\n  hint: give the new release an id or number of its own, or move the folder to an archive\n\n1 problem; \
             nothing was written\n"
        )
    );
    assert_eq!(scene.tree("var/marketing"), before);
}

#[test]
fn an_hmac_key_that_everybody_has_is_refused() {
    let scene = Scene::sample();
    // RFC 8032, section 7.1, test 1: the public half of the scene's release key.
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    scene.write_key("secrets/audit.hmac", public, 0o600);
    let ran = scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(
            "error: (signing key): the HMAC key is the release key's public half, which everybody has\n"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn with_a_trusted_signer_every_signature_is_mandatory() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let ran = verify(&scene, "--trust allowed_signers").ends_with(0);
    assert!(
        ran.stdout
            .contains("\n  SIGNED by release@stage6.example, whom you trust: SHA256:"),
        "{}",
        ran.stdout
    );
    let good = scene.tree(RELEASE);
    for ending in ["sha256.ed25519", "sha256.sshsig"] {
        let file = format!("stage6-2026.11-r1.{ending}");
        std::fs::remove_file(scene.path(RELEASE).join(&file)).expect("removed");
        for whom in ["--trust allowed_signers", "--no-key"] {
            let ran = verify(&scene, whom).ends_with(4);
            assert_eq!(
                ran.stderr,
                format!(
                    "NOT VERIFIED\n{file}: is not in the release folder; a release without it is not accepted \
                     [missing-signature]\n"
                )
            );
        }
        scene.write(&format!("{RELEASE}/{file}"), &good[&file]);
    }
    let other = scene.run("keygen --ed25519 other.pem").ends_with(0);
    assert!(other.stdout.contains("fingerprint  SHA256:"), "{}", other.stdout);
    let ran = verify(&scene, "--trust other.allowed_signers").ends_with(4);
    assert!(
        ran.stderr.ends_with("which is not trusted [untrusted-signer]\n"),
        "{}",
        ran.stderr
    );
    let both =
        scene.read("allowed_signers") + &scene.read("other.allowed_signers").replace("release@", "audit@");
    scene.write("both", both);
    let ran = verify(&scene, "--trust both --identity audit@stage6.example").ends_with(4);
    assert!(
        ran.stderr.ends_with(
            "is signed by release@stage6.example, not by `audit@stage6.example` [untrusted-signer]\n"
        ),
        "{}",
        ran.stderr
    );
}

/// Retired keys verify what they signed before, and nothing after.
#[test]
fn keys_rotate_and_old_releases_stay_verifiable() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let line = scene.read("allowed_signers");
    let until = |moment: &str| line.replace("namespaces=", &format!("valid-before=\"{moment}\",namespaces="));
    scene.write("secrets/new.hmac", SOUND_KEY);
    scene.write_key("secrets/new.hmac", SOUND_KEY, 0o600);
    let policy = |hmac_end: &str, signer_end: &str| {
        scene.write("allowed_signers", until(signer_end));
        scene.write(
            "policy.yaml",
            format!(
                "trust: allowed_signers\ndrafts: accept\nhmac: required\nhmac_keys:\n  \
                 - {{id: audit-2027, path: secrets/new.hmac}}\n  \
                 - {{id: audit-2026, path: secrets/audit.hmac, retired_at: {hmac_end}}}\n"
            ),
        );
        verify(&scene, "--policy policy.yaml")
    };
    policy("2026-11-24T00:00:00Z", "20261124Z").ends_with(0);
    let ran = policy("2026-11-23T12:00:00Z", "20261124Z").ends_with(4);
    assert!(
        ran.stderr.ends_with(
            "was made 2026-11-23T12:00:00Z, and its HMAC key was retired 2026-11-23T12:00:00Z [untrusted-signer]\n"
        ),
        "{}",
        ran.stderr
    );
    let ran = policy("2026-11-24T00:00:00Z", "20261123Z").ends_with(4);
    assert!(
        ran.stderr.ends_with(
            "was made 2026-11-23T12:00:00Z, when the key of release@stage6.example did not count [untrusted-signer]\n"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_record_refuses_older_releases_and_broken_chains() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let check = "--trust allowed_signers --state seen.json";
    let first = verify(&scene, check).ends_with(0);
    assert!(
        first
            .stdout
            .contains("the first release of this bundle and signer that your record has")
    );
    let again = verify(&scene, check).ends_with(0);
    assert!(
        again
            .stdout
            .contains("the same release that your record has already")
    );
    let list = scene.path(&format!("{RELEASE}/stage6-2026.11-r1.sha256"));
    let digest = stage6_press::domain::Digest::of(&std::fs::read(list).expect("the list"));
    std::fs::rename(scene.path(RELEASE), scene.path("old")).expect("moved");

    // Another release of the same number.
    scene
        .run(&format!("build --date 2026-11-23T12:00:01Z {KEYS}"))
        .ends_with(0);
    let ran = scene
        .run(&format!("verify {RELEASE} --date 2026-11-24 {check}"))
        .ends_with(4);
    assert!(
        ran.stderr
            .ends_with("is not the release with number 1 that was seen 2026-11-23T12:00:00Z [replayed]\n"),
        "{}",
        ran.stderr
    );
    // The next one, which names another than the first; then one that names the first.
    let second = |previous: &str| {
        let record = scene.read(RECORD).replace("\"2026.11\"", "\"2026.12\"");
        let record = record
            .replace("sequence: 1", "sequence: 2")
            .replace("2026-11-23T09", "2026-11-23T10");
        let record = record.replace("previous: null", &format!("previous: {previous}"));
        scene.write("content/releases/2026.12.yaml", record);
        scene.run(&format!("build --date {DATE} {KEYS}")).ends_with(0);
        scene.run(&format!("verify var/marketing/2026.12 --date {DATE} {check}"))
    };
    scene.replace(
        "config/publication.yaml",
        "release: \"2026.11\"",
        "release: \"2026.12\"",
    );
    let ran = second(&"0f".repeat(32)).ends_with(4);
    assert!(
        ran.stderr.ends_with(
            "does not name the release with number 1 that was seen 2026-11-23T12:00:00Z [broken-chain]\n"
        ),
        "{}",
        ran.stderr
    );
    let ran = second(&digest.to_string()).ends_with(0);
    assert!(
        ran.stdout
            .contains("follows the release that your record has, and names it")
    );
    // The first again.
    let ran = scene
        .run(&format!("verify old --date {DATE} {check}"))
        .ends_with(4);
    assert!(
        ran.stderr
            .ends_with("has number 1, and number 2 was seen 2026-11-23T12:00:00Z [replayed]\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_policy_decides_what_is_accepted() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let refused = |demand: &str, reason: &str| {
        scene.write("policy.yaml", format!("trust: allowed_signers\n{demand}\n"));
        let ran = verify(&scene, "--policy policy.yaml").ends_with(4);
        assert!(
            ran.stderr.ends_with(&format!("{reason}\n")),
            "{demand}: {}",
            ran.stderr
        );
    };
    refused(
        "release: \"2026.11\"",
        "is a draft, and drafts are not accepted [policy]",
    );
    refused(
        "drafts: accept\nbundle: other",
        "the bundle is `stage6`, and `other` was asked for [policy]",
    );
    refused(
        "drafts: accept\nrelease: \"2026.12\"",
        "the release is `2026.11`, and `2026.12` was asked for [policy]",
    );
    refused(
        "drafts: accept\nproducer: other.example",
        "names the producer `stage6.example`, not `other.example` [policy]",
    );
    refused(
        "drafts: accept\nminimum_sequence: 2",
        "has number 1, and at least 2 was asked for [policy]",
    );
    refused(
        "drafts: accept\nhmac: required",
        "cannot be checked: the policy demands HMAC and no key is given [policy]",
    );
    scene.write(
        "policy.yaml",
        "trust: allowed_signers\ndrafts: accept\nmax_age_days: 3\n",
    );
    let at = |moment: &str| scene.run(&format!("verify {RELEASE} --policy policy.yaml --date {moment}"));
    at("2026-11-26T08:00:00Z").ends_with(0);
    let ran = at("2026-11-26T08:00:01Z").ends_with(4);
    assert!(
        ran.stderr
            .ends_with("was released 2026-11-23T08:00:00Z, more than 3 days ago [expired]\n"),
        "{}",
        ran.stderr
    );
    let ran = at("2026-11-23T11:54:59Z").ends_with(4);
    assert!(
        ran.stderr
            .ends_with("says that it was made 2026-11-23T12:00:00Z, which is not yet [from-the-future]\n"),
        "{}",
        ran.stderr
    );
    at("2026-11-23T11:55:00Z").ends_with(0);
    scene.write("policy.yaml", "release: \"2026.11\"\ntrusts: me\n");
    let ran = verify(&scene, "--policy policy.yaml").ends_with(2);
    assert_eq!(
        ran.stderr,
        "error: policy.yaml:1:1: the policy trusts nobody\n  hint: name `trust:` (an allowed_signers file or a public \
         key), or `hmac_keys:`\n\nerror: policy.yaml:2:1: unknown key `trusts`\n  hint: did you mean `trust`?\n\n2 problems; \
         nothing was written\n"
    );
}

#[test]
fn the_verdict_is_written_good_or_bad() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    verify(&scene, "--trust allowed_signers --report verdict.md").ends_with(0);
    let good = scene.read("verdict.md");
    assert!(good.starts_with(
        "# Verification of stage6-2026.11-r1\n\n**VERIFIED** on 2026-11-23T12:00:00Z by stage6 "
    ));
    for part in [
        "\n## What was shown\n",
        "\n## What was demanded\n",
        "\n## What was not proven\n",
        "\n## Files\n",
    ] {
        assert!(good.contains(part), "{part}");
    }
    let zip = format!("{RELEASE}/stage6-2026.11-r1.zip");
    let mut bytes = std::fs::read(scene.path(&zip)).expect("the zip");
    bytes[1000] ^= 1;
    scene.write(&zip, bytes);
    verify(&scene, "--trust allowed_signers --report verdict.md").ends_with(4);
    assert_eq!(
        scene.read("verdict.md").split(" by stage6 ").next(),
        Some("# Verification of 2026.11\n\n**NOT VERIFIED** on 2026-11-23T12:00:00Z")
    );
    assert!(scene.read("verdict.md").contains("(`hash-mismatch`)"));
    let ran = verify(&scene, &format!("--report {RELEASE}/verdict.md")).ends_with(2);
    assert!(
        ran.stderr.contains("lies in the folder that is verified"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_release_key_is_made_in_the_forms_that_others_read() {
    let scene = Scene::sample();
    let ran = scene.run("keygen --ed25519 k/release.pem").ends_with(0);
    let names: Vec<String> = scene.tree("k").into_keys().collect();
    assert_eq!(
        names,
        [
            "release.allowed_signers",
            "release.pem",
            "release.pub.pem",
            "release.ssh",
            "release.ssh.pub"
        ]
    );
    for secret in ["release.pem", "release.ssh"] {
        use std::os::unix::fs::PermissionsExt;
        let kind = std::fs::metadata(scene.path("k").join(secret)).expect("the key");
        assert_eq!(kind.permissions().mode() & 0o777, 0o600, "{secret}");
        for line in scene
            .read(&format!("k/{secret}"))
            .lines()
            .filter(|line| !line.starts_with('-'))
        {
            assert!(!ran.stdout.contains(line), "{secret} is not printed");
        }
    }
    let again = scene.run("keygen --ed25519 k/release.pem").ends_with(2);
    assert!(
        again
            .stderr
            .starts_with("error: k/release.pem: the file exists already\n")
    );
    for (file, message) in [
        (
            "k/release.ssh",
            "this is the key in OpenSSH's form; the release key is read as PKCS#8 PEM",
        ),
        (
            "secrets/audit.hmac",
            "the release key is not an Ed25519 key as PKCS#8 PEM",
        ),
    ] {
        let ran = scene
            .run(&format!("build --date {DATE} --release-key-path {file}"))
            .ends_with(2);
        assert!(
            ran.stderr.contains(&format!("error: {file}: {message}\n")),
            "{}",
            ran.stderr
        );
    }
    let ran = scene
        .run(&format!(
            "build --date {DATE} --release-key-path k/release.pub.pem"
        ))
        .ends_with(2);
    assert!(
        ran.stderr
            .contains("k/release.pub.pem: the key file has mode 644"),
        "{}",
        ran.stderr
    );
}

/// What only a release's manifest can show is not passed over where there is none.
#[test]
fn a_zip_alone_is_refused_where_more_is_demanded_than_it_can_show() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let zip = format!("{RELEASE}/stage6-2026.11-r1.zip");
    let refused = |demand: &str, what: &str| {
        scene.write("policy.yaml", format!("trust: allowed_signers\n{demand}\n"));
        let ran = scene
            .run(&format!("verify {zip} --date {DATE} --policy policy.yaml"))
            .ends_with(4);
        assert_eq!(
            ran.stderr,
            format!(
                "NOT VERIFIED\nstage6-2026.11-r1.zip: cannot show {what}, which is demanded; verify the release folder that \
                 it belongs to [policy]\n"
            )
        );
    };
    refused("drafts: refuse", "that it is no draft");
    refused("drafts: accept\nbundle: stage6", "which bundle it is");
    refused("drafts: accept\nrelease: \"2026.11\"", "which release it is");
    refused("drafts: accept\nminimum_sequence: 1", "its number");
    refused("drafts: accept\nmax_age_days: 9", "its age");
    refused("drafts: accept\nstate: seen.json", "that it is none of before");
    let key = "hmac_keys:\n  - {id: audit-2026, path: secrets/audit.hmac}\ndrafts: accept\nhmac: required\n";
    scene.write("policy.yaml", key);
    let ran = scene
        .run(&format!("verify {zip} --date {DATE} --policy policy.yaml"))
        .ends_with(4);
    assert!(
        ran.stderr.contains("cannot show an HMAC over all of it"),
        "{}",
        ran.stderr
    );
    // A retired signer, by the day of packing that the bag states.
    let line = scene.read("allowed_signers");
    let until = |moment: &str| {
        let limited = line.replace("namespaces=", &format!("valid-before=\"{moment}\",namespaces="));
        scene.write("limited", limited);
        scene.run(&format!("verify {zip} --date {DATE} --trust limited"))
    };
    until("20261124Z").ends_with(0);
    until("202611231200Z").ends_with(4);
}

#[test]
fn an_identity_needs_names_to_choose_from() {
    let scene = Scene::sample();
    scene.build();
    let pem = scene.run("key show --format pem --release-key-path secrets/release.pem");
    scene.write("producer.pem", pem.ends_with(0).stdout);
    for whom in ["--trust producer.pem", "--no-key"] {
        let ran = verify(&scene, &format!("{whom} --identity release@stage6.example")).ends_with(2);
        assert!(
            ran.stderr.starts_with(
                "error: (identity): no signer of that name is trusted: `release@stage6.example`\n"
            ),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_record_is_a_file_outside_of_what_is_verified() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    std::os::unix::fs::symlink("gone.json", scene.path("link.json")).expect("linked");
    let ran = verify(&scene, "--trust allowed_signers --state link.json").ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: link.json: the record of what was seen is a symbolic link\n"),
        "{}",
        ran.stderr
    );
    for inside in [
        format!("--state {RELEASE}/seen.json"),
        format!("--state ./var/../{RELEASE}/seen.json"),
        format!("--report ./{RELEASE}/verdict.md"),
    ] {
        let ran = verify(&scene, &format!("--trust allowed_signers {inside}")).ends_with(2);
        assert!(
            ran.stderr.contains("lies in the folder that is verified"),
            "{}",
            ran.stderr
        );
    }
    verify(&scene, "--trust allowed_signers").ends_with(0);
}

/// What was found is said, whether or not it can be written down; what was not noted is not filed as verified.
#[test]
fn a_verdict_does_not_depend_on_its_paper() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    std::fs::create_dir(scene.path("d.md")).expect("made");
    scene.write("blocked", "a file where a folder must go");
    let ran = verify(
        &scene,
        "--trust allowed_signers --state blocked/seen.json --report ok.md",
    )
    .ends_with(1);
    assert!(!scene.path("ok.md").exists(), "{}", ran.stderr);
    scene
        .run(&format!(
            "extract {RELEASE} --to bag --date {DATE} --trust allowed_signers --state blocked/seen.json"
        ))
        .ends_with(1);
    assert!(!scene.path("bag").exists());
    let zip = format!("{RELEASE}/stage6-2026.11-r1.zip");
    let mut bytes = std::fs::read(scene.path(&zip)).expect("the zip");
    bytes[1000] ^= 1;
    scene.write(&zip, bytes);
    let ran = verify(&scene, "--trust allowed_signers --report d.md").ends_with(4);
    assert!(
        ran.stderr.contains("the verdict is not written: ") && ran.stderr.contains("[hash-mismatch]"),
        "{}",
        ran.stderr
    );
}

/// A key that is renewed keeps its old line; ssh-keygen says the same of these files.
#[test]
fn lines_of_one_key_count_together_as_for_ssh_keygen() {
    let scene = Scene::sample();
    scene.build();
    trust(&scene);
    let line = scene.read("allowed_signers");
    let with = |options: &str| line.replace(" namespaces=", &format!(" {options},namespaces="));
    let old = with("valid-before=\"20260101Z\"");
    let new = with("valid-after=\"20260601Z\"");
    let twice = with("valid-before=\"20260101Z\",valid-before=\"20990101Z\"");
    let ssh_agrees = has_tool("bash", &["-c", "command -v ssh-keygen"]);
    for (text, code, problem) in [
        (format!("{old}{new}"), 0, ""),
        (format!("{new}{old}"), 0, ""),
        (
            old.clone(),
            4,
            "was made 2026-11-23T12:00:00Z, when the key of release@stage6.example did not count",
        ),
        (
            twice,
            2,
            "error: signers:1:1: has the option `valid-before` twice\n",
        ),
    ] {
        scene.write("signers", text);
        let ran = verify(&scene, "--trust signers").ends_with(code);
        assert!(ran.stderr.contains(problem), "{}", ran.stderr);
        if ssh_agrees {
            let list = format!("{RELEASE}/stage6-2026.11-r1.sha256");
            let check = format!(
                "ssh-keygen -Y verify -f signers -I release@stage6.example -n audit-release-v1@stage6.example -s {list}.sshsig \
                 -Overify-time=20261123120000Z < {list}"
            );
            let mut command = std::process::Command::new("sh");
            let output = command.args(["-c", &check]).current_dir(scene.path("")).output();
            assert_eq!(output.expect("sh runs").status.success(), code == 0, "{check}");
        }
    }
}
