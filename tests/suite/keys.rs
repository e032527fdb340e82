//! Keys: where they come from, which are refused, and that none is ever shown.

use crate::scene::{DATE, KEY, Scene};
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[track_caller]
fn refused(scene: &Scene, arguments: &str, problem: &str) {
    let ran = scene
        .run(&format!("build --date {DATE} {arguments}"))
        .ends_with(2);
    assert_eq!(
        ran.stderr,
        format!("error: {problem}\n\n1 problem; nothing was written\n")
    );
    assert!(!scene.path("site/index.html").exists());
}

#[test]
fn unfit_keys_are_refused() {
    let scene = Scene::sample();
    let again = "\n  hint: make a new one with `stage6 keygen FILE`";
    scene.write_key("k/empty", "", 0o600);
    refused(
        &scene,
        "--signing-key-path k/empty",
        &format!("k/empty: the signing key is empty{again}"),
    );
    scene.write_key("k/short", &KEY[..62], 0o600);
    let problem = format!("k/short: the signing key has 31 bytes, at least 32 are needed{again}");
    refused(&scene, "--signing-key-path k/short", &problem);
    scene.write_key(
        "k/words",
        "correct horse battery staple, correct horse battery staple",
        0o600,
    );
    let problem = "k/words: the signing key is not hexadecimal text\n  hint: write the key as hexadecimal digits on \
                   one line; `stage6 keygen FILE` makes one";
    refused(&scene, "--signing-key-path k/words", problem);
    for mode in [0o640, 0o604, 0o620] {
        scene.write_key("k/open", KEY, mode);
        let problem = format!(
            "k/open: the key file has mode {mode:03o}; others may read it\n  hint: make it private: `chmod 600`, and \
             consider the key known"
        );
        refused(&scene, "--signing-key-path k/open", &problem);
    }
    refused(&scene, "--signing-key-path k/none", "k/none: no such file");
    let problem = "$NOWHERE: the variable is not set\n  hint: set it to the key in hexadecimal, or drop `--signing-key-env`";
    refused(&scene, "--signing-key-env NOWHERE", problem);
}

#[test]
fn a_configured_variable_that_is_set_but_empty_is_refused() {
    let scene = Scene::sample();
    let mut command = scene.command(&["build", "--date", DATE]);
    command.env("STRESS_LAB_SIGNING_KEY", "");
    let ran = scene.finish(command).ends_with(2);
    assert!(
        ran.stderr
            .starts_with("error: $STRESS_LAB_SIGNING_KEY: the signing key is empty\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_command_line_goes_before_the_configuration() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "  signing_key_env: STRESS_LAB_SIGNING_KEY",
        "  signing_key_path: ../k/config\n  signing_key_env: STRESS_LAB_SIGNING_KEY\n  signing_key_id: from-config");
    scene.write_key("k/config", &KEY.replace('0', "1"), 0o600);
    let id = |arguments: &[&str]| {
        let mut command = scene.command(&["simulate", "--output", "r.json", "--date", DATE]);
        command
            .args(arguments)
            .env("OTHER", KEY)
            .env("STRESS_LAB_SIGNING_KEY", KEY);
        scene.finish(command).ends_with(0);
        let text = scene.read("r.json.sig");
        (
            text.split("\"key_id\": \"")
                .nth(1)
                .expect("an id")
                .split('"')
                .next()
                .expect("an id")
                .to_owned(),
            text.split("\"value\": \"")
                .nth(1)
                .expect("a tag")
                .split('"')
                .next()
                .expect("a tag")
                .to_owned(),
        )
    };
    let by_path = id(&["--signing-key-path", "secrets/audit.hmac"]);
    let by_env = id(&["--signing-key-env", "OTHER", "--signing-key-id", "from-config"]);
    let by_config = id(&[]);
    assert_eq!(by_path, by_env, "the same key from a file and from a variable");
    assert_eq!(by_config.0, "from-config");
    assert_ne!(
        by_config.1, by_path.1,
        "the configuration's path goes before its variable"
    );
}

#[test]
fn a_refused_build_does_not_hide_that_it_made_keys() {
    let scene = Scene::sample();
    let page = scene.read("content/en/index.md");
    scene.write(
        "content/en/index.md",
        format!("{page}\nSee `fact:nobody.knows`.\n"),
    );
    let command = format!("build --date {DATE}");
    for written in ["nothing but keys was written", "nothing was written"] {
        let ran = scene.run(&command).ends_with(2);
        assert!(ran.stderr.contains(&format!("; {written}\n")), "{}", ran.stderr);
        assert!(scene.path("secrets/development.pem").exists());
        assert!(!scene.path("var/marketing/2026.11/stage6-2026.11-r1.zip").exists());
    }
}

#[test]
fn the_development_key_is_private_and_named_everywhere() {
    let scene = Scene::sample();
    let ran = scene.run(&format!("build --date {DATE}")).ends_with(0);
    assert_eq!(
        ran.stderr,
        "no signing key is configured: made a development key, secrets/development.hmac (mode 600)\n\
         no release key is configured: made a development key, secrets/development.pem (mode 600)\n"
    );
    assert!(
        ran.stdout
            .contains("\nWARNING: development key, not for publication\n"),
        "{}",
        ran.stdout
    );
    for name in ["development.hmac", "development.pem"] {
        let key = fs::metadata(scene.path(&format!("secrets/{name}"))).expect("the key");
        assert_eq!(key.permissions().mode() & 0o777, 0o600, "{name}");
    }
    let manifest = scene.read("var/marketing/2026.11/stage6-2026.11-r1.manifest.json");
    assert!(manifest.contains("\"notice\": \"development key, not for publication\""));
    for (path, bytes) in scene.tree("site") {
        if path.ends_with(".html") {
            let page = String::from_utf8(bytes).expect("UTF-8");
            let polish = page.contains("klucz deweloperski, nie do publikacji");
            let english = page.contains("development key, not for publication");
            assert!(if path.starts_with("pl/") { polish } else { english }, "{path}");
        }
    }
    let again = scene.run(&format!("build --date {DATE}")).ends_with(0);
    assert_eq!(again.stderr, "", "the key is made once");
}

#[test]
fn require_key_refuses_the_development_key() {
    let scene = Scene::sample();
    let problem = "(signing key): `--require-key` is given, but no key is configured\n  hint: give `--signing-key-path \
                   FILE`, or set the variable that `signing_key_env` in config/core.yaml names";
    refused(&scene, "--require-key", problem);
    assert!(!scene.path("secrets/development.hmac").exists());
}

#[test]
fn no_output_holds_the_key() {
    let scene = Scene::sample();
    let ran = scene.build();
    let verified = scene.run(&format!(
        "verify --date {DATE} var/marketing/2026.11 --signing-key-path secrets/audit.hmac --signing-key-id audit-2026 --json"
    ));
    let verified = verified.ends_with(0);
    let mut outputs = scene.tree("site");
    outputs.extend(scene.tree("var"));
    outputs.insert("stdout".into(), ran.stdout.into_bytes());
    outputs.insert("stderr".into(), ran.stderr.into_bytes());
    outputs.insert("verify".into(), verified.stdout.into_bytes());
    let raw: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&KEY[at * 2..at * 2 + 2], 16).expect("hex"))
        .collect();
    for (path, bytes) in outputs {
        let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!has(&KEY.as_bytes()[..32]) && !has(&raw[..16]), "{path}");
    }
}

