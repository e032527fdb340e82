//! JSON Schemas of the files that people write: an outside validator takes the sample, finds every unknown key, and is
//! never stricter than the program.

use crate::scene::{Scene, has_tool};
use serde_json::{Map, Value, json};
use stage6_press::config::{self, Core, Mode, Origin, Releases, VerificationSettings};
use stage6_press::diag::Problem;
use stage6_press::document::{Node, Value as Shape, yaml};
use stage6_press::fs::Project;
use std::process::Command;

/// A validator that answers `true` or `false` for each document of a list.
const VALIDATOR: &str = "\
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
valid = Draft202012Validator(schema).is_valid
json.dump([valid(one) for one in json.load(open(sys.argv[2]))], sys.stdout)
";

const POLICY: &str = "\
trust: allowed_signers
hmac_keys:
  - {id: audit-2026, path: secrets/audit.hmac}
  - {id: audit-2025, env: OLD_KEY, retired_at: 2026-01-01T00:00:00Z}
identity: release@stage6.example
producer: stage6.example
bundle: stage6
release: \"2026.11\"
minimum_sequence: 1
max_age_days: 120
clock_skew_seconds: 300
drafts: refuse
hmac: optional
state: seen.json
";

/// What YAML says, as JSON: an unquoted word is a text unless it is a number, a boolean or nothing.
fn json_of(node: &Node) -> Value {
    match &node.value {
        Shape::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), json_of(&entry.value)))
            .collect::<Map<_, _>>()
            .into(),
        Shape::List(items) => items.iter().map(json_of).collect(),
        Shape::Scalar(scalar) if scalar.quoted => json!(scalar.text),
        Shape::Scalar(scalar) => match scalar.text.as_str() {
            "" | "null" | "~" => Value::Null,
            "true" => json!(true),
            "false" => json!(false),
            text => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(whole), _) => json!(whole),
                (_, Ok(number)) => json!(number),
                _ => json!(text),
            },
        },
    }
}

/// A document with one thing changed: where, how, and whether a key was added that nobody knows.
struct Mutant {
    what: String,
    document: Value,
    unknown_key: bool,
}

/// Every place of a document, as JSON pointers.
fn places(document: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    let below = |key: &str| format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
    match document {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| places(value, &below(key), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| places(value, &below(&index.to_string()), found)),
        _ => {}
    }
}

fn mutants(document: &Value) -> Vec<Mutant> {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let mut mutants = Vec::new();
    let mut add = |what: String, at: &str, unknown_key: bool, change: &dyn Fn(&mut Value)| {
        let mut document = document.clone();
        change(document.pointer_mut(at).expect("a place"));
        mutants.push(Mutant {
            what,
            document,
            unknown_key,
        });
    };
    for at in all.iter().skip(1) {
        let was_text = document.pointer(at).is_some_and(Value::is_string);
        for other in [
            json!("x y!"),
            json!(-5),
            json!(1e12),
            json!(true),
            json!({}),
            json!([]),
        ] {
            // The program reads `-5` as a text where one belongs; the schema wants quotes there, so that an editor warns
            // before `2026.10` becomes 2026.1.
            if was_text && (other.is_number() || other.is_boolean()) {
                continue;
            }
            add(format!("{at} = {other}"), at, false, &|place| {
                *place = other.clone()
            });
        }
    }
    for at in &all {
        let Some(members) = document.pointer(at).and_then(Value::as_object) else {
            continue;
        };
        add(format!("{at}/nobody_knows = x"), at, true, &|place| {
            place["nobody_knows"] = json!("x");
        });
        for key in members.keys() {
            add(format!("{at} without {key}"), at, false, &|place| {
                place.as_object_mut().expect("an object").remove(key);
            });
        }
    }
    mutants
}

