//! What a release of the program itself holds and is made of: files of packages, notices, bill of materials, licences.
//!
//! cargo-deny, cargo-deb and cargo-cyclonedx take minutes to install, so that nothing here needs them; what they read is held
//! against Cargo.lock and `cargo tree` instead, and the scripts of `.ci/release` run with the binary of the tests.

use crate::scene::{Scene, has_tool, repository};
use spdx::{Expression, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use toml::{Table, Value};

const LAID_OUT: &str = "target/package/deb/";

fn read_toml(path: &str) -> Table {
    let text = fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// The crates of a lock file.
fn locked(path: &str) -> Vec<Table> {
    let file = read_toml(path);
    let packages = list(&file["package"]).iter();
    packages
        .map(|package| package.as_table().expect("a table").clone())
        .collect()
}

/// Crates along some edges of the tree of this machine's target, ours left out: name and version, with the licence.
fn tree(edges: &str) -> BTreeMap<(String, String), String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "none", "--no-dedupe"])
        .args(["--edges", edges, "--format", "{p}\t{l}"])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let crates = lines.lines().filter(|line| !line.starts_with("stage6-press "));
    crates
        .map(|line| {
            let (package, licence) = line.split_once('\t').expect("a licence");
            let mut words = package.split(' ');
            let name = words.next().expect("a name").to_owned();
            let version = words.next().and_then(|word| word.strip_prefix('v'));
            ((name, version.expect("a version").to_owned()), licence.to_owned())
        })
        .collect()
}

/// A script of `.ci/release`, run in a scene.
fn script(scene: &Scene, interpreter: &[&str], name: &str) -> Command {
    let mut command = Command::new(interpreter[0]);
    command
        .args(&interpreter[1..])
        .arg(repository().join(".ci/release").join(name))
        .current_dir(scene.path(""))
        .env("SOURCE_DATE_EPOCH", "1795435200");
    command
}

/// The pages of a command and those below it.
fn pages(command: &clap::Command, above: &str, found: &mut BTreeSet<String>) {
    let name = format!("{above}{}", command.get_name());
    found.insert(format!("man/{name}.1"));
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        pages(below, &format!("{name}-"), found);
    }
}

#[test]
fn what_is_laid_out_for_a_package_is_whole_named_and_noted() {
    if !has_tool("python3", &["-c", "import tomllib"]) {
        return;
    }
    let scene = Scene::empty();
    let mut command = script(&scene, &["bash"], "contents.sh");
    command.args([env!("CARGO_BIN_EXE_stage6"), "made"]);
    scene.finish(command).ends_with(0);
    let made = scene.tree("made").into_keys().collect();
    what_cargo_toml_names_and_what_is_made_fit(&made);
    pages_and_completions_are_whole(&scene, &made);
    notices_name_all_that_the_binary_holds(&scene.read("made/THIRD-PARTY.txt"));
}

fn what_cargo_toml_names_and_what_is_made_fit(made: &BTreeSet<String>) {
    let manifest = read_toml("Cargo.toml");
    let deb = &manifest["package"]["metadata"]["deb"];
    let mut unnamed: BTreeSet<&str> = made.iter().map(String::as_str).collect();
    let mut places = BTreeSet::new();
    let changelog = deb["changelog"].as_str().expect("a path");
    let assets = list(&deb["assets"]).iter().map(|asset| {
        let [source, place, mode] = list(asset) else {
            panic!("{asset:?}: source, place, mode")
        };
        let source = text(source);
        places.insert((text(place).to_owned(), text(mode).to_owned()));
        source
    });
    for source in assets.chain([changelog]).collect::<Vec<_>>() {
        let Some(inside) = source.strip_prefix(LAID_OUT) else {
            assert!(
                repository().join(source).is_file(),
                "{source} is in the repository"
            );
            continue;
        };
        let fits = |name: &str| match inside.split_once('*') {
            Some((start, end)) => name.starts_with(start) && name.ends_with(end),
            None => name == inside,
        };
        let before = unnamed.len();
        unnamed.retain(|name| !fits(name));
        assert!(unnamed.len() < before, "contents.sh makes {source}, once");
    }
    assert_eq!(unnamed, BTreeSet::new(), "made, and packed nowhere");
    // Where shells, man and Debian's policy look for them.
    for place in [
        "usr/share/man/man1/",
        "usr/share/bash-completion/completions/stage6",
        "usr/share/zsh/vendor-completions/_stage6",
        "usr/share/fish/vendor_completions.d/stage6.fish",
        "usr/share/doc/stage6-press/copyright",
        "usr/share/doc/stage6-press/changelog",
    ] {
        assert!(places.contains(&(place.to_owned(), "644".to_owned())), "{place}");
    }
    assert!(places.contains(&("usr/bin/".to_owned(), "755".to_owned())));
}

