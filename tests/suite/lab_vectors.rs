//! Conformance to the reference of everything in the laboratory but the simulator: every vector, through the real
//! binary with `--compat reference`. Our reports may say more (tool version, inputs, the compat mark); what the
//! reference says, they say too.

use crate::scene::{Scene, has_tool, shared};
use stage6_press::document::json_text::Json;
use stage6_press::document::{Node, json};
use stage6_press::domain::Timestamp;
use stage6_press::seal::{HmacKey, seal};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The clock of these vectors (README of the vectors).
const CLOCK: &str = "2026-03-01T09:30:00+00:00";

fn cases(kind: &Path) -> Vec<(String, PathBuf)> {
    let mut cases: Vec<(String, PathBuf)> = fs::read_dir(kind)
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| {
            (
                path.file_name().expect("a name").to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    cases.sort();
    cases
}

fn read(path: &Path) -> Node {
    json::read(&path.display().to_string(), &fs::read(path).expect("read")).expect("strict JSON")
}

/// Runs one case: `arguments` come before the options that all reports share.
fn produce(scene: &Scene, name: &str, arguments: Vec<String>) {
    let mut command = scene.command(&[]);
    command
        .args(arguments)
        .args(["--compat", "reference", "--date", CLOCK]);
    command.arg("--output").arg(scene.path(&format!("{name}.json")));
    scene.finish(command).ends_with(0);
}

fn path_of(case: &Path, file: &str) -> String {
    case.join(file).display().to_string()
}

/// `check_vectors.py` over a kind: numbers to 1e-9, number types, texts and moments exactly.
fn check(scene: &Scene, kind: &Path, expected: &str, count: usize) {
    if !has_tool("python3", &["--version"]) {
        return;
    }
    let compare = Command::new("python3")
        .arg(kind.parent().expect("the vectors").join("tools/check_vectors.py"))
        .arg(kind)
        .arg(scene.path(""))
        .args([
            "--expected",
            expected,
            "--allow-extra",
            "--strict-types",
            "--with-times",
        ])
        .output()
        .expect("python runs");
    let printed = String::from_utf8_lossy(&compare.stdout).into_owned();
    let summary = format!("{count} of {count} cases agree\n");
    assert!(
        compare.status.success() && printed.ends_with(&summary),
        "{printed}"
    );
}

/// Our report without what is ours, signed with the vectors' key, has the reference's own HMAC: bit for bit.
fn assert_same_signature(vectors: &Path, name: &str, case: &Path, produced: &Path) {
    let expected = read(&case.join("expected_report.json"));
    let Json::Map(mut ours) = Json::from_node(&read(produced)) else {
        panic!("{name}: not an object")
    };
    ours.retain(|key, _| expected.get(key).is_some());
    let signature = read(&case.join("expected_report.json.sig"));
    let block = signature.get("signature").unwrap_or(&signature);
    let member = |key: &str| {
        block
            .get(key)
            .and_then(Node::as_scalar)
            .map(|scalar| scalar.text.clone())
    };
    let key = fs::read(vectors.join("open_vector.key")).expect("the key");
    let key = HmacKey::from_raw(&key, member("key_id")).expect("a key");
    let moment = Timestamp::parse(CLOCK).expect("a moment");
    let bytes = Json::Map(ours).to_file_text().into_bytes();
    let sealed = seal("expected_report.json", bytes, &key, moment).expect("sealed");
    let ours = json::read("sig", &sealed.signature).expect("JSON");
    let value = ours
        .at_path(&["signature", "value"])
        .and_then(Node::as_scalar)
        .map(|scalar| scalar.text.clone());
    assert_eq!(value, member("value"), "{name}");
}

fn assert_same_bytes(expected: &Path, produced: &Path) {
    let text = |path: &Path| String::from_utf8(fs::read(path).expect("read")).expect("UTF-8");
    assert_eq!(text(produced), text(expected), "{}", expected.display());
}

#[test]
fn every_evaluation_is_the_references_with_its_words_and_signature() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let kind = vectors.join("evaluator");
    let scene = Scene::empty();
    for (name, case) in cases(&kind) {
        let arguments = [
            "evaluate",
            "--risk-report",
            &path_of(&case, "risk_report.json"),
            "--assets",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(path_of(&case, "assets.json"));
        produce(&scene, &name, arguments);
        let made = |ending: &str| scene.path(&format!("{name}{ending}"));
        assert_same_bytes(&case.join("expected_insights.csv"), &made(".insights.csv"));
        assert_same_bytes(&case.join("expected_overrides.csv"), &made(".overrides.csv"));
        assert_same_signature(&vectors, &name, &case, &made(".json"));
    }
    check(&scene, &kind, "expected_report.json", 6);
}

/// The options of a calibration as flags.
fn calibration_flags(options: &Node) -> Vec<String> {
    let mut flags = Vec::new();
    for entry in options.as_map().expect("options") {
        match (entry.key.as_str(), entry.value.as_scalar()) {
            ("settings", _) => flags.extend(calibration_flags(&entry.value)),
            ("segments", _) => {}
            (key, Some(scalar)) if !scalar.is_null() => {
                flags.push(format!("--{}={}", key.replace('_', "-"), scalar.text));
            }
            _ => {}
        }
    }
    flags
}

#[test]
fn every_calibration_is_the_references_with_its_signature() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let kind = vectors.join("calibration");
    let scene = Scene::empty();
    for (name, case) in cases(&kind) {
        let mut arguments: Vec<String> = vec!["calibrate".to_owned()];
        arguments.extend(["--market-intel".to_owned(), path_of(&case, "market_intel.json")]);
        arguments.extend(["--risk-report".to_owned(), path_of(&case, "risk_report.json")]);
        if case.join("segments.json").is_file() {
            arguments.extend(["--segments".to_owned(), path_of(&case, "segments.json")]);
        }
        arguments.extend(calibration_flags(&read(&case.join("options.json"))));
        produce(&scene, &name, arguments);
        assert_same_bytes(
            &case.join("expected_segments.csv"),
            &scene.path(&format!("{name}.csv")),
        );
        assert_same_signature(&vectors, &name, &case, &scene.path(&format!("{name}.json")));
    }
    check(&scene, &kind, "expected_report.json", 6);
}

#[test]
fn every_portfolio_stress_is_the_references_with_its_signature() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let kind = vectors.join("portfolio_stress");
    let scene = Scene::empty();
    for (name, case) in cases(&kind) {
        let arguments = [
            "portfolio",
            "--config",
            &path_of(&case, "config.yaml"),
            "--portfolio",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(path_of(&case, "baseline.json"));
        produce(&scene, &name, arguments);
        assert_same_bytes(
            &case.join("expected_report.csv"),
            &scene.path(&format!("{name}.csv")),
        );
        assert_same_signature(&vectors, &name, &case, &scene.path(&format!("{name}.json")));
    }
    check(&scene, &kind, "expected_report.json", 4);
}

#[test]
fn both_governors_decide_as_the_reference() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    for (folder, governor, count) in [
        ("asset_governor", "assets", 6),
        ("strategy_governor", "strategies", 4),
    ] {
        let kind = vectors.join(folder);
        let scene = Scene::empty();
        for (name, case) in cases(&kind) {
            let arguments = ["governor", governor, "--state", &path_of(&case, "input.json")];
            produce(&scene, &name, arguments.map(str::to_owned).to_vec());
        }
        check(&scene, &kind, "expected_decision.json", count);
    }
}
