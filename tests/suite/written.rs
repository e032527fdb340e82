//! JSON Schemas of the documents that the program writes: an outside validator takes what the real binary writes and
//! prints, and refuses the same documents with a member that nobody knows or a value of another type.

use crate::baseline;
use crate::gate::{LOG_KEY, RELEASE, T7, mirror, ready};
use crate::runbook_record;
use crate::scene::{DATE, KEYS, Scene, has_tool, repository, shared, tree};
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const WRITTEN: &str = "config/schemas/written";
const ENDING: &str = ".schema.json";

/// What a document calls itself, and the schema of it.
const CALLED: [(&str, &str); 22] = [
    ("stage6.stress_lab.report", "stress-lab-report"),
    ("stage6.stress_lab.analytics", "stress-lab-analytics"),
    ("stage6.gate", "gate-report"),
    ("stage6.signal_quality.manifest", "signal-quality-list"),
    ("stage6.report.manifest", "report-manifest"),
    ("stage6.release.manifest", "release-manifest"),
    ("stage6.signature", "signature"),
    ("stage6.facts", "facts"),
    ("stage6.claims", "claims"),
    ("stage6.results", "results"),
    ("stage6.decision_log", "decision"),
    ("stage6.decision_log.head", "decision-head"),
    ("stage6.publication", "publication-record"),
    ("stage6.runbook.manifest", "runbook-manifest"),
    ("stage6.runbook.signature", "runbook-signature"),
    ("stage6.checklist.record", "checklist-record"),
    ("stage6.risk.stress_lab.report", "evaluation"),
    ("stage6.risk.stress_lab.calibration", "calibration"),
    ("stage6.risk.portfolio_stress.report", "portfolio-report"),
    ("stage6.governor.preview", "governor-preview"),
    ("stage6.thresholds.audit", "threshold-audit"),
    ("stage6.verifier.state", "verifier-state"),
];

/// Schemas of what does not say what it is; they are told by a member that only they have.
const TOLD: [(&str, &str); 8] = [
    ("_type", "attestation-statement"),
    ("payloadType", "attestation"),
    ("extra_in_mirror", "mirror-parity"),
    ("parity_validated", "mirror-parity"),
    ("missing_in_index", "signal-completeness"),
    ("snapshot_created_at", "signal-snapshot"),
    ("history", "history"),
    ("baseline", "baseline"),
];

/// What inputs say in words of their own is handed on as it is.
const OPEN: [(&str, &str); 6] = [
    ("evaluation", "/insights/*/metrics"),
    ("portfolio-report", "/baseline/metadata"),
    ("portfolio-report", "/baseline/positions/*/metadata"),
    ("portfolio-report", "/scenarios/*/metadata"),
    ("portfolio-report", "/scenarios/*/scenario_metadata"),
    ("signal-snapshot", "/watchdog/recent/*"),
];

/// Inputs of the laboratory; other programs write them.
const INPUTS: [(&str, &str); 5] = [
    (
        "in/paper.json",
        r#"{"generated_at": "2026-11-23T09:00:00Z", "profiles": [
          {"profile": "balanced", "total_return_pct": 0.1, "max_drawdown_pct": 0.18, "worst_daily_loss_pct": 0.02,
           "stress_tests": [{"name": "lag", "status": "warning", "metrics": {"assets": ["BTC_USDT"], "latency_ms": 612.5}}]}]}"#,
    ),
    (
        "in/state.json",
        r#"{"portfolio_value": 100000.0, "allocations": {"BTC_USDT": 0.55, "ETH_USDT": 0.35}, "market_intel": {
          "BTC_USDT": {"volatility_pct": 12.0, "max_drawdown_pct": 9.0, "liquidity_usd": 900000.0},
          "ETH_USDT": {"volatility_pct": 15.0, "max_drawdown_pct": 11.0, "liquidity_usd": 700000.0}}}"#,
    ),
    (
        "in/portfolio.json",
        r#"{"portfolio_id": "p", "cash_usd": 100000.0, "as_of": "2026-11-22", "positions": [
          {"symbol": "btc_usdt", "value_usd": 600000.0, "factor_betas": {"usd_liquidity": 1.0}},
          {"symbol": "eth_usdt", "value_usd": 300000.0, "factor_betas": {"usd_liquidity": 1.2}}]}"#,
    ),
    (
        "in/intel.json",
        r#"{"snapshots": {"BTCUSDT": {"liquidity_usd": 900000.0, "volatility_pct": 12.0},
          "ETHUSDT": {"liquidity_usd": 300000.0, "volatility_pct": 15.0}}}"#,
    ),
    (
        "in/strategies.json",
        r#"{"observations": [{"strategy": "core_daily_trend", "metrics": {"alpha_score": 9.0}}]}"#,
    ),
];

