//! `stage6 analyze`: pinned numbers, the same bytes for any number of threads, refusals.

use crate::scene::{DATE, Scene, shared};
use stage6_press::document::{Node, json};
use stage6_press::domain::{Baseline, Metric, Severity, Shock, ShockKind};
use stage6_press::lab::analytics::{Kernel, LANES, Lane};
use std::fs;

const ANALYZE: &str = "analyze --output out/analytics.json --seed 6 --draws 20000";

fn node<'n>(root: &'n Node, keys: &[&str]) -> &'n Node {
    keys.iter().fold(root, |node, key| match key.parse::<usize>() {
        Ok(index) => &node.as_list().unwrap_or_else(|| panic!("{keys:?}"))[index],
        Err(_) => node.get(key).unwrap_or_else(|| panic!("{keys:?}")),
    })
}

fn text<'n>(root: &'n Node, keys: &[&str]) -> &'n str {
    &node(root, keys)
        .as_scalar()
        .unwrap_or_else(|| panic!("{keys:?}"))
        .text
}

#[test]
fn the_samples_analytics_hold_the_reference_values() {
    let scene = Scene::sample();
    scene.run(&format!("{ANALYZE} --date {DATE}")).ends_with(0);
    let file =
        json::read("analytics.json", scene.read("out/analytics.json").as_bytes()).expect("strict JSON");
    assert_eq!(text(&file, &["schema"]), "stage6.stress_lab.analytics");
    assert_eq!(text(&file, &["schema_version"]), "1");
    assert_eq!(text(&file, &["settings", "seed"]), "6");
    assert_eq!(text(&file, &["settings", "sigma"]), "0.55");
    assert_eq!(text(&file, &["settings", "draws"]), "20000");
    // Analytics specification, F1.
    let scale = |scenario: &str, metric: &str| {
        let keys = [
            "scenarios",
            scenario,
            "reverse_stress",
            "scale",
            metric,
            "root",
            "smallest",
        ];
        text(&file, &keys).parse::<f64>().ok()
    };
    for (scenario, metric, expected) in [
        ("0", "0", 1.153_846),
        ("0", "2", 1.333_333),
        ("0", "7", 1.875),
        ("1", "3", 1.428_571),
        ("1", "5", 1.437_848),
    ] {
        let root = scale(scenario, metric).expect("a root");
        assert!((root - expected).abs() < 6e-7, "{scenario}.{metric}: {root}");
    }
    assert_eq!(
        scale("1", "6"),
        None,
        "a dated blackout of 45 minutes never lasts 55"
    );
    assert_eq!(
        text(&file, &["scenarios", "1", "reverse_stress", "inert_shocks", "0"]),
        "1"
    );
    assert_eq!(
        text(
            &file,
            &["scenarios", "0", "reverse_stress", "scale", "1", "diagnoses", "0"]
        ),
        "dead"
    );
    assert_eq!(
        text(&file, &["scenarios", "0", "breach_probability", "hash"]),
        "f6e32ad78b8330e51c2f6860380a8adaaa3f50f980692f8a998ca02a595e3e9f"
    );
    assert_eq!(
        text(&file, &["hash"]),
        "3a34c62dbd3de22b58303db5543901838ba4ea505a9bccffbad6f72cbaa6ec30"
    );
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let scene = Scene::sample();
    let mut first = None;
    for threads in ["1", "2", "3", "8", "2"] {
        let flags = format!("{ANALYZE} --date {DATE} --signing-key-path secrets/audit.hmac");
        let mut command = scene.command(&flags.split(' ').collect::<Vec<_>>());
        scene
            .finish({
                command.env("RAYON_NUM_THREADS", threads);
                command
            })
            .ends_with(0);
        let files = scene.tree("out");
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        let expected = [
            "analytics.csv",
            "analytics.csv.sig",
            "analytics.json",
            "analytics.json.sig",
            "analytics.manifest.json",
        ];
        assert_eq!(names, expected);
        assert_eq!(
            first.get_or_insert_with(|| files.clone()),
            &files,
            "{threads} threads"
        );
    }
}

