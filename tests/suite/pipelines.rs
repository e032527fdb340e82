//! What pipelines get: quiet runs, colour only where it is wanted, JSON lines, SARIF, JUnit, completions, manual pages,
//! and the two recipes that are shipped.

use crate::scene::{DATE, KEYS, RELEASE_KEY, SOUND_KEY, Scene, has_tool, repository};
use stage6_press::document::{Node, yaml};
use std::fs;
use std::process::Command;

const PROBLEM: &str = "content/en/index.md";

/// The sample with one fact that nobody knows, on line 65 of the English home page.
fn with_problem() -> Scene {
    let scene = Scene::sample();
    let text = scene.read(PROBLEM);
    scene.write(PROBLEM, format!("{text}\nSee `fact:nobody.knows`.\n"));
    scene
}

/// The line of the fact that nobody knows.
fn line(scene: &Scene) -> usize {
    scene.read(PROBLEM).lines().count()
}

#[test]
fn a_quiet_run_says_nothing_when_all_is_well_and_everything_when_not() {
    let scene = Scene::sample();
    for command in ["check", "build"] {
        let ran = scene
            .run(&format!("{command} --quiet --date {DATE} {KEYS}"))
            .ends_with(0);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "{command}");
    }
    let scene = with_problem();
    let ran = scene.run(&format!("check -q --date {DATE} {KEYS}")).ends_with(2);
    let line = line(&scene);
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        format!(
            "error: {PROBLEM}:{line}:5: no fact `nobody.knows`\n  hint: `stage6 facts` lists the ids of all facts\n\n\
             1 problem; nothing was written\n"
        )
    );
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let scene = with_problem();
    let shown = |arguments: &str, no_color: bool| {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = scene.command(&arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        scene.finish(command).ends_with(2).stderr
    };
    let plain = shown("check", false);
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let coloured = shown("check --color always", false);
    assert!(
        coloured.starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m "),
        "{coloured:?}"
    );
    assert!(coloured.contains("\u{1b}[36mhint:\u{1b}[0m "), "{coloured:?}");
    assert!(!shown("check --color never", false).contains('\u{1b}'));
    // https://no-color.org: a variable that is set counts; an option of the command line counts more.
    assert!(!shown("check", true).contains('\u{1b}'));
    assert!(shown("check --color always", true).contains('\u{1b}'));
}

#[test]
fn a_terminal_sees_progress_and_colour_and_a_log_sees_neither() {
    if !has_tool("script", &["--version"]) {
        return;
    }
    let scene = with_problem();
    let binary = env!("CARGO_BIN_EXE_stage6");
    let mut terminal = Command::new("script");
    terminal
        .args(["-qec", &format!("{binary} check --date {DATE}"), "/dev/null"])
        .current_dir(scene.path(""))
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color");
    let shown = scene.finish(terminal).ends_with(2).stdout;
    assert!(shown.contains("\u{1b}[31merror:"), "{shown:?}");
    // The last thing said of the bar is that its line is empty again.
    let (bar, errors) = shown.split_once("\u{1b}[1m\u{1b}[31merror:").expect("an error");
    assert!(
        bar.contains("evidence") && bar.ends_with("\r\u{1b}[2K"),
        "{bar:?}"
    );
    assert!(errors.contains("no fact `nobody.knows`"), "{errors:?}");

    let log = scene.run(&format!("check --date {DATE}")).ends_with(2);
    assert!(!log.stderr.contains(['\r', '\u{1b}']), "{:?}", log.stderr);
}

#[test]
fn events_are_json_lines_and_the_result_is_the_last() {
    let scene = Scene::sample();
    let ran = scene
        .run(&format!("build --events --date {DATE} {KEYS}"))
        .ends_with(0);
    let events: Vec<serde_json::Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect();
    let said: Vec<String> = events
        .iter()
        .map(|event| {
            let word = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}", word("event"), word("stage"))
        })
        .collect();
    let stages = [
        "read",
        "stress-lab",
        "seal",
        "evidence",
        "pages",
        "site",
        "bundle",
        "verify",
        "publish",
    ];
    let mut expected: Vec<String> = stages
        .iter()
        .flat_map(|stage| [format!("stage-begins {stage}"), format!("stage-ends {stage}")])
        .collect();
    expected.push("result ".to_owned());
    assert_eq!(said, expected);
    let result = &events.last().expect("a result")["result"];
    assert_eq!(result["status"], "built");
    assert_eq!(result["bundle"], "stage6-2026.11-r1");

    let ran = with_problem().run("check --events").ends_with(2);
    let last: serde_json::Value =
        serde_json::from_str(ran.stdout.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["result"]["problems"][0]["message"], "no fact `nobody.knows`");
}