/// Holds a schema to the sample and to each change of it.
#[track_caller]
fn agree(name: &str, text: &str, open: &[&str], load: impl Fn(&str) -> Result<(), Vec<Problem>>) {
    if !has_tool("python3", &["-c", "import jsonschema"]) {
        return;
    }
    let sample = json_of(&yaml::read(name, text).expect("YAML"));
    let mutants = mutants(&sample);
    let mut documents = vec![sample];
    documents.extend(mutants.iter().map(|mutant| mutant.document.clone()));

    let scene = Scene::empty();
    scene.write(
        "schema.json",
        scene.run(&format!("schema {name}")).ends_with(0).stdout,
    );
    scene.write("documents.json", json!(documents).to_string());
    let mut python = Command::new("python3");
    python
        .args(["-c", VALIDATOR, "schema.json", "documents.json"])
        .current_dir(scene.path(""));
    let verdicts: Vec<bool> = serde_json::from_str(&scene.finish(python).ends_with(0).stdout).expect("JSON");
    assert!(verdicts[0], "{name}: the sample");

    let mut found_by_both = 0;
    for (mutant, is_valid) in mutants.iter().zip(&verdicts[1..]) {
        // JSON is YAML.
        let refused = load(&mutant.document.to_string()).is_err();
        assert!(
            *is_valid || refused,
            "{name}: the schema refuses what the program takes: {}",
            mutant.what
        );
        // Sections of other programs, and maps whose keys are names, are open.
        let is_open = open
            .iter()
            .any(|place| mutant.what.starts_with(&format!("{place}/nobody_knows")));
        if mutant.unknown_key && !is_open {
            assert!(!is_valid && refused, "{name}: {}", mutant.what);
        }
        found_by_both += usize::from(!is_valid);
    }
    // A schema that takes everything would pass all of the above but the unknown keys.
    let share = found_by_both * 100 / mutants.len();
    assert!(
        share >= 60,
        "{name}: the schema finds {share} % of {}",
        mutants.len()
    );
}

fn in_project(
    path: &'static str,
    load: fn(&Project) -> Result<(), Vec<Problem>>,
) -> impl Fn(&str) -> Result<(), Vec<Problem>> {
    let scene = Scene::sample();
    let project = Project::open(&scene.path("")).expect("a project");
    move |text| {
        scene.write(path, text);
        load(&project)
    }
}

#[test]
fn the_schema_of_core_yaml_fits_the_program() {
    let scene = Scene::sample();
    let text = scene.read("config/core.yaml");
    let open = [
        "",
        "/stress_lab/datasets",
        "/stress_lab/override_policy/symbols",
        "/portfolio_governor/strategies",
        "/portfolio_governors",
        "/portfolio_governors/stage6_core/risk_budgets",
    ];
    agree("core", &text, &open, |text| {
        scene.write("config/other.yaml", text);
        let origin = Origin {
            location: scene.path("config/other.yaml"),
            shown: "core.yaml".to_owned(),
            recorded: "core.yaml".to_owned(),
        };
        Core::load(&origin, Mode::Strict).map(|_| ())
    });
}

#[test]
fn the_schema_of_publication_yaml_fits_the_program() {
    let path = "config/publication.yaml";
    let text = Scene::sample().read(path);
    let load = in_project(path, |project| config::Settings::load(project).map(|_| ()));
    agree("publication", &text, &[], load);
}

#[test]
fn the_schema_of_release_records_fits_the_program() {
    let path = "content/releases/2026.11.yaml";
    let text = format!(
        "{}done:\n  draft: 2026-11-22T09:00:00+01:00\n",
        Scene::sample().read(path)
    );
    let load = in_project(path, |project| Releases::load(project).map(|_| ()));
    agree("release", &text, &["/done"], load);
}

#[test]
fn the_schema_of_waivers_fits_the_program() {
    let path = "config/waivers.yaml";
    let text = Scene::sample().read(path);
    let load = in_project(path, |project| config::read_waivers(project).map(|_| ()));
    agree("waivers", &text, &[], load);
}

#[test]
fn the_schema_of_verification_yaml_fits_the_program() {
    let scene = Scene::empty();
    agree("verification", POLICY, &[], |text| {
        scene.write("policy.yaml", text);
        VerificationSettings::load(&scene.path("policy.yaml"), "policy.yaml").map(|_| ())
    });
}
