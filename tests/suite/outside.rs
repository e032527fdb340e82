//! Verification by tools that we did not write, each with a good and a bad case.

use crate::scene::{KEY, Scene, has_tool};
use std::fs;
use std::path::Path;
use std::process::Command;

const BUNDLE: &str = "stage6-2026.11-r1";

/// Runs a line of shell in a folder; the line is what README and the site tell readers to type.
fn shell(folder: &Path, line: &str) -> (bool, String) {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .expect("sh runs");
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&printed).into_owned(),
    )
}

#[track_caller]
fn accepts(folder: &Path, line: &str) {
    let (good, printed) = shell(folder, line);
    assert!(good, "{line}\n{printed}");
}

#[track_caller]
fn refuses(folder: &Path, line: &str) {
    let (good, printed) = shell(folder, line);
    assert!(!good, "{line}\n{printed}");
}

fn built() -> Scene {
    let scene = Scene::sample();
    scene.build();
    scene
}

#[test]
fn sha256sum_accepts_the_release_and_the_bag() {
    let scene = built();
    let release = scene.path("var/marketing/2026.11");
    let line = format!("sha256sum --check --strict {BUNDLE}.sha256");
    accepts(&release, &line);
    accepts(&release, &format!("unzip -q {BUNDLE}.zip"));
    let lists = "sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt";
    accepts(&release.join(BUNDLE), lists);
    let listed = "bash -c 'diff <(cut -c67- manifest-sha256.txt) <(find data -type f | LC_ALL=C sort)'";
    accepts(&release.join(BUNDLE), listed);
    accepts(
        &release.join(BUNDLE).join("data/site"),
        "sha256sum --check --strict --quiet SHA256SUMS",
    );
    fs::write(release.join(BUNDLE).join("data/read-me.txt"), "changed").expect("written");
    refuses(&release.join(BUNDLE), lists);
    fs::write(release.join(format!("{BUNDLE}.manifest.json")), "{}").expect("written");
    refuses(&release, &line);
}

#[test]
fn openssl_recomputes_the_hmac() {
    if !has_tool("openssl", &["version"]) {
        return;
    }
    let scene = built();
    let release = scene.path("var/marketing/2026.11");
    let line = |file: &str| {
        format!(
            "openssl dgst -sha256 -mac HMAC -macopt hexkey:{KEY} -r {file} | cut -c1-64 | grep -qF -f - {file}.sig"
        )
    };
    accepts(&release, &line(&format!("{BUNDLE}.manifest.json")));
    let reports = scene.path("var/audit/stage6/stress_lab");
    accepts(&reports, &line("stress_lab_report.json"));
    accepts(&reports, &line("stress_lab_report.csv"));
    let report = fs::read_to_string(reports.join("stress_lab_report.json")).expect("read");
    fs::write(
        reports.join("stress_lab_report.json"),
        report.replace("\"blackout_minutes\": 45.0", "\"blackout_minutes\": 44.0"),
    )
    .expect("written");
    refuses(&reports, &line("stress_lab_report.json"));
}

#[test]
fn zip_tools_test_and_extract_the_same_tree() {
    let scene = built();
    let release = scene.path("var/marketing/2026.11");
    accepts(&release, &format!("unzip -tq {BUNDLE}.zip"));
    accepts(&release, &format!("unzip -q {BUNDLE}.zip -d by-unzip"));
    let expected = crate::scene::tree(&release.join("by-unzip"));
    assert!(expected.len() > 50);
    if has_tool("python3", &["--version"]) {
        accepts(
            &release,
            &format!("python3 -m zipfile -t {BUNDLE}.zip && python3 -m zipfile -e {BUNDLE}.zip by-python"),
        );
        assert!(crate::scene::tree(&release.join("by-python")) == expected);
    }
    if has_tool("7z", &["i"]) {
        accepts(
            &release,
            &format!("7z t {BUNDLE}.zip && 7z x -oby-7z {BUNDLE}.zip"),
        );
        assert!(crate::scene::tree(&release.join("by-7z")) == expected);
    }
    if has_tool("bsdtar", &["--version"]) {
        accepts(
            &release,
            &format!("mkdir by-bsdtar && bsdtar -x -C by-bsdtar -f {BUNDLE}.zip"),
        );
        assert!(crate::scene::tree(&release.join("by-bsdtar")) == expected);
    }
    let bytes = fs::read(release.join(format!("{BUNDLE}.zip"))).expect("read");
    fs::write(release.join("cut.zip"), &bytes[..bytes.len() / 2]).expect("written");
    refuses(&release, "unzip -tq cut.zip");
}

#[test]
fn bagit_validates_the_bag() {
    let python = if has_tool("bagit.py", &["--help"]) {
        "bagit.py"
    } else {
        return;
    };
    let scene = built();
    let release = scene.path("var/marketing/2026.11");
    accepts(&release, &format!("unzip -q {BUNDLE}.zip"));
    accepts(&release, &format!("{python} --validate {BUNDLE}"));
    fs::write(release.join(BUNDLE).join("data/extra.txt"), "x").expect("written");
    refuses(&release, &format!("{python} --validate {BUNDLE}"));
}

/// The canonical HMAC in the `.sig`, by Python's own json and hmac.
#[test]
fn python_recomputes_the_canonical_signature() {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let scene = built();
    let program = format!(
        "import base64,hmac,json,sys; d=json.load(open(sys.argv[1],encoding='utf-8')); \
         m=json.dumps(d,ensure_ascii=False,sort_keys=True,separators=(',',':')).encode(); \
         s=json.load(open(sys.argv[1]+'.sig'))['signature']; \
         sys.exit(base64.b64encode(hmac.new(bytes.fromhex('{KEY}'),m,'sha256').digest()).decode()!=s['value'])"
    );
    scene.write("canonical.py", program.replace("; ", "\n"));
    accepts(
        &scene.path(""),
        "python3 canonical.py var/audit/stage6/stress_lab/stress_lab_report.json",
    );
    accepts(
        &scene.path(""),
        &format!("python3 canonical.py var/marketing/2026.11/{BUNDLE}.manifest.json"),
    );
    scene.replace(
        "var/audit/stage6/stress_lab/stress_lab_report.json",
        "\"failure_count\": 0",
        "\"failure_count\": 1",
    );
    refuses(
        &scene.path(""),
        "python3 canonical.py var/audit/stage6/stress_lab/stress_lab_report.json",
    );
}