fn pages_and_completions_are_whole(scene: &Scene, made: &BTreeSet<String>) {
    let mut expected = BTreeSet::new();
    pages(&stage6_press::cli::command(), "", &mut expected);
    let found: BTreeSet<String> = made
        .iter()
        .filter(|name| name.starts_with("man/"))
        .cloned()
        .collect();
    assert_eq!(found, expected);
    if has_tool("groff", &["--version"]) {
        let mut groff = Command::new("groff");
        groff.args(["-man", "-ww", "-z", "-Tutf8", "-Kutf8"]).args(&found);
        groff.current_dir(scene.path("made"));
        assert_eq!(scene.finish(groff).ends_with(0).stderr, "");
    }
    // zsh loads a function by this line alone.
    let zsh = scene.read("made/completions/stage6.zsh");
    assert_eq!(zsh.lines().next(), Some("#compdef stage6"));
    assert!(
        scene
            .read("made/completions/stage6.fish")
            .contains("complete -c stage6")
    );
    let mut bash = Command::new("bash");
    bash.args(["-n", "made/completions/stage6.bash"])
        .current_dir(scene.path(""));
    scene.finish(bash).ends_with(0);
    // Debian's format, with the version of Cargo.toml and the moment that was given.
    let version = env!("CARGO_PKG_VERSION");
    let changes = scene.read("made/changelog.Debian");
    assert!(
        changes.starts_with(&format!("stage6-press ({version}-1) unstable; urgency=medium\n")),
        "{changes}"
    );
    assert!(
        changes.ends_with("  Mon, 23 Nov 2026 12:00:00 +0000\n"),
        "{changes}"
    );
}

fn notices_name_all_that_the_binary_holds(notices: &str) {
    let lines: BTreeSet<&str> = notices.lines().collect();
    let named = |start: &str| {
        lines
            .range(start..)
            .next()
            .is_some_and(|line| line.starts_with(start))
    };
    for (name, version) in tree("normal,no-proc-macro").into_keys() {
        assert!(named(&format!("{name} {version} (")), "{name} {version}");
    }
    // This licence asks for word of where the source is.
    for ((name, version), licence) in tree("normal,no-proc-macro") {
        if licence.contains("MPL-2.0") {
            assert!(
                named(&format!("{name} {version} ({licence}): https://")),
                "{name}"
            );
        }
    }
    // Only tests read pages with it.
    assert!(!named("selectors "));
    for folder in ["assets/fonts", "assets/verify/vendor", "card"] {
        let record = read_toml(&format!("templates/{folder}/vendor.toml"));
        let files = list(&record["file"]).iter();
        let packages = record.get("package").map(list);
        for entry in files.chain(packages.into_iter().flatten()) {
            let name = entry.get("package").unwrap_or(&entry["name"]);
            if let Some(version) = entry.get("version").and_then(Value::as_str) {
                let start = format!("{} {version} (", name.as_str().expect("a name"));
                assert!(named(&start), "{start}");
            }
        }
    }
    let fonts = fs::read_to_string(repository().join("templates/card/OFL-ibm-plex-sans.txt")).expect("there");
    let last = fonts.trim_end().lines().next_back().expect("a line");
    assert!(lines.contains(last.trim_end()), "whole texts");
}

#[test]
fn every_locked_crate_has_a_digest_and_comes_from_one_registry() {
    let mut sources = BTreeSet::new();
    for (path, own) in [("Cargo.lock", 1), ("fuzz/Cargo.lock", 2)] {
        let packages = locked(path);
        let with_source = packages.iter().filter(|package| package.contains_key("source"));
        assert_eq!(with_source.clone().count() + own, packages.len(), "{path}");
        for package in with_source {
            let field = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default();
            let is_digest = data_encoding::HEXLOWER
                .decode(field("checksum").as_bytes())
                .is_ok_and(|bytes| bytes.len() == 32);
            assert!(is_digest, "{path}: {} {}", field("name"), field("version"));
            sources.insert(field("source").to_owned());
        }
    }
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(
        sources.iter().all(|source| source.starts_with("registry+")),
        "{sources:?}"
    );
    let policy = read_toml("deny.toml");
    for key in ["unknown-registry", "unknown-git"] {
        assert_eq!(policy["sources"][key].as_str(), Some("deny"), "{key}");
    }
    assert!(
        ["allow-registry", "allow-git", "allow-org"]
            .iter()
            .all(|key| policy["sources"].get(key).is_none())
    );
}