#[test]
fn keygen_makes_a_key_once() {
    let scene = Scene::sample();
    let ran = scene.run("keygen k/new.hmac").ends_with(0);
    assert!(
        ran.stdout
            .starts_with("wrote k/new.hmac  an HMAC key of 32 random bytes, mode 600\nkey id  key-")
    );
    let text = scene.read("k/new.hmac");
    assert_eq!(
        (
            text.len(),
            fs::metadata(scene.path("k/new.hmac"))
                .expect("it")
                .permissions()
                .mode()
                & 0o777
        ),
        (65, 0o600)
    );
    assert!(!ran.stdout.contains(text.trim()));
    let again = scene.run("keygen k/new.hmac").ends_with(2);
    assert!(
        again
            .stderr
            .starts_with("error: k/new.hmac: the file exists already\n"),
        "{}",
        again.stderr
    );
    assert_eq!(scene.read("k/new.hmac"), text);
    scene
        .run(&format!(
            "simulate --output r.json --date {DATE} --signing-key-path k/new.hmac"
        ))
        .ends_with(0);
}

#[test]
fn require_key_refuses_a_development_key_wherever_it_comes_from() {
    let scene = Scene::sample();
    scene.run(&format!("build --date {DATE}")).ends_with(0);
    let problem = "error: (signing key): `--require-key` is given, but the key is a development key\n";
    for command in [
        "build --require-key --signing-key-path secrets/development.hmac",
        "verify var/marketing/2026.11 --require-key",
        "simulate --output r.json --require-key --signing-key-path secrets/development.hmac",
    ] {
        let ran = scene.run(&format!("{command} --date {DATE}")).ends_with(2);
        assert!(ran.stderr.starts_with(problem), "{command}: {}", ran.stderr);
    }
}