#[test]
fn sarif_names_the_line_and_an_outside_reader_takes_it() {
    let scene = with_problem();
    scene
        .run(&format!("check --date {DATE} --sarif problems.sarif"))
        .ends_with(2);
    let sarif: serde_json::Value = serde_json::from_str(&scene.read("problems.sarif")).expect("JSON");
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], PROBLEM);
    assert_eq!(place["region"]["startLine"], line(&scene));
    assert_eq!(place["region"]["startColumn"], 5);
    scene
        .run(&format!("verify --date {DATE} nowhere --sarif other.sarif"))
        .ends_with(2);
    if has_tool("python3", &["-c", "import sarif"]) {
        let mut reader = Command::new("python3");
        reader
            .args(["-m", "sarif", "csv", "-o", "problems.csv", "problems.sarif"])
            .current_dir(scene.path(""));
        scene.finish(reader).ends_with(0);
        let table = scene.read("problems.csv");
        assert!(table.contains(&format!(",{PROBLEM},{}", line(&scene))), "{table}");
    }
    let scene = Scene::sample();
    scene
        .run(&format!("check --date {DATE} {KEYS} --sarif problems.sarif"))
        .ends_with(0);
    let sarif: serde_json::Value = serde_json::from_str(&scene.read("problems.sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

/// What an outside reader counts in a JUnit file: name, tests, failures, skipped of each suite.
fn suites(scene: &Scene, path: &str) -> Vec<String> {
    let program = format!(
        "from junitparser import JUnitXml\nfor s in JUnitXml.fromfile('{path}'):\n print(s.name, s.tests, s.failures, s.skipped)"
    );
    let mut reader = Command::new("python3");
    reader.args(["-c", &program]).current_dir(scene.path(""));
    let ran = scene.finish(reader).ends_with(0);
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn junit_counts_problems_claims_and_rules() {
    if !has_tool("python3", &["-c", "import junitparser"]) {
        return;
    }
    let scene = Scene::sample();
    scene
        .run(&format!("build --date {DATE} {KEYS} --junit build.xml"))
        .ends_with(0);
    scene
        .run(&format!("gate --date {DATE} {KEYS} --junit gate.xml --json"))
        .ends_with(3);
    let claims: serde_json::Value = serde_json::from_str(&scene.read("site/data/claims.json")).expect("JSON");
    let claims = claims["claims"].as_array().expect("claims").len();
    let found = suites(&scene, "build.xml");
    assert_eq!(found[0], "problems 1 0 0");
    // The list names each claim once; the file judges it on its page in each language.
    assert_eq!(found[1], format!("claims {} 0 0", claims * 2));
    let ran = scene
        .run(&format!("gate --date {DATE} {KEYS} --json"))
        .ends_with(3);
    let gate: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let rules = gate["gate"]["rules"].as_array().expect("rules").len();
    let failed = gate["gate"]["failed"].as_array().expect("failed").len();
    assert!(failed > 0);
    assert_eq!(suites(&scene, "gate.xml")[1], format!("gate {rules} {failed} 0"));

    let scene = with_problem();
    scene.run("check --junit check.xml").ends_with(2);
    assert_eq!(suites(&scene, "check.xml"), ["problems 1 1 0"]);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let scene = Scene::sample();
    let ran = scene
        .run(&format!(
            "check --date {DATE} {KEYS} --junit config/core.yaml/check.xml"
        ))
        .ends_with(1);
    assert_eq!(
        ran.stderr,
        "error: config/core.yaml: could not create the folder: File exists (os error 17)\n"
    );
}

#[test]
fn completions_are_scripts_that_their_shells_read() {
    let scene = Scene::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = scene.run(&format!("completions {shell}")).ends_with(0).stdout;
        assert!(script.contains("sign-runbook"), "{shell}");
        scene.write(&format!("stage6.{shell}"), script);
    }
    let mut bash = Command::new("bash");
    bash.args([
        "-c",
        "source ./stage6.bash; COMP_WORDS=(stage6 rollb) COMP_CWORD=1; _stage6 stage6 rollb stage6; echo \"${COMPREPLY[*]}\"",
    ])
    .current_dir(scene.path(""));
    assert_eq!(scene.finish(bash).ends_with(0).stdout, "rollback\n");
}

#[test]
fn every_command_has_a_manual_page_that_man_renders() {
    let scene = Scene::empty();
    scene.run("manual --output man").ends_with(0);
    let pages: Vec<String> = scene.tree("man").into_keys().collect();
    let help = scene.run("--help").ends_with(0).stdout;
    let (_, commands) = help.split_once("Commands:\n").expect("commands");
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut missing = names
        .filter(|name| !name.is_empty() && *name != "help")
        .filter(|name| !pages.contains(&format!("stage6-{name}.1")));
    assert_eq!(missing.next(), None, "{pages:?}");
    if has_tool("groff", &["--version"]) {
        for page in &pages {
            let mut groff = Command::new("groff");
            groff
                .args(["-man", "-ww", "-z", "-Tutf8", "-Kutf8", &format!("man/{page}")])
                .current_dir(scene.path(""));
            assert_eq!(scene.finish(groff).ends_with(0).stderr, "", "{page}");
        }
    }
}

/// The commands of a workflow's jobs, in order.
fn workflow_commands(text: &str) -> Vec<String> {
    let tree = yaml::read("github-actions.yml", text).expect("YAML");
    let steps = |job: &str| -> Vec<String> {
        let steps = tree
            .get("jobs")
            .and_then(|jobs| jobs.get(job))
            .and_then(|job| job.get("steps"))
            .and_then(Node::as_list)
            .expect("steps");
        let runs = steps.iter().filter_map(|step| step.get("run"));
        runs.filter_map(|run| Some(run.as_scalar()?.text.clone()))
            .collect()
    };
    [steps("check"), steps("publish")].concat()
}

/// Runs a script in a shell whose `stage6` is ours and whose day is that of the scene.
fn shell(scene: &Scene, script: &str) -> Command {
    let bin = scene.path("bin");
    fs::create_dir_all(&bin).expect("made");
    let link = bin.join("stage6");
    if !link.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_stage6"), &link).expect("linked");
    }
    let path = std::env::var("PATH").expect("a PATH");
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(scene.path(""))
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("SOURCE_DATE_EPOCH", "1795435200")
        .env("STRESS_LAB_SIGNING_KEY", SOUND_KEY)
        .env("STAGE6_RELEASE_KEY", RELEASE_KEY);
    command
}

#[test]
fn the_workflow_builds_and_ends_with_three_while_the_gate_is_closed() {
    let scene = Scene::sample();
    let text =
        fs::read_to_string(repository().join(".ci/examples/github-actions.yml")).expect("the workflow");
    let commands = workflow_commands(&text);
    assert_eq!(commands.len(), 3);
    for (command, code) in commands.iter().zip([0, 0, 3]) {
        scene.finish(shell(&scene, command)).ends_with(code);
    }
    for made in ["problems.sarif", "check.xml", "gate.xml", "site/index.html"] {
        assert!(scene.path(made).exists(), "{made}");
    }
    assert!(!scene.path("out").exists(), "a closed gate hands nothing out");
}

#[test]
fn the_shell_recipe_ends_with_three_while_the_gate_is_closed_and_two_for_bad_input() {
    let recipe = repository().join(".ci/examples/release.sh");
    let script = format!("bash '{}'", recipe.display());
    let scene = Scene::sample();
    scene.finish(shell(&scene, &script)).ends_with(3);
    for made in [
        "problems.sarif",
        "check.xml",
        "build.json",
        "verdict.md",
        "gate.xml",
    ] {
        assert!(scene.path(&format!("reports/{made}")).exists(), "{made}");
    }
    let scene = with_problem();
    scene.finish(shell(&scene, &script)).ends_with(2);
    assert!(!scene.path("site/index.html").exists());
    let mut without_key = shell(&scene, &script);
    without_key.env_remove("STAGE6_RELEASE_KEY");
    let ran = scene.finish(without_key);
    assert_eq!(
        (
            ran.code,
            ran.stderr.contains("STAGE6_RELEASE_KEY: the release key, as PEM")
        ),
        (1, true)
    );
}
