//! Archived runbooks: signed, checked by other tools, and refused once they are changed.

use crate::scene::{DATE, KEY, Scene, has_tool};
use std::process::Command;

const COPY: &str = "var/audit/stage6/stage6_preliminary_checklist.md";
const MANIFEST: &str = "var/audit/stage6/stage6_preliminary_checklist.manifest.json";
const SIGNATURE: &str = "var/audit/stage6/stage6_preliminary_checklist.md.sig";
const KEYED: &str = "--signing-key-path secrets/audit.hmac --signing-key-id audit-2026";

fn signed() -> Scene {
    let scene = Scene::sample();
    scene
        .run(&format!(
            "sign-runbook {COPY} --date {DATE} {KEYED} --stakeholder risk --stakeholder Łucja"
        ))
        .ends_with(0);
    scene
}

/// What a tool prints, up to the first blank.
fn digest(scene: &Scene, line: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(scene.path(""))
        .output()
        .expect("sh runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split_whitespace().next().expect("a digest").to_owned()
}

#[test]
fn the_manifest_has_the_members_and_digests_that_the_reference_has() {
    let scene = Scene::sample();
    let text = scene.read(COPY);
    scene.write(COPY, text.replacen("- [ ]", "- [x]", 2));
    let ran = scene
        .run(&format!(
            "sign-runbook {COPY} --date {DATE} {KEYED} --stakeholder risk --stakeholder Łucja --source content/pl/index.md"
        ))
        .ends_with(0);
    let boxes = text.matches("\n- [ ]").count();
    assert!(
        ran.stdout
            .contains(&format!("boxes    2 ticked, {} open\n", boxes - 2)),
        "{}",
        ran.stdout
    );
    if !has_tool("openssl", &["version"]) {
        return;
    }
    let sha256 = digest(&scene, &format!("sha256sum {COPY}"));
    let sha384 = digest(&scene, &format!("openssl dgst -sha384 -r {COPY}"));
    assert_eq!(
        scene.read(MANIFEST),
        format!(
            r#"{{
  "archived_path": "{COPY}",
  "generated_at": "2026-11-23T12:00:00Z",
  "hashes": {{
    "sha256": "{sha256}",
    "sha384": "{sha384}"
  }},
  "schema": "stage6.runbook.manifest",
  "schema_version": 1,
  "signature_path": "{SIGNATURE}",
  "source_path": "content/pl/index.md",
  "stakeholders": [
    "risk",
    "Łucja"
  ]
}}
"#
        )
    );
}

#[test]
fn python_recomputes_the_signature_over_the_payload() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = signed();
    let program = format!(
        "import base64, hmac, json, sys
signed = json.load(open('{SIGNATURE}', encoding='utf-8'))
assert signed['payload'] == json.load(open('{MANIFEST}', encoding='utf-8'))
assert set(signed) == {{'schema', 'schema_version', 'payload', 'signature'}}
assert (signed['schema'], signed['schema_version']) == ('stage6.runbook.signature', 1)
text = json.dumps(signed['payload'], ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()
value = base64.b64encode(hmac.new(bytes.fromhex('{KEY}'), text, 'sha256').digest()).decode()
assert signed['signature'] == {{'algorithm': 'HMAC-SHA256', 'key_id': 'audit-2026', 'value': value}}
"
    );
    scene.write("check.py", program);
    let python = || {
        let mut command = Command::new("python3");
        command.arg("check.py").current_dir(scene.path(""));
        command.output().expect("python runs").status.success()
    };
    assert!(python());
    scene.replace(SIGNATURE, "Łucja", "Lucja");
    assert!(!python());
}

#[test]
fn an_edited_copy_fails_until_it_is_signed_again() {
    let scene = signed();
    let check = format!("check --date {DATE} {KEYED}");
    scene.run(&check).ends_with(0);
    let before = digest(&scene, &format!("sha256sum {COPY}"));
    scene.write(COPY, scene.read(COPY).replacen("- [ ]", "- [x]", 1));
    let after = digest(&scene, &format!("sha256sum {COPY}"));
    let expected = format!(
        "error: {COPY}: is not the file that was signed: SHA-256 {after}, but {MANIFEST} says {before}\n  hint: restore the \
         copy that was signed, or sign this one with `stage6 sign-runbook`\n\n1 problem; nothing was written\n"
    );
    assert_eq!(scene.run(&check).ends_with(2).stderr, expected);
    let ran = scene.run(&format!("build --date {DATE} {KEYED}")).ends_with(2);
    assert_eq!(ran.stderr, expected);
    scene
        .run(&format!("sign-runbook {COPY} --date {DATE} {KEYED}"))
        .ends_with(0);
    scene.run(&check).ends_with(0);
    scene.build();
}