#[test]
fn a_key_given_by_mistake_is_not_shown() {
    let scene = Scene::sample();
    let ran = scene
        .run(&format!("build --date {DATE} --signing-key-env {KEY}"))
        .ends_with(2);
    assert!(
        !ran.stderr.contains(KEY)
            && ran
                .stderr
                .contains("this is not the name of an environment variable")
    );
    use std::os::unix::ffi::OsStrExt;
    let mut command = scene.command(&["build", "--date", DATE]);
    command.env("STRESS_LAB_SIGNING_KEY", std::ffi::OsStr::from_bytes(b"\xff\xfe"));
    let ran = scene.finish(command).ends_with(2);
    assert!(
        ran.stderr
            .contains("$STRESS_LAB_SIGNING_KEY: the signing key is not hexadecimal text"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_project_that_cannot_be_built_gets_no_key() {
    let scene = Scene::sample();
    scene.replace("config/core.yaml", "- type: price_gap", "- type: price_gab");
    scene.run(&format!("build --date {DATE}")).ends_with(2);
    assert!(!scene.path("secrets/development.hmac").exists());
}

#[test]
fn a_key_written_where_a_name_belongs_is_refused_and_not_shown() {
    let name = "is not the name of an environment variable\n  hint: write the variable's name in letters, digits and `_`; if \
                the key itself stood here, make a new one";
    let path = "looks like a key, not like the path of a file\n  hint: write the key file's path; if the key itself stood \
                here, make a new one";
    let cases = [
        (
            "config/core.yaml",
            "signing_key_env: STRESS_LAB_SIGNING_KEY",
            "signing_key_env: ",
            format!("`stress_lab.signing_key_env` {name}"),
        ),
        (
            "config/core.yaml",
            "signing_key_env: STRESS_LAB_SIGNING_KEY",
            "signing_key_path: ",
            format!("`stress_lab.signing_key_path` {path}"),
        ),
        (
            "config/publication.yaml",
            "release_key_env: STAGE6_RELEASE_KEY",
            "release_key_env: ",
            format!("`signing.release_key_env` {name}"),
        ),
        (
            "config/publication.yaml",
            "release_key_env: STAGE6_RELEASE_KEY",
            "release_key_path: ",
            format!("`signing.release_key_path` {path}"),
        ),
    ];
    for (file, from, to, problem) in cases {
        let scene = Scene::sample();
        scene.replace(file, from, &format!("{to}\"{KEY}\""));
        for command in ["build", "check", "facts", "build --json"] {
            let ran = scene.run(&format!("{command} --date {DATE}"));
            let ran = if command == "facts" {
                scene.run("facts")
            } else {
                ran
            }
            .ends_with(2);
            let said = ran.stdout + &ran.stderr;
            assert!(!said.contains(&KEY[..16]), "{said}");
            let expected = problem.replace('\n', if command.ends_with("json") { "\0" } else { "\n" });
            let expected = expected.split('\0').next().expect("a message");
            assert!(said.contains(expected), "{said}");
        }
        assert!(!scene.path("var/marketing").exists(), "nothing was built");
    }
    let scene = Scene::sample();
    for (place, problem) in [("env", name), ("path", path)] {
        scene.write(
            "policy.yaml",
            format!("trust: allowed_signers\nhmac_keys:\n  - {{id: a, {place}: \"{KEY}\"}}\n"),
        );
        let ran = scene.run("verify x.zip --policy policy.yaml").ends_with(2);
        let column = 15 + place.len();
        assert_eq!(
            ran.stderr,
            format!(
                "error: policy.yaml:3:{column}: `hmac_keys.{place}` {problem}\n\n1 problem; nothing was written\n"
            )
        );
    }
}

/// A release key whose seed is words, as PKCS#8 PEM.
const GUESSABLE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGNvcnJlY3QgaG9yc2UgYmF0dGVyeSBzdGFwbGUgYW5k\n-----END PRIVATE KEY-----\n";

#[test]
fn a_guessable_release_key_signs_drafts_only() {
    let scene = Scene::sample();
    scene.make_final();
    scene.write_key("secrets/release.pem", GUESSABLE, 0o600);
    let ran = scene
        .run(&format!("build --date {DATE} {}", crate::scene::KEYS))
        .ends_with(2);
    assert!(
        ran.stderr.starts_with(
            "error: content/releases/2026.11.yaml:4:9: a final release cannot be signed: the release key is weak: its bytes \
             repeat, or are text rather than random bytes\n"
        ),
        "{}",
        ran.stderr
    );
    let shown = scene
        .run("key show --release-key-path secrets/release.pem")
        .ends_with(0);
    assert!(
        shown.stdout.contains("  (weak, signs drafts only)\n"),
        "{}",
        shown.stdout
    );
}

#[test]
fn keygen_refuses_names_that_would_break_a_line_of_signers() {
    let scene = Scene::sample();
    for (option, name) in [
        ("--identity", "a@b.example\nevil@x.example"),
        ("--identity", "a b"),
        ("--identity", "a\",namespaces=\"x"),
        ("--identity", "*"),
        ("--identity", ""),
        ("--producer", "Stage6.example"),
        ("--producer", "a@b"),
    ] {
        let ran = scene.finish(scene.command(&["keygen", "--ed25519", "k/new.pem", option, name]));
        assert_eq!(
            ran.ends_with(2).stderr,
            format!(
                "error: {option}: this name cannot stand in a signature\n  hint: write it as a domain name or an address, in \
                 small letters\n\n1 problem; nothing was written\n"
            )
        );
        assert!(!scene.path("k").exists());
    }
}