#[test]
fn the_configuration_may_hold_the_settings_and_flags_win() {
    let scene = Scene::sample();
    scene.replace(
        "config/core.yaml",
        "  datasets:\n",
        "  analytics:\n    seed: 11\n    sigma: 0.3\n    draws: 500\n  datasets:\n",
    );
    scene
        .run(&format!("analyze --output a.json --date {DATE} --sigma 0.4"))
        .ends_with(0);
    let file = json::read("a.json", scene.read("a.json").as_bytes()).expect("strict JSON");
    let settings = ["seed", "sigma", "draws"].map(|key| text(&file, &["settings", key]));
    assert_eq!(settings, ["11", "0.4", "500"]);
    scene.replace("config/core.yaml", "sigma: 0.3", "sigma: 4");
    scene.replace("config/core.yaml", "draws: 500", "draws: 0");
    scene.replace("config/core.yaml", "seed: 11", "sed: 11");
    let ran = scene
        .run(&format!("analyze --output b.json --date {DATE}"))
        .ends_with(2);
    for line in [
        "unknown key `stress_lab.analytics.sed`\n  hint: did you mean `seed`?",
        "`stress_lab.analytics.sigma` is 4, expected at most 3\n  hint: ",
        "`stress_lab.analytics.draws` is not a whole number from 1 to 67108864\n  hint: ",
    ] {
        assert!(ran.stderr.contains(line), "{line}\n{}", ran.stderr);
    }
    assert!(!scene.path("b.json").exists());
}

#[test]
fn bad_flags_end_with_2_and_a_hint() {
    let scene = Scene::sample();
    for (flag, value) in [
        ("--seed", "x"),
        ("--seed", "1.5"),
        ("--sigma", "0"),
        ("--sigma", "nan"),
        ("--draws", "0"),
        ("--draws", "1e9"),
    ] {
        let ran = scene
            .run(&format!("analyze --output a.json --date {DATE} {flag} {value}"))
            .ends_with(2);
        assert!(
            ran.stderr
                .starts_with(&format!("error: {flag}: `{value}` is not ")),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("\n  hint: "), "{}", ran.stderr);
        assert!(!scene.path("a.json").exists());
    }
}

#[test]
fn reference_files_do_not_change_by_an_analysis() {
    let scene = Scene::sample();
    scene
        .run(&format!("simulate --output out/report.json --date {DATE}"))
        .ends_with(0);
    let before = scene.read("out/report.json");
    scene.run(&format!("{ANALYZE} --date {DATE}")).ends_with(0);
    scene
        .run(&format!("simulate --output out/report.json --date {DATE}"))
        .ends_with(0);
    assert_eq!(scene.read("out/report.json"), before);
}

/// `PARITY_10K.md`, on the vector kernel.
#[test]
fn the_kernel_is_bit_equal_on_ten_thousand_evaluations() {
    let Some(vectors) = shared().map(|shared| shared.join("vectors")) else {
        return;
    };
    let bytes = fs::read(vectors.join("parity_10k.bin")).expect("the records");
    let number = |record: usize, at: usize| {
        let start = record * 136 + at * 8;
        f64::from_le_bytes(bytes[start..start + 8].try_into().expect("8 bytes"))
    };
    let market = |values: [f64; 6], weight| Baseline {
        symbol: String::new(),
        mid_price: values[0],
        avg_depth_usd: values[1],
        avg_spread_bps: values[2],
        funding_rate_bps: values[3],
        sentiment_score: values[4],
        realized_volatility: values[5],
        weight,
    };
    let markets = [
        market([27123.5, 2_750_000.0, 5.4, 8.5, 0.35, 0.42], 1.0),
        market([1811.2, 1_350_000.0, 6.7, 6.1, 0.28, 0.55], 0.8),
    ];
    let words = [
        "liquidity",
        "volatility",
        "dispersion",
        "funding",
        "latency",
        "blackout",
        "sentiment",
        "volume",
    ];
    let shocks = words.map(|word| Shock {
        kind: ShockKind::from_word(word).expect("a shock"),
        intensity: 0.0,
        duration_minutes: None,
    });
    for (quarter, severity) in ["high", "medium", "low", "extreme"].into_iter().enumerate() {
        let kernel = Kernel::new(&markets, Severity::new(severity).factor(), &shocks);
        for first in (quarter * 2_500..(quarter + 1) * 2_500).step_by(LANES) {
            let used = LANES.min((quarter + 1) * 2_500 - first);
            let mut intensities: Vec<Lane> = vec![[0.0; LANES]; 8];
            for (shock, lane) in intensities.iter_mut().enumerate() {
                (0..used).for_each(|draw| lane[draw] = number(first + draw, 1 + shock));
            }
            let mut metrics = [[0.0; LANES]; 8];
            kernel.evaluate(&intensities, &mut metrics);
            for metric in Metric::ALL {
                for (draw, ours) in metrics[metric as usize][..used].iter().enumerate() {
                    let theirs = number(first + draw, 9 + metric as usize);
                    assert_eq!(
                        ours.to_bits(),
                        theirs.to_bits(),
                        "record {}, {}",
                        first + draw,
                        metric.key()
                    );
                }
            }
        }
    }
}