/// The documents that are held to their schemas: the schema's name, where the document comes from, its text.
#[derive(Default)]
struct Papers(Vec<(String, String, String)>);

impl Papers {
    fn add(&mut self, schema: &str, what: &str, text: &str) {
        self.0.push((schema.to_owned(), what.to_owned(), text.to_owned()));
    }

    /// Takes in every JSON document among some files.
    #[track_caller]
    fn files(&mut self, files: &BTreeMap<String, Vec<u8>>) {
        for (path, bytes) in files {
            let text = String::from_utf8_lossy(bytes);
            let texts: Vec<&str> = match path.ends_with(".jsonl") {
                true => text.lines().collect(),
                false => vec![&text],
            };
            for text in texts {
                match serde_json::from_str(text) {
                    Ok(Value::Object(document)) => self.document(path, text, &document),
                    _ => assert!(!path.contains(".json"), "{path} is no JSON object: {text}"),
                }
            }
        }
    }

    #[track_caller]
    fn document(&mut self, path: &str, text: &str, document: &Map<String, Value>) {
        let name = document.get("schema").and_then(Value::as_str);
        let called = CALLED.iter().find(|(called, _)| name == Some(*called));
        let told = TOLD.iter().find(|(key, _)| document.contains_key(*key));
        let Some((_, schema)) = called.or(told) else {
            panic!("{path} has no schema: {text}");
        };
        self.add(schema, path, text);
        if let ("attestation", Some(payload)) = (*schema, document.get("payload").and_then(Value::as_str)) {
            let statement = BASE64.decode(payload.as_bytes()).expect("base64");
            let statement = String::from_utf8(statement).expect("UTF-8");
            self.add("attestation-statement", path, &statement);
        }
    }

    /// Runs a command, and takes in what it prints with `--json`.
    #[track_caller]
    fn run(&mut self, scene: &Scene, arguments: &str, code: i32) {
        let ran = scene.run(&format!("{arguments} --json")).ends_with(code);
        self.add("output", arguments, &ran.stdout);
    }

    /// Fails unless every document fits its schema and no changed one does. Gives the forms of answers that none had.
    #[track_caller]
    fn fit(self, named: &[&str]) -> Vec<String> {
        let schemas = schemas();
        let met: BTreeSet<&str> = self.0.iter().map(|(name, ..)| name.as_str()).collect();
        assert!(named.iter().all(|name| met.contains(name)), "{named:?}, {met:?}");
        let schemas: BTreeMap<&String, &Value> = schemas
            .iter()
            .filter(|(name, _)| met.contains(name.as_str()))
            .collect();
        let scene = Scene::empty();
        let job = json!({"schemas": schemas, "documents": self.0, "open": OPEN});
        scene.write("job.json", job.to_string());
        let ran = Command::new("python3")
            .arg(repository().join("tests/suite/schema_check.py"))
            .arg(scene.path("job.json"))
            .output()
            .expect("python3 runs");
        let found: Value = serde_json::from_slice(&ran.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ran.stderr)));
        assert_eq!(found["failures"], json!([]), "{found:#}");
        for name in met {
            let refused = found["refused"][name].as_u64();
            assert!(
                refused >= Some(3),
                "{name}: {refused:?} changed documents refused"
            );
        }
        let unmet = found["unmet"].as_array().expect("a list").iter();
        unmet
            .map(|name| name.as_str().expect("a name").to_owned())
            .collect()
    }
}

/// The schemas of what the program writes, as they are kept.
fn schemas() -> BTreeMap<String, Value> {
    let files = tree(&repository().join(WRITTEN)).into_iter();
    files
        .map(|(path, bytes)| {
            let name = path.strip_suffix(ENDING).expect("the ending").to_owned();
            (name, serde_json::from_slice(&bytes).expect("JSON"))
        })
        .collect()
}

fn has_validator() -> bool {
    has_tool("python3", &["-c", "import jsonschema"])
}