#[test]
fn the_policy_allows_exactly_the_licences_that_crates_need() {
    let policy = read_toml("deny.toml");
    let licences = &policy["licenses"];
    let allowed: BTreeSet<&str> = list(&licences["allow"]).iter().map(text).collect();
    let mut exceptions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for exception in list(&licences["exceptions"]) {
        let exception = exception.as_table().expect("a table");
        let of = exception["allow"].as_array().expect("a list");
        exceptions.insert(text(&exception["crate"]), of.iter().map(text).collect());
    }
    let all = tree("normal,build,dev");
    let shipped = tree("normal,no-proc-macro");
    assert!(all.len() > shipped.len() && shipped.len() > 100);
    let fits = |name: &str, expression: &str, without: &str| {
        let expression = Expression::parse_mode(expression, ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let special = exceptions.get(name);
        expression.evaluate(|wanted| {
            let wanted = wanted.to_string();
            wanted != without
                && (allowed.contains(wanted.as_str())
                    || special.is_some_and(|allowed| allowed.contains(wanted.as_str())))
        })
    };
    for ((name, version), licence) in &all {
        assert!(
            fits(name, licence, ""),
            "deny.toml does not allow {licence} of {name} {version}"
        );
    }
    for licence in &allowed {
        let needed = all
            .iter()
            .any(|((name, _), expression)| !fits(name, expression, licence));
        assert!(needed, "no crate needs {licence} any longer");
    }
    // Nothing is excepted that nobody uses.
    for name in exceptions.keys() {
        assert!(all.keys().any(|(found, _)| found == name), "{name}");
    }
    // Our own crate is private, and the policy passes it over for that alone.
    let own = &read_toml("Cargo.toml")["package"];
    assert_eq!(own["publish"].as_bool(), Some(false));
    assert_eq!(licences["private"]["ignore"].as_bool(), Some(true));
}

#[test]
fn only_crates_with_a_reason_are_there_in_two_versions() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in locked("Cargo.lock") {
        let field = |name: &str| package[name].as_str().expect("a text").to_owned();
        versions
            .entry(field("name"))
            .or_default()
            .insert(field("version"));
    }
    let policy = read_toml("deny.toml");
    let bans = &policy["bans"];
    assert_eq!(bans["multiple-versions"].as_str(), Some("deny"));
    let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
    for skip in list(&bans["skip"]) {
        let skip = skip.as_table().expect("a table");
        assert!(!text(&skip["reason"]).is_empty());
        let (name, version) = text(&skip["crate"]).split_once('@').expect("a version");
        let is_there = versions[name]
            .iter()
            .any(|found| found == version || found.starts_with(&format!("{version}.")));
        assert!(is_there, "{name} {version} is not locked");
        *skipped.entry(name.to_owned()).or_default() += 1;
    }
    let more: BTreeMap<String, usize> = versions
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| (name.clone(), versions.len() - 1))
        .collect();
    assert_eq!(more, skipped);
    let used = tree("normal,build,dev");
    for banned in list(&bans["deny"]) {
        let banned = banned.as_table().expect("a table");
        assert!(!text(&banned["reason"]).is_empty());
        let name = text(&banned["crate"]);
        let Some(wrappers) = banned.get("wrappers") else {
            assert!(!used.keys().any(|(found, _)| found == name), "{name}");
            continue;
        };
        // Those that may need it all the same, and no other.
        let needs = |package: &toml::Table| {
            let dependencies = package.get("dependencies").map(list).unwrap_or_default();
            dependencies
                .iter()
                .any(|dependency| text(dependency).split(' ').next() == Some(name))
        };
        let locked = locked("Cargo.lock").into_iter().filter(needs);
        let names = locked.map(|package| text(&package["name"]).to_owned());
        let found: BTreeSet<String> = names
            .filter(|needing| used.keys().any(|(found, _)| found == needing))
            .collect();
        let allowed: BTreeSet<String> = list(wrappers).iter().map(|name| text(name).to_owned()).collect();
        assert_eq!(found, allowed, "{name}");
    }
}