#[test]
fn manifests_and_signatures_that_do_not_fit_are_refused() {
    let cases: [(&str, &str, &str, &str); 5] = [
        (
            SIGNATURE,
            "\"Łucja\"",
            "\"Lucja\"",
            "signs another manifest than the one beside it",
        ),
        (
            MANIFEST,
            "\"Łucja\"",
            "\"Lucja\"",
            "signs another manifest than the one beside it",
        ),
        (
            MANIFEST,
            "\"schema_version\": 1",
            "\"schema_version\": 2",
            "has other members than a runbook's manifest has",
        ),
        (
            MANIFEST,
            "\"sha384\": \"",
            "\"sha384\": \"0",
            "is not the file that was signed: SHA-384 ",
        ),
        (MANIFEST, "{\n  \"archived", "\n  \"archived", "not valid JSON"),
    ];
    for (file, from, to, expected) in cases {
        let scene = signed();
        scene.replace(file, from, to);
        let ran = scene.run(&format!("check --date {DATE} {KEYED}")).ends_with(2);
        assert!(ran.stderr.contains(expected), "{expected} in\n{}", ran.stderr);
    }
    // Both say the same, but nobody with the key signed it.
    let scene = signed();
    scene.replace(MANIFEST, "\"Łucja\"", "\"Lucja\"");
    scene.replace(SIGNATURE, "\"Łucja\"", "\"Lucja\"");
    let ran = scene.run(&format!("check --date {DATE} {KEYED}")).ends_with(2);
    assert!(
        ran.stderr.starts_with(&format!(
            "error: {SIGNATURE}: the HMAC by the key `audit-2026` does not fit\n"
        )),
        "{}",
        ran.stderr
    );
    for (file, problem) in [
        (COPY, format!("error: {COPY}: no such file")),
        (SIGNATURE, format!("error: {SIGNATURE}: no such file")),
        (
            MANIFEST,
            format!("error: {SIGNATURE}: a runbook's signature without its manifest"),
        ),
    ] {
        let scene = signed();
        std::fs::remove_file(scene.path(file)).expect("removed");
        let ran = scene.run(&format!("check --date {DATE} {KEYED}")).ends_with(2);
        assert!(ran.stderr.contains(&problem), "{problem} in\n{}", ran.stderr);
    }
}

#[test]
fn a_signature_by_another_key_is_called_unchecked() {
    let scene = signed();
    let ran = scene
        .run(&format!(
            "check --date {DATE} --signing-key-path secrets/audit.hmac --signing-key-id audit-2027"
        ))
        .ends_with(0);
    assert_eq!(
        ran.stderr,
        format!(
            "{COPY}: its digests are right; its signature by the key `audit-2026` was not checked, as that key is not at hand\n"
        )
    );
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let scene = Scene::sample();
    for (arguments, problem) in [
        (
            format!("sign-runbook config/core.yaml {KEYED}"),
            "error: config/core.yaml: is not a Markdown file\n",
        ),
        (
            format!("sign-runbook missing.md {KEYED}"),
            "error: missing.md: no such file\n",
        ),
        (
            format!("sign-runbook {COPY}"),
            "error: (signing key): there is no key to sign with\n",
        ),
    ] {
        let ran = scene.run(&arguments).ends_with(2);
        assert!(ran.stderr.starts_with(problem), "{}", ran.stderr);
    }
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("a.md"), "- [ ] x\n").expect("written");
    let outside = format!("sign-runbook {} {KEYED}", elsewhere.path().join("a.md").display());
    let ran = scene.run(&outside).ends_with(2);
    assert!(ran.stderr.contains("lies outside the project"), "{}", ran.stderr);
}

/// Under a manifest that is not one of a runbook the signature would stand for nothing.
#[test]
fn a_tampered_copy_is_not_hidden_by_its_manifest() {
    let refused = |scene: &Scene, expected: &str| {
        for command in ["check", "build"] {
            let ran = scene
                .run(&format!("{command} --date {DATE} {KEYED}"))
                .ends_with(2);
            assert_eq!(
                ran.stderr,
                format!(
                    "error: {expected}\n  hint: restore the copy that was signed, or sign this one with `stage6 sign-runbook`\n\n\
                     1 problem; nothing was written\n"
                )
            );
        }
    };
    let tampered = || {
        let scene = signed();
        scene.write(COPY, scene.read(COPY).replacen("- [ ]", "- [x]", 1));
        scene
    };
    let scene = tampered();
    scene.replace(
        MANIFEST,
        "\"stage6.runbook.manifest\"",
        "\"stage6.other.manifest\"",
    );
    refused(
        &scene,
        &format!("{SIGNATURE}: a runbook's signature, but `{MANIFEST}` is no runbook's manifest"),
    );
    let link = "is a symbolic link; a signed runbook, its manifest and its signature are files";
    for file in [MANIFEST, SIGNATURE, COPY] {
        let scene = signed();
        std::fs::rename(scene.path(file), scene.path("elsewhere")).expect("moved");
        std::os::unix::fs::symlink("../../../elsewhere", scene.path(file)).expect("linked");
        refused(&scene, &format!("{file}: {link}"));
    }
}

#[test]
fn files_of_others_are_not_replaced_by_a_signature() {
    for (file, text) in [
        (MANIFEST, "{\"schema\": \"stage6.report.manifest\"}\n"),
        (MANIFEST, "notes\n"),
        (SIGNATURE, "{\"schema\": \"other\"}\n"),
    ] {
        let scene = Scene::sample();
        scene.write(file, text);
        let ran = scene
            .run(&format!("sign-runbook {COPY} --date {DATE} {KEYED}"))
            .ends_with(2);
        assert_eq!(
            ran.stderr,
            format!(
                "error: {file}: is in the way: it was not written by `stage6 sign-runbook`\n  hint: move it elsewhere, or give \
                 the checklist another name\n\n1 problem; nothing was written\n"
            )
        );
        assert_eq!(scene.read(file), text);
    }
}