#[test]
fn every_schema_is_listed_and_printed_as_it_is_kept() {
    let scene = Scene::empty();
    let listed = scene.run("schema --list --json").ends_with(0).stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let listed = listed["schemas"].as_array().expect("a list").iter();
    let listed: BTreeMap<&str, &str> = listed
        .map(|one| {
            (
                one["name"].as_str().expect("text"),
                one["about"].as_str().expect("text"),
            )
        })
        .collect();
    let mut kept = BTreeSet::new();
    for (path, bytes) in tree(&repository().join("config/schemas")) {
        let file = path.rsplit('/').next().expect("a name");
        let name = file.strip_suffix(ENDING).expect("the ending").to_owned();
        let schema: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(schema["$id"], format!("stage6:{file}"));
        assert!(!listed[name.as_str()].is_empty(), "{name} says what it is of");
        let printed = scene.run(&format!("schema {name} --json")).ends_with(0).stdout;
        assert_eq!(printed.as_bytes(), bytes, "{name}");
        kept.insert(name);
    }
    assert_eq!(kept, listed.keys().map(|name| (*name).to_owned()).collect());
    let lines = scene.run("schema --list").ends_with(0).stdout;
    assert_eq!(lines.lines().count(), kept.len());
    scene.run("schema").ends_with(2);
    scene.run("schema nothing").ends_with(2);
    scene.run("schema core --list").ends_with(2);
}

#[test]
fn editors_find_a_schema_for_each_file_that_they_are_told_of() {
    let settings = std::fs::read(repository().join(".vscode/settings.json")).expect("the settings");
    let settings: Value = serde_json::from_slice(&settings).expect("JSON");
    let yaml = settings["yaml.schemas"].as_object().expect("an object");
    let of_people = tree(&repository().join("config/schemas"));
    let of_people: BTreeSet<String> = of_people.into_keys().filter(|path| !path.contains('/')).collect();
    let bound = yaml
        .keys()
        .map(|path| path.rsplit('/').next().expect("a name").to_owned());
    assert_eq!(bound.collect::<BTreeSet<_>>(), of_people);
    let json = settings["json.schemas"].as_array().expect("a list").iter();
    let urls = json.map(|one| one["url"].as_str().expect("a path").trim_start_matches("./"));
    for path in yaml.keys().map(String::as_str).chain(urls) {
        assert!(repository().join(path).is_file(), "{path}");
    }
    for file in yaml.values().filter_map(Value::as_str) {
        let folder = file.rsplit_once('/').expect("a folder").0;
        // A policy is written by who wants one.
        let is_there = file.contains('*') || file.ends_with("verification.yaml");
        assert!(
            repository().join(folder).is_dir() && (is_there || repository().join(file).is_file()),
            "{file}"
        );
    }
}

#[test]
fn a_shape_that_stands_in_several_schemas_is_the_same_in_all() {
    // In `output`, a name is a form of an answer.
    let mut shapes: BTreeMap<String, (String, Value)> = BTreeMap::new();
    let mut shared = 0;
    for (name, schema) in schemas() {
        for (key, shape) in schema["$defs"].as_object().into_iter().flatten() {
            // Of a tail and of draws: a number with its interval, and one that counts.
            if ["estimate", "signature", "root"].contains(&key.as_str()) {
                continue;
            }
            match shapes.get(key) {
                Some((other, known)) => {
                    assert_eq!(known, shape, "{key} in {other} and {name}");
                    shared += 1;
                }
                None => drop(shapes.insert(key.clone(), (name.clone(), shape.clone()))),
            }
        }
        // What stands alone as a document is the same where it stands in another.
        let mut root = schema.clone();
        let root = root.as_object_mut().expect("an object");
        for key in ["$schema", "$id", "$defs", "title"] {
            root.remove(key);
        }
        let as_part = match name.as_str() {
            "gate-report" => "gate_report",
            "runbook-manifest" => "runbook_manifest",
            "mirror-parity" => "mirror_report",
            _ => continue,
        };
        let parts = schemas().into_values();
        let parts: Vec<Value> = parts
            .filter_map(|other| other["$defs"].get(as_part).cloned())
            .collect();
        assert!(
            !parts.is_empty() && parts.iter().all(|part| part.as_object() == Some(root)),
            "{name}"
        );
    }
    assert!(shared > 30, "{shared} shapes stand twice");
}