/// What cargo-cyclonedx would write of four crates: one in the binary, one that is a macro, one of tests, one of nobody.
fn found() -> serde_json::Value {
    let version = |name: &str| {
        let package = locked("Cargo.lock")
            .into_iter()
            .find(|package| package["name"].as_str() == Some(name));
        let package = package.unwrap_or_else(|| panic!("{name} is locked"));
        package["version"].as_str().expect("a version").to_owned()
    };
    let root = "path+file:///somewhere/of/mine#stage6-press@0.1.0";
    let reference = |name: &str, version: &str| format!("registry+somewhere#{name}@{version}");
    let mut crates = vec![("nobody", "1.0.0".to_owned())];
    crates.extend(["ryu", "clap_derive", "scraper"].map(|name| (name, version(name))));
    let components: Vec<serde_json::Value> = crates
        .iter()
        .map(|(name, version)| {
            serde_json::json!({
                "type": "library", "bom-ref": reference(name, version), "name": name, "version": version,
                "scope": "required", "purl": format!("pkg:cargo/{name}@{version}"),
            })
        })
        .collect();
    let below: Vec<String> = crates
        .iter()
        .map(|(name, version)| reference(name, version))
        .collect();
    serde_json::json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": "2026-01-01T00:00:00Z",
            "tools": [{"vendor": "CycloneDX", "name": "cargo-cyclonedx", "version": "0.5.9"}],
            "component": {
                "type": "application", "bom-ref": root, "name": "stage6-press", "version": "0.1.0",
                "description": "A compiler", "purl": "pkg:cargo/stage6-press@0.1.0?download_url=file://.",
            },
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": below}],
    })
}

#[test]
fn the_bill_of_materials_says_what_the_binary_holds_and_an_outside_library_accepts_it() {
    if !has_tool("python3", &["-c", "import tomllib"]) {
        return;
    }
    let scene = Scene::empty();
    scene.write("found.json", found().to_string());
    scene.write("stage6", "a binary");
    let target = "x86_64-unknown-linux-gnu";
    let bill = |linking: &str| {
        let mut command = script(&scene, &["python3", "-B"], "sbom.py");
        command.args(["found.json", "stage6", target, linking]);
        scene.finish(command).ends_with(0).stdout
    };
    let text = bill("static");
    assert_eq!(bill("static"), text, "same inputs, same bytes");
    assert!(!text.contains("file://"), "no path of a machine");
    let tree: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(tree["metadata"]["timestamp"], "2026-11-23T12:00:00Z");
    // printf 'a binary' | sha256sum
    assert_eq!(
        tree["metadata"]["component"]["hashes"][0]["content"],
        "a31362f60e9c65899145b6d69e92ceb0ae73fdc3a44f91dd654c9301548c4f5f"
    );
    let components = tree["components"].as_array().expect("components");
    let scope = |name: &str| {
        let of = components.iter().find(|component| component["name"] == name);
        of.map(|component| component["scope"].as_str().expect("a scope"))
    };
    assert_eq!(scope("ryu"), Some("required"));
    assert_eq!(scope("clap_derive"), Some("excluded"), "a macro");
    assert_eq!(scope("scraper"), None, "tests alone use it");
    assert_eq!(scope("nobody"), None);
    for name in ["rust-std", "glibc", "pako", "@fontsource/ibm-plex-mono"] {
        assert_eq!(scope(name), Some("required"), "{name}");
    }
    assert!(!bill("dynamic").contains("glibc"));

    let probe = "from cyclonedx.validation.json import JsonStrictValidator; import jsonschema";
    if has_tool("python3", &["-c", probe]) {
        let validate = |text: &str| {
            scene.write("bill.json", text);
            let mut command = script(&scene, &["python3", "-B"], "validate.py");
            command.arg("bill.json");
            scene.finish(command).code
        };
        assert_eq!(validate(&text), 0);
        assert_eq!(validate(&text.replace("\"required\"", "\"needed\"")), 1);
        let ryu = text.find("pkg:cargo/ryu").expect("there");
        let (before, after) = text.split_at(ryu + "pkg:".len());
        assert_eq!(
            validate(&format!("{before}x{after}")),
            1,
            "a reference to nothing"
        );
    }
}

#[test]
fn packaging_names_every_tool_that_is_missing_and_makes_nothing() {
    let scene = Scene::empty();
    fs::create_dir(scene.path("bin")).expect("made");
    for tool in ["bash", "dirname", "realpath"] {
        let place = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
        let place = place.iter().find(|place| place.exists()).expect("installed");
        std::os::unix::fs::symlink(place, scene.path("bin").join(tool)).expect("linked");
    }
    let mut command = script(&scene, &["bash"], "package.sh");
    command.arg("out").env("PATH", scene.path("bin"));
    let ran = scene.finish(command).ends_with(2);
    for line in [
        "error: cargo is missing; ",
        "error: cargo-deny is missing; install it with: cargo install --locked cargo-deny\n",
        "error: cargo-cyclonedx is missing; install it with: cargo install --locked cargo-cyclonedx\n",
        "error: cargo-deb is missing; install it with: cargo install --locked cargo-deb\n",
        "error: dpkg-shlibdeps is missing; install it with: apt-get install dpkg-dev\n",
    ] {
        assert!(ran.stderr.contains(line), "{line}{}", ran.stderr);
    }
    assert_eq!(ran.stdout, "");
    assert!(!scene.path("out").exists());
}
