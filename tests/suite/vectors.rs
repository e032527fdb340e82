//! Conformance to the reference: every simulator vector, bit for bit.

use crate::scene::{Scene, has_tool, shared};
use stage6_press::document::{Node, Value, json};
use stage6_press::domain::{
    Baseline, Metric, Scenario, Severity, Shock, ShockKind, ThresholdOverrides, Thresholds,
};
use stage6_press::domain::{Market, Provenance, Timestamp};
use stage6_press::lab;
use stage6_press::seal::{HmacKey, seal};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn cases(vectors: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(vectors)
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("expected_report_merged.json").is_file())
        .collect();
    cases.sort();
    assert_eq!(cases.len(), 12, "the simulator has twelve vectors");
    cases
}

fn read(path: &Path) -> Node {
    json::read(&path.display().to_string(), &fs::read(path).expect("read")).expect("strict JSON")
}

fn text(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::as_scalar).expect(key).text.clone()
}

/// Everything the reference says must be said by us, numbers to the last bit; more keys are fine.
fn assert_holds(expected: &Node, produced: &Node, path: &str) {
    match (&expected.value, &produced.value) {
        (Value::Map(entries), Value::Map(_)) => {
            for entry in entries {
                let ours = produced
                    .get(&entry.key)
                    .unwrap_or_else(|| panic!("{path}.{} is missing", entry.key));
                assert_holds(&entry.value, ours, &format!("{path}.{}", entry.key));
            }
        }
        (Value::List(expected), Value::List(produced)) => {
            assert_eq!(expected.len(), produced.len(), "{path}");
            for (index, (expected, produced)) in expected.iter().zip(produced).enumerate() {
                assert_holds(expected, produced, &format!("{path}[{index}]"));
            }
        }
        (Value::Scalar(expected), Value::Scalar(produced)) => {
            assert_eq!(expected, produced, "{path}");
            if !expected.quoted
                && let (Ok(a), Ok(b)) = (expected.text.parse::<f64>(), produced.text.parse::<f64>())
            {
                assert_eq!(a.to_bits(), b.to_bits(), "{path}");
            }
        }
        _ => panic!("{path}: another shape"),
    }
}

#[test]
fn every_simulator_vector_is_met_to_the_last_bit_and_character() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let scene = Scene::empty();
    let key = vectors.join("open_vector.key");
    for case in cases(&vectors) {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let meta = read(&case.join("meta.json"));
        let output = scene.path(&format!("{name}.json"));
        let mut command = scene.command(&[
            "simulate",
            "--compat",
            "reference",
            "--date",
            &text(&meta, "generated_at"),
        ]);
        command
            .arg("--config")
            .arg(case.join("config.yaml"))
            .arg("--output")
            .arg(&output);
        command.arg("--signing-key-path").arg(&key);
        let expected = read(&case.join("expected_report_merged.json"));
        let failed = text(&expected, "failure_count") != "0";
        let must_pass = text(&meta, "require_success") == "true";
        scene
            .finish(command)
            .ends_with(if failed && must_pass { 3 } else { 0 });
        assert_holds(&expected, &read(&output), &name);
    }
    if has_tool("python3", &["--version"]) {
        let compare = Command::new("python3")
            .arg(vectors.join("tools/check_vectors.py"))
            .arg(&vectors)
            .arg(scene.path(""))
            .args([
                "--expected",
                "expected_report_merged.json",
                "--allow-extra",
                "--strict-types",
                "--with-times",
            ])
            .output()
            .expect("python runs");
        let printed = String::from_utf8_lossy(&compare.stdout).into_owned();
        assert!(
            compare.status.success() && printed.ends_with("12 of 12 cases agree\n"),
            "{printed}"
        );
        let verified = Command::new("python3")
            .arg(vectors.join("tools/verify_sig.py"))
            .args([
                scene.path("01_two_scenarios.json"),
                scene.path("01_two_scenarios.json.sig"),
            ])
            .arg("--key-file")
            .arg(&key)
            .output()
            .expect("python runs");
        assert_eq!(String::from_utf8_lossy(&verified.stdout), "valid (wrapped)\n");
    }
}

#[test]
fn the_canonical_signature_is_the_references_own() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let key_bytes = fs::read(vectors.join("open_vector.key")).expect("the key");
    let moment = Timestamp::parse("2026-01-15T12:00:00Z").expect("a moment");
    for case in cases(&vectors) {
        let expected = read(&case.join("expected_report.json.sig"));
        let id = expected.get("key_id").map(|_| text(&expected, "key_id"));
        let key = HmacKey::from_raw(&key_bytes, id).expect("a key");
        let report = fs::read(case.join("expected_report.json")).expect("the report");
        let sealed = seal("expected_report.json", report, &key, moment).expect("sealed");
        let ours = json::read("sig", &sealed.signature).expect("JSON");
        let ours = ours.get("signature").expect("a canonical signature");
        assert_eq!(
            text(ours, "value"),
            text(&expected, "value"),
            "{}",
            case.display()
        );
    }
}