#[test]
fn every_json_file_of_a_release_and_of_its_reports_fits_a_schema() {
    if !has_validator() {
        return;
    }
    let mut papers = Papers::default();
    let scene = Scene::sample();
    scene
        .run(&format!(
            "sign-runbook var/audit/stage6/stage6_preliminary_checklist.md --date {DATE} {LOG_KEY}"
        ))
        .ends_with(0);
    papers.run(&scene, &format!("build --date {DATE} {KEYS}"), 0);
    papers.run(
        &scene,
        &format!("extract {RELEASE}/stage6-2026.11-r1.zip --to bag --date {DATE}"),
        0,
    );
    for folder in [RELEASE, "bag", "var/audit/stage6", "site"] {
        papers.files(&scene.tree(folder));
    }
    let named = [
        "stress-lab-report",
        "stress-lab-analytics",
        "gate-report",
        "signal-quality-list",
        "report-manifest",
        "release-manifest",
        "attestation",
        "attestation-statement",
        "signature",
        "facts",
        "claims",
        "results",
        "decision",
        "decision-head",
        "signal-completeness",
        "signal-snapshot",
        "runbook-manifest",
        "runbook-signature",
        "baseline",
        "history",
    ];
    papers.fit(&named);
}

/// What the laboratory writes and prints.
fn laboratory(papers: &mut Papers) {
    let scene = baseline::scene();
    for (path, text) in INPUTS {
        scene.write(path, text);
    }
    let signed = format!("--date {DATE} {LOG_KEY}");
    let core = "--config config/core.yaml";
    let governed = format!("{core} --governor stage6_core");
    let assets = format!(
        "governor assets --state in/state.json {governed} --overrides out/e.json --output out/g.json"
    );
    for (arguments, code) in [
        (format!("simulate {core} --output out/r.json {signed}"), 0),
        (
            format!("analyze {core} --draws 2000 --output out/a.json {signed}"),
            0,
        ),
        (
            format!("evaluate --risk-report in/paper.json {governed} --output out/e.json {signed}"),
            0,
        ),
        (
            format!("evaluate --stress-report out/r.json {core} --output out/er.json {signed}"),
            0,
        ),
        (
            format!("calibrate --market-intel in/intel.json --output out/c.json {signed}"),
            0,
        ),
        (
            format!("portfolio --portfolio in/portfolio.json --output out/p.json {signed}"),
            0,
        ),
        (format!("{assets} {signed}"), 0),
        (
            format!("governor strategies --state in/strategies.json {core} --output out/s.json {signed}"),
            0,
        ),
        (format!("audit --output out/audit.json {signed}"), 3),
        (
            format!(
                "baseline --symbol XUSDT --as-of 2024-08-08 --prices p.csv --output out/x.json {}",
                baseline::ALL
            ),
            0,
        ),
    ] {
        papers.run(&scene, &arguments, code);
    }
    papers.files(&scene.tree("out"));
    scene.write("off.yaml", "stress_lab: {enabled: false}\n");
    papers.run(
        &scene,
        &format!("simulate --compat reference --config off.yaml --date {DATE}"),
        0,
    );
    // The disk refuses a folder in the place of a file.
    papers.run(
        &scene,
        &format!(
            "baseline --symbol X --as-of 2024-08-08 --prices p.csv --output s.csv/x.json {}",
            baseline::ALL
        ),
        1,
    );
    if let Some(shared) = shared() {
        let data = shared.join("market_data").display().to_string();
        papers.run(
            &scene,
            &format!("history --market-data {data} --output h --date {DATE}"),
            0,
        );
    }
}

/// What those write and print who look after a project.
fn housekeeping(papers: &mut Papers) {
    let scene = runbook_record::scene();
    papers.run(&scene, &runbook_record::sign(runbook_record::LIST), 0);
    papers.files(&scene.tree("var/audit/stage6"));
    for arguments in [
        format!("build --date {DATE} {KEYS}"),
        format!("check --date {DATE} {KEYS}"),
        format!("facts blackout --date {DATE} {KEYS}"),
        format!("facts --record --date {DATE} {KEYS}"),
        format!("kit --date {DATE} {KEYS}"),
        "release list".to_owned(),
        format!("schedule --date {DATE}"),
        format!("signal-quality --date {DATE}"),
        format!("sign-waivers --date {DATE} {LOG_KEY}"),
        format!("verify {RELEASE} --date {DATE} {KEYS} --state seen.json"),
        "release new 2026.12 --released-at 2026-12-21T09:00:00Z --owner QA --preset core".to_owned(),
        format!("journal verify {LOG_KEY}"),
        "journal show".to_owned(),
        "keygen secrets/new.hmac".to_owned(),
        "keygen --ed25519 secrets/new.pem".to_owned(),
        format!("key show {KEYS}"),
        format!("key show {KEYS} --format pem"),
        "manual --output man".to_owned(),
        "schema --list".to_owned(),
        "explain".to_owned(),
        "explain facts, links --language pl".to_owned(),
        format!("init small --date {DATE}"),
        "check --root small/content/en".to_owned(),
        "build --root small/content/en".to_owned(),
    ] {
        papers.run(&scene, &arguments, 0);
    }
    papers.add("verifier-state", "seen.json", &scene.read("seen.json"));
    papers.run(&scene, "gate --root nowhere", 2);
    papers.run(&scene, "verify nowhere", 2);
    papers.run(&scene, "verify config", 2);
    papers.run(&scene, &format!("rollback --date {DATE} {KEYS}"), 4);
    let events = scene
        .run(&format!("check --events --date {DATE} {KEYS}"))
        .ends_with(0)
        .stdout;
    assert!(events.lines().count() > 3, "{events}");
    events
        .lines()
        .for_each(|line| papers.add("output", "check --events", line));
    let log = "var/audit/stage6/decision_log.jsonl";
    scene.write(log, format!("{}{{}}\n", scene.read(log)));
    papers.run(&scene, &format!("journal verify {LOG_KEY}"), 4);
    papers.add("output", "serve", &serving(&scene));
}

/// The first line of a server, which then ends.
fn serving(scene: &Scene) -> String {
    let mut command = scene.command(&["serve", "--port", "0", "--no-build", "--json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().expect("piped"));
    lines.read_line(&mut line).expect("a line");
    child.kill().expect("killed");
    child.wait().expect("ended");
    line
}

/// What a publication writes and prints, and the way back.
fn publication(papers: &mut Papers) {
    let scene = ready();
    papers.run(&scene, &format!("publish --date {T7} {KEYS}"), 3);
    papers.run(
        &scene,
        &format!("parity --mirror nowhere --report mirror_parity.json --date {T7}"),
        3,
    );
    papers.files(
        &[(
            "mirror_parity.json".to_owned(),
            scene.read("mirror_parity.json").into_bytes(),
        )]
        .into(),
    );
    mirror(&scene, T7);
    papers.run(&scene, &format!("gate --date {T7} {KEYS}"), 0);
    papers.run(&scene, &format!("publish --date {T7} {KEYS}"), 0);
    papers.run(
        &scene,
        &format!("publish --to out --oci artifact --date {T7} {KEYS}"),
        0,
    );
    papers.run(&scene, &format!("publish --check --date {T7} {KEYS}"), 0);
    papers.files(&scene.tree("var/audit"));
    scene.write(&format!("{RELEASE}/stage6-2026.11-r1.zip"), "damaged");
    scene.write("mirror/2026.11/extra", "extra");
    scene.write("mirror/index.csv", "other");
    std::fs::remove_file(scene.path("mirror/2026.11/stage6-2026.11-r1.zip")).expect("removed");
    papers.run(&scene, &format!("parity --mirror mirror --date {T7}"), 3);
    papers.run(&scene, &format!("rollback --to 2026.11 --date {T7} {KEYS}"), 0);
}

#[test]
fn whatever_commands_write_and_print_fits_a_schema() {
    if !has_validator() {
        return;
    }
    let mut papers = Papers::default();
    laboratory(&mut papers);
    housekeeping(&mut papers);
    publication(&mut papers);
    let named = [
        "evaluation",
        "calibration",
        "portfolio-report",
        "governor-preview",
        "threshold-audit",
        "baseline",
        "report-manifest",
        "checklist-record",
        "verifier-state",
        "mirror-parity",
        "publication-record",
        "output",
    ];
    // Without the market data there is no history to measure.
    let mut unmet = papers.fit(&named);
    unmet.retain(|form| form != "history_measured" || shared().is_some());
    // A release is built and extracted in the scene above.
    assert_eq!(unmet, Vec::<String>::new());
}