/// `PARITY_10K.md`: 17 doubles a record: factor, eight intensities, eight metrics.
#[test]
fn ten_thousand_evaluations_are_bit_equal() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let bytes = fs::read(vectors.join("parity_10k.bin")).expect("the records");
    assert_eq!(bytes.len(), 10_000 * 136);
    let market = |symbol: &str, values: [f64; 6], weight| Market {
        key: symbol.to_owned(),
        baseline: Baseline {
            symbol: symbol.to_owned(),
            mid_price: values[0],
            avg_depth_usd: values[1],
            avg_spread_bps: values[2],
            funding_rate_bps: values[3],
            sentiment_score: values[4],
            realized_volatility: values[5],
            weight,
        },
        provenance: Provenance::Unstated,
        path: None,
        digest: None,
        as_of: None,
    };
    let markets = [
        market("BTCUSDT", [27123.5, 2_750_000.0, 5.4, 8.5, 0.35, 0.42], 1.0),
        market("ETHUSDT", [1811.2, 1_350_000.0, 6.7, 6.1, 0.28, 0.55], 0.8),
    ];
    let kinds = [
        ShockKind::Liquidity,
        ShockKind::Volatility,
        ShockKind::Dispersion,
        ShockKind::Funding,
        ShockKind::Latency,
        ShockKind::Blackout,
        ShockKind::Sentiment,
        ShockKind::Volume,
    ];
    for (index, record) in bytes.chunks_exact(136).enumerate() {
        let number = |at: usize| f64::from_le_bytes(record[at * 8..at * 8 + 8].try_into().expect("8 bytes"));
        let severity = ["high", "medium", "low", "extreme"][index / 2_500];
        assert_eq!(Severity::new(severity).factor(), number(0));
        let shocks = kinds.iter().enumerate().map(|(at, kind)| Shock {
            kind: kind.clone(),
            intensity: number(1 + at),
            duration_minutes: None,
        });
        let scenario = Scenario {
            name: "parity".to_owned(),
            severity: Severity::new(severity),
            markets: vec!["BTCUSDT".to_owned(), "ETHUSDT".to_owned()],
            shocks: shocks.collect(),
            description: None,
            overrides: ThresholdOverrides::default(),
        };
        let (results, _) = lab::run(&[scenario], &Thresholds::DEFAULT, &markets);
        for (at, metric) in Metric::ALL.into_iter().enumerate() {
            let (ours, theirs) = (results[0].metrics[metric], number(9 + at));
            assert_eq!(
                ours.to_bits(),
                theirs.to_bits(),
                "record {index}, {}: {ours} and {theirs}",
                metric.key()
            );
        }
    }
}

/// What the reference accepts is accepted with `--compat reference`, and what it rejects is rejected.
#[test]
fn the_lenient_reader_behaves_as_the_reference_on_45_small_configurations() {
    let Some(folder) = shared().map(|shared| shared.join("vectors/loader_outcomes")) else {
        return;
    };
    let scene = Scene::empty();
    let index = read(&folder.join("index.json"));
    let cases = index.as_list().expect("a list");
    assert_eq!(cases.len(), 45);
    for case in cases {
        let name = text(case, "name");
        let output = scene.path(&format!("{name}.json"));
        let mut command = scene.command(&[
            "simulate",
            "--compat",
            "reference",
            "--json",
            "--date",
            "2026-01-15",
        ]);
        command
            .arg("--config")
            .arg(folder.join(&name).join("config.yaml"))
            .arg("--output")
            .arg(&output);
        let ran = scene.finish(command);
        let expected = text(case, "outcome");
        let (code, written) = match expected.as_str() {
            "error" => (2, false),
            "accepted" if text(case, "failure_count") != "0" => (3, true),
            "accepted" => (0, true),
            _ => (0, false),
        };
        assert_eq!(
            (ran.code, output.exists()),
            (code, written),
            "{name}: {}",
            ran.stderr
        );
        if written {
            let report = fs::read_to_string(&output).expect("a report");
            let count = format!("\"failure_count\": {},", text(case, "failure_count"));
            assert!(report.contains(&count), "{name}");
            let has_words = ["NaN", "Infinity"].iter().any(|word| report.contains(word));
            assert_eq!(
                has_words.to_string(),
                text(case, "report_has_nan_or_infinity"),
                "{name}"
            );
        }
    }
}

/// All harmful ones among them are refused without `--compat` (specification, section 1.6 and findings Q9 to Q13).
#[test]
fn the_strict_reader_refuses_what_is_harmful() {
    let Some(folder) = shared().map(|shared| shared.join("vectors/loader_outcomes")) else {
        return;
    };
    let scene = Scene::empty();
    for case in read(&folder.join("index.json")).as_list().expect("a list") {
        let name = text(case, "name");
        let output = scene.path("report.json");
        let mut command = scene.command(&["simulate", "--date", "2026-01-15"]);
        command
            .arg("--config")
            .arg(folder.join(&name).join("config.yaml"))
            .arg("--output")
            .arg(&output);
        let ran = scene.finish(command).ends_with(2);
        assert!(!output.exists(), "{name}");
        assert!(
            ran.stderr.contains("config.yaml:") || ran.stderr.contains(".json:"),
            "{name}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains("hint: "), "{name}: {}", ran.stderr);
    }
}
